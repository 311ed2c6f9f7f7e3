"""What optional aid contributes to a household's file and to the work lists."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, prefetch_related_objects

from cias.accounts.models import User
from cias.core import merging, registry
from cias.core.french import date_short, euros, lower_first, plural
from cias.core.paths import path_to
from cias.core.registry import (
    Action,
    ContactSource,
    OpenItem,
    SummaryBlock,
    SummaryRequest,
    SummarySection,
    Table,
    TimelineItem,
    WorkItem,
)
from households.enums import Domain
from households.file import may_read_content
from households.models import Household
from households.team import Figure, Tally, Team, tallies
from rights.aids import accounting, benefits, statistics
from rights.aids.enums import AidState, SessionState
from rights.aids.schedule import instalments, late_amount
from rights.models import AidEnvelope, AidMove, AidRequest, AidSession

S = AidState
STORY: dict[str, tuple[str, str]] = {
    S.DRAFT: ("aide demandée", "bi-cash-coin"),
    S.PROPOSED: ("proposée à la commission", "bi-send"),
    S.DECIDED: ("décision", "bi-check2-circle"),
    S.ADJOURNED: ("ajournée", "bi-hourglass-split"),
    S.NOTIFIED: ("décision notifiée", "bi-envelope-check"),
    S.PAID: ("payée", "bi-cash-stack"),
    S.REPAYING: ("avance versée", "bi-cash-stack"),
    S.REPAID: ("remboursée", "bi-arrow-return-left"),
    S.CLOSED: ("close", "bi-archive"),
    S.ABANDONED: ("retirée par la personne", "bi-x-circle"),
}


def timeline(household: Household, user: User) -> Iterator[TimelineItem]:
    """Moves; why a move was made is content, read with a stated reason by the direction."""
    with_content = may_read_content(user, household, "aids.view")
    known = AidRequest.objects.for_user(user).filter(household=household).select_related("kind")
    requests = {one.pk: one for one in known}
    moves = AidMove.objects.filter(request__in=requests, undone_at__isnull=True, to_state__in=STORY)
    for move in moves.exclude(to_state=S.DRAFT, from_state__gt="").select_related("by"):
        aid = requests[move.request_id]
        title, icon = STORY[move.to_state]
        if move.to_state == S.DECIDED:
            title = lower_first(aid.get_decision_display()) or title
            title += f", {euros(aid.granted_amount)}" if aid.granted_amount is not None else ""
        yield TimelineItem(
            at=move.on,
            icon=icon,
            title=f"{aid.kind.name}\u00a0: {title}",
            text=move.reason if with_content else "",
            url=path_to("rights:aid", aid.pk),
            domain=Domain.RIGHTS,
            kind="aids",
            author=move.by.full_name,
        )


def actions(household: Household, user: User) -> Iterator[Action]:
    if household.closed_on is None and user.has_perm("aids.edit"):
        yield Action(
            label="Demander une aide facultative",
            icon="bi-cash-coin",
            domain=Domain.RIGHTS,
            group="Droits",
            url=path_to("rights:aid_open", household.pk),
        )
        yield Action(
            label="Demander un secours d’urgence",
            icon="bi-lightning",
            domain=Domain.RIGHTS,
            group="Droits",
            url=path_to("rights:aid_emergency", household.pk),
        )


def worklist(team: Team) -> Iterator[tuple[Any, WorkItem]]:
    """A worker's own requests to carry on and advances in arrears; for the direction, sessions and envelopes."""
    agents = team.holding("aids.edit", "aids.overview")
    yield from _of_agents(agents, team.today)
    if steering := team.holding("aids.session", "aids.overview"):
        yield from _for_the_direction(team, steering)


WAITING: dict[str, str] = {
    S.DRAFT: "Demande d’aide à proposer",
    S.ADJOURNED: "Demande d’aide ajournée à reprendre",
    S.DECIDED: "Décision d’aide à notifier",
    S.NOTIFIED: "Aide accordée à payer",
}


def _item(aid: AidRequest, title: str, due: date | None) -> WorkItem:
    return WorkItem(
        title=f"{title}\u00a0: {aid.kind.name}",
        url=path_to("rights:aid", aid.pk),
        due=due,
        domain=Domain.RIGHTS,
        subject=str(aid.household),
        subject_id=aid.household_id,
        owner=aid.agent,
        kind="aids",
    )


def _of_agents(agents: Sequence[User], today: date) -> Iterator[tuple[Any, WorkItem]]:
    """What waits, and advances of which an instalment is past and not repaid."""
    repaying = Q(state=S.REPAYING, first_instalment_on__lt=today)
    rows = list(AidRequest.objects.filter(Q(state__in=WAITING) | repaying, agent__in=agents).for_lists())
    for aid in rows:
        if aid.state in WAITING and (aid.state != S.NOTIFIED or aid.is_granted):
            yield aid.agent_id, _item(aid, WAITING[aid.state], aid.decision_on)
    repaid = [aid for aid in rows if aid.state == S.REPAYING]
    prefetch_related_objects(repaid, "payments", "repayments")
    for aid in repaid:
        schedule = instalments(aid, _standing(aid.payments), _standing(aid.repayments))
        if late := late_amount(schedule, today):
            first = next(row.due_on for row in schedule if row.is_late(today))
            yield aid.agent_id, _item(aid, f"Remboursement en retard de {euros(late)}", first)


def _standing(rows: Any) -> Decimal:
    return sum((row.amount for row in rows.all() if row.cancelled_at is None), Decimal(0))


def _for_the_direction(team: Team, agents: Sequence[User]) -> Iterator[tuple[Any, WorkItem]]:
    for aid in AidRequest.objects.delegable().for_lists():
        item = WorkItem(
            title=f"Secours d’urgence à décider\u00a0: {aid.kind.name}, {euros(aid.amount)}",
            url=path_to("rights:aid_delegate", aid.pk),
            due=aid.opened_on,
            domain=Domain.RIGHTS,
            subject=aid.number,
            kind="aids",
        )
        yield from ((agent.pk, item) for agent in agents if team.knows(agent, aid.household_id))
    for item in _of_the_commission(team.today):
        yield from ((agent.pk, item) for agent in agents)


def decided(team: Team) -> Tally:
    """For the direction, how many decisions the persons are not told of yet."""
    steering = team.holding("aids.session", "aids.overview")
    rows = AidRequest.objects.filter(state=S.DECIDED)
    return Tally(agents=steering, rows=rows, oldest="decision_on", line=_decided)


def _decided(found: Figure) -> WorkItem:
    return WorkItem(
        title=plural(found.count, "décision d’aide à notifier", "décisions d’aide à notifier"),
        url=f"{path_to('rights:aids')}?etat={S.DECIDED.value}",
        due=found.oldest,
        domain=Domain.RIGHTS,
        kind="aids",
    )


def _of_the_commission(today: date) -> Iterator[WorkItem]:
    """Sessions to come or under way, and envelopes that run out: no household in it."""
    awaited = AidSession.objects.filter(state__in=(SessionState.PLANNED, SessionState.OPEN))
    sessions = awaited.annotate(count=Count("items"))
    for session in sessions:
        yield WorkItem(
            title=f"{session}\u00a0: {plural(session.count, 'demande inscrite', 'demandes inscrites')}",
            url=path_to("rights:aid_session", session.pk),
            due=session.held_on,
            domain=Domain.RIGHTS,
            kind="aids",
        )
    for envelope in AidEnvelope.objects.with_figures().filter(year=today.year).order_by("kind__name"):
        if envelope.status != "ok":
            yield WorkItem(
                title=f"Enveloppe {envelope.kind.name}\u00a0: reste {euros(envelope.left)}",
                url=path_to("rights:aid_envelopes"),
                due=today,
                domain=Domain.RIGHTS,
                kind="aids",
            )


def open_aids(households: Collection[Any]) -> Iterator[OpenItem]:
    """Requests that still wait for something: nobody would decide, pay or recover them any more."""
    for aid in AidRequest.objects.active().filter(household__in=households).for_lists():
        yield OpenItem(
            subject_id=aid.household_id,
            title=f"Aide {aid.kind.name}\u00a0: {lower_first(aid.state_label)}",
            url=path_to("rights:aid", aid.pk),
            domain=Domain.RIGHTS,
            owner=aid.agent,
        )


def _may_read(household: Household, user: User) -> bool:
    return may_read_content(user, household, "aids.view")


def _blocks(request: SummaryRequest) -> Iterator[SummaryBlock]:
    rows = AidRequest.objects.for_user(request.user).filter(household=request.subject)
    if request.person is not None:
        rows = rows.filter(applicant=request.person)
    yield Table(
        title="Demandes d’aide",
        header=("Numéro", "Aide", "Demandeur", "État", "Demandé", "Décidée le", "Accordé"),
        numbers=(4, 6),
        rows=[
            (
                row.number,
                row.kind.name,
                request.hide(row.applicant.full_name),
                row.state_label,
                euros(row.amount),
                date_short(row.decision_on) if row.decision_on else "—",
                euros(row.granted_amount) if row.granted_amount is not None else "—",
            )
            for row in rows.for_lists()
        ],
    )


def register() -> None:
    registry.timeline.register("aids", timeline, about=("rights.AidRequest",))
    registry.actions.register("aids", actions)
    registry.worklist.register(
        "aids", worklist, about=("rights.AidRequest",), owned=("rights.AidRequest.agent",)
    )
    tallies.register("aids", decided)
    registry.open_items.register("aids", open_aids)
    registry.contacts.register(
        "aids", ContactSource(label="Aide facultative demandée", rows=AidRequest.objects.all, at="opened_on")
    )
    registry.summary.register(
        "aides",
        SummarySection(title="Aides facultatives", position=77, may_read=_may_read, blocks=_blocks),
    )
    merging.move("rights.AidRequest.household")
    merging.move("rights.AidRequest.applicant")
    merging.leave("rights.AidSession.agenda_then", because="it names requests, which move by themselves")
    statistics.register()
    benefits.register()
    accounting.register_listing()
