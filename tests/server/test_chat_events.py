"""What a client hears of a chat turn, how it goes on after a cut, and who may hear it: real HTTP, a scripted model."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator

import httpx
import pytest
from fastapi.testclient import TestClient

from core.customer import Customer
from core.settings import Settings, load_settings
from server.app import create_app
from server.chat_events import ChatEvents
from tests.server.conftest import free_port, make_key
from tests.server.desk_server import ASKED, FIRST, PATIENCE, SECOND, DeskServer, Event, desk_server, read_events

pytestmark = pytest.mark.usefixtures("cold", "unhurried")


@pytest.fixture
def desk(home: Settings) -> Iterator[DeskServer]:
    with desk_server(load_settings(engine="scripted", port=free_port())) as server:
        yield server


def ask(desk: DeskServer, body: object = ASKED) -> list[Event]:
    with httpx.stream("POST", f"{desk.url}/v1/chat", json=body, timeout=PATIENCE) as response:
        assert response.status_code == 200
        return list(read_events(response))


def hear_rest(desk: DeskServer, last: Event) -> list[Event]:
    turn, headers = last.id.partition(":")[0], {"Last-Event-ID": last.id}
    with httpx.stream("GET", f"{desk.url}/v1/chat/turns/{turn}", headers=headers, timeout=PATIENCE) as response:
        assert response.status_code == 200
        return list(read_events(response))


def cut_after(desk: DeskServer, name: str) -> list[Event]:
    """What was received of a turn whose connection was cut behind the first event of this name."""
    received: list[Event] = []
    with httpx.stream("POST", f"{desk.url}/v1/chat", json=ASKED, timeout=PATIENCE) as response:
        for event in read_events(response):
            received.append(event)
            if event.name == name:
                break
    return received


def test_events_come_typed_and_in_order(desk: DeskServer) -> None:
    desk.engine.go_on.set()
    told = ask(desk)
    names = [event.name for event in told]
    assert names == ["status"] * 4 + ["sentence", "citation"] * 2 + ["action", "done"]
    assert [event.data["stage"] for event in told[:4]] == ["waiting", "understanding", "searching", "writing"]
    turn = told[0].data["turn"]
    assert [event.id for event in told] == [f"{turn}:{number}" for number in range(1, len(told) + 1)]
    assert [event.data["text"] for event in told if event.name == "sentence"] == [FIRST, SECOND]
    assert told[-1].data["answer"] == f"{FIRST} {SECOND}"
    assert told[5].data == {"sentence": 1, "source": "document:returns", "quote": FIRST}
    for event in told:
        ChatEvents.model_validate({"id": event.id, "event": event.name, "data": event.data})


def test_openapi_describes_each_event(home: Settings) -> None:
    described = create_app(home).openapi()
    events = {"$ref": "#/components/schemas/ChatEvents"}
    for operation in (described["paths"]["/v1/chat"]["post"], described["paths"]["/v1/chat/turns/{turn}"]["get"]):
        stream = operation["responses"]["200"]["content"]["text/event-stream"]
        assert stream == {"itemSchema": events}
    data = described["components"]["schemas"]["SentenceEvent"]["properties"]["data"]
    assert data["contentSchema"] == {"$ref": "#/components/schemas/ShownSentence"}
    names = described["components"]["schemas"]["ChatEvents"]["discriminator"]["mapping"]
    assert set(names) == {"status", "sentence", "citation", "action", "done", "error"}


def test_a_turn_that_was_stored_is_told_again_event_by_event(desk: DeskServer) -> None:
    desk.engine.go_on.set()
    told = ask(desk)
    for heard in range(len(told) - 1):
        assert hear_rest(desk, told[heard]) == told[heard + 1 :]
    assert httpx.get(f"{desk.url}/v1/chat/turns/{told[0].data['turn']}").text.count("event: done") == 1


def test_whoever_has_heard_all_is_told_to_come_no_more(desk: DeskServer) -> None:
    desk.engine.go_on.set()
    last = ask(desk)[-1]
    turn = last.id.partition(":")[0]
    assert httpx.get(f"{desk.url}/v1/chat/turns/{turn}", headers={"Last-Event-ID": last.id}).status_code == 204


def test_a_cut_in_mid_stream_stops_the_model_and_the_rest_is_quoted_and_heard_once(desk: DeskServer) -> None:
    received = cut_after(desk, "sentence")
    desk.until_taken(0)
    rest = hear_rest(desk, received[-1])
    turn = received[0].data["turn"]
    assert [event.id for event in received + rest] == [f"{turn}:{n}" for n in range(1, len(received + rest) + 1)]
    assert [event.data["text"] for event in received + rest if event.name == "sentence"] == [FIRST, SECOND]
    assert rest[-1].name == "done"
    assert "stopped" in rest[-1].data["reason"]
    desk.until_model_rests()
    assert not desk.engine.go_on.is_set()


def test_a_second_listener_keeps_the_turn_running(desk: DeskServer) -> None:
    """A client may come back before its old connection is known to be dead."""
    with httpx.stream("POST", f"{desk.url}/v1/chat", json=ASKED, timeout=PATIENCE) as first:
        events = read_events(first)
        begun = next(events)
        url, headers = f"{desk.url}/v1/chat/turns/{begun.data['turn']}", {"Last-Event-ID": begun.id}
        with httpx.stream("GET", url, headers=headers, timeout=PATIENCE) as second:
            others = read_events(second)
            assert next(others).data["stage"] == "understanding"
            while next(events).name != "sentence":
                pass
            first.close()
            desk.engine.go_on.set()
            heard = list(others)
    assert heard[-1].name == "done"
    assert heard[-1].data["reason"] == "answered from the knowledge"


def test_a_turn_that_failed_is_told_again_for_a_while(desk: DeskServer) -> None:
    told = ask(desk, {"message": "Where is my order?", "customer": "nobody"})
    assert [event.name for event in told] == ["status", "status", "error"]
    assert "nobody" in told[-1].data["message"]
    assert hear_rest(desk, told[0]) == told[1:]


@pytest.mark.parametrize("turn", ["0" * 32, "f" * 32])
def test_a_turn_that_nobody_began_is_not_found(desk: DeskServer, turn: str) -> None:
    assert httpx.get(f"{desk.url}/v1/chat/turns/{turn}").status_code == 404


@pytest.mark.parametrize("given", ["other:1", "1", "{turn}", "{turn}:", "{turn}:-1", "{turn}:x", "{turn}:99999999"])
def test_an_id_of_another_turn_is_refused_in_one_line(desk: DeskServer, given: str) -> None:
    turn = "0" * 32
    refused = httpx.get(f"{desk.url}/v1/chat/turns/{turn}", headers={"Last-Event-ID": given.replace("{turn}", turn)})
    assert refused.status_code == 422
    assert refused.json()["error"]["param"] == "Last-Event-ID"


def test_a_visitor_hears_what_visitors_began_and_nothing_of_customers(home: Settings) -> None:
    with desk_server(load_settings(engine="scripted", port=free_port(), public_chat=True)) as desk:
        desk.engine.go_on.set()
        key = make_key(home, "chat")
        desk.house.store.customers.put([Customer("ann")])
        mine = httpx.post(f"{desk.url}/v1/chat", json={**ASKED, "customer": "ann"}, headers=key, timeout=PATIENCE)
        turn = mine.text.partition("id: ")[2].partition(":")[0]
        assert httpx.get(f"{desk.url}/v1/chat/turns/{turn}", headers=key).text.count("event: done") == 1
        assert httpx.get(f"{desk.url}/v1/chat/turns/{turn}").status_code == 404
        own = ask(desk)
        assert hear_rest(desk, own[0]) == own[1:]
        assert httpx.get(f"{desk.url}/v1/chat/turns/{turn}", headers=make_key(home, "copy")).status_code == 403


def test_another_process_tells_the_rest_from_the_store(desk: DeskServer, home: Settings) -> None:
    received = cut_after(desk, "sentence")
    here = hear_rest(desk, received[-1])
    turn, headers = received[-1].id.partition(":")[0], {"Last-Event-ID": received[-1].id}
    other = create_app(load_settings(engine="scripted"))
    with TestClient(other, "http://localhost", client=("127.0.0.1", 1)) as client:
        there = list(read_events(client.get(f"/v1/chat/turns/{turn}", headers=headers)))
    assert there == here


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed on this machine")
def test_curl_sees_events_as_they_come(desk: DeskServer) -> None:
    command = ["curl", "-sN", "--json", '{"message": "How is a refund paid?"}', f"{desk.url}/v1/chat"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as curl:
        assert curl.stdout is not None
        lines = []
        while "event: sentence" not in lines:
            lines.append(curl.stdout.readline().strip())
        assert "event: done" not in lines
        desk.engine.go_on.set()
        lines += [line.strip() for line in curl.stdout]
    assert curl.returncode == 0
    assert lines.count("event: done") == 1
    assert lines[-1] == ""
