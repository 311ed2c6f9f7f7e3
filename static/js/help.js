// The panel « Aide »: the page that explains a screen, beside it where there is room, over it on small screens.
// Without this script the link opens the same page.
"use strict";

(() => {
  const link = document.querySelector("[data-help-open]");
  const panel = document.getElementById("aide");
  if (!link || !panel) return;
  const title = panel.querySelector("#aide-titre");
  const body = panel.querySelector("#aide-texte");
  const isWide = matchMedia("(min-width: 1200px)");
  let shown = "";

  async function load(url) {
    const address = new URL(url, window.location.href);
    if (shown !== address.pathname) {
      const answer = await fetch(address.pathname, { headers: { "HX-Request": "true" } });
      // No panel of this page (the session has ended, or it is the table of contents): the page itself.
      const text = answer.ok && !answer.redirected ? await answer.text() : "";
      if (!text.includes("data-help-title")) { window.location.assign(url); return; }
      body.innerHTML = text;
      title.textContent = body.firstElementChild.dataset.helpTitle;
      shown = address.pathname;
      panel.scrollTop = 0;
    }
    if (!panel.open) {
      if (isWide.matches) panel.show(); else panel.showModal();
      link.setAttribute("aria-expanded", "true");
    }
    const place = address.hash && document.getElementById(`aide-${address.hash.slice(1)}`);
    (place || title).focus();
  }

  function open(url) {
    // A network that is gone (a visit at home) must not cost what is being typed.
    load(url).catch(() => {
      shown = "";
      title.textContent = "Aide";
      body.textContent = "L’aide n’a pas pu être chargée\u00a0: vérifiez la connexion, puis réessayez.";
      if (!panel.open) panel.show();
      title.focus();
    });
  }

  function close() {
    panel.close();
  }

  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (panel.open) close(); else open(link.href);
  });
  panel.addEventListener("close", () => {
    link.setAttribute("aria-expanded", "false");
    link.focus();
  });
  panel.querySelector("[data-help-close]").addEventListener("click", close);
  panel.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    event.preventDefault();
    close();
  });
  panel.addEventListener("click", (event) => {
    const inside = event.target.closest("a[data-help]");
    if (!inside || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open(inside.href);
  });
  link.setAttribute("aria-expanded", "false");
  link.setAttribute("aria-controls", "aide");
})();

// An explained acronym shows its meaning while it has the focus; Escape puts it away.
document.addEventListener("keydown", (event) => {
  const term = event.target.closest?.(".term");
  if (!term || event.key !== "Escape") return;
  event.preventDefault();
  term.blur();
});
