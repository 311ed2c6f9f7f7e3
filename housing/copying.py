"""What the copy of a person's data leaves out of housing, and its chapters (C8)."""

from cias.core.copying import Because, chapter, leave, leave_if, place
from housing.energy.enums import Informant


def declare() -> None:
    chapter(80, "Hébergement", "housing.LodgingRequest", "housing.Stay")
    chapter(82, "Demandes de logement", "housing.HousingApplication", "housing.DaloAppeal")
    chapter(84, "Prévention de l’expulsion", "housing.EvictionFile")
    chapter(86, "Énergie", "housing.EnergyFile")
    for name in (
        "ApplicationMove", "DaloMove", "EnergyMove", "RequestMove", "TrackMove",
    ):  # fmt: skip
        leave(f"housing.{name}", "before", because=Because.TWICE)
    leave("housing.ApplicationMove", "proposal_before", because=Because.TWICE)
    leave("housing.Diagnosis", "payload", "snapshot", because=Because.TWICE)
    leave("housing.DaloAppeal", "due_code", because=Because.TECHNICAL)
    leave("housing.EvictionDeadline", "code", because=Because.TECHNICAL)
    leave("housing.EvictionFile", "landlord_contact", because=Because.OTHERS)
    _stays()
    _energy()
    place("housing.EvictionFile", "street", "postal_code", "commune")
    place("housing.HousingProposal", "place", "commune")
    place("housing.Stay", "place")
    place("housing.Proposal", "place")
    place("housing.Inventory", "new_address")


def _stays() -> None:
    leave("housing.InventoryDraft", because=Because.AUTHOR)
    leave("housing.InventoryPhoto", "document", because=Because.APART)
    leave("housing.Payment", "payer_name", because=Because.OTHERS)
    leave("housing.DepositReceipt", "payer_name", because=Because.OTHERS)
    leave("housing.Inventory", "present", because=Because.OTHERS)
    leave("housing.Reminder", "letter", because=Because.TECHNICAL)
    leave("housing.Entry", because=Because.TWICE)
    leave("housing.StayContract", "budget", because=Because.TWICE)
    leave("housing.LodgingRequest", "stay", because=Because.TECHNICAL)
    leave("housing.DepositSettlement", "damage", "payment", because=Because.TECHNICAL)
    leave("housing.InventoryRoom", "position", "entry_room", because=Because.TECHNICAL)
    leave("housing.InventoryElement", "position", "entry_element", because=Because.TECHNICAL)
    for name in ("InventoryItem", "DueLine", "RetainedItem"):
        leave(f"housing.{name}", "position", because=Because.TECHNICAL)


def _energy() -> None:
    leave("housing.VisitSending", because=Because.TECHNICAL)
    leave("housing.VisitPhoto", "document", because=Because.APART)
    leave("housing.EnergyVisit", "version", "appointment", because=Because.TECHNICAL)
    for name in ("EnergyBill", "RoomReading"):
        leave(f"housing.{name}", "position", because=Because.TECHNICAL)
    # Whoever warned the CIAS is never told to the person, but the household itself.
    leave("housing.EnergyFile", "informant_name", because=Because.OTHERS)
    leave_if(
        "housing.EnergyFile", "informant", "partner",
        test=lambda row: row.informant != Informant.SELF, because=Because.OTHERS,
    )  # fmt: skip
