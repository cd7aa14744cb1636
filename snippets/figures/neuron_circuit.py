import matplotlib.pyplot as plt


def neuron_circuit(x, y, w, b, forward, backward):
    """z = w·x + b,  a = σ(z),  L = (a − y)²  as a circuit

    Values stand above the wires, gradients of L below them.
    """
    z, a, L = forward(x, y, w, b)
    d = backward(x, y, a)
    dL_dz = d["dL_da"] * d["da_dz"]
    fig, ax = plt.subplots(figsize=(6.4, 3.2))
    fig.subplots_adjust(left=0, right=1, bottom=0, top=1)
    ax.set(xlim=(0, 9.6), ylim=(-3.4, 1.2))
    ax.axis("off")

    def write(px, py, name, value, va, color="black"):
        number = f"{round(value, 4) + 0:g}".replace("-", "−")
        text = f"{name}\n{number}"
        ax.text(px, py, text, color=color, size=13, ha="center", va=va)

    def wire(start, end):
        arrow = {"arrowstyle": "-|>", "color": "black", "shrinkA": 0}
        ax.annotate("", end, start, arrowprops=arrow)

    for left, right, name, value, gradient in [
        (0.1, 1.5, "w", w, d["dL_dw"]),
        (2.1, 3.5, "(w·x)", w * x, dL_dz),
        (4.1, 5.4, "z", z, dL_dz),
        (6.0, 7.2, "a", a, d["dL_da"]),
        (8.5, 9.5, "L", L, 1),
    ]:
        wire((left, 0), (right, 0))
        middle = (left + right) / 2
        write(middle, 0.2, name, value, "bottom")
        write(middle, -0.25, f"∂L/∂{name}", gradient, "top", "C2")

    for px, name, value in [(1.8, "x", x), (3.8, "b", b), (7.85, "y", y)]:
        wire((px, -1.95), (px, -0.35))
        ax.text(px, -2, f"{name} = {value:g}", size=13, ha="center", va="top")
    write(3.8, -2.4, "∂L/∂b", d["dL_db"], "top", "C2")

    for px, symbol in [(1.8, "×"), (3.8, "+"), (5.7, "σ"), (7.85, "(a − y)²")]:
        shape = "circle" if len(symbol) == 1 else "round"
        node = {"boxstyle": shape, "facecolor": "white"}
        ax.text(px, 0, symbol, size=13, ha="center", va="center", bbox=node)
    return fig
