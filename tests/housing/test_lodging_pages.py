"""What each page lets one do, says when it refuses, and hides from whom."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cias.audit.models import AccessLog
from cias.audit.services import state_reason
from housing.enums import Scheme
from housing.lodging import services
from housing.lodging.enums import RequestState
from housing.models import LodgingRequest, SchemeRule, ScoreRule, Stay, StayContract
from tests.access.reading import text_of
from tests.factories import (
    BudgetFactory,
    CommuneFactory,
    DwellingFactory,
    HouseholdFactory,
    LodgingRequestFactory,
    PlaceFactory,
    ProposalFactory,
    StayContractFactory,
    StayFactory,
    UnavailabilityFactory,
)

pytestmark = pytest.mark.django_db


def page_of(client, name: str, *args: object, **data: str) -> str:
    return client.get(reverse(f"housing:{name}", args=args), data).content.decode()


class TestQueries:
    """A fixed number, whatever the number of rows."""

    @pytest.mark.parametrize(
        ("name", "make", "at_most"),
        [
            ("waiting_list", lambda: LodgingRequestFactory(household__commune=CommuneFactory()), 12),
            ("dwellings", DwellingFactory, 12),
            ("occupancy", StayFactory, 14),
            ("figures", lambda: StayFactory(end=date(2026, 9, 9), outcome="social"), 16),
            ("capacity", StayFactory, 12),
        ],
    )
    def test_lists(self, name: str, make, at_most: int, login, isabelle) -> None:
        client = login(isabelle)
        counts = []
        for rows in (2, 8):
            for _ in range(rows):
                make()
            with CaptureQueriesContext(
                connection,
            ) as queries:
                assert client.get(reverse(f"housing:{name}")).status_code == 200
            counts.append(len(queries))
        assert counts[0] == counts[1] <= at_most

    def test_the_candidates_of_a_place(self, login, claire) -> None:
        client, place = login(claire), PlaceFactory()
        counts = []
        for rows in (2, 8):
            for _ in range(rows):
                LodgingRequestFactory()
            with CaptureQueriesContext(connection) as queries:
                client.get(reverse("housing:place_candidates", args=[place.pk]))
            counts.append(len(queries))
        assert counts[0] == counts[1] <= 16


class TestWaitingList:
    def test_found_by_scheme_type_commune_and_agent(self, login, claire) -> None:
        chartres, luce = CommuneFactory(), CommuneFactory(luce=True)
        one = LodgingRequestFactory(household__name="Arnaud", scheme=Scheme.SUBLET, agent=claire)
        two = LodgingRequestFactory(household__name="Bertin", least_type="t3")
        two.wishes.create(commune=luce)
        client = login(claire)
        for asked, found in (
            ({"dispositif": "sublet"}, {"Arnaud", "Bertin"}),  # who wished nothing would take it
            ({"dispositif": "temporary"}, {"Bertin"}),
            ({"type": "t3"}, {"Bertin"}),
            ({"commune": luce.pk}, {"Arnaud", "Bertin"}),
            ({"commune": chartres.pk}, {"Arnaud"}),
            ({"agent": "moi"}, {"Arnaud"}),
        ):
            text = page_of(client, "waiting_list", **asked)
            assert {name for name in ("Arnaud", "Bertin") if name in text} == found, asked
        assert one.state == RequestState.WAITING

    def test_the_direction_sees_the_points_and_not_what_gives_them(self, login, isabelle, claire) -> None:
        request = LodgingRequestFactory(note="canari-evaluation")
        request.criteria.create(code="violence", noted_on=date(2026, 9, 1))
        listed = page_of(login(claire), "waiting_list")
        assert "Violences dans le couple" in listed
        client = login(isabelle)
        listed = page_of(client, "waiting_list")
        assert str(request.household) in listed
        assert "Violences" not in listed
        url = reverse("housing:lodging_request", args=[request.pk])
        for target in (url, reverse("housing:request_refuse", args=[request.pk])):
            text = client.get(target).content.decode()
            assert "motif" in text
            assert "canari-evaluation" not in text
        state_reason(user=isabelle, subject_id=request.household_id, reason="Commission")
        assert "canari-evaluation" in client.get(url).content.decode()
        assert client.post(reverse("housing:request_edit", args=[request.pk])).status_code == 403

    @pytest.mark.parametrize("who", ["nadege", "hugo", "francoise", "david", "armelle"])
    def test_closed_to_the_others(self, who: str, login, request) -> None:
        row = LodgingRequestFactory()
        client = login(request.getfixturevalue(who))
        for name, args in (("waiting_list", []), ("lodging_request", [row.pk]), ("figures", []), ("alt", [])):
            assert client.get(reverse(f"housing:{name}", args=args)).status_code == 403


class TestRequest:
    def test_what_was_typed_stays_when_it_is_refused(self, login, claire) -> None:
        household = HouseholdFactory()
        tomorrow = timezone.localdate() + timedelta(days=1)
        page = login(claire).post(
            reverse("housing:request_create", args=[household.pk]),
            {
                "requested_on": f"{tomorrow:%d/%m/%Y}", "origin": "", "agent": claire.pk, "adults": "0",
                "children": "0", "note": "canari-texte", "criteria": ["street"],
            },
        ).content.decode()  # fmt: skip
        assert "<title>Erreur" in page
        assert "Cette date est dans l’avenir." in page
        assert "au moins une personne" in page
        assert "canari-texte" in page
        assert not LodgingRequest.objects.exists()

    def test_a_household_that_waits_is_led_to_its_request(self, login, claire) -> None:
        row = LodgingRequestFactory()
        response = login(claire).get(reverse("housing:request_create", args=[row.household_id]))
        assert response.url == reverse("housing:lodging_request", args=[row.pk])

    def test_a_step_it_is_past_changes_nothing(self, login, claire) -> None:
        row = LodgingRequestFactory()
        response = login(claire).post(reverse("housing:request_accept", args=[row.pk]), {}, follow=True)
        assert "Rien n’a été enregistré" in response.content.decode()

    def test_a_place_already_proposed_is_refused_at_the_field(self, login, claire) -> None:
        held, row = ProposalFactory(), LodgingRequestFactory()
        today = timezone.localdate()
        response = login(claire).post(
            reverse("housing:request_propose", args=[row.pk]),
            {
                "place": held.place_id, "available_on": "01/12/2026", "proposed_on": f"{today:%d/%m/%Y}",
                "answer_by": f"{today + timedelta(days=5):%d/%m/%Y}",
            },
        )  # fmt: skip
        assert "déjà proposée à un autre ménage" in response.content.decode()
        row.refresh_from_db()
        assert row.state == RequestState.WAITING

    def test_the_refusal_letter_gives_reason_and_orientation(self, login, claire) -> None:
        row = LodgingRequestFactory()
        client = login(claire)
        letter = reverse("housing:request_letter", args=[row.pk])
        assert "Ni place proposée ni refus" in client.get(letter, follow=True).content.decode()
        services.refuse(
            by=claire, request=row, on=date(2026, 11, 2), decided_by="La présidente", refusal_reason="support",
            refusal_detail="Un accompagnement quotidien est nécessaire.", orientation="shelter",
            orientation_detail="CHRS de Chartres",
        )  # fmt: skip
        text = " ".join(text_of(client.get(letter)).split())
        for expected in (
            "accompagnement quotidien",
            "CHRS de Chartres",
            "tribunal administratif",
            "La présidente",
        ):
            assert expected in text


class TestStay:
    @pytest.mark.parametrize(
        ("form", "scheme", "wording"),
        [
            ("precarious", Scheme.TEMPORARY, "L851-1"),
            ("stay", Scheme.TEMPORARY, "L311-4"),
            ("sublease", Scheme.SUBLET, "sous-loue ce logement à titre temporaire"),
            ("sliding", Scheme.SLIDING, "L442-8-3"),
        ],
    )
    def test_each_contract_has_its_own_wording(
        self, form: str, scheme: str, wording: str, login, claire
    ) -> None:
        stay = StayFactory(place__dwelling__scheme=scheme)
        contract = StayContractFactory(stay=stay, form=form)
        text = text_of(login(claire).get(reverse("housing:contract_pdf", args=[contract.pk])))
        assert wording in " ".join(text.split())
        assert AccessLog.objects.filter(user=claire, action="print", subject_id=stay.household_id).exists()

    def test_the_terms_of_a_share_are_for_who_may_read_the_budget(self, login, claire, isabelle) -> None:
        stay = StayFactory()
        contract = StayContractFactory(
            stay=stay, contribution_kind="share", share="10.0", resources="1200.00"
        )
        url = reverse("housing:stay", args=[stay.pk])
        assert "10\u00a0% de 1\u00a0200,00\u00a0€" in login(claire).get(url).content.decode()
        client = login(isabelle)
        page = client.get(url).content.decode()
        assert "1\u00a0200,00" not in page
        assert "part des ressources" in page
        asked = client.get(reverse("housing:contract_pdf", args=[contract.pk]))
        assert asked.headers["Content-Type"].startswith("text/html")

    def test_a_fixed_amount_or_a_share(self, login, claire) -> None:
        household, place = HouseholdFactory(), PlaceFactory()
        BudgetFactory(household=household, on=date(2026, 1, 5), resources="1000.00")
        url = reverse("housing:admit", args=[household.pk])
        client = login(claire)
        both = {"place": place.pk, "start": "01/09/2026", "contribution": "100", "share": "12,5"}
        assert "pas les deux" in client.post(url, both).content.decode()
        neither = {"place": place.pk, "start": "01/09/2026"}
        assert "Donnez un montant fixe ou une part" in client.post(url, neither).content.decode()
        client.post(url, neither | {"share": "12,5"})
        assert str(Stay.objects.get().contribution) == "125.00"
        assert StayContract.objects.get().budget is not None

    def test_a_derogation_is_asked_for_at_its_field(self, login, claire) -> None:
        stay = StayFactory(
            place__dwelling__scheme=Scheme.IML, start=date(2025, 1, 1), planned_end=date(2026, 6, 30)
        )
        StayContractFactory(stay=stay)
        client, url = login(claire), reverse("housing:stay_renew", args=[stay.pk])
        assert "durée totale de 18\u00a0mois" in client.get(url).content.decode()
        assert "Motivez une dérogation" in client.post(url, {}).content.decode()
        client.post(url, {"derogation": "Bail signé le mois prochain"})
        assert stay.contracts.filter(derogation="Bail signé le mois prochain").exists()

    def test_every_step_says_what_it_did(self, login, claire) -> None:
        stay = StayFactory(place__dwelling__scheme=Scheme.SLIDING)
        contract = StayContractFactory(stay=stay)
        client = login(claire)
        for name, key, values, said in (
            ("contract_sign", contract.pk, {"on": "02/09/2026"}, "Signature notée"),
            ("stay_insurance", stay.pk, {"until": "31/08/2027"}, "Assurance notée jusqu’au 31/08/2027"),
            ("stay_exam", stay.pk, {"prefet_told_on": "02/09/2026"}, "information du préfet est enregistrée"),
            ("stay_exam", stay.pk, {"held_on": "02/09/2026", "conclusion": "slide"}, "bail proposé au sous-locataire"),
            (
                "stay_correct", stay.pk,
                {"place": stay.place_id, "start": "03/09/2026", "planned_end": "30/11/2026", "contribution": "99"},
                "Le séjour est corrigé",
            ),
            ("stay_cancel", stay.pk, {"reason": "Jamais venu"}, "Le séjour est annulé"),
        ):  # fmt: skip
            page = client.post(reverse(f"housing:{name}", args=[key]), values, follow=True).content.decode()
            assert said in page, (name, values)
        assert client.get(reverse("housing:stay", args=[stay.pk])).status_code == 404

    def test_an_examination_has_a_day_and_a_conclusion(self, login, claire) -> None:
        stay = StayFactory(place__dwelling__scheme=Scheme.SLIDING)
        page = login(claire).post(reverse("housing:stay_exam", args=[stay.pk]), {"held_on": "02/09/2026"})
        assert "Donnez la conclusion" in page.content.decode()


class TestPlaces:
    def test_works_are_corrected_then_removed(self, login, isabelle) -> None:
        off = UnavailabilityFactory()
        client, url = login(isabelle), reverse("housing:unavailability_edit", args=[off.pk])
        page = client.post(
            url, {"start": "05/06/2026", "end": "01/06/2026", "reason": "works"}
        ).content.decode()
        assert "doit suivre la date de début" in page
        client.post(url, {"start": "05/06/2026", "end": "20/06/2026", "reason": "damage"})
        off.refresh_from_db()
        assert (off.end, off.reason) == (date(2026, 6, 20), "damage")
        client.post(reverse("housing:unavailability_remove", args=[off.pk]))
        assert not off.place.unavailabilities.exists()

    def test_a_place_is_not_closed_on_somebody(self, login, isabelle) -> None:
        stay = StayFactory()
        client, url = login(isabelle), reverse("housing:place_edit", args=[stay.place_id])
        values = {"label": "Chambre 9", "beds": "2", "start": "01/01/2024", "end": "30/09/2026"}
        assert "n’est pas terminé à cette date" in client.post(url, values).content.decode()
        assert "Un séjour y a commencé" in client.post(url, values | {"start": "02/09/2026"}).content.decode()
        client.post(url, values | {"end": ""})
        stay.place.refresh_from_db()
        assert stay.place.label == "Chambre 9"

    def test_a_free_place_leads_to_who_could_take_it(self, login, claire) -> None:
        place = PlaceFactory(beds=1)
        LodgingRequestFactory(household__name="Seul", requested_on=date(2026, 3, 1))
        LodgingRequestFactory(household__name="Nombreux", adults=2, children=3)
        client = login(claire)
        assert reverse("housing:place_candidates", args=[place.pk]) in page_of(client, "occupancy")
        text = page_of(client, "place_candidates", place.pk)
        assert text.index("Seul") < text.index("5\u00a0personnes pour 1\u00a0couchage")
        assert text.count("Proposer<span") == 1


class TestRules:
    def test_a_new_version_follows_the_one_in_force(self, login, isabelle, claire) -> None:
        rule = SchemeRule.objects.get(scheme=Scheme.TEMPORARY)
        client, url = login(isabelle), reverse("housing:scheme_rule_change", args=[rule.pk])
        assert "à vérifier" in page_of(client, "lodging_rules")
        values = {
            "valid_from": "01/01/2019", "initial_months": "6", "renewal_months": "6", "max_renewals": "1",
            "end_alert_days": "45", "max_alert_days": "90", "exam_alert_days": "60", "insurance_alert_days": "30",
            "contribution_share": "12,5", "source": "Délibération du 12 mars",
        }  # fmt: skip
        assert "la nouvelle commence après" in client.post(url, values).content.decode()
        client.post(url, values | {"valid_from": "01/01/2030"})
        coming = SchemeRule.objects.get(valid_from=date(2030, 1, 1))
        assert (coming.initial_months, str(coming.contribution_share)) == (6, "12.5")
        client.post(reverse("housing:lodging_rule_withdraw", args=[rule.pk]))
        assert SchemeRule.objects.filter(pk=rule.pk).exists()
        client.post(reverse("housing:lodging_rule_withdraw", args=[coming.pk]))
        assert not SchemeRule.objects.filter(pk=coming.pk).exists()
        client.post(
            reverse("housing:lodging_rule_check", args=[rule.pk]),
            {"source": "Règlement 2026", "is_verified": "on"},
        )
        rule.refresh_from_db()
        assert (rule.source, rule.is_to_check) == ("Règlement 2026", False)
        assert login(claire).get(url).status_code == 403
        assert "Règlement 2026" in page_of(login(claire), "lodging_rules")

    def test_the_points_are_changed_as_a_whole(self, login, isabelle) -> None:
        weights = {
            f"{row.criterion}_points": str(row.points) for row in ScoreRule.objects.get().weights.all()
        }
        values = weights | {
            "valid_from": "01/01/2030",
            "source": "Délibération",
            "children_cap": "9",
            "street_points": "",
        }
        client, url = login(isabelle), reverse("housing:score_change")
        assert "<title>Erreur" in client.post(url, values).content.decode()
        client.post(url, values | {"street_points": "25"})
        made = {row.criterion: (row.points, row.cap) for row in ScoreRule.objects.first().weights.all()}
        assert made["street"] == (25, None)
        assert made["children"] == (3, 9)
