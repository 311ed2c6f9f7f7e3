"""How a pre-instruction file moves (domain-rules §3.0), and what each state means."""

from collections.abc import Mapping

from rights.enums import ClosingReason, Decision, FileState

S = FileState

TRANSITIONS: Mapping[FileState, frozenset[FileState]] = {
    S.DRAFT: frozenset({S.BUILDING, S.ABANDONED, S.REDIRECTED}),
    # An incomplete file may be transmitted too: establishing and sending it is an obligation (CASF, L123-5, L131-1).
    S.BUILDING: frozenset({S.COMPLETE, S.TRANSMITTED, S.ABANDONED, S.REDIRECTED}),
    S.COMPLETE: frozenset({S.BUILDING, S.TRANSMITTED, S.ABANDONED, S.REDIRECTED}),
    S.TRANSMITTED: frozenset(
        {
            S.TRANSMITTED,  # the pieces that were missing follow
            S.PIECES_ASKED,
            S.GRANTED,
            S.REFUSED,
            S.TACIT_GRANT,
            S.TACIT_REFUSAL,
            S.ABANDONED,
            S.REDIRECTED,
        }
    ),
    # While pieces are asked for, the authority's delay does not run: its silence decides nothing.
    S.PIECES_ASKED: frozenset({S.TRANSMITTED, S.GRANTED, S.REFUSED, S.ABANDONED, S.REDIRECTED}),
    S.GRANTED: frozenset({S.OPEN, S.APPEAL, S.CLOSED}),
    S.REFUSED: frozenset({S.APPEAL, S.CLOSED}),
    # An express decision may still arrive after silence.
    S.TACIT_GRANT: frozenset({S.OPEN, S.GRANTED, S.APPEAL, S.CLOSED}),
    S.TACIT_REFUSAL: frozenset({S.GRANTED, S.REFUSED, S.APPEAL, S.CLOSED}),
    S.APPEAL: frozenset({S.GRANTED, S.REFUSED, S.TACIT_REFUSAL, S.CLOSED}),
    S.OPEN: frozenset({S.RENEWING, S.APPEAL, S.CLOSED}),
    S.RENEWING: frozenset({S.CLOSED}),
    S.CLOSED: frozenset(),
    S.ABANDONED: frozenset(),
    S.REDIRECTED: frozenset(),
}

# Before the authority has it, at the authority, decided, over.
BEFORE_TRANSMISSION = (S.DRAFT, S.BUILDING, S.COMPLETE)
AT_AUTHORITY = (S.TRANSMITTED, S.PIECES_ASKED)
DECIDED = (S.GRANTED, S.REFUSED, S.TACIT_GRANT, S.TACIT_REFUSAL)
RUNNING = (S.OPEN, S.RENEWING)
ENDED = (S.CLOSED, S.ABANDONED, S.REDIRECTED)

IN_PROGRESS = BEFORE_TRANSMISSION + AT_AUTHORITY
ACTIVE = IN_PROGRESS + DECIDED + (S.APPEAL,) + RUNNING

DECISION_STATE: Mapping[Decision, FileState] = {
    Decision.GRANTED: S.GRANTED,
    Decision.REFUSED: S.REFUSED,
    Decision.TACIT_GRANT: S.TACIT_GRANT,
    Decision.TACIT_REFUSAL: S.TACIT_REFUSAL,
}
GRANTS = (Decision.GRANTED, Decision.TACIT_GRANT)
REFUSALS = (Decision.REFUSED, Decision.TACIT_REFUSAL)
TACIT = (Decision.TACIT_GRANT, Decision.TACIT_REFUSAL)

NON_TAKE_UP = (
    ClosingReason.UNAWARE,
    ClosingReason.NOT_WANTED,
    ClosingReason.STIGMA,
    ClosingReason.TOO_LITTLE,
    ClosingReason.TOO_COMPLEX,
    ClosingReason.NO_PIECES,
    ClosingReason.FEAR,
    ClosingReason.NO_NEWS,
    ClosingReason.NOT_ELIGIBLE,
)
CLOSING_REASONS: Mapping[FileState, tuple[ClosingReason, ...]] = {
    S.ABANDONED: (*NON_TAKE_UP, ClosingReason.MISTAKE, ClosingReason.MOVED, ClosingReason.DECEASED),
    S.REDIRECTED: (ClosingReason.OTHER_SERVICE, ClosingReason.MOVED),
    S.CLOSED: (
        ClosingReason.ENDED,
        ClosingReason.RENEWED,
        ClosingReason.REFUSAL_ACCEPTED,
        ClosingReason.NO_NEWS,
        ClosingReason.MOVED,
        ClosingReason.DECEASED,
    ),
}
