"""What can be done next with a request for lodging: the buttons of its page, the usual one first."""

from cias.core.steps import FormStep
from housing.lodging import services
from housing.lodging.enums import RequestState
from housing.lodging.forms import requests as forms
from housing.models import LodgingRequest

S = RequestState


ACCEPT = FormStep(
    "request_accept",
    "Le ménage accepte",
    "bi-check2-circle",
    forms.AcceptForm,
    services.accept,
    "La place est acceptée\u00a0: l’entrée peut être enregistrée.",
    is_main=True,
)
DECLINE = FormStep(
    "request_decline",
    "Le ménage refuse",
    "bi-x-circle",
    forms.DeclineForm,
    services.decline,
    "Le refus du ménage est enregistré\u00a0: la place peut être proposée à un autre.",
)
CANCEL = FormStep(
    "request_cancel_proposal",
    "Retirer la proposition",
    "bi-arrow-return-left",
    forms.CancelProposalForm,
    services.cancel_proposal,
    "La proposition est retirée\u00a0: le ménage attend de nouveau.",
)
REFUSE = FormStep(
    "request_refuse",
    "Refuser la demande",
    "bi-slash-circle",
    forms.RefuseForm,
    services.refuse,
    "Le refus est enregistré\u00a0: la lettre peut être imprimée.",
    "Un refus est motivé et propose une orientation.",
)
WITHDRAW = FormStep(
    "request_withdraw",
    "Demande retirée",
    "bi-archive",
    forms.WithdrawForm,
    services.withdraw,
    "La demande quitte la liste d’attente.",
)
BY_NAME = {step.name: step for step in (ACCEPT, DECLINE, CANCEL, REFUSE, WITHDRAW)}


def possible_steps(request: LodgingRequest) -> list[FormStep]:
    """The steps its state allows, besides proposing a place and entering it, which have pages of their own."""
    match request.state:
        case S.WAITING:
            return [REFUSE, WITHDRAW]
        case S.PROPOSED:
            return [ACCEPT, DECLINE, CANCEL, WITHDRAW]
        case S.ACCEPTED:
            return [CANCEL, WITHDRAW]
    return []
