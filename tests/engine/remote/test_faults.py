"""Servers that are busy, broken, gone or locked: tried again where it may help, and told in one line where not."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from core.errors import EngineFailed, UserError
from core.generation import GenerationRequest
from core.observing import Load, Observer, Written
from core.settings import Settings
from engine.remote.addresses import Addresses
from engine.remote.faults import Unavailable, seconds_told
from engine.remote.opening import open_remote
from engine.remote.patience import Patience
from tests.engine.remote.conftest import Open, ask
from tests.engine.remote.openai_server import OpenAiServer, Stumble

BROKEN = [
    Stumble(503),
    Stumble(429, retry_after="0"),
    Stumble(pieces=["It ", "was "]),
    Stumble(pieces=["It "], event={"error": {"message": "out of memory", "code": 500}}),
    Stumble(pieces=["It "], event={"choices": [{"index": 0, "delta": {}, "finish_reason": "abort"}]}),
]


def is_one_line(error: Exception) -> bool:
    return "\n" not in str(error) and 20 < len(str(error)) < 400


@pytest.mark.parametrize("stumble", BROKEN)
def test_what_may_succeed_is_tried_again_from_the_beginning(
    server: OpenAiServer, opened: Open, stumble: Stumble
) -> None:
    server.stumbles.append(stumble)
    result = opened(server).generate([ask()])[0]
    assert (result.text, result.finish, result.error) == ("It is Athens.", "stop", None)
    assert (result.prompt_tokens, result.new_tokens) == (7, 3)
    assert len(server.asked) == 2


def test_retry_after_is_honoured(server: OpenAiServer, opened: Open) -> None:
    server.stumbles.append(Stumble(429, retry_after="1"))
    started = time.monotonic()
    assert opened(server).generate([ask()])[0].finish == "stop"
    assert time.monotonic() - started >= 1.0


def test_a_wait_beyond_all_patience_is_told_at_once(server: OpenAiServer, opened: Open) -> None:
    server.stumbles.append(Stumble(429, retry_after="3600", message="out of tokens until midnight"))
    engine = opened(server)
    with pytest.raises(EngineFailed, match=r"until midnight.*3600 s.*HAWKER_REMOTE_TIMEOUT is 20 s") as failure:
        engine.generate([ask()])
    assert is_one_line(failure.value)
    assert len(server.asked) == 1
    assert engine.fault == str(failure.value)
    engine.generate([ask()])
    assert engine.fault is None


def test_an_answer_that_somebody_reads_is_never_begun_anew(server: OpenAiServer, opened: Open) -> None:
    server.stumbles.append(Stumble(pieces=["It ", "was "]))
    engine = opened(server)
    heard: list[str] = []
    with pytest.raises(EngineFailed, match="the answer had begun") as failure:
        heard.extend(delta.text for delta in engine.stream(ask()))
    assert is_one_line(failure.value)
    assert len(server.asked) == 1


def test_a_stream_of_which_nothing_was_read_is_tried_again(server: OpenAiServer, opened: Open) -> None:
    server.stumbles.extend([Stumble(503), Stumble(pieces=[])])
    assert "".join(delta.text for delta in opened(server).stream(ask())) == "It is Athens."


@pytest.mark.parametrize("stumble", [Stumble(400, message="too long"), Stumble(422, message="too long")])
def test_what_is_wrong_with_one_request_is_its_own_error(server: OpenAiServer, opened: Open, stumble: Stumble) -> None:
    server.stumbles.append(stumble)
    engine = opened(server)
    bad = engine.generate([ask()])[0]
    assert (bad.finish, len(server.asked)) == ("error", 1)
    assert "too long" in (bad.error or "")
    assert engine.generate([ask()])[0].finish == "stop"


def test_an_error_in_the_stream_may_be_the_requests_own(server: OpenAiServer, opened: Open) -> None:
    server.stumbles.append(Stumble(event={"error": {"message": "no such schema", "code": 400}}))
    assert opened(server).generate([ask()])[0].error == "the server refused it: no such schema"
    assert len(server.asked) == 1


def test_a_wrong_key_names_its_setting_and_is_never_shown(server: OpenAiServer, opened: Open) -> None:
    server.key = "right-9f3a"
    with pytest.raises(UserError, match=r"remote_key: got 'none'.*401.*HAWKER_REMOTE_KEY"):
        opened(server).generate([ask()])
    with pytest.raises(UserError, match="HAWKER_REMOTE_KEY") as refused:
        opened(server, remote_key="wrong-77c1").generate([ask()])
    assert "77c1" not in str(refused.value)
    assert opened(server, remote_key="right-9f3a").generate([ask()])[0].finish == "stop"


def test_an_address_where_nobody_listens_names_its_setting(opened: Open) -> None:
    with OpenAiServer() as gone:
        pass
    with pytest.raises(EngineFailed, match=r"127.0.0.1.*HAWKER_REMOTE_URL") as failure:
        opened(gone).generate([ask()])
    assert is_one_line(failure.value)


def test_an_address_of_something_else_names_its_setting(server: OpenAiServer, opened: Open) -> None:
    server.listed = [{"name": "not a model"}]
    with pytest.raises(UserError, match="HAWKER_REMOTE_URL"):
        opened(server).generate([ask()])


def test_a_server_that_never_ends_is_given_up(server: OpenAiServer, opened: Open) -> None:
    server.gate.clear()
    with pytest.raises(EngineFailed, match=r"0\.5 s .HAWKER_REMOTE_TIMEOUT"):
        opened(server, remote_timeout=0.5).generate([ask()])


def test_another_server_is_asked_where_one_fails(server: OpenAiServer, opened: Open) -> None:
    with OpenAiServer() as doomed:
        engine = opened(doomed, server)
        assert engine.generate([ask(id_=str(number)) for number in range(8)])
        assert doomed.asked
    results = engine.generate([ask(id_=str(number)) for number in range(8)])
    assert {result.text for result in results} == {"It is Athens."}


def test_no_more_are_at_the_server_than_the_settings_say(server: OpenAiServer, opened: Open) -> None:
    requests = [ask(id_=str(number)) for number in range(12)]
    assert len(opened(server, remote_in_flight=3).generate(requests)) == 12
    assert server.most_at_once <= 3


def test_a_cancelled_request_keeps_its_text_and_the_server_hears_of_it(server: OpenAiServer, opened: Open) -> None:
    server.gate.clear()
    engine = opened(server)
    stream = engine.stream(ask())
    assert next(stream).text == "It "
    assert engine.load == Load(running=1)
    engine.cancel("one")
    last = next(stream).result
    assert last is not None
    assert (last.finish, last.text, last.new_tokens) == ("cancelled", "It ", 1)
    assert engine.load == Load()


def test_a_closed_engine_fails_what_is_under_way(server: OpenAiServer, opened: Open) -> None:
    server.gate.clear()
    engine = opened(server)
    stream = engine.stream(ask())
    next(stream)
    engine.close()
    engine.close()
    with pytest.raises(EngineFailed, match="was closed"):
        next(stream)
    with pytest.raises(EngineFailed, match="was closed"):
        engine.generate([ask()])


def test_the_observer_hears_of_each_answer_once(server: OpenAiServer, remote) -> None:  # type: ignore[no-untyped-def]
    heard: list[Written] = []
    server.stumbles.append(Stumble(503))
    server.usage = False
    settings: Settings = remote(server)
    engine = open_remote(settings, "smollm2-135m", Observer(written=heard.append))
    engine.generate([ask(id_=str(number)) for number in range(3)])
    engine.close()
    assert [(one.finish, one.new_tokens) for one in heard] == [("stop", 3)] * 3
    assert all(one.prompt_tokens > 5 for one in heard)


def test_closing_an_iterator_hangs_up_on_the_rest(server: OpenAiServer, opened: Open) -> None:
    def endless() -> Iterator[GenerationRequest]:
        for number in range(10_000):
            yield ask(id_=str(number))

    results = opened(server).iterate(endless(), in_flight=4)
    seen = {next(results).id for _ in range(6)}
    results.close()  # type: ignore[attr-defined]
    assert len(seen) == 6
    assert len(server.asked) <= 11


def test_pauses_double_and_end_with_patience() -> None:
    now = 0.0
    patience = Patience(10.0, clock=lambda: now, chance=lambda: 0.0)
    fault = Unavailable("busy")
    assert [patience.pause(fault) for _ in range(4)] == [0.25, 0.5, 1.0, 2.0]
    assert patience.pause(Unavailable("busy", 6.0)) == 6.0
    now = 9.0
    with pytest.raises(EngineFailed, match="busy"):
        patience.pause(fault)


def test_addresses_take_turns_and_the_failed_rest() -> None:
    now = 0.0
    addresses = Addresses(["a", "b"], clock=lambda: now)
    assert [addresses.next() for _ in range(4)] == ["a", "b", "a", "b"]
    assert addresses.failed("a")
    assert {addresses.next() for _ in range(4)} == {"b"}
    assert not addresses.failed("b")
    assert {addresses.next() for _ in range(4)} == {"a", "b"}
    now = 6.0
    assert {addresses.next() for _ in range(4)} == {"a", "b"}


@pytest.mark.parametrize(
    ("told", "seconds"), [("7", 7.0), ("", None), ("soon", None), ("Mon, 01 Jan 2001 00:00:00 GMT", 0.0)]
)
def test_retry_after_is_seconds_or_a_date(told: str, seconds: float | None) -> None:
    assert seconds_told({"retry-after": told}) == seconds
