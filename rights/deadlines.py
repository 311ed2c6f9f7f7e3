"""What is due on a file, and under which text (R4).

The lengths of the delays come from the dated `RightRule` in force when the delay starts; only the way of counting
is here and in `cias.core.deadlines`:

- the last day on which the CIAS or the person may act (transmission, appeal) runs to the next working day;
- the day on which an authority's silence becomes a decision does not (CRPA, art. L231-1: nothing extends it). Silence
  that refuses counts from the receipt of the request, silence that accepts from the complete file (CRPA, art. L114-3,
  L114-5; CSS, art. R541-6, R861-16-1 II);
- a renewal is asked for within a window counted back from the end of the right.

Each result is indicative: the notification itself is what counts, and an appeal delay binds only if it is written
there (CSS, art. R142-1-A III; CRPA, art. L112-6).
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from cias.core.deadlines import (
    add_days,
    add_months,
    end_of_month,
    legal_deadline,
    roll_to_working_day,
)
from rights.enums import AppealLevel, DelayKind, DelayUnit, Effect, FileState, Silence
from rights.states import BEFORE_TRANSMISSION, IN_PROGRESS, RUNNING

if TYPE_CHECKING:
    from rights.models import RightsFile, RuleDelay

S = FileState


class DeadlineKind(StrEnum):
    """Stored with the file; the label says what to do."""

    END_OF_MONTH = "end_of_month"
    MONTH_SENT = "month_sent"
    TRANSMISSION = "transmission"
    PIECES = "pieces"
    SILENCE = "silence"
    APPEAL = "appeal"
    RENEWAL = "renewal"
    RIGHT_END = "right_end"
    ACKNOWLEDGEMENT = "ack"
    PARTICIPATION = "participation"
    ENTRY = "entry"
    URGENT_NOTICE = "urgent_notice"
    URGENT_FILE = "urgent_file"
    URGENT_DECISION = "urgent_decision"
    APPEAL_REPLY = "appeal_reply"
    COURT = "court"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    DeadlineKind.END_OF_MONTH: "Déposer avant la fin du mois",
    DeadlineKind.MONTH_SENT: "Transmettre avant la fin du mois",
    DeadlineKind.TRANSMISSION: "Transmettre la demande",
    DeadlineKind.PIECES: "Fournir les pièces demandées",
    DeadlineKind.SILENCE: "Réponse attendue",
    DeadlineKind.APPEAL: "Dernier jour pour contester",
    DeadlineKind.RENEWAL: "Demander le renouvellement",
    DeadlineKind.RIGHT_END: "Fin du droit",
    DeadlineKind.ACKNOWLEDGEMENT: "Accusé de réception attendu",
    DeadlineKind.PARTICIPATION: "Envoyer le bulletin et le moyen de paiement",
    DeadlineKind.ENTRY: "Déposer pour un effet à la date d’entrée",
    DeadlineKind.URGENT_NOTICE: "Signaler l’admission d’urgence",
    DeadlineKind.URGENT_FILE: "Transmettre le dossier de l’admission d’urgence",
    DeadlineKind.URGENT_DECISION: "Décision sur l’admission d’urgence",
    DeadlineKind.APPEAL_REPLY: "Sans réponse au recours : rejet implicite",
    DeadlineKind.COURT: "Dernier jour pour saisir le tribunal",
}


@dataclass(frozen=True)
class Deadline:
    """`due` is the last day; before `start` (when there is one) nothing is to be done yet.

    `to_check`: nobody has read the rule it comes from in a text in force.
    """

    kind: DeadlineKind
    label: str
    due: date
    source: str
    start: date | None = None
    to_check: bool = False


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
        _acknowledgement(file),
        _participation(file),
        _entry(file),
        _urgent_notice(file),
        _urgent_file(file),
        _urgent_decision(file),
        _appeal_reply(file),
        _court(file),
    ]
    return sorted((item for item in found if item is not None), key=lambda item: item.due)


def next_deadline(file: "RightsFile") -> Deadline | None:
    """The nearest of `deadlines(file)`, or None."""
    return next(iter(deadlines(file)), None)


def contesting(file: "RightsFile") -> Deadline | None:
    """The last day to contest the decision just received, a grant too (its amount, its length); None if unknown."""
    return _appeal(file, of_any_decision=True) or _court(file)


def received_on(file: "RightsFile") -> date | None:
    """The day the authority had the request: the one it gives, or the day it was sent."""
    return file.acknowledged_on or file.transmitted_on


def silence_starts(file: "RightsFile", means: str) -> date | None:
    """The day the authority's delay to answer starts; None while it has not.

    Silence that refuses runs from the receipt of the request, complete or not, and again from the pieces the authority
    asked for; any other runs from the complete file (CRPA, art. L114-3, L114-5).
    """
    received = received_on(file)
    if received is None or (file.completed_on is None and means != Silence.REJECTED):
        return None
    return max(received, file.completed_on or received)


def _end_of_month(file: "RightsFile") -> Deadline | None:
    """A right due from the month of deposit loses one month for each month the deposit waits (RSA, CASF, R262-33).

    One due from the month the authority receives it goes on losing them until it is sent (ASPA, CSS, R815-33).
    """
    started = file.deposit_on or file.opened_on
    rule = file.right.rule_on(started)
    if file.state not in BEFORE_TRANSMISSION or rule is None or not rule.end_of_month_alert:
        return None
    kind = DeadlineKind.END_OF_MONTH
    if file.state != S.DRAFT:
        if rule.effect != Effect.MONTH_AFTER_RECEIPT:
            return None
        kind = DeadlineKind.MONTH_SENT
    return Deadline(kind, kind.label, end_of_month(started), rule.effect_source, to_check=rule.is_to_check)


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
    return Deadline(kind, label, due, rule.transmission_source, to_check=rule.is_to_check)


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
    to_check: bool = False


def silence_of(file: "RightsFile") -> SilenceRule | None:
    """What the rule says of silence on a file the authority holds; None when its delay does not run, or no rule."""
    received = received_on(file)
    if file.state != S.TRANSMITTED or received is None:
        return None
    rule = file.right.rule_on(received)
    start = silence_starts(file, rule.silence_means) if rule else None
    rule = file.right.rule_on(start) if start else None
    if start is None or rule is None or not rule.decision_unit:
        return None
    due = plain_end(start, rule.decision_unit, rule.decision_value)
    return SilenceRule(due, Silence(rule.silence_means), rule.decision_source, rule.is_to_check)


def appeal_silence(file: "RightsFile") -> SilenceRule | None:
    """The same of a preliminary appeal: no answer within its delay is a refusal (CSS, R142-6; CASF, R262-90)."""
    if file.state != S.APPEAL or file.appeal_level != AppealLevel.PRELIMINARY:
        return None
    found = _particular(file, DelayKind.APPEAL_REPLY, file.appeal_on)
    if found is None:
        return None
    delay, start = found
    due = plain_end(start, delay.unit, delay.value)
    return SilenceRule(due, Silence.REJECTED, delay.source, delay.is_to_check)


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
    return Deadline(DeadlineKind.SILENCE, label, silence.due, silence.source, to_check=silence.to_check)


def _appeal(file: "RightsFile", *, of_any_decision: bool = False) -> Deadline | None:
    """From the notification of a refusal, or from the day silence became one; once: after it comes the court."""
    states = (
        (S.REFUSED, S.TACIT_REFUSAL, S.GRANTED, S.OPEN) if of_any_decision else (S.REFUSED, S.TACIT_REFUSAL)
    )
    if file.state not in states or file.appeal_level:
        return None
    start = file.decision_on if file.state == S.TACIT_REFUSAL else file.notified_on
    rule = file.right.rule_on(start) if start else None
    if start is None or rule is None or not rule.appeal_unit:
        return None
    kind = DeadlineKind.APPEAL
    due = act_before(start, rule.appeal_unit, rule.appeal_value)
    return Deadline(kind, kind.label, due, rule.appeal_source, to_check=rule.is_to_check)


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
        to_check=rule.is_to_check,
    )


def _right_end(file: "RightsFile") -> Deadline | None:
    """The last day of an open right, also while its renewal is under way."""
    if file.state not in RUNNING or file.rights_until is None:
        return None
    kind = DeadlineKind.RIGHT_END
    return Deadline(kind, kind.label, file.rights_until, "Notification de l’organisme")


def _particular(file: "RightsFile", kind: DelayKind, start: date | None) -> "tuple[RuleDelay, date] | None":
    """The delay of this kind in the rule in force on `start`, the day it runs from."""
    rule = file.right.rule_on(start) if start else None
    delay = rule.delay(kind) if rule else None
    return (delay, start) if delay and start else None


def _run(file: "RightsFile", kind: DeadlineKind, start: date | None, *, ours: bool = True) -> Deadline | None:
    """A particular delay that runs from `start`; `ours` when the CIAS or the person acts, not the authority."""
    found = _particular(file, DelayKind(kind.value), start)
    if found is None:
        return None
    delay, start = found
    due = (act_before if ours else plain_end)(start, delay.unit, delay.value)
    return Deadline(kind, kind.label, due, delay.source, to_check=delay.is_to_check)


def _acknowledgement(file: "RightsFile") -> Deadline | None:
    """The authority says it has the request, or asks for what is missing (APA: CASF, R232-23)."""
    if file.state != S.TRANSMITTED or file.acknowledged_on is not None:
        return None
    return _run(file, DeadlineKind.ACKNOWLEDGEMENT, file.transmitted_on, ours=False)


def _participation(file: "RightsFile") -> Deadline | None:
    """Without the form and the means of payment in time the right is lost (CSS, R861-16-3)."""
    if file.state not in (S.GRANTED, S.OPEN) or not file.participation_due or file.participation_on:
        return None
    return _run(file, DeadlineKind.PARTICIPATION, file.notified_on or file.decision_on)


def _entry(file: "RightsFile") -> Deadline | None:
    """Asked for in time, the aide sociale à l'hébergement runs from the day of entry (CASF, R131-2)."""
    return entry_limit(file) if file.state == S.DRAFT else None


def entry_limit(file: "RightsFile") -> Deadline | None:
    """Until when a request made after the entry in an establishment counts from that entry (CASF, R131-2)."""
    return _run(file, DeadlineKind.ENTRY, file.entry_on)


def _urgent_notice(file: "RightsFile") -> Deadline | None:
    """The mayor tells the authority of an emergency admission (CASF, L131-3): late, the commune bears the cost."""
    if file.state not in IN_PROGRESS or file.urgent_notified_on is not None:
        return None
    return _run(file, DeadlineKind.URGENT_NOTICE, file.urgent_on)


def _urgent_file(file: "RightsFile") -> Deadline | None:
    if file.state not in BEFORE_TRANSMISSION:
        return None
    return _run(file, DeadlineKind.URGENT_FILE, file.urgent_on)


def _urgent_decision(file: "RightsFile") -> Deadline | None:
    if file.state not in IN_PROGRESS:
        return None
    return _run(file, DeadlineKind.URGENT_DECISION, file.urgent_on, ours=False)


def _appeal_reply(file: "RightsFile") -> Deadline | None:
    silence = appeal_silence(file)
    if silence is None:
        return None
    kind = DeadlineKind.APPEAL_REPLY
    return Deadline(kind, kind.label, silence.due, silence.source, to_check=silence.to_check)


def _court(file: "RightsFile") -> Deadline | None:
    """From the notification of the answer to the preliminary appeal, or from the day its silence was a refusal."""
    if file.state not in (S.REFUSED, S.TACIT_REFUSAL) or file.appeal_level != AppealLevel.PRELIMINARY:
        return None
    start = file.decision_on if file.state == S.TACIT_REFUSAL else file.notified_on
    return _run(file, DeadlineKind.COURT, start)


def act_before(start: date, unit: str, value: int | None) -> date:
    """Last day to act when a delay of the reference data starts on `start`; "sans délai" is that very day."""
    match unit:
        case DelayUnit.MONTHS:
            return legal_deadline(start, months=value or 0)
        case DelayUnit.FRANC_MONTHS:
            return legal_deadline(start, months=value or 0, franc=True)
        case DelayUnit.DAYS:
            return legal_deadline(start, days=value or 0)
    return roll_to_working_day(start)


def plain_end(start: date, unit: str, value: int | None) -> date:
    """The same delay without the working-day rule: nothing extends an authority's silence."""
    match unit:
        case DelayUnit.MONTHS | DelayUnit.FRANC_MONTHS:
            return add_months(start, value or 0)
        case DelayUnit.DAYS:
            return add_days(start, value or 0)
    return start
