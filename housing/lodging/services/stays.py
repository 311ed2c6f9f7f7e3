"""Entries, renewals and exits; the database has the last word on overlaps."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from cias.accounts.models import User
from cias.core.db import typed_violations
from cias.core.french import date_short
from households.models import Household
from housing.enums import ContractKind, ExitOutcome, Scheme
from housing.lodging.contributions import Terms, terms_for
from housing.lodging.dates import contract_end, longest_end
from housing.lodging.enums import ContractForm
from housing.lodging.services.places import check_habitable
from housing.lodging.services.requests import reopen_after_entry, settle_by_entry
from housing.models import LodgingRequest, Place, SchemeRule, Stay, StayContract, StayExam

# What is signed under each scheme unless the agent chooses otherwise.
FORMS = {
    Scheme.TEMPORARY: ContractForm.PRECARIOUS,
    Scheme.SUBLET: ContractForm.SUBLEASE,
    Scheme.SLIDING: ContractForm.SLIDING,
    Scheme.IML: ContractForm.SUBLEASE,
}


def rule_for(scheme: str, day: date) -> SchemeRule:
    """The contract lengths in force for a scheme on a day.

    Raises ValidationError when the reference data has none.
    """
    rule = SchemeRule.objects.filter(scheme=scheme, valid_from__lte=day).order_by("-valid_from").first()
    if rule is None:
        raise ValidationError(
            f"Aucune règle de durée pour «\u00a0{Scheme(scheme).label}\u00a0» à cette date."
        )
    return rule


def admit(
    *,
    place: Place,
    household: Household,
    start: date,
    contribution: Decimal | None = None,
    share: Decimal | None = None,
    scheme: str | None = None,
    form: str = "",
    planned_end: date | None = None,
    referent: User | None = None,
    deposit: Decimal | None = None,
    insurance_until: date | None = None,
    signed_on: date | None = None,
    by: User | None = None,
    request: LodgingRequest | None = None,
) -> Stay:
    """Let a household into a place and write its first contract; the request that led to it is settled.

    Without `planned_end` the contract lasts what the scheme's rule says; `share` is a percentage of the household's
    resources, `by` then freezes its budget. Raises ConstraintViolation when the place or the household is taken on one
    of these days, ValidationError when the place is shut, out of order or proposed to somebody else, or when the
    contract would outlast the scheme.
    """
    scheme = scheme or place.dwelling.scheme
    rule = rule_for(scheme, start)
    planned_end = planned_end or contract_end(start, rule.initial_months)
    if rule.max_months is not None and planned_end > contract_end(start, rule.max_months):
        raise ValidationError(
            f"Ce dispositif dure {rule.max_months}\u00a0mois au plus, jusqu’au "
            f"{date_short(contract_end(start, rule.max_months))}.",
            code="planned_end",
        )
    with transaction.atomic():
        # Works are another table: the lock on the place keeps them from being entered at the same moment.
        place = Place.objects.select_for_update().select_related("dwelling").get(pk=place.pk)
        check_habitable(place, start, planned_end)
        _check_not_promised(place, household)
        terms = terms_for(by=by, household=household, amount=contribution, share=share)
        with typed_violations():
            stay = Stay.objects.create(
                place=place,
                household=household,
                scheme=scheme,
                start=start,
                planned_end=planned_end,
                contribution=terms.amount,
                referent=referent,
                deposit=deposit,
                insurance_until=insurance_until,
            )
            StayContract.objects.create(
                stay=stay,
                kind=ContractKind.INITIAL,
                form=form or FORMS[Scheme(scheme)],
                start=start,
                end=planned_end,
                signed_on=signed_on,
                **terms.columns(),
            )
        if request is not None and by is not None:
            settle_by_entry(by=by, request=request, stay=stay)
    return stay


def _check_not_promised(place: Place, household: Household) -> None:
    promised = place.proposals.holding().exclude(request__household=household).first()
    if promised is not None:
        raise ValidationError(
            "Cette place est proposée à un autre ménage\u00a0: attendez sa réponse, ou retirez la proposition.",
            code="place",
        )


def renew(
    *,
    stay: Stay,
    end: date | None = None,
    contribution: Decimal | None = None,
    share: Decimal | None = None,
    derogation: str = "",
    signed_on: date | None = None,
    by: User | None = None,
) -> StayContract:
    """Add a renewal from the day after the last contract; its length is the scheme's unless `end` says otherwise.

    Raises ValidationError when the stay is over, the place is not free that long, or the rule is used up (number of
    renewals, total length) and no `derogation` says why it goes on all the same.
    """
    with transaction.atomic():
        stay = Stay.objects.select_for_update(of=("self",)).select_related("place__dwelling").get(pk=stay.pk)
        if stay.end is not None:
            raise ValidationError("Ce séjour est terminé\u00a0: il ne se renouvelle pas.")
        rule = rule_for(stay.scheme, stay.planned_end)
        start = stay.planned_end + timedelta(days=1)
        end = end or contract_end(start, rule.renewal_months)
        if end < start:
            raise ValidationError(f"L’avenant commence le {date_short(start)}.", code="end")
        beyond = beyond_rule(stay, rule, end)
        if beyond and not derogation.strip():
            raise ValidationError(f"{beyond} Motivez une dérogation pour continuer.", code="derogation")
        place = Place.objects.select_for_update().get(pk=stay.place_id)
        check_habitable(place, start, end)
        amount = stay.contribution if contribution is None else contribution
        terms = terms_for(by=by, household=stay.household, amount=amount, share=share)
        with typed_violations():
            contract = StayContract.objects.create(
                stay=stay,
                kind=ContractKind.RENEWAL,
                form=stay.contracts.values_list("form", flat=True).first() or FORMS[Scheme(stay.scheme)],
                start=start,
                end=end,
                derogation=derogation if beyond else "",
                signed_on=signed_on,
                **terms.columns(),
            )
            stay.planned_end, stay.contribution = end, contract.contribution
            stay.save(update_fields=["planned_end", "contribution"])
    return contract


def beyond_rule(stay: Stay, rule: SchemeRule, end: date) -> str:
    """Why a renewal until `end` goes beyond the scheme's rule, as a sentence; "" when it does not."""
    scheme = f"«\u00a0{stay.get_scheme_display()}\u00a0»"
    if stay.contracts.filter(kind=ContractKind.RENEWAL).count() >= rule.max_renewals:
        match rule.max_renewals:
            case 0:
                return f"{scheme} ne se renouvelle pas."
            case 1:
                return f"Le renouvellement prévu pour {scheme} est utilisé."
        return f"Les {rule.max_renewals} renouvellements prévus pour {scheme} sont utilisés."
    longest = longest_end(stay, rule)
    if longest is not None and end > longest:
        return f"La durée totale de {rule.max_months}\u00a0mois s’achève le {date_short(longest)}."
    return ""


@transaction.atomic
def undo_renewal(*, stay: Stay) -> StayContract:
    """Take back the last renewal, entered by mistake; its trace stays in the history.

    Raises ValidationError when there is none, or when the household has left since.
    """
    stay = Stay.objects.select_for_update().get(pk=stay.pk)
    if stay.end is not None:
        raise ValidationError("Ce séjour est terminé\u00a0: annulez d’abord la sortie.")
    contracts = list(stay.contracts.order_by("start"))
    if len(contracts) < 2:
        raise ValidationError("Ce séjour n’a pas d’avenant à annuler.")
    contract, previous = contracts[-1], contracts[-2]
    contract.delete()
    stay.planned_end, stay.contribution = previous.end or stay.planned_end, previous.contribution
    stay.save(update_fields=["planned_end", "contribution"])
    return contract


def sign(*, contract: StayContract, on: date) -> StayContract:
    """Note the day a contract, or an amendment, was signed by both parties."""
    contract.signed_on = on
    contract.save(update_fields=["signed_on"])
    return contract


def insure(*, stay: Stay, until: date) -> Stay:
    """A new certificate of insurance: until when the household is covered."""
    stay.insurance_until = until
    stay.save(update_fields=["insurance_until"])
    return stay


def hold_exam(*, stay: Stay, due_on: date, **values: Any) -> StayExam:
    """Write what is known of the examination due on a day: the préfet told, the lease offered, the conclusion."""
    with typed_violations():
        exam, _created = StayExam.objects.update_or_create(stay=stay, due_on=due_on, defaults=values)
    return exam


def end_stay(*, stay: Stay, day: date, outcome: ExitOutcome, outcome_detail: str = "") -> Stay:
    """Record the day the household left and where it went; `day` is its last night's date.

    Raises ConstraintViolation when `day` precedes the entry.
    """
    stay.end, stay.outcome, stay.outcome_detail = day, outcome, outcome_detail
    with typed_violations():
        stay.save(update_fields=["end", "outcome", "outcome_detail"])
    return stay


def reopen_stay(*, stay: Stay) -> Stay:
    """Undo an exit recorded by mistake. Raises ConstraintViolation when the place has been taken since."""
    stay.end, stay.outcome, stay.outcome_detail = None, "", ""
    with typed_violations():
        stay.save(update_fields=["end", "outcome", "outcome_detail"])
    return stay


@transaction.atomic
def cancel_stay(*, by: User, stay: Stay, reason: str) -> Stay:
    """The household never lived there: the place is free again, the request it came from waits for its entry again.

    The row stays with its reason, and counts nowhere. Raises ValidationError once an exit is recorded.
    """
    stay = Stay.objects.select_for_update().get(pk=stay.pk)
    if stay.end is not None:
        raise ValidationError("Ce séjour est terminé\u00a0: annulez d’abord la sortie.")
    reopen_after_entry(by=by, stay=stay)
    stay.cancelled_on, stay.cancel_reason = timezone.localdate(), reason
    with typed_violations():
        stay.save(update_fields=["cancelled_on", "cancel_reason"])
    return stay


@transaction.atomic
def correct_stay(
    *, stay: Stay, place: Place, start: date, planned_end: date, contribution: Decimal, **values: Any
) -> Stay:
    """Correct what was mistyped: place, dates, amount of the contract under way, deposit, insurance, who follows.

    The first contract starts with the stay and the last one ends with it; what stood before stays in the history.
    Raises ValidationError or ConstraintViolation when the right dates are not possible.
    """
    stay = Stay.objects.select_for_update().get(pk=stay.pk)
    place = Place.objects.select_for_update().get(pk=place.pk)
    contracts = list(stay.contracts.order_by("start"))
    if contracts and (contracts[0].end or planned_end) < start:
        raise ValidationError("L’entrée doit précéder la fin du premier contrat.", code="start")
    if contracts and contracts[-1].start > planned_end and len(contracts) > 1:
        raise ValidationError(
            f"Le contrat en cours commence le {date_short(contracts[-1].start)}.", code="planned_end"
        )
    check_habitable(place, start, stay.end or planned_end)
    with typed_violations():
        _correct_contracts(contracts, start, planned_end, contribution)
        stay.place, stay.start, stay.planned_end, stay.contribution = place, start, planned_end, contribution
        for name, value in values.items():
            setattr(stay, name, value)
        stay.save()
    return stay


def _correct_contracts(
    contracts: list[StayContract], start: date, planned_end: date, contribution: Decimal
) -> None:
    if not contracts:
        return
    first, last = contracts[0], contracts[-1]
    first.start, last.end = start, planned_end
    if last.contribution != contribution:
        # An amount typed by hand is no longer a share of anything.
        for name, value in Terms(contribution).columns().items():
            setattr(last, name, value)
    for contract in {first.pk: first, last.pk: last}.values():
        contract.save()
