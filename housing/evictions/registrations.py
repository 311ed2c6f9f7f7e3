"""What eviction prevention contributes to a household's file and to the work lists."""

from collections.abc import Collection, Iterator
from datetime import date
from typing import Any

from django.db.models import Count
from django.utils import timezone

from cias.accounts.models import User
from cias.core import merging, registry
from cias.core.french import date_short, lower_first, plural
from cias.core.paths import path_to
from cias.core.registry import Action, ContactSource, OpenItem, Panel, TimelineItem, WorkItem
from households.enums import Domain
from households.file import may_read_content
from households.models import Household
from households.team import Figure, Tally, Team, tallies
from housing.delays.services import refreshers
from housing.evictions import listing, statistics, summary
from housing.evictions.facts import fixed
from housing.evictions.services import refresh_open
from housing.models import Diagnosis, EvictionAct, EvictionDeadline, EvictionFile
from housing.models.evictions import EvictionFileQuerySet
from housing.sections import sections

KIND = "evictions"


def _files(household: Household, user: User) -> EvictionFileQuerySet:
    rows = EvictionFile.objects.for_user(user).filter(household=household)
    return rows.select_related("agent").with_next(timezone.localdate())


def section(household: Household, user: User) -> Panel | None:
    if not user.has_perm("evictions.overview"):
        return None
    files = list(_files(household, user))
    may_open = user.has_perm("evictions.edit") and household.closed_on is None
    is_open = any(file.is_open for file in files)
    return Panel(
        template="housing/evictions/section.html",
        context={"files": files, "may_open": may_open and not is_open},
    )


def panel(household: Household, user: User) -> Panel | None:
    """On the first page of the file: an eviction under way is what one must see first."""
    if not user.has_perm("evictions.overview"):
        return None
    files = list(_files(household, user).open())
    return Panel(template="housing/evictions/panel.html", context={"files": files}) if files else None


def timeline(household: Household, user: User) -> Iterator[TimelineItem]:
    """Each act, dated; what it says is content, read with a stated reason by the direction."""
    files = EvictionFile.objects.for_user(user).filter(household=household)
    acts = EvictionAct.objects.filter(file__in=files).standing().select_related("by")
    with_content = may_read_content(user, household, "evictions.view")
    for act in acts:
        yield TimelineItem(
            at=act.on,
            icon="bi-bank",
            title=f"Expulsion\u00a0: {lower_first(act.get_kind_display())}",
            text=", ".join(filter(None, (fixed(act), act.detail))) if with_content else "",
            url=path_to("housing:eviction", act.file_id),
            domain=Domain.HOUSING,
            kind="housing",
            author=act.by.full_name,
        )
    for row in Diagnosis.objects.filter(file__in=files, sent_on__isnull=False).select_related("author"):
        yield TimelineItem(
            at=row.sent_on or row.created_at,
            icon="bi-send",
            title="Diagnostic social et financier envoyé",
            text=row.get_sent_to_display() if with_content else "",
            url=path_to("housing:diagnosis", row.pk),
            domain=Domain.HOUSING,
            kind="housing",
            author=row.author.full_name,
        )


def actions(household: Household, user: User) -> Iterator[Action]:
    if user.has_perm("evictions.edit") and household.closed_on is None:
        yield Action(
            label="Prévenir une expulsion",
            icon="bi-house-exclamation",
            domain=Domain.HOUSING,
            group="Logement",
            url=path_to("housing:eviction_open", household.pk),
        )


def worklist(team: Team) -> Iterator[tuple[Any, WorkItem]]:
    """An agent sees what their own files wait for."""
    today = team.today
    own = EvictionFile.objects.open().filter(agent__in=team.holding("evictions.overview", "evictions.edit"))
    rows = EvictionDeadline.objects.live(today).filter(file__in=own, alert_on__lte=today)
    for row in rows.select_related("file__household", "file__agent"):
        yield (
            row.file.agent_id,
            WorkItem(
                title=f"Expulsion\u00a0: {lower_first(row.label)}",
                url=path_to("housing:eviction", row.file_id),
                due=row.due_on,
                domain=Domain.HOUSING,
                subject=str(row.file.household),
                subject_id=row.file.household_id,
                owner=row.file.agent,
                kind=KIND,
            ),
        )


def late(team: Team) -> Tally:
    """For who follows none, how many files have a date past."""
    known = EvictionFile.objects.open()
    return Tally(
        agents=team.holding("evictions.overview", without="evictions.edit"),
        rows=EvictionDeadline.objects.live(team.today).filter(file__in=known, due_on__lt=team.today),
        count=Count("file", distinct=True),
        oldest="due_on",
        path="file__household",
        line=_late,
    )


def _late(found: Figure) -> WorkItem:
    return WorkItem(
        title=plural(
            found.count,
            "procédure d’expulsion avec une échéance dépassée",
            "procédures d’expulsion avec une échéance dépassée",
        ),
        url=f"{path_to('housing:evictions')}?echeance=depassee",
        due=found.oldest,
        domain=Domain.HOUSING,
        kind=KIND,
    )


def open_files(households: Collection[Any]) -> Iterator[OpenItem]:
    """Nobody would follow the dates of a closed file's procedure any more."""
    for file in EvictionFile.objects.open().filter(household__in=households).select_related("agent"):
        yield OpenItem(
            subject_id=file.household_id,
            title=f"Prévention d’une expulsion\u00a0: {lower_first(file.stage_label)}"
            + (f" du {date_short(file.stage_on)}" if file.stage_on else ""),
            url=path_to("housing:eviction", file.pk),
            domain=Domain.HOUSING,
            owner=file.agent,
        )


def involved(household: Household, today: date) -> Iterator[User]:
    for file in EvictionFile.objects.open().filter(household=household).select_related("agent"):
        yield file.agent


def register() -> None:
    sections.register(KIND, section)
    registry.panels.register(KIND, panel, about=("housing.EvictionFile",))
    registry.timeline.register(KIND, timeline, about=("housing.EvictionFile",))
    registry.actions.register(KIND, actions)
    registry.worklist.register(
        KIND, worklist, about=("housing.EvictionFile",), owned=("housing.EvictionFile.agent",)
    )
    tallies.register(KIND, late)
    registry.open_items.register(KIND, open_files)
    registry.involved.register(KIND, involved)
    registry.contacts.register(
        KIND,
        ContactSource(
            label="Dossier de prévention d’une expulsion ouvert",
            rows=EvictionFile.objects.all,
            at="opened_on",
        ),
    )
    refreshers.register(KIND, refresh_open)
    merging.move(
        "housing.EvictionFile.household",
        refused="Les deux ménages ont un dossier de prévention d’une expulsion en cours\u00a0: terminez l’un d’eux "
        "avant de fusionner.",
    )
    statistics.register()
    listing.register()
    summary.register()
