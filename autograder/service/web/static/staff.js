"use strict";

// Grading a pile with the keyboard; without this file the page works by Tab, Space and Enter.

function typing(target) {
  return target.tagName === "TEXTAREA" || target.tagName === "SELECT" || (target.tagName === "INPUT" && target.type !== "checkbox");
}

function prepareMarks(form) {
  const ticks = [...form.querySelectorAll("input[data-share]")];
  const sum = form.querySelector("[data-sum]");

  function count() {
    if (!sum) return;
    const share = ticks.filter((tick) => tick.checked).reduce((total, tick) => total + Number(tick.dataset.share), 0);
    sum.hidden = false;
    sum.textContent = `The ticks are worth ${Number((share * Number(sum.dataset.sum)).toFixed(2))} points.`;
  }

  count();
  form.addEventListener("change", count);
  form.querySelector("[data-keys]").hidden = false;
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const tick = /^[1-9]$/.test(event.key) ? ticks[Number(event.key) - 1] : null;
    const link = /^[jk]$/.test(event.key) ? document.querySelector(`a[data-key="${event.key}"]`) : null;
    if (tick) {
      tick.checked = !tick.checked;
      count();
    } else if (link) {
      link.click();
    } else if (event.key === "w") {
      form.querySelector("textarea").focus();
    } else {
      return;
    }
    event.preventDefault();
  });
}

for (const form of document.querySelectorAll("form[data-marks]")) prepareMarks(form);
