"""What orientations tell: the household's timeline, who waits for an answer, what one can start."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import DateField, Q, QuerySet, Value
from django.utils import timezone

from cias.accounts.enums import Role, Scope
from cias.accounts.models import User
from cias.core import merging
from cias.core.french import lower_first, plural
from cias.core.paths import path_to
from cias.core.registry import Action, TimelineItem, WorkItem
from cias.core.written import any_of
from households.enums import AssignmentRole, ReferralUrgency
from households.file import may_read_content
from households.forms.referrals import LATE
from households.models import Assignment, Household, ReferralIn, ReferralOut
from households.models.files import on_day
from households.team import Figure, Tally, Team

SOON = timedelta(days=7)
KIND = "orientations"
DUE = "households.ReferralOut, due"


def timeline(household: Household, user: User) -> Iterator[TimelineItem]:
    """Orientations received, by origin; those sent, with their answers, for who follows them."""
    follows = user.has_perm("referrals.overview")
    if not follows and not user.has_perm("referrals.receive"):
        return
    reads = may_read_content(user, household, "referrals.view")
    for received in household.referrals_in.select_related("partner"):
        yield _received(received, reads=reads)
    if follows:
        for sent in household.referrals_out.select_related("partner", "sent_by"):
            yield from _sent(sent, reads=reads)


def _received(referral: ReferralIn, *, reads: bool) -> TimelineItem:
    told = [lower_first(referral.get_origin_display()) if referral.origin else "origine non renseignée"]
    if reads and referral.partner:
        told.append(referral.partner.name)
    if referral.urgency in (ReferralUrgency.IMMEDIATE, ReferralUrgency.TWO_DAYS):
        told.append(f"urgence {lower_first(referral.get_urgency_display())}")
    text = ", ".join(told)
    return TimelineItem(
        at=referral.received_on,
        icon="bi-box-arrow-in-right",
        title="Orientation reçue",
        text=f"{text}. {referral.demand}" if reads and referral.demand else text,
        url=path_to("households:referrals", referral.household_id),
        kind=KIND,
    )


def _sent(referral: ReferralOut, *, reads: bool) -> Iterator[TimelineItem]:
    url = path_to("households:referral_out", referral.pk)
    title = f"Orientation vers {referral.partner}"
    yield TimelineItem(
        at=referral.sent_on,
        icon="bi-signpost-2",
        title=title,
        text=referral.purpose if reads else "",
        url=url,
        kind=KIND,
        author=referral.sent_by.full_name,
    )
    if referral.answered_on:
        yield TimelineItem(
            at=referral.answered_on,
            icon="bi-reply",
            title=f"Réponse de {referral.partner}",
            text=lower_first(referral.get_answer_display()),
            url=url,
            kind=KIND,
        )
    elif referral.due_on > timezone.localdate() + SOON:
        # Nearer than that, it stands in the work list.
        yield TimelineItem(
            at=referral.due_on,
            icon="bi-reply",
            title=f"Réponse attendue de {referral.partner}",
            url=url,
            kind=KIND,
        )


def late(team: Team) -> Tally:
    """For the direction, how many answers are late."""
    directors = team.among(team.holding("referrals.overview"), directing=True)
    rows = ReferralOut.objects.pending().filter(due_on__lt=team.today)
    return Tally(agents=directors, rows=rows, line=_late)


def _late(found: Figure) -> WorkItem:
    return WorkItem(
        title=f"{plural(found.count, 'orientation')} sans réponse après le délai",
        url=f"{path_to('households:referral_list')}?etat={LATE}",
        due=None,
        kind=KIND,
    )


def _due_by(day: Any, senders: Any, mains: QuerySet[Assignment]) -> QuerySet[ReferralOut]:
    mine = Q(sent_by__in=senders) | Q(household__in=mains.values("household"))
    return ReferralOut.objects.pending().filter(mine, due_on__lte=day)


def due_soon(agents: UUID, today: date, _now: datetime) -> QuerySet[Any, Any]:
    """What `worklist()` shows who does not steer: whether it is worth asking (cias.core.written)."""
    mains = Assignment.objects.filter(on_day(today), role=AssignmentRole.MAIN, agent__in=any_of(agents))
    return _due_by(Value(today, DateField()) + Value(SOON), any_of(agents), mains).order_by().values("pk")


def worklist(team: Team) -> Iterator[tuple[Any, WorkItem]]:
    """Answers due within a week or late: to who sent the household and to its référent."""
    followers, today = team.holding("referrals.overview"), team.today
    writers = [
        one for one in followers if one.role != Role.DIRECTOR and one.scope("referrals.write") == Scope.ALL
    ]
    if not writers:
        return
    mains = Assignment.objects.filter(on_day(today), role=AssignmentRole.MAIN, agent__in=writers)
    due = _due_by(today + SOON, writers, mains)
    rows = list(due.select_related("household", "partner", "sent_by"))
    followed = mains.filter(household__in={row.household_id for row in rows}).order_by()
    referents = set(followed.values_list("household", "agent"))
    for referral in rows:
        for agent in writers:
            if referral.sent_by_id != agent.pk and (referral.household_id, agent.pk) not in referents:
                continue
            yield (
                agent.pk,
                WorkItem(
                    title=f"Réponse attendue de {referral.partner}",
                    url=path_to("households:referral_out", referral.pk),
                    due=referral.due_on,
                    subject=str(referral.household),
                    subject_id=referral.household_id,
                    owner=referral.sent_by,
                    kind=KIND,
                ),
            )


def actions(household: Household, user: User) -> Iterator[Action]:
    if user.has_perm("referrals.write"):
        yield Action(
            label="Orienter vers un partenaire",
            url=path_to("households:referral_out_create", household.pk),
            icon="bi-signpost-2",
            group="Suivi",
        )


def declare_merging() -> None:
    """Everything follows the survivor: nothing forbids two orientations at once."""
    for field in ("ReferralIn.household", "ReferralOut.household", "ReferralOut.person", "Sharing.household"):
        merging.move(f"households.{field}")
