def f(x, y):
    """f(x, y) = x² + 3xy + y²"""
    return x**2 + 3 * x * y + y**2


def df_dx(x, y):
    """∂f/∂x = 2x + 3y (y is held still)"""
    return 2 * x + 3 * y


def df_dy(x, y):
    """∂f/∂y = 3x + 2y (x is held still)"""
    return 3 * x + 2 * y
