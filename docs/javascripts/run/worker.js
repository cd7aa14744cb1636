// The worker in which Python runs. python.js puts Pyodide before this text, and the whole into a frame that belongs to no
// site: what runs here can ask no host for anything, its own included, and has no store, no page and no other worker. The files
// of Python are handed in by the page. Nor can it take more memory than a page should.

const MEMORY = 2 ** 30 // bytes; beyond it Python raises a MemoryError
const DISK = 2 ** 28 // bytes that a run may add to its files, which are not in that memory
const PAUSE = 30 // milliseconds of output that go in one message
const BASE = "https://python.invalid/" // where Pyodide looks for its files; no request is made

let pyodide, inPage, port
let running = false
let added = 0 // bytes, to files
const tell = (message) => port.postMessage(message)
const steps = (text) => tell({ step: text })

const grow = WebAssembly.Memory.prototype.grow
WebAssembly.Memory.prototype.grow = function (pages) {
  if (this.buffer.byteLength + pages * 65536 > MEMORY) throw new RangeError("the page's limit of memory")
  return grow.call(this, pages)
}

/** The files of Python, by name: what the page has handed in, or a promise of what it is asked for. */
const files = new Map()
const wanted = new Map()

self.fetch = async (address) => {
  const name = String(address.url ?? address).split("/").pop()
  if (!files.has(name)) {
    files.set(name, new Promise((resolve) => wanted.set(name, resolve)))
    tell({ wanted: name })
  }
  const bytes = await files.get(name)
  files.delete(name) // each is read once
  return bytes ? new Response(bytes, { headers: { "content-type": name.endsWith(".wasm") ? "application/wasm" : "" } }) : Response.error()
}

/** Pyodide would wait for ever for a program that cannot be made; so it is said here. */
const make = WebAssembly.instantiateStreaming
WebAssembly.instantiateStreaming = (...given) => make(...given).catch((error) => { tell({ broken: String(error.message) }); throw error })

/** Collects what is written, for fewer messages. */
function stream(name) {
  const decoder = new TextDecoder()
  let text = "", sent = 0
  const send = () => { if (text) tell({ text, stream: name }); text = ""; sent = performance.now() }
  const write = (bytes) => {
    if (!running) return bytes.length // what a run left behind says nothing in the next
    text += decoder.decode(bytes, { stream: true })
    if (performance.now() - sent > PAUSE || text.length > 10_000) send()
    return bytes.length
  }
  return { write, send }
}
const out = stream("stdout"), err = stream("stderr")

async function start({ data, lock, support }) {
  for (const [name, bytes] of Object.entries(data)) files.set(name, bytes)
  pyodide = await loadPyodide({
    indexURL: BASE,
    packageBaseUrl: BASE,
    lockFileContents: lock,
    createPyodideModule: _createPyodideModule,
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
  limitFiles(pyodide.FS)
  tell({ ready: true })
}

function limitFiles(FS) {
  const { stream, node } = FS.filesystems.MEMFS.ops_table.file
  const { write } = stream, { setattr } = node
  const grow = (file, size) => {
    added += Math.max(0, size - file.usedBytes)
    if (added > DISK) throw new FS.ErrnoError(51) // ENOSPC
  }
  stream.write = (file, bytes, offset, length, position, own) => {
    grow(file.node, position + length)
    return write(file, bytes, offset, length, position, own)
  }
  node.setattr = (file, change) => {
    if (change.size !== undefined) grow(file, change.size)
    return setattr(file, change)
  }
}

/** Timers that the reader's code sets end with its run. */
const timers = []
for (const name of ["setTimeout", "setInterval"]) {
  const set = self[name]
  self[name] = (...given) => {
    const timer = set(...given)
    if (running) timers.push(timer)
    return timer
  }
}

async function run({ code, needs = {} }) {
  const all = [code, ...needs.above ?? [], ...Object.entries(needs.files ?? {}).map(([name, text]) => name.endsWith(".py") ? text : "")]
  await pyodide.loadPackagesFromImports(all.join("\n"), { messageCallback: steps, errorCallback: steps })
  tell({ running: running = true })
  added = 0
  const report = inPage.run(code, JSON.stringify(needs))
  out.send()
  err.send()
  running = false
  timers.splice(0).forEach(clearTimeout)
  tell({ report: JSON.parse(report) })
}

function hear({ data }) {
  if (data.file) return wanted.get(data.file)?.(data.bytes)
  ;(data.code === undefined ? start(data) : run(data)).catch((error) => tell({ broken: String(error.message ?? error) }))
}

// The frame's policy binds a worker's own workers too; but there is no need for any. Pyodide takes a scope without importScripts for a module's.
for (const name of ["Worker", "importScripts"])
  for (const scope of [self, WorkerGlobalScope.prototype]) delete scope[name]

addEventListener("message", ({ ports }) => {
  [port] = ports
  port.onmessage = hear
}, { once: true })
