"""What is due on a file, and under which text (R4).

The lengths of the delays come from the dated `RightRule` in force when the delay starts; only the way of counting
is here and in `cias.core.deadlines`:

- the last day on which the CIAS or the person may act (transmission, appeal) runs to the next working day;
- the day on which an authority's silence becomes a decision does not (CRPA, art. L231-1: nothing extends it), and
  counts from the day the authority has the complete file (CSS, art. R861-16-1 II; CRPA, art. L114-3);
- a renewal is asked for within a window counted back from the end of the right.

Each result is indicative: the notification itself is what counts, and an appeal delay binds only if it is written
there (CSS, art. R142-1-A III; CRPA, art. L112-6).
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from cias.core.deadlines import (
    ONE_DAY,
    add_days,
    add_months,
    end_of_month,
    legal_deadline,
    roll_to_working_day,
)
from rights.enums import DelayUnit, Effect, FileState, Silence
from rights.states import RUNNING

if TYPE_CHECKING:
    from rights.models import RightsFile

S = FileState


class DeadlineKind(StrEnum):
    """Stored with the file; the label says what to do."""

    END_OF_MONTH = "end_of_month"
    TRANSMISSION = "transmission"
    PIECES = "pieces"
    SILENCE = "silence"
    APPEAL = "appeal"
    RENEWAL = "renewal"
    RIGHT_END = "right_end"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    DeadlineKind.END_OF_MONTH: "Déposer avant la fin du mois",
    DeadlineKind.TRANSMISSION: "Transmettre la demande",
    DeadlineKind.PIECES: "Fournir les pièces demandées",
    DeadlineKind.SILENCE: "Réponse attendue",
    DeadlineKind.APPEAL: "Dernier jour pour contester",
    DeadlineKind.RENEWAL: "Demander le renouvellement",
    DeadlineKind.RIGHT_END: "Fin du droit",
}


@dataclass(frozen=True)
class Deadline:
    """`due` is the last day; before `start` (when there is one) nothing is to be done yet."""

    kind: DeadlineKind
    label: str
    due: date
    source: str
    start: date | None = None


def deadlines(file: "RightsFile") -> list[Deadline]:
    """Everything still to come on `file` in its present state, the nearest first."""
    found = [
        _end_of_month(file),
        _transmission(file),
        _pieces(file),
        _silence(file),
        _appeal(file),
        _renewal(file),
        _right_end(file),
    ]
    return sorted((item for item in found if item is not None), key=lambda item: item.due)


def next_deadline(file: "RightsFile") -> Deadline | None:
    """The nearest of `deadlines(file)`, or None."""
    return next(iter(deadlines(file)), None)


def silence_starts(file: "RightsFile") -> date | None:
    """The day the authority had the complete file: the latest of completeness and receipt (or sending)."""
    if file.completed_on is None or file.transmitted_on is None:
        return None
    return max(file.completed_on, file.acknowledged_on or file.transmitted_on)


def usual_period(file: "RightsFile", decision_on: date) -> tuple[date | None, date | None]:
    """First and last day of the right as the rule gives them, to prefill the decision; None when it says nothing."""
    rule = file.right.rule_on(decision_on)
    if rule is None or file.deposit_on is None:
        return None, None
    match rule.effect:
        case Effect.DEPOSIT_DAY:
            first = file.deposit_on
        case Effect.DEPOSIT_MONTH:
            first = file.deposit_on.replace(day=1)
        case Effect.MONTH_AFTER_DEPOSIT:
            first = end_of_month(file.deposit_on) + ONE_DAY
        case Effect.DECISION_DAY:
            first = decision_on
        case Effect.MONTH_AFTER_DECISION:
            first = end_of_month(decision_on) + ONE_DAY
        case _:
            return None, None
    if file.renewal_of is not None and file.renewal_of.rights_until is not None:
        first = max(first, file.renewal_of.rights_until + ONE_DAY)
    if rule.duration_months is None:
        return first, None
    return first, add_months(first, rule.duration_months) - ONE_DAY


def _end_of_month(file: "RightsFile") -> Deadline | None:
    """A right due from the month of deposit loses one month for each month the deposit waits (RSA, CASF, R262-33)."""
    rule = file.right.rule_on(file.opened_on)
    if file.state != S.DRAFT or rule is None or not rule.end_of_month_alert:
        return None
    kind = DeadlineKind.END_OF_MONTH
    return Deadline(kind, kind.label, end_of_month(file.opened_on), rule.effect_source)


def _transmission(file: "RightsFile") -> Deadline | None:
    """Transmission is due whatever the CIAS thinks of the request, even incomplete (CASF, L123-5, L131-1)."""
    if file.state not in (S.BUILDING, S.COMPLETE) or file.deposit_on is None:
        return None
    rule = file.right.rule_on(file.deposit_on)
    if rule is None or not rule.transmission_unit:
        return None
    due = act_before(file.deposit_on, rule.transmission_unit, rule.transmission_value)
    kind = DeadlineKind.TRANSMISSION
    label = f"{kind.label} sans délai" if rule.transmission_unit == DelayUnit.AT_ONCE else kind.label
    return Deadline(kind, label, due, rule.transmission_source)


def _pieces(file: "RightsFile") -> Deadline | None:
    """The authority gives the date itself when it asks for more (CRPA, L114-5)."""
    if file.state != S.PIECES_ASKED or file.pieces_due_on is None:
        return None
    kind = DeadlineKind.PIECES
    return Deadline(kind, kind.label, file.pieces_due_on, "Courrier de l’organisme (CRPA, art. L114-5)")


@dataclass(frozen=True)
class SilenceRule:
    """Until `due` the authority may answer; from the day after, its silence `means` a decision."""

    due: date
    means: Silence
    source: str


def silence_of(file: "RightsFile") -> SilenceRule | None:
    """What the rule says of silence on a file the authority holds; None when it is not complete there, or no rule."""
    start = silence_starts(file)
    if file.state != S.TRANSMITTED or start is None:
        return None
    rule = file.right.rule_on(start)
    if rule is None or not rule.decision_unit:
        return None
    due = plain_end(start, rule.decision_unit, rule.decision_value)
    return SilenceRule(due, Silence(rule.silence_means), rule.decision_source)


def _silence(file: "RightsFile") -> Deadline | None:
    """Last day of the authority's delay to answer a complete file."""
    silence = silence_of(file)
    if silence is None:
        return None
    label = {
        Silence.ACCEPTED: "Sans réponse : acceptation tacite",
        Silence.REJECTED: "Sans réponse : rejet implicite",
        Silence.NONE: DeadlineKind.SILENCE.label,
    }[silence.means]
    return Deadline(DeadlineKind.SILENCE, label, silence.due, silence.source)


def _appeal(file: "RightsFile") -> Deadline | None:
    """From the notification of a refusal, or from the day silence became one."""
    if file.state not in (S.REFUSED, S.TACIT_REFUSAL):
        return None
    start = file.decision_on if file.state == S.TACIT_REFUSAL else file.notified_on
    rule = file.right.rule_on(start) if start else None
    if start is None or rule is None or not rule.appeal_unit:
        return None
    kind = DeadlineKind.APPEAL
    return Deadline(
        kind, kind.label, act_before(start, rule.appeal_unit, rule.appeal_value), rule.appeal_source
    )


def _renewal(file: "RightsFile") -> Deadline | None:
    """The window in which the renewal is asked for, counted back from the end of the right."""
    if file.state != S.OPEN or file.rights_until is None:
        return None
    rule = file.right.rule_on(file.rights_until)
    if rule is None or rule.renewal_from_months is None or rule.renewal_until_months is None:
        return None
    kind = DeadlineKind.RENEWAL
    return Deadline(
        kind,
        kind.label,
        add_months(file.rights_until, -rule.renewal_until_months),
        rule.renewal_source,
        start=add_months(file.rights_until, -rule.renewal_from_months),
    )


def _right_end(file: "RightsFile") -> Deadline | None:
    """The last day of an open right, also while its renewal is under way."""
    if file.state not in RUNNING or file.rights_until is None:
        return None
    kind = DeadlineKind.RIGHT_END
    return Deadline(kind, kind.label, file.rights_until, "Notification de l’organisme")


def act_before(start: date, unit: str, value: int | None) -> date:
    """Last day to act when a delay of the reference data starts on `start`; "sans délai" is that very day."""
    match unit:
        case DelayUnit.MONTHS:
            return legal_deadline(start, months=value or 0)
        case DelayUnit.DAYS:
            return legal_deadline(start, days=value or 0)
    return roll_to_working_day(start)


def plain_end(start: date, unit: str, value: int | None) -> date:
    """The same delay without the working-day rule: nothing extends an authority's silence."""
    match unit:
        case DelayUnit.MONTHS:
            return add_months(start, value or 0)
        case DelayUnit.DAYS:
            return add_days(start, value or 0)
    return start
