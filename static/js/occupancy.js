// The occupancy timeline with the keyboard: one stop for Tab, then arrows from cell to cell, as in a spreadsheet.
// Without this script every link of the table is a stop of its own, and nothing is lost.
"use strict";

(() => {
  const table = document.querySelector("table[data-grid]");
  if (!table) return;
  const help = document.querySelector(".keys-help");
  if (help) help.hidden = false;

  // What receives the focus in a cell: its link, or the cell itself where there is nothing to open.
  const rows = [...table.tBodies[0].rows].map((row) => {
    let from = 0;
    return [...row.cells].map((cell) => {
      const stop = cell.querySelector("a") || cell;
      const place = {stop, from, until: from + cell.colSpan};
      from += cell.colSpan;
      stop.tabIndex = -1;
      return place;
    });
  });
  let current = rows[0] && rows[0][0].stop;
  if (!current) return;
  current.tabIndex = 0;

  const find = (stop) => {
    for (const [line, row] of rows.entries()) {
      const rank = row.findIndex((place) => place.stop === stop);
      if (rank >= 0) return {line, rank, place: row[rank]};
    }
    return null;
  };
  const keep = (stop) => {
    current.tabIndex = -1;
    current = stop;
    current.tabIndex = 0;
  };
  // The cell of another line that covers the same days; a column is remembered while one goes up and down.
  let column = null;
  const across = (line, at) => rows[line].find((place) => place.from <= at && at < place.until) || rows[line].at(-1);

  table.addEventListener("focusin", (event) => {
    const stop = event.target.closest("a, td, th");
    if (stop && find(stop)) keep(stop);
  });
  table.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const here = find(current);
    if (!here) return;
    const row = rows[here.line];
    let next = null;
    switch (event.key) {
      case "ArrowRight": next = row[here.rank + 1]; column = null; break;
      case "ArrowLeft": next = row[here.rank - 1]; column = null; break;
      case "Home": next = row[0]; column = null; break;
      case "End": next = row.at(-1); column = null; break;
      case "ArrowDown":
      case "ArrowUp": {
        const line = here.line + (event.key === "ArrowDown" ? 1 : -1);
        if (column === null) column = here.place.from;
        if (rows[line]) next = across(line, column);
        break;
      }
      default: return;
    }
    event.preventDefault();
    if (!next) return;
    keep(next.stop);
    next.stop.focus();
    next.stop.scrollIntoView({block: "nearest", inline: "nearest"});
  });
})();
