"""An account with everything on it, and an état des lieux with a photo and a correction."""

from datetime import date
from decimal import Decimal
from typing import Any

from cias.accounts.enums import Role
from housing.dues.enums import DueKind, DueMeans, Payer
from housing.inventories import services as inventories
from housing.models import (
    DepositReceipt,
    DepositSettlement,
    Due,
    DuesRule,
    InventoryCorrection,
    InventoryPhoto,
    InventoryRule,
    Payment,
    Reminder,
    RepaymentPlan,
    RoomTemplate,
    Stay,
    WearRule,
)
from tests.factories import DocumentFactory, LetterFactory

D = Decimal
DAY = date(2026, 9, 1)


def dues_kwargs(world: Any, stay: Stay) -> dict[str, object]:
    worker = world.agents[Role.SOCIAL_WORKER]
    common: dict[str, Any] = {"stay": stay, "by": worker, "amount": D("120.00")}
    due = Due.objects.create(
        kind=DueKind.CONTRIBUTION,
        month=DAY,
        label="Participation de septembre 2026",
        called_on=DAY,
        due_on=DAY,
        **common,
    )
    payment = Payment.objects.create(on=DAY, payer=Payer.HOUSEHOLD, means=DueMeans.CASH, **common)
    plan = RepaymentPlan.objects.create(stay=stay, signed_on=DAY, total=D("120.00"), by=worker)
    receipt = DepositReceipt.objects.create(on=DAY, means=DueMeans.CASH, **common)
    settlement = DepositSettlement.objects.create(
        stay=stay, on=DAY, keys_returned_on=DAY, is_conforming=True, due_on=DAY, received=D("120.00"), kept=D(0),
        returned=D("120.00"), by=worker,
    )  # fmt: skip
    letter = LetterFactory(
        household=world.household, author=worker, person=world.person, finished=True,
        document=DocumentFactory(household=world.household, author=worker),
    )  # fmt: skip
    reminder = Reminder.objects.create(
        stay=stay, level=1, sent_on=DAY, owed=D("120.00"), letter=letter, by=worker
    )
    entry = inventories.start_entry(
        by=worker, stay=stay, held_on=DAY, rooms=[RoomTemplate.objects.get(name="Séjour")]
    )
    room = entry.rooms.get()
    document = DocumentFactory(household=world.household, author=worker)
    return {
        "due_id": due.pk,
        "payment_id": payment.pk,
        "plan_id": plan.pk,
        "deposit_id": receipt.pk,
        "settlement_id": settlement.pk,
        "reminder_id": reminder.pk,
        "level": 1,
        "dues_rule_id": DuesRule.objects.get().pk,
        "inventory_id": entry.pk,
        "inventory_room_id": room.pk,
        "inventory_photo_id": InventoryPhoto.objects.create(room=room, document=document).pk,
        "inventory_correction_id": InventoryCorrection.objects.create(
            inventory=entry, asked_on=DAY, text="Le radiateur fuit", by=worker
        ).pk,
        "wear_rule_id": WearRule.objects.first().pk,
        "room_template_id": RoomTemplate.objects.first().pk,
        "inventory_rule_id": InventoryRule.objects.get().pk,
    }
