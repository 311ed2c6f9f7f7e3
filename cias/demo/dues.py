"""Accounts and états des lieux of the housed households, in every state: on time, late, spread, settled, to settle."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from django.core.exceptions import ValidationError

from cias.accounts.models import User
from cias.core.deadlines import add_months
from cias.core.states import ForbiddenTransition
from cias.demo.documents import room_photo
from cias.demo.world import World
from housing.dues import services
from housing.dues.enums import DueMeans, Payer, PlanOutcome, ReminderLevel
from housing.dues.prorata import month_of
from housing.enums import Scheme
from housing.inventories import services as inventories
from housing.inventories.enums import Condition
from housing.models import Due, Inventory, InventoryElement, Stay

MONTHS = 7
# How a household pays: on time, late by a month, in part, no longer, too much, by a bounced cheque.
HABITS = {"good": 62, "late": 12, "part": 7, "stopped": 10, "more": 5, "bounced": 4}
CONDITIONS = {Condition.NEW: 10, Condition.GOOD: 60, Condition.WORN: 26, Condition.BAD: 4}
WITH_PHOTOS, ENTRIES, EXITS = 2, 9, 4


def create_dues(world: World) -> None:
    first = add_months(month_of(world.today), 1 - MONTHS)
    director = world.users["direction"]
    stays = list(
        Stay.objects.between(first, world.today)
        .select_related("household", "place__dwelling", "referent")
        .order_by("start", "place__dwelling__name", "place__label")
    )
    if not stays:
        return
    habits = {stay.pk: world.pick(HABITS) for stay in stays}
    for rank in range(MONTHS):
        month = add_months(first, rank)
        services.call_month(by=director if rank == MONTHS - 1 else None, month=month, on=month)
        for stay in stays:
            _pay(world, stay, month, habits[stay.pk])
    for stay in stays:
        _deposit(world, stay)
    _follow(world, [stay for stay in stays if stay.end is None])
    _inventories(world, stays)
    _settle(world, [stay for stay in stays if stay.end is not None and stay.end <= world.today])


def _by(world: World, stay: Stay) -> User:
    return stay.referent or world.users["ts4"]


def _pay(world: World, stay: Stay, month: date, habit: str) -> None:
    """What this household pays in that month; the account says what it pays for."""
    due = Due.objects.filter(stay=stay, month=month).standing().with_paid().first()
    if due is None:
        return
    day = month + timedelta(days=world.random.randint(3, 18))
    if day > world.today:
        return
    months_left = (world.today.year - month.year) * 12 + world.today.month - month.month
    by, amount = _by(world, stay), due.left
    if stay.scheme != Scheme.TEMPORARY and amount > Decimal("60.00"):
        # The housing allowance comes straight from the CAF, on the 5th.
        part = (amount * Decimal("0.45")).quantize(Decimal("0.01"))
        services.pay(by=by, stay=stay, on=month + timedelta(days=4), amount=part, means=DueMeans.TRANSFER,
                     payer=Payer.CAF, reference=f"CAF {month:%m/%Y}")  # fmt: skip
        amount -= part
    if (habit == "stopped" and months_left < 3) or (habit == "late" and months_left == 0):
        return
    if habit == "part":
        amount = (amount * Decimal("0.6")).quantize(Decimal("0.01"))
    if habit == "more":
        amount += 10
    if amount <= 0:
        return
    means = world.pick({DueMeans.TRANSFER: 55, DueMeans.CHEQUE: 20, DueMeans.CASH: 15, DueMeans.DEBIT: 10})
    payment = services.pay(by=by, stay=stay, on=day, amount=amount, means=means)
    if habit == "bounced" and months_left == 1:
        services.reverse_payment(
            by=by,
            payment=payment,
            reason="Chèque sans provision",
            on=min(day + timedelta(days=12), world.today),
        )


def _deposit(world: World, stay: Stay) -> None:
    if stay.deposit and world.chance(90):
        services.receive_deposit(by=_by(world, stay), stay=stay, on=stay.start, amount=stay.deposit,
                                 means=DueMeans.CHEQUE)  # fmt: skip


def _follow(world: World, stays: list[Stay]) -> None:
    """Those who owe the most: a plan kept so far, one that is not, one given up; letters to the others."""
    owing = sorted(
        (
            (sum((due.left for due in services.overdue(stay, world.today)), Decimal(0)), stay)
            for stay in stays
        ),
        key=lambda pair: (-pair[0], str(pair[1].pk)),
    )
    late = [stay for owed, stay in owing if owed > 0]
    for rank, stay in enumerate(late[:3]):
        signed = add_months(world.today, -2)
        if not services.overdue(stay, signed):
            signed = world.today - timedelta(days=8)
        by = _by(world, stay)
        plan = services.agree_plan(
            by=by, stay=stay, signed_on=signed, first_on=signed + timedelta(days=10), count=4,
            comment="Convenu en entretien, en plus de la participation du mois.",
        )  # fmt: skip
        if rank == 0:
            step = services.progress(plan).steps[0]
            services.pay(by=by, stay=stay, on=step.due_on, amount=step.amount, means=DueMeans.TRANSFER)
        if rank == 2:
            services.end_plan(by=by, plan=plan, outcome=PlanOutcome.BROKEN, reason="Deux échéances manquées")
    for rank, stay in enumerate(late[3:6]):
        for level in list(ReminderLevel)[: rank + 1]:
            day = world.today - timedelta(days=50 - 15 * level)
            # A letter whose keys are not all known is not sent: the level stays to be done.
            with suppress(ValidationError, ForbiddenTransition):
                services.remind(by=_by(world, stay), stay=stay, level=level, on=day)


def _inventories(world: World, stays: list[Stay]) -> None:
    """Entries of the latest stays and exits of those that ended: signed, to sign, begun."""
    done = [stay for stay in stays if stay.end is not None and stay.end <= world.today][-EXITS:]
    current = [stay for stay in stays if stay.end is None][-(ENTRIES - EXITS) :]
    for rank, stay in enumerate([*done, *current]):
        by = _by(world, stay)
        rooms = [room for room, chosen in inventories.proposed_rooms(stay) if chosen]
        entry = inventories.start_entry(by=by, stay=stay, held_on=stay.start, rooms=rooms)
        if rank == ENTRIES - 1:
            _fill(world, entry, share=40)
            continue
        _fill(world, entry)
        if rank >= ENTRIES - 1 - WITH_PHOTOS or rank == 0:
            _photos(world, entry, by)
        inventories.validate(by=by, inventory=entry)
        if rank != ENTRIES - 2:
            inventories.sign(by=by, inventory=entry, on=stay.start)
        if stay not in done:
            continue
        leaving = inventories.start_exit(by=by, stay=stay, held_on=stay.end or world.today)
        _fill_exit(world, leaving, wear=rank % 2 == 0)
        inventories.validate(by=by, inventory=leaving)
        inventories.sign(by=by, inventory=leaving, on=leaving.held_on)
    signed = Inventory.objects.filter(signed_on__isnull=False, kind="entry", stay__end=None).last()
    if signed is not None:
        inventories.ask_correction(
            by=_by(world, signed.stay), inventory=signed, asked_on=signed.held_on + timedelta(days=6),
            text="Le joint de la douche est noirci, ce qui n’est pas noté.",
        )  # fmt: skip


def _elements(inventory: Inventory) -> Iterator[InventoryElement]:
    yield from InventoryElement.objects.filter(room__inventory=inventory).order_by(
        "room__position", "position"
    )


def _fill(world: World, inventory: Inventory, *, share: int = 100) -> None:
    elements = {}
    for row in _elements(inventory):
        if world.chance(share):
            condition = world.pick(CONDITIONS)
            renewed = inventory.held_on.year - world.random.randint(1, 9) if world.chance(35) else None
            comment = "Traces d’usage" if condition == Condition.BAD else ""
            elements[row.pk] = {"condition": condition.value, "renewed_year": renewed, "comment": comment}
    meters = {
        row.pk: {
            "number": f"{world.random.randint(10**7, 10**8 - 1)}",
            "reading": Decimal(world.random.randint(800, 90000)),
        }
        for row in inventory.meters.filter(kind__in=("cold", "power"))
    }
    counts = {"Clés du logement": 2, "Clés de la boîte aux lettres": 1, "Badges ou cartes": 1, "Lits": 2,
              "Réfrigérateur": 1, "Plaques ou cuisinière": 1}  # fmt: skip
    items = {row.pk: {"count": counts.get(row.label, 0)} for row in inventory.items.all()}
    typed = inventories.Typed(head={"present": "Le ménage"}, elements=elements, meters=meters, items=items)
    inventories.save(by=inventory.by, inventory=inventory, typed=typed)


def _fill_exit(world: World, inventory: Inventory, *, wear: bool) -> None:
    """The exit: a few elements are worse and a key is missing, or everything is as it was."""
    worse = [row for row in _elements(inventory) if row.condition in (Condition.NEW, Condition.GOOD)]
    chosen = world.random.sample(worse, min(3, len(worse))) if wear else []
    elements = {row.pk: {"condition": Condition.BAD.value, "comment": "Abîmé, à reprendre"} for row in chosen}
    before = {
        row.kind: row.reading for row in Inventory.objects.get(stay=inventory.stay, kind="entry").meters.all()
    }
    meters = {
        row.pk: {"reading": reading + world.random.randint(20, 900)}
        for row in inventory.meters.all()
        if (reading := before.get(row.kind)) is not None
    }
    items = {
        row.pk: {"count": row.count - 1} for row in inventory.items.filter(label="Clés du logement") if wear
    }
    typed = inventories.Typed(head={"present": "Le ménage"}, elements=elements, meters=meters, items=items)
    inventories.save(by=inventory.by, inventory=inventory, typed=typed)


def _photos(world: World, inventory: Inventory, by: User) -> None:
    """Two pictures of the living room."""
    room = inventory.rooms.filter(name="Séjour").first()
    if room is not None:
        random = Random(f"photos {inventory.stay_id}")
        files = [room_photo(random) for _ in range(2)]
        inventories.add_photos(by=by, room=room, files=files, caption="Mur et fenêtre")


def _settle(world: World, stays: list[Stay]) -> None:
    """Most deposits of those who left are settled, what worsened being kept; the last ones wait."""
    held = [stay for stay in stays if services.deposit_held(stay) > 0]
    for stay in held[:-2]:
        left_on = stay.end or world.today
        comparison = inventories.compare(stay)
        items = [
            services.Kept(
                f"{row.room}, {row.exit.name}", Decimal(world.random.randint(40, 160)), row.wear, row.exit
            )
            for row in (comparison.worse if comparison else [])
        ]
        day = min(left_on + timedelta(days=world.random.randint(8, 30)), world.today)
        services.settle_deposit(
            by=_by(world, stay), stay=stay, on=day, keys_returned_on=left_on, is_conforming=not items, items=items,
            means=DueMeans.TRANSFER,
        )  # fmt: skip
