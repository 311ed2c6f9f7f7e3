"""Reminders on screens and on the command line: the rule, the consents, what became of them, whom to call."""

from datetime import datetime, time
from io import StringIO

import pytest
from django.core import mail
from django.core.management import call_command
from django.urls import reverse

from appointments.enums import ReminderChannel
from appointments.models import Reminder, ReminderConsent, ReminderPolicy
from appointments.senders import NotSent
from cias.core.periods import PARIS
from tests.appointments.pages import parse, select, words
from tests.appointments.recorder import Recorder
from tests.factories import (
    AppointmentFactory,
    MembershipFactory,
    PersonFactory,
    ReminderConsentFactory,
    ReminderFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("early")]
THURSDAY = datetime(2026, 11, 26, 10, tzinfo=PARIS)
TUESDAY = datetime(2026, 11, 24, 9, tzinfo=PARIS)
RULE, TRY, FAILURES = (reverse(f"appointments:reminder_{name}") for name in ("policy", "try", "failures"))
SMS = {"email": "appointments.senders.MailSender", "sms": "tests.appointments.recorder.Recorder"}


@pytest.fixture(autouse=True)
def _recorder() -> None:
    Recorder.reset()


@pytest.fixture
def person(db):
    return MembershipFactory(
        person__birth_name="Kerbrat", person__first_names="Soizic", person__phone="+33639980417"
    ).person


@pytest.fixture
def appointment(claire_works, person):
    return AppointmentFactory(
        agent=claire_works,
        person=person,
        household=person.memberships.get().household,
        start=THURSDAY,
        room=None,
    )


def text(response) -> str:
    return words(parse(response)).replace("\u00a0", " ")


class TestRule:
    def test_off_until_switched_on_by_the_direction(self, login, isabelle):
        client = login(isabelle)
        page = client.get(RULE)
        assert "désactivés Rien ne part." in text(page)
        client.post(RULE, {"is_on": "on", "working_days": 3, "hour": "10h30"})
        saved = ReminderPolicy.objects.get()
        assert (saved.is_on, saved.working_days, saved.hour) == (True, 3, time(10, 30))
        assert "activés 3 jours ouvrés avant, à partir de 10 h 30." in text(client.get(RULE))
        client.post(RULE, {"working_days": 3, "hour": "10h30"})
        assert ReminderPolicy.objects.get().is_on is False

    @pytest.mark.parametrize(
        ("data", "message"),
        [
            ({"working_days": 0, "hour": "9:00"}, "supérieure ou égale à 1"),
            ({"working_days": 2, "hour": "7h"}, "entre 8 h et 18 h"),
            ({"working_days": 2, "hour": "18:30"}, "entre 8 h et 18 h"),
            ({"working_days": 2, "hour": "midi"}, "Saisissez une heure"),
        ],
    )
    def test_mistakes_are_said_at_the_field(self, login, armelle, data, message):
        page = login(armelle).post(RULE, data)
        assert message in text(page)
        assert words(select(parse(page), "title")[0]).startswith("Erreur")
        assert not ReminderPolicy.objects.exists()

    @pytest.mark.parametrize("role", ["nadege", "claire", "hugo", "francoise", "david"])
    def test_the_others_may_not(self, request, login, role):
        client = login(request.getfixturevalue(role))
        assert {
            client.get(RULE).status_code,
            client.post(RULE).status_code,
            client.post(TRY).status_code,
        } == {403}

    def test_which_senders_are_there_and_what_they_would_say(self, login, isabelle):
        tree = parse(login(isabelle).get(RULE))
        states = [words(state) for state in select(tree, "section span.status")]
        assert states == ["configuré", "non configuré"]
        assert "Nous vous attendons jeudi 26 novembre 2026 à 10 h" in words(tree).replace("\u00a0", " ")

    def test_a_try_by_e_mail_goes_to_oneself(self, login, isabelle):
        login(isabelle).post(TRY, {"channel": "email"})
        [message] = mail.outbox
        assert message.to == [isabelle.email]
        assert not Reminder.objects.exists()

    def test_a_try_by_sms_goes_to_the_number_typed(self, login, isabelle, settings):
        settings.REMINDER_SENDERS = SMS
        page = login(isabelle).post(TRY, {"channel": "sms", "sms-phone": "12"})
        assert "Saisissez un numéro" in text(page)
        assert words(select(parse(page), "title")[0]).startswith("Erreur")
        login(isabelle).post(TRY, {"channel": "sms", "sms-phone": "06 39 98 04 17"})
        assert [message.to for message in Recorder.sent] == ["+33639980417"]

    def test_a_try_that_fails_says_why(self, login, isabelle, settings):
        settings.REMINDER_SENDERS = SMS
        Recorder.refusal = NotSent("Le service de SMS ne répond pas.", retry=True)
        page = login(isabelle).post(TRY, {"channel": "sms", "sms-phone": "0639980417"}, follow=True)
        assert "Le service de SMS ne répond pas." in text(page)

    @pytest.mark.parametrize("channel", ["", "sms", "phone", "pigeon"])
    def test_a_channel_without_a_sender_is_not_tried(self, login, isabelle, channel):
        page = login(isabelle).post(TRY, {"channel": channel}, follow=True)
        assert "Aucun expéditeur n’est configuré" in text(page)


class TestConsent:
    def url(self, person) -> str:
        return reverse("appointments:reminder_consent", args=[person.pk])

    @pytest.mark.parametrize("role", ["nadege", "claire"])
    def test_given_and_withdrawn_from_the_person_s_page(self, request, login, role, person):
        user = request.getfixturevalue(role)
        client, page = login(user), reverse("households:person", args=[person.pk])
        assert "Pas d’adresse e-mail : rien ne partira." in text(client.get(page))
        reply = client.post(self.url(person), {"channel": "sms", "means": "phone", "next": page})
        assert reply.url == page
        given = ReminderConsent.objects.get()
        assert (given.person, given.channel, given.means, given.recorded_by) == (person, "sms", "phone", user)
        assert f"le 24/11/2026, au téléphone, noté par {user}" in text(client.get(page))
        client.post(self.url(person), {"channel": "sms", "withdraw": "1"})
        given.refresh_from_db()
        assert given.withdrawn_on == datetime(2026, 11, 24).date()  # noqa: DTZ001
        assert "le 24/11/2026, donné le 24/11/2026" in text(client.get(page))

    @pytest.mark.parametrize(
        ("data", "message"),
        [
            ({}, "Choisissez l’e-mail ou le SMS."),
            ({"channel": "phone", "means": "desk"}, "Choisissez l’e-mail ou le SMS."),
            ({"channel": "sms"}, "Indiquez comment la personne a donné son accord."),
            ({"channel": "email", "withdraw": "1"}, "Aucun accord n’est à retirer."),
        ],
    )
    def test_nonsense_is_refused(self, login, nadege, person, data, message):
        assert message in text(login(nadege).post(self.url(person), data, follow=True))
        assert not ReminderConsent.objects.exists()

    def test_twice_is_once(self, login, nadege, person):
        client = login(nadege)
        for _ in range(2):
            page = client.post(self.url(person), {"channel": "sms", "means": "desk"}, follow=True)
        assert "Cet accord est déjà noté." in text(page)
        assert ReminderConsent.objects.count() == 1

    @pytest.mark.parametrize("role", ["hugo", "isabelle", "francoise", "david", "armelle"])
    def test_the_others_may_not(self, request, login, role, person):
        assert login(request.getfixturevalue(role)).post(self.url(person)).status_code == 403

    def test_the_direction_reads_it_without_buttons(self, login, isabelle, person):
        ReminderConsentFactory(person=person)
        tree = parse(login(isabelle).get(reverse("households:person", args=[person.pk])))
        [card] = select(tree, "section[aria-labelledby=accords]")
        assert "accord donné" in words(card)
        assert not select(card, "button")


class TestAppointment:
    def detail(self, login, user, appointment):
        return parse(login(user).get(reverse("appointments:detail", args=[appointment.pk])))

    def card(self, login, user, appointment):
        return select(self.detail(login, user, appointment), "section[aria-labelledby=rappels]")[0]

    def test_what_became_of_each_reminder(self, login, nadege, appointment):
        ReminderFactory(appointment=appointment, failed=True)
        ReminderFactory(
            appointment=appointment, channel=ReminderChannel.EMAIL, state="sent", for_start=TUESDAY
        )
        seen = words(self.card(login, nadege, appointment)).replace("\u00a0", " ")
        assert "SMS" in seen
        assert "Le service de SMS ne répond pas.Non remis" in seen
        assert "E-mail pour le mar. 24 nov. 9 h 00" in seen

    def test_told_by_telephone_or_letter_and_taken_back(self, login, nadege, appointment):
        client, url = login(nadege), reverse("appointments:reminder_told", args=[appointment.pk])
        client.post(url, {"channel": "phone"})
        client.post(url, {"channel": "letter"})
        assert set(Reminder.objects.values_list("channel", "noted_by")) == {
            ("phone", nadege.pk),
            ("letter", nadege.pk),
        }
        buttons = [words(button) for button in select(self.card(login, nadege, appointment), "button")]
        assert buttons == ["Retirer « rappelé par téléphone »", "Retirer « courrier envoyé »"]
        client.post(url, {"channel": "letter", "undo": "1"})
        assert [row.channel for row in Reminder.objects.all()] == ["phone"]
        assert "Choisissez le téléphone" in text(client.post(url, {"channel": "sms"}, follow=True))

    def test_agents_for_their_own(self, login, claire_works, mehdi, hugo, appointment):
        url = reverse("appointments:reminder_told", args=[appointment.pk])
        assert login(mehdi).post(url, {"channel": "phone"}).status_code == 403
        assert login(hugo).post(url, {"channel": "phone"}).status_code == 404
        assert login(claire_works).post(url, {"channel": "phone"}).status_code == 302
        assert not select(self.card(login, mehdi, appointment), "button")

    def test_nothing_to_note_once_it_has_begun(self, login, nadege, appointment, early):
        early.move_to(THURSDAY)
        assert not select(self.card(login, nadege, appointment), "button")


class TestFailures:
    def test_reception_calls_those_whose_reminder_failed(self, login, nadege, appointment):
        ReminderFactory(appointment=appointment, failed=True)
        client = login(nadege)
        day = parse(client.get(reverse("appointments:day")))
        [link] = [link for link in select(day, "a") if link.get("href") == FAILURES]
        assert words(link) == "1 rappel non remis"
        [row] = select(parse(client.get(FAILURES)), "tbody tr")
        assert "Soizic Kerbrat" in words(row)
        assert select(row, "td a")[0].get("href") == "tel:+33639980417"
        [form] = select(row, "form")
        data = {field.get("name"): field.get("value") for field in select(form, "input")}
        assert client.post(form.get("action"), data).url == FAILURES
        assert "Tous les rappels des rendez-vous à venir ont été remis." in text(client.get(FAILURES))

    @pytest.mark.parametrize("role", ["claire", "hugo", "isabelle", "francoise"])
    def test_reception_only(self, request, login, role):
        assert login(request.getfixturevalue(role)).get(FAILURES).status_code == 403

    def test_a_fixed_number_of_queries(self, login, nadege, django_assert_max_num_queries):
        for _ in range(5):
            ReminderFactory(appointment__start=THURSDAY, appointment__room=None, failed=True)
        client = login(nadege)
        with django_assert_max_num_queries(7):
            client.get(FAILURES)


class TestCommand:
    def run(self, *options: str) -> str:
        out = StringIO()
        call_command("send_reminders", *options, stdout=out)
        return out.getvalue().replace("\u00a0", " ").strip()

    @pytest.fixture
    def on(self, settings, early, appointment):
        settings.REMINDER_SENDERS = SMS
        early.move_to(TUESDAY)
        ReminderPolicy.objects.create(is_on=True)
        ReminderConsentFactory(person=appointment.person)
        other = ReminderConsentFactory(
            channel=ReminderChannel.EMAIL, person=PersonFactory(email="denise@exemple.test")
        )
        AppointmentFactory(person=other.person, start=THURSDAY, room=None)

    def test_dry_by_default(self, on):
        assert self.run() == (
            "E-mail : 1 rappel à envoyer\nSMS : 1 rappel à envoyer\n"
            "Essai à blanc : rien n’est parti. L’option --wet-run envoie."
        )
        assert not Reminder.objects.exists()
        assert Recorder.sent == mail.outbox == []

    def test_wet(self, on, caplog):
        assert self.run("--wet-run") == "E-mail : 1 rappel envoyé\nSMS : 1 rappel envoyé"
        assert self.run("--wet-run") == "E-mail : aucun rappel\nSMS : aucun rappel"
        assert len(Recorder.sent) == len(mail.outbox) == 1
        assert "exemple.test" not in caplog.text

    def test_what_did_not_leave(self, on):
        Recorder.refusal = NotSent("Le service de SMS refuse le message (code 400).", retry=False)
        assert "SMS : aucun rappel, 1 non remis" in self.run("--wet-run")

    def test_what_is_put_off(self, on):
        Recorder.refusal = NotSent("Le service de SMS ne répond pas.", retry=True)
        assert "SMS : aucun rappel, 1 à réessayer" in self.run("--wet-run")

    def test_switched_off_or_without_a_sender(self, settings, appointment):
        assert self.run("--wet-run") == "Les rappels sont désactivés dans les réglages : rien ne part."
        ReminderPolicy.objects.create(is_on=True)
        settings.REMINDER_SENDERS = {}
        assert self.run() == "Aucun expéditeur n’est configuré (REMINDER_SENDERS) : rien ne part."

    def test_arguments_it_does_not_know(self, capsys):
        with pytest.raises(SystemExit) as stopped:
            call_command("send_reminders", "--demain")
        assert stopped.value.code == 2
        assert capsys.readouterr().err.count("\n") == 1
