"""Somebody leaves: what they hold, who takes it, and what stayed without anybody (C11)."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from cias.accounts import departures
from cias.accounts.departure_forms import DepartureForm
from cias.accounts.http import AgentRequest
from cias.accounts.models import Departure, User
from cias.accounts.views.manage import tell
from cias.core import account_acts, registry
from cias.core.access import requires
from cias.core.french import plural
from cias.core.reauthentication import dangerous


@requires("accounts.manage", "accounts.handover")
@require_http_methods(["GET", "HEAD", "POST"])
@dangerous
def departure(request: AgentRequest, user_id: UUID) -> HttpResponse:
    """One page: each kind of work with who may take it; who manages accounts closes this one at the same time.

    Kinds are counted, never listed: the administration knows of no file.
    """
    account = get_object_or_404(User, pk=user_id)
    closes = account.is_active and request.user.has_perm("accounts.manage")
    held = departures.held_by(account)
    form = DepartureForm(request.POST if request.method == "POST" else None, held=held)
    if request.method == "POST" and form.is_valid():
        try:
            done = departures.hand_over(
                account=account, by=request.user, choices=form.choices(), close=closes and form.closes()
            )
        except ValidationError as error:
            form = DepartureForm(request.POST, held=departures.held_by(account))
            form.is_valid()
            form.add_error(None, error)
        else:
            _tell(request, done)
            return redirect("accounts:departure", account.pk)
    context = {
        "account": account,
        "form": form,
        "closes": closes,
        "itself": account == request.user,
        "kept": [one for one in held if one.holding.kept],
        "past": _past(account),
    }
    return render(request, "accounts/departure.html", context)


def _tell(request: AgentRequest, done: Departure) -> None:
    left = sum(line.left for line in done.lines.all())
    if done.closed:
        tell(request, done.account, account_acts.CLOSED)
        messages.success(request, f"Le compte de {done.account} est fermé ; ses sessions ont pris fin.")
    if left:
        stays = plural(left, "élément reste", "éléments restent")
        messages.warning(request, f"{stays} à ce compte : voyez ci-dessous.")
    elif any(line.moved for line in done.lines.all()):
        messages.success(request, "Le travail est remis : chacun trouvera le sien dans ses listes.")
    else:
        messages.info(request, "Il n’y avait rien à remettre.")


def _past(account: User) -> list[tuple[Departure, list[tuple[str, str, int, int]]]]:
    """The handings-over so far: label of the work, who took it, how much went and stayed."""
    rows = account.departures.select_related("by").prefetch_related("lines__to")
    return [
        (
            row,
            [
                (_label(line.kind), line.to.full_name if line.to else "personne", line.moved, line.left)
                for line in row.lines.all()
            ],
        )
        for row in rows
    ]


def _label(kind: str) -> str:
    """In the plural; a kind that a later version no longer knows keeps its code."""
    return registry.holdings[kind].label[1] if kind in registry.holdings else kind


@requires("accounts.handover")
@require_safe
def left_behind(request: AgentRequest) -> HttpResponse:
    """What closed accounts still hold: nothing is lost from sight because somebody left."""
    return render(request, "accounts/left_behind.html", {"accounts": departures.left_behind()})
