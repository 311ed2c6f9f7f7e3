"""A table tied to what is published elsewhere: known figures, bounds, what leaves no way."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cias.core.secrecy import Unprotectable, protect_linked
from cias.core.secrecy.ties import TOTAL, Ties, cell_at, column_at, figures_of, row_at
from tests.core.attacker import COUNTS, hidden_figures, reader_of_tables

CELLS = {("r", "a"): 3, ("r", "b"): 8, ("r", "c"): 20}


def told(ties: Ties, cells: dict[tuple[str, str], int] = CELLS) -> dict[str, int | None]:
    return dict(protect_linked({"t": cells}, ties=ties)["t"].column_totals)


def test_without_ties_the_smallest_goes_with_it() -> None:
    assert told(Ties()) == {"a": None, "b": None, "c": 20}


def test_what_is_known_elsewhere_hides_nothing() -> None:
    known = frozenset({column_at("t", "b"), cell_at("t", "r", "b")})
    assert told(Ties(known=known)) == {"a": None, "b": 8, "c": None}


def test_what_must_be_hidden_is_and_stays_safe() -> None:
    assert told(
        Ties(hidden=frozenset({column_at("t", "c")})), {("r", "b"): 8, ("r", "c"): 20, ("r", "d"): 9}
    ) == {
        "b": None,
        "c": None,
        "d": 9,
    }


def test_a_part_that_is_all_of_its_whole_cannot_go_up() -> None:
    full = Ties(no_more=frozenset({column_at("t", "b"), cell_at("t", "r", "b")}))
    # One more of a is one less of b, and the other way round; b may still go down.
    assert told(full)["a"] is None
    held = Ties(full.hidden, full.known, full.no_more, no_less=full.no_more)
    assert told(held) == {"a": None, "b": 8, "c": None}


def test_when_everything_is_known_nothing_can_be_protected() -> None:
    known = frozenset(figures_of({"t": CELLS})) - {column_at("t", "a"), cell_at("t", "r", "a")}
    with pytest.raises(Unprotectable):
        told(Ties(known=known))


def test_a_known_total_that_is_small_leaves_nothing_to_say() -> None:
    known = Ties(known=frozenset({TOTAL, row_at("r")}))
    with pytest.raises(Unprotectable):
        protect_linked({"t": {("r", "a"): 2, ("r", "b"): 1, ("r", "c"): 0}}, ties=known)


@given(
    st.dictionaries(st.sampled_from("abcdef"), st.sampled_from([0, 1, 3, 5, 7, 30]), min_size=2), st.data()
)
@settings(max_examples=60, deadline=None)
def test_nobody_works_out_what_is_hidden_when_some_is_known(columns: dict[str, int], data) -> None:
    cells = {("r", column): count for column, count in columns.items()}
    known = data.draw(st.sets(st.sampled_from(sorted(columns)), max_size=2))
    spots = frozenset(spot for key in known for spot in (column_at("t", key), cell_at("t", "r", key)))
    try:
        protected = protect_linked({"t": cells}, ties=Ties(known=spots))
    except Unprotectable:
        return
    hidden = {figure for figure in hidden_figures(protected) if figure[-1] not in known}
    assert not reader_of_tables({"t": cells}).works_out(hidden, knowing=COUNTS, threshold=5)
