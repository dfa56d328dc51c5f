"""Sealed values open where they were sealed and nowhere else; the blind index finds every spelling."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import HawkerError
from store.columns import Sealed
from store.keys import new_ring
from store.sealing import Vault, key_version, normal_email, normal_phone

RING = new_ring()
VAULT = Vault(RING)


@given(st.text(), st.text(), st.text())
def test_a_value_opens_in_its_own_row_and_column_alone(text: str, one: str, other: str) -> None:
    sealed = VAULT.row("customers", one).seal("email", text)
    assert VAULT.row("customers", one).open("email", sealed) == text
    with pytest.raises(HawkerError):
        VAULT.row("customers", one).open("phone", sealed)
    if one != other:
        with pytest.raises(HawkerError):
            VAULT.row("customers", other).open("email", sealed)


@given(st.lists(st.text(), min_size=2, max_size=3), st.lists(st.text(), min_size=2, max_size=3))
def test_no_two_primary_keys_share_a_place(one: list[str], other: list[str]) -> None:
    assert (VAULT.row("t", *one).key == VAULT.row("t", *other).key) == (one == other)


@given(st.integers(min_value=0))
def test_an_altered_byte_is_noticed(position: int) -> None:
    sealed = VAULT.row("customers", "c1").seal("email", "ann@example.org")
    at = position % len(sealed)
    altered = Sealed(sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :])
    with pytest.raises(HawkerError):
        VAULT.row("customers", "c1").open("email", altered)


def test_equal_texts_are_sealed_differently() -> None:
    row = VAULT.row("customers", "c1")
    assert row.seal("email", "ann@example.org") != row.seal("email", "ann@example.org")


def test_old_versions_open_and_new_values_carry_the_new_version() -> None:
    old = VAULT.row("customers", "c1").seal("email", "ann@example.org")
    rotated = Vault(RING.rotated())
    assert rotated.row("customers", "c1").open("email", old) == "ann@example.org"
    assert key_version(rotated.row("customers", "c1").seal("email", "x")) == 2
    with pytest.raises(HawkerError, match="no key of version 2"):
        VAULT.row("customers", "c1").open("email", rotated.row("customers", "c1").seal("email", "x"))


def test_the_blind_index_depends_on_its_key_and_kind() -> None:
    assert VAULT.blind("email", "a") == VAULT.blind("email", "a")
    assert VAULT.blind("email", "a") != VAULT.blind("phone", "a")
    assert VAULT.blind("email", "a") != Vault(new_ring()).blind("email", "a")


@pytest.mark.parametrize("written", ["Ann@Example.org", " ann@example.ORG ", "ａｎｎ@example.org"])
def test_spellings_of_an_address_are_one(written: str) -> None:
    assert normal_email(written) == "ann@example.org"


@pytest.mark.parametrize("written", ["+1 (303) 555-0100", "001 303 555 0100", "＋１ 303.555.0100"])
def test_spellings_of_a_number_are_one(written: str) -> None:
    assert normal_phone(written) == "+13035550100"
