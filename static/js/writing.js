// The writing room: two buttons that type what bold and lists are written with; a closed session swaps nothing.
"use strict";

(() => {
  // Typed through the browser, so that undoing works as for anything typed.
  function type(field, start, end, text) {
    field.focus();
    field.setSelectionRange(start, end);
    if (!document.execCommand("insertText", false, text)) {
      field.setRangeText(text, start, end, "end");
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }

  function wrap(field, mark) {
    const { selectionStart: start, selectionEnd: end, value } = field;
    const chosen = value.slice(start, end);
    type(field, start, end, `${mark}${chosen}${mark}`);
    if (!chosen) field.setSelectionRange(start + mark.length, start + mark.length);
  }

  function prefix(field, mark) {
    const { selectionStart: start, selectionEnd: end, value } = field;
    const from = value.lastIndexOf("\n", start - 1) + 1;
    const lines = value.slice(from, end).split("\n");
    type(field, from, end, lines.map((line) => (line.startsWith(mark) ? line : mark + line)).join("\n"));
  }

  document.querySelectorAll("[data-tools-for]").forEach((tools) => {
    const field = document.getElementById(tools.dataset.toolsFor);
    tools.hidden = false;
    tools.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (!button) return;
      if (button.dataset.wrap) wrap(field, button.dataset.wrap);
      else prefix(field, button.dataset.prefix);
    });
  });

  document.addEventListener("htmx:beforeSwap", (event) => {
    // The session has ended: this is the login page. draft.js says so beside the text.
    const asked = event.detail.pathInfo.finalRequestPath.split("?")[0];
    if (new URL(event.detail.xhr.responseURL).pathname !== asked) event.detail.shouldSwap = false;
  });
})();
