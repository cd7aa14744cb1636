// <run-code> in a listing's bar: buttons to run and to edit it. All that they need is loaded when one is pressed, or when the
// reader came back to a listing that was changed; nothing runs that the reader did not ask for.

const PLACE = "calculus-for-optimization:code" // in localStorage, which run/listing.js writes

class RunCode extends HTMLElement {
  connectedCallback() {
    const size = document.querySelector('meta[name="python-runtime"]')?.dataset.core
    if (this.firstChild || !size) return
    for (const [act, label] of [["run", "Run"], ["edit", "Edit"]]) {
      const button = document.createElement("button")
      button.type = "button"
      button.className = `run-code run-code--${act}`
      button.textContent = label
      button.setAttribute("aria-label", `${label}: ${this.dataset.name}`)
      button.title = act === "run" ? `Runs here, in your browser. The first run fetches Python, up to ${Math.ceil(size / 1e6)} MB.` : "Change it here"
      button.onclick = () => this.listing().then((listing) => listing?.[act](true))
      this.append(button)
    }
    if (changed() || linked(location.hash) === this) this.listing()
    else addEventListener("python", () => this.isConnected && this.listing(), { once: true })
  }

  /** What does the work, made once; undefined if it cannot be had. */
  async listing() {
    try {
      const { Listing } = await this.meanwhile(import("./run/listing.js"))
      return this.made ??= new Listing(this)
    } catch (error) {
      console.warn(error)
      this.note("Not loaded. Reload the page.")
    }
  }

  /** Wait for something, and say so if one could think that nothing happens. */
  async meanwhile(awaited) {
    const slow = setTimeout(() => this.note("Loading …"), 500)
    try { return await awaited } finally {
      clearTimeout(slow)
      if (this.said?.textContent === "Loading …") this.note("")
    }
  }

  note(text) {
    this.said ??= this.insertBefore(document.createElement("span"), this.firstChild)
    this.said.className = "run-code__note"
    this.said.setAttribute("role", "status")
    this.said.textContent = text
  }
}

function changed() {
  try { return localStorage.getItem(PLACE)?.includes(JSON.stringify(location.pathname)) } catch { return false }
}

/** What of the page an address such as `#block-2:h=0.1` sets: an interactive figure, or the controls of a listing. */
function linked(hash) {
  const [, name] = /^#([\w-]+):/.exec(hash) ?? []
  return name && document.querySelector(`${name}.widget--live, #${name} run-code`)
}

addEventListener("hashchange", () => linked(location.hash)?.listing?.().then((listing) => listing?.go()))

// A link that sets what one sees leaves the page where it is: the next such link stays under the hand.
document.addEventListener("click", (event) => {
  const link = event.target.closest('a[href^="#"]'), set = linked(link?.hash)?.closest(".listing, .widget--live")
  if (!set || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return
  const { top, bottom, height } = set.getBoundingClientRect()
  if (Math.min(bottom, innerHeight) - Math.max(top, 0) <= Math.min(height, innerHeight) / 2) return
  event.preventDefault()
  history.pushState(history.state, "", link.hash)
  dispatchEvent(new HashChangeEvent("hashchange"))
})

customElements.define("run-code", RunCode)

try { // who ran code on the page before will do so here: then Python gets ready while they read
  if (sessionStorage.getItem("python") && document.querySelector("run-code button"))
    (globalThis.requestIdleCallback ?? setTimeout)(() => import("./run/python.js").then(({ start }) => start()).catch(() => {}))
} catch { /* no storage: it waits for the wish */ }
