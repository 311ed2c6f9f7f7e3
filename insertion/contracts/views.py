"""Contrats d'engagement: write one, read one, and the steps of its life."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cias.accounts.http import AgentRequest
from cias.audit.history import changes_of
from cias.core.access import requires
from cias.core.deadlines import add_months
from cias.core.http import posted
from cias.core.refusals import refuse
from cias.core.states import ForbiddenTransition
from cias.core.uploads import bounded_uploads
from households.file import file_context, get_household
from households.models import Household
from insertion.contracts import services
from insertion.contracts.forms import (
    ActionEditForm,
    ActionFormSet,
    AmendmentForm,
    AmendmentSignForm,
    CancelForm,
    ContractForm,
    EndForm,
    ScanForm,
    SignForm,
    TakenForm,
    UpdateForm,
    WeekForm,
)
from insertion.deadlines import Rules, contract_due
from insertion.enums import ActionState
from insertion.followup.access import act, get_orientation, keep_file, opened, step_page
from insertion.models import Amendment, ContractAction, EngagementContract, Orientation
from insertion.sections import TAB

# What is usual; the dates are the agent's to say.
USUAL_MONTHS = 6


def get_contract(request: AgentRequest, key: UUID) -> EngagementContract:
    """A contract the reader may keep."""
    rows = EngagementContract.objects.for_user(request.user)
    return get_object_or_404(rows.select_related("orientation__person", "household", "scan"), pk=key)


def page_of(contract: EngagementContract) -> str:
    return reverse("insertion:contract", args=[contract.pk])


def readable_contract(
    request: AgentRequest, key: UUID
) -> tuple[Household, EngagementContract, HttpResponse | None]:
    """The contract and its household, found first: the direction reads it only after stating a reason."""
    bare = get_object_or_404(EngagementContract, pk=key)
    household, reason = opened(request, bare.household_id)
    if reason is not None:
        return household, bare, reason
    rows = EngagementContract.objects.for_user(request.user, household.pk)
    rows = rows.select_related("orientation__person", "orientation__referent", "renews", "scan")
    return (
        household,
        get_object_or_404(rows.prefetch_related("actions__realised", "amendments"), pk=key),
        None,
    )


@requires("insertion.view")
@require_safe
def contract(request: AgentRequest, contract_id: UUID) -> HttpResponse:
    household, contract, reason = readable_contract(request, contract_id)
    if reason is not None:
        return reason
    today = timezone.localdate()
    may_edit = request.user.has_perm("insertion.edit") and household.closed_on is None
    pending = next((one for one in contract.amendments.all() if not one.is_signed), None)
    last = contract.last_step
    context = {
        "contract": contract,
        "actions": list(contract.actions.all()),
        "has_hours": any(action.realised_hours for action in contract.actions.all()),
        "steps": contract.steps.select_related("by", "amendment").order_by("-created_at"),
        "amendments": contract.amendments.all(),
        "pending": pending,
        "renewal": contract.renewals.standing().first(),
        "running": contract.is_running(today),
        "last_step": last if may_edit else None,
        "due": contract_due(contract.orientation, Rules()) if contract.is_draft else None,
        "renew_soon": contract.end is not None
        and contract.is_signed
        and contract.end <= today + timedelta(days=Rules().on(today).contract_end_alert),
        "may_edit": may_edit,
        "today": today,
    }
    return render(
        request, "insertion/contracts/contract.html", file_context(request, household, TAB, **context)
    )


@requires("insertion.view")
@require_safe
def history(request: AgentRequest, contract_id: UUID) -> HttpResponse:
    """Who wrote what, before and after (C5)."""
    household, contract, reason = readable_contract(request, contract_id)
    if reason is not None:
        return reason
    changes = changes_of(contract, *contract.actions.all(), *contract.amendments.all())
    context = file_context(
        request, household, TAB, changes=changes, title="Historique du contrat", back_url=page_of(contract)
    )
    return render(request, "insertion/followup/history.html", context)


def _initial(orientation: Orientation, renewed: EngagementContract | None) -> dict[str, Any]:
    """The day after the contract it renews, and what that one said; else from today on."""
    today = timezone.localdate()
    if renewed is not None and renewed.end is not None:
        start = max(renewed.end + timedelta(days=1), orientation.start)
        kept = ("weekly_hours", "exemption", "reduction_reason", "objectives", "person_commitments",
                "structure_commitments")  # fmt: skip
        values: dict[str, Any] = {name: getattr(renewed, name) for name in kept}
    else:
        start = max(today, orientation.start)
        values = {"weekly_hours": Rules().on(start).minimum_hours}
    end = add_months(start, USUAL_MONTHS) - timedelta(days=1)
    return {"start": start, "end": end, "next_review_on": add_months(start, USUAL_MONTHS // 2), **values}


def _renewed(request: AgentRequest, orientation: Orientation) -> EngagementContract | None:
    try:
        key = UUID(request.GET.get("renouvelle", ""))
    except ValueError:
        return None
    return orientation.contracts.signed().filter(pk=key).first()


@requires("insertion.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def contract_create(request: AgentRequest, orientation_id: UUID) -> HttpResponse:
    """Write the contrat d'engagement of an orientation, with its plan d'action; a renewal begins with the last one."""
    orientation = get_orientation(request, orientation_id)
    renewed = _renewed(request, orientation)
    row = EngagementContract(renews=renewed)
    form = ContractForm(
        posted(request), orientation=orientation, instance=row, initial=_initial(orientation, renewed)
    )
    carried = [
        {"kind": one.kind, "label": one.label, "mode": one.mode, "weekly_hours": one.weekly_hours}
        for one in (renewed.actions.all() if renewed else ())
        if one.state in (ActionState.PLANNED, ActionState.RUNNING)
    ]
    actions = ActionFormSet(
        posted(request), queryset=ContractAction.objects.none(), prefix="actions", initial=carried
    )
    actions.extra = max(3, len(carried) + 1)
    return _write(
        request, orientation, form, actions, "Le contrat est enregistré\u00a0: il reste à le signer."
    )


@requires("insertion.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def contract_edit(request: AgentRequest, contract_id: UUID) -> HttpResponse:
    """Correct a contract that is not signed yet."""
    contract = get_contract(request, contract_id)
    if not contract.is_draft:
        messages.error(request, "Ce contrat est signé\u00a0: il se modifie par un avenant.")
        return redirect(page_of(contract))
    form = ContractForm(posted(request), orientation=contract.orientation, instance=contract)
    actions = ActionFormSet(posted(request), queryset=contract.actions.all(), prefix="actions")
    return _write(request, contract.orientation, form, actions, "Le contrat est corrigé.")


def _write(
    request: AgentRequest, orientation: Orientation, form: ContractForm, actions: Any, done: str
) -> HttpResponse:
    taken = TakenForm(posted(request), orientation=orientation)
    if all([form.is_valid(), actions.is_valid(), taken.is_valid()]):
        try:
            contract = services.write_contract(
                by=request.user,
                contract=form.save(commit=False),
                actions=actions.save(commit=False),
                taken=taken.cleaned_data["taken"],
            )
        except (ForbiddenTransition, ValidationError) as error:
            refuse(form, error)
        else:
            messages.success(request, done)
            return redirect(page_of(contract))
    household = get_household(request, orientation.household_id)
    is_new = form.instance._state.adding
    back = reverse("insertion:household", args=[household.pk]) if is_new else page_of(form.instance)
    context = file_context(
        request, household, TAB, form=form, actions=actions, taken=taken, orientation=orientation, back_url=back,
        due=contract_due(orientation, Rules()), is_new=is_new, renews=form.instance.renews,
        has_contract=orientation.contracts.signed().exists(),
    )  # fmt: skip
    return render(request, "insertion/contracts/form.html", context)


@requires("insertion.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def sign(request: AgentRequest, contract_id: UUID) -> HttpResponse:
    contract = get_contract(request, contract_id)
    initial = {
        "signed_by_person_on": contract.signed_by_person_on,
        "signed_by_structure_on": contract.signed_by_structure_on,
    }
    return step_page(
        request, contract.household_id, SignForm(posted(request), initial=initial), "Signatures du contrat",
        lambda **values: services.sign_contract(by=request.user, contract=contract, **values),
        done="La signature est notée.", back=page_of(contract), intro=str(contract),
    )  # fmt: skip


@requires("insertion.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def update(request: AgentRequest, contract_id: UUID) -> HttpResponse:
    contract = get_contract(request, contract_id)
    return step_page(
        request, contract.household_id, UpdateForm(posted(request), initial={"on": timezone.localdate()}),
        "Actualiser le contrat",
        lambda **values: services.update_contract(by=request.user, contract=contract, **values),
        done="L’actualisation est notée.", back=page_of(contract), intro=str(contract),
    )  # fmt: skip


@requires("insertion.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: AgentRequest, contract_id: UUID) -> HttpResponse:
    contract = get_contract(request, contract_id)
    return step_page(
        request, contract.household_id, EndForm(posted(request), initial={"on": timezone.localdate()}),
        "Mettre fin au contrat avant son terme",
        lambda **values: services.end_contract(by=request.user, contract=contract, **values),
        done="La fin du contrat est notée.", back=page_of(contract), intro=str(contract),
    )  # fmt: skip


@requires("insertion.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: AgentRequest, contract_id: UUID) -> HttpResponse:
    contract = get_contract(request, contract_id)
    return step_page(
        request, contract.household_id, CancelForm(posted(request), initial={"on": timezone.localdate()}),
        "Abandonner ce projet de contrat",
        lambda **values: services.cancel_contract(by=request.user, contract=contract, **values),
        done="Le projet de contrat est abandonné.", back=page_of(contract), intro=str(contract),
        submit="Abandonner le projet",
    )  # fmt: skip


@requires("insertion.edit")
@require_POST
def undo(request: AgentRequest, contract_id: UUID) -> HttpResponse:
    contract = get_contract(request, contract_id)
    return act(
        request, page_of(contract), lambda: services.undo_step(by=request.user, contract=contract),
        "La dernière étape est annulée.",
    )  # fmt: skip


@requires("insertion.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def amend(request: AgentRequest, contract_id: UUID) -> HttpResponse:
    """Write an avenant; the contract takes its values once both sides have signed it."""
    contract = get_contract(request, contract_id)
    names = ("end", "weekly_hours", "exemption", "reduction_reason", "next_review_on")
    initial = {"effective_on": timezone.localdate(), **{name: getattr(contract, name) for name in names}}
    form = AmendmentForm(posted(request), instance=Amendment(contract=contract), initial=initial)
    return step_page(
        request, contract.household_id, form, "Écrire un avenant",
        lambda **values: services.prepare_amendment(by=request.user, contract=contract, **values),
        done="L’avenant est prêt à imprimer et à signer.", back=page_of(contract), intro=str(contract),
    )  # fmt: skip


def _amendment(request: AgentRequest, key: UUID) -> Amendment:
    rows = Amendment.objects.filter(contract__in=EngagementContract.objects.for_user(request.user))
    return get_object_or_404(
        rows.select_related("contract__orientation__person", "contract__household"), pk=key
    )


@requires("insertion.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def amendment_sign(request: AgentRequest, amendment_id: UUID) -> HttpResponse:
    amendment = _amendment(request, amendment_id)
    today = timezone.localdate()
    form = AmendmentSignForm(
        posted(request), initial={"signed_by_person_on": today, "signed_by_structure_on": today}
    )
    return step_page(
        request, amendment.contract.household_id, form, f"Signatures\u00a0: {amendment}",
        lambda **values: services.sign_amendment(by=request.user, amendment=amendment, **values),
        done=f"{amendment} signé\u00a0: le contrat est modifié.", back=page_of(amendment.contract),
        intro=amendment.changes,
    )  # fmt: skip


@requires("insertion.edit")
@require_POST
def amendment_drop(request: AgentRequest, amendment_id: UUID) -> HttpResponse:
    amendment = _amendment(request, amendment_id)
    return act(
        request, page_of(amendment.contract), lambda: services.drop_amendment(by=request.user, amendment=amendment),
        f"{amendment} est retiré.",
    )  # fmt: skip


@requires("insertion.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def action_edit(request: AgentRequest, contract_action_id: UUID) -> HttpResponse:
    rows = ContractAction.objects.filter(contract__in=EngagementContract.objects.for_user(request.user))
    action = get_object_or_404(rows.select_related("contract"), pk=contract_action_id)
    form = ActionEditForm(posted(request), instance=action)
    return step_page(
        request, action.contract.household_id, form, "Action du contrat",
        lambda **values: services.save_action(by=request.user, action=form.instance),
        done="L’action est enregistrée.", back=page_of(action.contract), intro=str(action.contract),
    )  # fmt: skip


@requires("insertion.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def hours(request: AgentRequest, contract_id: UUID) -> HttpResponse:
    """The hours of one week, all the actions on one screen."""
    contract = get_contract(request, contract_id)
    actions = contract.actions.exclude(state=ActionState.DROPPED)
    form = WeekForm(posted(request), actions=actions, initial={"on": timezone.localdate()})
    return step_page(
        request, contract.household_id, form, "Heures réalisées",
        lambda **values: services.tell_hours(
            by=request.user, contract=contract, on=values["on"], hours=form.hours
        ),
        done="Les heures sont notées.", back=page_of(contract), intro=str(contract),
    )  # fmt: skip


@requires("insertion.edit")
@require_POST
def hours_undo(request: AgentRequest, contract_id: UUID) -> HttpResponse:
    contract = get_contract(request, contract_id)
    return act(
        request, page_of(contract), lambda: services.undo_hours(by=request.user, contract=contract),
        "La dernière saisie d’heures est annulée.",
    )  # fmt: skip


@bounded_uploads
@requires("insertion.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def scan(request: AgentRequest, contract_id: UUID) -> HttpResponse:
    """The copy both sides signed, kept among the household's documents."""
    contract = get_contract(request, contract_id)
    form = ScanForm(posted(request), request.FILES or None)

    def save(**values: Any) -> None:
        title = f"{contract.get_kind_display()} signé, {contract.start:%d/%m/%Y}"
        document = keep_file(request, contract.household, contract.orientation.person, form.received, title)
        services.attach_scan(by=request.user, contract=contract, document=document)

    return step_page(
        request, contract.household_id, form, "Joindre l’exemplaire signé", save,
        done="L’exemplaire signé est joint.", back=page_of(contract), intro=str(contract), multipart=True,
    )  # fmt: skip
