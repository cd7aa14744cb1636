// The service worker: keeps the site readable without a network, and never shows an old page while there is one.
//
// A page is always asked for first, and its kept copy shown only when no answer comes. A file with a digest in its name
// never changes, so its copy is used at once. FILES names every page and file with the sum of its content (SHA-256); the build
// writes it, so that a changed site is a changed worker, which then fetches what changed and drops the rest. Whatever can write
// to the browser's caches, a copy is kept and shown only if it has that sum.
//
// PYTHON is the folder of the Python that runs in the page. The page opens the cache PYTHON_CACHE if the reader agrees;
// while there is one, what the page loads of that folder stays in it. The page holds each file against its sum whenever it
// uses one. The folder's name changes with its content.
//
// Written by hand: the library for this, Workbox, comes with a build step of Node, which an author does not need otherwise.

"use strict"
const FILES = new Map(Object.entries({})) // offline.py puts the list here, and says what is left out
const CACHE = `site ${registration.scope}` // other sites may share the host, and its storage
const PYTHON = "" // and the folder here
const PYTHON_CACHE = `python ${registration.scope}`
const UNCHANGING = /\.[0-9a-f]{8}\.min\.\w+$/

const address = (file) => new URL(file, registration.scope).href
const copy = (file) => `${address(file)}?${encodeURIComponent(FILES.get(file))}`

/** Whether the answer is the file that was published. */
async function isWhole(answer, file) {
  const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", await answer.clone().arrayBuffer()))
  return btoa(String.fromCharCode(...sum)) === FILES.get(file)
}

async function found(cache, file) {
  const kept = await cache.match(copy(file))
  if (kept && await isWhole(kept, file)) return kept
}

async function keep() {
  const cache = await caches.open(CACHE)
  await Promise.all([...FILES.keys()].map(async (file) => {
    if (await found(cache, file)) return // as it was in the last version
    const asked = /(^|\/)$/.test(file) ? "?kept" : "" // no reader asks for the page: the server's owner may want to count who does
    const answer = await fetch(address(file) + asked, { cache: "no-cache" })
    if (!answer.ok || !await isWhole(answer, file)) throw new Error(`${answer.status} for ${file}, or not as published`)
    await cache.put(copy(file), answer)
  }))
  await skipWaiting()
}

async function drop() {
  const cache = await caches.open(CACHE)
  const copies = new Set([...FILES.keys()].map(copy))
  const old = (await cache.keys()).filter((request) => !copies.has(request.url))
  await Promise.all(old.map((request) => cache.delete(request)))
  if (await caches.has(PYTHON_CACHE)) {
    const python = await caches.open(PYTHON_CACHE)
    const other = (await python.keys()).filter((request) => !PYTHON || !request.url.startsWith(address(PYTHON)))
    await Promise.all(other.map((request) => python.delete(request)))
  }
  await clients.claim()
}

async function answer(request, file) {
  const cache = await caches.open(CACHE)
  const kept = await found(cache, file)
  if (kept && UNCHANGING.test(file)) return kept
  try { // "no-cache" asks the server whether the page changed; a host may let browsers keep it for minutes
    return await fetch(request, request.mode === "navigate" ? { cache: "no-cache" } : {})
  } catch (error) {
    if (kept) return kept
    throw error
  }
}

/** Without a network what is not kept has the site's own page to say so, and the way back. */
async function answerUnknown(request) {
  try {
    return await fetch(request)
  } catch (error) {
    const page = await found(await caches.open(CACHE), "404.html")
    if (page) return page
    throw error
  }
}

async function answerPython(event) {
  const cache = await caches.has(PYTHON_CACHE) && await caches.open(PYTHON_CACHE)
  const kept = cache && await cache.match(event.request)
  if (kept && event.request.cache !== "reload") return kept
  const answer = await fetch(event.request).catch((error) => { if (kept) return kept; throw error })
  if (cache && answer.ok) event.waitUntil(cache.put(event.request, answer.clone()))
  return answer
}

addEventListener("install", (event) => event.waitUntil(keep()))
addEventListener("activate", (event) => event.waitUntil(drop()))
addEventListener("fetch", (event) => {
  const { origin, pathname } = new URL(event.request.url)
  const root = new URL(registration.scope).pathname
  const file = decodeURI(pathname.slice(root.length)).replace(/(^|\/)index\.html$/, "$1")
  const ours = event.request.method === "GET" && origin === location.origin && pathname.startsWith(root)
  if (ours && FILES.has(file)) event.respondWith(answer(event.request, file))
  else if (ours && PYTHON && file.startsWith(PYTHON)) event.respondWith(answerPython(event))
  else if (ours && event.request.mode === "navigate") event.respondWith(answerUnknown(event.request))
})
