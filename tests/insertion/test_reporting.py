"""The report to the Département, against a set counted by hand (I9)."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from cias.accounts.models import User
from cias.core.periods import Period
from cias.core.secrecy import THRESHOLDS
from insertion.models import FirstMeeting, PathwayExit
from insertion.reporting import columns, pathway, people
from insertion.reporting.indicators import Count, Delay, Indicator, Rate, delay, for_anybody
from insertion.reporting.report import csv_rows, report_of
from tests.client import StrictClient
from tests.factories import EngagementContractFactory, OrientationFactory, ReorientationRequestFactory

type Login = Callable[[User], StrictClient]
pytestmark = pytest.mark.django_db
AUTUMN = Period(date(2026, 10, 1), date(2026, 11, 30))


@pytest.mark.parametrize(
    ("days", "median", "p90"),
    [
        ([], None, None),
        ([7], Decimal(7), 7),
        ([3, 10], Decimal("6.5"), 10),
        # Nearest rank: the ninth of ten, the tenth of eleven.
        (range(1, 11), Decimal("5.5"), 9),
        (range(1, 12), Decimal(6), 10),
        ([0, 0, 30], Decimal(0), 30),
    ],
)
def test_a_delay_is_told_by_its_median_and_its_ninth_decile(
    days, median: Decimal | None, p90: int | None
) -> None:
    assert delay("Délai", days) == Delay("Délai", median, p90, len(list(days)))


def notified(day: date, **more):
    return OrientationFactory(notified_on=day, start=day, **more)


def met(orientation, day: date) -> None:
    FirstMeeting.objects.create(orientation=orientation, by=orientation.referent, on=day)


def value(indicator: Indicator, label: str) -> int | None:
    (line,) = [line for line in indicator.lines if line.label == label]
    assert isinstance(line, Count)
    return line.value


class TestPathway:
    def test_boundary_days_belong_to_the_period(self) -> None:
        for day in (date(2026, 9, 30), date(2026, 10, 1), date(2026, 11, 30), date(2026, 12, 1)):
            notified(day)
        notified(date(2026, 10, 12), kind="pro", referent=None)
        found = pathway.received(AUTUMN)
        assert [line.value for line in found.lines] == [2, 1, 0]
        assert found.total == 3
        assert [(one.count, one.whole) for one in found.missing] == [(1, 3)]

    def test_the_first_meeting_is_in_time_until_the_last_day(self) -> None:
        """Fifteen days from the notice (domain-rules §4): the 20th for the 5th of October."""
        for day in (date(2026, 10, 20), date(2026, 10, 21), date(2026, 10, 6)):
            met(notified(date(2026, 10, 5)), day)
        notified(date(2026, 10, 5))
        found = pathway.first_meeting(AUTUMN)
        assert found.lines == [
            Count("Premiers rendez-vous honorés", 3),
            Delay("Délai du premier rendez-vous", Decimal(15), 16, 3),
            Rate("Dans le délai", 2, 4),
        ]
        assert found.lines[2].percent == Decimal("50.0")
        assert (found.missing[0].count, found.missing[0].percent) == (1, Decimal("25.0"))

    def test_a_contract_is_signed_by_its_second_signature(self) -> None:
        """D5411-14-1: one month from the 5th of October is the 5th of November, included."""
        for person_on, structure_on in (
            (date(2026, 10, 20), date(2026, 11, 5)),
            (date(2026, 11, 6), date(2026, 11, 2)),
        ):
            EngagementContractFactory(
                orientation=notified(date(2026, 10, 5)), start=date(2026, 10, 20),
                signed_by_person_on=person_on, signed_by_structure_on=structure_on,
            )  # fmt: skip
        EngagementContractFactory(
            orientation=notified(date(2026, 10, 5)), signed_by_person_on=date(2026, 10, 20)
        )
        found = pathway.signatures(AUTUMN)
        assert found.lines == [
            Count("Orientations avec un contrat signé", 2),
            Delay("Délai de signature", Decimal("31.5"), 32, 2),
            Rate("Signés dans le délai", 1, 3),
        ]

    def test_a_refused_request_moves_the_last_day(self) -> None:
        """D5411-14-2: the month runs from the refusal of the 20th of October, until the 20th of November."""
        orientation = notified(date(2026, 10, 5))
        ReorientationRequestFactory(
            orientation=orientation, requested_on=date(2026, 10, 8), state="refused", sent_on=date(2026, 10, 9),
            answered_on=date(2026, 10, 20),
        )  # fmt: skip
        EngagementContractFactory(
            orientation=orientation, start=date(2026, 11, 20), end=date(2027, 5, 19),
            signed_by_person_on=date(2026, 11, 20), signed_by_structure_on=date(2026, 11, 20),
        )  # fmt: skip
        assert pathway.signatures(AUTUMN).lines[2] == Rate("Signés dans le délai", 1, 1)
        assert value(pathway.changes(AUTUMN), "dont refusées") == 1

    def test_follow_up_begins_with_the_first_of_unbroken_orientations(self) -> None:
        first = notified(date(2026, 1, 1), end=date(2026, 6, 30))
        second = OrientationFactory(
            household=first.household, person=first.person, notified_on=date(2026, 7, 1), start=date(2026, 7, 1),
            end=date(2026, 10, 31),
        )  # fmt: skip
        PathwayExit.objects.create(
            orientation=second,
            by=second.referent,
            on=date(2026, 10, 31),
            reason="lasting_job",
            evidence="none",
        )
        found = pathway.exits(AUTUMN)
        assert found.lines[-1] == Delay("Durée d’accompagnement", Decimal(303), 303, 1)
        assert found.lines[-2] == Rate("Vers l’emploi", 1, 1)
        assert found.total == 1
        assert found.missing[0].count == 1


class TestPublic:
    def test_ages_and_what_is_not_known(self) -> None:
        for birth in (date(2001, 11, 30), date(2001, 12, 1), None):
            orientation = notified(date(2026, 10, 5))
            orientation.person.birth_date = birth
            orientation.person.save()
        found = people.by_age(people.people_of(AUTUMN), AUTUMN.last)
        assert [line.value for line in found.lines] == [1, 1, 0, 0, 0, 0]
        assert (found.missing[0].count, found.missing[0].whole) == (1, 3)

    def test_who_hides_an_address_is_in_no_commune(self) -> None:
        hidden = notified(date(2026, 10, 5)).household
        hidden.is_protected = hidden.address_hidden = True
        hidden.save()
        shown = notified(date(2026, 10, 5)).household
        found = people.by_commune(AUTUMN)
        assert [(line.label, line.value) for line in found.lines] == [(shown.commune.name, 1)]
        assert found.missing[0].count == 1


def test_nothing_small_can_be_read_in_what_may_circulate() -> None:
    exact = Indicator(
        code="x", title="X", definition="", adds_up=True,
        lines=[Count("A", 3), Count("B", 40), Count("C", 7), Rate("R", 3, 50), delay("D", range(4))],
    )  # fmt: skip
    safe = for_anybody(exact, THRESHOLDS)
    values = {line.label: line.value for line in safe.lines if isinstance(line, Count)}
    # The one that is hidden cannot be worked out from the total: another one goes with it, or the total does.
    assert values["A"] is None
    assert safe.total is None or list(values.values()).count(None) >= 2
    assert safe.lines[3].percent is None
    assert (safe.lines[4].median, safe.lines[4].p90) == (None, None)
    assert exact.total == 50


def test_the_nominative_table_tells_facts_of_the_pathway_and_nothing_else(isabelle: User) -> None:
    orientation = notified(date(2026, 10, 5))
    met(orientation, date(2026, 10, 12))
    EngagementContractFactory(orientation=orientation, signed=True)
    (row,) = columns.rows_of(isabelle, AUTUMN)
    told = dict(zip(columns.HEADER, row, strict=True))
    assert (told["1er RDV structure"], told["Délai 1er RDV (jours)"]) == (date(2026, 10, 12), 7)
    assert (told["Date contrat d’engagement"], told["Délai contrat (jours)"]) == (date(2026, 10, 20), 15)
    assert "garde" not in str(row)


class TestPages:
    def test_the_direction_reads_prints_and_sends(self, login: Login, isabelle: User) -> None:
        notified(date(2026, 10, 5))
        asked = "?du=01/10/2026&au=30/11/2026"
        page = login(isabelle).get(reverse("insertion:report") + asked).content.decode()
        assert "Orientations reçues" in page
        assert "Données manquantes" in page
        printed = login(isabelle).get(reverse("insertion:report_pdf") + asked)
        assert printed.content.startswith(b"%PDF")
        table = login(isabelle).get(reverse("insertion:report_csv") + asked).content.decode("utf-8-sig")
        assert table.splitlines()[0].startswith("Rubrique;Indicateur;Ligne;Valeur")
        address = reverse("insertion:report_list")
        refused = login(isabelle).post(address, {"du": "01/10/2026", "au": "30/11/2026", "raison": ""})
        assert refused.status_code == 200
        assert "Erreur" in refused.content.decode()
        sent = login(isabelle).post(
            address, {"du": "01/10/2026", "au": "30/11/2026", "raison": "Convention, bilan annuel"}
        )
        assert sent.headers["Content-Type"].startswith("text/csv")

    def test_a_wrong_period_is_said_at_the_field(self, login: Login, isabelle: User) -> None:
        page = (
            login(isabelle).get(reverse("insertion:report") + "?du=30/11/2026&au=01/10/2026").content.decode()
        )
        assert "La fin doit suivre le début." in page

    @pytest.mark.parametrize("name", ["report_pdf", "report_csv"])
    def test_no_other_period_is_printed_in_its_place(self, login: Login, isabelle: User, name: str) -> None:
        answer = login(isabelle).get(
            reverse(f"insertion:{name}") + "?du=30/11/2026&au=01/10/2026", follow=True
        )
        assert "La fin doit suivre le début." in answer.content.decode()

    def test_what_may_circulate_is_about_whole_years_that_are_over(
        self, login: Login, isabelle: User
    ) -> None:
        """Two periods that overlap, compared, would give a masked figure away."""
        url = reverse("insertion:report")
        answer = login(isabelle).get(url + "?version=diffusable&du=01/01/2026&au=30/09/2026")
        assert "année entière et terminée" in answer.content.decode()
        assert answer.context["sections"] == []
        assert login(isabelle).get(url + "?version=diffusable").context["period"] == Period.year(2025)

    def test_social_workers_do_not_open_it(self, login: Login, claire: User) -> None:
        assert login(claire).get(reverse("insertion:report")).status_code == 403


def test_every_figure_is_in_the_csv_with_its_definition() -> None:
    notified(date(2026, 10, 5))
    rows = list(csv_rows(report_of(AUTUMN, protected=False)))
    assert all(row[6] for row in rows)
    assert {"Orientations reçues", "Sorties", "Freins"} <= {row[1] for row in rows}
