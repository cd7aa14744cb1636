// A page that was opened as a file may not start a worker, and the theme's search runs in one. Here a frame does the worker's
// work. The build writes this into the pages of a copy that is to be read without a server.

window.Worker = class extends EventTarget {
  constructor(address) {
    super()
    const frame = Object.assign(document.createElement("iframe"), { hidden: true })
    frame.title = "Search"
    document.body.append(frame)
    const { contentWindow: inside, contentDocument: page } = frame
    inside.postMessage = (data) => this.dispatchEvent(new MessageEvent("message", { data }))
    const script = Object.assign(page.createElement("script"), { src: new URL(address, location).href })
    this.ready = new Promise((resolve) => { script.onload = resolve })
    page.body.append(script)
    this.postMessage = (data) => this.ready.then(() => inside.dispatchEvent(new inside.MessageEvent("message", { data })))
  }
}
