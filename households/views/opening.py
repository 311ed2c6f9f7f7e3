"""Open a file in a few fields, with likely duplicates shown while they are typed (H5)."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from cias.accounts.http import AgentRequest
from cias.core.access import requires
from cias.core.http import posted
from households.forms.persons import OpenForPersonForm, OpenHouseholdForm
from households.models import Household, Person
from households.search import homes_of
from households.services import open_household
from households.views.lookalikes import lookalikes


@requires("identity.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: AgentRequest) -> HttpResponse:
    """Open a household for a new person; likely duplicates are confirmed once, "C’est elle" opens the known file."""
    form = OpenHouseholdForm(posted(request), initial={"opened_on": timezone.localdate()})
    valid = form.is_valid()
    if request.htmx:
        return render(request, "households/duplicates.html", lookalikes(request, form))
    if chosen := request.POST.get("person"):
        return redirect("households:open_for_person", known_person(request, chosen).pk)
    context = {"form": form, **(lookalikes(request, form) if form.is_bound else {"lookalikes": []})}
    if valid and (not context["lookalikes"] or request.POST.get("confirmed")):
        values = form.cleaned_data
        household = open_household(
            by=request.user,
            applicant=form.person_data(),
            opened_on=values["opened_on"],
            commune=values["place"].commune,
            off_territory=values["place"].off_territory,
        )
        return _opened(request, household)
    return render(request, "households/create.html", {**context, "to_confirm": valid})


def _opened(request: AgentRequest, household: Household) -> HttpResponse:
    """On to the light step that follows: who sent them, and how urgent it is (H13)."""
    messages.success(request, f"Le ménage {household.number} est ouvert.")
    return redirect(f"{reverse('households:referral_in_create', args=[household.pk])}?ouverture")


def known_person(request: AgentRequest, typed: str) -> Person:
    """The person whose identifier a button sent; 404 for anything else."""
    try:
        return get_object_or_404(Person.objects.for_user(request.user), pk=UUID(typed))
    except ValueError as error:
        raise Http404 from error


@requires("identity.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def open_for_person(request: AgentRequest, person_id: UUID) -> HttpResponse:
    """The known file of a person; or a new one, when they live in none or leave the one they live in."""
    person = get_object_or_404(Person.objects.for_user(request.user), pk=person_id)
    home = homes_of([person], request.user).get(person.pk)
    lives_there = home is not None and home.end is None
    if home and lives_there and request.method != "POST" and "quitte" not in request.GET:
        messages.info(request, f"{person.full_name} a déjà un dossier : le voici.")
        return redirect("households:detail", home.household_id)
    initial = {"opened_on": timezone.localdate(), "leaves_previous": lives_there}
    form = OpenForPersonForm(posted(request), initial=initial)
    if not lives_there:
        del form.fields["leaves_previous"]
    if form.is_valid():
        household = _open_for(request, person, form)
        if household is not None:
            return _opened(request, household)
    context = {"form": form, "person": person, "home": home, "lives_there": lives_there}
    return render(request, "households/open_for_person.html", context)


def _open_for(request: AgentRequest, person: Person, form: OpenForPersonForm) -> Household | None:
    values = form.cleaned_data
    try:
        return open_household(
            by=request.user,
            applicant=person,
            opened_on=values["opened_on"],
            commune=values["place"].commune,
            off_territory=values["place"].off_territory,
            leaves_previous=values.get("leaves_previous", False),
        )
    except ValidationError as error:
        form.add_error(None, error)
    return None
