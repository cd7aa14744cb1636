def power(x, n):
    """xⁿ"""
    return x**n


def power_derivative(x, n):
    """(xⁿ)′ = n·xⁿ⁻¹

    Holds wherever xⁿ⁻¹ is defined: keep x ≠ 0 if n < 1.
    """
    return n * x ** (n - 1)
