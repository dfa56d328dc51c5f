"""The frame around a message: greeting, paragraphs, button, footer, as plain text and as HTML.

The frame is the shop's, not the model's: who sends it, where they live and how to unsubscribe are law, not style
(CAN-SPAM; RFC 8058 for the one-click header that the sender adds). `{unsubscribe_url}` stays open until a mail is sent.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from core.shop import Brand

GREETING = {"en": "Hi {name},", "zh": "{name}，您好："}
GREETING_WITHOUT_NAME = {"en": "Hello,", "zh": "您好："}
MADE_BY_AI = {"en": "Written with the help of AI.", "zh": "本邮件由人工智能辅助生成。"}
UNSUBSCRIBE = {"en": "Unsubscribe", "zh": "退订"}
UNSUBSCRIBE_URL = "{unsubscribe_url}"


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around a message that the model did not write."""

    first_name: str
    url: str
    """where the button leads; no button without it"""
    brand: Brand
    language: str


def plain_text(body: str, call_to_action: str, frame: Frame) -> str:
    """The whole message as plain text."""
    brand, language = frame.brand, frame.language
    action = f"{call_to_action}: {frame.url}" if frame.url and call_to_action else ""
    unsubscribe = f"{UNSUBSCRIBE[language]}: {UNSUBSCRIBE_URL}"
    footer = "\n".join(line for line in (brand.postal_address, MADE_BY_AI[language], unsubscribe) if line)
    parts = (greeting(frame), body, action, brand.sender or brand.name, f"-- \n{footer}")
    return "\n\n".join(part for part in parts if part)


def html(subject: str, body: str, call_to_action: str, frame: Frame) -> str:
    """The whole message as one self-contained HTML page, every value escaped."""
    return _template().render(
        language=frame.language,
        subject=subject,
        greeting=greeting(frame),
        paragraphs=[paragraph for paragraph in body.split("\n\n") if paragraph.strip()],
        call_to_action=call_to_action,
        url=frame.url,
        sender=frame.brand.sender or frame.brand.name,
        postal_address=frame.brand.postal_address,
        made_by_ai=MADE_BY_AI[frame.language],
        unsubscribe=UNSUBSCRIBE[frame.language],
        unsubscribe_url=UNSUBSCRIBE_URL,
    )


def greeting(frame: Frame) -> str:
    """How the message opens; nobody is called by an empty name."""
    if not frame.first_name:
        return GREETING_WITHOUT_NAME[frame.language]
    return GREETING[frame.language].replace("{name}", frame.first_name)


@cache
def _template() -> Template:
    loader = PackageLoader("agent.mail", "")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined).get_template("email.html")
