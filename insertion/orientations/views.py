"""The decisions of the Département about a member of a household."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from cias.accounts.http import AgentRequest
from cias.core.access import requires
from cias.core.http import posted
from cias.territory.services import get_structure
from households.file import file_context, get_household
from insertion.orientations import services
from insertion.orientations.forms import OrientationForm
from insertion.sections import TAB


@requires("insertion.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def orient(request: AgentRequest, household_id: UUID) -> HttpResponse:
    household = get_household(request, household_id)
    today = timezone.localdate()
    initial = {"structure": get_structure().short_name, "start": today, "referent": request.user}
    form = OrientationForm(posted(request), household=household, today=today, initial=initial)
    if form.is_valid():
        try:
            services.orient(by=request.user, household=household, **form.cleaned_data)
        except services.ShortensPrevious as error:
            form.add_error("shorten_previous", error)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, "L’orientation est enregistrée.")
            return redirect("insertion:household", household.pk)
    context = file_context(
        request, household, TAB, form=form, heading="Enregistrer une orientation", intro=""
    )
    return render(request, "insertion/orientations/form.html", context)
