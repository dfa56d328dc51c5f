"""Who may be in the runtime, and what is taken back for a chat: the policy alone."""

from __future__ import annotations

from core.generation import Lane, Sampling
from engine.lanes import Lanes
from engine.runtime import TokenRequest


def request(name: str, lane: Lane = "batch", **sampling: object) -> TokenRequest:
    return TokenRequest(name, [1, 2, 3], Sampling(**{"max_new_tokens": 10, **sampling}), "house", lane)  # type: ignore[arg-type]


def full(**limits: int) -> Lanes:
    """Six batch requests of which four run, the first two having written."""
    lanes = Lanes(**{"alone": 4, "beside_chats": 2, "entering": 8, **limits})
    for number in range(6):
        lanes.add(request(f"b{number}"))
    lanes.admit()
    lanes.note("b0", [7])
    lanes.note("b1", [8, 9])
    return lanes


def admitted(lanes: Lanes) -> list[str]:
    return [one.id for one in lanes.admit()]


def test_a_batch_alone_has_all_its_places_and_the_rest_wait() -> None:
    lanes = Lanes(alone=4, entering=8)
    for number in range(6):
        lanes.add(request(f"b{number}"))
    assert admitted(lanes) == ["b0", "b1", "b2", "b3"]
    assert lanes.waiting
    assert admitted(lanes) == []
    lanes.end("b2")
    assert admitted(lanes) == ["b4"]


def test_a_step_lets_only_some_of_a_batch_in() -> None:
    lanes = Lanes(alone=64, entering=3)
    for number in range(8):
        lanes.add(request(f"b{number}"))
    assert [len(lanes.admit()) for _ in range(4)] == [3, 3, 2, 0]


def test_every_chat_enters_at_once_and_first() -> None:
    lanes = Lanes(alone=2, beside_chats=1, entering=1)
    for name, lane in (("b0", "batch"), ("c0", "chat"), ("b1", "batch"), ("c1", "chat")):
        lanes.add(request(name, lane))  # type: ignore[arg-type]
    assert admitted(lanes) == ["c0", "c1", "b0"]


def test_a_chat_cuts_the_batch_to_those_who_have_written_most_of_theirs() -> None:
    lanes = full()
    assert lanes.surplus() == []
    lanes.add(request("c", "chat"))
    assert lanes.surplus() == ["b3", "b2"]
    assert lanes.surplus() == []
    assert admitted(lanes) == ["c"]


def test_the_batch_is_never_cut_to_nothing_and_moves_on_beside_chats() -> None:
    lanes = full()
    lanes.add(request("c", "chat"))
    lanes.surplus()
    admitted(lanes)
    lanes.end("b0")
    assert admitted(lanes) == ["b2"]


def test_what_was_taken_back_goes_on_where_it_stopped_when_the_chat_is_through() -> None:
    lanes = full(beside_chats=1)
    lanes.add(request("c", "chat"))
    assert lanes.surplus() == ["b3", "b2", "b1"]
    admitted(lanes)
    assert lanes.end("c")
    resumed, fresh, _ = lanes.admit()
    assert (resumed.id, list(resumed.prompt), resumed.adapter) == ("b1", [1, 2, 3, 8, 9], "house")
    assert resumed.sampling.max_new_tokens == 8
    assert (fresh.id, list(fresh.prompt), fresh.sampling.max_new_tokens) == ("b2", [1, 2, 3], 10)


def test_an_answer_in_the_middle_of_its_schema_stays() -> None:
    lanes = Lanes(alone=4, beside_chats=1)
    for number in range(3):
        lanes.add(request(f"b{number}", json_schema="{}"))
    lanes.admit()
    for number in range(3):
        lanes.note(f"b{number}", [7])
    lanes.add(request("c", "chat"))
    assert lanes.surplus() == []


def test_whoever_waits_is_forgotten_without_a_word_to_the_runtime() -> None:
    lanes = full()
    assert not lanes.end("b5")
    assert lanes.end("b0")
    assert not lanes.end("nobody")
