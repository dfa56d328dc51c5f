"""From a model's text to subject, body and call to action. Lenient about form, silent about content.

The form asked for is three labelled parts (`Subject:`, `Body:`, `Button:`), for labels are what the smallest models keep to;
Chinese labels and full-width colons are read as well.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

LABEL = re.compile(r"^\s*\**(subject|body|button|主题|正文|按钮)\**\s*[::]\s*\**", re.IGNORECASE | re.MULTILINE)
NAMES = {"主题": "subject", "正文": "body", "按钮": "button"}
WRAPPING = ' \t\n"“”「」*'


@dataclass(frozen=True, slots=True)
class RawEmail:
    """What the model wrote, slots open, nothing checked."""

    subject: str
    body: str
    call_to_action: str


def parse_email(text: str) -> RawEmail | str:
    """The three parts of `text`, or the reason why they are not there. A part written twice counts once."""
    parts: dict[str, str] = {}
    labels = list(LABEL.finditer(text))
    for label, following in zip(labels, [*labels[1:], None], strict=True):
        name = NAMES.get(label[1], label[1].lower())
        content = text[label.end() : following.start() if following else len(text)]
        parts.setdefault(name, content.strip(WRAPPING))
    missing = [name for name in ("subject", "body") if not parts.get(name)]
    if missing:
        return f"no {' and no '.join(missing)}"
    button = parts.get("button", "").splitlines()
    return RawEmail(_one_line(parts["subject"]), parts["body"], _one_line(button[0]) if button else "")


def _one_line(text: str) -> str:
    return " ".join(text.split()).strip(WRAPPING)
