"""What to know before booking (A9). A caution never prevents: somebody accepts it, and the appointment says so."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q

from appointments.enums import CautionCode, Place
from appointments.models import Appointment, VisitNote
from appointments.services.diary import Diary
from cias.core import french
from cias.core.french import of_place
from cias.core.periods import PARIS, Period
from households.models.files import on_day

# A shorter gap is of no use to anybody.
SHORTEST_GAP = timedelta(minutes=30)


@dataclass(frozen=True)
class Caution:
    """Something to accept before booking."""

    code: CautionCode
    text: str


class ToAccept(Exception):
    """Nothing was written: `cautions` are to be accepted first."""

    def __init__(self, cautions: list[Caution]) -> None:
        self.cautions = cautions
        super().__init__(", ".join(caution.code for caution in cautions))


@dataclass(frozen=True)
class Surroundings:
    """What is known around an appointment that is not booked yet.

    `diary`: the days of its agents, without itself. `others`: what the same people are expected for on those days.
    `in_pairs`: visits at this household's are made by two agents.
    """

    diary: Diary
    others: list[Appointment]
    in_pairs: bool


def read_surroundings(appointment: Appointment, diary: Diary) -> Surroundings:
    """Two queries, however many days the diary has."""
    household = appointment.household
    if household is None:
        return Surroundings(diary, [], in_pairs=False)
    start, after = Period(diary.first, diary.last).bounds()
    members = household.memberships.filter(on_day(appointment.start.astimezone(PARIS).date()))
    rows = Appointment.objects.occupying().filter(start__gte=start, start__lt=after)
    rows = rows.of_people(household, members.values("person")).exclude(pk=appointment.pk)
    # What a member is expected for in a protected file is said in that file only.
    rows = rows.exclude(~Q(household=household), household__is_protected=True)
    at_home = appointment.place == Place.HOME
    return Surroundings(
        diary,
        list(rows.with_people().order_by("start")),
        at_home and VisitNote.objects.filter(household=household, in_pairs=True).exists(),
    )


def ask_first(appointment: Appointment, diary: Diary, accepts: Collection[str]) -> None:
    """Raise ToAccept when a caution is not among `accepts`; note those that were on the appointment.

    `diary`: the day of its agents, without the appointment itself.
    """
    found = cautions_of(appointment, read_surroundings(appointment, diary))
    if any(caution.code not in accepts for caution in found):
        raise ToAccept(found)
    appointment.cautions = [caution.code.value for caution in found]


def cautions_of(appointment: Appointment, around: Surroundings) -> list[Caution]:
    """All there is to know before `appointment`, not yet saved, is booked."""
    return [
        *_same_people(appointment, around.others),
        *_agents(appointment, around.diary),
        *_visit(appointment, around.in_pairs),
    ]


def _same_people(appointment: Appointment, others: list[Appointment]) -> Iterator[Caution]:
    """The household, or one of its members wherever they live, is expected elsewhere then or twice that day."""
    day = appointment.start.astimezone(PARIS).date()
    for other in others:
        moment = f"à {french.time_fr(other.start)} avec {other.agent.full_name}"
        if other.start < appointment.end and other.end > appointment.start:
            text = f"{other.who} a déjà rendez-vous au même moment, {moment}."
            yield Caution(CautionCode.OVERLAP, text)
        elif other.reason_id == appointment.reason_id and other.start.astimezone(PARIS).date() == day:
            text = f"{other.who} a déjà rendez-vous ce jour-là pour ce motif, {moment}."
            yield Caution(CautionCode.SAME_REASON, text)


def _agents(appointment: Appointment, diary: Diary) -> Iterator[Caution]:
    """Only a time chosen outside of the proposed slots can raise these."""
    start, end = appointment.start, appointment.end
    is_open = any(opens <= start and end <= closes for opens, closes in diary.site)
    if not is_open:
        yield Caution(CautionCode.CLOSED, "Cette heure est hors des heures d’ouverture.")
    for agent in appointment.agents:
        for absence in diary.absences[agent.pk]:
            if absence.start < end and absence.end > start:
                text = f"Absence notée à cette heure pour {agent.full_name} : {french.lower_first(str(absence))}."
                yield Caution(CautionCode.ABSENT, text)
        opening = diary.opening_at(agent, start)
        if is_open and (opening is None or opening.end < end):
            yield Caution(CautionCode.OUTSIDE, f"{agent.full_name} ne reçoit pas à cette heure.")
        elif opening is not None and opening.commune is not None and appointment.place != Place.OUTSIDE:
            text = f"{agent.full_name} tient alors la permanence {of_place(opening.commune.name)}."
            yield Caution(CautionCode.ELSEWHERE, text)
        if (gap := _gap_before(appointment, agent, diary)) is not None:
            text = f"Ce rendez-vous laisse {french.duration(gap)} inutilisables avant lui."
            yield Caution(CautionCode.HOLE, text)


def _gap_before(appointment: Appointment, agent: object, diary: Diary) -> timedelta | None:
    """The unusable time between the appointment and what comes before; None when there is none."""
    opening = diary.opening_at(agent, appointment.start)  # type: ignore[arg-type]
    if opening is None:
        return None
    begins = appointment.busy_from
    ends = [end for _start, end in diary.engaged(agent) if opening.start < end <= begins]  # type: ignore[arg-type]
    gap = begins - max([opening.start, *ends])
    return gap if timedelta() < gap < SHORTEST_GAP else None


def _visit(appointment: Appointment, in_pairs: bool) -> Iterator[Caution]:
    if in_pairs and appointment.place == Place.HOME and appointment.second_agent is None:
        yield Caution(
            CautionCode.ALONE, "Les visites chez ce ménage se font à deux\u00a0: ajoutez un second agent."
        )
