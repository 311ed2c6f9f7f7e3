"""What happened in a household: notes, people who come and go, moves, changes, hand-overs, closure."""

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from cias.accounts.models import User
from cias.core.deadlines import ONE_DAY
from cias.core.french import duration, join_list, lower_first
from cias.core.paths import path_to
from cias.core.registry import TimelineItem
from households.dated_rows import rows_of
from households.enums import AssignmentRole, Domain, NoteLevel, NoteMeans, Theme
from households.file import may_read_content
from households.models import Household, Note

LONGEST_EXCERPT = 240

MEANS_ICONS: dict[str, str] = {
    NoteMeans.PHONE: "bi-telephone",
    NoteMeans.HOME: "bi-house-door",
    NoteMeans.VIDEO: "bi-camera-video",
    NoteMeans.MAIL: "bi-envelope",
    NoteMeans.EMAIL: "bi-at",
    NoteMeans.PARTNER: "bi-people",
}
LEVEL_NAMES = {
    NoteLevel.TEAM: "note d’équipe",
    NoteLevel.CIRCLE: "note de cercle",
    NoteLevel.PERSONAL: "note personnelle",
}
THEME_DOMAINS: dict[str, str] = {
    Theme.HOUSING: Domain.HOUSING,
    Theme.ENERGY: Domain.ENERGY,
    Theme.RIGHTS: Domain.RIGHTS,
    Theme.EMPLOYMENT: Domain.INSERTION,
}


def timeline(household: Household, user: User) -> Iterator[TimelineItem]:
    """Notes the reader may read, who came and went, moves, changes of situation, hand-overs and closures."""
    yield from _notes(household, user)
    yield from _members(household)
    yield from _moves(household)
    reads_content = may_read_content(user, household, "situation.view")
    yield from _referents(household, reads_content)
    if reads_content:
        yield from _situations(household)
    if household.closed_on:
        yield TimelineItem(
            at=household.closed_on,
            icon="bi-archive",
            title="Dossier clos",
            text=_closure(household, reads_content),
        )


def _notes(household: Household, user: User) -> Iterator[TimelineItem]:
    for note in Note.objects.for_user(user, household.pk).select_related("author"):
        means = note.get_means_display()
        length = f", {duration(note.duration_minutes)}" if note.duration_minutes else ""
        domains = [THEME_DOMAINS[theme] for theme in note.themes if theme in THEME_DOMAINS]
        yield TimelineItem(
            at=note.held_on,
            icon=MEANS_ICONS.get(note.means, "bi-chat-left-text"),
            title=f"Entretien {lower_first(means)}{length}",
            text=_excerpt(note.text),
            url=path_to("households:note", note.pk),
            domain=domains[0] if domains else "",
            kind="notes",
            author=f"{note.author.full_name}, {LEVEL_NAMES[NoteLevel(note.level)]}",
        )


def _excerpt(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= LONGEST_EXCERPT else f"{flat[:LONGEST_EXCERPT].rsplit(' ', 1)[0]}…"


def _members(household: Household) -> Iterator[TimelineItem]:
    """Who joined and who left, one line a day; a change of place within the household is neither."""
    rows = rows_of(household, "memberships")
    came: dict[date, list[str]] = {}
    left: dict[date, list[str]] = {}
    for row in rows:
        own = [other for other in rows if other.person_id == row.person_id]
        if not any(other.end == row.start - ONE_DAY for other in own):
            came.setdefault(row.start, []).append(row.person.full_name)
        if row.end and not any(other.start == row.end + ONE_DAY for other in own):
            left.setdefault(row.end, []).append(row.person.full_name)
    yield TimelineItem(
        at=household.opened_on,
        icon="bi-folder-plus",
        title="Ouverture du dossier",
        text=join_list(came.pop(household.opened_on, [])),
    )
    for day, names in came.items():
        yield _people(day, names, "bi-person-plus", "rejoint le ménage", "rejoignent le ménage")
    for day, names in left.items():
        yield _people(day, names, "bi-person-dash", "quitte le ménage", "quittent le ménage")


def _people(day: date, names: list[str], icon: str, one: str, several: str) -> TimelineItem:
    verb = one if len(names) == 1 else several
    return TimelineItem(at=day, icon=icon, title=f"{join_list(names)} {verb}")


def _moves(household: Household) -> Iterator[TimelineItem]:
    for address in rows_of(household, "addresses"):
        if address.start > household.opened_on:
            yield TimelineItem(at=address.start, icon="bi-truck", title="Déménagement", text=str(address))


def _closure(household: Household, reads_content: bool) -> str:
    """Why it ended and with what outcome; the word left with it is content."""
    said = [household.get_closing_reason_display(), household.get_closing_outcome_display()]
    text = ", ".join(lower_first(part) for part in said if part)
    return f"{text}. {household.closing_note}" if reads_content and household.closing_note else text


def _referents(household: Household, reads_content: bool) -> Iterator[TimelineItem]:
    """Who was given the file; the word passed on with it is content."""
    mains = (row for row in rows_of(household, "assignments") if row.role == AssignmentRole.MAIN)
    for row in mains:
        note = f" «\u00a0{row.handover_note}\u00a0»" if reads_content and row.handover_note else ""
        yield TimelineItem(
            at=row.start,
            icon="bi-person-check",
            title="Référent principal",
            text=f"{row.agent.full_name}{note}",
        )


def _situations(household: Household) -> Iterator[TimelineItem]:
    rows = rows_of(household, "situations")[::-1]
    for before, after in pairwise(rows):
        changed = [
            f"{lower_first(label)} : {lower_first(value)}"
            for (label, value), (_, former) in zip(after.facts, before.facts, strict=True)
            if value != former
        ]
        yield TimelineItem(
            at=after.start,
            icon="bi-arrow-left-right",
            title="Changement de situation",
            text=join_list(changed),
            url=path_to("households:situation", household.pk),
        )
