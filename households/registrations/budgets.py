"""What budgets give to the household's page and to their author's work list."""

from collections.abc import Iterator
from typing import Any

from cias.accounts.models import User
from cias.core.french import euros
from cias.core.paths import path_to
from cias.core.registry import Action, TimelineItem, WorkItem
from households.file import may_read_content
from households.models import Budget, BudgetDraft, Debt, Household
from households.team import Team


def timeline(household: Household, user: User) -> Iterator[TimelineItem]:
    """Budgets, debts that became known and those settled, for who may read the situation."""
    if not may_read_content(user, household, "situation.view"):
        return
    for budget in Budget.objects.for_user(user, household.pk).select_related("author"):
        said = "reste à vivre non calculable"
        if budget.daily is not None:
            said = f"reste à vivre de {euros(budget.daily)} par jour et par personne"
        yield TimelineItem(
            at=budget.on,
            icon="bi-calculator",
            title="Budget",
            text=said,
            url=path_to("households:budget", budget.pk),
            author=budget.author.full_name,
        )
    for debt in Debt.objects.for_user(user, household.pk):
        url = path_to("households:debt", debt.pk)
        yield TimelineItem(
            at=debt.noted_on,
            icon="bi-exclamation-diamond",
            title="Dette connue",
            text=f"{debt.creditor}, {debt.get_kind_display().lower()}",
            url=url,
        )
        if debt.settled_on:
            yield TimelineItem(
                at=debt.settled_on, icon="bi-check-circle", title="Dette soldée", text=debt.creditor, url=url
            )


def actions(household: Household, user: User) -> Iterator[Action]:
    if user.has_perm("situation.edit"):
        yield Action(
            label="Faire le budget",
            url=path_to("households:budget_create", household.pk),
            icon="bi-calculator",
            group="Suivi",
        )


def worklist(team: Team) -> Iterator[tuple[Any, WorkItem]]:
    """The author's unfinished budgets."""
    for draft in BudgetDraft.objects.filter(author__in=team.agents).select_related("household"):
        url = (
            path_to("households:budget_edit", draft.budget_id)
            if draft.budget_id
            else path_to("households:budget_create", draft.household_id)
        )
        yield (
            draft.author_id,
            WorkItem(
                title="Terminer un budget",
                url=url,
                due=None,
                subject=str(draft.household),
                subject_id=draft.household_id,
                owner=team.by_key[draft.author_id],
                kind="budgets",
            ),
        )
