"""One person is forgotten by every room: no byte of theirs is left in any file of the home, and the shop goes on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from agent.erasure import forget
from agent.house import House
from agent.refresh import refresh
from agent.support import answer
from core.customer import Consent, Customer, Event, Order, OrderLine, Review
from core.errors import NotFound
from core.facts import Conditioning
from core.generation import Generation, Sampling
from core.mail import EmailDraft
from core.settings import Settings
from core.shop import Brand, Document, Product
from core.support import SupportQuestion
from engine.scripted import ScriptedEngine

pytestmark = pytest.mark.model
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ZEB = "zeb-quillfeather-9"
TRACES = (
    ZEB,
    "Zebulonia",
    "Quillfeather",
    "zeb.q@peculiar.example",
    "+15550987654",
    "Ninepin Alley",
    "ZQ-771",
    "TRK99881Z",
    "marzipan kayak",
    "泽布洛尼娅",
)
"""everything in the shop that tells of this one person"""
KAYAK = Product("KAYAK-1", {"en": "Heron kayak"}, {"en": "A light kayak."}, category=("water", "kayaks"))
TENT = Product("TENT-1", {"en": "Lark tent"}, {"en": "A small tent."}, category=("camp", "tents"))
RETURNS = Document("returns", "Returns", "# Returns\n\nYou can return a tent within 30 days of delivery.", "en")


class QuietHouse(House):
    """A real house whose model has nothing to say."""

    def engine(self, language: str) -> ScriptedEngine:
        return ScriptedEngine(["You can return a tent within 30 days of delivery."])


@pytest.fixture
def house(home: Settings) -> Iterator[QuietHouse]:
    """A small shop in which three customers did everything that customers do."""
    with QuietHouse(home.model_copy(update={"log_level": "debug"})) as opened:
        opened.store.shop.set_brand(Brand("Fernhill", support_contact="help@fernhill.example"))
        opened.store.shop.put_products([KAYAK, TENT])
        opened.store.shop.put_documents([RETURNS])
        live(opened, ZEB, KAYAK, "ZQ-771", "TRK99881Z")
        for number, name in enumerate(("ann", "bob")):
            live(opened, name, TENT, f"O-{number}", f"T-{number}")
        refresh(opened)
        yield opened


def live(house: House, one: str, product: Product, order: str, tracking: str) -> None:
    """A customer with all that can be remembered of one."""
    theirs = (
        ("Zebulonia", "Quillfeather", "zeb.q@peculiar.example", "+15550987654", "Ninepin Alley 77")
        if one == ZEB
        else (one, one, f"{one}@example.org", "+1555", "1 Mill Lane")
    )
    consent, nick = Consent("email", True, NOON, "checkout"), {"nick": "泽布洛尼娅" if one == ZEB else one}
    house.store.customers.put([Customer(one, *theirs, attributes=nick, consents=(consent,), created=NOON)])
    line = OrderLine(product.id, product.named("en"), 1, Decimal("300"))
    orders = [Order(order, one, (line,), "shipped", NOON, Decimal("300"), "USD", (tracking,))]
    house.store.orders.put(orders)
    house.store.events.append([Event(one, "view", NOON + timedelta(days=day), product.id) for day in (0, 40)])
    told = f"{theirs[0]} paddled a marzipan kayak" if one == ZEB else "a good tent"
    house.store.shop.put_reviews([Review(f"R-{len(house.store.shop.reviews())}", told, product.id, one, 5.0, at=NOON)])
    for text in (f"Where is my order {order}? I am {theirs[0]}, {theirs[2]}, {told}.", "Can I return a tent?"):
        answer(house, SupportQuestion(text, one))
    made = Generation(
        f"k-{order}", 0, "email", "p", "m", None, Sampling(), told, "stop", 1.0, 3, {"to": theirs[0]}, customer_id=one
    )
    house.store.generations.add([made])
    slots = {"first_name": theirs[0]}
    house.store.drafts.put(
        [EmailDraft("spring", one, "h", theirs[0], told, theirs[2], slots, Conditioning(), (), made.key)]
    )
    house.store.jobs.add("emails", {"customers": [one]}, f"mail {one}")


def found(home: Path) -> dict[str, list[str]]:
    """trace -> the files of the home that have it, in their bytes or in their names."""
    files = [path for path in home.rglob("*") if path.is_file()]
    contents = {path: path.read_bytes() for path in files}
    return {
        trace: there
        for trace in TRACES
        if (
            there := [
                str(path)
                for path, content in contents.items()
                if any(trace.encode(code) in content for code in ("utf-8", "utf-16-le", "utf-16-be"))
                or trace in str(path)
            ]
        )
    }


def test_no_byte_of_the_person_is_left(house: QuietHouse, capfd: pytest.CaptureFixture[str]) -> None:
    home = house.settings.home
    assert ZEB in found(home)

    forgotten = forget(house, ZEB)

    assert forgotten.complete
    lost = {kind for kind, count in forgotten.went.items() if count}
    expected = {"customers", "orders", "events", "reviews", "conversations", "drafts", "profiles", "vectors", "jobs"}
    assert lost >= expected | {"consents", "generations"}
    assert found(home) == {}
    assert house.store.events.of(ZEB) == []  # Parquet is compressed: its bytes alone would prove little
    house.close()
    assert found(home) == {}
    logged = capfd.readouterr()
    assert [trace for trace in TRACES if trace in logged.out + logged.err] == []


def test_everybody_else_keeps_everything(house: QuietHouse) -> None:
    before = house.store.shop.counts()
    forget(house, ZEB)
    after = house.store.shop.counts()
    assert (after["customers"], after["orders"]) == (before["customers"] - 1, before["orders"] - 1)
    assert after["events"] == before["events"] - 2
    assert len(house.store.orders.of("ann")) == 1
    assert house.store.drafts.customer_ids("spring") == {"ann", "bob"}
    assert [hit.id for hit in house.retrieval.look_alikes("ann")] == ["bob"]
    assert answer(house, SupportQuestion("Can I return a tent?", "ann")).action == "answer"
    assert refresh(house).customers.deleted == 0


def test_an_erasure_needs_no_model(house: QuietHouse, tmp_path: Path) -> None:
    house.close()
    with House(house.settings.model_copy(update={"models": tmp_path / "none"})) as bare:
        assert forget(bare, ZEB).went["vectors"] == 1
    assert found(house.settings.home) == {}


def test_a_second_time_finds_nothing_and_a_stranger_is_named(house: QuietHouse) -> None:
    forget(house, ZEB)
    assert set(forget(house, ZEB).went.values()) == {0}
    with pytest.raises(NotFound, match="CUSTOMER: got 'nobody'"):
        forget(house, "nobody")
