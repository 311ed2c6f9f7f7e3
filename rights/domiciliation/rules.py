"""Named rules of domiciliation: the clock of three months, the term of an attestation, whether the module is on."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet

from cias.core.deadlines import ONE_DAY, add_months
from rights.models import DomiciliationRule, DomiciliationSettings, RightRule

RIGHT = "domiciliation"


class Span(Protocol):
    """Days off the clock, both included; `end` None: until further notice."""

    start: date
    end: date | None


@dataclass(frozen=True)
class Absence:
    """From `alert_on` the agent is told; `due_on` is the last day of the delay: absence ends nothing before."""

    alert_on: date
    due_on: date


def is_used() -> bool:
    """Whether this CIAS domiciles people. Where it does not, the right is an ordinary file sent to the CCAS."""
    return DomiciliationSettings.objects.filter(is_used=True).exists()


def absence(last_contact: date, pauses: Iterable[Span], rule: DomiciliationRule) -> Absence | None:
    """When silence since `last_contact` calls for an alert, then exceeds the delay; None while the clock is stopped.

    Days of `pauses` (which do not overlap) after the last contact do not count (CASF, D264-3).
    """
    spans = sorted(pauses, key=lambda span: span.start)
    alert = add_months(last_contact, rule.alert_months) + timedelta(days=rule.alert_days)
    due = _without(spans, last_contact, add_months(last_contact, rule.absence_months))
    alert_on = _without(spans, last_contact, alert)
    return None if due is None or alert_on is None else Absence(alert_on, due)


def _without(spans: list[Span], after: date, end: date) -> date | None:
    """`end`, later by as many days as the spans take between `after` (not counted) and it."""
    for span in spans:
        begun = max(span.start, after + ONE_DAY)
        if begun > end:
            break
        if span.end is None:
            return None
        if span.end >= begun:
            end += timedelta(days=(span.end - begun).days + 1)
    return end


def sheets(day: date) -> QuerySet[RightRule]:
    """The rule of the right in force on `day`, if any: delay of decision, term of an attestation, window of renewal."""
    held = Q(valid_until__isnull=True) | Q(valid_until__gte=day)
    return RightRule.objects.filter(held, right__code=RIGHT, valid_from__lte=day)


def sheet(day: date) -> RightRule | None:
    return sheets(day).first()


def decision_due(requested_on: date) -> date:
    """Last day to answer a request (CASF, D264-1). Raises ValidationError when no rule holds that day."""
    rule = sheet(requested_on)
    if rule is None or rule.decision_value is None:
        raise ValidationError(
            "La fiche du droit «\u00a0Domiciliation\u00a0» n’a pas de délai de décision à cette date.",
            code="on",
        )
    return add_months(requested_on, rule.decision_value)


def last_day_of_term(starts_on: date) -> date:
    """Last day of a full-term attestation: one year, to the day before (CASF, L264-2).

    Raises ValidationError likewise.
    """
    rule = sheet(starts_on)
    if rule is None or rule.duration_months is None:
        raise ValidationError(
            "La fiche du droit «\u00a0Domiciliation\u00a0» n’a pas de durée à cette date.", code="start"
        )
    return add_months(starts_on, rule.duration_months) - ONE_DAY


def renewal_from(ends_on: date) -> date:
    """The day from which a renewal is worth asking for."""
    rule = sheet(ends_on)
    months = rule.renewal_from_months if rule else None
    return add_months(ends_on, -months) if months else ends_on
