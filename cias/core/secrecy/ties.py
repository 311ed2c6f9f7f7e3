"""What the figures of a table owe to what is published elsewhere: another measure, another edition.

Why: docs/adr/0016-published-together.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

# Where a figure stands: the grand total, the total of a row, of a table's column, or a cell.
type Spot = tuple[str, ...]

TOTAL: Spot = ("total",)


def row_at(row: str) -> Spot:
    return ("row", row)


def column_at(table: str, column: str) -> Spot:
    return ("column", table, column)


def cell_at(table: str, row: str, column: str) -> Spot:
    return ("cell", table, row, column)


@dataclass(frozen=True)
class Ties:
    """`hidden` must be hidden. `known` is published elsewhere: hiding it here protects nothing, so it is never hidden
    for another's sake. `no_more` and `no_less` cannot go up or down by one without changing a figure published
    elsewhere beyond what is possible (a part larger than its whole). `more_together` and `less_together` can when the
    same figure of the whole, hidden too, goes with them.
    """

    hidden: frozenset[Spot] = field(default_factory=frozenset)
    known: frozenset[Spot] = field(default_factory=frozenset)
    no_more: frozenset[Spot] = field(default_factory=frozenset)
    no_less: frozenset[Spot] = field(default_factory=frozenset)
    more_together: frozenset[Spot] = field(default_factory=frozenset)
    less_together: frozenset[Spot] = field(default_factory=frozenset)

    @property
    def is_joint(self) -> bool:
        return bool(self.more_together or self.less_together)

    def __or__(self, other: "Ties") -> "Ties":
        return Ties(
            self.hidden | other.hidden,
            self.known | other.known,
            self.no_more | other.no_more,
            self.no_less | other.no_less,
            self.more_together | other.more_together,
            self.less_together | other.less_together,
        )


FREE = Ties()


def figures_of(tables: Mapping[str, Mapping[tuple[str, str], int]]) -> dict[Spot, int]:
    """Every figure of linked tables, by where it stands; totals added up."""
    figures: dict[Spot, int] = {TOTAL: 0}
    for rank, (name, cells) in enumerate(tables.items()):
        for (row, column), count in cells.items():
            figures[cell_at(name, row, column)] = count
            column_spot = column_at(name, column)
            figures[column_spot] = figures.get(column_spot, 0) + count
            if rank == 0:  # row totals and the grand total are the same in all of them
                figures[row_at(row)] = figures.get(row_at(row), 0) + count
                figures[TOTAL] += count
    return figures
