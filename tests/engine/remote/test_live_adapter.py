"""A voice and its adapter where the model runs elsewhere: heard if served, left out with a warning, or refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import structlog

from agent.desk.writing import voice_for
from agent.house import House
from core.errors import UserError
from core.settings import Settings
from tests.engine.remote.openai_server import OpenAiServer

MODEL, ADAPTER = "smollm2-135m", "house-en"
BARE = ({"id": MODEL, "owned_by": "hawker"},)
TUNED = (*BARE, {"id": f"{MODEL}:{ADAPTER}", "owned_by": "hawker"})
Remote = Callable[..., Settings]


@pytest.fixture
def away(remote: Remote, tmp_path: Path) -> Remote:
    """As `remote`, without any weights here."""
    return lambda *servers, **changed: remote(*servers, models=tmp_path / "none", **changed)


def test_the_promoted_adapter_is_heard_where_it_is_served(server: OpenAiServer, away: Remote) -> None:
    server.listed = TUNED
    with House(away(server)) as house:
        voice = house.voice("copy", "en")
    assert (voice.engine.model, voice.adapter) == (MODEL, ADAPTER)


def test_without_it_the_model_speaks_by_itself_and_a_warning_says_so(server: OpenAiServer, away: Remote) -> None:
    server.listed = BARE
    with House(away(server)) as house, structlog.testing.capture_logs() as logged:
        assert house.voice("copy", "en").adapter is None
        assert house.voice("copy", "en").adapter is None
    (line,) = logged
    assert (line["log_level"], line["adapter"]) == ("warning", ADAPTER)


def test_one_that_the_settings_name_has_to_be_there(server: OpenAiServer, away: Remote) -> None:
    server.listed = BARE
    with House(away(server, adapter=ADAPTER)) as house, pytest.raises(UserError, match="HAWKER_REMOTE_NAMES"):
        house.voice("copy", "en")
    with House(away(server, adapter=ADAPTER, remote_names={ADAPTER: "merged"})) as house:
        assert house.voice("copy", "en").adapter == ADAPTER


def test_the_desk_does_without_a_voice_where_nobody_answers(away: Remote) -> None:
    with OpenAiServer() as gone:
        pass
    with House(away(gone)) as house:
        assert voice_for(house, "en") is None
