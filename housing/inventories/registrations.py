"""What the états des lieux contribute to a household's file, to a stay's page and to the work lists."""

from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Any

from django.db.models import Q
from django.urls import reverse

from cias.accounts.models import User
from cias.core import merging, registry
from cias.core.deadlines import add_months
from cias.core.paths import path_to
from cias.core.registry import ContactSource, Panel, TimelineItem, WorkItem
from households.enums import Domain
from households.models import Household
from households.team import Team
from housing.following import readers_of
from housing.inventories import statistics
from housing.inventories.enums import CorrectionState, InventoryKind
from housing.inventories.rules import correction_until
from housing.inventories.services import rule_on
from housing.models import Inventory, InventoryCorrection, Stay
from housing.sections import stay_sections

KIND = "housing"


def stay_section(stay: Stay, user: User) -> Panel | None:
    """Whether they are done and signed: states are no content."""
    if not user.has_perm("inventories.view"):
        return None
    found = {row.kind: row for row in Inventory.objects.filter(stay=stay).select_related("by")}
    context = {"stay": stay, "entry": found.get(InventoryKind.ENTRY), "exit": found.get(InventoryKind.EXIT)}
    return Panel(template="housing/inventories/stay_card.html", context=context)


def timeline(household: Household, user: User) -> Iterator[TimelineItem]:
    rows = Inventory.objects.for_user(user).filter(stay__household=household, validated_at__isnull=False)
    for row in rows.select_related("by"):
        yield TimelineItem(
            at=row.held_on,
            icon="bi-clipboard-check",
            title=row.get_kind_display(),
            text="" if row.signed_on else "à signer",
            author=row.by.full_name,
            url=path_to("housing:inventory", row.pk),
            domain=Domain.HOUSING,
            kind="housing",
        )


def worklist(team: Team) -> Iterator[tuple[Any, WorkItem]]:
    """Entries and exits not done, drafts left open, signatures and answers awaited: the referent's own."""
    readers = team.holding("inventories.view", "housing.view")
    # Who steers is led to the stay, who writes to the page where it is done.
    for may_write in (True, False):
        agents = [agent for agent in readers if agent.has_perm("inventories.edit") == may_write]
        if not agents:
            continue
        stays = Stay.objects.select_related("household", "referent")
        if not team.among(agents, directing=True):
            stays = stays.filter(referent__in=agents)
        for stay, item in _of_stays(stays, team.today, may_write):
            for key in readers_of(agents, stay.referent_id):
                yield key, item


def _of_stays(stays: Any, today: date, may_write: bool) -> Iterator[tuple[Stay, WorkItem]]:
    known = Inventory.objects.order_by()
    entries = known.filter(kind=InventoryKind.ENTRY).values("stay")
    exits = known.filter(kind=InventoryKind.EXIT).values("stay")
    # Only where there is an entry to compare with, and for a year: what is older asks nothing of anybody.
    left = Q(end__lte=today, pk__in=entries) & ~Q(pk__in=exits)
    begun = Q(end__isnull=True, start__range=(add_months(today, -12), today)) & ~Q(pk__in=entries)
    for stay in stays.filter(left | begun):
        of_exit = stay.end is not None
        title = "Faire l’état des lieux de sortie" if of_exit else "Faire l’état des lieux d’entrée"
        page = "housing:inventory_exit" if of_exit else "housing:inventory_entry"
        due = stay.end if of_exit else stay.start
        yield stay, _item(stay, title, due, page if may_write else "housing:stay")
    waiting = Inventory.objects.filter(stay__in=stays).filter(Q(validated_at=None) | Q(signed_on=None))
    for row in waiting.select_related("stay__household", "stay__referent"):
        said = "Terminer" if row.is_draft else "Faire signer"
        title = f"{said} l’{row.get_kind_display()[:1].lower()}{row.get_kind_display()[1:]}"
        yield row.stay, _item(row.stay, title, row.held_on, "housing:inventory", row.pk)
    asked = InventoryCorrection.objects.filter(state=CorrectionState.PENDING, inventory__stay__in=stays)
    rules = cache(rule_on)
    for correction in asked.select_related("inventory__stay__household", "inventory__stay__referent"):
        inventory = correction.inventory
        page, key = (
            ("housing:inventory_answer", correction.pk) if may_write else ("housing:inventory", inventory.pk)
        )
        due = correction_until(inventory, rules(inventory.held_on))
        yield inventory.stay, _item(inventory.stay, "Répondre à une demande de correction", due, page, key)


def _item(stay: Stay, title: str, due: date | None, url: str, key: Any = None) -> WorkItem:
    return WorkItem(
        title=title,
        url=reverse(url, args=[key or stay.pk]),
        due=due,
        domain=Domain.HOUSING,
        subject=str(stay.household),
        subject_id=stay.household_id,
        owner=stay.referent,
        kind=KIND,
    )


def register() -> None:
    registry.timeline.register("inventories", timeline, about=("housing.Stay",))
    registry.worklist.register(
        "inventories", worklist, about=("housing.Stay",), owned=("housing.Stay.referent",)
    )
    held = Inventory.objects.filter(validated_at__isnull=False).all
    registry.contacts.register(
        "inventories",
        ContactSource(label="État des lieux", rows=held, at="held_on", subject="stay__household"),
    )
    stay_sections.register("inventories", stay_section)
    # A draft follows its inventory, which is the household's through its stay.
    merging.move_or_set_aside("housing.InventoryDraft.household")
    statistics.register()
