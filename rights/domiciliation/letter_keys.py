"""The merge keys domiciliation gives to letters.

They speak of the person the letter is about, or of the only domiciled member of the household. What the decision says
is known only to who may read the file's content; the rest is what the mail desk sees.
"""

from collections.abc import Callable
from datetime import date

from django.db.models import QuerySet

from cias.core.french import date_long, date_short
from cias.core.registry import MergeKey, merge_keys
from households.file import may_read_content
from households.letters.context import LetterContext
from households.letters.keys import one_line
from households.models.files import on_day
from rights.domiciliation.enums import ElectionState
from rights.domiciliation.pickup import point_of
from rights.domiciliation.wording import mail_words
from rights.models import Domiciliation, DomiciliationSettings, Election

GROUP = "Domiciliation"

type Reader = Callable[[LetterContext], str]


def _box(context: LetterContext) -> Domiciliation | None:
    rows = Domiciliation.objects.for_user(context.author).filter(household=context.household)
    if context.person is not None:
        return rows.filter(person=context.person).first()
    found = list(rows[:2])
    return found[0] if len(found) == 1 else None


def of_box(read: Callable[[Domiciliation], str]) -> Reader:
    def value(context: LetterContext) -> str:
        box = _box(context)
        return read(box) if box else ""

    return value


def of_attestation(read: Callable[[Election], str]) -> Reader:
    """The latest attestation, whether it still holds or not."""
    return of_box(
        lambda box: _read(box.elections.filter(starts_on__isnull=False).order_by("-starts_on"), read)
    )


def of_latest(read: Callable[[Election], str]) -> Reader:
    return of_box(lambda box: _read(box.elections.all(), read))


def of_decision(state: ElectionState, read: Callable[[Election], str]) -> Reader:
    """What was decided of the latest request, when `state` is where it ended."""
    found = of_latest(lambda row: read(row) if row.state == state else "")

    def value(context: LetterContext) -> str:
        return found(context) if may_read_content(context.author, context.household, "rights.view") else ""

    return value


def _read(rows: QuerySet[Election], read: Callable[[Election], str]) -> str:
    row = rows.select_related("commune").first()
    return read(row) if row else ""


def _long(day: date | None) -> str:
    return date_long(day, weekday=False) if day else ""


def _short(day: date | None) -> str:
    return date_short(day) if day else ""


def _first(box: Domiciliation) -> str:
    days = (
        box.elections.filter(starts_on__isnull=False)
        .order_by("starts_on")
        .values_list("starts_on", flat=True)
    )
    return _short(days.first())


def _commune(context: LetterContext) -> str:
    """None for a hidden address, as no letter tells the household's (C3)."""
    return "" if context.household.address_hidden else of_latest(lambda row: row.commune.name)(context)


def _mail_address(context: LetterContext) -> str:
    if _box(context) is None:
        return ""
    settings = DomiciliationSettings.objects.get()
    return one_line(settings.mail_address or context.structure.address_lines)


def _pickup(row: Election) -> str:
    point = point_of(row.commune_id)
    return f"{point.name}, {one_line(point.address_lines)} ({one_line(point.hours)})" if point else ""


def _covered(row: Election) -> str:
    return "\n".join(
        f"- {', '.join(filter(None, (one.person.full_name, one.person.born)))}"
        for one in row.dependants.select_related("person")
    )


def _proxies(context: LetterContext) -> str:
    box = _box(context)
    return "\n".join(f"- {one.name}" for one in box.proxies.filter(on_day(context.today))) if box else ""


REFUSED, ENDED = ElectionState.REFUSED, ElectionState.ENDED
KEYS: tuple[tuple[str, str, Reader], ...] = (
    ("domiciliation_numero", "numéro de domiciliation", of_box(lambda box: box.number)),
    ("domiciliation_commune", "commune de rattachement", _commune),
    ("domiciliation_demande", "date de la demande", of_latest(lambda row: _short(row.requested_on))),
    ("domiciliation_reponse", "date limite de la réponse", of_latest(lambda row: _long(row.decision_due_on))),
    ("domiciliation_debut", "début de l’attestation, 24/12/2026", of_attestation(lambda row: _short(row.starts_on))),
    ("domiciliation_debut_long", "début de l’attestation, 24 décembre 2026",
     of_attestation(lambda row: _long(row.starts_on))),
    ("domiciliation_fin", "fin de l’attestation, 24/12/2027", of_attestation(lambda row: _short(row.last_day))),
    ("domiciliation_fin_longue", "fin de l’attestation, 24 décembre 2027",
     of_attestation(lambda row: _long(row.last_day))),
    ("domiciliation_premiere", "début de la première domiciliation", of_box(_first)),
    ("domiciliation_passage", "dernière manifestation de la personne", of_box(lambda box: _short(box.last_contact_on))),
    ("domiciliation_absence", "fin du délai d’absence", of_box(lambda box: _long(box.absence_due_on))),
    ("domiciliation_adresse", "adresse de réception du courrier", _mail_address),
    ("domiciliation_retrait", "point de retrait, adresse et horaires", of_latest(_pickup)),
    ("domiciliation_courrier", "courrier en attente", of_box(lambda box: mail_words(box.register.waiting()))),
    ("domiciliation_mandataires", "mandataires, un par ligne", _proxies),
    ("domiciliation_ayants_droit", "ayants droit de l’attestation, un par ligne", of_latest(_covered)),
    ("domiciliation_refus_date", "date du refus", of_decision(REFUSED, lambda row: _short(row.decided_on))),
    ("domiciliation_refus_motif", "motif du refus", of_decision(REFUSED, lambda row: row.get_refusal_reason_display())),
    ("domiciliation_refus_motivation", "motivation du refus", of_decision(REFUSED, lambda row: row.refusal_detail)),
    ("domiciliation_refus_orientation", "organisme proposé", of_decision(REFUSED, lambda row: row.orientation_detail)),
    ("domiciliation_terme_date", "date de la fin décidée", of_decision(ENDED, lambda row: _short(row.ended_on))),
    ("domiciliation_terme_motif", "motif de la fin", of_decision(ENDED, lambda row: row.get_end_reason_display())),
)  # fmt: skip


def register() -> None:
    for code, label, value in KEYS:
        merge_keys.register(code, MergeKey(code=code, group=GROUP, label=label, value=value))
