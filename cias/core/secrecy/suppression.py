"""Which figures to hide so that none of the hidden ones can be worked out.

A hidden figure is safe when it is part of a move of hidden figures (see `network`), so the search for what
else to hide is a search for the cheapest move, where what is already hidden costs nothing (L. H. Cox,
"Network models for complementary cell suppression", JASA 90, 1995). Every hidden figure keeps its move as a
certificate, which hiding more never breaks. Why and limits: docs/adr/0005-statistical-secrecy.md.
"""

from collections import defaultdict
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass

from cias.core.secrecy.network import TOGETHER, Figure, Knowledge, Network, Search

type Certificate = tuple[int, frozenset[Figure]]


class Unprotectable(Exception):
    """What is published elsewhere leaves a hidden figure one value, whatever else is hidden here."""


@dataclass(frozen=True)
class Line:
    """Figures and the sum of them."""

    parts: Sequence[Figure]
    total: Figure


class Suppression:
    """What is hidden so far in a network, with the moves that make it safe.

    `lines` are the sums of the tables; the hidden parts of a published sum add up to `smallest_sum` at least.
    With `together`, figures may also be safe by a move they make with those of their whole, published elsewhere.
    """

    def __init__(
        self, network: Network, lines: Sequence[Line], *, smallest_sum: int, together: bool = False
    ) -> None:
        self.network = network
        self.levels: Sequence[int] = (*Knowledge, TOGETHER) if together else tuple(Knowledge)
        self.lines = lines
        self.smallest_sum = smallest_sum
        # Dicts rather than sets: the order, and so the result, is the same at every run.
        self.hidden: dict[Figure, None] = {}
        self.certificates: dict[Figure, Certificate] = {}
        self._ranks = {figure: rank for rank, figure in enumerate(network.shared)}
        self._places = {
            figure: (table, start, end)
            for table, graph in enumerate(network.graphs)
            for start, arcs in enumerate(graph)
            for end, figure, change in arcs
            if change > 0
        }
        self._lines_of = defaultdict(list)
        for line in lines:
            for figure in (*line.parts, line.total):
                self._lines_of[figure].append(line)

    def hide(self, figures: Iterable[Figure]) -> Container[Figure]:
        """All that must be hidden so that `figures`, and what is hidden for their sake, are safe.

        Raises Unprotectable when figures that are held from outside leave no way.
        """
        required = dict.fromkeys(figures)
        self.hidden |= required
        while pending := [figure for figure in self.hidden if figure not in self.certificates]:
            for figure in pending:
                if figure not in self.certificates:
                    self._certify(figure)
            for line in filter(self._is_small_sum, self.lines):
                shown = [part for part in line.parts if self._may_hide(part)]
                if not shown:
                    raise Unprotectable
                self.hidden[min(shown, key=lambda part: part.cost)] = None
        self._show_again(required)
        return self.hidden

    def _certify(self, figure: Figure) -> None:
        """Find the cheapest move of `figure` against the strongest reader possible, and hide what it needs.

        Some figures are plain to the strongest reader even when everything is hidden (four categories that
        are not empty and add up to a small count are four ones), hence the weaker readers. Against the
        weakest a move always exists: a cell and its totals, in every table, can all go up.
        """
        for knowledge in self.levels:
            if move := self._move(figure, Search(self.network, self.hidden, knowledge)):
                self.hidden |= dict.fromkeys(move)
                # Those that move with it may have moves against a stronger reader.
                for moved in move if knowledge is min(Knowledge) else (figure,):
                    self.certificates.setdefault(moved, (knowledge, frozenset(move)))
                return
        # A cell and its totals can always go up together, unless something outside the tables holds them.
        raise Unprotectable

    def _move(self, figure: Figure, search: Search) -> list[Figure] | None:
        if figure in self._ranks:
            return search.move_of_total(self._ranks[figure])
        return search.move_of_cell(figure, *self._places[figure])

    def _may_hide(self, part: Figure) -> bool:
        return part not in self.hidden and bool(part.value) and (any(part.up) or any(part.down))

    def _is_small_sum(self, line: Line) -> bool:
        if line.total in self.hidden:
            return False
        values = [part.value for part in line.parts if part in self.hidden]
        return bool(values) and sum(values) < self.smallest_sum

    def _show_again(self, required: Container[Figure]) -> None:
        """Show what proves needless at the end of the search, the costliest first."""
        for figure in sorted((f for f in self.hidden if f not in required), key=lambda f: -f.cost):
            del self.hidden[figure]
            others = None
            if not any(map(self._is_small_sum, self._lines_of[figure])):
                others = self._other_certificates(figure)
            if others is None:
                self.hidden[figure] = None
            else:
                del self.certificates[figure]
                self.certificates |= others

    def _other_certificates(self, figure: Figure) -> dict[Figure, Certificate] | None:
        """Moves of hidden figures only, for those that moved with `figure`; None when one has no other."""
        certificates: dict[Figure, Certificate] = {}
        for moved, (knowledge, moved_with) in self.certificates.items():
            if figure in moved_with and moved is not figure:
                move = self._move(moved, Search(self.network, self.hidden, knowledge, hidden_only=True))
                if move is None:
                    return None
                certificates[moved] = (knowledge, frozenset(move))
        return certificates
