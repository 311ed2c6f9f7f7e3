"""États des lieux (L4): made room by room, compared, frozen once validated."""

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import pdfplumber
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from cias.audit.services import state_reason
from cias.core.db import ConstraintViolation
from cias.core.states import ForbiddenTransition
from households.team import own_work
from housing.enums import DwellingType
from housing.inventories import services
from housing.inventories.enums import Condition
from housing.inventories.rules import wear_percent, years_between
from housing.models import (
    Inventory,
    InventoryDraft,
    InventoryElement,
    InventoryPhoto,
    InventoryRule,
    RoomTemplate,
    Stay,
    WearRule,
)
from tests.factories import DwellingFactory, PlaceFactory, StayFactory, UserFactory

pytestmark = pytest.mark.django_db
D = Decimal
ENTERED, LEFT = date(2024, 3, 1), date(2026, 10, 31)


@pytest.fixture
def stay() -> Stay:
    place = PlaceFactory(dwelling=DwellingFactory(dwelling_type=DwellingType.T3))
    return StayFactory(place=place, start=ENTERED, planned_end=LEFT)


def rooms(*names: str) -> list[RoomTemplate]:
    return [RoomTemplate.objects.get(name=name) for name in names]


def entry_of(stay: Stay, by, *names: str, **values) -> Inventory:
    """A validated entry where everything is good, unless `values` says otherwise by element."""
    inventory = services.start_entry(by=by, stay=stay, held_on=ENTERED, rooms=rooms(*(names or ("Séjour",))))
    elements = {
        row.pk: {"condition": values.get(row.name, Condition.GOOD)}
        for row in InventoryElement.objects.filter(room__inventory=inventory)
    }
    meters = {inventory.meters.get(kind="cold").pk: {"reading": D("100.50")}}
    items = {inventory.items.get(label="Clés du logement").pk: {"count": 2}}
    services.save(
        by=by, inventory=inventory, typed=services.Typed(elements=elements, meters=meters, items=items)
    )
    return services.validate(by=by, inventory=inventory)


# --- Rules -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("years", "percent"),
    [(0, 0), (2, 0), (3, 18), (4, 36), (6, 72), (7, 90), (20, 90)],
)
def test_wear_grows_by_the_year_and_stops_at_the_least_share(years: int, percent: int) -> None:
    """Décret 2016-382, art. 4: two free years, 18 % a year, 10 % left to the occupant at the end of life."""
    rule = WearRule(lifetime_years=7, free_years=2, yearly_percent=18, least_percent=10)
    assert wear_percent(rule, years) == percent


@pytest.mark.parametrize(
    ("first", "last", "years"),
    [
        (date(2024, 3, 1), date(2026, 2, 28), 1),
        (date(2024, 3, 1), date(2026, 3, 1), 2),
        (date(2024, 2, 29), date(2025, 2, 28), 0),
        (date(2026, 1, 1), date(2024, 1, 1), 0),
    ],
)
def test_whole_years(first: date, last: date, years: int) -> None:
    assert years_between(first, last) == years


def test_rooms_are_proposed_by_type_of_dwelling(stay) -> None:
    chosen = [room.name for room, is_chosen in services.proposed_rooms(stay) if is_chosen]
    assert chosen == ["Entrée", "Séjour", "Cuisine", "Chambre 1", "Chambre 2", "Salle d’eau", "WC"]


def test_the_grille_and_the_rooms_agree() -> None:
    known = set(WearRule.objects.values_list("label", flat=True))
    assert {wear for room in RoomTemplate.objects.all() for _name, wear in room.lines} <= known


# --- From the first room to the signature -------------------------------------------------------------


def test_a_validated_inventory_is_frozen_by_the_database(stay) -> None:
    by = UserFactory()
    entry = entry_of(stay, by)
    for change in (
        lambda: InventoryElement.objects.filter(room__inventory=entry).update(condition=Condition.BAD),
        lambda: entry.meters.update(reading=1),
        lambda: entry.items.all().delete(),
        lambda: entry.rooms.create(position=9, name="Cave"),
        lambda: Inventory.objects.filter(pk=entry.pk).update(comment="autre"),
    ):
        with pytest.raises(Exception, match=r"does not change|Cannot update"), transaction.atomic():
            change()
    with pytest.raises(ForbiddenTransition, match="ne change plus"):
        services.save(by=by, inventory=entry, typed=services.Typed())


def test_the_validation_can_be_undone_until_somebody_signed(stay) -> None:
    by = UserFactory()
    entry = entry_of(stay, by)
    services.reopen(by=by, inventory=entry)
    services.validate(by=by, inventory=entry)
    services.sign(by=by, inventory=entry, on=date(2024, 3, 2))
    with pytest.raises(ForbiddenTransition, match="est signé"):
        services.reopen(by=by, inventory=entry)
    services.unsign(by=by, inventory=entry)
    services.start_exit(by=by, stay=stay, held_on=LEFT)
    with pytest.raises(ForbiddenTransition, match="à partir de cette entrée"):
        services.reopen(by=by, inventory=entry)


def test_every_element_has_a_condition_before_the_validation(stay) -> None:
    by = UserFactory()
    inventory = services.start_entry(by=by, stay=stay, held_on=ENTERED, rooms=rooms("Séjour", "WC"))
    with pytest.raises(ValidationError, match="Séjour et WC"):
        services.validate(by=by, inventory=inventory)
    with pytest.raises(ConstraintViolation, match="existe déjà"):
        services.start_entry(by=by, stay=stay, held_on=ENTERED, rooms=rooms("WC"))


def test_the_exit_starts_from_the_entry_and_says_what_worsened(stay) -> None:
    by = UserFactory()
    with pytest.raises(ForbiddenTransition, match="Validez d’abord"):
        services.start_exit(by=by, stay=stay, held_on=LEFT)
    entry_of(stay, by)
    leaving = services.start_exit(by=by, stay=stay, held_on=LEFT)
    walls = InventoryElement.objects.get(room__inventory=leaving, name="Murs")
    assert walls.condition == Condition.GOOD
    typed = services.Typed(
        elements={walls.pk: {"condition": Condition.BAD}},
        meters={leaving.meters.get(kind="cold").pk: {"reading": D("163.75")}},
        items={leaving.items.get(label="Clés du logement").pk: {"count": 1}},
    )
    services.save(by=by, inventory=leaving, typed=typed)
    comparison = services.compare(stay)
    assert comparison is not None
    (worse,) = comparison.worse
    # Two whole years since the entry: paint is still in its free years; a third one would make 18 %.
    assert (worse.exit.name, worse.years, worse.wear, worse.household_share) == ("Murs", 2, 0, 100)
    assert [(row.label, row.missing) for row in comparison.missing] == [("Clés du logement", 1)]
    assert [(row.label, row.used) for row in comparison.meters] == [("Eau froide", D("63.25"))]
    assert not comparison.is_conforming


def test_the_age_of_an_element_is_that_of_its_renewal(stay) -> None:
    by = UserFactory()
    inventory = services.start_entry(by=by, stay=stay, held_on=ENTERED, rooms=rooms("Séjour"))
    elements = {
        row.pk: {"condition": Condition.GOOD, "renewed_year": 2021 if row.name == "Murs" else None}
        for row in InventoryElement.objects.filter(room__inventory=inventory)
    }
    services.save(by=by, inventory=inventory, typed=services.Typed(elements=elements))
    services.validate(by=by, inventory=inventory)
    leaving = services.start_exit(by=by, stay=stay, held_on=LEFT)
    InventoryElement.objects.filter(room__inventory=leaving, name="Murs").update(condition=Condition.BAD)
    comparison = services.compare(stay)
    assert comparison is not None
    assert [(row.years, row.wear) for row in comparison.worse] == [(5, 54)]


@pytest.mark.parametrize(
    ("asked_on", "heating", "accepted"),
    [
        (date(2024, 3, 11), False, True),  # the tenth day
        (date(2024, 3, 12), False, False),
        (date(2024, 11, 2), True, True),
        (date(2024, 2, 28), False, False),
    ],
)
def test_an_entry_is_corrected_within_ten_days(stay, asked_on: date, heating: bool, accepted: bool) -> None:
    """Loi 89-462, art. 3-2; the delay is reference data."""
    assert InventoryRule.objects.get().correction_days == 10
    by = UserFactory()
    entry = entry_of(stay, by)

    def ask():
        return services.ask_correction(
            by=by, inventory=entry, asked_on=asked_on, text="x", about_heating=heating
        )

    if not accepted:
        with pytest.raises(ValidationError):
            ask()
        return
    correction = ask()
    with pytest.raises(ValidationError, match="Dites pourquoi"):
        services.answer_correction(by=by, correction=correction, state="refused")
    services.answer_correction(by=by, correction=correction, state="accepted", answer="Ajouté")
    services.answer_correction(by=by, correction=correction, state="pending")
    correction.refresh_from_db()
    assert correction.answer == ""


# --- Pages -------------------------------------------------------------------------------------------


def form_values(inventory: Inventory, condition: str = "good", **more: object) -> dict[str, object]:
    values: dict[str, object] = {"held_on": "01/03/2024", "present": "Mme Lefèvre"}
    for row in InventoryElement.objects.filter(room__inventory=inventory):
        values[f"el_{row.pk}_condition"] = condition
    return {**values, **more}


def test_an_entry_is_made_on_one_page(login, claire, stay) -> None:
    client = login(claire)
    start = reverse("housing:inventory_entry", args=[stay.pk])
    assert client.get(start).status_code == 200
    chosen = [room.pk for room in rooms("Séjour", "WC")]
    client.post(start, {"held_on": "01/03/2024", "rooms": chosen})
    inventory = Inventory.objects.get()
    url = reverse("housing:inventory_edit", args=[inventory.pk])
    page = client.get(url).content.decode()
    assert "Mauvais" in page
    assert "Cuvette et chasse" in page
    cold = inventory.meters.get(kind="cold")
    # A slip keeps everything typed, and says so at its field.
    bad = {
        f"meter_{cold.pk}_reading": "beaucoup",
        f"el_{InventoryElement.objects.first().pk}_renewed_year": "19",
    }
    page = client.post(url, form_values(inventory, **bad)).content.decode()
    assert "Saisissez un relevé" in page
    assert 'value="beaucoup"' in page
    assert "<title>Erreur" in page
    room = inventory.rooms.get(name="WC")
    values = form_values(
        inventory, **{f"meter_{cold.pk}_reading": "1 234,5", f"new_element_{room.pk}": "Lave-mains"}
    )
    response = client.post(url, values)
    assert response.url.endswith(f"#piece-{room.pk}")
    cold.refresh_from_db()
    assert cold.reading == D("1234.50")
    new = InventoryElement.objects.get(name="Lave-mains")
    response = client.post(url, form_values(inventory, remove_element=str(new.pk)))
    assert not InventoryElement.objects.filter(pk=new.pk).exists()
    response = client.post(url, form_values(inventory, validate="1"), follow=True)
    assert "est validé" in response.content.decode()
    assert client.get(url).status_code == 302
    response = client.post(
        reverse("housing:inventory_sign", args=[inventory.pk]), {"on": "02/03/2024", "refused": "on"}
    )
    assert "Dites pourquoi" in response.content.decode()
    client.post(reverse("housing:inventory_sign", args=[inventory.pk]), {"on": "02/03/2024"})
    inventory.refresh_from_db()
    assert inventory.signed_on == date(2024, 3, 2)


def test_what_is_typed_is_kept_and_comes_back(login, claire, stay) -> None:
    inventory = services.start_entry(by=claire, stay=stay, held_on=ENTERED, rooms=rooms("Séjour"))
    client = login(claire)
    name = f"room_{inventory.rooms.get().pk}_comment"
    url = reverse("housing:inventory_draft", args=[inventory.pk])
    answer = client.post(url, {name: "fissure au plafo", "auteur": claire.pk})
    assert "brouillon enregistré" in answer.content.decode()
    page = client.get(reverse("housing:inventory_edit", args=[inventory.pk])).content.decode()
    assert 'value="fissure au plafo"' in page
    assert "est revenu" in page
    assert client.post(url, {name: "x", "auteur": UserFactory().pk}).status_code == 409
    client.post(
        reverse("housing:inventory_edit", args=[inventory.pk]), form_values(inventory, auteur=claire.pk)
    )
    assert not InventoryDraft.objects.exists()


def photo(colour: str) -> SimpleUploadedFile:
    written = BytesIO()
    Image.new("RGB", (300, 200), colour).save(written, "JPEG")
    return SimpleUploadedFile("mur.jpg", written.getvalue(), "image/jpeg")


def test_photos_join_the_documents_and_the_sheet(login, claire, stay) -> None:
    entry = services.start_entry(by=claire, stay=stay, held_on=ENTERED, rooms=rooms("Séjour"))
    room = entry.rooms.get()
    client = login(claire)
    url = reverse("housing:inventory_photos", args=[room.pk])
    assert "Prenez ou choisissez" in client.post(url, {}).content.decode()
    client.post(url, {"brought": [photo("#775544"), photo("#224466")], "caption": "Mur nord"})
    assert room.photos.count() == 2
    assert stay.household.documents.filter(kind="photo").count() == 2
    removed = room.photos.first()
    client.post(reverse("housing:inventory_photo_remove", args=[removed.pk]))
    assert InventoryPhoto.objects.count() == 1
    assert stay.household.documents.current().count() == 2
    sheet = client.get(reverse("housing:inventory_print", args=[entry.pk]))
    with pdfplumber.open(BytesIO(sheet.content)) as pdf:
        text = " ".join(page.extract_text() for page in pdf.pages)
        assert sum(len(page.images) for page in pdf.pages) >= 1
    assert "Mur nord" in text
    assert "lu et approuvé" in text


def test_the_direction_reads_the_content_with_a_reason(login, isabelle, claire, stay) -> None:
    entry = entry_of(stay, claire)
    client = login(isabelle)
    page = client.get(reverse("housing:inventory", args=[entry.pk])).content.decode()
    assert "Prises et éclairage" not in page
    state_reason(user=isabelle, subject_id=stay.household_id, reason="Litige sur le dépôt")
    page = client.get(reverse("housing:inventory", args=[entry.pk])).content.decode()
    assert "Prises et éclairage" in page


def test_the_comparison_is_shown_and_printed(login, claire, stay) -> None:
    entry_of(stay, claire)
    leaving = services.start_exit(by=claire, stay=stay, held_on=LEFT)
    InventoryElement.objects.filter(room__inventory=leaving, name="Sol").update(condition=Condition.BAD)
    client = login(claire)
    page = client.get(reverse("housing:inventory_compare", args=[stay.pk])).content.decode()
    assert "1\u00a0élément s’est dégradé" in page
    printed = client.get(reverse("housing:inventory_compare_print", args=[stay.pk]))
    assert printed.content.startswith(b"%PDF")


def test_a_room_template_names_lines_of_the_grille(login, isabelle) -> None:
    room = RoomTemplate.objects.get(name="WC")
    url = reverse("housing:room_template", args=[room.pk])
    values = {"name": "WC", "position": 100, "dwelling_types": ["t1"], "is_active": "on"}
    page = login(isabelle).post(url, {**values, "elements": "Murs | Papier mâché"}).content.decode()
    assert "Pas de ligne de vétusté de ce nom\u00a0: Papier mâché." in page
    login(isabelle).post(url, {**values, "elements": "Murs | Peintures et papiers peints\nPatère"})
    room.refresh_from_db()
    assert room.lines == [("Murs", "Peintures et papiers peints"), ("Patère", "")]


def test_the_work_list_leads_to_pages_one_may_open(claire, isabelle) -> None:
    """The direction steers: what only a social worker does leads it to the stay."""
    stay = StayFactory(
        referent=claire, start=timezone.localdate(), planned_end=timezone.localdate() + timedelta(days=90)
    )
    title = "Faire l’état des lieux d’entrée"

    def url_for(agent) -> str:
        (item,) = [item for item in own_work(agent, timezone.localdate()) if item.title == title]
        return item.url

    assert url_for(claire) == reverse("housing:inventory_entry", args=[stay.pk])
    assert url_for(isabelle) == reverse("housing:stay", args=[stay.pk])
