// What the interactive figures share: their parts, their state, how keys and pointers change it, and the address that keeps it.
// A figure says which fields its state has and how a state is drawn; drawing starts from nothing but the state.

import { clamp } from "./plot.js"

const SVG = "http://www.w3.org/2000/svg"
const REACH = 32 // pixels around a handle in which a finger takes hold of it

const element = (name, className, properties = {}) => Object.assign(document.createElement(name), { className, ...properties })
const assign = (node, attributes) => { for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value) }

export class Widget extends HTMLElement {
  connectedCallback() {
    if (this.state) return
    this.handles = {}
    this.shown = {} // what shows a part of the state, by its name: a function that takes the state
    this.live = element("div", "widget__live")
    this.svg = document.createElementNS(SVG, "svg")
    this.picture = document.createElementNS(SVG, "g")
    this.values = element("p", "widget__values")
    this.controls = element("div", "widget__controls")
    this.status = element("p", "widget__status", { role: "status" })
    assign(this.svg, { class: "plot widget__plot", role: "group", tabindex: -1, "aria-label": `Interactive figure: ${this.about}` })
    this.picture.setAttribute("aria-hidden", "true")
    this.svg.append(this.picture)
    this.live.append(this.svg, this.values, this.controls, this.status)
    this.setup(Object.fromEntries(Object.entries(this.dataset).map(([name, value]) => [name, JSON.parse(value)])))
    this.initial = this.allowed(Object.fromEntries(Object.entries(this.fields).map(([name, field]) => [name, field.at])))
    this.state = this.initial
    this.append(this.live)
    this.classList.add("widget--live")
    this.listen()
    this.go()
    new ResizeObserver(() => this.show()).observe(this)
  }

  // --- the state ----------------------------------------------------------------------------------------------------

  /** `wanted` with each value in its field's bounds; what is no value of a field stays as it was. */
  allowed(wanted) {
    const next = { ...this.state }
    for (const [name, field] of Object.entries(this.fields)) {
      const value = name in wanted ? wanted[name] : next[name]
      const { min, max } = field.bounds?.(next) ?? field
      if (field.of) next[name] = Object.hasOwn(field.of, value) ? value : next[name]
      else if (value !== "" && Number.isFinite(Number(value))) next[name] = clamp(Number(value), min, max)
    }
    return next
  }

  /** The reader changes something: show it, and write it into the address. */
  change(wanted) {
    this.state = this.allowed(wanted)
    this.show()
    clearTimeout(this.writing)
    this.writing = setTimeout(() => history.replaceState(history.state, "", this.address()), 200) // browsers refuse to write it often
  }

  address() {
    const changed = Object.entries(this.state).filter(([name, value]) => value !== this.initial[name])
    return `#${this.localName}${changed.length ? ":" : ""}${changed.map(([name, value]) => `${name}=${value}`).join(",")}`
  }

  /** Take the state from the address. An address without any is the page as it was; another one is none of ours. */
  go() {
    const [name, ...rest] = location.hash.slice(1).split(":")
    if (name === this.localName || !name) {
      clearTimeout(this.writing)
      this.stop?.()
      this.state = this.allowed({ ...this.initial, ...Object.fromEntries(rest.join(":").split(",").map((part) => part.split("="))) })
    }
    this.show()
    if (name === this.localName && document.activeElement.matches("body, a")) this.svg.focus({ preventScroll: true }) // as after a link
  }

  // --- what is seen and heard -----------------------------------------------------------------------------------------

  show() {
    const width = this.clientWidth
    if (width < 200) return // not laid out yet
    const { height, picture, handles = {}, says, values } = this.draw(this.state, width, matchMedia("(max-width: 44rem)").matches)
    assign(this.svg, { width, height, viewBox: `0 0 ${width} ${height}` })
    this.picture.innerHTML = picture
    for (const [name, { at, now, words }] of Object.entries(handles)) {
      const handle = this.handles[name]
      handle.at = at
      const field = this.fields[handle.axes[0]], { min, max } = field.bounds?.(this.state) ?? field, { scale = Number } = field
      assign(handle.node, { transform: `translate(${at[0]} ${at[1]})`, "aria-valuetext": words })
      assign(handle.node, { "aria-valuemin": scale(min), "aria-valuemax": scale(max), "aria-valuenow": scale(now) })
    }
    if (values) this.values.textContent = values
    for (const show of Object.values(this.shown)) show(this.state)
    const say = () => {
      this.said = performance.now()
      if (this.status.textContent !== says) this.status.textContent = says
    }
    clearTimeout(this.saying)
    if (!this.running) this.saying = setTimeout(say, this.status.textContent ? 300 : 0) // when the hand rests
    else if (performance.now() - this.said > 1500) say() // now and then
  }

  // --- parts ----------------------------------------------------------------------------------------------------------

  /** A number below the drawing, written by `text(state)`. */
  value(part, name, text, look = "", size = "") {
    const number = element("b", look)
    number.dataset.part = part
    const whole = element("span", size)
    whole.append(element("i", "", { textContent: `${name} ` }), number)
    this.values.append(whole)
    this.shown[`value ${part}`] = (state) => { number.textContent = text(state) }
  }

  row(name, label, control, ...placed) {
    control.id = `${this.localName}-${name}`
    const row = element("div", "widget__row")
    row.append(element("label", "", { htmlFor: control.id, textContent: label }), ...placed)
    this.controls.append(row)
    return row
  }

  /** A slider for a field. `position` and `value` turn the field's value into the slider's and back. */
  slider(name, label, { min, max, step, position = (v) => v, value = (v) => v, text, mark }) {
    const input = element("input", "", { type: "range", min, max, step })
    const said = element("span", "widget__said", { ariaHidden: "true" }) // the slider says it
    said.dataset.part = name
    const track = element("span", "widget__track")
    track.append(input)
    if (mark) {
      const sign = element("span", "widget__mark", { textContent: mark.text })
      sign.style.setProperty("--at", (mark.at - min) / (max - min))
      track.append(sign)
    }
    input.addEventListener("input", () => { this.stop?.(); this.change({ [name]: value(input.valueAsNumber) }) })
    this.shown[name] = (state) => {
      const bounds = this.fields[name].bounds?.(state)
      if (bounds) assign(input, bounds)
      input.value = position(state[name])
      said.textContent = text(state)
      input.setAttribute("aria-valuetext", said.textContent)
    }
    return this.row(name, label, input, track, said)
  }

  /** A list to choose a field's value from. */
  choice(name, label) {
    const select = element("select", "")
    for (const [value, { name: text }] of Object.entries(this.fields[name].of)) select.append(element("option", "", { value, textContent: text }))
    this.row(name, label, select, select)
    select.addEventListener("change", () => this.change({ [name]: select.value }))
    this.shown[name] = (state) => { select.value = state[name] }
  }

  button(label, act, where = (this.buttons ??= this.controls.appendChild(element("div", "widget__buttons")))) {
    const button = element("button", "widget__button", { type: "button", textContent: label })
    button.addEventListener("click", act)
    where.append(button)
    return button
  }

  /** Something to drag in the drawing: it moves the fields `axes`, by a pointer to what `to(point)` says. */
  handle(name, label, axes, to, look = "f-ink") {
    const node = document.createElementNS(SVG, "g")
    assign(node, { class: "handle", role: "slider", tabindex: 0, "aria-label": label })
    if (axes.length > 1) node.setAttribute("aria-roledescription", "point, moved by the arrow keys in two directions")
    node.innerHTML = `<circle r="14" class="handle__area"/><circle r="8" class="handle__dot ${look}"/>`
    node.addEventListener("keydown", (event) => this.press(event, axes))
    this.svg.append(node)
    this.handles[name] = { node, axes, to, at: [0, 0] }
  }

  // --- keys and pointers -----------------------------------------------------------------------------------------------

  press(event, [across, up = across]) {
    const by = { ArrowLeft: [across, -1], ArrowRight: [across, 1], ArrowDown: [up, -1], ArrowUp: [up, 1], PageDown: [up, -10], PageUp: [up, 10] }[event.key]
    const end = { Home: "min", End: "max" }[event.key]
    if ((!by && !end) || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    this.stop?.()
    const name = by ? by[0] : across, field = this.fields[name]
    const more = field.by ?? ((value, steps) => Number((value + steps * field.step).toFixed(6)))
    this.change(this.moved({ [name]: by ? more(this.current()[name], by[1]) : (field.bounds?.(this.state) ?? field)[end] }))
  }

  /** Where the handles stand, and what moving one changes; a figure whose handles run on says it differently. */
  current() { return this.state }
  moved(wanted) { return wanted }

  listen() {
    addEventListener("hashchange", () => this.go())
    const point = ({ clientX, clientY }) => {
      const box = this.svg.getBoundingClientRect()
      return [clientX - box.left, clientY - box.top]
    }
    const nearest = ([x, y]) => Object.values(this.handles)
      .map((handle) => ({ handle, far: Math.hypot(handle.at[0] - x, handle.at[1] - y) }))
      .reduce((best, next) => (next.far <= best.far ? next : best), { far: Infinity })
    let held = null
    this.svg.addEventListener("touchstart", (event) => { // or the page scrolls under the finger
      if (nearest(point(event.touches[0])).far < REACH && event.cancelable) event.preventDefault()
    }, { passive: false })
    this.svg.addEventListener("pointerdown", (event) => {
      const { handle, far } = nearest(point(event))
      if (!handle || event.button || (event.pointerType !== "mouse" && far >= REACH)) return
      event.preventDefault()
      this.stop?.()
      held = handle
      this.svg.setPointerCapture(event.pointerId)
      handle.node.focus({ preventScroll: true, focusVisible: false })
      this.change(this.moved(handle.to(point(event))))
    })
    this.svg.addEventListener("pointermove", (event) => { if (held) this.change(this.moved(held.to(point(event)))) })
    for (const end of ["pointerup", "pointercancel"]) this.svg.addEventListener(end, () => { held = null })
  }
}
