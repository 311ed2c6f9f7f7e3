"""What is paid of an aid, and what is paid back: never more than was granted, which the database itself refuses."""

from typing import Self

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q

from cias.accounts.models import User
from cias.core.models import Record
from households.models.budgets import AmountColumn
from rights.aids.enums import PayeeKind, PaymentChannel, PaymentMeans
from rights.models.aids import AidRequest


def _never_more(table: str, ceiling: str, sentence: str) -> pgtrigger.Trigger:
    """Refuse what would make the standing rows of a request exceed `ceiling`, an SQL expression on `request`.

    The request is locked first, so that two payments at once are counted one after the other.
    """
    return pgtrigger.Trigger(
        name="never_more",
        operation=pgtrigger.Insert | pgtrigger.Update,
        when=pgtrigger.Before,
        declare=[("ceiling", "numeric"), ("total", "numeric")],
        func=f"""
            IF NEW.cancelled_at IS NOT NULL THEN RETURN NEW; END IF;
            PERFORM 1 FROM rights_aidrequest WHERE id = NEW.request_id FOR UPDATE;
            {ceiling}
            SELECT COALESCE(SUM(amount), 0) INTO total FROM {table}
                WHERE request_id = NEW.request_id AND cancelled_at IS NULL AND id <> NEW.id;
            IF total + NEW.amount > COALESCE(ceiling, 0) THEN
                RAISE EXCEPTION '{sentence}' USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        """,  # noqa: S608 - the three pieces are written below
    )


_GRANTED = "SELECT granted_amount INTO ceiling FROM rights_aidrequest WHERE id = NEW.request_id;"
_PAID = (
    "SELECT SUM(amount) INTO ceiling FROM rights_aidpayment "
    "WHERE request_id = NEW.request_id AND cancelled_at IS NULL;"
)


class MoneyQuerySet[M: models.Model](models.QuerySet[M]):
    def standing(self) -> Self:
        """Those nobody cancelled."""
        return self.filter(cancelled_at__isnull=True)


class Money(Record):
    """An amount that moved one day; a slip is cancelled, dated and signed, never deleted."""

    on = models.DateField("le")
    amount = AmountColumn("montant")
    means = models.CharField("moyen", max_length=8, choices=PaymentMeans.choices)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="saisi par")
    cancelled_at = models.DateTimeField("annulé le", null=True, blank=True)
    cancelled_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="annulé par"
    )

    class Meta:
        abstract = True


@pghistory.track()
class AidPayment(Money):
    """One payment, by the accountant's mandate or from the régie (M57)."""

    request = models.ForeignKey(AidRequest, models.PROTECT, related_name="payments", verbose_name="demande")
    payee_kind = models.CharField("versé à", max_length=8, choices=PayeeKind.choices)
    payee = models.CharField("tiers", max_length=120)
    channel = models.CharField("voie", max_length=8, choices=PaymentChannel.choices)
    reference = models.CharField("numéro de mandat ou de quittance", max_length=60, blank=True)

    objects = MoneyQuerySet["AidPayment"].as_manager()

    class Meta:
        verbose_name = "paiement d’aide"
        verbose_name_plural = "paiements d’aides"
        ordering = ["-on", "-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="rights_aid_payment_amount",
                violation_error_message="Un paiement est positif.",
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at__isnull=True, cancelled_by__isnull=True)
                | Q(cancelled_at__isnull=False, cancelled_by__isnull=False),
                name="rights_aid_payment_cancelled",
                violation_error_message="Une annulation est datée et signée.",
            ),
        ]
        indexes = [models.Index(fields=["on"], name="rights_aid_payment_on")]
        triggers = [_never_more("rights_aidpayment", _GRANTED, "Les paiements dépassent le montant accordé.")]

    def __str__(self) -> str:
        return f"Paiement du {self.on:%d/%m/%Y}"


@pghistory.track()
class AidRepayment(Money):
    """One repayment of an advance."""

    request = models.ForeignKey(AidRequest, models.PROTECT, related_name="repayments", verbose_name="demande")

    objects = MoneyQuerySet["AidRepayment"].as_manager()

    class Meta:
        verbose_name = "remboursement d’aide"
        verbose_name_plural = "remboursements d’aides"
        ordering = ["-on", "-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="rights_aid_repayment_amount",
                violation_error_message="Un remboursement est positif.",
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at__isnull=True, cancelled_by__isnull=True)
                | Q(cancelled_at__isnull=False, cancelled_by__isnull=False),
                name="rights_aid_repayment_cancelled",
                violation_error_message="Une annulation est datée et signée.",
            ),
        ]
        triggers = [
            _never_more("rights_aidrepayment", _PAID, "Les remboursements dépassent ce qui a été versé.")
        ]

    def __str__(self) -> str:
        return f"Remboursement du {self.on:%d/%m/%Y}"
