"""What lies in deploy/ names settings, commands and files that there are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from core.settings import PREFIX, Settings

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
PAGE = (ROOT / "docs" / "DEPLOY.md").read_text(encoding="utf-8")
TEXTS = {path.name: path.read_text(encoding="utf-8") for path in DEPLOY.iterdir()} | {"DEPLOY.md": PAGE}


@pytest.mark.parametrize("name", TEXTS)
def test_every_setting_is_one(name: str) -> None:
    named = set(re.findall(rf"{PREFIX}[A-Z_]+", TEXTS[name]))
    assert named <= {PREFIX + setting.upper() for setting in Settings.model_fields}


def test_every_command_is_one() -> None:
    from typer.main import get_command

    from cli.main import app

    told = re.findall(r"^(?:hawker|as-hawker|docker compose .* web) ([a-z-]+(?: [a-z]+)?)", PAGE, re.MULTILINE)
    assert len(told) > 8
    commands = get_command(app).commands  # type: ignore[attr-defined]
    for first, _, second in (line.partition(" ") for line in told):
        group = commands[first]
        assert not hasattr(group, "commands") or second in group.commands, (first, second)


def test_every_file_that_is_named_is_there() -> None:
    for name in re.findall(r"deploy/[\w.]*\w", PAGE):
        assert (ROOT / name).exists() or name == "deploy/tls", name


def test_the_fleet_hangs_together() -> None:
    compose = yaml.safe_load(TEXTS["compose.yaml"])
    services = compose["services"]
    for name, service in services.items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert set(service["networks"]) <= set(compose["networks"]), name
        mounted = {volume.split(":")[0] for volume in service["volumes"]}
        assert {one for one in mounted if not one.startswith("./")} <= set(compose["volumes"]), name
    database, chroma = (services["web"]["environment"][f"HAWKER_{name}_URL"] for name in ("DATABASE", "CHROMA"))
    assert "@postgres/" in database
    assert chroma == "http://chroma:8000"
    assert compose["networks"]["back"]["internal"] is True
    (subnet,) = compose["networks"]["front"]["ipam"]["config"]
    assert services["web"]["environment"]["HAWKER_TRUSTED_PROXIES"] == subnet["subnet"]
    assert "server web:8765" in TEXTS["nginx.conf"]
    assert "proxy_buffering off" in TEXTS["nginx.conf"]


def test_the_chroma_server_is_of_the_clients_version() -> None:
    image = yaml.safe_load(TEXTS["compose.yaml"])["services"]["chroma"]["image"]
    assert f"chromadb=={image.partition(':')[2]}" in (ROOT / "constraints.txt").read_text().splitlines()
