"""Nobody works out a hidden figure: random tables, an attacker with a solver, readers of three strengths."""

import random
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cias.core.secrecy import ProtectedTable, protect, protect_linked, protect_series
from tests.core.attacker import CELLS, COUNTS, RANGES, hidden_figures, reader_of_tables

ATTACKS = settings(max_examples=50, deadline=None)

PATTERNS = {
    "sparse": st.sampled_from([0, 0, 0, 0, 1, 2, 3, 6, 9]),
    "small": st.integers(0, 4),
    "small, no zero": st.integers(1, 4),
    "around the threshold": st.sampled_from([0, 1, 4, 5, 5, 6]),
    "extremes": st.sampled_from([1, 4]),
    "typical": st.integers(0, 40),
    "almost empty": st.sampled_from([0, 0, 0, 0, 0, 0, 1, 5]),
    "empty": st.just(0),
    "large": st.sampled_from([0, 2, 50, 1000, 20000]),
}


@st.composite
def counts(draw, rows=5, columns=5):
    """A table of up to 5 × 5, sometimes with impossible pairs left out."""
    pattern = PATTERNS[draw(st.sampled_from(sorted(PATTERNS)))]
    height, width = draw(st.integers(1, rows)), draw(st.integers(1, columns))
    cells = {(f"r{i}", f"c{j}"): draw(pattern) for i in range(height) for j in range(width)}
    if draw(st.integers(0, 6)) == 0:
        kept = draw(st.sets(st.sampled_from(sorted(cells)), min_size=1))
        cells = {cell: cells[cell] for cell in cells if cell in kept}
    return cells


@st.composite
def linked_counts(draw):
    """Tables with the same row totals, each sharing them out among its own columns."""
    first = draw(counts(rows=4, columns=4))
    tables = {"t0": first}
    for number in range(1, draw(st.integers(2, 3))):
        width = draw(st.integers(1, 4))
        cells = {}
        for row in {row for row, _ in first}:
            left = sum(count for (r, _), count in first.items() if r == row)
            for column in range(width):
                count = left if column == width - 1 else draw(st.integers(0, left))
                cells[row, f"c{column}"] = count
                left -= count
        tables[f"t{number}"] = cells
    return tables


RULES = st.tuples(st.sampled_from([2, 3, 5, 5, 5, 11]), st.booleans())


def hopeless(attacker, knowing, threshold, smallest):
    """What this reader works out even when everything is hidden: nothing can be done about it."""
    return attacker.works_out(attacker.truth, knowing=knowing, threshold=threshold, smallest=smallest)


@given(counts(), RULES)
@ATTACKS
def test_nothing_is_worked_out_of_a_table(cells, rule):
    threshold, hide_zeros = rule
    smallest = 0 if hide_zeros else 1
    attacker = reader_of_tables({"table": cells})
    protected = {"table": protect(cells, threshold=threshold, hide_zeros=hide_zeros)}
    hidden = hidden_figures(protected)
    assert not attacker.works_out(hidden, knowing=COUNTS, threshold=threshold)
    if threshold - 1 > smallest:  # else the rule itself gives the value of a small count
        assert not attacker.works_out(hidden, knowing=CELLS, threshold=threshold, smallest=smallest)
        found = attacker.works_out(hidden, knowing=RANGES, threshold=threshold, smallest=smallest)
        assert not found or found <= hopeless(attacker, RANGES, threshold, smallest)


# To the strongest reader r0 cannot lose one in the first table: r1 moves with the grand total, not with r0.
LOPSIDED = {
    "t0": {("r0", "c0"): 5, ("r0", "c1"): 5, ("r1", "c0"): 0, ("r1", "c1"): 1},
    "t1": {("r0", "c0"): 7, ("r0", "c1"): 3, ("r1", "c0"): 1, ("r1", "c1"): 0},
}


@given(linked_counts(), RULES)
@example(LOPSIDED, (5, False))
# The same cases at every run: against the strongest readers of linked tables there is no proof (ADR 5).
@settings(ATTACKS, derandomize=True)
def test_nothing_is_worked_out_of_linked_tables(tables, rule):
    threshold, hide_zeros = rule
    smallest = 0 if hide_zeros else 1
    attacker = reader_of_tables(tables)
    hidden = hidden_figures(protect_linked(tables, threshold=threshold, hide_zeros=hide_zeros))
    assert not attacker.works_out(hidden, knowing=COUNTS, threshold=threshold)
    if threshold - 1 > smallest:
        for knowing in (CELLS, RANGES):
            found = attacker.works_out(hidden, knowing=knowing, threshold=threshold, smallest=smallest)
            assert not found or found <= hopeless(attacker, knowing, threshold, smallest)


@given(counts(columns=1), RULES)
@ATTACKS
def test_nothing_is_worked_out_of_a_series(cells, rule):
    threshold, hide_zeros = rule
    values = {row: count for (row, _), count in cells.items()}
    series = protect_series(values, threshold=threshold, hide_zeros=hide_zeros)
    table = ProtectedTable(
        cells={(row, "c0"): count for row, count in series.values.items()},
        row_totals=series.values,
        column_totals={"c0": series.total},
        total=series.total,
    )
    hidden = hidden_figures({"table": table})
    assert not reader_of_tables({"table": cells}).works_out(hidden, knowing=COUNTS, threshold=threshold)


@given(counts(), RULES, st.booleans())
@ATTACKS
def test_nothing_is_worked_out_when_unanimous_lines_are_hidden(cells, rule, hide_zeros):
    threshold, _ = rule
    protected = protect(cells, threshold=threshold, hide_zeros=hide_zeros, hide_unanimous=True)
    hidden = hidden_figures({"table": protected})
    assert not reader_of_tables({"table": cells}).works_out(hidden, knowing=COUNTS, threshold=threshold)


@given(linked_counts(), RULES)
@ATTACKS
def test_what_is_shown_is_exact_and_never_small(tables, rule):
    threshold, hide_zeros = rule
    protected = protect_linked(tables, threshold=threshold, hide_zeros=hide_zeros)
    truth = reader_of_tables(tables).truth
    smallest = 0 if hide_zeros else 1
    hidden = hidden_figures(protected)
    assert {figure for figure, count in truth.items() if smallest <= count < threshold} <= hidden
    assert hidden <= truth.keys()
    for name, table in protected.items():
        assert table.cells.keys() == tables[name].keys()
        shown = {(name, *cell): count for cell, count in table.cells.items()}
        shown |= {("", row, ""): count for row, count in table.row_totals.items()}
        shown |= {(name, "", column): count for column, count in table.column_totals.items()}
        shown["", "", ""] = table.total
        assert {figure: count for figure, count in truth.items() if figure in shown} == {
            figure: truth[figure] if count is None else count for figure, count in shown.items()
        }


@given(linked_counts(), RULES)
@ATTACKS
def test_the_hidden_part_of_a_published_sum_is_not_small(tables, rule):
    threshold, hide_zeros = rule
    protected = protect_linked(tables, threshold=threshold, hide_zeros=hide_zeros)
    attacker, hidden = reader_of_tables(tables), hidden_figures(protected)
    for parts, total in attacker.sums:
        hidden_parts = hidden.intersection(parts)
        if hidden_parts and total not in hidden:
            assert sum(attacker.truth[part] for part in hidden_parts) >= threshold


@given(linked_counts(), st.randoms(use_true_random=False))
@ATTACKS
def test_the_order_of_the_input_does_not_matter(tables, random):
    mixed = []
    for name, cells in tables.items():
        items = list(cells.items())
        random.shuffle(items)
        mixed.append((name, dict(items)))
    random.shuffle(mixed)
    assert protect_linked(dict(mixed)) == protect_linked(tables)


@pytest.mark.parametrize("knowing", [COUNTS, CELLS, RANGES])
def test_the_attacker_is_dangerous(knowing):
    """Hiding only small counts, or one cell too few, falls at once: the tests above mean something."""
    cells = {("A", "x"): 3, ("A", "y"): 7, ("B", "x"): 8, ("B", "y"): 9}
    attacker = reader_of_tables({"table": cells})
    safe = protect(cells)
    assert hidden_figures({"table": safe}) == {("table", *cell) for cell in cells}
    for shown in cells:
        leaky = replace(safe, cells=safe.cells | {shown: cells[shown]})
        found = attacker.works_out(hidden_figures({"table": leaky}), knowing=knowing, threshold=5)
        assert found == {("table", *cell) for cell in cells if cell != shown}


def test_the_attacker_uses_the_rule():
    """Two small counts that add up to 8 are two fours, to whoever knows that small means below 5."""
    cells = {("A", "x"): 4, ("A", "y"): 4, ("A", "z"): 0}
    attacker = reader_of_tables({"table": cells})
    naive = {("table", "A", "x"), ("table", "A", "y"), ("table", "", "x"), ("table", "", "y")}
    assert not attacker.works_out(naive, knowing=COUNTS, threshold=5)
    assert attacker.works_out(naive, knowing=RANGES, threshold=5) == naive
    hidden = hidden_figures({"table": protect(cells)})
    assert not attacker.works_out(hidden, knowing=RANGES, threshold=5)


@pytest.mark.parametrize("seed", range(2))
def test_nothing_is_worked_out_of_a_table_of_66_communes(seed):
    generator = random.Random(seed)
    cells = {(f"r{i}", f"c{j}"): int(generator.expovariate(1 / 8)) for i in range(66) for j in range(10)}
    hidden = hidden_figures({"table": protect(cells)})
    assert len(hidden) > 200
    assert not reader_of_tables({"table": cells}).works_out(hidden, knowing=RANGES, threshold=5)
