"""The payments as a list one exports for the accountant (M57): through the guarded exports of cias.lists."""

from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, QuerySet

from cias.accounts.models import User
from cias.core.forms import FrenchDateField
from cias.core.french import euros
from cias.lists.definition import Column, Filter, Listing, Order, register
from households.models import Household
from households.models.closed import PROTECTED_FILE, closed_to
from rights.aids.enums import PayeeKind, PaymentChannel
from rights.models import AidPayment


def _rows(user: User) -> QuerySet[Any]:
    """Every payment: the accounts are whole. Of a protected file the payee is not named."""
    if user.scope("aids.manage") is None:
        return AidPayment.objects.none()
    closed = Household.with_absorbed.filter(pk__in=closed_to(user), pk=OuterRef("request__household"))
    rows = AidPayment.objects.standing().annotate(is_closed=Exists(closed))
    return rows.select_related("request__kind", "request__envelope")


def payee(row: Any) -> str:
    """Who was paid; not a person whose file is closed to the reader."""
    return PROTECTED_FILE if row.is_closed and row.payee_kind == PayeeKind.PERSON else row.payee


PAYMENTS = Listing(
    code="aides-paiements",
    title="Paiements des aides",
    noun=("paiement", "paiements"),
    url_name="rights:aid_payments",
    right="aids.manage",
    rows=_rows,
    orders=(
        Order("", "Les plus récents", ("-on", "-created_at", "pk")),
        Order("date", "Les plus anciens", ("on", "created_at", "pk")),
        Order("montant", "Montant", ("amount", "pk")),
        Order("montant-inverse", "Montant, du plus grand", ("-amount", "pk")),
    ),
)
PAYMENTS.add(
    Filter(
        code="du",
        label="Du",
        field=lambda user: FrenchDateField(),
        apply=lambda rows, value, ask: rows.filter(on__gte=value),
    ),
    Filter(
        code="au",
        label="Au",
        field=lambda user: FrenchDateField(),
        apply=lambda rows, value, ask: rows.filter(on__lte=value),
    ),
    Filter(
        code="voie",
        label="Voie",
        field=lambda user: forms.ChoiceField(choices=[("", "Toutes"), *PaymentChannel.choices]),
        apply=lambda rows, value, ask: rows.filter(channel=value),
    ),
    Column(code="date", label="Date", value=lambda row: row.on, default=True, orders=("date", "")),
    Column(code="demande", label="Demande", value=lambda row: row.request.number, default=True, keeps_whole=True),
    Column(code="aide", label="Aide", value=lambda row: row.request.kind.name, default=True),
    Column(code="ligne", label="Ligne budgétaire", value=lambda row: row.request.envelope.budget_line, default=True),
    Column(code="exercice", label="Exercice", value=lambda row: str(row.request.envelope.year)),
    Column(code="versement", label="Versé à", value=lambda row: row.get_payee_kind_display(), default=True),
    Column(code="tiers", label="Tiers", value=payee, named=True),
    Column(code="voie", label="Voie", value=lambda row: row.get_channel_display(), default=True),
    Column(code="moyen", label="Moyen", value=lambda row: row.get_means_display(), default=True),
    Column(code="reference", label="Mandat ou quittance", value=lambda row: row.reference, default=True),
    Column(
        code="montant", label="Montant", value=lambda row: row.amount, default=True, is_number=True,
        orders=("montant", "montant-inverse"), draw=lambda row: euros(row.amount),
    ),
)  # fmt: skip


def register_listing() -> None:
    register(PAYMENTS)
