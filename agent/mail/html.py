"""The frame around a message: greeting, paragraphs, button, footer, as plain text and as HTML.

The frame is the shop's, not the model's: who sends it, where they live and how to unsubscribe are law, not style
(CAN-SPAM; RFC 8058 for the one-click header that the sender adds). `{unsubscribe_url}` stays open until a mail is sent.
"""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from core.shop import Brand

GREETING = {"en": "Hi {name},", "zh": "{name}，您好："}
GREETING_WITHOUT_NAME = {"en": "Hello,", "zh": "您好："}
MADE_BY_AI = {"en": "Written with the help of AI.", "zh": "本邮件由人工智能辅助生成。"}
UNSUBSCRIBE = {"en": "Unsubscribe", "zh": "退订"}
UNSUBSCRIBE_URL = "{unsubscribe_url}"


def plain_text(body: str, call_to_action: str, url: str, first_name: str, brand: Brand, language: str) -> str:
    """The whole message as plain text."""
    action = f"{call_to_action}: {url}" if url and call_to_action else ""
    unsubscribe = f"{UNSUBSCRIBE[language]}: {UNSUBSCRIBE_URL}"
    footer = "\n".join(line for line in (brand.postal_address, MADE_BY_AI[language], unsubscribe) if line)
    parts = (greeting(first_name, language), body, action, brand.sender or brand.name, f"-- \n{footer}")
    return "\n\n".join(part for part in parts if part)


def html(subject: str, body: str, call_to_action: str, url: str, first_name: str, brand: Brand, language: str) -> str:
    """The whole message as one self-contained HTML page, every value escaped."""
    return _template().render(
        language=language,
        subject=subject,
        greeting=greeting(first_name, language),
        paragraphs=[paragraph for paragraph in body.split("\n\n") if paragraph.strip()],
        call_to_action=call_to_action,
        url=url,
        sender=brand.sender or brand.name,
        postal_address=brand.postal_address,
        made_by_ai=MADE_BY_AI[language],
        unsubscribe=UNSUBSCRIBE[language],
        unsubscribe_url=UNSUBSCRIBE_URL,
    )


def greeting(first_name: str, language: str) -> str:
    """How the message opens; nobody is called by an empty name."""
    return GREETING[language].replace("{name}", first_name) if first_name else GREETING_WITHOUT_NAME[language]


@cache
def _template() -> Template:
    loader = PackageLoader("agent.mail", "")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined).get_template("email.html")
