// What a visit keeps on this tablet until the server has received it (docs/adr/0013): one record a visit, one a photo.
// Leaving the application wipes it all (Clear-Site-Data); nobody leaves unawares while something is not sent.
"use strict";

window.visitStore = (() => {
  const NAME = "visites";

  function open() {
    return new Promise((resolve, reject) => {
      const asked = indexedDB.open(NAME, 1);
      asked.onupgradeneeded = () => {
        asked.result.createObjectStore("visits", { keyPath: "id" });
        asked.result.createObjectStore("photos", { keyPath: "key" });
      };
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    });
  }

  async function use(store, mode, act) {
    const base = await open();
    try {
      return await new Promise((resolve, reject) => {
        const work = base.transaction(store, mode);
        const asked = act(work.objectStore(store));
        work.oncomplete = () => resolve(asked.result);
        work.onerror = work.onabort = () => reject(work.error);
      });
    } finally {
      base.close();
    }
  }

  const all = store => use(store, "readonly", one => one.getAll());
  return {
    read: id => use("visits", "readonly", one => one.get(id)),
    write: record => use("visits", "readwrite", one => one.put(record)),
    forget: id => use("visits", "readwrite", one => one.delete(id)),
    photos: async id => (await all("photos")).filter(photo => photo.visit === id).sort((a, b) => a.at - b.at),
    keepPhoto: photo => use("photos", "readwrite", one => one.put(photo)),
    forgetPhoto: key => use("photos", "readwrite", one => one.delete(key)),
    // The visits with something the server has not received, whoever typed it.
    waiting: async () => {
      const [visits, photos] = [await all("visits"), await all("photos")];
      const found = new Map(visits.filter(one => one.dirty).map(one => [one.id, one]));
      for (const photo of photos) if (!found.has(photo.visit)) found.set(photo.visit, photo);
      return [...found.values()];
    },
  };
})();

// Leaving wipes this tablet: when a visit is not sent yet, say so first, with the way to it.
document.addEventListener("submit", async event => {
  const form = event.target;
  if (!form.matches("form[action$='/deconnexion/']") || form.dataset.sure) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  let waiting = [];
  try { waiting = await window.visitStore.waiting(); } catch { /* no database here: nothing is kept in it */ }
  if (!waiting.length) { form.dataset.sure = "true"; form.requestSubmit(event.submitter); return; }
  const dialog = document.createElement("dialog");
  dialog.className = "agenda-ask";
  const said = document.createElement("p");
  said.textContent = waiting.length === 1
    ? "Une visite n’est pas encore envoyée : elle n’est que sur cette tablette, et se déconnecter l’efface."
    : `${waiting.length} visites ne sont pas encore envoyées : elles ne sont que sur cette tablette, et se déconnecter les efface.`;
  const links = document.createElement("ul");
  for (const one of waiting) {
    const line = document.createElement("li");
    const link = document.createElement("a");
    link.href = one.url;
    link.className = "tap";
    link.textContent = `Ouvrir et envoyer : ${one.heading || "visite"}`;
    line.append(link);
    links.append(line);
  }
  const stay = document.createElement("button");
  stay.className = "btn btn-primary";
  stay.type = "button";
  stay.textContent = "Rester connecté";
  stay.addEventListener("click", () => { dialog.close(); dialog.remove(); delete form.dataset.sent; });
  const leave = document.createElement("button");
  leave.className = "btn btn-quiet";
  leave.type = "button";
  leave.textContent = "Effacer et se déconnecter";
  leave.addEventListener("click", () => { form.dataset.sure = "true"; delete form.dataset.sent; form.requestSubmit(); });
  const actions = document.createElement("div");
  actions.className = "actions";
  actions.append(stay, leave);
  dialog.append(said, links, actions);
  document.body.append(dialog);
  dialog.showModal();
}, { capture: true });
