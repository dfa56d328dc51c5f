"""Which product a mail is about: one of the campaign's, or the one that fits the recipient best."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cached_property

from agent.house import House
from campaigns.audience import Recipient
from campaigns.contexts import Recommender
from campaigns.shared_choice import SharedChoice
from campaigns.spec import CampaignSpec
from core.customer import CustomerProfile
from core.shop import Product
from insight.customers.visible import visible
from insight.recommending.keeping import is_kept
from insight.recommending.shop_recommender import ShopRecommender

LOOKED_AT = 10
"""of the products nearest to a profile, how many are asked whether they can be sold"""


def recommender(house: House, spec: CampaignSpec, recipients: Sequence[Recipient]) -> Recommender:
    """Chooses for `recipients`: by the shop's trained recommender where there is one, else by profile.

    Raises `NotFound` for an id that the shop lacks.
    """
    if spec.products == "recommended":
        among = None
    else:
        among = {product_id: house.store.shop.product(product_id) for product_id in spec.products}
        if len(among) == 1:
            (only,) = among.values()
            return lambda profile: only
    nearest = _Nearest(house, among)
    if not is_kept(house.settings.home):
        return nearest
    return SharedChoice(ShopRecommender(house.store, house.settings.home), recipients, among, nearest)


class _Nearest:
    """The nearest product to a profile that is in stock and not the one they bought last.

    Where the taste is not known, what is like their last purchase; where there is none, what sells best.
    """

    def __init__(self, house: House, among: dict[str, Product] | None) -> None:
        self._house = house
        self._among = among
        self._ranked: dict[tuple[CustomerProfile, str | None], list[str]] = {}
        self._products: dict[str, Product] = dict(among or {})

    def __call__(self, profile: CustomerProfile) -> Product | None:
        for product_id in self._ranking(profile):
            product = self._product(product_id)
            if product.id != profile.last_product_id and product.stock != 0:
                return product
        return None

    def _ranking(self, profile: CustomerProfile) -> list[str]:
        taste = visible(profile, "choosing")
        key = (taste, None if profile.favourite_categories else profile.last_product_name)
        if key not in self._ranked:
            k = LOOKED_AT if self._among is None else self._house.store.shop.counts()["products"]
            ranked = [*self._by_taste(taste, key[1], k), *self._best_sellers]
            self._ranked[key] = [one for one in ranked if self._among is None or one in self._among]
        return self._ranked[key]

    def _by_taste(self, taste: CustomerProfile, bought: str | None, k: int) -> list[str]:
        hits = self._house.retrieval.products_for_profile(taste, k=k) if taste.favourite_categories else []
        if not hits and bought:
            hits = self._house.retrieval.search_products(bought, k=k)
        return [hit.id for hit in hits]

    @cached_property
    def _best_sellers(self) -> list[str]:
        known = {product.id for product in self._house.store.shop.products()}
        orders = self._house.store.orders.all()
        sold = Counter(line.product_id for order in orders for line in order.lines if line.product_id in known)
        return [product_id for product_id, _ in sold.most_common(LOOKED_AT)]

    def _product(self, product_id: str) -> Product:
        if product_id not in self._products:
            self._products[product_id] = self._house.store.shop.product(product_id)
        return self._products[product_id]
