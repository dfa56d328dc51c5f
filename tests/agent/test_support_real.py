"""The desk with its real embedder and the embedded English model: quick, cited, and never carried away."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from agent.house import House
from agent.support import answer
from core.settings import Settings
from core.shop import Document
from core.support import SupportQuestion

KNOWLEDGE = Path(__file__).parents[2] / "shop" / "demo" / "data" / "knowledge"


def article(path: Path) -> Document:
    _, head, text = path.read_text("utf-8").split("---\n", 2)
    meta = yaml.safe_load(head)
    return Document(meta["id"], meta["title"], text.lstrip("\n"), meta["language"], meta["visibility"])


@pytest.mark.model
def test_real_questions_in_both_languages(home: Settings) -> None:
    names = ("en/returns", "en/gift-cards", "en/goodwill-limits", "zh/returns", "zh/care-tents")
    documents = [article(KNOWLEDGE / f"{name}.md") for name in names]
    with House(home) as house:
        house.store.shop.put_documents(documents)
        house.retrieval.index_documents(documents)
        for text, fact in (
            ("What does the return label cost me?", "$5.95"),
            ("Do gift cards expire?", "never"),
            ("退款要等多久？", "5 个工作日"),
            ("帐篷能机洗吗？", "不要机洗"),
        ):
            given = answer(house, SupportQuestion(text))
            assert given.action == "answer", (text, given)
            assert fact in given.answer
            assert any(fact in citation.quote for citation in given.citations)
        for text in ("How much goodwill may a team lead grant?", "Do you sell kayaks?", "你们卖皮划艇吗？"):
            given = answer(house, SupportQuestion(text))
            assert given.action == "handoff", (text, given)
            assert "150" not in given.answer
