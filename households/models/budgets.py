"""A household's budget (H7): dated lines by category, and the figures the CIAS's formula makes of them."""

from decimal import Decimal
from typing import Self
from uuid import UUID

import pghistory
import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from cias.accounts.enums import Scope
from cias.accounts.models import User
from cias.audit.services import has_stated_reason
from cias.core.models import Record
from households.enums import (
    CHARGE_GROUPS,
    RESOURCE_GROUPS,
    BudgetGroup,
    CountBy,
    DayBasis,
    DebtKind,
    Periodicity,
    Side,
)
from households.models.closed import closed_to
from households.models.drafts import Draft
from households.models.files import Household
from households.models.persons import Person


def never_changed(what: str, *columns: str) -> pgtrigger.Trigger:
    """Refuse a change of `columns`. `what`: the beginning of the sentence whoever tries is told."""
    old, new = (", ".join(f"{row}.{column}" for column in columns) for row in ("OLD", "NEW"))
    return pgtrigger.Trigger(
        name="never_changed",
        operation=pgtrigger.Update,
        when=pgtrigger.Before,
        func=f"""
            IF ({new}) IS DISTINCT FROM ({old}) THEN
                RAISE EXCEPTION '{what} ne se modifie pas.' USING ERRCODE = 'insufficient_privilege';
            END IF;
            RETURN NEW;
        """,
    )


class AmountColumn(models.DecimalField):
    """Euros and cents."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **{"max_digits": 10, "decimal_places": 2, **kwargs})  # type: ignore[arg-type]


def weight(label: str, default: str) -> models.DecimalField:
    return models.DecimalField(label, max_digits=4, decimal_places=2, default=Decimal(default))


class SocialQuerySet[M: models.Model](models.QuerySet[M]):
    """Rows of a household that are read under the right on its situation and budget."""

    def for_user(self, user: User, household_id: UUID | None = None) -> Self:
        """All of them for social work; the direction's, once a reason was stated for `household_id`; else none."""
        known = self.exclude(household__in=closed_to(user))
        match user.scope("situation.view"):
            case Scope.ALL:
                return known.filter(household_id=household_id) if household_id else known
            case Scope.REASON if household_id and has_stated_reason(user=user, subject_id=household_id):
                return known.filter(household_id=household_id)
        return self.none()


@pghistory.track()
class BudgetCategory(Record):
    """What a line of a budget is about; deactivated, never deleted: past budgets keep it."""

    code = models.SlugField("code", max_length=40, unique=True, editable=False)
    label = models.CharField("libellé", max_length=80)
    side = models.CharField("sens", max_length=10, choices=Side.choices)
    group = models.CharField("rubrique", max_length=16, choices=BudgetGroup.choices)
    periodicity = models.CharField(
        "périodicité habituelle", max_length=12, choices=Periodicity.choices, default=Periodicity.MONTHLY
    )
    is_usual = models.BooleanField("toujours dans la grille de saisie", default=True)
    position = models.PositiveSmallIntegerField("ordre", default=0)
    is_active = models.BooleanField("proposée", default=True)

    class Meta:
        verbose_name = "catégorie de budget"
        verbose_name_plural = "catégories de budget"
        ordering = ["-side", "position", "label"]
        constraints = [
            models.CheckConstraint(
                condition=Q(side="resource", group__in=RESOURCE_GROUPS)
                | Q(side="charge", group__in=CHARGE_GROUPS),
                name="households_category_group",
                violation_error_message="Cette rubrique n’est pas de ce côté du budget.",
            ),
        ]

    def __str__(self) -> str:
        return self.label


class BudgetFormula(Record):
    """One version of how the CIAS reckons (règlement): what counts in each term, what it is divided by, the flags.

    A budget is reckoned with the version in force on its day; a version never changes, a new one follows it.
    """

    number = models.PositiveIntegerField("version", unique=True)
    valid_from = models.DateField("à partir du")
    source = models.CharField("source", max_length=200, blank=True)
    author = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="auteur"
    )
    terms = models.JSONField("catégories comptées")

    count_by = models.CharField(
        "reste à vivre divisé par", max_length=8, choices=CountBy.choices, default=CountBy.PERSONS
    )
    mej_by = models.CharField(
        "moyenne économique divisée par", max_length=8, choices=CountBy.choices, default=CountBy.PERSONS
    )
    quotient_by = models.CharField(
        "quotient social divisé par", max_length=8, choices=CountBy.choices, default=CountBy.PARTS
    )
    day_basis = models.CharField(
        "jours du mois", max_length=10, choices=DayBasis.choices, default=DayBasis.THIRTY
    )
    alternate_weight = weight("poids d’un enfant en garde alternée", "0.5")
    visits_weight = weight("poids d’un enfant en droit de visite", "0")
    parts_base = weight("parts du couple ou de la personne seule", "2")
    parts_child_1 = weight("parts du 1er enfant", "0.5")
    parts_child_2 = weight("parts du 2e enfant", "0.5")
    parts_child_3 = weight("parts du 3e enfant", "1")
    parts_child_next = weight("parts de chaque enfant suivant", "0.5")
    parts_disabled_child = weight("parts en plus par enfant handicapé", "0.5")
    parts_child_age = models.PositiveSmallIntegerField("âge limite d’un enfant à charge", default=20)
    parts_source = models.CharField("source du barème des parts", max_length=200, blank=True)
    units_first = weight("unités du premier adulte", "1")
    units_next = weight("unités de chaque autre personne", "0.5")
    units_child = weight("unités de chaque enfant", "0.3")
    units_child_age = models.PositiveSmallIntegerField("âge où un enfant compte comme un adulte", default=14)
    units_source = models.CharField("source du barème des unités", max_length=200, blank=True)

    daily_floor = AmountColumn("repère de reste à vivre par jour et par personne", null=True, blank=True)
    daily_floor_source = models.CharField("source de ce repère", max_length=200, blank=True)
    housing_limit = models.DecimalField(
        "seuil d’effort logement (%)", max_digits=4, decimal_places=1, null=True, blank=True
    )
    housing_source = models.CharField("source de ce seuil", max_length=200, blank=True)
    energy_limit = models.DecimalField(
        "seuil d’effort énergie (%)", max_digits=4, decimal_places=1, null=True, blank=True
    )
    energy_high = models.DecimalField(
        "second seuil d’effort énergie (%)", max_digits=4, decimal_places=1, null=True, blank=True
    )
    energy_source = models.CharField("source de ces seuils", max_length=200, blank=True)
    debt_limit = models.DecimalField(
        "seuil d’endettement (%)", max_digits=4, decimal_places=1, null=True, blank=True
    )
    debt_source = models.CharField("source de ce seuil", max_length=200, blank=True)
    debt_charge_kinds = ArrayField(
        models.CharField(max_length=8, choices=DebtKind.choices),
        verbose_name="mensualités de dettes ajoutées aux charges",
        default=list,
        blank=True,
    )
    debt_rate_kinds = ArrayField(
        models.CharField(max_length=8, choices=DebtKind.choices),
        verbose_name="mensualités de dettes ajoutées au taux d’endettement",
        default=list,
        blank=True,
    )
    renew_months = models.PositiveSmallIntegerField("un budget est à refaire après (mois)", default=12)

    class Meta:
        verbose_name = "formule de budget"
        verbose_name_plural = "formules de budget"
        ordering = ["-valid_from", "-number"]
        triggers = [never_changed("Une version de la formule", "*")]

    def __str__(self) -> str:
        return f"version {self.number} du {self.valid_from:%d/%m/%Y}"


@pghistory.track(exclude=["circumstances", "saved_at", "version"])
class Budget(Record):
    """What a household lives on, as it was on one day.

    Who was counted and which debts were being repaid is written with it, so that it only moves when somebody
    changes it. `version` grows with each save: whoever saves from an older one is shown both.
    """

    household = models.ForeignKey(Household, models.CASCADE, related_name="budgets", verbose_name="ménage")
    on = models.DateField("date du budget")
    author = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="auteur")
    saved_at = models.DateTimeField("enregistré le", auto_now=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    comment = models.TextField("commentaire", blank=True)
    circumstances = models.JSONField("personnes et dettes comptées", default=dict)
    formula = models.ForeignKey(BudgetFormula, models.PROTECT, related_name="+", verbose_name="formule")

    # What the formula made of it, for lists and figures; None where something is missing.
    resources = AmountColumn("ressources", null=True, editable=False)
    charges = AmountColumn("charges", null=True, editable=False)
    remaining = AmountColumn("reste à vivre", null=True, editable=False)
    daily = AmountColumn("reste à vivre par jour et par personne", null=True, editable=False)
    quotient = AmountColumn("quotient social", null=True, editable=False)
    housing_rate = models.DecimalField(
        "taux d’effort logement", max_digits=9, decimal_places=1, null=True, editable=False
    )
    energy_rate = models.DecimalField(
        "taux d’effort énergie", max_digits=9, decimal_places=1, null=True, editable=False
    )
    debt_rate = models.DecimalField(
        "taux d’endettement", max_digits=9, decimal_places=1, null=True, editable=False
    )

    objects = SocialQuerySet["Budget"].as_manager()

    class Meta:
        verbose_name = "budget"
        verbose_name_plural = "budgets"
        ordering = ["-on", "-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["household", "on"],
                name="households_budget_one_a_day",
                violation_error_message="Un budget de ce jour existe déjà : modifiez-le, ou choisissez une autre date.",
            ),
        ]
        indexes = [models.Index(fields=["on"], name="households_budget_day")]

    def __str__(self) -> str:
        return f"Budget du {self.on:%d/%m/%Y}"


@pghistory.track(exclude=["position"])
class BudgetLine(Record):
    """One resource or charge of a budget; a category may have several."""

    budget = models.ForeignKey(Budget, models.CASCADE, related_name="lines", verbose_name="budget")
    category = models.ForeignKey(
        BudgetCategory, models.PROTECT, related_name="lines", verbose_name="catégorie"
    )
    amount = AmountColumn("montant")
    periodicity = models.CharField(
        "périodicité", max_length=12, choices=Periodicity.choices, default=Periodicity.MONTHLY
    )
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="bénéficiaire"
    )
    proof = models.BooleanField("justificatif vu", default=False)
    comment = models.CharField("précision", max_length=120, blank=True)
    position = models.PositiveSmallIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = "ligne de budget"
        verbose_name_plural = "lignes de budget"
        ordering = ["position", "created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gte=0),
                name="households_budget_line_amount",
                violation_error_message="Un montant est positif : une dépense se saisit dans les charges.",
            ),
            models.CheckConstraint(
                condition=Q(periodicity__in=Periodicity.values),
                name="households_budget_line_periodicity",
                violation_error_message="Cette périodicité n’existe pas.",
            ),
        ]

    def __str__(self) -> str:
        return str(self.category)


class BudgetDraft(Draft):
    """A new budget (`budget` empty) or a change of one."""

    budget = models.ForeignKey(
        Budget, models.CASCADE, null=True, blank=True, related_name="+", verbose_name="budget modifié"
    )

    class Meta(Draft.Meta):
        verbose_name = "brouillon de budget"
        verbose_name_plural = "brouillons de budget"
        constraints = [
            models.UniqueConstraint(
                fields=["household", "author", "budget"],
                nulls_distinct=False,
                name="households_budget_draft_one",
            )
        ]


class BudgetSnapshot(Record):
    """A frozen copy of a budget, kept with the request that relies on it; nothing moves it afterwards.

    `payload` says everything that was shown (households.budgets.payload); `checksum` is its SHA-256.
    """

    household = models.ForeignKey(
        Household, models.CASCADE, related_name="budget_snapshots", verbose_name="ménage"
    )
    budget = models.ForeignKey(Budget, models.CASCADE, related_name="snapshots", verbose_name="budget")
    formula = models.ForeignKey(BudgetFormula, models.PROTECT, related_name="+", verbose_name="formule")
    purpose = models.CharField("motif", max_length=120)
    taken_at = models.DateTimeField("figé le", auto_now_add=True)
    taken_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="par")
    payload = models.JSONField("contenu")
    checksum = models.CharField("empreinte", max_length=64)

    objects = SocialQuerySet["BudgetSnapshot"].as_manager()

    class Meta:
        verbose_name = "copie figée de budget"
        verbose_name_plural = "copies figées de budget"
        ordering = ["-taken_at", "pk"]
        # The household may be merged into another; nothing that was shown moves.
        triggers = [
            never_changed(
                "Une copie figée", "payload", "checksum", "purpose", "taken_at", "taken_by_id", "formula_id"
            )
        ]

    def __str__(self) -> str:
        return f"Copie figée du {self.taken_at:%d/%m/%Y}"
