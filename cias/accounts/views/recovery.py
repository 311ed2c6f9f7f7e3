"""A lost telephone: one asks, another one agrees."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cias.accounts import recovery
from cias.accounts.forms import ResetForm
from cias.accounts.http import AgentRequest
from cias.accounts.models import FactorReset, User
from cias.accounts.views.manage import tell
from cias.core import account_acts
from cias.core.access import requires
from cias.core.reauthentication import dangerous


@requires("accounts.manage")
@require_http_methods(["GET", "HEAD", "POST"])
@dangerous
def ask(request: AgentRequest, user_id: UUID) -> HttpResponse:
    account = get_object_or_404(User, pk=user_id, is_active=True)
    form = ResetForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            recovery.ask_reset(account=account, by=request.user, how=form.cleaned_data["how"])
        except ValidationError as error:
            form.add_error(None, error)
        else:
            tell(request, account, account_acts.RESET_ASKED)
            messages.success(
                request, "La demande est enregistrée. Une autre personne doit donner son accord avant demain."
            )
            return redirect("accounts:account", account.pk)
    context = {
        "title": f"Téléphone perdu : {account.full_name}",
        "form": form,
        "submit": "Demander la réinitialisation",
        "back_url": reverse("accounts:account", args=[account.pk]),
    }
    return render(request, "accounts/reset_form.html", context)


@requires("accounts.approve")
@require_safe
def resets(request: AgentRequest) -> HttpResponse:
    """The requests that wait, and the latest decided ones."""
    rows = FactorReset.objects.select_related("account", "asked_by", "decided_by")
    context = {"waiting": rows.waiting(), "past": rows.exclude(pk__in=rows.waiting().values("pk"))[:20]}
    return render(request, "accounts/resets.html", context)


@requires("accounts.approve")
@require_POST
@dangerous
def decide(request: AgentRequest, reset_id: UUID) -> HttpResponse:
    reset = get_object_or_404(FactorReset, pk=reset_id)
    grant = request.POST.get("decision") == "oui"
    try:
        recovery.decide_reset(reset=reset, by=request.user, grant=grant)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    except OSError:
        tell(request, reset.account, account_acts.RESET_GRANTED)
        messages.warning(
            request, "Le compte est réinitialisé, mais le message n’est pas parti : renvoyez l’invitation."
        )
    else:
        tell(request, reset.account, account_acts.RESET_GRANTED if grant else account_acts.RESET_REFUSED)
        done = (
            "Le second facteur est retiré ; un lien est parti à l’adresse de l’agent."
            if grant
            else "La demande est refusée."
        )
        messages.success(request, done)
    return redirect("accounts:resets")
