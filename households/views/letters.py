"""Write a letter of a household, finish it, print it (H16)."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cias.accounts.enums import Scope
from cias.accounts.http import AgentRequest
from cias.audit.enums import AccessAction
from cias.audit.services import log_access
from cias.core.access import requires
from cias.core.french import time_fr
from cias.core.http import CHANGED_HANDS, posted, typed_by_someone_else
from cias.core.pdf import pdf_response
from households.enums import LetterCategory, RecipientKind
from households.file import ask_reason, file_context, get_household, may_read_content
from households.forms.letters import LONGEST_ADDRESS, LetterForm, LetterSharingForm, StartLetterForm
from households.letters.context import context_of
from households.letters.printing import letter_pdf
from households.letters.text import still_to_complete
from households.models import Household, Letter, LetterTemplate, PersonLink, ReferralOut
from households.models.files import on_day
from households.models.letters import LONGEST_BODY
from households.services import letters as services
from households.services.documents import read_document
from households.services.referrals import SharingData
from households.views.referrals import TAB, tab_url

RIGHT = "letters.view"
FINISH = "terminer"


def no_contact_with(letter_or_household: Letter | Household) -> list[PersonLink]:
    """The "ne pas contacter" links to mind: those of the person written to, else of everybody there."""
    if isinstance(letter_or_household, Letter) and letter_or_household.person_id:
        people: Any = [letter_or_household.person_id]
    else:
        household = (
            letter_or_household.household if isinstance(letter_or_household, Letter) else letter_or_household
        )
        people = household.memberships.filter(on_day(timezone.localdate())).values("person")
    links = PersonLink.objects.filter(Q(person__in=people) | Q(other__in=people), no_contact=True)
    return list(links.select_related("person", "other"))


@requires("letters.write")
@require_http_methods(["GET", "HEAD", "POST"])
def letter_create(request: AgentRequest, household_id: UUID) -> HttpResponse:
    """Choose a template and a recipient."""
    household = get_household(request, household_id)
    form = StartLetterForm(posted(request), household=household)
    if form.is_valid():
        try:
            letter = services.start_letter(by=request.user, household=household, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect("households:letter", letter.pk)
    context = file_context(
        request, household, TAB, form=form, back=tab_url(household), no_contact=no_contact_with(household)
    )
    return render(request, "households/letter_start.html", context)


@requires("letters.write")
@require_POST
def referral_letter(request: AgentRequest, referral_out_id: UUID) -> HttpResponse:
    """The letter that goes with an orientation, from the template of that category."""
    rows = ReferralOut.objects.for_user(request.user).select_related("partner", "person", "sharing")
    referral = get_object_or_404(rows, pk=referral_out_id)
    household = get_household(request, referral.household_id)
    template = LetterTemplate.objects.active().filter(category=LetterCategory.REFERRAL).first()
    if template is None:
        messages.error(request, "Aucun modèle d’orientation n’est proposé : choisissez un autre modèle.")
        return redirect("households:letter_create", household.pk)
    letter = services.start_letter(
        by=request.user,
        household=household,
        template=template,
        recipient=RecipientKind.PARTNER,
        person=referral.person,
        partner=referral.partner,
        referral=referral,
    )
    return redirect("households:letter", letter.pk)


def _letter(request: AgentRequest, letter_id: UUID) -> tuple[Letter, Household] | HttpResponse:
    """The letter with its household, or the page that asks for a reason; 404 for others' drafts."""
    bare = get_object_or_404(Letter.objects.only("household_id", "finished_at"), pk=letter_id)
    household = get_household(request, bare.household_id)
    by_reason = request.user.scope(RIGHT) == Scope.REASON and bare.finished_at
    if by_reason and not may_read_content(request.user, household, RIGHT):
        return ask_reason(request, household, TAB)
    rows = Letter.objects.for_user(request.user, household.pk).select_related(
        "document",
        "author",
        "person",
        "partner",
        "sharing__partner",
        "version__template",
        "corrects",
        "referral__sharing",
    )
    letter = get_object_or_404(rows, pk=letter_id)
    letter.household = household
    return letter, household


def _own_draft(request: AgentRequest, letter_id: UUID) -> Letter:
    rows = Letter.objects.drafts_of(request.user).select_related(
        "household__commune", "author", "person", "partner", "referral__sharing"
    )
    letter = get_object_or_404(rows, pk=letter_id)
    get_household(request, letter.household_id)
    return letter


@requires("letters.view")
@require_http_methods(["GET", "HEAD", "POST"])
def letter(request: AgentRequest, letter_id: UUID) -> HttpResponse:
    """A draft as its author writes it, with what it will look like; a finished letter as it was sent."""
    found = _letter(request, letter_id)
    if isinstance(found, HttpResponse):
        return found
    shown, household = found
    if not shown.is_draft:
        return _finished(request, shown, household)
    form = LetterForm(posted(request), instance=shown, context=context_of(shown, timezone.localdate()))
    if form.is_valid():
        services.save_letter(by=request.user, letter=shown, **form.cleaned_data)
        if FINISH not in request.POST:
            messages.success(request, "Le courrier est enregistré.")
            return redirect("households:letter", shown.pk)
        return _finish(request, shown)
    context = file_context(
        request,
        household,
        TAB,
        form=form,
        letter=shown,
        blanks=still_to_complete(shown.subject, shown.body, shown.address),
        no_contact=no_contact_with(shown),
        finish=FINISH,
    )
    return render(request, "households/letter_write.html", context)


def _finish(request: AgentRequest, letter: Letter, sharing: SharingData | None = None) -> HttpResponse:
    """Number it, or say what is missing; a letter to somebody outside first says what it shares."""
    if letter.recipient != RecipientKind.PERSON and letter.referral is None and sharing is None:
        return redirect("households:letter_finish", letter.pk)
    try:
        finished = services.finish_letter(by=request.user, letter=letter, sharing=sharing)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, f"Le courrier {finished.number} est terminé et classé dans le dossier.")
    return redirect("households:letter", letter.pk)


@requires("letters.write")
@require_http_methods(["GET", "HEAD", "POST"])
def letter_finish(request: AgentRequest, letter_id: UUID) -> HttpResponse:
    """What the letter shares and what allows it, before it is finished."""
    found = _letter(request, letter_id)
    if isinstance(found, HttpResponse):
        return found
    draft, household = found
    if not draft.is_draft:
        return redirect("households:letter", draft.pk)
    form = LetterSharingForm(posted(request), initial={"consent_on": timezone.localdate()})
    if form.is_valid():
        return _finish(request, draft, form.sharing_data())
    context = file_context(request, household, TAB, form=form, letter=draft)
    return render(request, "households/letter_finish.html", context)


def _finished(request: AgentRequest, letter: Letter, household: Household) -> HttpResponse:
    corrections = letter.corrections.filter(finished_at__isnull=False)
    context = file_context(request, household, TAB, letter=letter, corrections=corrections)
    return render(request, "households/letter.html", context)


@requires("letters.write")
@require_POST
def letter_draft(request: AgentRequest, letter_id: UUID) -> HttpResponse:
    """Keep what is being typed, without judging it; the page calls it every few seconds."""
    if typed_by_someone_else(request):
        return HttpResponse(CHANGED_HANDS, status=409)
    draft = _own_draft(request, letter_id)
    typed = {name: request.POST.get(name, getattr(draft, name)) for name in ("address", "subject", "body")}
    saved = services.save_letter(
        by=request.user,
        letter=draft,
        address=typed["address"][:LONGEST_ADDRESS],
        subject=typed["subject"][:160],
        body=typed["body"][:LONGEST_BODY],
    )
    return HttpResponse(f"brouillon enregistré à {time_fr(saved.saved_at)}")


@requires("letters.write")
@require_POST
def letter_discard(request: AgentRequest, letter_id: UUID) -> HttpResponse:
    """The author gives up a draft."""
    draft = _own_draft(request, letter_id)
    services.discard_letter(by=request.user, letter=draft)
    messages.success(request, "Le brouillon du courrier est effacé.")
    return redirect(tab_url(draft.household))


@requires("letters.write")
@require_POST
def letter_correct(request: AgentRequest, letter_id: UUID) -> HttpResponse:
    """Another letter that takes over the words of a finished one."""
    found = _letter(request, letter_id)
    if isinstance(found, HttpResponse):
        return found
    shown, _household = found
    try:
        draft = services.correct_letter(by=request.user, letter=shown)
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return redirect("households:letter", shown.pk)
    return redirect("households:letter", draft.pk)


@requires("letters.view")
@require_safe
def letter_print(request: AgentRequest, letter_id: UUID) -> HttpResponse:
    """The PDF: of a draft as it would be, of a finished letter as it is kept."""
    found = _letter(request, letter_id)
    if isinstance(found, HttpResponse):
        return found
    shown, household = found
    log_access(request, AccessAction.PRINT, shown, subject_id=household.pk, document="courrier")
    if shown.document is not None and shown.document.purged_at is None:
        content = b"".join(read_document(shown.document))
    else:
        content = letter_pdf(shown, shown.finished_at or timezone.now())
    name = f"courrier-{shown.number or household.number}.pdf"
    return pdf_response(content, name, inline=True)
