"""The load bench: its arithmetic, and each of its loads over a real server whose model is scripted."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest

from agent.house import House
from core.observing import Written
from core.settings import load_settings
from evals.bench_engine import stories
from evals.serving.campaign import beside_rows
from evals.serving.completions import engine_seconds, overheads, timed_at_once
from evals.serving.figures import after_warming, percentile, slope_per_minute
from evals.serving.questions import demo_questions, varied
from evals.serving.shop_server import Server, shop_server
from evals.serving.soak import soak, soak_rows
from evals.serving.turns import Turn, ask_at_once, asker, turn_rows
from server.metrics import Metrics
from tests.conftest import WEIGHTS
from tests.server.conftest import fill


def test_percentiles_lie_between_neighbours() -> None:
    times = [float(number) for number in range(1, 101)]
    assert (percentile(times, 50), percentile(times, 95)) == (50.5, pytest.approx(95.05))
    assert percentile([3.0], 99.9) == 3.0
    with pytest.raises(ValueError, match="nothing"):
        percentile([], 50)


def test_memory_that_grows_by_two_a_minute_has_that_slope() -> None:
    seconds = [at * 2.0 for at in range(90)]
    noisy = [500 + at / 30 + (-1) ** number * 0.5 for number, at in enumerate(seconds)]
    assert slope_per_minute(seconds, noisy) == pytest.approx(2.0, abs=0.05)
    assert slope_per_minute(seconds, [7.0] * 90) == pytest.approx(0.0, abs=1e-9)
    assert slope_per_minute([1.0], [7.0]) == 0.0


def test_growth_while_warming_up_is_left_out() -> None:
    seconds = [float(at) for at in range(100)]
    memory = [min(at, 20.0) for at in seconds]
    kept, values = after_warming(seconds, memory)
    assert kept[0] == pytest.approx(20, abs=1)
    assert slope_per_minute(kept, values) == pytest.approx(0.0, abs=0.01)


def test_the_engine_s_time_is_that_of_the_model_asked() -> None:
    metrics = Metrics()
    for model, first in (("ours", 0.5), ("another", 9.0)):
        metrics.observer.written(Written(model, "stop", 3, 4, first, first + 0.75))
    assert engine_seconds(metrics.text().decode(), "ours") == (0.5, 0.25)


def test_questions_do_not_come_again_for_long() -> None:
    questions = demo_questions()
    many = list(itertools.islice(varied(questions), 160 * len(questions)))
    assert len(set(many)) == len(many) >= 3000


def test_a_turn_row_tells_how_many_times_sooner_ours_is() -> None:
    ours, theirs = [Turn(0.5, 1.0, "answer")] * 4, [Turn(2.0, 2.0, "answer"), Turn(2.0, 2.0, error="status 500")]
    half, _p95, failed = turn_rows("one", ours, theirs, "plain")
    assert (half.ours, half.peer, half.ratio) == (0.5, 2.0, 4.0)
    assert (failed.ours, failed.peer) == (0, 1)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    settings = load_settings(home=tmp_path_factory.mktemp("loaded"), models=WEIGHTS, engine="scripted")
    with House(settings) as house:
        fill(house)
    with shop_server(settings) as running:
        yield running


@pytest.mark.model
def test_turns_by_several_callers_are_all_answered(server: Server) -> None:
    asked = [f"{opener} How long may I take to return a lamp?" for opener in ("Hi,", "Hello,", "Well,", "Oh,", "So,")]
    turns = ask_at_once(asker(server.url), iter(asked), callers=3)
    assert [turn.error for turn in turns] == [""] * 5
    assert all(0 < turn.first_text <= turn.whole for turn in turns)


@pytest.mark.model
def test_a_turn_that_fails_says_so(server: Server) -> None:
    (turn,) = ask_at_once(asker(server.url), iter([""]), callers=1)
    assert "422" in turn.error
    (turn,) = ask_at_once(asker("http://127.0.0.1:9"), iter(["hello"]), callers=1)
    assert turn.error == "ConnectError"


@pytest.mark.model
def test_completions_are_counted_in_tokens_and_our_own_time_is_told_apart(server: Server) -> None:
    batch = stories(4, 0)
    tokens, seconds = timed_at_once(server, batch)
    assert tokens == sum(len(one.messages[-1].content.split()) for one in batch)
    assert seconds > 0
    assert all(spent > 0 for spent in overheads(server, 3))


@pytest.mark.model
def test_e_mails_are_written_while_customers_ask(server: Server) -> None:
    questions = (f"May I return lamp number {number}?" for number in itertools.count())
    rows = {row.metric: row for row in beside_rows(server.url, 5, asker(server.url), questions, 0.05)}
    assert rows["failed"].ours == 0
    assert rows["e-mails, tokens/s"].peer_name == "the e-mails alone"


@pytest.mark.model
def test_a_short_soak_watches_memory_and_stalls(server: Server) -> None:
    questions = (f"May I return lamp number {number} please?" for number in itertools.count())
    soaked = soak(server, asker(server.url), questions, minutes=0.05)
    assert soaked.errors == 0
    assert soaked.turns >= 2
    assert soaked.stall_longest >= soaked.stall_p999 > 0
    assert [row.metric for row in soak_rows(soaked)][:2] == ["turns", "errors"]
    assert server.memory()[0] > 10
