"""What the copy of a person's data leaves out of their rights and aids, and its chapters (C8)."""

from cias.core.copying import Because, chapter, leave, unprint


def declare() -> None:
    chapter(70, "Droits", "rights.RightsFile", "rights.RightsEstimate", "rights.EstimateRun")
    chapter(72, "Aides facultatives", "rights.AidRequest")
    chapter(74, "Domiciliation", "rights.Domiciliation", "rights.Election")
    leave("rights.RightsFile", "opened_during", "renewal_of", "due_kind", because=Because.TECHNICAL)
    leave("rights.FilePiece", "position", because=Because.TECHNICAL)
    leave("rights.FileNir", "sealed", because=Because.NIR)
    leave("rights.MaintenanceDebtor", because=Because.OTHERS)
    leave("rights.EstimateRun", because=Because.INNER)
    # The household as it was reckoned with, its other members included.
    leave("rights.RightsEstimate", "inputs", because=Because.TWICE)
    leave("rights.RightsEstimate", "run", because=Because.TECHNICAL)
    leave("rights.AgendaItem", "position", because=Because.TECHNICAL)
    leave("rights.AgendaItem_recused", because=Because.OTHERS)
    leave("rights.AidRequest", "snapshot", because=Because.TWICE)
    leave("rights.AidMove", "item", because=Because.TECHNICAL)
    for name in ("AidMove", "FileMove", "ElectionMove"):
        leave(f"rights.{name}", "before", because=Because.TWICE)
    leave("rights.Election", "renewal_of", because=Because.TECHNICAL)
    leave("rights.Proxy", "name", "birth_date", because=Because.OTHERS)
    leave("rights.DeskEvent", "proxy", because=Because.OTHERS)
    unprint("rights.DeskEvent", "day")
