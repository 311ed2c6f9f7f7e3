"""The account of a stay (L5): what is called, what is paid, what pays what. Corrected by reversal, never deleted."""

from decimal import Decimal
from typing import Self

import pghistory
import pgtrigger
from django.db import models
from django.db.models import DecimalField, F, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from cias.accounts.models import User
from cias.core.models import Record
from households.models.budgets import AmountColumn
from households.models.closed import closed_to
from households.models.files import end_after_start
from housing.dues.enums import Account, DueKind, DueMeans, Payer
from housing.models.stays import Stay

ZERO = Decimal(0)
_EUROS: DecimalField = DecimalField(max_digits=12, decimal_places=2)


class AccountQuerySet[M: models.Model](models.QuerySet[M]):
    """Rows that hang on a stay."""

    def for_user(self, user: User) -> Self:
        """Those who manage the money; a protected file's account exists for its named agents only (C3)."""
        if not user.has_perm("dues.view"):
            return self.none()
        return self.exclude(stay__household__in=closed_to(user))

    def standing(self) -> Self:
        """Those nobody reversed."""
        return self.filter(reversed_on__isnull=True)


class Reversible(Record):
    """A line of the account. A mistake is reversed: dated, signed, with its reason, and still there to be read."""

    stay = models.ForeignKey(Stay, models.PROTECT, related_name="+", verbose_name="séjour")
    amount = AmountColumn("montant")
    # Empty: the monthly call made by the clock.
    by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="saisi par"
    )
    reversed_on = models.DateField("annulé le", null=True, blank=True)
    reversed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="annulé par"
    )
    reversal_reason = models.CharField("motif de l’annulation", max_length=200, blank=True)

    class Meta:
        abstract = True

    @property
    def is_reversed(self) -> bool:
        return self.reversed_on is not None


def _money_rules(name: str) -> list[models.BaseConstraint]:
    return [
        models.CheckConstraint(
            condition=Q(amount__gt=0),
            name=f"{name}_amount",
            violation_error_message="Un montant est supérieur à zéro.",
        ),
        models.CheckConstraint(
            condition=Q(reversed_on__isnull=True, reversed_by__isnull=True, reversal_reason="")
            | (Q(reversed_on__isnull=False, reversed_by__isnull=False) & ~Q(reversal_reason="")),
            name=f"{name}_reversal",
            violation_error_message="Une annulation a une date, un auteur et un motif.",
        ),
    ]


# What a line says is never rewritten, and no line ever leaves the account.
_KEPT = pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete)


def _frozen(*fields: str) -> pgtrigger.Trigger:
    changed = pgtrigger.Q()
    for field in fields:
        changed |= pgtrigger.Q(**{f"old__{field}__df": pgtrigger.F(f"new__{field}")})
    return pgtrigger.Protect(name="never_rewritten", operation=pgtrigger.Update, condition=changed)


class DueQuerySet(AccountQuerySet["Due"]):
    def with_paid(self) -> Self:
        """Each call with `paid` and `left`, in euros."""
        paid = (
            Allocation.objects.standing()
            .filter(due=OuterRef("pk"))
            .order_by()
            .values("due")
            .annotate(total=Sum("amount"))
            .values("total")
        )
        nothing = Value(ZERO, output_field=_EUROS)
        rows = self.annotate(paid=Coalesce(Subquery(paid, output_field=_EUROS), nothing))
        return rows.annotate(left=F("amount") - F("paid"))

    def open(self) -> Self:
        """Standing calls of which something is left to pay, the oldest first."""
        return self.standing().with_paid().filter(left__gt=0).order_by("due_on", "month", "created_at", "pk")


@pghistory.track()
class Due(Reversible):
    """A sum called on a stay; a month's contribution is called once (`month` is its first day)."""

    kind = models.CharField("nature", max_length=8, choices=DueKind.choices)
    month = models.DateField("mois")
    label = models.CharField("libellé", max_length=120)
    called_on = models.DateField("appelé le")
    due_on = models.DateField("à payer avant le")

    # What with_paid() adds, in euros.
    paid: Decimal
    left: Decimal

    objects = DueQuerySet.as_manager()

    class Meta:
        verbose_name = "appel"
        verbose_name_plural = "appels"
        ordering = ["-month", "-due_on", "pk"]
        constraints = [
            *_money_rules("housing_due"),
            models.UniqueConstraint(
                fields=["stay", "month"],
                condition=Q(kind="month", reversed_on__isnull=True),
                name="housing_due_once_a_month",
                violation_error_message="La participation de ce mois est déjà appelée pour ce séjour.",
            ),
            models.CheckConstraint(
                condition=Q(month__day=1),
                name="housing_due_month",
                violation_error_message="Un mois s’écrit par son premier jour.",
            ),
            models.CheckConstraint(
                condition=Q(due_on__gte=F("called_on")),
                name="housing_due_order",
                violation_error_message="L’échéance suit l’appel.",
            ),
        ]
        indexes = [
            models.Index(fields=["month", "stay"], name="housing_due_month_stay"),
            models.Index(fields=["stay", "due_on"], name="housing_due_stay"),
        ]
        triggers = [_KEPT, _frozen("stay", "kind", "month", "amount", "due_on", "called_on")]

    def __str__(self) -> str:
        return self.label


class DueLine(Record):
    """How a call adds up: the days of one contribution, or one item. The lines sum up to the call, to the cent."""

    due = models.ForeignKey(Due, models.CASCADE, related_name="lines", verbose_name="appel")
    position = models.PositiveSmallIntegerField("rang")
    label = models.CharField("libellé", max_length=160)
    start = models.DateField("du", null=True, blank=True)
    end = models.DateField("au", null=True, blank=True)
    monthly = AmountColumn("montant mensuel", null=True, blank=True)
    amount = AmountColumn("montant")

    class Meta:
        verbose_name = "détail d’un appel"
        verbose_name_plural = "détails des appels"
        ordering = ["due", "position"]
        constraints = [
            end_after_start("housing_dueline_order"),
            models.UniqueConstraint(fields=["due", "position"], name="housing_dueline_once"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def days(self) -> int | None:
        return (self.end - self.start).days + 1 if self.start and self.end else None


class PaymentQuerySet(AccountQuerySet["Payment"]):
    def with_left(self) -> Self:
        """Each payment with `used` and `left` (the credit it still holds), in euros."""
        used = (
            Allocation.objects.standing()
            .filter(payment=OuterRef("pk"))
            .order_by()
            .values("payment")
            .annotate(total=Sum("amount"))
            .values("total")
        )
        nothing = Value(ZERO, output_field=_EUROS)
        rows = self.annotate(used=Coalesce(Subquery(used, output_field=_EUROS), nothing))
        return rows.annotate(left=F("amount") - F("used"))

    def holding_credit(self) -> Self:
        """Standing payments that have not paid for something with all they hold, the oldest first."""
        return self.standing().with_left().filter(left__gt=0).order_by("on", "created_at", "pk")


@pghistory.track()
class Payment(Reversible):
    """Money received for a stay, from the household or for it."""

    on = models.DateField("reçu le")
    payer = models.CharField("payé par", max_length=8, choices=Payer.choices)
    payer_name = models.CharField("nom du tiers", max_length=80, blank=True)
    means = models.CharField("moyen", max_length=8, choices=DueMeans.choices)
    reference = models.CharField("référence", max_length=60, blank=True)

    # What with_left() adds, in euros.
    used: Decimal
    left: Decimal

    objects = PaymentQuerySet.as_manager()

    class Meta:
        verbose_name = "paiement"
        verbose_name_plural = "paiements"
        ordering = ["-on", "-created_at", "pk"]
        constraints = _money_rules("housing_payment")
        indexes = [models.Index(fields=["stay", "-on"], name="housing_payment_stay")]
        triggers = [_KEPT, _frozen("stay", "amount", "on", "payer", "means")]

    def __str__(self) -> str:
        return f"Paiement du {self.on:%d/%m/%Y}"

    @property
    def payer_label(self) -> str:
        return self.payer_name or self.get_payer_display()


class AllocationQuerySet(models.QuerySet["Allocation"]):
    def standing(self) -> Self:
        return self.filter(released_at__isnull=True)


def _never_more(column: str, table: str, sentence: str) -> pgtrigger.Trigger:
    """Refuse what would take more from a payment, or set more against a call, than there is; it is locked first."""
    return pgtrigger.Trigger(
        name=f"never_more_{column}",
        operation=pgtrigger.Insert | pgtrigger.Update,
        when=pgtrigger.Before,
        declare=[("ceiling", "numeric"), ("total", "numeric")],
        func=f"""
            IF NEW.released_at IS NOT NULL THEN RETURN NEW; END IF;
            SELECT amount INTO ceiling FROM {table}
                WHERE id = NEW.{column}_id AND reversed_on IS NULL FOR NO KEY UPDATE;
            SELECT COALESCE(SUM(amount), 0) INTO total FROM housing_allocation
                WHERE {column}_id = NEW.{column}_id AND released_at IS NULL AND id <> NEW.id;
            IF total + NEW.amount > COALESCE(ceiling, 0) THEN
                RAISE EXCEPTION '{sentence}' USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        """,  # noqa: S608 - the pieces are written below
    )


class Allocation(Record):
    """What a payment pays of a call. A reversal on either side releases it; it stays to be read."""

    payment = models.ForeignKey(Payment, models.PROTECT, related_name="allocations", verbose_name="paiement")
    due = models.ForeignKey(Due, models.PROTECT, related_name="allocations", verbose_name="appel")
    amount = AmountColumn("montant")
    released_at = models.DateTimeField("libéré le", null=True, blank=True)

    objects = AllocationQuerySet.as_manager()

    class Meta:
        verbose_name = "imputation"
        verbose_name_plural = "imputations"
        ordering = ["created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="housing_allocation_amount",
                violation_error_message="Un montant est supérieur à zéro.",
            )
        ]
        indexes = [
            models.Index(
                fields=["due"], condition=Q(released_at__isnull=True), name="housing_allocation_due"
            ),
        ]
        triggers = [
            _KEPT,
            _never_more("due", "housing_due", "more is paid than was called"),
            _never_more("payment", "housing_payment", "more is used than was paid"),
        ]

    def __str__(self) -> str:
        return f"{self.amount}\u00a0€"


class Entry(Record):
    """A line of the ledger, written with what it tells of and never touched again; a reversal is a second line."""

    stay = models.ForeignKey(Stay, models.PROTECT, related_name="entries", verbose_name="séjour")
    account = models.CharField("compte", max_length=8, choices=Account.choices)
    on = models.DateField("date")
    label = models.CharField("libellé", max_length=160)
    debit = AmountColumn("débit", default=ZERO)
    credit = AmountColumn("crédit", default=ZERO)
    means = models.CharField("moyen", max_length=8, choices=DueMeans.choices, blank=True)
    reference = models.CharField("référence", max_length=60, blank=True)
    due = models.ForeignKey(
        Due, models.PROTECT, null=True, blank=True, related_name="entries", verbose_name="appel"
    )
    payment = models.ForeignKey(
        Payment, models.PROTECT, null=True, blank=True, related_name="entries", verbose_name="paiement"
    )
    receipt = models.ForeignKey(
        "housing.DepositReceipt",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="entries",
        verbose_name="dépôt reçu",
    )
    settlement = models.ForeignKey(
        "housing.DepositSettlement",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="entries",
        verbose_name="solde du dépôt",
    )
    reverses = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="reversed_by", verbose_name="annule"
    )
    by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="saisi par"
    )

    objects = AccountQuerySet.as_manager()

    class Meta:
        verbose_name = "écriture"
        verbose_name_plural = "écritures"
        ordering = ["on", "created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(debit__gt=0, credit=0) | Q(debit=0, credit__gt=0),
                name="housing_entry_side",
                violation_error_message="Une écriture est au débit ou au crédit.",
            )
        ]
        indexes = [models.Index(fields=["stay", "on"], name="housing_entry_stay")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.label
