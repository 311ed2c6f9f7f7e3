"""The pages: one household's estimate for its worker, the caseload's totals for the direction."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from cias.core.jobs import JobState
from cias.core.periods import Period
from rights.estimates import services
from rights.estimates.caseload import caseload
from rights.estimates.enums import EstimatedKind as K
from rights.estimates.enums import EstimateState as S
from rights.estimates.enums import Gap
from rights.estimates.statistics import missed, missed_by_commune
from rights.models import EstimatedRight, EstimateRun
from tests.factories import (
    CommuneFactory,
    EstimatedRightFactory,
    HouseholdFactory,
    RightsEstimateFactory,
    SituationFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def rung(monkeypatch: pytest.MonkeyPatch) -> list:
    rung: list = []
    monkeypatch.setattr(services, "ring", rung.append)
    return rung


def words(response) -> str:
    return response.content.decode()


def page_of(household) -> str:
    return reverse("rights:estimate", args=[household.pk])


def test_a_household_is_estimated_in_one_click(
    login, claire, household, rung, django_capture_on_commit_callbacks
) -> None:
    client = login(claire)
    assert "pas encore été estimés" in words(client.get(page_of(household)))
    with django_capture_on_commit_callbacks(execute=True):
        client.post(page_of(household))
    run = EstimateRun.objects.get()
    assert (rung, run.household, run.requested_by) == ([run.pk], household, claire)
    text = words(client.get(page_of(household)))
    assert "Estimation en cours" in text
    assert "Estimer les droits" not in text
    assert "déjà en cours" in words(client.post(page_of(household), follow=True))


def test_the_fragment_asks_for_the_whole_page_once_the_work_is_over(login, claire, household) -> None:
    run = services.record_order(by=claire, household=household)
    url = reverse("rights:estimate_progress", args=[household.pk])
    assert "HX-Refresh" not in login(claire).get(url).headers
    EstimateRun.objects.filter(pk=run.pk).update(state=JobState.CANCELLED, finished_at="2026-11-15T10:00Z")
    assert login(claire).get(url).headers["HX-Refresh"] == "true"


@pytest.fixture
def estimated(household):
    denise = household.memberships.get(role="applicant").person
    estimate = RightsEstimateFactory(
        household=household,
        inputs={
            "members": [
                {"person": str(denise.pk), "role": "applicant", "born": "1986-05-05", "shared": False,
                 "disabled": None, "resources": {"salaire": "800"}}
            ],
            "left_out": [], "housing_status": "private_tenant", "activity": "employed", "commune": "",
            "rent": "450", "alimony_paid": "0", "budget_on": "2026-11-01",
        },
    )  # fmt: skip
    EstimatedRightFactory(estimate=estimate, missing=[{"gap": Gap.NATIONALITY, "person": str(denise.pk)}])
    EstimatedRightFactory(estimate=estimate, kind=K.ACTIVITY_BONUS, amount=Decimal("224.23"))
    EstimatedRightFactory(
        estimate=estimate, kind=K.HEALTH, state=S.INCOMPLETE, amount=Decimal(0),
        missing=[{"gap": Gap.HEALTH_COVER, "person": ""}],
    )  # fmt: skip
    EstimatedRightFactory(estimate=estimate, kind=K.FAMILY, state=S.NOT_DUE, amount=None)
    return estimate


def test_the_page_says_amounts_what_to_ask_and_from_what_it_was_made(
    login, claire, household, estimated
) -> None:
    text = words(login(claire).get(page_of(household)))
    assert "pas une décision" in text
    assert "651,69\u00a0€ par mois" in text
    assert "875,92\u00a0€ par mois en tout" in text
    assert "sans participation" in text
    assert "Quelle complémentaire santé la personne a" in text
    assert "salaire net 800,00\u00a0€" in text
    denise = household.memberships.get(role="applicant").person
    assert reverse("households:person_edit", args=[denise.pk]) in text
    assert reverse("rights:open", args=[household.pk, "rsa"]) in text


def test_the_rights_tab_tells_of_them_to_who_may_read_the_budget(
    login, claire, isabelle, household, estimated
) -> None:
    tab = reverse("rights:household", args=[household.pk])
    assert "2\u00a0droits probables et non demandés" in words(login(claire).get(tab))
    assert "probables" not in words(login(isabelle).get(tab))


def test_one_click_opens_the_file_of_the_right(login, claire, household, estimated) -> None:
    form = login(claire).get(reverse("rights:open", args=[household.pk, "rsa"]))
    assert form.status_code == 200


def test_already_received_and_back(login, claire, household, estimated) -> None:
    client = login(claire)
    url = reverse("rights:estimate_told", args=[household.pk, K.RSA])
    assert "noté comme perçu" in words(client.post(url, follow=True))
    assert EstimatedRight.objects.get(kind=K.RSA).state == S.RECEIVED
    assert "dit par la personne" in words(client.get(page_of(household)))
    assert "la note est retirée" in words(client.post(url, {"annuler": "1"}, follow=True))
    assert EstimatedRight.objects.get(kind=K.RSA).state == S.PROBABLE


def test_the_direction_states_a_reason_first(login, isabelle, household, estimated) -> None:
    client = login(isabelle)
    assert "651,69" not in words(client.get(page_of(household)))


def test_the_page_costs_a_fixed_number_of_queries(
    login, claire, household, estimated, django_assert_max_num_queries
) -> None:
    client = login(claire)
    client.get(page_of(household))
    with django_assert_max_num_queries(22):
        client.get(page_of(household))


# --- The direction ----------------------------------------------------------------------------------------------------
def test_the_direction_orders_stops_and_resumes(login, isabelle) -> None:
    client = login(isabelle)
    url = reverse("rights:missed")
    client.post(url, {"acte": "ordonner"})
    run = EstimateRun.objects.get(household=None)
    assert run.state == JobState.WAITING
    assert "Arrêter" in words(client.get(url))
    client.post(url, {"acte": "annuler"})
    run.refresh_from_db()
    assert run.state == JobState.CANCELLED
    assert "Reprendre" in words(client.get(url))
    client.post(url, {"acte": "reprendre"})
    run.refresh_from_db()
    assert run.state == JobState.WAITING


def many(count: int, commune, kind: str = K.RSA, amount: int = 600) -> None:
    for _ in range(count):
        EstimatedRightFactory(
            estimate__household=HouseholdFactory(commune=commune), kind=kind, amount=Decimal(amount)
        )


def test_small_numbers_of_the_caseload_are_secret() -> None:
    chartres, luce = CommuneFactory(code="28085"), CommuneFactory(code="28218", name="Lucé")
    many(20, chartres)
    many(2, luce)
    many(12, chartres, K.ACTIVITY_BONUS, 100)
    found = caseload()
    rows = {row.label: row for row in found.kinds}
    assert found.estimated == 34
    assert (rows["RSA"].probable, rows["Prime d’activité"].probable) == (22, 12)
    assert rows["Prime d’activité"].amount == "1\u00a0200\u00a0€"
    places = {row.label: row.counts for row in found.places}
    # Two households of one commune, and what would give them away by subtraction.
    assert places[luce.name][0] is None
    assert places[chartres.name][0] is None


def test_a_hidden_address_is_in_no_commune() -> None:
    commune = CommuneFactory()
    many(6, commune)
    many(6, None)
    assert {row.label for row in caseload().places} == {commune.name, "Commune non précisée"}


def test_closed_files_are_not_counted() -> None:
    EstimatedRightFactory(
        estimate__household=HouseholdFactory(closed_on=date(2026, 11, 16), closing_reason="autonomous")
    )
    assert caseload().estimated == 0


def test_figures_of_a_period_count_households() -> None:
    commune = CommuneFactory()
    household = HouseholdFactory(commune=commune)
    SituationFactory(household=household, commune=commune)
    line = EstimatedRightFactory(estimate__household=household)
    EstimatedRightFactory(estimate=line.estimate, kind=K.ACTIVITY_BONUS)
    EstimatedRightFactory(estimate=line.estimate, kind=K.FAMILY, state=S.NOT_DUE, amount=None)
    november = Period(date(2026, 11, 1), date(2026, 11, 30))
    assert [(row.keys, row.count) for row in missed(november, None)] == [(("ppa",), 1), (("rsa",), 1)]
    assert [(row.keys, row.count) for row in missed_by_commune(november, None)] == [((commune.code,), 1)]
    assert list(missed(Period(date(2026, 10, 1), date(2026, 10, 31)), None)) == []
    assert list(missed(november, frozenset({"99999"}))) == []
