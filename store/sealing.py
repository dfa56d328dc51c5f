"""Encrypting single values: AES-256-GCM bound to their place, and a blind index to find some of them again.

Ciphertext: format (1 byte), key version (2 bytes, big endian), nonce (12 bytes), AES-GCM output with its tag
(NIST SP 800-38D; random 96-bit nonces, good for 2^32 values a key). The associated data names table, column and
primary key, so a value copied into another row or column does not open. Knows nothing of sessions.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import unicodedata
from dataclasses import dataclass
from typing import overload

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from core.errors import HawkerError
from store.columns import Sealed
from store.keys import KeyRing

FORMAT = b"\x01"
NONCE_BYTES = 12
HEAD_BYTES = 1 + 2 + NONCE_BYTES


class Vault:
    """Seals and opens texts with the keys of one ring. Thread-safe."""

    def __init__(self, ring: KeyRing) -> None:
        self._ciphers = {version: AESGCM(key) for version, key in ring.keys.items()}
        self._head = FORMAT + ring.current.to_bytes(2, "big")
        self._cipher = self._ciphers[ring.current]
        self._index_key = ring.index_key
        self.current = ring.current

    def row(self, table: str, *primary_key: object) -> RowSeal:
        """The seal of one row; `primary_key` in the order of the table's columns."""
        return RowSeal(self, table, ":".join(f"{len(part)}:{part}" for part in map(str, primary_key)))

    def seal(self, text: str, place: str) -> Sealed:
        """`text` encrypted under the current key for `place` alone."""
        nonce = os.urandom(NONCE_BYTES)
        return Sealed(self._head + nonce + self._cipher.encrypt(nonce, text.encode("utf-8"), place.encode("utf-8")))

    def open(self, sealed: bytes, place: str) -> str:
        """The text again. Raises `HawkerError` where key, place or bytes are not the ones it was sealed with."""
        version = key_version(sealed)
        cipher = self._ciphers.get(version)
        if cipher is None or sealed[:1] != FORMAT:
            raise HawkerError(f"no key of version {version} in the data key file to open a value of {_table(place)}")
        try:
            clear = cipher.decrypt(sealed[3:HEAD_BYTES], sealed[HEAD_BYTES:], place.encode("utf-8"))
        except InvalidTag:
            raise HawkerError(f"a value of {_table(place)} was altered, moved, or sealed with another key") from None
        return clear.decode("utf-8")

    def blind(self, kind: str, normal: str) -> str:
        """HMAC-SHA256 of a normalised value: equal values are found, and nothing is learnt without the key."""
        return hmac.new(self._index_key, f"{kind}\x00{normal}".encode(), hashlib.sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class RowSeal:
    """Seals and opens the columns of one row; an absent value stays absent."""

    vault: Vault
    table: str
    key: str

    @overload
    def seal(self, column: str, text: str) -> Sealed: ...
    @overload
    def seal(self, column: str, text: str | None) -> Sealed | None: ...
    def seal(self, column: str, text: str | None) -> Sealed | None:
        return None if text is None else self.vault.seal(text, f"{self.table}.{column}#{self.key}")

    @overload
    def open(self, column: str, sealed: bytes) -> str: ...
    @overload
    def open(self, column: str, sealed: bytes | None) -> str | None: ...
    def open(self, column: str, sealed: bytes | None) -> str | None:
        return None if sealed is None else self.vault.open(sealed, f"{self.table}.{column}#{self.key}")


def key_version(sealed: bytes) -> int:
    """Which key sealed this value."""
    return int.from_bytes(sealed[1:3], "big")


def normal_email(address: str) -> str:
    """One spelling per mailbox: trimmed, compatibility forms folded, lower case."""
    return unicodedata.normalize("NFKC", address).strip().casefold()


def normal_phone(number: str) -> str:
    """Digits alone, the international prefix `00` as `+`: "+1 (303) 555-0100" and "001 303 5550100" are one."""
    folded = unicodedata.normalize("NFKC", number).strip()
    digits = re.sub(r"\D", "", folded)
    if folded.startswith("+"):
        return "+" + digits
    return "+" + digits[2:] if digits.startswith("00") else digits


def _table(place: str) -> str:
    return place.partition("#")[0]
