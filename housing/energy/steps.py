"""What can be done next with a file: the buttons of its page, the usual one first."""

from collections.abc import Mapping

from cias.core.steps import FormStep
from housing.energy import forms, services
from housing.energy.enums import EnergyState
from housing.models import EnergyFile

S = EnergyState


CONTACT = FormStep(
    "contact",
    "Noter un contact",
    "bi-telephone",
    forms.ContactForm,
    services.log_contact,
    "Le contact est noté.",
    "Chaque tentative compte, aussi celles restées sans réponse.",
    is_main=True,
)
SUPPORT = FormStep(
    "support",
    "Accompagner",
    "bi-person-check",
    forms.DayForm,
    services.support,
    "L’accompagnement commence.",
    "Le ménage est accompagné jusqu’au résultat de ses orientations.",
    is_main=True,
)
WATCH = FormStep(
    "watch",
    "Passer au suivi",
    "bi-hourglass-split",
    forms.DayForm,
    services.watch,
    "Le ménage sera rappelé.",
    "Les orientations ont abouti ou sont lancées\u00a0: il reste l’appel de suivi.",
    is_main=True,
)
CALL = FormStep(
    "call",
    "Appel de suivi",
    "bi-telephone-outbound",
    forms.CallForm,
    services.call,
    "L’appel de suivi est noté.",
    "Quelques mois après la visite\u00a0: le confort, les factures, ce qu’il reste à faire.",
    is_main=True,
)
UNPLAN = FormStep(
    "unplan",
    "La visite n’aura pas lieu",
    "bi-calendar-x",
    forms.UnplanForm,
    services.unplan_visit,
    "La visite est à reprogrammer.",
    "Annulez aussi le rendez-vous dans l’agenda\u00a0: son créneau se libère.",
)
CLOSE = FormStep(
    "close",
    "Clore",
    "bi-archive",
    forms.CloseForm,
    services.close,
    "Le dossier est clos. L’étape peut s’annuler.",
)
STEPS: Mapping[str, FormStep] = {step.name: step for step in (CONTACT, SUPPORT, WATCH, CALL, UNPLAN, CLOSE)}


def possible_steps(file: EnergyFile) -> list[FormStep]:
    """The steps its state allows, the one it calls for first."""
    match file.state:
        case S.REPORTED:
            return [CONTACT, CLOSE] if file.consent_on else [CLOSE]
        case S.CONTACTED:
            return [CONTACT, CLOSE]
        case S.VISIT_1 | S.VISIT_2:
            return [CONTACT, UNPLAN, CLOSE]
        case S.VISITED_1 | S.VISITED_2:
            return [SUPPORT, CONTACT, CALL, CLOSE]
        case S.SUPPORT:
            return [WATCH, CONTACT, CALL, CLOSE]
        case S.FOLLOW_UP:
            return [CALL, SUPPORT, CONTACT, CLOSE]
    return []
