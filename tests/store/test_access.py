"""Keys are known by their secrets alone, and never told again; tokens add up by payer and day."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

import store.token_use as token_use
from core.access import NewKey
from core.errors import NotFound
from core.settings import Settings
from store.opening import Store, open_store

CHAT = NewKey("widget", frozenset({"chat", "shop"}), requests_per_minute=7)


def test_a_key_is_recognised_by_its_secret_alone(store: Store) -> None:
    assert not store.api_keys.any_made()
    key, secret = store.api_keys.create(CHAT)
    other, other_secret = store.api_keys.create(CHAT)
    found = store.api_keys.recognise(secret)
    assert found is not None
    assert (found.id, found.scopes, found.requests_per_minute) == (key.id, CHAT.scopes, 7)
    swapped = other_secret.replace(other.id, key.id)
    for wrong in (swapped, secret + "x", secret[:-1], secret.replace("hawker", "walker"), key.id, "", "hawker__"):
        assert store.api_keys.recognise(wrong) is None, wrong
    assert secret.startswith(f"hawker_{key.id}_")
    assert len(secret) == len(f"hawker_{key.id}_") + 43


def test_no_secret_is_written_down(home: Settings) -> None:
    store = open_store(home)
    _, secret = store.api_keys.create(CHAT)
    store.close()
    rest = secret.split("_", 2)[2].encode()
    assert all(rest not in file.read_bytes() for file in home.home.rglob("*") if file.is_file())


def test_use_is_noted_to_the_hour(store: Store) -> None:
    _, secret = store.api_keys.create(CHAT)
    assert store.api_keys.all()[0].last_used is None
    store.api_keys.recognise(secret)
    used = store.api_keys.all()[0].last_used
    assert used is not None
    assert (used.minute, used.second) == (0, 0)
    assert timedelta() <= datetime.now(UTC) - used < timedelta(hours=1, minutes=1)


def test_revoked_and_expired_keys_open_nothing_and_stay_listed(store: Store) -> None:
    key, secret = store.api_keys.create(CHAT)
    over = NewKey("old", frozenset({"chat"}), expires=datetime.now(UTC) - timedelta(seconds=1))
    _, old_secret = store.api_keys.create(over)
    assert store.api_keys.recognise(old_secret) is None
    revoked = store.api_keys.revoke(key.id)
    assert revoked.revoked is not None
    assert store.api_keys.revoke(key.id) == revoked
    assert store.api_keys.recognise(secret) is None
    assert store.api_keys.any_made()
    assert [one.name for one in store.api_keys.all()] == ["widget", "old"]
    with pytest.raises(NotFound, match="hawker keys list"):
        store.api_keys.revoke("none")


def test_tokens_add_up_by_payer_also_from_many_threads(store: Store) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: store.token_use.add("key:a", 5), range(20)))
    store.token_use.add("key:b", 1)
    assert (store.token_use.today("key:a"), store.token_use.today("key:b")) == (100, 1)
    assert store.token_use.today("key:c") == 0


def test_a_day_ends_and_old_days_are_forgotten(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    today, visitor = datetime.now(UTC), store.token_use.visitor("203.0.113.9")
    store.token_use.add("key:a", 5)

    class Later(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            return today + timedelta(days=40)

    with monkeypatch.context() as patch:
        patch.setattr(token_use, "datetime", Later)
        assert store.token_use.today("key:a") == 0
        assert store.token_use.visitor("203.0.113.9") != visitor
        store.token_use.add("key:b", 1)
    assert store.token_use.today("key:a") == 0
