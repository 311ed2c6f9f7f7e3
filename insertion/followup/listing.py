"""The list of running pathways: late, soon, in time; the deadlines are computed on read, once for all of them."""

from collections.abc import Iterator, Mapping
from typing import Any, Self

from django import forms
from django.contrib.postgres.fields import ArrayField
from django.db.models import Case, CharField, F, Func, IntegerField, Q, QuerySet, UUIDField, Value, When
from django.db.models.query import ModelIterable
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from cias.accounts.models import User
from cias.core.deadlines import DueStatus
from cias.core.paths import path_to
from cias.core.templatetags.cias import due
from cias.lists.definition import Ask, Column, Filter, Listing, Order, register
from insertion.deadlines import DUE_LABELS, DueCode
from insertion.enums import OrientationKind
from insertion.models import Orientation
from insertion.pathways import Pathway, running, with_deadlines

MINE, NOBODY = "moi", "sans"
STATUSES = [(status.value, status.label) for status in DueStatus]


class _WithPathways(ModelIterable):
    """Each row with the pathway that was computed for the whole list."""

    def __iter__(self) -> Iterator[Any]:
        known: Any = self.queryset
        for row in super().__iter__():
            row.pathway = known.pathways[row.pk]
            yield row


class RankedQuerySet(QuerySet[Any]):
    """Orientations in the order of their deadlines, which are computed once for all of them."""

    pathways: Mapping[Any, Pathway] = {}

    def _clone(self) -> Self:
        clone = super()._clone()  # type: ignore[misc]
        clone.pathways = self.pathways
        return clone


def _rows(user: User) -> QuerySet[Any]:
    """Every running pathway with its rank by urgency, what is due first and how late it is.

    The rules are counted in one place (insertion.deadlines); the database only orders by what they found.
    """
    today = timezone.localdate()
    found = with_deadlines(running(Orientation.objects.overview(user), today), today)
    found.sort(key=_urgency)
    keys = [row.orientation.pk for row in found]
    statuses = {
        status.value: [row.orientation.pk for row in found if row.status == status] for status in DueStatus
    }
    codes = {code.value: [row.orientation.pk for row in found if code in _codes(row)[:1]] for code in DueCode}
    rank = Func(
        Value(keys, ArrayField(UUIDField())), F("pk"), function="array_position", output_field=IntegerField()
    )
    rows = RankedQuerySet(Orientation)
    rows.pathways = {row.orientation.pk: row for row in found}
    rows._iterable_class = _WithPathways
    return rows.filter(pk__in=keys).annotate(rank=rank, status=_by_key(statuses), due_code=_by_key(codes))


def _urgency(row: Pathway) -> tuple[bool, Any, str]:
    first = row.next_deadline
    return first is None, first.due if first else row.orientation.start, str(row.orientation.pk)


def _codes(row: Pathway) -> list[DueCode]:
    return [deadline.code for deadline in row.deadlines]


def _by_key(groups: Mapping[str, list[Any]]) -> Case:
    whens = [When(pk__in=keys, then=Value(value)) for value, keys in groups.items() if keys]
    return Case(*whens, default=Value(""), output_field=CharField())


def _referents(user: User) -> forms.Field:
    agents = [(str(one.pk), one.full_name) for one in User.objects.social_workers()]
    return forms.ChoiceField(
        choices=[("", "Tous"), (MINE, "Mes parcours"), (NOBODY, "Sans référent unique"), *agents]
    )


def _by_referent(rows: QuerySet[Any], value: str, ask: Ask) -> QuerySet[Any]:
    if value == NOBODY:
        return rows.filter(referent__isnull=True)
    return rows.filter(referent=ask.user.pk if value == MINE else value)


def _by_contract(rows: QuerySet[Any], value: str, ask: Ask) -> QuerySet[Any]:
    signed = Q(contracts__signed_by_person_on__isnull=False, contracts__signed_by_structure_on__isnull=False)
    asked = {
        "en-cours": Q(contracts__end__gte=ask.today) & signed,
        "a-signer": Q(contracts__cancelled_on__isnull=True)
        & (
            Q(contracts__signed_by_person_on__isnull=True) | Q(contracts__signed_by_structure_on__isnull=True)
        ),
    }
    if value in asked:
        return rows.filter(
            pk__in=Orientation.objects.filter(asked[value], contracts__isnull=False).values("pk")
        )
    return rows.exclude(pk__in=Orientation.objects.filter(signed).values("pk"))


def _contract(row: Pathway) -> str:
    contract = row.contract
    if contract is None:
        return "Aucun"
    if contract.is_draft:
        return "À signer"
    return f"Jusqu’au {contract.end:%d/%m/%Y}"


def _due(row: Pathway) -> Any:
    return row.next_deadline.due if row.next_deadline else None


def _person_cell(row: Pathway) -> SafeString:
    person, household = row.orientation.person, row.orientation.household
    return format_html(
        '<a class="tap" href="{}">{}</a><br><span class="fw-normal xs soft">{}</span>',
        path_to("insertion:household", household.pk),
        person.full_name,
        household.place,
    )


def _due_cell(row: Pathway) -> str:
    deadline = row.next_deadline
    if deadline is None:
        return "—"
    badge = due(deadline.due, deadline.soon_days)
    if deadline.level > 1:
        return format_html('{}<br><span class="xs soft">{}<sup>e</sup> alerte</span>', badge, deadline.level)
    return badge


def _referent_cell(row: Pathway) -> str:
    referent = row.orientation.referent
    if referent is not None:
        return referent.full_name
    return format_html(
        '<span class="status status-soon"><i class="bi bi-person-exclamation" aria-hidden="true"></i>{}</span>',
        "à désigner",
    )


PATHWAYS = Listing(
    code="parcours",
    title="Parcours d’insertion",
    noun=("parcours en cours", "parcours en cours"),
    url_name="insertion:pathways",
    right="insertion.overview",
    rows=_rows,
    expand=lambda rows, ask, exported: [row.pathway for row in rows],
    followed=lambda rows, user: rows.filter(referent=user),
    orders=(
        Order("", "Échéance la plus proche", ("rank", "pk")),
        Order("echeance-inverse", "Échéance la plus lointaine", ("-rank", "pk")),
        Order("nom", "Nom", ("person__search_key", "pk")),
        Order("nom-inverse", "Nom, de Z à A", ("-person__search_key", "pk")),
        Order("notification", "Notification la plus récente", ("-notified_on", "pk")),
        Order("notification-inverse", "Notification la plus ancienne", ("notified_on", "pk")),
    ),
)
PATHWAYS.add(
    Filter(
        code="delai", label="Délai",
        field=lambda user: forms.ChoiceField(choices=[("", "Tous"), *STATUSES]),
        apply=lambda rows, value, ask: rows.filter(status=value),
    ),
    Filter(
        code="etape", label="À faire d’abord",
        field=lambda user: forms.ChoiceField(
            choices=[("", "Tout"), *((code.value, DUE_LABELS[code]) for code in DueCode)]
        ),
        apply=lambda rows, value, ask: rows.filter(due_code=value),
    ),
    Filter(code="referent", label="Référent unique", field=_referents, apply=_by_referent),
    Filter(
        code="orientation", label="Orientation",
        field=lambda user: forms.ChoiceField(choices=[("", "Toutes"), *OrientationKind.choices]),
        apply=lambda rows, value, ask: rows.filter(kind=value), group="Parcours",
    ),
    Filter(
        code="contrat", label="Contrat d’engagement",
        field=lambda user: forms.ChoiceField(
            choices=[("", "Indifférent"), ("en-cours", "En cours"), ("a-signer", "Écrit, à signer"),
                     ("aucun", "Jamais signé")]
        ),
        apply=_by_contract, group="Parcours",
    ),
    Column(
        code="personne", label="Personne", value=lambda row: row.orientation.person.full_name, default=True,
        named=True, draw=_person_cell, orders=("nom", "nom-inverse"),
    ),
    Column(
        code="menage", label="Ménage", value=lambda row: row.orientation.household.number, keeps_whole=True,
    ),
    Column(
        code="delai", label="Délai", value=lambda row: row.status.label if row.status else "", default=True,
        draw=_due_cell,
    ),
    Column(
        code="a-faire", label="À faire", default=True,
        value=lambda row: row.next_deadline.label if row.next_deadline else "Rien à échéance",
    ),
    Column(
        code="echeance", label="Échéance", value=_due, default=True, keeps_whole=True,
        orders=("", "echeance-inverse"),
    ),
    Column(code="contrat", label="Contrat", value=_contract, default=True),
    Column(
        code="orientation", label="Orientation", value=lambda row: row.orientation.get_kind_display(), default=True
    ),
    Column(
        code="notification", label="Notifiée le", value=lambda row: row.orientation.notified_on, keeps_whole=True,
        orders=("notification-inverse", "notification"),
    ),
    Column(code="premier-rendez-vous", label="Premier rendez-vous", value=lambda row: row.facts.met_on),
    Column(
        code="referent", label="Référent unique", default=True, draw=_referent_cell,
        value=lambda row: row.orientation.referent.full_name if row.orientation.referent else "",
    ),
)  # fmt: skip


def register_listing() -> None:
    register(PATHWAYS)
