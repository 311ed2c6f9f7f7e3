"""A request held against the règlement in force: warnings, never refusals; a « dérogation motivée » answers them."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q, QuerySet, Sum

from cias.core.deadlines import add_months
from cias.core.french import euros, number
from households.budgets.payload import from_payload
from households.models import BudgetSnapshot, Situation
from households.models.files import on_day
from rights.aids.enums import ScaleMeasure
from rights.aids.regulation import regulation_on
from rights.models import AidRequest, AidRule


@dataclass(frozen=True)
class Caution:
    """One condition of the règlement that is not met. `text` names nobody: the commission reads it."""

    code: str
    text: str


INDICATOR = {ScaleMeasure.DAILY: "daily", ScaleMeasure.QUOTIENT: "quotient"}


def indicator(snapshot: BudgetSnapshot | None, measure: str) -> Decimal | None:
    """What the frozen budget says of the scale's measure, in euros; None when it does not."""
    if snapshot is None:
        return None
    found = from_payload(snapshot.payload).by_code
    code = INDICATOR[ScaleMeasure(measure)]
    return found[code].value if code in found else None


def cautions(request: AidRequest, day: date) -> list[Caution]:
    """What the règlement in force on the day of the request says against it, read on `day`."""
    rule = request.kind.rule_on(request.opened_on)
    if rule is None:
        return [Caution("rule", "Aucune version du règlement n’est en vigueur pour cette aide.")]
    found: list[Caution | None] = [
        _ceiling(request, rule),
        _year(request, rule),
        _delay(request, rule),
        _scale(request, rule),
        _residence(request, rule, day),
        _budget(request),
    ]
    return [one for one in found if one is not None]


def _budget(request: AidRequest) -> Caution | None:
    """The scale needs a budget, and one of today's life: the règlement says from what age on it is to be done again."""
    if request.snapshot is None:
        return Caution("budget", "Le budget du ménage n’est pas établi\u00a0: le barème ne se vérifie pas.")
    months = regulation_on(request.opened_on).budget_months
    if from_payload(request.snapshot.payload).on < add_months(request.opened_on, -months):
        return Caution("old_budget", f"Le budget a plus de {months} mois\u00a0: il est à refaire.")
    return None


def _ceiling(request: AidRequest, rule: AidRule) -> Caution | None:
    if rule.ceiling is None or request.amount <= rule.ceiling:
        return None
    return Caution("ceiling", f"Le montant demandé dépasse le plafond par demande, {euros(rule.ceiling)}.")


def _year(request: AidRequest, rule: AidRule) -> Caution | None:
    if rule.yearly_ceiling is None:
        return None
    granted = _others(request).filter(decision_on__year=request.opened_on.year)
    so_far = granted.aggregate(total=Sum("granted_amount"))["total"] or Decimal(0)
    if so_far + request.amount <= rule.yearly_ceiling:
        return None
    return Caution(
        "year",
        f"Avec {euros(so_far)} déjà accordés cette année, le plafond annuel de {euros(rule.yearly_ceiling)} "
        "est dépassé.",
    )


def _others(request: AidRequest) -> QuerySet[AidRequest]:
    """The other aids of this kind granted to the household."""
    return (
        AidRequest.objects.granted()
        .filter(household=request.household_id, kind=request.kind_id)
        .exclude(pk=request.pk)
    )


def _delay(request: AidRequest, rule: AidRule) -> Caution | None:
    if not rule.delay_months:
        return None
    since = add_months(request.opened_on, -rule.delay_months)
    last = _others(request).filter(decision_on__gt=since).order_by("-decision_on").first()
    if last is None:
        return None
    return Caution(
        "delay",
        f"Une aide de même nature a été accordée il y a moins de {rule.delay_months} mois.",
    )


def _scale(request: AidRequest, rule: AidRule) -> Caution | None:
    value = indicator(request.snapshot, rule.measure)
    if not rule.bands or value is None:
        return None
    label = ScaleMeasure(rule.measure).label.lower()
    share = next((share for up_to, share in rule.bands if value <= up_to), None)
    if share is None:
        limit = rule.bands[-1][0]
        return Caution("scale", f"Le {label} ({euros(value)}) dépasse la limite du barème, {euros(limit)}.")
    if rule.ceiling is not None and request.amount > (most := rule.ceiling * share / 100):
        return Caution(
            "share", f"Le barème limite l’aide à {number(share)}\u00a0% du plafond, soit {euros(most)}."
        )
    return None


def _residence(request: AidRequest, rule: AidRule, day: date) -> Caution | None:
    if not rule.residence:
        return None
    here = Situation.objects.filter(household=request.household_id, commune__isnull=False)
    if not here.filter(on_day(day)).exists():
        return Caution("residence", "La résidence sur le territoire n’est pas établie.")
    if rule.residence_months:
        since = add_months(day, -rule.residence_months)
        if not here.filter(Q(start__lte=since)).exists():
            return Caution(
                "residence_months",
                f"Le ménage réside sur le territoire depuis moins de {rule.residence_months} mois.",
            )
    return None
