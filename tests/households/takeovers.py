"""Files of other tools, and batches taken through their steps."""

import csv
import io
from collections.abc import Sequence
from typing import Any

from cias.accounts.models import User
from households.enums import TakeOverJobKind
from households.models import TakeOver, TakeOverRow, TakeOverRun
from households.takeover import services
from households.takeover.job import do_here
from households.takeover.mapping import from_json, propose

HEADER = (
    "N° dossier", "Ouvert le", "Civilité", "Nom", "Prénom", "Date de naissance", "Téléphone", "E-mail", "Adresse",
    "Code postal", "Commune", "Logement", "Emploi", "Référent", "Commentaires", "Membre 1 : nom", "Membre 1 : prénom",
    "Membre 1 : date de naissance", "Membre 1 : lien",
)  # fmt: skip


def line(**values: str) -> list[str]:
    """A line of HEADER: `line(nom="Le Goff", prenom="Anne")`."""
    names = (
        "dossier", "ouvert", "civilite", "nom", "prenom", "naissance", "tel", "mail", "adresse", "cp", "commune",
        "logement", "emploi", "referent", "commentaires", "m1_nom", "m1_prenom", "m1_naissance", "m1_lien",
    )  # fmt: skip
    unknown = set(values) - set(names)
    assert not unknown, unknown
    return [values.get(name, "") for name in names]


def csv_file(*lines: Sequence[str], header: Sequence[str] = HEADER) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerows([header, *lines])
    return text.getvalue().encode("utf-8-sig")


def received(by: User, content: bytes, name: str = "liste.csv", **options: Any) -> TakeOver:
    """A file whose columns are what its header says."""
    takeover = services.receive(by=by, name=name, content=content)
    columns = propose(from_json(takeover.columns))
    return services.set_columns(
        takeover=takeover, columns=columns, source=takeover.source, options={"notes": True, **options}
    )


def run(takeover: TakeOver, kind: TakeOverJobKind) -> TakeOverRun:
    """Ask for a piece of work and do it here, in the transaction of the test: nobody's heart beats."""
    done = services.request_run(takeover=takeover, kind=kind, by=takeover.created_by)
    do_here(done)
    takeover.refresh_from_db()
    return done


def checked(by: User, content: bytes, name: str = "liste.csv", **options: Any) -> TakeOver:
    takeover = received(by, content, name, **options)
    done = run(takeover, TakeOverJobKind.CHECK)
    assert done.state == "done", done.failure_reason
    return takeover


def imported(by: User, content: bytes, name: str = "liste.csv", **options: Any) -> TakeOver:
    takeover = checked(by, content, name, **options)
    done = run(takeover, TakeOverJobKind.IMPORT)
    assert done.state == "done", done.failure_reason
    return takeover


def outcomes(takeover: TakeOver) -> list[tuple[int, str]]:
    return list(takeover.rows.order_by("number").values_list("number", "outcome"))


def results(takeover: TakeOver) -> list[tuple[int, str]]:
    return list(takeover.rows.order_by("number").values_list("number", "result"))


def messages(row: TakeOverRow) -> list[str]:
    return [issue["message"] for issue in row.issues]
