"""Aggregates of orientations in and out (H13); no person leaves this module.

The commune is the one of the household's situation on the day of the orientation. What is not known keeps a line
of its own, the key "".
"""

from collections.abc import Iterator
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Count, DurationField, ExpressionWrapper, F, QuerySet

from cias.core.db import Percentile
from cias.core.periods import Period
from cias.core.registry import Measure, Row, Unit
from households.enums import PartnerKind, ReferralAnswer, ReferralOrigin, ReferralUrgency
from households.models import ReferralIn, ReferralOut
from households.statistics.selection import Territory, with_situation

HALF = Decimal("0.5")


def received(period: Period, territory: Territory) -> Iterator[Row]:
    in_period = ReferralIn.objects.filter(received_on__range=(period.first, period.last))
    rows = with_situation(in_period, F("received_on"), "household__", territory)
    groups = rows.values_list("origin", "urgency").annotate(total=Count("pk", distinct=True))
    for origin, urgency, total in groups.order_by("origin", "urgency"):
        yield Row((origin, urgency), total, total)


def sent(period: Period, territory: Territory) -> Iterator[Row]:
    in_period = ReferralOut.objects.filter(sent_on__range=(period.first, period.last))
    rows = with_situation(in_period, F("sent_on"), "household__", territory)
    groups = rows.values_list("partner__kind", "answer").annotate(total=Count("pk", distinct=True))
    for kind, answer, total in groups.order_by("partner__kind", "answer"):
        yield Row((kind, answer), total, total)


def _answered(period: Period, territory: Territory) -> QuerySet[ReferralOut]:
    """Those a partner answered in the period; silence and withdrawals have no delay."""
    rows = ReferralOut.objects.filter(
        answered_on__range=(period.first, period.last),
        answer__in=(ReferralAnswer.ACCEPTED, ReferralAnswer.APPOINTMENT, ReferralAnswer.REFUSED),
    )
    return with_situation(rows, F("sent_on"), "household__", territory)


def answer_delay(period: Period, territory: Territory) -> Iterator[Row]:
    lasted = ExpressionWrapper(F("answered_on") - F("sent_on"), output_field=DurationField())
    groups = _answered(period, territory).values_list("partner__kind")
    medians = groups.annotate(
        median=Percentile(lasted, HALF, output_field=DurationField()), total=Count("pk", distinct=True)
    )
    for kind, median, total in medians.order_by("partner__kind"):
        days = Decimal(median / timedelta(days=1))
        yield Row((kind,), days.quantize(Decimal("0.1"), ROUND_HALF_UP), total)


# One label for the unknown of both lists: the key "" of a row says nothing of its dimension.
MEASURES = (
    Measure(
        code="households.referrals_in",
        title="Orientations reçues",
        definition="Orientations vers le CIAS reçues dans la période, selon leur origine et leur urgence.",
        unit=Unit.COUNT,
        compute=received,
        dimensions=("origine", "urgence"),
        labels=dict(ReferralUrgency.choices) | dict(ReferralOrigin.choices),
    ),
    Measure(
        code="households.referrals_out",
        title="Orientations vers des partenaires",
        definition="Orientations envoyées dans la période, selon le partenaire et sa réponse à ce jour.",
        unit=Unit.COUNT,
        compute=sent,
        dimensions=("partenaire", "reponse"),
        labels=dict(PartnerKind.choices) | dict(ReferralAnswer.choices),
    ),
    Measure(
        code="households.referrals_delay",
        title="Délai de réponse des partenaires",
        definition="Médiane, en jours, de l’envoi à la réponse, pour les réponses reçues dans la période.",
        unit=Unit.DAYS,
        compute=answer_delay,
        dimensions=("partenaire",),
        labels=dict(PartnerKind.choices),
    ),
)
