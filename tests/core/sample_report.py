"""A small report that uses every part of print.css; tests read the PDF it gives."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.template.loader import render_to_string

from cias.core.charts import Area, Bar, Chart, Measure, Series, bar_chart, choropleth, line_chart

MOMENT = datetime(2027, 1, 12, 9, 0, tzinfo=UTC)
HOUSEHOLDS = Measure("ménages", singular="ménage")
COVER = """
<section class="cover">
  <div class="cover-panel"><p class="cover-organisation">CIAS d’essai</p>
    <h1>Analyse des besoins sociaux 2026</h1>
    <p class="cover-subtitle">Actualisation annuelle</p></div>
  <div class="cover-foot"><dl><dt>Version</dt><dd>Version 1</dd></dl></div>
</section>
<nav class="toc"><h1>Sommaire</h1><ol>
  <li><a href="#methode">1. Méthode</a></li>
  <li><a href="#besoins">2. Besoins</a><ol><li><a href="#carte-h">Par commune</a></li></ol></li>
</ol></nav>
<section><h1 id="methode"><span class="number">1</span> Méthode</h1>
  <p class="lead">D’où viennent les chiffres.</p>
  <div class="key-figures"><div class="key-figure"><p>Ménages</p><p class="value">2\u00a0310</p></div></div>
  <div class="box"><h2>À retenir</h2><p>L’énergie progresse.</p></div></section>
<section><h1 id="besoins"><span class="number">2</span> Besoins</h1>
"""
LETTER = """
<article class="letter"><header class="letter-head">
  <div class="letter-sender"><p><strong>CIAS d’essai</strong>Place des Halles</p></div>
  <address class="letter-address">Madame Hélène LE GOFF<br>Appartement 12<br>Résidence des Fleurs<br>
    14 RUE DU PUITS DROUET<br>BP 20<br>28110 LUCÉ</address>
  <p class="letter-place">Chartres, le 24 novembre 2026</p><div class="letter-fold"></div></header>
  <h1>Pièces manquantes</h1><p class="letter-subject">Objet\u00a0: votre demande</p>
  <ul class="checklist"><li>un avis d’impôt</li></ul>
  <div class="letter-signature"><p>Claire Moreau</p></div></article>
"""


def square(column: int, row: int) -> dict[str, Any]:
    x, y = 1.3 + column / 20, 48.4 + row / 20
    ring = [[x, y], [x + 0.05, y], [x + 0.05, y + 0.05], [x, y + 0.05], [x, y]]
    return {"type": "Polygon", "coordinates": [ring]}


def charts() -> list[Chart]:
    communes = [
        Area(
            f"{rank}",
            f"Commune {rank}",
            None if rank % 7 == 0 else Decimal(rank) / 3,
            square(rank % 9, rank // 9),
        )
        for rank in range(66)
    ]
    demands = [Bar("Énergie", 214, 162), Bar("Logement", 1612, 571), Bar("Violences", None, None)]
    return [
        bar_chart(
            "demandes",
            "Premières demandes",
            demands,
            measure=Measure("demandes"),
            category="Motif",
            value_label="2026",
            before_label="2025",
        ),
        line_chart(
            "tendance",
            "Ménages reçus",
            ["2024", "2025", "2026"],
            [Series("Ménages", (401, 512, 574))],
            measure=HOUSEHOLDS,
        ),
        choropleth(
            "carte",
            "Où vivent les ménages",
            communes,
            measure=Measure("ménages pour 1\u00a0000 habitants", decimals=1),
            labelled=["1", "60"],
        ),
    ]


def report(*, cover: bool = True, letter: bool = True) -> str:
    figures = [
        render_to_string(
            "charts/chart_print.html", {"chart": chart, "figure_number": rank, "table_number": rank + 10}
        )
        for rank, chart in enumerate(charts(), 1)
    ]
    figures[2] = f'<h2 id="carte-h">Par commune</h2>{figures[2]}'
    body = (COVER if cover else "<section><h1>Besoins</h1>") + "".join(figures) + "</section>"
    page = render_to_string("pdf/base.html").replace('data-running=""', 'data-running="ABS 2026"')
    return page.replace("</body>", f"{body}{LETTER if letter else ''}</body>")
