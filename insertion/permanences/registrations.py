"""What the sealed room gives to the rest: a number and dates, liaison notes to their recipients, and nothing else.

No timeline, no search, no summary, no list, no open item: whoever is not the psychologist learns nothing there.
"""

from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, F, OuterRef

from cias.accounts.enums import Scope
from cias.accounts.models import User
from cias.core import merging, registry
from cias.core.french import of_name
from cias.core.paths import path_to
from cias.core.registry import ContactSource, Panel, WorkItem
from households.enums import Domain
from households.models import Household
from households.team import Team
from insertion.models import CounsellingHandover, LiaisonNote, LiaisonRecipient, SealedDraft, SealedNote
from insertion.permanences import statistics
from insertion.permanences.attendance import held_by_hand, may_count, sessions_of
from insertion.permanences.sealing import rekey
from insertion.permanences.services.liaison import possible_recipients
from insertion.sections import sections

KIND = "liaison"
# What the rows are called in the report of a merge: who merges is not told that somebody is followed.
NEUTRAL = ("autre élément", "autres éléments")


def section(household: Household, user: User) -> Panel | None:
    """Number and dates for who looks after the household; liaison notes for their author and recipients."""
    counts = sessions_of(household) if may_count(user, household) else None
    notes = LiaisonNote.objects.for_user(user).filter(household=household).select_related("author", "person")
    mine = LiaisonRecipient.objects.filter(note=OuterRef("pk"), agent=user, read_at=None)
    liaison = list(notes.annotate(is_new=Exists(mine)))
    may_write = user.scope("insertion.view") == Scope.ALL and household.closed_on is None
    may_write = may_write and counts is not None and possible_recipients(user, household).exists()
    if counts is None and not liaison:
        return None
    return Panel(
        template="insertion/permanences/section.html",
        context={"counts": counts, "liaison": liaison, "may_write": may_write},
    )


def worklist(team: Team) -> Iterator[tuple[Any, WorkItem]]:
    """Liaison notes received and not read yet, and the follow-ups a colleague passed on."""
    recipients = team.holding("liaison.use")
    unread = LiaisonRecipient.objects.filter(
        agent__in=recipients, read_at=None, note__withdrawn_at__isnull=True
    ).exclude(note__author=F("agent"))
    for row in unread.select_related("note__author", "note__person"):
        yield (
            row.agent_id,
            WorkItem(
                title=f"Note de liaison {of_name(row.note.author.full_name)}",
                url=path_to("insertion:liaison", row.note_id),
                due=None,
                domain=Domain.INSERTION,
                subject=row.note.person.full_name,
                subject_id=row.note.household_id,
                owner=team.by_key[row.agent_id],
                kind=KIND,
                personal=True,
            ),
        )
    psychologists = team.holding("liaison.use", "sessions.write")
    taken = CounsellingHandover.objects.standing().filter(to__in=psychologists, seen_at=None)
    for handover in taken.select_related("by", "counselling__person"):
        yield (
            handover.to_id,
            WorkItem(
                title=f"Suivi transmis par {handover.by.full_name}",
                url=path_to("insertion:sessions"),
                due=None,
                domain=Domain.INSERTION,
                subject=handover.counselling.person.full_name,
                subject_id=handover.counselling.household_id,
                owner=team.by_key[handover.to_id],
                kind=KIND,
                personal=True,
            ),
        )


def rekey_all() -> int:
    return sum(rekey(model) for model in (SealedNote, SealedDraft, LiaisonNote))


def register() -> None:
    sections.register("permanences", section)
    registry.worklist.register(
        KIND,
        worklist,
        about=("insertion.LiaisonNote", "insertion.Counselling"),
        owned=("insertion.LiaisonRecipient.agent", "insertion.CounsellingHandover.to"),
    )
    registry.rekeys.register("permanences", rekey_all)
    # What others read of the psychologist's appointments too: that there was an interview, and when.
    registry.contacts.register(
        "counselling",
        ContactSource(label="Entretien", rows=held_by_hand, at="on", subject="counselling__household"),
    )
    for model in ("Counselling", "LiaisonNote"):
        merging.move(f"insertion.{model}.household")
        merging.move(f"insertion.{model}.person")
        merging.nouns[f"insertion.{model}"] = NEUTRAL
    merging.leave(
        "insertion.SealedDraft.target",
        because="A session, a follow-up or, for a liaison note not sent yet, a household: it is typed again there.",
    )
    statistics.register()
