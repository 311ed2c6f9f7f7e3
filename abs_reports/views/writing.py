"""The writing room: its front page, a chapter with its figures beside, what is typed, who else is there (S4)."""

import secrets
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from abs_reports.compiling.chapters import Chapter
from abs_reports.models import ChapterDone, ChapterDraft, Contribution, PlannedAction, Report, Restitution
from abs_reports.views.reports import get_report
from abs_reports.writing import drafts, presence
from abs_reports.writing.checks import WARNING
from abs_reports.writing.enums import PassageKind
from abs_reports.writing.exhibits import exhibits_of
from abs_reports.writing.forms import ChapterForm, DraftForm, TakeOverForm, initial_of
from abs_reports.writing.frozen import frozen_texts, is_behind
from abs_reports.writing.passages import Outcome, Result, passages_of, save_chapter, take_over
from abs_reports.writing.sections import (
    CLOSED,
    chapter_rows,
    check_open,
    label_of,
    other_editions,
    set_done,
)
from cias.accounts.http import AgentRequest
from cias.audit.enums import AccessAction
from cias.audit.services import log_access
from cias.core.access import requires
from cias.core.french import NBSP, join_list, lower_first, time_fr
from cias.core.http import CHANGED_HANDS, is_own_text, posted, typed_by_someone_else
from cias.core.refusals import refuse, sentence
from cias.core.states import ForbiddenTransition

TOO_LONG = "Un texte est trop long pour être gardé\u00a0: il reste sur cette page."


def get_chapter(chapter: str) -> str:
    """The chapter of an address; 404 when there is no such one."""
    if chapter not in {one.value for one in Chapter}:
        raise Http404
    return chapter


@requires("abs.manage")
@require_safe
def writing_room(request: AgentRequest, report_id: UUID) -> HttpResponse:
    """How far each chapter is written, and the ways to the registers."""
    report = get_report(request.user, report_id)
    log_access(request, AccessAction.VIEW, report, version=report.version, part="writing")
    rows = chapter_rows(report)
    here = presence.who_is_where(report, by=request.user)
    editions = [] if report.is_published else other_editions(report)
    context = {
        "report": report,
        "rows": [(row, here.get(row.code, [])) for row in rows],
        "done": sum(row.progress == "done" for row in rows),
        "begun": sum(row.progress == "begun" for row in rows),
        "chapters": len(rows),
        "contributions": Contribution.objects.filter(series=report.series).count(),
        "actions": PlannedAction.objects.filter(series=report.series).count(),
        "restitutions": Restitution.objects.filter(report__series=report.series).count(),
        "editions": editions,
        "is_empty": not any(row.written for row in rows),
        "behind": is_behind(report),
        "mine": {
            label_of(draft.chapter)
            for draft in ChapterDraft.objects.filter(series=report.series, author=request.user)
        }
        if not report.is_published
        else set(),
    }
    return render(request, "abs_reports/writing/room.html", context)


@requires("abs.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def writing_chapter(request: AgentRequest, report_id: UUID, chapter: str) -> HttpResponse:
    """Write a chapter; what others saved meanwhile is brought together with what was typed, or shown beside it."""
    report, chapter = get_report(request.user, report_id), get_chapter(chapter)
    if report.is_published:
        return _published(request, report, chapter)
    found: list[ChapterDraft] = []
    draft: ChapterDraft | None = None
    outcomes: dict[PassageKind, Outcome] = {}
    if request.method == "POST":
        if (discarded := request.POST.get("effacer")) is not None:
            return _discard(request, report, chapter, discarded)
        form = ChapterForm(request.POST)
        if is_own_text(request, form) and form.is_valid():
            try:
                outcomes = _save(request, report, chapter, form)
            except (ForbiddenTransition, ValidationError) as error:
                refuse(form, error)
            else:
                if not outcomes:
                    return redirect("abs_reports:writing_chapter", report.pk, chapter)
                form = ChapterForm(_seen(request.POST, outcomes))
    else:
        found = drafts.drafts_of(by=request.user, report=report, chapter=chapter)
        draft = _chosen(request, found)
        page, saved = secrets.token_hex(16), passages_of(report, chapter)
        form = ChapterForm(initial=initial_of(page, saved, draft))
        log_access(request, AccessAction.VIEW, report, version=report.version, chapter=chapter)
    return render(
        request,
        "abs_reports/writing/chapter.html",
        {
            **_around(report, chapter),
            "form": form,
            "sections": list(form.sections(passages_of(report, chapter), outcomes)),
            "restored": draft,
            "others": [one for one in found if one != draft],
            "warning": WARNING,
            "summary_title": "Un texte reste à choisir" if outcomes else "Rien n’a été enregistré",
        },
    )


def _around(report: Report, chapter: str) -> dict[str, Any]:
    """What stands beside the texts: figures, contributions, where the chapter is among the others."""
    codes = [one.value for one in Chapter]
    rank = codes.index(chapter)
    near = {
        "before": codes[rank - 1] if rank else "",
        "after": codes[rank + 1] if rank + 1 < len(codes) else "",
    }
    return {
        "report": report,
        "chapter": chapter,
        "title": label_of(chapter),
        **{name: (code, label_of(code)) if code else None for name, code in near.items()},
        "figures": exhibits_of(report, chapter),
        "contributions": Contribution.objects.filter(series=report.series, chapter=chapter),
        "actions": PlannedAction.objects.filter(series=report.series, chapter=chapter),
        "done": ChapterDone.objects.filter(series=report.series, chapter=chapter)
        .select_related("by")
        .first(),
        "behind": is_behind(report),
    }


def _published(request: AgentRequest, report: Report, chapter: str) -> HttpResponse:
    """The texts as the version froze them; nothing is written here any more."""
    if request.method == "POST":
        messages.warning(request, CLOSED)
        return redirect("abs_reports:writing_chapter", report.pk, chapter)
    log_access(request, AccessAction.VIEW, report, version=report.version, chapter=chapter)
    texts = frozen_texts(report)
    passages = [(kind.label, texts.passage(chapter, kind)) for kind in PassageKind]
    context = {**_around(report, chapter), "passages": [pair for pair in passages if pair[1]]}
    return render(request, "abs_reports/writing/published.html", context)


def _save(
    request: AgentRequest, report: Report, chapter: str, form: ChapterForm
) -> dict[PassageKind, Outcome]:
    """Save, say what happened; the texts that conflict, if any."""
    typed = form.typed(passages_of(report, chapter))
    outcomes = save_chapter(by=request.user, report=report, chapter=chapter, typed=typed)
    conflicts = {one.kind: one for one in outcomes if one.result == Result.CONFLICT}
    for one in outcomes:
        if one.result == Result.MERGED:
            messages.info(
                request,
                f"{one.kind.label}{NBSP}: {one.other or 'un collègue'} avait enregistré d’autres paragraphes. "
                "Les deux textes sont réunis.",
            )
    if conflicts:
        return conflicts
    names = [lower_first(one.kind.label) for one in outcomes if one.result != Result.UNCHANGED]
    said = f"Enregistré{NBSP}: {join_list(names)}." if names else "Rien n’avait changé."
    messages.success(request, said)
    drafts.discard(by=request.user, report=report, chapter=chapter, page=form.cleaned_data["page"])
    if (restored := form.cleaned_data["draft"]) is not None:
        seen = form.cleaned_data["seen"] or 0
        drafts.discard(by=request.user, report=report, chapter=chapter, pk=restored, revision=seen)
    return {}


def _seen(data: QueryDict, outcomes: dict[PassageKind, Outcome]) -> QueryDict:
    """What was sent, written from now on from the versions it is shown beside."""
    copy = data.copy()
    for kind in PassageKind:
        copy.pop(f"choice_{kind.value}", None)
        copy.pop(f"conflict_{kind.value}", None)
    for kind, outcome in outcomes.items():
        copy[f"base_{kind.value}"] = str(outcome.passage.version)
        copy[f"conflict_{kind.value}"] = "on"
    return copy


def _chosen(request: AgentRequest, found: list[ChapterDraft]) -> ChapterDraft | None:
    """The draft that comes back: the newest, or the one asked for; none when the saved texts are."""
    asked = request.GET.get("brouillon")
    if asked == "aucun":
        return None
    return next((one for one in found if asked is None or str(one.pk) == asked), None)


def _discard(request: AgentRequest, report: Report, chapter: str, key: str) -> HttpResponse:
    try:
        drafts.discard(by=request.user, report=report, chapter=chapter, pk=UUID(key))
    except ValueError:
        raise Http404 from None
    messages.success(request, "Le brouillon est effacé.")
    return redirect("abs_reports:writing_chapter", report.pk, chapter)


@requires("abs.manage")
@require_POST
def writing_draft(request: AgentRequest, report_id: UUID, chapter: str) -> HttpResponse:
    """Keep what is being typed; the page calls it every few seconds."""
    report, chapter = get_report(request.user, report_id), get_chapter(chapter)
    if typed_by_someone_else(request):
        return HttpResponse(CHANGED_HANDS, status=409)
    form = DraftForm(request.POST)
    if not form.is_valid():
        return HttpResponse(TOO_LONG, status=409)
    try:
        draft = drafts.keep(
            by=request.user, report=report, chapter=chapter, page=form.cleaned_data["page"],
            typed=form.as_typed(), restored=form.cleaned_data["draft"], seen=form.cleaned_data["seen"] or 0,
        )  # fmt: skip
    except ForbiddenTransition as error:
        return HttpResponse(str(error), status=409)
    if draft is None:
        return HttpResponse("Tout est enregistré.")
    return HttpResponse(f"brouillon enregistré à {time_fr(timezone.localtime(draft.saved_at))}")


@requires("abs.manage")
@require_POST
def writing_presence(request: AgentRequest, report_id: UUID, chapter: str) -> HttpResponse:
    """Who else is in the chapter and what they saved; the page asks every ten seconds. 204: nothing new to say."""
    report, chapter = get_report(request.user, report_id), get_chapter(chapter)
    try:
        check_open(report)
    except ForbiddenTransition:
        return HttpResponse(status=286)  # htmx stops asking
    presence.come_in(by=request.user, report=report, chapter=chapter)
    seen = {
        kind: int(value)
        for kind in PassageKind
        if (value := request.POST.get(f"base_{kind.value}", "")).isdecimal() and len(value) < 10
    }
    here = presence.colleagues(by=request.user, report=report, chapter=chapter)
    news = presence.news(report=report, chapter=chapter, seen=seen, by=request.user)
    mark = presence.mark(here, news)
    if request.POST.get("dit") == mark:
        return HttpResponse(status=204)
    context = {"colleagues": here, "news": news, "mark": mark}
    return render(request, "abs_reports/writing/presence.html", context)


@requires("abs.manage")
@require_POST
def writing_done(request: AgentRequest, report_id: UUID, chapter: str) -> HttpResponse:
    """Say that a chapter is written, or take it up again."""
    report, chapter = get_report(request.user, report_id), get_chapter(chapter)
    done = request.POST.get("fait") == "oui"
    try:
        set_done(by=request.user, report=report, chapter=chapter, done=done)
    except ForbiddenTransition as error:
        messages.error(request, str(error))
    else:
        state = "terminé" if done else "repris"
        messages.success(request, f"Le chapitre «{NBSP}{label_of(chapter)}{NBSP}» est {state}.")
    return redirect(
        "abs_reports:writing_room" if done else "abs_reports:writing_chapter", **_where(report, chapter, done)
    )


def _where(report: Report, chapter: str, done: bool) -> dict[str, Any]:
    return {"report_id": report.pk} if done else {"report_id": report.pk, "chapter": chapter}


@requires("abs.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def writing_take_over(request: AgentRequest, report_id: UUID) -> HttpResponse:
    """Begin an edition with the texts of another."""
    report = get_report(request.user, report_id)
    editions = other_editions(report)
    if report.is_published or not editions:
        messages.warning(request, CLOSED if report.is_published else "Aucune autre édition n’a de texte.")
        return redirect("abs_reports:writing_room", report.pk)
    form = TakeOverForm(posted(request), editions=editions)
    if request.method == "POST" and form.is_valid():
        choice = form.cleaned_data
        try:
            count = take_over(
                by=request.user,
                report=report,
                series=choice["source"],
                texts=choice["texts"],
                plan=choice["plan"],
            )
        except (ForbiddenTransition, ValidationError) as error:
            messages.error(request, sentence(error))
        else:
            said = f"{count} reprises, à relire." if count else "Il n’y avait rien à reprendre."
            messages.success(request, said)
        return redirect("abs_reports:writing_room", report.pk)
    context = {
        "form": form,
        "title": "Reprendre une autre édition",
        "submit": "Reprendre",
        "back_url": reverse("abs_reports:writing_room", args=[report.pk]),
    }
    return render(request, "core/form_page.html", context)
