"""What is typed in the forms: partial birth dates, places, names or the deliberate anonymous state."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.http import QueryDict

from households.enums import BirthPrecision
from households.forms.fields import Birth, BirthField, Place, PlaceField
from households.forms.files import AddressForm, ReasonForm
from households.forms.notes import draft_initial, draft_values
from households.forms.persons import NewPersonForm, OpenHouseholdForm
from tests.factories import CommuneFactory


@pytest.mark.parametrize(
    ("typed", "day", "precision", "shown"),
    [
        ("14/02/1991", date(1991, 2, 14), BirthPrecision.DAY, "14/02/1991"),
        ("14021991", date(1991, 2, 14), BirthPrecision.DAY, "14/02/1991"),
        ("14.2.91", date(1991, 2, 14), BirthPrecision.DAY, "14/02/1991"),
        ("09 03 26", date(2026, 3, 9), BirthPrecision.DAY, "09/03/2026"),
        ("09 03 27", date(1927, 3, 9), BirthPrecision.DAY, "09/03/1927"),
        ("14 février 1991", date(1991, 2, 14), BirthPrecision.DAY, "14/02/1991"),
        ("1er mars 1985", date(1985, 3, 1), BirthPrecision.DAY, "01/03/1985"),
        ("03/1985", date(1985, 3, 1), BirthPrecision.MONTH, "03/1985"),
        ("Mars  1985", date(1985, 3, 1), BirthPrecision.MONTH, "03/1985"),
        (" 1985 ", date(1985, 1, 1), BirthPrecision.YEAR, "1985"),
    ],
)
def test_a_birth_date_is_read_as_far_as_it_is_known(
    typed: str, day: date, precision: str, shown: str
) -> None:
    birth = BirthField().clean(typed)
    assert birth == Birth(day, precision)
    assert str(birth) == shown


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("31/02/1990", "Cette date n’existe pas"),
        ("13/1985", "Le mois va de 01 à 12"),
        ("25/11/2026", "dans l’avenir"),
        ("12/2026", "dans l’avenir"),
        ("2027", "dans l’avenir"),
        ("1850", "postérieure à 1899"),
        ("hier", "JJ/MM/AAAA"),
        ("2" * 10_000, "JJ/MM/AAAA"),
    ],
)
def test_another_birth_date_is_refused_in_words(typed: str, message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        BirthField().clean(typed)


@pytest.mark.django_db
def test_a_place_is_a_commune_elsewhere_or_unknown() -> None:
    luce = CommuneFactory(luce=True)
    field = PlaceField()
    assert field.clean("28218") == Place(commune=luce)
    assert field.clean("off") == Place(off_territory=True)
    assert field.clean("") == Place()
    assert [Place(luce).choice, Place(off_territory=True).choice, Place().choice] == ["28218", "off", ""]
    with pytest.raises(ValidationError):
        field.clean("75056")


@pytest.mark.parametrize(
    ("values", "valid"),
    [
        ({"birth_name": "Le Goff"}, True),
        ({"birth_name": "   "}, False),
        ({"first_names": "Anne"}, False),
        ({"is_anonymous": "on"}, True),
        ({"is_anonymous": "on", "birth_name": "Le Goff"}, True),
        ({"birth_name": "Le\x00Goff"}, False),
        ({"birth_name": "x" * 81}, False),
    ],
)
def test_a_name_or_the_deliberate_anonymous_state(values: dict[str, str], valid: bool) -> None:
    form = NewPersonForm(values)
    assert form.is_valid() == valid
    if not valid:
        assert list(form.errors) == ["birth_name"]


def test_what_is_typed_so_far_is_enough_to_look_for_duplicates() -> None:
    form = NewPersonForm(
        {"birth_name": "Kerbrat", "birth": "1402", "phone": "06 39 98 04 17", "title": "mme"}
    )
    assert not form.is_valid()
    data = form.person_data()
    assert (data.birth_name, data.birth_date, data.phone, data.title) == (
        "Kerbrat",
        None,
        "+33639980417",
        "mme",
    )


def test_a_presumed_date_says_so() -> None:
    form = NewPersonForm({"birth_name": "Kaboré", "birth": "1985", "birth_presumed": "on"})
    assert form.is_valid()
    assert form.person_data().birth_precision == BirthPrecision.PRESUMED


@pytest.mark.django_db
def test_a_first_contact_is_not_in_the_future() -> None:
    form = OpenHouseholdForm({"birth_name": "Le Goff", "opened_on": "25/11/2026"})
    assert not form.is_valid()
    assert "dans l’avenir" in form.errors["opened_on"][0]


@pytest.mark.django_db
def test_a_city_is_asked_outside_the_territory_only() -> None:
    CommuneFactory()
    outside = AddressForm({"on": "24/11/2026", "place": "off"})
    assert not outside.is_valid()
    assert list(outside.errors) == ["city"]
    inside = AddressForm({"on": "24/11/2026", "place": "28085", "city": "Dreux"})
    assert inside.is_valid()
    assert inside.cleaned_data["city"] == ""


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"choice": "Absence du référent"}, "Absence du référent"),
        ({"choice": "autre", "text": "Contrôle demandé par le préfet"}, "Contrôle demandé par le préfet"),
        ({"choice": "autre", "text": "abc"}, None),
        ({"choice": "autre"}, None),
        ({}, None),
    ],
)
def test_a_reason_is_chosen_or_written(values: dict[str, str], reason: str | None) -> None:
    form = ReasonForm(values)
    assert form.is_valid() == (reason is not None)
    if reason:
        assert form.reason == reason


def test_a_draft_keeps_the_note_s_fields_as_typed_and_nothing_else() -> None:
    typed = QueryDict("text=Un+mot&held_on=pas+une+date&themes=budget&themes=energy&csrfmiddlewaretoken=x")
    values = draft_values(typed)
    assert values == {"held_on": ["pas une date"], "themes": ["budget", "energy"], "text": ["Un mot"]}
    assert draft_initial(values) == {
        "held_on": "pas une date",
        "themes": ["budget", "energy"],
        "text": "Un mot",
    }


def test_a_draft_cannot_fill_the_database() -> None:
    typed = QueryDict(mutable=True)
    typed["text"] = "x" * 100_000
    typed.setlist("themes", ["budget"] * 1000)
    values = draft_values(typed)
    assert len(values["text"][0]) == 50_000
    assert len(values["themes"]) == 50
