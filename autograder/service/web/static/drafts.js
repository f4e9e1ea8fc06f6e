// Keeps answers as they are typed: one request at a time, and again until the service has taken them.

import { say, send } from "./service.js";

const FIRST_PAUSE = 2000;
const LONGEST_PAUSE = 30000;
const KEPT = "Your answers are kept.";

export class Drafts {
  constructor(address, status) {
    this.address = address;
    this.status = status;
    this.waiting = new Map();
    this.busy = false;
    this.pause = 0;
    this.timer = null;
    window.addEventListener("online", () => this.flush());
    window.addEventListener("beforeunload", (event) => {
      if (this.waiting.size) event.preventDefault();
    });
  }

  keep(name, text) {
    this.waiting.set(name, text);
    if (!this.pause) this.later(350);
  }

  // What has been handed in needs no draft.
  handedIn() {
    this.waiting.clear();
  }

  later(milliseconds) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), milliseconds);
  }

  async flush() {
    if (this.busy || !this.waiting.size) return;
    this.busy = true;
    const [name, text] = this.waiting.entries().next().value;
    const said = await send(this.address, { input: name, text });
    this.busy = false;
    if (said.saved || said.status === 404 || said.status === 413) {
      if (this.waiting.get(name) === text) this.waiting.delete(name);
      this.pause = 0;
      if (!said.saved) say(this.status, `Not kept: ${said.problem}`);
      else if (!this.waiting.size) say(this.status, KEPT);
      this.later(0);
    } else if (said.status === 401 || said.status === 403) {
      say(this.status, `Not kept: ${said.problem}`);
    } else {
      this.pause = Math.min(LONGEST_PAUSE, this.pause ? 2 * this.pause : FIRST_PAUSE);
      say(this.status, `Not kept yet: ${said.problem} It is tried again; leave this page open.`);
      this.later(this.pause);
    }
  }
}
