from pathlib import Path

import pytest

from core.errors import UserError
from core.settings import Settings, load_settings


def test_defaults_lie_under_home(home: Settings) -> None:
    assert home.database == f"sqlite:///{home.home / 'hawker.db'}"
    assert home.data_key_file == home.home / "secrets" / "data.key"
    assert home.model_for("zh") == "gemma3-270m"
    assert home.model_for("en") == home.model_for("fr") == "smollm2-135m"


def test_yaml_is_read_and_the_environment_wins(home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    home.home.mkdir()
    (home.home / "hawker.yaml").write_text("port: 9000\nlog_level: info\n")
    monkeypatch.setenv("HAWKER_PORT", "9001")
    found = load_settings()
    assert (found.port, found.log_level) == (9001, "info")
    assert load_settings(port=9002).port == 9002


def test_a_misspelt_variable_is_refused_with_its_neighbour(home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HAWKER_EMBEDER", "x")
    with pytest.raises(UserError, match=r"HAWKER_EMBEDER.*did you mean embedder"):
        load_settings()


def test_an_unknown_key_in_the_file_is_refused(home: Settings) -> None:
    home.home.mkdir()
    (home.home / "hawker.yaml").write_text("modle: x\n")
    with pytest.raises(UserError, match=r"setting modle.*did you mean model"):
        load_settings()


@pytest.mark.parametrize(("name", "value"), [("PORT", "70000"), ("ENGINE", "magic"), ("THREADS", "0")])
def test_a_wrong_value_is_one_line_with_field_and_value(
    home: Settings, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"HAWKER_{name}", value)
    with pytest.raises(UserError) as caught:
        load_settings()
    message = str(caught.value)
    assert name.lower() in message
    assert value in message
    assert "\n" not in message


def test_models_may_be_shared_between_homes(tmp_path: Path, home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HAWKER_MODELS", str(tmp_path))
    assert load_settings().models_dir == tmp_path


def test_origins_are_words_in_the_environment_and_never_a_wildcard(
    home: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HAWKER_ALLOWED_ORIGINS", "https://shop.example, http://localhost:3000")
    assert load_settings().allowed_origins == ("https://shop.example", "http://localhost:3000")
    for wrong in ("*", "https://*.shop.example", "shop.example", "https://shop.example/path"):
        monkeypatch.setenv("HAWKER_ALLOWED_ORIGINS", wrong)
        with pytest.raises(UserError, match="mend HAWKER_ALLOWED_ORIGINS or"):
            load_settings()


def test_a_remote_engine_needs_an_address(home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HAWKER_ENGINE", "remote")
    with pytest.raises(UserError, match="set HAWKER_REMOTE_URL, as in http"):
        load_settings()
    monkeypatch.setenv("HAWKER_REMOTE_URL", "http://gpu-1:8000, https://gpu-2.example/llm/v1/")
    assert load_settings().remote_url == ("http://gpu-1:8000/v1", "https://gpu-2.example/llm/v1")
    for wrong in ("gpu-1:8000", "ftp://gpu-1", "http://user:word@gpu-1/v1", "http://gpu-1/v1?key=1"):
        monkeypatch.setenv("HAWKER_REMOTE_URL", wrong)
        with pytest.raises(UserError, match=r"expected an address like http.*mend HAWKER_REMOTE_URL or"):
            load_settings()


def test_names_there_are_pairs(home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HAWKER_REMOTE_NAMES", "smollm2-135m=org/SmolLM2, house-en=tuned:1")
    assert load_settings().remote_names == {"smollm2-135m": "org/SmolLM2", "house-en": "tuned:1"}
    monkeypatch.setenv("HAWKER_REMOTE_NAMES", "smollm2-135m")
    with pytest.raises(UserError, match=r"pairs like .*mend HAWKER_REMOTE_NAMES or"):
        load_settings()


def test_a_key_is_shown_nowhere(home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HAWKER_REMOTE_KEY", "hush-1234\n")
    found = load_settings()
    assert found.remote_key is not None
    assert found.remote_key.get_secret_value() == "hush-1234"
    assert "hush" not in repr(found) + str(found) + found.model_dump_json()
    monkeypatch.setenv("HAWKER_REMOTE_KEY", "hush 1234")
    with pytest.raises(UserError, match="remote_key") as refused:
        load_settings()
    assert "hush" not in str(refused.value)
