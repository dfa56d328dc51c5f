"""How uvicorn runs: over a real socket, so that what it adds of its own is seen, and who it is told to believe."""

from __future__ import annotations

import httpx
import pytest

from core.access import NewKey
from core.errors import UserError
from core.settings import Settings, load_settings
from server.running import refuse_open_door
from store.opening import open_store


def test_an_answer_does_not_name_the_server(listening: str) -> None:
    answer = httpx.get(f"{listening}/livez")
    assert answer.json() == {"status": "alive"}
    assert "server" not in answer.headers


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "shop.example"])
def test_other_addresses_are_served_once_a_key_was_made(home: Settings, host: str) -> None:
    settings = load_settings(host=host)
    with pytest.raises(UserError, match="hawker keys create"):
        refuse_open_door(settings)
    store = open_store(home)
    store.api_keys.create(NewKey("test", frozenset({"chat"})))
    store.close()
    refuse_open_door(settings)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.8.8.8"])
def test_this_machines_own_addresses_need_no_key(home: Settings, host: str) -> None:
    refuse_open_door(load_settings(host=host))
    assert not home.home.exists()
