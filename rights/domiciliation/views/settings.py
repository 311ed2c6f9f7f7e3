"""Settings of domiciliation: whether it is used, the rules and their sources, the pick-up points."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from cias.accounts.http import AgentRequest
from cias.audit.services import signed_by
from cias.core.access import requires
from cias.core.http import posted
from rights.domiciliation.mailbox_forms import PickupForm, SettingsForm
from rights.domiciliation.pickup import save_point
from rights.domiciliation.views.access import refuse
from rights.models import DeskRule, DomiciliationRule, DomiciliationSettings, PickupCommune, PickupPoint


@requires("structure.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: AgentRequest) -> HttpResponse:
    """On or off, and what attestations say; always reachable, so that the module can be switched on again."""
    form = SettingsForm(posted(request), instance=DomiciliationSettings.objects.get())
    if form.is_valid():
        with signed_by(request.user):
            form.save()
        messages.success(request, "Les réglages de la domiciliation sont enregistrés.")
        return redirect("rights:dom_settings")
    communes = Prefetch("communes", PickupCommune.objects.select_related("commune"))
    context = {
        "form": form,
        "points": PickupPoint.objects.prefetch_related(communes),
        "rule": DomiciliationRule.objects.on(timezone.localdate()),
        "desk_rules": DeskRule.objects.all(),
    }
    return render(request, "rights/domiciliation/settings.html", context)


@requires("structure.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def pickup_point(request: AgentRequest, pickup_point_id: UUID | None = None) -> HttpResponse:
    """Create or edit a pick-up point and the communes it serves."""
    point = get_object_or_404(PickupPoint, pk=pickup_point_id) if pickup_point_id else PickupPoint()
    form = PickupForm(posted(request), instance=point)
    if form.is_valid():
        try:
            save_point(
                by=request.user,
                point=form.save(commit=False),
                communes=form.cleaned_data["communes"],
            )
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, f"Le point de retrait «\u00a0{point.name}\u00a0» est enregistré.")
            return redirect("rights:dom_settings")
    return render(request, "rights/domiciliation/pickup_point.html", {"form": form, "point": point})
