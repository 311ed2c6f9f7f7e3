"""What can be done next with a request: the buttons of its page, the usual one first."""

from cias.accounts.models import User
from rights.aids.enums import AidState
from rights.aids.services.emergency import may_be_handed_over
from rights.models import AidMove, AidRequest
from rights.steps import Step

S = AidState


def possible_steps(request: AidRequest, user: User) -> list[Step]:
    """The steps its state and the user's rights allow."""
    state = AidState(request.state)
    edits, pays = user.has_perm("aids.edit"), user.has_perm("aids.pay")
    at_once = pays and may_be_handed_over(request)
    payable = state == S.NOTIFIED and request.is_granted
    steps = [
        Step("aid_edit", "Modifier", "bi-pencil") if edits and state == S.DRAFT else None,
        Step("aid_take_back", "Reprendre en brouillon", "bi-pencil")
        if edits and request.can_move_to(S.DRAFT)
        else None,
        Step("aid_delegate", "Décider par délégation", "bi-lightning", True)
        if user.has_perm("aids.session") and state == S.PROPOSED and request.may_be_delegated
        else None,
        Step("aid_hand_over", "Remettre l’aide", "bi-hand-index", True) if at_once else None,
        Step("aid_notify", "Enregistrer la notification", "bi-envelope-check", not at_once)
        if pays and request.can_move_to(S.NOTIFIED) and state == S.DECIDED
        else None,
        Step("aid_pay", "Enregistrer un paiement", "bi-cash-coin", True) if pays and payable else None,
        Step("aid_repay", "Enregistrer un remboursement", "bi-arrow-return-left", True)
        if pays and state == S.REPAYING
        else None,
        Step("aid_schedule", "Fixer l’échéancier", "bi-calendar-range")
        if pays and request.repayable and state in (S.DECIDED, S.NOTIFIED, S.REPAYING)
        else None,
        Step("aid_close", "Clore la demande", "bi-archive", not payable and state != S.REPAYING)
        if edits and request.can_move_to(S.CLOSED)
        else None,
        Step("aid_abandon", "La personne retire sa demande", "bi-x-circle")
        if edits and request.can_move_to(S.ABANDONED)
        else None,
    ]
    return [step for step in steps if step is not None]


def find_step(request: AidRequest, user: User, name: str) -> Step | None:
    """The step of that URL name, when it is possible."""
    return next((one for one in possible_steps(request, user) if one.name == name), None)


def may_undo(user: User, move: AidMove) -> bool:
    """Each takes back what they do themselves: the commission's agenda and decisions are the direction's."""
    if move.item_id is not None or move.to_state == S.DECIDED:
        return user.has_perm("aids.session")
    return user.has_perm("aids.pay" if move.to_state == S.NOTIFIED else "aids.edit")
