// What is typed in a form marked data-draft-url is kept on the server: a few seconds after each change, when the
// page is hidden, and when it is left. Only what changed since the last time is sent.
"use strict";

(() => {
  const DELAY = 3000;
  const form = document.querySelector("form[data-draft-url]");
  if (!form) return;
  const status = form.querySelector("[data-draft-status]");
  const content = () => new URLSearchParams(new FormData(form)).toString();
  // Somebody quick types before this script has come: what differs from the page as it was served is not kept yet.
  const isServed = [...form.elements].every(
    field => field.matches("select, [type=checkbox], [type=radio]") || field.value === field.defaultValue || field.type === "submit",
  );
  let kept = isServed ? content() : null;
  let timer = null;
  let sent = false;

  async function keep(leaving) {
    clearTimeout(timer);
    const typed = content();
    if (sent || typed === kept) return;
    kept = typed;
    try {
      const answer = await fetch(form.dataset.draftUrl, {
        method: "POST", body: new URLSearchParams(typed), keepalive: leaving, redirect: "error",
      });
      if (!answer.ok) throw new Error(answer.status);
      status.textContent = await answer.text();
    } catch (error) {
      kept = null;
      status.textContent = "Le brouillon n’a pas pu être enregistré. Votre texte reste sur cette page : n’en partez pas.";
      if (!leaving) timer = setTimeout(keep, 4 * DELAY);
    }
  }

  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(keep, DELAY);
  });
  if (!isServed) timer = setTimeout(keep, DELAY);
  form.addEventListener("submit", () => { sent = true; clearTimeout(timer); });
  document.addEventListener("visibilitychange", () => { if (document.hidden) keep(true); });
  window.addEventListener("pagehide", () => keep(true));
})();
