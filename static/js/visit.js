// The form of a visit, at a kitchen table, with or without a connection (docs/adr/0013). Everything typed is kept in
// the browser at once, sent some seconds later, and sent again until it is received: the same key is received once.
"use strict";

(() => {
  const form = document.querySelector("form[data-visit]");
  if (!form) return;
  const store = window.visitStore;
  const conflict = window.visitConflict(form);
  const fields = window.visitFields(form);
  const { CONTROL, values, fill, progress } = fields;
  const DELAY = 2500;
  const AGAIN = 8000;
  const ID = form.dataset.visitId || location.pathname.match(/visites\/([0-9a-f-]{36})\//)?.[1] || "";
  const ROOT = location.pathname.replace(/saisir\/$/, "");
  const LARGEST = 2000;
  const said = document.querySelector("[data-said]");
  const banner = document.querySelector("[data-offline]");
  const notice = document.querySelector("[data-notice]");
  const photoForm = document.querySelector("[data-photos]");
  const shots = document.querySelector("[data-shots]");
  let author = form.dataset.author || "";
  let heading = form.dataset.heading || "";
  // What this tablet knows of the visit: the version read, the keys sent without an answer, what is not received yet.
  let state = { version: Number(form.dataset.version || 0), unheard: [], dirty: false, key: "", finish: false };
  let timer = null;
  let sending = false;
  let stopped = false;
  let refusedKey = "";
  // A button was pressed: its author waits for what comes of it, and is shown it.
  let pressed = false;
  let writing = Promise.resolve();

  // --- What is said -------------------------------------------------------------------------------
  function say(text) { said.textContent = text; }

  // Announced once: what is said again every few seconds is not said anew.
  function tell(...parts) {
    const made = document.createElement("div");
    made.append(...parts);
    if (made.textContent === notice.textContent && notice.childElementCount === made.childElementCount) return;
    notice.replaceChildren(...made.childNodes);
    notice.hidden = !notice.hasChildNodes();
    if (pressed && !notice.hidden) notice.scrollIntoView({ block: "start" });
    pressed = false;
  }

  function element(name, text, more = {}) {
    const made = document.createElement(name);
    made.textContent = text;
    return Object.assign(made, more);
  }

  function offline(is) { banner.hidden = !is; }

  // --- Kept on the tablet -------------------------------------------------------------------------
  function record() {
    return {
      id: ID, url: location.pathname, author, heading, values: values(), version: state.version, unheard: state.unheard, dirty: state.dirty,
      key: state.key, finish: state.finish, at: Date.now(),
    };
  }

  // One writing at a time, in the order of what was typed.
  function keep() {
    writing = writing.catch(() => {}).then(() => store.write(record())).catch(() => {
      say("La tablette n’a pas pu garder la saisie : ne quittez pas cette page.");
    });
    return writing;
  }

  function changed() {
    state.dirty = true;
    state.key = crypto.randomUUID();
    progress();
    keep();
    if (navigator.onLine) say("En cours de saisie…"); else { offline(true); say("Gardé sur cette tablette."); }
    plan(DELAY);
  }

  function plan(delay) {
    clearTimeout(timer);
    timer = setTimeout(send, delay);
  }

  fields.onChange(changed);
  form.addEventListener("input", event => { if (!CONTROL.has(event.target.name)) changed(); });

  // --- Sent ---------------------------------------------------------------------------------------
  function token() { return form.querySelector("[name=csrfmiddlewaretoken]"); }

  // The page that opened without a connection, or before a new login, has no valid token: the live page has one.
  async function renewToken() {
    const answer = await fetch(location.href, { redirect: "manual", headers: { "X-Live": "1" } });
    if (answer.type === "opaqueredirect") return "login";
    if (!answer.ok) return "gone";
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const live = page.querySelector("form[data-visit]");
    const found = page.querySelector("[name=csrfmiddlewaretoken]");
    if (!live?.dataset.author || !found?.value) return "gone";
    document.querySelectorAll("[name=csrfmiddlewaretoken]").forEach(one => { one.value = found.value; });
    if (!author) author = live.dataset.author;
    return author === live.dataset.author ? "ready" : "author";
  }

  async function send() {
    clearTimeout(timer);
    if (sending || stopped || !(state.dirty || (await queued()).length)) return;
    sending = true;
    try {
      if (!token().value) { const got = await renewToken(); if (got !== "ready") return refused(got); }
      if (state.dirty && state.key !== refusedKey && !await sendVisit()) return;
      await sendPhotos();
    } catch {
      offline(true);
      say("Gardé sur cette tablette.");
      plan(AGAIN);
    } finally {
      sending = false;
      if (state.dirty && !stopped && state.key !== refusedKey) plan(AGAIN);
    }
  }

  function body(key) {
    const data = new URLSearchParams(values());
    data.set("csrfmiddlewaretoken", token().value);
    data.set("auteur", author);
    data.set("version", state.version);
    data.set("cle", key);
    for (const one of state.unheard) data.append("envoi", one);
    if (state.finish) data.set("terminer", "1");
    return data;
  }

  async function sendVisit() {
    const key = state.key;
    if (!state.unheard.includes(key)) { state.unheard.push(key); await keep(); }
    const finishing = state.finish;
    const post = () => fetch(`${ROOT}recevoir/`, { method: "POST", body: body(key), redirect: "manual" });
    let answer = await post();
    if (answer.status === 403) {
      const got = await renewToken();
      if (got !== "ready") { refused(got); return false; }
      answer = await post();
    }
    if (answer.type === "opaqueredirect") { refused("login"); return false; }
    offline(false);
    if (answer.status === 200) return received(await answer.json(), key, finishing);
    if (answer.status === 422) { wrong((await answer.json()).erreurs); return false; }
    if (answer.status === 409) { other(await answer.json()); return false; }
    refused(answer.status === 403 || answer.status === 404 ? "gone" : "later");
    return false;
  }

  async function received(answer, key, finishing) {
    state.version = answer.version;
    state.unheard = [];
    if (state.key === key) { state.dirty = false; if (finishing) state.finish = false; }
    clearErrors();
    tell();
    if (!state.dirty && finishing && answer.suite) {
      await sendPhotos();
      if (!(await queued()).length) { await writing; await store.forget(ID); stopped = true; location.assign(answer.suite); return true; }
    }
    await keep();
    if (!state.dirty) say(`Enregistré, ${answer.quand}.`);
    return true;
  }

  function refused(why) {
    if (why === "login") {
      offline(false);
      say("Gardé sur cette tablette.");
      const link = element("a", "Reconnectez-vous", { href: `${form.dataset.login}?next=${encodeURIComponent(location.pathname)}`, className: "fw-semibold" });
      tell("Votre session est fermée. Tout est gardé sur cette tablette. ", link, " : la visite partira ensuite d’elle-même.");
    } else if (why === "author") {
      stopped = true;
      say("Non envoyé.");
      tell("Cette saisie est celle d’un autre agent : elle attend sa reconnexion sur cette tablette.");
    } else if (why === "gone") {
      say("Non envoyé, gardé sur cette tablette.");
      tell("La visite ne peut pas être reçue : son dossier est clos ou ne vous est plus ouvert.");
    } else {
      say("Gardé sur cette tablette.");
      plan(AGAIN);
    }
  }

  function clearErrors() {
    form.querySelectorAll("[data-error]").forEach(one => one.remove());
    form.querySelectorAll("[aria-invalid]").forEach(one => one.removeAttribute("aria-invalid"));
  }

  function wrong(errors) {
    refusedKey = state.key;
    state.finish = false;
    clearErrors();
    const items = document.createElement("ul");
    for (const [name, sentences] of Object.entries(errors)) {
      const field = form.querySelector(`[name="${CSS.escape(name)}"]`);
      const label = field?.closest(".visit-field, li")?.querySelector("label, legend")?.textContent.trim() || "";
      const line = document.createElement("li");
      if (field?.id) line.append(element("a", label, { href: `#${field.id}` }), ` : ${sentences.join(" ")}`); else line.textContent = sentences.join(" ");
      items.append(line);
      if (!field) continue;
      field.setAttribute("aria-invalid", "true");
      const error = element("p", sentences.join(" "), { className: "field-error" });
      error.dataset.error = "";
      field.before(error);
    }
    say("À corriger avant l’envoi. Gardé sur cette tablette.");
    tell(element("p", "Toute la visite attend ces corrections :", { className: "fw-semibold mb-1" }), items);
    keep();
  }

  // --- Somebody else wrote: both are shown --------------------------------------------------------
  function other(answer) {
    if (answer.etat === "auteur") { refused("author"); return; }
    const mine = values();
    const lines = conflict.differences(mine, answer.valeurs);
    state.version = answer.version;
    state.unheard = [];
    if (!lines.length) { state.dirty = false; keep(); say("Enregistré."); return; }
    stopped = true;
    say("Deux saisies : choisissez.");
    tell(...conflict.choice(lines, answer, mine, kept => {
      fill(kept);
      stopped = false;
      tell();
      changed();
      plan(0);
    }));
  }

  // --- Photos -------------------------------------------------------------------------------------
  const queued = () => store.photos(ID).catch(() => []);

  // Reduced before it is kept: a telephone's picture is heavy, and carries where it was taken.
  async function reduced(file) {
    try {
      const image = await createImageBitmap(file);
      const scale = Math.min(1, LARGEST / Math.max(image.width, image.height));
      return { blob: await drawn(image, scale, 0.85), mini: await drawn(image, Math.min(1, 240 / Math.max(image.width, image.height)), 0.7, true) };
    } catch {
      return { blob: file, mini: "" };
    }
  }

  async function drawn(image, scale, quality, asText = false) {
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(image.width * scale));
    canvas.height = Math.max(1, Math.round(image.height * scale));
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    if (asText) return canvas.toDataURL("image/jpeg", quality);
    return new Promise((resolve, reject) => canvas.toBlob(blob => (blob ? resolve(blob) : reject(new Error("photo"))), "image/jpeg", quality));
  }

  photoForm.addEventListener("change", async event => {
    if (event.target.type !== "file" || !event.target.files.length) return;
    const label = photoForm.querySelector("[name=legende]");
    for (const file of event.target.files) {
      const { blob, mini } = await reduced(file);
      try {
        await store.keepPhoto({ key: crypto.randomUUID(), visit: ID, url: location.pathname, author, heading, blob, mini, label: label.value, at: Date.now() });
      } catch {
        say("La photo n’a pas pu être gardée sur cette tablette.");
        return;
      }
    }
    event.target.value = "";
    label.value = "";
    await drawShots();
    if (!navigator.onLine) offline(true);
    plan(0);
  });
  photoForm.addEventListener("submit", event => event.preventDefault());

  async function drawShots() {
    const waiting = await queued();
    shots.replaceChildren(...waiting.map(photo => {
      const line = document.createElement("li");
      if (photo.mini) line.append(Object.assign(new Image(), { src: photo.mini, alt: photo.label || "Photo" }));
      const text = element("span", `${photo.label || "Photo"} : ${photo.refused || "à envoyer"}`, { className: "small" });
      const drop = element("button", "Retirer", { type: "button", className: "btn btn-quiet btn-sm" });
      drop.addEventListener("click", async () => { await store.forgetPhoto(photo.key); drawShots(); });
      line.append(text, drop);
      return line;
    }));
    const known = Number(document.querySelector("[data-photo-count]").dataset.photoCount);
    document.querySelector("[data-progress=photos]").textContent = known + waiting.length || "";
  }

  async function sendPhotos() {
    for (const photo of await queued()) {
      if (photo.refused || (author && photo.author && photo.author !== author)) continue;
      const data = new FormData();
      data.set("csrfmiddlewaretoken", token().value);
      data.set("auteur", photo.author || author);
      data.set("cle", photo.key);
      data.set("legende", photo.label);
      data.set("photo", photo.blob, "photo.jpg");
      const answer = await fetch(`${ROOT}photo/`, { method: "POST", body: data, redirect: "manual" });
      if (answer.type === "opaqueredirect") { refused("login"); return; }
      if (answer.status === 403) { token().value = ""; plan(1000); return; }
      if (answer.status === 422) await store.keepPhoto({ ...photo, refused: (await answer.json()).message });
      else if (answer.ok) await counted(photo.key);
      else throw new Error(answer.status);
      await drawShots();
    }
    offline(false);
  }

  async function counted(key) {
    await store.forgetPhoto(key);
    const count = document.querySelector("[data-photo-count]");
    count.dataset.photoCount = Number(count.dataset.photoCount) + 1;
    count.textContent = count.dataset.photoCount === "1" ? "1 photo dans le dossier" : `${count.dataset.photoCount} photos dans le dossier`;
  }

  // --- Buttons, network, leaving -------------------------------------------------------------------
  form.addEventListener("submit", event => {
    event.preventDefault();
    pressed = true;
    state.finish = event.submitter?.name === "terminer";
    if (!state.dirty || state.finish) changed();
    stopped = false;
    if (state.finish && !navigator.onLine) say("Terminée et gardée sur cette tablette : elle partira au retour du réseau.");
    plan(0);
  });
  window.addEventListener("online", () => { if (!stopped) plan(0); });
  window.addEventListener("offline", () => offline(true));
  document.addEventListener("visibilitychange", () => { if (!document.hidden && state.dirty && !stopped) plan(0); });
  // Left with everything received: nothing of it stays here. A reload without a connection keeps what it needs.
  window.addEventListener("pagehide", () => { if (!state.dirty && navigator.onLine) store.forget(ID).catch(() => {}); });

  // --- Beginning ------------------------------------------------------------------------------------
  async function begin() {
    fields.show();
    document.querySelectorAll("[data-no-script]").forEach(one => { one.hidden = true; });
    progress();
    const kept = await store.read(ID).catch(() => null);
    const isLive = Boolean(form.dataset.author);
    if (kept && isLive && kept.author && kept.author !== author && kept.dirty) { refused("author"); return; }
    if (kept && (kept.dirty || !isLive)) {
      fill(kept.values);
      author = kept.author || author;
      heading = kept.heading || heading;
      Object.assign(state, { version: kept.version, unheard: kept.unheard, dirty: kept.dirty, key: kept.key, finish: kept.finish });
      if (!isLive) { document.querySelector("[data-title]").textContent = heading || "Visite énergie"; document.title = heading || document.title; }
    } else if (!kept && !isLive) {
      tell("Cette tablette n’a rien gardé de cette visite : ouvrez-la une fois avec le réseau avant de partir. Vous pouvez tout de même la remplir.");
    } else if (isLive) {
      keep();
    }
    if (!isLive) { offline(true); say(state.dirty ? "Gardé sur cette tablette." : "Rien à envoyer."); }
    else if (state.dirty) say("Saisie retrouvée sur cette tablette.");
    await drawShots();
    if (navigator.onLine || isLive) plan(0);
    if (isLive && "serviceWorker" in navigator) navigator.serviceWorker.register(form.dataset.worker).catch(() => {});
    document.documentElement.dataset.visitReady = "true";
  }
  begin();
})();
