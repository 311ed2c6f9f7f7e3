"""The mail desk: part of what waits goes out, the keys, and what other pages say of the mail."""

import pytest
from django.urls import reverse

from cias.accounts.models import User
from households.models import Household
from rights.domiciliation import services
from rights.domiciliation.enums import DeskKind
from rights.models import DeskEvent, Domiciliation
from tests.factories import DeskEventFactory, DomiciliationFactory, ElectionFactory, ProxyFactory

pytestmark = pytest.mark.django_db


def page(response) -> str:
    return response.content.decode().replace("\u00a0", " ")


@pytest.fixture(autouse=True)
def _today(time_machine) -> None:
    time_machine.move_to("2026-11-24T10:21+01:00")


@pytest.fixture
def box(household: Household, claire: User) -> Domiciliation:
    """Three letters and a parcel wait for Denise."""
    person = household.memberships.get(role="applicant").person
    domiciliation = DomiciliationFactory(household=household, person=person, agent=claire)
    ElectionFactory(domiciliation=domiciliation, granted=True)
    services.record(by=claire, domiciliation=domiciliation, kind=DeskKind.ARRIVED, letters=3, parcels=1)
    return domiciliation


def part(**values: object) -> dict[str, str]:
    return {f"part-{name}": str(value) for name, value in values.items()}


def test_part_of_the_mail_goes_out_and_the_rest_waits(login, nadege, box) -> None:
    client, url = login(nadege), reverse("rights:mail_part", args=[box.pk])
    shown = page(client.get(reverse("rights:mail_person", args=[box.pk])))
    assert "Courriers (sur 3)" in shown
    assert "Avis de passage (sur" not in shown
    answer = page(client.post(url, part(way="handed", letters=2), follow=True))
    assert "courrier remis à la personne (2 courriers). Reste 1 courrier et 1 colis." in answer
    assert DeskEvent.objects.get(kind=DeskKind.HANDED).identity_checked
    answer = page(client.post(url, part(way="returned", letters=1, parcels=1), follow=True))
    assert "Rien ne reste." in answer


def test_a_proxy_takes_a_parcel(login, nadege, box) -> None:
    proxy = ProxyFactory(domiciliation=box, name="Paul Durand")
    url = reverse("rights:mail_part", args=[box.pk])
    answer = page(login(nadege).post(url, part(way=f"handed_proxy:{proxy.pk}", parcels=1), follow=True))
    assert "Mandataire : Paul Durand. Reste 3 courriers." in answer
    assert DeskEvent.objects.get(kind=DeskKind.HANDED_PROXY).proxy == proxy


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"letters": 4}, "letters", "Il n’en reste que 3"),
        ({"letters": "deux"}, "letters", "nombre entier"),
        ({}, "__all__", "combien de plis sortent"),
        ({"letters": 1, "way": "forwarded"}, "way", "Sélectionnez"),
        ({"letters": 1, "way": "handed_proxy:11111111-1111-1111-1111-111111111111"}, "way", "Sélectionnez"),
    ],
)
def test_what_cannot_go_out_is_said_and_kept(login, nadege, box, typed, field, said) -> None:
    url = reverse("rights:mail_part", args=[box.pk])
    answer = login(nadege).post(url, part(**{"way": "handed", **typed}))
    assert field in answer.context["part"].errors
    assert said in page(answer)
    assert "<title>Erreur" in page(answer)
    assert DeskEvent.objects.count() == 1


def test_nothing_waits_any_more(login, nadege, box, claire) -> None:
    services.record(by=claire, domiciliation=box, kind=DeskKind.HANDED)
    url = reverse("rights:mail_part", args=[box.pk])
    assert "Aucun courrier n’attend" in page(
        login(nadege).post(url, part(way="handed", letters=1), follow=True)
    )


def test_keys_are_those_of_whoever_wants_them(login, nadege, box) -> None:
    url = reverse("rights:mail_person", args=[box.pk])
    assert 'data-shortcut="4"' in page(login(nadege).get(url))
    User.objects.filter(pk=nadege.pk).update(keyboard_shortcuts=False)
    nadege.refresh_from_db()
    for address in (url, reverse("rights:mail_desk")):
        shown = page(login(nadege).get(address))
        assert 'data-shortcut="4"' not in shown
        assert 'data-shortcut="0"' not in shown


def test_valid_attestations_come_first_and_a_long_answer_says_so(login, nadege) -> None:
    for _ in range(21):
        DomiciliationFactory(person__birth_name="Zola")
    held = DomiciliationFactory(person__birth_name="Zola", person__first_names="Aaron")
    ElectionFactory(domiciliation=held, granted=True)
    answer = login(nadege).post(reverse("rights:mail_desk"), {"q": "zola"})
    assert "Les 20 premières personnes" in page(answer)
    assert answer.context["rows"][0] == (held, True)


def test_the_file_shows_a_few_lines_the_register_all_of_them(login, claire, nadege, box) -> None:
    for _ in range(8):
        DeskEventFactory(domiciliation=box)
    client = login(claire)
    shown = page(client.get(reverse("rights:domiciliation", args=[box.pk])))
    assert "Tout le registre (9 lignes)" in shown
    assert "3 courriers et 1 colis en attente" in shown
    # Lines of other days are crossed out from the whole register only.
    assert shown.count(">Annuler<") == 1
    whole = reverse("rights:dom_register", args=[box.pk])
    assert page(client.get(whole)).count(">Annuler<") == 9
    assert login(nadege).get(whole).status_code == 403
