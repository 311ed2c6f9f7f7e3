"""Finding the caller among 100 000 persons, and their likely duplicates (quality.md, Speed and scale)."""

from collections.abc import Iterator

from django.db.models import F

from cias.accounts.enums import Role
from cias.accounts.models import User
from households.models import Household, Person
from households.search import duplicates, likely_pairs, search
from households.services import PersonData
from tests.bench import Measure, database_time, median_time
from tests.bench.population import fill_households

PERSONS = 100_000
LOOKUP = "primary key of one person"
# Ratios are of whole searches, with what is told beside each person found (home, commune, référent). This is what
# reception may wait for while somebody is on the telephone.
PROMISED = "100 ms in the database"


def bench_search() -> Iterator[Measure]:
    agent = User.objects.create_user(
        "banc@cias.test", role=Role.RECEPTION, first_name="Banc", last_name="Essai"
    )
    fill_households(PERSONS, agent)
    someone = Person.objects.filter(compact_birth__regex="^.{7}$").order_by("pk")[PERSONS // 100]
    household = Household.objects.get(memberships__person=someone)

    def lookup() -> float:
        """Measured beside each search: a shared machine is not as busy from one minute to the next."""
        return median_time(lambda: Person.objects.get(pk=someone.pk), repeat=30)

    name, first = someone.birth_name, someone.first_names
    doubled = name[:3] + name[2] + name[3:]  # written otherwise, heard the same
    for what, query, at_most in (
        ("a frequent name", "martin", 80),
        ("a whole name", f"{name} {first}", 80),
        ("name and first name inverted", f"{first} {name}", 80),
        ("half a name, while it is typed", "marti", 80),
        ("the first letters of a rare name", name[:4], 80),
        ("a first name", "denise", 80),
        ("by ear", f"{doubled}h {first}", 200),
        ("a misspelt name", f"{name[0]}{name[2]}{name[1]}{name[3:]} {first}", 150),
        ("a name nobody bears", "xqzwkt durandeau", 150),
        ("the last digits of a telephone", someone.phone[-4:], 20),
        ("a whole telephone number", someone.phone, 20),
        ("a birth date", someone.birth_label, 20),
        ("a name and a birth year", f"{name} {someone.birth_date:%Y}", 40),
        ("a household number", household.number, 40),
        ("a commune and a name", f"martin {household.commune}", 200),
        ("a commune and a rare name", f"{name} {household.commune}", 200),
    ):
        spent = median_time(lambda query=query: search(query, agent), repeat=15)
        yield Measure(f"search: {what}", spent, LOOKUP, lookup(), at_most=at_most)
        in_database = database_time(lambda query=query: search(query, agent))
        yield Measure("  its queries", in_database, PROMISED, 0.1, at_most=1)
    for what, typed in (
        ("a whole new person", PersonData(birth_name=name, first_names=first, birth_date=someone.birth_date)),
        ("a name and a first name", PersonData(birth_name=name, first_names=first)),
        ("a frequent name", PersonData(birth_name="Martin", first_names="Marie")),
        ("three letters", PersonData(birth_name=name[:3])),
    ):
        spent = median_time(lambda typed=typed: duplicates(typed, agent), repeat=15)
        yield Measure(f"duplicates: {what}", spent, LOOKUP, lookup(), at_most=60)
        in_database = database_time(lambda typed=typed: duplicates(typed, agent))
        yield Measure("  its queries", in_database, PROMISED, 0.1, at_most=1)


def bench_pairs() -> Iterator[Measure]:
    """The list of likely duplicates: every person compared with every other."""
    agent = User.objects.create_user(
        "banc@cias.test", role=Role.SOCIAL_WORKER, first_name="Banc", last_name="Essai"
    )
    fill_households(PERSONS, agent)
    scan = median_time(lambda: Person.objects.filter(search_key=F("compact_first")).count(), repeat=5)
    spent = median_time(lambda: likely_pairs(agent), repeat=2)
    yield Measure("likely pairs among 100 000 persons", spent, "reading them all once", scan, at_most=60)
