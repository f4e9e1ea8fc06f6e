// The math keyboard: MathLive beside a text field, loaded when somebody asks for it. The field stays the one place
// where the answer is; what is built here is written into it as LaTeX.

import { line } from "./service.js";

// The names of mathematics, and no words that end a subscript: `in` is a part of W_in here.
const WORDS = "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau phi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega sin cos tan sinh cosh tanh exp ln log max min".split(" ");
const SHORTCUTS = {
  ...Object.fromEntries(WORDS.map((word) => [word, `\\${word}`])),
  sqrt: "\\sqrt{#?}", sum: "\\sum_{#?}^{#?}", prod: "\\prod_{#?}^{#?}", int: "\\int_{#?}^{#?}",
  floor: "\\left\\lfloor#?\\right\\rfloor", ceil: "\\left\\lceil#?\\right\\rceil",
  oo: "\\infty", "<=": "\\le", ">=": "\\ge", "!=": "\\ne", "...": "\\ldots",
};
const KEYS = [
  ["7", "8", "9", "+", "(", ")", "#@^{#?}", "#@_{#?}", "\\sqrt{#?}", "\\left\\lfloor#?\\right\\rfloor"],
  ["4", "5", "6", "-", "=", ",", "\\frac{#@}{#?}", { label: "exp", insert: "\\exp\\left(#?\\right)" }, { label: "ln", insert: "\\ln\\left(#?\\right)" }, "\\left\\lceil#?\\right\\rceil"],
  ["1", "2", "3", "\\cdot", "\\pi", "\\infty", "\\sum_{#?}^{#?}", "\\prod_{#?}^{#?}", "\\left|#?\\right|", "[undo]"],
  ["0", ".", "[left]", "[right]", { label: "[backspace]", width: 1.5 }, { label: "[hide-keyboard]", width: 1.5 }],
];
const PER_ROW = 10;

let loading = null;

export function load() {
  loading ??= import("./mathlive/mathlive.min.mjs").then(prepare);
  loading.catch(() => (loading = null)); // the next click tries again
  return loading;
}

function prepare({ MathfieldElement }) {
  MathfieldElement.fontsDirectory = new URL("katex/fonts", import.meta.url).href;
  MathfieldElement.soundsDirectory = null;
  MathfieldElement.createHTML = withoutStyles;
  document.adoptedStyleSheets.push(sheet);
  const board = window.mathVirtualKeyboard;
  board.editToolbar = "none";
  board.addEventListener("geometrychange", () => {
    document.body.style.paddingBottom = board.visible ? `${board.boundingRect.height + 16}px` : "";
    document.body.classList.toggle("keyboard", board.visible);
    if (board.visible) uncover(board.boundingRect.height);
  });
  return MathfieldElement;
}

// The field and what is said of it must not lie under the keys.
function uncover(height) {
  const field = document.activeElement;
  const hidden = field.getBoundingClientRect().bottom + 5 * 16 - (window.innerHeight - height);
  if (field.tagName === "MATH-FIELD" && hidden > 0) window.scrollBy(0, hidden);
}

// MathLive writes markup with style attributes, which the pages' policy forbids. Each style becomes a rule of a
// sheet, which it allows, and the attribute the name of the rule.
const sheet = new CSSStyleSheet();
const known = new Set();

function withoutStyles(markup) {
  return markup.replace(/\sstyle=(?:"([^"]*)"|'([^']*)')/g, (_, one, two) => {
    const style = one ?? two;
    if (style === "visibility:hidden") return ""; // taken away by script, which a rule would outlive
    if (!known.has(style)) {
      known.add(style);
      sheet.insertRule(`:is(#_, [data-style="${CSS.escape(style)}"]) { ${style} }`);
    }
    return ` data-style="${style}"`;
  });
}

export class Keyboard {
  static async open(button, input, keys, said) {
    return new Keyboard(await load(), button, input, keys, said);
  }

  constructor(Mathfield, button, input, keys, said) {
    this.input = input;
    this.button = button;
    this.layout = layout(keys);
    this.box = document.createElement("div");
    this.box.id = `keyboard-${input.name}`;
    const field = (this.field = new Mathfield());
    field.setAttribute("aria-label", `${button.textContent.trim()}: ${input.labels[0].textContent.trim()}`);
    field.mathVirtualKeyboardPolicy = "manual";
    this.box.append(field);
    button.parentElement.before(this.box);
    field.shadowRoot.adoptedStyleSheets.push(sheet);
    field.popoverPolicy = "off"; // these hold only in the page
    field.environmentPopoverPolicy = "off";
    field.inlineShortcuts = SHORTCUTS;
    field.menuItems = [];
    field.addEventListener("input", () => this.write());
    field.addEventListener("focusin", () => this.show());
    field.addEventListener("focusout", () => this.hide());
    button.setAttribute("aria-expanded", "true");
    button.setAttribute("aria-controls", this.box.id);
    this.fill(said);
    field.focus();
  }

  // What is typed already, as it was read.
  fill(said) {
    const text = this.input.value.trim();
    const latex = (said.typeset || {})[this.input.name];
    if (latex !== undefined || !said.unreadable) this.field.setValue(latex ?? text, { silenceNotifications: true });
    if (text && latex === undefined && said.unreadable) {
      this.box.append(line("What is typed cannot be read yet, so this starts empty. The text stays until you write here.", "aside"));
    }
  }

  // The answer was read again, after somebody typed into the text field.
  take(said) {
    const latex = (said.typeset || {})[this.input.name];
    if (document.activeElement === this.input && latex !== undefined) {
      this.field.setValue(latex, { silenceNotifications: true });
    }
  }

  write() {
    this.input.value = this.field.getValue("latex");
    this.input.dispatchEvent(new Event("input", { bubbles: true }));
  }

  show() {
    window.mathVirtualKeyboard.layouts = [this.layout, "alphabetic", "greek"];
    window.mathVirtualKeyboard.show();
  }

  // Not at once: the page moves when the keys go, and what was just pressed must not move away.
  hide() {
    setTimeout(() => {
      if (document.activeElement?.tagName !== "MATH-FIELD") window.mathVirtualKeyboard.hide();
    }, 300);
  }

  close() {
    window.mathVirtualKeyboard.hide();
    this.box.remove();
    this.button.setAttribute("aria-expanded", "false");
    this.input.focus();
  }
}

// The question's own symbols on top, then what formulas are made of.
function layout(symbols) {
  const rows = [];
  for (let start = 0; start < symbols.length; start += PER_ROW) rows.push(symbols.slice(start, start + PER_ROW));
  const key = (one) => (typeof one === "string" && !one.startsWith("[") ? { latex: one } : one);
  return { label: "answer", tooltip: "This answer", rows: [...rows, ...KEYS].map((row) => row.map(key)) };
}
