"""What comes next in the follow-up of absences, and by when: contact, convocation, report."""

from datetime import date, datetime

from django.utils import timezone

from insertion.followup.enums import NoShowState, ParameterCode
from insertion.models import NoShowCase, NoShowMove

N, P = NoShowState, ParameterCode


def standing_moves(case: NoShowCase) -> list[NoShowMove]:
    """The moves nobody took back, in their order; reads what was fetched along."""
    rows = [move for move in case.moves.all() if move.undone_at is None]
    return sorted(rows, key=lambda move: (move.created_at, str(move.pk)))


def last_summons(case: NoShowCase) -> NoShowMove | None:
    return next((move for move in reversed(standing_moves(case)) if move.to_state == N.SUMMONED), None)


def case_due(case: NoShowCase) -> tuple[str, date, ParameterCode] | None:
    """What is to be done next, the day it is counted from, and the rule; None while the Département decides."""
    summons = last_summons(case)
    return due_in(case.state, case.since, summons.meeting_at if summons else None)


def due_in(state: str, since: date, summons_at: datetime | None) -> tuple[str, date, ParameterCode] | None:
    """The same, from what was fetched along: `summons_at` is the meeting of the last convocation."""
    match state:
        case N.OPEN:
            return "Absence à suivre\u00a0: joindre la personne", since, P.CONTACT_DAYS
        case N.CONTACTED:
            return "Absence à suivre\u00a0: convoquer, ou noter la reprise de contact", since, P.SUMMONS_DAYS
        case N.SUMMONED:
            day = timezone.localtime(summons_at).date() if summons_at else since
            return "Convocation\u00a0: noter la venue, le motif, ou transmettre les faits", day, P.ANSWER_DAYS
    return None
