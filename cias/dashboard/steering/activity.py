"""What happened in a period: appointments, absences, delays, occupancy; beside the period before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, DurationField, ExpressionWrapper, F, Q

from appointments.enums import CANCELLED, TAKEN_PLACE, Status
from appointments.models import Appointment
from appointments.review import FIRST, HALF, KEPT, firsts, median_waits, within
from cias.accounts.models import User
from cias.core.charts import UNAVAILABLE, Chart, Measure, Series, line_chart
from cias.core.db import Percentile
from cias.core.french import NBSP, in_days, number, percent
from cias.core.periods import Period
from cias.dashboard.steering.figures import NONE, Figure, Share, dated, link
from cias.dashboard.steering.spans import MONTH, Span
from housing.lodging.capacity import count_nights, spans_of
from housing.lodging.nights import places_in
from rights.models import RightsFile

RATE = Measure("absences", "%", decimals=1)

type Counted = Mapping[str, int]


@dataclass(frozen=True)
class Indicator:
    """A figure of the period, the same of the period before, and the lists behind both.

    `parts` say what it is made of: rows of lists. `url` is the page that shows the very figure, when there is one.
    """

    label: str
    text: str
    unit: str
    before: str
    parts: Sequence[Figure]
    url: str = ""


@dataclass(frozen=True)
class Absences:
    """The absences week by week or month by month, drawn and as lines whose numbers lead to lists."""

    chart: Chart
    head: str
    lines: Sequence[tuple[str, Share]]
    total: Share


def activity(user: User, span: Span) -> tuple[list[Indicator], Absences]:
    """The indicators and the absences of the period: their appointments are read once."""
    counted = _appointments(user, span)
    return _indicators(user, span, counted), _absences(span, counted)


def _indicators(user: User, span: Span, counted: Counted) -> list[Indicator]:
    """Those of the period beside the one before: each reads its table once for both."""
    period = span.period
    count, count_then, now, then = _held(span, counted)
    known = firsts(within(Appointment.objects.for_user(user), _around(span)))
    first, first_then = median_waits(known, period, span.before)
    sent, sent_then = _transmission(user, span)
    occupied, occupied_then = occupancies(span)
    return [
        Indicator("Rendez-vous", count.text, "", count_then.text, [count]),
        Indicator("Absences non excusées", now.text, "", then.text, [now.top, now.bottom]),
        Indicator(
            "Délai du premier rendez-vous",
            _days(first[0]),
            _unit(first[0]),
            _with_unit(first_then[0]),
            [
                Figure(
                    "premiers rendez-vous",
                    first[1],
                    link("appointments:review", nature=FIRST, **dated(period)),
                    singular="premier rendez-vous",
                )
            ],
        ),
        Indicator(
            "Délai d’instruction des droits",
            _days(sent[0]),
            _unit(sent[0]),
            _with_unit(sent_then[0]),
            [
                Figure(
                    "dossiers transmis",
                    sent[1],
                    link("rights:files", **dated(period)),
                    singular="dossier transmis",
                )
            ],
        ),
        Indicator(
            "Occupation des hébergements",
            occupied,
            "",
            occupied_then,
            [],
            link("housing:figures", **dated(period)),
        ),
    ]


def occupancies(span: Span) -> list[str]:
    """For the period and the one before, nights spent over nights available, as the lodging's figures tell it.

    "—" without any place.
    """
    whole = _around(span)
    places = places_in(None).filter(start__lte=whole.last).exclude(end__lt=whole.first)
    spans = spans_of(places, whole).values()
    counted = [count_nights(spans, one) for one in (span.period, span.before)]
    return [
        percent(Decimal(100 * nights.occupied) / nights.available, 1) if nights.available > 0 else NONE
        for nights in counted
    ]


def _absences(span: Span, counted: Counted) -> Absences:
    """The rate of absences of each week of a month, or each month of a longer period."""
    buckets = span.buckets
    lines = [
        (_name(span, one), _share(one, counted[f"{rank}_missed"], counted[f"{rank}_taken"]))
        for rank, one in enumerate(buckets)
    ]
    whole = _share(
        span.period, sum(line.top.count for _, line in lines), sum(line.bottom.count for _, line in lines)
    )
    head = "Semaine" if span.kind == MONTH else "Mois"
    # Nobody came and nobody was missing: a gap, not a rate.
    rates = tuple(UNAVAILABLE if share.value is None else share.value for _label, share in lines)
    chart = line_chart(
        "absences",
        f"Absences non excusées par {head.lower()}",
        [_short(span, one) for one in buckets],
        [Series("Taux d’absence", rates)],
        measure=RATE,
        category=head,
        subtitle="absences rapportées aux absences et aux rendez-vous honorés",
    )
    return Absences(chart, head, lines, whole)


def _around(span: Span) -> Period:
    """From the first day of the period before to the last of the period: one reading for both."""
    return Period(span.before.first, span.period.last)


def _appointments(user: User, span: Span) -> Counted:
    """The appointments kept, missed and taken of the period, of the one before and of each bucket, by its rank.

    One query.
    """
    asked = {}
    for name, one in (("now", span.period), ("then", span.before), *enumerate(span.buckets)):
        start, after = one.bounds()
        inside = Q(start__gte=start, start__lt=after)
        asked[f"{name}_kept"] = Count("pk", filter=inside & ~Q(status__in=CANCELLED))
        asked[f"{name}_missed"] = Count("pk", filter=inside & Q(status=Status.NO_SHOW))
        asked[f"{name}_taken"] = Count("pk", filter=inside & Q(status__in=TAKEN_PLACE))
    rows = Appointment.objects.for_user(user).order_by()
    return within(rows, _around(span)).aggregate(**asked)


def _held(span: Span, counted: Counted) -> tuple[Figure, Figure, Share, Share]:
    """Appointments that were not cancelled, of the period and of the one before; then the absences of both."""
    return (
        _kept(span.period, counted["now_kept"]),
        _kept(span.before, counted["then_kept"]),
        _share(span.period, counted["now_missed"], counted["now_taken"]),
        _share(span.before, counted["then_missed"], counted["then_taken"]),
    )


def _share(period: Period, missed: int, taken: int) -> Share:
    return Share(
        Figure(
            "absences",
            missed,
            link("appointments:review", issue=Status.NO_SHOW.value, **dated(period)),
            singular="absence",
        ),
        Figure(
            "rendez-vous honorés ou manqués",
            taken,
            link("appointments:review", issue=KEPT, **dated(period)),
            singular="rendez-vous honoré ou manqué",
        ),
    )


def _kept(period: Period, count: int) -> Figure:
    return Figure("sans les annulés", count, link("appointments:review", **dated(period)))


def _transmission(user: User, span: Span) -> list[tuple[Decimal | None, int]]:
    """For both periods, the median of the days from deposit to transmission of the files transmitted in it."""
    took = ExpressionWrapper(F("transmitted_on") - F("deposit_on"), output_field=DurationField())
    asked: dict[str, Any] = {}
    for name, one in (("now", span.period), ("then", span.before)):
        inside = Q(transmitted_on__range=(one.first, one.last))
        asked[f"{name}_median"] = Percentile(took, HALF, output_field=DurationField(), filter=inside)
        asked[f"{name}_count"] = Count("pk", filter=inside)
    around = _around(span)
    rows = RightsFile.objects.for_user(user).filter(transmitted_on__range=(around.first, around.last))
    found = rows.order_by().aggregate(**asked)
    return [
        (None if (median := found[f"{name}_median"]) is None else in_days(median), found[f"{name}_count"])
        for name in ("now", "then")
    ]


def _days(value: Decimal | None) -> str:
    return NONE if value is None else number(value, 1).removesuffix(",0")


def _unit(value: Decimal | None) -> str:
    return "" if value is None else "jours" if value >= 2 else "jour"


def _with_unit(value: Decimal | None) -> str:
    return NONE if value is None else f"{_days(value)}{NBSP}{_unit(value)}"


def _name(span: Span, one: Period) -> str:
    return (
        one.label
        if span.kind == MONTH
        else one.label.split(" ")[0].capitalize()
        if _is_month(one)
        else one.label
    )


def _is_month(one: Period) -> bool:
    return one == Period.month(one.first.year, one.first.month)


def _short(span: Span, one: Period) -> str:
    return f"{one.first:%d/%m}" if span.kind == MONTH else f"{one.first:%m/%Y}"
