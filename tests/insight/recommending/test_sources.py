"""Each source alone, where the right answer is known."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pytest

from insight.recommending.content import fit_content
from insight.recommending.factors import ALPHA, REGULARISATION, SEED, fit_least_squares, fit_pairwise
from insight.recommending.learning import takers
from insight.recommending.people import People, draw_people
from insight.recommending.popularity import fit_groups, fit_popularity
from insight.recommending.records import Records
from insight.recommending.sequence import fit_sequence
from insight.recommending.training import catalogue_of


@pytest.fixture(scope="module")
def pupils(school: Records, now: datetime) -> People:
    return draw_people(school, takers(school), catalogue_of(school).ids, now)


def _own_kind(scores: np.ndarray, people: People, items: tuple[str, ...]) -> float:
    """Share of people whose best item is of their kind."""
    kinds = [
        np.mean([items[place].split("-")[0] == ("paint", "cook")[int(person[1:]) % 2] for place in row[:3]])
        for person, row in zip(people.ids, np.argsort(-scores, axis=1, kind="stable"), strict=True)
    ]
    return float(np.mean(kinds))


def test_factors_find_what_people_of_like_taste_take(school: Records, pupils: People) -> None:
    items = catalogue_of(school).ids
    assert _own_kind(fit_least_squares(pupils, 8).scores(pupils), pupils, items) > 0.99
    assert _own_kind(fit_pairwise(pupils, 8).scores(pupils), pupils, items) > 0.95


def test_a_persons_factors_are_those_that_implicit_would_give(pupils: People) -> None:
    from implicit.cpu.als import AlternatingLeastSquares

    taken = pupils.matrix("taste")
    model = AlternatingLeastSquares(8, REGULARISATION, ALPHA, iterations=15, num_threads=1, random_state=SEED)
    model.fit(taken, show_progress=False)
    theirs = model.recalculate_user([0, 1, 2], taken[[0, 1, 2]])
    ours = fit_least_squares(pupils, 8).persons(taken[[0, 1, 2]])
    np.testing.assert_allclose(ours, theirs, rtol=1e-3, atol=1e-4)


def test_content_knows_an_item_that_nobody_took(school: Records, pupils: People) -> None:
    items = catalogue_of(school).ids
    untaken = int(np.argmin(np.asarray(pupils.matrix("times").sum(axis=0))[0]))
    scores = fit_content(school.items.sort("id"), None).scores(pupils)
    same = [items[untaken].startswith(("paint", "cook")[int(person[1:]) % 2]) for person in pupils.ids]
    assert scores[same, untaken].min() > scores[~np.array(same), untaken].max()


def test_the_sequence_knows_what_comes_next(school: Records, pupils: People) -> None:
    """The course after the last one taken is told first, or nearly."""
    model = fit_sequence(pupils)
    assert model is not None
    items = catalogue_of(school).ids
    scores = model.scores(pupils)
    places = []
    for person in range(len(pupils)):
        last = items[pupils.pairs.filter(person=person)["item"].max()]  # type: ignore[index]
        after = f"{last[:-2]}{int(last[-2:]) + 1:02d}"
        if after in items and items.index(after) in model.vocabulary:
            places.append(int((scores[person] > scores[person, items.index(after)]).sum()))
    assert np.median(places) == 0


def test_numpy_and_pytorch_run_the_same_network(pupils: People) -> None:
    import torch

    from insight.recommending.recurrent import visits_of

    model = fit_sequence(pupils, epochs=1)
    assert model is not None
    w = {name: torch.from_numpy(value) for name, value in model.weights.items()}
    cell = torch.nn.GRU(w["embedding"].shape[1] + 1, w["hidden"].shape[1], batch_first=True)
    cell.load_state_dict(
        {
            "weight_ih_l0": w["input"],
            "weight_hh_l0": w["hidden"],
            "bias_ih_l0": w["input_bias"],
            "bias_hh_l0": w["hidden_bias"],
        }
    )
    visits = visits_of(pupils, model.vocabulary)[0]
    steps = torch.stack([torch.cat([w["embedding"][list(v.items)].mean(0), torch.tensor([v.waited])]) for v in visits])
    with torch.no_grad():
        logits = cell(steps[None])[0][0, -1] @ w["output"].T + w["output_bias"]
    np.testing.assert_allclose(model.scores(pupils)[0, model.vocabulary], logits.numpy(), rtol=1e-4, atol=1e-4)


def test_a_group_likes_its_own(school: Records, now: datetime) -> None:
    items = catalogue_of(school).ids
    newcomer = draw_people(school, ["newcomer", "stranger"], items, now)
    scores = fit_groups(school, items, now).scores(newcomer)
    assert {items[place].split("-")[0] for place in np.argsort(-scores[0])[:5]} == {"paint"}
    assert not scores[1].any()


def test_what_is_taken_of_late_is_popular(school: Records, now: datetime) -> None:
    items = catalogue_of(school).ids
    weights = fit_popularity(school, items, now).weights
    assert weights[items.index("paint-05")] > weights[items.index("paint-00")]
