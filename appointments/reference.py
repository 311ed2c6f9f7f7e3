"""The reasons a new installation starts with; its people edit them afterwards.

Reception books the `at_desk` ones, which say no more than the category; social workers choose a precise one.
Durations are those usual in the field: half an hour for a follow-up, three quarters for a first interview.
"""

from typing import Any

from appointments.enums import Category
from appointments.models import Reason
from cias.core.reference import seed_missing

IDENTITY = "pièce d’identité de chaque membre du foyer"
INCOME = "avis d’imposition, trois derniers justificatifs de ressources"


def _reason(code: str, label: str, category: Category, minutes: int = 30, **more: Any) -> dict[str, Any]:
    return {"code": code, "label": label, "category": category, "minutes": minutes, **more}


def _desk(code: str, label: str, category: Category, minutes: int = 30, **more: Any) -> dict[str, Any]:
    return _reason(code, label, category, minutes, at_desk=True, **more)


_ROWS = (
    _desk("logement", "Logement", Category.HOUSING, 45, to_bring=f"bail, dernière quittance, {INCOME}"),
    _desk("droits", "Droits", Category.RIGHTS, to_bring="avis d’imposition, attestation CAF"),
    _desk("insertion", "Insertion", Category.INSERTION, 45, to_bring="attestation CAF, CV"),
    _desk("energie", "Énergie", Category.ENERGY, to_bring="dernière facture d’énergie, avis d’imposition"),
    _desk("premier-accueil", "Premier accueil", Category.FIRST_VISIT, 45, to_bring=f"{IDENTITY}, {INCOME}"),
    _desk("autre", "Autre", Category.OTHER),
    _desk("entretien", "Entretien", Category.INTERVIEW, 60, buffer_minutes=15, private=True),
    _reason("impayes", "Impayé de loyer", Category.HOUSING, 45, to_bring="bail, courriers du bailleur"),
    _reason(
        "expulsion", "Procédure d’expulsion", Category.HOUSING, 60, to_bring="actes du commissaire de justice"
    ),
    _reason(
        "logement-social",
        "Demande de logement social",
        Category.HOUSING,
        45,
        to_bring=f"numéro unique, {INCOME}",
    ),
    _reason("hebergement", "Hébergement temporaire", Category.HOUSING, 60, to_bring=IDENTITY),
    _reason(
        "css",
        "Complémentaire santé solidaire",
        Category.RIGHTS,
        30,
        to_bring="avis d’imposition, carte Vitale, attestation CAF",
    ),
    _reason("rsa", "Demande de RSA", Category.RIGHTS, 45, to_bring=f"{IDENTITY}, {INCOME}, RIB"),
    _reason("fsl", "Fonds de solidarité logement", Category.RIGHTS, 45, to_bring=f"bail, factures, {INCOME}"),
    _reason("domiciliation", "Domiciliation", Category.RIGHTS, 45, to_bring=IDENTITY),
    _reason(
        "autonomie", "Perte d’autonomie (APA, ASPA)", Category.RIGHTS, 60, to_bring="avis d’imposition, RIB"
    ),
    _reason("handicap", "Dossier MDPH", Category.RIGHTS, 45, to_bring="certificat médical, RIB"),
    _reason(
        "budget", "Point budget", Category.RIGHTS, 60, to_bring="relevés de compte, factures, échéanciers"
    ),
    _reason(
        "surendettement", "Dossier de surendettement", Category.RIGHTS, 60, to_bring="contrats de crédit"
    ),
    _reason("orientation-rsa", "Orientation RSA", Category.INSERTION, 60, to_bring="courrier du Département"),
    _reason("contrat", "Contrat d’engagement", Category.INSERTION, 45, to_bring="CV, contrat en cours"),
    _reason("bilan-insertion", "Bilan d’étape", Category.INSERTION, 30),
    _reason(
        "facture-energie", "Facture d’énergie impayée", Category.ENERGY, 30, to_bring="factures, relances"
    ),
    _reason("slime", "Visite énergie à domicile (SLIME)", Category.ENERGY, 90, buffer_minutes=30),
    _reason("entretien-suivi", "Entretien de suivi", Category.INTERVIEW, 45, buffer_minutes=15, private=True),
)
REASONS = tuple({**row, "position": 10 * number} for number, row in enumerate(_ROWS, start=1))


def seed() -> None:
    seed_missing(Reason, "code", REASONS)
