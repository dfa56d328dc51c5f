"""Wrong input: one clear line on standard error, the right exit status, nothing on standard output, nothing changed."""

from __future__ import annotations

import shlex
import shutil
from pathlib import Path

import pytest

from core.settings import load_settings
from store.opening import open_store
from tests.cli.conftest import Hawker, Said, environment, run_process
from tests.conftest import WEIGHTS

BAD_FILES = {
    "cells/products.csv": "id,name\nA,Tent\nB,Bag,extra,more\n",
    "whole/products.json": '[{"id": "A", "name": "Tent"}, {"id": ]',
    "header/products.csv": ",\nA,Tent\n",
    "whole.yaml": "products: [{file: products.json}]",
    "brand/BRAND.yaml": "nme: Fen\n",
    "unclosed.yaml": "name: ok\ngoal: [\n",
    "a-list.yaml": "- one\n- two\n",
    "unknown-kind.yaml": 'produkts:\n  - file: "*.csv"\n',
    "unknown-column.yaml": 'products:\n  - file: "*.csv"\n    fields: {id: SKU, name: name}\n',
    "bad-name.yaml": "name: Win Back!\ngoal: win back\n",
    "bad-key.yaml": "name: ok\ngoal: win back\nprodcts: all\n",
    "bad-segment.yaml": "name: ok\ngoal: win back\naudience: {segments: [kings]}\n",
    "bad-product.yaml": "name: ok\ngoal: win back\nproducts: [NOPE]\n",
    "good/customers.jsonl": '{"id": "eve"}\n',
    "good.yaml": "name: ok\ngoal: win back\n",
    "brief-key.yaml": "ofer: 10 % off\n",
    "brief-value.yaml": "offer: {a: b}\n",
}
LAMP = "--product LAMP-1 --channel meta-feed"
CASES = [
    ("copy --product NOPE --channel meta-feed", "--product: got 'NOPE', expected a product of this shop"),
    ("copy --product LAMP-1 --channel fax", "--channel: got 'fax', expected one of google-rsa, google-pmax"),
    (f"copy {LAMP} --segment kings", "segment: got 'kings', expected one of champions, loyal"),
    (f"copy {LAMP} --customer NOPE", "--customer: got 'NOPE', expected a customer of this shop"),
    (f"copy {LAMP} --lang fr", "--lang: got 'fr', expected one of en, zh"),
    (f"copy {LAMP} -n 0", "'-n'"),
    ("copy --channel meta-feed", "--product"),
    (f"copy {LAMP} --brief unclosed.yaml", "--brief: got 'unclosed.yaml', expected well-formed YAML; line 3, column 1"),
    (f"copy {LAMP} --brief a-list.yaml", "expected a mapping such as"),
    (f"copy {LAMP} --brief brief-key.yaml", "brief: got 'ofer', expected one of offer"),
    (f"copy {LAMP} --brief brief-value.yaml", "brief offer: got '{'a': 'b'}', expected a text"),
    (f"copy {LAMP} --brief missing.yaml", "--brief: got 'missing.yaml', expected a readable file"),
    (f"copy {LAMP} --brief .", "--brief: got '.', expected a readable file"),
    ("ask hello --customer NOPE", "--customer: got 'NOPE', expected a customer of this shop"),
    ("insight lifetime", "orders: got '2 buyers, 0 of them more than once, over 0 days', expected at least 500 buyers"),
    (
        "insight uplift NOPE",
        "CAMPAIGN: got 'NOPE', expected a campaign with drafts; run `hawker emails generate` first",
    ),
    ("insight profile NOPE", "got 'NOPE', expected a customer of this shop"),
    ("shop load missing", "SOURCE: got 'missing', expected a folder or file that is there"),
    ("shop load header", "products.csv line 1: got ',', expected a header that names the columns"),
    ("shop load whole --map whole.yaml", "products.json line 1: got 'Expecting value', expected well-formed JSON"),
    ("shop load sqlite:///none.db", "SOURCE: got 'none.db', expected a database file that is there"),
    ("shop unmerge none", "MERGE: got 'none', expected a merge that is in force"),
    ("shop load brand", "BRAND.yaml: nme: got 'Fen', expected a known key: name"),
    ("shop load cells --map unclosed.yaml", "--map: got 'unclosed.yaml', expected well-formed YAML; line 3"),
    ("shop load cells --map unknown-kind.yaml", "produkts: got 'produkts', expected a known key"),
    ("shop load cells --map unknown-column.yaml", "mapping of id: got 'SKU', expected a column of products.csv: id"),
    ("emails generate missing.yaml", "CAMPAIGN.yaml: got 'missing.yaml', expected a readable file"),
    ("emails generate .", "CAMPAIGN.yaml: got '.', expected a readable file"),
    ("emails generate unclosed.yaml", "CAMPAIGN.yaml: got 'unclosed.yaml', expected well-formed YAML; line 3"),
    ("emails generate a-list.yaml", "CAMPAIGN.yaml: got 'a-list.yaml', expected a mapping"),
    ("emails generate bad-name.yaml", "campaign name: got 'Win Back!'"),
    ("emails generate bad-key.yaml", "campaign prodcts: got 'prodcts', expected one of name, goal"),
    ("emails generate bad-segment.yaml", "segment: got 'kings', expected one of champions"),
    ("emails generate bad-product.yaml", "--product: got 'NOPE', expected a product of this shop"),
    ("emails generate good.yaml --per person", "--per: got 'person', expected context or recipient"),
    ("emails generate good.yaml --on mars", "--on: got 'mars', expected here or ray"),
    ("emails generate good.yaml --workers 2", "--workers: got '2', expected --on ray beside it"),
    ("emails show no-such-campaign", "CAMPAIGN: got 'no-such-campaign', expected a campaign with a draft"),
    ("bench nope", "COMMAND: got 'nope', expected one of engine, retrieval, train, train-gpu, gpu, emails, serve"),
    ("models pull nope", "model: got 'nope', expected one of smollm2-135m"),
    ("models verify nope", "model: got 'nope', expected an installed model"),
    ("serve --host 0.0.0.0", "--host: got '0.0.0.0', expected a loopback address"),
    ("keys create --name n --scope fax", "--scope: got 'fax', expected one of chat, copy"),
    ("keys create --name n --scope chat --expires soon", "--expires: got 'soon', expected a day like 2030-12-31"),
    ("keys create --name n --scope chat --expires 2020-01-01", "--expires: got '2020-01-01', expected a day to come"),
    ("keys revoke none", "KEY: got 'none', expected the id of a key; see: hawker keys list"),
    ("frobnicate", "COMMAND: got 'frobnicate', expected one of demo"),
    ("copy --frobnicate", "No such option: --frobnicate"),
]


def assert_one_line(said: Said, status: int, fragment: str) -> None:
    assert said.status == status, said
    assert said.out == ""
    assert fragment in said.err
    assert said.err.count("\n") == 1
    assert len(said.err) < 400


def counts(home: Path) -> dict[str, int]:
    """Everything that a failed command could have left behind."""
    store = open_store(load_settings(home=home))
    drafts = len(store.drafts.customer_ids("ok"))
    found = {**store.shop.counts(), "generations": store.generations.count(), "drafts": drafts}
    store.close()
    return found


@pytest.fixture(scope="module")
def bad_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bad")
    for name, text in BAD_FILES.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8", errors="surrogateescape")
    return folder


@pytest.mark.model  # some open the embedding model before they fail
@pytest.mark.parametrize(("command", "fragment"), CASES, ids=[command for command, _ in CASES])
def test_a_mistake_is_one_line_and_changes_nothing(
    hawker: Hawker, shop_home: Path, bad_files: Path, monkeypatch: pytest.MonkeyPatch, command: str, fragment: str
) -> None:
    monkeypatch.chdir(bad_files)
    before = counts(shop_home)
    assert_one_line(hawker(*shlex.split(command)), 2, fragment)
    assert counts(shop_home) == before


@pytest.mark.parametrize(
    ("variable", "value", "fragment"),
    [
        ("HAWKER_MODLE", "x", "environment: got 'HAWKER_MODLE', expected a known setting (did you mean model?)"),
        ("HAWKER_PORT", "99999999", "setting port: got '99999999'"),
        ("HAWKER_ENGINE", "steam", "setting engine: got 'steam'"),
        ("HAWKER_LOG_LEVEL", "loud", "setting log_level: got 'loud'"),
    ],
)
def test_a_wrong_setting_is_named(hawker: Hawker, variable: str, value: str, fragment: str) -> None:
    assert_one_line(hawker("shop", "status", **{variable: value}), 2, fragment)


@pytest.mark.parametrize(
    ("text", "fragment"),
    [
        ("modl: x\n", "setting modl: got 'modl', expected a known setting (did you mean model?)"),
        ("model: [\n", "hawker.yaml: got 'its text', expected well-formed YAML; line 2"),
    ],
)
def test_a_wrong_settings_file_is_named(hawker: Hawker, tmp_path: Path, text: str, fragment: str) -> None:
    (tmp_path / "hawker.yaml").write_text(text)
    assert_one_line(hawker("shop", "status", HAWKER_HOME=str(tmp_path)), 2, fragment)


def test_a_home_that_is_no_folder_is_told_as_the_machines_fault(hawker: Hawker, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    assert_one_line(hawker("shop", "status", HAWKER_HOME=str(tmp_path / "file")), 1, str(tmp_path / "file"))


def test_a_key_file_that_others_may_read_is_refused(hawker: Hawker, shop_home: Path) -> None:
    key = shop_home / "secrets" / "data.key"
    key.chmod(0o644)
    try:
        assert_one_line(hawker("shop", "status"), 2, f"chmod 600 {key}")
    finally:
        key.chmod(0o600)


@pytest.mark.parametrize(
    ("command", "fragment"),
    [
        ("shop load good", "run: hawker models pull e5-small"),
        ("emails generate good.yaml", "run: hawker models pull smollm2-135m"),
        ("ask 'Can I return a lamp?'", "run: hawker models pull e5-small"),
        (f"copy {LAMP}", "run: hawker models pull"),
        ("models verify smollm2-135m", "run: hawker models pull smollm2-135m"),
        ("models pull gemma3-270m", "--accept-licence: got 'not given'"),
    ],
)
def test_where_no_model_is_installed_the_line_says_what_to_run(
    hawker: Hawker, shop_home: Path, bad_files: Path, monkeypatch: pytest.MonkeyPatch, command: str, fragment: str
) -> None:
    monkeypatch.chdir(bad_files)
    before = counts(shop_home)
    assert_one_line(hawker(*shlex.split(command), HAWKER_MODELS=str(bad_files / "no-models")), 2, fragment)
    assert counts(shop_home) == before


@pytest.fixture(scope="module")
def spoiled_weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The installed models, with one byte of the English one's weights changed."""
    models = tmp_path_factory.mktemp("models")
    shutil.copytree(WEIGHTS / "smollm2-135m", models / "smollm2-135m")
    (models / "e5-small").symlink_to(WEIGHTS / "e5-small")
    with (models / "smollm2-135m" / "model.gguf").open("r+b") as weights:
        weights.seek(50_000_000)
        byte = weights.read(1)[0]
        weights.seek(50_000_000)
        weights.write(bytes([byte ^ 1]))
    return models


@pytest.mark.model
def test_one_changed_byte_of_the_weights_is_found(hawker: Hawker, spoiled_weights: Path) -> None:
    said = hawker("models", "verify", "smollm2-135m", HAWKER_MODELS=str(spoiled_weights))
    assert said.status == 1
    assert said.out == "smollm2-135m: model.gguf is corrupted; run: hawker models pull smollm2-135m\n"


@pytest.mark.model
def test_nothing_is_written_from_corrupted_weights(spoiled_weights: Path, indexed_home: Path) -> None:
    before = counts(indexed_home)
    variables = environment(indexed_home, HAWKER_MODELS=str(spoiled_weights))
    said = run_process(["copy", *shlex.split(LAMP), "-n", "1"], variables)
    assert_one_line(said, 1, "model.gguf is corrupted")
    assert counts(indexed_home) == before


@pytest.mark.model
def test_chinese_copy_without_a_chinese_model_names_the_one_to_pull(spoiled_weights: Path, indexed_home: Path) -> None:
    variables = environment(indexed_home, HAWKER_MODELS=str(spoiled_weights))
    said = run_process(shlex.split("copy --product LAMP-1 --channel xiaohongshu --lang zh -n 1"), variables)
    assert_one_line(said, 2, "run: hawker models pull gemma3-270m --accept-licence")


def test_the_real_command_ends_likewise(shop_home: Path) -> None:
    said = run_process(shlex.split("copy --product NOPE --channel meta-feed --json"), environment(shop_home))
    assert_one_line(said, 2, "--product: got 'NOPE'")
