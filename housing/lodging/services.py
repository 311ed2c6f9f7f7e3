"""Entries, renewals and exits; the database has the last word on overlaps."""

from datetime import date, timedelta
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from cias.accounts.models import User
from cias.core.db import typed_violations
from cias.core.deadlines import add_months
from cias.core.french import lower_first
from households.models import Household
from housing.enums import ContractKind, ExitOutcome, Scheme
from housing.models import Place, SchemeRule, Stay, StayContract, Unavailability


def rule_for(scheme: str, day: date) -> SchemeRule:
    """The contract lengths in force for a scheme on a day.

    Raises ValidationError when the reference data has none.
    """
    rule = SchemeRule.objects.filter(scheme=scheme, valid_from__lte=day).order_by("-valid_from").first()
    if rule is None:
        raise ValidationError(f"Aucune règle de durée pour « {Scheme(scheme).label} » à cette date.")
    return rule


def contract_end(start: date, months: int) -> date:
    """The last day of a contract of `months` months that starts on `start`, quantième to quantième less one day."""
    return add_months(start, months) - timedelta(days=1)


def admit(
    *,
    place: Place,
    household: Household,
    start: date,
    contribution: Decimal,
    scheme: str | None = None,
    planned_end: date | None = None,
    referent: User | None = None,
    deposit: Decimal | None = None,
    insurance_until: date | None = None,
    signed_on: date | None = None,
) -> Stay:
    """Let a household into a place and write its first contract.

    Without `planned_end` the contract lasts what the scheme's rule says. Raises ConstraintViolation when the place
    or the household is taken on one of these days, ValidationError when the place is shut or out of order.
    """
    scheme = scheme or place.dwelling.scheme
    planned_end = planned_end or contract_end(start, rule_for(scheme, start).initial_months)
    with transaction.atomic():
        # Works are another table: the lock on the place keeps them from being entered at the same moment.
        place = Place.objects.select_for_update().select_related("dwelling").get(pk=place.pk)
        _check_habitable(place, start, planned_end)
        with typed_violations():
            stay = Stay.objects.create(
                place=place,
                household=household,
                scheme=scheme,
                start=start,
                planned_end=planned_end,
                contribution=contribution,
                referent=referent,
                deposit=deposit,
                insurance_until=insurance_until,
            )
            StayContract.objects.create(
                stay=stay,
                kind=ContractKind.INITIAL,
                start=start,
                end=planned_end,
                contribution=contribution,
                signed_on=signed_on,
            )
    return stay


def _check_habitable(place: Place, start: date, planned_end: date) -> None:
    if start < place.start or (place.end is not None and planned_end > place.end):
        raise ValidationError("Cette place n’est pas ouverte à toutes ces dates.")
    clash = (
        place.unavailabilities.filter(start__lte=planned_end)
        .filter(Q(end__isnull=True) | Q(end__gte=start))
        .first()
    )
    if clash is not None:
        until = f"jusqu’au {clash.end:%d/%m/%Y}" if clash.end else "sans date de fin"
        raise ValidationError(
            f"Cette place est indisponible du {clash.start:%d/%m/%Y} {until} "
            f"({lower_first(clash.get_reason_display())})."
        )


def renew(
    *, stay: Stay, end: date | None = None, contribution: Decimal | None = None, signed_on: date | None = None
) -> StayContract:
    """Add a renewal from the day after the last contract; its length is the scheme's unless `end` says otherwise.

    Raises ValidationError when the stay is over, the renewals are used up or the place is not free that long.
    """
    with transaction.atomic():
        stay = Stay.objects.select_for_update(of=("self",)).select_related("place__dwelling").get(pk=stay.pk)
        if stay.end is not None:
            raise ValidationError("Ce séjour est terminé : il ne se renouvelle pas.")
        rule = rule_for(stay.scheme, stay.planned_end)
        done = stay.contracts.filter(kind=ContractKind.RENEWAL).count()
        if done >= rule.max_renewals:
            raise ValidationError(
                f"Les {rule.max_renewals} renouvellements prévus pour « {stay.get_scheme_display()} » sont utilisés."
            )
        start = stay.planned_end + timedelta(days=1)
        end = end or contract_end(start, rule.renewal_months)
        place = Place.objects.select_for_update().get(pk=stay.place_id)
        _check_habitable(place, start, end)
        with typed_violations():
            contract = StayContract.objects.create(
                stay=stay,
                kind=ContractKind.RENEWAL,
                start=start,
                end=end,
                contribution=stay.contribution if contribution is None else contribution,
                signed_on=signed_on,
            )
        stay.planned_end, stay.contribution = end, contract.contribution
        stay.save(update_fields=["planned_end", "contribution"])
    return contract


def end_stay(*, stay: Stay, day: date, outcome: ExitOutcome) -> Stay:
    """Record the day the household left and where it went; `day` is its last night's date.

    Raises ConstraintViolation when `day` precedes the entry.
    """
    stay.end, stay.outcome = day, outcome
    with typed_violations():
        stay.save(update_fields=["end", "outcome"])
    return stay


def reopen_stay(*, stay: Stay) -> Stay:
    """Undo an exit recorded by mistake. Raises ConstraintViolation when the place has been taken since."""
    stay.end, stay.outcome = None, ""
    with typed_violations():
        stay.save(update_fields=["end", "outcome"])
    return stay


def declare_unavailable(
    *, place: Place, start: date, end: date | None, reason: str, comment: str = ""
) -> Unavailability:
    """Take a place out of service. Raises ValidationError when somebody lives there on one of these days."""
    with transaction.atomic():
        place = Place.objects.select_for_update().get(pk=place.pk)
        taken = place.stays.filter(Q(end__isnull=True) | Q(end__gte=start))
        if end is not None:
            taken = taken.filter(start__lte=end)
        stay = taken.order_by("start").first()
        if stay is not None and (stay.end is not None or stay.planned_end >= start):
            raise ValidationError(
                f"La place est occupée depuis le {stay.start:%d/%m/%Y}, jusqu’au "
                f"{(stay.end or stay.planned_end):%d/%m/%Y} : choisissez d’autres dates."
            )
        with typed_violations():
            return Unavailability.objects.create(
                place=place, start=start, end=end, reason=reason, comment=comment
            )
