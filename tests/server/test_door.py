"""The door: every route with every scope, who may come while no key was made, what a browser is told. Asks no model."""

from __future__ import annotations

import re

import pytest
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient
from httpx import Response
from starlette.routing import Mount

from core.access import SCOPES, Scope
from core.settings import Settings, load_settings
from server.app import create_app
from server.routes import OPEN, ROUTES
from store.opening import open_store
from tests.server.conftest import Serve, make_key

EVERY_ROUTE = sorted(ROUTES)
LOCKED_ROUTES = [route for route in EVERY_ROUTE if ROUTES[route] != OPEN]


def ask(client: TestClient, route: str, headers: dict[str, str] | None = None) -> Response:
    """A request that the door judges; one that it lets in ends at a body or an id that the route refuses."""
    method, path = route.split(" ")
    path = re.sub(r"{\w+(:path)?}", "none", path.replace("{path:path}", "page.css"))
    return client.request(method, path, headers=headers, json={} if method in ("POST", "PUT") else None)


def test_every_route_has_a_line_in_the_table(home: Settings) -> None:
    served = set()
    for route in iter_route_contexts(create_app(home).routes):
        path = f"{route.path}/{{path:path}}" if isinstance(route.original_route, Mount) else route.path
        served |= {f"{method} {path}" for method in (route.methods or {"GET"}) - {"HEAD"}}
    assert served == set(ROUTES)


@pytest.mark.parametrize("scope", SCOPES)
def test_a_key_opens_what_its_scope_names_and_nothing_else(home: Settings, serve: Serve, scope: Scope) -> None:
    shown, client = make_key(home, scope), serve()
    for route in EVERY_ROUTE:
        status = ask(client, route, shown).status_code
        if ROUTES[route] in (OPEN, scope):
            assert status in (200, 201, 400, 404, 422, 503), (route, status)
        else:
            assert status == 403, (route, status)


def test_a_key_that_lacks_a_scope_is_told_which(home: Settings, serve: Serve) -> None:
    refused = serve().post("/v1/copy", headers=make_key(home, "chat"), json={})
    assert refused.json()["error"]["message"] == "scope: got 'chat', expected copy; make a key with --scope copy"


@pytest.mark.parametrize("route", EVERY_ROUTE)
def test_without_a_key_only_what_is_open_is_served(home: Settings, serve: Serve, route: str) -> None:
    make_key(home, "shop")
    refused = ask(serve(visitor_requests_per_minute=1000), route)
    if ROUTES[route] == OPEN:
        assert refused.status_code in (200, 503)
    else:
        assert refused.status_code == 401
        assert refused.headers["WWW-Authenticate"] == "Bearer"
        assert "no key" in refused.json()["error"]["message"]


@pytest.mark.parametrize("shown", ["Bearer hawker_00000000_none", "Bearer ", "Basic aGF3a2VyOng=", "Bearer x_y"])
def test_what_is_no_key_opens_nothing(home: Settings, serve: Serve, shown: str) -> None:
    make_key(home, "shop")
    assert serve().get("/v1/shop", headers={"Authorization": shown}).status_code == 401


def test_a_revoked_key_opens_nothing_and_the_door_stays_locked(home: Settings, serve: Serve) -> None:
    shown, client = make_key(home, "shop"), serve()
    assert client.get("/v1/shop", headers=shown).status_code == 200
    store = open_store(home)
    store.api_keys.revoke(store.api_keys.all()[0].id)
    store.close()
    assert client.get("/v1/shop", headers=shown).status_code == 401
    assert client.get("/v1/shop").status_code == 401


def test_a_running_server_locks_its_door_when_the_first_key_is_made(home: Settings, serve: Serve) -> None:
    client = serve()
    assert client.get("/v1/shop").status_code == 200
    make_key(home, "shop")
    assert client.get("/v1/shop").status_code == 401


@pytest.mark.parametrize(
    ("address", "host"), [("203.0.113.9", "localhost"), ("127.0.0.1", "shop.example"), ("127.0.0.1", "localhost.evil")]
)
def test_while_no_key_was_made_only_this_machine_is_served(serve: Serve, address: str, host: str) -> None:
    client = serve(address, host)
    assert {ask(client, route).status_code for route in LOCKED_ROUTES} == {403}
    assert client.get("/livez").status_code == 200


@pytest.mark.parametrize(("address", "host"), [("127.0.0.1", "127.0.0.1:8765"), ("::1", "[::1]:8765")])
def test_this_machine_has_more_names_than_one(serve: Serve, address: str, host: str) -> None:
    assert serve(address, host).get("/v1/shop").status_code == 200


def test_what_is_not_in_the_table_is_not_served(home: Settings, cold: None) -> None:
    app = create_app(load_settings(engine="scripted"))
    app.add_api_route("/v1/forgotten", lambda: "secret")
    with TestClient(app, "http://localhost", client=("127.0.0.1", 1)) as client:
        refused = client.get("/v1/forgotten")
    assert refused.status_code == 404
    assert "GET /v1/forgotten" in refused.json()["error"]["message"]


def test_visitors_may_chat_where_the_settings_say_so_but_are_nobody(home: Settings, serve: Serve) -> None:
    shown = make_key(home, "chat")
    assert serve().post("/v1/chat", json={}).status_code == 401
    public = serve(public_chat=True)
    assert public.post("/v1/chat", json={}).status_code == 422
    assert public.get("/v1/shop").status_code == 401
    named = {"message": "Where is my order?", "customer": "ann"}
    refused = public.post("/v1/chat", json=named)
    assert refused.status_code == 422
    assert "none without an API key" in refused.json()["error"]["message"]
    assert public.post("/v1/chat", json=named, headers={"Authorization": "Bearer wrong"}).status_code == 401
    assert public.post("/v1/chat", json={}, headers=shown).status_code == 422


def test_answers_tell_browsers_to_trust_nothing(serve: Serve) -> None:
    client = serve()
    page, data, missing = client.get("/"), client.get("/v1/shop"), client.get("/static/none.js")
    for answer in (page, data, missing):
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
        assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert data.headers["Cache-Control"] == "no-store"
    assert missing.json()["error"]["message"] == "Not Found"


def test_an_error_of_ours_keeps_its_headers(home: Settings) -> None:
    app = create_app(load_settings(engine="scripted"))
    client = TestClient(app, "http://localhost", client=("127.0.0.1", 1), raise_server_exceptions=False)
    failed = client.get("/v1/shop")  # nothing was opened, for the application was not started
    assert failed.status_code == 500
    assert failed.headers["X-Content-Type-Options"] == "nosniff"


def test_only_named_sites_may_call_or_frame(serve: Serve) -> None:
    shop = "https://shop.example"
    preflight = {"Origin": shop, "Access-Control-Request-Method": "POST"}
    strict = serve()
    assert strict.options("/v1/chat", headers=preflight).status_code == 400
    assert "Access-Control-Allow-Origin" not in strict.get("/v1/shop", headers={"Origin": shop}).headers
    named = serve(allowed_origins=shop, frame_ancestors=shop)
    assert named.options("/v1/chat", headers=preflight).headers["Access-Control-Allow-Origin"] == shop
    assert named.options("/v1/chat", headers={**preflight, "Origin": "https://evil.example"}).status_code == 400
    page = named.get("/")
    assert f"frame-ancestors {shop}" in page.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in page.headers
