"""A telephone call in progress (A4): who calls, why, and which slots to propose. Reads only; no request."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.forms import BoundField
from django.utils import timezone

from appointments import forms, wording
from appointments.enums import Place, Urgency
from appointments.models import Presence, Reason, Team
from appointments.rules import takes
from appointments.services import Slot, Wish, first_day, offer, read_diary, wish_for, with_second
from cias.accounts.enums import Role, Scope
from cias.accounts.models import User
from households.enums import AssignmentRole, Custody, MemberRole
from households.models import Assignment, Household, Membership, Person
from households.models.files import on_day
from households.search import duplicates, search
from households.services import PersonData
from households.services.protection import may_be_given

CANDIDATES = 5
TEAM = "team:"
SLOTS = 6


@dataclass(frozen=True)
class Candidate:
    """Somebody the caller may be, and why we think so."""

    person: Person
    why: str
    household: Household | None = None
    referent: User | None = None


@dataclass(frozen=True)
class Choice:
    """One way to look for slots, as a radio button."""

    value: str
    label: str


class Call:
    """What the booking page shows, worked out from the values typed so far (a form that was validated)."""

    def __init__(self, form: forms.BookingForm, *, user: User, now: datetime | None = None) -> None:
        self.form, self.user = form, user
        self.values: dict[str, Any] = form.cleaned_data
        self.now = now or timezone.now()
        self.today = timezone.localdate(self.now)

    # Who ------------------------------------------------------------------------------------------

    @cached_property
    def household(self) -> Household | None:
        if self.values.get("household"):
            return self.values["household"]
        return home_of(self.person, self.user) if self.person is not None else None

    @cached_property
    def person(self) -> Person | None:
        if self.values.get("person"):
            return self.values["person"]
        household = self.values.get("household")
        return applicant_of(household) if household is not None else None

    @cached_property
    def referent(self) -> User | None:
        if self.household is None:
            return None
        mains = Assignment.objects.filter(
            on_day(self.today), household=self.household, role=AssignmentRole.MAIN, agent__is_active=True
        )
        row = mains.select_related("agent").first()
        return row.agent if row is not None else None

    @property
    def is_new(self) -> bool:
        return bool(self.values.get("is_new"))

    @property
    def knows_who(self) -> bool:
        return self.person is not None or self.household is not None or self.is_new

    @property
    def typed(self) -> str:
        """What was typed of a name or a birth date, as one query."""
        names = ("last_name", "first_names", "birth")
        return " ".join(text for name in names if (text := str(self.form.data.get(name, "")).strip()))

    @cached_property
    def candidates(self) -> list[Candidate]:
        """The known persons who may be the caller; while a new one is typed, their possible duplicates (H5)."""
        if self.is_new:
            matches = duplicates(self.person_data(), self.user, limit=CANDIDATES)
            return [Candidate(match.person, ", ".join(match.reasons)) for match in matches]
        hits = search(self.typed, self.user, limit=CANDIDATES)
        return [Candidate(hit.person, hit.why, hit.household, hit.referent) for hit in hits]

    def person_data(self) -> PersonData:
        """The new person as typed; what is misspelt is left out."""
        values = self.values
        birth = values.get("birth")
        return PersonData(
            birth_name=values.get("last_name", ""),
            first_names=values.get("first_names", ""),
            title=values.get("title", ""),
            birth_date=birth or None,
            phone=values.get("phone", ""),
        )

    @property
    def caller(self) -> str:
        """How to address the caller, empty while nobody is known."""
        if self.person is not None:
            return self.person.polite_name
        if self.is_new:
            return Person(
                birth_name=self.values.get("last_name", ""),
                first_names=self.values.get("first_names", ""),
                title=self.values.get("title", ""),
            ).polite_name
        return ""

    # When -----------------------------------------------------------------------------------------

    @property
    def reason(self) -> Reason | None:
        return self.values.get("reason")

    @cached_property
    def wish(self) -> Wish:
        """What to look for, for the reason chosen."""
        assert self.reason is not None  # noqa: S101 - callers have checked
        at_commune = self.scope == forms.PERMANENCE
        return wish_for(
            reason=self.reason,
            minutes=self.values.get("minutes"),
            place=Place.OUTSIDE if at_commune else self.values.get("place") or Place.OFFICE,
            second=self.values.get("second_agent"),
            home=self.household,
            communes=self._permanences,
        )

    @property
    def _permanences(self) -> frozenset[str] | None:
        """An agent chosen by name is offered wherever they are; else only the permanence of one's own commune."""
        if self.values.get("agent"):
            return None
        return frozenset({self.commune_code} if self.commune_code else ())

    @property
    def commune_code(self) -> str | None:
        if self.household is not None:
            return None if self.household.address_hidden else self.household.commune_id
        commune = self.values.get("commune") if self.is_new else None
        return commune.pk if commune is not None else None

    @property
    def scope(self) -> str:
        return self.values.get("scope") or forms.ALL_AGENTS

    @cached_property
    def scopes(self) -> list[Choice]:
        """Whose slots may be asked for; none when one books in one's own agenda only."""
        if self.user.scope("agenda.book") != Scope.ALL:
            return []
        found = [Choice(forms.ALL_AGENTS, "Tous les agents")]
        if self.referent is not None:
            found.append(Choice(forms.REFERENT, f"{self.referent.full_name}, référent"))
        found += [Choice(f"{TEAM}{team.pk}", team.name) for team in Team.objects.all()]
        code = self.commune_code
        if code and Presence.objects.filter(commune=code).between(self.today, self.today).exists():
            found.append(Choice(forms.PERMANENCE, "Permanence de sa commune"))
        return found

    @cached_property
    def agents(self) -> list[User]:
        return list(forms.bookable_agents(self.user))

    @property
    def seconds(self) -> QuerySet[User]:
        """Who may come along."""
        return User.objects.with_agenda()

    @property
    def exact_fields(self) -> list[BoundField]:
        return [self.form["exact_day"], self.form["exact_time"]]

    @property
    def looked_for(self) -> list[User]:
        """The agents whose slots are proposed, for the reason chosen."""
        assert self.reason is not None  # noqa: S101 - callers have checked
        second = self.values.get("second_agent")
        able = [agent for agent in self.agents if takes(agent, self.reason) and agent != second]
        if self.household is not None and self.household.is_protected:
            able = [agent for agent in able if may_be_given(agent, self.household)]
        if self.values.get("agent"):
            return [agent for agent in able if agent == self.values["agent"]]
        if self.scope == forms.REFERENT and self.referent is not None:
            return [agent for agent in able if agent == self.referent]
        if self.scope.startswith(TEAM) and self.scope in {choice.value for choice in self.scopes}:
            members = set(User.objects.filter(teams=self.scope.removeprefix(TEAM)))
            return [agent for agent in able if agent in members]
        return able

    @cached_property
    def slots(self) -> list[Slot]:
        """The earliest slots, or those after the ones already seen; empty while no reason is chosen."""
        if self.reason is None:
            return []
        after = self.values.get("after")
        urgency = self.values.get("urgency") or Urgency.THIS_WEEK
        offered = offer(
            agents=self.looked_for,
            wish=self.wish,
            now=self.now,
            first=timezone.localdate(after) if after else first_day(urgency, self.now),
            preferred=frozenset({self.referent.pk}) if self.referent else frozenset(),
            after=after,
            count=SLOTS,
        )
        offered = self._with_posted(offered)
        if self.exact is None:
            return offered
        return [self.exact, *(slot for slot in offered if slot.key != self.exact.key)][:SLOTS]

    @cached_property
    def exact(self) -> Slot | None:
        """The hour typed under « Une autre heure »: the référent if they are free then, else whoever receives."""
        start = self.values.get("exact")
        if start is None or self.reason is None:
            return None
        day = timezone.localdate(start)
        diary = read_diary(with_second(self.looked_for, self.wish), day, day)
        free = [slot for agent in self.looked_for if (slot := diary.anywhere(agent, start, self.wish))]

        def rank(slot: Slot) -> tuple[bool, bool, int]:
            receives = diary.opening_at(slot.agent, start) is not None
            return slot.agent != self.referent, not receives, diary.appointments_on(slot.agent, day)

        return min(free, key=rank, default=None)

    def _with_posted(self, offered: list[Slot]) -> list[Slot]:
        """Keep the slot already ticked in the list while it is free, in place of the one of the same moment."""
        posted = self.values.get("slot")
        if not posted or any(_is(slot, posted) for slot in offered):
            return offered
        agent_id, start = posted
        agent = next((agent for agent in self.looked_for if str(agent.pk) == agent_id), None)
        if agent is None:
            return offered
        day = timezone.localdate(start)
        diary = read_diary(with_second([agent], self.wish), day, day)
        theirs = diary.slots(agent, self.wish, now=self.now)
        kept = [slot for slot in theirs if slot.start == start]
        others = [slot for slot in offered if not kept or slot.start != start]
        return sorted([*kept, *others[: SLOTS - len(kept)]], key=lambda slot: slot.start)

    @cached_property
    def chosen(self) -> Slot | None:
        """The slot that is ticked: the one posted if it is still shown, else the référent's first, else the first."""
        return self.ticked(self.slots)

    def ticked(self, slots: Iterable[Slot]) -> Slot | None:
        slots = list(slots)
        if posted := self.values.get("slot"):
            for slot in slots:
                if _is(slot, posted):
                    return slot
        if self.exact is not None and self.exact in slots:
            return self.exact
        theirs = (slot for slot in slots if slot.agent == self.referent)
        return next(theirs, slots[0] if slots else None)

    def sentence(self, slot: Slot, structure: str) -> str:
        return wording.sentence(who=self.caller, slot=slot, structure=structure, today=self.today)

    @property
    def missing(self) -> str:
        """What remains to be said before one can confirm, as the end of a sentence."""
        if not self.knows_who:
            return "qui appelle"
        return "" if self.reason is not None else "le motif"


def _is(slot: Slot, posted: tuple[str, datetime]) -> bool:
    return (str(slot.agent.pk), slot.start) == posted


def home_of(person: Person, user: User) -> Household | None:
    """The household a person lives in, or last lived in, among those `user` may know of."""
    today = timezone.localdate()
    rows = Membership.objects.filter(person=person, household__in=Household.objects.for_user(user))
    homes = sorted(
        rows.select_related("household__commune"),
        key=lambda row: (row.end is None or row.end >= today, row.custody == Custody.FULL, row.start),
    )
    return homes[-1].household if homes else None


def applicant_of(household: Household) -> Person | None:
    """The household's applicant of today, else any present member."""
    rows = household.memberships.filter(on_day(timezone.localdate())).select_related("person")
    members = sorted(rows, key=lambda row: row.role != MemberRole.APPLICANT)
    return members[0].person if members else None


def may_open_files(user: User) -> bool:
    """The psychologist notes a name; the others open a file for a caller nobody knows."""
    return user.role != Role.PSYCHOLOGIST and user.has_perm("identity.edit")
