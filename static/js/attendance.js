// The attendance screen at the keyboard: P, E or N marks the line one is on and goes to the next. Arrows still work.
"use strict";

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const line = event.target.closest("[data-attendance] .roll-call");
  if (!line) return;
  const mark = line.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (!mark) return;
  event.preventDefault();
  event.stopPropagation();
  mark.checked = true;
  const lines = [...document.querySelectorAll("[data-attendance] .roll-call")];
  const next = lines[lines.indexOf(line) + 1];
  const target = next ? next.querySelector("input:checked") || next.querySelector("[data-key]") : mark;
  target.focus();
});

// Whoever opens the page can type at once.
document.addEventListener("DOMContentLoaded", () => {
  if (document.querySelector("[data-error-summary], [autofocus]")) return;
  document.querySelector("[data-attendance] .roll-call input")?.focus();
});
