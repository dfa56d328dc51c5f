"""The shop's own recommender: trained from its store, kept in its home, asked for its customers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from core.customer import Event
from core.shop import Product
from insight.recommending.bandit import SHOWN, Bandit, learn_beliefs
from insight.recommending.card import card, judge_trained
from insight.recommending.judging import Judged
from insight.recommending.keeping import load_recommender, recommender_folder, save_recommender
from insight.recommending.recommender import DIVERSITY, Ranked, Recommendation, Recommender
from insight.recommending.records import Records
from insight.recommending.shop_records import shop_records
from insight.recommending.training import Trained, train_recommender

if TYPE_CHECKING:
    from engine.protocol import Embedder
    from store.opening import Store


@dataclass(frozen=True, slots=True, eq=False)
class Training:
    """What was made of a shop's records, and how well it did on the newest window, unseen."""

    trained: Trained
    judged: tuple[Judged, ...]
    folder: Path


def train_shop(
    store: Store, embedder: Embedder | None, home: Path, say: Callable[[str], None] = lambda stage: None
) -> Training:
    """Train on all that `store` knows, and keep the result. Raises `UserError` where that is too little."""
    records = shop_records(store)
    trained = train_recommender(records, newest(records), embedder, say=say)
    judged = judge_trained(trained, records)
    folder = recommender_folder(home)
    save_recommender(trained.recommender, card(trained, judged), folder)
    return Training(trained, judged, folder)


def newest(records: Records) -> datetime:
    """The moment of the newest record: the shop's own now. The present where there are none."""
    at = records.interactions["at"].max()
    return at if isinstance(at, datetime) else datetime.now(UTC)


class ShopRecommender:
    """A kept recommender over a store that is open. What the store holds is read once, at the first question."""

    def __init__(self, store: Store, home: Path) -> None:
        """Raises `UserError` with the command that trains one, where none is kept."""
        self._store = store
        self.model: Recommender = load_recommender(recommender_folder(home))

    @cached_property
    def records(self) -> Records:
        """Of the whole shop."""
        return shop_records(self._store)

    @cached_property
    def products(self) -> tuple[Product, ...]:
        """Of the shop, in its order."""
        return tuple(self._store.shop.products())

    def rank(self, customer_ids: Sequence[str], exclude: Collection[str] = ()) -> Ranked:
        """The candidates of many customers at once, as of the newest record."""
        return self.model.rank(self.records, customer_ids, as_of=newest(self.records), exclude=exclude)

    def recommend(
        self,
        customer_id: str,
        count: int = 10,
        *,
        as_of: datetime | None = None,
        diversity: float = DIVERSITY,
        repeats: bool = True,
    ) -> tuple[Recommendation, ...]:
        """What is in stock, as of `as_of` (default: the newest record). Raises `NotFound` for a stranger."""
        return self._recommend(customer_id, count, as_of or newest(self.records), diversity, repeats, None)

    def explore(
        self, customer_id: str, count: int, *, at: datetime, diversity: float = DIVERSITY, repeats: bool = True
    ) -> tuple[Recommendation, ...]:
        """As `recommend`, the last places given to exploring; every place is logged as an event `shown` at `at`, so
        that the next draw knows what came of this one. The same customer and moment draw the same list.
        """
        seed = int(at.timestamp()) + sum(customer_id.encode())
        bandit = Bandit(learn_beliefs(self._store.events.scan(), at), seed)
        shown = self._recommend(customer_id, count, at, diversity, repeats, bandit)
        self._store.events.append([Event(customer_id, SHOWN, at, one.item, one.propensity) for one in shown])
        return shown

    def _recommend(
        self,
        customer_id: str,
        count: int,
        as_of: datetime,
        diversity: float,
        repeats: bool,
        bandit: Bandit | None,
    ) -> tuple[Recommendation, ...]:
        self._store.customers.get(customer_id)
        return self.model.recommend(
            self.records,
            customer_id,
            count,
            as_of=as_of,
            exclude=[product.id for product in self.products if product.stock == 0],
            diversity=diversity,
            repeats=repeats,
            bandit=bandit,
        )
