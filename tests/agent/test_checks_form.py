import pytest

from agent.checks.form import flaws


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("{product} keeps you dry, and its bag is small.", "en"),
        ("We had had enough of wet socks (so had you).", "en"),
        ("The REI tent for NASA fans", "en"),
        ("{first_name}，您的花园还好吗？", "zh"),
        ("We are glad to answer any questions you have.", "en"),
        ("A small copper can", "en"),
        ("玩累了还舍不得", "zh"),
        ("拆下来洗也可以。", "zh"),
        ("手柄是白蜡木做的", "zh"),
        ("把笔记本放在枕边", "zh"),
        ("把{product}夹在书架上，暖光正好落在这一页。", "zh"),
    ],
)
def test_good_lines_pass(text: str, language: str) -> None:
    assert flaws(text, language) == []


@pytest.mark.parametrize(
    ("text", "language", "named"),
    [
        ("You get cast iron, and a cover, and a cover, and a cover.", "en", "repeats"),
        ("Soft soft wool for you.", "en", "repeats"),
        ("{first_name}, a meal for {first_name}", "en", "uses a slot twice"),
        ("BONES OF THE BROWN LAND", "en", "shouts"),
        ("A tent for you 🏕️", "en", "has stray signs"),
        ("**Bold** words for a tent", "en", "has stray signs"),
        ("Dear [first_name], a tent", "en", "has stray signs"),
        ("A tent for {first name}", "en", "has a broken slot"),
        ("Facts: sleeps two; weighs little", "en", "speaks of the task"),
        ("A tent that comes with a", "en", "ends in"),
        ("The puppet that you can play with.", "en", "ends in 'with'"),
        ("A tent so that you can", "en", "ends in 'can'"),
        ("The seams that have", "en", "ends in 'have'"),
        ("手柄和刀片的", "zh", "ends in"),
        ("I love my new tent", "en", "is not the shop speaking"),
        ("", "en", "is empty"),
        ("开心开心开心", "zh", "repeats"),
        ("A tent (with taped seams", "en", "has an open bracket or quotation mark"),
        ("读者：喜欢露营的顾客", "zh", "speaks of the task"),
        ("这顶帐篷很轻便，这顶帐篷很轻便", "zh", "repeats"),
        ("这顶帐篷和", "zh", "ends in"),
    ],
)
def test_each_flaw_is_named(text: str, language: str, named: str) -> None:
    assert any(flaw.startswith(named) for flaw in flaws(text, language))


def test_a_quilt_ends_a_chinese_line_and_a_passive_does_not() -> None:
    assert flaws("看看羽绒被", "zh") == []
    assert flaws("这件衣服被", "zh") == ["ends in '被'"]
