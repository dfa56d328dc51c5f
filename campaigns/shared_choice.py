"""What each recipient is written of, by the shop's trained recommender, without a text for everybody alone.

Recipients who would read the same but for the product share a few products between them: the fewer texts, the sooner a
campaign is written and the more of it a person can review.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from campaigns.audience import Recipient
from core.customer import CustomerProfile
from core.shop import Product
from insight.recommending.shortlist import gains_of, shortlist

if TYPE_CHECKING:
    from campaigns.contexts import Recommender
    from insight.recommending.shop_recommender import ShopRecommender

READERS = 6
"""who share a product, on the mean; a group of fewer has one product"""


class SharedChoice:
    """The best for each recipient among the few that their group shares."""

    def __init__(
        self,
        shop: ShopRecommender,
        recipients: Sequence[Recipient],
        among: Mapping[str, Product] | None,
        otherwise: Recommender,
    ) -> None:
        """`among`: the products to choose from, None for all; `otherwise` chooses where nothing is recommended."""
        self._otherwise = otherwise
        self._products = {product.id: product for product in shop.products if product.stock != 0}
        if among is not None:
            self._products = {key: one for key, one in self._products.items() if key in among}
        self._chosen = self._choose(shop, recipients) if recipients else {}

    def __call__(self, profile: CustomerProfile) -> Product | None:
        chosen = self._chosen.get(profile.customer_id)
        return self._products[chosen] if chosen is not None else self._otherwise(profile)

    def _choose(self, shop: ShopRecommender, recipients: Sequence[Recipient]) -> dict[str, str]:
        """Customer id -> product id; those without any candidate are absent."""
        model = shop.model
        ranked = shop.rank(
            [one.customer.id for one in recipients], exclude=_others(model.catalogue.ids, self._products)
        )
        gains = gains_of(ranked, len(model.catalogue.ids))
        for row, recipient in enumerate(recipients):
            last = model.named.get(recipient.profile.last_product_id or "")
            if last is not None:
                gains[row, last] = 0
        chosen: dict[str, str] = {}
        for rows in _groups(recipients):
            few = shortlist(gains[rows], max(1, len(rows) // READERS))
            for row in rows:
                best = max(few, key=lambda column: gains[row, column], default=None)
                if best is not None and gains[row, best] > 0:
                    chosen[recipients[row].customer.id] = model.catalogue.ids[best]
        return chosen


def _others(items: Sequence[str], allowed: Collection[str]) -> list[str]:
    return [item for item in items if item not in allowed]


def _groups(recipients: Sequence[Recipient]) -> list[list[int]]:
    """Rows of recipients whose contexts differ in nothing but the product and the slots."""
    groups: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    for row, one in enumerate(recipients):
        profile = one.profile
        favourite = profile.favourite_categories[0] if profile.favourite_categories else ""
        groups[one.language, profile.segment, profile.sentiment, profile.price_band, favourite].append(row)
    return list(groups.values())
