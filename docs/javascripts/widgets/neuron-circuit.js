// <neuron-circuit>: a neuron whose inputs one sets; values run forward above the wires, gradients come back below, factor by factor.

import { backward, forward } from "./maths.js"
import { arrow, show, text } from "./plot.js"
import { Widget } from "./widget.js"

const STEPS = 5

customElements.define("neuron-circuit", class extends Widget {
  about = "a neuron as a circuit from left to right: w times x, plus b, through the sigmoid, to the loss. Values stand above the wires, gradients below"

  setup({ x, y, w, b }) {
    this.values.classList.add("visually-hidden") // they stand in the drawing
    const bound = { min: -3, max: 3 }
    this.fields = {
      x: { at: x, ...bound }, y: { at: y, min: 0, max: 1 }, w: { at: w, min: -5, max: 5 }, b: { at: b, ...bound }, k: { at: STEPS, min: 0, max: STEPS },
    }
    const names = { w: "weight w", x: "input x", b: "bias b", y: "right answer y" }
    for (const [name, label] of Object.entries(names))
      this.slider(name, label, { min: this.fields[name].min, max: this.fields[name].max, step: name === "y" ? 0.05 : 0.1, text: (s) => show(s[name], 2) })
    this.button("Forward only", () => this.change({ k: 0 }))
    const back = this.button("One factor less", () => this.change({ k: this.state.k - 1 }))
    const next = this.button("Next factor", () => this.change({ k: this.state.k + 1 }))
    this.button("All gradients", () => this.change({ k: STEPS }))
    this.shown.k = ({ k }) => { // a disabled button would lose the focus
      back.setAttribute("aria-disabled", k === 0)
      next.setAttribute("aria-disabled", k === STEPS)
    }
  }

  draw(s, width, narrow) {
    const { x, y, w, b, k } = s, { z, a, L } = forward(x, y, w, b), d = backward(x, y, a), dL_dz = d.dL_da * d.da_dz
    const wire = narrow ? 52 : 56, height = wire + 163, unit = (width - 20) / 9.6
    const at = (column) => 6 + column * unit
    const read = []
    const pair = (column, row, name, part, value, look) => {
      const shown = show(value, Math.abs(value) < 10 ? 4 : 3)
      read.push(`${name} ${shown}`)
      return text([at(column), row], name, { look }) + text([at(column), row + 17], shown, { look, part })
    }
    const wires = [
      [0.05, 1.4, "w", "w", w, "dL_dw", d.dL_dw, 5], [2.15, 3.4, "w·x", "wx", w * x, "dL_dwx", dL_dz, 4], [4.15, 5.3, "z", "z", z, "dL_dz", dL_dz, 3],
      [6.05, 7.1, "a", "a", a, "dL_da", d.dL_da, 2], [8.6, 9.55, "L", "L", L, "dL_dL", 1, 1],
    ]
    const nodes = [[1.8, "×"], [3.8, "+"], [5.7, "σ"], [7.85, "(a − y)²"]]
    const inputs = [[1.8, "x", x], [3.8, "b", b], [7.85, "y", y]]
    const picture = wires.map(([left, right, name, part, value, gradient, slope, since]) =>
      arrow([at(left), wire], [at(right), wire], "ink", 1.5) + pair((left + right) / 2, wire - 32, name, part, value)
      + (k >= since ? pair((left + right) / 2, wire + 24, `∂L/∂${name.length > 1 ? `(${name})` : name}`, gradient, slope, "f-c2") : "")).join("")
      + inputs.map(([column, name, value]) => arrow([at(column), wire + 96], [at(column), wire + 20], "ink", 1.5)
        + text([at(column), wire + 114], `${name} = ${show(value, 2)}`)).join("")
      + (k >= 4 ? pair(3.8, wire + 136, "∂L/∂b", "dL_db", d.dL_db, "f-c2") : "")
      + nodes.map(([column, sign]) => {
        const half = sign.length > 1 ? (narrow ? 26 : 34) : 15
        return `<rect class="f-page s-ink" x="${at(column) - half}" y="${wire - 15}" width="${2 * half}" height="30" rx="15"/>` + text([at(column), wire + 5], sign)
      }).join("")
    return { height, picture, says: this.explain(s, d, dL_dz), values: read.join(", ") }
  }

  explain({ x, k }, d, dL_dz) {
    const change = (slope) => `${slope === 0 ? "hardly changes" : slope < 0 ? "lowers" : "raises"} the loss at first`
    return [
      "Forward: w · x, plus b, through the sigmoid, and the miss squared. Every value is kept for the way back.",
      "The way back begins at the end: L changes as L does, so that ∂L/∂L is 1.",
      `L = (a − y)², so the first factor is ∂L/∂a = 2(a − y) = ${show(d.dL_da)}. Raising a ${change(d.dL_da)}.`,
      `a = σ(z), so the next factor is ∂a/∂z = a(1 − a) = ${show(d.da_dz)}. Times ${show(d.dL_da)}: ∂L/∂z = ${show(dL_dz)}.`,
      `z = w · x + b: a sum hands its gradient to both, times 1. So ∂L/∂b = ${show(d.dL_db)}.`,
      `A product hands over the other factor, ∂z/∂w = x = ${show(x, 2)}: ∂L/∂w = ${show(d.dL_da)} · ${show(d.da_dz)} · ${show(x, 2)} = ${show(d.dL_dw)}. Raising w ${x === 0 ? "leaves the loss as it is" : change(d.dL_dw)}.`,
    ][k]
  }
})
