"""What the list of households shows of each, on the screen and in exports."""

from datetime import date
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from cias.accounts.models import User
from cias.core.forms import format_phone
from cias.core.french import date_short
from cias.core.paths import path_to
from cias.lists.definition import Column
from households.ages import BANDS, band_of
from households.enums import MemberRole
from households.models import Address, Household, Membership, Person, Situation
from households.models.files import on_day

type Rows = QuerySet[Any]


def _with_situation(rows: Rows, user: User) -> Rows:
    now = Situation.objects.filter(on_day(timezone.localdate()))
    return rows.prefetch_related(Prefetch("situations", now, to_attr="present_situations"))


def _with_size(rows: Rows, user: User) -> Rows:
    members = Membership.objects.filter(on_day(timezone.localdate()), household=OuterRef("pk"))
    count = members.order_by().values("household").annotate(total=Count("pk")).values("total")
    return rows.annotate(size=Coalesce(Subquery(count, output_field=IntegerField()), 0))


def _with_applicant(rows: Rows, user: User) -> Rows:
    applicants = Membership.objects.filter(on_day(timezone.localdate()), role=MemberRole.APPLICANT)
    return rows.prefetch_related(
        Prefetch("memberships", applicants.select_related("person"), to_attr="applicants")
    )


def _with_address(rows: Rows, user: User) -> Rows:
    now = Address.objects.filter(on_day(timezone.localdate())).select_related("commune")
    return rows.prefetch_related(Prefetch("addresses", now, to_attr="present_addresses"))


def _fact(code: str, name: str, label: str) -> Column:
    """One field of the present situation."""

    def value(row: Any) -> str:
        said = next((getattr(one, f"get_{name}_display")() for one in row.present_situations), "")
        return said or "Non renseigné"

    return Column(code=code, label=label, value=value, prepare=_with_situation, right="situation.view")


def _referent(row: Any) -> str:
    return ", ".join(one.agent.full_name for one in row.mains)


def _name_cell(row: Household) -> SafeString:
    return format_html('<a href="{}">{}</a>', path_to("households:detail", row.pk), row)


def _referent_cell(row: Any) -> str:
    return _referent(row) or format_html(
        '<span class="status status-soon"><i class="bi bi-person-exclamation" aria-hidden="true"></i>{}</span>',
        "sans référent",
    )


def _state(row: Household) -> str:
    return f"Clos le {row.closed_on:%d/%m/%Y}" if row.closed_on else "Ouvert"


def _state_cell(row: Household) -> str:
    if row.closed_on is None:
        return "Ouvert"
    return format_html(
        '<span class="status"><i class="bi bi-archive" aria-hidden="true"></i>clos le {}</span>',
        date_short(row.closed_on),
    )


def _applicant(row: Any) -> Person | None:
    return next((one.person for one in row.applicants), None)


def _age(row: Any) -> str:
    person = _applicant(row)
    age = person.age if person else None
    return BANDS[band_of(age)] if age is not None else "Non renseigné"


def _phone(row: Any) -> str:
    person = _applicant(row)
    return format_phone(person.phone) if person and person.phone else ""


def _address(row: Any) -> str:
    """A hidden address leaves in no export, not even for those who may read it (C3)."""
    return "" if row.address_hidden else ", ".join(str(one) for one in row.present_addresses)


def _closed_on(row: Household) -> date | None:
    return row.closed_on


COLUMNS: tuple[Column, ...] = (
    Column(
        code="menage",
        label="Ménage",
        value=str,
        draw=_name_cell,
        named=True,
        orders=("", "nom-inverse"),
    ),
    Column(
        code="numero",
        label="Numéro",
        value=lambda row: row.number,
        default=True,
        keeps_whole=True,
        orders=("numero", "numero-inverse"),
    ),
    Column(
        code="commune",
        label="Commune",
        value=lambda row: row.place,
        default=True,
        orders=("commune", "commune-inverse"),
    ),
    Column(
        code="referent",
        label="Référent",
        value=_referent,
        draw=_referent_cell,
        default=True,
    ),
    Column(
        code="ouvert",
        label="Ouvert le",
        value=lambda row: row.opened_on,
        default=True,
        is_number=True,
        orders=("anciens", "recents"),
    ),
    Column(code="etat", label="État", value=_state, draw=_state_cell, default=True),
    Column(code="membres", label="Membres", value=lambda row: row.size, prepare=_with_size, is_number=True),
    Column(code="age", label="Âge du demandeur", value=_age, prepare=_with_applicant),
    _fact("composition", "family_type", "Type de ménage"),
    _fact("logement", "housing_status", "Statut de logement"),
    _fact("activite", "activity", "Activité"),
    _fact("revenus", "income_band", "Ressources mensuelles"),
    _fact("ressource", "main_resource", "Ressource principale"),
    Column(code="clos", label="Clos le", value=_closed_on, on_screen=False),
    Column(
        code="motif",
        label="Motif de clôture",
        value=lambda row: row.get_closing_reason_display() if row.closing_reason else "",
        on_screen=False,
    ),
    Column(
        code="telephone",
        label="Téléphone du demandeur",
        value=_phone,
        prepare=_with_applicant,
        named=True,
        on_screen=False,
    ),
    Column(
        code="adresse",
        label="Adresse",
        value=_address,
        prepare=_with_address,
        named=True,
        on_screen=False,
    ),
)
