"""Files of the Département, and batches taken through their steps. The names and numbers are invented."""

import csv
import io
from collections.abc import Sequence
from datetime import date

from cias.accounts.models import User
from cias.core.nir import key
from households.enums import TakeOverJobKind
from households.takeover.mapping import from_json
from insertion.imports import services
from insertion.imports.job import do_here
from insertion.models import OrientationImport, OrientationImportRow, OrientationImportRun

# As the Drôme's (peers.md §3.7): its spellings, its order.
HEADER = (
    "N° Allocataire", "Civilité", "Nom bénéficiaire", "Prénom bénéficiaire", "Date de Naissance", "Adresse", "CP Ville",
    "Rôle", "ID IODAS", "NIR", "ID pôle Emploi", "mails", "téléphones", "Structure", "DECISION ORIENTATION",
    "Date envoie du courrier", "Chargé d'orientation", "Tags",
)  # fmt: skip
FIELDS = (
    "caf", "civilite", "nom", "prenom", "naissance", "adresse", "ville", "role", "iodas", "nir", "ft", "mail", "tel",
    "structure", "orientation", "courrier", "referent", "tags",
)  # fmt: skip


def nir(sex: int = 2, year: int = 86, month: int = 4, rank: int = 55) -> str:
    """A well-formed NIR of nobody, with its key."""
    body = f"{sex}{year:02d}{month:02d}28085{rank:03d}"
    body = body[:13].ljust(13, "0")
    return f"{body}{key(body):02d}"


def line(**values: str) -> list[str]:
    """A line of HEADER: a social orientation notified on 2 November 2026, unless said otherwise."""
    unknown = set(values) - set(FIELDS)
    assert not unknown, unknown
    values = {"orientation": "Social", "courrier": "02/11/2026", "ville": "28000 CHARTRES", **values}
    return [values.get(name, "") for name in FIELDS]


def csv_file(*lines: Sequence[str], header: Sequence[str] = HEADER, encoding: str = "utf-8-sig") -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerows([header, *lines])
    return text.getvalue().encode(encoding)


def received(
    by: User, content: bytes, name: str = "orientations.csv", on: date | None = None
) -> OrientationImport:
    """A file whose columns are what its header says."""
    batch = services.receive(by=by, name=name, content=content)
    mapping = batch.options.get("mapping", "")
    return services.set_columns(
        batch=batch, columns=from_json(batch.columns), notified_on=on, save_as=mapping
    )


def run(batch: OrientationImport, kind: TakeOverJobKind) -> OrientationImportRun:
    """Ask for a piece of work and do it here, in the transaction of the test: nobody's heart beats."""
    order = services.request_run(batch=batch, kind=kind, by=batch.created_by)
    do_here(order)
    batch.refresh_from_db()
    assert order.state == "done", order.failure_reason
    return order


def checked(
    by: User, content: bytes, name: str = "orientations.csv", on: date | None = None
) -> OrientationImport:
    batch = received(by, content, name, on)
    run(batch, TakeOverJobKind.CHECK)
    return batch


def imported(
    by: User, content: bytes, name: str = "orientations.csv", on: date | None = None
) -> OrientationImport:
    batch = checked(by, content, name, on)
    run(batch, TakeOverJobKind.IMPORT)
    return batch


def undone(batch: OrientationImport) -> None:
    run(batch, TakeOverJobKind.UNDO)


def outcomes(batch: OrientationImport) -> list[str]:
    return list(batch.rows.order_by("number").values_list("outcome", flat=True))


def results(batch: OrientationImport) -> list[str]:
    return list(batch.rows.order_by("number").values_list("result", flat=True))


def messages(row: OrientationImportRow) -> list[str]:
    return [issue["message"] for issue in row.issues]


def refusals(batch: OrientationImport) -> dict[int, list[tuple[str, str]]]:
    """By line, the column and the reason of each refusal."""
    rows = batch.rows.order_by("number")
    return {
        row.number: [(issue["column"], issue["message"]) for issue in row.refusals]
        for row in rows
        if row.refusals
    }
