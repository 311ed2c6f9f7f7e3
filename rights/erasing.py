"""What becomes of the files of rights, aids and elections of domicile of a household whose file ends (C7)."""

from cias.core import erasing

CODE = "a code of the application"
ACCOUNTING = "accounting"


def declare() -> None:
    _files()
    _aids()
    _domiciliation()


def _files() -> None:
    erasing.renumber("rights.RightsFile", "number")
    erasing.wipe("rights.RightsFile", "detail", "opinion_text", "transmission_proof")
    erasing.keep("rights.RightsFile", "due_kind", because=CODE)
    erasing.wipe("rights.FileNotice", "reason")
    erasing.wipe("rights.MaintenanceDebtor", "name", "address")
    erasing.drop("rights.FileNir")
    erasing.wipe("rights.FileMove", "reason", "before")
    erasing.wipe("rights.FilePiece", "free_label", "remark")
    erasing.keep("rights.EstimateRun", "step", "failure_reason", because="written by the application")
    erasing.keep("rights.RightsEstimate", "engine", because="the version of the engine")
    erasing.wipe("rights.RightsEstimate", "inputs")
    erasing.wipe("rights.EstimatedRight", "missing")


def _aids() -> None:
    """The number of a request and the reference of a payment lead to the accounting piece: they last as long."""
    erasing.later("rights.AidRequest", "number", clock=ACCOUNTING, on="opened_on", root="household")
    erasing.wipe(
        "rights.AidRequest",
        "payee", "payee_reference", "purpose", "evaluation", "derogation", "decision_reason", "override_reason",
        "decided_by",
    )  # fmt: skip
    erasing.wipe("rights.AidMove", "reason", "before")
    erasing.wipe("rights.AidPayment", "payee")
    erasing.later("rights.AidPayment", "reference", clock=ACCOUNTING, on="on", root="request__household")
    erasing.wipe("rights.AgendaItem", "sheet", "reason")


def _domiciliation() -> None:
    erasing.renumber("rights.Domiciliation", "number")
    erasing.wipe(
        "rights.Election",
        "link_detail", "note", "decided_by", "refusal_detail", "orientation_detail", "end_detail",
    )  # fmt: skip
    erasing.wipe("rights.ElectionMove", "reason", "before")
    erasing.wipe("rights.Proxy", "name")
    erasing.blank("rights.Proxy", "birth_date")
    erasing.wipe("rights.Forwarding", "address_lines")
