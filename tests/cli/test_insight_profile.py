"""`hawker insight profile` on a loaded shop: as text, as JSON, as a page, and as of a day gone by."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.insight_profile import read_moment
from core.errors import UserError
from tests.cli.conftest import Hawker


def test_a_moment_is_a_day_to_its_end_or_has_a_zone() -> None:
    assert read_moment("2026-05-01").isoformat() == "2026-05-01T23:59:59.999999+00:00"
    assert read_moment("2026-05-01T12:00:00+02:00").isoformat() == "2026-05-01T10:00:00+00:00"
    for wrong, told in (("May", "a day, e.g. 2026-05-01"), ("2026-05-01T12:00", "a moment with its zone")):
        with pytest.raises(UserError, match=told):
            read_moment(wrong)


def test_a_profile_is_told_as_of_a_day(hawker: Hawker, tmp_path: Path) -> None:
    (before,) = hawker("insight", "profile", "ann", "--as-of", "2026-02-01", "--json").json_lines()
    (after,) = hawker("insight", "profile", "ann", "--as-of", "2026-03-05", "--json").json_lines()
    assert (before["order_count"], before["consents"]) == (0, [])
    assert (after["order_count"], after["last_product_id"], after["days_since_order"]) == (1, "SHELF-1", 3)
    assert after["consents"][0]["granted"] is True
    page = tmp_path / "ann.html"
    assert hawker("insight", "profile", "ann", "--as-of", "2026-03-05", "--html", str(page)).status == 0
    assert "Oak shelf" in page.read_text("utf-8")
    assert "Last bought            Oak shelf" in hawker("insight", "profile", "ann", "--as-of", "2026-03-05").out


def test_what_cannot_be_told_is_one_line(hawker: Hawker) -> None:
    said = hawker("insight", "profile", "ann", "--as-of", "soon")
    assert (said.status, said.out) == (2, "")
    assert said.err.startswith("--as-of: got 'soon'")
    assert hawker("insight", "profile", "nobody").status == 2
