"""The mail desk: find the person in one box, note in one key. Neither interview nor decision is read here."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cias.accounts.http import AgentRequest
from cias.accounts.models import User
from cias.audit.enums import AccessAction
from cias.audit.services import log_access
from cias.core.access import requires
from cias.core.french import lower_first
from cias.core.http import posted
from cias.core.refusals import sentence
from cias.core.states import ForbiddenTransition
from cias.core.text import sort_key
from households.models.files import on_day
from households.phonetics import phonetic_keys
from rights.domiciliation import services
from rights.domiciliation.enums import DeskKind
from rights.domiciliation.mailbox_forms import CountForm, PartForm
from rights.domiciliation.pickup import point_of
from rights.domiciliation.states import COMES_IN, GOES_OUT
from rights.domiciliation.views.access import get_domiciliation, when_used
from rights.domiciliation.wording import NOUNS, mail_words
from rights.models import DeskEvent, Domiciliation, Forwarding, Proxy

MOST_HITS = 20
LATEST = 12


@dataclass(frozen=True)
class Button:
    """One click, or one key, writes one line of the register."""

    kind: DeskKind
    label: str
    icon: str
    key: str = ""
    proxy: Proxy | None = None
    letters: int = 0
    is_main: bool = False

    @property
    def way(self) -> str:
        """Who takes mail out, as the form of a part of it names them."""
        return f"{self.kind.value}:{self.proxy.pk}" if self.proxy else self.kind.value


@requires("domiciliation.desk")
@when_used
@require_http_methods(["GET", "HEAD", "POST"])
def desk(request: AgentRequest) -> HttpResponse:
    """Find who stands at the desk, or whom mail is for. The name travels by POST; a single answer opens at once."""
    query = request.POST.get("q", "").strip()
    hits = find(query, request.user) if query else []
    if query:
        log_access(request, AccessAction.SEARCH, hits=len(hits))
    if len(hits) == 1:
        return redirect("rights:mail_person", hits[0].pk)
    today = timezone.localdate()
    held = {row.pk for row in Domiciliation.objects.in_force(today).filter(pk__in=[hit.pk for hit in hits])}
    rows = sorted(((hit, hit.pk in held) for hit in hits), key=lambda row: not row[1])
    context = {"query": query, "rows": rows, "more": len(hits) == MOST_HITS}
    return render(request, "rights/domiciliation/desk.html", context)


def find(query: str, user: User) -> list[Domiciliation]:
    """Domiciled persons, present or past, by number, by any part of their names, or else by how it sounds."""
    rows = Domiciliation.objects.for_user(user).select_related("person").order_by("person__search_key", "pk")
    number = query.upper().replace(" ", "")
    by_number = rows.filter(
        Q(number=number) | Q(number__endswith=f"-{number:0>5}") if number.isdigit() else Q(number=number)
    )
    if found := list(by_number[:MOST_HITS]):
        return found
    words = sort_key(query).split()
    if not words:
        return []
    by_name = rows
    for word in words:
        by_name = by_name.filter(person__search_key__contains=word)
    if found := list(by_name[:MOST_HITS]):
        return found
    sounds = phonetic_keys(query)
    return list(rows.filter(person__phonetic__contains=sounds)[:MOST_HITS]) if sounds else []


@requires("domiciliation.desk")
@when_used
@require_safe
def person(request: AgentRequest, domiciliation_id: UUID) -> HttpResponse:
    return _panel(request, get_domiciliation(request, domiciliation_id))


@dataclass(frozen=True)
class Box:
    """What stands before the desk: mail that waits, who may take it, and the buttons that follow."""

    proxies: list[Proxy]
    forwarding: Forwarding | None
    waiting: dict[str, int]
    buttons: list[Button]

    @property
    def ways_out(self) -> list[Button]:
        return [button for button in self.buttons if button.kind in GOES_OUT]


def _box(domiciliation: Domiciliation) -> Box:
    today = timezone.localdate()
    proxies = list(domiciliation.proxies.filter(on_day(today)))
    forwarding = domiciliation.forwardings.filter(on_day(today)).first()
    waiting = domiciliation.register.waiting()
    return Box(proxies, forwarding, waiting, _buttons(waiting, proxies, forwarding is not None))


def _part_form(data: Any, box: Box) -> PartForm:
    ways = [(button.way, button.label) for button in box.ways_out]
    return PartForm(data, waiting=box.waiting, ways=ways)


def _panel(
    request: AgentRequest,
    domiciliation: Domiciliation,
    form: CountForm | None = None,
    part: PartForm | None = None,
) -> HttpResponse:
    """The page of one person; `form` and `part` come back with what was typed and what is wrong with it."""
    today = timezone.localdate()
    log_access(request, AccessAction.VIEW, domiciliation, subject_id=domiciliation.household_id, desk=True)
    elections = domiciliation.elections.only("state", "starts_on", "last_day", "ends_on", "commune_id")
    held = next((row for row in elections if row.holds_on(today)), None)
    latest = elections[0]
    box = _box(domiciliation)
    context = {
        "domiciliation": domiciliation,
        "held": held,
        "ended_on": max((row.last_day for row in elections if row.last_day), default=None),
        "renewal_pending": any(row.is_pending for row in elections),
        "box": box,
        # A hidden address is read on the file itself, by those named on it, never at a counter (C3).
        "hides_address": domiciliation.household.address_hidden,
        "waiting_words": mail_words(box.waiting),
        "form": form or CountForm(),
        "part": part or (_part_form(None, box) if sum(box.waiting.values()) > 1 else None),
        "lines": domiciliation.register.select_related("recorded_by", "proxy", "undone_by")[:LATEST],
        "point": point_of(latest.commune_id),
        "today": today,
    }
    return render(request, "rights/domiciliation/person.html", context)


def _buttons(waiting: dict[str, int], proxies: list[Proxy], forwards: bool) -> list[Button]:
    """Keys 1 to 4 never move; those of the proxies follow them."""
    rows = [
        Button(DeskKind.VISIT, "Est passé", "bi-person-check", "1"),
        Button(DeskKind.CALL, "A appelé", "bi-telephone-inbound", "2"),
        Button(DeskKind.ARRIVED, "1 courrier arrivé", "bi-envelope-plus", "3", letters=1),
    ]
    if not any(waiting.values()):
        return rows
    rows.append(Button(DeskKind.HANDED, "Remettre à la personne", "bi-envelope-check", "4", is_main=True))
    keys = iter("5678")
    rows += [
        Button(DeskKind.HANDED_PROXY, f"Remettre à {proxy.name}", "bi-people", next(keys, ""), proxy)
        for proxy in proxies
    ]
    if forwards:
        rows.append(Button(DeskKind.FORWARDED, "Réexpédier", "bi-send", "9"))
    return [*rows, Button(DeskKind.RETURNED, "Rendre à l’expéditeur", "bi-arrow-return-left")]


@requires("domiciliation.desk")
@when_used
@require_POST
def record(request: AgentRequest, domiciliation_id: UUID) -> HttpResponse:
    """Write one line, and come back to the person with what was written and the way to take it back."""
    domiciliation = get_domiciliation(request, domiciliation_id)
    kind = request.POST.get("kind", "")
    if kind not in DeskKind.values:
        messages.error(request, "Choisissez ce qui s’est passé.")
        return redirect("rights:mail_person", domiciliation.pk)
    items: dict[str, Any] = {}
    if kind in COMES_IN:
        form = CountForm(posted(request))
        if not form.is_valid():
            return _panel(request, domiciliation, form)
        items = form.counts
    proxy = _proxy(request.POST.get("proxy", ""), domiciliation)
    try:
        event = services.record(by=request.user, domiciliation=domiciliation, kind=kind, proxy=proxy, **items)
    except ValidationError as error:
        messages.error(request, sentence(error))
    else:
        messages.success(request, _told(event))
    return redirect("rights:mail_person", domiciliation.pk)


@requires("domiciliation.desk")
@when_used
@require_POST
def record_part(request: AgentRequest, domiciliation_id: UUID) -> HttpResponse:
    """Some of the mail leaves, the rest stays: a parcel left for another day, a letter the person does not want."""
    domiciliation = get_domiciliation(request, domiciliation_id)
    box = _box(domiciliation)
    if not any(box.waiting.values()):
        messages.error(request, "Aucun courrier n’attend cette personne.")
        return redirect("rights:mail_person", domiciliation.pk)
    form = _part_form(posted(request), box)
    if not form.is_valid():
        return _panel(request, domiciliation, part=form)
    kind, _, proxy = form.cleaned_data["way"].partition(":")
    items: dict[str, Any] = form.counts
    try:
        event = services.record(
            by=request.user,
            domiciliation=domiciliation,
            kind=kind,
            proxy=_proxy(proxy, domiciliation),
            **items,
        )
    except ValidationError as error:
        form.add_error(None, error)
        return _panel(request, domiciliation, part=form)
    left = mail_words(domiciliation.register.waiting())
    messages.success(request, f"{_told(event)} {f'Reste {left}.' if left else 'Rien ne reste.'}")
    return redirect("rights:mail_person", domiciliation.pk)


def _proxy(key: str, domiciliation: Domiciliation) -> Proxy | None:
    try:
        proxy_id = UUID(key)
    except ValueError:
        return None
    return get_object_or_404(domiciliation.proxies, pk=proxy_id)


def _told(event: DeskEvent) -> str:
    moved: Any = {item: getattr(event, item) for item in NOUNS}
    detail = f" ({mail_words(moved)})" if event.total else ""
    who = f" {event.proxy.name}" if event.proxy else ""
    return (
        f"Noté\u00a0: {lower_first(event.get_kind_display())}{detail}.{who and f' Mandataire\u00a0:{who}.'}"
    )


@requires("domiciliation.desk")
@when_used
@require_POST
def undo(request: AgentRequest, desk_event_id: UUID) -> HttpResponse:
    """Cross a line out: today's at the desk, any by those who follow the file."""
    open_to = Domiciliation.objects.for_user(request.user)
    event = get_object_or_404(DeskEvent.objects.filter(domiciliation__in=open_to), pk=desk_event_id)
    if event.day != timezone.localdate() and not request.user.has_perm("rights.edit"):
        messages.error(request, "Seul l’agent qui suit la personne annule une ligne d’un autre jour.")
        return redirect("rights:mail_person", event.domiciliation_id)
    try:
        services.undo_event(by=request.user, event=event)
    except (ForbiddenTransition, ValidationError) as error:
        messages.error(request, sentence(error))
    else:
        messages.success(request, f"Annulé\u00a0: {lower_first(event.get_kind_display())}.")
    return redirect("rights:mail_person", event.domiciliation_id)
