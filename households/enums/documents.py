"""Documents of a household's file: their kinds, their states, and who reads them."""

from django.db import models

from households.enums.notes import NoteLevel


class DocumentKind(models.TextChoices):
    IDENTITY = "identity", "Pièce d’identité"
    RESIDENCE_PERMIT = "residence", "Titre de séjour"
    FAMILY_RECORD = "family", "Livret de famille, acte d’état civil"
    HOME_PROOF = "home", "Justificatif de domicile"
    LEASE = "lease", "Bail, quittance"
    ENERGY_BILL = "energy", "Facture d’énergie"
    RESOURCES = "resources", "Justificatif de ressources"
    TAX_NOTICE = "tax", "Avis d’imposition"
    BENEFITS = "benefits", "Attestation CAF ou MSA"
    BANK_DETAILS = "bank", "RIB"
    JUDGMENT = "judgment", "Jugement, acte de justice"
    LETTER = "letter", "Courrier"
    PHOTO = "photo", "Photo"
    OTHER = "other", "Autre"


class DocumentState(models.TextChoices):
    CURRENT = "current", "En cours"
    REPLACED = "replaced", "Remplacé"
    RETIRED = "retired", "Retiré"
    PURGED = "purged", "Effacé"


class DocumentType(models.TextChoices):
    """What is kept, whatever was received."""

    PDF = "application/pdf", "PDF"
    JPEG = "image/jpeg", "JPEG"
    PNG = "image/png", "PNG"


# Who reads a document, said beside each choice and on its page; LevelQuerySet.for_user() enforces it.
DOCUMENT_READERS: dict[str, str] = {
    NoteLevel.TEAM: "Équipe : tout le travail social, et la direction si elle donne un motif.",
    NoteLevel.CIRCLE: "Cercle : l’agent qui l’ajoute et ceux désignés sur ce dossier.",
    NoteLevel.PERSONAL: "Personnelle : l’agent qui l’ajoute seul, ni ses collègues ni la direction.",
}
