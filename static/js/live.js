// The day's board asks for itself every few seconds (hx-trigger on #board). It never changes under somebody's hand,
// and focus and scrolling stay where they were.
"use strict";

(() => {
  const board = () => document.getElementById("board");
  const BUSY = "details[open], form[data-sent], .htmx-request";
  let left = 0;
  let path = [];

  function isBoard(event) {
    return event.target.id === "board";
  }
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (isBoard(event) && (document.hidden || event.target.querySelector(BUSY))) event.preventDefault();
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const stale = document.getElementById("stale");
    if (isBoard(event) && stale) stale.hidden = Boolean(event.detail.successful);
  });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && board()) htmx.trigger(board(), "refresh");
  });

  document.addEventListener("htmx:beforeSwap", (event) => {
    // The session has ended: this is the login page, not a board.
    if (new URL(event.detail.xhr.responseURL).pathname !== event.detail.pathInfo.finalRequestPath.split("?")[0]) {
      event.detail.shouldSwap = false;
      window.location.reload();
      return;
    }
    if (isBoard(event) && event.target.querySelector(BUSY)) event.detail.shouldSwap = false;
    left = document.getElementById("day-scroll")?.scrollLeft ?? 0;
    path = [];
    for (let one = document.activeElement; one && one !== document.body; one = one.parentElement) {
      if (one.id) path.push(one.id);
    }
  });
  document.addEventListener("htmx:afterSwap", () => {
    const table = document.getElementById("day-scroll");
    if (table) table.scrollLeft = left;
    if (document.activeElement !== document.body) return;
    // What had the focus is gone: its nearest surroundings that can have it take over.
    const next = path.map((id) => document.getElementById(id)).find((one) => one?.matches("a, button, [tabindex]"));
    if (next) next.focus({preventScroll: true});
  });
})();
