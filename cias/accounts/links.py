"""An account and the person it is at the identity provider, bound once (OpenID Connect Core 5.7, ASVS 10.5.2).

An address can be given to somebody else, a subject cannot. The address finds the account once; the login that this
begins, our second factor included, binds the subject when it is whole; from then on the subject alone opens.
"""

from django.db import IntegrityError, transaction
from django.utils import timezone

from cias.accounts.models import ProviderLink, User


class BoundElsewhere(Exception):
    """`account` is another identity's."""

    def __init__(self, account: User) -> None:
        super().__init__()
        self.account = account


def find(*, issuer: str, subject: str) -> User | None:
    """The account bound to this identity, open or closed."""
    links = ProviderLink.objects.current().select_related("account")
    link = links.filter(issuer=issuer, subject=subject).first()
    return link.account if link else None


def check_free(*, account: User, issuer: str) -> None:
    """An address led to `account`, not its identity. Raises BoundElsewhere when it has one there, and notes the day."""
    if account.provider_links.current().filter(issuer=issuer).update(refused_at=timezone.now()):
        raise BoundElsewhere(account)


def bind(*, account: User, issuer: str, subject: str) -> None:
    """Once for all; nothing where it is so already. Raises BoundElsewhere when another login came first."""
    try:
        with transaction.atomic():
            link, _ = ProviderLink.objects.current().get_or_create(
                account=account, issuer=issuer, defaults={"subject": subject}
            )
    except IntegrityError as error:  # the identity has just become another account's
        raise BoundElsewhere(account) from error
    if link.subject != subject:
        raise BoundElsewhere(account)


def unbind(*, account: User) -> int:
    """The next login through a provider finds the account by its address again. Returns how many links there were."""
    return account.provider_links.current().update(ended_at=timezone.now())
