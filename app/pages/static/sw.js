// What opens a running exam where there is no network: one shell, and the files that it names.
// The API is never touched. The shell is kept without the sitting's id: it is nobody's.

const VERSION = "__VERSION__";
const ASSETS = ["__ASSETS__"];
const CACHE = `serentak-${VERSION}`;
const SHELL = '/ujian/';
const PATIENCE = 2500; // ms for a page to come before the kept one is shown

const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));
const SITTING = /data-sitting="[^"]*"/;

/** Keep what is not kept yet; what fails now is tried again with the next page. */
async function fill() {
  const cache = await caches.open(CACHE);
  await Promise.all(ASSETS.map(async (path) => {
    if (!(await cache.match(path))) await cache.add(path).catch(() => {});
  }));
  if (await cache.match(SHELL)) return;
  const [page] = await worker.clients.matchAll({ type: 'window', includeUncontrolled: true });
  if (page && new URL(page.url).pathname.startsWith(SHELL)) {
    await fetch(page.url).then(keepShell).catch(() => {});
  }
}

/** Keep a page that belongs to this version's files. @param {Response} reply */
async function keepShell(reply) {
  if (!reply.ok || reply.redirected) return;
  const text = await reply.text();
  if (!text.includes(`/static/${VERSION}/`) || !SITTING.test(text)) return;
  const headers = new Headers(reply.headers);
  headers.delete('content-encoding');
  headers.delete('content-length');
  const cache = await caches.open(CACHE);
  await cache.put(SHELL, new Response(text.replace(SITTING, 'data-sitting=""'), { headers }));
}

/** @param {string} path @returns {Promise<Response | undefined>} */
async function keptShell(path) {
  const kept = await caches.match(SHELL, { cacheName: CACHE });
  if (!kept) return undefined;
  const id = path.slice(SHELL.length).replace(/[^0-9A-Za-z_-]/g, '');
  const text = (await kept.text()).replace('data-sitting=""', `data-sitting="${id}"`);
  return new Response(text, { headers: kept.headers });
}

/** Network first, but not for long. @param {FetchEvent} event @param {string} path */
async function navigate(event, path) {
  const coming = fetch(event.request);
  event.waitUntil(coming.then((reply) => keepShell(reply.clone())).then(fill).catch(() => {}));
  const late = new Promise((done) => setTimeout(done, PATIENCE));
  const reply = await Promise.race([coming, late]).catch(() => undefined);
  if (reply instanceof Response && reply.status < 500) return reply;
  return (await keptShell(path)) || reply || coming;
}

/** Never changes under its address: what is kept is as good as what would come. @param {Request} request */
async function asset(request) {
  const kept = await caches.match(request, { ignoreSearch: true, ignoreVary: true });
  if (kept) return kept;
  const reply = await fetch(request);
  if (reply.ok && request.url.includes(`/static/${VERSION}/`)) {
    const copy = reply.clone();
    caches.open(CACHE).then((cache) => cache.put(request, copy)).catch(() => {});
  }
  return reply;
}

worker.addEventListener('install', (event) => event.waitUntil(fill()));

// A new version waits by itself until no page of the old one is open: only then is the old removed.
worker.addEventListener('activate', (event) => event.waitUntil((async () => {
  const old = (await caches.keys()).filter((name) => name.startsWith('serentak-') && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
  await worker.clients.claim();
})()));

worker.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== worker.location.origin) return;
  if (request.mode === 'navigate' && pathname.startsWith(SHELL)) event.respondWith(navigate(event, pathname));
  else if (pathname.startsWith('/static/')) event.respondWith(asset(request));
});
