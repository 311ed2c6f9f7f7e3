"""AES-256-GCM for what is kept on disk or in a column, under the keys of FIELD_ENCRYPTION_KEYS.

The first key encrypts, every key decrypts, and what was encrypted names its key: a new key is put before the old
ones, `rotate_keys` encrypts again, then the old ones can go. The address of the cell or of the file (`address`) is
authenticated with the content: content moved to another row does not open.

A file is cut into blocks, each authenticated with its rank and whether it is the last (the STREAM construction of
Hoang, Reyhanitabar, Rogaway and Vizár, CRYPTO 2015), so that memory stays bounded and a block can be neither moved
nor dropped. Each file has a key of its own, derived from ours and a random salt: nonces can then simply count.
"""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

MAGIC = b"CIAS1"
ID_BYTES, SALT_BYTES, NONCE_BYTES, TAG_BYTES = 4, 16, 12, 16
HEADER_BYTES = len(MAGIC) + ID_BYTES + SALT_BYTES
BLOCK_BYTES = 64 * 1024
_SEALED_BLOCK = BLOCK_BYTES + TAG_BYTES


class CannotDecryptError(Exception):
    """The content was altered or moved, or its key is not among ours. Says nothing about the content."""


@dataclass(frozen=True)
class Key:
    identifier: bytes
    secret: bytes

    def derive(self, purpose: bytes, salt: bytes = b"") -> bytes:
        """A key for one purpose only; the configured one encrypts nothing itself."""
        return HKDF(algorithm=SHA256(), length=32, salt=salt, info=b"cias " + purpose).derive(self.secret)


def keys() -> tuple[Key, ...]:
    """Our keys, the newest first. Raises ValueError for one that is not 32 bytes in URL-safe base64."""
    return _read_keys(tuple(settings.FIELD_ENCRYPTION_KEYS))


@cache
def _read_keys(configured: tuple[str, ...]) -> tuple[Key, ...]:
    found = []
    for text in configured:
        secret = urlsafe_b64decode(text)
        if len(secret) != 32:
            raise ValueError("A key of FIELD_ENCRYPTION_KEYS is 32 bytes in URL-safe base64.")
        found.append(Key(hashlib.sha256(b"cias key " + secret).digest()[:ID_BYTES], secret))
    return tuple(found)


def _key(identifier: bytes) -> Key:
    for key in keys():
        if key.identifier == identifier:
            return key
    raise CannotDecryptError


def encrypt(content: Iterable[bytes], address: str) -> Iterator[bytes]:
    """The content of a file, block after block, bound to `address`."""
    key = keys()[0]
    salt = secrets.token_bytes(SALT_BYTES)
    header = MAGIC + key.identifier + salt
    cipher = AESGCM(key.derive(b"file", salt))
    yield header
    for rank, (block, last) in enumerate(_blocks(content, BLOCK_BYTES)):
        yield cipher.encrypt(_nonce(rank, last=last), block, header + address.encode())


def decrypt(sealed: Iterable[bytes], address: str) -> Iterator[bytes]:
    """The content of a file, block after block; raises CannotDecryptError at the first block that is not ours."""
    source = iter(sealed)
    head = b""
    while len(head) < HEADER_BYTES and (more := next(source, b"")):
        head += more
    header, rest = head[:HEADER_BYTES], head[HEADER_BYTES:]
    key = _key(key_of(header))
    cipher = AESGCM(key.derive(b"file", header[-SALT_BYTES:]))
    for rank, (block, last) in enumerate(_blocks(chain([rest], source), _SEALED_BLOCK)):
        try:
            yield cipher.decrypt(_nonce(rank, last=last), block, header + address.encode())
        except InvalidTag as error:
            raise CannotDecryptError from error


def key_of(header: bytes) -> bytes:
    """The identifier of the key a file was encrypted with, from its first HEADER_BYTES bytes."""
    if len(header) < HEADER_BYTES or not header.startswith(MAGIC):
        raise CannotDecryptError
    return header[len(MAGIC) : len(MAGIC) + ID_BYTES]


def _nonce(rank: int, *, last: bool) -> bytes:
    return rank.to_bytes(NONCE_BYTES - 1, "big") + bytes([last])


def _blocks(content: Iterable[bytes], size: int) -> Iterator[tuple[bytes, bool]]:
    """`content` cut into blocks of `size` bytes, each with whether it is the last; at least one, even empty."""
    held = bytearray()
    for piece in content:
        held += piece
        while len(held) > size:
            yield bytes(held[:size]), False
            del held[:size]
    yield bytes(held), True


def encrypt_text(text: str, address: str) -> str:
    """A short text for a column; `address` is its cell ("table.column.primary key")."""
    key = keys()[0]
    nonce = secrets.token_bytes(NONCE_BYTES)
    sealed = AESGCM(key.derive(b"text")).encrypt(nonce, text.encode(), address.encode())
    return f"{key.identifier.hex()}.{urlsafe_b64encode(nonce + sealed).decode()}"


def decrypt_text(token: str, address: str) -> str:
    """Raises CannotDecryptError for anything else than what encrypt_text() wrote for this address."""
    identifier, _, body = token.partition(".")
    try:
        key, sealed = _key(bytes.fromhex(identifier)), urlsafe_b64decode(body)
        opened = AESGCM(key.derive(b"text")).decrypt(
            sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], address.encode()
        )
    except (InvalidTag, ValueError) as error:
        raise CannotDecryptError from error
    return opened.decode()


def fingerprint(content: bytes, scope: str, key: Key | None = None) -> str:
    """What recognises the same content within `scope` (a household) without telling anybody else what it is.

    Keyed: a plain hash would let who reads the database check whether a file they hold is in somebody's folder.
    The key is named in front, so that a rotation finds what is left to do.
    """
    key = key or keys()[0]
    keyed = hmac.new(key.derive(b"fingerprint"), scope.encode() + b"\0", hashlib.sha256)
    keyed.update(content)
    return f"{key.identifier.hex()}:{keyed.hexdigest()}"


def fingerprints(content: bytes, scope: str) -> list[str]:
    """The fingerprint under each of our keys: what was kept before the last rotation is recognised too."""
    return [fingerprint(content, scope, key) for key in keys()]
