"""How an election of domicile moves. Every move is an agent's: none happens by itself, whatever the dates say."""

from collections.abc import Mapping

from rights.domiciliation.enums import DeskKind, ElectionState

S = ElectionState

TRANSITIONS: Mapping[ElectionState, frozenset[ElectionState]] = {
    # The interview comes before any decision, at each renewal too (CASF, D264-2).
    S.REQUESTED: frozenset({S.INTERVIEWED, S.WITHDRAWN}),
    S.INTERVIEWED: frozenset({S.GRANTED, S.REFUSED, S.WITHDRAWN}),
    S.GRANTED: frozenset({S.RENEWED, S.ENDED}),
    S.RENEWED: frozenset(),
    S.REFUSED: frozenset(),
    S.ENDED: frozenset(),
    S.WITHDRAWN: frozenset(),
}

PENDING = (S.REQUESTED, S.INTERVIEWED)
# Somebody still has to do something about them.
LIVE = (*PENDING, S.GRANTED)
# They have, or had, an attestation.
ATTESTED = (S.GRANTED, S.RENEWED, S.ENDED)

COMES_IN = (DeskKind.ARRIVED,)
GOES_OUT = (DeskKind.HANDED, DeskKind.HANDED_PROXY, DeskKind.FORWARDED, DeskKind.RETURNED)
HANDED_OVER = (DeskKind.HANDED, DeskKind.HANDED_PROXY)
