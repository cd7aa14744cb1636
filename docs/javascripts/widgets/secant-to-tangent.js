// <secant-to-tangent>: a secant whose two points one drags; as h shrinks, its slope closes in on the tangent's, until rounding.

import { curves, forward_difference } from "./maths.js"
import { panel, path, range, show, text } from "./plot.js"
import { Widget } from "./widget.js"

const VIEWS = { // where x may go, and what is to be seen
  square: { min: -2, max: 2, X: [-2.5, 4.4], Y: [-4, 17] },
  cube: { min: -1.5, max: 1, X: [-2, 3.4], Y: [-6, 28] },
  root: { min: 0.1, max: 3, X: [0, 5.4], Y: [0, 2.5] },
  reciprocal: { min: 0.3, max: 3, X: [0, 5.4], Y: [-0.6, 3.6] },
}
const EPSILON = 2 ** -52 // the gap between 1 and the next number
const nudge = (h) => Number(h.toPrecision(2))
const exponent = (h) => (h < 1e-3 ? Number(h.toPrecision(3)).toExponential() : String(Number(h.toPrecision(3))))

customElements.define("secant-to-tangent", class extends Widget {
  about = "a curve, its tangent at x, and the secant through its points at x and x + h"

  setup({ x, hs }) {
    this.fields = {
      f: { at: "square", of: curves },
      x: { at: x, step: 0.05, bounds: ({ f }) => VIEWS[f] },
      h: { at: hs[0], min: 1e-16, max: 2, scale: Math.log10, by: (h, steps) => nudge(h * 10 ** (steps / 10)) },
    }
    const near = (pixel) => this.plot.from(pixel)[0]
    this.handle("h", "Second point of the secant, x + h", ["h"], (at) => ({ h: nudge(Math.max(near(at) - this.state.x, 0.01)) }), "f-c0")
    this.handle("x", "Point of the tangent, x", ["x"], (at) => ({ x: Number(near(at).toFixed(2)) }))
    const { f, slope } = this
    this.value("slope", "secant’s slope", (s) => show(slope(s), 6))
    this.value("derivative", "tangent’s slope", (s) => show(curves[s.f].df(s.x), 6), "tangent")
    this.value("error", "error", (s) => show(slope(s) - curves[s.f].df(s.x), 6), "loss")
    this.value("f(x+h)", "f(x + h)", (s) => String(f(s)(s.x + s.h)).replace("-", "−"), "", "long")
    this.value("f(x)", "f(x)", (s) => String(f(s)(s.x)).replace("-", "−"), "", "long")
    this.choice("f", "function")
    this.slider("x", "point x", { step: 0.05, text: ({ x }) => show(x, 2) })
    this.slider("h", "nudge h", {
      min: -16, max: 0.3, step: 0.1, position: Math.log10, value: (power) => nudge(10 ** power), text: ({ h }) => exponent(h),
    })
  }

  f = (s) => curves[s.f].f
  slope = ({ f, x, h }) => forward_difference(curves[f].f, x, h)

  draw(s, width, narrow) {
    const { X, Y } = VIEWS[s.f], { x, h } = s, f = this.f(s), df = curves[s.f].df
    const height = narrow ? 250 : 350
    const plot = this.plot = panel("secant-to-tangent-clip", [40, 22, width - 56, height - 62], X, Y, ["x", "f(x)"])
    const curve = range(Math.max(X[0], s.f === "reciprocal" ? 0.2 : s.f === "root" ? 0 : -9), X[1], 160).map((t) => plot.at([t, f(t)]))
    const line = (slope) => X.map((t) => plot.at([t, f(x) + slope * (t - x)]))
    const legend = [["secant", "ink", 110], ["tangent", "c1", 200]].map(([name, colour, at]) =>
      path([[at - 26, 32], [at - 6, 32]], `s-${colour}`, 'stroke-width="2"') + text([at, 36], name, { look: `f-${colour}`, anchor: "start" }))
    const [first, second] = [x, x + h].map((t) => plot.at([t, f(t)]))
    const picture = plot.axes + plot.clip(
      path(curve, "s-c0", 'stroke-width="2.5"') + path([first, [second[0], first[1]], second], "s-mute", 'stroke-dasharray="3 3"')
      + path(line(df(x)), "s-c1", 'stroke-width="2"') + path(line(this.slope(s)), "s-ink", 'stroke-width="1.5"'),
    ) + legend.join("")
    const words = `x ${show(x, 2)}, h ${exponent(h)}, slope ${show(this.slope(s), 6)}`
    return {
      height, picture, says: this.explain(s),
      handles: { x: { at: first, now: x, words }, h: { at: second, now: h, words } },
    }
  }

  explain(s) {
    const { x, h } = s, f = this.f(s), error = Math.abs(this.slope(s) - curves[s.f].df(x))
    if (x + h === x) return `The nudge vanished: h is less than half the gap to the next number, so that x + h is x. A slope of 0 is all that is left.`
    const rounding = (EPSILON * Math.abs(f(x))) / h, bend = Math.abs(curves[s.f].df(x + h) - curves[s.f].df(x)) / 2
    if (h < 1e-3 && rounding > bend) return `Rounding rules now: f(x + h) and f(x) agree in seven digits or more, and the difference keeps only the rest. As a rule, smaller is worse.`
    if (error === 0) return `No error at all: for this x and h the two slopes are the same.`
    return h > 0.3 ? `The secant misses the tangent’s slope. Halve h: what happens to the error?` : `In the end the error shrinks with h, about ten times for a tenth of the nudge where the curve bends, as long as the digits last.`
  }
})
