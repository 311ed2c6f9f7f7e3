"""A lost telephone and no recovery code: what two persons do together, and what the agent then has to do.

Nothing of it lets anybody in. The account loses its second factor and its password, its sessions end, and a link goes
to the owner's mailbox, as on the first day; the owner chooses a password there, logs in, and has to take a new second
factor before anything else (`SecondFactorMiddleware`). Getting in would need both persons and the mailbox.

Two accounts are two persons only if neither made the other: see `cias.accounts.independence`.
"""

from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from cias.accounts.independence import check_address, check_two_persons
from cias.accounts.models import FactorReset, User
from cias.accounts.services import send_invitation
from cias.accounts.sessions import end_sessions


@transaction.atomic
def ask_reset(*, account: User, by: User, how: str) -> FactorReset:
    """`by` has made sure of who asks, and says `how`. An older request that nobody decided gives way.

    Raises ValidationError for one's own account, a closed one, one whose address has just changed, or while another
    request waits.
    """
    account = User.objects.select_for_update(no_key=True).get(pk=account.pk)
    if account.pk == by.pk:
        raise ValidationError("Demandez à un collègue\u00a0: personne ne réinitialise son propre compte.")
    if not account.is_active:
        raise ValidationError("Ce compte est fermé.")
    check_address(account, timezone.now())
    undecided = FactorReset.objects.filter(account=account, decided_at__isnull=True)
    if undecided.waiting().exists():
        raise ValidationError("Une demande attend déjà pour ce compte.", code="waiting")
    undecided.update(decided_by=by, decided_at=timezone.now())
    return FactorReset.objects.create(account=account, asked_by=by, how=how)


def decide_reset(*, reset: FactorReset, by: User, grant: bool) -> FactorReset:
    """The second person agrees or refuses; who asked may take the request back (a refusal).

    Raises ValidationError (too late, already decided, agreeing to one's own request, or to that of an account which
    this one opened, or was opened by, or where either is too new), OSError when the message could
    not leave: the account is reset, and the invitation can be sent again from its page.
    """
    reset = _decide(reset, by, grant)
    if grant:
        send_invitation(account=reset.account, by=by)
    return reset


@transaction.atomic
def _decide(reset: FactorReset, by: User, grant: bool) -> FactorReset:
    reset = (
        FactorReset.objects.select_for_update(of=("self",))
        .select_related("account", "asked_by")
        .get(pk=reset.pk)
    )
    if not reset.is_waiting:
        raise ValidationError(
            "Cette demande n’attend plus\u00a0: elle a été décidée, ou date de plus d’un jour."
        )
    if grant:
        if by.pk in (reset.asked_by_id, reset.account_id):
            raise ValidationError("Une autre personne que celle qui a demandé doit donner son accord.")
        check_two_persons(asked_by=reset.asked_by, by=by, asked_at=reset.created_at)
        check_address(reset.account, reset.created_at)
    reset.decided_by, reset.decided_at, reset.granted = by, timezone.now(), grant
    reset.save()
    if grant:
        account = User.objects.select_for_update(no_key=True).get(pk=reset.account_id)
        Authenticator.objects.filter(user=account).delete()
        account.set_unusable_password()
        account.save(update_fields=["password"])
        end_sessions(account)
        reset.account = account
    return reset
