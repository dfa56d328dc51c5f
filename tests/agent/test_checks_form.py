import pytest

from agent.checks.form import flaws


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("{product} keeps you dry, and its bag is small.", "en"),
        ("We had had enough of wet socks (so had you).", "en"),
        ("The REI tent for NASA fans", "en"),
        ("{first_name}，您的花园还好吗？", "zh"),
        ("把{product}夹在书架上，暖光正好落在这一页。", "zh"),
    ],
)
def test_good_lines_pass(text: str, language: str) -> None:
    assert flaws(text, language) == []


@pytest.mark.parametrize(
    ("text", "language", "named"),
    [
        ("You get cast iron, and a cover, and a cover, and a cover.", "en", "repeats a word"),
        ("Soft soft wool for you.", "en", "repeats a word"),
        ("{first_name}, a meal for {first_name}", "en", "repeats a word"),
        ("BONES OF THE BROWN LAND", "en", "is in capitals"),
        ("A tent for you 🏕️", "en", "has emoji or arrows"),
        ("**Bold** words for a tent", "en", "has markup"),
        ("Dear [first_name], a tent", "en", "has markup"),
        ("A tent for {first name}", "en", "has markup"),
        ("Facts: sleeps two; weighs little", "en", "repeats the form of the request"),
        ("A tent that comes with a", "en", "is broken off"),
        ("A tent (with taped seams", "en", "has an open bracket or quotation mark"),
        ("读者：喜欢露营的顾客", "zh", "repeats the form of the request"),
        ("这顶帐篷很轻便，这顶帐篷很轻便", "zh", "重复"),
        ("这顶帐篷和", "zh", "is broken off"),
    ],
)
def test_each_flaw_is_named(text: str, language: str, named: str) -> None:
    assert named in flaws(text, language)
