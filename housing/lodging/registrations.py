"""What lodging contributes to a household's file and to the work lists."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import Any

from django.urls import reverse

from cias.accounts.models import User
from cias.core import merging, registry
from cias.core.french import date_short, lower_first
from cias.core.paths import path_to
from cias.core.registry import Action, ContactSource, OpenItem, Panel, TimelineItem, WorkItem
from households.enums import Domain
from households.file import may_read_content
from households.models import Household
from households.team import Team
from housing.enums import ContractKind
from housing.following import readers_of
from housing.lodging import listing, statistics, summary
from housing.lodging.dates import dates_of, rules_on
from housing.lodging.enums import Answer, RequestState
from housing.models import LodgingRequest, Proposal, RequestMove, Stay, StayContract
from housing.sections import sections

S = RequestState
STORY: dict[str, tuple[str, str]] = {
    S.WAITING: ("demande reçue", "bi-inbox"),
    S.PROPOSED: ("place proposée", "bi-envelope-open"),
    S.ACCEPTED: ("place acceptée", "bi-check2-circle"),
    S.REFUSED: ("refusée par le CIAS", "bi-slash-circle"),
    S.DECLINED: ("refusée par le ménage", "bi-x-circle"),
    S.WITHDRAWN: ("retirée", "bi-archive"),
}
BACK_TO_WAITING = ("place refusée, toujours en attente", "bi-hourglass-split")


def timeline(household: Household, user: User) -> Iterator[TimelineItem]:
    yield from _stay_events(household, user)
    yield from _request_events(household, user)


def _stay_events(household: Household, user: User) -> Iterator[TimelineItem]:
    stays = (
        Stay.objects.for_user(user).filter(household=household).select_related("place__dwelling", "referent")
    )
    for stay in stays:
        common: dict[str, Any] = {
            "domain": Domain.HOUSING,
            "kind": "housing",
            "author": stay.referent.full_name if stay.referent else "",
            "url": path_to("housing:stay", stay.pk),
        }
        yield TimelineItem(
            at=stay.start,
            icon="bi-house-add",
            title="Entrée en hébergement",
            text=f"{stay.get_scheme_display()}, {stay.place}",
            **common,
        )
        if stay.end:
            yield TimelineItem(
                at=stay.end,
                icon="bi-box-arrow-right",
                title="Sortie d’hébergement",
                text=f"vers\u00a0: {lower_first(stay.get_outcome_display())}",
                **common,
            )
    renewals = StayContract.objects.filter(stay__in=stays, kind=ContractKind.RENEWAL).select_related("stay")
    for contract in renewals:
        yield TimelineItem(
            at=contract.start,
            icon="bi-arrow-repeat",
            title="Contrat d’hébergement renouvelé",
            text=f"jusqu’au {contract.end:%d/%m/%Y}",
            domain=Domain.HOUSING,
            kind="housing",
            url=path_to("housing:stay", contract.stay_id),
        )


def _request_events(household: Household, user: User) -> Iterator[TimelineItem]:
    """Each step that stands; an entry is told by its stay."""
    moves = RequestMove.objects.filter(
        request__in=LodgingRequest.objects.for_user(user).filter(household=household),
        undone_at__isnull=True,
        to_state__in=STORY,
    ).select_related("by", "request")
    with_content = may_read_content(user, household, "lodging.view")
    for move in moves.order_by("-created_at", "-pk"):
        back = bool(move.from_state) and move.to_state == S.WAITING
        title, icon = BACK_TO_WAITING if back else STORY[move.to_state]
        yield TimelineItem(
            at=move.on,
            icon=icon,
            title=f"Demande d’hébergement\u00a0: {title}",
            text=move.reason if with_content else "",
            url=path_to("housing:lodging_request", move.request_id),
            domain=Domain.HOUSING,
            kind="housing",
            author=move.by.full_name,
        )


def section(household: Household, user: User) -> Panel | None:
    if not user.has_perm("housing.view"):
        return None
    stays = Stay.objects.for_user(user).filter(household=household).order_by("-start", "pk")
    requests = LodgingRequest.objects.for_user(user).filter(household=household).order_by("-requested_on")
    context = {
        "stays": stays.select_related("place__dwelling__commune"),
        "requests": requests.select_related("agent"),
    }
    return Panel(template="housing/lodging/section.html", context=context)


def actions(household: Household, user: User) -> Iterator[Action]:
    if household.closed_on is not None:
        return
    for right, label, icon, name in (
        ("lodging.edit", "Demander un hébergement", "bi-hourglass-split", "request_create"),
        ("housing.edit", "Faire entrer en hébergement", "bi-house-add", "admit"),
    ):
        if user.has_perm(right):
            yield Action(
                label=label,
                icon=icon,
                domain=Domain.HOUSING,
                group="Logement",
                url=reverse(f"housing:{name}", args=[household.pk]),
            )


def worklist(team: Team) -> Iterator[tuple[Any, WorkItem]]:
    """What comes due in the stays, and the places proposed without an answer; the direction sees all of them."""
    readers = team.holding("housing.view")
    if not readers:
        return
    steered = bool(team.among(readers, directing=True))
    yield from _due_dates(readers, steered, team.today)
    yield from _answers([agent for agent in readers if agent.has_perm("lodging.overview")], steered)


def _due_dates(agents: Sequence[User], steered: bool, today: date) -> Iterator[tuple[Any, WorkItem]]:
    stays = (
        Stay.objects.filter(start__lte=today, end__isnull=True)
        .select_related("household", "place__dwelling", "referent")
        .prefetch_related("exams")
    )
    if not steered:
        stays = stays.filter(referent__in=agents)
    rows = list(stays)
    rules = rules_on(today) if rows else {}
    for stay in rows:
        for one in dates_of(stay, rules, stay.exams.all()):
            if one.alert_on > today:
                continue
            item = WorkItem(
                title=one.task,
                due=one.due,
                url=path_to("housing:stay", stay.pk),
                domain=Domain.HOUSING,
                subject=str(stay.household),
                subject_id=stay.household_id,
                owner=stay.referent,
                kind="housing",
            )
            for key in readers_of(agents, stay.referent_id):
                yield key, item


def _answers(agents: Sequence[User], steered: bool) -> Iterator[tuple[Any, WorkItem]]:
    held = Proposal.objects.holding()
    if not steered:
        held = held.filter(request__agent__in=agents)
    for proposal in held.select_related("request__household", "request__agent", "place__dwelling"):
        accepted = proposal.answer == Answer.ACCEPTED
        item = WorkItem(
            title="Enregistrer l’entrée en hébergement"
            if accepted
            else "Noter la réponse à la place proposée",
            due=proposal.available_on if accepted else proposal.answer_by,
            url=path_to("housing:lodging_request", proposal.request_id),
            domain=Domain.HOUSING,
            subject=str(proposal.request.household),
            subject_id=proposal.request.household_id,
            owner=proposal.request.agent,
            kind="housing",
        )
        for key in readers_of(agents, proposal.request.agent_id):
            yield key, item


def open_stays(households: Collection[Any]) -> Iterator[OpenItem]:
    """The CIAS houses them: the stay ends first. A request still on the list is only warned about."""
    stays = Stay.objects.filter(household__in=households, end__isnull=True)
    for stay in stays.select_related("place__dwelling", "referent"):
        yield OpenItem(
            subject_id=stay.household_id,
            title=f"Séjour en cours\u00a0: {stay.place}",
            url=path_to("housing:stay", stay.pk),
            domain=Domain.HOUSING,
            owner=stay.referent,
            blocks=True,
        )
    waiting = LodgingRequest.objects.open().filter(household__in=households)
    for request in waiting.select_related("agent"):
        yield OpenItem(
            subject_id=request.household_id,
            title=f"Demande d’hébergement du {date_short(request.requested_on)}",
            url=path_to("housing:lodging_request", request.pk),
            domain=Domain.HOUSING,
            owner=request.agent,
        )


def involved(household: Household, today: date) -> Iterator[User]:
    for request in LodgingRequest.objects.open().filter(household=household).select_related("agent"):
        yield request.agent
    for stay in Stay.objects.filter(household=household, end__isnull=True).select_related("referent"):
        if stay.referent is not None:
            yield stay.referent


def register() -> None:
    registry.open_items.register("housing", open_stays)
    signed = StayContract.objects.filter(signed_on__isnull=False, stay__cancelled_on__isnull=True).all
    registry.contacts.register(
        "housing",
        ContactSource(
            label="Contrat d’hébergement signé", rows=signed, at="signed_on", subject="stay__household"
        ),
    )
    sections.register("lodging", section)
    registry.timeline.register("housing", timeline, about=("housing.Stay", "housing.LodgingRequest"))
    registry.actions.register("housing", actions)
    registry.worklist.register(
        "housing",
        worklist,
        about=("housing.Stay", "housing.LodgingRequest"),
        owned=("housing.Stay.referent", "housing.LodgingRequest.agent"),
    )
    registry.involved.register("housing", involved)
    statistics.register()
    merging.move(
        "housing.Stay.household",
        refused="Les deux ménages ont un séjour aux mêmes dates\u00a0: corrigez l’un des séjours avant de fusionner.",
    )
    merging.move(
        "housing.LodgingRequest.household",
        refused="Les deux ménages ont une demande d’hébergement en cours\u00a0: retirez-en une avant de fusionner.",
    )
    listing.register()
    summary.register()
