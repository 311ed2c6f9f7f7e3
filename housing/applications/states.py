"""How a request for social housing and a DALO appeal move."""

from collections.abc import Mapping

from housing.applications.enums import ApplicationState, DaloState

S, D = ApplicationState, DaloState

TRANSITIONS: Mapping[ApplicationState, frozenset[ApplicationState]] = {
    S.PREPARED: frozenset({S.FILED, S.REMOVED}),
    S.FILED: frozenset({S.PIECES, S.PROPOSED, S.SIGNED, S.REMOVED}),
    S.PIECES: frozenset({S.FILED, S.PROPOSED, S.REMOVED}),
    S.PROPOSED: frozenset({S.FILED, S.COMMITTEE, S.ALLOCATED, S.REMOVED}),
    S.COMMITTEE: frozenset({S.FILED, S.ALLOCATED, S.REMOVED}),
    # A household may still refuse what was allocated.
    S.ALLOCATED: frozenset({S.SIGNED, S.FILED, S.REMOVED}),
    S.SIGNED: frozenset(),
    S.REMOVED: frozenset(),
}
ENDED = (S.SIGNED, S.REMOVED)
# In the register: the number must be renewed each year.
REGISTERED = (S.FILED, S.PIECES, S.PROPOSED, S.COMMITTEE, S.ALLOCATED)

DALO_TRANSITIONS: Mapping[DaloState, frozenset[DaloState]] = {
    D.PREPARED: frozenset({D.FILED, D.DROPPED}),
    D.FILED: frozenset({D.PRIORITY, D.SHELTER, D.REFUSED, D.HOUSED, D.DROPPED}),
    D.PRIORITY: frozenset({D.HOUSED, D.COURT, D.DROPPED}),
    D.SHELTER: frozenset({D.HOUSED, D.COURT, D.DROPPED}),
    D.REFUSED: frozenset({D.COURT, D.FILED, D.DROPPED}),
    D.COURT: frozenset({D.HOUSED, D.DROPPED}),
    D.HOUSED: frozenset(),
    D.DROPPED: frozenset(),
}
DALO_ENDED = (D.HOUSED, D.DROPPED)
DALO_RUNNING = (D.PREPARED, D.FILED, D.PRIORITY, D.SHELTER, D.COURT)
