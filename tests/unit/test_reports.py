"""Percentiles, bars and cells of the reports."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.console import plots, spreadsheet
from service.enquiries.figures import percentile


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [([], 50, None), ([7.0], 95, 7.0), ([4.0, 1.0, 3.0, 2.0], 50, 2.0), ([1.0, 2.0, 3.0, 4.0], 90, 4.0)],
)
def test_a_percentile_is_the_nearest_rank(values: list[float], share: int, expected: float | None) -> None:
    assert percentile(values, share) == expected


@given(st.lists(st.floats(0, 1e6), min_size=1), st.integers(1, 100))
def test_so_many_do_not_exceed_a_percentile_and_it_is_one_of_them(values: list[float], share: int) -> None:
    found = percentile(values, share)
    assert found in values
    assert sum(value <= found for value in values) >= share / 100 * len(values)


@given(st.lists(st.tuples(st.text(max_size=3), st.integers(0, 10_000)), max_size=50))
def test_columns_stay_inside_the_plot_and_only_nothing_is_invisible(series: list[tuple[str, int]]) -> None:
    drawn = plots.columns(series)
    assert [(column.label, column.count) for column in drawn] == series
    for column in drawn:
        assert column.x >= 0
        assert column.x + column.width <= plots.WIDTH + 1e-6
        assert column.y + column.height == pytest.approx(plots.HEIGHT)
        assert (column.height > 0) == (column.count > 0)


def test_the_longest_bar_fills_its_place() -> None:
    assert [bar.length for bar in plots.bars({"ar": 8, "en": 2, "sw": 0})] == [100, 25, 0]


@given(st.text())
def test_no_cell_is_a_formula(text: str) -> None:
    assert not spreadsheet.cell(text).startswith(("=", "+", "-", "@", "\t", "\r"))


def test_an_ordinary_cell_stays_as_it_is() -> None:
    written = io.StringIO()
    csv.writer(written).writerow([spreadsheet.cell(value) for value in ("بني", None, 3, "a,b")])
    assert written.getvalue() == 'بني,,3,"a,b"\r\n'
