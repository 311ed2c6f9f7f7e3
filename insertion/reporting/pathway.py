"""From the notice to the exit: the indicators of the pathway itself (domain-rules §4, last paragraph)."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Count as Counted
from django.db.models import Exists, OuterRef, Q, QuerySet

from cias.core.periods import Period
from insertion.contracts.statistics import planned_hours, realised_hours
from insertion.deadlines import Rules, after
from insertion.diagnoses.enums import ObstacleKind
from insertion.diagnoses.statistics import obstacles
from insertion.enums import ActionKind, Exemption, OrientationKind
from insertion.followup.enums import ExitEvidence, ExitReason, NoShowState, ParameterCode
from insertion.models import (
    ContractAction,
    Diagnosis,
    EngagementContract,
    NoShowMove,
    Orientation,
    PathwayExit,
    RealisedHours,
    ReorientationRequest,
)
from insertion.orientations.enums import RequestState
from insertion.pathways import first_meetings, first_signatures
from insertion.reporting.indicators import Count, Indicator, Missing, Rate, delay

WORK = (ExitReason.LASTING_JOB, ExitReason.SHORT_JOB, ExitReason.IAE, ExitReason.BUSINESS)


def notified(period: Period) -> QuerySet[Orientation]:
    """The decisions whose notice falls in the period."""
    return Orientation.objects.filter(notified_on__range=(period.first, period.last))


def accompanied(period: Period) -> QuerySet[Orientation]:
    """The orientations that ran at least one day of the period."""
    running = Q(end__isnull=True) | Q(end__gte=period.first)
    return Orientation.objects.filter(running, start__lte=period.last)


def on_last_day(period: Period) -> QuerySet[Orientation]:
    return accompanied(Period(period.last, period.last))


def received(period: Period) -> Indicator:
    kinds = dict(notified(period).order_by("kind").values_list("kind").annotate(Counted("pk")))
    total = sum(kinds.values())
    nobody = notified(period).filter(referent__isnull=True).count()
    return Indicator(
        code="recues", title="Orientations reçues",
        definition="Décisions du Département notifiées dans la période, selon l’orientation.",
        lines=[Count(kind.label, kinds.get(kind.value, 0)) for kind in OrientationKind], adds_up=True,
        missing=[Missing("sans référent unique désigné", nobody, total)],
    )  # fmt: skip


def first_meeting(period: Period) -> Indicator:
    rules = Rules()
    found = [(row.notified_on, met) for row, met in first_meetings(notified(period))]
    met = [(notice, on) for notice, on in found if on is not None]
    in_time = sum(
        on <= after(notice, rules.find(ParameterCode.FIRST_MEETING_DAYS, notice)) for notice, on in met
    )
    return Indicator(
        code="premier-rdv", title="Premier rendez-vous",
        definition="Orientations notifiées dans la période. Le délai va de la notification au premier rendez-vous "
        "honoré, en jours\u00a0; est dans le délai ce qui a lieu au plus tard le dernier jour de la règle en vigueur "
        "à la notification.",
        lines=[
            Count("Premiers rendez-vous honorés", len(met)),
            delay("Délai du premier rendez-vous", ((on - notice).days for notice, on in met)),
            Rate("Dans le délai", in_time, len(found)),
        ],
        missing=[Missing("sans premier rendez-vous connu", len(found) - len(met), len(found))],
    )  # fmt: skip


def signatures(period: Period) -> Indicator:
    found = list(first_signatures(notified(period)))
    signed = [(row, on) for row, on, _ in found if on is not None]
    in_time = sum(is_in_time for _, _, is_in_time in found)
    return Indicator(
        code="contrats", title="Contrats d’engagement",
        definition="Orientations notifiées dans la période. Le délai va de la notification à la seconde signature du "
        "premier contrat, en jours\u00a0; est dans le délai ce qui est signé au plus tard le dernier jour du délai "
        "légal (C. trav., art. D5411-14-1), reporté par une demande de réorientation (art. D5411-14-2).",
        lines=[
            Count("Orientations avec un contrat signé", len(signed)),
            delay("Délai de signature", ((on - row.notified_on).days for row, on in signed)),
            Rate("Signés dans le délai", in_time, len(found)),
        ],
        missing=[Missing("sans contrat signé", len(found) - len(signed), len(found))],
    )  # fmt: skip


def caseload(period: Period) -> Indicator:
    rows = on_last_day(period).select_related("referent")
    names = Counter(row.referent.full_name if row.referent else "" for row in rows)
    nobody = names.pop("", 0)
    return Indicator(
        code="file-active", title="File active par référent unique",
        definition=f"Orientations en cours le {period.last:%d/%m/%Y}, selon leur référent unique.",
        lines=[Count(name, names[name]) for name in sorted(names)], adds_up=True,
        missing=[Missing("sans référent unique désigné", nobody, nobody + sum(names.values()))],
    )  # fmt: skip


def hours(period: Period) -> Indicator:
    running = EngagementContract.objects.signed().filter(start__lte=period.last, end__gte=period.first)
    told = RealisedHours.objects.standing().filter(
        action__contract=OuterRef("pk"), on__range=(period.first, period.last)
    )
    with_hours = running.filter(weekly_hours__isnull=False)
    silent = with_hours.filter(~Exists(told)).count()
    exempt = dict(
        running.exclude(exemption="").order_by("exemption").values_list("exemption").annotate(Counted("pk"))
    )
    planned, realised = (
        int(total.quantize(Decimal(1), ROUND_HALF_UP))
        for total in (planned_hours(period, None), realised_hours(period, None))
    )
    lines = [
        Count("Heures prévues", planned),
        Count("Heures réalisées", realised),
        *(
            Count(f"Sans heures\u00a0: {one.label}", exempt.get(one.value, 0))
            for one in Exemption
            if one.value
        ),
    ]
    return Indicator(
        code="heures", title="Heures d’activité",
        definition="Heures hebdomadaires des contrats signés, comptées au jour près dans la période, et heures notées "
        "comme réalisées\u00a0; contrats sans heures, selon la dispense (C. trav., art. L5411-6).",
        lines=lines, missing=[Missing("contrats sans heure notée", silent, with_hours.count())],
    )  # fmt: skip


def actions(period: Period) -> Indicator:
    signed = EngagementContract.objects.signed().filter(start__lte=period.last, end__gte=period.first)
    rows = ContractAction.objects.filter(contract__in=signed)
    kinds = dict(rows.order_by("kind").values_list("kind").annotate(Counted("pk")))
    empty = signed.filter(actions__isnull=True).count()
    return Indicator(
        code="actions", title="Actions des contrats",
        definition="Actions des contrats signés en cours dans la période, selon leur nature (C. trav., art. R5411-15).",
        lines=[Count(kind.label, kinds.get(kind.value, 0)) for kind in ActionKind], adds_up=True,
        missing=[Missing("contrats sans action", empty, signed.count())],
    )  # fmt: skip


def hindrances(period: Period) -> Indicator:
    found = {row.keys[0]: int(row.value) for row in obstacles(period, None)}
    persons = accompanied(period).order_by().values("person").distinct()
    total = persons.count()
    known = Diagnosis.objects.filter(person__in=persons, opened_on__lte=period.last).count()
    return Indicator(
        code="freins", title="Freins",
        definition="Personnes pour qui le frein n’était pas levé le dernier jour de la période\u00a0; une personne "
        "compte pour chacun de ses freins.",
        lines=[Count(kind.label, found.get(kind.value, 0)) for kind in ObstacleKind], sensitive=True,
        missing=[Missing("personnes accompagnées sans diagnostic", total - known, total)],
    )  # fmt: skip


def changes(period: Period) -> Indicator:
    """Requests for another orientation, convocations and facts told: the Département alone decides."""
    asked = ReorientationRequest.objects.filter(requested_on__range=(period.first, period.last))
    states = dict(asked.order_by("state").values_list("state").annotate(Counted("pk")))
    moves = NoShowMove.objects.standing().filter(on__range=(period.first, period.last))
    unanswered = states.get(RequestState.SENT, 0) + states.get(RequestState.WRITTEN, 0)
    return Indicator(
        code="reorientations", title="Réorientations et signalements",
        definition="Demandes de réorientation faites dans la période, convocations envoyées après une absence et "
        "rapports de faits transmis. Le Département seul décide des suites.",
        lines=[
            Count("Réorientations demandées", asked.count()),
            Count("dont acceptées", states.get(RequestState.ACCEPTED, 0)),
            Count("dont refusées", states.get(RequestState.REFUSED, 0)),
            Count("Convocations", moves.filter(to_state=NoShowState.SUMMONED).count()),
            Count("Rapports de faits", moves.filter(to_state=NoShowState.REPORTED).count()),
        ],
        missing=[Missing("réorientations sans réponse", unanswered, asked.count())],
    )  # fmt: skip


def exits(period: Period) -> Indicator:
    rows = PathwayExit.objects.standing().filter(on__range=(period.first, period.last))
    reasons = dict(rows.order_by("reason").values_list("reason").annotate(Counted("pk")))
    total = sum(reasons.values())
    lengths = [(on - begun).days for on, begun in _followed(rows)]
    return Indicator(
        code="sorties", title="Sorties",
        definition="Sorties notées dans la période, selon le motif. La durée d’accompagnement va du début de la "
        "première orientation de la personne à la sortie, en jours.",
        lines=[
            *(Count(reason.label, reasons.get(reason.value, 0)) for reason in ExitReason),
            Rate("Vers l’emploi", sum(reasons.get(reason.value, 0) for reason in WORK), total),
            delay("Durée d’accompagnement", lengths),
        ],
        adds_up=True,
        missing=[Missing("sans justificatif", rows.filter(evidence=ExitEvidence.NONE).count(), total)],
    )  # fmt: skip


def _followed(rows: QuerySet[PathwayExit]) -> Iterator[tuple[date, date]]:
    """The day of each exit with the start of the person's unbroken follow-up: orientations one after the other."""
    people = list(rows.values_list("orientation__person", "on"))
    spans: dict[object, list[tuple[date, date | None]]] = {}
    known = Orientation.objects.filter(person__in=[person for person, _on in people]).order_by("start")
    for person, start, end in known.values_list("person", "start", "end"):
        spans.setdefault(person, []).append((start, end))
    for person, on in people:
        begun = None
        previous: date | None = None
        for start, end in (span for span in spans[person] if span[0] <= on):
            if begun is None or previous is None or start > previous + timedelta(days=1):
                begun = start
            previous = end or on
        yield on, begun or on
