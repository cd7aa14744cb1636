// <descent-path>: gradient descent on the loss of a line: its path over the contours beside its loss, step by step, for any learning rate.

import { eigvalsh, gradient_descent, largest_stable_lr, least_squares, mse, mse_grad, mse_hessian } from "./maths.js"
import { clamp, contours, dot, panel, path, range, show, text } from "./plot.js"
import { Widget } from "./widget.js"

const STEPS = 300, LOST = 1e6 // no run goes on for longer, or beyond this loss
const PACE = STEPS / 4000 // steps in a millisecond: a whole run takes four seconds, whatever the screen can show
const W = [-0.8, 2], B = [-1, 5], POWERS = [-8, 3]

customElements.define("descent-path", class extends Widget {
  about = "the path of gradient descent on the contours of the loss over w and b, and the loss from step to step"

  setup({ x: X, y, x0: [w, b], rates: [lr] }) {
    const hessian = mse_hessian(X), [low, high] = eigvalsh(hessian)
    this.minimum = least_squares(X, y)
    this.loss = (w, b) => mse(w, b, X, y)
    this.best = this.loss(...this.minimum)
    this.limit = largest_stable_lr(hessian)
    this.factors = ({ lr }) => [1 - lr * low, 1 - lr * high]
    this.path = ({ lr, w, b, k }) => gradient_descent(([w, b]) => mse_grad(w, b, X, y), [w, b], lr, k)
    this.fields = {
      lr: { at: lr, min: 0.001, max: 0.1 },
      w: { at: w, min: W[0], max: W[1], step: 0.05 },
      b: { at: b, min: B[0], max: B[1], step: 0.1 },
      k: { at: 0, min: 0, max: STEPS },
    }
    this.handle("start", "Start of the descent", ["w", "b"], (at) => {
      const [w, b] = this.map.from(at)
      return { w: Number(w.toFixed(2)), b: Number(b.toFixed(2)) }
    })
    const here = (s) => this.path(s).at(-1)
    this.value("w", "w", (s) => show(here(s)[0]))
    this.value("b", "b", (s) => show(here(s)[1]))
    this.value("loss", "loss", (s) => show(this.loss(...here(s))), "loss")
    this.value("flat", "flat direction ×", (s) => show(this.factors(s)[0], 3))
    this.value("steep", "steep direction ×", (s) => show(this.factors(s)[1], 3))
    const row = this.slider("lr", "learning rate", {
      min: 0, max: 0.1, step: 0.0005, value: (lr) => Math.max(lr, 0.001), text: ({ lr }) => show(lr), mark: { at: this.limit, text: "limit" },
    })
    this.button("Best worst case", () => this.change({ lr: 2 / (low + high) }), row).title = "The worse of both factors is as small as it can be"
    this.slider("k", "step", { min: 0, max: STEPS, step: 1, text: ({ k }) => String(k) })
    this.button("Step", () => { this.stop(); this.change({ k: this.state.k + 1 }) })
    this.runs = this.button("Run", () => (this.running ? this.stop() : this.run()))
    this.button("Reset", () => { this.stop(); this.change(this.initial) })
  }

  /** On the home page it plays once, when it is seen; the address and what is read aloud are left alone meanwhile. */
  connectedCallback() {
    super.connectedCallback()
    if (!this.closest(".home") || location.hash || matchMedia("(prefers-reduced-motion: reduce)").matches) return
    const seen = new IntersectionObserver(([{ isIntersecting }]) => {
      if (!isIntersecting) return
      seen.disconnect()
      this.run((wanted) => { this.state = this.allowed(wanted); this.show() }, Infinity)
    }, { threshold: 0.5 })
    seen.observe(this.svg)
  }

  /** Go on to the end; at once for a reader who asks for no motion. */
  run(change = (wanted) => this.change(wanted), said = -Infinity) {
    if (this.state.k === STEPS) this.change({ k: 0 })
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches
    const losses = this.path({ ...this.state, k: STEPS }).map((point) => this.loss(...point))
    const end = losses.findIndex((loss, k) => k > this.state.k && (loss > LOST || loss - this.best < 1e-8))
    const last = end < 0 ? STEPS : end
    if (still) return this.change({ k: last })
    this.runs.textContent = "Pause"
    this.said = said // what was true before the run is not now
    const from = this.state.k, began = performance.now()
    const frame = () => {
      const k = Math.min(from + Math.ceil((performance.now() - began) * PACE), last)
      if (k < last) this.running = requestAnimationFrame(frame)
      else this.stop()
      change({ k })
    }
    this.running = requestAnimationFrame(frame)
  }

  stop() {
    if (!this.running) return
    cancelAnimationFrame(this.running)
    this.running = 0
    this.runs.textContent = "Run"
    this.show()
  }

  draw(s, width, narrow) {
    const side = width * 0.5 - (narrow ? 20 : 60), tall = narrow ? 210 : 270
    const map = this.map = panel("descent-path-clip", [narrow ? 32 : 40, 22, side, tall], W, B, ["weight w", "bias b"])
    const most = Math.max(100, s.k)
    const curve = panel("descent-path-loss", narrow ? [side + 78, 22, width - side - 94, tall] : [side + 110, 22, width - side - 128, tall], [0, most], POWERS, ["step", narrow ? "loss − lowest" : "loss minus its minimum"], { log: true })
    this.lines ??= contours(this.loss, range(...W, 73), range(...B, 73), range(-1, 1.9, 9).map((power) => this.best + 10 ** power))
    const run = this.path(s), at = run.map((point) => map.at(point.map((v) => clamp(v, -1e3, 1e3))))
    const gaps = run.map((point, k) => curve.at([k, Math.log10(clamp(this.loss(...point) - this.best, 1e-12, 1e12))]))
    const small = run.length < 120
    const picture = map.axes + map.clip(map.lines(this.lines) + path(at, "s-c3", 'stroke-width="1.2"') + (small ? at : at.slice(-1)).map((point) => dot(point, "f-c3", 2.5)).join("")
      + dot(at.at(-1), "f-c3", 6)) + text([map.x(this.minimum[0]), map.y(this.minimum[1]) + 7], "★", { look: "star" })
      + curve.axes + curve.clip(path(gaps, "s-c3", 'stroke-width="2"')) + (curve.inside(gaps.at(-1)) ? dot(gaps.at(-1), "f-c3", 6) : "")
    const here = run.at(-1)
    return {
      height: tall + 60, picture, says: this.explain(s, here),
      handles: { start: { at: at[0], now: s.w, words: `w ${show(s.w, 2)}, b ${show(s.b, 2)}, loss ${show(this.loss(s.w, s.b))}` } },
    }
  }

  explain(s, here) {
    const { lr, k } = s, [flat, steep] = this.factors(s), loss = this.loss(...here)
    if (this.running) return `Running: step ${k}, loss ${show(loss)}.`
    const after = k === 1 ? "After 1 step" : `After ${k} steps`
    if (lr > this.limit) {
      const grows = `Above the limit ${show(this.limit)} every step multiplies the stretch in the steep direction by ${show(steep, 3)}: across the valley, and farther out.`
      return loss > LOST ? `Diverged by step ${k}. ${grows}` : k ? `${grows} ${after} the loss is ${show(loss)}.` : `${grows} Run it.`
    }
    if (k === 0) return "Drag the start, choose a learning rate, and run. Where will it stand after a hundred steps?"
    if (loss - this.best < 1e-6) return `Arrived: ${after.toLowerCase()} the loss is less than a millionth above the lowest.`
    const side = steep < 0 ? ", and changes sides" : ""
    return `${after} the loss is ${show(loss)}. Each step keeps ${show(flat, 3)} of the distance along the valley and ${show(Math.abs(steep), 3)} of that across it${side}.`
  }
})
