"""What the contributions contribute to a household's file, to a stay's page and to the work lists."""

from collections.abc import Callable, Collection, Iterator
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from django.db.models import OuterRef, Subquery, Sum
from django.utils import timezone

from cias.accounts.models import User
from cias.core import registry
from cias.core.deadlines import add_months
from cias.core.french import date_short, euros, month_long, plural
from cias.core.paths import path_to
from cias.core.registry import (
    OpenItem,
    Panel,
    SummaryBlock,
    SummaryRequest,
    SummarySection,
    Table,
    TimelineItem,
    WorkItem,
)
from households.enums import Domain
from households.models import Household
from households.team import Team
from housing.dues import letter_keys, listing, services, statistics
from housing.dues.enums import Account, DueKind, PlanOutcome
from housing.dues.prorata import month_of, total_of
from housing.dues.reading import arrears_of
from housing.dues.services.calls import month_lines, stays_of
from housing.dues.views.account import fsl_url
from housing.following import readers_of
from housing.models import DepositSettlement, Due, DuesRule, Entry, Reminder, RepaymentPlan, Stay
from housing.sections import sections, stay_sections

ZERO = Decimal(0)
KIND = "dues"
ENDS = {
    PlanOutcome.KEPT: ("Plan d’apurement tenu", "bi-check-circle"),
    PlanOutcome.BROKEN: ("Plan d’apurement rompu", "bi-x-octagon"),
    PlanOutcome.CANCELLED: ("Plan d’apurement annulé", "bi-x-circle"),
}


def stay_section(stay: Stay, user: User) -> Panel | None:
    """The card of a stay: what is owed, the plan, the deposit."""
    if not user.has_perm("dues.view"):
        return None
    today = timezone.localdate()
    owed = Due.objects.filter(stay=stay).open()
    plan = RepaymentPlan.objects.running().filter(stay=stay).prefetch_related("instalments").first()
    held = services.deposit_held(stay)
    late = sum((due.left for due in owed if due.due_on < today), ZERO)
    context = {
        "stay": stay,
        "owed": sum((due.left for due in owed), ZERO),
        "late": late,
        "credit": services.credit_of(stay),
        "plan": plan,
        "is_broken": services.progress(plan).is_broken(today) if plan else False,
        "held": held,
        "return_by": services.return_by(stay.end, is_conforming=False) if stay.end and held > 0 else None,
    }
    return Panel(template="housing/dues/stay_card.html", context=context)


def section(household: Household, user: User) -> Panel | None:
    """The card of a household that owes something past due."""
    if not user.has_perm("dues.view"):
        return None
    rows = arrears_of(user, timezone.localdate(), household=household)
    if not rows:
        return None
    context = {
        "rows": rows,
        "total": sum((row.total for row in rows), ZERO),
        "fsl_url": fsl_url(rows[0].stay, user),
    }
    return Panel(template="housing/dues/household_card.html", context=context)


def timeline(household: Household, user: User) -> Iterator[TimelineItem]:
    """What was agreed and sent; the money itself is on the account."""
    if not user.has_perm("dues.view"):
        return
    stays = Stay.objects.for_user(user).filter(household=household)
    common: dict[str, Any] = {"domain": Domain.HOUSING, "kind": "housing"}
    for plan in RepaymentPlan.objects.filter(stay__in=stays).select_related("by"):
        url = path_to("housing:account", plan.stay_id)
        yield TimelineItem(
            at=plan.signed_on, icon="bi-calendar-range", title="Plan d’apurement signé", text=euros(plan.total),
            author=plan.by.full_name, url=url, **common,
        )  # fmt: skip
        if plan.ended_on:
            title, icon = ENDS[PlanOutcome(plan.outcome)]
            yield TimelineItem(
                at=plan.ended_on, icon=icon, title=title, text=plan.end_reason, url=url, **common
            )
    sent = Reminder.objects.filter(stay__in=stays, cancelled_at__isnull=True).select_related("by")
    for reminder in sent:
        yield TimelineItem(
            at=reminder.sent_on, icon="bi-envelope-exclamation", title=f"Impayé\u00a0: {reminder.get_level_display()}",
            text=euros(reminder.owed), author=reminder.by.full_name,
            url=path_to("housing:account", reminder.stay_id), **common,
        )  # fmt: skip
    settled = DepositSettlement.objects.filter(stay__in=stays, reversed_on__isnull=True).select_related("by")
    for row in settled:
        yield TimelineItem(
            at=row.on, icon="bi-piggy-bank", title="Dépôt de garantie soldé",
            text=f"{euros(row.returned)} rendus, {euros(row.kept)} retenus", author=row.by.full_name,
            url=path_to("housing:account", row.stay_id), **common,
        )  # fmt: skip


def worklist(team: Team) -> Iterator[tuple[Any, WorkItem]]:
    """Unpaid months, plans not kept, deposits to return: the referent's own; for the direction all, and the call."""
    readers = team.holding("dues.edit", "housing.view")
    if not readers:
        return
    directors = team.among(readers, directing=True)
    stays = Stay.objects.all() if directors else Stay.objects.filter(referent__in=readers)
    for stay, item in _of_stays(stays, team.today):
        for key in readers_of(readers, stay.referent_id):
            yield key, item
    if directors:
        for item in _to_call(team.today):
            yield from ((agent.pk, item) for agent in directors)


def _of_stays(stays: Any, today: date) -> Iterator[tuple[Stay, WorkItem]]:
    planned = set[Any]()
    plans = RepaymentPlan.objects.running().filter(stay__in=stays)
    plans = plans.select_related("stay__household", "stay__referent").prefetch_related(
        "instalments", "covers"
    )
    rules = cache(services.rules)
    for followed in services.progress_of(plans, rules):
        plan = followed.plan
        planned |= {row.due_id for row in plan.covers.all()}
        step = followed.next_step
        if step is not None and step.is_late(today):
            said = (
                "Plan d’apurement non tenu" if followed.is_broken(today) else "Échéance d’un plan en retard"
            )
            title = f"{said}\u00a0: {euros(followed.late(today))}"
            yield plan.stay, _item(plan.stay, title, step.due_on)
    late: dict[Any, list[Any]] = {}
    dues = Due.objects.filter(stay__in=stays, due_on__lt=today).open()
    for due in dues.select_related("stay__household", "stay__referent"):
        if due.pk not in planned:
            late.setdefault(due.stay_id, []).append(due)
    for rows in late.values():
        total = sum((due.left for due in rows), ZERO)
        title = f"Participation impayée\u00a0: {euros(total)}"
        yield rows[0].stay, _item(rows[0].stay, title, rows[0].due_on)
    yield from _deposits(stays, rules)


def _deposits(stays: Any, rules: Callable[[], list[DuesRule]]) -> Iterator[tuple[Stay, WorkItem]]:
    """Deposits still held after the exit, by the longer of the two delays."""
    entries = Entry.objects.filter(account=Account.DEPOSIT, stay=OuterRef("pk")).order_by().values("stay")
    held = entries.annotate(held=Sum("credit") - Sum("debit")).values("held")
    ended = stays.filter(end__isnull=False).annotate(held=Subquery(held)).filter(held__gt=0)
    for stay in ended.select_related("household", "referent"):
        due = services.return_by(stay.end, is_conforming=False, known=rules())
        yield stay, _item(stay, f"Dépôt de garantie à solder\u00a0: {euros(stay.held)}", due)


def _to_call(today: date) -> Iterator[WorkItem]:
    """The month that has begun, when somebody of it is not called yet."""
    month = month_of(today)
    called = Due.objects.filter(month=month, kind=DueKind.CONTRIBUTION).standing().values("stay")
    waiting = stays_of(month).exclude(pk__in=called).prefetch_related("contracts")
    count = sum(total_of(month_lines(stay, month)) > 0 for stay in waiting)
    if count:
        said = plural(count, "participation à appeler", "participations à appeler")
        yield WorkItem(
            title=f"{month_long(month).capitalize()}\u00a0: {said}",
            url=f"{path_to('housing:participations')}?mois={month:%Y-%m}",
            due=month + timedelta(days=4),
            domain=Domain.HOUSING,
            kind=KIND,
        )


def _item(stay: Stay, title: str, due: date) -> WorkItem:
    return WorkItem(
        title=title,
        url=path_to("housing:account", stay.pk),
        due=due,
        domain=Domain.HOUSING,
        subject=str(stay.household),
        subject_id=stay.household_id,
        owner=stay.referent,
        kind=KIND,
    )


def open_accounts(households: Collection[Any]) -> Iterator[OpenItem]:
    """What is still owed, and a deposit still held: nobody would follow them any more."""
    dues = Due.objects.filter(stay__household__in=households).open().select_related("stay__referent")
    owed: dict[Any, list[Any]] = {}
    for due in dues:
        owed.setdefault(due.stay_id, []).append(due)
    for rows in owed.values():
        total = sum((due.left for due in rows), ZERO)
        yield _open(rows[0].stay, f"Participations restant dues\u00a0: {euros(total)}")
    held = (
        Entry.objects.filter(account=Account.DEPOSIT, stay__household__in=households)
        .order_by()
        .values("stay")
    )
    amounts = {
        row["stay"]: row["held"]
        for row in held.annotate(held=Sum("credit") - Sum("debit"))
        if row["held"] > 0
    }
    for stay in Stay.objects.filter(pk__in=amounts).select_related("referent"):
        yield _open(stay, f"Dépôt de garantie détenu\u00a0: {euros(amounts[stay.pk])}")


def _open(stay: Stay, title: str) -> OpenItem:
    return OpenItem(
        subject_id=stay.household_id,
        title=title,
        url=path_to("housing:account", stay.pk),
        domain=Domain.HOUSING,
        owner=stay.referent,
        kind=KIND,
    )


def _may_read(household: Household, user: User) -> bool:
    return user.has_perm("dues.view")


def _blocks(request: SummaryRequest) -> Iterator[SummaryBlock]:
    """The account of each stay over a year: what was called, and what is left."""
    since = add_months(request.today, -12)
    dues = Due.objects.for_user(request.user).filter(stay__household=request.subject, due_on__gte=since)
    rows = list(request.known(dues.standing(), "due_on").with_paid().order_by("due_on", "created_at"))
    total = sum((due.left for due in rows), ZERO)
    yield Table(
        title="Sommes appelées depuis un an",
        header=("Libellé", "Échéance", "Appelé", "Payé", "Reste"),
        numbers=(2, 3, 4),
        rows=[
            (due.label, date_short(due.due_on), euros(due.amount), euros(due.paid), euros(due.left))
            for due in rows
        ],
        total=("Reste à payer", "", "", "", euros(total)) if rows else (),
    )


def register() -> None:
    registry.timeline.register("dues", timeline, about=("housing.Stay",))
    registry.worklist.register("dues", worklist, about=("housing.Stay",), owned=("housing.Stay.referent",))
    registry.open_items.register("dues", open_accounts)
    registry.summary.register(
        "participations",
        SummarySection(title="Participations au logement", position=81, may_read=_may_read, blocks=_blocks),
    )
    sections.register("dues", section)
    stay_sections.register("dues", stay_section)
    letter_keys.register()
    listing.register_listing()
    statistics.register()
