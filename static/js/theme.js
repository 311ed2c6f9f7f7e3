// Before the first paint: the reader's choice of light or dark, or the system's.
(function () {
  "use strict";
  var choice = null;
  try { choice = localStorage.getItem("theme"); } catch (error) { /* storage may be off: the system decides */ }
  var dark = choice ? choice === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.dataset.bsTheme = dark ? "dark" : "light";
})();
