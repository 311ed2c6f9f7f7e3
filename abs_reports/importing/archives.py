"""ZIP archives as INSEE publishes them: a data file and its dictionary, or one data file for each level."""

from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import BinaryIO, cast
from zipfile import BadZipFile, ZipFile, ZipInfo

from abs_reports.importing.cells import FileError
from abs_reports.importing.files import Table, is_workbook, text_table, workbook_table
from abs_reports.importing.places import level_in_name, unread_level_in_name

MEGABYTE = 1024 * 1024
# The largest file INSEE publishes for this use (dwellings of the census, long) unpacks to 1.2 GB.
LARGEST_UNPACKED = 4 * 1024 * MEGABYTE
# Columns of figures shrink ten to thirty times; what shrinks more was made to fill a disk or a memory.
LARGEST_RATIO, RATIO_FROM = 150, 20 * MEGABYTE
MOST_MEMBERS = 200
_TEXT, _WORKBOOK = (".csv", ".txt", ".tsv"), (".xlsx",)


def tables_of(name: str, file: BinaryIO) -> list[Table]:
    """The tables of a file: one, except for an archive that has one data file for each level we read.

    `file` stays open while they are read. Raises FileError.
    """
    start = file.read(8)
    file.seek(0)
    if not start.strip():
        raise FileError(f"{name} : le fichier est vide.")
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise FileError(
            f"{name} : c’est un classeur de l’ancien format XLS. Enregistrez-le en XLSX ou en CSV."
        )
    if not start.startswith(b"PK"):
        size = file.seek(0, 2)
        file.seek(0)
        return [text_table(name, lambda: file, size)]
    if is_workbook(file):
        return [workbook_table(name, file)]
    try:
        return _archive(name, ZipFile(file))
    except (BadZipFile, OSError, ValueError) as error:
        raise FileError(
            f"{name} : ce classeur ou cette archive est illisible. Téléchargez-le de nouveau, ou "
            "enregistrez-le au format CSV."
        ) from error


def _archive(name: str, archive: ZipFile) -> list[Table]:
    members = archive.infolist()
    if len(members) > MOST_MEMBERS:
        raise FileError(f"{name} : l’archive contient {len(members)} fichiers, ce n’est pas une publication.")
    data = [info for info in members if _is_data(info)]
    if not data:
        raise FileError(f"{name} : l’archive ne contient aucun fichier de données CSV ou XLSX.")
    chosen, notes = _choose(name, data)
    for info in chosen:
        _check(name, info)
    if sum(info.file_size for info in chosen) > LARGEST_UNPACKED:
        raise FileError(f"{name} : dépliée, l’archive dépasse {LARGEST_UNPACKED // MEGABYTE // 1024} Go.")
    return [_member(archive, info, notes) for info in chosen]


def _is_data(info: ZipInfo) -> bool:
    path = PurePosixPath(info.filename)
    bare = path.name.lower()
    return (
        not info.is_dir()
        and path.suffix.lower() in (*_TEXT, *_WORKBOOK)
        and "__MACOSX" not in path.parts
        and not bare.startswith((".", "meta", "varmod", "lisez", "dictionnaire", "documentation"))
        and "metadata" not in bare
    )


def _choose(name: str, data: Sequence[ZipInfo]) -> tuple[list[ZipInfo], tuple[str, ...]]:
    """The data file, or one for each level; which levels were left aside."""
    left = [info for info in data if unread_level_in_name(info.filename)]
    rest = [info for info in data if info not in left]
    notes = (f"Niveaux laissés de côté : {_names(left)}.",) if left and rest else ()
    if len(rest) == 1:
        return rest, notes
    levels = [level_in_name(info.filename) for info in rest]
    if rest and all(levels) and len(set(levels)) == len(levels):
        return rest, notes
    raise FileError(
        f"{name} : l’archive contient plusieurs fichiers de données ({_names(rest or data)}). "
        "Décompressez-la et importez celui qu’il vous faut."
    )


def _names(members: Sequence[ZipInfo]) -> str:
    shown = ", ".join(PurePosixPath(info.filename).name for info in members[:6])
    return shown if len(members) <= 6 else f"{shown}…"


def _check(name: str, info: ZipInfo) -> None:
    if info.flag_bits & 1:
        raise FileError(f"{name} : l’archive est protégée par un mot de passe. Décompressez-la d’abord.")
    if info.file_size > RATIO_FROM and info.file_size > LARGEST_RATIO * max(info.compress_size, 1):
        raise FileError(f"{name} : l’archive se déplie d’une façon anormale, elle n’est pas ouverte.")


def _member(archive: ZipFile, info: ZipInfo, notes: tuple[str, ...]) -> Table:
    bare = PurePosixPath(info.filename).name
    if bare.lower().endswith(_WORKBOOK):
        # A workbook is read from all its ends: it has to be unpacked first. Its own size is bounded.
        from io import BytesIO

        if info.file_size > 100 * MEGABYTE:
            raise FileError(f"{bare} : ce classeur est trop grand. Décompressez l’archive.")
        table = workbook_table(bare, BytesIO(archive.read(info)))
    else:
        table = text_table(bare, lambda: cast(BinaryIO, archive.open(info)), info.file_size)
    return Table(table.name, table.rows, table.done, (*notes, *table.notes))
