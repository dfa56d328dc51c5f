"""Our own questions to twelve made-up shops, for calibrating the floor and measuring search.

Shops of different trades, English and Chinese, help pages and rules for agents alike. A question's `answer` is a phrase
that stands in the passage that answers it; it is None where the shop's texts do not answer, many of these being near
misses: the topic is there, the asked fact is not.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

from core.shop import Document

FOLDER = Path(__file__).with_name("calibration")


@dataclass(frozen=True, slots=True)
class Question:
    shop: str
    """`tea.en`: the file of its texts, language at the end"""
    text: str
    answer: str | None

    @property
    def language(self) -> str:
        return self.shop.rpartition(".")[2]


def load_questions(folder: Path = FOLDER) -> list[Question]:
    """All questions, shop by shop."""
    lines = (folder / "questions.jsonl").read_text("utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    return [Question(row["shop"], row["question"], row["answer"]) for row in rows]


def shop_documents(shop: str, folder: Path = FOLDER) -> list[Document]:
    """The texts of one shop: one document for each `# title` in its file."""
    parts = re.split(r"^# (.+)$", (folder / f"{shop}.md").read_text("utf-8"), flags=re.MULTILINE)
    language = shop.rpartition(".")[2]
    pairs = zip(parts[1::2], parts[2::2], strict=True)
    return [Document(f"{shop}-{number}", title, text, language) for number, (title, text) in enumerate(pairs)]
