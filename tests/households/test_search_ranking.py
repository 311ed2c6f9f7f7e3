"""Queries as they are typed at a French reception desk: who must come first (H4)."""

from datetime import date

import pytest

from cias.accounts.models import User
from households.models import Person
from households.search import search
from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db

# key: birth name, usual name, first names. One town of people whose names are mistaken for each other.
PEOPLE = {
    "legoff": ("Le Goff", "", "Maëlle"),
    "legal": ("Le Gall", "", "Maëlle"),
    "dupont": ("Dupont", "", "Marie"),
    "dupond": ("Dupond", "", "Jean-Pierre"),
    "lefevre": ("Lefèvre", "", "Denise"),
    "lefebvre": ("Lefebvre", "", "Paul"),
    "philippe": ("Thomas", "", "Philippe"),
    "thomas": ("Philippe", "", "Arnaud"),
    "alencon": ("D’Alençon", "", "Hélène"),
    "dasilva": ("Moreira", "Da Silva", "Inês"),
    "silva": ("Silva", "", "Rui"),
    "ndiaye": ("N’Diaye", "", "Fatou"),
    "stephane": ("Joseph", "", "Stéphane"),
    "filippi": ("Filippi", "", "Sofia"),
    "renault": ("Renault", "", "Louis"),
    "moreau": ("Moreau", "", "Claude"),
    "arnault": ("Arnault", "", "Bernadette"),
    "jeanmarie": ("Besnard", "", "Jean-Marie"),
    "marieanne": ("Blanchard", "", "Marie-Anne"),
    "gonçalves": ("Gonçalves", "", "João"),
    "nguyen": ("Nguyen", "", "Thi Lan"),
    "benali": ("Ben Ali", "", "Karim"),
    "desaint": ("De Saint-Exupéry", "", "Antoine"),
    "schmitt": ("Schmitt", "", "Günther"),
    "hamon": ("Hamon", "", "Yvonne"),
    "quemener": ("Quéméneur", "", "Gwenaëlle"),
}
FIRST = (
    ("le goff", "legoff"), ("LEGOFF", "legoff"), ("Le Gof", "legoff"), ("le goff maelle", "legoff"),
    ("maelle le gall", "legal"), ("legal maelle", "legal"),
    ("Dupont", "dupont"), ("DUPOND", "dupond"), ("dupont jean pierre", "dupond"), ("jean pierre dupont", "dupond"),
    ("Lefèvre", "lefevre"), ("lefebvre denise", "lefevre"), ("lefevre paul", "lefebvre"), ("Lefebure", "lefebvre"),
    ("thomas philippe", "philippe"), ("Philippe Thomas", "philippe"), ("arnaud philippe", "thomas"),
    ("dalencon", "alencon"), ("d alencon helene", "alencon"), ("D'ALENÇON", "alencon"), ("alencon", "alencon"),
    ("da silva", "dasilva"), ("DASILVA", "dasilva"), ("silva rui", "silva"), ("ines moreira", "dasilva"),
    ("ndiaye", "ndiaye"), ("n'diaye", "ndiaye"), ("N DIAYE Fatou", "ndiaye"), ("diaye", "ndiaye"),
    ("stefane josef", "stephane"), ("stephane joseph", "stephane"), ("philippi", "filippi"),
    ("reneau", "renault"), ("renaud louis", "renault"), ("moreault", "moreau"), ("arnaud bernadette", "arnault"),
    ("jean marie besnard", "jeanmarie"), ("besnard jeanmarie", "jeanmarie"), ("benard jean-marie", "jeanmarie"),
    ("blanchard marie anne", "marieanne"), ("marieanne blanchar", "marieanne"),
    ("goncalves", "gonçalves"), ("gonsalves", "gonçalves"), ("joao goncalves", "gonçalves"),
    ("nguyen thi", "nguyen"), ("benali", "benali"), ("ben ali karim", "benali"),
    ("saint exupery", "desaint"), ("de saint-exupery antoine", "desaint"), ("desaintexupery", "desaint"),
    ("schmit", "schmitt"), ("schmidt gunther", "schmitt"), ("amon yvonne", "hamon"),
    ("kemeneur", "quemener"), ("quemeneur gwenaelle", "quemener"),
    ("lefver", "lefevre"), ("dupnot", "dupont"), ("moraeu claude", "moreau"), ("blanchrad", "marieanne"),
    ("besnrad jean-marie", "jeanmarie"),
)  # fmt: skip
HARMLESS = (
    "\x00", "le\x00goff", "a" * 4_000, "le goff " * 500, "9" * 4_000, "%" * 4_000,
    "\\" * 50, "'; DROP TABLE", "🙂" * 4_000,
    "ß" * 200, "\u202e le goff", "(" * 100, "[[:alpha:]]", "\\m\\M", "{1,99999}", "le goff\n\r\t",
)  # fmt: skip


@pytest.fixture
def town(db: None) -> dict[Person, str]:
    people = {}
    for rank, (key, (birth, usual, first)) in enumerate(PEOPLE.items()):
        day = date(1950 + rank, 1 + rank % 12, 1 + rank)
        people[PersonFactory(birth_name=birth, usual_name=usual, first_names=first, birth_date=day)] = key
    return people


def test_the_expected_person_comes_first(town: dict[Person, str], nadege: User) -> None:
    wrong = {}
    for query, expected in FIRST:
        found = [town[hit.person] for hit in search(query, nadege)]
        if found[:1] != [expected]:
            wrong[query] = (expected, found[:4])
    assert wrong == {}


def test_nothing_typed_breaks_it(town: dict[Person, str], nadege: User) -> None:
    for query in HARMLESS:
        assert len(search(query, nadege)) <= 25
    for query in ("le\x00goff", "le goff\n\r\t"):
        assert town[search(query, nadege)[0].person] == "legoff"


@pytest.mark.parametrize("limit", [3, 7, 25])
def test_a_frequent_name_keeps_its_order_whatever_is_shown(limit: int, nadege: User) -> None:
    """A short answer is read from an index, a long one is sorted: the same persons come first."""
    adult, child = date(1980, 5, 4), date(2020, 5, 4)
    expected = [
        *(
            PersonFactory(birth_name="Martin", usual_name="", first_names=name, birth_date=adult)
            for name in "ABC"
        ),
        PersonFactory(birth_name="Petit", usual_name="Martin", first_names="D", birth_date=None),
        PersonFactory(birth_name="Martin", usual_name="", first_names="A", birth_date=child),
        PersonFactory(birth_name="Martin", usual_name="Abel", first_names="E", birth_date=adult),
        *(
            PersonFactory(birth_name="Martinet", usual_name="", first_names=name, birth_date=adult)
            for name in "AB"
        ),
        PersonFactory(birth_name="Martinet", usual_name="", first_names="A", birth_date=child),
        PersonFactory(birth_name="Autin", usual_name="", first_names="Martine", birth_date=adult),
    ]
    PersonFactory(birth_name="Marti", usual_name="Zola", first_names="F", birth_date=adult)
    found = search("martin", nadege, limit=limit)
    assert [hit.person for hit in found][: len(expected)] == expected[:limit]
    whys = ["même nom"] * 6 + ["début du nom"] * 3 + ["prénom"]
    assert [hit.why for hit in found][: len(expected)] == whys[:limit]
