// The Python of the page: one worker, made at the first wish, that runs one block at a time. Knows nothing of how a page looks.

const found = document.querySelector('meta[name="python-runtime"]')
const SUPPORT = ["in_page.py", "program.py", "figures.py", "figures.mplstyle"]
const MOST = 1_000_000 // characters of output; the same limit as when the site is built

/** Whether this build of the site brings Python. */
export const available = Boolean(found)

let worker = null // a promise of one that is ready
let ending = new AbortController() // ends it, and whatever makes it
let watcher = () => {} // hears what the worker says
let last = Promise.resolve() // the run before

class Failure extends Error {}

/** Make the worker, if there is none, and wait for it. */
export function start(onProgress = () => {}) {
  watcher = progressOf(onProgress)
  if (!worker) {
    const made = worker = begin(ending.signal)
    made.catch(() => { if (worker === made) worker = null })
  }
  return worker
}

async function begin(signal) {
  const address = new URL(found.content, document.baseURI).href
  const text = async (url) => {
    const answer = await fetch(url, { cache: "no-cache", signal })
    if (!answer.ok) throw new Failure(`the server answered ${answer.status} for ${url}`)
    return answer.text()
  }
  const support = Object.fromEntries(await Promise.all(
    SUPPORT.map(async (name) => [name, await text(new URL(`../../assets/run/${name}`, import.meta.url))])))
  const program = new Blob([await text(new URL("worker.js", import.meta.url))], { type: "text/javascript" })
  signal.throwIfAborted()
  const url = URL.createObjectURL(program)
  const made = new Worker(url, { type: "module" })
  signal.addEventListener("abort", () => made.terminate())
  await new Promise((resolve, reject) => {
    made.onmessage = ({ data }) => {
      if (data.ready) resolve()
      else if (data.broken) reject(new Failure(data.broken))
      else watcher(data)
    }
    made.onerror = (event) => reject(new Failure(event.message || "the worker did not start"))
    made.postMessage({ address, support })
  }).catch((error) => { made.terminate(); throw error }).finally(() => URL.revokeObjectURL(url))
  try { sessionStorage.setItem("python", "wanted") } catch { /* then the next page waits for a wish of its own */ }
  return made
}

/** Turns what arrives into honest words: what is fetched, and how much of it. */
function progressOf(onProgress) {
  let text = "Fetching Python", bytes = 0, all = Number(found.dataset.core) || null
  return ({ arrived, step }) => {
    if (arrived) bytes += arrived
    else [text, bytes, all] = [step, 0, null] // of a package one knows the name, not the size
    onProgress({ text, bytes, all })
  }
}

function stop() {
  ending.abort()
  ending = new AbortController()
  worker = null
}

/**
 * Run `source` as a program of its own. `onOutput(text, stream)` hears "stdout" and "stderr" as they come,
 * `onFigure(svg)` each figure left open, `onProgress({ text, bytes })` what one waits for; `signal` stops it.
 * `needs`: for a lab's cell, the cells `above` that run first, and the `files` that they import.
 * What came of it: { ok, error, line, traceback }. A run asked for while another is under way waits for it.
 */
export function run(source, handlers = {}) {
  const turn = last.then(() => runNow(source, handlers))
  last = turn.catch(() => {})
  return turn
}

async function runNow(source, { onOutput = () => {}, onFigure = () => {}, onProgress = () => {}, signal, needs }) {
  let characters = 0, begun = false
  const stopped = { ok: false, stopped: true, error: "stopped", line: null, traceback: "" }
  if (signal?.aborted) return stopped
  const cancelled = new Promise((resolve) => signal?.addEventListener("abort", () => resolve(stopped), { once: true }))
  const finished = (async () => {
    const made = await start(onProgress)
    const told = progressOf(onProgress)
    return new Promise((resolve, reject) => {
      made.onerror = (event) => reject(new Failure(event.message || "Python ended"))
      made.onmessage = ({ data }) => {
        if (data.report) {
          const { figures, warnings, ...report } = data.report
          figures.forEach((svg) => onFigure(svg))
          resolve({ ...report, ok: !report.error })
        } else if (data.broken) reject(new Failure(data.broken))
        else if (data.running) {
          begun = true
          onProgress({ text: "Running", running: true })
        }
        else if (data.text === undefined) told(data)
        else if ((characters += data.text.length) <= MOST) onOutput(data.text, data.stream)
        else resolve({ ...stopped, error: `stopped: it printed more than ${MOST.toLocaleString("en")} characters` })
      }
      made.postMessage({ code: source, needs })
    })
  })()
  finished.catch(() => {}) // heard below, unless the reader stopped it first
  try {
    const result = await Promise.race([finished, cancelled])
    if (result.stopped) {
      stop()
      if (begun) start().catch(() => {}) // ready for the next run
    }
    return result
  } catch (error) {
    stop()
    throw Object.assign(error, { begun })
  }
}

// --- without a network -------------------------------------------------------------------------------------------------

const store = async () => `python ${(await navigator.serviceWorker.ready).scope}` // which scripts/sw.js answers from

/** Whether Python could be kept for reading without a network, and is not. */
export async function canKeep() {
  return Boolean(navigator.serviceWorker?.controller && "caches" in window) && !(await caches.has(await store()))
}

/** Keep all of it, with the packages. */
export async function keep() {
  const address = new URL(found.content, document.baseURI).href
  const name = await store()
  try {
    const { packages } = await (await fetch(`${address}pyodide-lock.json`)).json()
    const files = ["pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json"]
    const all = [...files, ...Object.values(packages).map((one) => one.file_name)]
    await (await caches.open(name)).addAll(all.map((file) => address + file))
  } catch (error) {
    await caches.delete(name)
    throw error
  }
}
