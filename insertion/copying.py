"""What the copy of a person's data leaves out of their pathway, and its chapters (C8)."""

from cias.core.copying import Because, chapter, leave

PSYCHOLOGIST = (
    "Counselling", "CounsellingHandover", "CounsellingSession", "SealedNote", "LiaisonNote", "LiaisonRecipient",
)  # fmt: skip


def declare() -> None:
    chapter(
        90, "Parcours d’insertion",
        *(
            f"insertion.{name}"
            for name in (
                "DepartmentIdentity", "Orientation", "Diagnosis", "EngagementContract", "NoShowCase",
                "ReorientationRequest",
            )
        ),
    )  # fmt: skip
    chapter(92, "Recherche d’emploi", "insertion.JobSearch")
    chapter(94, "Ateliers", "insertion.WorkshopRegistration")
    # ADR 14: nobody but the psychologist, not even who makes the copy, learns of it.
    for name in PSYCHOLOGIST:
        leave(f"insertion.{name}", because=Because.PSYCHOLOGIST)
    leave("insertion.OrientationImportRow", because=Because.TWICE)
    leave("insertion.DepartmentIdentity", "nir_print", "digests", because=Because.TECHNICAL)
    for name in (
        "ContractStep", "NoShowMove", "OrientationChange", "PathwayExit", "ReorientationMove",
    ):  # fmt: skip
        leave(f"insertion.{name}", "before", because=Because.TWICE)
    leave("insertion.EngagementContract", "renews", "scan", because=Because.TECHNICAL)
    leave("insertion.ContractStep", "amendment", because=Because.TECHNICAL)
    leave("insertion.ContractAction", "source", because=Because.TECHNICAL)
    leave("insertion.OrientationChange", "cause", because=Because.TECHNICAL)
    leave("insertion.ReorientationRequest", "result", because=Because.TECHNICAL)
    leave("insertion.PathwayExit", "document", because=Because.APART)
    leave("insertion.NoShowMove", "proof", because=Because.APART)
    leave("insertion.WorkshopNotice", "attempts", "reference", because=Because.TECHNICAL)
