"""The order tool: an identified customer's own orders, told by code from the record. No model sees an order.

Whose orders these are comes from the session alone. An order that is not theirs and one that does not exist get the
same words, so that nobody learns which numbers exist.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from agent.desk.wording import day, joined, listed, money, order_state, say
from agent.desk.words import plain_text
from core.customer import Order, OrderLine
from core.facts import Citation
from core.support import Sentence

_NUMBER = re.compile(
    r"#\s?[A-Za-z]{0,4}-?\d{3,}|\b[A-Za-z]{1,4}-?\d{4,}\b|\b\d{5,}\b|\b[A-Za-z]{1,6}-\d{2,}(?:-\d+)*\b"
)
_MINE = re.compile(
    r"\bmy (\w+ ){0,2}(orders?|packages?|parcels?|deliver(y|ies)|shipments?|purchases?|stuff|things?|items?|tracking)\b"
    r"|\b(i|i've|we) (have |just |already )?(ordered|bought|purchased)\b|我的?.{0,4}(订单|快递|包裹|东西|货|物流)"
    r"|我(买|订|下)的|查.{0,4}(订单|物流|快递)"
)
_STATUS = re.compile(
    r"\bwhere('s| is| are)?\b|\bstatus\b|\btrack|\barriv|\bshipped\b|\bsent\b|\bdispatched\b|\bon (its|the) way\b"
    r"|\bwhen (will|is|do)\b|\bhas\b.*\byet\b"
    r"|\b(last|latest|recent|previous) (orders?|purchases?)\b|\bwhat did i (order|buy|purchase)\b|\b(show|list|see"
    r"|check|find|look up)\b"
    r"|\bhaven't (received|got)|\b(not|n't|never) (arrived|received|come|got)"
    r"|哪里|哪儿|到哪|状态|物流|单号|什么时候|何时|发货了?(吗|没)|到了?(吗|没)|没到|没收到|查|买了什么"
)
_ORDER = re.compile(r"\border\b|订单")
_GENERAL = re.compile(
    r"\bhow (do|can|could|would|should|to|does|long|many|much)\b|\bcan i\b|\bis it possible\b|\b(if|once|after"
    r"|before) my\b"
    r"|\bwhat (must|should|if|happens)\b|\btime zone\b|\b(until|by) when\b|怎么|如何|可以.*吗|能.*吗|多久|几天|最晚"
)
# A question on how things are done here, though it speaks of the customer's own order.


def order_numbers(text: str) -> tuple[str, ...]:
    """What looks like an order's number in a customer's message, as written."""
    return tuple(found.replace(" ", "") for found in _NUMBER.findall(text))


def about_own_order(text: str, intent: str) -> bool:
    """Whether `text` asks after the customer's own order, rather than how orders work in general."""
    plain, numbered = plain_text(text), bool(order_numbers(text))
    if numbered and (intent == "order_status" or _STATUS.search(plain) or _ORDER.search(plain)):
        return True
    return bool(_MINE.search(plain) and _STATUS.search(plain)) and not _GENERAL.search(plain)


def own_order(numbers: Sequence[str], orders: Sequence[Order]) -> Order | None:
    """The first of the customer's `orders` that is named in `numbers`; case, `#` and dashes do not matter."""
    wanted = {_bare(number) for number in numbers}
    return next((order for order in orders if _bare(order.id) in wanted), None)


def tell_order(order: Order, earlier: int, language: str) -> list[Sentence]:
    """What the record says of one order: state, date, items, tracking, total. `earlier`: older ones."""
    facts = [f"status: {order.status}"]
    told = [say("order", language, order=order.id, state=order_state(order.status, language))]
    if order.placed:
        facts.append(f"placed: {order.placed.date().isoformat()}")
        told.append(say("order_placed", language, date=day(order.placed, language)))
    if order.lines:
        items = listed([_item(line) for line in order.lines], language)
        facts.append(f"items: {items}")
        told.append(say("order_items", language, items=items))
    if order.tracking and order.status != "cancelled":
        facts.append(f"tracking: {', '.join(order.tracking)}")
        told.append(say("order_tracking", language, tracking=", ".join(order.tracking)))
    if order.total is not None:
        facts.append(f"total: {money(order.total, order.currency)}")
        told.append(say("order_total", language, total=money(order.total, order.currency)))
    sentences = [Sentence(joined(told, language), (Citation(f"order:{order.id}", "; ".join(facts)),))]
    if earlier:
        more = "order_one_more" if earlier == 1 else "order_more"
        sentences.append(Sentence(say(more, language, count=str(earlier)), ()))
    return sentences


def _item(line: OrderLine) -> str:
    options = ", ".join(line.options.values())
    named = f"{line.name} ({options})" if options else line.name
    return f"{line.quantity} × {named}" if line.quantity != 1 else named


def _bare(number: str) -> str:
    return re.sub(r"[^a-z0-9]", "", number.lower())
