"""Orientations follow one another; the one that runs ends earlier only on confirmation (I2).

What is changed afterwards (a correction, another référent unique) is dated, signed, and can be undone.
"""

from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError, RestrictedError
from django.utils import timezone

from cias.accounts.models import User
from cias.audit.services import signed_by
from cias.core.db import typed_violations
from cias.core.french import date_short, lower_first
from cias.core.moves import restore
from cias.core.states import ForbiddenTransition
from households.models import Household, Person
from households.services.protection import refuse_outsider
from insertion.deadlines import Rules
from insertion.enums import OrientationKind
from insertion.models import Orientation, OrientationChange
from insertion.orientations.enums import ChangeKind

CORRECTABLE = ("kind", "notified_on", "start", "end", "structure", "referent", "comment")
LABELS = {
    "kind": "orientation", "notified_on": "notification", "start": "début", "end": "fin", "structure": "structure",
    "referent": "référent unique", "comment": "précision",
}  # fmt: skip


class ShortensPrevious(ValidationError):
    """The new orientation would end a running one earlier: the agent has to confirm."""

    def __init__(self, previous: Orientation, new_end: date) -> None:
        self.previous = previous
        super().__init__(
            f"L’orientation {lower_first(previous.get_kind_display())} en cours depuis le {previous.start:%d/%m/%Y} "
            f"s’arrêterait au {new_end:%d/%m/%Y}. Cochez la confirmation pour l’accepter.",
            code="shortens",
        )


def orient(
    *,
    by: User,
    household: Household,
    person: Person,
    kind: str,
    notified_on: date,
    start: date,
    structure: str,
    end: date | None = None,
    referent: User | None = None,
    comment: str = "",
    shorten_previous: bool = False,
) -> Orientation:
    """Record a decision of the Département.

    A running orientation is shortened to the day before only when `shorten_previous` says so, and never below the
    minimum length; before a later one, the new orientation ends the day before it. Raises ShortensPrevious,
    ValidationError or ConstraintViolation.
    """
    today = timezone.localdate()
    if start > today:
        raise ValidationError({"start": "Une orientation ne commence pas dans l’avenir."})
    if notified_on > today:
        raise ValidationError({"notified_on": "La notification ne peut pas être à venir."})
    if not household.memberships.filter(person=person).exists():
        raise ValidationError({"person": "Cette personne ne fait pas partie du ménage."})
    _refuse_referent(referent, household)
    with transaction.atomic(), signed_by(by):
        others = _locked_of(person)
        later = others.filter(start__gt=start).order_by("start").first()
        if later is not None:
            last = later.start - timedelta(days=1)
            end = last if end is None else min(end, last)
        running = others.filter(start__lt=start).exclude(end__lt=start).order_by("-start").first()
        before = running.end if running else None
        if running is not None:
            _shorten(running, start, confirmed=shorten_previous)
        with typed_violations():
            orientation = Orientation.objects.create(
                household=household, person=person, kind=kind, notified_on=notified_on, start=start, end=end,
                structure=structure, referent=referent, comment=comment,
            )  # fmt: skip
        if running is not None:
            OrientationChange.objects.create(
                orientation=running, kind=ChangeKind.ENDED, on=start, by=by, cause=orientation,
                before={"end": before}, said=f"fin\u00a0: {_said(before)} → {_said(running.end)}",
            )  # fmt: skip
        return orientation


def _locked_of(person: Person) -> Any:
    """Everybody's orientations of a person, whose row makes two simultaneous decisions about them queue up."""
    Person.objects.select_for_update().get(pk=person.pk)
    return Orientation.objects.filter(person=person)


def _shorten(running: Orientation, start: date, *, confirmed: bool) -> None:
    minimum = timedelta(days=Rules().on(start).minimum_days)
    new_end = start - timedelta(days=1)
    if new_end - running.start + timedelta(days=1) < minimum:
        raise ValidationError(
            f"L’orientation précédente, commencée le {running.start:%d/%m/%Y}, durerait moins de {minimum.days} jours."
        )
    if not confirmed:
        raise ShortensPrevious(running, new_end)
    running.end = new_end
    running.save(update_fields=["end"])


def _refuse_referent(referent: User | None, household: Household) -> None:
    """The référent unique of a protected file is named on it (C3)."""
    if referent is None:
        return
    try:
        refuse_outsider(referent, household)
    except ValidationError as error:
        raise ValidationError({"referent": error.messages}) from error


@transaction.atomic
def correct(*, by: User, orientation: Orientation, reason: str, **values: Any) -> OrientationChange | None:
    """Correct what was recorded; None when nothing changes. Raises ValidationError, ConstraintViolation.

    `values` are some of CORRECTABLE. It is not a new decision of the Département: that one follows (orient()).
    """
    _locked_of(orientation.person)
    orientation = Orientation.objects.select_related("household", "referent", "person").get(pk=orientation.pk)
    today = timezone.localdate()
    for name, sentence in (
        ("start", "Une orientation ne commence pas dans l’avenir."),
        ("notified_on", "La notification ne peut pas être à venir."),
    ):
        if values.get(name) and values[name] > today:
            raise ValidationError({name: sentence})
    changed = {name: value for name, value in values.items() if getattr(orientation, name) != value}
    if not changed:
        return None
    _refuse_referent(changed.get("referent"), orientation.household)
    said = [
        f"{LABELS[name]}\u00a0: {_said(getattr(orientation, name), name)} → {_said(value, name)}"
        for name, value in changed.items()
    ]
    return _change(by, orientation, ChangeKind.CORRECTED, today, changed, reason, " ; ".join(said))


@transaction.atomic
def change_referent(
    *, by: User, orientation: Orientation, referent: User, on: date, reason: str = ""
) -> OrientationChange:
    """Another référent unique from `on`, within the same orientation: the former ones stay in its history.

    Raises ValidationError for the same agent, a day outside the orientation, or before the last hand-over.
    """
    _locked_of(orientation.person)
    orientation = Orientation.objects.select_related("household", "referent", "person").get(pk=orientation.pk)
    if orientation.referent_id == referent.pk:
        raise ValidationError({"referent": f"{referent.full_name} est déjà référent unique."})
    if on < orientation.start or (orientation.end is not None and on > orientation.end):
        raise ValidationError({"on": "Ce jour n’est pas dans les dates de l’orientation."})
    if on > timezone.localdate():
        raise ValidationError({"on": "Notez le changement le jour où il a lieu."})
    last = orientation.changes.standing().filter(kind=ChangeKind.REFERENT).order_by("-on").first()
    if last is not None and on < last.on:
        raise ValidationError({"on": f"Le référent a déjà changé le {last.on:%d/%m/%Y}."})
    _refuse_referent(referent, orientation.household)
    former = orientation.referent.full_name if orientation.referent else "à désigner"
    said = f"{former} → {referent.full_name}"
    return _change(by, orientation, ChangeKind.REFERENT, on, {"referent": referent}, reason, said)


def _change(
    by: User,
    orientation: Orientation,
    kind: ChangeKind,
    on: date,
    values: dict[str, Any],
    reason: str,
    said: str,
) -> OrientationChange:
    before = {}
    for name, value in values.items():
        attname = orientation._meta.get_field(name).attname  # type: ignore[union-attr]
        before[name] = getattr(orientation, attname)
        setattr(orientation, name, value)
    with signed_by(by), typed_violations():
        orientation.save(update_fields=list(values))
        return OrientationChange.objects.create(
            orientation=orientation, kind=kind, on=on, by=by, reason=reason, before=before, said=said[:400]
        )


def _said(value: Any, name: str = "end") -> str:
    """A value in words."""
    if value in (None, ""):
        return "sans fin" if name == "end" else "vide"
    if isinstance(value, date):
        return date_short(value)
    if isinstance(value, User):
        return value.full_name
    return str(OrientationKind(value).label if name == "kind" else value)


@transaction.atomic
def undo_last(*, by: User, orientation: Orientation) -> str:
    """Take back the last decision about an orientation, and say which: its last change, else its very recording,
    which gives its end back to the orientation it had ended.

    Raises ForbiddenTransition when it is not the person's last one, or when something already rests on it.
    """
    others = _locked_of(orientation.person)
    orientation = Orientation.objects.get(pk=orientation.pk)
    with signed_by(by):
        last = orientation.changes.standing().exclude(kind=ChangeKind.ENDED).order_by("-created_at").first()
        if last is not None:
            with typed_violations():
                restore(orientation, last.before)
                orientation.save(update_fields=list(last.before))
            last.undone_at, last.undone_by = timezone.now(), by
            last.save(update_fields=["undone_at", "undone_by"])
            return f"{last.get_kind_display()}\u00a0: c’est annulé."
        if others.filter(start__gt=orientation.start).exists():
            raise ForbiddenTransition("Une orientation plus récente la suit\u00a0: annulez d’abord celle-là.")
        _unrecord(orientation)
    return "L’orientation est retirée."


def _unrecord(orientation: Orientation) -> None:
    ended = list(orientation.ended.standing().select_related("orientation"))
    try:
        with transaction.atomic():
            orientation.delete()
            for change in ended:
                previous = change.orientation
                restore(previous, change.before)
                previous.save(update_fields=list(change.before))
    except (ProtectedError, RestrictedError, IntegrityError) as error:
        raise ForbiddenTransition(
            "Un contrat, une demande ou un suivi s’appuie déjà sur cette orientation\u00a0: corrigez-la plutôt."
        ) from error
