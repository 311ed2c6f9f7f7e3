"""Shared analysis and what follows: contributions, action plan, restitutions, elections (S10, CASF R123-1, 2)."""

from typing import Any, Self

import pghistory
from django.db import models
from django.db.models import Q

from abs_reports.models.reports import Report
from abs_reports.writing.enums import ActionState, Audience, Means
from cias.accounts.models import User
from cias.core.models import Record
from cias.core.text import sort_key
from households.models import Partner


class ContributionQuerySet(models.QuerySet["Contribution"]):
    def matching(self, text: str) -> Self:
        """Every word typed stands somewhere in the contribution, without case or accents."""
        found = self
        for word in sort_key(text).split():
            found = found.filter(search_key__contains=word)
        return found

    def printed(self) -> Self:
        """What the report prints: marked for it, and approved by whoever said it."""
        return self.filter(to_print=True, validated=True)


@pghistory.track()
class Contribution(Record):
    """What a partner brought to an edition. `chapter` is empty when it is about the whole analysis."""

    series = models.SlugField("série", max_length=80)
    chapter = models.CharField("chapitre", max_length=40, blank=True)
    partner = models.ForeignKey(
        Partner,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="partenaire de l’annuaire",
    )
    organisation = models.CharField("organisme", max_length=120)
    person = models.CharField("nom et fonction", max_length=120, blank=True)
    on = models.DateField("date")
    means = models.CharField("forme", max_length=12, choices=Means.choices)
    participants = models.TextField("participants", blank=True)
    summary = models.TextField("synthèse")
    hypotheses = models.TextField("hypothèses à vérifier", blank=True)
    quote = models.TextField("citation", blank=True)
    quote_validated = models.BooleanField("citation relue et acceptée par son auteur", default=False)
    quote_attributed = models.BooleanField("citation attribuable à l’organisme", default=False)
    validated = models.BooleanField("synthèse validée par le partenaire", default=False)
    to_print = models.BooleanField("à imprimer dans le rapport", default=False)
    noted_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="notée par"
    )
    # Computed by save(): nothing else writes it.
    search_key = models.TextField(editable=False)

    objects = ContributionQuerySet.as_manager()

    class Meta:
        verbose_name = "contribution d’un partenaire"
        verbose_name_plural = "contributions des partenaires"
        ordering = ["-on", "organisation", "pk"]
        indexes = [models.Index(fields=["series", "chapter"], name="abs_contribution_series")]
        constraints = [
            models.CheckConstraint(
                condition=Q(quote_validated=False) | ~Q(quote=""),
                name="abs_reports_contribution_quote",
                violation_error_message="Une citation validée a un texte.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation}, {self.on:%d/%m/%Y}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        words = (self.organisation, self.person, self.participants, self.summary, self.hypotheses, self.quote)
        self.search_key = sort_key(" ".join(words))
        if (only := kwargs.get("update_fields")) is not None:
            kwargs["update_fields"] = {*only, "search_key"}
        super().save(*args, **kwargs)


@pghistory.track()
class PlannedAction(Record):
    """One action of the plan that follows from the analysis (CASF R123-2)."""

    series = models.SlugField("série", max_length=80)
    chapter = models.CharField("chapitre", max_length=40, blank=True)
    position = models.PositiveSmallIntegerField("rang")
    objective = models.CharField("objectif", max_length=240)
    action = models.TextField("action")
    pilot = models.CharField("pilote", max_length=120)
    partners = models.CharField("partenaires", max_length=240, blank=True)
    calendar = models.CharField("calendrier", max_length=120)
    indicator = models.CharField("indicateur de suivi", max_length=240, blank=True)
    state = models.CharField("état", max_length=8, choices=ActionState.choices, default=ActionState.PLANNED)

    class Meta:
        verbose_name = "action du plan"
        verbose_name_plural = "actions du plan"
        ordering = ["series", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["series", "position"],
                name="abs_reports_action_position",
                deferrable=models.Deferrable.DEFERRED,
                violation_error_message="Une autre action a ce rang.",
            )
        ]

    def __str__(self) -> str:
        return self.action[:80]


@pghistory.track()
class Restitution(Record):
    """A report was presented: when, where, before whom, what was decided."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="restitutions", verbose_name="rapport")
    on = models.DateField("date")
    audience = models.CharField("public", max_length=12, choices=Audience.choices)
    place = models.CharField("lieu", max_length=120, blank=True)
    notes = models.TextField("ce qui s’est dit", blank=True)
    deliberation_number = models.CharField("numéro de délibération", max_length=40, blank=True)
    noted_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="notée par"
    )

    class Meta:
        verbose_name = "restitution"
        verbose_name_plural = "restitutions"
        ordering = ["-on", "pk"]

    def __str__(self) -> str:
        return f"{self.get_audience_display()}, {self.on:%d/%m/%Y}"


class MunicipalElection(models.Model):
    """A general renewal of the municipal councils: the year after, the mandate's analysis is due (CASF R123-1)."""

    on = models.DateField("premier tour", unique=True)
    source = models.CharField("source", max_length=200)

    class Meta:
        verbose_name = "élections municipales"
        verbose_name_plural = "élections municipales"
        ordering = ["-on"]

    def __str__(self) -> str:
        return f"Élections municipales de {self.on:%Y}"

    @property
    def due_year(self) -> int:
        """The civil year in which the board must be presented the analysis."""
        return self.on.year + 1
