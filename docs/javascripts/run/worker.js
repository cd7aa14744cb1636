// The worker in which Python runs. python.js starts it from a blob of this text, so that it obeys the page's policy: it can
// reach no other host. Nor can it reach what the browser keeps for the site, or more memory than a page should take.

const MEMORY = 2 ** 30 // bytes; beyond it Python raises a MemoryError
const PAUSE = 30 // milliseconds of output that go in one message

let pyodide, inPage, base
const steps = (text) => postMessage({ step: text })

const grow = WebAssembly.Memory.prototype.grow
WebAssembly.Memory.prototype.grow = function (pages) {
  if (this.buffer.byteLength + pages * 65536 > MEMORY) throw new RangeError("the page's limit of memory")
  return grow.call(this, pages)
}

/** fetch, with the bytes that arrive counted. Pyodide would wait for ever for a file that does not come; so it is said here. */
const plain = self.fetch
self.fetch = async (address, options) => {
  const name = String(address.url ?? address).split("/").pop()
  const answer = await plain(address, options).catch(() => ({ ok: false }))
  if (!answer.ok) {
    const broken = answer.status ? `the server answered ${answer.status} for ${name}` : `${name} could not be fetched`
    postMessage({ broken })
    throw new Error(broken)
  }
  if (!answer.body) return answer
  const told = (part) => postMessage({ arrived: part.byteLength, name })
  if (answer.headers.get("content-type")?.startsWith("application/wasm")) {
    // The browser keeps the compiled program of an answer of its own, not of one that was made here: so a copy is counted.
    answer.clone().body.pipeTo(new WritableStream({ write: told })).catch(() => {})
    return answer
  }
  const headers = new Headers(answer.headers)
  if (name.endsWith(".wasm")) headers.set("content-type", "application/wasm") // some servers do not know it
  const counted = new TransformStream({ transform(part, sink) { told(part); sink.enqueue(part) } })
  return new Response(answer.body.pipeThrough(counted), { headers })
}

/** Collects what is written, for fewer messages. */
function stream(name) {
  const decoder = new TextDecoder()
  let text = "", sent = 0
  const send = () => { if (text) postMessage({ text, stream: name }); text = ""; sent = performance.now() }
  const write = (bytes) => {
    text += decoder.decode(bytes, { stream: true })
    if (performance.now() - sent > PAUSE || text.length > 10_000) send()
    return bytes.length
  }
  return { write, send }
}
const out = stream("stdout"), err = stream("stderr")

async function start({ address, support }) {
  base = address
  const { loadPyodide } = await import(`${base}pyodide.mjs`)
  pyodide = await loadPyodide({
    indexURL: base,
    env: { HOME: "/home/pyodide", MPLBACKEND: "svg", PYTHONHASHSEED: "0", COLUMNS: "80" },
  })
  pyodide.setStdout({ write: out.write })
  pyodide.setStderr({ write: (bytes) => { out.send(); return err.write(bytes) } })
  pyodide.setStdin({ stdin: () => null })
  for (const [name, text] of Object.entries(support)) pyodide.FS.writeFile(`/tmp/${name}`, text)
  inPage = pyodide.runPython(`
import sys
sys.path.insert(0, "/tmp")
import in_page
sys.path.remove("/tmp")
for name in ("in_page", "program", "figures"):
    del sys.modules[name]
in_page`)
  for (const name of ["indexedDB", "caches", "cookieStore", "BroadcastChannel", "SharedWorker"]) {
    delete WorkerGlobalScope.prototype[name]
    delete self[name]
  }
  postMessage({ ready: true })
}

async function run({ code, needs = {} }) {
  const all = [code, ...needs.above ?? [], ...Object.entries(needs.files ?? {}).map(([name, text]) => name.endsWith(".py") ? text : "")]
  await pyodide.loadPackagesFromImports(all.join("\n"), { messageCallback: steps, errorCallback: steps })
  postMessage({ running: true })
  const report = inPage.run(code, JSON.stringify(needs))
  out.send()
  err.send()
  postMessage({ report: JSON.parse(report) })
}

addEventListener("message", ({ data }) => {
  (data.code === undefined ? start(data) : run(data)).catch((error) => postMessage({ broken: String(error.message ?? error) }))
})
