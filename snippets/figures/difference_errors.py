import matplotlib.pyplot as plt


def difference_errors(f, df, x, hs, forward, central):
    """|difference quotient − f′(x)| against h, both axes logarithmic

    On such axes an error C·hᵖ is a straight line of slope p.
    forward and central are called as forward(f, x, h).
    """
    fig, ax = plt.subplots(figsize=(5.2, 3.8))
    fig.subplots_adjust(left=0.17, bottom=0.14)
    for difference, label, color, line in [
        (forward, "forward difference", "C1", "o-"),
        (central, "central difference", "C5", "s--"),
    ]:
        errors = [abs(difference(f, x, h) - df(x)) for h in hs]
        ax.loglog(hs, errors, line, color=color, markersize=4, label=label)
    ax.minorticks_off()
    ax.locator_params(axis="x", numticks=6)
    ax.xaxis.set_major_formatter("{x:.0e}")
    ax.yaxis.set_major_formatter("{x:.0e}")
    ax.set(xlabel="step h", ylabel="error of the slope")
    ax.legend(frameon=False, loc="upper center")
    return fig
