"""Whether two accounts are two persons in fact, as the history of the accounts tells (ASVS 6.4.3).

Who manages accounts could open a second one, or take an old one over by giving it their own address, and agree with it
to their own request; or open two and keep out of it; or have one open the other. So no hand may be common to the two:
neither of them, nor anybody whose account is still open, may have opened both or given them their role, address or
reopening, directly or through other accounts. Nor does either count during the first days of what somebody gave it, so
that others see it in the list before. What was done on the server itself (`createsuperuser`) has no author and is not
held against anybody: who has the server needs no reset. The log shows each of these acts to the dpo (cias/audit).
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
    hands = _hands(by) & _hands(asked_by)
    if hands & {str(by.pk), str(asked_by.pk)}:
        raise ValidationError(
            "Les deux comptes doivent être indépendants\u00a0: l’un a ouvert l’autre, ou changé son rôle ou son "
            "adresse, ou l’a rouvert. Une autre personne doit donner son accord, ou faire la demande.",
            code="same_hand",
        )
    common = User.objects.active().filter(pk__in=hands).first()
    if common:
        raise ValidationError(
            f"Les deux comptes doivent être indépendants\u00a0: {common.full_name} a ouvert l’un et l’autre, ou changé "
            "leur rôle ou leur adresse. Une personne dont le compte ne vient pas de là doit donner son accord, ou "
            "faire la demande\u00a0; à défaut, un compte d’administration s’ouvre sur le serveur.",
            code="common_hand",
        )
    for account in (by, asked_by):
        if _has_changed_since(account, asked_at - SETTLED):
            raise ValidationError(
                f"Le compte de {account.full_name} a été ouvert, rouvert ou changé (rôle, adresse, second facteur) "
                "moins de sept jours avant la demande\u00a0: une autre personne doit s’en charger.",
                code="too_new",
            )


def _hands(account: User) -> set[str]:
    """The keys of the account itself and of all who made it what it is, one after the other."""
    found, to_see = {str(account.pk)}, [account]
    while to_see:
        authors = {_author(event) for one in to_see for event in _given(one)} - found - {""}
        found |= authors
        to_see = list(User.objects.filter(pk__in=authors))
    return found


def _has_changed_since(account: User, moment: datetime) -> bool:
    """Whether somebody gave it something, took its second factor away or unbound its identity after `moment`."""
    return (
        any(_author(event) and event.pgh_created_at > moment for event in _given(account))
        or account.factor_resets.filter(granted=True, decided_at__gt=moment).exists()
        or account.provider_links.filter(ended_at__gt=moment).exists()
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
