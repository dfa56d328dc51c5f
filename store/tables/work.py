"""Durable work: the lease table, and the proof that the key file is this database's own."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from store.columns import Sealed
from store.tables.base import Base, Id, Json


class JobRow(Base):
    """`fence` grows with each claim; a worker whose fence is old has lost the job, whatever its clock says."""

    __tablename__ = "jobs"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    kind: Mapped[str]
    key: Mapped[str] = mapped_column(Id)
    payload: Mapped[Json]
    status: Mapped[str]
    fence: Mapped[int]
    attempts: Mapped[int]
    lease_seconds: Mapped[float | None]
    lease_until: Mapped[datetime | None]
    done: Mapped[int]
    total: Mapped[int]
    result: Mapped[Json | None]
    error: Mapped[str | None]
    created: Mapped[datetime]
    finished: Mapped[datetime | None]

    __table_args__ = (
        Index("uq_jobs_kind_key", "kind", "key", unique=True),
        Index("ix_jobs_status_created", "status", "created"),
    )


class KeyProofRow(Base):
    """A known text sealed with each key version: a wrong or lost key file is noticed before anything is written."""

    __tablename__ = "key_proofs"
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    proof: Mapped[Sealed]


class LoadRow(Base):
    """What one load did, in counts and reasons; no value of any row, for these are people's."""

    __tablename__ = "loads"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    at: Mapped[datetime]
    content: Mapped[Json]
