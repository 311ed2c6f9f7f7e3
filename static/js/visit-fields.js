// The fields of a visit: their values by name, the rows of rooms and bills, the steppers, how far one is.
"use strict";

window.visitFields = form => {
  // Whom to tell that something was changed by a button.
  let changed = () => {};

  // --- The fields, by name ------------------------------------------------------------------------
  const CONTROL = new Set(["csrfmiddlewaretoken", "une_fois", "auteur", "version", "cle", "envoi", "terminer"]);
  const fields = () => [...form.elements].filter(one => one.name && !CONTROL.has(one.name) && one.type !== "submit");

  function values() {
    const found = {};
    for (const one of fields()) {
      if (one.type === "radio") { if (one.checked) found[one.name] = one.value; else found[one.name] ??= ""; }
      else if (one.type === "checkbox") found[one.name] = one.checked ? "on" : "";
      else found[one.name] = one.value;
    }
    return found;
  }

  function fill(content) {
    for (const kind of ["pieces", "factures"]) setRows(kind, Number(content[`${kind}-total`] || 0));
    for (const one of fields()) {
      if (!(one.name in content)) continue;
      const value = content[one.name];
      if (one.type === "radio") one.checked = one.value === value;
      else if (one.type === "checkbox") one.checked = value === "on";
      else one.value = value;
    }
    progress();
  }

  // --- Rooms and bills ----------------------------------------------------------------------------
  const list = kind => form.querySelector(`[data-rows="${kind}"]`);
  const total = kind => form.querySelector(`[data-total="${kind}"]`);

  function addRow(kind) {
    const rank = list(kind).children.length;
    if (rank >= 30) return null;
    const row = form.querySelector(`template[data-blank="${kind}"]`).content.firstElementChild.cloneNode(true);
    rename(row, kind, "__rang__", rank);
    list(kind).append(row);
    show(row);
    total(kind).value = rank + 1;
    return row;
  }

  function rename(row, kind, from, rank) {
    for (const one of row.querySelectorAll("[name], [id], [for]")) {
      for (const name of ["name", "id", "for"]) {
        const value = one.getAttribute(name);
        if (value) one.setAttribute(name, value.replace(`${kind}-${from}-`, `${kind}-${rank}-`));
      }
    }
  }

  function setRows(kind, count) {
    const rows = list(kind);
    while (rows.children.length > count) rows.lastElementChild.remove();
    while (rows.children.length < count && addRow(kind));
    total(kind).value = rows.children.length;
  }

  function removeRow(row) {
    const rows = row.parentElement;
    const kind = rows.dataset.rows;
    const next = row.nextElementSibling || row.previousElementSibling;
    row.remove();
    [...rows.children].forEach((one, rank) => {
      const old = one.querySelector("[name]").name.match(/-(\d+)-/)[1];
      rename(one, kind, old, rank);
    });
    total(kind).value = rows.children.length;
    (next?.querySelector("select, input") || form.querySelector(`[data-add="${kind}"]`)).focus();
    changed();
  }

  function show(root) {
    root.querySelectorAll("[data-remove], [data-add], [data-step]").forEach(one => { one.hidden = false; });
  }

  form.addEventListener("click", event => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.add) { addRow(button.dataset.add)?.querySelector("select, input").focus(); changed(); }
    else if ("remove" in button.dataset) removeRow(button.closest("[data-row]"));
    else if (button.dataset.step) {
      const field = button.parentElement.querySelector("input");
      const count = Math.min(Math.max((Number.parseInt(field.value, 10) || 0) + Number(button.dataset.step), 0), 99);
      field.value = count || "";
      changed();
    }
  });

  // --- How far one is -----------------------------------------------------------------------------
  function progress() {
    for (const section of document.querySelectorAll("[data-section]")) {
      const asked = new Map();
      for (const one of section.querySelectorAll("input:not([type=hidden]), select, textarea")) {
        const rest = /-(room|months)$/.test(one.name);
        if (rest || one.closest("template")) continue;
        const answered = one.type === "radio" || one.type === "checkbox" ? one.checked && one.value !== "" : one.value.trim() !== "";
        asked.set(one.name, asked.get(one.name) || answered);
      }
      const done = [...asked.values()].filter(Boolean).length;
      const isList = ["pieces", "factures", "equipements"].includes(section.dataset.section);
      const mark = document.querySelector(`[data-progress="${section.dataset.section}"]`);
      mark.textContent = isList ? (done ? String(done) : "") : `${done}/${asked.size}`;
      mark.closest("a").classList.toggle("is-begun", done > 0);
    }
  }

  return { CONTROL, values, fill, progress, show: () => show(form), onChange: act => { changed = act; } };
};
