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
