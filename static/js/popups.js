// What opens over the page: suggestions under the search box, and action menus (details.menu).
// Arrows walk through suggestions; Escape or leaving closes; Enter in the box still searches in full.
"use strict";

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest("details.menu[open]");
  if (menu && event.key === "Escape") {
    menu.open = false;
    menu.querySelector("summary").focus();
    return;
  }
  const form = event.target.closest("[data-search]");
  if (!form || !["ArrowDown", "ArrowUp", "Escape"].includes(event.key)) return;
  const box = form.querySelector("input[type=search]");
  const list = form.querySelector(".suggestions");
  const links = [...list.querySelectorAll("a")];
  if (event.key === "Escape") {
    if (!list.childElementCount) return;
    event.preventDefault();
    list.replaceChildren();
    box.focus();
    return;
  }
  if (!links.length) return;
  event.preventDefault();
  const place = links.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
  (links[place] || box).focus();
});

function leave(event) {
  document.querySelectorAll("[data-search]").forEach((form) => {
    if (!form.contains(event.target)) form.querySelector(".suggestions").replaceChildren();
  });
  document.querySelectorAll("details.menu[open]").forEach((menu) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
}
document.addEventListener("click", leave);
document.addEventListener("focusin", leave);
