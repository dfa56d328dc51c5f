"""The paper trail: every generated text with what it was made from, found again by the hash of all its inputs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import func, select, update

from core.errors import NotFound
from core.facts import CheckResult
from core.generation import Finish, Generation, Sampling
from core.observing import NOBODY, Observer
from store.database import Database
from store.records import checks_from_json, checks_to_json, to_text
from store.sealing import Vault
from store.tables.people import OutcomeRow
from store.tables.texts import GenerationRow


class GenerationBook:
    """The repository behind `Store.generations`."""

    def __init__(self, database: Database, vault: Vault, observer: Observer = NOBODY) -> None:
        self._database = database
        self._vault = vault
        self._observer = observer

    def find(self, key: str) -> list[Generation]:
        """All candidates of one key, in the order of their index; empty where nothing was generated yet."""
        wanted = select(GenerationRow).where(GenerationRow.key == key).order_by(GenerationRow.index)
        with self._database.read() as session:
            rows = session.scalars(wanted).all()
        self._observer.looked_up(bool(rows))
        return [self._generation(row) for row in rows]

    def add(self, generations: Iterable[Generation]) -> None:
        """Keep what is new by (key, index): a text once written down is the one that is reproduced."""
        rows = {(generation.key, generation.index): self._row(generation) for generation in generations}
        with self._database.write() as session:
            self._database.insert_new(session, GenerationRow, list(rows.values()))

    def mark(self, key: str, index: int, accepted: bool, checks: Sequence[CheckResult]) -> None:
        """Write down the verdict on one candidate. Raises `NotFound`."""
        sealed = self._vault.row("generations", key, index).seal("checks", to_text(checks_to_json(checks)))
        verdict = update(GenerationRow).where(GenerationRow.key == key, GenerationRow.index == index)
        verdict = verdict.values(accepted=accepted, checks=sealed).returning(GenerationRow.index)
        with self._database.write() as session:
            if session.execute(verdict).first() is None:
                raise NotFound("generation", f"{key} {index}", "a stored generation")

    def best(self, task: str, product_id: str | None, segment: str | None, limit: int) -> list[Generation]:
        """Accepted texts of a task: those with the best outcomes first, then the newest. None means any.

        Product and segment are those named `product_id` and `segment` in the inputs. Texts made from one customer's
        own inputs are left out.
        """
        earned = func.coalesce(func.sum(OutcomeRow.value), 0.0)
        wanted = select(GenerationRow).outerjoin(OutcomeRow, OutcomeRow.generation_key == GenerationRow.key)
        wanted = wanted.where(
            GenerationRow.task == task, GenerationRow.accepted.is_(True), GenerationRow.customer_id.is_(None)
        )
        if product_id is not None:
            wanted = wanted.where(GenerationRow.product_id == product_id)
        if segment is not None:
            wanted = wanted.where(GenerationRow.segment == segment)
        wanted = wanted.group_by(GenerationRow.key, GenerationRow.index)
        wanted = wanted.order_by(earned.desc(), GenerationRow.created.desc(), GenerationRow.index).limit(limit)
        with self._database.read() as session:
            rows = session.scalars(wanted).all()
        return [self._generation(row) for row in rows]

    def count(self) -> int:
        with self._database.read() as session:
            return session.scalar(select(func.count()).select_from(GenerationRow)) or 0

    def _row(self, made: Generation) -> dict[str, Any]:
        seal = self._vault.row("generations", made.key, made.index).seal
        return {
            "key": made.key,
            "index": made.index,
            "task": made.task,
            "prompt": made.prompt,
            "model": made.model,
            "adapter": made.adapter,
            "sampling": asdict(made.sampling),
            "text": seal("text", made.text),
            "inputs": seal("inputs", to_text(dict(made.inputs))),
            "checks": seal("checks", to_text(checks_to_json(made.checks))),
            "finish": made.finish,
            "seconds": made.seconds,
            "new_tokens": made.new_tokens,
            "sources": list(made.sources),
            "accepted": made.accepted,
            "product_id": _named(made, "product_id"),
            "segment": _named(made, "segment"),
            "customer_id": made.customer_id,
            "created": made.created or datetime.now(UTC),
        }

    def _generation(self, row: GenerationRow) -> Generation:
        opened = self._vault.row("generations", row.key, row.index).open
        return Generation(
            key=row.key,
            index=row.index,
            task=row.task,
            prompt=row.prompt,
            model=row.model,
            adapter=row.adapter,
            sampling=Sampling(**{**row.sampling, "stop": tuple(row.sampling["stop"])}),
            text=opened("text", row.text),
            finish=cast("Finish", row.finish),
            seconds=row.seconds,
            new_tokens=row.new_tokens,
            inputs=json.loads(opened("inputs", row.inputs)),
            sources=tuple(row.sources),
            checks=checks_from_json(json.loads(opened("checks", row.checks))),
            accepted=row.accepted,
            customer_id=row.customer_id,
            created=row.created,
        )


def _named(made: Generation, name: str) -> str | None:
    value = made.inputs.get(name)
    return value if isinstance(value, str) else None
