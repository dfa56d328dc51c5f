"""Lanes and deadlines over a runtime that says one token a step to everyone it was given."""

from __future__ import annotations

from collections.abc import Sequence

from core.errors import UserError
from core.generation import Lane, Sampling
from engine.laned_runtime import LanedRuntime
from engine.lanes import Lanes
from engine.runtime import PAST_DEADLINE, TokenEvent, TokenRequest

LENGTH = 6


class Counting:
    """Writes 100, 101, ... on; `seen` is who was written for at each step."""

    context_tokens = 100

    def __init__(self) -> None:
        self.held: dict[str, TokenRequest] = {}
        self.left: dict[str, int] = {}
        self.seen: list[set[str]] = []

    @property
    def busy(self) -> bool:
        return bool(self.held)

    def add(self, request: TokenRequest) -> None:
        if request.adapter:
            raise UserError("adapter", request.adapter, "none")
        self.held[request.id], self.left[request.id] = request, request.sampling.max_new_tokens

    def step(self) -> Sequence[TokenEvent]:
        self.seen.append(set(self.held))
        events = []
        for name, request in list(self.held.items()):
            token = 100 + len(request.prompt) + request.sampling.max_new_tokens - self.left[name]
            self.left[name] -= 1
            if ended := self.left[name] == 0:
                del self.held[name]
            events.append(TokenEvent(name, (token,), "length" if ended else None))
        return events

    def drop(self, request_id: str) -> None:
        self.held.pop(request_id, None)

    def close(self) -> None: ...


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def request(name: str, lane: Lane = "batch", adapter: str | None = None, deadline: float | None = None) -> TokenRequest:
    return TokenRequest(name, [1], Sampling(max_new_tokens=LENGTH), adapter, lane, deadline)


def drain(runtime: LanedRuntime) -> tuple[dict[str, list[int]], list[str]]:
    """Everyone's tokens, and the order in which they ended."""
    tokens: dict[str, list[int]] = {}
    ended = []
    for _ in range(200):
        if not runtime.busy:
            return tokens, ended
        for event in runtime.step():
            tokens.setdefault(event.id, []).extend(event.tokens)
            if event.finish:
                ended.append(event.id)
    raise AssertionError("it never ends")


def test_a_batch_that_chats_interrupt_is_written_whole_and_once() -> None:
    machine = Counting()
    runtime = LanedRuntime(machine, Lanes(alone=8, beside_chats=2, entering=8))
    for number in range(12):
        runtime.add(request(f"b{number}"))
    early: dict[str, list[int]] = {}
    for _ in range(3):
        for event in runtime.step():
            early.setdefault(event.id, []).extend(event.tokens)
    runtime.add(request("c", "chat"))
    late, ended = drain(runtime)
    assert ended.index("c") < ended.index("b7")
    for name in [f"b{number}" for number in range(12)]:
        assert early.get(name, []) + late.get(name, []) == [101 + at for at in range(LENGTH)]
    beside = [seen - {"c"} for seen in machine.seen if "c" in seen]
    assert len(beside) == LENGTH
    assert {len(batch) for batch in beside} == {2}


def test_the_chat_is_in_the_very_next_step_however_long_the_batch() -> None:
    machine = Counting()
    runtime = LanedRuntime(machine, Lanes(alone=4, beside_chats=2, entering=4))
    for number in range(500):
        runtime.add(request(f"b{number}"))
    runtime.step()
    runtime.add(request("c", "chat"))
    runtime.step()
    assert "c" in machine.seen[-1]
    assert len(machine.held) == 3


def test_past_its_deadline_a_request_ends_whether_it_runs_or_waits() -> None:
    clock, machine = Clock(), Counting()
    runtime = LanedRuntime(machine, Lanes(alone=1), clock)
    for name, deadline in (("runs", 2.0), ("waits", 2.0), ("has time", None)):
        runtime.add(request(name, deadline=deadline))
    runtime.step()
    clock.now += 2.0
    late = {event.id: event for event in runtime.step() if event.finish}
    assert {(event.finish, event.error) for event in late.values()} == {("cancelled", PAST_DEADLINE)}
    assert set(late) == {"runs", "waits"}
    assert set(machine.held) == {"has time"}


def test_a_deadline_that_is_kept_is_never_heard_of() -> None:
    clock = Clock()
    runtime = LanedRuntime(Counting(), clock=clock)
    runtime.add(request("quick", "chat", deadline=5.0))
    assert drain(runtime)[1] == ["quick"]
    clock.now += 10.0
    assert list(runtime.step()) == []


def test_what_the_runtime_refuses_ends_alone_and_says_why() -> None:
    runtime = LanedRuntime(Counting())
    runtime.add(request("bad", adapter="nobody"))
    runtime.add(request("good"))
    events = {event.id: event for event in runtime.step()}
    assert events["bad"].finish == "error"
    assert "nobody" in (events["bad"].error or "")
    assert drain(runtime)[1] == ["good"]


def test_dropping_one_who_waits_and_one_who_runs_leaves_nothing_to_do() -> None:
    machine = Counting()
    runtime = LanedRuntime(machine, Lanes(alone=1))
    runtime.add(request("runs"))
    runtime.add(request("waits"))
    runtime.step()
    runtime.drop("runs")
    runtime.drop("waits")
    assert not runtime.busy
    assert machine.held == {}
