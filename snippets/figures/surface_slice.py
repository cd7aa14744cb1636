import matplotlib.pyplot as plt
import numpy as np


def surface_slice(f, df_dx, x, y):
    """The surface z = f(x, y), and its slice where y is held still

    f takes arrays of one shape, and numbers. Beside the surface stands the slice, with its tangent
    at x, whose slope is ∂f/∂x = df_dx(x, y).
    Raises: ValueError unless x and y are finite.
    """
    if not np.isfinite([x, y]).all():
        raise ValueError(f"x and y must be finite, got {x} and {y}")
    fig = plt.figure(figsize=(5.6, 3.3))
    solid = fig.add_axes([0.0, 0.08, 0.54, 0.92], projection="3d")
    flat = fig.add_axes([0.66, 0.16, 0.31, 0.75])
    s = np.linspace(x - 2, x + 2, 41)
    t = np.linspace(y - 2, y + 2, 41)
    S, T = np.meshgrid(s, t)
    slope = df_dx(x, y)
    near = x + np.array([-0.9, 0.9])
    tangent = f(x, y) + slope * (near - x)

    grid = {"rcount": 9, "ccount": 9, "color": "0.5", "linewidth": 0.6}
    solid.plot_wireframe(S, T, f(S, T), **grid)
    solid.plot(s, np.full(41, y), f(s, y), color="C0", linewidth=2.5)
    solid.plot(near, [y, y], tangent, color="C1")
    solid.plot([x], [y], [f(x, y)], "o", color="black")
    solid.set(xlabel="x", ylabel="y", zticks=[])
    solid.set(xticks=[x - 2, x, x + 2], yticks=[y - 2, y, y + 2])
    solid.view_init(elev=24, azim=-62)

    flat.plot(s, f(s, y), color="C0", linewidth=2.5)
    flat.plot(near, tangent, color="C1")
    flat.plot(x, f(x, y), "o", color="black")
    number = f"{slope:.4g}".replace("-", "−")
    flat.set_title(f"slope {number}", color="C1")
    flat.set(xlabel="x", ylabel=f"f(x, {y:g})")
    return fig
