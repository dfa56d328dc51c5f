"""Everything together: near-duplicates and held-out texts stay out, the hash is the data's, the card tells it all."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from cli.finetune_data import app
from core.errors import HawkerError
from core.facts import CheckResult
from core.generation import Generation, Message, Sampling
from core.settings import Settings
from core.shop import Product
from evals.likeness import TOO_ALIKE, grams, likeness
from finetune.data.approved import approved_copy
from finetune.data.card import data_card
from finetune.data.findings import SHOWN, Place, UnfitData
from finetune.data.gathering import gather_examples, sha256_of
from finetune.data.leakage import HELD_OUT_SHOPS, split_leaks, without_leaks
from finetune.data.near_duplicates import AlikeIndex, without_duplicates
from finetune.data.sourced import Sourced
from finetune.examples import Example
from prompts.library import load_prompt
from store.opening import Store, open_store

LONG = "Hang it from a branch or a hook and see who comes to visit."
NEARLY = "Hang it from a branch or a hook, and see who comes to visit!"
MUG = Product("MUG-1", {"en": "Fern Mug"}, {"en": "The handle fits three fingers. Glazed in pale green."})


def row(answer: str, asked: str = "Write.", task: str = "copy", line: int = 1) -> Sourced:
    example = Example(f"a/{line}", task, "en", f"a/{line}", (Message("user", asked),), "", "", answer)
    return Sourced(example, Place("a.jsonl", line), "chat")


def pairs(path: Path, rows: list[tuple[str, str]]) -> Path:
    lines = [json.dumps({"prompt": asked, "completion": answer}) for asked, answer in rows]
    path.write_text("\n".join(lines), "utf-8")
    return path


def test_a_text_that_is_nearly_another_is_dropped_and_told() -> None:
    found = without_duplicates(
        [row(LONG), row(NEARLY, "Else.", line=2), row("Soft wool for the sofa and you.", line=3)]
    )
    assert [one.place.line for one in found.kept] == [1, 3]
    (dropped,) = found.dropped
    assert (dropped.place.line, "alike a.jsonl line 1" in dropped.reason) == (2, True)


def test_short_lines_may_come_again_but_not_with_the_same_prompt() -> None:
    found = without_duplicates([row("Yours for {price}"), row("Yours for {price}", "Else."), row("Yours for {price}")])
    assert (len(found.kept), len(found.dropped)) == (2, 1)


def test_one_support_answer_may_be_right_for_two_questions_but_not_twice_for_one() -> None:
    asked = "Can I hang the feeder from a branch of my old pear tree?"
    found = without_duplicates(
        [
            row(LONG, asked, "support"),
            row(LONG, "Where would I put something for birds without a post?", "support", 2),
            row(NEARLY, f"Hello! {asked}", "support", 3),
            row(LONG, asked, "email", 4),
        ]
    )
    assert [one.place.line for one in found.kept] == [1, 2, 4]


@settings(deadline=None, max_examples=60)
@given(st.lists(st.text(alphabet="ab c", min_size=1, max_size=30), max_size=12), st.text(alphabet="ab c", max_size=30))
def test_the_index_finds_exactly_what_comparing_every_pair_finds(texts: list[str], wanted: str) -> None:
    index = AlikeIndex(texts)
    for at, text in enumerate(texts):
        index.add(str(at), text)
    compared = [str(at) for at, text in enumerate(texts) if likeness(grams(wanted), grams(text)) >= TOO_ALIKE]
    assert [name for name, _ in index.alike(wanted)] == compared


def test_what_a_held_out_shop_says_or_is_asked_is_not_learned() -> None:
    lines = (HELD_OUT_SHOPS / "pets" / "questions.jsonl").read_text("utf-8").splitlines()
    question = max((json.loads(line)["question"] for line in lines), key=len)
    described = json.loads((HELD_OUT_SHOPS / "garden" / "products.jsonl").read_text("utf-8").splitlines()[0])
    sentence = max(described["description"]["en"].split(". "), key=len)
    kept, dropped = without_leaks(
        [row("Yes.", f"Returns: 30 days.\nCustomer: {question}", "support"), row(sentence), row(LONG)]
    )
    assert [one.example.answer for one in kept] == [LONG]
    assert ["pets" in dropped[0].reason, "garden" in dropped[1].reason] == [True, True]


def test_an_answer_on_both_sides_of_a_split_is_found() -> None:
    learned, kept = [row(LONG).example, row("Fits.").example], [row(NEARLY).example, row("Fits.").example]
    assert [(one.answer, other.answer) for one, other in split_leaks(learned, kept)] == [(LONG, NEARLY)]


def test_sources_of_all_kinds_are_gathered_and_each_is_counted(home: Settings, tmp_path: Path) -> None:
    (tmp_path / "copy.csv").write_text("product,description,text\nMug,Fits three fingers.,Fits your hand\n", "utf-8")
    chat = pairs(tmp_path / "pairs.jsonl", [("Name it", LONG), ("Name the other", NEARLY)])
    gathered = gather_examples(["outdoor", tmp_path / "copy.csv", chat], home).or_refused()
    assert [(one.name, one.format) for one in gathered.sources] == [
        ("outdoor", "shop"),
        ("copy.csv", "copy"),
        ("pairs.jsonl", "completion"),
    ]
    assert len(gathered.examples) == sum(one.rows for one in gathered.sources) - len(gathered.dropped)
    assert any(one.place == Place("pairs.jsonl", 2) for one in gathered.dropped)
    assert not (home.home / "hawker.db").exists(), "reading data makes no database"
    card = data_card(gathered)
    wanted = (gathered.sha256, "| outdoor | shop |", "Apache-2.0", "distinct-2", "pairs.jsonl line 2", "of the groups")
    assert [told for told in wanted if told not in card] == []


def test_problems_are_collected_over_all_sources_and_the_trainer_is_told_one(home: Settings, tmp_path: Path) -> None:
    chat = pairs(tmp_path / "pairs.jsonl", [("Name it", ""), ("Who?", "ann@mail.com"), ("Name it", LONG)])
    gathered = gather_examples([chat, "nowhere", HELD_OUT_SHOPS / "pets"], home)
    told = [str(one) for one in gathered.problems]
    assert len(told) == 4
    assert "answer: is empty" in told[0]
    assert "email an" in told[1]
    assert "is not there" in told[2]
    assert "held out" in told[3]
    assert len(gathered.examples) == 1
    with pytest.raises(UnfitData, match=r"pairs.jsonl line 1: answer: is empty.*and 3 more") as refused:
        gathered.or_refused()
    assert isinstance(refused.value, HawkerError)
    assert refused.value.exit_status == 2
    redacted = gather_examples([chat], home, personal_data="redact")
    assert redacted.redacted == (("email", 1),)
    assert "email 1" in data_card(redacted)


def test_the_hash_is_the_datas_whatever_its_order() -> None:
    one, other = row(LONG).example, row("Fits.", line=2).example
    assert sha256_of([one, other]) == sha256_of([other, one])
    assert sha256_of([one]) != sha256_of([replace(one, answer="Fits")])


@pytest.fixture
def sold(home: Settings) -> Store:
    """A shop that sold mugs with copy that was approved, refused, and written for one customer."""
    store = open_store(home)
    store.shop.put_products([MUG])
    inputs = {"product_id": "MUG-1", "channel": "google-rsa", "part": "headline", "language": "en"}
    made = Generation(
        key="k1",
        index=0,
        task="copy",
        prompt=load_prompt("copy/headline", "en").ref,
        model="m",
        adapter=None,
        sampling=Sampling(),
        text='"Handle fits three fingers."\nAnd more',
        finish="stop",
        seconds=0.1,
        new_tokens=9,
        inputs={**inputs, "fact": "The handle fits three fingers", "tone": "calm", "demand": "Be short."},
    )
    store.generations.add(
        [made, replace(made, key="k2", text="Refused"), replace(made, key="k3", customer_id=None, task="support")]
    )
    for key, accepted in (("k1", True), ("k2", False), ("k3", True)):
        store.generations.mark(key, 0, accepted, [CheckResult("form", accepted)])
    return store


def test_approved_copy_is_exported_as_shown_and_read_again(sold: Store, home: Settings, tmp_path: Path) -> None:
    (approved,) = approved_copy(sold)
    sold.close()
    assert approved.answer == "Handle fits three fingers", "without what the model put around it"
    wanted = load_prompt("copy/headline", "en", bare=True).render(fact="The handle fits three fingers", tone="calm")
    assert approved.messages == wanted.messages
    out = tmp_path / "own.jsonl"
    done = CliRunner().invoke(app, ["export", "--out", str(out), "--json"])
    assert json.loads(done.stdout) == {"file": str(out), "examples": 1}
    (example,) = gather_examples([out], home).or_refused().examples
    assert (example.answer, example.task, example.prompt) == (approved.answer, "copy", wanted.ref)
    assert example.group.endswith("/MUG-1")
    assert example.messages == wanted.messages


def test_a_table_without_descriptions_takes_them_from_the_loaded_shop(
    sold: Store, home: Settings, tmp_path: Path
) -> None:
    sold.close()
    (tmp_path / "copy.csv").write_text("product,text\nFern Mug,Room for three fingers\n", "utf-8")
    (example,) = gather_examples([tmp_path / "copy.csv"], home).or_refused().examples
    assert "The handle fits three fingers" in example.messages[-1].content


def test_check_lists_problems_on_standard_error_and_at_most_fifty(home: Settings, tmp_path: Path) -> None:
    file = pairs(tmp_path / "pairs.jsonl", [("Name it", "")] * (SHOWN + 7))
    done = CliRunner().invoke(app, ["check", str(file)])
    lines = done.stderr.splitlines()
    assert done.exit_code == 2
    assert (len(lines), lines[-1]) == (SHOWN + 1, "... and 7 more")
    assert lines[0].startswith("pairs.jsonl line 1: answer: is empty; ")
    told = json.loads(CliRunner().invoke(app, ["check", str(file), "--json"]).stdout)
    assert (told["examples"], len(told["problems"])) == (0, SHOWN + 7)


def test_the_card_is_written_where_it_is_wanted(home: Settings, tmp_path: Path) -> None:
    file = pairs(tmp_path / "pairs.jsonl", [("Name it", LONG)])
    done = CliRunner().invoke(app, ["card", str(file), "--out", str(tmp_path / "CARD.md")])
    assert (done.exit_code, done.stdout) == (0, "")
    assert "1 examples" in (tmp_path / "CARD.md").read_text("utf-8")
