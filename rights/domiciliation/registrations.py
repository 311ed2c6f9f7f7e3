"""What domiciliation contributes to a household's file, to the work lists and to merges."""

from collections.abc import Collection, Iterator
from datetime import date
from typing import Any

from django.db import IntegrityError
from django.db.models import Exists, Q, Subquery

from cias.accounts.models import User
from cias.core import merging, registry
from cias.core.deadlines import add_months
from cias.core.french import date_short, lower_first, of_name, plural
from cias.core.merging import Handling, MergeRefused
from cias.core.paths import path_to
from cias.core.presence import may_hold
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
from rights.domiciliation import benefits, letter_keys, listing, statistics
from rights.domiciliation.enums import ElectionState
from rights.domiciliation.lists import granted, with_facts
from rights.domiciliation.rules import sheets
from rights.domiciliation.services.clock import refresh
from rights.models import (
    DeskEvent,
    Domiciliation,
    DomiciliationSettings,
    Election,
    ElectionMove,
    Forwarding,
    Pause,
    Proxy,
)

S = ElectionState
# The module off, what was entered before asks nothing of anybody any more.
USED = Exists(DomiciliationSettings.objects.filter(is_used=True))

STORY: dict[str, tuple[str, str]] = {
    S.REQUESTED: ("demande reçue", "bi-inbox"),
    S.INTERVIEWED: ("entretien mené", "bi-chat-square-text"),
    S.GRANTED: ("accordée", "bi-check-circle"),
    S.REFUSED: ("refusée", "bi-slash-circle"),
    S.ENDED: ("terminée", "bi-archive"),
    S.WITHDRAWN: ("demande abandonnée", "bi-archive"),
}


def timeline(household: Household, user: User) -> Iterator[TimelineItem]:
    """Each step that stands; the desk's register is on the person's own page."""
    if not user.has_perm("rights.overview"):
        return
    moves = ElectionMove.objects.filter(
        election__domiciliation__household=household,
        election__domiciliation__in=Domiciliation.objects.for_user(user),
        undone_at__isnull=True,
        to_state__in=STORY,
    ).select_related("by", "election__domiciliation__person")
    with_content = may_read_content(user, household, "rights.view")
    for move in moves.order_by("-created_at", "-pk"):
        title, icon = STORY[move.to_state]
        election = move.election
        if move.to_state == S.GRANTED and election.ends_on:
            title = f"{title} jusqu’au {date_short(election.ends_on)}"
        yield TimelineItem(
            at=move.on,
            icon=icon,
            title=f"Domiciliation {of_name(election.domiciliation.person.full_name)}\u00a0: {title}",
            text=move.reason if with_content else "",
            url=path_to("rights:domiciliation", election.domiciliation_id),
            domain=Domain.RIGHTS,
            kind="rights",
            author=move.by.full_name,
        )


def request_action(household: Household) -> Action:
    """Where a request begins; it stands among the rights, at the place of the catalogue's."""
    return Action(
        label="Demander une domiciliation",
        icon="bi-mailbox",
        domain=Domain.RIGHTS,
        group="Droits",
        url=path_to("rights:dom_request", household.pk),
    )


def actions(household: Household, user: User) -> Iterator[Action]:
    """The mail of each domiciled member."""
    if household.closed_on is not None or not user.has_perm("domiciliation.desk"):
        return
    if not may_hold(household, "rights.Domiciliation"):
        return
    rows = Domiciliation.objects.for_user(user).filter(USED, household=household)
    for row in rows.select_related("person"):
        yield Action(
            label=f"Courrier {of_name(row.person.full_name)}",
            icon="bi-mailbox",
            domain=Domain.RIGHTS,
            group="Droits",
            url=path_to("rights:mail_person", row.pk),
        )


def worklist(team: Team) -> Iterator[tuple[Any, WorkItem]]:
    """An agent's own domiciliations: to decide, silent, to renew, past their term."""
    agents, today = team.holding("rights.overview", "rights.edit"), team.today
    own = with_facts(Domiciliation.objects.filter(USED, agent__in=agents), today)
    # The window of renewal comes with the rows: one query.
    own = own.annotate(renewal_months=Subquery(sheets(today).values("renewal_from_months")[:1]))
    waits = Q(decision_due__isnull=False) | Q(is_silent=True)
    for row in own.filter(waits | granted()).order_by("person__search_key", "pk"):
        if row.decision_due:
            met = row.latest_state == S.INTERVIEWED
            title = "Décider la domiciliation" if met else "Mener l’entretien et décider la domiciliation"
            yield row.agent_id, _work(row, title, row.decision_due)
        elif row.latest_state == S.GRANTED and row.until < today:
            title = "Attestation échue\u00a0: renouveler ou mettre fin"
            yield row.agent_id, _work(row, title, row.until)
        elif row.latest_state == S.GRANTED and row.until <= add_months(today, row.renewal_months or 0):
            yield row.agent_id, _work(row, "Domiciliation à renouveler", row.until)
        if row.is_silent:
            title = f"Domicilié sans nouvelles depuis le {date_short(row.last_contact_on or today)}"
            yield row.agent_id, _work(row, title, row.absence_due_on)


def _work(row: Domiciliation, title: str, due: date | None) -> WorkItem:
    return WorkItem(
        title=f"{title}\u00a0: {row.person.full_name}",
        url=path_to("rights:domiciliation", row.pk),
        due=due,
        domain=Domain.RIGHTS,
        subject=str(row.household),
        subject_id=row.household_id,
        owner=row.agent,
        kind="domiciliation",
    )


def late(team: Team) -> Tally:
    """For who follows none, how many are late."""
    steering = team.holding("rights.overview", without="rights.edit")
    rows = Election.objects.pending().filter(USED, decision_due_on__lt=team.today)
    return Tally(
        agents=steering, rows=rows, oldest="decision_due_on", path="domiciliation__household", line=_late
    )


def _late(found: Figure) -> WorkItem:
    return WorkItem(
        title=plural(found.count, "domiciliation à décider en retard", "domiciliations à décider en retard"),
        url=f"{path_to('rights:domiciliations')}?liste=en-retard",
        due=found.oldest,
        domain=Domain.RIGHTS,
        kind="domiciliation",
    )


def open_elections(households: Collection[Any]) -> Iterator[OpenItem]:
    """Requests undecided and attestations not ended: mail would still come for a closed file."""
    rows = Election.objects.filter(
        domiciliation__household__in=households, state__in=(S.REQUESTED, S.INTERVIEWED, S.GRANTED)
    ).select_related("domiciliation__person", "domiciliation__agent")
    for row in rows:
        yield OpenItem(
            subject_id=row.domiciliation.household_id,
            title=f"Domiciliation {of_name(row.domiciliation.person.full_name)}\u00a0: "
            f"{lower_first(row.get_state_display())}",
            url=path_to("rights:domiciliation", row.domiciliation_id),
            domain=Domain.RIGHTS,
            owner=row.domiciliation.agent,
        )


def signs_of_life() -> Any:
    """What the register counts as a manifestation of the person."""
    return DeskEvent.objects.signs_of_life()


def involved(household: Household, today: date) -> Iterator[User]:
    for row in Domiciliation.objects.filter(household=household).select_related("agent"):
        yield row.agent


def may_read(household: Household, user: User) -> bool:
    return may_read_content(user, household, "rights.view")


def blocks(request: SummaryRequest) -> Iterator[SummaryBlock]:
    rows = Election.objects.for_user(request.user).filter(domiciliation__household=request.subject)
    if request.person is not None:
        rows = rows.filter(domiciliation__person=request.person)
    yield Table(
        title="Domiciliation",
        header=("Numéro", "Personne", "Commune", "État", "Attestation"),
        rows=[
            (
                row.domiciliation.number,
                request.hide(row.domiciliation.person.full_name),
                row.commune.name,
                row.get_state_display(),
                f"du {date_short(row.starts_on)} au {date_short(row.last_day)}"
                if row.starts_on and row.last_day
                else "—",
            )
            for row in rows.select_related("domiciliation__person", "commune")
        ],
    )


def join_mailboxes(handling: Handling) -> None:
    """One person, one number: elections and the register of the absorbed join the survivor's, if there is one."""
    own = handling.of_survivor().first()
    for row in list(handling.of_absorbed()):
        if own is None:
            handling.move([row])
            continue
        try:
            for model in (Election, DeskEvent, Proxy, Forwarding, Pause):
                keys = list(model._base_manager.filter(domiciliation=row.pk).values_list("pk", flat=True))
                handling.journal.move(model, "domiciliation", keys, old=row.pk, new=own.pk)
        except IntegrityError as error:
            raise MergeRefused(
                "Les deux fiches ont une demande de domiciliation en cours, ou des attestations, réexpéditions ou "
                "absences aux mêmes dates\u00a0: réglez-le avant de fusionner.",
                code="conflict",
            ) from error
        handling.journal.set_aside(row)
        with handling.journal.watching(own):
            refresh(own)


def register() -> None:
    registry.timeline.register("domiciliation", timeline, about=("rights.Domiciliation", "rights.Election"))
    registry.actions.register("domiciliation", actions)
    registry.worklist.register(
        "domiciliation",
        worklist,
        about=("rights.Domiciliation", "rights.Election"),
        owned=("rights.Domiciliation.agent",),
    )
    tallies.register("domiciliation", late)
    registry.open_items.register("domiciliation", open_elections)
    registry.involved.register("domiciliation", involved)
    registry.contacts.register(
        "domiciliation",
        ContactSource(
            label="Courrier ou passage d’une personne domiciliée",
            rows=signs_of_life,
            at="day",
            subject="domiciliation__household",
        ),
    )
    registry.summary.register(
        "domiciliation",
        SummarySection(title="Domiciliation", position=75, may_read=may_read, blocks=blocks),
    )
    merging.move("rights.Domiciliation.household")
    merging.move("rights.Election.household")
    merging.custom("rights.Domiciliation.person", join_mailboxes)
    merging.move_or_set_aside("rights.Dependant.person")
    benefits.register()
    statistics.register()
    listing.register()
    letter_keys.register()
