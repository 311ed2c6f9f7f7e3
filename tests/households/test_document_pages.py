"""The pages of documents: who opens what, what is refused at the field, what a response carries, what is logged."""

import io
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from cias.accounts.models import User
from cias.audit.enums import AccessAction
from cias.audit.models import AccessLog
from cias.audit.services import state_reason
from cias.core.registry import collect_actions, collect_timeline
from households.enums import AssignmentRole, DocumentState, NoteLevel
from households.history import household_changes
from households.models import Document, Household
from households.services import (
    assign_referent,
    edit_document,
    open_household,
    replace_document,
    retire_document,
)
from households.services.documents import VAULT
from households.team import own_work
from tests.client import StrictClient
from tests.core import received
from tests.factories import DocumentFactory, HouseholdFactory
from tests.households.people import INES
from tests.households.test_documents import READERS, files_of, safe, solene  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db
type Login = Callable[[User], StrictClient]
TEAM, CIRCLE, PERSONAL = NoteLevel
TODAY = date(2026, 11, 24)
FILES = ("document_thumbnail", "document_preview", "document_download")


@pytest.fixture(autouse=True)
def media(settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    received.without_process(monkeypatch)
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


@pytest.fixture
def household(claire: User, mehdi: User) -> Household:
    """Looked after by Mehdi."""
    return open_household(by=claire, applicant=INES, opened_on=date(2024, 3, 4), referent=mehdi)


@pytest.fixture
def documents(household: Household, claire: User) -> list[Document]:
    """One of each level by Claire, with a title to look for."""
    return [
        DocumentFactory(household=household, author=claire, level=level, title=f"canari-{level}")
        for level in NoteLevel
    ]


def url(name: str, row: Document | Household) -> str:
    return reverse(f"households:{name}", args=[row.pk])


def body(response) -> str:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content.decode(errors="ignore")


def upload(name: str = "avis.pdf", content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, received.pdf() if content is None else content)


VALUES = {"kind": "tax", "level": "team"}


class TestReading:
    @pytest.mark.parametrize(("name", "readable"), READERS.items(), ids=READERS)
    def test_every_level_on_every_page(
        self,
        name: str,
        readable: set[str],
        household: Household,
        documents: list[Document],
        login: Login,
        request: pytest.FixtureRequest,
    ) -> None:
        who, *reason = name.split(", ")
        user = request.getfixturevalue(who)
        if reason:
            state_reason(user=user, subject_id=household.pk, reason="Absence du référent")
        client = login(user)
        pages = [url("documents", household), url("history", household), url("detail", household) + "?tout=1"]
        for page in pages:
            shown = body(client.get(page))
            found = {level for level in NoteLevel if f"canari-{level}" in shown}
            assert found <= readable, page
            if page == pages[0]:
                assert found == readable
        for document in documents:
            asked = who == "isabelle" and not reason and document.level == TEAM
            held = user.has_perm("documents.view")
            for view in FILES:
                response = client.get(url(view, document))
                expected = 200 if document.level in readable else 302 if asked else 404 if held else 403
                assert response.status_code == expected, (view, document.level)
                assert ("canari-fichier" in body(response)) == (
                    view == "document_download" and document.level in readable
                )
            page = client.get(url("document", document))
            assert (f"canari-{document.level}" in body(page)) == (document.level in readable)
            if asked:
                assert "Pourquoi ouvrir ce contenu" in body(page)

    def test_the_direction_reads_once_a_reason_is_given_and_changes_nothing(
        self, isabelle: User, household: Household, documents: list[Document], login: Login
    ) -> None:
        client = login(isabelle)
        assert "Pourquoi ouvrir ce contenu" in body(client.get(url("documents", household)))
        back = url("documents", household)
        client.post(url("reason", household), {"choice": "Absence du référent", "next": back})
        page = body(client.get(back))
        assert "canari-team" in page
        assert "Ajouter un document" not in page
        for view in ("document_edit", "document_replace", "document_retire"):
            assert client.post(url(view, documents[0])).status_code == 403

    def test_the_psychologist_reads_their_own_only(
        self, claire: User, hugo: User, household: Household, documents: list[Document], login: Login
    ) -> None:
        assign_referent(
            by=claire, household=household, agent=hugo, on=date(2024, 3, 4), role=AssignmentRole.OTHER
        )
        own = DocumentFactory(household=household, author=hugo, title="canari-psy", level=PERSONAL)
        client = login(hugo)
        page = body(client.get(url("documents", household)))
        assert "canari-psy" in page
        assert "canari-team" not in page
        assert client.get(url("document_download", own)).status_code == 200
        assert client.get(url("document", documents[0])).status_code == 404
        form = body(client.get(url("document_add", household)))
        assert 'value="personal" class="form-check-input" id="id_level_2" required checked' in form

    def test_a_response_runs_nothing_stays_nowhere_and_names_nobody(
        self, claire: User, household: Household, documents: list[Document], login: Login
    ) -> None:
        client = login(claire)
        for view in FILES:
            headers = client.get(url(view, documents[0])).headers
            assert headers["Content-Security-Policy"] == "sandbox; default-src 'none'", view
            assert headers["X-Content-Type-Options"] == "nosniff"
            assert headers["Cache-Control"] == "no-store"
            assert "canari" not in str(headers)
        assert headers["Content-Type"] == "application/pdf"
        assert (
            headers["Content-Disposition"]
            == f'attachment; filename="{household.number}-avis-dimposition.pdf"'
        )
        assert headers["Content-Length"] == str(documents[0].size)

    def test_what_was_opened_and_downloaded_is_logged(
        self, claire: User, household: Household, documents: list[Document], login: Login
    ) -> None:
        client = login(claire)
        for view in FILES:
            client.get(url(view, documents[0]))
        lines = AccessLog.objects.filter(subject_id=household.pk, object_id=documents[0].pk)
        assert list(lines.order_by("at").values_list("action", flat=True)) == [
            AccessAction.VIEW,
            AccessAction.DOWNLOAD,
        ]

    def test_a_file_that_was_altered_or_lost_is_told_and_never_served(
        self, claire: User, documents: list[Document], login: Login
    ) -> None:
        client = login(claire)
        path = VAULT.path(documents[0].file_name("content"))
        path.write_bytes(path.read_bytes()[:-1] + b"?")
        response = client.get(url("document_download", documents[0]), follow=True)
        assert "ne peut pas être lu" in body(response)
        path.unlink()
        assert "Le fichier manque" in body(client.get(url("document", documents[0])))
        VAULT.path(documents[1].file_name("preview")).unlink()
        assert client.get(url("document_preview", documents[1])).status_code == 404

    @pytest.mark.parametrize("number", [3, 12])
    def test_the_tab_costs_the_same_whatever_it_lists(
        self, number: int, claire: User, household: Household, login: Login, django_assert_max_num_queries
    ) -> None:
        person = household.memberships.get().person
        for _ in range(number):
            DocumentFactory(household=household, author=claire, person=person)
        client = login(claire)
        with django_assert_max_num_queries(12):
            client.get(url("documents", household))

    def test_kinds_filter_and_what_expires_comes_first(
        self, claire: User, household: Household, login: Login
    ) -> None:
        common = {"household": household, "author": claire}
        DocumentFactory(
            **common, title="Expire bientôt", kind="residence", expires_on=TODAY + timedelta(days=12)
        )
        DocumentFactory(**common, title="Expiré", kind="identity", expires_on=TODAY - timedelta(days=3))
        DocumentFactory(**common, title="Loin", kind="identity", expires_on=TODAY + timedelta(days=400))
        client = login(claire)
        page = body(client.get(url("documents", household)))
        assert page.index("Expire bientôt") < page.index("Loin")
        assert "expiré depuis 3 jours" in page
        assert "expire dans 12 jours" in page
        assert "valable jusqu’au 29/12/2027" in page
        page = body(client.get(url("documents", household) + "?type=residence"))
        assert "Expire bientôt" in page
        assert "Loin" not in page


class TestAdding:
    def test_a_pdf_arrives_with_what_is_said_of_it(
        self, claire: User, household: Household, login: Login, media: Path
    ) -> None:
        ines = household.memberships.get().person
        values = {
            **VALUES, "title": "Avis 2026", "person": ines.pk, "document_date": "01/09/2026", "expires_on": "31082027",
            "level": "circle", "brought": upload("../../etc/avis\0.pdf"),
        }  # fmt: skip
        response = login(claire).post(url("document_add", household), values, follow=True)
        assert "Document ajouté : Avis 2026." in body(response)
        document = Document.objects.get()
        assert (document.person, document.level, document.expires_on) == (ines, CIRCLE, date(2027, 8, 31))
        assert (document.author, document.content_type, document.pages) == (claire, "application/pdf", 1)
        assert all("avis" not in str(path) for path in files_of(media))
        page = login(claire).get(url("document", document))
        assert "Non analysé" in body(page)
        preview = login(claire).get(url("document_preview", document)).content
        assert Image.open(io.BytesIO(preview)).format == "JPEG"

    def test_each_page_is_shown(self, claire: User, household: Household, login: Login) -> None:
        client = login(claire)
        client.post(url("document_add", household), {**VALUES, "brought": upload(content=received.pdf(3))})
        document = Document.objects.get()
        first, second, third = (
            client.get(url("document_preview", document), {"page": number}).content for number in (1, 2, 3)
        )
        assert len({first, second, third}) == 3
        assert client.get(url("document_preview", document), {"page": 9}).content == third
        assert client.get(url("document_preview", document)).content == first
        page = body(client.get(url("document", document), {"page": 2}))
        assert "page 2 sur 3" in page
        assert f'href="{url("document", document)}?page=3"' in page, "from a refused withdrawal too"

    def test_several_at_once_and_a_photo(self, claire: User, household: Household, login: Login) -> None:
        values = {**VALUES, "kind": "photo", "brought": [upload(), upload("a.png", received.picture("PNG"))]}
        values["photo"] = upload("image.jpg", received.photo_with_place())
        response = login(claire).post(url("document_add", household), values, follow=True)
        assert "3\u00a0documents ajoutés." in body(response)
        assert sorted(household.documents.values_list("title", flat=True)) == [
            "Photo (1/3)", "Photo (2/3)", "Photo (3/3)",
        ]  # fmt: skip

    @pytest.mark.parametrize("case", received.HOSTILE, ids=received.HOSTILE)
    def test_a_hostile_file_is_told_at_its_field_and_leaves_nothing(
        self, case: str, claire: User, household: Household, login: Login, media: Path, settings
    ) -> None:
        settings.UPLOAD_MAX_PAGES = 5
        name, content, sentence = received.HOSTILE[case]
        values = {**VALUES, "title": "Gardé", "brought": [upload(), upload(name, content)]}
        response = login(claire).post(url("document_add", household), values)
        page = body(response)
        (said,) = response.context["form"].errors["brought"]
        assert said.startswith(f"« {name} » : ")
        assert sentence in said
        assert "<title>Erreur" in page
        assert 'value="Gardé"' in page
        assert not files_of(media)
        assert not Document.objects.exists()

    @pytest.mark.parametrize(
        ("change", "field", "message"),
        [
            ({"brought": []}, "brought", "Choisissez un fichier"),
            ({"brought": [upload() for _ in range(11)]}, "brought", "10 fichiers au plus"),
            ({"kind": ""}, "kind", "obligatoire"),
            ({"kind": "other"}, "title", "Donnez un intitulé"),
            ({"document_date": "25/11/2026"}, "document_date", "dans l’avenir"),
            (
                {"document_date": "24/11/2026", "expires_on": "23/11/2026"},
                "expires_on",
                "expire après sa date",
            ),
            ({"level": "secret"}, "level", "choix valide"),
        ],
        ids=str,
    )
    def test_an_error_is_told_at_its_field(
        self,
        change: dict,
        field: str,
        message: str,
        claire: User,
        household: Household,
        login: Login,
        media: Path,
    ) -> None:
        for file in change.get("brought", []) if isinstance(change.get("brought"), list) else []:
            file.seek(0)
        response = login(claire).post(
            url("document_add", household), {**VALUES, "brought": upload(), **change}
        )
        assert message in response.context["form"].errors[field][0]
        assert not files_of(media)

    @pytest.mark.parametrize("length", [300, 4000])
    def test_a_name_that_no_disk_would_take(
        self, length: int, claire: User, household: Household, login: Login, media: Path
    ) -> None:
        file = io.BytesIO(received.pdf())
        file.name = "a" * length + ".pdf"  # Django's own classes would cut it
        response = login(claire).post(url("document_add", household), {**VALUES, "brought": file})
        if length > 1000:
            assert response.status_code == 400  # no browser sends such a header
        else:
            (said,) = response.context["form"].errors["brought"]
            assert "son nom dépasse 255 caractères" in said
            assert len(said) < 150
        assert not files_of(media)

    def test_too_large_is_dropped_while_it_comes_in(
        self, claire: User, household: Household, login: Login, settings, media: Path
    ) -> None:
        settings.UPLOAD_MAX_MB, settings.UPLOAD_MAX_TOTAL_MB = 1, 2
        most = 0

        class Counting(io.BytesIO):
            def write(self, data) -> int:
                nonlocal most
                written = super().write(data)
                most = max(most, self.tell())
                return written

        import cias.core.uploads.handler as handler

        original, handler.BytesIO = handler.BytesIO, Counting
        try:
            response = login(claire).post(
                url("document_add", household),
                {**VALUES, "brought": [upload("film.pdf", b"%PDF-" + bytes(9 * 1024 * 1024))]},
            )
        finally:
            handler.BytesIO = original
        assert "« film.pdf » : il dépasse 1 Mo" in response.context["form"].errors["brought"][0]
        assert most <= 1024 * 1024
        almost = b"%PDF-" + bytes(900 * 1024)
        response = login(claire).post(
            url("document_add", household),
            {**VALUES, "brought": [upload(f"{number}.pdf", almost) for number in range(3)]},
        )
        assert "l’envoi dépasse 2 Mo en tout" in response.context["form"].errors["brought"][0]
        assert not files_of(media)

    def test_the_disk_is_full(
        self, claire: User, household: Household, login: Login, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(*args, **kwargs):
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("cias.core.vault.tempfile.mkstemp", full)
        response = login(claire).post(url("document_add", household), {**VALUES, "brought": upload()})
        assert "Rien n’a été gardé" in response.context["form"].errors["brought"][0]
        assert not Document.objects.exists()

    def test_what_is_already_there_is_named_with_its_way(
        self, claire: User, mehdi: User, household: Household, login: Login
    ) -> None:
        login(claire).post(url("document_add", household), {**VALUES, "title": "Avis", "brought": upload()})
        document = Document.objects.get()
        response = login(mehdi).post(url("document_add", household), {**VALUES, "brought": upload()})
        assert response.context["form"].errors["brought"] == [
            "« Avis » est déjà là, ajouté le 24/11/2026 par Claire Vasseur."
        ]
        assert url("document", document) in body(response)
        other = upload("b.jpg", received.picture())
        response = login(mehdi).post(
            url("document_add", household), {**VALUES, "brought": [upload(), other]}, follow=True
        )
        assert "Document ajouté" in body(response)
        assert "est déjà là" in body(response)

    def test_a_level_one_does_not_read_stays_unknown(
        self,
        claire: User,
        household: Household,
        login: Login,
        solene: User,  # noqa: F811
    ) -> None:
        login(claire).post(
            url("document_add", household),
            {**VALUES, "level": "circle", "title": "Avis", "brought": upload()},
        )
        response = login(solene).post(
            url("document_add", household), {**VALUES, "brought": upload()}, follow=True
        )
        assert "déjà là" not in body(response)
        assert Document.objects.count() == 2

    def test_nobody_adds_to_a_household_they_may_not_know(self, hugo: User, login: Login) -> None:
        response = login(hugo).post(url("document_add", HouseholdFactory()), {**VALUES, "brought": upload()})
        assert response.status_code == 404


class TestReception:
    def test_it_adds_and_sees_type_and_date_only(
        self, nadege: User, household: Household, documents: list[Document], login: Login
    ) -> None:
        client = login(nadege)
        form = body(client.get(url("document_add", household)))
        assert "Personnelle" not in form
        values = {**VALUES, "title": "canari-titre", "brought": upload()}
        client.post(url("document_add", household), values)
        own = Document.objects.get(author=nadege)
        page = body(client.get(url("documents", household)))
        assert "Avis d’imposition" in page
        assert "24/11/2026" in page
        assert "canari" not in page
        assert f'href="{url("document", own)}' not in page
        for view in ("document", *FILES):
            assert client.get(url(view, own)).status_code == 403

    def test_it_takes_back_what_it_added_and_nothing_else(
        self, nadege: User, household: Household, documents: list[Document], login: Login
    ) -> None:
        own = DocumentFactory(household=household, author=nadege)
        client = login(nadege)
        assert client.post(url("document_retire", documents[0]), {"reason": "x"}).status_code == 404
        page = body(client.post(url("document_retire", own), {"reason": ""}, follow=True))
        assert "Dites pourquoi" in page
        client.post(url("document_retire", own), {"reason": "Mauvais ménage"})
        own.refresh_from_db()
        assert (own.state, own.retired_by) == (DocumentState.RETIRED, nadege)
        assert "Mauvais ménage" in body(client.get(url("documents", household)))
        client.post(url("document_restore", own))
        own.refresh_from_db()
        assert own.state == DocumentState.CURRENT


def mark(page: object) -> dict[str, str]:
    """The mark the form sends back."""
    return {"seen": page.context["seen"]}  # type: ignore[attr-defined]


class TestFiling:
    def test_a_colleague_files_and_the_author_alone_chooses_who_reads(
        self, claire: User, mehdi: User, documents: list[Document], login: Login
    ) -> None:
        team = documents[0]
        values = {"kind": "benefits", "title": "Attestation", "expires_on": "31/12/2026", "level": "circle"}
        page = login(mehdi).get(url("document_edit", team))
        assert "id_level" not in body(page)
        login(mehdi).post(url("document_edit", team), values | mark(page))
        team.refresh_from_db()
        assert (team.title, team.kind, team.level) == ("Attestation", "benefits", TEAM)
        page = login(claire).get(url("document_edit", team))
        login(claire).post(url("document_edit", team), values | mark(page))
        team.refresh_from_db()
        assert team.level == CIRCLE

    def test_a_colleague_s_correction_is_shown_and_not_written_over(
        self, claire: User, mehdi: User, documents: list[Document], login: Login
    ) -> None:
        team, (first, second) = documents[0], (login(claire), login(mehdi))
        address = url("document_edit", team)
        before = mark(second.get(address))
        first.post(address, {"kind": "tax", "title": "Avis 2025", "level": TEAM} | mark(first.get(address)))
        typed = {"kind": "tax", "title": "Avis de Yann", "expires_on": "31/12/2026"}
        page = second.post(address, typed | before)
        team.refresh_from_db()
        assert team.title == "Avis 2025"
        said = body(page)
        assert "Claire Vasseur a modifié ce document pendant votre saisie." in said
        assert "Enregistré entre-temps\u00a0: Avis 2025." in said
        assert "Enregistré entre-temps\u00a0: rien." in said, "the date the other had left out"
        assert (page.context["form"]["title"].value(), page.context["form"]["expires_on"].value()) == (
            "Avis de Yann", "31/12/2026",
        )  # fmt: skip
        assert "kind" not in page.context["form"].errors, "both typed the same"
        # Knowing it, the second saves theirs.
        assert second.post(address, typed | mark(page)).status_code == 302
        team.refresh_from_db()
        assert team.title == "Avis de Yann"

    def test_the_same_correction_twice_is_no_conflict(
        self, claire: User, mehdi: User, documents: list[Document], login: Login
    ) -> None:
        team = documents[0]
        address, values = url("document_edit", team), {"kind": "tax", "title": "Avis 2025"}
        before = mark(login(mehdi).get(address))
        first = login(claire)
        first.post(address, {**values, "level": TEAM} | mark(first.get(address)))
        assert login(mehdi).post(address, values | before).status_code == 302

    def test_a_form_without_its_mark_never_writes_blindly(
        self, mehdi: User, documents: list[Document], login: Login
    ) -> None:
        page = login(mehdi).post(url("document_edit", documents[0]), {"kind": "tax", "title": "Avis"})
        assert page.context["form"].errors
        documents[0].refresh_from_db()
        assert documents[0].title != "Avis"

    def test_what_is_typed_is_shown_again_when_the_document_is_retired_meanwhile(
        self, claire: User, mehdi: User, documents: list[Document], login: Login
    ) -> None:
        client, address = login(mehdi), url("document_edit", documents[0])
        before = mark(client.get(address))
        retire_document(by=claire, document=documents[0], reason="Illisible")
        page = client.post(address, {"kind": "tax", "title": "Avis de Yann"} | before)
        assert "Ce document n’est plus en cours (retiré)" in body(page)
        assert page.context["form"]["title"].value() == "Avis de Yann"
        assert client.get(address).status_code == 404

    def test_a_newer_version(
        self, mehdi: User, household: Household, documents: list[Document], login: Login
    ) -> None:
        client = login(mehdi)
        response = client.post(
            url("document_replace", documents[0]),
            {"brought": upload(), "expires_on": "01/10/2027"},
            follow=True,
        )
        page = body(response)
        assert "la version 2 est en place" in page
        assert "Version 1" in page
        assert "version 2" in body(client.get(url("documents", household)))
        assert "remplacée depuis" in body(client.get(url("document", documents[0])))
        assert client.get(url("document_replace", documents[0])).status_code == 404

    def test_a_refused_newer_version_changes_nothing(
        self, mehdi: User, documents: list[Document], login: Login
    ) -> None:
        response = login(mehdi).post(
            url("document_replace", documents[0]), {"brought": upload("a.pdf", b"MZ")}
        )
        assert "programme" in response.context["form"].errors["brought"][0]
        documents[0].refresh_from_db()
        assert documents[0].state == DocumentState.CURRENT

    def test_retired_with_a_reason_folded_and_restored(
        self, claire: User, household: Household, documents: list[Document], login: Login
    ) -> None:
        client = login(claire)
        response = client.post(url("document_retire", documents[0]), {"reason": " "})
        assert "obligatoire" in response.context["form"].errors["reason"][0]
        page = body(client.post(url("document_retire", documents[0]), {"reason": "Illisible"}, follow=True))
        assert "1\u00a0document retiré" in page
        assert "Illisible" in page
        assert "effacé le 24/12/2026" in page
        page = body(client.post(url("document_restore", documents[0]), follow=True))
        assert "rétabli" in page
        assert "document retiré" not in page

    def test_a_version_that_was_personal_keeps_its_words_to_its_author(
        self, claire: User, mehdi: User, household: Household, documents: list[Document], login: Login
    ) -> None:
        personal = documents[2]
        personal.level, personal.title = TEAM, "Partagé"
        edit_document(by=claire, document=personal)
        assert "Partagé" in body(login(mehdi).get(url("document", personal)))
        for page in (url("document", personal), url("history", household)):
            assert "canari-personal" not in body(login(mehdi).get(page))
        assert "canari-personal" in body(login(claire).get(url("document", personal)))


class TestElsewhere:
    def test_the_story_the_actions_and_the_work_list(
        self, claire: User, mehdi: User, nadege: User, isabelle: User, household: Household
    ) -> None:
        soon = DocumentFactory(
            household=household, author=claire, kind="residence", expires_on=TODAY + timedelta(days=59)
        )
        DocumentFactory(household=household, author=claire, expires_on=TODAY + timedelta(days=61))
        DocumentFactory(
            household=household, author=claire, level=PERSONAL, expires_on=TODAY - timedelta(days=1)
        )
        late = DocumentFactory(household=household, author=mehdi, expires_on=TODAY - timedelta(days=1))
        items = [item for item in own_work(mehdi, TODAY) if item.kind == "documents"]
        assert [(item.title, item.due) for item in items] == [
            ("Document expiré\u00a0: avis d’imposition", late.expires_on),
            ("Document à renouveler\u00a0: titre de séjour", soon.expires_on),
        ]
        assert not [item for item in own_work(claire, TODAY) if item.kind == "documents"]
        assert not [item for item in own_work(isabelle, TODAY) if item.kind == "documents"]
        assert sum(item.kind == "documents" for item in collect_timeline(household, mehdi)) == 3
        assert sum(item.kind == "documents" for item in collect_timeline(household, nadege)) == 0
        for user, offered in ((nadege, True), (claire, True), (isabelle, False)):
            labels = [action.label for action in collect_actions(household, user)]
            assert ("Ajouter un document" in labels) == offered

    def test_a_renewed_document_is_no_longer_due(
        self, mehdi: User, household: Household, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        late = DocumentFactory(household=household, author=mehdi, expires_on=TODAY - timedelta(days=1))
        replace_document(by=mehdi, document=late, file=safe(b"2"), expires_on=TODAY + timedelta(days=365))
        assert not [item for item in own_work(mehdi, TODAY) if item.kind == "documents"]

    def test_the_history_names_the_document_that_changed(
        self, claire: User, household: Household, documents: list[Document]
    ) -> None:
        names = {
            change.name for change in household_changes(household, claire) if change.subject == "document"
        }
        assert names == {"canari-team", "canari-circle", "canari-personal"}


@pytest.mark.django_db(transaction=True)
def test_the_same_file_sent_twice_at_the_same_moment_is_kept_once(claire: User) -> None:
    from threading import Barrier, Thread

    from django.db import connection

    from households.services import DocumentData, add_documents

    household = HouseholdFactory()
    barrier, kept, known = Barrier(2), [], []

    def send() -> None:
        try:
            barrier.wait(20)
            added = add_documents(
                by=claire, household=household, files=[safe()], data=DocumentData(kind="tax")
            )
            kept.extend(added.documents)
            known.extend(added.known)
        finally:
            connection.close()

    threads = [Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert (len(kept), len(known)) == (1, 1)
    assert known == kept
    assert Document.objects.count() == 1
