"""What can be done next with a file: the buttons of its page, the usual one first."""

from dataclasses import dataclass

from rights.enums import FileState
from rights.models import RightsFile
from rights.rules import asked_dates
from rights.services.duties import untold
from rights.states import AT_AUTHORITY, CLOSING_REASONS, DECISION_STATE, IN_PROGRESS

S = FileState


@dataclass(frozen=True)
class Step:
    """`name` is the URL name in `rights`; `is_main` the one the state calls for."""

    name: str
    label: str
    icon: str
    is_main: bool = False


def possible_steps(file: RightsFile) -> list[Step]:
    """The steps the file's state allows; exactly one of them is main, unless the file has ended."""
    state = FileState(file.state)
    can_be_decided = any(file.can_move_to(target) for target in DECISION_STATE.values())
    steps = [
        Step("deposit", "Enregistrer le dépôt", "bi-inbox", True) if state == S.DRAFT else None,
        Step("transmit", "Transmettre", "bi-send", True)
        if file.can_move_to(S.TRANSMITTED) and not file.transmitted_on
        else None,
        Step("send_pieces", "Pièces envoyées", "bi-send", state == S.PIECES_ASKED)
        if state == S.PIECES_ASKED or (state == S.TRANSMITTED and file.completed_on is None)
        else None,
        Step("open_right", "Ouvrir le droit", "bi-calendar-check", True)
        if file.can_move_to(S.OPEN)
        else None,
        Step("renew", "Renouveler", "bi-arrow-repeat", True) if file.can_move_to(S.RENEWING) else None,
        Step("decide", "Enregistrer la décision", "bi-check2-circle", state in (S.TRANSMITTED, S.APPEAL))
        if can_be_decided
        else None,
        Step("opinion", "Écrire l’avis", "bi-chat-square-text") if state in IN_PROGRESS else None,
        Step("ask_pieces", "Pièces demandées", "bi-question-circle")
        if file.can_move_to(S.PIECES_ASKED)
        else None,
        Step("acknowledge", "Accusé de réception", "bi-envelope-check") if state in AT_AUTHORITY else None,
        Step("appeal", "Former un recours", "bi-megaphone", state in (S.REFUSED, S.TACIT_REFUSAL))
        if file.can_move_to(S.APPEAL)
        else None,
        Step("dates", "Dates particulières", "bi-calendar-event")
        if not file.is_ended and asked_dates(file)
        else None,
        Step("tell", "Information donnée", "bi-chat-left-dots")
        if not file.is_ended and untold(file)
        else None,
        Step("nir", "Numéro de sécurité sociale", "bi-person-vcard")
        if not file.is_ended and file.right.needs_nir
        else None,
        Step("end", "Terminer le dossier", "bi-archive", state == S.RENEWING)
        if any(file.can_move_to(target) for target in CLOSING_REASONS)
        else None,
    ]
    return [step for step in steps if step is not None]
