"""The written pages are true: the tree, the file map, the schema and the examples are those of the disk."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from agent.briefs import load_brief
from campaigns.spec import CampaignSpec, load_campaign

ROOT = Path(__file__).parents[2]
PAGES = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"]
PAGES += [f"docs/{name}.md" for name in ("LAYOUT", "API", "OPERATING", "DEPLOY", "ENGINES")]


def tracked_folders() -> set[str]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return {line.split("/")[0] + "/" for line in listed.splitlines() if "/" in line and not line.startswith(".")}


def test_the_readmes_tree_is_the_disks() -> None:
    tree = (ROOT / "README.md").read_text(encoding="utf-8").partition("## The tree")[2].split("```")[1]
    assert set(re.findall(r"^(\w+/)", tree, re.MULTILINE)) == tracked_folders()


def test_the_file_map_is_fresh() -> None:
    checked = subprocess.run([sys.executable, ROOT / "docs" / "map.py", "--check"], check=False)
    assert checked.returncode == 0, "run `make map`"


def test_the_published_schema_is_the_one_in_force() -> None:
    published = json.loads((ROOT / "docs" / "campaign.schema.json").read_text(encoding="utf-8"))
    assert published == CampaignSpec.model_json_schema()


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", text):
        assert ((ROOT / page).parent / target).exists(), target


def test_the_examples_can_be_read() -> None:
    examples = ROOT / "docs" / "examples"
    assert load_campaign(examples / "winback.yaml").name == "winback"
    assert load_brief(examples / "brief.yaml").keywords == ("tent", "two-person")
