"""The directory of partners (H13)."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Prefetch, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from cias.accounts.http import AgentRequest
from cias.core.access import requires
from cias.core.http import posted
from cias.territory.models import Commune
from households.forms.partners import ALL, PartnerFilterForm, PartnerForm
from households.models import Partner
from households.models.partners import PartnerQuerySet
from households.services.referrals import save_partner

PER_PAGE = 30


@requires("partners.view")
@require_safe
def partners(request: AgentRequest) -> HttpResponse:
    """Who does what around the CIAS, and how to reach them."""
    form = PartnerFilterForm(request.GET)
    choice = form.cleaned_data if form.is_valid() else {}
    served = Prefetch("communes", Commune.objects.only("code", "name"))
    found = _chosen(Partner.objects.prefetch_related(served), choice)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "form": form, "filtered": any(choice.values())}
    return render(request, "households/partners.html", context)


def _chosen(found: PartnerQuerySet, choice: dict[str, Any]) -> PartnerQuerySet:
    if choice.get("etat") != ALL:
        found = found.active()
    if choice.get("q"):
        found = found.matching(choice["q"])
    if choice.get("sorte"):
        found = found.filter(kind=choice["sorte"])
    if commune := choice.get("commune"):
        found = found.filter(Q(communes=commune) | Q(communes=None))
    return found


@requires("partners.view")
@require_safe
def partner(request: AgentRequest, partner_id: UUID) -> HttpResponse:
    """One partner: how to reach it, what to know, who changed it."""
    shown = get_object_or_404(Partner.objects.prefetch_related("communes"), pk=partner_id)
    return render(request, "households/partner.html", {"partner": shown})


@requires("partners.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def partner_create(request: AgentRequest) -> HttpResponse:
    return _edit(request, Partner(), "Ajouter un partenaire", reverse("households:partners"))


@requires("partners.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def partner_edit(request: AgentRequest, partner_id: UUID) -> HttpResponse:
    known = get_object_or_404(Partner, pk=partner_id)
    back = reverse("households:partner", args=[known.pk])
    return _edit(request, known, f"Modifier «\u00a0{known}\u00a0»", back)


def _edit(request: AgentRequest, instance: Partner, title: str, back: str) -> HttpResponse:
    form = PartnerForm(posted(request), instance=instance)
    if form.is_valid():
        try:
            saved = save_partner(
                by=request.user, partner=form.instance, communes=form.cleaned_data["communes"]
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, f"«\u00a0{saved}\u00a0»\u00a0: enregistré.")
            return redirect("households:partner", saved.pk)
    context = {"title": title, "form": form, "submit": "Enregistrer", "back_url": back}
    return render(request, "households/partner_form.html", context)
