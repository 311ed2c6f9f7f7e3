"""Encryption at rest: nothing readable, nothing moved, nothing dropped, keys that change."""

import base64
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cias.core import crypto
from cias.core.crypto import CannotDecryptError, decrypt, decrypt_text, encrypt, encrypt_text, fingerprint

BLOCK = crypto.BLOCK_BYTES
SECRET = b"Jugement du 12 mars"


def new_key() -> str:
    return base64.urlsafe_b64encode(os.urandom(32)).decode()


def sealed(content: bytes, address: str = "a") -> bytes:
    return b"".join(encrypt([content], address))


def opened(content: bytes, address: str = "a") -> bytes:
    return b"".join(decrypt([content], address))


@pytest.mark.parametrize("length", [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK])
def test_any_length_comes_back(length: int) -> None:
    content = os.urandom(length)
    assert opened(sealed(content)) == content


@given(st.binary(max_size=400), st.integers(1, 60))
def test_however_it_is_cut(content: bytes, step: int) -> None:
    whole = sealed(content)
    pieces = [whole[start : start + step] for start in range(0, len(whole), step)]
    assert b"".join(decrypt(pieces, "a")) == content


def test_nothing_is_readable_and_the_same_content_never_looks_the_same() -> None:
    first, second = sealed(SECRET), sealed(SECRET)
    assert SECRET not in first
    assert first[-40:] != second[-40:]


def test_memory_stays_bounded() -> None:
    taken = 0

    def endless():
        nonlocal taken
        while True:
            taken += 1
            yield bytes(1024)

    blocks = encrypt(endless(), "a")
    next(blocks), next(blocks)
    assert taken <= BLOCK // 1024 + 1


@pytest.mark.parametrize(
    "attack",
    {
        "another row": lambda whole: (whole, "b"),
        "a bit flipped": lambda whole: (whole[:-1] + bytes([whole[-1] ^ 1]), "a"),
        "the last block dropped": lambda whole: (whole[: -(BLOCK // 2 + 16)], "a"),
        "two blocks exchanged": lambda whole: (
            whole[: crypto.HEADER_BYTES]
            + whole[crypto.HEADER_BYTES + BLOCK + 16 : crypto.HEADER_BYTES + 2 * (BLOCK + 16)]
            + whole[crypto.HEADER_BYTES : crypto.HEADER_BYTES + BLOCK + 16]
            + whole[crypto.HEADER_BYTES + 2 * (BLOCK + 16) :],
            "a",
        ),
        "cut in the header": lambda whole: (whole[:10], "a"),
        "emptied": lambda whole: (b"", "a"),
        "never encrypted": lambda whole: (SECRET * 5, "a"),
    }.items(),
    ids=lambda attack: attack[0],
)
def test_altered_content_does_not_open(attack: tuple) -> None:
    content, address = attack[1](sealed(os.urandom(2 * BLOCK + BLOCK // 2)))
    with pytest.raises(CannotDecryptError):
        opened(content, address)


def test_a_text_opens_in_its_own_cell_only() -> None:
    token = encrypt_text("2 84 05 28 085 123 45", "rights.file.nir.1")
    assert "85 123" not in token
    assert decrypt_text(token, "rights.file.nir.1") == "2 84 05 28 085 123 45"
    for wrong, address in (
        (token, "rights.file.nir.2"),
        (token[:-6], "rights.file.nir.1"),
        ("n’importe quoi", "a"),
    ):
        with pytest.raises(CannotDecryptError):
            decrypt_text(wrong, address)


def test_a_new_key_encrypts_and_the_old_one_still_opens(settings) -> None:
    old, new = new_key(), new_key()
    settings.FIELD_ENCRYPTION_KEYS = [old]
    file, text, mark = sealed(SECRET), encrypt_text("secret", "a"), fingerprint(SECRET, "m")
    settings.FIELD_ENCRYPTION_KEYS = [new, old]
    assert opened(file) == SECRET
    assert decrypt_text(text, "a") == "secret"
    assert crypto.key_of(sealed(SECRET)) == crypto.keys()[0].identifier != crypto.key_of(file)
    assert mark in crypto.fingerprints(SECRET, "m")
    settings.FIELD_ENCRYPTION_KEYS = [new]
    with pytest.raises(CannotDecryptError):
        opened(file)
    with pytest.raises(CannotDecryptError):
        decrypt_text(text, "a")


def test_a_fingerprint_says_nothing_outside_its_household() -> None:
    assert fingerprint(SECRET, "m1") == fingerprint(SECRET, "m1")
    assert fingerprint(SECRET, "m1") != fingerprint(SECRET, "m2")


def test_a_key_that_is_not_one_is_told(settings) -> None:
    settings.FIELD_ENCRYPTION_KEYS = ["dHJvcCBjb3VydA=="]
    with pytest.raises(ValueError, match="32 bytes"):
        crypto.keys()
