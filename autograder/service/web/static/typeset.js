// Formulas: the source stands in the page, and stays where KaTeX cannot read it. Times: in the reader's zone.

const OPTIONS = { throwOnError: true, trust: false, maxExpand: 200, maxSize: 50, strict: "ignore" };
const TIMES = new Intl.DateTimeFormat([], { dateStyle: "medium", timeStyle: "short" });

export function typeset(root) {
  for (const element of root.querySelectorAll(".formula:not([data-typeset])")) formula(element);
  for (const time of root.querySelectorAll("time[datetime]:not([data-typeset])")) {
    time.dataset.typeset = "yes";
    time.textContent = TIMES.format(new Date(time.dateTime));
  }
}

function formula(element) {
  if (!window.katex) return;
  element.dataset.typeset = "yes";
  const source = element.textContent;
  try {
    katex.render(source, element, { ...OPTIONS, displayMode: element.tagName === "DIV" });
  } catch (error) {
    element.textContent = source;
  }
}
