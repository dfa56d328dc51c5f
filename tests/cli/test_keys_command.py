"""`hawker keys`: a secret is told once, a list tells the rest, a revoked key stays in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.settings import load_settings
from store.opening import open_store
from tests.cli.conftest import Hawker


@pytest.fixture
def own_home(tmp_path: Path) -> str:
    return str(tmp_path / "home")


def test_a_key_is_made_listed_and_revoked(hawker: Hawker, own_home: str) -> None:
    made = hawker("keys", "create", "--name", "widget", "--scope", "shop", "--scope", "chat", HAWKER_HOME=own_home)
    assert made.status == 0, made.err
    secret = made.out.strip()
    assert "opens chat, shop" in made.err
    assert secret not in made.err
    key_id = secret.split("_")[1]
    listed = hawker("keys", "list", HAWKER_HOME=own_home).out
    assert all(part in listed for part in (key_id, "widget", "chat shop", "good"))
    assert secret not in listed
    assert hawker("keys", "revoke", key_id, HAWKER_HOME=own_home).out.startswith(f"{key_id} (widget) opens nothing")
    assert "revoked" in hawker("keys", "list", HAWKER_HOME=own_home).out


def test_json_has_all_of_it_and_the_secret_opens(hawker: Hawker, own_home: str) -> None:
    options = "--name copy --scope copy --requests-per-minute 5 --tokens-per-day 900 --expires 2999-12-31 --json"
    (made,) = hawker("keys", "create", *options.split(), HAWKER_HOME=own_home).json_lines()
    (listed,) = hawker("keys", "list", "--json", HAWKER_HOME=own_home).json_lines()
    store = open_store(load_settings(home=Path(own_home)))
    found = store.api_keys.recognise(made.pop("secret"))
    store.close()
    assert found is not None
    assert (found.requests_per_minute, found.tokens_per_day) == (5, 900)
    assert listed["keys"] == [made]
    assert made["scopes"] == ["copy"]
    assert made["expires"] == "2999-12-31T00:00:00+00:00"
