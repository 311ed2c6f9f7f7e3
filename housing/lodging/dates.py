"""What comes due in a stay: the contract's end, the total length, the insurance, the examinations of a bail glissant.

How early each is announced is a setting of the scheme's rule.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from cias.core.deadlines import add_months
from housing.enums import Scheme
from housing.models import SchemeRule, Stay, StayExam


@dataclass(frozen=True)
class StayDate:
    """`alert_on`: from which day it asks for somebody. `step` is the URL name, in `housing`, of what answers it."""

    code: str
    label: str
    due: date
    alert_on: date
    task: str
    step: str = ""
    source: str = ""


def contract_end(start: date, months: int) -> date:
    """The last day of a contract of `months` months that starts on `start`, quantième to quantième less one day."""
    return add_months(start, months) - timedelta(days=1)


def rules_on(day: date) -> dict[str, SchemeRule]:
    """The rule in force for each scheme: one query."""
    return {rule.scheme: rule for rule in SchemeRule.objects.on(day)}


def longest_end(stay: Stay, rule: SchemeRule) -> date | None:
    """The last day the scheme's total length allows; None when it sets none."""
    return None if rule.max_months is None else contract_end(stay.start, rule.max_months)


def next_exam(stay: Stay, rule: SchemeRule, exams: Collection[StayExam]) -> date | None:
    """The end of the examination period under way (CCH, art. L442-8-3); None without periodic examination."""
    if rule.exam_months is None or stay.scheme != Scheme.SLIDING:
        return None
    held = max((exam.due_on for exam in exams if exam.held_on), default=date.min)
    rank = 1
    while contract_end(stay.start, rank * rule.exam_months) <= held:
        rank += 1
    return contract_end(stay.start, rank * rule.exam_months)


def dates_of(stay: Stay, rules: Mapping[str, SchemeRule], exams: Collection[StayExam]) -> list[StayDate]:
    """What comes due while the household is there, the earliest first; nothing once it has left.

    A scheme without a rule still has its contract and its insurance, announced on their day.
    """
    if stay.end is not None:
        return []
    return sorted(_dates(stay, rules.get(stay.scheme), exams), key=lambda one: (one.due, one.code))


def _dates(stay: Stay, rule: SchemeRule | None, exams: Collection[StayExam]) -> Iterator[StayDate]:
    yield StayDate(
        "end", "Fin du contrat", stay.planned_end, _before(stay.planned_end, rule.end_alert_days if rule else 0),
        "Renouveler ou terminer le contrat d’hébergement", "stay_renew",
    )  # fmt: skip
    if stay.insurance_until:
        yield StayDate(
            "insurance", "Fin de l’assurance", stay.insurance_until,
            _before(stay.insurance_until, rule.insurance_alert_days if rule else 0),
            "Demander l’attestation d’assurance", "stay_insurance",
        )  # fmt: skip
    if rule is None:
        return
    longest = longest_end(stay, rule)
    if longest is not None:
        yield StayDate(
            "max", "Durée totale du dispositif", longest, _before(longest, rule.max_alert_days),
            "Préparer la sortie\u00a0: durée totale atteinte", "stay_exit", rule.source,
        )  # fmt: skip
    due = next_exam(stay, rule, exams)
    if due is None:
        return
    exam = next((one for one in exams if one.due_on == due), None)
    if rule.exam_notice_months and not (exam and exam.prefet_told_on):
        told = add_months(due, -rule.exam_notice_months)
        yield StayDate(
            "prefet", "Préfet à informer par le bailleur", told, _before(told, rule.exam_alert_days),
            "Bail glissant\u00a0: faire informer le préfet par le bailleur", "stay_exam", rule.source,
        )  # fmt: skip
    yield StayDate(
        "exam", "Examen périodique", due, _before(due, rule.exam_alert_days),
        "Bail glissant\u00a0: tenir l’examen périodique", "stay_exam", rule.source,
    )  # fmt: skip


def _before(day: date, days: int) -> date:
    return day - timedelta(days=days)
