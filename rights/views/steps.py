"""One page for each step of a file: a short form, a service, back to the file."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from cias.accounts.http import AgentRequest
from cias.accounts.models import User
from cias.core.access import requires
from cias.core.http import posted
from cias.core.refusals import sentence
from cias.core.states import ForbiddenTransition
from households.file import file_context
from rights import forms, forms_duties, services
from rights.models import RightNotice, RightsFile
from rights.steps import possible_steps
from rights.views.files import TAB, get_file


@dataclass(frozen=True)
class Page:
    """The form of a step, the service it calls, and the sentences around them."""

    form: type[forms.StepForm]
    service: Callable[..., Any]
    done: str
    intro: str = ""


def _tell(*, by: User, file: RightsFile, told: Iterable[RightNotice], on: date) -> None:
    services.tell(by=by, file=file, notices=told, on=on)


PAGES: Mapping[str, Page] = {
    "deposit": Page(forms.DepositForm, services.deposit, "Le dépôt est enregistré."),
    "opinion": Page(
        forms.OpinionForm,
        services.write_opinion,
        "L’avis est enregistré.",
        "Le CIAS donne un avis, l’organisme décide. Même défavorable, l’avis n’empêche pas la transmission.",
    ),
    "transmit": Page(
        forms.TransmitForm,
        services.transmit,
        "La transmission est enregistrée : le bordereau peut être imprimé.",
        "Un dossier incomplet se transmet aussi : le bordereau dit ce qui manque.",
    ),
    "acknowledge": Page(forms.AcknowledgeForm, services.acknowledge, "L’accusé de réception est enregistré."),
    "ask_pieces": Page(
        forms.AskPiecesForm, services.ask_pieces, "Les pièces demandées ont rejoint la liste."
    ),
    "send_pieces": Page(forms.SendPiecesForm, services.send_pieces, "L’envoi des pièces est enregistré."),
    "decide": Page(
        forms.DecisionForm,
        services.decide,
        "La décision est enregistrée.",
        "La décision de l’organisme, ou celle que donne son silence. Un accord avec un premier jour ouvre "
        "le droit.",
    ),
    "open_right": Page(
        forms.OpenRightForm,
        services.open_right,
        "Le droit est ouvert.",
        "Dates proposées d’après la règle du droit : la notification de l’organisme fait foi.",
    ),
    "appeal": Page(
        forms.AppealForm,
        services.appeal,
        "Le recours est enregistré.",
        "Le recours préalable passe avant le tribunal quand la fiche du droit le dit.",
    ),
    "dates": Page(
        forms_duties.DatesForm,
        services.set_dates,
        "Les dates sont enregistrées.",
        "Des délais particuliers à ce droit partent de ces dates.",
    ),
    "tell": Page(forms_duties.TellForm, _tell, "L’information donnée est notée."),
    "nir": Page(
        forms_duties.NirForm,
        services.write_nir,
        "Le numéro est enregistré, ou effacé s’il était vide.",
        "À demander seulement si l’organisme en a besoin. Chaque affichage est inscrit au journal des accès.",
    ),
    "end": Page(
        forms.EndForm,
        services.end_file,
        "Le dossier est terminé.",
        "Le CIAS ne refuse jamais une demande : la personne y renonce, ou un autre service la suit.",
    ),
}
FIELDS = {**forms.FIELD_OF, "silence": "decision", "nir": "number"}


@requires("rights.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: AgentRequest, rights_file_id: UUID, name: str) -> HttpResponse:
    """Show the form of the step `name`; when valid, do it and go back to the file.

    A step the file is past (the browser's back button, a second click) leads back to the file too.
    """
    file, page = get_file(request, rights_file_id), PAGES[name]
    current = next((item for item in possible_steps(file) if item.name == name), None)
    if current is None:
        if request.method == "POST":
            state = file.get_state_display()
            messages.error(request, f"Rien n’a été enregistré : le dossier est « {state} ».")
        return redirect("rights:file", file.pk)
    form = page.form(posted(request), file=file)
    if form.is_valid():
        try:
            page.service(by=request.user, file=file, **form.cleaned_data)
        except ForbiddenTransition as error:
            form.add_error(None, str(error))
        except ValidationError as error:
            form.add_error(_field(error, form), error)
        else:
            messages.success(request, page.done)
            return redirect("rights:file", file.pk)
    household = file.household
    context = file_context(request, household, TAB, file=file, form=form, step=current, page=page)
    return render(request, "rights/step.html", context)


def _field(error: ValidationError, form: forms.StepForm) -> str | None:
    """The field a refusal is about; None for the form as a whole, or when the error names its fields itself."""
    name = FIELDS.get(getattr(error, "code", None) or "")
    return name if name in form.fields else None


@requires("rights.edit")
@require_POST
def renew(request: AgentRequest, rights_file_id: UUID) -> HttpResponse:
    """Open the file of the renewal, with a new checklist."""
    file = get_file(request, rights_file_id)
    try:
        renewal = services.start_renewal(
            by=request.user, file=file, agent=request.user, on=timezone.localdate()
        )
    except (ForbiddenTransition, ValidationError) as error:
        messages.error(request, sentence(error))
        return redirect("rights:file", file.pk)
    messages.success(request, f"Le dossier {renewal.number} est ouvert pour le renouvellement.")
    return redirect("rights:file", renewal.pk)


@requires("rights.edit")
@require_POST
def undo(request: AgentRequest, rights_file_id: UUID) -> HttpResponse:
    file = get_file(request, rights_file_id)
    try:
        move = services.undo_last_move(by=request.user, file=file)
    except (ForbiddenTransition, ValidationError) as error:
        messages.error(request, sentence(error))
    else:
        messages.success(request, f"L’étape «\u00a0{move.title}\u00a0» est annulée.")
    return redirect("rights:file", file.pk)
