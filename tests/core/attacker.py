"""A reader who tries to work out hidden figures, written with nothing of the code that hides them.

Every figure is an integer unknown; published figures and sums are equations; what the reader knows of hidden
figures is a range for each. A mixed-integer solver (HiGHS, through SciPy) then looks for two values of each.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

type Sum = tuple[Sequence[Hashable], Hashable]

ENDLESS = 10**6

# What the reader knows: that figures are counts; also why each cell is hidden; also why each total is.
COUNTS, CELLS, RANGES = "counts", "cells", "ranges"


class Attacker:
    def __init__(
        self, truth: Mapping[Hashable, int], sums: Iterable[Sum], totals: Iterable[Hashable]
    ) -> None:
        """`truth`: figure → value, used for nothing but to know why a figure is hidden."""
        self.truth = truth
        self.sums = list(sums)
        self.totals = set(totals)
        self.index = {figure: number for number, figure in enumerate(truth)}

    def works_out(
        self,
        hidden: Iterable[Hashable],
        *,
        knowing: str,
        threshold: int,
        smallest: int = 1,
        between: Mapping[Hashable, tuple[int, int]] = MappingProxyType({}),
    ) -> set[Hashable]:
        """The hidden figures that can have one value only; of some the reader knows what they lie `between`."""
        hidden = set(hidden)
        low, high = np.zeros(len(self.index)), np.full(len(self.index), float(ENDLESS))
        for figure, number in self.index.items():
            if figure not in hidden:
                low[number] = high[number] = self.truth[figure]
            elif knowing == RANGES or (knowing == CELLS and figure not in self.totals):
                if smallest <= self.truth[figure] < threshold:
                    low[number], high[number] = smallest, threshold - 1
                elif self.truth[figure]:
                    low[number] = threshold
            if figure in hidden and figure in between:
                low[number] = max(low[number], between[figure][0])
                high[number] = min(high[number], between[figure][1])
        matrix = np.zeros((len(self.sums), len(self.index)))
        for number, (parts, total) in enumerate(self.sums):
            for part in parts:
                matrix[number, self.index[part]] += 1
            matrix[number, self.index[total]] -= 1

        def extreme(objective: np.ndarray) -> Any:
            answer = milp(
                objective,
                constraints=LinearConstraint(matrix, 0, 0),
                integrality=np.ones(len(objective)),
                bounds=Bounds(low, high),
            )
            assert answer.status == 0, answer.message
            return np.round(answer.x)

        # Random questions first: most figures take two values on the way. Then each other one is asked about.
        generator = np.random.default_rng(0)
        seen = [extreme(generator.normal(size=len(low))) for _ in range(4)]
        unsettled = {f for f in hidden if len({answer[self.index[f]] for answer in seen}) == 1}
        worked_out = set()
        for figure in sorted(unsettled, key=self.index.__getitem__):
            objective = np.zeros(len(low))
            objective[self.index[figure]] = 1
            if extreme(objective)[self.index[figure]] == extreme(-objective)[self.index[figure]]:
                worked_out.add(figure)
        return worked_out


def reader_of_tables(
    tables: Mapping[str, Mapping[tuple[str, str], int]],
) -> Attacker:
    """The reader of tables with common row totals; a table has a name that is not empty.

    Figures: (table, row, column) for cells, ("", row, "") for row totals, (table, "", column), ("", "", "").
    """
    truth: dict[Hashable, int] = {}
    sums: list[Sum] = []
    for name, cells in tables.items():
        rows, columns = {row for row, _ in cells}, {column for _, column in cells}
        truth |= {(name, *cell): count for cell, count in cells.items()}
        truth |= {("", row, ""): sum(count for (r, _), count in cells.items() if r == row) for row in rows}
        truth |= {
            (name, "", column): sum(count for (_, c), count in cells.items() if c == column)
            for column in columns
        }
        sums += [([(name, *cell) for cell in cells if cell[0] == row], ("", row, "")) for row in rows]
        sums += [
            ([(name, *cell) for cell in cells if cell[1] == column], (name, "", column)) for column in columns
        ]
        sums.append(([(name, "", column) for column in columns], ("", "", "")))
    truth["", "", ""] = sum(next(iter(tables.values()), {}).values())
    row_totals = [figure for figure in truth if figure[0] == "" and figure[1]]
    sums.append((row_totals, ("", "", "")))
    totals = [figure for figure in truth if not (figure[1] and figure[2])]
    return Attacker(truth, sums, totals)


def hidden_figures(protected: Mapping[str, Any]) -> set[Hashable]:
    """The figures that `ProtectedTable`s hide, named as `reader_of_tables` names them."""
    hidden: set[Hashable] = set()
    for name, table in protected.items():
        hidden |= {(name, *cell) for cell, count in table.cells.items() if count is None}
        hidden |= {("", row, "") for row, count in table.row_totals.items() if count is None}
        hidden |= {(name, "", column) for column, count in table.column_totals.items() if count is None}
        if table.total is None:
            hidden.add(("", "", ""))
    return hidden
