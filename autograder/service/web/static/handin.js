// Hands in: files chosen one by one, dropped, or in folders; sent with progress; refused without losing anything.

import { say, token } from "./service.js";

const PASSED_OVER = new Set("__MACOSX .ipynb_checkpoints __pycache__ .git .idea .vscode .venv venv node_modules".split(" "));

export function prepareHandIn(form, drafts) {
  const files = new Files(form);
  const refused = form.querySelector("[data-refused]");
  const button = form.querySelector(".sticky button");
  const status = form.querySelector("[data-saved]");
  const refuse = (problem) => {
    refused.hidden = !problem;
    say(refused, problem);
    if (problem) refused.scrollIntoView({ block: "nearest" });
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    refuse("");
    const problem = files.problem();
    if (problem) return refuse(problem);
    button.disabled = true;
    say(status, "Handing in…");
    const said = await sent(form, files);
    button.disabled = false;
    say(status, "");
    if (said.problem) return refuse(said.problem);
    drafts.handedIn();
    location.assign(said.address);
  });
  files.changed = () => refuse(files.problem());
}

class Files {
  constructor(form) {
    this.chosen = new Map(); // by path
    this.most = { files: Number(form.dataset.mostFiles), bytes: Number(form.dataset.mostBytes) };
    this.list = form.querySelector(".chosen");
    this.changed = () => {};
    this.count = form.querySelector("[data-count]");
    const drop = form.querySelector(".drop");
    drop.classList.add("listed");
    for (const input of drop.querySelectorAll("input[type=file]")) {
      input.parentElement.hidden = false;
      input.addEventListener("change", () => {
        this.add([...input.files].map((file) => [file.webkitRelativePath || file.name, file]));
        input.value = ""; // what was chosen stands in the list, and can be chosen again
      });
    }
    this.show();
    for (const kind of ["dragover", "dragleave", "drop"]) {
      form.addEventListener(kind, (event) => {
        if (!event.dataTransfer || !event.dataTransfer.types.includes("Files")) return;
        event.preventDefault();
        drop.classList.toggle("over", kind === "dragover");
        if (kind === "drop") this.dropped(event.dataTransfer);
      });
    }
  }

  async dropped(data) {
    const entries = [...data.items].map((item) => item.webkitGetAsEntry && item.webkitGetAsEntry()).filter(Boolean);
    const found = entries.length ? (await Promise.all(entries.map((entry) => inside(entry)))).flat() : [];
    this.add(found.length ? found : [...data.files].map((file) => [file.name, file]));
  }

  add(found) {
    for (const [path, file] of found) {
      if (!path.split("/").some((part) => PASSED_OVER.has(part))) this.chosen.set(path, file);
    }
    this.show();
  }

  show() {
    this.list.hidden = !this.chosen.size;
    this.list.replaceChildren(...[...this.chosen].map(([path, file]) => this.row(path, file)));
    if (this.count) say(this.count, counted(this.chosen.size));
    this.changed();
  }

  row(path, file) {
    const row = document.createElement("li");
    const remove = document.createElement("button");
    remove.type = "button";
    remove.className = "quiet";
    remove.textContent = "Remove";
    remove.setAttribute("aria-label", `Remove ${path}`);
    remove.addEventListener("click", () => {
      this.chosen.delete(path);
      this.show();
    });
    const size = document.createElement("span");
    size.className = "aside";
    size.textContent = ` ${readable(file.size)} `;
    row.append(path, size, remove);
    return row;
  }

  problem() {
    const sizes = [...this.chosen.values()].map((file) => file.size);
    const total = sizes.reduce((sum, size) => sum + size, 0);
    if (total > this.most.bytes) return `The files are ${readable(total)} together; at most ${readable(this.most.bytes)} can be handed in.`;
    if (sizes.length > this.most.files) return `There are ${sizes.length} files; hand in a zip, or ${this.most.files} at most.`;
    if (sizes.length && !total) return "There is nothing in these files.";
    return "";
  }
}

// The files of a dropped file or folder, with their paths.
async function inside(entry, path = "") {
  if (PASSED_OVER.has(entry.name)) return [];
  const name = path + entry.name;
  if (entry.isFile) return [[name, await new Promise((take, fail) => entry.file(take, fail))]];
  const reader = entry.createReader();
  const found = [];
  for (;;) {
    const some = await new Promise((take, fail) => reader.readEntries(take, fail));
    if (!some.length) return found.flat();
    found.push(...(await Promise.all(some.map((one) => inside(one, `${name}/`)))));
  }
}

function counted(files) {
  return files === 1 ? "1 file chosen" : `${files || "no"} files chosen`;
}

function readable(bytes) {
  if (bytes < 1024) return `${bytes} bytes`;
  return bytes < 1 << 20 ? `${Math.round(bytes / 1024)} KiB` : `${(bytes / (1 << 20)).toFixed(1)} MiB`;
}

// A request that tells how far it is, which fetch does not.
function sent(form, files) {
  const data = new FormData(form);
  const typed = data.getAll("files").filter((value) => typeof value === "string");
  data.delete("files"); // the inputs for files are empty; a question may have this name, too
  for (const text of typed) data.append("files", text);
  for (const [path, file] of files.chosen) data.append("files", file, path);
  const bar = form.querySelector("progress");
  const request = new XMLHttpRequest();
  request.open("POST", form.action);
  request.setRequestHeader("X-Form-Token", token);
  request.responseType = "json";
  request.upload.addEventListener("progress", (event) => {
    bar.hidden = !event.lengthComputable;
    bar.value = event.lengthComputable ? event.loaded / event.total : 0;
  });
  return new Promise((tell) => {
    request.addEventListener("loadend", () => {
      bar.hidden = true;
      const said = request.response || {};
      if (said.address || said.problem) tell(said);
      else if (request.status) tell({ problem: "Nothing was handed in: the service refused it. Try again." });
      else tell({ problem: "The connection broke. Hand in once more; if it came through twice, the newest counts." });
    });
    request.send(data);
  });
}
