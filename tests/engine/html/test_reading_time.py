"""What a page's reading time counts."""

from scripts.html.reading_time import reading_time

LISTING = "<pre>" + "print(1)\n" * 200 + "</pre>"


def test_what_is_folded_counts_for_nothing_also_around_another_fold():
    assert reading_time(LISTING) == (10, 0)
    inner = "<details><summary>Seen above</summary>x</details>"
    assert reading_time(f"<details>{inner}{LISTING}</details>") == (5, 0)
    assert reading_time(f"{inner}{LISTING}{inner}") == (10, 0)
