"""Settings pages: the structure, its hours, its closures, its communes (P3, A1)."""

from datetime import date, time
from uuid import uuid4

import pytest

from cias.accounts.enums import Role
from cias.accounts.models import User
from cias.core.db import ConstraintViolation
from cias.territory import settings
from cias.territory.forms import FrenchTimeField, HoursForm
from cias.territory.models import Commune, ExceptionalClosure, OpeningHours, Zone
from cias.territory.services import get_structure, site_openings
from tests.factories import CommuneFactory, UserFactory

pytestmark = pytest.mark.django_db
BASE = "/administration/"
PAGES = (
    "structure/",
    "horaires/",
    "horaires/changer/",
    "fermetures/",
    "communes/",
    "zones/creer/",
    "secret-statistique/",
)


@pytest.fixture
def client(login, isabelle: User):
    return login(isabelle)


def page(response) -> str:
    return response.content.decode()


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("role", list(Role), ids=str)
def test_only_the_direction_and_the_administration_set_things_up(login, role: Role, path: str) -> None:
    expected = 200 if role in (Role.DIRECTOR, Role.ADMIN) else 403
    assert login(UserFactory(role=role)).get(BASE + path).status_code == expected


class TestStructure:
    FIELDS = {
        "name": "Centre intercommunal d’action sociale du Perche",
        "short_name": "CIAS du Perche",
        "address_lines": "1 place du Marché\n61400 Mortagne",
        "phone": "02 33 00 00 00",
        "email": "contact@perche.test",
    }

    def test_it_is_changed_and_shown_everywhere(self, client) -> None:
        text = page(client.post(f"{BASE}structure/", self.FIELDS, follow=True))
        assert "La structure est modifiée." in text
        assert "CIAS du Perche" in page(client.get("/compte/"))
        assert get_structure().phone == "+33233000000"
        assert get_structure().pentecost_monday_closed is False
        assert "par Isabelle Marchand" in text

    @pytest.mark.parametrize(
        ("field", "value", "message"),
        [
            ("name", "", "obligatoire"),
            ("phone", "abc", "Saisissez un numéro de téléphone"),
            ("email", "perche", "Saisissez une adresse"),
            ("website", "pas un site", "Saisissez une URL"),
        ],
    )
    def test_mistakes_are_told_and_change_nothing(self, client, field: str, value: str, message: str) -> None:
        before = get_structure().name
        assert message in page(client.post(f"{BASE}structure/", {**self.FIELDS, field: value}))
        assert get_structure().name == before


class TestTimes:
    @pytest.mark.parametrize(
        ("typed", "expected"),
        [
            ("9", time(9)),
            ("9h", time(9)),
            ("9 h 30", time(9, 30)),
            ("9h30", time(9, 30)),
            ("09:05", time(9, 5)),
            ("13.30", time(13, 30)),
            ("0930", time(9, 30)),
            ("", None),
        ],
    )
    def test_usual_spellings(self, typed: str, expected: time | None) -> None:
        assert FrenchTimeField(required=False).clean(typed) == expected

    @pytest.mark.parametrize("typed", ["25", "9h75", "midi", "9:5", "12:30:00:00", "-9"])
    def test_what_is_no_time(self, typed: str) -> None:
        form = HoursForm({"valid_from": "01/01/2027", "morning_opens_0": typed, "morning_closes_0": "12"})
        assert form.errors["morning_opens_0"] == ["Saisissez une heure, par exemple 9\u00a0h\u00a030."]


def week(**changes: str) -> dict[str, str]:
    """Monday only, 9 to 12, from 4 January 2027."""
    return {"valid_from": "04/01/2027", "morning_opens_0": "9h", "morning_closes_0": "12h", **changes}


class TestHours:
    def test_the_page_starts_from_todays_hours(self, client) -> None:
        form = client.get(f"{BASE}horaires/changer/").context["form"]
        assert form["morning_opens_0"].value() == time(9)
        assert form["afternoon_closes_4"].value() == time(17)
        assert form["morning_opens_5"].value() is None

    def test_an_afternoon_alone_is_shown_as_an_afternoon(self) -> None:
        row = OpeningHours(weekday=2, opens_at=time(14), closes_at=time(17))
        form = HoursForm(week=[row])
        assert form["afternoon_opens_2"].value() == time(14)
        assert form["morning_opens_2"].value() is None

    def test_new_hours_close_the_old_ones_the_day_before(self, client) -> None:
        text = page(client.post(f"{BASE}horaires/changer/", week(), follow=True))
        assert "Les nouveaux horaires sont enregistrés." in text
        assert "À partir du 04/01/2027" in text
        openings = site_openings(date(2026, 12, 28), date(2027, 1, 10))
        days = sorted({start.date() for start, _end in openings})
        assert date(2026, 12, 31) in days  # a Thursday, under the old hours
        assert [day for day in days if day >= date(2027, 1, 4)] == [date(2027, 1, 4)]

    def test_hours_planned_for_later_are_replaced(self, client) -> None:
        client.post(f"{BASE}horaires/changer/", week(valid_from="01/03/2027"))
        client.post(f"{BASE}horaires/changer/", week())
        assert set(OpeningHours.objects.filter(valid_until=None).values_list("valid_from", flat=True)) == {
            date(2027, 1, 4)
        }

    def test_the_same_day_twice_replaces(self, client) -> None:
        client.post(f"{BASE}horaires/changer/", week())
        client.post(f"{BASE}horaires/changer/", week(morning_closes_0="11h30"))
        (row,) = OpeningHours.objects.filter(valid_from=date(2027, 1, 4))
        assert row.closes_at == time(11, 30)

    @pytest.mark.parametrize(
        ("changes", "field", "message"),
        [
            ({"morning_closes_0": "8h"}, "morning_closes_0", "La fermeture doit suivre l’ouverture."),
            ({"morning_closes_0": ""}, "morning_closes_0", "Indiquez l’ouverture et la fermeture."),
            ({"morning_opens_0": ""}, "morning_opens_0", "Indiquez l’ouverture et la fermeture."),
            (
                {"afternoon_opens_0": "11h", "afternoon_closes_0": "17h"},
                "afternoon_opens_0",
                "L’après-midi commence avant la fin de la matinée.",
            ),
            ({"morning_opens_0": "", "morning_closes_0": ""}, "__all__", "au moins une ouverture"),
            ({"valid_from": ""}, "valid_from", "obligatoire"),
        ],
    )
    def test_mistakes_are_told_at_the_field(
        self, client, changes: dict[str, str], field: str, message: str
    ) -> None:
        response = client.post(f"{BASE}horaires/changer/", week(**changes))
        assert message in str(response.context["form"].errors[field])
        assert message in page(response)
        assert not OpeningHours.objects.filter(valid_from=date(2027, 1, 4)).exists()

    def test_the_database_refuses_overlapping_intervals_and_keeps_the_old_hours(self) -> None:
        before = OpeningHours.objects.filter(valid_until=None).count()
        with pytest.raises(ConstraintViolation, match="en chevauchent d’autres"):
            settings.change_hours(
                valid_from=date(2027, 1, 4), week=[(0, time(9), time(12)), (0, time(11), time(13))]
            )
        assert OpeningHours.objects.filter(valid_until=None).count() == before

    def test_past_hours_are_still_shown(self, client) -> None:
        settings.change_hours(valid_from=date(2026, 1, 5), week=[(0, time(9), time(12))])
        text = page(client.get(f"{BASE}horaires/"))
        assert "Horaires passés" in text
        assert "Du 01/01/2020 au 04/01/2026" in text

    def test_no_hours_at_all_is_a_warning(self, client) -> None:
        OpeningHours.objects.all().delete()
        assert "aucun créneau ne peut être proposé" in page(client.get(f"{BASE}horaires/"))


class TestClosures:
    FIELDS = {"first_day": "24/12/2026", "last_day": "31/12/2026", "label": "Fêtes"}

    def test_a_closure_takes_the_days_away(self, client) -> None:
        text = page(client.post(f"{BASE}fermetures/", self.FIELDS, follow=True))
        assert "jeudi 24 décembre 2026" in text
        assert site_openings(date(2026, 12, 24), date(2026, 12, 31)) == []

    def test_one_day_needs_one_date(self, client) -> None:
        client.post(f"{BASE}fermetures/", {**self.FIELDS, "last_day": ""})
        assert ExceptionalClosure.objects.get().last_day == date(2026, 12, 24)

    @pytest.mark.parametrize(
        ("changes", "message"),
        [
            ({"last_day": "23/12/2026"}, "La fermeture doit finir après son premier jour."),
            ({"first_day": "hier"}, "Saisissez une date"),
            ({"label": ""}, "obligatoire"),
        ],
    )
    def test_mistakes_are_told(self, client, changes: dict[str, str], message: str) -> None:
        assert message in page(client.post(f"{BASE}fermetures/", {**self.FIELDS, **changes}))
        assert not ExceptionalClosure.objects.exists()

    def test_two_closures_cannot_share_a_day(self, client) -> None:
        client.post(f"{BASE}fermetures/", self.FIELDS)
        overlapping = {"first_day": "31/12/2026", "last_day": "02/01/2027", "label": "Inventaire"}
        text = page(client.post(f"{BASE}fermetures/", overlapping))
        assert "Une autre fermeture couvre déjà une partie de ces jours." in text
        assert ExceptionalClosure.objects.count() == 1

    def test_it_can_be_cancelled_and_the_history_remembers(self, client) -> None:
        client.post(f"{BASE}fermetures/", self.FIELDS)
        closure = ExceptionalClosure.objects.get()
        assert site_openings(date(2026, 12, 24), date(2026, 12, 24)) == []
        text = page(client.post(f"{BASE}fermetures/{closure.pk}/annuler/", follow=True))
        assert "La fermeture « Fêtes » est annulée." in text.replace("\u00a0", " ")
        assert "Modification" in text
        assert "Annulée" in text
        assert site_openings(date(2026, 12, 24), date(2026, 12, 24)) != []
        assert client.post(f"{BASE}fermetures/{closure.pk}/annuler/").status_code == 404

    def test_the_days_of_a_cancelled_one_can_be_closed_again(self, client) -> None:
        client.post(f"{BASE}fermetures/", self.FIELDS)
        client.post(f"{BASE}fermetures/{ExceptionalClosure.objects.get().pk}/annuler/")
        client.post(f"{BASE}fermetures/", {**self.FIELDS, "label": "Inventaire"})
        assert sorted(ExceptionalClosure.objects.values_list("label", "is_cancelled")) == [
            ("Fêtes", True), ("Inventaire", False),
        ]  # fmt: skip


class TestCommunes:
    def test_the_real_territory(self, client, territory, django_assert_max_num_queries) -> None:
        with django_assert_max_num_queries(12):
            text = page(client.get(f"{BASE}communes/"))
        assert "66\u00a0communes" in text.replace("66 communes", "66\u00a0communes")
        assert "38\u00a0324" in text  # Chartres

    def test_without_communes_it_says_what_to_do(self, client) -> None:
        assert "load_territory" in page(client.get(f"{BASE}communes/"))

    def test_a_zone_gathers_communes(self, client) -> None:
        allonnes = CommuneFactory(small=True)
        chartres = CommuneFactory()
        text = page(
            client.post(f"{BASE}zones/creer/", {"name": "Vallée", "communes": [allonnes.pk]}, follow=True)
        )
        zone = Zone.objects.get(name="Vallée")
        assert (zone.code, list(zone.communes.all())) == ("vallee", [allonnes])
        assert "1\u00a0commune, 321\u00a0habitants" in text.replace(" ", "\u00a0").replace(",\u00a0", ", ")
        client.post(f"{BASE}zones/{zone.pk}/", {"name": "Grande vallée", "communes": [chartres.pk]})
        assert list(zone.communes.all()) == [chartres]
        text = page(client.get(f"{BASE}communes/"))
        assert "Allonnes" in text
        assert "par Isabelle Marchand" in text

    def test_the_code_of_a_zone_never_moves(self, client) -> None:
        zone = settings.save_zone(zone=Zone(name="Vallée"), communes=[])
        client.post(f"{BASE}zones/{zone.pk}/", {"name": "Autre nom"})
        zone.refresh_from_db()
        assert (zone.name, zone.code) == ("Autre nom", "vallee")

    def test_a_commune_ticked_leaves_the_zone_it_was_in(self, client) -> None:
        commune = CommuneFactory(small=True)
        settings.save_zone(zone=Zone(name="Nord"), communes=[commune])
        assert "aujourd’hui dans «\u00a0Nord\u00a0»" in page(client.get(f"{BASE}zones/creer/"))
        client.post(f"{BASE}zones/creer/", {"name": "Sud", "communes": [commune.pk]})
        commune.refresh_from_db()
        assert commune.zone.name == "Sud"

    @pytest.mark.parametrize("name", ["", "Vallée", "vallée"])
    def test_a_zone_needs_a_name_of_its_own(self, client, name: str) -> None:
        settings.save_zone(zone=Zone(name="Vallée"), communes=[])
        response = client.post(f"{BASE}zones/creer/", {"name": name})
        assert response.context["form"].errors["name"]
        assert Zone.objects.count() == 1

    def test_a_retired_zone_frees_its_communes_and_can_be_used_again(self, client) -> None:
        commune = CommuneFactory(small=True)
        zone = settings.save_zone(zone=Zone(name="Nord"), communes=[commune])
        client.post(f"{BASE}zones/{zone.pk}/retirer/")
        assert Commune.objects.get().zone is None
        assert "Zones retirées" in page(client.get(f"{BASE}communes/"))
        again = page(client.post(f"{BASE}zones/creer/", {"name": "Nord"}))
        assert "Une zone retirée porte ce nom" in again
        assert "Remettre la zone en usage" in page(client.get(f"{BASE}zones/{zone.pk}/"))
        client.post(f"{BASE}zones/{zone.pk}/", {"name": "Nord", "communes": [commune.pk]})
        assert Commune.objects.get().zone == zone
        assert "Zones retirées" not in page(client.get(f"{BASE}communes/"))

    def test_an_unknown_zone_is_a_404(self, client) -> None:
        assert client.get(f"{BASE}zones/{uuid4()}/").status_code == 404


def test_the_history_says_hours_as_one_does(login, isabelle: User) -> None:
    settings.change_hours(valid_from=date(2026, 1, 5), week=[(0, time(9), time(12, 30))])
    page = login(isabelle).get("/administration/horaires/").content.decode()
    assert "lundi, 9\u00a0h – 12\u00a0h\u00a030" in page
    assert "09:00" not in page[page.index("Historique des changements") :]
