from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from appointments import statistics
from appointments.enums import Category, Status
from cias.core.periods import PARIS, Period
from tests.appointments.pages import parse
from tests.factories import (
    AppointmentFactory,
    CommuneFactory,
    DeskContactFactory,
    HouseholdFactory,
    ReasonFactory,
    SituationFactory,
)

pytestmark = pytest.mark.django_db
YEAR = Period.year(2026)
TEN = datetime(2026, 3, 2, 10, tzinfo=PARIS)


def values(measure, territory=None, period=YEAR):
    return {row.keys: row.value for row in measure(period, territory)}


def test_counts_by_category_and_status_inside_the_period_only():
    rights, housing = ReasonFactory(), ReasonFactory(category=Category.HOUSING)
    for reason, trait in (
        (rights, "honoured"),
        (rights, "honoured"),
        (rights, "missed"),
        (housing, "cancelled"),
    ):
        AppointmentFactory(reason=reason, start=TEN, **{trait: True})
    AppointmentFactory(reason=rights, start=datetime(2027, 1, 1, 0, 0, tzinfo=PARIS))
    AppointmentFactory(reason=rights, start=datetime(2026, 12, 31, 23, 30, tzinfo=PARIS))
    assert values(statistics.by_category) == {
        ("droits", Status.HONOURED): 2,
        ("droits", Status.NO_SHOW): 1,
        ("droits", Status.PLANNED): 1,
        ("logement", Status.CANCELLED_BY_USER): 1,
    }
    assert values(statistics.by_month) == {("2026-03",): 3, ("2026-12",): 1}


def test_the_commune_is_the_one_of_that_day():
    luce = CommuneFactory(luce=True)
    moved = HouseholdFactory()
    SituationFactory(household=moved, end=date(2026, 3, 31))
    SituationFactory(household=moved, start=date(2026, 4, 1), commune=luce)
    away = HouseholdFactory(off_the_territory=True, with_situation=True)
    for days in (0, 30, 60):
        AppointmentFactory(household=moved, start=TEN + timedelta(days=days), honoured=True)
    AppointmentFactory(household=away, start=TEN, honoured=True)
    AppointmentFactory(unknown_caller=True, start=TEN, honoured=True)
    assert values(statistics.by_commune) == {("",): 1, ("28085",): 1, ("28218",): 2, ("off",): 1}
    # Three appointments in two communes are one household, counted where it lives at the last.
    assert values(statistics.households) == {("28218",): 1, ("off",): 1}
    assert values(statistics.households, frozenset({"28218"})) == {("28218",): 1}
    assert values(statistics.households, frozenset({"28085"})) == {}
    assert values(statistics.by_commune, frozenset({"28218"})) == {("28218",): 2}


def test_no_show_leaves_out_what_did_not_take_place():
    reason = ReasonFactory()
    for trait in ("honoured", "honoured", "honoured", "missed", "cancelled"):
        AppointmentFactory(reason=reason, start=TEN, **{trait: True})
    AppointmentFactory(reason=reason, start=TEN)
    [row] = statistics.no_show(YEAR, None)
    assert (row.keys, row.value, row.count) == (("droits",), 1, 4)


def test_the_delay_runs_from_request_to_appointment():
    for days in (0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20):
        AppointmentFactory(start=TEN, requested_on=TEN.date() - timedelta(days=days))
    AppointmentFactory(start=TEN, requested_on=date(2026, 1, 1), cancelled=True)
    assert values(statistics.median_delay) == {(): Decimal("10.0")}
    assert values(statistics.long_delay) == {(): Decimal("18.0")}
    assert values(statistics.median_delay, period=Period.year(2025)) == {}


def test_walk_ins_are_counted_for_the_whole_territory_only(nadege):
    DeskContactFactory.create_batch(2, recorded_by=nadege, at=TEN)
    assert values(statistics.walk_ins) == {("droits",): 2}
    assert values(statistics.walk_ins, frozenset({"28085"})) == {}


def test_every_measure_reads_in_one_query(django_assert_num_queries):
    AppointmentFactory.create_batch(3, honoured=True, start=TEN)
    for measure in statistics.MEASURES:
        with django_assert_num_queries(1):
            list(measure.compute(YEAR, None))


# The direction's page --------------------------------------------------------------------------------


def text(page) -> str:
    return " ".join(page.text_content().split())


def lines(page, title: str) -> dict[str, list[str]]:
    """The table under `title`: label → cells."""
    [table] = page.xpath(f"//table[caption='{title}']")
    return {
        text(row[0]): [text(cell) for cell in row[1:]] for row in table.xpath(".//tbody/tr | .//tfoot/tr")
    }


@pytest.fixture
def march(claire, mehdi, nadege):
    """Six appointments of 2 March, hand-counted below."""
    rights, housing = ReasonFactory(), ReasonFactory(category=Category.HOUSING)
    for agent, hour, reason, trait in (
        (claire, 9, rights, "honoured"), (claire, 10, rights, "honoured"), (claire, 11, rights, "missed"),
        (mehdi, 9, housing, "honoured"), (mehdi, 10, housing, "cancelled"), (mehdi, 11, rights, None),
    ):  # fmt: skip
        row = AppointmentFactory(
            agent=agent, reason=reason, start=TEN.replace(hour=hour), **({trait: True} if trait else {})
        )
        if trait == "honoured":
            row.arrived_at = row.start - timedelta(minutes=20)
            row.received_at = row.start + timedelta(minutes=hour)
            row.save()
    DeskContactFactory.create_batch(3, recorded_by=nadege, at=TEN)
    DeskContactFactory(recorded_by=nadege, at=TEN, channel="call")


def test_the_direction_reads_the_activity(login, isabelle, march):
    page = parse(login(isabelle).get("/agenda/activite/?du=01/03/2026&au=31/03/2026"))
    assert "mars 2026" in text(page).lower()
    assert lines(page, "Rendez-vous par motif") == {
        "Droits": ["1", "2", "1", "0", "4", "33,3 %"],
        "Logement": ["0", "1", "0", "1", "2", "0,0 %"],
        "Ensemble": ["1", "3", "1", "1", "6", "25,0 %"],
    }
    assert lines(page, "Rendez-vous par agent") == {
        "Claire Vasseur": ["0", "2", "1", "0", "3", "33,3 %"],
        "Mehdi Aouragh": ["1", "1", "0", "1", "3", "0,0 %"],
        "Ensemble": ["1", "3", "1", "1", "6", "25,0 %"],
    }
    assert lines(page, "Sans rendez-vous")["Droits"] == ["3", "1"]
    assert lines(page, "Sans rendez-vous")["Ensemble"] == ["3", "1"]
    figures = [text(card) for card in page.xpath("//p[contains(@class, 'figure-value')]")]
    # Received 9, 9 and 10 minutes after the hour: nobody waits for having come early.
    assert figures == ["5", "25,0 %", "4,0 jours", "4,0 jours", "9 min", "10 min", "3", "1"]


def test_the_same_figures_as_a_file(login, isabelle, march):
    answer = login(isabelle).get("/agenda/activite/?du=01/03/2026&au=31/03/2026&format=csv")
    assert answer["Content-Disposition"].startswith("attachment")
    rows = answer.content.decode("utf-8-sig").splitlines()
    assert "Rendez-vous par agent;Claire Vasseur;Honorés;2" in rows
    assert "Sans rendez-vous;Ensemble;Appels;1" in rows


def test_an_empty_period_and_one_that_makes_no_sense(login, isabelle):
    client = login(isabelle)
    assert (
        "Rien dans cette période"
        in client.get("/agenda/activite/?du=01/01/2001&au=31/01/2001").content.decode()
    )
    for query, message in (
        ("du=01/03/2026&au=28/02/2026", "La fin doit suivre"),
        ("du=31/02/2026&au=28/02/2026", "date"),
        ("du=01/03/2020&au=28/02/2026", "cinq ans"),
        ("du=01/03/2026", "obligatoire"),
    ):
        answer = client.get(f"/agenda/activite/?{query}")
        assert message in text(parse(answer).xpath("//div[@data-error-summary]")[0])


@pytest.mark.parametrize("role", ["nadege", "claire", "hugo", "francoise", "david", "armelle"])
def test_agents_are_counted_for_the_direction_only(login, request, role):
    assert login(request.getfixturevalue(role)).get("/agenda/activite/").status_code == 403


def test_the_page_costs_the_same_for_any_period(login, isabelle, march, django_assert_max_num_queries):
    client = login(isabelle)
    for query in ("du=01/03/2026&au=31/03/2026", "du=01/01/2024&au=31/12/2026"):
        with django_assert_max_num_queries(18):
            client.get(f"/agenda/activite/?{query}")
