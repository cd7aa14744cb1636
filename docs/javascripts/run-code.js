// <run-code> in a listing's bar: buttons to run and to edit it. All that they need is loaded when one is pressed, or when the
// reader came back to a listing that was changed; nothing runs that the reader did not ask for.

const PLACE = "calculus-for-optimization:code" // in localStorage, which run/listing.js writes

class RunCode extends HTMLElement {
  connectedCallback() {
    if (this.firstChild || !document.querySelector('meta[name="python-runtime"]')) return
    for (const [act, label] of [["run", "Run"], ["edit", "Edit"]]) {
      const button = document.createElement("button")
      button.type = "button"
      button.className = `run-code run-code--${act}`
      button.textContent = label
      button.setAttribute("aria-label", `${label}: ${this.dataset.name}`)
      button.onclick = () => this.listing().then((listing) => listing[act]())
      this.append(button)
    }
    if (changed()) this.listing()
  }

  /** What does the work, made once. */
  listing() {
    return this.made ??= import("./run/listing.js").then(({ Listing }) => new Listing(this))
  }
}

function changed() {
  try { return localStorage.getItem(PLACE)?.includes(JSON.stringify(location.pathname)) } catch { return false }
}

customElements.define("run-code", RunCode)

try { // who ran code on the page before will do so here: then Python gets ready while they read
  if (sessionStorage.getItem("python") && document.querySelector("run-code button"))
    requestIdleCallback?.(() => import("./run/python.js").then(({ start }) => start()).catch(() => {}))
} catch { /* no storage: it waits for the wish */ }
