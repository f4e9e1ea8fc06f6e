// Fills a result in as it is graded: only what has changed is replaced, so that a reader keeps their place.

import { say } from "./service.js";
import { typeset } from "./typeset.js";

const AGAIN = 5000; // milliseconds until another try when the service hung up

export function follow(address) {
  const source = new EventSource(address);
  source.addEventListener("message", async (event) => {
    const progress = JSON.parse(event.data);
    if (progress.state === "done" || progress.state === "failed") source.close();
    if (progress.state !== "waiting") await refresh();
    const status = document.querySelector("[data-events]");
    if (status) say(status, progress.state === "waiting" ? ahead(progress.ahead) : underWay());
  });
  source.addEventListener("error", () => {
    // It connects again by itself, unless it was refused.
    if (source.readyState === EventSource.CLOSED) setTimeout(() => follow(address), AGAIN);
  });
}

function ahead(count) {
  const before = count === 1 ? "One is" : `${count} are`;
  return `Your submission is stored. ${count ? `${before} graded before it.` : "It is graded next."}`;
}

function underWay() {
  const all = document.querySelectorAll("main .question").length;
  const waiting = document.querySelectorAll("main .question .waiting").length;
  return `Being graded: ${all - waiting} of ${all} questions are done.`;
}

const shown = new Map(); // each part as the service wrote it, before it was typeset

async function refresh() {
  const answer = await fetch(location.href);
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of fresh.querySelectorAll("#result_summary, .overview, #handed_in, main .question")) {
    const name = part.id || part.className;
    const old = part.id ? document.getElementById(part.id) : document.querySelector("." + part.className);
    if (!old || shown.get(name) === part.outerHTML) continue;
    shown.set(name, part.outerHTML);
    old.replaceWith(part);
    typeset(part);
  }
}
