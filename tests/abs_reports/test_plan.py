"""S7: where each table is printed and how it is drawn; tables printed together keep their own figures."""

from dataclasses import replace

import pytest

from abs_reports.compiling.chapters import (
    CHAPTER_OF_MEASURE,
    PART_OF_PREFIX,
    Chapter,
    Part,
    chapter_of,
    part_of,
)
from abs_reports.enums import Absence
from abs_reports.rendering.activity_pages import activity_blocks, chart_of
from abs_reports.rendering.blocks import (
    ChapterPages,
    FigureBlock,
    Heading,
    KeyFigures,
    Pair,
    SeeSheet,
    SheetBlock,
    TableBlock,
    number_exhibits,
)
from abs_reports.rendering.chapters import chapter_pages
from abs_reports.rendering.commune_annex import commune_annex
from abs_reports.rendering.drawing import Shapes
from abs_reports.rendering.plan import Drawing, Place, plan_of
from abs_reports.rendering.synthesis import synthesis
from abs_reports.tables import Book, DataTable, Row, given, masked
from cias.core.registry import statistics
from tests.abs_reports.tables import table

SHAPES = Shapes({}, [])
YEARS = (("2024", "2024"), ("2025", "2025"))
PLACES = (("2025", "2025"), ("rate", "Pour 1 000 habitants"))


def communes(code: str, shown: int, *, title: str = "Ménages suivis, par commune", of: int = 20) -> DataTable:
    """`of` communes, of which `shown` have a figure."""
    rows = [
        Row(
            f"{rank:05}",
            f"Commune {rank}",
            (given(rank + 10), given(5)) if rank < shown else (masked(), masked()),
        )
        for rank in range(of)
    ]
    return table(code, title=title, heading="Commune", columns=PLACES, rows=tuple(rows))


def counts(code: str, title: str, heading: str, keys: str = "abcd") -> DataTable:
    rows = tuple(Row(key, key.upper(), (given(10), given(20))) for key in keys)
    return table(code, title=title, heading=heading, columns=YEARS, rows=rows)


class TestChapters:
    def test_they_are_fourteen_in_order_with_a_label_and_an_address_of_their_own(self) -> None:
        assert len(Chapter) == 14
        assert (next(iter(Chapter)), list(Chapter)[-1]) == (Chapter.METHOD, Chapter.SYNTHESIS)
        assert (
            len({chapter.anchor for chapter in Chapter}) == len({chapter.label for chapter in Chapter}) == 14
        )
        assert all(len(chapter.label) <= 31 for chapter in Chapter)  # the name of a tab

    @pytest.mark.parametrize(
        ("measure", "chapter"),
        [
            ("energy.visits", Chapter.HOUSING),
            ("evictions.opened", Chapter.HOUSING),
            ("insertion.contracts", Chapter.EMPLOYMENT),
            ("jobs.steps", Chapter.EMPLOYMENT),
            ("rights.non_take_up", Chapter.RIGHTS),
            ("aids.euros", Chapter.HARDSHIP),
            ("households.disability", Chapter.DISABILITY),
            ("households.active", Chapter.ACTIVITY),
            ("permanences.sessions", Chapter.HEALTH),
        ],
    )
    def test_each_measure_has_its_chapter(self, measure: str, chapter: Chapter) -> None:
        assert chapter_of(measure) == chapter

    def test_no_mapping_names_a_measure_that_no_app_has(self) -> None:
        codes = [code for code, _measure in statistics.items()]
        assert {code.split(".")[0] for code in codes} >= set(PART_OF_PREFIX)
        assert set(CHAPTER_OF_MEASURE) <= set(codes)

    def test_the_codes_the_board_reads_stay(self) -> None:
        assert f"{part_of('households.active')}-cle" == "activity-cle"
        assert f"{part_of('housing.occupancy')}-cle" == "accommodation-cle"
        assert (Part.RIGHTS, Part.INSERTION) == ("rights", "insertion")

    def test_each_is_printed_and_says_what_it_lacks(self) -> None:
        pages = list(chapter_pages(Book([]), SHAPES))
        assert [page.title for page in pages] == [
            chapter.label for chapter in Chapter if chapter not in (Chapter.METHOD, Chapter.SYNTHESIS)
        ]
        assert "Ce que les fichiers importés ne disent pas" in [
            getattr(block, "title", "") for block in pages[1].blocks
        ]


class TestPlan:
    def test_many_communes_go_to_the_annex_and_the_first_is_mapped(self) -> None:
        plans = plan_of([communes("a", 12), communes("b", 12)])
        assert (plans["a"].place, plans["a"].drawing) == (Place.ANNEX, Drawing.MAP)
        assert (plans["b"].place, plans["b"].drawing) == (Place.ANNEX, Drawing.NONE)

    def test_communes_that_are_mostly_masked_are_data_only(self) -> None:
        assert plan_of([communes("a", 6)])["a"].place == Place.DATA
        assert plan_of([communes("a", 7)])["a"].place == Place.ANNEX

    def test_few_communes_stay_in_the_chapter(self) -> None:
        assert plan_of([communes("a", 5, of=14)])["a"].place == Place.CHAPTER

    def test_nothing_but_zeros_and_masked_figures_is_not_printed(self) -> None:
        empty = table(rows=(Row("a", "A", (given(0), masked())), Row("b", "B", (masked(), given(0)))))
        assert plan_of([empty])["essai"].place == Place.DATA

    def test_a_way_of_breaking_down_is_drawn_once(self) -> None:
        plans = plan_of([counts("a", "Ouverts, par motif", "Motif"), counts("b", "Clos, par motif", "Motif")])
        assert [plans[code].drawing for code in "ab"] == [Drawing.BARS, Drawing.NONE]

    def test_what_is_mostly_masked_is_not_drawn(self) -> None:
        def shown(count: int) -> DataTable:
            values = [given(9) if rank < count else masked() for rank in range(6)]
            rows = tuple(Row(str(rank), str(rank), (given(5), value)) for rank, value in enumerate(values))
            return table("a", title="Sorties, par motif", heading="Motif", columns=YEARS, rows=rows)

        assert plan_of([shown(3)])["a"].drawing == Drawing.BARS
        assert plan_of([shown(2)])["a"].drawing == Drawing.NONE


class TestTogether:
    def test_the_communes_of_a_chapter_share_a_page(self) -> None:
        tables = [communes("a", 12), communes("b", 20, title="Nouveaux ménages, par commune")]
        annex = commune_annex(Book(tables))
        assert annex is not None
        (sheet,) = [block for block in annex.blocks if isinstance(block, TableBlock)]
        assert [label for _key, label in sheet.table.columns] == [
            "Ménages suivis", "Pour 1 000 habitants", "Nouveaux ménages",
        ]  # fmt: skip
        assert [value.number for value in sheet.table.row("00003").values] == [13, 5, 13]
        assert [value.absent for value in sheet.table.row("00015").values] == [
            Absence.MASKED,
            Absence.MASKED,
            None,
        ]

    def test_chapters_share_the_sheets_of_the_activity(self) -> None:
        other = replace(communes("r", 15, title="Droits ouverts, par commune"), chapter=Chapter.RIGHTS)
        annex = commune_annex(Book([other, communes("a", 12)]))
        assert annex is not None
        (sheet,) = [block for block in annex.blocks if isinstance(block, TableBlock)]
        assert sheet.caption == "L’activité du CIAS par commune"
        assert [label for _key, label in sheet.table.columns] == [
            "Droits ouverts", "Pour 1 000 habitants", "Ménages suivis", "Pour 1 000 habitants",
        ]  # fmt: skip

    def test_no_sheet_has_more_columns_than_a_page_takes(self) -> None:
        tables = [communes(f"t{rank}", 12, title=f"Mesure {rank}, par commune") for rank in range(20)]
        annex = commune_annex(Book(tables))
        assert annex is not None
        sheets = [block for block in annex.blocks if isinstance(block, SheetBlock)]
        assert [len(sheet.table.columns) for sheet in sheets] == [8, 8, 5]
        assert [code for sheet in sheets for code in sheet.covers] == [table.code for table in tables]
        assert len({sheet.caption for sheet in sheets}) == len(sheets)

    def test_a_chapter_points_once_to_the_page_of_its_communes(self) -> None:
        book = Book([communes("a", 12), communes("b", 12, title="Nouveaux ménages, par commune")])
        chapter = ChapterPages("Activité", "activite", [SeeSheet("a"), SeeSheet("b"), SeeSheet("c")])
        annex = commune_annex(book)
        assert annex is not None
        number_exhibits([chapter, annex])
        assert [block.sheet and block.sheet.number for block in chapter.blocks] == [1, None]

    def test_the_same_rows_make_one_table_and_other_reasons_do_not(self) -> None:
        key = counts("activity-cle", "Activité : chiffres clés", "Indicateur")
        tables = [
            key,
            counts("a", "Ouverts, par droit", "Droit", "abcdefghijk"),
            counts("b", "Transmis, par droit", "Droit", "abcdefghijkl"),
            counts("c", "Refus, par motif", "Motif", "mnopqrstuv"),
            counts("d", "Sorties, par motif", "Motif", "0123456789"),
        ]
        blocks = list(activity_blocks(Book(tables), Chapter.ACTIVITY, SHAPES))
        printed = [block.table for block in blocks if isinstance(block, TableBlock)]
        together = next(own for own in printed if own.code.startswith("ensemble-"))
        assert [label for _key, label in together.columns] == ["Ouverts", "Transmis"]
        assert [value.absent for value in together.row("l").values] == [Absence.NOT_APPLICABLE, None]
        assert {"c", "d"} <= {own.code for own in printed}

    def test_small_sisters_stand_side_by_side(self) -> None:
        tables = [
            counts("activity-cle", "Activité : chiffres clés", "Indicateur"),
            counts("a", "Entretiens, par moyen", "Moyen", "ab"),
            counts("b", "Appels, par objet", "Objet", "xy"),
        ]
        blocks = list(activity_blocks(Book(tables), Chapter.ACTIVITY, SHAPES))
        (pair,) = [block for block in blocks if isinstance(block, Pair)]
        assert [block.table.code for block in pair.blocks] == ["a", "b"]

    def test_a_part_opens_with_its_key_figures(self) -> None:
        tables = [counts("energy-cle", "Précarité énergétique : chiffres clés", "Indicateur")]
        tables = [replace(own, chapter=Chapter.HOUSING) for own in tables]
        blocks = list(activity_blocks(Book(tables), Chapter.HOUSING, SHAPES))
        assert isinstance(blocks[0], Heading)
        assert blocks[0].title == "Précarité énergétique"
        (key,) = [block for block in blocks if isinstance(block, KeyFigures)]
        assert key.items[0] == ("A", "20", "10 en 2024")
        assert not any(isinstance(block, FigureBlock) for block in blocks)


def test_a_source_is_said_once_under_the_table_that_follows_its_drawing() -> None:
    own = counts("a", "Ouverts, par motif", "Motif")
    chart = chart_of(own, Drawing.BARS, SHAPES)
    other = replace(own, code="b", source="Ailleurs")
    blocks = [
        FigureBlock(chart, own.source),
        TableBlock(own),
        FigureBlock(chart, own.source),
        TableBlock(other),
    ]
    chapter = ChapterPages("Activité", "activite", [*blocks, FigureBlock(chart, own.source)])
    number_exhibits([chapter])
    drawings = [block for block in chapter.blocks if isinstance(block, FigureBlock)]
    assert [block.is_told_below for block in drawings] == [True, False, False]


def test_chapters_of_a_few_lines_go_on_below_the_one_before() -> None:
    tables = [counts(f"t{rank}", f"Mesure {rank}, par motif", f"Motif {rank}") for rank in range(12)]
    pages = {page.title: page.css_class for page in chapter_pages(Book(tables), SHAPES)}
    assert pages[Chapter.HEALTH.label] == "brief"
    assert pages[Chapter.ACTIVITY.label] == ""


def test_the_synthesis_tells_large_evolutions_only() -> None:
    columns = (*YEARS, ("change", "Évolution"))
    rows = (
        Row("a", "Beaucoup", (given(100), given(150), given(50))),
        Row("b", "Peu", (given(100), given(105), given(5))),
        Row("c", "Petit nombre", (given(10), given(20), given(100))),
    )
    page = synthesis(Book([table("activity-cle", columns=columns, rows=rows)]))
    assert page is not None
    told = next(block for block in page.blocks if hasattr(block, "rows"))
    assert [row[1] for row in told.rows] == ["Beaucoup"]
    assert synthesis(Book([])) is None
