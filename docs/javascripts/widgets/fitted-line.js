// <fitted-line>: a line over the data that one drags, and the point of the loss surface that it is; descent goes on from there.

import { eigvalsh, gradient_descent, least_squares, mse, mse_grad, mse_hessian } from "./maths.js"
import { arrow, contours, dot, panel, path, range, show, text } from "./plot.js"
import { Widget } from "./widget.js"

const STEPS = 300, W = [-1, 2.2], B = [-1, 5]

customElements.define("fitted-line", class extends Widget {
  about = "a line over the data points with its misses, and its point on the contours of the loss over w and b, with the way that descent goes"

  setup({ x: X, y, x0: [w, b] }) {
    Object.assign(this, { X, y, minimum: least_squares(X, y) })
    const [low, high] = eigvalsh(mse_hessian(X))
    this.lr = 2 / (low + high)
    this.loss = (w, b) => mse(w, b, X, y)
    this.grad = ([w, b]) => mse_grad(w, b, X, y)
    this.path = ({ w, b, k }) => gradient_descent(this.grad, [w, b], this.lr, k)
    this.fields = {
      w: { at: w, min: W[0], max: W[1], step: 0.05 },
      b: { at: b, min: B[0], max: B[1], step: 0.1 },
      k: { at: 0, min: 0, max: STEPS },
    }
    const round = (value) => Number(value.toFixed(2)), last = Math.max(...X)
    this.handle("b", "Bias b: the line's height at x = 0", ["b"], (at) => ({ b: round(this.data.from(at)[1]) }), "f-c0")
    this.handle("w", "Weight w: the line's slope", ["w"], (at) => ({ w: round((this.data.from(at)[1] - this.current().b) / last) }), "f-c0")
    this.handle("point", "Point of the loss surface", ["w", "b"], (at) => {
      const [w, b] = this.map.from(at)
      return { w: round(w), b: round(b) }
    }, "f-c3")
    const slope = (i) => (s) => show(this.grad(this.path(s).at(-1))[i])
    this.value("w", "w", (s) => show(this.current(s).w))
    this.value("b", "b", (s) => show(this.current(s).b))
    this.value("loss", "loss", (s) => show(this.loss(...this.path(s).at(-1))), "loss")
    this.value("dw", "∂L/∂w", slope(0), "gradient")
    this.value("db", "∂L/∂b", slope(1), "gradient")
    const go = (steps) => () => this.change({ k: this.state.k + steps })
    this.button("One step down", go(1))
    this.button("Ten steps", go(10))
    this.button("Reset", () => this.change(this.initial))
  }

  /** Where the descent has come to: there the handles stand, and dragging them begins a new descent. */
  current(s = this.state) {
    const [w, b] = this.path(s).at(-1)
    return { w, b, k: s.k }
  }

  moved(wanted) { return { ...this.current(), ...wanted, k: 0 } }

  draw(s, width, narrow) {
    const side = width * 0.5 - (narrow ? 42 : 56), tall = narrow ? 210 : 270
    const data = this.data = panel("fitted-line-clip", [narrow ? 32 : 40, 22, side, tall], [0, 5.6], [-1, 8], ["x", "y"])
    const map = this.map = panel("fitted-line-map", narrow ? [side + 72, 22, side, tall] : [side + 100, 22, width - side - 116, tall], W, B, ["weight w", "bias b"])
    const run = this.path(s), here = run.at(-1), [w, b] = here, line = (x) => w * x + b, last = Math.max(...this.X)
    const best = this.loss(...this.minimum), grad = this.grad(here)
    this.lines ??= contours(this.loss, range(...W, 73), range(...B, 73), range(-1, 1.9, 9).map((power) => best + 10 ** power))
    const misses = this.X.map((x, i) => path([data.at([x, this.y[i]]), data.at([x, line(x)])], "s-c3", 'stroke-width="1.5"')).join("")
    const length = Math.hypot(...grad), down = [w - grad[0] / (length + 4), b - grad[1] / (length + 4)]
    const beside = ([a, b], name) => text([a + 14, b + 20], name, { look: "name f-c0" })
    const labels = beside(data.at([0, b]), "b") + beside(data.at([last, line(last)]), "w")
    const picture = data.axes + data.clip(path([[0, line(0)], [5.6, line(5.6)]].map(data.at), "s-c0", 'stroke-width="2.5"') + misses)
      + this.X.map((x, i) => dot(data.at([x, this.y[i]]), "f-c4", 5.5)).join("")
      + map.axes + map.clip(map.lines(this.lines) + path(run.map(map.at), "s-c3", 'stroke-width="1.2"') + run.map((point) => dot(map.at(point), "f-c3", 2)).join("")
      + (length > 1e-3 ? arrow(map.at(here), map.at(down), "c3") : "")) + text([map.x(this.minimum[0]), map.y(this.minimum[1]) + 7], "★", { look: "star" }) + labels
    const words = `w ${show(w)}, b ${show(b)}, loss ${show(this.loss(w, b))}`
    return {
      height: tall + 60, picture, says: this.explain(s, here, grad, best),
      handles: {
        b: { at: data.at([0, b]), now: b, words }, w: { at: data.at([last, line(last)]), now: w, words }, point: { at: map.at(here), now: w, words },
      },
    }
  }

  explain({ k }, here, [dw, db], best) {
    if (this.loss(...here) - best < 1e-6) return "This is nearly the least-squares line: the loss is less than a millionth above the lowest."
    const way = (slope) => (Math.abs(slope) < 1e-9 ? "stays" : slope < 0 ? "up" : "down")
    const next = `The slopes say: w ${way(dw)}, b ${way(db)}.`
    return k === 0 ? `Drag the line until the red misses are as small as you can make them. ${next}` : `After ${k === 1 ? "1 step" : k + " steps"} of descent. ${next}`
  }
})
