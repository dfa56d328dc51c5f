"""Bulk events as Parquet, one folder a month, read lazily with Polars. An event is its content: a second append of
the same one changes nothing.

A month's file is replaced whole (written aside, synced, renamed), so a reader never sees half of one; a lock file
keeps two writers apart. Knows nothing of the database.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from core.customer import Event
from core.errors import HawkerError

if TYPE_CHECKING:
    import polars

FILE, FRESH, STAGING = "events.parquet", "events.new", ".staging"


class EventLog:
    """The repository behind `Store.events`."""

    def __init__(self, folder: Path, aliases: Callable[[], Mapping[str, str]] = dict) -> None:
        """`aliases`: which id stands for which others, asked anew for each reading (`store.people`)."""
        self._folder = folder
        self._aliases = aliases

    def append(self, events: Sequence[Event]) -> int:
        """Add those that are not there yet; returns how many. Times must be aware."""
        import polars

        months: dict[str, list[tuple[Any, ...]]] = {}
        for event in events:
            if event.at.tzinfo is None:
                raise HawkerError(f"an event's time needs a time zone, {event.at.isoformat()} has none")
            at = event.at.astimezone(UTC)
            row = (event.customer_id, event.kind, at, event.product_id, event.value, event.channel)
            months.setdefault(f"{at:%Y-%m}", []).append(row)
        with self._locked():
            return sum(
                self._merge(month, polars.DataFrame(rows, schema=event_schema(), orient="row"))
                for month, rows in months.items()
            )

    def append_months(self, months: Mapping[str, Path]) -> int:
        """Add whole months (`2026-03`) of events from Parquet files with the columns of `scan` and no row twice;
        returns how many were not there yet. No event becomes an object."""
        import polars

        with self._locked():
            return sum(
                self._merge(month, polars.read_parquet(path, memory_map=False))
                for month, path in sorted(months.items())
            )

    @contextmanager
    def staging(self) -> Iterator[Path]:
        """A folder for events that are being read, private like the log itself, gone at the end."""
        place = self._folder / STAGING
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        with TemporaryDirectory(dir=place, ignore_cleanup_errors=True) as folder:
            yield Path(folder)

    def scan(self) -> polars.LazyFrame:
        """All events: customer_id, kind, at (UTC, microseconds), product_id, value, channel."""
        import polars

        files, aliases = self._files(), self._aliases()
        events = polars.scan_parquet(files) if files else polars.LazyFrame(schema=event_schema())
        return events.with_columns(polars.col("customer_id").replace(aliases)) if aliases else events

    def of(self, customer_id: str) -> list[Event]:
        """One customer's events, oldest first."""
        import polars

        standing = self._aliases().get(customer_id, customer_id)
        theirs = self.scan().filter(polars.col("customer_id") == standing).sort("at")
        return [Event(**row) for row in theirs.collect().to_dicts()]

    def count(self) -> int:
        """How many events there are; only the files' footers are read."""
        if not self._files():
            return 0
        import polars

        return int(self.scan().select(polars.len()).collect().item())

    def forget(self, customer_id: str) -> int:
        """Rewrite every month that knows this customer without them; returns how many events went."""
        if not self._folder.exists():
            return 0
        import polars

        gone = 0
        with self._locked():
            # Of a load that was killed, or still runs and then fails: either may know somebody who is to be forgotten.
            shutil.rmtree(self._folder / STAGING, ignore_errors=True)
            for path in self._files():
                before = polars.read_parquet(path, memory_map=False)
                after = before.filter(polars.col("customer_id") != customer_id)
                if after.height < before.height:
                    gone += before.height - after.height
                    _replace(path, after)
        return gone

    def _merge(self, month: str, fresh: polars.DataFrame) -> int:
        import polars

        path = self._folder / month / FILE
        before = polars.read_parquet(path, memory_map=False) if path.exists() else fresh.clear()
        after = polars.concat([before, fresh]).unique(maintain_order=True)
        if after.height > before.height:
            _replace(path, after.sort("at", maintain_order=True))
        return after.height - before.height

    def _files(self) -> list[Path]:
        return sorted(self._folder.glob(f"*/{FILE}"))

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (self._folder / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            for half_written in self._folder.glob(f"*/{FRESH}"):
                half_written.unlink()  # by a writer that was killed; it may know somebody who is erased since
            yield


def event_schema() -> dict[str, Any]:
    """The columns of the log."""
    import polars

    return {
        "customer_id": polars.String,
        "kind": polars.String,
        "at": polars.Datetime("us", "UTC"),
        "product_id": polars.String,
        "value": polars.Float64,
        "channel": polars.String,
    }


def _replace(path: Path, frame: polars.DataFrame) -> None:
    if frame.is_empty():
        path.unlink()
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(FRESH)
    frame.write_parquet(fresh)
    with fresh.open("rb") as file:
        os.fsync(file.fileno())
    fresh.replace(path)
