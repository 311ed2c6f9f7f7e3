"""S4: texts of the chapters saved, merged, set aside, restored; drafts, presence, progress, take-over."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from abs_reports.enums import ReportKind
from abs_reports.models import (
    ChapterDraft,
    Contribution,
    MunicipalElection,
    Passage,
    PassageVersion,
    PlannedAction,
    Presence,
    Report,
)
from abs_reports.writing import drafts, plan, presence
from abs_reports.writing.checks import refuse_personal_data
from abs_reports.writing.enums import ActionState, Audience, Origin, PassageKind, Progress
from abs_reports.writing.mandate import reminder
from abs_reports.writing.passages import Result, Typed, restore, save_chapter, take_over
from abs_reports.writing.sections import chapter_rows, other_editions, set_done
from abs_reports.writing.typeset import typeset
from cias.accounts.enums import Role
from cias.core.states import ForbiddenTransition
from tests.factories import (
    ContributionFactory,
    PlannedActionFactory,
    ReportFactory,
    RestitutionFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

ANALYSIS = PassageKind.ANALYSIS
PAGE, OTHER_PAGE = "0" * 32, "1" * 32


@pytest.fixture
def report():
    return ReportFactory()


@pytest.fixture
def karim():
    return UserFactory(role=Role.DIRECTOR, first_name="Karim", last_name="Benali", email="karim@cias.test")


def save(by, report, text: str, base: int, chapter: str = "territory"):
    return save_chapter(by=by, report=report, chapter=chapter, typed={ANALYSIS: Typed(text, base)})[0]


def make_published(report: Report) -> None:
    published = ReportFactory.build(published=True)
    for name in ("status", "compiled_at", "checksum", "pdf_name", "pdf_sha256", "published_at"):
        setattr(report, name, getattr(published, name))
    report.save()


class TestSaving:
    def test_each_save_is_a_version(self, report, isabelle) -> None:
        assert save(isabelle, report, "Un.", 0).result == Result.SAVED
        assert save(isabelle, report, "Deux.\r\n", 1).passage.text == "Deux."
        versions = PassageVersion.objects.order_by("number")
        assert [(v.number, v.text, v.author, v.origin) for v in versions] == [
            (1, "Un.", isabelle, Origin.SAVED),
            (2, "Deux.", isabelle, Origin.SAVED),
        ]

    def test_nothing_new_makes_no_version(self, report, isabelle) -> None:
        save(isabelle, report, "Un.", 0)
        assert save(isabelle, report, "Un.  \n", 1).result == Result.UNCHANGED
        assert PassageVersion.objects.count() == 1

    def test_two_paragraphs_at_once_both_stand(self, report, isabelle, karim) -> None:
        save(isabelle, report, "Un.\n\nDeux.", 0)
        save(isabelle, report, "Un, revu.\n\nDeux.", 1)
        outcome = save(karim, report, "Un.\n\nDeux, revu.", 1)
        assert (outcome.result, outcome.other) == (Result.MERGED, isabelle)
        assert Passage.objects.get().text == "Un, revu.\n\nDeux, revu."
        assert PassageVersion.objects.get(number=3).origin == Origin.MERGED

    def test_the_same_paragraph_is_set_aside_until_somebody_chooses(self, report, isabelle, karim) -> None:
        save(isabelle, report, "Un.", 0)
        save(isabelle, report, "Celui d’Isabelle.", 1)
        outcome = save(karim, report, "Celui de Karim.", 1)
        assert outcome.result == Result.CONFLICT
        assert outcome.pairs == (("Celui de Karim.", "Celui d’Isabelle."),)
        assert Passage.objects.get().text == "Celui d’Isabelle."
        aside = PassageVersion.objects.get(number=None)
        assert (aside.text, aside.author) == ("Celui de Karim.", karim)
        # Sent again as it is, it is kept once.
        save(karim, report, "Celui de Karim.", 1)
        assert PassageVersion.objects.filter(number=None).count() == 1
        assert save(karim, report, "Celui de Karim.", 2).result == Result.SAVED

    def test_who_changed_nothing_does_not_undo_the_others(self, report, isabelle, karim) -> None:
        save(isabelle, report, "Un.", 0)
        save(isabelle, report, "Deux.", 1)
        assert save(karim, report, "Un.", 1).result == Result.UNCHANGED
        assert Passage.objects.get().text == "Deux."

    def test_a_base_that_never_was_counts_for_nothing(self, report, isabelle) -> None:
        save(isabelle, report, "Un.", 0)
        assert save(isabelle, report, "Autre.", 99).result == Result.CONFLICT

    def test_a_published_version_refuses(self, isabelle) -> None:
        report = ReportFactory(published=True)
        with pytest.raises(ForbiddenTransition, match="publiée"):
            save(isabelle, report, "Trop tard.", 0)
        assert not Passage.objects.exists()

    def test_publication_is_seen_though_the_page_is_old(self, report, isabelle) -> None:
        stale = Report.objects.get(pk=report.pk)
        make_published(report)
        with pytest.raises(ForbiddenTransition):
            save(isabelle, stale, "Trop tard.", 0)

    def test_restoring_keeps_what_it_replaces(self, report, isabelle) -> None:
        save(isabelle, report, "Un.", 0)
        save(isabelle, report, "Deux.", 1)
        restore(by=isabelle, report=report, version=PassageVersion.objects.get(number=1))
        assert (Passage.objects.get().text, Passage.objects.get().version) == ("Un.", 3)
        assert PassageVersion.objects.get(number=3).origin == Origin.RESTORED

    def test_a_version_is_written_once(self, report, isabelle) -> None:
        save(isabelle, report, "Un.", 0)
        with pytest.raises(IntegrityError), transaction.atomic():
            PassageVersion.objects.update(text="Réécrit.")

    def test_the_next_version_begins_with_the_texts(self, report, isabelle) -> None:
        save(isabelle, report, "Un.", 0)
        make_published(report)
        second = ReportFactory(version=2, series=report.series)
        rows = {row.code: row for row in chapter_rows(second)}
        assert (rows["territory"].written, rows["territory"].progress) == (1, Progress.BEGUN)


class TestDrafts:
    def keep(self, by, report, text: str, page: str = PAGE, base: int = 0, **more):
        typed = {kind: Typed(text if kind == ANALYSIS else "", base) for kind in PassageKind}
        return drafts.keep(by=by, report=report, chapter="territory", page=page, typed=typed, **more)

    def test_each_page_and_each_author_keep_their_own(self, report, isabelle, karim) -> None:
        self.keep(isabelle, report, "Un.")
        self.keep(isabelle, report, "Un, suite.")
        self.keep(isabelle, report, "Autre onglet.", OTHER_PAGE)
        self.keep(karim, report, "Karim.")
        mine = drafts.drafts_of(by=isabelle, report=report, chapter="territory")
        assert [drafts.text_of(one, ANALYSIS).text for one in mine] == ["Autre onglet.", "Un, suite."]

    def test_a_draft_that_went_on_replaces_the_one_it_came_from(self, report, isabelle) -> None:
        first = self.keep(isabelle, report, "Un.")
        self.keep(isabelle, report, "Deux.", OTHER_PAGE, restored=first.pk, seen=first.revision)
        assert ChapterDraft.objects.get().page == OTHER_PAGE

    def test_a_draft_another_tab_went_on_with_stays(self, report, isabelle) -> None:
        first = self.keep(isabelle, report, "Un.")
        self.keep(isabelle, report, "Un, suite.")
        self.keep(isabelle, report, "Deux.", OTHER_PAGE, restored=first.pk, seen=first.revision)
        assert ChapterDraft.objects.count() == 2

    def test_what_is_saved_is_no_draft(self, report, isabelle) -> None:
        self.keep(isabelle, report, "Un.")
        save(isabelle, report, "Un.", 0)
        assert self.keep(isabelle, report, "Un.", base=1) is None
        assert not ChapterDraft.objects.exists()


class TestPresence:
    def test_others_are_seen_with_what_they_write(self, report, isabelle, karim) -> None:
        presence.come_in(by=karim, report=report, chapter="territory")
        presence.come_in(by=isabelle, report=report, chapter="territory")
        typed = {ANALYSIS: Typed("Un.", 0)}
        drafts.keep(by=karim, report=report, chapter="territory", page=PAGE, typed=typed)
        (other,) = presence.colleagues(by=isabelle, report=report, chapter="territory")
        assert (other.name, other.writing) == ("Karim Benali", ["Analyse"])
        assert presence.colleagues(by=isabelle, report=report, chapter="housing") == []
        assert presence.who_is_where(report, by=isabelle) == {"territory": ["Karim Benali"]}

    def test_who_left_is_not_shown_and_comes_back_anew(self, report, isabelle, karim) -> None:
        presence.come_in(by=karim, report=report, chapter="territory")
        old = timezone.now() - timedelta(minutes=5)
        Presence.objects.update(seen_at=old, since=old)
        assert presence.colleagues(by=isabelle, report=report, chapter="territory") == []
        presence.come_in(by=karim, report=report, chapter="territory")
        (other,) = presence.colleagues(by=isabelle, report=report, chapter="territory")
        assert other.since > old

    def test_forgotten_rows_go(self, report, isabelle, karim) -> None:
        presence.come_in(by=karim, report=report, chapter="territory")
        Presence.objects.update(seen_at=timezone.now() - timedelta(days=1))
        presence.come_in(by=isabelle, report=report, chapter="territory")
        assert Presence.objects.get().user == isabelle

    def test_news_are_what_others_saved_since(self, report, isabelle, karim) -> None:
        save(karim, report, "Un.", 0)
        told = presence.news(report=report, chapter="territory", seen={ANALYSIS: 0}, by=isabelle)
        assert [(one.label, one.by) for one in told] == [("Analyse", str(karim))]
        assert presence.news(report=report, chapter="territory", seen={ANALYSIS: 1}, by=isabelle) == []
        assert presence.news(report=report, chapter="territory", seen={ANALYSIS: 0}, by=karim) == []


class TestProgressAndTakeOver:
    def test_empty_begun_done(self, report, isabelle) -> None:
        save(isabelle, report, "Un.", 0)
        set_done(by=isabelle, report=report, chapter="housing", done=True)
        rows = {row.code: row.progress for row in chapter_rows(report)}
        assert (rows["territory"], rows["housing"], rows["income"]) == (
            Progress.BEGUN,
            Progress.DONE,
            Progress.EMPTY,
        )
        set_done(by=isabelle, report=report, chapter="housing", done=False)
        assert {row.code: row.progress for row in chapter_rows(report)}["housing"] == Progress.EMPTY

    def test_a_new_year_takes_the_texts_nobody_began(self, report, isabelle) -> None:
        save(isabelle, report, "Ancien.", 0)
        save(isabelle, report, "Ancien.", 0, "housing")
        PlannedActionFactory(series=report.series, state=ActionState.DONE)
        PlannedActionFactory(series=report.series, state=ActionState.RUNNING)
        new = ReportFactory(year=2026)
        save(isabelle, new, "Nouveau.", 0)
        assert other_editions(new) == [(report, 2)]
        assert take_over(by=isabelle, report=new, series=report.series, plan=True) == 2
        assert {p.chapter: p.text for p in Passage.objects.filter(series=new.series)} == {
            "territory": "Nouveau.",
            "housing": "Ancien.",
        }
        assert PlannedAction.objects.get(series=new.series).state == ActionState.RUNNING
        assert PlannedAction.objects.filter(series=report.series).count() == 2
        assert take_over(by=isabelle, report=new, series=report.series, plan=True) == 0


class TestPlan:
    def test_added_moved_removed_the_ranks_follow(self, report) -> None:
        fields = {"objective": "Objectif", "pilot": "CIAS", "calendar": "2026"}
        one, _two, three = (plan.add_action(report=report, action=name, **fields) for name in "ABC")
        assert plan.move_action(report=report, action=three, up=True)
        assert not plan.move_action(report=report, action=one, up=True)
        assert "".join(row.action for row in PlannedAction.objects.all()) == "ACB"
        plan.remove_action(report=report, action=one)
        assert [(row.action, row.position) for row in PlannedAction.objects.all()] == [("C", 1), ("B", 2)]


class TestMandate:
    def test_the_elections_are_dated_rows(self) -> None:
        assert MunicipalElection.objects.get(on=date(2026, 3, 15)).due_year == 2027

    @pytest.mark.parametrize(
        ("day", "level"),
        [(date(2026, 11, 27), "info"), (date(2027, 6, 1), "soon"), (date(2028, 1, 2), "late")],
    )
    def test_due_the_year_after_the_elections(self, day: date, level: str) -> None:
        told = reminder(day)
        assert told is not None
        assert (told.due_year, told.level) == (2027, level)

    def test_presented_to_the_board_that_year_it_is_no_longer_due(self) -> None:
        report = ReportFactory(kind=ReportKind.BASE, series="socle-2026", published=True)
        assert reminder(date(2027, 6, 1)) is not None  # its deliberation is of 2026
        RestitutionFactory(report=report, audience=Audience.PARTNERS, on=date(2027, 5, 4))
        assert reminder(date(2027, 6, 1)) is not None
        RestitutionFactory(report=report, on=date(2027, 5, 11))
        assert reminder(date(2027, 6, 1)) is None

    def test_the_next_elections_begin_again(self) -> None:
        MunicipalElection.objects.create(on=date(2032, 3, 14), source="essai")
        told = reminder(date(2033, 2, 1))
        assert told is not None
        assert told.due_year == 2033


class TestPersonalData:
    @pytest.mark.parametrize(
        ("text", "kind"),
        [
            ("Elle m’a dit 1 85 05 78 006 084 36.", "sécurité sociale"),
            ("Au 06 12 34 56 78.", "téléphone"),
            ("Au 02.37.11.22.33 le matin", "téléphone"),
            ("+33 6 12 34 56 78", "téléphone"),
            ("Écrire à prenom.nom@exemple.fr", "e-mail"),
        ],
    )
    def test_refused_with_its_reason(self, text: str, kind: str) -> None:
        with pytest.raises(ValidationError, match=kind):
            refuse_personal_data(text)

    @pytest.mark.parametrize(
        "text",
        [
            "De 2017 à 2023, 12 345 ménages, soit 14,2 %.",
            "Délibération 2026-14 du 17/02/2026",
            "138 000 habitants",
        ],
    )
    def test_figures_pass(self, text: str) -> None:
        refuse_personal_data(text)


def test_contributions_are_found_without_accents() -> None:
    ContributionFactory(summary="L’accueil des élèves", organisation="Éducation nationale")
    assert Contribution.objects.matching("eleves education").count() == 1
    assert Contribution.objects.matching("college").count() == 0


def test_typeset_is_safe_and_french() -> None:
    html = typeset("Voici <b>l'essentiel</b> : **12 000 ménages**\n\n- un\n- deux ; « trois »")
    assert "<b>" not in html
    assert "l’essentiel" in html
    assert "\u00a0: <strong>12\u00a0000 ménages</strong>" in html
    assert "<ul><li>un</li><li>deux\u00a0; «\u00a0trois\u00a0»</li></ul>" in html
