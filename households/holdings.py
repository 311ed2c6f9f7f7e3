"""Work an agent holds about households, as the handing-over of a departure wants it (cias.core.holdings)."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from django.db.models import Count, QuerySet
from django.utils import timezone

from cias.accounts.enums import Role
from cias.accounts.models import User
from cias.core import registry
from cias.core.holdings import Holding
from households.models import Household, NamedAccess

Rows = Callable[[], QuerySet[Any]]


def colleagues(*roles: Role) -> Callable[[User], QuerySet[User]]:
    """The open accounts of these roles, but the one who leaves; without roles, those of the leaver's own role."""

    def receivers(agent: User) -> QuerySet[User]:
        rows = User.objects.active().filter(role__in=roles or (agent.role,)).exclude(pk=agent.pk)
        return rows.order_by("last_name", "first_name", "pk")

    return receivers


SOCIAL_WORKERS = colleagues(Role.SOCIAL_WORKER)


def unnamed(to: User) -> QuerySet[Any]:
    """The keys of the protected households `to` is not named on: work on them never goes by the back door (C3)."""
    named = NamedAccess.objects.filter(agent=to, end=None, protection__end=None)
    protected = Household.with_absorbed.filter(is_protected=True).order_by()
    return protected.exclude(pk__in=named.values("protection__household")).values("pk")


def counted(rows: Rows, field: str = "agent") -> Callable[[Collection[Any]], Mapping[Any, int]]:
    """How many of `rows()` each agent holds."""

    def held(agents: Collection[Any]) -> Mapping[Any, int]:
        found = rows().filter(**{f"{field}__in": agents}).order_by().values_list(field)
        return dict(found.annotate(count=Count("pk", distinct=True)))

    return held


def reach(rows: QuerySet[Any], to: User, household: str) -> QuerySet[Any]:
    """Those of `rows` that `to` may work on."""
    if not household:
        return rows
    return rows.exclude(**{f"{household}__isnull": False, f"{household}__in": unnamed(to)})


def rows_of(
    label: tuple[str, str],
    rows: Rows,
    *,
    receivers: Callable[[User], QuerySet[User]] = SOCIAL_WORKERS,
    field: str = "agent",
    household: str = "household",
    help_text: str = "",
) -> Holding:
    """A holding whose rows name their agent in `field`: giving them is writing another name there."""

    def give(agent: User, to: User, by: User) -> None:
        theirs = reach(rows().filter(**{field: agent}), to, household)
        keys = list(
            rows().select_for_update(of=("self",)).filter(pk__in=theirs.order_by().values("pk"))
            .order_by("pk").values_list("pk", flat=True)
        )  # fmt: skip
        rows().filter(pk__in=keys, **{field: agent}).update(**{field: to})

    return Holding(
        label=label, held=counted(rows, field), receivers=receivers, give=give, help_text=help_text
    )


def kept_by_author(label: tuple[str, str], rows: Rows, because: str, *, field: str = "author") -> Holding:
    """What nobody else may take over: told to who hands over, and no more."""
    return Holding(label=label, held=counted(rows, field), kept=because)


def today() -> Any:
    return timezone.localdate()


def declare(code: str, holding: Holding) -> None:
    registry.holdings.register(code, holding)
