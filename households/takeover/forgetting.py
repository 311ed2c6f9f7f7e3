"""What goes of a list when the files of some of its persons end (C7): their lines, and the file that names them."""

from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from households.models.takeover import ImportBatch
from households.takeover.services import forget


def naming(persons: Any) -> Q:
    """The lines that may be one of these persons (keys): as recognised or proposed, before or after the import."""
    about = Q(pk__in=[])
    for key in persons:
        about |= Q(matches__contains=[{"known": str(key)}])
    return about


def forget_lines(lists: type[ImportBatch], about: Q) -> None:
    """Drop the lines `about` somebody from every list that is still kept, with the file as it came, which names them.

    What the other lines say stays as long as it would have (RGPD, art. 5.1.c and 5.1.e: no more, no less): they can
    still be imported or undone, but no longer read again from the file. A list without any line left goes whole.
    """
    for batch in lists._default_manager.filter(purged_at=None):
        rows = batch.rows.order_by()
        numbers = set(rows.filter(about).values_list("number", flat=True))
        if not numbers:
            continue
        # Who was to join the household of a line that goes has nowhere to go any more.
        rows.filter(Q(number__in=numbers) | Q(data__home_line__in=sorted(numbers))).delete()
        if not batch.rows.exists():
            forget(batch)
            continue
        stored = batch.stored_name
        transaction.on_commit(lambda batch=batch, stored=stored: batch.FILES.remove(stored))  # type: ignore[misc]
        batch.stored_name, batch.file_erased_at = "", batch.file_erased_at or timezone.now()
        batch.layout = {name: value for name, value in batch.layout.items() if name != "samples"}
        batch.unknown_values = {}
        batch.save()
