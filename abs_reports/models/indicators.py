"""Public statistics about the whole population, as the files of INSEE give them (S2)."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from abs_reports.enums import IndicatorUnit, Layout, Level, Missing, Theme
from cias.core.models import Record


class Indicator(models.Model):
    """One statistic of the catalogue: `POP` is the column P22_POP of the year 2022, P16_POP of 2016.

    `code` is the column's name without census prefix P and without year; the complementary census keeps its
    prefix ("C_MEN"), because its figures may not be mixed with the main ones. `summable` says whether the values
    of communes may be added up: never medians, shares and rates.
    """

    code = models.CharField("code", max_length=40, primary_key=True)
    label = models.CharField("libellé", max_length=160)
    unit = models.CharField("unité", max_length=16, choices=IndicatorUnit.choices)
    theme = models.CharField("thème", max_length=16, choices=Theme.choices)
    summable = models.BooleanField("se somme", default=False)
    source = models.CharField("source", max_length=160)

    class Meta:
        verbose_name = "indicateur"
        verbose_name_plural = "indicateurs"
        ordering = ["theme", "code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(summable=False) | ~Q(unit__in=["euros", "percent", "per_thousand", "ratio"]),
                name="abs_reports_indicator_summable",
                violation_error_message="Une médiane, une part ou un taux ne se somme pas.",
            )
        ]

    def __str__(self) -> str:
        return self.label


class Dataset(Record):
    """A published file of a producer in one vintage; importing it again replaces its values."""

    code = models.SlugField("code", max_length=60, unique=True)
    layout = models.CharField("disposition", max_length=16, choices=Layout.choices)
    vintage = models.PositiveSmallIntegerField("millésime")
    title = models.CharField("titre", max_length=160)
    producer = models.CharField("producteur", max_length=160)
    licence = models.CharField("licence", max_length=120)
    url = models.URLField("page d’origine", blank=True)
    geo_year = models.PositiveSmallIntegerField("année de la géographie", null=True, blank=True)
    # When two files give the same indicator, the one that is made for it (Filosofi) wins over the digest.
    rank = models.PositiveSmallIntegerField("priorité", default=0)

    class Meta:
        verbose_name = "jeu de données"
        verbose_name_plural = "jeux de données"
        ordering = ["title", "-vintage"]

    def __str__(self) -> str:
        return f"{self.title}, {self.vintage}"


class ImportRun(Record):
    """One import of a file: what came in, and what the reader of its report has to know."""

    dataset = models.ForeignKey(Dataset, models.CASCADE, related_name="runs", verbose_name="jeu de données")
    file_name = models.CharField("fichier", max_length=200)
    sha256 = models.CharField("empreinte", max_length=64)
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="importé par",
    )
    rows_read = models.PositiveIntegerField("lignes lues")
    rows_kept = models.PositiveIntegerField("lignes du territoire")
    values_count = models.PositiveIntegerField("valeurs")
    missing_count = models.PositiveIntegerField("valeurs absentes")
    report = models.JSONField("compte rendu", default=dict)

    class Meta:
        verbose_name = "import"
        verbose_name_plural = "imports"
        ordering = ["-created_at", "pk"]

    def __str__(self) -> str:
        return self.file_name


class IndicatorValueQuerySet(models.QuerySet["IndicatorValue"]):
    def best(self) -> dict[tuple[str, int, str], "IndicatorValue"]:
        """One value for each (indicator, year, place code): the dataset made for it wins, then the latest vintage."""
        rows = self.select_related("dataset").order_by("dataset__rank", "dataset__vintage", "pk")
        return {(row.indicator_id, row.year, row.territory_code): row for row in rows}


class IndicatorValue(models.Model):
    """The value of an indicator in one place and year, or the reason why there is none."""

    dataset = models.ForeignKey(Dataset, models.CASCADE, related_name="values", verbose_name="jeu de données")
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="values", verbose_name="indicateur")
    year = models.PositiveSmallIntegerField("année")
    level = models.CharField("niveau", max_length=6, choices=Level.choices)
    territory_code = models.CharField("code du territoire", max_length=12)
    # Census counts are weighted estimates with many decimals: kept, so that ratios are right; rounded on display.
    value = models.DecimalField("valeur", max_digits=24, decimal_places=12, null=True, blank=True)
    missing = models.CharField("raison de l’absence", max_length=16, choices=Missing.choices, blank=True)
    # Where this very value comes from, for statements; else the dataset says it.
    source = models.CharField("source de la valeur", max_length=300, blank=True)

    objects = IndicatorValueQuerySet.as_manager()

    class Meta:
        verbose_name = "valeur d’indicateur"
        verbose_name_plural = "valeurs d’indicateurs"
        constraints = [
            models.UniqueConstraint(
                fields=["dataset", "indicator", "year", "level", "territory_code"],
                name="abs_reports_value_unique",
                violation_error_message="Cette valeur existe déjà.",
            ),
            models.CheckConstraint(
                condition=Q(value__isnull=False, missing="") | (Q(value__isnull=True) & ~Q(missing="")),
                name="abs_reports_value_or_reason",
                violation_error_message="Une valeur absente a une raison, une valeur présente n’en a pas.",
            ),
        ]
        indexes = [models.Index(fields=["level", "indicator", "year"], name="abs_reports_value_lookup")]

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.year} {self.territory_code}"
