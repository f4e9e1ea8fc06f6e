// The answers of a form: kept, read while they are typed, and checked when a student asks.

import { Drafts } from "./drafts.js";
import { line, send } from "./service.js";
import { typeset } from "./typeset.js";

const PAUSE = 350; // after the last key, before an answer is read

export function prepareAnswers(form) {
  const base = "/exercises/" + form.dataset.exercise;
  const drafts = new Drafts(`${base}/drafts`, form.querySelector("[data-saved]"));
  for (const section of form.querySelectorAll("[data-question]")) {
    if (section.querySelector(".reading")) new Answer(section, base, drafts);
  }
  return drafts;
}

class Answer {
  constructor(section, base, drafts) {
    this.section = section;
    this.address = `${base}/look/${section.dataset.question}`;
    this.reading = section.querySelector(".reading");
    this.button = section.querySelector("[data-check]");
    this.asked = 0;
    this.said = {};
    this.keyboards = new Map();
    this.listens("off"); // what stands there when the page comes is not read out
    section.addEventListener("input", (event) => {
      if (!event.target.matches("textarea[data-input], input[type=radio]")) return;
      this.listens("polite");
      drafts.keep(event.target.name, event.target.value);
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.look(), PAUSE);
    });
    if (this.button) {
      this.button.parentElement.hidden = false;
      this.button.addEventListener("click", () => this.check());
    }
    for (const button of section.querySelectorAll("[data-keyboard]")) {
      button.parentElement.hidden = false;
      button.addEventListener("click", () => this.keyboard(button));
    }
    if ([...section.querySelectorAll("textarea")].some((input) => input.value.trim())) this.look();
  }

  listens(how) {
    for (const part of this.section.querySelectorAll("[aria-live]")) part.setAttribute("aria-live", how);
  }

  values() {
    const given = this.section.querySelectorAll("textarea[data-input], input[type=radio]:checked");
    return Object.fromEntries([...given].map((input) => [input.name, input.value]));
  }

  async look(check = false) {
    const number = ++this.asked;
    const said = await send(this.address, { answers: this.values(), check });
    if (number !== this.asked) return;
    this.said = said;
    this.reading.replaceChildren(...read(said));
    typeset(this.reading);
    this.show(said);
    for (const keyboard of this.keyboards.values()) keyboard.take(said);
  }

  show(said) {
    if (!said.state) return;
    for (const chip of document.querySelectorAll(`[data-state-of="${this.section.dataset.question}"]`)) {
      chip.dataset.state = said.state.name;
      chip.textContent = said.state.words;
    }
    const checked = this.section.querySelector(".checked");
    if (checked.dataset.said !== said.checked) {
      checked.dataset.said = checked.innerHTML = said.checked; // markup of the service's own
      typeset(checked);
    }
    if (!this.button) return;
    this.section.querySelector("[data-left]").textContent = said.left;
    this.button.disabled = said.left === 0;
  }

  async check() {
    clearTimeout(this.timer);
    this.listens("polite");
    this.button.disabled = true;
    this.button.textContent = "Checking…";
    await this.look(true);
    this.button.textContent = "Check this answer";
    this.button.disabled = this.section.querySelector("[data-left]").textContent === "0";
  }

  async keyboard(button) {
    const name = button.dataset.keyboard;
    const open = this.keyboards.get(name);
    if (open) {
      open.close();
      this.keyboards.delete(name);
      return;
    }
    button.disabled = true;
    try {
      const { Keyboard } = await import("./keyboard.js");
      const input = this.section.querySelector(`textarea[name="${CSS.escape(name)}"]`);
      const keys = this.section.dataset.keys.split("\n");
      this.keyboards.set(name, await Keyboard.open(button, input, keys, this.said));
    } catch (error) {
      button.parentElement.append(line("The math keyboard could not be loaded. What you type is read all the same."));
    }
    button.disabled = false;
  }
}

function read(said) {
  if (said.problem) return [line(said.problem)];
  if (said.unreadable) {
    const pre = document.createElement("pre");
    pre.textContent = said.details.join("\n");
    return said.details.length ? [line(said.unreadable), pre] : [line(said.unreadable)];
  }
  const formulas = said.latex ? [said.latex] : Object.values(said.typeset || {});
  if (!formulas.length && !said.plain) return [];
  const read = line("Read as ");
  for (const source of formulas.length ? formulas : [said.plain]) {
    const shown = document.createElement(formulas.length ? "span" : "code");
    if (formulas.length) shown.className = "formula";
    shown.textContent = source;
    read.append(shown, "  ");
  }
  return [read];
}
