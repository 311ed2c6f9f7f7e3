// The keys of a letter's template: a click writes one where the cursor is, in the field last used.
"use strict";

(() => {
  const fields = [...document.querySelectorAll("[data-keys]")];
  if (!fields.length) return;
  let last = fields[fields.length - 1];
  for (const field of fields) field.addEventListener("focus", () => { last = field; });
  for (const button of document.querySelectorAll("button[data-key]")) {
    button.disabled = false;
    button.addEventListener("click", () => {
      last.focus();
      last.setRangeText(button.dataset.key, last.selectionStart, last.selectionEnd, "end");
      last.dispatchEvent(new Event("input", { bubbles: true }));
    });
  }
})();
