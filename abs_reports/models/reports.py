"""Reports, the frozen figures they print, and the job that compiles them (S1, S6)."""

from collections.abc import Mapping
from pathlib import Path
from typing import Self

import pghistory
import pgtrigger
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from abs_reports.enums import Absence, FigureUnit, ReportKind, ReportStatus
from cias.accounts.models import User
from cias.core.french import NBSP, number
from cias.core.models import Record
from cias.core.periods import Period
from cias.core.states import check_transition

REPORT_TRANSITIONS: Mapping[ReportStatus, tuple[ReportStatus, ...]] = {
    ReportStatus.DRAFT: (ReportStatus.COMPILED,),
    ReportStatus.COMPILED: (ReportStatus.COMPILED, ReportStatus.PUBLISHED),
    ReportStatus.PUBLISHED: (),
}

# What is published does not change, whoever asks (S6): refused by the database itself.
REFUSE_PUBLISHED = (
    "RAISE EXCEPTION 'Un rapport publié ne se modifie pas : une correction crée une nouvelle version.' "
    "USING ERRCODE = 'check_violation';"
)


def frozen(name: str, published: str) -> pgtrigger.Trigger:
    """A frozen row is written once. `published` finds its report if it is published: then no row comes or goes."""
    statements = (
        "IF TG_OP = 'UPDATE' THEN RAISE EXCEPTION 'Un chiffre figé ne se modifie pas.'",
        "USING ERRCODE = 'check_violation'; END IF;",
        "IF TG_OP = 'DELETE' THEN changed := OLD; ELSE changed := NEW; END IF;",
        f"IF EXISTS ({published}) THEN",
        REFUSE_PUBLISHED,
        "END IF; RETURN changed;",
    )
    return pgtrigger.Trigger(
        name=name,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        when=pgtrigger.Before,
        declare=[("changed", "record")],
        func=" ".join(statements),
    )


class ReportQuerySet(models.QuerySet["Report"]):
    def analyses(self) -> Self:
        """Editions of the analysis, without the frozen figures of the dashboard."""
        return self.exclude(kind=ReportKind.DASHBOARD)

    def dashboards(self) -> Self:
        return self.filter(kind=ReportKind.DASHBOARD)

    def board_for(self, user: User) -> Self:
        """What the board reads, each period in its current version: dashboards, and the yearly reports of whole years,
        whose figures are exact."""
        if not user.has_perm("statistics.board"):
            return self.none()
        yearly = Q(kind__in=[ReportKind.BASE, ReportKind.UPDATE], last_day__month=12)
        return self.filter(Q(kind=ReportKind.DASHBOARD) | yearly).current()

    def exact(self) -> Self:
        """Reports of a whole year: the only editions whose figures are not rounded (docs/adr/0016)."""
        return self.analyses().filter(last_day__month=12)

    def rounded(self) -> Self:
        """Dashboards, and reports of a running year."""
        return self.filter(Q(kind=ReportKind.DASHBOARD) | ~Q(last_day__month=12))

    def published(self) -> Self:
        return self.filter(status=ReportStatus.PUBLISHED)

    def current(self) -> Self:
        """Published and not corrected since by a later published version."""
        later = Report.objects.published().filter(
            series=models.OuterRef("series"), version__gt=models.OuterRef("version")
        )
        return self.published().filter(~models.Exists(later))

    def for_user(self, user: User) -> Self:
        """Direction sees every edition, other readers the published ones; missing or forbidden answers 404."""
        if user.has_perm("abs.manage"):
            return self
        return self.published() if user.has_perm("abs.read") else self.none()


@pghistory.track()
class Report(Record):
    """One version of one edition. Figures and PDF come together, in one transaction, or not at all."""

    kind = models.CharField("édition", max_length=16, choices=ReportKind.choices)
    year = models.PositiveSmallIntegerField(
        "année étudiée", validators=[MinValueValidator(2000), MaxValueValidator(2100)]
    )
    last_day = models.DateField("chiffres de l’activité arrêtés au")
    title = models.CharField("titre", max_length=160)
    # The editions of one subject: "actualisation-2025", "thematique-2025-energie", "tableau-2026-09".
    series = models.SlugField("série", max_length=80, editable=False)
    version = models.PositiveSmallIntegerField("version", default=1, editable=False)
    status = models.CharField(
        "état", max_length=10, choices=ReportStatus.choices, default=ReportStatus.DRAFT, editable=False
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="créé par",
        editable=False,
    )

    compiled_at = models.DateTimeField("compilé le", null=True, blank=True, editable=False)
    # What the pages say besides figures: names, legal basis, sources, thresholds. Frozen with the figures.
    context = models.JSONField("cadre", default=dict, editable=False)
    checksum = models.CharField("empreinte des chiffres", max_length=64, blank=True, editable=False)
    pdf_name = models.CharField("fichier PDF", max_length=200, blank=True, editable=False)
    pdf_sha256 = models.CharField("empreinte du PDF", max_length=64, blank=True, editable=False)
    pdf_size = models.PositiveIntegerField("taille du PDF", null=True, editable=False)
    pdf_pages = models.PositiveSmallIntegerField("pages", null=True, editable=False)

    deliberation_number = models.CharField("numéro de délibération", max_length=40, blank=True)
    deliberation_date = models.DateField("date de la délibération", null=True, blank=True)
    published_at = models.DateTimeField("publié le", null=True, blank=True, editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="publié par",
        editable=False,
    )

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = "rapport"
        verbose_name_plural = "rapports"
        ordering = ["-year", "-last_day", "series", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["series", "version"],
                name="abs_reports_report_version",
                violation_error_message="Cette version de l’édition existe déjà.",
            ),
            models.UniqueConstraint(
                fields=["series"],
                condition=~Q(status="published"),
                name="abs_reports_report_one_draft",
                violation_error_message="Une version de cette édition est déjà en préparation.",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=ReportKind.values) & Q(status__in=ReportStatus.values),
                name="abs_reports_report_known",
                violation_error_message="Cette édition ou cet état n’existe pas.",
            ),
            models.CheckConstraint(
                condition=Q(status="draft", compiled_at__isnull=True, checksum="", pdf_name="")
                | (~Q(status="draft") & Q(compiled_at__isnull=False) & ~Q(checksum="")),
                name="abs_reports_report_compiled",
                violation_error_message="Un rapport compilé a une date et une empreinte, un brouillon n’en a pas.",
            ),
            models.CheckConstraint(
                condition=Q(status="draft")
                | Q(kind="tableau", pdf_name="")
                | (~Q(kind="tableau") & ~Q(pdf_name="") & ~Q(pdf_sha256="")),
                name="abs_reports_report_pdf",
                violation_error_message="Une analyse compilée a son PDF et son empreinte.",
            ),
            models.CheckConstraint(
                condition=Q(status="published", published_at__isnull=False)
                | (~Q(status="published") & Q(published_at__isnull=True)),
                name="abs_reports_report_published",
                violation_error_message="Un rapport publié, et lui seul, a une date de publication.",
            ),
            models.CheckConstraint(
                condition=Q(deliberation_number="", deliberation_date__isnull=True)
                | (~Q(deliberation_number="") & Q(deliberation_date__isnull=False)),
                name="abs_reports_report_deliberation",
                violation_error_message="Une délibération a un numéro et une date.",
            ),
            models.CheckConstraint(
                condition=Q(year=F("last_day__year")),
                name="abs_reports_report_year",
                violation_error_message="L’activité est arrêtée à un jour de l’année étudiée.",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="published_is_final",
                operation=pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.Before,
                condition=pgtrigger.Q(old__status="published"),
                func=REFUSE_PUBLISHED,
            )
        ]

    def __str__(self) -> str:
        return self.title if self.version == 1 else f"{self.title}, version {self.version}"

    @property
    def period(self) -> Period:
        """The days whose activity is counted: from the 1st of January to `last_day`."""
        return Period(self.last_day.replace(month=1, day=1), self.last_day)

    @property
    def is_whole_year(self) -> bool:
        return self.last_day.month == 12

    @property
    def is_rounded(self) -> bool:
        """Whether its figures of activity are rounded down (docs/adr/0016)."""
        return self.kind == ReportKind.DASHBOARD or not self.is_whole_year

    @property
    def months(self) -> int:
        """Months counted, from January."""
        return self.last_day.month

    @property
    def is_published(self) -> bool:
        return self.status == ReportStatus.PUBLISHED

    @property
    def pdf_weight(self) -> str:
        """ "0,6 Mo"."""
        return f"{number((self.pdf_size or 0) / 1_000_000, 1)}{NBSP}Mo"

    @property
    def pdf_path(self) -> Path:
        return Path(settings.MEDIA_ROOT) / self.pdf_name

    def check_move(self, status: ReportStatus) -> None:
        """Raise ForbiddenTransition unless the report may become `status`."""
        check_transition(REPORT_TRANSITIONS, ReportStatus(self.status), status)


class FigureTable(models.Model):
    """One frozen table of a report: its words and, in `figures`, its values after statistical secrecy."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="tables", verbose_name="rapport")
    code = models.SlugField("code", max_length=80)
    chapter = models.CharField("chapitre", max_length=40)
    position = models.PositiveSmallIntegerField("rang")
    title = models.CharField("titre", max_length=200)
    definition = models.TextField("définition", blank=True)
    period = models.CharField("période", max_length=80)
    source = models.CharField("source", max_length=300)
    heading = models.CharField("tête des lignes", max_length=80)
    columns = models.JSONField("colonnes", default=list, help_text="Couples clé, libellé, dans l’ordre.")
    row_definitions = models.JSONField(
        "définitions des lignes",
        default=dict,
        help_text="Par clé de ligne, quand les lignes sont des indicateurs différents.",
    )

    class Meta:
        verbose_name = "tableau figé"
        verbose_name_plural = "tableaux figés"
        ordering = ["report", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "code"],
                name="abs_reports_table_code",
                violation_error_message="Ce tableau existe déjà dans le rapport.",
            )
        ]
        triggers = [
            frozen(
                "table_is_frozen",
                "SELECT FROM abs_reports_report WHERE id = changed.report_id AND status = 'published'",
            )
        ]

    def __str__(self) -> str:
        return self.title


class Figure(models.Model):
    """One frozen value, or why it is not shown. A masked value is stored nowhere (S5)."""

    table = models.ForeignKey(FigureTable, models.CASCADE, related_name="figures", verbose_name="tableau")
    position = models.PositiveIntegerField("rang")
    row_key = models.CharField("clé de ligne", max_length=80)
    row_label = models.CharField("ligne", max_length=160)
    column_key = models.CharField("clé de colonne", max_length=80)
    is_total = models.BooleanField("total", default=False)
    unit = models.CharField("unité", max_length=16, choices=FigureUnit.choices)
    decimals = models.PositiveSmallIntegerField("décimales", default=0)
    value = models.DecimalField("valeur", max_digits=20, decimal_places=6, null=True, blank=True)
    absent = models.CharField("raison de l’absence", max_length=12, choices=Absence.choices, blank=True)
    # "≤ 5 %": INSEE replaces smaller poverty rates by 5 (domain-rules.md §1.3).
    base = models.PositiveIntegerField(
        "effectif derrière le chiffre",
        null=True,
        blank=True,
        help_text="Jamais imprimé ; vide quand il est masqué.",
    )
    at_most = models.BooleanField("au plus", default=False)

    class Meta:
        verbose_name = "chiffre figé"
        verbose_name_plural = "chiffres figés"
        ordering = ["table", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["table", "row_key", "column_key"],
                name="abs_reports_figure_cell",
                violation_error_message="Cette case existe déjà dans le tableau.",
            ),
            models.CheckConstraint(
                condition=Q(value__isnull=False, absent="") | (Q(value__isnull=True) & ~Q(absent="")),
                name="abs_reports_figure_value_or_reason",
                violation_error_message="Un chiffre absent a une raison, un chiffre présent n’en a pas.",
            ),
        ]
        triggers = [
            frozen(
                "figure_is_frozen",
                "SELECT FROM abs_reports_figuretable AS t JOIN abs_reports_report AS r ON r.id = t.report_id "
                "WHERE t.id = changed.table_id AND r.status = 'published'",
            )
        ]

    def __str__(self) -> str:
        return f"{self.row_label}, {self.column_key}"


class LegalBasis(models.Model):
    """The text an edition rests on, dated: printed in the reports compiled from that day on."""

    kind = models.CharField("édition", max_length=16, choices=ReportKind.choices)
    valid_from = models.DateField("à partir du")
    text = models.TextField("texte")
    source = models.CharField("source", max_length=200)

    class Meta:
        verbose_name = "fondement légal"
        verbose_name_plural = "fondements légaux"
        ordering = ["kind", "-valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "valid_from"],
                name="abs_reports_legalbasis_once",
                violation_error_message="Cette édition a déjà un fondement à cette date.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.valid_from}"
