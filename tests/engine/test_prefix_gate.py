from core.generation import Sampling
from engine.prefix_gate import SHARED, PrefixGate
from engine.runtime import TokenRequest

LONG = [7] * SHARED


def request(name: str, prompt: list[int]) -> TokenRequest:
    return TokenRequest(name, prompt, Sampling())


def test_the_first_leads_and_the_rest_follow_its_first_token() -> None:
    gate = PrefixGate()
    assert gate.admits(request("a", [*LONG, 1]))
    assert not gate.admits(request("b", [*LONG, 2]))
    assert not gate.admits(request("c", [*LONG, 3]))
    assert gate.passed("other") == []
    assert [one.id for one in gate.passed("a")] == ["b", "c"]
    assert gate.admits(request("d", [*LONG, 4]))
    assert gate.waiting == ()


def test_other_beginnings_and_short_prompts_do_not_wait() -> None:
    gate = PrefixGate()
    assert gate.admits(request("a", [*LONG, 1]))
    assert gate.admits(request("b", [8, *LONG]))
    assert gate.admits(request("c", [7, 7]))
    assert gate.admits(request("d", [7, 7]))


def test_a_leader_that_is_cancelled_hands_the_lead_on() -> None:
    gate = PrefixGate()
    for name in "abc":
        gate.admits(request(name, [*LONG, ord(name)]))
    assert [one.id for one in gate.passed("a", warm=False)] == ["b"]
    assert [one.id for one in gate.passed("b")] == ["c"]


def test_one_who_waits_may_be_dropped() -> None:
    gate = PrefixGate()
    gate.admits(request("a", [*LONG, 1]))
    gate.admits(request("b", [*LONG, 2]))
    assert gate.drop("b")
    assert not gate.drop("a")
    assert gate.passed("a") == []
