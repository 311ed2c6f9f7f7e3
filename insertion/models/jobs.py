"""Job search (I8): what a person brings and wants, what was tried, what came of it, offers of partners."""

from datetime import date
from typing import Self

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from cias.accounts.models import User
from cias.core.models import Record
from cias.core.moves import Step
from cias.core.sources import Sourced
from cias.territory.models import Commune
from households.models import Household, Partner, Person
from insertion.jobs.enums import (
    ACTIVITIES,
    Childcare,
    CvKind,
    DiplomaLevel,
    JobContract,
    JobDomain,
    JobOutcome,
    Kept,
    LanguageLevel,
    Licence,
    StepKind,
    StepResult,
    Transport,
    WorkTime,
    Zone,
)
from insertion.models.visible import PathwayQuerySet


class JobSearchQuerySet(PathwayQuerySet["JobSearch"]):
    def running(self) -> Self:
        return self.filter(ended_on=None)


@pghistory.track()
class JobSearch(Record):
    """One person looks for work with an agent's help: project, mobility, childcare, and what a CV says of them."""

    household = models.ForeignKey(
        Household, models.PROTECT, related_name="job_searches", verbose_name="ménage"
    )
    person = models.ForeignKey(Person, models.PROTECT, related_name="job_searches", verbose_name="personne")
    agent = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="suivie par")
    opened_on = models.DateField("commencée le")
    ended_on = models.DateField("terminée le", null=True, blank=True, editable=False)
    target = models.CharField("métier visé", max_length=120)
    domains = ArrayField(
        models.CharField(max_length=1, choices=JobDomain.choices),
        verbose_name="domaines",
        default=list,
        blank=True,
    )
    diploma_level = models.CharField(
        "niveau de diplôme obtenu", max_length=1, choices=DiplomaLevel.choices, blank=True
    )
    work_time = models.CharField("temps de travail", max_length=4, choices=WorkTime.choices, blank=True)
    available_on = models.DateField("disponible à partir du", null=True, blank=True)
    irregular_hours = models.BooleanField("accepte des horaires décalés", null=True, blank=True)
    zone = models.CharField("jusqu’où", max_length=9, choices=Zone.choices, blank=True)
    licences = ArrayField(
        models.CharField(max_length=5, choices=Licence.choices),
        verbose_name="permis",
        default=list,
        blank=True,
    )
    transports = ArrayField(
        models.CharField(max_length=6, choices=Transport.choices),
        verbose_name="moyens de transport",
        default=list,
        blank=True,
    )
    childcare = models.CharField("garde des enfants", max_length=8, choices=Childcare.choices, blank=True)
    goals = models.TextField("objectifs", blank=True)
    headline = models.CharField("accroche du CV", max_length=300, blank=True)
    skills = models.TextField("savoir-faire", blank=True)

    objects = JobSearchQuerySet.as_manager()

    class Meta:
        verbose_name = "recherche d’emploi"
        verbose_name_plural = "recherches d’emploi"
        ordering = ["-opened_on", "-created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(ended_on__isnull=True),
                name="insertion_jobsearch_one_running",
                violation_error_message="Cette personne a déjà une recherche d’emploi en cours.",
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("opened_on")),
                name="insertion_jobsearch_end",
                violation_error_message="La fin suit le début de la recherche.",
            ),
        ]
        indexes = [models.Index(fields=["agent", "ended_on"], name="insertion_jobsearch_agent")]

    def __str__(self) -> str:
        return f"Recherche d’emploi depuis le {self.opened_on:%d/%m/%Y}"

    @property
    def is_running(self) -> bool:
        return self.ended_on is None

    @property
    def domain_labels(self) -> list[str]:
        return [JobDomain(one).label for one in self.domains]

    @property
    def licence_labels(self) -> list[str]:
        return [Licence(one).label for one in self.licences]

    @property
    def transport_labels(self) -> list[str]:
        return [Transport(one).label for one in self.transports]


@pghistory.track()
class CvEntry(Record):
    """One line of the CV: an experience, a training course, a language."""

    search = models.ForeignKey(JobSearch, models.CASCADE, related_name="entries", verbose_name="recherche")
    kind = models.CharField("sorte", max_length=10, choices=CvKind.choices)
    title = models.CharField("intitulé", max_length=120)
    place = models.CharField("entreprise ou organisme, ville", max_length=120, blank=True)
    from_year = models.PositiveSmallIntegerField("de (année)", null=True, blank=True)
    to_year = models.PositiveSmallIntegerField("à (année)", null=True, blank=True)
    level = models.CharField("niveau", max_length=6, choices=LanguageLevel.choices, blank=True)
    detail = models.CharField("précision", max_length=300, blank=True)

    class Meta:
        verbose_name = "ligne de CV"
        verbose_name_plural = "lignes de CV"
        ordering = ["kind", F("from_year").desc(nulls_last=True), "created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(from_year__isnull=True)
                | Q(to_year__isnull=True)
                | Q(to_year__gte=F("from_year")),
                name="insertion_cventry_years",
                violation_error_message="L’année de fin suit l’année de début.",
            ),
            models.CheckConstraint(
                condition=(Q(kind="language") & ~Q(level="")) | (~Q(kind="language") & Q(level="")),
                name="insertion_cventry_level",
                violation_error_message="Une langue a son niveau.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def years(self) -> str:
        """ "2019 – 2022", "depuis 2023", "2021", or nothing."""
        if self.from_year is None:
            return str(self.to_year) if self.to_year else ""
        if self.to_year is None:
            return f"depuis {self.from_year}" if self.kind == CvKind.EXPERIENCE else str(self.from_year)
        return str(self.from_year) if self.from_year == self.to_year else f"{self.from_year} – {self.to_year}"


@pghistory.track()
class JobOffer(Record):
    """A job or a place offered by a partner. It holds no person."""

    partner = models.ForeignKey(Partner, models.PROTECT, related_name="job_offers", verbose_name="partenaire")
    title = models.CharField("poste", max_length=120)
    domain = models.CharField("domaine", max_length=1, choices=JobDomain.choices)
    contract = models.CharField("contrat", max_length=10, choices=JobContract.choices)
    weekly_hours = models.DecimalField(
        "heures par semaine", max_digits=3, decimal_places=1, null=True, blank=True
    )
    positions = models.PositiveSmallIntegerField("postes", default=1)
    commune = models.ForeignKey(
        Commune, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="commune"
    )
    place = models.CharField("lieu, accès", max_length=160, blank=True)
    least_diploma = models.CharField(
        "diplôme demandé", max_length=1, choices=DiplomaLevel.choices, blank=True
    )
    licence = models.CharField("permis demandé", max_length=5, choices=Licence.choices, blank=True)
    needs_vehicle = models.BooleanField("hors transports en commun", default=False)
    irregular_hours = models.BooleanField("horaires décalés", default=False)
    start_on = models.DateField("à partir du", null=True, blank=True)
    closes_on = models.DateField("réponse avant le", null=True, blank=True)
    detail = models.TextField("annonce", blank=True)
    received_on = models.DateField("reçue le")
    closed_on = models.DateField("close le", null=True, blank=True, editable=False)
    is_filled = models.BooleanField("pourvue", default=False, editable=False)

    class Meta:
        verbose_name = "offre d’emploi"
        verbose_name_plural = "offres d’emploi"
        ordering = [F("closes_on").asc(nulls_last=True), "-received_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(weekly_hours__isnull=True) | Q(weekly_hours__gt=0, weekly_hours__lte=48),
                name="insertion_joboffer_hours",
                violation_error_message="La durée va de 1 à 48 heures par semaine.",
            ),
            models.CheckConstraint(
                condition=Q(positions__range=(1, 200)),
                name="insertion_joboffer_positions",
                violation_error_message="De 1 à 200 postes.",
            ),
            models.CheckConstraint(
                condition=Q(is_filled=False) | Q(closed_on__isnull=False),
                name="insertion_joboffer_filled",
                violation_error_message="Une offre pourvue est close.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def is_open_on(self, day: date) -> bool:
        return self.closed_on is None and (self.closes_on is None or self.closes_on >= day)


@pghistory.track()
class JobStep(Step):
    """Something tried: an application, an interview, an immersion; its result comes when it is known."""

    search = models.ForeignKey(JobSearch, models.CASCADE, related_name="steps", verbose_name="recherche")
    kind = models.CharField("démarche", max_length=12, choices=StepKind.choices)
    offer = models.ForeignKey(
        JobOffer, models.PROTECT, null=True, blank=True, related_name="steps", verbose_name="offre"
    )
    partner = models.ForeignKey(
        Partner, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="partenaire"
    )
    title = models.CharField("chez qui, pour quel poste", max_length=160, blank=True)
    ends_on = models.DateField("jusqu’au", null=True, blank=True)
    next_on = models.DateField("à relancer le", null=True, blank=True)
    result = models.CharField("réponse", max_length=10, choices=StepResult.choices, blank=True)
    result_on = models.DateField("réponse du", null=True, blank=True)
    note = models.CharField("précision", max_length=300, blank=True)

    class Meta(Step.Meta):
        verbose_name = "démarche d’emploi"
        verbose_name_plural = "démarches d’emploi"
        ordering = ["-on", "-created_at", "pk"]
        constraints = [
            *Step.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(title="") | Q(offer__isnull=False) | Q(partner__isnull=False),
                name="insertion_jobstep_where",
                violation_error_message="Dites chez qui, ou choisissez une offre ou un partenaire.",
            ),
            models.CheckConstraint(
                condition=(Q(result="") & Q(result_on__isnull=True))
                | (~Q(result="") & Q(result_on__gte=F("on"))),
                name="insertion_jobstep_result",
                violation_error_message="Une réponse a une date, après la démarche.",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("on")),
                name="insertion_jobstep_dates",
                violation_error_message="La fin suit le début.",
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def where(self) -> str:
        """Where it was done, in words."""
        parts = [
            self.offer.title if self.offer else "",
            self.partner.name if self.partner else "",
            self.title,
        ]
        return ", ".join(part for part in parts if part)


@pghistory.track()
class SearchOutcome(Step):
    """What a search led to. A job is asked about again some months later; the last one ends the search."""

    search = models.ForeignKey(JobSearch, models.CASCADE, related_name="outcomes", verbose_name="recherche")
    kind = models.CharField("issue", max_length=12, choices=JobOutcome.choices)
    contract = models.CharField("contrat", max_length=10, choices=JobContract.choices, blank=True)
    months = models.PositiveSmallIntegerField("durée du contrat (mois)", null=True, blank=True)
    weekly_hours = models.DecimalField(
        "heures par semaine", max_digits=3, decimal_places=1, null=True, blank=True
    )
    partner = models.ForeignKey(
        Partner, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="partenaire"
    )
    title = models.CharField("poste, formation, employeur", max_length=160, blank=True)
    ends_search = models.BooleanField("termine la recherche", default=True)
    check_on = models.DateField("maintien à demander le", null=True, blank=True, editable=False)
    kept = models.CharField("maintien", max_length=8, choices=Kept.choices, blank=True)
    kept_on = models.DateField("demandé le", null=True, blank=True)

    class Meta(Step.Meta):
        verbose_name = "issue d’une recherche d’emploi"
        verbose_name_plural = "issues de recherches d’emploi"
        ordering = ["-on", "-created_at", "pk"]
        constraints = [
            *Step.Meta.constraints,
            models.CheckConstraint(
                condition=Q(kind__in=[kind.value for kind in ACTIVITIES])
                | Q(contract="", check_on__isnull=True),
                name="insertion_searchoutcome_activity",
                violation_error_message="Seule une activité a un contrat et un maintien.",
            ),
            models.CheckConstraint(
                condition=(Q(kept="") & Q(kept_on__isnull=True)) | (~Q(kept="") & Q(kept_on__gte=F("on"))),
                name="insertion_searchoutcome_kept",
                violation_error_message="Le maintien se demande après l’entrée dans l’activité, et porte sa date.",
            ),
        ]
        indexes = [
            models.Index(
                fields=["check_on"],
                condition=Q(kept="", undone_at__isnull=True),
                name="insertion_searchoutcome_check",
            )
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


@pghistory.track()
class JobRule(Sourced):
    """What makes a job a lasting one, and when its keeping is asked about: dated reference data."""

    valid_from = models.DateField("à partir du", unique=True)
    durable_months = models.PositiveSmallIntegerField("durée d’un CDD durable (mois)")
    full_time_hours = models.PositiveSmallIntegerField("temps plein à partir de (heures par semaine)")
    check_months = models.PositiveSmallIntegerField("maintien demandé après (mois)")

    class Meta:
        verbose_name = "règle de l’emploi durable"
        verbose_name_plural = "règles de l’emploi durable"
        ordering = ["-valid_from"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    durable_months__range=(1, 36),
                    check_months__range=(1, 36),
                    full_time_hours__range=(20, 48),
                ),
                name="insertion_jobrule_months",
                violation_error_message="Les durées vont de 1 à 36 mois, le temps plein de 20 à 48 heures.",
            )
        ]

    def __str__(self) -> str:
        return f"Règle depuis le {self.valid_from:%d/%m/%Y}"
