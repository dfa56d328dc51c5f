"""Training the sequence model. The only file of this room that imports PyTorch.

After each visit the network tells the next one: a softmax over the vocabulary, against the next visit's items in equal
shares. Items that few people took are left to the other sources.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
import torch
from torch import Tensor, nn

from insight.recommending.people import People
from insight.recommending.recurrent import Recurrent, Visit, visits_of

WORDS = 4_000
"""items in the vocabulary at most, those of the most visits"""
FEWEST = 5
"""visits that an item must have been part of"""
WIDTH, HIDDEN = 48, 64
LONGEST = 120
"""visits of one person learnt from, the latest"""
BATCH, RATE, EPOCHS, SEED = 16, 5e-3, 12, 0


class _Network(nn.Module):
    def __init__(self, words: int) -> None:
        super().__init__()
        self.embedding = nn.EmbeddingBag(words, WIDTH, mode="mean")
        self.recurrent = nn.GRU(WIDTH + 1, HIDDEN, batch_first=True)
        self.output = nn.Linear(HIDDEN, words)
        self.dropout = nn.Dropout(0.2)

    def forward(self, batch: Sequence[Sequence[Visit]], longest: int) -> Tensor:
        """-> (len(batch), longest, words) of logits: after each visit, those of the next."""
        steps = [visit for visits in batch for visit in visits]
        items = torch.tensor([item for visit in steps for item in visit.items])
        begins = torch.tensor(np.cumsum([0, *(len(visit.items) for visit in steps)])[:-1])
        waited = torch.tensor([[visit.waited] for visit in steps], dtype=torch.float32)
        seen = torch.cat([self.dropout(self.embedding(items, begins)), waited], dim=1)
        parts = torch.split(seen, [len(visits) for visits in batch])
        padded = torch.stack([nn.functional.pad(part, (0, 0, 0, longest - len(part))) for part in parts])
        states, _ = self.recurrent(padded)
        logits: Tensor = self.output(self.dropout(states))
        return logits


def fit_sequence(people: People, epochs: int = EPOCHS) -> Recurrent | None:
    """From the visits of `people`. None where fewer than two items or ten people have enough of them."""
    vocabulary = _vocabulary(people)
    visits = visits_of(people, vocabulary, LONGEST)
    sequences = [visits[person] for person in sorted(visits) if len(visits[person]) >= 2]
    if len(vocabulary) < 2 or len(sequences) < 10:
        return None
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(SEED)
        network = _Network(len(vocabulary))
        _train(network, sequences, len(vocabulary), epochs)
    return _kept(network, vocabulary)


def _vocabulary(people: People) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    counts = people.visits.select(item=pl.col("items").explode()).drop_nulls().group_by("item").len()
    often = counts.filter(pl.col("len") >= FEWEST).sort(["len", "item"], descending=[True, False]).head(WORDS)
    return often["item"].sort().to_numpy().astype(np.int64)


def _train(network: _Network, sequences: list[list[Visit]], words: int, epochs: int) -> None:
    optimiser = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=1e-4)
    rate = torch.optim.lr_scheduler.OneCycleLR(optimiser, max_lr=RATE, total_steps=epochs * -(-len(sequences) // BATCH))
    rng = np.random.default_rng(SEED)
    network.train()
    for _ in range(epochs):
        order = rng.permutation(len(sequences))
        for begin in range(0, len(order), BATCH):
            loss = _loss(network, [sequences[number] for number in order[begin : begin + BATCH]], words)
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimiser.step()
            rate.step()


def _loss(network: _Network, batch: list[list[Visit]], words: int) -> Tensor:
    """Mean cross-entropy over the next visits of a batch."""
    longest = max(len(visits) for visits in batch) - 1
    logits = network([visits[:-1] for visits in batch], longest)
    rows: list[int] = []
    columns: list[int] = []
    shares: list[float] = []
    for number, visits in enumerate(batch):
        for step, visit in enumerate(visits[1:]):
            rows += [number * longest + step] * len(visit.items)
            columns += visit.items
            shares += [1 / len(visit.items)] * len(visit.items)
    told = torch.log_softmax(logits.reshape(-1, words), dim=1)[torch.tensor(rows), torch.tensor(columns)]
    return -(told * torch.tensor(shares)).sum() / sum(len(visits) - 1 for visits in batch)


def _kept(network: _Network, vocabulary: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Recurrent:
    names = {
        "embedding": "embedding.weight",
        "input": "recurrent.weight_ih_l0",
        "hidden": "recurrent.weight_hh_l0",
        "input_bias": "recurrent.bias_ih_l0",
        "hidden_bias": "recurrent.bias_hh_l0",
        "output": "output.weight",
        "output_bias": "output.bias",
    }
    state = network.state_dict()
    return Recurrent(vocabulary, {name: state[key].numpy().copy() for name, key in names.items()})
