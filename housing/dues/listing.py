"""The ledger as a list the accountant exports (M57): every line of every account, through the guarded exports."""

from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, QuerySet

from cias.accounts.models import User
from cias.core.forms import FrenchDateField
from cias.core.french import euros
from cias.lists.definition import Column, Filter, Listing, Order, register
from households.models import Household
from households.models.closed import PROTECTED_FILE, closed_to
from housing.dues.enums import Account
from housing.enums import Scheme
from housing.models import Entry


def _rows(user: User) -> QuerySet[Any]:
    """Every line: accounts are whole. Of a protected file neither the name nor the place is told."""
    if not user.has_perm("dues.view"):
        return Entry.objects.none()
    closed = Household.with_absorbed.filter(pk__in=closed_to(user), pk=OuterRef("stay__household"))
    rows = Entry.objects.annotate(is_closed=Exists(closed))
    return rows.select_related("stay__household", "stay__place__dwelling", "by")


def _followed(rows: QuerySet[Any], user: User) -> QuerySet[Any]:
    return rows.filter(stay__referent=user)


def household(row: Any) -> str:
    return PROTECTED_FILE if row.is_closed else str(row.stay.household)


def place(row: Any) -> str:
    return PROTECTED_FILE if row.is_closed or row.stay.household.address_hidden else str(row.stay.place)


LEDGER = Listing(
    code="ecritures",
    title="Écritures des participations",
    noun=("écriture", "écritures"),
    url_name="housing:ledger",
    right="dues.view",
    rows=_rows,
    followed=_followed,
    orders=(
        Order("", "Les plus récentes", ("-on", "-created_at", "pk")),
        Order("date", "Les plus anciennes", ("on", "created_at", "pk")),
    ),
)
LEDGER.add(
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
        code="compte",
        label="Compte",
        field=lambda user: forms.ChoiceField(choices=[("", "Tous"), *Account.choices]),
        apply=lambda rows, value, ask: rows.filter(account=value),
    ),
    Filter(
        code="dispositif",
        label="Dispositif",
        field=lambda user: forms.ChoiceField(choices=[("", "Tous"), *Scheme.choices]),
        apply=lambda rows, value, ask: rows.filter(stay__scheme=value),
    ),
    Column(code="date", label="Date", value=lambda row: row.on, default=True, orders=("date", "")),
    Column(code="compte", label="Compte", value=lambda row: row.get_account_display(), default=True),
    Column(
        code="dossier", label="Ménage", default=True, keeps_whole=True,
        value=lambda row: PROTECTED_FILE if row.is_closed else row.stay.household.number,
    ),
    Column(code="nom", label="Nom", value=household, named=True),
    Column(code="place", label="Place", value=place, named=True),
    Column(code="dispositif", label="Dispositif", value=lambda row: row.stay.get_scheme_display()),
    Column(code="libelle", label="Libellé", value=lambda row: row.label, default=True),
    Column(
        code="debit", label="Débit", value=lambda row: row.debit or None, default=True, is_number=True,
        draw=lambda row: euros(row.debit) if row.debit else "",
    ),
    Column(
        code="credit", label="Crédit", value=lambda row: row.credit or None, default=True, is_number=True,
        draw=lambda row: euros(row.credit) if row.credit else "",
    ),
    Column(code="moyen", label="Moyen", value=lambda row: row.get_means_display(), default=True),
    Column(code="reference", label="Référence", value=lambda row: row.reference, default=True),
    Column(code="agent", label="Saisie par", value=lambda row: row.by.full_name if row.by else "Appel automatique"),
)  # fmt: skip


def register_listing() -> None:
    register(LEDGER)
