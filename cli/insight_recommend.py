"""`hawker insight recommend` and `hawker insight train recommender`: what to show to whom."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from cli import edge


def recommend(
    customer: Annotated[str, typer.Argument(help="the customer's id")],
    count: Annotated[int, typer.Option("-n", help="how many", min=1, max=100)] = 5,
    diversity: Annotated[float, typer.Option(help="0: as ranked, 1: as varied as can be", min=0, max=1)] = 0.1,
    new: Annotated[bool, typer.Option("--new", help="only what they never bought")] = False,
    explore: Annotated[bool, typer.Option("--explore", help="draw the last places, and log what is shown")] = False,
    json: edge.Json = False,
) -> None:
    """What one customer may like next, and why."""
    from insight.recommending.shop_recommender import ShopRecommender

    with edge.house() as house:
        shop = ShopRecommender(house.store, house.settings.home)
        names = {product.id: product.named("en") for product in shop.products}
        if explore:
            shown = shop.explore(customer, count, at=datetime.now(UTC), diversity=diversity, repeats=not new)
        else:
            shown = shop.recommend(customer, count, diversity=diversity, repeats=not new)
    if json:
        edge.print_json({"customer": customer, "trained": shop.model.trained, "recommendations": shown})
        return
    for one in shown:
        drawn = f" (drawn, {one.propensity:.0%})" if one.propensity < 1 else ""
        edge.out().print(f"{one.item:<12} {names.get(one.item, ''):<36.36} {one.reason}{drawn}", markup=False)


def train_recommender(json: bool) -> None:
    """Train the shop's recommender and say how well it did on a window that it had not seen."""
    from insight.recommending.card import table
    from insight.recommending.ranking_quality import bootstrap
    from insight.recommending.shop_recommender import train_shop

    with edge.house() as house:
        made = train_shop(house.store, house.embedder, house.settings.home, edge.say)
    if json:
        judged = [
            {
                "name": one.name,
                "repeats": one.repeats,
                "people": len(one.ndcg),
                "ndcg": bootstrap(one.ndcg),
                "recall": bootstrap(one.recall),
                "coverage": one.coverage,
            }
            for one in made.judged
        ]
        edge.print_json({"folder": str(made.folder), "days": made.trained.days, "judged": judged})
        return
    edge.out().print(f"kept in {made.folder}; windows of {made.trained.days} days", markup=False)
    for line in table(made.judged):
        edge.out().print(line, markup=False, soft_wrap=True)
