"""The chart on a page and on paper: same words, same figures, a real table."""

import pytest
from django.template.loader import render_to_string
from lxml import html

from cias.core.charts import UNAVAILABLE, Bar, Chart, Measure, bar_chart


@pytest.fixture
def chart() -> Chart:
    return bar_chart(
        "demandes",
        "Premières <demandes>",
        [Bar("Énergie", 214), Bar("Violences", None), Bar("À venir", UNAVAILABLE)],
        measure=Measure("demandes"),
        category="Motif",
        value_label="2026",
        total=Bar("Ensemble", 300),
        subtitle="neuf mois",
        note="Masqué sous 11 ménages.",
    )


def test_chart_on_a_page(chart):
    page = html.fromstring(render_to_string("charts/chart.html", {"chart": chart, "heading": 2}))
    assert page.get("aria-labelledby") == "demandes-nom"
    assert page.xpath("//h2[@id='demandes-nom']")[0].text == "Premières <demandes>"
    assert len(page.xpath("//div/svg[@role='img']")) == 1
    assert len(page.xpath("//ul[@class='legend mt-3']/li")) == 2
    region = page.xpath("//details//div[@role='region']")[0]
    assert region.get("tabindex") == "0"
    assert region.get("aria-label") == "Tableau\u00a0: Premières <demandes>"
    assert page.xpath("//*[@style]") == []


def test_chart_headings_and_folding_by_default(chart):
    page = html.fromstring(render_to_string("charts/chart.html", {"chart": chart}))
    assert len(page.xpath("//h3")) == 1
    assert page.xpath("//details[@open]") == []
    unfolded = html.fromstring(render_to_string("charts/chart.html", {"chart": chart, "open": True}))
    assert len(unfolded.xpath("//details[@open]")) == 1


@pytest.mark.parametrize("template", ["charts/chart.html", "charts/chart_print.html"])
def test_table_of_a_chart(chart, template):
    markup = (
        f"<div>{render_to_string(template, {'chart': chart, 'figure_number': 3, 'table_number': 4})}</div>"
    )
    table = html.fromstring(markup).xpath("//table")[0]
    assert [th.text for th in table.xpath("thead//th[@scope='col']")] == ["Motif", "2026"]
    assert [th.text for th in table.xpath("tbody//th[@scope='row']")] == ["Énergie", "Violences", "À venir"]
    assert [abbr.get("title") for abbr in table.xpath(".//abbr")] == [
        "non significatif\u00a0: effectif trop petit",
        "non disponible",
    ]
    assert table.xpath("tfoot//td")[0].text == "300"


def test_chart_on_paper_is_numbered(chart):
    markup = render_to_string(
        "charts/chart_print.html", {"chart": chart, "figure_number": 3, "table_number": 4}
    )
    page = html.fromstring(f"<div>{markup}</div>")
    assert page.xpath("string(//figcaption)").startswith("Figure 3 Premières <demandes>")
    assert page.xpath("string(//caption)") == "Tableau 4 Premières <demandes>"
    assert page.xpath("//table")[0].get("class") == "data short narrow"
    unnumbered = render_to_string("charts/chart_print.html", {"chart": chart})
    assert "Figure" not in unnumbered
    assert "Tableau" not in unnumbered
