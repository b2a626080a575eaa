// Lets the warehouse's page open without a network: the page itself, its scripts and styles, and the barcode
// reader. Nothing of the API is ever kept here. Loaded by push.js, as a page has one service worker.
const shellPrefix = "zaiku-shell ";
const phonePath = "/phone";
const besides = ["/theme.js", "/icon.svg", "/phone.webmanifest"];
const slowMs = 4_000;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

async function keepShell(build, files) {
  const cache = await caches.open(shellPrefix + build);
  const wanted = [phonePath, ...besides, ...files];
  const has = new Set((await cache.keys()).map((request) => new URL(request.url).pathname));
  for (const file of wanted) {
    if (has.has(file)) continue;
    const response = await fetch(file, { headers: { accept: file === phonePath ? "text/html" : "*/*" } });
    if (response.ok) await cache.put(file, response);
  }
  // Only when the new one is whole may the old one go.
  for (const name of await caches.keys())
    if (name.startsWith(shellPrefix) && name !== shellPrefix + build) await caches.delete(name);
}

self.addEventListener("message", (event) => {
  const { kind, build, files } = event.data ?? {};
  if (kind !== "keep_shell" || typeof build !== "string" || !Array.isArray(files)) return;
  const own = files.filter((file) => typeof file === "string" && /^\/[\w./-]+$/.test(file));
  event.waitUntil(keepShell(build, own).catch(() => undefined));
});

/** The network's answer, or what was kept where it does not come in time. */
async function fresh(request, keptAs) {
  const kept = await caches.match(keptAs);
  if (kept === undefined) return fetch(request);
  const late = new Promise((resolve) => setTimeout(resolve, slowMs, null));
  try {
    return (await Promise.race([fetch(request), late])) ?? kept;
  } catch {
    return kept;
  }
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    const ours = url.pathname === phonePath || url.pathname.startsWith(`${phonePath}/`);
    if (ours) event.respondWith(fresh(request, phonePath));
    return;
  }
  // A file with a hash in its name never changes.
  if (url.pathname.startsWith("/assets/"))
    event.respondWith(caches.match(url.pathname).then((kept) => kept ?? fetch(request)));
  else if (besides.includes(url.pathname)) event.respondWith(fresh(request, url.pathname));
});
