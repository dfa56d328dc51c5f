"""The desk's tools: an identified customer's orders, products' prices and stock. Code answers, from records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.desk.extraction import Asked
from agent.desk.orders import about_own_order, order_numbers, own_order, tell_order
from agent.desk.policy import Ruling
from agent.desk.products import asks_price_or_stock, product_passage, products_meant, tell_price_or_stock, which_one
from agent.desk.reading import Message
from agent.desk.reply import Reply
from core.facts import Passage
from core.support import Sentence

if TYPE_CHECKING:
    from agent.house import House

MOST_PRODUCTS = 3
"""records weighed with the knowledge"""


def answer_from_records(house: House, message: Message, reply: Reply) -> bool:
    """Answer a question about the customer's own order; False where it asks for none."""
    if not about_own_order(message.text, message.intent):
        return False
    if message.customer_id is None:
        reply.rule(Ruling("clarify", "clarify_sign_in", "an order, and nobody identified"), message.language)
        return True
    orders = house.store.orders.of(message.customer_id)
    numbers = order_numbers(message.text)
    order = own_order(numbers, orders) if numbers else next(iter(orders), None)
    if order is None:
        text = "refuse_order" if numbers else "no_orders"
        ruling = Ruling("refuse" if numbers else "tool", text, "no such order in this account")
        reply.rule(ruling, message.language, order=", ".join(numbers))
        return True
    for sentence in tell_order(order, 0 if numbers else len(orders) - 1, message.language):
        reply.show(sentence)
    reply.finish("tool", "order_status")
    return True


def product_knowledge(house: House, message: Message, asked: Asked, reply: Reply) -> tuple[Passage, ...]:
    """Answer a question after price or stock; else the records of the products that are named, to be quoted from."""
    remembered = message.turns[-1].sources if message.turns else ()
    meant = products_meant(house, asked, remembered)
    brand = house.store.shop.brand()
    currency = brand.currency if brand else None
    told: Sentence | None = tell_price_or_stock(asked, meant, currency)
    if told is not None:
        reply.show(told)
        reply.finish("tool", "product record")
    elif len(meant.products) > 1 and asks_price_or_stock(asked, meant):
        reply.show(Sentence(which_one(meant, message.language), ()))
        reply.finish("clarify", "several products fit")
    few = meant.products if len(meant.products) <= MOST_PRODUCTS else ()
    return tuple(product_passage(product, message.language) for product in few)
