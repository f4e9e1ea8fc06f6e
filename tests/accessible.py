"""What would hinder somebody who cannot see a page well, or holds no mouse."""

from __future__ import annotations

from playwright.sync_api import Page

_NAMED = frozenset(
    ("link", "button", "image", "region", "textbox", "checkbox", "radio", "combobox", "listbox")
)

# One h1, no level left out, unique ids, links within the page that lead somewhere, labels that exist.
_STRUCTURE = """() => {
  const found = [], all = (selector) => [...document.querySelectorAll(selector)];
  if (!document.documentElement.lang) found.push("the page has no language");
  if (!document.title.trim()) found.push("the page has no title");
  if (all("h1").length !== 1) found.push(`there are ${all("h1").length} h1`);
  let level = 0;
  for (const head of all("h1,h2,h3,h4,h5,h6")) {
    const own = Number(head.tagName[1]);
    if (own > level + 1) found.push(`h${own} "${head.textContent.trim()}" comes under h${level}`);
    level = own;
  }
  const ids = all("[id]").map((one) => one.id);
  for (const id of new Set(ids.filter((id, place) => ids.indexOf(id) !== place))) found.push(`the id ${id} is not unique`);
  for (const one of all("a[href^='#']")) {
    const id = decodeURIComponent(one.hash.slice(1));
    if (!document.getElementById(id)) found.push(`#${id} leads nowhere`);
  }
  for (const name of ["aria-labelledby", "aria-describedby", "aria-controls", "for"])
    for (const one of all(`[${name}]`))
      for (const id of one.getAttribute(name).split(/\\s+/))
        if (!document.getElementById(id)) found.push(`${name}="${id}" names nothing`);
  for (const cell of all("th")) if (!cell.textContent.trim()) found.push("a heading of a table is empty");
  return found;
}"""

# Text against what lies behind it, as WCAG 2.2 counts it (4.5, or 3 for large text).
_CONTRAST = """() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = (front, back) => front.slice(0, 3).map((one, place) => one * front[3] + back[place] * (1 - front[3]));
  const light = (colour) => {
    const [r, g, b] = colour.map((one) => (one /= 255) <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    if (!element) return matchMedia("(prefers-color-scheme: dark)").matches ? [18, 18, 18] : [255, 255, 255];
    const own = rgba(getComputedStyle(element).backgroundColor);
    return own[3] === 1 ? own.slice(0, 3) : over(own, behind(element.parentElement));
  };
  const found = new Set();
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode.textContent.trim(), element = texts.currentNode.parentElement;
    if (!text || element.closest(":disabled, script, style, noscript, .katex-mathml, .unseen")) continue;
    if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
    const style = getComputedStyle(element), back = behind(element);
    const [one, other] = [light(over(rgba(style.color), back)), light(back)].sort((a, b) => b - a);
    const size = parseFloat(style.fontSize), large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
    const ratio = (one + 0.05) / (other + 0.05);
    if (ratio < (large ? 3 : 4.5)) found.add(`"${text.slice(0, 40)}" has a contrast of ${ratio.toFixed(2)}`);
  }
  return [...found];
}"""

# What is pressed with a finger is 24 pixels high and wide; links within a text may be smaller.
_TARGETS = """() => [...document.querySelectorAll("button, summary, select, textarea, input:not([type=hidden])")]
  .filter((one) => one.checkVisibility({ visibilityProperty: true }))
  .map((one) => [one, (one.matches("[type=radio], [type=checkbox]") && one.closest("label") || one).getBoundingClientRect()])
  .filter(([_, box]) => Math.min(box.width, box.height) < 24)
  .map(([one, box]) => `${one.tagName} "${one.textContent.trim() || one.name}" is ${box.width.toFixed()}×${box.height.toFixed()}`)
"""


def unreadable(page: Page) -> list[str]:
    """Everything that is wrong with a page, in words; empty is good."""
    found: list[str] = page.evaluate(_STRUCTURE) + page.evaluate(_CONTRAST)
    return found + page.evaluate(_TARGETS) + _without_names(page)


def _without_names(page: Page) -> list[str]:
    """What Chromium tells a screen reader of, with a role and nothing else."""
    session = page.context.new_cdp_session(page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    session.detach()
    return [
        f"{role} without a name"
        for node in nodes
        if not node.get("ignored")
        and (role := node.get("role", {}).get("value", "")) in _NAMED
        and not node.get("name", {}).get("value", "").strip()
    ]
