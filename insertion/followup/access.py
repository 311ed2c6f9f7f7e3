"""What the pages of a pathway share: the row exists for the reader, its content is open to them, a step is one form."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from cias.accounts.http import AgentRequest
from cias.core.refusals import refuse, sentence
from cias.core.states import ForbiddenTransition
from cias.core.uploads import SafeFile
from households.enums import DocumentKind, NoteLevel
from households.file import ask_reason, file_context, get_household, may_read_content
from households.models import Document, Household, Person
from households.services.documents import DocumentData, add_documents
from insertion.models import Orientation
from insertion.sections import TAB

RIGHT = "insertion.view"


def opened(request: AgentRequest, household_id: UUID) -> tuple[Household, HttpResponse | None]:
    """The household, and the page that asks the reader for a reason when one is needed."""
    household = get_household(request, household_id)
    if may_read_content(request.user, household, RIGHT):
        return household, None
    return household, ask_reason(request, household, TAB)


def get_orientation(request: AgentRequest, key: UUID) -> Orientation:
    """An orientation whose pathway the reader may keep."""
    rows = Orientation.objects.for_user(request.user).select_related("person", "household", "referent")
    return get_object_or_404(rows, pk=key)


def step_page(
    request: AgentRequest,
    household_id: UUID,
    form: BaseForm,
    title: str,
    save: Callable[..., object],
    *,
    done: str,
    back: str,
    intro: str = "",
    submit: str = "Enregistrer",
    template: str = "insertion/followup/step.html",
    **more: Any,
) -> HttpResponse:
    """The page of one step: its form on the household's file; `save` gets what was typed, `back` is the way out."""
    if form.is_valid():
        try:
            save(**form.cleaned_data)
        except (ForbiddenTransition, ValidationError) as error:
            refuse(form, error)
        else:
            messages.success(request, done)
            return redirect(back)
    household = get_household(request, household_id)
    context = file_context(
        request, household, TAB, form=form, title=title, back_url=back, intro=intro, submit=submit, **more
    )
    return render(request, template, context)


def act(request: AgentRequest, back: str, do: Callable[[], object], done: str) -> HttpResponse:
    """Do something that asks nothing, and go back."""
    try:
        do()
    except (ForbiddenTransition, ValidationError) as error:
        messages.error(request, sentence(error))
    else:
        messages.success(request, done)
    return redirect(back)


def keep_file(
    request: AgentRequest, household: Household, person: Person, files: Sequence[SafeFile], title: str
) -> Document | None:
    """A file brought as proof, among the household's documents; None when nothing was brought."""
    if not files:
        return None
    data = DocumentData(kind=DocumentKind.OTHER, title=title[:120], level=NoteLevel.TEAM, person=person)
    added = add_documents(by=request.user, household=household, files=files, data=data)
    return (added.documents or added.known)[0]
