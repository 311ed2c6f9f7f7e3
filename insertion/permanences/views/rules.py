"""How long the notes are kept, as the CIAS settles it with its DPO and the Archives."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from cias.accounts.http import AgentRequest
from cias.core.access import requires
from cias.core.http import posted
from cias.core.reauthentication import dangerous
from insertion.models import SealedRoomRule
from insertion.permanences.forms import RuleForm


@requires("structure.manage")
@require_http_methods(["GET", "HEAD", "POST"])
@dangerous
def rules(request: AgentRequest) -> HttpResponse:
    """The durations, one from each day on. One that is wrong is corrected in its place."""
    today = timezone.localdate()
    known = list(SealedRoomRule.objects.all())
    corrected = next((row for row in known if str(row.pk) == request.GET.get("corriger")), None)
    initial = {} if corrected else {"valid_from": today}
    form = RuleForm(posted(request), instance=corrected, initial=initial)
    if form.is_valid():
        form.save()
        messages.success(request, "La durée est enregistrée.")
        return redirect("insertion:sealed_rules")
    return render(
        request, "insertion/permanences/rules.html", {"form": form, "rules": known, "corrected": corrected}
    )
