def u(x):
    """The inner function: u(x) = x² + 1"""
    return x**2 + 1


def du(x):
    """u′(x) = 2x"""
    return 2 * x


def g(u):
    """The outer function: g(u) = u³"""
    return u**3


def dg(u):
    """g′(u) = 3u²"""
    return 3 * u**2


def chain(x):
    """((x² + 1)³)′ = g′(u(x))·u′(x)"""
    return dg(u(x)) * du(x)
