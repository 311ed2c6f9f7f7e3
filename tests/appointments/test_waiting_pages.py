"""The waiting list's pages (A10): per role, without JavaScript, and nothing personal in an address."""

from datetime import date, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse

from appointments.enums import CallResult, Category, Place, Status, Urgency
from appointments.models import Appointment, WaitingCall, WaitingEntry
from appointments.views.waiting_calls import call_list_url
from cias.audit.models import AccessLog
from cias.core.periods import PARIS
from cias.core.registry import collect_actions, collect_timeline
from tests.appointments.pages import parse, select, words
from tests.factories import (
    AppointmentFactory,
    CommuneFactory,
    HouseholdFactory,
    MembershipFactory,
    ReasonFactory,
    WaitingEntryFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("early")]
TEN = datetime(2026, 11, 24, 10, tzinfo=PARIS)
LIST, ADD, BOOK = (reverse(f"appointments:{name}") for name in ("waiting", "waiting_add", "book"))


def url(name: str, entry) -> str:
    return reverse(f"appointments:{name}", args=[entry.pk])


def answer(agent, result, **more) -> dict[str, object]:
    return {"agent": agent.pk, "debut": TEN.isoformat(), "minutes": 30, "result": result, **more}


@pytest.fixture
def soizic(db):
    membership = MembershipFactory(
        person__birth_name="Kerbrat", person__first_names="Soizic", person__phone="+33639980417",
        household__name="Kerbrat",
    )  # fmt: skip
    return membership.person


@pytest.fixture
def entry(soizic, nadege) -> WaitingEntry:
    household = soizic.memberships.get().household
    reason = ReasonFactory(label="Procédure d’expulsion", category=Category.HOUSING, at_desk=False)
    return WaitingEntryFactory(
        household=household, person=soizic, reason=reason, weekdays=[0, 1], half_day="am", added_by=nadege,
        until=date(2026, 12, 11),
    )  # fmt: skip


class TestList:
    def test_reception_reads_who_waits_for_what_since_when(self, login, nadege, entry):
        [row] = select(parse(login(nadege).get(LIST)), "tbody tr")
        text = words(row)
        for part in ("Soizic Kerbrat", "06 39 98 04 17", "Logement, 30 min", "Cette semaine", "N’importe quel agent",
                     "lundi ou mardi, le matin, jusqu’au 11/12/2026", "14 jours", "10/11/2026"):  # fmt: skip
            assert part in text.replace("\u00a0", " ")
        assert "expulsion" not in text

    def test_an_agent_reads_who_waits_for_them_with_the_precise_reason(self, login, claire, mehdi, entry):
        assert not select(parse(login(claire).get(LIST)), "tbody tr")
        entry.agent = claire
        entry.save()
        assert "expulsion" in words(select(parse(login(claire).get(LIST)), "tbody tr")[0])
        assert not select(parse(login(mehdi).get(LIST)), "tbody tr")

    @pytest.mark.parametrize("role", ["isabelle", "francoise", "david", "armelle"])
    def test_the_others_do_not(self, request, login, role, entry):
        client = login(request.getfixturevalue(role))
        assert client.get(LIST).status_code == client.get(url("waiting_entry", entry)).status_code == 403

    def test_filters(self, login, nadege, claire, entry):
        WaitingEntryFactory(unknown_caller=True, caller_name="Lina Roy", agent=claire, urgency=Urgency.TODAY)
        WaitingEntryFactory(unknown_caller=True, caller_name="Paul Petit", withdrawn=True)
        for query, expected in (
            ("", ["Lina Roy", "Soizic Kerbrat"]),
            ("?motif=logement", ["Soizic Kerbrat"]),
            (f"?agent={claire.pk}", ["Lina Roy"]),
            ("?delai=today", ["Lina Roy"]),
            ("?etat=terminees", ["Paul Petit"]),
        ):
            tree = parse(login(nadege).get(LIST + query))
            names = [
                words(link) for link in select(tree, "tbody th a") if not link.get("href").startswith("tel:")
            ]
            assert names == expected, query

    def test_an_empty_list_says_what_to_do(self, login, nadege):
        assert "Quand aucun créneau ne convient" in words(parse(login(nadege).get(LIST)))

    def test_as_many_queries_for_many_as_for_few(self, login, nadege, entry, django_assert_max_num_queries):
        WaitingEntryFactory.create_batch(8)
        for one in WaitingEntry.objects.all():
            WaitingCall.objects.create(
                entry=one,
                agent=nadege,
                start=TEN,
                end=TEN + timedelta(hours=1),
                result="message",
                made_by=nadege,
            )
        client = login(nadege)
        with django_assert_max_num_queries(10):
            client.get(LIST)


class TestAdding:
    def test_from_a_household_the_applicant_is_chosen(self, login, nadege, soizic, css):
        household = soizic.memberships.get().household
        tree = parse(login(nadege).get(f"{ADD}?menage={household.pk}"))
        [chosen] = [option for option in select(tree, "select[name=person] option") if option.get("selected")]
        assert words(chosen) == "Soizic Kerbrat"
        data = {"menage": household.pk, "person": soizic.pk, "reason": css.pk, "urgency": "later", "place": "phone",
                "weekdays": [0, 2], "half_day": "pm", "until": "24122026", "practical_note": "Bus"}  # fmt: skip
        assert login(nadege).post(ADD, data).url == LIST
        made = WaitingEntry.objects.get()
        assert (made.household, made.person, made.minutes, made.weekdays) == (household, soizic, 30, [0, 2])
        assert (made.half_day, made.until, made.place, made.added_by) == (
            "pm",
            date(2026, 12, 24),
            "phone",
            nadege,
        )

    def test_mistakes_are_said_at_the_field_and_nothing_is_lost(self, login, nadege):
        data = {
            "caller_name": "Lina Roy",
            "caller_phone": "12",
            "until": "01/11/2026",
            "urgency": "week",
            "place": "office",
        }
        tree = parse(login(nadege).post(ADD, data))
        assert words(select(tree, "title")[0]).startswith("Erreur")
        errors = [words(error) for error in select(tree, "p.field-error")]
        assert len(errors) == 3
        assert "Cette date est passée." in errors
        assert select(tree, "input[name=caller_name]")[0].get("value") == "Lina Roy"

    def test_from_a_call_everything_typed_comes_along(self, login, nadege, claire, soizic, css):
        data = {"person": soizic.pk, "reason": css.pk, "urgency": Urgency.TODAY, "place": Place.PHONE, "minutes": 45,
                "agent": claire.pk, "practical_note": "Sonner fort", "from_call": "1"}  # fmt: skip
        tree = parse(login(nadege).post(ADD, data))
        assert not select(tree, "p.field-error")
        chosen = {
            select_.get("name"): [o.get("value") for o in select_ if o.get("selected")]
            for select_ in select(tree, "main select")
        }
        assert chosen["person"] == [str(soizic.pk)]
        assert chosen["reason"] == [str(css.pk)]
        assert (chosen["minutes"], chosen["agent"], chosen["place"]) == (["45"], [str(claire.pk)], ["phone"])
        assert select(tree, "input[name=practical_note]")[0].get("value") == "Sonner fort"
        assert not WaitingEntry.objects.exists()

    def test_a_new_caller_keeps_name_and_number(self, login, nadege, css):
        data = {
            "is_new": "1",
            "last_name": "Roy",
            "first_names": "Lina",
            "phone": "06 39 98 04 18",
            "from_call": "1",
        }
        tree = parse(login(nadege).post(ADD, data))
        assert select(tree, "input[name=caller_name]")[0].get("value") == "Lina Roy"
        assert "39" in select(tree, "input[name=caller_phone]")[0].get("value")

    def test_the_booking_page_offers_it_once_one_knows_who(self, login, nadege, soizic, css):
        assert not select(parse(login(nadege).get(BOOK)), "button[name=from_call]")
        [button] = select(parse(login(nadege).post(BOOK, {"person": soizic.pk})), "button[name=from_call]")
        assert button.get("formaction") == ADD

    def test_agents_add_to_their_own_list(self, login, claire, soizic, css):
        household = soizic.memberships.get().household
        data = {"menage": household.pk, "reason": css.pk, "urgency": "week", "place": "office"}
        login(claire).post(ADD, data)
        assert WaitingEntry.objects.get().agent == claire

    def test_the_file_offers_it_and_tells_it(self, nadege, claire, entry):
        household = entry.household
        assert "Mettre en liste d’attente" in [action.label for action in collect_actions(household, nadege)]
        titles = {
            user: [item.title for item in collect_timeline(household, user) if item.kind == "waiting"]
            for user in (nadege, claire)
        }
        assert titles == {nadege: ["Liste d’attente logement"], claire: []}


class TestEntry:
    def test_reading_is_logged_and_changing_saved(self, login, nadege, entry):
        assert "Motif : Logement" in words(parse(login(nadege).get(url("waiting_entry", entry)))).replace(
            "\u00a0", " "
        )
        assert AccessLog.objects.get().subject_id == entry.household_id
        data = {"person": entry.person_id, "minutes": 60, "urgency": "today", "place": "office"}
        login(nadege).post(url("waiting_entry", entry), data)
        entry.refresh_from_db()
        assert (entry.minutes, entry.urgency, entry.weekdays, entry.until) == (60, "today", [], None)
        assert entry.reason.label == "Procédure d’expulsion"

    def test_withdrawing_offers_the_way_back(self, login, nadege, entry):
        client = login(nadege)
        page = client.post(url("waiting_withdraw", entry), follow=True)
        [link] = select(parse(page), "div.messages a")
        tree = parse(client.get(link.get("href")))
        assert "Retirée le 24/11/2026" in words(tree)
        [form] = [
            form for form in select(tree, "form") if form.get("action") == url("waiting_put_back", entry)
        ]
        client.post(form.get("action"))
        entry.refresh_from_db()
        assert entry.state == "waiting"

    def test_another_agent_s_line_is_unknown(self, login, claire, entry):
        for name in ("waiting_entry", "waiting_withdraw", "waiting_put_back", "waiting_called"):
            assert login(claire).post(url(name, entry)).status_code == 404


class TestCalls:
    def test_names_numbers_and_the_next_one_first(self, login, nadege, claire_works, entry):
        other = WaitingEntryFactory(unknown_caller=True, caller_phone="", requested_on=date(2026, 11, 12))
        client = login(nadege)
        tree = parse(client.get(call_list_url(claire_works, TEN, 30)))
        assert [words(title) for title in select(tree, "ol h2")] == ["Soizic Kerbrat", "Soizic Kerbrat"]
        [focused] = select(tree, "a[autofocus]")
        assert focused.get("href") == "tel:+33639980417"
        client.post(url("waiting_called", entry), answer(claire_works, "no_answer"))
        tree = parse(client.get(call_list_url(claire_works, TEN, 30)))
        assert select(tree, "a[autofocus]")[0].get("href") == url("waiting_entry", other)
        assert "Pas de réponse" in words(select(tree, "ol li")[1])

    def test_no_name_in_the_address(self, login, nadege, claire_works, entry):
        reply = login(nadege).post(url("waiting_called", entry), answer(claire_works, "message"))
        assert set(parse_qs(urlsplit(reply.url).query)) == {"agent", "debut", "minutes"}

    def test_accepting_books_and_opens_the_appointment(self, login, nadege, claire_works, entry):
        reply = login(nadege).post(url("waiting_called", entry), answer(claire_works, "accepted"))
        made = Appointment.objects.get()
        assert reply.url == reverse("appointments:detail", args=[made.pk])
        assert (made.start, made.agent, made.person) == (TEN, claire_works, entry.person)

    def test_a_slot_that_has_gone_answers_409(self, login, nadege, claire_works, entry):
        AppointmentFactory(agent=claire_works, start=TEN, room=None)
        reply = login(nadege).post(url("waiting_called", entry), answer(claire_works, "accepted"))
        assert reply.status_code == 409
        assert "reste en liste d’attente" in words(select(parse(reply), "p.alert-late")[0])

    def test_cautions_are_accepted_on_the_spot(self, login, nadege, claire_works, mehdi, entry):
        AppointmentFactory(household=entry.household, agent=mehdi, start=TEN, room=None)
        client = login(nadege)
        tree = parse(client.post(url("waiting_called", entry), answer(claire_works, "accepted")))
        [box] = select(tree, "input[name=accepts]")
        client.post(
            url("waiting_called", entry), answer(claire_works, "accepted", accepts=[box.get("value")])
        )
        assert Appointment.objects.filter(agent=claire_works).exists()

    def test_a_colleague_was_quicker(self, login, nadege, claire_works, entry):
        client = login(nadege)
        client.post(url("waiting_called", entry), answer(claire_works, "accepted"))
        data = answer(claire_works, "accepted") | {"debut": (TEN + timedelta(hours=1)).isoformat()}
        reply = client.post(url("waiting_called", entry), data)
        assert reply.status_code == 409
        assert "a déjà un rendez-vous" in words(parse(reply))

    def test_the_appointment_they_have_is_told(self, login, nadege, claire_works, mehdi, entry):
        later = datetime(2026, 12, 10, 9, tzinfo=PARIS)
        AppointmentFactory(
            household=entry.household, agent=mehdi, start=later, room=None, reason=entry.reason
        )
        page = words(select(parse(login(nadege).get(call_list_url(claire_works, TEN, 30))), "ol li")[0])
        assert "A déjà rendez-vous jeu. 10 déc." in page.replace("\u00a0", " ")

    @pytest.mark.parametrize(
        "change", [{"agent": "x"}, {"debut": "hier"}, {"minutes": "-3"}, {"result": "peut-être"}]
    )
    def test_nonsense_changes_nothing(self, login, nadege, claire_works, entry, change):
        reply = login(nadege).post(url("waiting_called", entry), answer(claire_works, "refused") | change)
        assert reply.status_code == 302
        assert not WaitingCall.objects.exists()

    @pytest.mark.parametrize("query", ["", "?agent=x&debut=2026-11-24T10:00", "?debut=2026-11-24T10:00"])
    def test_an_address_that_makes_no_sense_leads_to_the_list(self, login, nadege, query):
        assert login(nadege).get(reverse("appointments:waiting_calls") + query).url == LIST

    def test_nobody_fits(self, login, nadege, claire_works):
        assert "Personne, dans la liste d’attente" in words(
            parse(login(nadege).get(call_list_url(claire_works, TEN, 30)))
        )
        assert "n’est plus libre" in words(
            parse(login(nadege).get(call_list_url(claire_works, TEN.replace(hour=20))))
        )


class TestAfterACancellation:
    @pytest.fixture
    def appointment(self, claire_works):
        return AppointmentFactory(agent=claire_works, start=TEN, room=None)

    def told(self, response) -> list[str]:
        return [link.get("href") for link in select(parse(response), "div.messages a")]

    def test_who_waits_for_the_freed_slot_is_told(self, login, nadege, claire_works, appointment, entry):
        data = {"status": Status.CANCELLED_BY_USER}
        page = login(nadege).post(reverse("appointments:cancel", args=[appointment.pk]), data, follow=True)
        assert self.told(page) == [call_list_url(claire_works, TEN, 30)]
        assert "1 personne attend ce créneau" in words(parse(page)).replace("\u00a0", " ")

    def test_after_a_move_too(self, login, nadege, claire_works, appointment, entry):
        data = {"slot": f"{claire_works.pk}_{TEN.replace(hour=15).isoformat()}"}
        page = login(nadege).post(reverse("appointments:move", args=[appointment.pk]), data, follow=True)
        assert self.told(page) == [call_list_url(claire_works, TEN, 30)]

    def test_nobody_waits_nothing_is_said(self, login, nadege, appointment):
        data = {"status": Status.CANCELLED_BY_USER}
        page = login(nadege).post(reverse("appointments:cancel", args=[appointment.pk]), data, follow=True)
        assert self.told(page) == []


def test_the_day_s_page_says_how_many_wait(login, nadege, claire, entry):
    def text(user) -> str:
        return words(parse(login(user).get(reverse("appointments:day")))).replace("\u00a0", " ")

    WaitingEntryFactory(urgency=Urgency.TODAY)
    assert "2 personnes sans créneau, la première depuis le 10/11/2026. 1 urgente" in text(nadege)
    assert "Personne n’attend de créneau" in text(claire)


def test_every_answer_of_a_call_is_a_button(login, nadege, claire_works, entry):
    tree = parse(login(nadege).get(call_list_url(claire_works, TEN, 30)))
    assert [button.get("value") for button in select(tree, "button[name=result]")] == CallResult.values


def test_households_outside_of_the_agent_s_reach_are_unknown(login, hugo, css):
    household = HouseholdFactory(commune=CommuneFactory())
    assert login(hugo).get(f"{ADD}?menage={household.pk}").status_code == 404
