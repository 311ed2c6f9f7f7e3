"""The règlement of optional aid as dated data, and the year's envelopes (CASF, L123-5 and R123-2; M57)."""

from datetime import date
from decimal import Decimal
from typing import Any, Self

import pghistory
from django.core.serializers.json import DjangoJSONEncoder
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import DecimalField, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from cias.accounts.models import User
from cias.core.models import Record
from cias.core.sources import Certainty
from households.models.budgets import AmountColumn, never_changed
from rights.aids.enums import AidForm, AidNature, AidState, ScaleMeasure

ZERO = Decimal(0)


class VersionQuerySet[M: models.Model](models.QuerySet[M]):
    def on(self, day: date) -> Self:
        """The versions that had begun on `day`, the one in force first."""
        return self.filter(valid_from__lte=day).order_by("-valid_from", "-created_at")


@pghistory.track()
class AidRegulation(Record):
    """One version of what is common to all kinds of aid: who may decide, what the commission reads, how to appeal."""

    valid_from = models.DateField("en vigueur à partir du")
    deliberation = models.CharField("délibération", max_length=160)
    urgency = models.TextField("procédure d’urgence", blank=True)
    delegates = models.CharField(
        "qui décide par délégation", max_length=200, blank=True,
        help_text="CASF, article R123-21\u00a0: présidence, vice-présidence ou direction, dans les conditions votées.",
    )  # fmt: skip
    small_commune = models.PositiveIntegerField(
        "habitants sous lesquels la commune est tue", default=2000,
    )  # fmt: skip
    few_requests = models.PositiveSmallIntegerField(
        "demandes d’une commune sous lesquelles elle est tue", default=5
    )
    budget_months = models.PositiveSmallIntegerField(
        "âge du budget au-delà duquel il est à refaire, en mois", default=3
    )
    gracious_months = models.PositiveSmallIntegerField("recours gracieux, en mois", default=2)
    court_months = models.PositiveSmallIntegerField("recours contentieux, en mois", default=2)
    court = models.CharField("tribunal", max_length=200, blank=True)
    appeal_source = models.CharField("source des délais de recours", max_length=200)
    certainty = models.CharField(
        "certitude", max_length=8, choices=Certainty.choices, default=Certainty.TO_CHECK
    )
    author = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="saisi par"
    )

    objects = VersionQuerySet["AidRegulation"].as_manager()

    class Meta:
        verbose_name = "règlement des aides"
        verbose_name_plural = "règlements des aides"
        ordering = ["-valid_from", "-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["valid_from"],
                name="rights_aid_regulation_day",
                violation_error_message="Une version du règlement commence déjà ce jour-là.",
            ),
        ]
        triggers = [
            never_changed(
                "Une version du règlement",
                "valid_from", "deliberation", "urgency", "delegates", "small_commune", "few_requests",
                "budget_months", "gracious_months", "court_months", "court", "appeal_source",
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"Règlement du {self.valid_from:%d/%m/%Y}"


@pghistory.track()
class AidKind(Record):
    """A kind of aid; taken out of use, never deleted: past requests keep it."""

    code = models.SlugField("code", max_length=40, unique=True)
    name = models.CharField("nom", max_length=80)
    nature = models.CharField("nature", max_length=8, choices=AidNature.choices)
    form = models.CharField("forme", max_length=8, choices=AidForm.choices, default=AidForm.CASH)
    is_active = models.BooleanField("proposée", default=True)

    class Meta:
        verbose_name = "aide"
        verbose_name_plural = "aides"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def rule_on(self, day: date) -> "AidRule | None":
        return self.rules.on(day).first()


@pghistory.track()
class AidRule(Record):
    """One version of the rules of one kind of aid; a change is a new version, so that past decisions keep theirs.

    `scale`: pairs {"up_to": euros, "share": percent}, in order; above the last one the aid is not due.
    """

    kind = models.ForeignKey(AidKind, models.PROTECT, related_name="rules", verbose_name="aide")
    valid_from = models.DateField("en vigueur à partir du")
    repayable = models.BooleanField("remboursable (avance)", default=False)
    most_instalments = models.PositiveSmallIntegerField("échéances au plus", null=True, blank=True)
    ceiling = AmountColumn("plafond par demande", null=True, blank=True)
    yearly_ceiling = AmountColumn("plafond par ménage et par an", null=True, blank=True)
    delay_months = models.PositiveSmallIntegerField("mois entre deux aides", null=True, blank=True)
    measure = models.CharField(
        "barème établi sur", max_length=8, choices=ScaleMeasure.choices, default=ScaleMeasure.DAILY
    )
    scale = models.JSONField("barème", default=list, blank=True, encoder=DjangoJSONEncoder)
    residence = models.BooleanField("réservée aux habitants du territoire", default=True)
    residence_months = models.PositiveSmallIntegerField("mois de résidence demandés", null=True, blank=True)
    pieces = models.TextField("pièces", blank=True)
    delegation = models.BooleanField("l’urgence peut se décider par délégation", default=False)
    delegation_ceiling = AmountColumn("plafond de la délégation", null=True, blank=True)
    deliberation = models.CharField("délibération", max_length=160)
    author = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="saisi par")

    objects = VersionQuerySet["AidRule"].as_manager()

    class Meta:
        verbose_name = "version de la règle"
        verbose_name_plural = "versions de la règle"
        ordering = ["-valid_from", "-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "valid_from"],
                name="rights_aid_rule_day",
                violation_error_message="Une version de cette aide commence déjà ce jour-là.",
            ),
            models.CheckConstraint(
                condition=(Q(ceiling__isnull=True) | Q(ceiling__gt=0))
                & (Q(yearly_ceiling__isnull=True) | Q(yearly_ceiling__gt=0)),
                name="rights_aid_rule_ceilings",
                violation_error_message="Un plafond est positif.",
            ),
        ]
        triggers = [
            never_changed(
                "Une version du règlement",
                "kind_id", "valid_from", "repayable", "most_instalments", "ceiling", "yearly_ceiling", "delay_months",
                "measure", "scale", "residence", "residence_months", "pieces", "delegation", "delegation_ceiling",
                "deliberation",
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.kind}, {self.valid_from:%d/%m/%Y}"

    @property
    def bands(self) -> list[tuple[Decimal, Decimal]]:
        """(up to, share in percent), in order."""
        return [(Decimal(str(one["up_to"])), Decimal(str(one["share"]))) for one in self.scale]

    @property
    def pieces_list(self) -> list[str]:
        return [line.strip() for line in self.pieces.splitlines() if line.strip()]


def _sum_of(rows: Any, envelope: str, column: str) -> Coalesce:
    """The sum of `column` over the rows of the outer envelope, in euros."""
    mine = rows.filter(**{envelope: OuterRef("pk")}).order_by()
    grouped = mine.values(envelope).annotate(total=Sum(column)).values("total")
    return Coalesce(
        Subquery(grouped), Value(ZERO), output_field=DecimalField(max_digits=12, decimal_places=2)
    )


class EnvelopeQuerySet(models.QuerySet["AidEnvelope"]):
    def with_figures(self) -> Self:
        """Each with what was paid (`spent`) and what is committed: granted, or for a closed request what was paid."""
        from rights.models.aid_payments import AidPayment
        from rights.models.aids import AidRequest

        running = AidRequest.objects.granted().exclude(state=AidState.CLOSED)
        paid = AidPayment.objects.standing()
        return self.select_related("kind").annotate(
            spent=_sum_of(paid, "request__envelope", "amount"),
            committed=_sum_of(running, "envelope", "granted_amount")
            + _sum_of(paid.filter(request__state=AidState.CLOSED), "request__envelope", "amount"),
        )


@pghistory.track()
class AidEnvelope(Record):
    """The money voted for one kind of aid in one year; the write history tells each change of its amount."""

    kind = models.ForeignKey(AidKind, models.PROTECT, related_name="envelopes", verbose_name="aide")
    year = models.PositiveSmallIntegerField("exercice", validators=[MinValueValidator(2000)])
    budget_line = models.CharField("ligne budgétaire (M57)", max_length=60)
    amount = AmountColumn("montant voté")
    alert_percent = models.PositiveSmallIntegerField(
        "alerte à partir de (% engagé)", default=80, validators=[MaxValueValidator(100)]
    )

    objects = EnvelopeQuerySet.as_manager()

    class Meta:
        verbose_name = "enveloppe"
        verbose_name_plural = "enveloppes"
        ordering = ["-year", "kind__name"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "year"],
                name="rights_aid_envelope_year",
                violation_error_message="Cette aide a déjà une enveloppe pour cet exercice.",
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=0),
                name="rights_aid_envelope_amount",
                violation_error_message="Le montant d’une enveloppe est positif ou nul.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}, {self.year}"

    # What follows reads the figures with_figures() adds.
    @property
    def left(self) -> Decimal:
        return self.amount - self.committed  # type: ignore[attr-defined]

    @property
    def rate(self) -> int:
        """Percent of the envelope that is committed."""
        if not self.amount:
            return 100 if self.committed else 0  # type: ignore[attr-defined]
        return int(100 * self.committed / self.amount)  # type: ignore[attr-defined]

    @property
    def status(self) -> str:
        """late: nothing left; soon: from the alert on; ok before."""
        if self.left <= 0:
            return "late"
        return "soon" if self.rate >= self.alert_percent else "ok"
