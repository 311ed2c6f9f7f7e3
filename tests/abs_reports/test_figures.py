"""S6: figures are frozen; what is published does not change, whoever asks."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import InternalError

from abs_reports.enums import Absence, FigureUnit
from abs_reports.freezing import freeze, frozen_book, frozen_books
from abs_reports.models import Figure, FigureTable, Report
from abs_reports.rendering.report import figures_csv
from abs_reports.tables import Book, Row, count, given, masked, missing
from tests.abs_reports.samples import published_report
from tests.abs_reports.tables import table
from tests.factories import ReportFactory


class TestValues:
    @pytest.mark.parametrize(
        ("value", "text"),
        [
            (given(136921), "136\u00a0921"),
            (given(Decimal("10.42"), FigureUnit.PERCENT, 1), "10,4\u00a0%"),
            (given(5, FigureUnit.PERCENT, at_most=True), "5\u00a0% ou moins"),
            (given(22770, FigureUnit.EURO), "22\u00a0770\u00a0€"),
            (given(Decimal("-1389"), FigureUnit.BALANCE), "−\u00a01\u00a0389"),
            (given(Decimal("0.07"), FigureUnit.CHANGE, 2), "+\u00a00,07\u00a0%"),
            (count(None), "n.\u00a0s."),
            (missing(Absence.SECRET), "secret"),
            (missing(Absence.UNAVAILABLE), "n.\u00a0d."),
        ],
    )
    def test_french_writing(self, value, text: str) -> None:
        assert value.text == text

    def test_a_masked_value_keeps_no_number(self) -> None:
        assert masked().number is None
        assert masked().chart is None

    def test_a_row_that_does_not_fit_its_columns_is_an_error(self) -> None:
        with pytest.raises(ValueError, match="does not fit"):
            table(rows=(Row("a", "A", (given(1),)),))


class TestFreezing:
    def test_figures_come_back_exactly_as_they_were(self, db) -> None:
        report = ReportFactory()
        book = Book(
            [
                table(),
                table(
                    "decimales",
                    rows=(
                        Row("", "Sans clé", (given(Decimal("1.2345678"), FigureUnit.PERCENT, 2), masked())),
                        Row(
                            "b",
                            "Deux",
                            (
                                given(5, FigureUnit.PERCENT, at_most=True),
                                missing(Absence.SECRET, FigureUnit.EURO),
                            ),
                        ),
                    ),
                ),
            ]
        )
        freeze(report, book)
        again = frozen_book(report)
        assert list(again.tables) == list(book.tables)
        assert again.checksum == book.checksum

    def test_what_a_row_counts_is_frozen_with_it(self, db) -> None:
        report = ReportFactory()
        rows = (Row("households.active", "Ménages", (given(12), given(15)), definition="Ménages suivis."),)
        book = Book([table("activity-cle", rows=rows, definition="")])
        freeze(report, book)
        again = frozen_book(report)
        assert again["activity-cle"].row("households.active").definition == "Ménages suivis."
        assert again.checksum == book.checksum
        silent = table("activity-cle", definition="", rows=(replace(rows[0], definition=""),))
        assert again.checksum != Book([silent]).checksum

    def test_several_editions_cost_two_queries(self, db, django_assert_num_queries) -> None:
        reports = [ReportFactory(year=year) for year in (2023, 2024, 2025)]
        for report in reports:
            freeze(report, Book([table("a"), table("b"), table("c")]))
        with django_assert_num_queries(2):
            books = frozen_books(reports, {"a", "c"})
        assert [[one.code for one in books[report.pk].tables] for report in reports] == [["a", "c"]] * 3

    def test_a_masked_figure_is_stored_nowhere(self, db) -> None:
        report = ReportFactory()
        freeze(report, Book([table()]))
        figure = Figure.objects.get(row_key="couple", column_key="2024")
        assert (figure.value, figure.absent) == (None, Absence.MASKED)

    def test_freezing_again_replaces(self, db) -> None:
        report = ReportFactory()
        freeze(report, Book([table(), table("autre")]))
        freeze(report, Book([table()]))
        assert FigureTable.objects.count() == 1

    def test_reading_a_report_costs_two_queries(self, db, django_assert_num_queries) -> None:
        report = ReportFactory()
        freeze(report, Book([table(f"t{rank}") for rank in range(20)]))
        with django_assert_num_queries(2):
            frozen_book(report)

    def test_the_checksum_changes_with_any_figure_or_word(self) -> None:
        book = Book([table()])
        other_value = table(
            rows=(*table().rows[:2], Row("total", "Ensemble", (given(19), given(36)), is_total=True))
        )
        assert book.checksum == Book([table()]).checksum
        for changed in (
            other_value,
            table(definition="Autre."),
            table(rows=tuple(replace(r, label="X") for r in table().rows)),
        ):
            assert Book([changed]).checksum != book.checksum


@pytest.mark.django_db(transaction=True)
class TestPublishedIsFinal:
    """The database refuses, so no view, command or shell session can."""

    def refused(self, change) -> None:
        with pytest.raises((IntegrityError, InternalError), match=r"publié|figé"), transaction.atomic():
            change()

    def test_neither_the_report_nor_its_figures_can_change(self) -> None:
        report = published_report()
        figures = Figure.objects.filter(table__report=report)
        self.refused(lambda: Report.objects.filter(pk=report.pk).update(title="Autre"))
        self.refused(lambda: Report.objects.filter(pk=report.pk).update(status="compiled", published_at=None))
        self.refused(lambda: figures.update(value=1, absent=""))
        self.refused(lambda: figures.first().delete())
        self.refused(lambda: report.tables.first().delete())
        self.refused(lambda: freeze(report, Book([table()])))
        self.refused(lambda: Report.objects.get(pk=report.pk).delete())
        with connection.cursor() as cursor:
            self.refused(lambda: cursor.execute("DELETE FROM abs_reports_report WHERE id = %s", [report.pk]))
        assert figures.count() == 12

    def test_a_figure_is_never_updated_even_before_publication(self) -> None:
        report = ReportFactory()
        freeze(report, Book([table()]))
        self.refused(lambda: Figure.objects.filter(table__report=report).update(position=9))


def test_the_data_file_says_why_a_value_is_missing() -> None:
    lines = figures_csv(Book([table()])).decode("utf-8-sig").splitlines()
    assert lines[0].startswith("tableau;titre;ligne;colonne;valeur")
    assert lines[1] == (
        "essai;Ménages suivis, par composition;Personne seule;2024;12;effectif;;Année 2025;CIAS d’essai"
    )
    assert "Couple;2024;;effectif;non significatif\u00a0: effectif trop petit pour être publié;" in lines[3]
