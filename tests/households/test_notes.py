"""Notes (H8): three levels × roles × every channel they could leak through, drafts, corrections."""

from collections.abc import Callable
from datetime import date

import pytest
from django.urls import reverse

from cias.accounts.models import User
from cias.audit.models import AccessLog
from cias.audit.services import state_reason
from cias.core.registry import collect_timeline
from households.enums import AssignmentRole, NoteLevel
from households.history import household_changes
from households.models import Household, Note, NoteDraft
from households.services import assign_referent, edit_note, open_household, write_note
from households.team import own_work
from tests.client import StrictClient
from tests.factories import PersonFactory, UserFactory
from tests.households.people import INES

pytestmark = pytest.mark.django_db
type Login = Callable[[User], StrictClient]

TEXTS = {level: f"canari-{level}" for level in NoteLevel}
TEAM, CIRCLE, PERSONAL = NoteLevel

# Who reads which level of Claire's notes: Claire is the author, Mehdi the main référent, Solène another social worker.
READERS: dict[str, set[str]] = {
    "claire": {TEAM, CIRCLE, PERSONAL},
    "mehdi": {TEAM, CIRCLE},
    "solene": {TEAM},
    "isabelle": set(),
    "isabelle, with a reason": {TEAM},
    "nadege": set(),
    "hugo": set(),
    "francoise": set(),
    "david": set(),
    "armelle": set(),
}


@pytest.fixture
def solene(db: None) -> User:
    return UserFactory(first_name="Solène", last_name="Pichard", email="solene@cias.test")


@pytest.fixture
def household(claire: User, mehdi: User, hugo: User) -> Household:
    """Looked after by Mehdi, with the psychologist beside him; one note of each level by Claire."""
    household = open_household(by=claire, applicant=INES, opened_on=date(2024, 3, 4), referent=mehdi)
    assign_referent(
        by=claire, household=household, agent=hugo, on=date(2024, 3, 4), role=AssignmentRole.OTHER
    )
    for level, text in TEXTS.items():
        write_note(
            author=claire,
            household=household,
            held_on=date(2026, 11, 18),
            means="office",
            text=text,
            level=level,
        )
    return household


@pytest.fixture
def reader(request: pytest.FixtureRequest, household: Household) -> User:
    name, *reason = request.param.split(", ")
    user = request.getfixturevalue(name)
    if reason:
        state_reason(user=user, subject_id=household.pk, reason="Absence du référent")
    return user


def levels_in(text: str) -> set[str]:
    return {level for level, canary in TEXTS.items() if canary in text}


by_reader = pytest.mark.parametrize(("reader", "readable"), READERS.items(), indirect=["reader"], ids=READERS)


@by_reader
def test_the_queryset(reader: User, readable: set[str], household: Household) -> None:
    assert {note.level for note in Note.objects.for_user(reader, household.pk)} == readable


@by_reader
def test_the_timeline(reader: User, readable: set[str], household: Household) -> None:
    items = collect_timeline(household, reader)
    assert levels_in(" ".join(f"{item.title} {item.text}" for item in items)) == readable
    assert sum(item.kind == "notes" for item in items) == len(readable)


@by_reader
def test_the_write_history(reader: User, readable: set[str], household: Household) -> None:
    told = " ".join(
        f"{field.before} {field.after}"
        for change in household_changes(household, reader)
        for field in change.fields
    )
    assert levels_in(told) == readable


@by_reader
def test_the_pages(reader: User, readable: set[str], household: Household, login: Login) -> None:
    client = login(reader)
    urls = [
        reverse("households:detail", args=[household.pk]) + "?tout=1",
        reverse("households:composition", args=[household.pk]),
        reverse("households:history", args=[household.pk]),
        reverse("households:note_create", args=[household.pk]),
        reverse("households:readings", args=[household.pk]),
        reverse("households:list"),
    ]
    for url in urls:
        assert levels_in(client.get(url).content.decode()) <= readable, url
    for note in household.notes.all():
        page = client.get(reverse("households:note", args=[note.pk])).content.decode()
        assert levels_in(page) == ({note.level} & readable), note.level


@by_reader
def test_the_search(reader: User, readable: set[str], household: Household, login: Login) -> None:
    page = login(reader).post(reverse("households:search"), {"q": "canari-team"}).content.decode()
    assert "Da Silva" not in page


def test_the_direction_is_asked_for_a_reason_for_a_team_note_only(
    isabelle: User, household: Household, login: Login
) -> None:
    client = login(isabelle)
    statuses = {}
    for note in household.notes.all():
        response = client.get(reverse("households:note", args=[note.pk]))
        statuses[note.level] = (
            response.status_code,
            "Pourquoi ouvrir ce contenu" in response.content.decode(),
        )
    assert statuses == {TEAM: (200, True), CIRCLE: (404, False), PERSONAL: (404, False)}


def test_a_former_referent_leaves_the_circle(
    claire: User, mehdi: User, solene: User, household: Household
) -> None:
    assign_referent(by=claire, household=household, agent=solene, on=date(2026, 11, 24))
    assert CIRCLE not in {note.level for note in Note.objects.for_user(mehdi, household.pk)}
    assert CIRCLE in {note.level for note in Note.objects.for_user(solene, household.pk)}


def test_the_personal_versions_of_a_shared_note_stay_personal(
    claire: User, mehdi: User, household: Household, login: Login
) -> None:
    note = household.notes.get(level=PERSONAL)
    note.level, note.text = TEAM, "Version partagée."
    edit_note(by=claire, note=note, persons=[])
    url = reverse("households:note", args=[note.pk])
    shown = login(mehdi).get(url).content.decode()
    assert "Version partagée." in shown
    assert TEXTS[PERSONAL] not in shown
    assert (
        TEXTS[PERSONAL]
        not in login(mehdi).get(reverse("households:history", args=[household.pk])).content.decode()
    )
    assert TEXTS[PERSONAL] in login(claire).get(url).content.decode()


class TestWriting:
    @pytest.fixture
    def url(self, household: Household) -> str:
        return reverse("households:note_create", args=[household.pk])

    VALUES = {"held_on": "18/11/2026", "means": "home", "level": "team", "text": "Visite du logement."}

    def test_a_note_keeps_everything(
        self, claire: User, household: Household, url: str, login: Login
    ) -> None:
        ines = household.memberships.get().person
        values = {
            **self.VALUES,
            "duration_minutes": "45",
            "themes": ["housing", "energy"],
            "persons": [str(ines.pk)],
        }
        response = login(claire).post(url, values, follow=True)
        note = Note.objects.get(text="Visite du logement.")
        page = response.content.decode()
        assert (note.duration_minutes, note.themes) == (45, ["housing", "energy"])
        assert note.persons.get() == ines
        assert "Logement, Énergie" in page
        assert "45\u00a0min" in page
        assert "À domicile" in page

    @pytest.mark.parametrize(
        ("change", "field", "message"),
        [
            ({"held_on": "25/11/2026"}, "held_on", "dans l’avenir"),
            ({"duration_minutes": "0"}, "duration_minutes", "de 1 à 600 minutes"),
            ({"duration_minutes": "601"}, "duration_minutes", "de 1 à 600 minutes"),
            ({"duration_minutes": "1h"}, "duration_minutes", "nombre de minutes"),
            ({"text": ""}, "text", "obligatoire"),
            ({"level": "secret"}, "level", "choix valide"),
            ({"means": "pigeon"}, "means", "choix valide"),
        ],
    )
    def test_an_error_is_told_at_its_field_and_loses_nothing(
        self, change: dict, field: str, message: str, claire: User, url: str, login: Login
    ) -> None:
        values = {**self.VALUES, "text": "Un long récit.", **change}
        response = login(claire).post(url, values)
        page = response.content.decode()
        assert message in response.context["form"].errors[field][0]
        assert "<title>Erreur" in page
        assert change.get("text", "Un long récit.") in page
        assert not Note.objects.filter(means="home").exists()

    def test_a_stranger_to_the_household_is_not_present(self, claire: User, url: str, login: Login) -> None:
        response = login(claire).post(url, {**self.VALUES, "persons": [str(PersonFactory().pk)]})
        assert "persons" in response.context["form"].errors

    def test_the_form_says_who_will_read_and_that_the_person_may(
        self, claire: User, url: str, login: Login
    ) -> None:
        page = login(claire).get(url).content.decode()
        assert "Personnelle\u00a0: l’auteur seul" in page
        assert "La personne peut demander à lire son dossier" in page
        assert f'data-draft-url="{url.replace("ecrire", "brouillon")}"' in page

    @pytest.mark.parametrize("who", ["nadege", "hugo", "isabelle", "francoise", "david", "armelle"])
    def test_only_social_workers_write(
        self, who: str, url: str, request: pytest.FixtureRequest, login: Login
    ) -> None:
        client = login(request.getfixturevalue(who))
        assert client.post(url, self.VALUES).status_code == 403
        assert client.post(url.replace("ecrire", "brouillon"), self.VALUES).status_code == 403

    def test_the_author_corrects_and_former_versions_show(
        self, claire: User, mehdi: User, household: Household, login: Login
    ) -> None:
        note = household.notes.get(level=TEAM)
        url = reverse("households:note_edit", args=[note.pk])
        assert login(mehdi).get(url).status_code == 404
        assert login(mehdi).post(url, self.VALUES).status_code == 404
        client = login(claire)
        assert TEXTS[TEAM] in client.get(url).content.decode()
        page = client.post(url, {**self.VALUES, "text": "Version corrigée."}, follow=True).content.decode()
        assert "Version corrigée." in page
        assert TEXTS[TEAM] in page
        assert "avant, " in page


class TestDrafts:
    @pytest.fixture
    def url(self, household: Household) -> str:
        return reverse("households:note_create", args=[household.pk])

    def test_what_is_typed_comes_back_even_when_it_is_wrong(
        self, claire: User, household: Household, url: str, login: Login
    ) -> None:
        typed = {"text": "Elle viendra avec", "held_on": "18/1", "themes": ["budget"], "level": "personal"}
        answer = login(claire).post(url.replace("ecrire", "brouillon"), typed)
        assert answer.content.decode() == "brouillon enregistré à 10\u00a0h\u00a021"
        page = login(claire).get(url).content.decode()
        assert "Elle viendra avec</textarea>" in page
        assert 'value="18/1"' in page
        assert 'value="budget" class="form-check-input" id="id_themes_0" checked' in page
        assert "Votre brouillon du 24/11/2026 à 10\u00a0h\u00a021 est revenu" in page

    def test_nobody_else_finds_it(
        self, claire: User, mehdi: User, household: Household, url: str, login: Login
    ) -> None:
        login(claire).post(url.replace("ecrire", "brouillon"), {"text": "canari-brouillon"})
        draft = NoteDraft.objects.get()
        for other in (url, reverse("households:detail", args=[household.pk])):
            assert "canari-brouillon" not in login(mehdi).get(other).content.decode()
        assert own_work(mehdi, date(2026, 11, 24)) == []
        discard = reverse("households:draft_discard", args=[draft.pk])
        assert login(mehdi).post(discard).status_code == 404
        assert login(claire).post(discard).status_code == 302
        assert not NoteDraft.objects.exists()

    def test_it_can_be_kept_without_script_and_waits_in_the_work_list(
        self, claire: User, household: Household, url: str, login: Login
    ) -> None:
        client = login(claire)
        response = client.post(url, {"text": "À finir", "brouillon": "1"})
        assert response.status_code == 302
        page = client.get(reverse("households:detail", args=[household.pk])).content.decode()
        assert "Terminer une note" in page
        assert "Reprendre la note" in page
        assert not Note.objects.filter(text="À finir").exists()

    def test_a_correction_has_its_own_draft(
        self, claire: User, mehdi: User, household: Household, login: Login
    ) -> None:
        note = household.notes.get(level=TEAM)
        url = reverse("households:note_edit_draft", args=[note.pk])
        assert login(mehdi).post(url, {"text": "x"}).status_code == 404
        login(claire).post(url, {"text": "Correction en cours"})
        page = login(claire).get(reverse("households:note_edit", args=[note.pk])).content.decode()
        assert "Correction en cours</textarea>" in page
        assert (
            "Correction en cours"
            not in login(claire).get(reverse("households:note_create", args=[household.pk])).content.decode()
        )
        note.refresh_from_db()
        assert note.text == TEXTS[TEAM]

    def test_saving_the_note_ends_it(self, claire: User, url: str, login: Login) -> None:
        client = login(claire)
        client.post(url.replace("ecrire", "brouillon"), {"text": "x"})
        client.post(url, TestWriting.VALUES)
        assert not NoteDraft.objects.exists()


def test_reading_a_note_leaves_a_line(claire: User, household: Household, login: Login) -> None:
    note = household.notes.get(level=TEAM)
    login(claire).get(reverse("households:note", args=[note.pk]))
    line = AccessLog.objects.latest("pk")
    assert (line.user, line.subject_id, line.url_name) == (claire, household.pk, "households:note")


def test_a_page_opened_by_somebody_else_keeps_nothing(
    login: Login, claire: User, mehdi: User, household: Household
) -> None:
    """Two agents share a computer: what one typed is neither signed nor kept by the other."""
    client = login(mehdi)
    typed = {"text": "Pour Claire", "auteur": str(claire.pk)}
    answer = client.post(reverse("households:note_draft", args=[household.pk]), typed)
    assert (answer.status_code, NoteDraft.objects.count()) == (409, 0)
    complete = {**typed, "held_on": "18/11/2026", "means": "office", "level": TEAM}
    page = client.post(reverse("households:note_create", args=[household.pk]), complete)
    assert "ouverte par une autre personne" in page.content.decode()
    client.post(reverse("households:note_create", args=[household.pk]), {**complete, "brouillon": "1"})
    assert not NoteDraft.objects.exists()
    assert not Note.objects.filter(text="Pour Claire").exists()
