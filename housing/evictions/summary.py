"""Eviction prevention in the printed summary of a household."""

from collections.abc import Iterator

from django.db.models import Prefetch

from cias.accounts.models import User
from cias.core import registry
from cias.core.french import date_short, euros
from cias.core.registry import SummaryBlock, SummaryRequest, SummarySection, Table
from households.file import may_read_content
from households.models import Household
from housing.evictions.facts import chronology
from housing.models import EvictionAct, EvictionDebt, EvictionFile


def may_read(household: Household, user: User) -> bool:
    return may_read_content(user, household, "evictions.view")


def blocks(request: SummaryRequest) -> Iterator[SummaryBlock]:
    rows = EvictionFile.objects.for_user(request.user).filter(household=request.subject)
    acts = Prefetch("acts", request.known(EvictionAct.objects.all(), "on"))
    debts = Prefetch("debts", request.known(EvictionDebt.objects.all(), "on"))
    for file in request.known(rows, "opened_on").prefetch_related(acts, debts):
        debt = file.latest_debt
        owed = f", dette de {euros(debt.amount)} au {date_short(debt.on)}" if debt else ""
        yield Table(
            title=f"Prévention de l’expulsion, {request.hide(file.landlord)}{owed}",
            header=("Date", "Étape", "Précision"),
            rows=[(on, kind, request.hide(detail) or "—") for on, kind, detail in chronology(file)],
        )


def register() -> None:
    registry.summary.register(
        "expulsion",
        SummarySection(title="Prévention de l’expulsion", position=82, may_read=may_read, blocks=blocks),
    )
