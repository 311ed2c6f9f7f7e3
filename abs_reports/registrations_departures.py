"""What somebody who leaves holds in the writing room."""

from abs_reports.models import ChapterDraft
from households.holdings import declare, kept_by_author


def register() -> None:
    declare(
        "chapter_drafts",
        kept_by_author(
            ("brouillon de chapitre du rapport", "brouillons de chapitres du rapport"),
            ChapterDraft.objects.all,
            "Ce qui a été enregistré est au rapport et reste ; ce qui n’est qu’un brouillon est à enregistrer par "
            "son auteur avant son départ.",
        ),
    )
