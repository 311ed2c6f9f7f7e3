"""The documents of a household (H10): the tab, one document, adding, filing, replacing, retiring."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, IntegerField, Value, When
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cias.accounts.enums import Role, Scope
from cias.accounts.http import AgentRequest
from cias.core.access import requires
from cias.core.french import date_short, plural
from cias.core.http import posted
from cias.core.states import ForbiddenTransition
from cias.core.uploads import bounded_uploads
from households import services
from households.enums import DocumentKind, DocumentState, NoteLevel
from households.file import ask_reason, file_context, get_household, may_read_content
from households.forms.documents import DocumentAddForm, DocumentForm, DocumentReplaceForm, RetireForm
from households.history import document_versions
from households.models import Document, Household
from households.models.documents import DocumentQuerySet
from households.services.documents import VAULT

TAB = "documents"
PER_PAGE = 30


def open_document(request: AgentRequest, document_id: UUID) -> tuple[Household, Document | None]:
    """The document and its household, 404 if the reader may not know of it; None in its place when a reason is due."""
    bare = get_object_or_404(Document.objects.only("household_id", "level"), pk=document_id)
    household = get_household(request, bare.household_id)
    if bare.level == NoteLevel.TEAM and _reason_is_due(request, household):
        return household, None
    documents = Document.objects.for_user(request.user, household.pk).with_people()
    return household, get_object_or_404(documents.select_related("retired_by"), pk=document_id)


def _reason_is_due(request: AgentRequest, household: Household) -> bool:
    by_reason = request.user.scope("documents.view") == Scope.REASON
    return by_reason and not may_read_content(request.user, household, "documents.view")


@requires("documents.view", "documents.add")
@require_safe
def documents_tab(request: AgentRequest, household_id: UUID) -> HttpResponse:
    """What expires first, then the newest; the retired ones folded below. Reception sees what it brought."""
    household = get_household(request, household_id)
    if not request.user.has_perm("documents.view"):
        return _deposits(request, household)
    if _reason_is_due(request, household):
        return ask_reason(request, household, TAB)
    visible = Document.objects.for_user(request.user, household.pk)
    current = visible.current()
    kinds = dict(current.order_by().values_list("kind").annotate(count=Count("pk")))
    chosen = request.GET.get("type", "")
    shown = _pressing_first(current.filter(kind=chosen) if chosen in kinds else current)
    context = file_context(
        request,
        household,
        TAB,
        page=Paginator(shown, PER_PAGE).get_page(request.GET.get("page")),
        kinds=[(kind.value, kind.label, kinds[kind]) for kind in DocumentKind if kind in kinds],
        chosen=chosen if chosen in kinds else "",
        count=sum(kinds.values()),
        retired=visible.filter(state=DocumentState.RETIRED).with_people().select_related("retired_by"),
    )
    return render(request, "households/documents.html", context)


def _pressing_first(documents: DocumentQuerySet) -> DocumentQuerySet:
    soon = timezone.localdate() + timedelta(days=settings.DOCUMENT_SOON_DAYS)
    pressing = Case(When(expires_on__lte=soon, then=Value(0)), default=Value(1), output_field=IntegerField())
    return documents.with_people().order_by(pressing, "-created_at", "pk")


def _deposits(request: AgentRequest, household: Household) -> HttpResponse:
    """What the reader brought, by type and date: nothing opens."""
    own = household.documents.filter(author=request.user).exclude(state=DocumentState.PURGED)
    context = file_context(request, household, TAB, deposits=own.order_by("-created_at", "pk"))
    return render(request, "households/deposits.html", context)


@requires("documents.view")
@require_safe
def document(request: AgentRequest, document_id: UUID) -> HttpResponse:
    """One document: its first page, what is known of it, its versions and its history."""
    household, document = open_document(request, document_id)
    if document is None:
        return ask_reason(request, household, TAB)
    return _page(request, household, document, RetireForm())


def page_of(request: AgentRequest, document: Document) -> Page[int]:
    """Which page of the document is looked at, `page` in the address: the nearest one there is."""
    return Paginator(range(1, document.pages + 1), 1).get_page(request.GET.get("page"))


def _page(request: AgentRequest, household: Household, document: Document, form: RetireForm) -> HttpResponse:
    series = Document.objects.for_user(request.user, household.pk).filter(series=document.series)
    context = file_context(
        request,
        household,
        TAB,
        document=document,
        page=page_of(request, document),
        is_on_disk=not document.is_purged and VAULT.has(document.file_name("content")),
        versions=series.with_people().order_by("-version"),
        changes=document_versions(document, request.user),
        form=form,
    )
    return render(request, "households/document.html", context)


@bounded_uploads
@requires("documents.add")
@require_http_methods(["GET", "HEAD", "POST"])
def document_add(request: AgentRequest, household_id: UUID) -> HttpResponse:
    """Bring one file or several; all are kept, or none."""
    household = get_household(request, household_id)
    is_psychologist = request.user.role == Role.PSYCHOLOGIST
    form = DocumentAddForm(
        posted(request),
        request.FILES or None,
        household=household,
        user=request.user,
        initial={"level": NoteLevel.PERSONAL if is_psychologist else NoteLevel.TEAM},
    )
    known: list[Document] = []
    if form.is_valid():
        data = services.DocumentData(**{name: form.cleaned_data[name] for name in DocumentForm.Meta.fields})
        try:
            added = services.add_documents(
                by=request.user, household=household, files=form.received, data=data
            )
        except ValidationError as error:
            form.add_error("level" if error.code == "level" else "brought", error)
        else:
            known = added.known
            if added.documents:
                _say_added(request, added.documents, known)
                return redirect("households:documents", household.pk)
            form.add_error("brought", already_there(known))
    return _form_page(request, household, form, title="Ajouter un document", submit="Ajouter", known=known)


def _say_added(request: AgentRequest, added: list[Document], known: list[Document]) -> None:
    if len(added) == 1:
        name = added[0] if request.user.has_perm("documents.view") else added[0].get_kind_display()
        messages.success(request, f"Document ajouté : {name}.")
    else:
        messages.success(request, f"{plural(len(added), 'document ajouté', 'documents ajoutés')}.")
    if known:
        messages.warning(request, already_there(known))


def already_there(known: list[Document]) -> str:
    """Where each file that was not kept again already is."""
    said = [
        f"« {document} » est déjà là, ajouté le {date_short(document.created_at)} par {document.author.full_name}."
        for document in dict.fromkeys(known)
    ]
    return " ".join(said)


@requires("documents.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def document_edit(request: AgentRequest, document_id: UUID) -> HttpResponse:
    """Correct what is said of a document; what a colleague corrected meanwhile is shown, not written over."""
    known = Document.objects.for_user(request.user).select_related("household", "author")
    document = get_object_or_404(known if request.method == "POST" else known.current(), pk=document_id)
    household = get_household(request, document.household_id)
    seen = services.reading_mark(document)
    if request.method == "POST":
        seen = request.POST.get("seen", "")
    form = DocumentForm(posted(request), instance=document, household=household, user=request.user)
    if form.is_valid():
        try:
            services.edit_document(by=request.user, document=form.instance, seen=seen)
        except services.DocumentConflict as conflict:
            form.add_error(None, conflict)
            form.show_stored(conflict.document)
            seen = services.reading_mark(conflict.document)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, "Le document est à jour.")
            return redirect("households:document", document.pk)
    return _form_page(
        request,
        household,
        form,
        title="Modifier le document",
        submit="Enregistrer",
        document=document,
        seen=seen,
    )


@bounded_uploads
@requires("documents.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def document_replace(request: AgentRequest, document_id: UUID) -> HttpResponse:
    """A newer version of the same document: the permit that was renewed, the scan that was unreadable."""
    document = _current(request, document_id)
    household = get_household(request, document.household_id)
    form = DocumentReplaceForm(posted(request), request.FILES or None)
    if form.is_valid():
        dates = {name: form.cleaned_data[name] for name in ("document_date", "expires_on")}
        try:
            newer = services.replace_document(
                by=request.user, document=document, file=form.received[0], **dates
            )
        except ForbiddenTransition:
            messages.warning(request, "Une version plus récente vient d’être ajoutée.")
            return redirect("households:document", document.pk)
        except ValidationError as error:
            form.add_error("brought", error)
        else:
            messages.success(request, f"{newer} : la version {newer.version} est en place.")
            return redirect("households:document", newer.pk)
    return _form_page(
        request,
        household,
        form,
        title="Ajouter une version plus récente",
        submit="Remplacer",
        document=document,
    )


def _current(request: AgentRequest, document_id: UUID) -> Document:
    documents = Document.objects.for_user(request.user).current().select_related("household", "author")
    return get_object_or_404(documents, pk=document_id)


@requires("documents.add")
@require_POST
def document_retire(request: AgentRequest, document_id: UUID) -> HttpResponse:
    """Take a document out of the file, with a reason."""
    document = get_object_or_404(Document.objects.retirable_by(request.user).current(), pk=document_id)
    household = get_household(request, document.household_id)
    form = RetireForm(request.POST)
    opens = request.user.has_perm("documents.view")
    if not form.is_valid():
        if opens:
            return _page(request, household, document, form)
        messages.error(request, "Dites pourquoi le document est retiré.")
        return redirect("households:documents", household.pk)
    try:
        services.retire_document(by=request.user, document=document, reason=form.cleaned_data["reason"])
    except ForbiddenTransition as error:
        messages.warning(request, str(error))
    else:
        days = plural(settings.DOCUMENT_RETIRED_DAYS, "jour")
        messages.success(request, f"{document} : retiré. On peut le rétablir pendant {days}.")
    return redirect("households:documents", household.pk)


@requires("documents.add")
@require_POST
def document_restore(request: AgentRequest, document_id: UUID) -> HttpResponse:
    """Put a retired document back."""
    retired = Document.objects.retirable_by(request.user).filter(state=DocumentState.RETIRED)
    document = get_object_or_404(retired, pk=document_id)
    household = get_household(request, document.household_id)
    try:
        services.restore_document(by=request.user, document=document)
    except (ForbiddenTransition, ValidationError) as error:
        messages.warning(request, error.messages[0] if isinstance(error, ValidationError) else str(error))
    else:
        messages.success(request, f"{document} : rétabli.")
    return redirect("households:documents", household.pk)


def _form_page(
    request: AgentRequest, household: Household, form: Any, *, document: Document | None = None, **more: Any
) -> HttpResponse:
    back = (
        reverse("households:document", args=[document.pk])
        if document
        else reverse("households:documents", args=[household.pk])
    )
    context = file_context(
        request,
        household,
        TAB,
        form=form,
        document=document,
        back=back,
        **{"known": [], "seen": "", **more},
    )
    return render(request, "households/document_form.html", context)
