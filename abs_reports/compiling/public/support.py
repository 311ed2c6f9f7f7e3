"""Chapters "handicap", "personnes en difficulté" and "santé": benefits paid by the CAF, and who cares for people.

CAF's counts are rounded to 5 and are no sum of communes: the territory's figure is that of the file by EPCI.
"""

from collections.abc import Iterator, Sequence

from abs_reports.compiling.chapters import Chapter
from abs_reports.compiling.public.comparability import CAF_NOTE
from abs_reports.compiling.public.data import Column, PublicData, ratio
from abs_reports.enums import FigureUnit as Unit
from abs_reports.tables import DataTable, Row, Value

HARDSHIP = (
    ("NDUR", "Une prestation au moins"),
    ("RSA", "RSA"),
    ("PPA", "Prime d’activité"),
    ("NDURAL", "Aide au logement"),
)
DISABILITY = (("AAH", "AAH"), ("AEEH", "AEEH"))
FAMILY = (
    ("AF", "Allocations familiales"),
    ("CF", "Complément familial"),
    ("ASF", "Soutien familial (ASF)"),
    ("ARS", "Rentrée scolaire (ARS)"),
    ("NDURPAJE", "Accueil du jeune enfant (PAJE)"),
    ("CMG", "Mode de garde (CMG)"),
)
CARE = (
    ("BPE_D265", "Médecins généralistes"),
    ("BPE_D277", "Chirurgiens-dentistes"),
    ("BPE_D281", "Infirmiers"),
    ("BPE_D279", "Masseurs-kinésithérapeutes"),
    ("BPE_D278", "Sages-femmes"),
    ("BPE_D250", "Psychologues"),
    ("BPE_D269", "Spécialistes en psychiatrie"),
    ("BPE_D272", "Spécialistes en pédiatrie"),
    ("BPE_D276", "Spécialistes en gynécologie"),
    ("BPE_D270", "Spécialistes en ophtalmologie"),
    ("BPE_D307", "Pharmacies"),
    ("BPE_D113", "Maisons de santé pluridisciplinaires"),
    ("BPE_D108", "Centres de santé"),
    ("BPE_D106", "Services d’urgences"),
)
CARE_COLUMNS = ("BPE_D265", "BPE_D277", "BPE_D281", "BPE_D279", "BPE_D250", "BPE_D307")
CARE_DEFINITION = (
    "Professionnels et établissements installés dans la commune, selon la base permanente des équipements. Un "
    "professionnel qui exerce en deux lieux compte deux fois ; le nombre ne dit ni ses horaires, ni s’il prend de "
    "nouveaux patients."
)


def support_tables(data: PublicData) -> Iterator[DataTable]:
    yield from _benefits(data, "prestations-familles", Chapter.FAMILIES, "Les prestations familiales", FAMILY)
    yield from _benefits(
        data, "prestations-handicap", Chapter.DISABILITY, "Les prestations liées au handicap", DISABILITY
    )
    yield from _benefits(data, "prestations", Chapter.HARDSHIP, "Les prestations sociales", HARDSHIP)
    yield from _care(data)


def _benefits(
    data: PublicData, code: str, chapter: Chapter, title: str, benefits: Sequence[tuple[str, str]]
) -> Iterator[DataTable]:
    """Households paid and people covered over the territory, then households by commune."""
    kept = [(name, label) for name, label in benefits if data.latest_around(f"CAF_FOY_{name}")]
    if kept:
        year = max(data.latest_around(f"CAF_FOY_{name}") or 0 for name, _label in kept)
        own = data.places[0]
        base = data.around("CAF_FOY_NDUR", year, own)
        rows = [
            Row(
                name,
                label,
                (
                    data.value_around(f"CAF_FOY_{name}", year, own, Unit.COUNT),
                    data.value_around(f"CAF_NBP_{name}", year, own, Unit.COUNT),
                    ratio(data.around(f"CAF_FOY_{name}", year, own), base),
                ),
            )
            for name, label in kept
        ]
        yield DataTable(
            code=code,
            chapter=chapter,
            title=title,
            heading="Prestation",
            columns=(
                ("households", "Foyers"),
                ("persons", "Personnes couvertes"),
                ("share", "Part des foyers allocataires"),
            ),
            rows=tuple(rows),
            period=f"Décembre {year}",
            source=data.source(f"CAF_FOY_{kept[0][0]}"),
            definition=CAF_NOTE,
        )
    places = [(name, label) for name, label in benefits if data.has(f"CAF_FOY_{name}")]
    if places:
        latest = max(data.latest(f"CAF_FOY_{name}") or 0 for name, _label in places)
        yield data.commune_table(
            f"{code}-communes",
            chapter,
            f"{title} dans les communes, foyers",
            [data.column(name.lower(), label, f"CAF_FOY_{name}", latest) for name, label in places],
            period=f"Décembre {latest}",
            source=data.source(f"CAF_FOY_{places[0][0]}"),
            definition=CAF_NOTE,
        )


def _care(data: PublicData) -> Iterator[DataTable]:
    kept = [(name, label) for name, label in CARE if data.latest_around(name)]
    if not kept:
        return
    year = max(data.latest_around(name) or 0 for name, _label in kept)
    own, census = data.places[0], data.latest_around("POP")
    people = data.around("POP", census, own)

    def per_ten_thousand(name: str) -> Value:
        count = data.around(name, year, own)
        return ratio(10_000 * count if count is not None else None, people, Unit.RATIO, 1)

    yield DataTable(
        code="soins",
        chapter=Chapter.HEALTH,
        title="Professionnels et lieux de soins du territoire",
        heading="Profession ou lieu",
        columns=(("count", "Nombre"), ("rate", "Pour 10\u00a0000 habitants")),
        rows=tuple(
            Row(name, label, (data.value_around(name, year, own, Unit.COUNT), per_ten_thousand(name)))
            for name, label in kept
        ),
        period=f"{year}, habitants de {census}" if census else str(year),
        source=data.source(kept[0][0]),
        definition=CARE_DEFINITION,
    )
    columns: list[Column] = [
        data.column(name[4:].lower(), label, name, year)
        for name, label in CARE
        if name in CARE_COLUMNS and data.has(name)
    ]
    if columns:
        yield data.commune_table(
            "soins-communes",
            Chapter.HEALTH,
            "Professionnels et lieux de soins des communes",
            columns,
            period=str(year),
            source=data.source(kept[0][0]),
            definition=CARE_DEFINITION,
        )
