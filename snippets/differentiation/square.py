def f(x):
    """f(x) = x²"""
    return x**2


def df(x):
    """f′(x) = 2x"""
    return 2 * x
