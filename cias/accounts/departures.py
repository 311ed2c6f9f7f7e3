"""Somebody leaves: all they hold is shown by kind, given to colleagues, and nothing is lost on the way (C11).

Everything happens in one transaction. Locks are taken in the order the whole application follows (appointments,
agents, rooms, then files), so that a booking for the leaver either comes first and is handed over with the rest, or
finds a closed account. What could not go stays with the account and is counted again each time somebody looks: no
work is ever out of sight, and handing over twice does nothing the second time.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

import pghistory
from django.core.exceptions import ValidationError
from django.db import OperationalError, transaction
from psycopg.errors import DeadlockDetected

from cias.accounts.models import Departure, DepartureLine, User
from cias.accounts.sessions import end_sessions
from cias.core import registry
from cias.core.holdings import Holding

ATTEMPTS = 4


@dataclass(frozen=True)
class Held:
    """How much of one kind an account holds; `receivers` are the colleagues who may take it."""

    kind: str
    holding: Holding
    count: int
    receivers: tuple[User, ...] = ()

    @property
    def label(self) -> str:
        return self.holding.label[0 if self.count < 2 else 1]


def held_by(account: User) -> list[Held]:
    """What `account` holds, kind by kind, in the order it is handed over; kinds it holds nothing of are left out."""
    found = []
    for kind, holding in registry.holdings.items():
        count = holding.held([account.pk]).get(account.pk, 0)
        if count:
            receivers = holding.receivers(account) if holding.receivers is not None else ()
            found.append(Held(kind, holding, count, tuple(receivers)))
    return found


def to_give(account: User) -> list[Held]:
    """What has to go to somebody: drafts and the like, which stay with their author, left out."""
    return [held for held in held_by(account) if not held.holding.kept]


def left_behind() -> list[tuple[User, list[Held]]]:
    """The closed accounts that still hold work, by name, with what: a fixed number of queries."""
    closed = {user.pk: user for user in User.objects.filter(is_active=False)}
    if not closed:
        return []
    left: dict[Any, list[Held]] = {}
    for kind, holding in registry.holdings.items():
        if holding.kept:
            continue
        for key, count in holding.held(list(closed)).items():
            if count:
                left.setdefault(key, []).append(Held(kind, holding, count))
    return [(user, left[key]) for key, user in closed.items() if key in left]


def hand_over(
    *, account: User, by: User, choices: Mapping[str, User | None], close: bool = False
) -> Departure:
    """Give what `account` holds: `choices` by kind, None for nobody. With `close`, the account is closed too.

    Returns what was done, line by line. Raises ValidationError: one's own account; a kind that is held and was not
    chosen for (code "incomplete", somebody gave the leaver work meanwhile); a colleague who may not take it.
    """
    if account.pk == by.pk:
        raise ValidationError("Vous ne pouvez pas faire votre propre départ\u00a0: demandez à un collègue.")
    return _without_deadlock(lambda: _hand_over(account, by, choices, close))


def _without_deadlock[T](act: Callable[[], T]) -> T:
    """Two people at the same moment may wait for each other: PostgreSQL stops one, who begins again."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return act()
        except OperationalError as error:
            if not isinstance(error.__cause__, DeadlockDetected) or attempt == ATTEMPTS:
                raise
    raise AssertionError("unreachable")


@transaction.atomic
def _hand_over(account: User, by: User, choices: Mapping[str, User | None], close: bool) -> Departure:
    # Upper layers lock first, as they do everywhere: appointments, agents and rooms, then files.
    for kind, holding in reversed(list(registry.holdings.items())):
        if kind in choices and holding.lock is not None:
            holding.lock(account, choices[kind])
    # From here on nobody books the leaver: bookings lock this row too, and read whether the account is open.
    keys = {account.pk, *(to.pk for to in choices.values() if to is not None)}
    locked = {user.pk: user for user in _lock(keys)}
    held = to_give(account)
    _check(held, choices, locked)
    with pghistory.context(user=str(by.pk)):
        lines = [_give(one, account, choices[one.kind], by) for one in held]
        if close:
            User.objects.filter(pk=account.pk, is_active=True).update(is_active=False)
            account.is_active = False
        departure = Departure.objects.create(account=account, by=by, closed=close)
        for line in lines:
            line.departure = departure
        DepartureLine.objects.bulk_create(lines)
    if close:
        end_sessions(account)
    return departure


def _lock(keys: Collection[Any]) -> list[User]:
    return list(User.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk"))


def _check(held: list[Held], choices: Mapping[str, User | None], locked: Mapping[Any, User]) -> None:
    for one in held:
        if one.kind not in choices:
            raise ValidationError(
                f"Entre-temps, cette personne a reçu du travail\u00a0: {one.count}\u00a0{one.label}. "
                "Relisez la page et choisissez aussi pour lui.",
                code="incomplete",
            )
        to = choices[one.kind]
        if to is not None and (not locked[to.pk].is_active or to.pk not in {r.pk for r in one.receivers}):
            raise ValidationError(
                f"{to.full_name} ne peut pas recevoir\u00a0: {one.label}.", code="not_a_receiver"
            )


def _give(one: Held, account: User, to: User | None, by: User) -> DepartureLine:
    holding = one.holding
    if to is not None and holding.give is not None:
        holding.give(account, to, by)
    elif to is None and holding.release is not None:
        holding.release(account, by)
    left = holding.held([account.pk]).get(account.pk, 0)
    return DepartureLine(kind=one.kind, to=to, moved=max(0, one.count - left), left=left)
