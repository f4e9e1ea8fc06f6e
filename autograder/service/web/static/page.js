"use strict";

// Every page works without this file; with it formulas are typeset, answers are kept and read while they
// are typed, files can be dropped, and a result fills in as it is graded.

const token = document.body.dataset.formToken;

function typeset(root) {
  if (!window.katex) return;
  for (const element of root.querySelectorAll(".formula:not([data-typeset])")) {
    element.dataset.typeset = "yes";
    const source = element.textContent;
    try {
      katex.render(source, element, { displayMode: element.tagName === "DIV", throwOnError: true, trust: false, maxExpand: 200, maxSize: 50, strict: "ignore" });
    } catch (error) {
      element.textContent = source;
    }
  }
}

async function send(path, content) {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Form-Token": token },
    body: JSON.stringify(content),
  });
  const said = await answer.json().catch(() => ({ problem: "The service does not answer." }));
  if (!answer.ok && !said.problem) said.problem = "The service does not answer.";
  return said;
}

function line(text, kind) {
  const element = document.createElement("p");
  element.textContent = text;
  if (kind) element.className = kind;
  return element;
}

function reading(said) {
  const parts = [];
  if (said.problem) parts.push(line(said.problem));
  if (said.unreadable) {
    parts.push(line(said.unreadable));
    if (said.details.length) {
      const pre = document.createElement("pre");
      pre.textContent = said.details.join("\n");
      parts.push(pre);
    }
  } else if (said.latex || said.plain) {
    const read = line("Read as ");
    const formula = document.createElement(said.latex ? "span" : "code");
    if (said.latex) formula.className = "formula";
    formula.textContent = said.latex || said.plain;
    read.append(formula);
    parts.push(read);
  }
  return parts;
}

function verdict(said) {
  if (!said.outcome) return [];
  const parts = [line(said.word, "verdict " + said.outcome)];
  if (said.outcome !== "correct") parts.push(line(said.line));
  if (said.example) {
    const at = Object.entries(said.example.point).map(([name, value]) => `${name} = ${value}`).join(", ");
    parts.push(line(`At ${at} your answer gives ${said.example.yours}.`));
  }
  for (const note of said.notes) parts.push(line(note, "aside"));
  if (said.hint && said.outcome !== "correct") parts.push(line("Hint: " + said.hint, "hint"));
  return parts;
}

function values(section) {
  const found = {};
  for (const input of section.querySelectorAll("textarea[data-input]")) found[input.name] = input.value;
  for (const input of section.querySelectorAll("input[type=radio]:checked")) found[input.name] = input.value;
  return found;
}

function prepareExercise(form) {
  const base = "/exercises/" + form.dataset.exercise;
  const saved = form.querySelector("[data-saved]");
  for (const section of form.querySelectorAll("[data-question]")) {
    const output = section.querySelector(".reading");
    if (!output) continue;
    const question = section.dataset.question;
    let timer = null;
    let asked = 0;

    async function look(check) {
      const number = ++asked;
      const said = await send(`${base}/look/${question}`, { answers: values(section), check });
      if (number !== asked) return null;
      output.replaceChildren(...reading(said), ...verdict(said));
      typeset(output);
      return said;
    }

    section.addEventListener("input", (event) => {
      const name = event.target.name;
      const text = event.target.value;
      clearTimeout(timer);
      timer = setTimeout(async () => {
        const said = await send(`${base}/drafts`, { input: name, text });
        saved.textContent = said.saved ? "Your answers are kept." : "Your answers could not be kept: " + said.problem;
        if (section.querySelector("textarea")) await look(false);
      }, 350);
    });
    const button = section.querySelector("[data-check]");
    if (button) {
      button.parentElement.hidden = false;
      button.addEventListener("click", async () => {
        button.disabled = true;
        const said = await look(true);
        if (said && said.left !== undefined) {
          section.querySelector("[data-left]").textContent = `${said.left} left`;
          button.disabled = said.left === 0;
        } else {
          button.disabled = false;
        }
      });
    }
    if (section.querySelector("textarea") && Object.values(values(section)).some((text) => text.trim())) look(false);
  }
}

function prepareFiles(drop) {
  const input = drop.querySelector("input[type=file]");
  for (const kind of ["dragover", "dragleave", "drop"]) {
    drop.addEventListener(kind, (event) => {
      event.preventDefault();
      drop.classList.toggle("over", kind === "dragover");
      if (kind === "drop" && event.dataTransfer.files.length) input.files = event.dataTransfer.files;
    });
  }
}

function follow(status) {
  const source = new EventSource(status.dataset.events);
  source.addEventListener("message", async (event) => {
    const progress = JSON.parse(event.data);
    const over = progress.state === "done" || progress.state === "failed";
    if (over) source.close();
    if (progress.state === "waiting") {
      status.textContent = progress.ahead
        ? `Your submission is stored. ${progress.ahead} are graded before it.`
        : "Your submission is stored. It is graded next.";
      return;
    }
    const page = await (await fetch(location.href)).text();
    const fresh = new DOMParser().parseFromString(page, "text/html").querySelector("main");
    const main = document.querySelector("main");
    main.replaceChildren(...fresh.childNodes);
    typeset(main);
    if (!over) {
      status = main.querySelector("[data-events]") || status;
      status.textContent = `Being graded: ${progress.done} questions are done.`;
    }
  });
}

typeset(document);
for (const form of document.querySelectorAll("form[data-exercise]")) prepareExercise(form);
for (const drop of document.querySelectorAll(".drop")) prepareFiles(drop);
for (const status of document.querySelectorAll("[data-events]")) follow(status);
