"""Persons known, new, followed and closed, each counted once, whatever the households they go through.

A child of two homes is placed in the one where they live full time, else in the one they joined last.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Greatest, Lower

from cias.core.periods import Period
from cias.core.registry import Measure, PartOf, Row, Unit
from households.ages import BAND_STARTS, BANDS, latest_birth
from households.enums import Custody, NationalityGroup, Protection, Sex
from households.models import Membership
from households.statistics.selection import (
    COMMUNE,
    OUTSIDE,
    Territory,
    grouped,
    in_between,
    is_open,
    labels,
    last_day,
    with_situation,
)

type Selection = Callable[[Period], QuerySet[Membership]]

# Whatever they are broken down by, they are the persons followed.
FOLLOWED = PartOf(code="households.persons_places")
YES_NO = (("yes", "Oui"), ("no", "Non"))
FRENCH = ("français", "francais", "française")
NEEDS = (
    ("interpreter", "Avec un interprète"),
    ("other", "Autre langue que le français, sans interprète"),
    ("french", "En français"),
)
# Being a member of a household that is known begins with the later of the two.
SINCE = Greatest("start", "household__opened_on")


def _followed(period: Period) -> QuerySet[Membership]:
    """Members, alive, of a household followed in the period."""
    return Membership.objects.filter(
        is_open(period, "household__"),
        ~in_between(period, "household"),
        Q(end__isnull=True) | Q(end__gte=period.first),
        Q(person__death_date__isnull=True) | Q(person__death_date__gte=period.first),
        start__lte=period.last,
    )


def _known(period: Period) -> QuerySet[Membership]:
    return Membership.objects.filter(start__lte=period.last, household__opened_on__lte=period.last)


def _new(period: Period) -> QuerySet[Membership]:
    """Those whose very first household, as the CIAS knows it, was joined in the period."""
    earlier = Membership.objects.annotate(since=SINCE).filter(
        person=OuterRef("person"), since__lt=period.first
    )
    return Membership.objects.annotate(since=SINCE).filter(
        ~Exists(earlier), since__range=(period.first, period.last)
    )


def _closed(period: Period) -> QuerySet[Membership]:
    """Members on its last day of a file closed in the period, who belong to no file still open at the end of it."""
    elsewhere = Membership.objects.filter(
        Q(household__closed_on__isnull=True) | Q(household__closed_on__gt=period.last),
        Q(end__isnull=True) | Q(end__gte=period.last),
        person=OuterRef("person"),
        start__lte=period.last,
        household__opened_on__lte=period.last,
    )
    return Membership.objects.filter(
        ~Exists(elsewhere),
        Q(end__isnull=True) | Q(end__gte=F("household__closed_on")),
        start__lte=F("household__closed_on"),
        household__closed_on__range=(period.first, period.last),
    )


def _once(select: Selection, period: Period, territory: Territory) -> QuerySet[Membership]:
    """One membership a person, in the situation of their household on its last day within the period."""
    day = last_day(period, "household__closed_on", "end")
    rows = with_situation(select(period), day, "household__", territory)
    full_time_first = Case(When(custody=Custody.FULL, then=Value(0)), default=Value(1))
    chosen = rows.order_by("person_id", full_time_first, "-start", "pk").distinct("person_id").values("pk")
    return with_situation(Membership.objects.filter(pk__in=chosen), day, "household__", None)


def by_place(select: Selection, period: Period, territory: Territory) -> Iterator[Row]:
    return grouped(_once(select, period, territory), {"place": COMMUNE}, "person")


def by_age_and_sex(period: Period, territory: Territory) -> Iterator[Row]:
    """Followed persons by age on the last day of the period and by sex."""
    rows = _once(_followed, period, territory)
    return grouped(rows, {"age": _age_band(period), "sex": F("person__sex")}, "person")


def by_fact(expression: Any, period: Period, territory: Territory) -> Iterator[Row]:
    return grouped(_once(_followed, period, territory), {"fact": expression}, "person")


def _age_band(period: Period) -> Case:
    bands = [
        When(person__birth_date__lte=latest_birth(first, period.last), then=Value(f"{first:02d}"))
        for first in reversed(BAND_STARTS)
    ]
    return Case(*bands, default=Value(""), output_field=CharField())


DISABILITY = Case(
    When(person__disability_recognised=True, then=Value("yes")),
    When(person__disability_recognised=False, then=Value("no")),
    default=Value(""),
    output_field=CharField(),
)
LANGUAGE = Case(
    When(person__needs_interpreter=True, then=Value("interpreter")),
    When(person__language="", then=Value("")),
    When(spoken__in=FRENCH, then=Value("french")),
    default=Value("other"),
    output_field=CharField(),
)


def by_language(period: Period, territory: Territory) -> Iterator[Row]:
    """How one speaks with the persons followed."""
    rows = _once(_followed, period, territory).annotate(spoken=Lower("person__language"))
    return grouped(rows, {"language": LANGUAGE}, "person")


def _places(
    code: str, title: str, definition: str, select: Selection, part_of: PartOf | None = None
) -> Measure:
    return Measure(
        code=f"households.{code}",
        title=title,
        definition=f"{definition} Chaque personne est comptée une fois.",
        unit=Unit.COUNT,
        compute=partial(by_place, select),
        dimensions=("commune",),
        labels=labels([OUTSIDE]),
        part_of=part_of,
    )


def _fact(code: str, dimension: str, title: str, expression: Any, choices: Any) -> Measure:
    """Sensitive: a higher threshold, no zeros, no place (domain-rules §2)."""
    return Measure(
        code=f"households.{code}",
        title=title,
        definition="Membres des ménages suivis dans la période, comptés une fois, tels qu’ils sont enregistrés.",
        unit=Unit.COUNT,
        compute=partial(by_fact, expression),
        dimensions=(dimension,),
        labels=labels((key, label) for key, label in choices if key),
        sensitive=True,
        part_of=FOLLOWED,
    )


MEASURES: tuple[Measure, ...] = (
    Measure(
        code="households.persons",
        title="Personnes suivies, par âge et par sexe",
        definition="Membres des ménages suivis dans la période, comptés une fois, selon l’âge atteint à sa fin.",
        unit=Unit.COUNT,
        compute=by_age_and_sex,
        dimensions=("age", "sexe"),
        labels=labels(BANDS.items(), Sex.choices),
        part_of=FOLLOWED,
    ),
    _places(
        "persons_places",
        "Personnes suivies par commune",
        "Membres des ménages suivis dans la période.",
        _followed,
        PartOf(code="households.persons_known", exact=False),
    ),
    _places(
        "persons_known",
        "Personnes connues",
        "Personnes ayant fait partie, avant la fin de la période, d’un ménage connu.",
        _known,
    ),
    _places(
        "persons_new",
        "Nouvelles personnes",
        "Personnes entrées pour la première fois, dans la période, dans un ménage connu.",
        _new,
        PartOf(code="households.persons_known", exact=False),
    ),
    _places(
        "persons_closed",
        "Personnes dont le dossier est clos",
        "Membres, à la clôture, des dossiers clos dans la période, sans autre dossier ouvert à sa fin.",
        _closed,
        PartOf(code="households.persons_known", exact=False),
    ),
    _fact(
        "nationality",
        "nationalite",
        "Nationalité des personnes suivies",
        F("person__nationality_group"),
        NationalityGroup.choices,
    ),
    _fact(
        "protection",
        "protection",
        "Mesures de protection des personnes suivies",
        F("person__protection"),
        Protection.choices,
    ),
    _fact("disability", "handicap", "Handicap reconnu des personnes suivies", DISABILITY, YES_NO),
    Measure(
        code="households.language",
        title="Langue des échanges avec les personnes suivies",
        definition="Membres des ménages suivis dans la période, comptés une fois, selon la langue et l’interprète.",
        unit=Unit.COUNT,
        compute=by_language,
        dimensions=("langue",),
        labels=labels(NEEDS),
        sensitive=True,
        part_of=FOLLOWED,
    ),
)
