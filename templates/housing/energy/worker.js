// The page of a visit without a connection, and nothing else (docs/adr/0013). The page kept here is empty: what was
// typed stays in the browser's own database, which leaving the application wipes.
"use strict";

const KEPT = "visite-1";
const SHELL = "{{ shell }}";
const PAGE = /\/visites\/[0-9a-f-]{36}\/saisir\/$/;
const STATIC = "/static/";

async function keep() {
  const cache = await caches.open(KEPT);
  const answer = await fetch(SHELL, { redirect: "manual", cache: "reload" });
  if (!answer.ok) throw new Error("shell");
  const page = await answer.clone().text();
  await cache.put(SHELL, answer);
  const parts = [...page.matchAll(/(?:src|href)="(\/static\/[^"]+)"/g)].map(match => match[1]);
  for (const part of new Set(parts)) {
    const file = await fetch(part);
    if (!file.ok) continue;
    const text = part.includes(".css") ? await file.clone().text() : "";
    await cache.put(part, file);
    // The fonts that a style sheet names.
    for (const [, font] of text.matchAll(/url\(["']?([^"')]+\.woff2[^"')]*)["']?\)/g)) {
      const address = new URL(font, new URL(part, self.location.href));
      const answer = await fetch(address);
      if (answer.ok) await cache.put(address, answer);
    }
  }
}

self.addEventListener("install", event => event.waitUntil(keep().then(() => self.skipWaiting())));
self.addEventListener("activate", event => event.waitUntil(self.clients.claim()));

// The network first, always: what is kept here is only for when there is none.
async function page(request) {
  try {
    return await fetch(request);
  } catch (error) {
    const kept = await caches.match(SHELL);
    if (kept) return kept;
    throw error;
  }
}

async function part(request) {
  try {
    return await fetch(request);
  } catch (error) {
    const kept = await caches.match(request, { ignoreVary: true });
    if (kept) return kept;
    throw error;
  }
}

self.addEventListener("fetch", event => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate" && PAGE.test(url.pathname)) event.respondWith(page(request));
  else if (url.pathname.startsWith(STATIC)) event.respondWith(part(request));
});
