// The booking page's own keys: Ctrl+Enter (or Enter in the note) confirms, Escape is "none of them". Digits are in app.js (data-shortcut).
"use strict";

document.addEventListener("keydown", (event) => {
  const form = document.querySelector("form[data-booking]");
  if (!form) return;
  if (event.key === "Enter" && (event.ctrlKey || event.target.name === "practical_note")) {
    event.preventDefault();
    form.requestSubmit(form.querySelector("[data-confirm]"));
  } else if (event.key === "Escape") {
    const none = form.querySelector("[data-escape]");
    if (!none) return;
    event.preventDefault();
    none.click();
  }
});
