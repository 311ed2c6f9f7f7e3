"""How a request for lodging moves; each move is an agent's, dated and signed."""

from collections.abc import Mapping

from housing.lodging.enums import Answer, RequestState

S = RequestState

TRANSITIONS: Mapping[RequestState, frozenset[RequestState]] = {
    S.WAITING: frozenset({S.PROPOSED, S.HOUSED, S.REFUSED, S.WITHDRAWN}),
    # A household that declines a place may go on waiting, or leave the list with that.
    S.PROPOSED: frozenset({S.ACCEPTED, S.WAITING, S.DECLINED, S.WITHDRAWN}),
    S.ACCEPTED: frozenset({S.HOUSED, S.WAITING, S.WITHDRAWN}),
    S.HOUSED: frozenset(),
    S.REFUSED: frozenset(),
    S.DECLINED: frozenset(),
    S.WITHDRAWN: frozenset(),
}

# Somebody still has to do something about them.
OPEN = (S.WAITING, S.PROPOSED, S.ACCEPTED)
# Answers that keep a place from being proposed to somebody else.
HOLDS = (Answer.PENDING, Answer.ACCEPTED)
