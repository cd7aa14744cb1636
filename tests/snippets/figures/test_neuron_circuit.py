from itertools import pairwise

import numpy as np
import pytest
from inputs import NAN, array, bad_input, drawn, refused
from matplotlib.colors import same_color
from matplotlib.text import Text

from snippets.figures.neuron_circuit import neuron_circuit


def forward(x, y, w, b):
    z = w * x + b
    a = (1 + np.tanh(z / 2)) / 2
    return z, a, (a - y) ** 2


def backward(x, y, a):
    d = {"dL_da": 2 * (a - y), "da_dz": a * (1 - a), "dz_dw": x, "dz_db": 1.0}
    d["dL_db"] = d["dL_da"] * d["da_dz"]
    d["dL_dw"] = d["dL_db"] * x
    return d


def wires_of(axes):
    return [text for text in axes.texts if getattr(text, "arrow_patch", None)]


CASES = [(2.0, 1.0, 0.5, 0.1), (2.0, 0.0, 0.5, 0.1), (-1.5, 0.5, -2.0, 0.25), (3, 1, 1, 0)]


def test_the_circuit_of_the_lesson_shows_all_values_and_all_gradients(texts):
    assert texts(neuron_circuit(2.0, 1.0, 0.5, 0.1, forward, backward)) == [
        "w\n0.5",
        "∂L/∂w\n−0.1872",
        "(w·x)\n1",
        "∂L/∂(w·x)\n−0.0936",
        "z\n1.1",
        "∂L/∂z\n−0.0936",
        "a\n0.7503",
        "∂L/∂a\n−0.4995",
        "L\n0.0624",
        "∂L/∂L\n1",
        "x = 2",
        "b = 0.1",
        "y = 1",
        "∂L/∂b\n−0.0936",
        "×",
        "+",
        "σ",
        "(a − y)²",
    ]


@pytest.mark.parametrize(("x", "y", "w", "b"), CASES)
def test_values_stand_above_the_wires_and_gradients_below_in_their_own_colour(x, y, w, b):
    z, a, L = forward(x, y, w, b)
    d = backward(x, y, a)
    h = 1e-6  # the gradients once more, by central differences through the whole circuit
    dL_dz = (forward(x, y, w, b + h)[2] - forward(x, y, w, b - h)[2]) / (2 * h)
    dL_dw = (forward(x, y, w + h, b)[2] - forward(x, y, w - h, b)[2]) / (2 * h)
    values = {"w": w, "(w·x)": w * x, "z": z, "a": a, "L": L}
    slopes = {"w": dL_dw, "(w·x)": dL_dz, "z": dL_dz, "a": d["dL_da"], "L": 1, "b": dL_dz}
    shown = {}
    for text in neuron_circuit(x, y, w, b, forward, backward).axes[0].texts:
        name, _, number = text.get_text().partition("\n")
        if number:
            shown[name] = float(number.replace("−", "-"))
            gradient = name.startswith("∂L/∂")
            assert (text.get_position()[1] < 0) == gradient
            assert text.get_color() == ("C2" if gradient else "black")
    expected = values | {f"∂L/∂{name}": slope for name, slope in slopes.items()}
    assert shown == pytest.approx(expected, abs=5.1e-5)


def test_the_signal_flows_to_the_right_and_no_wire_runs_backward():
    axes = neuron_circuit(2.0, 1.0, 0.5, 0.1, forward, backward).axes[0]
    wires = wires_of(axes)
    assert len(wires) == 8
    for wire in wires:
        (x1, y1), (x0, y0) = wire.xy, wire.xyann
        assert (x1 > x0 and y1 == y0 == 0) or (x1 == x0 and y1 > y0)
        assert wire.arrowprops["arrowstyle"] == "-|>"


def test_a_wire_starts_beyond_the_one_before_and_the_slope_of_b_stands_below_b():
    axes = neuron_circuit(2.0, 1.0, 0.5, 0.1, forward, backward).axes[0]
    wires = wires_of(axes)
    level = [(wire.xyann[0], wire.xy[0]) for wire in wires if wire.xy[1] == 0]
    assert all(end < start for (_, end), (start, _) in pairwise(level))
    height = {t.get_text(): t.get_position()[1] for t in axes.texts}
    assert height["∂L/∂b\n−0.0936"] < height["b = 0.1"]


def test_a_slope_of_minus_nothing_is_nothing(texts):
    shown = texts(neuron_circuit(-0.0, 0.0, 0.5, 0.1, forward, backward))
    assert {"∂L/∂w\n0", "(w·x)\n0"} <= set(shown)


def test_each_input_ends_at_the_node_that_uses_it():
    texts = neuron_circuit(2.0, 1.0, 0.5, 0.1, forward, backward).axes[0].texts
    at = {t.get_text(): t.get_position()[0] for t in texts if t.get_text()}
    assert at["×"] == at["x = 2"] < at["+"] == at["b = 0.1"]
    assert at["+"] < at["σ"] < at["(a − y)²"] == at["y = 1"]
    assert at["∂L/∂b\n−0.0936"] == at["b = 0.1"]


def test_every_wire_ends_at_a_node_and_starts_outside_all_nodes():
    fig = neuron_circuit(2.0, 1.0, 0.5, 0.1, forward, backward)
    fig.canvas.draw()
    axes = fig.axes[0]
    nodes = [t.get_bbox_patch().get_window_extent() for t in axes.texts if t.get_bbox_patch()]
    assert len(nodes) == 4
    wires = wires_of(axes)
    for wire in wires:
        tip, tail = axes.transData.transform([wire.xy, wire.xyann])
        assert not any(node.contains(*point) for node in nodes for point in (tip, tail))
        touched = [node for node in nodes if node.padded(12).contains(*tip)]
        assert len(touched) == (wire.xy[0] < 9)  # all but the last, which leaves the circuit
        assert np.hypot(*(tip - tail)) > 60
        assert same_color(wire.arrow_patch.get_edgecolor(), "black")


def test_the_numbers_of_a_wire_stand_close_to_it_and_the_inputs_at_its_foot():
    fig = neuron_circuit(2.0, 1.0, 0.5, 0.1, forward, backward)
    fig.canvas.draw()
    _, wire = fig.axes[0].transData.transform((0, 0))
    for text in fig.axes[0].texts:
        box = Text.get_window_extent(text)
        if "\n" in text.get_text() and "∂b" not in text.get_text():
            assert 5 < max(box.y0 - wire, wire - box.y1) < 25
    boxes = {t.get_text(): Text.get_window_extent(t) for t in fig.axes[0].texts}
    feet = [wire for wire in wires_of(fig.axes[0]) if wire.xy[1] < 0]
    for name, wire in zip(["x = 2", "b = 0.1", "y = 1"], feet, strict=True):
        _, foot = fig.axes[0].transData.transform(wire.xyann)
        assert 0 < foot - boxes[name].y1 < 12


# --- laws -----------------------------------------------------------------------------------------
@pytest.mark.parametrize("case", CASES)
def test_it_is_well_made(check, case):
    check(neuron_circuit(*case, forward, backward))


# --- bad input ------------------------------------------------------------------------------------
test_bad_input = bad_input(
    neuron_circuit,
    rows=[
        drawn(NAN, 1, 0.5, 0.1, forward, backward),  # which it says, at each wire
        *[
            refused(bad, 1, 0.5, 0.1, forward, backward, words="__round__", error=TypeError)
            for bad in (array(1, 2), array())
        ],
        refused([1.0], 1, 0.5, 0.1, forward, backward, words="sequence", error=TypeError),
    ],
)
