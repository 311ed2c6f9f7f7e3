// Small behaviours hooked on data- attributes. Every page works without them.
"use strict";

// A form marked data-once is sent once: a second click while it is on its way does nothing.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-once]")) return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "true";
});
// Coming back with the browser's button must leave the form usable.
window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach((form) => { delete form.dataset.sent; });
});

// After a refused form, the reader lands on the summary of errors.
document.addEventListener("DOMContentLoaded", () => {
  const summary = document.querySelector("[data-error-summary]");
  if (summary) summary.focus();
});

// Tabs that do not fit scroll: the one that is open must show.
document.addEventListener("DOMContentLoaded", () => {
  const tab = document.querySelector(".nav-tabs .active");
  if (tab) { const tabs = tab.closest(".nav-tabs"); tabs.scrollLeft = tab.offsetLeft - tabs.offsetLeft - (tabs.clientWidth - tab.offsetWidth) / 2; }
});

// Fields and links may name a one-key shortcut (data-shortcut="/") or an Alt shortcut (data-shortcut="alt+n").
// One-key shortcuts only act outside text fields, and each agent can switch them off in "Mon compte" (WCAG 2.1.4).
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey) return;
  const typing = event.target.closest("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]");
  // Digits go by their key: on a French keyboard the row of digits types "&", "é"… unless Shift is held.
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(event.code);
  const name = (event.altKey ? "alt+" : "") + (digit ? digit[1] : event.key.toLowerCase());
  if (typing && !event.altKey) return;
  const target = document.querySelector(`[data-shortcut="${CSS.escape(name)}"]`);
  if (!target) return;
  event.preventDefault();
  target.focus();
  if (target.matches("a, button, summary, [type=radio], [type=checkbox]")) target.click();
  // What a shortcut unfolds is there to be filled in.
  if (target.matches("summary") && target.parentElement.open) target.parentElement.querySelector("input:not([type=hidden])")?.focus();
});

// Light or dark: buttons with data-theme-choice ("light", "dark" or "auto").
document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll("[data-theme-choice]").forEach((button) => {
    button.setAttribute("aria-pressed", String(button.dataset.themeChoice === (localStorage.getItem("theme") || "auto")));
  });
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-theme-choice]");
  if (!button) return;
  const choice = button.dataset.themeChoice;
  if (choice === "auto") localStorage.removeItem("theme"); else localStorage.setItem("theme", choice);
  const dark = choice === "auto" ? matchMedia("(prefers-color-scheme: dark)").matches : choice === "dark";
  document.documentElement.dataset.bsTheme = dark ? "dark" : "light";
  document.querySelectorAll("[data-theme-choice]").forEach((other) => {
    other.setAttribute("aria-pressed", String(other === button));
  });
});

// Somebody quick types before htmx has come: what was typed meanwhile is said again, or nothing would answer it. (A trigger
// "changed" would not hear it: htmx takes the value it finds for the former one.)
document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll("input:not([type=hidden], [type=checkbox], [type=radio], [type=file]), textarea").forEach((field) => {
    if (field.value !== field.defaultValue) field.dispatchEvent(new Event("input", { bubbles: true }));
  });
});

// Printing: a button, because a link that does nothing without script would be a lie.
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});
