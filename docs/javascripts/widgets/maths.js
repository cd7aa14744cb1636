// The mathematics of the interactive figures: functions of snippets/ under their own names, in the same operations, so that they
// round alike. Tests hold them to those.

// snippets/differentiation/curves.py
export const curves = {
  square: { name: "x²", f: (x) => x * x, df: (x) => 2 * x },
  cube: { name: "x³", f: (x) => x * x * x, df: (x) => 3 * x * x },
  root: { name: "√x", f: Math.sqrt, df: (x) => 1 / (2 * Math.sqrt(x)) },
  reciprocal: { name: "1/x", f: (x) => 1 / x, df: (x) => -1 / (x * x) },
}

export const forward_difference = (f, x, h) => (f(x + h) - f(x)) / h

// snippets/multivariable/bowl.py and partial_derivatives.py
export const fields = {
  bowl: { name: "x² + y²", f: (x, y) => x * x + y * y, grad: (x, y) => [2 * x, 2 * y] },
  saddle: {
    name: "x² + 3xy + y²",
    f: (x, y) => x * x + 3 * x * y + y * y,
    grad: (x, y) => [2 * x + 3 * y, 3 * x + 2 * y],
  },
}

// snippets/autodiff/neuron.py
export const sigmoid = (z) => 1 / (1 + Math.exp(-z))

export function forward(x, y, w, b) {
  const z = w * x + b
  const a = sigmoid(z)
  return { z, a, L: (a - y) ** 2 }
}

export function backward(x, y, a) {
  const dL_da = 2 * (a - y), da_dz = a * (1 - a), dz_dw = x, dz_db = 1
  return { dL_da, da_dz, dz_dw, dz_db, dL_dw: dL_da * da_dz * dz_dw, dL_db: dL_da * da_dz * dz_db }
}

// snippets/optimization
const sum = (values) => values.reduce((total, value) => total + value, 0)

export const mse = (w, b, X, y) => sum(X.map((x, i) => (w * x + b - y[i]) ** 2)) / X.length

export const mse_grad = (w, b, X, y) => [
  2 / X.length * sum(X.map((x, i) => (w * x + b - y[i]) * x)),
  2 / X.length * sum(X.map((x, i) => w * x + b - y[i])),
]

export function mse_hessian(X) {
  const n = X.length, cross = 2 / n * sum(X)
  return [[2 / n * sum(X.map((x) => x * x)), cross], [cross, 2]]
}

/** The eigenvalues of a symmetric 2 × 2 matrix in ascending order, as np.linalg.eigvalsh gives them. */
export function eigvalsh([[p, q], [, r]]) {
  const large = (p + r) / 2 + Math.hypot((p - r) / 2, q)
  return [(p * r - q * q) / large, large]
}

export const largest_stable_lr = (H) => 2 / eigvalsh(H)[1]

export function least_squares(X, y) {
  const n = X.length, x0 = sum(X) / n, y0 = sum(y) / n
  const w = sum(X.map((x, i) => (x - x0) * (y[i] - y0))) / sum(X.map((x) => (x - x0) ** 2))
  return [w, y0 - w * x0]
}

export function gradient_descent(grad, x0, lr, steps) {
  const path = [x0]
  for (let k = 0; k < steps; k++) {
    const slope = grad(path[k])
    path.push(path[k].map((value, i) => value - lr * slope[i]))
  }
  return path
}
