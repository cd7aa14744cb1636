// Has the browser keep the site for reading without a network (scripts/site/sw.js says how), once the page is loaded and unless
// the reader asked for few bytes. A browser that refuses, in a private window for instance, reads on without.

if ("serviceWorker" in navigator && !navigator.connection?.saveData) {
  addEventListener("load", () => navigator.serviceWorker.register(new URL("../sw.js", import.meta.url)).catch(() => {}))
}
