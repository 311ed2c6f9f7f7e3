"""The parts of a household's file that households keep themselves; each app adds its own."""

from cias.core.files import FilePart, file_parts

TABS = {
    "synthese": FilePart(label="Synthèse", position=10, url_name="households:detail"),
    "composition": FilePart(label="Composition", position=20, url_name="households:composition"),
    "situation": FilePart(
        label="Situation et budget", position=30, url_name="households:situation", rights=("situation.view",)
    ),
    "documents": FilePart(
        label="Documents", position=80, url_name="households:documents", rights=("documents.view", "documents.add")
    ),
    "orientations": FilePart(
        label="Orientations et courriers", position=90, url_name="households:referrals",
        rights=("referrals.overview", "referrals.receive"),
    ),
    "historique": FilePart(label="Historique", position=100, url_name="households:history"),
}  # fmt: skip
# Pages about a file that are no part of its frame.
OTHERS = {
    "fusion": FilePart(label="Fusion"),
    "fin-de-vie": FilePart(label="Fin de vie"),
    "droits-des-personnes": FilePart(label="Droits des personnes"),
}


def register() -> None:
    for code, part in {**TABS, **OTHERS}.items():
        file_parts.register(code, part)
