// The Python of the page: one worker, made at the first wish, that runs one block at a time. Knows nothing of how a page looks.
//
// What runs there is anybody's code. So it stands in a frame that belongs to no site, under a policy that lets it ask for nothing;
// the page fetches all files, holds them against their sums and hands them in.

const found = document.querySelector('meta[name="python-runtime"]')
const PROGRAM = ["pyodide.asm.mjs", "pyodide.mjs"]
const DATA = ["pyodide.asm.wasm", "python_stdlib.zip"]
const LOCK = "pyodide-lock.json" // the list of packages, with the sums of all files
const SUPPORT = ["in_page.py", "program.py", "figures.py", "figures.mplstyle"]
const MOST = 1_000_000 // characters of output; the same limit as when the site is built
const DRAWING = 5_000_000 // characters of a figure, as program.py has it
const LINES = 20_000 // of output: more would stop the page itself
const POLICY = "default-src 'none'; script-src 'unsafe-inline' 'wasm-unsafe-eval'; worker-src blob:" // the page's holds there as well

/** Whether this build of the site brings Python. */
export const available = Boolean(found)

let worker = null // a promise of one that is ready
let ending = new AbortController() // ends it, and whatever makes it
let watcher = () => {} // hears what one waits for
let last = Promise.resolve() // the run that was asked for last
let busyWith = "" // the name of the one under way

class Failure extends Error {}

/** Whether there is one, or soon will be. */
export const isWanted = () => Boolean(worker)

/** Make the worker, if there is none, and wait for it. */
export function start(onProgress = () => {}) {
  watcher = progressOf(onProgress)
  if (!worker) {
    const made = worker = begin(ending.signal)
    made.then(() => dispatchEvent(new Event("python")), () => { if (worker === made) worker = null })
  }
  return worker
}

const address = (name) => new URL(found.content, document.baseURI).href + name
const decoded = (bytes) => new TextDecoder().decode(bytes)
const each = async (names, get) => Object.fromEntries(await Promise.all(names.map(async (name) => [name, await get(name)])))

/** A file of Python: bytes with the sum that was pinned when the site was built. */
async function file(name, pinned, signal, told = () => {}) {
  for (const cache of ["default", "reload"]) { // what the browser kept may be damaged; then the server is asked
    // Without TLS a page cannot compute sums. There the browser is told to, which counts no bytes on their way.
    const integrity = crypto.subtle ? "" : await pinned
    const answer = await fetch(address(name), { cache, integrity, signal }).catch(() => {
      signal?.throwIfAborted()
      throw new Failure(`${name} could not be fetched`)
    })
    if (!answer.ok) throw new Failure(`the server answered ${answer.status} for ${name}`)
    const count = new TransformStream({ transform(part, sink) { told({ arrived: part.byteLength }); sink.enqueue(part) } })
    const bytes = await new Response(answer.body.pipeThrough(count)).arrayBuffer()
    if (integrity) return bytes
    const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))
    if (await pinned === `sha256-${btoa(String.fromCharCode(...sum))}`) return bytes
  }
  throw new Failure(`${name} did not arrive as it was published`)
}

/** The sums of all files, by name. */
const sumsIn = (lock) => JSON.parse(decoded(lock)).sums

async function begin(signal) {
  const own = async (url) => {
    const answer = await fetch(new URL(url, import.meta.url), { cache: "no-cache", signal })
    if (!answer.ok) throw new Failure(`the server answered ${answer.status} for ${url}`)
    return answer.text()
  }
  const told = (step) => watcher(step)
  const lock = file(LOCK, found.dataset.sum, signal)
  const get = (name) => {
    const sum = lock.then((bytes) => sumsIn(bytes)[name])
    sum.catch(() => {}) // `file` hears of it, but may still be fetching
    return file(name, sum, signal, told)
  }
  const [program, data, support, ours, inFrame] = await Promise.all([
    each(PROGRAM, get), each(DATA, get), each(SUPPORT, (name) => own(`../../assets/run/${name}`)), own("worker.js"), own("frame.js"),
  ])
  const [module, loader] = PROGRAM.map((name) => decoded(program[name]))
  const script = [ // one script, because the frame may load none
    module.replace(/export default \w+;?\s*$/, "").replaceAll("import.meta.url", "location.href"),
    loader.replace(/export\s*\{\s*(\w+) as loadPyodide[^]*$/, "const loadPyodide = $1"),
    ours,
  ].join("\n")
  signal.throwIfAborted()
  const { port, alarm } = framed(`(() => {${script}})()`, inFrame, signal)
  const list = decoded(await lock)
  const { sums } = JSON.parse(list)
  const made = { port, hear() {}, fail() {}, busy: false } // whom the worker's messages reach
  const hand = (name) => { // a package that it asks for, once; while the reader's code runs there is nothing to ask for
    const sum = !made.busy && Object.hasOwn(sums, name) && sums[name]
    delete sums[name]
    if (!sum) port.postMessage({ file: name })
    else file(name, sum, signal, told).then((bytes) => port.postMessage({ file: name, bytes }, [bytes]), (error) => made.fail(error))
  }
  port.onmessage = ({ data }) => { // from here on nothing is believed: the reader's code may have sent it
    if (typeof data?.broken === "string") made.fail(new Failure(data.broken))
    else if (typeof data?.wanted === "string") hand(data.wanted)
    else if (data) made.hear(data)
  }
  alarm.onmessage = ({ data }) => made.fail(new Failure(data || "Python ended"))
  await new Promise((resolve, reject) => {
    made.hear = (data) => { if (data.ready) resolve(); else told(data) }
    made.fail = reject
    signal.addEventListener("abort", reject)
    port.postMessage({ data, support, lock: list }, Object.values(data))
  })
  try { sessionStorage.setItem("python", "wanted") } catch { /* then the next page waits for a wish of its own */ }
  return made
}

/** A frame with an origin of its own, to which the browser gives no store, and whose worker runs `script` and may ask no host for anything. */
function framed(script, inFrame, signal) {
  const frame = document.createElement("iframe")
  frame.setAttribute("sandbox", "allow-scripts")
  frame.hidden = true
  frame.srcdoc = `<!doctype html><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${POLICY}"><script>${inFrame}</script>`
  const talk = new MessageChannel(), alarm = new MessageChannel()
  frame.onload = () => frame.contentWindow.postMessage(script, "*", [talk.port2, alarm.port2])
  signal.addEventListener("abort", () => frame.remove())
  document.body.append(frame)
  return { port: talk.port1, alarm: alarm.port1 }
}

/** Turns what arrives into honest words: what is fetched, how much of it, and how long it will take at this pace. */
function progressOf(onProgress) {
  let text = "Fetching Python", bytes = 0, all = Number(found.dataset.core) || null, since = performance.now()
  return ({ arrived, step }) => {
    if (arrived) bytes += arrived
    else if (typeof step === "string") [text, bytes, all, since] = [step.slice(0, 200), 0, null, performance.now()] // of a package one knows the name, not the size
    onProgress({ text, bytes, all, amount: amount(bytes, all, (performance.now() - since) / 1000) })
  }
}

function amount(bytes, all, seconds) {
  const [here, whole] = [bytes, all].map((size) => (size / 1e6).toFixed(1))
  if (!bytes) return ""
  if (bytes >= (all ?? 0)) return `: ${here} MB so far`
  const left = 5 * Math.ceil(seconds * (all / bytes - 1) / 5)
  return `: ${here} of ${whole} MB` + (seconds > 2 ? `, about ${left} s more` : "")
}

function stop() {
  ending.abort()
  ending = new AbortController()
  worker = null
}

const STOPPED = { ok: false, stopped: true, error: "stopped", line: null, traceback: "" }

/**
 * Run `source` as a program of its own. `onOutput(text, stream)` hears "stdout" and "stderr" as they come,
 * `onFigure(svg)` each figure left open, `onProgress({ text, amount, bytes, all })` what one waits for; `signal` stops it, and `name` is what others wait for.
 * `needs`: for a lab's cell, the cells `above` that run first, and the `files` that they import.
 * What came of it: { ok, error, line, traceback }. A run asked for while another is under way waits for it.
 */
export function run(source, handlers = {}) {
  const { name = "another run", onProgress = () => {}, signal } = handlers
  if (busyWith) onProgress({ text: `Waiting until ${busyWith} ends` })
  const turn = last.then(() => { busyWith = name; return runNow(source, handlers) })
  const ended = last = turn.catch(() => {}).then(() => { if (last === ended) busyWith = "" })
  return Promise.race([turn, new Promise((resolve) => signal?.addEventListener("abort", () => resolve(STOPPED), { once: true }))])
}

async function runNow(source, { onOutput = () => {}, onFigure = () => {}, onProgress = () => {}, signal, needs }) {
  let characters = 0, lines = 0, begun = false
  if (signal?.aborted) return STOPPED
  const cancelled = new Promise((resolve) => signal?.addEventListener("abort", () => resolve(STOPPED), { once: true }))
  const finished = (async () => {
    const made = await start(onProgress)
    return new Promise((resolve, reject) => {
      made.fail = reject
      made.hear = ({ report, running, text, stream, step }) => {
        if (report) {
          const { figures, ...rest } = checked(report)
          figures.forEach((svg) => onFigure(svg))
          made.busy = false
          made.hear = () => {}
          resolve({ ...rest, ok: !rest.error })
          if (report.touched) stop(), start().catch(() => {}) // the code had hold of the worker itself: the next run has another
        } else if (running) {
          made.busy = begun = true
          onProgress({ text: "Running", running: true })
        } else if (step) watcher({ step })
        else if (typeof text === "string") {
          characters += text.length
          lines += text.split("\n").length - 1
          const more = characters > MOST ? `${MOST.toLocaleString("en")} characters` : lines > LINES ? `${LINES.toLocaleString("en")} lines` : ""
          if (more) resolve({ ...STOPPED, error: `stopped: it printed more than ${more}` })
          else onOutput(text, stream === "stderr" ? stream : "stdout")
        }
      }
      made.port.postMessage({ code: source, needs })
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

/** What the worker says of a run, as far as it has the form of that. */
function checked({ error, line, traceback, figures }) {
  const text = (value) => typeof value === "string" ? value.slice(0, MOST) : ""
  return {
    error: error === null ? null : text(error) || "it ended",
    line: Number.isInteger(line) ? line : null,
    traceback: text(traceback),
    figures: Array.isArray(figures) ? figures.filter((svg) => typeof svg === "string" && svg.length <= DRAWING).slice(0, 20) : [],
  }
}

// --- without a network -------------------------------------------------------------------------------------------------

const store = async () => `python ${(await navigator.serviceWorker.ready).scope}` // which scripts/site/sw.js answers from

/** Whether Python could be kept for reading without a network, and is not. */
export async function canKeep() {
  return Boolean(navigator.serviceWorker?.controller && "caches" in window) && !(await caches.has(await store()))
}

/** Keep all of it, with the packages. */
export async function keep() {
  const name = await store()
  try {
    const cache = await caches.open(name)
    const lock = await file(LOCK, found.dataset.sum)
    const keepOne = (file, bytes) => cache.put(address(file), new Response(bytes))
    await keepOne(LOCK, lock)
    for (const [one, sum] of Object.entries(sumsIn(lock))) await keepOne(one, await file(one, sum))
  } catch (error) {
    await caches.delete(name)
    throw error
  }
}
