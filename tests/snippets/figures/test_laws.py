"""The laws of all figures (conftest.py) can fail, each for its own reason; the figures are held to them in their own files."""

import matplotlib.pyplot as plt
import pytest


def figure():
    fig, ax = plt.subplots(figsize=(5, 3))
    fig.subplots_adjust(left=0.2, bottom=0.2)
    ax.semilogy([1, 1e-8], color="C0")
    ax.set(xlabel="x", ylabel="y")
    return fig


def test_powers_of_ten_may_stand_on_an_axis(check):
    fig = figure()
    check(fig)
    assert any("10^{" in label.get_text() for label in fig.axes[0].get_yticklabels())


@pytest.mark.parametrize(
    ("words", "spoil"),
    [
        ("has mathematics in it", lambda fig: fig.axes[0].text(0.5, 0.1, "$x^2$")),
        ("is too small", lambda fig: fig.axes[0].text(0.5, 0.1, "small", size=9)),
        ("leaves the figure", lambda fig: fig.axes[0].text(0.9, 0.1, "a long way to the right")),
        ("meets", lambda fig: [fig.axes[0].text(0.5, 0.1, word) for word in ("one", "two")]),
        ("color", lambda fig: fig.axes[0].axhline(0.1, color="crimson")),
        ("ylabel", lambda fig: fig.axes[0].set(ylabel="")),
        ("get_figwidth", lambda fig: fig.set_figwidth(7)),
    ],
)
def test_each_law_refuses_what_breaks_it(check, words, spoil):
    fig = figure()
    spoil(fig)
    with pytest.raises(AssertionError, match=words):
        check(fig)
