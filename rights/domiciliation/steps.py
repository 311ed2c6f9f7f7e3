"""What can be done next with an election: the buttons of its page, the usual one first."""

from dataclasses import replace

from cias.core.steps import FormStep
from rights.domiciliation import forms, services
from rights.domiciliation.enums import ElectionState
from rights.models import Election

S = ElectionState


INTERVIEW = FormStep(
    "dom_interview",
    "Mener l’entretien",
    "bi-chat-square-text",
    forms.InterviewForm,
    services.interview,
    "L’entretien est enregistré\u00a0: la décision peut être prise.",
    "L’entretien précède toute décision, aussi au renouvellement (CASF, art. D264-2).",
    True,
)
CORRECT = replace(INTERVIEW, label="Corriger l’entretien", done="L’entretien est corrigé.", is_main=False)
GRANT = FormStep(
    "dom_grant",
    "Accorder",
    "bi-check2-circle",
    forms.GrantForm,
    services.decide_grant,
    "La domiciliation est accordée\u00a0: l’attestation peut être imprimée.",
    is_main=True,
)
REFUSE = FormStep(
    "dom_refuse",
    "Refuser",
    "bi-slash-circle",
    forms.RefusalForm,
    services.decide_refusal,
    "Le refus est enregistré\u00a0: la lettre peut être imprimée.",
    "Un refus est motivé et propose un autre organisme (CASF, art. L264-4).",
)
NOTIFY = FormStep(
    "dom_notify",
    "Noter la notification",
    "bi-envelope-check",
    forms.NotifyForm,
    services.notify,
    "La notification est enregistrée.",
    is_main=True,
)
END = FormStep(
    "dom_end",
    "Mettre fin",
    "bi-archive",
    forms.EndForm,
    services.end,
    "La domiciliation est terminée\u00a0: la lettre peut être imprimée.",
    "Rien ne se termine tout seul\u00a0: la décision est prise par un agent, motivée et notifiée (CASF, art. L264-5).",
)
WITHDRAW = FormStep(
    "dom_withdraw",
    "Demande abandonnée",
    "bi-x-circle",
    forms.WithdrawForm,
    services.withdraw,
    "La demande est abandonnée.",
)


def possible_steps(election: Election) -> list[FormStep]:
    """The steps its state allows, the one it calls for first."""
    match election.state:
        case S.REQUESTED:
            return [INTERVIEW, WITHDRAW]
        case S.INTERVIEWED:
            return [GRANT, REFUSE, CORRECT, WITHDRAW]
        case S.GRANTED:
            return [END] if election.notified_on else [NOTIFY, END]
        case S.REFUSED:
            return [] if election.notified_on else [NOTIFY]
        case S.ENDED:
            return [] if election.end_notified_on else [NOTIFY]
    return []
