"""The merge keys the agenda gives to letters: the next appointment, and the last one that was kept.

Those of the psychologist are left out: letters leave the house.
"""

from collections.abc import Callable

from django.db.models import Q, QuerySet
from django.utils import timezone

from appointments.enums import Place, Status
from appointments.models import Appointment
from cias.core.french import date_long, date_short, of_place, time_fr
from cias.core.registry import MergeKey, merge_keys
from households.letters.context import LetterContext

NEXT, LAST = "Prochain rendez-vous", "Dernier rendez-vous honoré"


def next_appointment(context: LetterContext) -> Appointment | None:
    rows = Appointment.objects.filter(status=Status.PLANNED, start__gt=timezone.now())
    return _of(context, rows).order_by("start").first()


def last_kept(context: LetterContext) -> Appointment | None:
    return _of(context, Appointment.objects.filter(status=Status.HONOURED)).order_by("-start").first()


def _of(context: LetterContext, rows: QuerySet[Appointment]) -> QuerySet[Appointment]:
    rows = rows.filter(household=context.household, reason__private=False)
    if context.person is not None:
        rows = rows.filter(Q(person=context.person) | Q(person=None))
    return rows.select_related("agent", "commune")


def where(context: LetterContext, appointment: Appointment) -> str:
    """The end of "avec Claire Vasseur, …"."""
    match appointment.place:
        case Place.HOME:
            return "à votre domicile"
        case Place.PHONE:
            return "par téléphone"
        case Place.VIDEO:
            return "en visioconférence"
        case Place.OUTSIDE if appointment.commune is not None:
            return f"à la permanence {of_place(appointment.commune.name)}"
    return f"au {context.structure.short_name}"


type Found = Callable[[LetterContext], Appointment | None]
type Said = Callable[[LetterContext, Appointment], str]


def _key(code: str, group: str, label: str, find: Found, say: Said) -> MergeKey:
    def value(context: LetterContext) -> str:
        appointment = find(context)
        return say(context, appointment) if appointment is not None else ""

    return MergeKey(code=code, group=group, label=label, value=value)


KEYS = (
    _key("rdv_date_courte", NEXT, "date du prochain rendez-vous", next_appointment, lambda c, a: date_short(a.start)),
    _key("rdv_date_longue", NEXT, "date en toutes lettres", next_appointment, lambda c, a: date_long(a.start)),
    _key("rdv_heure", NEXT, "heure du prochain rendez-vous", next_appointment, lambda c, a: time_fr(a.start)),
    _key("rdv_agent", NEXT, "agent du prochain rendez-vous", next_appointment, lambda c, a: a.agent.full_name),
    _key("rdv_lieu", NEXT, "lieu du prochain rendez-vous", next_appointment, where),
    _key("dernier_rdv_date", LAST, "date du dernier rendez-vous", last_kept, lambda c, a: date_short(a.start)),
    _key("dernier_rdv_heure", LAST, "heure du dernier rendez-vous", last_kept, lambda c, a: time_fr(a.start)),
    _key("dernier_rdv_agent", LAST, "agent du dernier rendez-vous", last_kept, lambda c, a: a.agent.full_name),
)  # fmt: skip


def register() -> None:
    for key in KEYS:
        merge_keys.register(key.code, key)
