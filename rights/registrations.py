"""What access to rights contributes to a household's file and to the work lists."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any

from django.db.models import (
    Count,
)
from django.urls import reverse

from cias.accounts.models import User
from cias.core import merging, registry
from cias.core.files import FilePart, file_parts
from cias.core.french import euros, lower_first, plural
from cias.core.merging import Handling
from cias.core.paths import path_to
from cias.core.presence import kept
from cias.core.registry import (
    Action,
    ContactSource,
    FollowedRequest,
    OpenItem,
    Panel,
    TimelineItem,
    WorkItem,
)
from households.enums import Domain
from households.file import may_read_content
from households.models import Household
from households.team import Figure, Tally, Team, tallies
from rights import (
    benefits,
    erasing,
    letter_keys,
    listing,
    registrations_departures,
    registrations_summary,
    statistics,
)
from rights.aids import registrations as aids
from rights.deadlines import DeadlineKind
from rights.domiciliation import registrations as domiciliation
from rights.domiciliation.rules import RIGHT as DOMICILIATION
from rights.enums import FileState, PieceState
from rights.estimates import registrations as estimates
from rights.models import FileMove, FilePiece, Right, RightsFile
from rights.models.moves import PIECES_FOLLOW
from rights.services import rekey_nirs
from rights.states import ACTIVE, IN_PROGRESS
from rights.to_do import files_of, files_to_do

S, K = FileState, DeadlineKind

IN_PANEL = 5  # files shown on the first page of a household

# What a move is called in the household's story; those that only follow the pieces are left out.
STORY: dict[str, tuple[str, str]] = {
    S.DRAFT: ("dossier ouvert", "bi-folder-plus"),
    S.BUILDING: ("demande déposée", "bi-inbox"),
    S.TRANSMITTED: ("demande transmise", "bi-send"),
    S.PIECES_ASKED: ("pièces demandées par l’organisme", "bi-question-circle"),
    S.GRANTED: ("accord", "bi-check-circle"),
    S.TACIT_GRANT: ("acceptation tacite", "bi-check-circle"),
    S.REFUSED: ("refus", "bi-slash-circle"),
    S.TACIT_REFUSAL: ("rejet implicite", "bi-slash-circle"),
    S.APPEAL: ("recours", "bi-megaphone"),
    S.OPEN: ("droit ouvert", "bi-calendar-check"),
    S.RENEWING: ("renouvellement commencé", "bi-arrow-repeat"),
    S.CLOSED: ("dossier clos", "bi-archive"),
    S.ABANDONED: ("abandonné", "bi-archive"),
    S.REDIRECTED: ("réorienté vers un autre service", "bi-box-arrow-right"),
}

WORK: dict[str, str] = {
    K.END_OF_MONTH: "Déposer la demande avant la fin du mois",
    K.MONTH_SENT: "Transmettre la demande avant la fin du mois",
    K.TRANSMISSION: "Transmettre la demande",
    K.PIECES: "Fournir les pièces demandées",
    K.SILENCE: "Décision tacite à constater",
    K.APPEAL: "Recours à décider",
    K.RENEWAL: "Demander le renouvellement",
    K.RIGHT_END: "Droit qui se termine",
    K.ACKNOWLEDGEMENT: "Accusé de réception à demander",
    K.PARTICIPATION: "Envoyer le bulletin et le moyen de paiement",
    K.ENTRY: "Déposer pour un effet à la date d’entrée",
    K.URGENT_NOTICE: "Signaler l’admission d’urgence",
    K.URGENT_FILE: "Transmettre le dossier d’admission d’urgence",
    K.URGENT_DECISION: "Décision d’urgence à relancer",
    K.APPEAL_REPLY: "Rejet implicite du recours à constater",
    K.COURT: "Tribunal à saisir ou non",
}


def timeline(household: Household, user: User) -> Iterator[TimelineItem]:
    """Moves and receipts of pieces; why a move was made is content, read with a stated reason by the direction."""
    with_content = may_read_content(user, household, "rights.view")
    files = {file.pk: file for file in files_of(household, user)}
    if not files:
        return
    moves = FileMove.objects.filter(file__in=files, undone_at__isnull=True).exclude(to_state=S.COMPLETE)
    moves = moves.exclude(from_state=S.COMPLETE, to_state=S.BUILDING).select_related("by")
    for move in moves.order_by("-created_at", "-pk"):
        title, icon = _story(move, files[move.file_id])
        yield _event(
            files[move.file_id], title, move.on, icon, move.by.full_name, move.reason if with_content else ""
        )
    received = FilePiece.objects.filter(file__in=files, state=PieceState.RECEIVED).order_by("-received_on")
    groups: Any = received.values("file", "received_on", "received_by__first_name", "received_by__last_name")
    for group in groups.annotate(count=Count("pk")):
        yield _event(
            files[group["file"]],
            plural(group["count"], "pièce reçue", "pièces reçues"),
            group["received_on"],
            "bi-file-earmark-arrow-down",
            f"{group['received_by__first_name']} {group['received_by__last_name']}",
        )


def _event(file: RightsFile, title: str, at: date, icon: str, author: str, text: str = "") -> TimelineItem:
    return TimelineItem(
        at=at,
        icon=icon,
        title=f"{file.title} : {title}",
        text=text,
        url=path_to("rights:file", file.pk),
        domain=Domain.RIGHTS,
        kind="rights",
        author=author,
    )


def _story(move: FileMove, file: RightsFile) -> tuple[str, str]:
    if move.to_state == S.TRANSMITTED and move.from_state in PIECES_FOLLOW:
        return "pièces envoyées", "bi-send"
    title, icon = STORY[move.to_state]
    if move.to_state == S.OPEN and file.amount:
        title = f"{title}, {euros(file.amount)} par mois"
    return title, icon


def actions(household: Household, user: User) -> Iterator[Action]:
    """One line for each right asked for every week; the rest of the catalogue is behind the last one."""
    if household.closed_on is not None:
        return
    if user.has_perm("rights.receive"):
        yield Action(
            label="Recevoir des pièces",
            icon="bi-file-earmark-arrow-down",
            domain=Domain.RIGHTS,
            group="Droits",
            url=path_to("rights:desk_household", household.pk),
        )
    if not user.has_perm("rights.edit"):
        return
    for right in _usual_rights(household):
        # Where the CIAS domiciles people itself, a request begins in its own module.
        if right.code == DOMICILIATION and right.used:
            yield domiciliation.request_action(household)
            continue
        yield Action(
            label=f"Ouvrir un dossier {right.short_name}",
            icon="bi-folder-plus",
            domain=Domain.RIGHTS,
            group="Droits",
            url=reverse("rights:open", args=[household.pk, right.code]),
        )
    yield Action(
        label="Ouvrir un dossier pour un autre droit",
        icon="bi-folder-plus",
        domain=Domain.RIGHTS,
        group="Droits",
        url=path_to("rights:choose", household.pk),
    )


def _usual_rights(household: Household) -> list[Any]:
    """With `used`: whether the CIAS domiciles people itself. The panel and the actions of a page ask once."""
    return kept(
        household, "rights.usual", lambda: list(Right.objects.usual().annotate(used=domiciliation.USED))
    )


def panel(household: Household, user: User) -> Panel | None:
    """The household's requests and rights, the most urgent first; for who instructs, each usual right in one click."""
    if not user.has_perm("rights.overview"):
        return None
    files = [file for file in files_of(household, user) if file.state in ACTIVE]
    may_open = user.has_perm("rights.edit") and household.closed_on is None
    return Panel(
        template="rights/panel.html",
        context={
            "files": files[:IN_PANEL],
            "count": len(files),
            "more": len(files) - IN_PANEL if len(files) > IN_PANEL else 0,
            "rights": _usual_rights(household) if may_open else [],
        },
    )


def worklist(team: Team) -> Iterator[tuple[Any, WorkItem]]:
    """A worker's own files: what is due, and the pieces the desk received. One query for both."""
    agents = team.holding("rights.overview", "rights.edit")
    if not agents:
        return
    for file in files_to_do(team, agents):
        if file.due_now:
            yield _work(file, f"{WORK[file.due_kind]}\u00a0: {file.title}", file.due_on)
        if file.to_check and file.state in IN_PROGRESS:
            count = plural(file.to_check, "pièce reçue à vérifier", "pièces reçues à vérifier")
            yield _work(file, f"{count}\u00a0: {file.title}", None)


def late(team: Team) -> Tally:
    """For who follows none, how many files are late."""
    steering = team.holding("rights.overview", without="rights.edit")
    rows = RightsFile.objects.active().filter(due_on__lt=team.today)
    return Tally(agents=steering, rows=rows, oldest="due_on", line=_late)


def _late(found: Figure) -> WorkItem:
    return WorkItem(
        title=plural(found.count, "dossier de droit en retard", "dossiers de droits en retard"),
        url=f"{path_to('rights:files')}?delai=late",
        due=found.oldest,
        domain=Domain.RIGHTS,
        kind="rights",
    )


def _work(file: RightsFile, title: str, due: date | None) -> tuple[Any, WorkItem]:
    return file.agent_id, WorkItem(
        title=title,
        url=path_to("rights:file", file.pk),
        due=due,
        domain=Domain.RIGHTS,
        subject=str(file.household),
        subject_id=file.household_id,
        owner=file.agent,
        kind="rights",
    )


def same_right_twice(survivor: Any, absorbed: Any, user: User) -> Iterator[str]:
    """Two files under way for one right: allowed of two members, seldom wanted of two files that are one."""
    if not isinstance(survivor, Household) or not user.has_perm("rights.overview"):
        return
    rights = [
        set(RightsFile.objects.in_progress().filter(household=row).values_list("right__name", flat=True))
        for row in (survivor, absorbed)
    ]
    for name in sorted(rights[0] & rights[1]):
        yield f"Chacun des deux ménages a une demande en cours pour le même droit\u00a0: {name}."


# The further a piece has come, the more it is worth keeping.
_WORTH = (PieceState.EXPECTED, PieceState.REFUSED, PieceState.NOT_NEEDED, PieceState.RECEIVED)


def join_pieces(handling: Handling) -> None:
    """A piece asked of both persons in one file is asked once: the one received is kept."""
    for piece in handling.of_absorbed():
        same = handling.of_survivor().filter(
            file=piece.file_id, required=piece.required_id, free_label=piece.free_label
        )
        own = same.first()
        if own is not None:
            further = _WORTH.index(piece.state) > _WORTH.index(own.state)
            handling.journal.set_aside(own if further else piece)
            if not further:
                continue
        handling.move([piece])


def latest_requests(
    household: Household, codes: Collection[str], user: User
) -> Mapping[str, FollowedRequest]:
    """The latest file of each of these rights: what a visit or a procedure led to, without its content."""
    if not user.has_perm("rights.overview"):
        return {}
    files = RightsFile.objects.for_user(user).filter(household=household, right__code__in=codes)
    # From the first to the latest: the latest of each right stays.
    return {
        file.right.code: FollowedRequest(
            label=file.get_state_display(),
            url=path_to("rights:file", file.pk),
            on=file.opened_on,
            is_over=file.state not in ACTIVE,
        )
        for file in files.select_related("right").order_by("opened_on", "created_at")
    }


def open_files(households: Collection[Any]) -> Iterator[OpenItem]:
    """Requests that still wait for a decision or run: nobody would follow their deadlines any more."""
    for file in RightsFile.objects.active().filter(household__in=households).for_lists():
        yield OpenItem(
            subject_id=file.household_id,
            title=f"Dossier {file.title}\u00a0: {lower_first(file.get_state_display())}",
            url=path_to("rights:file", file.pk),
            domain=Domain.RIGHTS,
            owner=file.agent,
        )


def _parts() -> None:
    file_parts.register(
        "droits",
        FilePart(label="Droits", position=40, url_name="rights:household", rights=("rights.overview",)),
    )
    file_parts.register(
        "aides",
        FilePart(label="Aides", position=50, url_name="rights:household_aids", rights=("aids.overview",)),
    )


def register() -> None:
    _parts()
    registrations_departures.register()
    erasing.declare()
    received = FilePiece.objects.filter(state=PieceState.RECEIVED).all
    registry.contacts.register(
        "rights.pieces",
        ContactSource(label="Pièces reçues", rows=received, at="received_on", subject="file__household"),
    )
    registry.contacts.register(
        "rights", ContactSource(label="Dossier de droit ouvert", rows=RightsFile.objects.all, at="opened_on")
    )
    registry.requests.register("rights", latest_requests)
    registry.open_items.register("rights", open_files)
    registry.timeline.register("rights", timeline, about=("rights.RightsFile",))
    registry.actions.register("rights", actions)
    registry.panels.register("rights", panel)
    registry.worklist.register(
        "rights", worklist, about=("rights.RightsFile",), owned=("rights.RightsFile.agent",)
    )
    tallies.register("rights", late)
    registry.rekeys.register("rights", rekey_nirs)
    statistics.register()
    merging.move("rights.RightsFile.household")
    merging.move(
        "rights.RightsFile.applicant",
        refused="Les deux fiches ont une demande en cours pour le même droit\u00a0: terminez l’une d’elles, ou "
        "ajoutez-lui une précision, avant de fusionner.",
    )
    merging.custom("rights.FilePiece.person", join_pieces)
    merging.warnings.register("rights", same_right_twice)
    benefits.register()
    listing.register()
    letter_keys.register()
    registrations_summary.register()
    domiciliation.register()
    aids.register()
    estimates.register()
