// <gradient-field>: the gradient at a point that one drags over the contours, and the slope in a direction that one turns: a cosine.

import { fields } from "./maths.js"
import { arrow, clamp, contours, dot, panel, path, range, show, text } from "./plot.js"
import { Widget } from "./widget.js"

const SIZE = 8.5, EDGE = 4.5, RING = 0.2 // half the plot's side; how far out the point may go; the ring of directions' radius per side
const MOST = { bowl: 13, saddle: 33 } // more than the steepest slope within reach
const LEVELS = { bowl: range(3, 123, 16), saddle: [-75, -55, -35, -20, -10, -3, 0, 3, 10, 25, 50, 80, 120, 165, 215, 270] }
const WAYS = [ // angles from the gradient that have a name
  [0, "the gradient’s direction", "no other is steeper"],
  [90, "the contour’s direction", "f does not change"],
  [180, "opposite to the gradient", "the steepest way down"],
]
const radians = (degrees) => (degrees * Math.PI) / 180
const degrees = ([u, v]) => ((Math.atan2(v, u) * 180) / Math.PI + 360) % 360

customElements.define("gradient-field", class extends Widget {
  about = "the contours of f, the gradient and its opposite at a point, and the slope along a direction d as a curve over all directions"

  setup({ points: [[x, y]] }) {
    const bound = { min: -EDGE, max: EDGE, step: 0.1 }
    this.fields = {
      f: { at: "bowl", of: fields },
      x: { at: x, ...bound },
      y: { at: y, ...bound },
      angle: { at: 0, min: 0, max: 360, step: 1, by: (angle, steps) => (Math.round(angle) + steps + 360) % 360 },
    }
    this.handle("point", "Point", ["x", "y"], (at) => {
      const [x, y] = this.map.from(at)
      return { x: Number(x.toFixed(1)), y: Number(y.toFixed(1)) }
    })
    this.handle("turn", "Direction d", ["angle"], ([a, b]) => {
      const [x, y] = this.map.at([this.state.x, this.state.y])
      return { angle: Math.round(degrees([a - x, y - b])) }
    }, "f-c1")
    this.value("f", "f", (s) => show(fields[s.f].f(s.x, s.y), 2))
    this.value("gradient", "∇f", (s) => `(${this.grad(s).map((part) => show(part, 2)).join(", ")})`, "gradient", "long")
    this.value("length", "‖∇f‖", (s) => show(Math.hypot(...this.grad(s))), "gradient")
    this.value("slope", "slope along d", (s) => show(this.slope(s)), "tangent")
    this.choice("f", "function")
    this.slider("angle", "direction d", { min: 0, max: 360, step: 1, text: ({ angle }) => `${show(angle, 0)}°` })
    const turn = (by) => () => this.change({ angle: (degrees(this.grad(this.state)) + by) % 360 })
    this.button("Uphill", turn(0))
    this.button("Level", turn(90))
    this.button("Downhill", turn(180))
  }

  grad = ({ f, x, y }) => fields[f].grad(x, y)
  slope = (s) => {
    const [p, q] = this.grad(s), slope = p * Math.cos(radians(s.angle)) + q * Math.sin(radians(s.angle))
    return Math.abs(slope) < 1e-12 * Math.hypot(p, q) ? 0 : slope // level, but for the cosine's rounding
  }

  draw(s, width, narrow) {
    const side = narrow ? Math.min(230, width * 0.52) : 290
    const most = MOST[s.f], { f } = fields[s.f], ring = RING * side - (narrow ? 4 : 0)
    const scale = ((ring - 10) / most) * (2 * SIZE / side) // an arrow's length per slope: it ends within the ring
    const map = this.map = panel("gradient-field-clip", [narrow ? 32 : 40, 20, side, side], [-SIZE, SIZE], [-SIZE, SIZE], ["x", "y"])
    const angles = [0, 360]
    const wave = panel("gradient-field-wave", narrow ? [side + 78, 20, width - side - 94, side] : [side + 105, 20, width - side - 121, side], angles, [-most, most],
      [narrow ? "direction d" : "direction d, in degrees", "slope along d"], { marks: narrow ? [0, 180, 360] : [0, 90, 180, 270, 360] })
    const grid = range(-SIZE, SIZE, 49)
    this.lines ??= {}
    const lines = (this.lines[s.f] ??= contours(f, grid, grid, LEVELS[s.f]))
    const [through] = contours(f, grid, grid, [f(s.x, s.y)])
    const grad = this.grad(s), slope = this.slope(s), d = [Math.cos(radians(s.angle)), Math.sin(radians(s.angle))]
    const from = map.at([s.x, s.y]), to = (v, by) => map.at([s.x + v[0] * by, s.y + v[1] * by])
    const tip = to(grad, scale), shadow = to(d, slope * scale), end = [from[0] + ring * d[0], from[1] - ring * d[1]]
    const up = degrees(grad), apart = d[0] * grad[1] < d[1] * grad[0] ? -18 : 18
    const beside = ([a, b], [v, w]) => [ // away from the other arrow, and within the field
      clamp(a + (apart * w) / Math.hypot(v, w), map.x(-SIZE) + 10, map.x(SIZE) - 10),
      clamp(b + (apart * v) / Math.hypot(v, w) + 4, map.y(SIZE) + 14, map.y(-SIZE) - 5),
    ]
    const curve = range(0, 360, 121).map((angle) => wave.at([angle, this.slope({ ...s, angle })]))
    const picture = map.axes + map.clip(map.lines(lines) + map.lines([through], "s-ink", 1.5) + `<circle class="s-c1" fill="none" cx="${from[0]}" cy="${from[1]}" r="${ring}" stroke-dasharray="3 4"/>`
      + path([tip, shadow], "s-mute", 'stroke-dasharray="3 3"') + arrow(from, to(grad, -scale), "c3", 1.5)
      + arrow(from, tip, "c2", 3) + path([from, shadow], "s-c1", 'stroke-width="4"'))
      + (Math.hypot(...grad) * scale > 0.2 ? text(beside(tip, grad.map((part) => -part)), "∇f", { look: "f-c2" }) : "") + text(beside(end, d), "d", { look: "f-c1" })
      + wave.axes + path([[0, 0], [360, 0]].map(wave.at), "s-mute", 'stroke-width="0.7"') + path(curve, "s-c1", 'stroke-width="2"')
      + (Math.hypot(...grad) ? path([[up, -most], [up, most]].map(wave.at), "s-c2", 'stroke-dasharray="4 3"') + text([wave.x(up), wave.y(-most) - 6], "∇f", { look: "f-c2" }) : "")
      + dot(wave.at([s.angle, slope]), "f-c1", 6)
    const place = `x ${show(s.x, 1)}, y ${show(s.y, 1)}, gradient ${grad.map((part) => show(part, 2)).join(" and ")}`
    return {
      height: side + 62, picture, says: this.explain(s, grad, slope, up),
      handles: {
        point: { at: from, now: s.x, words: place },
        turn: { at: end, now: s.angle, words: `${show(s.angle, 0)} degrees, slope ${show(slope)}` },
      },
    }
  }

  explain({ angle }, grad, slope, up) {
    const length = Math.hypot(...grad)
    if (length === 0) return "The gradient is zero: in every direction the ground is level here."
    const between = Math.abs(((angle - up + 540) % 360) - 180)
    const apart = `${show(between, 2)}°`, share = `The slope along d is ‖∇f‖ · cos ${apart} = ${show(slope)}.`
    const [exactly, way, why] = WAYS.find(([angle]) => Math.abs(between - angle) < 1) ?? [between, `${apart} from the gradient`]
    if (!why) return `d is ${way}. ${share}`
    return Math.abs(between - exactly) < 1e-6 ? `d is ${way}: ${why}. ${share}` : `d is nearly ${way}. ${share}`
  }
})
