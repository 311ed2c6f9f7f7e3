// What is typed in a form marked data-draft-url is kept on the server: a few seconds after each change, when the
// page is hidden or left, and before any form of the page goes (the button that logs out is one). Only what changed
// since the last time is sent. When the session is over, the text stays on the page until its author is back.
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
  let busy = null;

  const post = (typed, leaving) => fetch(form.dataset.draftUrl, {
    method: "POST", body: new URLSearchParams(typed), keepalive: leaving, redirect: "manual",
  });

  // Logging in again changes the token that protects forms: take the new one from the page, as anyone would reload it.
  async function renewToken() {
    const answer = await fetch(location.href, { redirect: "manual" });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const token = page.querySelector("[name=csrfmiddlewaretoken]");
    if (token) document.querySelectorAll("[name=csrfmiddlewaretoken]").forEach(field => { field.value = token.value; });
  }

  // True when everything typed is on the server. One sending at a time, so that the last one typed is the last one kept.
  function keep(leaving = false) {
    clearTimeout(timer);
    if (leaving) { send(leaving); return; }
    const sending = (busy || Promise.resolve()).then(() => send(leaving));
    sending.finally(() => { if (busy === sending) busy = null; });
    return busy = sending;
  }

  async function send(leaving) {
    let typed = content();
    if (typed === kept) return true;
    kept = typed;
    try {
      let answer = await post(typed, leaving);
      if (answer.status === 403 && !leaving) {
        await renewToken();
        kept = typed = content();
        answer = await post(typed, leaving);
      }
      if (answer.type === "opaqueredirect") return lost(sayLogin, leaving);
      if (answer.status === 409) return lost(() => answer.text().then(text => { status.textContent = text; }), leaving);
      if (!answer.ok) throw new Error(answer.status);
      status.textContent = await answer.text();
      return true;
    } catch (error) {
      return lost(() => {
        status.textContent = "Le brouillon n’a pas pu être enregistré. Votre texte reste sur cette page : n’en partez pas.";
      }, leaving);
    }
  }

  function lost(say, leaving) {
    kept = null;
    say();
    if (!leaving) timer = setTimeout(keep, 4 * DELAY);
    return false;
  }

  function sayLogin() {
    if (status.querySelector("a")) return;
    const link = document.createElement("a");
    link.href = form.dataset.loginUrl;
    link.target = "_blank";
    link.textContent = "Reconnectez-vous dans un nouvel onglet";
    status.replaceChildren(
      "Votre session est fermée. Votre texte reste sur cette page : ne la quittez pas. ", link,
      ", puis revenez ici : il sera enregistré.",
    );
  }

  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(keep, DELAY);
  });
  if (!isServed) timer = setTimeout(keep, DELAY);
  let passing = false;
  // A form may be answered by the login page: what is typed goes first, and nothing goes when it cannot be kept.
  document.addEventListener("submit", async (event) => {
    if (passing || (!busy && content() === kept)) { passing = false; sent = event.target === form; return; }
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!await keep()) { status.scrollIntoView({ block: "center" }); return; }
    passing = true;
    event.target.requestSubmit(event.submitter);
  }, { capture: true });
  document.addEventListener("visibilitychange", () => { if (document.hidden) keep(true); else if (kept === null) keep(); });
  window.addEventListener("pagehide", () => { if (!sent) keep(true); });
  window.addEventListener("pageshow", () => { sent = false; passing = false; });
})();
