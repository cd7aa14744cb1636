import numpy as np


def sigmoid(z):
    """σ(z) = 1 / (1 + e⁻ᶻ)"""
    return 1 / (1 + np.exp(-1.0 * z))  # 1.0: there may be no −z in integers


def forward(x, y, w, b):
    """z = w·x + b,  a = σ(z),  L = (a − y)²"""
    z = w * x + b
    a = sigmoid(z)
    L = (a - y) ** 2
    return z, a, L


def backward(x, y, a):
    """∂L/∂w = ∂L/∂a · ∂a/∂z · ∂z/∂w, and the same for b

    Walks back through forward, one local derivative per line.
    Source: Rumelhart, Hinton & Williams, Nature 323, 1986.
    """
    dL_da = 2 * (a - y)  # L = (a − y)²
    da_dz = a * (1 - a)  # a = σ(z)
    dz_dw = x  # z = w·x + b
    dz_db = 1.0  # z = w·x + b
    return {
        "dL_da": dL_da,
        "da_dz": da_dz,
        "dz_dw": dz_dw,
        "dz_db": dz_db,
        "dL_dw": dL_da * da_dz * dz_dw,
        "dL_db": dL_da * da_dz * dz_db,
    }
