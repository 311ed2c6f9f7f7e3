"""The figures of a publication as a network, and the search for moves in it.

A figure that is not shown is an unknown to the reader, and the sums that tie figures together are public. A
*move* is a set of figures that can each go up or down by one, together, with every sum kept and every figure
still in the range that the rule gives it: when all of them are hidden, two different tables read the same.

In one table a move is a cycle: a cell up, another of its column down, another of that row up, and so on. When
several tables share their row totals (communes × age, communes × sex…), such a total only moves with another
one, and then a route between these two rows must exist in every table.
"""

import heapq
import math
from collections.abc import Callable, Container, Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import IntEnum

# A step costs 1, hiding a figure far more: among equals the shortest move wins, so none passes a node twice.
STEP, HIDING = 1, 1_000_000


class Knowledge(IntEnum):
    """What the reader may know of a hidden figure besides the sums, from the strongest reader to the weakest.

    RANGES: which figures are hidden for themselves, so are small counts, and which for another's sake, so are
    zero or at least the threshold. CELLS: the same of cells, nothing of totals. COUNTS: that all are counts.
    """

    RANGES = 0
    CELLS = 1
    COUNTS = 2


# After the readers of one publication: moves of a part and its whole together (see `ties`).
TOGETHER = 3


@dataclass(eq=False, slots=True)
class Figure:
    """A number to publish.

    `cost` is what is lost when it is hidden for another's sake; `up` and `down` say, for each Knowledge,
    whether one more and one less are possible to the reader, and at `TOGETHER`, where there is one, whether they are
    when a figure published elsewhere moves with it.
    """

    value: int
    cost: int
    up: Sequence[bool]
    down: Sequence[bool]

    def can_change(self, change: int, knowledge: int) -> bool:
        return (self.up if change > 0 else self.down)[knowledge]


# graph[node] lists (next node, figure on the way, change of that figure: 1 or -1). A node is a line of the
# table, a figure joins the two lines it stands in. The first nodes are the lines of the shared totals.
type Graph = list[list[tuple[int, Figure, int]]]
type Route = tuple[int, list[Figure]]  # its cost and the figures that change
type State = tuple[int, bool]  # a node, and whether two shared totals were used to reach it
type Step = tuple[
    State, Figure | None, int
]  # to where, by which figure (None: two shared totals), at what cost
type Origin = tuple[State, Figure | None]


@dataclass(frozen=True)
class Network:
    """The graphs of the tables and the totals that several share: those of the rows, then the grand total."""

    graphs: Sequence[Graph]
    shared: Sequence[Figure] = ()
    # What searches among all figures keep for the next ones. As more is hidden a route may get cheaper than
    # the distance kept here, but none appears or vanishes.
    distances: dict[Hashable, dict[int, int]] = field(default_factory=dict)

    def sign(self, rank: int) -> int:
        """Row totals and the grand total stand on the two sides of their sum."""
        return -1 if rank == len(self.shared) - 1 else 1


@dataclass(frozen=True)
class Search:
    """The search for moves that a reader with some `knowledge` cannot exclude.

    Using what is `hidden` costs nothing; with `hidden_only`, nothing else is used.
    """

    network: Network
    hidden: Container[Figure]
    knowledge: int
    hidden_only: bool = False

    def move_of_cell(self, figure: Figure, table: int, start: int, end: int) -> list[Figure] | None:
        """The cheapest move of the cell or column total that goes up on the way from `start` to `end`."""
        routes = []
        if figure.can_change(1, self.knowledge):
            routes.append(self._route(table, end, start, without=figure))
        if figure.can_change(-1, self.knowledge):
            routes.append(self._route(table, start, end, without=figure))
        found = [route for route in routes if route]
        return [figure, *min(found, key=lambda route: route[0])[1]] if found else None

    def move_of_total(self, rank: int) -> list[Figure] | None:
        """The cheapest move of a shared total: another one, and a route between their rows in every table."""
        pairs = []
        for change in (1, -1):
            if not self.network.shared[rank].can_change(change, self.knowledge):
                continue
            direction = change * self.network.sign(rank)
            for other, distance in self._joint_distances(rank, direction).items():
                price = self._price(self.network.shared[other], -direction * self.network.sign(other))
                if price is not None:
                    pair = (rank, other) if direction > 0 else (other, rank)
                    pairs.append((price + distance, pair))
        return self._joint_move(*min(pairs)[1]) if pairs else None

    def _joint_move(self, leaving: int, arriving: int, without_table: int | None = None) -> list[Figure]:
        """Two shared totals and a route from one row to the other in every table (but one)."""
        figures = [self.network.shared[leaving], self.network.shared[arriving]]
        for table in range(len(self.network.graphs)):
            if table != without_table and (found := self._route(table, leaving, arriving, jumps=False)):
                figures += found[1]
        return figures

    def _joint_distances(self, rank: int, direction: int, without_table: int | None = None) -> dict[int, int]:
        """Cost of routes from a row (direction 1) or to it (-1) in every table (but one), by other row."""

        def compute() -> dict[int, int]:
            tables = [table for table in range(len(self.network.graphs)) if table != without_table]
            distances = [self._distances(table, rank, direction) for table in tables]
            return {
                other: sum(reached[other] for reached in distances)
                for other in range(len(self.network.shared))
                if other != rank and all(other in reached for reached in distances)
            }

        return self._kept((rank, direction, without_table, self.knowledge), compute)

    def _distances(self, table: int, node: int, direction: int) -> dict[int, int]:
        """Cost of routes from a node (direction 1) or to it (-1) in one table, by other node."""

        def compute() -> dict[int, int]:
            costs, _ = self._explore(table, node, direction=direction)
            return {reached: cost for (reached, _), cost in costs.items()}

        return self._kept(("table", table, node, direction, self.knowledge), compute)

    def _kept(self, key: Hashable, compute: Callable[[], dict[int, int]]) -> dict[int, int]:
        if self.hidden_only:
            return compute()
        if key not in self.network.distances:
            self.network.distances[key] = compute()
        return self.network.distances[key]

    def _route(
        self, table: int, start: int, goal: int, *, without: Figure | None = None, jumps: bool = True
    ) -> Route | None:
        """The cheapest route between two nodes of a table."""
        costs, came_from = self._explore(table, start, goal=goal, without=without)
        state = (goal, False)
        # With hidden figures only, distances would have to be computed anew for each jump: left out.
        if jumps and self.network.shared and not self.hidden_only:
            limit = costs.get(state, math.inf)
            jump_costs, jumps_from = self._explore(
                table, start, goal=goal, without=without, jumps=True, limit=limit
            )
            if (goal, True) in jump_costs:
                costs, came_from, state = jump_costs, jumps_from, (goal, True)
        if state not in costs:
            return None
        cost, figures = costs[state], []
        while state != (start, False):
            previous, figure = came_from[state]
            figures += [figure] if figure else self._joint_move(state[0], previous[0], without_table=table)
            state = previous
        return cost, figures

    def _explore(
        self,
        table: int,
        start: int,
        *,
        goal: int | None = None,
        direction: int = 1,
        without: Figure | None = None,
        jumps: bool = False,
        limit: float = math.inf,
    ) -> tuple[dict[State, int], dict[State, Origin]]:
        """Dijkstra's algorithm: cost below `limit` of each state that is reached, and where it was reached
        from."""
        graph = self.network.graphs[table]
        first: State = (start, False)
        costs: dict[State, int] = {first: 0}
        came_from: dict[State, Origin] = {}
        queue = [(0, first)]
        done = set()
        while queue:
            cost, state = heapq.heappop(queue)
            if state in done:
                continue
            done.add(state)
            node, jumped = state
            if node == goal:
                break
            steps: list[Step] = [
                ((following, jumped), figure, price)
                for following, figure, change in graph[node]
                if figure is not without and (price := self._price(figure, direction * change)) is not None
            ]
            if jumps and not jumped and node < len(self.network.shared):
                steps += self._jumps(table, node, limit - cost)
            for following, figure, price in steps:
                if cost + price < costs.get(following, limit):
                    costs[following] = cost + price
                    came_from[following] = (state, figure)
                    heapq.heappush(queue, (cost + price, following))
        return costs, came_from

    def _jumps(self, table: int, arriving: int, limit: float) -> Iterator[Step]:
        """From a row to another through their totals, below a cost of `limit`; the other tables follow."""
        shared, sign = self.network.shared, self.network.sign
        price = self._price(shared[arriving], -sign(arriving))
        if price is None or price >= limit:
            return
        for leaving, distance in self._joint_distances(arriving, -1, without_table=table).items():
            other_price = self._price(shared[leaving], sign(leaving))
            if other_price is not None:
                yield (leaving, True), None, price + other_price + distance

    def _price(self, figure: Figure, change: int) -> int | None:
        """Cost of changing a figure, None when it cannot be."""
        if not figure.can_change(change, self.knowledge):
            return None
        if figure in self.hidden:
            return STEP
        return None if self.hidden_only else figure.cost * HIDING
