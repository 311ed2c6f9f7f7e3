"""Whether two accounts are two persons in fact, as the history of the accounts tells (ASVS 6.4.3).

Who manages accounts could open a second one, or take an old one over by giving it their own address, and agree with it
to their own request. So neither of the two may ever have opened the other, nor given it its role, its address or its
reopening; and neither counts during the first days of what somebody gave it, so that others see it in the list before.
What was done on the server itself (`createsuperuser`) has no author and is not held against anybody: who has the server
needs no reset.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from django.core.exceptions import ValidationError

from cias.accounts.models import User

SETTLED = timedelta(days=7)
# What an account is trusted for hangs from these; changing a name or a telephone gives nothing.
TRUST = ("role", "email", "is_active")


def check_two_persons(*, asked_by: User, by: User, asked_at: datetime) -> None:
    """Raises ValidationError unless `by` may agree to what `asked_by` asked for at `asked_at`."""
    given = {account: list(_given(account)) for account in (by, asked_by)}
    for account, other in ((by, asked_by), (asked_by, by)):
        if any(_author(event) == str(other.pk) for event in given[account]):
            raise ValidationError(
                "Les deux comptes doivent être indépendants\u00a0: l’un a ouvert l’autre, ou changé son rôle ou son "
                "adresse, ou l’a rouvert. Une autre personne doit donner son accord, ou faire la demande.",
                code="same_hand",
            )
    for account, events in given.items():
        if any(_author(event) and event.pgh_created_at > asked_at - SETTLED for event in events):
            raise ValidationError(
                f"Le compte de {account.full_name} a été ouvert, rouvert ou changé (rôle, adresse) moins de sept jours "
                "avant la demande\u00a0: une autre personne doit s’en charger.",
                code="too_new",
            )


def check_address(account: User, asked_at: datetime) -> None:
    """The link goes to the account's mailbox. Raises ValidationError where that address has just been changed."""
    for before, event in pairwise(_events(account)):
        if event.email != before.email and _author(event) and event.pgh_created_at > asked_at - SETTLED:
            raise ValidationError(
                "L’adresse de ce compte a changé il y a moins de sept jours\u00a0: le lien pourrait partir chez "
                "quelqu’un d’autre. Attendez la fin de ce délai.",
                code="new_address",
            )


def _given(account: User) -> Iterator[Any]:
    """What opened the account and what changed its trust since."""
    events = _events(account)
    yield from events[:1]
    for before, event in pairwise(events):
        if any(getattr(before, name) != getattr(event, name) for name in TRUST):
            yield event


def _events(account: User) -> list[Any]:
    events: Any = account.events  # type: ignore[attr-defined]
    return list(events.select_related("pgh_context").order_by("pgh_id"))


def _author(event: Any) -> str:
    return str(event.pgh_context.metadata.get("user") or "") if event.pgh_context else ""
