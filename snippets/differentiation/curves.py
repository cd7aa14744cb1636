import numpy as np

# Four functions, each with its derivative: (f, f′). They use nothing
# but +, −, ·, / and √, which IEEE 754 rounds in one way.
curves = {
    "square": (lambda x: x * x, lambda x: 2 * x),
    "cube": (lambda x: x * x * x, lambda x: 3 * x * x),
    "root": (np.sqrt, lambda x: 1 / (2 * np.sqrt(x))),
    "reciprocal": (lambda x: 1 / x, lambda x: -1 / (x * x)),
}
