"""What English lines are made from, and which of them are no lines at all."""

from __future__ import annotations

from decimal import Decimal

import pytest

from agent.channels import channel
from agent.copy.editing import remainders
from agent.copy.english import called, english_phrases, headline_phrases, last_words, priced_names, sentence_phrases
from agent.copy.material import gather
from agent.copy.ranking import similarity
from agent.copy.room import room_asked, safe_room
from agent.copy.sense import nonsense
from agent.copy.subject import fitting
from core.copy import Brief
from core.shop import Product

CHEST = Product(
    id="C1",
    name={"en": "Pip & Otter - Toy Chest on Wheels, Oak 20451 (Style May Vary)"},
    description={
        "en": "Features: rolls from room to room on four quiet wheels\nAnd the lid closes slowly\nStyle may vary\n"
        "Holds games, books and blankets\nNot made of plywood\nLet us know if you have any issues with your order"
    },
    attributes={"en": {"Recommended age": "3 years and up"}},
    category=("Furniture", "Toy Storage"),
    price=Decimal("89.00"),
    currency="USD",
)
MATERIAL = gather(CHEST, None, Brief(), "en")
HEADLINE = channel("google-rsa").part("headline")
DESCRIPTION = channel("google-rsa").part("description")


def test_phrases_carry_no_noise_no_denial_and_no_loose_end() -> None:
    assert english_phrases(CHEST)[:3] == [
        "rolls from room to room on four quiet wheels",
        "the lid closes slowly",
        "Holds games, books and blankets",
    ]
    assert not any("vary" in phrase or "plywood" in phrase or "order" in phrase for phrase in english_phrases(CHEST))


def test_a_long_thought_is_cut_where_a_clause_ends() -> None:
    told = "The chest rolls from room to room on four quiet wheels which lock in place so that little fingers stay out"
    long = Product(id="L", name={"en": "Toy Chest"}, description={"en": told})
    assert english_phrases(long)[0] == "The chest rolls from room to room on four quiet wheels which lock in place"


def test_a_thin_record_tells_its_age_and_joins_its_phrases() -> None:
    thin = Product(id="T", name={"en": "Rook Chess Set"}, attributes={"en": {"Recommended age": "8 years and up"}})
    assert english_phrases(thin) == ["Rook Chess Set", "Recommended age: 8 years and up"]
    assert sentence_phrases(english_phrases(thin), "Rook Chess Set") == (
        "Recommended age: 8 years and up",
        "Rook Chess Set. Recommended age: 8 years and up",
    )


def test_headlines_are_told_whole_thoughts_their_beginnings_and_the_items_of_lists() -> None:
    told = headline_phrases(["Flies high above the dunes in a light breeze", "Oak lid, four wheels, brass handle"])
    assert told == (
        "Flies high above the dunes in a light breeze",
        "Flies high above the dunes",
        "Oak lid",
        "four wheels",
        "brass handle",
    )


def test_what_a_product_is_called_is_the_end_of_its_name() -> None:
    assert last_words("Electronic Snap Circuits Mini Kits Classpack", 30) == "Circuits Mini Kits Classpack"
    assert last_words("Fjord Collection 1000 Piece Jigsaw Puzzle", 30) == "Fjord Collection Jigsaw Puzzle"
    assert called("Banana Panda - Animal Bingo", 22) == "Animal Bingo"
    assert called("Banana Panda - Animal Bingo", 56) == "Banana Panda Animal Bingo"
    assert "20451" not in " ".join(priced_names(CHEST, 56))


@pytest.mark.parametrize(
    "text",
    [
        "Is not made of rubber",
        "And change styles",
        "With its favorite lid",
        "If your chest is not open",
        "A fantastic way",
        "Each wheel",
        "The chest can be turned",
        "The chests are all",
        "Down to roll a chest",
        "Rolls when you get",
        "Life isn't so 'rough",
        "Grow a tree: {price}",
        "Hide and find: {price}",
        "Wheels: {price}",
    ],
)
def test_a_fragment_or_an_odd_price_is_no_line(text: str) -> None:
    assert nonsense(text, HEADLINE, MATERIAL)


@pytest.mark.parametrize(
    "text",
    [
        "A toy chest for {price}",
        "Yours for {price}",
        "Take home a chest on wheels for {price}",
        "If it rains, open the chest",
        "Is your room full of toys?",
        "The lid closes slowly",
        "Have fun on four wheels",
        "The kids' own chest",
    ],
)
def test_a_whole_line_is_left_alone(text: str) -> None:
    assert nonsense(text, HEADLINE, MATERIAL) == []


def test_a_sentence_says_more_than_the_name() -> None:
    assert nonsense("The Toy Chest on Wheels.", DESCRIPTION, MATERIAL) == ["is nothing but the name"]
    assert nonsense("Fill the toy chest with books.", DESCRIPTION, MATERIAL) == []


def test_a_thing_that_no_fact_speaks_of_is_not_the_reader_s() -> None:
    assert nonsense("A toy chest for your car", HEADLINE, MATERIAL) == ["is for your car, of which no fact speaks"]
    assert nonsense("A toy chest for your morning", HEADLINE, MATERIAL) == []
    assert nonsense("A toy chest for your books", HEADLINE, MATERIAL) == []


def test_remainders_are_beginnings_of_the_line_or_what_follows_a_colon() -> None:
    line = "Roll the chest to your room: it holds books, and gold."
    for rest in remainders(line):
        assert rest.rstrip(".").lower() in line.lower()
    assert "It holds books, and gold." in list(remainders(line))


def test_lines_that_differ_in_articles_alone_are_the_same() -> None:
    assert similarity("The toy chest", "Your Toy Chest", "en") == 1.0
    assert similarity("The toy chest", "The oak lid", "en") < 0.75


def test_facts_that_fit_come_alone_where_they_are_enough() -> None:
    short = ["Made of beech", "Folds up small", "Holds a cup", "Smells of pine"]
    long = "The board folds up and holds all pieces inside"
    assert fitting([long, *short], 30) == tuple(short)
    assert fitting([long, *short[:2]], 30) == (*short[:2], long)


def test_an_abbreviation_ends_no_thought_and_a_bar_code_is_none() -> None:
    hose = Product(id="H", name={"en": "Hose"}, description={"en": "Total weight incl. packing 4.3 kg. EAN on box."})
    assert english_phrases(hose)[0] == "Total weight incl. packing 4.3 kg"
    assert headline_phrases(["Total weight incl. packing 4.3 kg and more"])[0].startswith("Total weight incl. packing")
    assert not any("EAN" in phrase for phrase in english_phrases(hose))


def test_a_line_is_asked_for_less_than_its_room_and_no_more_than_its_fact_has_to_say() -> None:
    assert room_asked("a fact of some forty characters, or thereabouts", 30) == safe_room(30) == 25
    assert room_asked("fleece inside", 90) == 25 < safe_room(90)
    assert room_asked("warm", 10) <= 10
