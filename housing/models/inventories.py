"""États des lieux (L4), in the spirit of art. 3-2 of loi 89-462 and of décret 2016-382."""

import pghistory
import pgtrigger
from django.db import models
from django.db.models import F, Q

from cias.accounts.models import User
from cias.core.models import Record
from households.models import Document
from households.models.budgets import AmountColumn
from households.models.closed import closed_to
from households.models.drafts import Draft
from housing.inventories.enums import Condition, CorrectionState, InventoryKind, ItemKind, MeterKind
from housing.models.base import HousingQuerySet
from housing.models.inventory_rules import WearRule
from housing.models.plans import DepositSettlement
from housing.models.stays import Stay


class InventoryQuerySet(HousingQuerySet["Inventory"]):
    def for_user(self, user: User) -> "InventoryQuerySet":
        """Those of the stays `user` may know of; a protected file's exist for its named agents only (C3)."""
        rows = self if user.has_perm("inventories.view") else self.none()
        return rows.exclude(stay__household__in=closed_to(user))


_SEALED = pgtrigger.Q(old__validated_at__isnull=False, new__validated_at__isnull=False)


def _changed(*fields: str) -> pgtrigger.Q:
    found = pgtrigger.Q()
    for field in fields:
        found |= pgtrigger.Q(**{f"old__{field}__df": pgtrigger.F(f"new__{field}")})
    return found


@pghistory.track()
class Inventory(Record):
    """The dwelling as found on one day. Validated, it no longer changes; signed, it is not reopened."""

    stay = models.ForeignKey(Stay, models.PROTECT, related_name="inventories", verbose_name="séjour")
    kind = models.CharField("nature", max_length=5, choices=InventoryKind.choices)
    held_on = models.DateField("fait le")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="fait par")
    present = models.CharField("en présence de", max_length=200, blank=True)
    new_address = models.CharField("nouvelle adresse", max_length=200, blank=True)
    comment = models.TextField("observations", max_length=2000, blank=True)
    validated_at = models.DateTimeField("validé le", null=True, blank=True)
    validated_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="validé par"
    )
    signed_on = models.DateField("signé le", null=True, blank=True)
    refused_to_sign = models.BooleanField("le ménage n’a pas signé", default=False)
    signature_note = models.CharField("précision sur la signature", max_length=200, blank=True)

    objects = InventoryQuerySet.as_manager()

    class Meta:
        verbose_name = "état des lieux"
        verbose_name_plural = "états des lieux"
        ordering = ["held_on", "created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["stay", "kind"],
                name="housing_inventory_once",
                violation_error_message="Cet état des lieux existe déjà pour ce séjour.",
            ),
            models.CheckConstraint(
                condition=Q(signed_on__isnull=True) | Q(validated_at__isnull=False),
                name="housing_inventory_signed",
                violation_error_message="Un état des lieux se valide avant d’être signé.",
            ),
            models.CheckConstraint(
                condition=Q(signed_on__isnull=True) | Q(signed_on__gte=F("held_on")),
                name="housing_inventory_order",
                violation_error_message="La signature ne précède pas l’état des lieux.",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="validated_stays",
                operation=pgtrigger.Update,
                condition=_SEALED & _changed("held_on", "present", "comment", "kind", "stay"),
            ),
            pgtrigger.Protect(
                name="signed_not_reopened",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__signed_on__isnull=False, new__validated_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} du {self.held_on:%d/%m/%Y}"

    @property
    def is_draft(self) -> bool:
        return self.validated_at is None


def _frozen_with(path: str) -> pgtrigger.Trigger:
    """Nothing of a validated inventory changes; `path` is the SQL that gives its key from a row named `line`."""
    return pgtrigger.Trigger(
        name="validated_stays",
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        when=pgtrigger.Before,
        declare=[("line", "RECORD"), ("sealed", "timestamptz")],
        func=f"""
            IF TG_OP = 'DELETE' THEN line := OLD; ELSE line := NEW; END IF;
            SELECT validated_at INTO sealed FROM housing_inventory WHERE id = ({path});
            IF sealed IS NOT NULL THEN
                RAISE EXCEPTION 'a validated inventory does not change' USING ERRCODE = 'check_violation';
            END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        """,  # noqa: S608 - two paths, written here
    )


_DIRECT = "line.inventory_id"
_BY_ROOM = "SELECT inventory_id FROM housing_inventoryroom WHERE id = line.room_id"


class InventoryRoom(Record):
    inventory = models.ForeignKey(
        Inventory, models.CASCADE, related_name="rooms", verbose_name="état des lieux"
    )
    position = models.PositiveSmallIntegerField("rang")
    name = models.CharField("pièce", max_length=60)
    comment = models.CharField("observation", max_length=300, blank=True)
    # The same room at the entry, when this one was copied from it.
    entry_room = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="pièce à l’entrée"
    )

    class Meta:
        verbose_name = "pièce"
        verbose_name_plural = "pièces"
        ordering = ["inventory", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["inventory", "name"],
                name="housing_room_once",
                violation_error_message="Une pièce porte déjà ce nom.",
            )
        ]
        triggers = [_frozen_with(_DIRECT)]

    def __str__(self) -> str:
        return self.name


class InventoryElement(Record):
    """A wall, a floor, a window: its condition, and since when it is as it is."""

    room = models.ForeignKey(InventoryRoom, models.CASCADE, related_name="elements", verbose_name="pièce")
    position = models.PositiveSmallIntegerField("rang")
    name = models.CharField("élément", max_length=60)
    wear = models.ForeignKey(
        WearRule, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="vétusté"
    )
    condition = models.CharField("état", max_length=5, choices=Condition.choices, blank=True)
    renewed_year = models.PositiveSmallIntegerField("refait en", null=True, blank=True)
    comment = models.CharField("observation", max_length=300, blank=True)
    entry_element = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="élément à l’entrée"
    )

    class Meta:
        verbose_name = "élément"
        verbose_name_plural = "éléments"
        ordering = ["room", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["room", "name"],
                name="housing_element_once",
                violation_error_message="Cette pièce a déjà un élément de ce nom.",
            ),
            models.CheckConstraint(
                condition=Q(renewed_year__isnull=True) | Q(renewed_year__range=(1900, 2100)),
                name="housing_element_year",
                violation_error_message="L’année va de 1900 à aujourd’hui.",
            ),
        ]
        triggers = [_frozen_with(_BY_ROOM)]

    def __str__(self) -> str:
        return self.name


class InventoryMeter(Record):
    inventory = models.ForeignKey(
        Inventory, models.CASCADE, related_name="meters", verbose_name="état des lieux"
    )
    kind = models.CharField("compteur", max_length=8, choices=MeterKind.choices)
    number = models.CharField("numéro", max_length=30, blank=True)
    reading = models.DecimalField("relevé", max_digits=10, decimal_places=2, null=True, blank=True)

    class Meta:
        verbose_name = "compteur"
        verbose_name_plural = "compteurs"
        ordering = ["inventory", "kind", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["inventory", "kind"],
                name="housing_meter_once",
                violation_error_message="Ce compteur est déjà relevé.",
            ),
            models.CheckConstraint(
                condition=Q(reading__isnull=True) | Q(reading__gte=0),
                name="housing_meter_reading",
                violation_error_message="Un relevé n’est pas négatif.",
            ),
        ]
        triggers = [_frozen_with(_DIRECT)]

    def __str__(self) -> str:
        return self.get_kind_display()


class InventoryItem(Record):
    """Keys and badges handed over, furniture and appliances there: counted."""

    inventory = models.ForeignKey(
        Inventory, models.CASCADE, related_name="items", verbose_name="état des lieux"
    )
    kind = models.CharField("nature", max_length=9, choices=ItemKind.choices)
    position = models.PositiveSmallIntegerField("rang")
    label = models.CharField("désignation", max_length=60)
    count = models.PositiveSmallIntegerField("nombre", default=0)
    comment = models.CharField("observation", max_length=200, blank=True)

    class Meta:
        verbose_name = "clé ou équipement"
        verbose_name_plural = "clés et équipements"
        ordering = ["inventory", "-kind", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["inventory", "kind", "label"],
                name="housing_item_once",
                violation_error_message="Cet objet est déjà dans la liste.",
            )
        ]
        triggers = [_frozen_with(_DIRECT)]

    def __str__(self) -> str:
        return self.label


class InventoryPhoto(Record):
    """A photo of a room, kept among the household's documents."""

    room = models.ForeignKey(InventoryRoom, models.CASCADE, related_name="photos", verbose_name="pièce")
    document = models.OneToOneField(Document, models.PROTECT, related_name="+", verbose_name="document")
    caption = models.CharField("légende", max_length=100, blank=True)

    class Meta:
        verbose_name = "photo"
        verbose_name_plural = "photos"
        ordering = ["room", "created_at", "pk"]
        triggers = [_frozen_with(_BY_ROOM)]

    def __str__(self) -> str:
        return self.caption or "Photo"


@pghistory.track()
class InventoryCorrection(Record):
    """What the household asks to correct of the entry, and the answer; the entry itself stays as it was signed."""

    inventory = models.ForeignKey(
        Inventory, models.PROTECT, related_name="corrections", verbose_name="état des lieux"
    )
    asked_on = models.DateField("demandée le")
    text = models.TextField("ce qui est à corriger", max_length=1000)
    about_heating = models.BooleanField("porte sur le chauffage", default=False)
    state = models.CharField(
        "suite", max_length=8, choices=CorrectionState.choices, default=CorrectionState.PENDING
    )
    answer = models.CharField("réponse", max_length=300, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="notée par")

    class Meta:
        verbose_name = "correction"
        verbose_name_plural = "corrections"
        ordering = ["asked_on", "created_at", "pk"]

    def __str__(self) -> str:
        return f"Correction du {self.asked_on:%d/%m/%Y}"


class InventoryDraft(Draft):
    """What an agent has typed on the tablet and not saved yet."""

    inventory = models.ForeignKey(Inventory, models.CASCADE, related_name="+", verbose_name="état des lieux")

    class Meta(Draft.Meta):
        verbose_name = "brouillon d’état des lieux"
        verbose_name_plural = "brouillons d’états des lieux"
        constraints = [
            models.UniqueConstraint(fields=["inventory", "author"], name="housing_inventorydraft_one")
        ]


class RetainedItem(Record):
    """What is kept of a deposit for one thing: its cost, less what wear explains."""

    settlement = models.ForeignKey(
        DepositSettlement, models.CASCADE, related_name="items", verbose_name="solde"
    )
    position = models.PositiveSmallIntegerField("rang")
    element = models.ForeignKey(
        InventoryElement, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="élément"
    )
    label = models.CharField("libellé", max_length=120)
    cost = AmountColumn("coût")
    wear_percent = models.PositiveSmallIntegerField("vétusté (%)", default=0)
    amount = AmountColumn("retenu")

    class Meta:
        verbose_name = "retenue"
        verbose_name_plural = "retenues"
        ordering = ["settlement", "position"]
        constraints = [
            models.CheckConstraint(
                condition=Q(wear_percent__lte=100) & Q(amount__lte=F("cost")),
                name="housing_retained_amount",
                violation_error_message="On ne retient pas plus que le coût.",
            )
        ]

    def __str__(self) -> str:
        return self.label
