"""The read log under seal: a chain of hashes over batches of its lines, and who checks it (docs/adr/0021).

A trigger keeps lines from being changed, but the account that owns the tables can switch it off. Each seal therefore
holds a digest of every line of its batch and the hash of the seal before it: to change a line without a trace one has
to write all the seals again since then, and the last one is told daily to the outside (`head`).
"""

import hashlib
import json
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from cias.audit.models import RETENTION, AccessLog, LogSeal
from cias.core.registry import LogHead

BATCH = 1000
FIRST = "0" * 64
_FORM = 1  # of the canonical lines below; a seal keeps the one it was made with
_ID, _DIGEST = 8, 32
_ENTRY = _ID + _DIGEST
_LOCK = 0x_C1A5_5EA1
_FIELDS = (
    "pk", "at", "user_id", "action", "object_type", "object_id", "subject_id", "reason", "url_name", "detail",
)  # fmt: skip
# Sealed every five minutes: a line that has waited for so long says that nobody seals any more.
LATE = timedelta(days=1)


def line_digest(values: tuple[Any, ...]) -> bytes:
    """SHA-256 of one line's canonical form: its fields in order, as JSON without spaces, moments in UTC."""
    return hashlib.sha256(_canonical([_plain(value) for value in values])).digest()


def _plain(value: Any) -> Any:
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat(timespec="microseconds")
        case None | int() | dict():
            return value
    return str(value)


def _canonical(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def seal_lines(patience: float = 10) -> int:
    """Seal every line that no transaction under way can still precede; return how many.

    A batch is one transaction: who is killed leaves nothing half done and the next call goes on. Of two calls at once
    one does nothing. When writers are not done within `patience` seconds, their lines wait for the next call.
    """
    sealed = 0
    horizon = _settled(patience)
    while (count := _seal_batch(horizon)) is not None:
        sealed += count
    return sealed


def _settled(patience: float) -> int:
    """A number such that no line can appear any more under it or at it; 0 when that cannot be said yet.

    A writer locks the table (ROW EXCLUSIVE, which hinders nobody) before it takes a number and until it commits.
    Those who hold that lock after we read the counter are the only ones who may still commit a number up to it.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT last_value FROM audit_accesslog_id_seq WHERE is_called")
        row = cursor.fetchone()
        if row is None:
            return 0
        writers = _writers(cursor)
        end = time.monotonic() + patience
        while writers and (writers := writers & _writers(cursor)):
            if time.monotonic() > end:
                return 0
            time.sleep(0.05)
    return row[0]


def _writers(cursor: Any) -> set[str]:
    """The transactions that have written, or are about to write, in the log: all but our own."""
    cursor.execute(
        """
        SELECT virtualtransaction FROM pg_locks
        WHERE locktype = 'relation' AND relation = 'audit_accesslog'::regclass AND mode = 'RowExclusiveLock'
            AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
            AND pid IS DISTINCT FROM pg_backend_pid()
        """
    )
    return {name for (name,) in cursor.fetchall()}


@transaction.atomic
def _seal_batch(horizon: int) -> int | None:
    """Seal the next lines up to `horizon`; how many, or None when there is nothing to do or somebody else does it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            return None
    # The number is taken under the lock: two seals can never follow the same one.
    last = LogSeal.objects.defer("entries").last()
    start = last.last_id + 1 if last else 1
    lines = list(_lines(start, horizon)[:BATCH])
    if not lines:
        return None
    entries = b"".join(values[0].to_bytes(_ID, "big") + line_digest(values) for values in lines)
    moments = [values[1] for values in lines]
    seal = LogSeal(
        number=last.number + 1 if last else 1,
        form=_FORM,
        previous_hash=last.hash if last else FIRST,
        first_id=start,
        last_id=lines[-1][0] if len(lines) == BATCH else horizon,
        count=len(lines),
        newest_at=max(moments),
        lines_hash=hashlib.sha256(entries).hexdigest(),
        entries=entries,
        sealed_at=timezone.now(),
    )
    seal.hash = seal_hash(seal)
    seal.save(force_insert=True)
    return len(lines)


def seal_hash(seal: LogSeal) -> str:
    """What the next seal refers to: everything a seal says, the digest of its lines included."""
    said = [
        seal.number, seal.form, seal.previous_hash, seal.first_id, seal.last_id, seal.count, _plain(seal.newest_at),
        seal.lines_hash, _plain(seal.sealed_at),
    ]  # fmt: skip
    return hashlib.sha256(_canonical(said)).hexdigest()


def _lines(first: int, last: int) -> Any:
    return AccessLog.objects.filter(pk__range=(first, last)).order_by("pk").values_list(*_FIELDS)


@dataclass(frozen=True)
class Checked:
    """What a check has read. `fault` names the first thing that is wrong, "" when nothing is."""

    seals: int = 0
    lines: int = 0
    removed: int = 0
    waiting: int = 0
    fault: str = ""


def check_seals(told: Mapping[int, str] | None = None) -> Checked:
    """Read the whole chain and all the lines again.

    `told`: numbers and hashes (or their beginnings) of seals that were told to the outside earlier; without them, one
    who owns the database could have written the whole chain anew, or cut its end off.
    """
    told = dict(told or {})
    seals = lines = removed = 0
    previous: LogSeal | None = None
    for seal in _seals():
        if fault := _fault_of(seal, previous) or _contradiction(seal, told.pop(seal.number, "")):
            return Checked(seals, lines, removed, fault=fault)
        if seal.entries:
            if fault := _fault_in(seal):
                if LogSeal.objects.get(pk=seal.pk).entries:
                    return Checked(seals, lines, removed, fault=fault)
                removed += seal.count  # its year ended while we were reading
            else:
                lines += seal.count
        elif fault := _fault_of_removed(seal):
            return Checked(seals, lines, removed, fault=fault)
        else:
            removed += seal.count
        seals += 1
        previous = seal
    if told:
        fault = f"Le scellé n°\u00a0{min(told)}, communiqué auparavant, manque"
        return Checked(seals, lines, removed, fault=f"{fault}\u00a0: la fin de la chaîne a été retirée.")
    after = previous.last_id if previous else 0
    if stray := AccessLog.objects.filter(pk__lt=1).order_by("pk").first():
        return Checked(seals, lines, removed, fault=f"La ligne {stray.pk} a été ajoutée hors de la chaîne.")
    rest = AccessLog.objects.filter(pk__gt=after)
    waiting = rest.count()
    late = rest.filter(at__lt=timezone.now() - LATE).order_by("pk").first()
    fault = (
        f"La ligne {late.pk} attend son scellé depuis plus d’un jour\u00a0: le journal n’est plus scellé."
        if late
        else ""
    )
    return Checked(seals, lines, removed, waiting, fault)


def _seals() -> Iterator[LogSeal]:
    return LogSeal.objects.order_by("number").iterator(chunk_size=20)


def _fault_of(seal: LogSeal, previous: LogSeal | None) -> str:
    """What is wrong with a seal itself, and with its place after `previous`."""
    number = previous.number + 1 if previous else 1
    if seal.number != number:
        return f"Le scellé n°\u00a0{number} manque."
    if seal_hash(seal) != seal.hash:
        return f"Le scellé n°\u00a0{number} a été modifié."
    if seal.previous_hash != (previous.hash if previous else FIRST):
        return f"Le scellé n°\u00a0{number} ne suit pas celui qui le précède."
    if seal.first_id != (previous.last_id + 1 if previous else 1):
        return f"Le scellé n°\u00a0{number} laisse des lignes de côté."
    if seal.entries and hashlib.sha256(seal.entries).hexdigest() != seal.lines_hash:
        return f"Les empreintes du scellé n°\u00a0{number} ont été modifiées."
    return ""


def _contradiction(seal: LogSeal, told: str) -> str:
    if seal.hash.startswith(told):
        return ""
    return f"Le scellé n°\u00a0{seal.number} n’est pas celui qui avait été communiqué\u00a0: la chaîne a été réécrite."


def _fault_in(seal: LogSeal) -> str:
    """The first line of a seal that was changed, taken away or added; lines and entries come in the same order."""
    kept = _entries(seal.entries)
    for values in _lines(seal.first_id, seal.last_id):
        number = values[0]
        expected = next(iter(kept), number)
        if expected < number:
            return _of_line(expected, "a disparu", seal)
        if number not in kept:
            return _of_line(number, "a été ajoutée après coup", seal)
        if kept.pop(number) != line_digest(values):
            return _of_line(number, "a été modifiée", seal)
    return _of_line(next(iter(kept)), "a disparu", seal) if kept else ""


def _fault_of_removed(seal: LogSeal) -> str:
    if seal.newest_at > timezone.now() - RETENTION:
        return f"Les lignes du scellé n°\u00a0{seal.number} ont été retirées avant la fin de leur année."
    if stray := _lines(seal.first_id, seal.last_id).first():
        return _of_line(stray[0], "a été ajoutée après coup", seal)
    return ""


def _of_line(number: int, what: str, seal: LogSeal) -> str:
    return f"La ligne {number} {what} (scellé n°\u00a0{seal.number} du {timezone.localtime(seal.sealed_at):%d/%m/%Y})."


def _entries(written: Any) -> dict[int, bytes]:
    view = bytes(written)
    return {
        int.from_bytes(view[at : at + _ID], "big"): view[at + _ID : at + _ENTRY]
        for at in range(0, len(view), _ENTRY)
    }


def head() -> LogHead | None:
    """The last seal and since when lines wait for the next; None before the first seal."""
    last = LogSeal.objects.defer("entries").last()
    if last is None:
        return None
    waiting = AccessLog.objects.filter(pk__gt=last.last_id).order_by("pk").first()
    return LogHead(
        number=last.number,
        digest=last.hash,
        sealed_at=last.sealed_at,
        waiting_since=waiting.at if waiting else None,
    )


def told_heads(texts: Iterable[str]) -> dict[int, str]:
    """« 42:9f3c… » as the daily line, a backup or the metrics tell it. Raises ValueError for anything else."""
    found = {}
    for text in texts:
        number, _, digest = text.strip().lower().partition(":")
        if not number.isdecimal() or len(digest) < 8 or set(digest) - set("0123456789abcdef"):
            raise ValueError(text)
        found[int(number)] = digest
    return found


def remove_expired() -> int:
    """Remove the lines whose year is over, whole seals at a time; the seals stay. Return how many lines went."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_remove_expired()")
        return cursor.fetchone()[0]
