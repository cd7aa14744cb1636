import csv
import hashlib
from collections import Counter
from pathlib import Path

import numpy as np
from inputs import NAN, bad_input, right

from snippets.datasets import penguins as module
from snippets.datasets.penguins import penguins

FILE = Path(module.__file__).with_name("penguins.csv")
NUMBERS = ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g", "year"]


# --- theorems -------------------------------------------------------------------------------------
def test_there_are_the_344_birds_of_the_three_species():
    (species,) = penguins("species")
    assert Counter(species.tolist()) == {"Adelie": 152, "Chinstrap": 68, "Gentoo": 124}


def test_what_was_not_measured_is_nan_and_not_a_number_that_one_could_take_for_one():
    table = np.column_stack(penguins(*NUMBERS))
    assert np.isnan(table).sum(axis=0).tolist() == [2, 2, 2, 2, 0]
    assert (penguins("sex")[0] == "NA").sum() == 11


def test_the_columns_come_in_the_order_in_which_they_are_asked_for():
    mass, species = penguins("body_mass_g", "species")
    assert (mass.dtype, species.dtype.kind) == (np.float64, "U")
    assert (mass[0], species[0]) == (3750.0, "Adelie")


def test_the_file_is_the_published_one_and_its_source_and_licence_stand_beside_it():
    # of data/penguins.csv in palmerpenguins 0.1.6
    wanted = "f204db2c753b0937caac3cb35258562c14f073e4bbc76be24b4c51ce22767a93"
    assert hashlib.sha256(FILE.read_bytes()).hexdigest() == wanted
    note = FILE.with_suffix(".txt").read_text("utf-8")
    assert "Horst" in note
    assert "CC0" in note


# --- oracle ---------------------------------------------------------------------------------------
def test_every_value_is_what_the_csv_module_reads():
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for name in rows[0]:
        (values,) = penguins(name)
        for value, row in zip(values, rows, strict=True):
            if name not in NUMBERS:
                assert value == row[name]
            elif row[name] == "NA":
                assert np.isnan(value)
            else:
                assert value == float(row[name])


# --- bad input ------------------------------------------------------------------------------------
test_bad_input = bad_input(
    penguins,
    rows=[right(is_=[])],
    refuses={
        "no column": [("",), (["sex", "year"],), (["year"],), (np.float32(1),)],
        "no column nan": [(NAN,)],
        "no column 0": [(0,)],
        "no column 'yearyear": [("year" * 1000,)],
        "no column 'weight'.*body_mass_g": [("year", "weight")],
    },
)


def test_a_name_may_stand_in_an_array_of_one():
    assert penguins(np.array("year"))[0][0] == 2007
