// Keeps the shell on the phone: scripts, styles and the page that says there is no signal.
//
// Rules:
// * Nothing about a check is kept: no page of one, no answer, no image. Only what is named here goes into the cache.
// * A request that is not for the shell goes to the network as if this file did not exist.

const worker = self as unknown as ServiceWorkerGlobalScope;

const cacheName = "overt-shell-1";
const offline = "/offline";

worker.addEventListener("install", (event) => {
  event.waitUntil(
    caches
      .open(cacheName)
      .then((cache) => cache.addAll([offline, "/icon.svg"]))
      .then(() => worker.skipWaiting()),
  );
});

worker.addEventListener("activate", (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((name) => name !== cacheName).map((name) => caches.delete(name))))
      .then(() => worker.clients.claim()),
  );
});

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== worker.location.origin) return;
  if (isShell(url.pathname)) event.respondWith(fromShell(request));
  else if (request.mode === "navigate") event.respondWith(fetch(request).catch(() => shown()));
});

/** Built scripts and styles never change under one name; the detector is large and fetched by the camera page only. */
function isShell(path: string): boolean {
  return path === "/icon.svg" || /^\/static\/[\w.-]+\.(js|css)$/.test(path);
}

async function fromShell(request: Request): Promise<Response> {
  const cache = await caches.open(cacheName);
  const kept = await cache.match(request);
  if (kept !== undefined) return kept;
  const answer = await fetch(request);
  if (answer.ok) await cache.put(request, answer.clone());
  return answer;
}

async function shown(): Promise<Response> {
  return (await caches.match(offline)) ?? Response.error();
}
