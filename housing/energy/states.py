"""How a household moves through the programme. Every move is an agent's, dated, and the last one can be undone."""

from collections.abc import Mapping

from housing.energy.enums import EnergyState, OrientationState

S, Way = EnergyState, OrientationState

TRANSITIONS: Mapping[EnergyState, frozenset[EnergyState]] = {
    S.REPORTED: frozenset({S.CONTACTED, S.CLOSED}),
    S.CONTACTED: frozenset({S.VISIT_1, S.CLOSED}),
    # A visit that falls through gives its place back: the household is to be called again.
    S.VISIT_1: frozenset({S.VISITED_1, S.CONTACTED, S.CLOSED}),
    S.VISITED_1: frozenset({S.VISIT_2, S.SUPPORT, S.CLOSED}),
    S.VISIT_2: frozenset({S.VISITED_2, S.VISITED_1, S.CLOSED}),
    S.VISITED_2: frozenset({S.SUPPORT, S.CLOSED}),
    S.SUPPORT: frozenset({S.FOLLOW_UP, S.CLOSED}),
    S.FOLLOW_UP: frozenset({S.SUPPORT, S.CLOSED}),
    S.CLOSED: frozenset(),
}

# Nobody has agreed to anything yet.
TO_CONTACT = (S.REPORTED,)
TO_VISIT = (S.CONTACTED, S.VISIT_1, S.VISIT_2)
VISITED = (S.VISITED_1, S.VISIT_2, S.VISITED_2, S.SUPPORT, S.FOLLOW_UP)
RUNNING = tuple(state for state in S if state != S.CLOSED)
# Rank of the visit that each planned or done state is about.
PLANNED: Mapping[int, EnergyState] = {1: S.VISIT_1, 2: S.VISIT_2}
DONE: Mapping[int, EnergyState] = {1: S.VISITED_1, 2: S.VISITED_2}
BEFORE: Mapping[int, EnergyState] = {1: S.CONTACTED, 2: S.VISITED_1}

ORIENTATION_TRANSITIONS: Mapping[OrientationState, frozenset[OrientationState]] = {
    Way.PROPOSED: frozenset({Way.STARTED, Way.SUCCEEDED, Way.FAILED, Way.DECLINED}),
    Way.STARTED: frozenset({Way.SUCCEEDED, Way.FAILED, Way.DECLINED}),
    Way.SUCCEEDED: frozenset(),
    Way.FAILED: frozenset(),
    Way.DECLINED: frozenset(),
}
