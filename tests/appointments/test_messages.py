"""Messages for the agents (A5): reception takes them, each agent handles their own, others read what they may."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from appointments.models import Message
from appointments.services import MessageData, correct_message, handle_message, take_message
from cias.audit.models import AccessLog
from cias.core.registry import collect_actions, collect_timeline
from households.team import own_work
from tests.appointments.pages import parse, select, words
from tests.factories import AppointmentFactory, AssignmentFactory, MembershipFactory, MessageFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("early")]
LIST, ADD, DAY = (reverse(f"appointments:{name}") for name in ("messages", "message_add", "day"))


@pytest.fixture
def household(claire):
    membership = MembershipFactory(
        person__birth_name="Kerbrat", person__first_names="Soizic", person__phone="+33639980417"
    )
    AssignmentFactory(household=membership.household, agent=claire)
    return membership.household


def values(tree) -> dict[str, str]:
    typed = {field.get("name"): field.value or "" for field in select(tree, "form.card input")}
    typed |= {field.get("name"): field.value for field in select(tree, "form.card select")}
    return typed


def handle(message):
    return reverse("appointments:message_handle", args=[message.pk])


class TestTaking:
    def test_from_a_household_the_caller_and_the_referent_are_filled_in(
        self, login, nadege, claire, household
    ):
        client = login(nadege)
        tree = parse(client.get(ADD, {"menage": household.pk}))
        found = values(tree)
        assert (found["caller_name"], found["caller_phone"]) == (
            "Soizic Kerbrat",
            "06\u00a039\u00a098\u00a004\u00a017",
        )
        assert found["agent"] == str(claire.pk)
        assert "Rien sur la situation" in words(tree)
        assert AccessLog.objects.filter(subject_id=household.pk).exists()
        answer = client.post(
            f"{ADD}?menage={household.pk}", {**found, "text": "Rappeler demain", "is_urgent": "on"}
        )
        assert answer.url == reverse("households:detail", args=[household.pk])
        message = Message.objects.get()
        assert (message.household, message.agent, message.taken_by) == (household, claire, nadege)
        assert (message.caller_phone, message.is_urgent) == ("+33639980417", True)

    def test_from_an_appointment_its_agent_and_its_caller(self, login, nadege, claire):
        appointment = AppointmentFactory(agent=claire, unknown_caller=True)
        found = values(parse(login(nadege).get(ADD, {"rendez_vous": appointment.pk})))
        assert (found["agent"], found["caller_name"]) == (str(claire.pk), "Soizic Kerbrat")

    def test_from_the_day_nothing_is_known(self, login, nadege, claire):
        client = login(nadege)
        assert not values(parse(client.get(ADD, {"menage": "n’importe"})))["caller_name"]
        answer = client.post(ADD, {"agent": claire.pk, "caller_name": "M. Diop", "text": "Sera en retard"})
        assert answer.url == DAY
        assert "Message laissé à Claire Vasseur" in words(parse(client.get(DAY)))

    def test_what_is_missing_is_said_at_the_field(self, login, nadege, claire):
        tree = parse(login(nadege).post(ADD, {"caller_phone": "12"}))
        assert words(select(tree, "title")[0]).startswith("Erreur")
        assert len(select(tree, "p.field-error")) == 4
        assert not Message.objects.exists()

    def test_an_unknown_household_is_not_found(self, login, nadege, claire):
        assert login(nadege).get(ADD, {"menage": claire.pk}).status_code == 404

    def test_only_the_desk_takes_messages(self, login, claire, mehdi, isabelle):
        for user in (claire, isabelle):
            assert login(user).get(ADD).status_code == 403
        data = MessageData(agent=mehdi, caller_name="M. Diop", text="Rappeler")
        with pytest.raises(PermissionDenied):
            take_message(by=claire, data=data)


class TestCorrecting:
    def test_the_desk_gives_it_to_another_agent(self, login, nadege, claire, mehdi):
        message = MessageFactory(agent=claire)
        url = reverse("appointments:message_change", args=[message.pk])
        client = login(nadege)
        found = values(parse(client.get(url)))
        assert client.post(url, {**found, "agent": mehdi.pk, "text": "Rappeler"}).url == LIST
        message.refresh_from_db()
        assert (message.agent, message.text) == (mehdi, "Rappeler")

    def test_not_once_it_has_been_handled(self, login, nadege, claire, mehdi):
        message = MessageFactory(agent=claire, handled_at=timezone.now())
        url = reverse("appointments:message_change", args=[message.pk])
        assert login(nadege).get(url).status_code == 404
        data = MessageData(agent=mehdi, caller_name="M. Diop", text="Rappeler")
        with pytest.raises(PermissionDenied):
            correct_message(by=nadege, message=message, data=data)


class TestHandling:
    def test_the_agent_says_it_is_done_and_takes_that_back(self, login, claire):
        message, client = MessageFactory(agent=claire), login(claire)
        tree = parse(client.post(handle(message), follow=True))
        message.refresh_from_db()
        assert message.handled_at == timezone.now()
        assert "Soizic Kerbrat" in words(select(tree, "section[aria-labelledby=traites]")[0])
        client.post(handle(message), {"undo": "1"})
        message.refresh_from_db()
        assert message.handled_at is None

    def test_somebody_elses_is_not_found(self, login, nadege, claire, mehdi):
        message = MessageFactory(agent=claire)
        assert login(mehdi).post(handle(message)).status_code == 404
        assert login(nadege).post(handle(message)).status_code == 403
        with pytest.raises(PermissionDenied):
            handle_message(by=mehdi, message=message)


class TestReading:
    def test_the_desk_sees_what_is_open_and_what_is_of_today(self, login, nadege, claire, mehdi):
        long_ago = timezone.now() - timedelta(days=3)
        MessageFactory(agent=claire, caller_name="Ouvert")
        MessageFactory(agent=mehdi, caller_name="Vieux", taken_at=long_ago)
        MessageFactory(agent=mehdi, caller_name="Pressé", is_urgent=True)
        MessageFactory(agent=claire, caller_name="Fini", taken_at=long_ago, handled_at=timezone.now())
        MessageFactory(agent=claire, caller_name="Oublié", taken_at=long_ago, handled_at=long_ago)
        tree = parse(login(nadege).get(LIST))
        shown = [words(select(row, "strong")[0]) for row in select(tree, "ul.rows li")]
        assert shown == ["Pressé", "Vieux", "Ouvert", "Fini"]
        assert AccessLog.objects.get().detail == {"page": "messages", "count": 4}

    def test_the_agent_sees_their_own_and_no_file_they_may_not_open(
        self, login, claire, hugo, household, nadege
    ):
        MessageFactory(agent=hugo, household=household, taken_by=nadege)
        MessageFactory(agent=claire, caller_name="M. Diop")
        tree = parse(login(hugo).get(LIST))
        assert len(select(tree, "ul.rows li")) == 1
        assert str(household.number) not in words(tree)
        assert not [link for link in select(tree, "main a") if str(household.pk) in link.get("href")]

    def test_others_see_none(self, login, isabelle, armelle):
        for user in (isabelle, armelle):
            assert login(user).get(LIST).status_code == 403

    def test_a_long_list_is_paged_in_a_fixed_number_of_queries(
        self, login, nadege, claire, household, django_assert_max_num_queries
    ):
        MessageFactory.create_batch(30, agent=claire, household=household)
        client = login(nadege)
        with django_assert_max_num_queries(9):
            tree = parse(client.get(LIST))
        assert len(select(tree, "ul.rows li")) == 25

    def test_counts_stand_on_the_day_and_on_ones_agenda(self, login, nadege, claire):
        MessageFactory.create_batch(2, agent=claire)
        MessageFactory(agent=claire, handled_at=timezone.now())
        assert "2 à traiter" in words(parse(login(nadege).get(DAY)))
        assert "2 messages" in words(parse(login(claire).get(reverse("appointments:mine"))))


class TestInTheFile:
    def test_the_agent_has_it_on_their_work_list(self, claire, mehdi):
        message = MessageFactory(agent=claire, is_urgent=True)
        [item] = own_work(claire, timezone.localdate())
        assert (item.title, item.subject) == ("Traiter un message urgent", "Soizic Kerbrat")
        assert item.url == f"{LIST}#message-{message.pk}"
        assert own_work(mehdi, timezone.localdate()) == []
        handle_message(by=claire, message=message)
        assert own_work(claire, timezone.localdate()) == []

    def test_the_timeline_shows_it_to_social_workers_and_to_whom_it_is_for(
        self, household, nadege, claire, mehdi, hugo, isabelle
    ):
        MessageFactory(agent=claire, household=household, text="Rappeler")
        MessageFactory(agent=hugo, household=household, text="Confirme mardi")

        def read(user) -> set[str]:
            return {item.text for item in collect_timeline(household, user) if item.kind == "message"}

        assert read(claire) == read(mehdi) == {"Rappeler"}
        assert read(hugo) == {"Confirme mardi"}
        assert read(nadege) == read(isabelle) == set()

    def test_only_the_desk_is_offered_to_leave_one(self, household, nadege, claire):
        assert "Laisser un message" in {action.label for action in collect_actions(household, nadege)}
        assert "Laisser un message" not in {action.label for action in collect_actions(household, claire)}
