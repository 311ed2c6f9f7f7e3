"""Charts: what is drawn is the data, what is masked is nowhere, what is said suffices without seeing."""

import re
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from cias.core.charts import (
    UNAVAILABLE,
    Area,
    Bar,
    Break,
    Chart,
    Measure,
    Part,
    Series,
    Slope,
    StackedBar,
    Table,
    bar_chart,
    choropleth,
    line_chart,
    slope_chart,
    stacked_bar_chart,
    waffle,
)
from cias.core.charts.svg import PRINT
from cias.core.charts.text import text_width

HOUSEHOLDS = Measure("ménages", singular="ménage")
MASKED = "n.\u00a0s."


def parsed(chart: Chart, *, for_print: bool = False) -> etree._Element:
    return etree.fromstring((chart.print_svg if for_print else chart.svg).encode())


def marks(root: etree._Element, tag: str, *classes: str) -> list[etree._Element]:
    return [
        element
        for element in root.iter(f"{{*}}{tag}")
        if set(classes) <= set(element.get("class", "").split())
        and not any(parent.tag.endswith(("pattern", "defs")) for parent in element.iterancestors())
    ]


def hatches(root: etree._Element) -> list[etree._Element]:
    return [element for element in root.iter() if element.get("fill", "").startswith("url(#")]


def sheet(table: Table) -> list[list[str]]:
    return [[row.header, *(cell.text for cell in row.cells)] for row in (*table.rows, *table.foot)]


def bars(values, **options) -> Chart:
    rows = [Bar(f"motif {rank}", value) for rank, value in enumerate(values)]
    return bar_chart("b", "Titre", rows, measure=HOUSEHOLDS, category="Motif", value_label="2026", **options)


figures = st.one_of(
    st.integers(0, 10**7), st.decimals(0, 10**6, places=2), st.floats(0, 1e6, allow_subnormal=False)
)
SHAPES = {"svg", "title", "desc", "defs", "pattern", "rect", "line", "text", "path", "circle", "polyline"}
words = st.text(
    st.characters(exclude_categories=["Cs"], include_characters="<>&\"'"), min_size=1, max_size=60
)


# --- Bars ------------------------------------------------------------------------------------------------


@given(st.lists(st.none() | figures, min_size=1, max_size=12))
def test_bar_lengths_are_proportional_to_the_data(values):
    root = parsed(bars(values))
    visible = [float(value) for value in values if value is not None]
    lengths = [float(bar.get("width")) for bar in marks(root, "rect", "bar-main")]
    track = max([float(bar.get("width")) for bar in marks(root, "rect", "bar-track")], default=0)
    longest = max(visible, default=0)
    assert len(lengths) == len(visible)
    for value, length in zip(visible, lengths, strict=True):
        assert length == pytest.approx(value / longest * track if longest else 0, abs=0.01)
    masked = hatches(root)
    assert len(masked) == values.count(None)
    assert {(hatch.get("width"), hatch.get("height")) for hatch in masked} <= {("16", "16")}


def test_a_bar_never_leaves_its_track():
    root = parsed(bars([50, 120], maximum=100))
    tracks, lengths = (marks(root, "rect", kind) for kind in ("bar-track", "bar-main"))
    assert lengths[1].get("width") == tracks[1].get("width")


def test_bars_compare_with_an_earlier_period():
    chart = bar_chart(
        "demandes",
        "Premières demandes",
        [Bar("Énergie", 214, 162), Bar("Emploi", 187, 201), Bar("Violences", None, 12), Bar("Santé", 40, 0)],
        measure=Measure("demandes"),
        category="Motif",
        value_label="2026",
        before_label="2025",
        total=Bar("Ensemble", 450, 380),
    )
    assert chart.table.columns == ("Motif", "2025", "2026", "Évolution")
    assert sheet(chart.table) == [
        ["Énergie", "162", "214", "+\u00a032\u00a0%"],
        ["Emploi", "201", "187", "−\u00a07\u00a0%"],
        ["Violences", "12", MASKED, ""],
        ["Santé", "0", "40", ""],
        ["Ensemble", "380", "450", "+\u00a018\u00a0%"],
    ]
    assert len(marks(parsed(chart), "line", "before")) == 3
    assert [item.label.split(",")[0] for item in chart.legend] == ["2026", "2025", MASKED]


def test_long_labels_wrap_instead_of_being_cut():
    label = "Accompagnement des personnes sans domicile stable, domiciliation, courrier et bagagerie"
    chart = bar_chart("b", "Titre", [Bar(label, 3)], measure=HOUSEHOLDS, category="Motif", value_label="2026")
    lines = [text.text for text in marks(parsed(chart), "text") if text.get("x") == "0"]
    assert len(lines) > 1
    assert " ".join(lines) == label


def test_on_paper_bars_stand_beside_their_labels():
    chart = bar_chart(
        "demandes",
        "Premières demandes",
        [
            Bar("Énergie", 200, 150),
            Bar("Accès aux soins et à la prévention", 100, 50),
            Bar("Violences", None),
        ],
        measure=Measure("demandes"),
        category="Motif",
        value_label="2026",
        before_label="2025",
    )
    root = parsed(chart, for_print=True)
    height = float((root.get("viewBox") or "").split()[3])
    assert height < chart.height / 1.5
    tracks = [one for one in marks(root, "rect") if one.get("fill") == PRINT["bar-track"]["fill"]]
    lengths = [one for one in marks(root, "rect") if one.get("fill") == PRINT["bar-main"]["fill"]]
    assert [float(one.get("width")) / float(tracks[0].get("width")) for one in lengths] == pytest.approx(
        [1, 0.5], abs=0.01
    )
    # Labels, values and what is not shown are all written, none over the bars.
    texts = {one.text: float(one.get("x", 0)) for one in marks(root, "text")}
    assert {"Énergie", "200", "100", MASKED} <= set(texts)
    assert all(float(one.get("x")) > text_width("Énergie", 12) for one in tracks)
    assert texts[MASKED] > float(tracks[0].get("x"))


@pytest.mark.parametrize("value", [-1, Decimal("-0.5")])
def test_bars_refuse_negative_values(value):
    with pytest.raises(ValueError, match="negative"):
        bars([value])


# --- Stacked bars and waffle -------------------------------------------------------------------------------


@given(
    st.lists(st.lists(st.integers(0, 10**6), min_size=3, max_size=3), min_size=1, max_size=6), st.booleans()
)
def test_stacked_lengths_are_proportional_and_touch(rows, shares):
    stacked = [StackedBar(f"secteur {rank}", tuple(values)) for rank, values in enumerate(rows)]
    chart = stacked_bar_chart(
        "s", "Titre", ["a", "b", "c"], stacked, measure=HOUSEHOLDS, category="Secteur", shares=shares
    )
    parts = [(float(p.get("x")), float(p.get("width"))) for p in marks(parsed(chart), "rect", "part")]
    longest = max(sum(values) for values in rows)
    track = max((x + width for x, width in parts), default=0)
    for rank, values in enumerate(rows):
        full = sum(values) if shares else longest
        drawn = parts[3 * rank : 3 * rank + 3]
        for value, (_, width) in zip(values, drawn, strict=True):
            assert width == pytest.approx(value / full * track if full else 0, abs=0.03)
        assert drawn[1][0] == pytest.approx(drawn[0][1], abs=0.02)
        assert drawn[2][0] == pytest.approx(drawn[0][1] + drawn[1][1], abs=0.02)


def test_masked_parts_are_hatches_of_one_size_and_the_total_stays():
    chart = stacked_bar_chart(
        "s",
        "Titre",
        ["seuls", "couples", "autres"],
        [StackedBar("Nord", (40, None, None), 52), StackedBar("Sud", (30, 20, None), None)],
        measure=HOUSEHOLDS,
        category="Secteur",
    )
    assert sheet(chart.table) == [["Nord", "40", MASKED, MASKED, "52"], ["Sud", "30", "20", MASKED, MASKED]]
    assert {hatch.get("width") for hatch in hatches(parsed(chart))} == {"16"}
    assert len(hatches(parsed(chart))) == 3
    assert f"Sud\u00a0: seuls 30, couples 20, autres {MASKED}" in chart.description


def test_a_share_of_an_unknown_total_is_not_drawn():
    chart = stacked_bar_chart(
        "s", "T", ["a", "b"], [StackedBar("Nord", (40, None))], measure=HOUSEHOLDS, category="S", shares=True
    )
    assert marks(parsed(chart), "rect", "part") == []


@pytest.mark.parametrize(
    ("values", "total", "reason"),
    [((40, None, 3), 50, "worked out"), ((40, 3), 43, "values for"), ((40, -1, 3), UNAVAILABLE, "negative")],
)
def test_stacked_bars_refuse_what_would_lie_or_leak(values, total, reason):
    with pytest.raises(ValueError, match=reason):
        stacked_bar_chart(
            "s",
            "T",
            ["a", "b", "c"],
            [StackedBar("Nord", values, total)],
            measure=HOUSEHOLDS,
            category="S",
        )


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=5).filter(sum))
def test_waffle_squares_are_the_percentages(values):
    parts = [Part(f"part {rank}", value) for rank, value in enumerate(values)]
    chart = waffle("w", "Titre", parts, measure=HOUSEHOLDS, category="Ménage")
    kinds = ["q4", "q2", "q1", "neutral", "bar-track"]
    counts = [len(marks(parsed(chart), "rect", kind)) for kind in kinds[: len(values)]]
    assert sum(counts) == 100
    for value, count in zip(values, counts, strict=True):
        assert abs(count - 100 * value / sum(values)) < 1


def test_a_signed_line_goes_through_zero_and_others_refuse_to():
    euro = Measure("reste à vivre", "€", 2)
    series = [Series("Par jour", (Decimal("-4.50"), Decimal("0"), Decimal("9.20")))]
    periods = ["2024", "2025", "2026"]
    chart = line_chart("l", "Titre", periods, series, measure=euro, signed=True)
    root = parsed(chart)
    (axis,) = [float(one.get("y1")) for one in marks(root, "line", "axis")]
    below, at_zero, above = [float(one.get("cy")) for one in marks(root, "circle", "dot")]
    assert below > at_zero == axis > above
    ticks = [one.text for one in marks(root, "text", "t-soft", "t-end")]
    assert ticks[0].startswith("\u2212")
    assert "0,00\u00a0€" in ticks
    with pytest.raises(ValueError, match="negative"):
        line_chart("l", "Titre", periods, series, measure=euro)


def test_waffle_leaves_masked_parts_empty():
    parts = [Part("seuls", 60), Part("couples", None), Part("autres", None)]
    chart = waffle("w", "Titre", parts, measure=HOUSEHOLDS, category="Ménage", total=80)
    assert len(marks(parsed(chart), "rect", "q4")) == 75
    assert len(marks(parsed(chart), "rect", "missing")) == 25
    assert [item.kind for item in chart.legend] == ["q4", "hatch", "hatch"]
    assert sheet(chart.table)[1:] == [
        ["couples", MASKED, MASKED],
        ["autres", MASKED, MASKED],
        ["Total", "80", "100\u00a0%"],
    ]


@pytest.mark.parametrize(
    ("values", "total", "reason"),
    [
        ((60, None), 80, "worked out"),
        ((60, None, None), UNAVAILABLE, "exact total"),
        ((60, 30), 80, "exceed"),
        ((60, -1), UNAVAILABLE, "negative"),
        ((1,) * 6, UNAVAILABLE, "parts"),
    ],
)
def test_waffle_refuses_what_would_lie_or_leak(values, total, reason):
    with pytest.raises(ValueError, match=reason):
        waffle("w", "T", [Part("p", v) for v in values], measure=HOUSEHOLDS, category="M", total=total)


# --- Lines and slopes --------------------------------------------------------------------------------------


def trend(values, **options) -> Chart:
    periods = [f"p{rank}" for rank in range(len(values))]
    return line_chart(
        "t", "Titre", periods, [Series("Ménages", tuple(values))], measure=HOUSEHOLDS, **options
    )


@given(st.lists(figures, min_size=2, max_size=20).filter(lambda values: max(map(float, values)) > 1))
def test_heights_of_points_are_proportional_to_the_data(values):
    root = parsed(trend(values))
    zero = max(float(line.get("y1")) for line in marks(root, "line", "axis"))
    heights = [zero - float(dot.get("cy")) for dot in marks(root, "circle", "dot")]
    scale = max(heights) / max(map(float, values))
    for value, height in zip(values, heights, strict=True):
        assert height == pytest.approx(float(value) * scale, abs=0.03)


def test_a_break_is_a_gap_with_its_reason():
    chart = trend(
        [401, 418, 512, 529], breaks=[Break(2, "nouvelle définition")], groups=[("2024", 2), ("2025", 2)]
    )
    root = parsed(chart)
    runs = [line.get("points").split() for line in marks(root, "polyline")]
    assert [len(run) for run in runs] == [2, 2]
    assert len(marks(root, "polyline", "line-old")) == 1
    assert "nouvelle définition" in [text.text for text in marks(root, "text")]
    assert chart.table.rows[2].header == "p2 2025 (nouvelle définition)"
    assert "ne se comparent pas" in chart.description


def test_missing_points_leave_a_gap_and_only_masked_ones_a_hatch():
    root = parsed(trend([400, 410, None, 420, 430, UNAVAILABLE, 440]))
    assert [len(line.get("points").split()) for line in marks(root, "polyline")] == [2, 2]
    assert len(hatches(root)) == 1


def test_line_chart_refuses_what_it_cannot_show():
    for values, options in [
        ((1, -1), {}),
        ((), {}),
        ((1, 2), {"breaks": [Break(2, "trop tard")]}),
        ((1, 2), {"groups": [("2024", 1)]}),
    ]:
        with pytest.raises(ValueError):
            trend(values, **options)


def test_slope_lists_what_it_cannot_draw():
    chart = slope_chart(
        "p",
        "Titre",
        [
            Slope("Énergie", 162, 214, highlighted=True),
            Slope("Emploi", 201, 187),
            Slope("Violences", None, 12),
        ],
        start_label="2025",
        end_label="2026",
        measure=HOUSEHOLDS,
        category="Motif",
    )
    root = parsed(chart)
    lines = marks(root, "line", "line")
    assert len(lines) == 2
    rising = next(line for line in lines if "line-soft" not in line.get("class"))
    assert float(rising.get("y2")) < float(rising.get("y1"))
    assert len(hatches(root)) == 1
    assert "En hausse\u00a0: 1\u00a0ligne\u00a0; en baisse\u00a0: 1\u00a0ligne." in chart.description


# --- Map ---------------------------------------------------------------------------------------------------


def square(x: float, y: float, size: float = 0.1) -> dict:
    ring = [[x, y], [x + size, y], [x + size, y + size], [x, y + size], [x, y]]
    return {"type": "Polygon", "coordinates": [ring]}


def territory(values, geometry=True) -> list[Area]:
    return [
        Area(f"{28000 + rank}", f"L'Île {rank}", value, square(1.4 + 0.1 * rank, 48.4) if geometry else None)
        for rank, value in enumerate(values)
    ]


RATE = Measure("pour 1\u00a0000 habitants", decimals=1)


def test_map_shades_hatches_and_names():
    chart = choropleth(
        "carte", "Titre", territory([1, 9.96, 14, None, UNAVAILABLE, 30]), measure=RATE, bounds=[8, 10, 22],
        labelled=["28000", "28003"],
    )  # fmt: skip
    root = parsed(chart)
    paths = marks(root, "path")
    assert [path.get("class") for path in paths] == [
        "commune q1", "commune q3", "commune q3", "commune", "missing", "commune q4",
    ]  # fmt: skip
    assert paths[3].get("fill") == "url(#carte-hachures)"
    assert paths[0][0].text == "L’Île 0\u00a0: 1,0 pour 1\u00a0000 habitants"
    assert paths[3][0].text == f"L’Île 3\u00a0: {MASKED}"
    assert [item.label.split(", ")[0] for item in chart.legend] == [
        "moins de 8,0", "8,0 à 9,9", "10,0 à 21,9", "22,0 et plus", MASKED, "n.\u00a0d.",
    ]  # fmt: skip
    assert "L’Île 0" in [text.text for text in marks(root, "text")]


@given(st.lists(st.none() | st.decimals(0, 1000, places=3), min_size=1, max_size=40))
def test_quartiles_put_every_value_in_the_class_the_legend_says(values):
    chart = choropleth("carte", "Titre", territory(values), measure=RATE)
    labels = {item.kind: item.label for item in chart.legend}

    def number(text: str) -> Decimal:
        return Decimal(text.replace("\u00a0", "").replace(",", "."))

    for row, path in zip(chart.table.rows, marks(parsed(chart), "path"), strict=True):
        shade = path.get("class").removeprefix("commune").strip()
        if not shade:
            assert row.cells[0].text == MASKED
            continue
        bounds = [number(text) for text in re.findall(r"[\d\u00a0]+,\d", labels[shade])]
        value = number(row.cells[0].text)
        if labels[shade].startswith("moins de"):
            assert value < bounds[0]
        else:
            assert bounds[0] <= value <= (bounds[1] if len(bounds) > 1 else value)


def test_areas_without_shape_become_tiles():
    areas = [*territory([1, 2, None], geometry=False), Area("28999", "Voise", 4, square(1, 48))]
    root = parsed(choropleth("carte", "Titre", areas, measure=RATE, bounds=[2]))
    assert len(marks(root, "path")) == 1
    tiles = [rect for rect in marks(root, "rect") if rect.get("width") == "24"]
    assert [tile.get("class") for tile in tiles] == ["commune q1", "commune q4", "commune"]
    bottom = float(root.get("viewBox").split()[3])
    assert all(float(tile.get("y")) + 24 <= bottom for tile in tiles)


def test_map_keeps_shapes_true_at_the_middle_latitude():
    shape = {"type": "MultiPolygon", "coordinates": [square(1.0, 48.0, 1.0)["coordinates"]]}
    root = parsed(choropleth("carte", "T", [Area("1", "A", 1, shape)], measure=RATE))
    points = re.findall(r"-?[\d.]+", marks(root, "path")[0].get("d"))
    across, up = max(abs(float(p)) for p in points[2::2]), max(abs(float(p)) for p in points[3::2])
    assert across / up == pytest.approx(0.663, abs=0.002)  # cos 48.5°


def test_map_table_carries_the_extra_columns_and_the_total():
    people = Measure("habitants")
    areas = [
        Area("1", "Lucé", Decimal("27.6"), square(1, 48), (15921,)),
        Area("2", "Voise", None, None, (245,)),
    ]
    chart = choropleth(
        "carte", "T", areas, measure=RATE, columns=[("Habitants", people)], value_label="Taux",
        total=Area("", "Ensemble", Decimal("16.8"), None, (16166,)),
    )  # fmt: skip
    assert chart.table.columns == ("Commune", "Habitants", "Taux")
    assert sheet(chart.table) == [
        ["Lucé", "15\u00a0921", "27,6"], ["Voise", "245", MASKED], ["Ensemble", "16\u00a0166", "16,8"],
    ]  # fmt: skip


def test_map_bounds_must_make_classes():
    for bounds in ([10, 8], [1, 2, 3, 4], [1, 1.04]):
        with pytest.raises(ValueError, match="bounds"):
            choropleth("carte", "T", territory([1]), measure=RATE, bounds=bounds)


# --- What holds for every chart -----------------------------------------------------------------------


def every_chart(title: str, label: str, insight: str = "") -> list[Chart]:
    common = {"measure": HOUSEHOLDS, "insight": insight}
    return [
        bar_chart("a", title, [Bar(label, 7), Bar("x", None)], category="C", value_label="V", **common),
        stacked_bar_chart("b", title, [label, "x"], [StackedBar(label, (7, None))], category="C", **common),
        line_chart("c", title, [label, "x"], [Series(label, (7, None))], breaks=[Break(1, label)], **common),
        slope_chart(
            "d", title, [Slope(label, 7, 8), Slope("x", 1, None)],
            start_label=label, end_label="y", category="C", **common,
        ),
        choropleth("e", title, [Area("1", label, 7, square(1, 48)), Area("2", label, None)], **common),
        waffle(
            "f", title, [Part(label, 7), Part("x", None), Part("y", None)],
            category="C", total=12, **common,
        ),
    ]  # fmt: skip


@given(words, words, words)
@settings(max_examples=30)
def test_every_text_is_escaped_and_markup_is_well_formed(title, label, insight):
    printable = "".join(c for c in title if c.isprintable())
    for chart in every_chart(title, label, insight):
        for root in (parsed(chart), parsed(chart, for_print=True)):
            assert printable in "".join(c for c in root[0].text or "" if c.isprintable())
            assert {element.tag.split("}")[1] for element in root.iter()} <= SHAPES


def test_markup_obeys_the_content_security_policy_and_names_itself():
    for chart in every_chart("Titre", "Libellé"):
        root = parsed(chart)
        assert not [e for e in root.iter() if any(a == "style" or a.startswith("on") for a in e.attrib)]
        ids = [element.get("id") for element in root.iter() if element.get("id")]
        ids += re.findall(r'id="([^"]+)"', "".join(item.svg for item in chart.legend))
        assert len(ids) == len(set(ids))
        assert all(one.startswith(f"{chart.id}-") for one in ids)
        assert root.get("role") == "img"
        named_by = root.get("aria-labelledby").split()
        assert [root[0].get("id"), root[1].get("id")] == named_by
        assert root[1].text == chart.description
        assert parsed(chart, for_print=True)[0].text == f"Titre. {chart.description}"
        assert chart.description.endswith(".")
        assert ".." not in chart.description


def test_print_markup_needs_no_style_sheet():
    for chart in every_chart("Titre", "Libellé"):
        root = parsed(chart, for_print=True)
        assert not [element for element in root.iter() if element.get("class")]
        for element in root.iter("{*}text"):
            assert element.get("font-family") == "Atkinson Hyperlegible Next"
            assert element.get("fill")


secrets = st.integers(1, 4)


@given(st.lists(st.integers(5, 5000), min_size=3, max_size=8), secrets, secrets, st.data())
def test_what_is_masked_changes_nothing_that_is_shown(values, one, other, data):
    """Two territories that differ only by masked counts give the same chart, to the character."""
    hidden = data.draw(st.sets(st.integers(0, len(values) - 1), min_size=2, max_size=len(values)))

    def published(secret: int) -> list[int | None]:
        raw = [secret if rank in hidden else value for rank, value in enumerate(values)]
        return [None if count < 5 else count for count in raw]

    def chart(counts: list[int | None]) -> Chart:
        rows = [Bar(chr(ord("a") + rank), count) for rank, count in enumerate(counts)]
        return bar_chart("b", "T", rows, measure=HOUSEHOLDS, category="Motif", value_label="V")

    drawn = chart(published(one))
    assert drawn.svg == chart(published(other)).svg
    words = etree.tostring(parsed(drawn), method="text", encoding="unicode")
    numbers = {int(text.replace("\u00a0", "")) for text in re.findall(r"\d[\d\u00a0]*", words)}
    shown = {value for value in published(one) if value is not None}
    assert numbers <= {*shown, len(values), len(hidden)}
    for rank in hidden:
        assert sheet(drawn.table)[rank][1] == MASKED


def test_nothing_to_show_is_said():
    chart = bars([None, None])
    assert "Aucune valeur ne peut être affichée." in chart.description
    assert "Masqué, car l’effectif est trop petit" in chart.description


def test_singular_in_sentences():
    assert "motif 1, 1 ménage." in bars([5, 1]).description


@pytest.mark.parametrize("chart_id", ["", "Carte", "1er", "a b", 'a"'])
def test_a_chart_id_is_a_plain_word(chart_id):
    with pytest.raises(ValueError, match="chart id"):
        Chart(chart_id, "T", "D", 1, (), Table("T", (), ()))


# --- The print palette and the theme ------------------------------------------------------------------

THEME = (Path(__file__).resolve().parents[2] / "static/css/theme.css").read_text()


def test_print_colours_are_the_light_tokens_of_the_theme():
    light = THEME.split("{", 1)[1].split("}", 1)[0]
    tokens = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", light))
    rules = {
        selector.removeprefix(".chart ."): declarations
        for selectors, declarations in re.findall(
            r"(\.chart \.[\w-]+(?:, \.chart \.[\w-]+)*) \{([^}]*)\}", THEME
        )
        for selector in selectors.split(", ")
    }
    del rules["halo"]  # drawn as a second text, see printed()
    # On paper the ground is white, not the page's warm surface.
    tokens["surface"] = tokens["paper"] = "#ffffff"
    compared = 0
    for name, attributes in PRINT.items():
        for property_name, token in re.findall(r"(fill|stroke): var\(--([\w-]+)\)", rules.get(name, "")):
            assert attributes[property_name] == tokens[token], name
            compared += 1
    assert compared >= 25


def test_every_class_drawn_exists_in_the_theme():
    for chart in every_chart("Titre", "Libellé"):
        for name in {name for names in re.findall(r'class="([^"]+)"', chart.svg) for name in names.split()}:
            assert re.search(rf"\.{name}\b", THEME), name
