"""What a customer's message may want. The policy of the support desk (agent.support) is written over these names."""

from __future__ import annotations

from collections.abc import Mapping

INTENTS: Mapping[str, str] = {
    "order_status": "where an order is, when it comes, what state it is in",
    "cancel_order": "to call an order off, and what that costs",
    "change_order": "to change an order that is placed: address, items, date",
    "return_refund": "to send something back, or to get money back",
    "exchange": "another size, colour or piece for the one received",
    "shipping": "how, where to, how fast and at what cost the shop delivers, before or beside an order",
    "payment": "ways to pay, failed or double charges, invoices, vouchers",
    "product_question": "what a product is, fits, does, costs, or how it is cared for; which one to take; stock",
    "account": "to register, sign in, change or delete one's data, newsletters",
    "complaint": "to be heard about something that went wrong",
    "human_agent": "to speak to a person",
    "small_talk": "greetings, thanks, goodbyes, chat about the assistant itself",
    "out_of_scope": "anything that is not this shop's business",
}
"""name -> what the customer wants"""

SENTIMENTS = ("positive", "neutral", "negative")
