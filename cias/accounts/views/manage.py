"""The accounts of the structure, for those who manage them (C11)."""

from uuid import UUID

from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cias.accounts import links, services
from cias.accounts.departures import to_give
from cias.accounts.enums import Role
from cias.accounts.forms import AccountForm
from cias.accounts.http import AgentRequest
from cias.accounts.matrix import role_change
from cias.accounts.middleware import FACTORS
from cias.accounts.models import User
from cias.accounts.sessions import end_sessions, open_sessions
from cias.core import account_acts
from cias.core.access import requires
from cias.core.french import plural
from cias.core.reauthentication import dangerous

PER_PAGE = 25


@requires("accounts.manage")
@require_safe
def accounts(request: AgentRequest) -> HttpResponse:
    """The open accounts, by name; ?role=… and ?etat=fermes narrow or turn the list."""
    closed = request.GET.get("etat") == "fermes"
    role = request.GET.get("role", "")
    users = (
        User.objects.filter(is_active=not closed)
        .annotate(factors=Count("authenticator", filter=~Q(authenticator__type="recovery_codes")))
        .order_by("last_name", "first_name", "pk")
    )
    if role in Role.values:
        users = users.filter(role=role)
    context = {
        "page": Paginator(users, PER_PAGE).get_page(request.GET.get("page")),
        "closed": closed,
        "role": role,
        "roles": Role.choices,
    }
    return render(request, "accounts/list.html", context)


@requires("accounts.manage")
@require_http_methods(["GET", "HEAD", "POST"])
@dangerous
def open_account(request: AgentRequest) -> HttpResponse:
    """Open an account; its owner receives an invitation to choose a password."""
    form = AccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        account = services.save_account(account=form.save(commit=False), by=request.user)
        tell(request, account, account_acts.OPENED)
        _invite(request, account)
        return redirect("accounts:account", account.pk)
    context = {
        "title": "Ouvrir un compte",
        "change": None,
        "form": form,
        "submit": "Ouvrir le compte et envoyer l’invitation",
        "back_url": reverse("accounts:list"),
    }
    return render(request, "accounts/account_form.html", context)


@requires("accounts.manage")
@require_safe
def account(request: AgentRequest, user_id: UUID) -> HttpResponse:
    """One account: what it is, what can be done with it, its history."""
    account = get_object_or_404(User, pk=user_id)
    context = {
        "account": account,
        "sessions": open_sessions(account),
        "resets": list(account.factor_resets.all()[:20]),
        "links": list(account.provider_links.all()[:20]),
        "has_factor": is_mfa_enabled(account, types=FACTORS),
        # Closed at once when nothing has to go to a colleague; otherwise by way of the departure.
        "closes": account.is_active and account != request.user and not to_give(account),
        "invited": account.is_active and not account.has_usable_password(),
    }
    return render(request, "accounts/account.html", context)


@requires("accounts.manage")
@require_http_methods(["GET", "HEAD", "POST"])
@dangerous
def edit_account(request: AgentRequest, user_id: UUID) -> HttpResponse:
    account = get_object_or_404(User, pk=user_id)
    role, email = account.role, account.email
    form = AccountForm(request.POST or None, instance=account)
    change = None
    if request.method == "POST" and form.is_valid():
        change = role_change(role, form.cleaned_data["role"]) if account != request.user else None
    # What another role changes is read before it is saved: the page says for which role it told so.
    if form.is_bound and form.is_valid() and (not change or request.POST.get("role_read") == account.role):
        try:
            services.save_account(account=form.instance, by=request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            if (role, email) != (account.role, account.email):
                tell(request, account, account_acts.CHANGED)
            messages.success(request, "Le compte est modifié.")
            return redirect("accounts:account", account.pk)
    context = {
        "title": f"Modifier le compte de {User.objects.get(pk=user_id)}",
        "change": change,
        "form": form,
        "submit": "Enregistrer",
        "back_url": reverse("accounts:account", args=[account.pk]),
    }
    return render(request, "accounts/account_form.html", context)


@requires("accounts.manage")
@require_POST
@dangerous
def close_account(request: AgentRequest, user_id: UUID) -> HttpResponse:
    account = get_object_or_404(User, pk=user_id)
    if account != request.user and to_give(account):
        messages.info(request, "Cette personne tient du travail : dites d’abord qui le reprend.")
        return redirect("accounts:departure", account.pk)
    try:
        services.close_account(account=account, by=request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        tell(request, account, account_acts.CLOSED)
        messages.success(request, f"Le compte de {account} est fermé ; ses sessions ont pris fin.")
    return redirect("accounts:account", account.pk)


@requires("accounts.manage")
@require_POST
@dangerous
def reopen_account(request: AgentRequest, user_id: UUID) -> HttpResponse:
    account = get_object_or_404(User, pk=user_id)
    services.reopen_account(account=account)
    tell(request, account, account_acts.REOPENED)
    messages.success(request, f"Le compte de {account} est de nouveau ouvert.")
    return redirect("accounts:account", account.pk)


@requires("accounts.manage")
@require_POST
@dangerous
def end_sessions_of(request: AgentRequest, user_id: UUID) -> HttpResponse:
    """Put an agent out everywhere: a lost laptop, a doubt. The account stays open."""
    account = get_object_or_404(User, pk=user_id)
    count = end_sessions(account, except_key=request.session.session_key)
    messages.success(request, f"{plural(count, 'session fermée', 'sessions fermées')}.")
    return redirect("accounts:account", account.pk)


@requires("accounts.manage")
@require_POST
@dangerous
def unlink(request: AgentRequest, user_id: UUID) -> HttpResponse:
    """The next login through the identity provider finds the account by its address, and binds it anew."""
    account = get_object_or_404(User, pk=user_id)
    if links.unbind(account=account):
        tell(request, account, account_acts.UNBOUND)
        messages.success(
            request,
            "Le compte est délié\u00a0: la prochaine connexion par le fournisseur d’identité le liera de nouveau.",
        )
    return redirect("accounts:account", account.pk)


@requires("accounts.manage")
@require_POST
def cancel_invitation(request: AgentRequest, user_id: UUID) -> HttpResponse:
    """The link sent opens nothing any more; another can be sent."""
    account = get_object_or_404(User, pk=user_id)
    services.cancel_invitation(account=account)
    messages.success(request, "L’invitation est annulée : son lien ne fonctionne plus.")
    return redirect("accounts:account", account.pk)


@requires("accounts.manage")
@require_POST
def invite(request: AgentRequest, user_id: UUID) -> HttpResponse:
    """Send the invitation again; only to an open account that has no password yet."""
    account = get_object_or_404(User, pk=user_id, is_active=True)
    if account.has_usable_password():
        messages.error(
            request, "Ce compte a déjà un mot de passe : son titulaire peut en demander un nouveau."
        )
    else:
        _invite(request, account)
    return redirect("accounts:account", account.pk)


def tell(request: AgentRequest, account: User, event: str) -> None:
    """A line of the log: who did `event` (cias.core.account_acts) to this account."""
    account_acts.account_act.send(sender=User, request=request, account=account, event=event)


def _invite(request: AgentRequest, account: User) -> None:
    try:
        services.send_invitation(account=account, by=request.user)
    except OSError:
        messages.warning(
            request,
            "Le compte est ouvert, mais l’invitation n’est pas partie : la messagerie ne répond pas. "
            "Renvoyez-la un peu plus tard depuis cette page.",
        )
    else:
        messages.success(request, f"Une invitation est partie à l’adresse {account.email}.")
