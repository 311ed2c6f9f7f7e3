"""Type a budget on one page, keyboard only; what is typed is kept, and nobody saves over somebody else (H7)."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from cias.accounts.http import AgentRequest
from cias.core.access import requires
from cias.core.db import ConstraintViolation
from cias.core.french import time_fr
from cias.core.http import CHANGED_HANDS, is_own_text, posted, typed_by_someone_else
from households.budgets.comparison import differences
from households.budgets.reading import (
    circumstances_on,
    entry,
    formula_on,
    readable_budgets,
    statement_of,
)
from households.budgets.reckoning import Statement, reckon
from households.composition import composition
from households.file import file_context, get_household
from households.forms.budgets import (
    ADD_ROW,
    COPY_FROM,
    BudgetGridForm,
    beneficiaries,
    budget_initial,
    draft_values,
    grid_initial,
    one_row_more,
)
from households.models import Budget, BudgetCategory, BudgetDraft, BudgetLine, Household
from households.services.budgets import (
    BudgetConflict,
    drop_budget_draft,
    keep_budget_draft,
    save_budget,
    write_budget,
)
from households.views.budgets import TAB, budget_back

KEEP_DRAFT = "brouillon"


@requires("situation.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def budget_create(request: AgentRequest, household_id: UUID) -> HttpResponse:
    """A new budget, empty, as the draft left it, or copied from a former one (?copie=)."""
    household = get_household(request, household_id)
    data, typed, new_row = _typed(request)
    if data is not None and KEEP_DRAFT in data:
        return _keep_and_leave(request, household)
    draft, copied = _draft(request, household), _copied(request, household)
    initial: dict[str, Any] = {"on": timezone.localdate()}
    if copied is not None:
        initial |= grid_initial(copied.lines.all(), with_proofs=False)
    elif draft is not None:
        initial |= draft.values
    lines = list(copied.lines.all()) if copied else []
    form = _grid(household, data, initial=typed or initial, lines=lines)
    if is_own_text(request, form) and form.is_valid():
        values = form.cleaned_data
        try:
            written = write_budget(
                by=request.user,
                household=household,
                on=values["on"],
                comment=values["comment"],
                lines=form.lines(),
            )
        except ConstraintViolation as error:
            form.add_error("on", error)
        else:
            messages.success(request, "Le budget est enregistré.")
            return redirect("households:budget", written.pk)
    return _page(request, household, form, draft if copied is None else None, new_row=new_row)


@requires("situation.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def budget_edit(request: AgentRequest, budget_id: UUID) -> HttpResponse:
    """Correct or complete a budget; saved from an older version, both are shown."""
    household, budget = _editable(request, budget_id)
    data, typed, new_row = _typed(request)
    if data is not None and KEEP_DRAFT in data:
        return _keep_and_leave(request, household, budget)
    draft = _draft(request, household, budget)
    initial = draft.values if draft else budget_initial(budget)
    form = _grid(household, data, initial=typed or initial, lines=list(budget.lines.all()))
    conflict: Budget | None = None
    if is_own_text(request, form) and form.is_valid():
        values = form.cleaned_data
        try:
            save_budget(
                by=request.user,
                budget=budget,
                version=values["version"] or 0,
                on=values["on"],
                comment=values["comment"],
                lines=form.lines(),
            )
        except BudgetConflict as error:
            form.add_error(None, error)
            conflict = readable_budgets(request.user, household).get(pk=error.budget.pk)
        except ValidationError as error:
            form.add_error("on", error)
        else:
            messages.success(request, "Le budget est enregistré.")
            return redirect("households:budget", budget.pk)
    return _page(request, household, form, draft, budget=budget, conflict=conflict, new_row=new_row)


@requires("situation.edit")
@require_POST
def budget_draft(request: AgentRequest, household_id: UUID) -> HttpResponse:
    """Keep what is being typed in a new budget; the page calls it every few seconds."""
    return _keep(request, get_household(request, household_id))


@requires("situation.edit")
@require_POST
def budget_edit_draft(request: AgentRequest, budget_id: UUID) -> HttpResponse:
    """Keep what is being changed in a budget."""
    household, budget = _editable(request, budget_id)
    return _keep(request, household, budget)


@requires("situation.edit")
@require_POST
def budget_draft_discard(request: AgentRequest, budget_draft_id: UUID) -> HttpResponse:
    """The author gives up a draft."""
    draft = get_object_or_404(BudgetDraft.objects.filter(author=request.user), pk=budget_draft_id)
    drop_budget_draft(author=request.user, household=draft.household, budget=draft.budget)
    messages.success(request, "Le brouillon est effacé.")
    return redirect("households:situation", draft.household_id)


@requires("situation.edit")
@require_POST
def budget_totals(request: AgentRequest, household_id: UUID) -> HttpResponse:
    """What the formula makes of the grid as it is being typed: the fragment beside it. Saves nothing."""
    household = get_household(request, household_id)
    form = _grid(household, request.POST, lines=_named_lines(household))
    form.is_valid()
    context = {"statement": _as_typed(household, form), "household": household}
    return render(request, "households/budget_totals.html", context)


def _as_typed(household: Household, form: BudgetGridForm) -> Statement:
    """The grid reckoned: what was typed when it is sent, what it starts with otherwise."""
    if not form.is_bound:
        form = form.as_sent()
        form.is_valid()
    on = form.cleaned_data.get("on") or timezone.localdate()
    formula = formula_on(on)
    entries = [
        entry(
            BudgetLine(
                category=data.category,
                amount=data.amount,
                periodicity=data.periodicity,
                person=data.person,
                proof=data.proof,
                comment=data.comment,
            )
        )
        for data in form.lines()
    ]
    return reckon(
        on=on, entries=entries, circumstances=circumstances_on(household, on, formula), formula=formula
    )


def _typed(request: AgentRequest) -> tuple[QueryDict | None, dict[str, str], str]:
    """What was sent to be saved; else, when a row was asked for, what was typed so far (unjudged) and the new row."""
    data = posted(request)
    if data is not None and ADD_ROW in data:
        return None, *one_row_more(data)
    return data, {}, ""


def _grid(
    household: Household,
    data: QueryDict | None,
    *,
    lines: list[BudgetLine],
    initial: dict[str, Any] | None = None,
) -> BudgetGridForm:
    named = [line.category for line in lines]
    proposed = BudgetCategory.objects.filter(is_active=True)
    categories = list({one.code: one for one in [*proposed, *named]}.values())
    people = composition(household, timezone.localdate())
    return BudgetGridForm(
        data, categories=categories, persons=beneficiaries(people.members, lines), initial=initial
    )


def _named_lines(household: Household) -> list[BudgetLine]:
    """Lines of the household's budgets, for the persons and categories they name."""
    return list(
        BudgetLine.objects.filter(budget__household=household)
        .select_related("category", "person")
        .order_by("category_id", "person_id")
        .distinct("category_id", "person_id")
    )


def _editable(request: AgentRequest, budget_id: UUID) -> tuple[Household, Budget]:
    bare = get_object_or_404(Budget.objects.for_user(request.user).only("household_id"), pk=budget_id)
    household = get_household(request, bare.household_id)
    return household, get_object_or_404(readable_budgets(request.user, household), pk=budget_id)


def _copied(request: AgentRequest, household: Household) -> Budget | None:
    """The former budget to start from, when the address names one of this household."""
    try:
        key = UUID(request.GET.get(COPY_FROM, ""))
    except ValueError:
        return None
    return readable_budgets(request.user, household).filter(pk=key).first()


def _draft(request: AgentRequest, household: Household, budget: Budget | None = None) -> BudgetDraft | None:
    return BudgetDraft.objects.filter(author=request.user, household=household, budget=budget).first()


def _keep(request: AgentRequest, household: Household, budget: Budget | None = None) -> HttpResponse:
    if typed_by_someone_else(request):
        return HttpResponse(CHANGED_HANDS, status=409)
    draft = keep_budget_draft(
        author=request.user, household=household, budget=budget, values=draft_values(request.POST)
    )
    return HttpResponse(f"brouillon enregistré à {time_fr(draft.saved_at)}")


def _keep_and_leave(
    request: AgentRequest, household: Household, budget: Budget | None = None
) -> HttpResponse:
    if _keep(request, household, budget).status_code != 200:
        messages.error(request, CHANGED_HANDS)
        return redirect("households:situation", household.pk)
    messages.success(request, "Le brouillon est gardé : vous seul le retrouverez ici.")
    return redirect("households:situation", household.pk)


def _page(
    request: AgentRequest,
    household: Household,
    form: BudgetGridForm,
    draft: BudgetDraft | None,
    *,
    budget: Budget | None = None,
    conflict: Budget | None = None,
    new_row: str = "",
) -> HttpResponse:
    former = readable_budgets(request.user, household).first() if budget is None else None
    statement = _as_typed(household, form)
    context = file_context(
        request,
        household,
        TAB,
        form=form,
        draft=draft,
        budget=budget,
        former=former,
        conflict=conflict,
        differences=differences(statement_of(conflict), statement) if conflict else [],
        version=conflict.version if conflict else form["version"].value() or "",
        statement=statement,
        copied=COPY_FROM in request.GET,
        new_row=new_row,
        draft_url=_draft_url(household, budget),
        back=reverse("households:budget", args=[budget.pk]) if budget else budget_back(household),
        names={"keep": KEEP_DRAFT, "add": ADD_ROW, "copy": COPY_FROM},
    )
    return render(request, "households/budget_grid.html", context)


def _draft_url(household: Household, budget: Budget | None) -> str:
    if budget is not None:
        return reverse("households:budget_edit_draft", args=[budget.pk])
    return reverse("households:budget_draft", args=[household.pk])
