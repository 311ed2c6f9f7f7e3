"""Telling the people of a session: messages, the call list, words (I6)."""

from datetime import date, timedelta

import pytest
from django.core import mail
from django.core.exceptions import ValidationError

from appointments.models import ReminderPolicy
from appointments.senders import NotSent
from cias.territory.services import get_structure
from insertion.models import WorkshopNotice, WorkshopRegistration
from insertion.workshops import services
from insertion.workshops.enums import NoticeKind, NoticeState
from insertion.workshops.wording import message
from tests.factories import (
    MembershipFactory,
    PersonFactory,
    ReminderConsentFactory,
    WorkshopFactory,
    WorkshopNoticeFactory,
    WorkshopRegistrationFactory,
    WorkshopSessionFactory,
)
from tests.insertion.workshop_helpers import NOW, open_notices

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]
S = NoticeState


# Telling --------------------------------------------------------------------------------------------


@pytest.fixture
def outbox(settings):
    """Reminders are on, and e-mails go to Django's memory."""
    ReminderPolicy.objects.create(is_on=True)
    settings.REMINDER_SENDERS = {"email": "appointments.senders.MailSender"}
    return mail.outbox


def by_email(session) -> WorkshopRegistration:
    member = MembershipFactory(person=PersonFactory(email="a@exemple.test"))
    ReminderConsentFactory(person=member.person, channel="email", given_on=date(2026, 10, 1))
    return WorkshopRegistrationFactory(
        session=session, household=member.household, person=member.person, channel="email"
    )


def test_a_message_leaves_once_without_the_subject_and_offers_the_next_date(claire, outbox) -> None:
    workshop = WorkshopFactory(name="Sortir du surendettement", agent=claire)
    session = WorkshopSessionFactory(workshop=workshop)
    WorkshopSessionFactory(workshop=workshop, start=session.start + timedelta(days=14))
    by_email(session)
    WorkshopRegistrationFactory(session=session)
    services.cancel(by=claire, session=session, reason="Panne")
    assert len(open_notices(session)) == 1
    assert services.send_waiting() == 1
    assert services.send_waiting() == 0
    (message,) = outbox
    assert "n’aura pas lieu" in message.body
    assert "Prochaine date" in message.body
    assert "surendettement" not in message.body + message.subject
    assert WorkshopNotice.objects.filter(state=S.SENT).count() == 1


def test_what_cannot_leave_goes_to_the_call_list(claire, outbox, monkeypatch) -> None:
    session = WorkshopSessionFactory(agent=claire)
    row = by_email(session)
    services.cancel(by=claire, session=session, reason="Panne")
    notice = WorkshopNotice.objects.get()
    assert notice.state == S.TO_SEND

    def refuse(self, message):
        raise NotSent("Le serveur de messagerie refuse cette adresse.", retry=False)

    monkeypatch.setattr("appointments.senders.MailSender.send", refuse)
    assert services.send_waiting() == 0
    notice.refresh_from_db()
    assert (notice.state, notice.failure) == (S.TO_TELL, "Le serveur de messagerie refuse cette adresse.")
    # Withdrawn between the cancellation and the sending: nothing leaves.
    other = by_email(WorkshopSessionFactory(agent=claire))
    services.cancel(by=claire, session=other.session, reason="Panne")
    other.person.reminder_consents.update(withdrawn_on=date(2026, 10, 5))
    services.send_waiting()
    assert other.notices.get().state == S.TO_TELL
    assert row.notices.count() == 1


def test_a_failure_that_may_pass_is_tried_again_then_somebody_calls(claire, outbox, monkeypatch) -> None:
    session = WorkshopSessionFactory(agent=claire)
    by_email(session)
    services.cancel(by=claire, session=session, reason="Panne")

    def later(self, message):
        raise NotSent("Le serveur ne répond pas.", retry=True)

    monkeypatch.setattr("appointments.senders.MailSender.send", later)
    for minutes in (0, 5, 20, 60, 300):
        services.send_waiting(NOW + timedelta(minutes=minutes))
    notice = WorkshopNotice.objects.get()
    assert (notice.state, notice.attempts) == (S.TO_TELL, 4)


def test_while_the_policy_is_off_everybody_is_called(claire, outbox) -> None:
    ReminderPolicy.objects.update(is_on=False)
    session = WorkshopSessionFactory(agent=claire)
    by_email(session)
    services.cancel(by=claire, session=session, reason="Panne")
    assert open_notices(session) == ["cancelled"]


def test_a_call_is_ticked_counted_or_taken_back(claire, nadege) -> None:
    session = WorkshopSessionFactory(agent=claire)
    WorkshopRegistrationFactory(session=session)
    services.cancel(by=claire, session=session, reason="Panne")
    notice = WorkshopNotice.objects.get()
    assert services.no_answer(by=nadege, notice=notice).attempts == 1
    done = services.note_told(by=nadege, notice=notice)
    assert (done.state, done.told_by) == (S.TOLD, nadege)
    with pytest.raises(ValidationError):
        services.note_told(by=nadege, notice=notice)
    assert services.take_back_told(by=nadege, notice=notice).state == S.TO_TELL


def test_kinds_of_notices_are_all_told_in_words(claire) -> None:
    session = WorkshopSessionFactory()
    row = WorkshopRegistrationFactory(session=session)
    for kind in NoticeKind:
        for channel in ("email", "sms"):
            notice = WorkshopNoticeFactory(
                registration=row, kind=kind, channel=channel, state=S.SENT, new_start=session.start
            )
            words = message(notice, get_structure())
            assert "octobre 2026" in words.text
            assert str(session.workshop.name) not in words.text
