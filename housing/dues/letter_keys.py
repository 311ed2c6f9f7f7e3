"""The merge keys the contributions give to letters: those of the household's latest stay."""

from collections.abc import Callable
from decimal import Decimal

from cias.core.french import date_long, date_short, euros
from cias.core.registry import MergeKey, merge_keys
from households.letters.context import LetterContext
from housing.dues.services.plans import progress
from housing.dues.services.reminders import to_claim
from housing.models import RepaymentPlan, Stay

GROUP = "Participations"

type Reader = Callable[[Stay, LetterContext], str]


def of_stay(read: Reader) -> Callable[[LetterContext], str]:
    def value(context: LetterContext) -> str:
        if not context.author.has_perm("dues.view"):
            return ""
        stays = Stay.objects.for_user(context.author).filter(household=context.household)
        stay = stays.select_related("place__dwelling").order_by("-start").first()
        return read(stay, context) if stay else ""

    return value


def _place(stay: Stay, context: LetterContext) -> str:
    """None for a hidden address, which no letter tells (C3)."""
    return "" if context.household.address_hidden else str(stay.place)


def _detail(stay: Stay, context: LetterContext) -> str:
    return "\n".join(
        f"- {due.label}, à payer avant le {date_short(due.due_on)}\u00a0: {euros(due.left)}"
        for due in to_claim(stay, context.today)
    )


def _total(stay: Stay, context: LetterContext) -> str:
    late = to_claim(stay, context.today)
    return euros(sum((due.left for due in late), Decimal(0))) if late else ""


def _since(stay: Stay, context: LetterContext) -> str:
    late = to_claim(stay, context.today)
    return date_long(late[0].due_on, weekday=False) if late else ""


def _plan(stay: Stay, context: LetterContext) -> str:
    plan = RepaymentPlan.objects.running().filter(stay=stay).first()
    if plan is None:
        return ""
    return "\n".join(
        f"- {date_short(step.due_on)}\u00a0: {euros(step.amount)}" for step in progress(plan).steps
    )


KEYS: tuple[tuple[str, str, Reader], ...] = (
    ("sejour_logement", "logement du séjour", _place),
    ("sejour_participation", "participation mensuelle", lambda stay, _context: euros(stay.contribution)),
    ("impaye_total", "somme échue et non payée", _total),
    ("impaye_detail", "sommes échues, une par ligne", _detail),
    ("impaye_depuis", "échéance de la plus ancienne somme", _since),
    ("plan_echeances", "échéances du plan d’apurement, une par ligne", _plan),
)


def register() -> None:
    for code, label, read in KEYS:
        merge_keys.register(code, MergeKey(code=code, group=GROUP, label=label, value=of_stay(read)))
