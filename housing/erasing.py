"""What becomes of the stays, requests, energy files and procedures of a household whose file ends (C7)."""

from cias.core import erasing

CODE = "a code of the application"
ACCOUNTING = "accounting"


def declare() -> None:
    _requests()
    _stays()
    _dues()
    _energy()
    _evictions()
    _inventories()


def _requests() -> None:
    erasing.wipe("housing.HousingApplication", "number", "note")
    erasing.wipe("housing.HousingProposal", "landlord", "place", "detail")
    erasing.wipe("housing.ApplicationMove", "reason", "before", "proposal_before")
    erasing.wipe("housing.DaloAppeal", "note")
    erasing.keep("housing.DaloAppeal", "due_code", because=CODE)
    erasing.wipe("housing.DaloMove", "reason", "before")
    erasing.wipe(
        "housing.LodgingRequest",
        "origin_detail",
        "note",
        "decided_by",
        "refusal_detail",
        "orientation_detail",
    )
    erasing.wipe("housing.RequestMove", "reason", "before")
    erasing.wipe("housing.Proposal", "detail")


def _stays() -> None:
    erasing.wipe("housing.Stay", "outcome_detail", "cancel_reason")
    erasing.wipe("housing.StayContract", "derogation")
    erasing.wipe("housing.StayExam", "note")


def _dues() -> None:
    """Amounts and dates of the ledger stay; what leads to the accounting piece lasts as long as it."""
    erasing.wipe("housing.Due", "reversal_reason", "label")
    erasing.wipe("housing.DueLine", "label")
    erasing.wipe("housing.Payment", "reversal_reason", "payer_name")
    erasing.later("housing.Payment", "reference", clock=ACCOUNTING, on="on", root="stay__household")
    erasing.wipe("housing.Entry", "label")
    erasing.later("housing.Entry", "reference", clock=ACCOUNTING, on="on", root="stay__household")
    erasing.wipe("housing.DepositReceipt", "reversal_reason", "payer_name")
    erasing.later("housing.DepositReceipt", "reference", clock=ACCOUNTING, on="on", root="stay__household")
    erasing.later("housing.DepositSettlement", "reference", clock=ACCOUNTING, on="on", root="stay__household")
    erasing.wipe("housing.RepaymentPlan", "comment", "end_reason")
    erasing.wipe("housing.RetainedItem", "label")


def _energy() -> None:
    erasing.renumber("housing.EnergyFile", "number")
    erasing.wipe(
        "housing.EnergyFile", "informant_name", "situation", "landlord", "kept_despite", "close_detail"
    )
    erasing.wipe("housing.EnergyMove", "reason", "before")
    erasing.wipe("housing.EnergyContact", "note")
    erasing.wipe("housing.EnergyOrientation", "detail", "result")
    erasing.wipe("housing.FollowUpCall", "note")
    erasing.wipe(
        "housing.EnergyVisit",
        "level", "damage", "heater_note", "appliances", "safety_note", "social_note", "findings", "advice",
    )  # fmt: skip
    erasing.wipe("housing.EnergyBill", "supplier", "delivery_point", "contract")
    erasing.keep("housing.VisitPhoto", "key", because="an identifier drawn by the tablet")
    erasing.wipe("housing.VisitPhoto", "label")
    erasing.keep("housing.VisitSending", "key", because="an identifier drawn by the tablet")


def _evictions() -> None:
    erasing.wipe("housing.EvictionFile", "landlord", "landlord_contact", "street", "cause_detail")
    erasing.blank("housing.EvictionFile", "postal_code")
    erasing.wipe("housing.EvictionDebt", "comment")
    erasing.wipe("housing.EvictionAct", "detail")
    erasing.keep("housing.EvictionDeadline", "code", "label", "source", because="a delay of the law")
    erasing.wipe("housing.TrackMove", "reason", "before")
    erasing.wipe(
        "housing.Diagnosis", "situation", "causes", "steps", "wishes", "proposals", "recipient", "payload"
    )


def _inventories() -> None:
    erasing.wipe("housing.Inventory", "present", "new_address", "comment", "signature_note")
    erasing.wipe("housing.InventoryRoom", "name", "comment")
    erasing.wipe("housing.InventoryElement", "name", "comment")
    erasing.wipe("housing.InventoryMeter", "number")
    erasing.wipe("housing.InventoryItem", "label", "comment")
    erasing.wipe("housing.InventoryPhoto", "caption")
    erasing.wipe("housing.InventoryCorrection", "text", "answer")
    erasing.drop("housing.InventoryDraft")
