"""Job search: rules, matching by shown criteria, pages, figures counted by hand."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.urls import reverse

from cias.audit.services import state_reason
from cias.core.db import ConstraintViolation
from cias.core.periods import Period
from cias.core.registry import Row
from cias.core.states import ForbiddenTransition
from insertion.jobs import services, statistics
from insertion.jobs.enums import Childcare, JobContract, JobOutcome
from insertion.jobs.matching import Fit, match, ranked
from insertion.models import CvEntry, JobOffer, JobRule, JobSearch, JobStep, SearchOutcome
from tests.access.reading import text_of
from tests.factories import AddressFactory, CommuneFactory, MembershipFactory, PartnerFactory
from tests.factories.jobs import (
    CvEntryFactory,
    JobOfferFactory,
    JobSearchFactory,
    JobStepFactory,
    SearchOutcomeFactory,
)

pytestmark = pytest.mark.django_db
MARK = "canari-objectif 8812"


@pytest.fixture(autouse=True)
def _monday():
    with time_machine.travel(datetime(2026, 11, 23, 9, 21, tzinfo=UTC)):
        yield


def url(name, *args):
    return reverse(f"insertion:{name}", args=args)


def outcome(**values):
    return SearchOutcome(
        **{"on": date(2026, 11, 16), "kind": "durable", "contract": "cdi", "ends_search": True} | values
    )


class TestOutcomes:
    # domain-rules §4: emploi durable is a CDI, or a CDD of at least six months.
    @pytest.mark.parametrize(
        ("kind", "contract", "months", "refused"),
        [
            ("durable", "cdi", None, None),
            ("durable", "cdd", 6, None),
            ("durable", "cdd", 5, "months"),
            ("durable", "cdd", None, "months"),
            ("durable", "temp", 12, "contract"),
            ("transition", "cdd", 5, None),
            ("transition", "cdd", 6, "kind"),
            ("transition", "cdi", None, "kind"),
            ("transition", "temp", None, None),
            ("iae", "cddi", 4, None),
            ("creation", "", None, None),
        ],
    )
    def test_what_a_lasting_job_is(self, kind, contract, months, refused) -> None:
        search = JobSearchFactory()
        found = outcome(kind=kind, contract=contract, months=months)
        if refused is None:
            services.add_outcome(by=search.agent, search=search, outcome=found)
            assert SearchOutcome.objects.get().check_on == date(2027, 5, 16)
            return
        with pytest.raises(ValidationError) as error:
            services.add_outcome(by=search.agent, search=search, outcome=found)
        assert set(error.value.message_dict) == {refused}

    def test_it_ends_the_search_and_is_taken_back(self) -> None:
        search = JobSearchFactory()
        found = services.add_outcome(by=search.agent, search=search, outcome=outcome())
        search.refresh_from_db()
        assert search.ended_on == date(2026, 11, 16)
        with pytest.raises(ForbiddenTransition):
            services.add_outcome(by=search.agent, search=search, outcome=outcome())
        services.undo_outcome(by=search.agent, outcome=found)
        search.refresh_from_db()
        assert search.is_running

    def test_a_short_job_lets_the_search_go_on(self) -> None:
        search = JobSearchFactory()
        services.add_outcome(
            by=search.agent,
            search=search,
            outcome=outcome(kind="transition", contract="temp", ends_search=False),
        )
        assert JobSearch.objects.running().exists()

    def test_who_moves_away_has_nothing_to_keep(self) -> None:
        search = JobSearchFactory()
        found = services.add_outcome(by=search.agent, search=search, outcome=outcome(kind="moved"))
        assert (found.check_on, found.contract) == (None, "")
        with pytest.raises(ForbiddenTransition):
            services.note_kept(by=search.agent, outcome=found, kept="yes", kept_on=date(2026, 11, 23))

    def test_the_keeping_is_noted_and_corrected(self) -> None:
        found = SearchOutcomeFactory(on=date(2026, 5, 20), check_on=date(2026, 11, 20))
        services.note_kept(by=found.by, outcome=found, kept="yes", kept_on=date(2026, 11, 23))
        with pytest.raises(ConstraintViolation, match="après l’entrée"):
            services.note_kept(by=found.by, outcome=found, kept="no", kept_on=date(2026, 5, 1))
        services.note_kept(by=found.by, outcome=found, kept="", kept_on=date(2026, 11, 23))
        found.refresh_from_db()
        assert (found.kept, found.kept_on) == ("", None)

    def test_the_rule_is_the_one_of_the_day(self) -> None:
        JobRule.objects.create(
            valid_from=date(2026, 11, 1),
            durable_months=3,
            check_months=9,
            full_time_hours=35,
            source="Convention",
        )
        search = JobSearchFactory()
        services.add_outcome(by=search.agent, search=search, outcome=outcome(contract="cdd", months=3))
        assert SearchOutcome.objects.get().check_on == date(2027, 8, 16)


class TestSteps:
    def test_steps_are_answered_and_taken_back(self) -> None:
        step = JobStepFactory()
        services.answer_step(by=step.by, step=step, result="positive", result_on=date(2026, 11, 10))
        with pytest.raises(ConstraintViolation, match="après la démarche"):
            services.answer_step(by=step.by, step=step, result="negative", result_on=date(2026, 11, 1))
        services.undo_step(by=step.by, step=step)
        with pytest.raises(ForbiddenTransition):
            services.undo_step(by=step.by, step=step)
        with pytest.raises(ForbiddenTransition):
            services.answer_step(by=step.by, step=step, result="positive", result_on=date(2026, 11, 10))

    def test_an_offer_brings_its_partner(self) -> None:
        search, offer = JobSearchFactory(), JobOfferFactory()
        step = services.add_step(
            by=search.agent,
            search=search,
            step=JobStep(kind="application", on=date(2026, 11, 20), offer=offer),
        )
        assert step.partner == offer.partner

    def test_one_running_search_a_person(self) -> None:
        search = JobSearchFactory()
        again = JobSearch(person=search.person, agent=search.agent, target="Caissière")
        with pytest.raises(ConstraintViolation, match="déjà une recherche"):
            services.open_search(by=search.agent, household=search.household, search=again)


class TestMatching:
    def fits(self, search: dict, offer: dict) -> dict:
        found = match(
            JobSearchFactory(**search), JobOfferFactory(**offer), services.rule_on(date(2026, 11, 23))
        )
        return {one.label: one.fit for one in found.criteria}

    @pytest.mark.parametrize(
        ("search", "offer", "label", "fit"),
        [
            ({"diploma_level": "4"}, {"least_diploma": "3"}, "Diplôme", Fit.YES),
            ({"diploma_level": "3"}, {"least_diploma": "4"}, "Diplôme", Fit.NO),
            ({"diploma_level": ""}, {"least_diploma": "4"}, "Diplôme", Fit.UNKNOWN),
            ({"licences": ["B"]}, {"licence": "B"}, "Permis", Fit.YES),
            ({"licences": ["B-"]}, {"licence": "B"}, "Permis", Fit.NO),
            ({"transports": ["car"]}, {"needs_vehicle": True}, "Trajet", Fit.YES),
            ({"transports": ["bus"]}, {"needs_vehicle": True}, "Trajet", Fit.NO),
            ({"transports": []}, {"needs_vehicle": True}, "Trajet", Fit.UNKNOWN),
            ({"irregular_hours": True}, {"irregular_hours": True}, "Horaires", Fit.YES),
            (
                {"irregular_hours": True, "childcare": Childcare.TO_FIND},
                {"irregular_hours": True},
                "Horaires",
                Fit.NO,
            ),
            ({"zone": "beyond"}, {}, "Lieu", Fit.YES),
            ({"zone": ""}, {}, "Lieu", Fit.UNKNOWN),
            ({"work_time": "full"}, {"weekly_hours": Decimal(35)}, "Temps", Fit.YES),
            ({"work_time": "full"}, {"weekly_hours": Decimal(24)}, "Temps", Fit.NO),
            ({"work_time": "part"}, {"weekly_hours": Decimal(24)}, "Temps", Fit.YES),
        ],
    )
    def test_each_criterion_says_its_word(self, search, offer, label, fit) -> None:
        assert self.fits(search, offer)[label] == fit

    def test_what_is_not_asked_is_no_criterion(self) -> None:
        assert set(self.fits({}, {})) == {"Domaine", "Lieu"}

    def test_what_is_missing_comes_last(self) -> None:
        rule, offer = services.rule_on(date(2026, 11, 23)), JobOfferFactory(licence="B")
        without, with_it = JobSearchFactory(), JobSearchFactory(licences=["B"])
        JobSearchFactory(domains=["N"])
        assert [one.search for one in ranked(JobSearch.objects.all(), offer, rule)] == [with_it, without]

    def test_a_hidden_address_places_nobody(self) -> None:
        commune = CommuneFactory()
        search = JobSearchFactory(zone="commune", household__commune=commune)
        search.household.address_hidden = True
        found = match(search, JobOfferFactory(commune=commune), services.rule_on(date(2026, 11, 23)))
        assert {one.label: one.fit for one in found.criteria}["Lieu"] == Fit.UNKNOWN


class TestPages:
    def test_from_the_household_to_the_job(self, login, claire) -> None:
        member, client = MembershipFactory(), login(claire)
        page = url("job_search_create", member.household_id)
        values = {"person": member.person_id, "agent": claire.pk, "opened_on": "01/10/2026", "domains": ["K"]}
        refused = client.post(page, values).content.decode()
        assert "Métier visé" in refused
        client.post(page, values | {"target": "Aide à domicile", "goals": MARK, "irregular_hours": "non"})
        search = JobSearch.objects.get()
        assert search.irregular_hours is False
        assert "Aide à domicile" in client.get(url("job_searches")).content.decode()
        assert "Aide à domicile" in client.get(url("household", member.household_id)).content.decode()
        step = {"kind": "interview", "on": "25/11/2026"}
        refused = client.post(url("job_step_add", search.pk), step).content.decode()
        assert "Dites chez qui" in refused
        shown = client.post(
            url("job_step_add", search.pk), step | {"title": "ADMR", "next_on": "23/11/2026"}, follow=True
        ).content.decode()
        assert "ADMR" in shown
        assert "Relancer" in client.get(reverse("dashboard:work")).content.decode()
        values = {
            "kind": "durable",
            "on": "20/11/2026",
            "contract": "cdd",
            "months": "3",
            "ends_search": "on",
        }
        refused = client.post(url("job_outcome_add", search.pk), values).content.decode()
        assert "6 mois et plus" in refused
        shown = client.post(
            url("job_outcome_add", search.pk), values | {"months": "8"}, follow=True
        ).content.decode()
        assert "terminée le 20/11/2026" in shown
        assert "20/05/2027" in shown
        client.post(url("job_outcome_undo", SearchOutcome.objects.get().pk))
        assert JobSearch.objects.running().exists()

    def test_the_cv_is_printed_without_what_an_employer_may_not_ask(self, login, claire) -> None:
        search = JobSearchFactory(
            headline="Ponctuelle et douce.", skills="Aide au repas\nMénage", licences=["B"]
        )
        search.person.birth_date, search.person.phone = date(1984, 3, 9), "+33639980417"
        search.person.save()
        AddressFactory(household=search.household, street="4 rue du Cygne")
        client = login(claire)
        for kind, values in (
            (
                "experience",
                {"title": "Agent d’entretien", "place": "Onet, Lucé", "from_year": "2019", "to_year": "2022"},
            ),
            ("training", {"title": "Titre ADVF", "from_year": "2018"}),
            ("language", {"title": "Portugais", "level": "native"}),
        ):
            assert client.post(url("cv_add", search.pk, kind), values).status_code == 302
        refused = client.post(url("cv_add", search.pk, "language"), {"title": "Anglais"}).content.decode()
        assert "Niveau" in refused
        text = text_of(client.get(url("cv", search.pk)))
        for word in (
            "Aide à domicile",
            "Onet",
            "2019 – 2022",
            "Titre ADVF",
            "Langue maternelle",
            "06 39 98 04 17",
        ):
            assert word in text
        for word in ("1984", "rue du Cygne", "Nationalité"):
            assert word not in text
        entry = CvEntry.objects.filter(kind="experience").get()
        client.post(url("cv_entry_remove", entry.pk))
        assert "Onet" not in text_of(client.get(url("cv", search.pk)))

    def test_an_offer_shows_who_it_may_suit(self, login, claire, isabelle) -> None:
        search, client = JobSearchFactory(), login(claire)
        partner = PartnerFactory(kind="employer")
        values = {
            "partner": partner.pk, "title": "Auxiliaire de vie", "domain": "K", "contract": "cdi",
            "weekly_hours": "24,5", "positions": "2", "received_on": "20/11/2026", "licence": "B",
        }  # fmt: skip
        page = client.post(url("job_offer_create"), values, follow=True).content.decode()
        assert search.person.full_name in page
        assert "ne convient pas" in page
        offer = JobOffer.objects.get()
        assert offer.weekly_hours == Decimal("24.5")
        assert search.person.full_name not in login(isabelle).get(url("job_offer", offer.pk)).content.decode()
        client.post(url("job_offer_close", offer.pk), {"pourvue": "1"})
        assert "pourvue" in client.get(url("job_offers"), {"etat": "closes"}).content.decode()
        client.post(url("job_offer_close", offer.pk))
        offer.refresh_from_db()
        assert offer.closed_on is None

    def test_the_direction_reads_content_only_after_stating_why(self, login, isabelle) -> None:
        search, client = JobSearchFactory(goals=MARK), login(isabelle)
        assert MARK not in client.get(url("job_search", search.pk)).content.decode()
        assert MARK not in text_of(client.get(url("cv", search.pk)))
        state_reason(user=isabelle, subject_id=search.household_id, reason="Réclamation")
        assert MARK in client.get(url("job_search", search.pk)).content.decode()

    @pytest.mark.parametrize("who", ["nadege", "hugo", "francoise", "david", "armelle"])
    def test_it_is_closed_to_roles_without_the_right(self, login, request, who) -> None:
        search, client = JobSearchFactory(goals=MARK), login(request.getfixturevalue(who))
        for name, args in (
            ("job_searches", []), ("job_search", [search.pk]), ("cv", [search.pk]), ("job_offers", []),
        ):  # fmt: skip
            assert client.get(url(name, *args)).status_code == 403

    @pytest.mark.parametrize("name", ["job_searches", "job_offers"])
    def test_the_lists_cost_the_same_whatever_their_length(
        self, login, claire, name, django_assert_max_num_queries
    ) -> None:
        JobStepFactory(offer=JobOfferFactory())
        client = login(claire)
        with django_assert_max_num_queries(12) as few:
            client.get(url(name))
        for _ in range(6):
            JobStepFactory(offer=JobOfferFactory())
        with django_assert_max_num_queries(12) as many:
            client.get(url(name))
        assert len(many) == len(few)

    @pytest.mark.parametrize(
        ("liste", "expected"), [("", 2), ("sans-demarche", 1), ("maintien", 1), ("terminees", 1)]
    )
    def test_the_filters_of_the_list(self, login, claire, liste, expected) -> None:
        JobStepFactory(on=date(2026, 11, 20))
        JobSearchFactory()
        ended = JobSearchFactory(ended_on=date(2026, 5, 20), opened_on=date(2026, 1, 5))
        SearchOutcomeFactory(search=ended, on=date(2026, 5, 20), check_on=date(2026, 11, 20))
        page = login(claire).get(url("job_searches"), {"liste": liste})
        assert page.context["page"].paginator.count == expected

    def test_the_direction_settles_the_rule(self, login, isabelle) -> None:
        values = {
            "valid_from": "01/01/2027", "durable_months": "7", "check_months": "6", "full_time_hours": "35",
            "source": "Convention 2027", "certainty": "verified",
        }  # fmt: skip
        login(isabelle).post(url("job_rules"), values)
        assert JobRule.objects.count() == 2


def test_figures_of_a_small_set_counted_by_hand() -> None:
    first = JobSearchFactory(opened_on=date(2025, 12, 1), ended_on=date(2026, 1, 1), diploma_level="3")
    second = JobSearchFactory(opened_on=date(2026, 12, 31), diploma_level="3")
    JobSearchFactory(opened_on=date(2025, 10, 1), ended_on=date(2025, 12, 31))
    third = JobSearchFactory(opened_on=date(2026, 1, 1), ended_on=date(2026, 1, 11))
    SearchOutcomeFactory(
        search=first, on=date(2026, 1, 1), check_on=date(2026, 7, 1), kept="yes", kept_on=date(2026, 7, 1)
    )
    SearchOutcomeFactory(search=third, on=date(2026, 12, 31), kind=JobOutcome.IAE, contract=JobContract.CDDI, check_on=date(2026, 12, 31), kept="no", kept_on=date(2026, 12, 31))  # noqa: E501  # fmt: skip
    SearchOutcomeFactory(search=second, on=date(2025, 12, 31), check_on=date(2026, 6, 30), kept="unknown", kept_on=date(2026, 6, 30))  # noqa: E501  # fmt: skip
    undone = SearchOutcomeFactory(search=second, on=date(2026, 3, 1))
    services.undo_outcome(by=undone.by, outcome=undone)
    JobStepFactory(search=second, on=date(2026, 1, 1))
    JobStepFactory(search=second, on=date(2026, 12, 31), kind="interview")
    JobStepFactory(search=second, on=date(2027, 1, 1))
    year = Period.year(2026)
    assert list(statistics.accompanied(year, None)) == [Row(("",), 1, 1), Row(("3",), 2, 2)]
    assert list(statistics.outcomes(year, None)) == [Row(("durable",), 1, 1), Row(("iae",), 1, 1)]
    assert list(statistics.steps(year, None)) == [Row(("application",), 1, 1), Row(("interview",), 1, 1)]
    assert list(statistics.kept(year, None)) == [Row((), 1, 2)]
    # 31 days and 10 days.
    assert list(statistics.length(year, None)) == [Row((), Decimal("20.5"), 2)]
    assert list(statistics.outcomes(year, frozenset({"28218"}))) == []


def test_one_line_of_the_cv_says_when() -> None:
    assert CvEntryFactory().years == "2019 – 2022"
    assert CvEntryFactory(to_year=None).years == "depuis 2019"
    assert CvEntryFactory(from_year=2021, to_year=2021).years == "2021"
    assert CvEntryFactory(from_year=None, to_year=None).years == ""
