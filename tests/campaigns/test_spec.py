from pathlib import Path

import pytest

from campaigns.spec import load_campaign, parse_campaign
from core.errors import UserError

GOOD = {"name": "winback", "goal": "win back", "audience": {"segments": ["at-risk"]}}


def test_defaults_are_what_a_marketer_expects() -> None:
    spec = parse_campaign(GOOD)
    assert (spec.products, spec.language, spec.tone) == ("recommended", "customer", "friendly")
    assert spec.text("offer", "en") == ""


def test_texts_may_be_given_by_language() -> None:
    spec = parse_campaign({**GOOD, "offer": {"en": "10 % off", "zh": "九折"}})
    assert spec.text("offer", "zh") == "九折"
    assert spec.text("goal", "zh") == "win back"


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"nmae": "x"}, "campaign nmae"),
        ({"name": "Win Back!"}, "campaign name"),
        ({"audience": {"segmnets": []}}, "audience"),
        ({"audience": {"segments": ["kings"]}}, "segment: got 'kings', expected one of champions"),
        ({"audience": {"rule": "order > 3"}}, "rule field: got 'order'"),
        ({"goal": ""}, "campaign goal"),
        ({"language": "fr"}, "campaign language"),
    ],
)
def test_what_is_wrong_is_named_in_one_line(change: dict[str, object], named: str) -> None:
    with pytest.raises(UserError) as caught:
        parse_campaign({**GOOD, **change})
    assert named in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_unreadable_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="a readable file; No such file"):
        load_campaign(tmp_path / "none.yaml")
    broken = tmp_path / "broken.yaml"
    broken.write_text("name: [")
    with pytest.raises(UserError, match="well-formed YAML; line 1, column 8"):
        load_campaign(broken)
    broken.write_text("- a\n- b\n")
    with pytest.raises(UserError, match="a mapping"):
        load_campaign(broken)
