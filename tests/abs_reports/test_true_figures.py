"""A service small enough to be counted by hand: every figure of its report is the one of the count.

    ménages suivis en 2025             Chartres    Lucé
    femme seule                         5 + 7     7 + 5     opened in 2024 + opened in 2025
    famille monoparentale              6 + 6     5 + 8

Nobody left. Every count is 5 or more, so that statistical secrecy has nothing to hide in what is counted here;
what everybody has in common (all are women) it hides whole.
"""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from abs_reports.compiling.job import run_compilation
from abs_reports.enums import ReportKind
from abs_reports.files import read_pdf
from abs_reports.freezing import frozen_book
from abs_reports.models import Report
from abs_reports.services import prepare_edition, publish, request_compilation
from abs_reports.tables import Book, DataTable
from appointments.enums import Category
from appointments.models import Appointment
from cias.territory.models import Commune
from households.datalife.anonymising import anonymise
from households.enums import Activity, FamilyType, HousingStatus, IncomeBand, MainResource
from households.models import Household, Person, Situation
from rights.models import RightsFile
from tests.factories import (
    AppointmentFactory,
    HouseholdFactory,
    MembershipFactory,
    PersonFactory,
    ReasonFactory,
    RightFactory,
    RightsFileFactory,
    SituationFactory,
    UserFactory,
)

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("media", "quick_pages", "silent_bell"),
]

CHARTRES, LUCE = "28085", "28218"
ALONE, MOTHER = FamilyType.WOMAN_ALONE, FamilyType.LONE_PARENT
# (commune, composition, year of opening, households)
GROUPS = (
    (CHARTRES, ALONE, 2024, 5),
    (CHARTRES, ALONE, 2025, 7),
    (CHARTRES, MOTHER, 2024, 6),
    (CHARTRES, MOTHER, 2025, 6),
    (LUCE, ALONE, 2024, 7),
    (LUCE, ALONE, 2025, 5),
    (LUCE, MOTHER, 2024, 5),
    (LUCE, MOTHER, 2025, 8),
)
FACTS = {
    ALONE: {
        "housing_status": HousingStatus.OWNER,
        "activity": Activity.RETIRED,
        "income_band": IncomeBand.UNDER_1500,
        "main_resource": MainResource.PENSION,
    },
    MOTHER: {
        "housing_status": HousingStatus.SOCIAL_TENANT,
        "activity": Activity.JOB_SEEKER,
        "income_band": IncomeBand.UNDER_1000,
        "main_resource": MainResource.RSA,
    },
}


@pytest.fixture
def service(comparator) -> list[Household]:
    """49 households; 56 appointments and 33 files of rights in 2025."""
    households = [
        household(commune, family, year) for commune, family, year, count in GROUPS for _ in range(count)
    ]
    agent = UserFactory()
    rights, housing = ReasonFactory(category=Category.RIGHTS), ReasonFactory(category=Category.HOUSING)
    # 30 kept and 6 missed about rights, 12 kept and 8 missed about housing; ten days after the request, or four.
    appointments(agent, households[:30], rights, "honoured", days=10, month=3)
    appointments(agent, households[30:36], rights, "missed", days=4, month=3)
    appointments(agent, households[36:48], housing, "honoured", days=4, month=6)
    appointments(agent, households[:8], housing, "missed", days=4, month=6)
    # 14 CSS of which 8 were sent, 19 RSA of which 12 were.
    for code, first, sent, kept in (("css", 0, 8, 6), ("rsa", 24, 12, 7)):
        right = RightFactory(code=code)
        for index in range(sent + kept):
            file(right, households[first + index], agent, sent=index < sent)
    return households


def household(commune: str, family: str, year: int) -> Household:
    opened = HouseholdFactory(commune=Commune.objects.get(code=commune), opened_on=date(year, 2, 3))
    mother = family == MOTHER
    SituationFactory(household=opened, family_type=family, children=int(mother), **FACTS[FamilyType(family)])
    person = PersonFactory(birth_date=date(1990, 5, 2) if mother else date(1955, 5, 2))
    MembershipFactory(household=opened, person=person)
    return opened


def appointments(agent, households, reason, outcome: str, *, days: int, month: int) -> None:
    for index, one in enumerate(households):
        start = datetime(2025, month, 1, 8, tzinfo=UTC) + timedelta(days=index // 8, minutes=30 * (index % 8))
        if outcome == "missed":
            start += timedelta(days=10)
        AppointmentFactory(
            agent=agent,
            household=one,
            reason=reason,
            start=start,
            requested_on=start.date() - timedelta(days=days),
            **{outcome: True},
        )


def file(right, household: Household, agent, *, sent: bool) -> None:
    traits = {"completed_on": date(2025, 4, 10), "transmitted_on": date(2025, 4, 11)} if sent else {}
    RightsFileFactory(
        right=right,
        household=household,
        agent=agent,
        opened_on=date(2025, 4, 1),
        deposit_on=date(2025, 4, 1),
        **({"transmitted": True} if sent else {}),
        **traits,
    )


@pytest.fixture
def report(service) -> Report:
    run = request_compilation(report=prepare_edition(kind=ReportKind.UPDATE, year=2025))
    assert run_compilation(run.pk).failure_reason == ""
    return Report.objects.get()


# Table → row → (2024, 2025). A row that is not named here is zero in both years; None is a figure that is not shown.
BOTH = ("23", "49")
FAMILIES = {"woman_alone": ("12", "24"), "lone_parent": ("11", "25"), "total": BOTH}
OPENED = {"woman_alone": ("12", "12"), "lone_parent": ("11", "14"), "total": ("23", "26")}
UNKNOWN = {"": BOTH, "total": BOTH}
COUNTED: dict[str, dict[str, tuple[str | None, str | None]]] = {
    "households-active-composition": FAMILIES,
    "households-known-composition": FAMILIES,
    "households-opened-composition": OPENED,
    "households-housing-housing-status": {
        "owner": ("12", "24"),
        "social_tenant": ("11", "25"),
        "total": BOTH,
    },
    "households-activity-activity": {"retired": ("12", "24"), "job_seeker": ("11", "25"), "total": BOTH},
    "households-income-income-band": {"1000_1500": ("12", "24"), "600_1000": ("11", "25"), "total": BOTH},
    "households-resource-main-resource": {"pension": ("12", "24"), "rsa": ("11", "25"), "total": BOTH},
    # At the end of 2024 the mothers are 34, at the end of 2025 they are 35; the others 69 and 70.
    "households-persons-age": {
        "25": ("11", "0"),
        "35": ("0", "25"),
        "65": ("12", "24"),
        "total": BOTH,
    },
    "households-persons-sexe": {"f": BOTH, "total": BOTH},
    "households-nationality-nationalite": UNKNOWN,
    "households-protection-protection": UNKNOWN,
    "households-disability-handicap": UNKNOWN,
    "households-language-langue": UNKNOWN,
    "appointments-count-motif": {"droits": ("0", "36"), "logement": ("0", "20"), "total": ("0", "56")},
    "appointments-count-issue": {"honoured": ("0", "42"), "no_show": ("0", "14"), "total": ("0", "56")},
    "appointments-by-month-mois": {"03": ("0", "36"), "06": ("0", "20"), "total": ("0", "56")},
    # 6 of 36, 8 of 20, 14 of 56.
    "appointments-no-show-motif": {
        "droits": (None, "16,7\u00a0%"),
        "logement": (None, "40,0\u00a0%"),
        "total": (None, "25,0\u00a0%"),
    },
    "rights-opened-droit": {"css": ("0", "14"), "rsa": ("0", "19"), "total": ("0", "33")},
    "rights-opened-etat": {"building": ("0", "13"), "transmitted": ("0", "20"), "total": ("0", "33")},
    "rights-transmitted-droit": {"css": ("0", "8"), "rsa": ("0", "12"), "total": ("0", "20")},
    # Eight files are too few for a mean or a median (11 at least).
    "rights-transmission-delay-droit": {"css": (None, None), "rsa": (None, "10,0")},
}
# Table → commune → (2025, for 1 000 of the 38 324 inhabitants of Chartres or the 15 921 of Lucé).
PLACES: dict[str, dict[str, tuple[str, str]]] = {
    "households-active-communes": {CHARTRES: ("24", "0,6"), LUCE: ("25", "1,6")},
    "households-known-communes": {CHARTRES: ("24", "0,6"), LUCE: ("25", "1,6")},
    "households-opened-communes": {CHARTRES: ("13", "0,3"), LUCE: ("13", "0,8")},
    "households-persons-places-communes": {CHARTRES: ("24", "0,6"), LUCE: ("25", "1,6")},
    "households-persons-known-communes": {CHARTRES: ("24", "0,6"), LUCE: ("25", "1,6")},
    "households-persons-new-communes": {CHARTRES: ("13", "0,3"), LUCE: ("13", "0,8")},
    # The 24 first households are of Chartres: 24 + 8 appointments, of which 24 kept.
    "appointments-by-commune-communes": {CHARTRES: ("32", "0,8"), LUCE: ("24", "1,5")},
    "appointments-households-communes": {CHARTRES: ("24", "0,6"), LUCE: ("18", "1,1")},
    "rights-deposited-by-commune-communes": {CHARTRES: ("14", "0,4"), LUCE: ("19", "1,2")},
}
# Row of a table of key figures → (2024, 2025).
KEYS: dict[str, tuple[str | None, str | None]] = {
    **dict.fromkeys(
        (
            "households.active",
            "households.known",
            "households.housing",
            "households.activity",
            "households.income",
            "households.resource",
            "households.persons",
            "households.persons_known",
            "households.nationality",
            "households.protection",
            "households.disability",
            "households.language",
        ),
        BOTH,
    ),
    "households.opened": ("23", "26"),
    "households.persons_new": ("23", "26"),
    "appointments.count": ("0", "56"),
    "appointments.households": ("0", "42"),
    "appointments.no_show": (None, "25,0\u00a0%"),
    # 26 appointments four days after the request, 30 ten days after.
    "appointments.delay_median": (None, "10,0"),
    "appointments.delay_p90": (None, "10,0"),
    "rights.opened": ("0", "33"),
    "rights.deposited_by_commune": ("0", "33"),
    "rights.transmitted": ("0", "20"),
}


def activity(book: Book) -> list[DataTable]:
    """The tables that were counted in the files of the CIAS."""
    return [table for table in book.tables if table.period == "Année 2025"]


def shown(table: DataTable, row: str, column: str) -> str | None:
    value = table.value(row, column)
    return value.text if value.number is not None else None


class TestEveryFigureIsTheOneOfTheHandCount:
    @pytest.fixture
    def tables(self, report) -> list[DataTable]:
        return activity(frozen_book(report))

    def test_nothing_is_counted_that_we_did_not_count(self, tables) -> None:
        keys = {table.code for table in tables if table.code.endswith("-cle")}
        assert {table.code for table in tables} - keys == COUNTED.keys() | PLACES.keys()

    def test_by_category(self, tables) -> None:
        for table in tables:
            if table.code in COUNTED:
                found = {
                    row.key: (shown(table, row.key, "2024"), shown(table, row.key, "2025"))
                    for row in table.rows
                }
                rest = {key: values for key, values in found.items() if key not in COUNTED[table.code]}
                assert set(rest.values()) <= {("0", "0")}, table.code
                assert {key: found.get(key) for key in COUNTED[table.code]} == COUNTED[table.code], table.code

    def test_by_commune(self, tables) -> None:
        for table in tables:
            if table.code in PLACES:
                found = {
                    row.key: (shown(table, row.key, "2025"), shown(table, row.key, "rate"))
                    for row in table.body
                }
                rest = {key: values for key, values in found.items() if key not in PLACES[table.code]}
                assert set(rest.values()) <= {("0", "0,0")}, table.code
                assert {key: found.get(key) for key in PLACES[table.code]} == PLACES[table.code], table.code
                whole = sum(int(count) for count, _rate in PLACES[table.code].values())
                assert table.value("total", "2025").number == whole, table.code

    def test_key_figures(self, tables) -> None:
        found = {
            row.key: (shown(table, row.key, "2024"), shown(table, row.key, "2025"))
            for table in tables
            if table.code.endswith("-cle")
            for row in table.rows
        }
        assert found == KEYS


class TestWhatWasPublishedDoesNotMove:
    """The half of the households forgotten, as retention will: neither the report nor what the next one repeats."""

    @pytest.fixture
    def published(self, report) -> Report:
        return publish(report=report, by=UserFactory())

    @pytest.fixture
    def forgotten(self, published, service) -> None:
        half = [one.pk for one in service[::2]]
        Appointment.objects.filter(household__in=half).delete()
        RightsFile.objects.filter(household__in=half).delete()
        Situation.objects.filter(household__in=half).delete()
        people = Person.objects.filter(memberships__household__in=half)
        people.update(birth_name="", first_names="", birth_date=None, sex="", is_anonymous=True)

    def test_figures_and_file_are_the_same(self, published, media: Path, request) -> None:
        before = frozen_book(published)
        content = read_pdf(published)
        request.getfixturevalue("forgotten")
        published.refresh_from_db()
        assert frozen_book(published).tables == before.tables
        assert frozen_book(published).checksum == published.checksum
        assert read_pdf(published) == content

    def test_the_next_edition_repeats_them(self, published, forgotten, time_machine_at) -> None:
        time_machine_at("2027-01-15")
        run = request_compilation(report=prepare_edition(kind=ReportKind.UPDATE, year=2026))
        assert run_compilation(run.pk).failure_reason == ""
        after = frozen_book(Report.objects.get(year=2026))
        tables = {table.code: table for table in activity(frozen_book(published))}
        repeated = [table for table in after.tables if table.code in tables and table.columns[0][0] == "2025"]
        assert "households-active-composition" in {table.code for table in repeated}
        for table in repeated:
            for row in table.rows:
                if any(own.key == row.key for own in tables[table.code].rows):
                    assert row.values[0] == tables[table.code].value(row.key, "2025"), (table.code, row.key)
        # Counting again today gives something else: the test would see a figure counted again.
        assert after["households-active-composition"].value("lone_parent", "2026").number != 25


class TestAFileThatEndedIsStillCounted:
    """The same half emptied as the end of files does it (C7): what was published stays, what is counted again too."""

    @pytest.fixture
    def emptied(self, service) -> list[Household]:
        half = service[::2]
        anonymise([one.pk for one in half])
        assert not Person.objects.filter(memberships__household__in=half).exclude(birth_name="").exists()
        return half

    def test_what_was_published_does_not_move(self, report, media: Path, request) -> None:
        published = publish(report=report, by=UserFactory())
        before, content = frozen_book(published), read_pdf(published)
        request.getfixturevalue("emptied")
        published.refresh_from_db()
        assert frozen_book(published).checksum == before.checksum
        assert read_pdf(published) == content

    def test_the_same_year_compiled_again_gives_the_same_figures(self, report, request) -> None:
        before = frozen_book(report).tables
        request.getfixturevalue("emptied")
        run = request_compilation(report=report)
        assert run_compilation(run.pk).failure_reason == ""
        after = {table.code: table for table in frozen_book(Report.objects.get()).tables}
        assert after.keys() == {table.code for table in before}
        for table in before:
            assert after[table.code] == table, table.code
