"""The table of an export, chunk by chunk, and the file made of it."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from cias.core.export import Sheet, Value, csv_bytes, xlsx_bytes
from cias.core.french import plural
from cias.lists.definition import Column, Listing, listings
from cias.lists.models import ExportFormat, ExportRun
from cias.lists.state import ListState

CHUNK = 1000
NO_LONGER_YOURS = "Votre compte ne permet plus cet export."
CHANGED = "Un filtre de cet export n’existe plus : demandez-le de nouveau depuis la liste."


def listing_of(run: ExportRun) -> Listing:
    """The list of an export; raises ValidationError when its asker may no longer export it."""
    listing = dict(listings.items()).get(run.listing)
    user = run.requested_by
    if listing is None or not listing.is_for(user) or not user.has_perm(listing.export_right):
        raise ValidationError(NO_LONGER_YOURS)
    if run.is_named and not user.has_perm(listing.named_right):
        raise ValidationError(NO_LONGER_YOURS)
    return listing


def state_of_run(run: ExportRun, listing: Listing) -> ListState:
    """Exactly what was asked: an export never gives more rows because a filter was lost."""
    state = ListState.kept(
        listing, run.requested_by, filters=run.filters, order=run.order, columns=run.columns
    )
    if state.dropped:
        raise ValidationError(CHANGED)
    return state


def columns_of(run: ExportRun, listing: Listing) -> list[Column]:
    offered = {one.code: one for one in listing.exported_to(run.requested_by)}
    return [one for code, one in offered.items() if code in run.columns and (run.is_named or not one.named)]


def write_table(run: ExportRun, on_chunk: Callable[[int, int], None] = lambda done, total: None) -> bytes:
    """The file's content; sets `run.rows`. `on_chunk(done, total)` is told how far it is, in chunks."""
    listing = listing_of(run)
    state, columns = state_of_run(run, listing), columns_of(run, listing)
    if run.file_format == ExportFormat.PDF:
        return _print(run, state, on_chunk)
    header = [one.label for one in columns]
    rows = [[one.value(row) for one in columns] for row in _rows(state, columns, on_chunk, exported=True)]
    run.rows = len(rows)
    if run.file_format == ExportFormat.CSV:
        return csv_bytes(header, rows)
    about = Sheet("À propos", ("Information", "Valeur"), _about(run, state))
    return xlsx_bytes([Sheet(listing.title, header, rows), about])


def _print(run: ExportRun, state: ListState, on_chunk: Callable[[int, int], None]) -> bytes:
    """On paper a row is what it is on the screen."""
    if state.listing.printed is None:
        raise ValidationError(CHANGED)
    rows = list(_rows(state, (), on_chunk, exported=False))
    run.rows = len(rows)
    return state.listing.printed(rows, state.ask)


def _rows(
    state: ListState, columns: Sequence[Column], on_chunk: Callable[[int, int], None], *, exported: bool
) -> Iterator[Any]:
    """The keys first, in the order asked; then the rows by chunks, so that memory stays bounded."""
    listing, user = state.listing, state.user
    keys = list(state.ordered(()).values_list("pk", flat=True))
    chunks = [keys[start : start + CHUNK] for start in range(0, len(keys), CHUNK)]
    prepared = listing.prepare(listing.rows(user), user)
    for step in dict.fromkeys(one.prepare for one in columns if one.prepare):
        prepared = step(prepared, user)
    for rank, chunk in enumerate(chunks):
        on_chunk(rank, len(chunks))
        found: dict[Any, Any] = {
            row.pk: row for row in prepared.filter(pk__in=chunk).fetch_mode(models.FETCH_RAISE)
        }
        objects = [found[key] for key in chunk if key in found]
        yield from listing.expand(objects, state.ask, exported)


def _about(run: ExportRun, state: ListState) -> Iterator[tuple[str, Value]]:
    """What whoever finds the file later must know."""
    yield "Liste", state.listing.title
    yield "Exporté le", timezone.now()
    yield "Par", run.requested_by.full_name
    yield "Motif", run.reason
    yield "Lignes", plural(run.rows, "ligne")
    for chip in state.chips():
        yield f"Filtre : {chip.label}", chip.value
    kind = "Données nominatives" if run.is_named else "Données pseudonymisées : sans nom ni coordonnées"
    yield "Contenu", f"{kind}, couvertes par le secret professionnel"
