"""What can be done next with a file: the buttons of its page, the usual one first."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms as django_forms

from housing.energy import forms, services
from housing.energy.enums import EnergyState
from housing.models import EnergyFile

S = EnergyState


@dataclass(frozen=True)
class Step:
    """`name` is the end of the URL's name; `intro` says what the form is about, `done` what it did."""

    name: str
    label: str
    icon: str
    form: type[django_forms.Form]
    service: Callable[..., Any]
    done: str
    intro: str = ""
    submit: str = ""
    is_main: bool = False


CONTACT = Step(
    "contact",
    "Noter un contact",
    "bi-telephone",
    forms.ContactForm,
    services.log_contact,
    "Le contact est noté.",
    "Chaque tentative compte, aussi celles restées sans réponse.",
    is_main=True,
)
SUPPORT = Step(
    "support",
    "Accompagner",
    "bi-person-check",
    forms.DayForm,
    services.support,
    "L’accompagnement commence.",
    "Le ménage est accompagné jusqu’au résultat de ses orientations.",
    is_main=True,
)
WATCH = Step(
    "watch",
    "Passer au suivi",
    "bi-hourglass-split",
    forms.DayForm,
    services.watch,
    "Le ménage sera rappelé.",
    "Les orientations ont abouti ou sont lancées\u00a0: il reste l’appel de suivi.",
    is_main=True,
)
CALL = Step(
    "call",
    "Appel de suivi",
    "bi-telephone-outbound",
    forms.CallForm,
    services.call,
    "L’appel de suivi est noté.",
    "Quelques mois après la visite\u00a0: le confort, les factures, ce qu’il reste à faire.",
    is_main=True,
)
UNPLAN = Step(
    "unplan",
    "La visite n’aura pas lieu",
    "bi-calendar-x",
    forms.UnplanForm,
    services.unplan_visit,
    "La visite est à reprogrammer.",
    "Annulez aussi le rendez-vous dans l’agenda\u00a0: son créneau se libère.",
)
CLOSE = Step(
    "close",
    "Clore",
    "bi-archive",
    forms.CloseForm,
    services.close,
    "Le dossier est clos. L’étape peut s’annuler.",
)
STEPS: Mapping[str, Step] = {step.name: step for step in (CONTACT, SUPPORT, WATCH, CALL, UNPLAN, CLOSE)}


def possible_steps(file: EnergyFile) -> list[Step]:
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
