"""The household file: members, addresses, situations and those who look after it, all dated."""

from datetime import date
from typing import Self

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Cast, Concat

from cias.accounts.enums import Scope
from cias.accounts.models import User
from cias.core.models import Record
from cias.territory.models import Commune
from households.enums import (
    Activity,
    AssignmentRole,
    ClosingOutcome,
    ClosingReason,
    Custody,
    FamilyType,
    HousingStatus,
    IncomeBand,
    MainResource,
    MemberRole,
)
from households.models.closed import closed_households
from households.models.persons import KnownManager, Person

HIDDEN_PLACE = "Adresse cachée"


class Days(Func):
    """The range of days of a dated row, both ends included, the end open when NULL."""

    function = "daterange"
    output_field = DateRangeField()

    def __init__(self, start: str = "start", end: str = "end") -> None:
        super().__init__(F(start), F(end), Value("[]"))

    def deconstruct(self) -> tuple[str, tuple[str, ...], dict[str, str]]:
        start, end = (expression.name for expression in self.source_expressions[:2])  # type: ignore[attr-defined]
        return f"{self.__class__.__module__}.{self.__class__.__name__}", (start, end), {}


class Dated(Record):
    """A fact that holds from `start` to `end`, both included; `end` empty means it still does."""

    start = models.DateField("du")
    end = models.DateField("au", null=True, blank=True)

    class Meta:
        abstract = True

    def holds_on(self, day: date) -> bool:
        """What `on_day()` says in SQL."""
        return self.start <= day and (self.end is None or self.end >= day)


def end_after_start(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(end__isnull=True) | Q(end__gte=F("start")),
        name=name,
        violation_error_message="La date de fin doit suivre la date de début.",
    )


def on_day(day: date, prefix: str = "") -> Q:
    """Filter of the Dated rows that hold on `day`."""
    return Q(**{f"{prefix}start__lte": day}) & (
        Q(**{f"{prefix}end__isnull": True}) | Q(**{f"{prefix}end__gte": day})
    )


class YearSeries(models.Model):
    """Numbers that start again each year."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.year)


class NumberSeries(YearSeries):
    """The last household number given in a year; locked while the next one is taken."""

    class Meta:
        verbose_name = "série de numéros"
        verbose_name_plural = "séries de numéros"


class HouseholdQuerySet(models.QuerySet["Household"]):
    def for_user(self, user: User) -> Self:
        """The households whose identity `user` may read; missing or forbidden answers 404.

        A protected file exists for the agents named on it, and for who forced its door within the hour (C3).
        """
        match user.scope("identity.view"):
            case Scope.ALL:
                return self.exclude(closed_households(user))
            case Scope.OWN:
                return self.filter(assignments__agent=user).exclude(closed_households(user)).distinct()
        return self.none()

    def active(self) -> Self:
        return self.filter(closed_on__isnull=True)


@pghistory.track()
class Household(Record):
    """A household (ménage): the people who live under one roof and share a budget, as the CIAS knows them (H1)."""

    number = models.CharField("numéro", max_length=12, unique=True)
    name = models.CharField("nom du ménage", max_length=160, blank=True)
    sort_key = models.CharField(max_length=160, editable=False, blank=True)
    commune = models.ForeignKey(
        Commune, models.PROTECT, null=True, blank=True, related_name="households", verbose_name="commune"
    )
    off_territory = models.BooleanField("hors territoire", default=False)
    opened_on = models.DateField("ouvert le")
    closed_on = models.DateField("clos le", null=True, blank=True)
    closing_reason = models.CharField(
        "motif de clôture", max_length=12, choices=ClosingReason.choices, blank=True
    )
    # Written by a trigger of HouseholdProtection: they say what its running row says.
    is_protected = models.BooleanField("dossier protégé", default=False, editable=False)
    address_hidden = models.BooleanField("adresse cachée", default=False, editable=False)
    closing_outcome = models.CharField(
        "résultat du suivi", max_length=12, choices=ClosingOutcome.choices, blank=True
    )
    closing_note = models.CharField("mot de clôture", max_length=500, blank=True)

    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="absorbed",
        verbose_name="fusionné dans",
    )
    # The file has ended (C7): nobody opens it any more, past figures still count it.
    anonymised_on = models.DateField("anonymisé le", null=True, blank=True, editable=False)

    objects = KnownManager.from_queryset(HouseholdQuerySet)()
    with_absorbed = HouseholdQuerySet.as_manager()

    class Meta:
        verbose_name = "ménage"
        verbose_name_plural = "ménages"
        ordering = ["sort_key", "number"]
        constraints = [
            models.CheckConstraint(
                condition=Q(commune__isnull=True) | Q(off_territory=False),
                name="households_household_place",
                violation_error_message="Un ménage hors territoire n’a pas de commune du territoire.",
            ),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True, closing_reason="", closing_outcome="", closing_note="")
                | (Q(closed_on__gte=F("opened_on")) & ~Q(closing_reason="")),
                name="households_household_closing",
                violation_error_message="Une clôture a une date, après l’ouverture, et un motif.",
            ),
            models.CheckConstraint(
                condition=Q(address_hidden=False) | Q(is_protected=True),
                name="households_household_hidden",
                violation_error_message="Seul un dossier protégé cache son adresse.",
            ),
        ]
        indexes = [
            models.Index(fields=["sort_key", "number"], name="households_household_order"),
            models.Index(fields=["-opened_on", "-number"], name="households_household_recent"),
            models.Index(fields=["id"], condition=Q(is_protected=True), name="households_household_closed"),
            models.Index(
                fields=["id"], condition=Q(anonymised_on__isnull=False), name="households_household_ended"
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.number

    @property
    def place(self) -> str:
        """Where the household lives, in words; a hidden address is told on the file's own pages only."""
        if self.address_hidden:
            return HIDDEN_PLACE
        return self.known_place

    def address_to_print(self, day: date) -> "Address | None":
        """Where letters go on `day`; none for a hidden address, which no print shows (C3)."""
        if self.address_hidden:
            return None
        return self.addresses.filter(on_day(day)).select_related("commune").first()

    @property
    def known_place(self) -> str:
        """The same for those who opened the file."""
        if self.commune is not None:
            return self.commune.name
        return "Hors territoire" if self.off_territory else "Commune non renseignée"


@pghistory.track()
class Membership(Dated):
    """A person belongs to a household for a time; a child in shared custody belongs to two."""

    household = models.ForeignKey(
        Household, models.CASCADE, related_name="memberships", verbose_name="ménage"
    )
    person = models.ForeignKey(Person, models.PROTECT, related_name="memberships", verbose_name="personne")
    role = models.CharField("place dans le ménage", max_length=10, choices=MemberRole.choices)
    custody = models.CharField("présence", max_length=10, choices=Custody.choices, default=Custody.FULL)

    class Meta:
        verbose_name = "place dans le ménage"
        verbose_name_plural = "places dans le ménage"
        ordering = ["start", "created_at", "pk"]
        constraints = [
            end_after_start("households_membership_order"),
            ExclusionConstraint(
                name="households_membership_once",
                # One text rather than two columns: the planner would take such an index for a lookup by person,
                # a thousand times slower than the b-tree.
                expressions=[
                    (
                        Concat(Cast("household", models.TextField()), Cast("person", models.TextField())),
                        RangeOperators.EQUAL,
                    ),
                    (Days(), RangeOperators.OVERLAPS),
                ],
                violation_error_message="Cette personne fait déjà partie du ménage à ces dates.",
            ),
            ExclusionConstraint(
                name="households_membership_one_home",
                expressions=[("person", RangeOperators.EQUAL), (Days(), RangeOperators.OVERLAPS)],
                condition=Q(custody="full"),
                violation_error_message=(
                    "Cette personne vit dans un autre ménage à ces dates : indiquez son départ, ou une garde alternée."
                ),
            ),
            ExclusionConstraint(
                name="households_membership_one_applicant",
                expressions=[("household", RangeOperators.EQUAL), (Days(), RangeOperators.OVERLAPS)],
                condition=Q(role="applicant"),
                violation_error_message="Le ménage a déjà un demandeur à ces dates.",
            ),
        ]

    def __str__(self) -> str:
        return self.get_role_display()


@pghistory.track()
class Address(Dated):
    """Where the household lived, from when to when; outside the territory the city is text."""

    household = models.ForeignKey(Household, models.CASCADE, related_name="addresses", verbose_name="ménage")
    street = models.CharField("numéro et voie", max_length=120, blank=True)
    complement = models.CharField("complément", max_length=80, blank=True)
    postal_code = models.CharField("code postal", max_length=10, blank=True)
    commune = models.ForeignKey(
        Commune, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="commune"
    )
    city = models.CharField("ville hors territoire", max_length=80, blank=True)

    class Meta:
        verbose_name = "adresse"
        verbose_name_plural = "adresses"
        ordering = ["-start", "pk"]
        constraints = [
            end_after_start("households_address_order"),
            ExclusionConstraint(
                name="households_address_one_at_a_time",
                expressions=[("household", RangeOperators.EQUAL), (Days(), RangeOperators.OVERLAPS)],
                violation_error_message="Une autre adresse est enregistrée à ces dates.",
            ),
        ]

    def __str__(self) -> str:
        city = self.commune.name if self.commune else self.city
        return ", ".join(
            part for part in (self.street, self.complement, f"{self.postal_code} {city}".strip()) if part
        )


@pghistory.track()
class Situation(Dated):
    """A dated snapshot of the household (H3): figures of past years join it on the event's date and never move."""

    household = models.ForeignKey(Household, models.CASCADE, related_name="situations", verbose_name="ménage")
    commune = models.ForeignKey(
        Commune, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="commune"
    )
    off_territory = models.BooleanField("hors territoire", default=False)
    family_type = models.CharField("composition", max_length=20, choices=FamilyType.choices, blank=True)
    adults = models.PositiveSmallIntegerField("adultes", null=True, blank=True)
    children = models.PositiveSmallIntegerField("enfants", null=True, blank=True)
    housing_status = models.CharField("logement", max_length=20, choices=HousingStatus.choices, blank=True)
    activity = models.CharField("activité", max_length=20, choices=Activity.choices, blank=True)
    income_band = models.CharField(
        "ressources mensuelles", max_length=12, choices=IncomeBand.choices, blank=True
    )
    main_resource = models.CharField(
        "ressource principale", max_length=12, choices=MainResource.choices, blank=True
    )

    class Meta:
        verbose_name = "situation"
        verbose_name_plural = "situations"
        ordering = ["-start", "pk"]
        constraints = [
            end_after_start("households_situation_order"),
            ExclusionConstraint(
                name="households_situation_one_at_a_time",
                expressions=[("household", RangeOperators.EQUAL), (Days(), RangeOperators.OVERLAPS)],
                violation_error_message="Une autre situation couvre ces dates.",
            ),
            models.CheckConstraint(
                condition=Q(commune__isnull=True) | Q(off_territory=False),
                name="households_situation_place",
                violation_error_message="Un ménage hors territoire n’a pas de commune du territoire.",
            ),
        ]

    def __str__(self) -> str:
        return f"Situation du {self.start:%d/%m/%Y}"

    @property
    def facts(self) -> list[tuple[str, str]]:
        """The snapshot as a reader sees it, label and value; what is not known says so."""
        place = self.commune.name if self.commune else "Hors territoire" if self.off_territory else ""
        counts = ["" if count is None else str(count) for count in (self.adults, self.children)]
        facts = [
            ("Commune", place),
            ("Composition", self.get_family_type_display()),
            ("Adultes", counts[0]),
            ("Enfants", counts[1]),
            ("Statut de logement", self.get_housing_status_display()),
            ("Activité", self.get_activity_display()),
            ("Ressources mensuelles", self.get_income_band_display()),
            ("Ressource principale", self.get_main_resource_display()),
        ]
        return [(label, value or "Non renseigné") for label, value in facts]


@pghistory.track()
class Assignment(Dated):
    """Who looks after the household: one main référent at any time, and others (H11). They form the notes' circle."""

    household = models.ForeignKey(
        Household, models.CASCADE, related_name="assignments", verbose_name="ménage"
    )
    agent = models.ForeignKey(User, models.PROTECT, related_name="assignments", verbose_name="agent")
    role = models.CharField("rôle", max_length=6, choices=AssignmentRole.choices, default=AssignmentRole.MAIN)
    handover_note = models.CharField("mot de passation", max_length=300, blank=True)
    cover = models.ForeignKey(
        "households.Cover",
        models.CASCADE,
        null=True,
        blank=True,
        editable=False,
        related_name="assignments",
        verbose_name="remplacement",
    )

    class Meta:
        verbose_name = "référent"
        verbose_name_plural = "référents"
        ordering = ["-start", "pk"]
        constraints = [
            end_after_start("households_assignment_order"),
            ExclusionConstraint(
                name="households_assignment_one_main",
                expressions=[("household", RangeOperators.EQUAL), (Days(), RangeOperators.OVERLAPS)],
                condition=Q(role="main"),
                violation_error_message="Le ménage a déjà un référent principal à ces dates.",
            ),
        ]
        indexes = [models.Index(fields=["agent", "end"], name="households_assignment_agent")]

    def __str__(self) -> str:
        return f"{self.agent} ({self.get_role_display()})"
