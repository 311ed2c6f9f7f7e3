"""What is hidden, and above all what is not: a table is published to be read."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cias.core.secrecy import protect, protect_linked, protect_series


def table(*rows: tuple[int, ...]) -> dict[tuple[str, str], int]:
    return {(f"r{i}", f"c{j}"): count for i, row in enumerate(rows) for j, count in enumerate(row)}


def grid(protected) -> list[list[int | None]]:
    """Rows with their totals, then the column totals with the grand total."""
    rows = [
        [*(protected.cells[row, column] for column in protected.column_totals), total]
        for row, total in protected.row_totals.items()
    ]
    return [*rows, [*protected.column_totals.values(), protected.total]]


def hidden_cells(protected) -> int:
    return sum(count is None for count in protected.cells.values())


def test_four_cells_hide_one_and_the_smallest_are_taken():
    cells = table((3, 7, 20, 31), (8, 9, 40, 50), (18, 0, 44, 60))
    assert grid(protect(cells)) == [
        [None, None, 20, 31, 61],
        [None, None, 40, 50, 107],
        [18, 0, 44, 60, 122],
        [29, 16, 104, 141, 290],
    ]


def test_zeros_are_shown():
    assert grid(protect(table((0, 9), (12, 0)))) == [[0, 9, 9], [12, 0, 12], [12, 9, 21]]


def test_an_empty_table():
    assert grid(protect({})) == [[0]]
    assert grid(protect(table((0, 0), (0, 0)))) == [[0, 0, 0]] * 3
    assert protect_series({}).total == 0
    assert protect_linked({}) == {}


def test_zeros_are_hidden_when_nothing_else_can_be():
    # 4 + 4 = 8 would give both away: small counts are below 5
    protected = protect_series({"a": 4, "b": 4, "c": 0})
    assert protected.values == {"a": None, "b": None, "c": None}
    assert protected.total == 8


def test_any_count_is_hidden_rather_than_a_zero():
    protected = protect(table((3, 9), (0, 9), (50, 60)))
    assert grid(protected)[:3] == [[None, None, 12], [0, 9, 9], [None, None, 110]]


def test_what_proves_needless_at_the_end_is_shown():
    cells = table((4, 11, 6, 13), (14, 1, 0, 27), (4, 4, 81, 9), (27, 9, 15, 2))
    assert grid(protect(cells))[:4] == [
        [None, 11, 6, None, 34],
        [None, None, 0, 27, 42],
        [None, None, 81, None, 98],
        [None, 9, 15, None, 53],  # the 9 is hidden on the way
    ]


def test_a_small_table_is_hidden_with_its_totals():
    assert grid(protect(table((3,)))) == [[None, None], [None, None]]
    assert grid(protect(table((1, 1, 1, 1)))) == [[None] * 5, [None] * 5]


def test_a_single_small_total_takes_another_with_it():
    protected = protect(table((3, 0), (20, 30), (6, 8), (40, 50)))
    assert list(protected.row_totals.values()) == [None, 50, None, 90]


def test_hidden_parts_never_add_up_to_a_small_count():
    protected = protect_series({"a": 1, "b": 1, "c": 6, "d": 30})
    assert protected.values == {"a": None, "b": None, "c": None, "d": 30}
    assert protected.total == 38


def test_a_series():
    assert protect_series({"b": 12, "a": 3, "c": 8}).values == {"b": 12, "a": None, "c": None}
    assert protect_series({"a": 5, "b": 12}).values == {"a": 5, "b": 12}
    assert protect_series({"a": 3, "b": 0}).total is None


@given(st.lists(st.lists(st.integers(5, 200) | st.just(0), min_size=4, max_size=4), min_size=1, max_size=8))
@settings(max_examples=50)
def test_nothing_is_hidden_when_nothing_is_small(rows):
    cells = table(*map(tuple, rows))
    protected = protect(cells)
    assert protected.cells == cells
    assert None not in (*protected.row_totals.values(), *protected.column_totals.values(), protected.total)


@given(st.lists(st.lists(st.integers(0, 9), min_size=3, max_size=3), min_size=1, max_size=6))
@settings(max_examples=50)
def test_a_threshold_of_one_hides_nothing(rows):
    cells = table(*map(tuple, rows))
    assert protect(cells, threshold=1).cells == cells
    assert protect_linked({"a": cells, "b": cells}, threshold=1)["b"].cells == cells


@pytest.mark.parametrize("seed", range(5))
def test_one_small_count_in_a_table_of_large_ones_hides_three_others(seed):
    generator = random.Random(seed)
    cells = {(f"r{i}", f"c{j}"): generator.randint(10, 300) for i in range(66) for j in range(10)}
    cells["r7", "c4"] = 2
    protected = protect(cells)
    assert hidden_cells(protected) == 4
    assert None not in (*protected.row_totals.values(), *protected.column_totals.values(), protected.total)


@pytest.mark.parametrize("seed", range(3))
def test_few_counts_are_hidden_for_the_sake_of_others_in_a_table_of_communes(seed):
    generator = random.Random(seed)
    cells = {(f"r{i}", f"c{j}"): int(generator.expovariate(1 / 15)) for i in range(66) for j in range(10)}
    small = sum(0 < count < 5 for count in cells.values())
    protected = protect(cells)
    assert small > 100
    assert hidden_cells(protected) <= 1.25 * small
    assert None not in protected.column_totals.values()


def test_sensitive_tables_hide_zeros_and_what_is_below_eleven():
    cells = table((0, 30, 25), (40, 6, 50), (60, 70, 80))
    protected = protect(cells, threshold=11, hide_zeros=True)
    assert protected.cells["r0", "c0"] is None
    assert protected.cells["r1", "c1"] is None
    assert hidden_cells(protected) == 4
    assert list(protected.row_totals.values()) == [55, 96, 210]
    assert grid(protect(table((0, 0)), threshold=11, hide_zeros=True)) == [[None] * 3, [None] * 3]


def test_a_line_that_is_all_in_one_cell_may_be_hidden():
    cells = table((12, 0, 0), (20, 30, 40), (25, 35, 45))
    assert protect(cells).cells == cells
    protected = protect(cells, hide_unanimous=True)
    assert protected.cells["r0", "c0"] is None
    assert protected.row_totals["r0"] == 12
    assert hidden_cells(protected) == 4
    one_column = table((12,), (20,))
    assert protect(one_column, hide_unanimous=True).row_totals == {"r0": 12, "r1": 20}


def test_pairs_that_do_not_exist_are_not_used():
    cells = {("A", "x"): 3, ("A", "y"): 50, ("B", "y"): 7, ("C", "x"): 80, ("C", "y"): 60}
    protected = protect(cells)
    assert protected.cells == {
        ("A", "x"): None, ("A", "y"): None, ("B", "y"): 7, ("C", "x"): None, ("C", "y"): None,
    }  # fmt: skip
    assert protected.row_totals == {"A": 53, "B": 7, "C": 140}


def test_linked_tables_hide_the_same_totals():
    age = {
        ("A", "0-17"): 2,
        ("A", "18+"): 1,
        ("B", "0-17"): 6,
        ("B", "18+"): 9,
        ("C", "0-17"): 40,
        ("C", "18+"): 50,
    }
    sex = {("A", "F"): 3, ("A", "H"): 0, ("B", "F"): 8, ("B", "H"): 7, ("C", "F"): 45, ("C", "H"): 45}
    protected = protect_linked({"age": age, "sex": sex})
    assert protected["age"].row_totals == protected["sex"].row_totals == {"A": None, "B": None, "C": 90}
    assert protected["age"].total == protected["sex"].total == 108
    # Alone, the table by sex would show all of B; its total would then be known, and so would that of A.
    assert protected["sex"].cells["B", "F"] is None


@pytest.mark.parametrize(
    ("other", "row"),
    [(table((9, 9)), "r0"), (table((17,), (1,)), "r1"), (table((17,), (0,), (0,)), "r2"), ({}, "r0")],
)
def test_linked_tables_must_agree_on_rows_and_their_totals(other, row):
    with pytest.raises(ValueError, match=f"«\u00a0{row}\u00a0»"):
        protect_linked({"a": table((9, 8), (0, 0)), "b": other})


@pytest.mark.parametrize("function", [protect, protect_series])
def test_bad_input_is_refused(function):
    with pytest.raises(ValueError, match="négatif"):
        function({("a", "b"): -1})
    with pytest.raises(ValueError, match="seuil"):
        function({("a", "b"): 3}, threshold=0)
