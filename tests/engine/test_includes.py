"""An include names one file of snippets/ in one way, and a region in it that is there once and holds something."""

import pytest

from scripts.blocks import includes
from scripts.text.context import Page, PageError
from scripts.text.document import Document

START, END = "# --8<-- [start:part]", "# --8<-- [end:part]"
REFUSED = {
    "a whole path": ("{}/a.py", None, "x = 1", "there is no snippets//"),
    "a detour": ("b/../a.py", None, "x = 1", "there is no snippets/b/../a.py"),
    "an empty file": ("a.py", None, "\n\n", "there is nothing in snippets/a.py"),
    "a file of marks": ("a.py", None, f"{START}\n{END}", "there is nothing in snippets/a.py"),
    "no region": ("a.py", "part", "x = 1", "with one start and, below it, one end"),
    "a region without an end": ("a.py", "part", f"{START}\nx = 1", "one start and, below"),
    "an end before the start": ("a.py", "part", f"{END}\nx = 1\n{START}", "one start and"),
    "a region twice": ("a.py", "part", f"{START}\nx = 1\n{END}\n" * 2, "one start and"),
    "an empty region": ("a.py", "part", f"x = 1\n{START}\n\n{END}", "nothing in region 'part' of"),
}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(includes, "SNIPPETS", tmp_path)
    (tmp_path / "b").mkdir()
    includes.forget()
    yield tmp_path
    includes.forget()


@pytest.mark.parametrize(("file", "region", "text", "says"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_file_or_holds_nothing_is_refused(file, region, text, says, folder):
    (folder / "a.py").write_text(text)
    with pytest.raises(PageError, match="line 3, block 1: ") as refused:
        includes.include(file.format(folder), region, 3, 1, Page())
    assert says in str(refused.value)


def test_a_region_is_what_stands_between_its_marks(folder):
    (folder / "a.py").write_text(
        f"import b\n{START}\nx = 1\n# --8<-- [start:in]\ny = 2\n{END}\nz = 3"
    )
    part = includes.include("a.py", "part", 3, 1, Page())
    assert (part.lines, part.file, part.file_line) == (["x = 1", "y = 2"], "a.py:part", 3)


def test_imports_stand_once_above_all_and_a_fault_in_one_has_its_line(folder):
    (folder / "a.py").write_text("import math\n\n\ndef a():\n    return math.pi\n")
    (folder / "c.py").write_text("from os import path\nimport math\n\nc = 1\n")
    code = '--8<-- "a.py"\n--8<-- "c.py"\n\nimport json\nimport math\n\nprint(a(), c)'
    fence = Document("\n" * 9 + f'```python exec="on"\n{code}\n```').blocks[0]
    segments = includes.segments_of(fence, Page())
    text = "import json\nimport math\nfrom os import path\n\n\ndef a():\n    return math.pi\n\n\nc = 1\n\nprint(a(), c)\n"
    assert "".join(includes.text_of(segments)) == text
    lines = text.split("\n")
    found = {line: includes.place(segments, lines.index(line) + 1) for line in filter(None, lines)}
    assert found["import json"][1] == 14
    assert found["print(a(), c)"][1] == 17
    assert found["c = 1"] == ("\n    snippets/c.py, line 4: c = 1", 12)
