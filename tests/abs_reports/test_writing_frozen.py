"""S6: words are frozen with the figures, printed, counted in the checksum; a published version does not change."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction

from abs_reports.compiling.chapters import BY_CODE
from abs_reports.compiling.job import run_compilation
from abs_reports.enums import ReportKind
from abs_reports.freezing import frozen_book
from abs_reports.models import Report, ReportText
from abs_reports.rendering.blocks import ChapterPages, Heading
from abs_reports.rendering.writing import Columns, closing_chapters, plan_summary, with_texts
from abs_reports.services import prepare_edition, publish, request_compilation
from abs_reports.writing.drafts import keep
from abs_reports.writing.enums import PassageKind, TextKind
from abs_reports.writing.frozen import (
    Texts,
    Words,
    freeze_texts,
    frozen_texts,
    is_behind,
    read_texts,
    with_words,
)
from abs_reports.writing.passages import Typed, save_chapter
from tests.factories import ContributionFactory, PlannedActionFactory, ReportFactory

SERIES = "actualisation-2025"


def write(by, report, text: str, base: int = 0, kind: PassageKind = PassageKind.ANALYSIS) -> None:
    save_chapter(by=by, report=report, chapter="territory", typed={kind: Typed(text, base)})


@pytest.mark.django_db
class TestReading:
    def test_only_what_may_be_printed_is_read(self, isabelle) -> None:
        report = ReportFactory()
        write(isabelle, report, "Un.")
        keep(by=isabelle, report=report, chapter="housing", page="0" * 32,
             typed={PassageKind.ANALYSIS: Typed("Brouillon.", 0)})  # fmt: skip
        ContributionFactory(summary="À valider.", to_print=True)
        ContributionFactory(summary="Pour nous.", validated=True)
        ContributionFactory(
            summary="Imprimée.",
            person="Mme Exemple, directrice",
            validated=True,
            to_print=True,
            quote="Entre nous.",
        )
        PlannedActionFactory(action="Agir.")
        texts = read_texts(report)
        assert [(one.kind, one.content.get("text") or one.content.get("action")) for one in texts.words] == [
            (TextKind.ANALYSIS, "Un."),
            (TextKind.CONTRIBUTION, "Imprimée."),
            (TextKind.ACTION, "Agir."),
        ]
        said = str(texts.words)
        assert "Mme Exemple" not in said
        assert "Entre nous" not in said

    def test_frozen_words_come_back_as_they_were(self, isabelle) -> None:
        report = ReportFactory(compiled=True)
        write(isabelle, report, "Un.")
        ContributionFactory(validated=True, to_print=True, quote="Dit.", quote_validated=True)
        PlannedActionFactory()
        texts = read_texts(report)
        freeze_texts(report, texts)
        assert frozen_texts(report) == texts
        assert not is_behind(report)
        write(isabelle, report, "Deux.", 1)
        assert is_behind(report)

    def test_the_checksum_is_of_figures_and_words(self) -> None:
        one = Texts((Words("territory", TextKind.ANALYSIS, {"text": "Un."}),))
        other = Texts((Words("housing", TextKind.ANALYSIS, {"text": "Un."}),))
        assert with_words("f", Texts()) == "f"
        assert len({with_words("f", one), with_words("f", other), with_words("g", one), "f"}) == 4

    @pytest.mark.parametrize(
        "change",
        [
            lambda report: ReportText.objects.update(content={"text": "Autre."}),
            lambda report: ReportText.objects.all().delete(),
            lambda report: ReportText.objects.create(
                report=report, position=9, kind=TextKind.ANALYSIS, content={}
            ),
        ],
    )
    def test_published_words_do_not_change(self, change: Callable[[Report], object]) -> None:
        report = ReportFactory(compiled=True)
        freeze_texts(report, Texts((Words("territory", TextKind.ANALYSIS, {"text": "Un."}),)))
        published = ReportFactory.build(published=True)
        report.status, report.published_at = published.status, published.published_at
        report.save()
        with pytest.raises(IntegrityError), transaction.atomic():
            change(report)


class TestPages:
    texts = Texts(
        (
            Words("territory", TextKind.ANALYSIS, {"text": "Un : **deux**."}),
            Words("territory", TextKind.CONTRIBUTION, {
                "organisation": "CAF", "on": "2026-01-12", "means": "Réunion", "text": "Dit.",
                "quote": "Anonyme.", "attributed": False,
            }),
            Words("income", TextKind.ADVICE, {"text": "Proposer."}),
            Words("", TextKind.ACTION, {
                "objective": "O", "action": "A", "pilot": "P", "partners": "", "calendar": "2027",
                "indicator": "", "state": "À engager",
            }),
        )
    )  # fmt: skip

    def test_words_end_their_chapter_and_empty_ones_print_nothing(self) -> None:
        territory, activity = (
            ChapterPages("T", self.anchor("territory")),
            ChapterPages("A", self.anchor("activity")),
        )
        pages = with_texts([territory, activity], self.texts)
        assert [one.anchor for one in pages] == [self.anchor(c) for c in ("territory", "income", "activity")]
        headings = [block.title for block in pages[0].blocks if isinstance(block, Heading)]
        assert headings == ["Analyse", "Ce que disent les partenaires"]
        assert activity.blocks == []

    @pytest.mark.parametrize(("length", "beside"), [(100, True), (2000, False)])
    def test_short_stakes_stand_beside_the_advice_and_long_ones_above(
        self, length: int, beside: bool
    ) -> None:
        texts = Texts(
            (
                Words("territory", TextKind.STAKES, {"text": "a" * length}),
                Words("territory", TextKind.ADVICE, {"text": "Proposer."}),
            )
        )
        (pages,) = with_texts([ChapterPages("T", self.anchor("territory"))], texts)
        last = pages.blocks[-1]
        assert isinstance(last, Columns) == beside
        blocks = [block for column in last.columns for block in column] if beside else pages.blocks
        assert [one.title for one in blocks if isinstance(one, Heading)] == ["Enjeux", "Préconisations"]

    def test_a_quote_without_a_name_does_not_stand_under_its_organisation(self) -> None:
        (pages,) = with_texts([ChapterPages("T", self.anchor("territory"))], Texts(self.texts.words[:2]))
        partner, quotes = pages.blocks[-2:]
        assert (partner.title, partner.quote) == ("CAF, réunion du 12 janvier 2026", "")
        assert quotes.items == ["Anonyme."]

    def test_the_plan_is_a_chapter_and_stands_in_the_summary(self) -> None:
        (pages,) = closing_chapters(self.texts)
        assert pages.title == "Le plan d’actions"
        assert pages.blocks[-1].rows[0][:3] == ("O (l’ensemble de l’analyse)", "A", "P")
        summary = plan_summary(ChapterPages("L’essentiel", "essentiel"), self.texts)
        assert summary.blocks[-1].rows == [("O", "A", "P", "2027")]
        assert list(closing_chapters(Texts())) == []

    def anchor(self, chapter: str) -> str:
        return BY_CODE[chapter].anchor


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("media", "quick_pages", "silent_bell")
def test_a_compilation_freezes_the_saved_texts_and_publication_keeps_them(comparator, isabelle) -> None:
    report = prepare_edition(kind=ReportKind.UPDATE, year=2025)
    write(isabelle, report, "Un.")
    run_compilation(request_compilation(report=report).pk)
    report = Report.objects.get()
    assert frozen_texts(report).passage("territory", PassageKind.ANALYSIS) == "Un."
    assert report.checksum == with_words(frozen_book(report).checksum, frozen_texts(report))
    assert report.checksum != frozen_book(report).checksum
    publish(report=report, by=isabelle)

    second = prepare_edition(kind=ReportKind.UPDATE, year=2025)
    assert second.version == 2
    write(isabelle, second, "Deux.", 1)
    run_compilation(request_compilation(report=second).pk)
    assert frozen_texts(Report.objects.get(version=1)).passage("territory", PassageKind.ANALYSIS) == "Un."
    assert frozen_texts(Report.objects.get(version=2)).passage("territory", PassageKind.ANALYSIS) == "Deux."
