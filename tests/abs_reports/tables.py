"""Small tables of figures."""

from abs_reports.tables import DataTable, Row, given, masked


def table(code: str = "essai", **changes: object) -> DataTable:
    """Two rows over two years, one figure masked."""
    parts = {
        "code": code,
        "chapter": "activity",
        "title": "Ménages suivis, par composition",
        "heading": "Composition",
        "columns": (("2024", "2024"), ("2025", "2025")),
        "rows": (
            Row("alone", "Personne seule", (given(12), given(15))),
            Row("couple", "Couple", (masked(), given(20))),
            Row("total", "Ensemble", (given(19), given(35)), is_total=True),
        ),
        "period": "Année 2025",
        "source": "CIAS d’essai",
        "definition": "Ménages suivis dans la période.",
    }
    return DataTable(**{**parts, **changes})
