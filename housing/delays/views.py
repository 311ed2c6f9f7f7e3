"""The delays of the law and of practice, as the CIAS keeps them: read, checked, replaced from a day on."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import ModelForm
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cias.accounts.http import AgentRequest
from cias.audit.history import changes_of
from cias.core.access import requires
from cias.core.french import date_short
from cias.core.http import posted
from housing.delays import services
from housing.delays.enums import DelayCode
from housing.delays.forms import DelayForm, DelayVersionForm, TruceForm, TruceVersionForm
from housing.delays.services import Rule
from housing.models import LegalDelay, WinterTruce


@requires("structure.manage")
@require_safe
def delays(request: AgentRequest) -> HttpResponse:
    """Every delay with its source; past and coming versions below the one in force."""
    today = timezone.localdate()
    rows = list(LegalDelay.objects.all())
    groups = [
        (
            DelayCode(code).label,
            [
                row
                for row in rows
                if row.code == code and (row.valid_until is None or row.valid_until >= today)
            ],
            [
                row
                for row in rows
                if row.code == code and row.valid_until is not None and row.valid_until < today
            ],
        )
        for code in DelayCode.values
    ]
    context = {
        "groups": groups,
        "truces": WinterTruce.objects.all(),
        "to_check": sum(row.is_to_check and row.is_in_force(today) for row in rows),
        "today": today,
    }
    return render(request, "housing/delays/list.html", context)


@requires("structure.manage")
@require_safe
def history(request: AgentRequest) -> HttpResponse:
    """Who changed what, before and after."""
    changes = changes_of(*LegalDelay.objects.all(), *WinterTruce.objects.all())
    return render(request, "housing/delays/history.html", {"changes": changes})


@requires("structure.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def edit_delay(request: AgentRequest, legal_delay_id: UUID) -> HttpResponse:
    delay = get_object_or_404(LegalDelay, pk=legal_delay_id)
    return _edit(request, delay, DelayForm(posted(request), instance=delay))


@requires("structure.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def change_delay(request: AgentRequest, legal_delay_id: UUID) -> HttpResponse:
    delay = get_object_or_404(LegalDelay, pk=legal_delay_id)
    return _change(request, delay, DelayVersionForm(posted(request), instance=delay))


@requires("structure.manage")
@require_POST
def withdraw_delay(request: AgentRequest, legal_delay_id: UUID) -> HttpResponse:
    return _withdraw(request, get_object_or_404(LegalDelay, pk=legal_delay_id))


@requires("structure.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def edit_truce(request: AgentRequest, winter_truce_id: UUID) -> HttpResponse:
    truce = get_object_or_404(WinterTruce, pk=winter_truce_id)
    return _edit(request, truce, TruceForm(posted(request), instance=truce))


@requires("structure.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def change_truce(request: AgentRequest, winter_truce_id: UUID) -> HttpResponse:
    truce = get_object_or_404(WinterTruce, pk=winter_truce_id)
    return _change(request, truce, TruceVersionForm(posted(request), instance=truce))


@requires("structure.manage")
@require_POST
def withdraw_truce(request: AgentRequest, winter_truce_id: UUID) -> HttpResponse:
    return _withdraw(request, get_object_or_404(WinterTruce, pk=winter_truce_id))


def _title(row: Rule) -> str:
    return row.get_code_display() if isinstance(row, LegalDelay) else "Trêve hivernale"


def _edit(request: AgentRequest, row: Rule, form: ModelForm) -> HttpResponse:
    title = _title(row)
    if form.is_valid():
        try:
            services.correct_delay(by=request.user, row=row, values=form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(
                request, f"«\u00a0{title}\u00a0» est corrigé\u00a0; les dossiers ouverts sont recalculés."
            )
            return redirect("housing:delays")
    return _page(request, form, f"Corriger\u00a0: {title}", "Enregistrer")


def _change(request: AgentRequest, row: Rule, form: ModelForm) -> HttpResponse:
    title = _title(row)
    if form.is_valid():
        values: dict[str, Any] = dict(form.cleaned_data)
        try:
            services.change_delay(
                by=request.user, row=row, valid_from=values.pop("valid_from"), values=values
            )
        except ValidationError as error:
            name: Any = "valid_from" if getattr(error, "code", "") == "valid_from" else None
            form.add_error(name, error)
        else:
            messages.success(request, f"«\u00a0{title}\u00a0»\u00a0: nouvelle version enregistrée.")
            return redirect("housing:delays")
    return _page(request, form, f"Nouvelle version\u00a0: {title}", "Enregistrer cette version")


def _withdraw(request: AgentRequest, row: Rule) -> HttpResponse:
    try:
        services.withdraw_delay(by=request.user, row=row)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, f"La version du {date_short(row.valid_from)} est retirée.")
    return redirect("housing:delays")


def _page(request: AgentRequest, form: ModelForm, title: str, submit: str) -> HttpResponse:
    context = {"form": form, "title": title, "submit": submit, "back_url": reverse("housing:delays")}
    return render(request, "core/form_page.html", context)
