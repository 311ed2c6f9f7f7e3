"""How a request for optional aid moves (domain-rules §8), and what each state means."""

from collections.abc import Mapping

from rights.aids.enums import AidDecision, AidState

S, D = AidState, AidDecision

TRANSITIONS: Mapping[AidState, frozenset[AidState]] = {
    S.DRAFT: frozenset({S.PROPOSED, S.ABANDONED}),
    # In an emergency a request is decided by delegation, without a session (CASF, R123-21).
    S.PROPOSED: frozenset({S.DRAFT, S.LISTED, S.DECIDED, S.ABANDONED}),
    S.LISTED: frozenset({S.PROPOSED, S.DECIDED, S.ADJOURNED}),
    S.ADJOURNED: frozenset({S.DRAFT, S.LISTED, S.ABANDONED}),
    S.DECIDED: frozenset({S.NOTIFIED}),
    S.NOTIFIED: frozenset({S.PAID, S.REPAYING, S.CLOSED}),
    S.PAID: frozenset({S.CLOSED}),
    S.REPAYING: frozenset({S.REPAID, S.CLOSED}),
    S.REPAID: frozenset({S.CLOSED}),
    S.CLOSED: frozenset(),
    S.ABANDONED: frozenset(),
}

GRANTS = (D.GRANTED, D.PARTIAL)
BEFORE_DECISION = (S.DRAFT, S.PROPOSED, S.LISTED, S.ADJOURNED)
AFTER_DECISION = (S.DECIDED, S.NOTIFIED, S.PAID, S.REPAYING, S.REPAID, S.CLOSED)
AFTER_NOTICE = (S.NOTIFIED, S.PAID, S.REPAYING, S.REPAID)
ENDED = (S.CLOSED, S.ABANDONED)
ACTIVE = tuple(state for state in S if state not in ENDED)
# What may still be written, and what a commission may be asked about.
EDITABLE = (S.DRAFT,)
LISTABLE = (S.PROPOSED, S.ADJOURNED)

# Moves that follow what is paid and repaid: cancelling the payment takes them back, not the undo button.
FOLLOWS_MONEY = frozenset(
    {
        (S.NOTIFIED, S.PAID),
        (S.NOTIFIED, S.REPAYING),
        (S.REPAYING, S.REPAID),
    }
)
STATE_OF_DECISION: Mapping[AidDecision, AidState] = {
    D.GRANTED: S.DECIDED,
    D.PARTIAL: S.DECIDED,
    D.REFUSED: S.DECIDED,
    D.ADJOURNED: S.ADJOURNED,
}
