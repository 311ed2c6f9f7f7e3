"""The documents that go with the copy of a person's data (C8), in a compressed folder."""

import re
from collections.abc import Iterable
from tempfile import SpooledTemporaryFile
from typing import IO
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from cias.core.crypto import CannotDecryptError
from cias.core.french import plural
from cias.core.text import unaccent
from cias.core.vault import MissingFileError
from households.datalife.copies import Copy
from households.models import Document
from households.services.documents import read_document

IN_MEMORY = 8 * 1024 * 1024
OWN, SHARED = "documents", "a-relire-avant-remise"
READ_ME = """Documents du dossier {number}, remis avec la copie de vos données.

« {own} » : les documents enregistrés à votre nom ({own_count}).
« {shared} » : ceux du ménage, qui ne sont au nom de personne ({shared_count}). L’agent les relit et retire ce qui
concerne d’autres personnes avant la remise (CRPA, art. L311-6).

Les documents au nom d’une autre personne du ménage ne sont pas dans ce dossier.
{missing}"""


def documents_zip(copy: Copy) -> IO[bytes]:
    """The folder, read from its beginning.

    Those of another person are not in it (the copy does not tell of them); the household's own are set apart, and left
    out when its address is hidden, since most bear it.
    """
    hidden = {household.pk for household in copy.households if household.address_hidden}
    own, shared = [], []
    for document in copy.documents:
        if document.person_id in copy.teller.selves:
            own.append(document)
        elif document.household_id not in hidden:
            shared.append(document)
    target: IO[bytes] = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the answer closes it
    with ZipFile(target, "w", ZIP_STORED) as folder:
        missing = _put(folder, OWN, own) + _put(folder, SHARED, shared)
        said = (
            f"\n{plural(missing, 'fichier')} n’a pas pu être lu : signalez-le à l’agent.\n" if missing else ""
        )
        folder.writestr(
            "LISEZ-MOI.txt",
            READ_ME.format(
                number=copy.number, own=OWN, shared=SHARED, own_count=len(own), shared_count=len(shared), missing=said
            ).replace(" :", "\u00a0:").replace("« ", "«\u00a0").replace(" »", "\u00a0»"),
        )  # fmt: skip
    target.seek(0)
    return target


def _put(folder: ZipFile, path: str, documents: Iterable[Document]) -> int:
    """How many could not be read."""
    missing = 0
    for rank, document in enumerate(documents, start=1):
        try:
            blocks = read_document(document)
            entry = ZipInfo(f"{path}/{rank:02d}-{_name(document)}", document.created_at.timetuple()[:6])
            with folder.open(entry, "w", force_zip64=True) as file:
                for block in blocks:
                    file.write(block)
        except (MissingFileError, CannotDecryptError):
            missing += 1
    return missing


def _name(document: Document) -> str:
    """What it is and its day; its title, which may name somebody, is in the copy, masked."""
    kind = re.sub(r"[^a-z0-9]+", "-", unaccent(document.get_kind_display()).lower()).strip("-")
    day = document.document_date or document.created_at.date()
    return f"{kind}-{day:%Y-%m-%d}.{_extension(document)}"


def _extension(document: Document) -> str:
    return document.content_type.rpartition("/")[2].replace("jpeg", "jpg")
