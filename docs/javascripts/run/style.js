// The style of what the reader edits and runs: asked for with the first wish.

const sheet = (file) => new Promise((resolve) => {
  const href = new URL(file, import.meta.url).href
  document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href, onload: resolve, onerror: resolve }))
})

/** Settled when the style is there. */
export const styled = Promise.all(["../../assets/editor/layout.css", "run.css"].map(sheet))
