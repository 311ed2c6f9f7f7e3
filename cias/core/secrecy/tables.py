"""Tables of counts that may leave the team: small counts hidden, and what would give them away."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cias.core.secrecy.network import Figure, Graph, Network
from cias.core.secrecy.suppression import Line, Suppression
from cias.core.secrecy.thresholds import THRESHOLDS
from cias.core.secrecy.ties import FREE, Spot, Ties, cell_at, column_at, row_at
from cias.core.secrecy.ties import TOTAL as GRAND_TOTAL

type Cells = Mapping[tuple[str, str], int]


@dataclass(frozen=True)
class ProtectedTable:
    """A table to publish; None is a hidden figure, whatever it is hidden for."""

    cells: Mapping[tuple[str, str], int | None]
    row_totals: Mapping[str, int | None]
    column_totals: Mapping[str, int | None]
    total: int | None


@dataclass(frozen=True)
class ProtectedSeries:
    """A one-dimensional table to publish; None is a hidden figure, whatever it is hidden for."""

    values: Mapping[str, int | None]
    total: int | None


def protect(
    cells: Cells,
    *,
    threshold: int = THRESHOLDS.count,
    hide_zeros: bool = False,
    hide_unanimous: bool = False,
) -> ProtectedTable:
    """The table and its totals, where no hidden figure can be worked out from what is shown.

    `cells`: (row, column) → count; a pair that is not given does not exist in the table and never hides
    another. Counts and totals from 1 to `threshold` - 1 are hidden (0 too with `hide_zeros`, for sensitive
    subjects); then what it takes to keep them from being deduced: other counts, else zeros, else totals. With
    `hide_unanimous`, a count that is a whole row or column of several cells is hidden: it tells something of
    each of its members.
    Raises ValueError (French message) when a count is negative or `threshold` is below 1.
    """
    tables = {"": cells}
    return protect_linked(tables, threshold=threshold, hide_zeros=hide_zeros, hide_unanimous=hide_unanimous)[
        ""
    ]


def protect_linked(
    tables: Mapping[str, Cells],
    *,
    threshold: int = THRESHOLDS.count,
    hide_zeros: bool = False,
    hide_unanimous: bool = False,
    ties: Ties = FREE,
) -> dict[str, ProtectedTable]:
    """Tables with the same row totals (commune × age, commune × sex…), protected together.

    A row total or the grand total is hidden in all of them or in none, and no hidden figure can be worked out
    from all of them at once, `ties` to what is published elsewhere included. For the rest, see `protect`.
    Raises ValueError as `protect` does, and when two tables differ on a row or its total; Unprotectable when
    the ties leave a hidden figure one value whatever else is hidden.
    """
    rule = _Rule(threshold, hide_zeros, [value for cells in tables.values() for value in cells.values()])
    row_totals = _common_row_totals(tables.values())
    rows = {row: rule.total(row_totals[row]) for row in sorted(row_totals)}
    total = rule.grand_total(sum(row_totals.values()))
    built = {name: _Table(tables[name], rows, total, rule) for name in sorted(tables)}
    lines = [line for table in built.values() for line in table.lines]
    figures = [total, *rows.values()]
    for table in built.values():
        figures += [*table.columns.values(), *table.cells.values()]
    spots: dict[Spot, Figure] = {GRAND_TOTAL: total} | {row_at(row): figure for row, figure in rows.items()}
    for name, table in built.items():
        spots |= {column_at(name, column): figure for column, figure in table.columns.items()}
        spots |= {cell_at(name, *cell): figure for cell, figure in table.cells.items()}
    _tie(spots, ties)
    known = {spots[spot] for spot in ties.known if spot in spots}
    required = [figure for figure in figures if rule.is_small(figure.value)]
    required += [spots[spot] for spot in sorted(ties.hidden) if spot in spots]
    if hide_unanimous:
        required += [
            part for table in built.values() for line in table.rows_and_columns for part in _unanimous(line)
        ]
    if len(built) == 1:
        network = Network([table.graph_with_totals() for table in built.values()])
    else:
        network = Network([table.graph() for table in built.values()], shared=[*rows.values(), total])
    suppression = Suppression(
        network, [Line([*rows.values()], total), *lines], smallest_sum=threshold, together=ties.is_joint
    )
    hidden = suppression.hide(figure for figure in required if figure not in known)

    def shown(figure: Figure) -> int | None:
        # What is known from elsewhere may still be too small to be said here.
        return None if figure in hidden or rule.is_small(figure.value) else figure.value

    return {
        name: ProtectedTable(
            cells={cell: shown(built[name].cells[cell]) for cell in cells},
            row_totals={row: shown(figure) for row, figure in rows.items()},
            column_totals={column: shown(figure) for column, figure in built[name].columns.items()},
            total=shown(total),
        )
        for name, cells in tables.items()
    }


def protect_series(
    values: Mapping[str, int], *, threshold: int = THRESHOLDS.count, hide_zeros: bool = False
) -> ProtectedSeries:
    """A list of counts and their total, protected as `protect` does for a table."""
    rule = _Rule(threshold, hide_zeros, list(values.values()))
    parts = {name: rule.cell(values[name]) for name in sorted(values)}
    total = rule.grand_total(sum(values.values()))
    graph: Graph = [[], []]
    for figure in parts.values():
        _link(graph, 0, 1, figure)
    _link(graph, 1, 0, total)
    suppression = Suppression(Network([graph]), [Line([*parts.values()], total)], smallest_sum=threshold)
    hidden = suppression.hide(figure for figure in (total, *parts.values()) if rule.is_small(figure.value))
    return ProtectedSeries(
        values={name: None if parts[name] in hidden else values[name] for name in values},
        total=None if total in hidden else total.value,
    )


class _Rule:
    """What is small, what a reader can hold for possible, and what hiding a figure for another's sake costs.

    Costs are such that any number of counts is hidden before a zero, of zeros before a total, of totals
    before the grand total. Among counts, one more hidden figure is worth an average count.
    """

    def __init__(self, threshold: int, hide_zeros: bool, counts: list[int]) -> None:
        if threshold < 1:
            raise ValueError("Le seuil du secret statistique doit être au moins de 1.")
        if any(count < 0 for count in counts):
            raise ValueError("Un effectif ne peut pas être négatif.")
        self.threshold = threshold
        self.smallest = 0 if hide_zeros else 1
        self._average = sum(counts) // max(1, len(counts) - counts.count(0)) + 1
        self._zero_cost = sum(counts) + self._average * len(counts) + 1
        self._total_cost = self._zero_cost * (len(counts) + 1)

    def is_small(self, count: int) -> bool:
        return self.smallest <= count < self.threshold

    def cell(self, count: int) -> Figure:
        up, down = self._up(count), self._down(count)
        cost = count + self._average if count else self._zero_cost
        return Figure(count, cost, up=(up, up, True), down=(down, down, count > 0))

    def total(self, count: int, weight: int = 1) -> Figure:
        return Figure(
            count,
            (self._total_cost + count) * weight,
            up=(self._up(count), True, True),
            down=(self._down(count), count > 0, count > 0),
        )

    def grand_total(self, count: int) -> Figure:
        return self.total(count, weight=1_000_000)

    def _up(self, count: int) -> bool:
        """Whether one more is possible to who knows why the figure is hidden."""
        return not (self.is_small(count) and count == self.threshold - 1)

    def _down(self, count: int) -> bool:
        """Whether one less is possible to who knows why the figure is hidden."""
        if self.is_small(count):
            return count > self.smallest
        return count > self.threshold


class _Table:
    """The figures of one table, its sums and its graph (see `network`)."""

    def __init__(self, cells: Cells, rows: Mapping[str, Figure], total: Figure, rule: _Rule) -> None:
        sums: dict[str, int] = defaultdict(int)
        for (_, column), count in cells.items():
            sums[column] += count
        self.cells = {cell: rule.cell(cells[cell]) for cell in sorted(cells)}
        self.columns = {column: rule.total(sums[column]) for column in sorted(sums)}
        row_parts: dict[str, list[Figure]] = defaultdict(list)
        column_parts: dict[str, list[Figure]] = defaultdict(list)
        for (row, column), figure in self.cells.items():
            row_parts[row].append(figure)
            column_parts[column].append(figure)
        self.rows_and_columns = [
            *(Line(parts, rows[row]) for row, parts in row_parts.items()),
            *(Line(parts, self.columns[column]) for column, parts in column_parts.items()),
        ]
        self.lines = [*self.rows_and_columns, Line([*self.columns.values()], total)]
        self._rows, self._total = rows, total

    def graph(self) -> Graph:
        """Nodes: the rows, the line of column totals, the columns. Row totals and grand total are not in."""
        rows = {row: node for node, row in enumerate(self._rows)}
        columns = {column: node for node, column in enumerate(self.columns, start=len(rows) + 1)}
        graph: Graph = [[] for _ in range(len(rows) + 1 + len(columns))]
        for (row, column), figure in self.cells.items():
            _link(graph, rows[row], columns[column], figure)
        for column, figure in self.columns.items():
            _link(graph, columns[column], len(rows), figure)
        return graph

    def graph_with_totals(self) -> Graph:
        """The same, where the column of row totals is one more node."""
        graph = [*self.graph(), []]
        for node, figure in enumerate(self._rows.values()):
            _link(graph, len(graph) - 1, node, figure)
        _link(graph, len(self._rows), len(graph) - 1, self._total)
        return graph


def _tie(spots: Mapping[Spot, Figure], ties: Ties) -> None:
    """Take from figures the changes that what is published elsewhere excludes."""
    for spot, figure in spots.items():
        known = spot in ties.known
        if known or spot in ties.no_more:
            figure.up = (False, False, False)
        if known or spot in ties.no_less:
            figure.down = (False, False, False)
        if ties.is_joint:
            figure.up = (*figure.up, not known and spot in ties.more_together)
            figure.down = (*figure.down, not known and figure.value > 0 and spot in ties.less_together)


def _link(graph: Graph, start: int, end: int, figure: Figure) -> None:
    """Join two lines by a figure that goes up on the way from `start` to `end`."""
    graph[start].append((end, figure, 1))
    graph[end].append((start, figure, -1))


def _common_row_totals(tables: Iterable[Cells]) -> dict[str, int]:
    """Row → total, the same in every table."""
    all_totals: list[dict[str, int]] = []
    for cells in tables:
        totals: dict[str, int] = defaultdict(int)
        for (row, _), count in cells.items():
            totals[row] += count
        all_totals.append(totals)
    first = all_totals[0] if all_totals else {}
    for totals in all_totals:
        for row in sorted(first.keys() | totals.keys()):
            if first.get(row) != totals.get(row):
                raise ValueError(f"Les tableaux liés n’ont pas tous la même ligne « {row} » ou son total.")
    return first


def _unanimous(line: Line) -> list[Figure]:
    """The part that is the whole of a sum of several parts, if there is one."""
    parts = [part for part in line.parts if part.value]
    return parts if len(parts) == 1 < len(line.parts) else []
