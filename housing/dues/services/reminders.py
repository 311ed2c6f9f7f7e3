"""Letters about arrears: three levels, their words those of the household letters' templates, and a register."""

from datetime import date, timedelta
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from cias.accounts.models import User
from cias.core.db import typed_violations
from cias.core.states import ForbiddenTransition
from households.enums import RecipientKind
from households.models import LetterTemplate
from households.services.letters import finish_letter, save_letter, start_letter
from housing.dues.addressing import addressee, stay_lines
from housing.dues.enums import ReminderLevel
from housing.dues.services.accounts import lock_account, rule_on
from housing.models import Due, PlannedDue, Reminder, Stay

TEMPLATES = {
    ReminderLevel.FIRST: "impaye-rappel",
    ReminderLevel.SECOND: "impaye-relance",
    ReminderLevel.LAST: "impaye-mise-en-demeure",
}


def overdue(stay: Stay, day: date) -> list[Due]:
    """What is past due and not paid, the oldest first, each with `left`."""
    return list(Due.objects.filter(stay=stay, due_on__lt=day).open())


def to_claim(stay: Stay, day: date) -> list[Due]:
    """What a letter may claim: the same, less what a running plan spreads."""
    spread = set(
        PlannedDue.objects.filter(plan__stay=stay, plan__ended_on__isnull=True).values_list("due", flat=True)
    )
    return [due for due in overdue(stay, day) if due.pk not in spread]


def next_level(stay: Stay, day: date) -> ReminderLevel | None:
    """The letter whose time has come: by the age of the oldest debt, and one level after the last one sent for it.

    None when nothing can be claimed, or it is too soon.
    """
    late = to_claim(stay, day)
    if not late:
        return None
    rule, oldest = rule_on(day), late[0].due_on
    sent = Reminder.objects.filter(stay=stay, cancelled_at__isnull=True, sent_on__gte=oldest)
    last = max(sent.values_list("level", flat=True), default=0)
    delays = {
        ReminderLevel.FIRST: rule.first_reminder_days,
        ReminderLevel.SECOND: rule.second_reminder_days,
        ReminderLevel.LAST: rule.last_reminder_days,
    }
    level = ReminderLevel(min(last + 1, ReminderLevel.LAST))
    return level if last < ReminderLevel.LAST and oldest + timedelta(days=delays[level]) <= day else None


@transaction.atomic
def remind(*, by: User, stay: Stay, level: ReminderLevel | int, on: date | None = None) -> Reminder:
    """Write and finish the letter of that level, and enter it in the register; its PDF joins the documents.

    Raises ForbiddenTransition when nothing is past due, ValidationError when the letter lacks something (no person in
    the household, no address), ConstraintViolation when it went out today already.
    """
    on = on or timezone.localdate()
    level = ReminderLevel(level)
    lock_account(stay)
    owed = sum((due.left for due in to_claim(stay, on)), Decimal(0))
    if not owed:
        raise ForbiddenTransition(
            "Rien n’est à réclamer sur ce compte\u00a0: il n’y a pas de relance à envoyer."
        )
    person = addressee(stay, on)
    if person is None:
        raise ValidationError("Ce ménage n’a pas de membre à qui écrire.", code="nobody")
    template = LetterTemplate.objects.get(code=TEMPLATES[level])
    if not template.is_active:
        raise ValidationError(f"Le modèle «\u00a0{template.name}\u00a0» n’est plus proposé.", code="inactive")
    letter = start_letter(
        by=by, household=stay.household, template=template, recipient=RecipientKind.PERSON, person=person
    )
    # They live in the dwelling, whatever address the file still has.
    lines = stay_lines(stay, by, on)
    letter = save_letter(
        by=by, letter=letter, address="\n".join(lines), subject=letter.subject, body=letter.body
    )
    letter = finish_letter(by=by, letter=letter)
    with typed_violations():
        return Reminder.objects.create(stay=stay, level=level, sent_on=on, owed=owed, letter=letter, by=by)


@transaction.atomic
def cancel_reminder(*, by: User, reminder: Reminder) -> Reminder:
    """The letter was not sent after all: the register says so, and the level can be sent again."""
    current = Reminder.objects.select_for_update(of=("self",)).get(pk=reminder.pk)
    if current.cancelled_at is not None:
        raise ForbiddenTransition("Cette relance est déjà annulée.")
    current.cancelled_at, current.cancelled_by = timezone.now(), by
    current.save(update_fields=["cancelled_at", "cancelled_by"])
    return current
