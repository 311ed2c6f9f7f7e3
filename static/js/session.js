// The session's clock. Some minutes before the session ends a dialog says so and one click keeps it; once it is over
// the page is hidden, whatever was typed stays in it, and its author finds it again after logging in from another tab.
"use strict";

(() => {
  const warning = document.getElementById("session-warning");
  const lock = document.getElementById("session-lock");
  if (!warning || !lock) return;
  const { statusUrl, extendUrl, user } = warning.dataset;
  const warn = Number(warning.dataset.warn);
  const text = warning.querySelector("[data-session-text]");
  const lockText = lock.querySelector("[data-session-text]");
  const PING = 120_000;
  let idleEnd, absoluteEnd, timer, lastPing = Date.now(), busy = false;

  const token = () => document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
  const minutes = (seconds) => {
    const count = Math.max(1, Math.ceil(seconds / 60));
    return count === 1 ? "une minute" : `${count}\u00a0minutes`;
  };

  function set(idle, absolute) {
    idleEnd = Date.now() + idle * 1000;
    absoluteEnd = Date.now() + absolute * 1000;
    plan();
  }

  function plan() {
    clearTimeout(timer);
    const end = Math.min(idleEnd, absoluteEnd);
    const left = (end - Date.now()) / 1000;
    // While the dialog is open, its minutes are counted down.
    const wait = left > warn ? left - warn : Math.min(left, left % 60 || 60);
    timer = setTimeout(ask, Math.max(1, wait) * 1000);
  }

  async function call(url, method) {
    const answer = await fetch(url, {
      method, redirect: "manual", cache: "no-store",
      headers: method === "POST" ? { "X-CSRFToken": token() } : {},
    });
    if (answer.type === "opaqueredirect" || answer.status === 403) return null;
    if (!answer.ok) throw new Error(answer.status);
    return answer.json();
  }

  // What the server says counts: another tab may have kept the session, or closed it.
  async function ask() {
    if (busy) return;
    busy = true;
    try {
      follow(await call(statusUrl, "GET"));
    } catch {
      timer = setTimeout(ask, 15_000);
    } finally { busy = false; }
  }

  function follow(state) {
    if (state === null) { close(); return; }
    if (state.user !== user) { location.reload(); return; }
    set(state.idle, state.absolute);
    const left = Math.min(state.idle, state.absolute);
    if (left > warn) { if (warning.open) warning.close(); return; }
    const forced = state.absolute <= state.idle;
    text.textContent = forced
      ? `Votre session prend fin dans ${minutes(left)}, comme chaque jour. Enregistrez ce que vous écrivez, puis reconnectez-vous.`
      : `Vous n’avez rien fait depuis un moment. Votre session se fermera dans ${minutes(left)}.`;
    warning.querySelector("[data-session-extend]").textContent = forced ? "J’ai compris" : "Continuer à travailler";
    if (!warning.open && !(forced && warning.dataset.understood)) {
      warning.showModal();
      warning.querySelector("[data-session-extend]").focus();
    }
  }

  async function extend() {
    // Only who read that the day's end comes has understood it; this is also called while one types.
    if (warning.open && absoluteEnd <= idleEnd) warning.dataset.understood = "true";
    if (warning.open) warning.close();
    lastPing = Date.now();
    try {
      follow(await call(extendUrl, "POST"));
    } catch { timer = setTimeout(ask, 15_000); }
  }

  // Over: nobody who passes by reads the page, and nothing typed in it is lost.
  function close() {
    clearTimeout(timer);
    if (warning.open) warning.close();
    document.documentElement.dataset.sessionLocked = "";
    if (!lock.open) { lock.showModal(); lock.querySelector("a").focus(); }
  }

  async function reopen() {
    let state = null;
    try { state = await call(statusUrl, "GET"); } catch { /* said below */ }
    if (state === null) {
      lockText.textContent = "La session n’est pas encore rouverte\u00a0: connectez-vous dans l’autre onglet, puis revenez ici.";
      return;
    }
    if (state.user !== user) { location.reload(); return; }
    // Logging in changed the token that protects forms.
    document.querySelectorAll("[name=csrfmiddlewaretoken]").forEach((field) => { field.value = state.csrf; });
    document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": state.csrf }));
    document.querySelectorAll("form[data-sent]").forEach((form) => { delete form.dataset.sent; });
    delete document.documentElement.dataset.sessionLocked;
    delete warning.dataset.understood;
    lock.close();
    follow(state);
  }

  warning.querySelector("[data-session-extend]").addEventListener("click", extend);
  warning.addEventListener("cancel", (event) => { event.preventDefault(); extend(); });
  lock.querySelector("[data-session-reopen]").addEventListener("click", reopen);
  lock.addEventListener("cancel", (event) => event.preventDefault());
  // Whoever writes a long note on one page is at work.
  for (const kind of ["input", "keydown", "pointerdown"]) {
    document.addEventListener(kind, () => {
      if (warning.open || lock.open || Date.now() - lastPing < PING) return;
      extend();
    }, { passive: true, capture: true });
  }
  // A computer that slept, a page taken back from the browser's memory, a return from the tab where one logged in.
  const back = () => {
    if (lock.open) reopen();
    else if (Date.now() > Math.min(idleEnd, absoluteEnd) - warn * 1000) ask();
  };
  document.addEventListener("visibilitychange", () => { if (!document.hidden) back(); });
  window.addEventListener("pageshow", (event) => { if (event.persisted) ask(); });
  set(Number(warning.dataset.idle), Number(warning.dataset.absolute));
})();
