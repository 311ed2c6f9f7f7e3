"""The writing room on screen: a chapter, conflicts, drafts, presence, history, registers, reminders."""

from datetime import date

import pytest
from django.urls import reverse

from abs_reports.freezing import freeze
from abs_reports.models import (
    ChapterDraft,
    Contribution,
    Passage,
    PassageVersion,
    PlannedAction,
    Report,
    Restitution,
)
from abs_reports.tables import Book
from abs_reports.writing.enums import Audience, PassageKind
from abs_reports.writing.frozen import freeze_texts, read_texts
from abs_reports.writing.passages import Typed, save_chapter
from cias.accounts.enums import Role
from cias.audit.enums import AccessAction
from cias.audit.models import AccessLog
from tests.abs_reports.samples import published_report
from tests.abs_reports.tables import table
from tests.factories import (
    ContributionFactory,
    PartnerFactory,
    PlannedActionFactory,
    ReportFactory,
    RestitutionFactory,
    UserFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media", "silent_bell")]

CHAPTER = "territory"
KINDS = [kind.value for kind in PassageKind]


def page_of(response) -> str:
    assert response.status_code == 200
    return response.content.decode().replace("\u00a0", " ")


def url(name: str, report: Report, *more: object) -> str:
    return reverse(f"abs_reports:{name}", args=[report.pk, *more])


@pytest.fixture
def report() -> Report:
    return ReportFactory()


@pytest.fixture
def client(login, isabelle):
    return login(isabelle)


@pytest.fixture
def karim():
    return UserFactory(role=Role.DIRECTOR, first_name="Karim", last_name="Benali", email="karim@cias.test")


def sent(text: str, base: int = 0, page: str = "0" * 32, **more: str) -> dict[str, str]:
    """What the form of a chapter sends; the two other texts are empty."""
    data = {"page": page, **{f"text_{kind}": "" for kind in KINDS}, **{f"base_{kind}": "0" for kind in KINDS}}
    return {**data, "text_analyse": text, "base_analyse": str(base), **more}


def write(by, report: Report, text: str, base: int) -> None:
    save_chapter(by=by, report=report, chapter=CHAPTER, typed={PassageKind.ANALYSIS: Typed(text, base)})


class TestWriting:
    def test_the_room_shows_chapters_and_how_far_they_are(self, client, report) -> None:
        page = page_of(client.get(url("writing_room", report)))
        assert "0 chapitre terminé et 0 en cours" in page
        client.post(url("writing_chapter", report, CHAPTER), sent("Un texte."))
        client.post(url("writing_done", report, "housing"), {"fait": "oui"})
        page = page_of(client.get(url("writing_room", report)))
        assert "1 chapitre terminé et 1 en cours" in page
        assert "1 texte sur 3" in page

    def test_figures_and_contributions_stand_beside(self, client, report) -> None:
        compiled = ReportFactory(compiled=True, year=2024)
        freeze(compiled, Book([table(chapter="activity")]))
        ContributionFactory(series=compiled.series, chapter="activity", organisation="CAF d’Eure-et-Loir")
        page = page_of(client.get(url("writing_chapter", compiled, "activity")))
        assert "Ménages suivis, par composition" in page
        assert "CAF d’Eure-et-Loir" in page
        assert "après la première compilation" in page_of(client.get(url("writing_chapter", report, CHAPTER)))

    def test_saving_says_what_and_clears_the_draft(self, client, report) -> None:
        answer = client.post(url("writing_draft", report, CHAPTER), sent("Un."))
        assert "brouillon enregistré à" in answer.content.decode()
        page = page_of(client.post(url("writing_chapter", report, CHAPTER), sent("Un."), follow=True))
        assert "Enregistré : analyse." in page
        assert Passage.objects.get(kind="analyse").text == "Un."
        assert not ChapterDraft.objects.exists()

    def test_a_draft_comes_back_and_can_be_erased(self, client, report) -> None:
        client.post(url("writing_draft", report, CHAPTER), sent("Pas encore enregistré."))
        page = page_of(client.get(url("writing_chapter", report, CHAPTER)))
        assert "est revenu" in page
        assert "Pas encore enregistré." in page
        assert "brouillons pas encore enregistrés" in page_of(client.get(url("writing_room", report)))
        draft = ChapterDraft.objects.get()
        client.post(url("writing_chapter", report, CHAPTER), {"effacer": str(draft.pk)})
        assert "Pas encore enregistré." not in page_of(client.get(url("writing_chapter", report, CHAPTER)))

    def test_a_draft_is_its_authors_alone(self, client, report, login, karim) -> None:
        client.post(url("writing_draft", report, CHAPTER), sent("Pour moi."))
        other = login(karim)
        assert "Pour moi." not in page_of(other.get(url("writing_chapter", report, CHAPTER)))
        draft = ChapterDraft.objects.get()
        other.post(url("writing_chapter", report, CHAPTER), {"effacer": str(draft.pk)})
        assert ChapterDraft.objects.exists()
        assert (
            other.post(url("writing_chapter", report, CHAPTER), {"effacer": "pas-un-uuid"}).status_code == 404
        )

    def test_a_text_does_not_change_hands(self, client, report, karim) -> None:
        data = sent("Celui de Karim.", auteur=str(karim.pk))
        assert client.post(url("writing_draft", report, CHAPTER), data).status_code == 409
        page_of(client.post(url("writing_chapter", report, CHAPTER), data))
        assert not Passage.objects.exclude(text="").exists()

    def test_personal_data_is_refused_at_its_field_and_kept_as_a_draft(self, client, report) -> None:
        data = sent("Appeler le 06 12 34 56 78.")
        page = page_of(client.post(url("writing_chapter", report, CHAPTER), data))
        assert "semble contenir un numéro de téléphone" in page
        assert "<title>Erreur : " in page
        assert not Passage.objects.exclude(text="").exists()
        assert client.post(url("writing_draft", report, CHAPTER), data).status_code == 200

    def test_an_unknown_chapter_is_not_found(self, client, report) -> None:
        assert client.get(url("writing_chapter", report, "inconnu")).status_code == 404
        assert client.get(url("passage_history", report, CHAPTER, "inconnu")).status_code == 404

    def test_reading_is_logged(self, client, report) -> None:
        client.get(url("writing_chapter", report, CHAPTER))
        line = AccessLog.objects.get(action=AccessAction.VIEW)
        assert (line.object_id, line.detail) == (report.pk, {"version": 1, "chapter": CHAPTER})


class TestTwoWriters:
    @pytest.fixture(autouse=True)
    def _both(self, report, isabelle, karim) -> None:
        write(isabelle, report, "Un.\n\nDeux.", 0)
        write(karim, report, "Un, par Karim.\n\nDeux.", 1)

    def test_other_paragraphs_come_together(self, client, report) -> None:
        data = sent("Un.\n\nDeux, par Isabelle.", 1)
        page = page_of(client.post(url("writing_chapter", report, CHAPTER), data, follow=True))
        assert "Les deux textes sont réunis" in page
        assert Passage.objects.get(kind="analyse").text == "Un, par Karim.\n\nDeux, par Isabelle."

    def conflict(self, client, report, **more: str) -> str:
        data = sent("Un, par Isabelle.\n\nDeux.", 1, **more)
        return page_of(client.post(url("writing_chapter", report, CHAPTER), data))

    def test_the_same_paragraph_is_shown_twice_and_must_be_chosen(self, client, report) -> None:
        page = self.conflict(client, report)
        assert "Un texte reste à choisir" in page
        assert "Un, par Karim." in page
        assert "Un, par Isabelle." in page
        assert 'name="base_analyse" value="2"' in page
        assert Passage.objects.get(kind="analyse").text.startswith("Un, par Karim.")
        data = sent("Un, par Isabelle.\n\nDeux.", 2, conflict_analyse="on")
        page = page_of(client.post(url("writing_chapter", report, CHAPTER), data))
        assert "Choisissez le texte à garder." in page
        assert "Un, par Karim." in page
        # Left there, the draft that comes back still asks.
        client.post(url("writing_draft", report, CHAPTER), data)
        page = page_of(client.get(url("writing_chapter", report, CHAPTER)))
        assert 'name="conflict_analyse" value="on"' in page
        assert "quel texte garder" in page

    @pytest.mark.parametrize(
        ("choice", "kept"),
        [
            ("mine", "Un, par Isabelle.\n\nDeux."),
            ("theirs", "Un, par Karim.\n\nDeux."),
            ("both", "Un, par Karim.\n\nDeux.\n\nUn, par Isabelle.\n\nDeux."),
        ],
    )
    def test_what_is_chosen_is_kept_and_both_stay_in_the_history(
        self, client, report, choice: str, kept: str
    ) -> None:
        self.conflict(client, report)
        data = sent("Un, par Isabelle.\n\nDeux.", 2, conflict_analyse="on", choice_analyse=choice)
        client.post(url("writing_chapter", report, CHAPTER), data)
        assert Passage.objects.get(kind="analyse").text == kept
        texts = set(PassageVersion.objects.values_list("text", flat=True))
        assert {"Un, par Isabelle.\n\nDeux.", "Un, par Karim.\n\nDeux."} <= texts

    def test_history_says_who_and_when_and_restores(self, client, report) -> None:
        self.conflict(client, report)
        page = page_of(client.get(url("passage_history", report, CHAPTER, "analyse")))
        for said in ("Karim Benali", "Isabelle Marchand", "Texte mis de côté", "Texte actuel"):
            assert said in page
        version = PassageVersion.objects.get(number=1)
        client.post(url("passage_restore", report, version.pk))
        assert Passage.objects.get(kind="analyse").text == "Un.\n\nDeux."

    def test_another_editions_version_is_not_restored_here(self, client) -> None:
        other = ReportFactory(year=2024)
        version = PassageVersion.objects.get(number=1)
        assert client.post(url("passage_restore", other, version.pk)).status_code == 404

    def test_they_see_each_other_and_are_told_once(self, client, report, login, karim) -> None:
        login(karim).post(url("writing_presence", report, CHAPTER), {"base_analyse": "2"})
        answer = client.post(url("writing_presence", report, CHAPTER), {"base_analyse": "1"})
        page = page_of(answer)
        assert "Karim Benali" in page
        assert "a enregistré « Analyse »" in page
        mark = answer.context["mark"]
        again = {"base_analyse": "1", "dit": mark}
        assert client.post(url("writing_presence", report, CHAPTER), again).status_code == 204
        assert "Karim Benali y est" in page_of(client.get(url("writing_room", report)))


class TestPublished:
    @pytest.fixture
    def report(self, isabelle) -> Report:
        return published_report()

    def test_it_shows_what_it_froze_and_takes_nothing(self, client, report) -> None:
        page = page_of(client.get(url("writing_chapter", report, CHAPTER)))
        assert "tels que la version publiée" in page
        client.post(url("writing_chapter", report, CHAPTER), sent("Trop tard."))
        assert client.post(url("writing_draft", report, CHAPTER), sent("Trop tard.")).status_code == 409
        assert client.post(url("writing_presence", report, CHAPTER)).status_code == 286
        client.post(url("writing_done", report, CHAPTER), {"fait": "oui"})
        assert "Cette version est publiée" in page_of(client.get(url("writing_room", report)))
        assert not Passage.objects.exists()

    def test_who_only_reads_has_no_way_in(self, report, login, francoise, claire) -> None:
        for reader in (francoise, claire):
            client = login(reader)
            assert client.get(url("writing_room", report)).status_code == 403
            assert "Rédaction" not in page_of(client.get(url("report", report)))


class TestBehind:
    def test_the_page_says_when_a_text_changed_after_the_compilation(self, client, isabelle) -> None:
        report = ReportFactory(compiled=True)
        write(isabelle, report, "Un.", 0)
        freeze_texts(report, read_texts(report))
        for name in ("report", "writing_room"):
            assert "ne les contient pas encore" not in page_of(client.get(url(name, report)))
        write(isabelle, report, "Deux.", 1)
        for name in ("report", "writing_room"):
            assert "ne les contient pas encore" in page_of(client.get(url(name, report)))


class TestTakingOver:
    def test_a_new_year_begins_with_the_year_before_by_choice(self, client, report, isabelle) -> None:
        write(isabelle, report, "De 2025.", 0)
        new = ReportFactory(year=2026)
        assert "reprendre les textes d’une autre édition" in page_of(client.get(url("writing_room", new)))
        assert "1 textes" in page_of(client.get(url("writing_take_over", new)))
        assert "Choisissez ce qui est à reprendre" in page_of(
            client.post(url("writing_take_over", new), {"source": report.series})
        )
        client.post(url("writing_take_over", new), {"source": report.series, "texts": "on"})
        assert Passage.objects.get(series=new.series).text == "De 2025."
        assert "Rien" not in page_of(client.get(url("writing_room", new)))

    def test_without_another_edition_there_is_nothing_to_take(self, client, report) -> None:
        page = page_of(client.get(url("writing_take_over", report), follow=True))
        assert "Aucune autre édition n’a de texte." in page


class TestContributions:
    DATA = {
        "chapter": CHAPTER, "organisation": "Mission locale", "on": "12/01/2026", "means": "meeting",
        "summary": "Le transport manque.",
    }  # fmt: skip

    def test_noted_found_and_corrected(self, client, report, isabelle) -> None:
        client.post(url("contribution_create", report), self.DATA)
        row = Contribution.objects.get()
        assert (row.series, row.noted_by, row.on) == (report.series, isabelle, date(2026, 1, 12))
        page = page_of(client.get(url("contributions", report), {"q": "TRANSPORT", "chapitre": CHAPTER}))
        assert "Mission locale" in page
        assert "Aucune contribution ne répond" in page_of(
            client.get(url("contributions", report), {"chapitre": "ensemble"})
        )
        client.post(url("contribution", report, row.pk), {**self.DATA, "organisation": "Département"})
        assert Contribution.objects.get().organisation == "Département"
        client.post(url("contribution_remove", report, row.pk))
        assert not Contribution.objects.exists()

    def test_the_directory_names_the_organisation(self, client, report) -> None:
        partner = PartnerFactory(name="CAF d’Eure-et-Loir")
        client.post(url("contribution_create", report), {**self.DATA, "partner": str(partner.pk)})
        assert Contribution.objects.get().organisation == "CAF d’Eure-et-Loir"

    @pytest.mark.parametrize(
        ("changes", "message"),
        [
            ({"organisation": ""}, "Choisissez un partenaire de l’annuaire"),
            ({"to_print": "on"}, "Faites d’abord valider la synthèse"),
            ({"quote_validated": "on"}, "Écrivez la citation"),
            ({"summary": "Joindre jeanne@exemple.fr"}, "une adresse e-mail"),
            ({"on": "01/01/2099"}, "Cette date est dans l’avenir."),
        ],
    )
    def test_what_is_wrong_is_said(self, client, report, changes, message: str) -> None:
        page = page_of(client.post(url("contribution_create", report), {**self.DATA, **changes}))
        assert message in page
        assert not Contribution.objects.exists()


class TestPlanAndRestitutions:
    DATA = {
        "chapter": "", "objective": "Objectif", "action": "Agir", "pilot": "CIAS", "calendar": "2027",
        "state": "planned",
    }  # fmt: skip

    def test_actions_are_added_corrected_moved_removed(self, client, report) -> None:
        for name in ("Un", "Deux"):
            client.post(url("action_create", report), {**self.DATA, "action": name})
        one, two = PlannedAction.objects.all()
        client.post(url("action_move", report, two.pk), {"sens": "haut"})
        assert [row.action for row in PlannedAction.objects.all()] == ["Deux", "Un"]
        client.post(url("action", report, one.pk), {**self.DATA, "state": "done"})
        assert "Réalisée" in page_of(client.get(url("plan", report)))
        client.post(url("action_remove", report, two.pk))
        assert PlannedAction.objects.get().position == 1

    def test_a_restitution_offers_the_deliberation_of_the_report(self, client) -> None:
        report = published_report()
        page = page_of(client.get(url("restitution_create", report)))
        assert 'value="2026-14"' in page
        assert "pas encore notée comme présentée" in page_of(client.get(url("restitutions", report)))
        data = {"on": "17/02/2026", "audience": "board", "deliberation_number": "2026-14"}
        client.post(url("restitution_create", report), data)
        assert Restitution.objects.get().report == report
        page = page_of(client.get(url("restitutions", report)))
        assert "Conseil d’administration du CIAS" in page
        assert "pas encore notée" not in page

    def test_it_is_corrected_and_removed(self, client, report) -> None:
        row = RestitutionFactory(report=report)
        client.post(url("restitution", report, row.pk), {"on": "18/02/2026", "audience": "partners"})
        row.refresh_from_db()
        assert (row.on, row.audience) == (date(2026, 2, 18), Audience.PARTNERS)
        client.post(url("restitution_remove", report, row.pk))
        assert not Restitution.objects.exists()

    def test_rows_of_another_edition_are_not_found(self, client, report) -> None:
        action = PlannedActionFactory(series="actualisation-2020")
        contribution = ContributionFactory(series="actualisation-2020")
        assert client.get(url("action", report, action.pk)).status_code == 404
        assert client.get(url("contribution", report, contribution.pk)).status_code == 404


class TestReminder:
    def test_the_direction_is_told_of_the_mandates_analysis(
        self, isabelle, login, francoise, time_machine_at
    ) -> None:
        time_machine_at("2026-11-27")
        page = page_of(login(isabelle).get(reverse("abs_reports:reports")))
        assert "à présenter au conseil d’administration entre le 1er janvier et le 31 décembre 2027" in page
        assert "2027" not in page_of(login(francoise).get(reverse("abs_reports:reports")))


def test_the_room_does_not_cost_more_with_more_rows(
    client, report, isabelle, django_assert_max_num_queries
) -> None:
    for rank in range(12):
        ContributionFactory(series=report.series, organisation=f"Organisme {rank}")
        PlannedActionFactory(series=report.series)
    for kind in PassageKind:
        save_chapter(by=isabelle, report=report, chapter=CHAPTER, typed={kind: Typed("Texte.", 0)})
    with django_assert_max_num_queries(25):
        client.get(url("writing_room", report))
    with django_assert_max_num_queries(25):
        client.get(url("contributions", report))
