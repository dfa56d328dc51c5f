"""The peer: the features of `insight.behaviour`, written with pandas group-bys as one would in a notebook.

Ids are whole numbers, kinds are categories and times are compared as days, as pandas' guide to scaling advises: a peer
that was written to lose would say nothing.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd

from insight.behaviour import browsing, purchases
from insight.behaviour.features import FEATURES

VOID = {"cancelled", "returned"}
DAY = np.timedelta64(1, "D")


def pandas_features(folder: Path, as_of: datetime) -> pd.DataFrame:
    """The columns of `FEATURES`, by customer_id, of a shop written by `evals.insight.synthetic`."""
    lines, events = _read(folder, "lines", as_of), _read(folder, "events", as_of)
    products = _numbered(pd.read_parquet(folder / "products.parquet"), folder)
    orders = _orders(lines)
    bought = lines[~lines["status"].isin(VOID)]
    parts = [
        _purchases(orders),
        _rhythm(orders[orders["counts"]]),
        _variety(bought, products),
        _prices(bought, products),
        _browsing(events),
        _visits(events),
    ]
    whole = pd.concat(parts, axis=1).sort_index()
    zero = [name for name in FEATURES if _counts(name)]
    whole[zero] = whole[zero].fillna(0)
    whole.index = pd.Index(_ids(folder, "customer_id")[whole.index], name="customer_id")
    return whole[list(FEATURES)].astype(float)


def _counts(name: str) -> bool:
    """Whether the feature is 0 for whoever never did it."""
    counted = {"orders", "money", "pieces", "orders_trend", "products", "categories", "brands", "events", "visits"}
    started = ("orders_", "money_", "visits_", *(f"{column}" for column, _ in browsing.KINDS.values()))
    return name in counted or name == "products_seen" or name.startswith(started)


def _read(folder: Path, table: str, as_of: datetime) -> pd.DataFrame:
    months = [pd.read_parquet(path) for path in sorted(folder.glob(f"{table}-*.parquet"))]
    whole = pd.concat(months, ignore_index=True)
    whole = whole[whole["at"] <= as_of]
    for column in whole.columns.intersection(["kind", "channel", "status"]):
        whole[column] = whole[column].astype("category")
    if table == "lines":
        whole["order_id"] = pd.factorize(whole["order_id"])[0]
    whole["age"] = (pd.Timestamp(as_of) - whole["at"]) / DAY
    return _numbered(whole, folder)


def _numbered(table: pd.DataFrame, folder: Path) -> pd.DataFrame:
    """Ids as their places in the lists of people and products; a product that is missing is NaN."""
    for column in table.columns.intersection(["customer_id", "product_id"]):
        codes = pd.Series(pd.Categorical(table[column], categories=_ids(folder, column)).codes, index=table.index)
        table[column] = codes if (codes >= 0).all() else codes.where(codes >= 0)
    return table


def _ids(folder: Path, column: str) -> np.ndarray:
    name = {"customer_id": "people", "product_id": "products"}[column]
    return np.asarray(pd.read_parquet(folder / f"{name}.parquet", columns=[column])[column])


def _orders(lines: pd.DataFrame) -> pd.DataFrame:
    worth = lines.assign(worth=lines["price"] * lines["quantity"])
    orders = worth.groupby("order_id", sort=False).agg(
        customer_id=("customer_id", "first"),
        age=("age", "first"),
        status=("status", "first"),
        paid=("worth", "sum"),
        pieces=("quantity", "sum"),
    )
    return orders.assign(counts=~orders["status"].isin(VOID), returned=orders["status"] == "returned")


def _purchases(orders: pd.DataFrame) -> pd.DataFrame:
    everyone = orders.groupby("customer_id")
    counted = orders[orders["counts"]]
    bought = counted.groupby("customer_id")
    found = everyone.agg(returned_share=("returned", "mean"), kept=("counts", "mean"))
    found["void_share"] = 1 - found.pop("kept")
    found["days_since_order"], found["days_since_first_order"] = bought["age"].min(), bought["age"].max()
    found["orders"], found["money"], found["pieces"] = bought.size(), bought["paid"].sum(), bought["pieces"].sum()
    found["order_value"] = found["money"] / found["orders"]
    for days in purchases.WINDOWS:
        late = counted[counted["age"] < days].groupby("customer_id")
        found[f"orders_{days}d"], found[f"money_{days}d"] = late.size(), late["paid"].sum()
    half = purchases.HALF_YEAR
    late = counted[counted["age"] < half].groupby("customer_id").size()
    years = counted[counted["age"] < 2 * half].groupby("customer_id").size()
    found["orders_trend"] = (2 * late.reindex(years.index, fill_value=0) - years) / years
    return found


def _rhythm(counted: pd.DataFrame) -> pd.DataFrame:
    ordered = counted.sort_values(["customer_id", "age"], ascending=[True, False])
    ordered["gap"] = -ordered.groupby("customer_id")["age"].diff()
    by_customer = ordered.groupby("customer_id")
    gaps = by_customer["gap"]
    found = pd.DataFrame({"gap_mean": gaps.mean(), "gap_variance": gaps.var(), "gap_last": gaps.last()})
    found["gap_last_ratio"] = found["gap_last"] / found["gap_mean"]
    found["silence_ratio"] = by_customer["age"].last() / found["gap_mean"]
    return found.dropna(subset="gap_mean")


def _variety(bought: pd.DataFrame, products: pd.DataFrame) -> pd.DataFrame:
    pieces = bought.groupby(["customer_id", "product_id"])["quantity"].sum().rename("pieces")
    known = pieces.reset_index().merge(products[["product_id", "category", "brand"]], on="product_id", how="left")
    by_customer = known.groupby("customer_id")
    found = pd.DataFrame({"products": by_customer.size()})
    found["repeat_share"] = 1 - found["products"] / by_customer["pieces"].sum()
    for kind, column in (("category", "categories"), ("brand", "brands")):
        counts = known.groupby(["customer_id", kind])["pieces"].sum()
        share = counts / counts.groupby(level=0).transform("sum")
        by_share = share.groupby(level=0)
        found[column], found[f"{kind}_share"] = by_share.size(), by_share.max()
        if kind == "category":
            found["category_entropy"] = (-share * np.log(share)).groupby(level=0).sum()
    return found


def _prices(bought: pd.DataFrame, products: pd.DataFrame) -> pd.DataFrame:
    priced = bought.merge(products[["product_id", "category"]], on="product_id", how="left")
    usual = priced.groupby("category")["price"].transform("median")
    priced["pieces"] = priced["quantity"].clip(upper=3)
    priced["level"] = np.log(priced["price"] / usual) * priced["pieces"]
    ranked = priced.sort_values(["product_id", "price"])
    by_product = ranked.groupby("product_id")
    quartile = ranked[by_product.cumcount() == 3 * by_product["price"].transform("size") // 4]
    priced["dear"] = priced["product_id"].map(quartile.set_index("product_id")["price"]).astype(float)
    priced["worth"] = priced["price"] * priced["quantity"]
    priced["lowered"] = priced["worth"].where(priced["price"] * 100 <= priced["dear"] * 95 + 1e-9, 0)
    sums = priced.groupby("customer_id")[["level", "pieces", "lowered", "worth"]].sum()
    return pd.DataFrame(
        {"price_level": sums["level"] / sums["pieces"], "discount_share": sums["lowered"] / sums["worth"]}
    )


def _browsing(events: pd.DataFrame) -> pd.DataFrame:
    by_customer = events.groupby("customer_id")
    found = pd.DataFrame({"events": by_customer.size(), "days_since_event": by_customer["age"].min()})
    found["products_seen"] = by_customer["product_id"].nunique()
    for kind, (column, _) in browsing.KINDS.items():
        of_kind = events[events["kind"] == kind]
        found[column] = of_kind.groupby("customer_id").size()
        for days in browsing.WINDOWS:
            late = of_kind[of_kind["age"] < days]
            found[f"{column}_{days}d"] = late.groupby("customer_id").size()
        if kind in browsing.ANSWERS:
            for channel in browsing.ANSWER_CHANNELS:
                by = of_kind[of_kind["channel"] == channel]
                found[f"{column}_{channel}"] = by.groupby("customer_id").size()
    hour, customer = events["at"].dt.hour, events["customer_id"]
    found["weekend_share"] = (events["at"].dt.dayofweek >= 5).groupby(customer).mean()
    for part, (first, end) in browsing.DAYPARTS.items():
        found[f"{part}_share"] = ((hour >= first) & (hour < end)).groupby(customer).mean()
    return found


def _visits(events: pd.DataFrame) -> pd.DataFrame:
    seen = events.loc[~events["kind"].isin(browsing.ANSWERS), ["customer_id", "at", "age"]]
    seen = seen.sort_values(["customer_id", "at"])
    gap = seen.groupby("customer_id")["at"].diff()
    begins = seen[gap.isna() | (gap > pd.Timedelta(minutes=30))]
    by_customer = seen.groupby("customer_id")
    visits = begins.groupby("customer_id").size()
    found = pd.DataFrame({"visits": visits, "visit_events": by_customer.size() / visits})
    found["days_since_visit"] = by_customer["age"].min()
    for days in (30, 90):
        late = begins[begins["age"] < days]
        found[f"visits_{days}d"] = late.groupby("customer_id").size()
    return found
