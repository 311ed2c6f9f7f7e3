// The budget grid's own keys: Enter in an amount goes to the next one (the last: to the button that saves), Ctrl+Enter saves.
"use strict";

document.addEventListener("keydown", (event) => {
  const form = event.target.closest?.("form[data-budget]");
  if (!form || event.key !== "Enter" || event.isComposing) return;
  const save = form.querySelector("[data-save]");
  if (event.ctrlKey || event.metaKey) {
    event.preventDefault();
    form.requestSubmit(save);
  } else if (event.target.matches("input:not([type=submit])")) {
    event.preventDefault();
    const row = event.target.closest("tr");
    const amounts = [...form.querySelectorAll("[data-amount]")];
    // From another field of a row, the next amount is that of the row below.
    const from = amounts.indexOf(row?.querySelector("[data-amount]") ?? event.target);
    (amounts[from + 1] ?? save).focus();
    document.activeElement.select?.();
  }
});
