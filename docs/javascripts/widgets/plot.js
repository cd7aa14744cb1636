// Plotting for the interactive figures. First the mathematics, then words of SVG in the classes of the static figures.

export const clamp = (value, low, high) => Math.min(Math.max(value, low), high)

/** `value` for a reader: a fixed number of decimals, or two digits and a power of ten where these would show none of it. */
export function show(value, decimals = 4) {
  const size = Math.abs(value)
  const far = size >= 1e5 || (size < 0.5 * 10 ** -decimals && size > 0)
  return (far ? value.toExponential(1) : value.toFixed(decimals)).replace("e+", "e").replace(/^-(0\.?0*$)?/, (_, zero) => zero ?? "−")
}

/** About `count` round numbers from `low` to `high`. */
export function ticks(low, high, count = 5) {
  const rough = (high - low) / count, power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 5, 10].find((factor) => factor * power >= 0.8 * rough) * power
  const first = Math.ceil(low / step - 1e-9), last = Math.floor(high / step + 1e-9)
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)))
}

export const range = (low, high, count) => Array.from({ length: count }, (_, i) => low + ((high - low) * i) / (count - 1))

/** For each level the line segments of {f = level}, by marching squares over the grid xs × ys. */
export function contours(f, xs, ys, levels) {
  const z = ys.map((y) => xs.map((x) => f(x, y)))
  const cell = (i, j, level) => {
    const corners = [[i, j], [i + 1, j], [i + 1, j + 1], [i, j + 1]]
    const cuts = corners.flatMap(([a, b], n) => {
      const [c, d] = corners[(n + 1) % 4]
      const u = z[b][a] - level, v = z[d][c] - level
      if (u < 0 === v < 0) return []
      const t = u / (u - v)
      return [[xs[a] + t * (xs[c] - xs[a]), ys[b] + t * (ys[d] - ys[b])]]
    })
    if (cuts.length === 4) { // a saddle: the middle says which corners belong together
      const middle = corners.reduce((total, [a, b]) => total + z[b][a], 0) / 4
      if (middle < level !== z[j][i] < level) cuts.push(cuts.shift())
    }
    return cuts.length === 4 ? [cuts.slice(0, 2), cuts.slice(2)] : cuts.length ? [cuts] : []
  }
  return levels.map((level) => ys.slice(1).flatMap((_, j) => xs.slice(1).flatMap((_, i) => cell(i, j, level))))
}

// --- drawing: coordinates are pixels --------------------------------------------------------------------------------

const px = (value) => Math.round(value * 10) / 10

const line = (points) => "M" + points.map(([x, y]) => `${px(x)} ${px(y)}`).join("L")

export const path = (points, look, extra = "") =>
  `<path class="${look}" fill="none" ${extra} d="${line(points)}"/>`
export const dot = ([x, y], look, radius = 4) => `<circle class="${look}" cx="${px(x)}" cy="${px(y)}" r="${radius}"/>`
export const text = ([x, y], words, { look = "", anchor = "middle", part = "" } = {}) =>
  `<text class="${look}" x="${px(x)}" y="${px(y)}" text-anchor="${anchor}"${part && ' data-part="' + part + '"'}>${words}</text>`

export function arrow([x0, y0], [x1, y1], colour, width = 2) {
  const length = Math.hypot(x1 - x0, y1 - y0)
  if (length < 1) return ""
  const u = (x1 - x0) / length, v = (y1 - y0) / length, head = Math.min(9 + width, length)
  const back = [x1 - head * u, y1 - head * v], side = 0.4 * head
  const tip = [[x1, y1], [back[0] - side * v, back[1] + side * u], [back[0] + side * v, back[1] - side * u]]
  return path([[x0, y0], back], `s-${colour}`, `stroke-width="${width}"`)
    + `<path class="f-${colour}" d="${line(tip)}Z"/>`
}

/** A plot with axes in the box [left, top, width, height]; `log` says that Y holds powers of ten, `marks` where X has its ticks. */
export function panel(id, [left, top, width, height], X, Y, [xname, yname], { log = false, marks = ticks(...X, width / 60) } = {}) {
  const x = (value) => left + ((value - X[0]) / (X[1] - X[0])) * width
  const y = (value) => top + height - ((value - Y[0]) / (Y[1] - Y[0])) * height
  const bottom = top + height
  const word = (value) => `${value}`.replace("-", "−")
  const axes = path([[left, top], [left, bottom], [left + width, bottom]], "s-mute", 'stroke-width="0.8"')
    + marks.map((t) => path([[x(t), bottom], [x(t), bottom + 3]], "s-mute") + text([x(t), bottom + 17], word(t))).join("")
    + ticks(...Y, Math.max(height / 45, 3)).map((t) => path([[left, y(t)], [left - 3, y(t)]], "s-mute") + text([left - 7, y(t) + 4], log ? `1e${t}` : word(t), { anchor: "end" })).join("")
    + text([left + width, bottom + 33], xname, { anchor: "end", look: "name" }) + text([left - 30, top - 9], yname, { anchor: "start", look: "name" })
  return {
    x, y, axes,
    at: ([a, b]) => [x(a), y(b)],
    inside: ([a, b]) => a >= left && a <= left + width && b >= top && b <= bottom,
    from: ([a, b]) => [X[0] + ((a - left) / width) * (X[1] - X[0]), Y[0] + ((bottom - b) / height) * (Y[1] - Y[0])],
    clip: (drawn) => `<clipPath id="${id}"><rect x="${left}" y="${px(top)}" width="${px(width)}" height="${px(height)}"/></clipPath>`
      + `<g clip-path="url(#${id})">${drawn}</g>`,
    lines: (levels, look = "s-mute", thick = 0.7) => levels.map((segments) =>
      `<path class="${look}" fill="none" stroke-width="${thick}" d="${segments.map((ends) => line(ends.map(([a, b]) => [x(a), y(b)]))).join("")}"/>`).join(""),
  }
}
