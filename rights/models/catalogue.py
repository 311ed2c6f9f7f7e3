"""The catalogue of rights (R1): dated reference rows with their source. Deactivated, never deleted."""

from datetime import date
from typing import Self

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q

from cias.core.sources import Certainty, Sourced
from households.models.files import Days
from rights.enums import DelayKind, DelayUnit, Effect, Family, Silence


class RightQuerySet(models.QuerySet["Right"]):
    def active(self) -> Self:
        return self.filter(is_active=True)

    def usual(self) -> Self:
        """Those proposed first: asked for every week."""
        return self.filter(is_active=True, is_frequent=True)


@pghistory.track()
class Right(Sourced):
    """A right one may ask for, and who decides it."""

    code = models.SlugField("code", max_length=40, unique=True)
    name = models.CharField("nom", max_length=120)
    acronym = models.CharField("sigle", max_length=20, blank=True)
    family = models.CharField("famille", max_length=12, choices=Family.choices)
    summary = models.TextField("en quelques mots")
    authority = models.CharField("qui décide", max_length=160)
    service = models.CharField("où l’adresser", max_length=200)
    form = models.CharField("formulaire", max_length=200, blank=True)
    appeal_path = models.TextField("voie de recours", blank=True)
    advice = models.TextField("à savoir", blank=True)
    needs_nir = models.BooleanField("demande le numéro de sécurité sociale", default=False)
    asks_maintenance = models.BooleanField("demande la liste des obligés alimentaires", default=False)
    display_order = models.PositiveSmallIntegerField("ordre", default=100)
    is_frequent = models.BooleanField("proposé en premier", default=False)
    is_active = models.BooleanField("utilisé", default=True)

    objects = RightQuerySet.as_manager()

    class Meta:
        verbose_name = "droit"
        verbose_name_plural = "droits"
        ordering = ["display_order", "name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(family__in=Family.values) & Q(certainty__in=Certainty.values),
                name="rights_right_lists",
                violation_error_message="La famille ou la certitude choisie n’existe pas.",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def short_name(self) -> str:
        """The acronym people use, or the name when there is none."""
        return self.acronym or self.name

    @property
    def title(self) -> str:
        return f"{self.name} ({self.acronym})" if self.acronym else self.name

    def rule_on(self, day: date) -> "RightRule | None":
        """The rule in force on `day`; works on a prefetched catalogue without a query."""
        return next((rule for rule in self.rules.all() if rule.holds_on(day)), None)


def _delay_whole(name: str) -> Q:
    """A delay is empty, "at once", or a unit with a value."""
    unit, value = f"{name}_unit", f"{name}_value"
    counted = Q(
        **{f"{unit}__in": [DelayUnit.DAYS.value, DelayUnit.MONTHS.value, DelayUnit.FRANC_MONTHS.value]}
    )
    return (
        Q(**{unit: "", f"{value}__isnull": True})
        | Q(**{unit: DelayUnit.AT_ONCE.value, f"{value}__isnull": True})
        | (counted & Q(**{f"{value}__isnull": False, f"{value}__gt": 0}))
    )


@pghistory.track()
class RightRule(Sourced):
    """The delays and effects of one right from a date on. When the law changes, this row ends and a new one starts.

    A delay is a `value` with its `unit` (months, days, or "at once" without value); an empty unit means that no
    delay is known. Each delay names its own article, `source` covers the rest of the row.
    """

    right = models.ForeignKey(Right, models.PROTECT, related_name="rules", verbose_name="droit")
    valid_from = models.DateField("en vigueur depuis le")
    valid_until = models.DateField("jusqu’au", null=True, blank=True)

    transmission_value = models.PositiveSmallIntegerField("délai de transmission", null=True, blank=True)
    transmission_unit = models.CharField("unité", max_length=8, choices=DelayUnit.choices, blank=True)
    transmission_source = models.CharField("texte (transmission)", max_length=160, blank=True)

    decision_value = models.PositiveSmallIntegerField("délai de décision", null=True, blank=True)
    decision_unit = models.CharField("unité", max_length=8, choices=DelayUnit.choices, blank=True)
    silence_means = models.CharField("silence", max_length=10, choices=Silence.choices, blank=True)
    decision_source = models.CharField("texte (décision)", max_length=160, blank=True)

    appeal_value = models.PositiveSmallIntegerField("délai de recours", null=True, blank=True)
    appeal_unit = models.CharField("unité", max_length=8, choices=DelayUnit.choices, blank=True)
    appeal_source = models.CharField("texte (recours)", max_length=160, blank=True)

    renewal_from_months = models.PositiveSmallIntegerField(
        "renouvellement : mois avant la fin, au plus tôt", null=True, blank=True
    )
    renewal_until_months = models.PositiveSmallIntegerField(
        "renouvellement : mois avant la fin, au plus tard", null=True, blank=True
    )
    duration_months = models.PositiveSmallIntegerField("durée du droit, en mois", null=True, blank=True)
    renewal_source = models.CharField("texte (durée, renouvellement)", max_length=160, blank=True)

    effect = models.CharField("prise d’effet", max_length=20, choices=Effect.choices, blank=True)
    effect_source = models.CharField("texte (prise d’effet)", max_length=160, blank=True)
    end_of_month_alert = models.BooleanField("un mois de retard est un mois perdu", default=False)

    class Meta:
        verbose_name = "règle d’un droit"
        verbose_name_plural = "règles des droits"
        ordering = ["-valid_from", "pk"]
        constraints = [
            ExclusionConstraint(
                name="rights_rule_one_at_a_time",
                expressions=[
                    ("right", RangeOperators.EQUAL),
                    (Days("valid_from", "valid_until"), RangeOperators.OVERLAPS),
                ],
                violation_error_message="Une autre règle de ce droit couvre ces dates : terminez-la d’abord.",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="rights_rule_order",
                violation_error_message="La fin de validité doit suivre le début.",
            ),
            models.CheckConstraint(
                condition=_delay_whole("transmission") & _delay_whole("decision") & _delay_whole("appeal"),
                name="rights_rule_delays_whole",
                violation_error_message="Un délai en jours ou en mois a une durée ; « sans délai » n’en a pas.",
            ),
            models.CheckConstraint(
                condition=Q(silence_means="") | ~Q(decision_unit=""),
                name="rights_rule_silence_needs_delay",
                violation_error_message="L’effet du silence demande un délai de décision.",
            ),
            models.CheckConstraint(
                condition=Q(renewal_from_months__isnull=True, renewal_until_months__isnull=True)
                | Q(
                    renewal_from_months__isnull=False,
                    renewal_until_months__isnull=False,
                    renewal_from_months__gte=F("renewal_until_months"),
                ),
                name="rights_rule_renewal_window",
                violation_error_message="La fenêtre de renouvellement s’ouvre avant de se fermer.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.right_id} depuis le {self.valid_from:%d/%m/%Y}"

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)

    def delay(self, kind: DelayKind) -> "RuleDelay | None":
        """The delay of this kind, when the right has one; works on prefetched delays without a query."""
        return next((delay for delay in self.delays.all() if delay.kind == kind), None)


@pghistory.track()
class RuleDelay(Sourced):
    """One more delay of a rule, of those that only some rights have; it belongs to that version of the rule."""

    rule = models.ForeignKey(RightRule, models.PROTECT, related_name="delays", verbose_name="règle")
    kind = models.CharField("délai", max_length=16, choices=DelayKind.choices)
    value = models.PositiveSmallIntegerField("durée")
    unit = models.CharField("unité", max_length=8, choices=DelayUnit.choices)

    class Meta:
        verbose_name = "délai particulier"
        verbose_name_plural = "délais particuliers"
        ordering = ["kind"]
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "kind"],
                name="rights_delay_once",
                violation_error_message="Cette règle a déjà ce délai.",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=DelayKind.values, value__gt=0)
                & Q(unit__in=[DelayUnit.DAYS.value, DelayUnit.MONTHS.value, DelayUnit.FRANC_MONTHS.value]),
                name="rights_delay_whole",
                violation_error_message="Un délai particulier a une durée, en jours ou en mois.",
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


@pghistory.track()
class RightNotice(Sourced):
    """What the person must be told before their request leaves: recovery on the estate, entry in a register…"""

    right = models.ForeignKey(Right, models.PROTECT, related_name="notices", verbose_name="droit")
    code = models.SlugField("code", max_length=60, unique=True)
    text = models.CharField("à dire à la personne", max_length=300)
    display_order = models.PositiveSmallIntegerField("ordre", default=100)
    is_active = models.BooleanField("à dire", default=True)

    class Meta:
        verbose_name = "information obligatoire"
        verbose_name_plural = "informations obligatoires"
        ordering = ["display_order", "pk"]

    def __str__(self) -> str:
        return self.text


class RequiredPieceQuerySet(models.QuerySet["RequiredPiece"]):
    def active(self) -> Self:
        return self.filter(is_active=True)


@pghistory.track()
class RequiredPiece(Sourced):
    """A document the authority asks for; an administration's own papers are not asked again (CRPA, L113-12)."""

    right = models.ForeignKey(Right, models.PROTECT, related_name="pieces", verbose_name="droit")
    code = models.SlugField("code", max_length=60, unique=True)
    label = models.CharField("pièce", max_length=160)
    condition = models.CharField("quand", max_length=200, blank=True)
    per_person = models.BooleanField("une par personne du ménage", default=False)
    mandatory = models.BooleanField("obligatoire", default=True)
    validity_months = models.PositiveSmallIntegerField("valable, en mois", null=True, blank=True)
    display_order = models.PositiveSmallIntegerField("ordre", default=100)
    is_active = models.BooleanField("demandée", default=True)

    objects = RequiredPieceQuerySet.as_manager()

    class Meta:
        verbose_name = "pièce demandée"
        verbose_name_plural = "pièces demandées"
        ordering = ["display_order", "label", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(validity_months__isnull=True) | Q(validity_months__gt=0),
                name="rights_piece_validity",
                violation_error_message="La validité d’une pièce se compte en mois entiers.",
            )
        ]

    def __str__(self) -> str:
        return self.label
