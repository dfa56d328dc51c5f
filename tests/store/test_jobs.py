"""Jobs survive their workers: none is lost, none is done by two, whatever is killed."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest
from sqlalchemy import select

from core.errors import Conflict, NotFound
from core.settings import Settings, load_settings
from store.database import Database
from store.jobs import MAX_ATTEMPTS, JobTable, LeaseLost
from store.migrating import migrate
from store.opening import Store, open_store
from store.tables.work import JobRow

JOBS, KILLS = 96, 8
LEASE_SECONDS = 5.0
"""longer than a worker of the last test stands still on a busy machine, for it to lose jobs by being killed alone"""
PATIENCE_SECONDS = 300


@dataclass
class Timed:
    """A job table whose clock is put forward by hand."""

    jobs: JobTable
    database: Database
    at: datetime = datetime(2026, 3, 1, 12, tzinfo=UTC)

    def wait(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@pytest.fixture
def timed(settings: Settings) -> Iterator[Timed]:
    database = Database(settings.database)
    migrate(database)
    made = Timed(JobTable(database, lambda: made.at), database)
    yield made
    database.close()


def test_a_job_is_added_once_claimed_once_and_finished(store: Store) -> None:
    job = store.jobs.add("mail", {"campaign": "spring"}, "spring")
    assert store.jobs.add("mail", {"campaign": "other"}, "spring") == job
    assert store.jobs.claim(["other"], 60) is None
    claimed = store.jobs.claim(["mail", "other"], 60)
    assert claimed is not None
    assert (claimed.id, claimed.status, claimed.fence, claimed.payload) == (
        job.id,
        "running",
        1,
        {"campaign": "spring"},
    )
    assert store.jobs.claim(["mail"], 60) is None
    store.jobs.progress(claimed, 3, 10)
    assert (store.jobs.get(job.id).done, store.jobs.get(job.id).total) == (3, 10)
    store.jobs.finish(claimed, {"sent": 10})
    done = store.jobs.get(job.id)
    assert (done.status, done.result, done.lease_until) == ("done", {"sent": 10}, None)
    assert store.jobs.add("mail", {}, "spring") == done


def test_the_oldest_job_goes_first(store: Store) -> None:
    first = store.jobs.add("mail", {}, "1")
    store.jobs.add("mail", {}, "2")
    claimed = store.jobs.claim(["mail"], 60)
    assert claimed is not None
    assert claimed.id == first.id


def test_a_heartbeat_keeps_the_lease_and_without_it_the_job_moves_on(timed: Timed) -> None:
    jobs = timed.jobs
    jobs.add("mail", {}, "1")
    slow = jobs.claim(["mail"], 60)
    assert slow is not None
    for _ in range(4):
        timed.wait(40)
        slow = jobs.heartbeat(slow)
        assert jobs.claim(["mail"], 60) is None
    timed.wait(61)
    taken = jobs.claim(["mail"], 60)
    assert taken is not None
    assert taken.fence == 2
    for report in (
        lambda: jobs.heartbeat(slow),
        lambda: jobs.progress(slow, 1, 2),
        lambda: jobs.finish(slow, {}),
        lambda: jobs.fail(slow, "x"),
    ):
        with pytest.raises(LeaseLost):
            report()
    jobs.finish(taken, {})


def test_progress_renews_the_lease_too(timed: Timed) -> None:
    timed.jobs.add("mail", {}, "1")
    job = timed.jobs.claim(["mail"], 60)
    assert job is not None
    timed.wait(59)
    timed.jobs.progress(job, 1, 2)
    timed.wait(59)
    assert timed.jobs.claim(["mail"], 60) is None
    timed.wait(2)
    assert timed.jobs.claim(["mail"], 60) is not None


def test_a_job_that_another_worker_is_taking_is_passed_over_without_waiting(timed: Timed) -> None:
    if timed.database.is_sqlite:
        pytest.skip("SQLite has one writer at a time: nobody else can be taking a job")
    first, second = timed.jobs.add("mail", {}, "1"), timed.jobs.add("mail", {}, "2")
    with timed.database.write() as taking:
        taking.scalars(select(JobRow).where(JobRow.id == first.id).with_for_update()).one()
        claimed = timed.jobs.claim(["mail"], 60)
        assert claimed is not None
        assert claimed.id == second.id
        assert timed.jobs.claim(["mail"], 60) is None


def test_a_cancelled_job_is_lost_to_its_worker_and_waits_again_when_ordered_anew(store: Store) -> None:
    job = store.jobs.add("mail", {}, "1")
    claimed = store.jobs.claim(["mail"], 60)
    assert claimed is not None
    assert store.jobs.cancel(job.id).status == "cancelled"
    for report in (lambda: store.jobs.progress(claimed, 1, 2), lambda: store.jobs.finish(claimed, {})):
        with pytest.raises(LeaseLost):
            report()
    assert store.jobs.claim(["mail"], 60) is None
    with pytest.raises(Conflict, match="cancelled"):
        store.jobs.cancel(job.id)
    with pytest.raises(NotFound):
        store.jobs.cancel("none")
    assert (store.jobs.add("mail", {}, "1").id, store.jobs.get(job.id).status) == (job.id, "waiting")


def test_jobs_are_paged_newest_first(store: Store) -> None:
    made = [store.jobs.add("mail", {}, str(number)).id for number in range(3)]
    assert [job.id for job in store.jobs.page(0, 2)] == made[:0:-1]
    assert [job.id for job in store.jobs.page(2, 2)] == made[:1]
    assert store.jobs.count() == 3


def test_a_failed_job_stays_failed_with_its_reason(store: Store) -> None:
    store.jobs.add("mail", {}, "1")
    claimed = store.jobs.claim(["mail"], 60)
    assert claimed is not None
    store.jobs.fail(claimed, "no such campaign")
    assert store.jobs.get(claimed.id).error == "no such campaign"
    assert store.jobs.claim(["mail"], 60) is None
    with pytest.raises(LeaseLost):
        store.jobs.finish(claimed, {})
    with pytest.raises(NotFound):
        store.jobs.get("unknown")


def test_a_job_that_takes_every_worker_down_is_given_up(timed: Timed) -> None:
    job = timed.jobs.add("mail", {}, "1")
    for _ in range(MAX_ATTEMPTS):
        assert timed.jobs.claim(["mail"], 60) is not None
        timed.wait(61)
    assert timed.jobs.claim(["mail"], 60) is None
    assert timed.jobs.get(job.id).status == "failed"


def work(url: str, home: str, journal: str) -> None:
    """A worker: note in the journal when it begins a job, and when it alone has reported it done."""
    store = open_store(load_settings(home=home, database_url=url))
    while True:
        job = store.jobs.claim(["mail"], LEASE_SECONDS)
        if job is None:
            time.sleep(0.01)
            continue
        _note(journal, f"began {os.getpid()}")
        time.sleep(0.05)
        try:
            store.jobs.finish(job, {"fence": job.fence})
        except LeaseLost:
            continue
        _note(journal, f"done {job.payload['number']}")


def _note(journal: str, line: str) -> None:
    with Path(journal).open("a") as file:
        file.write(line + "\n")


def test_two_workers_killed_again_and_again_lose_nothing_and_double_nothing(
    settings: Settings, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    store = open_store(settings)
    journal = tmp_path / "journal"
    journal.touch()
    context = multiprocessing.get_context("spawn")

    def start() -> BaseProcess:
        worker = context.Process(target=work, args=(settings.database, str(settings.home), str(journal)), daemon=True)
        worker.start()
        return worker

    def wait_for(happened: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not happened():
            assert time.monotonic() < deadline
            time.sleep(0.005)

    workers, jobs = [start(), start()], []
    request.addfinalizer(lambda: [worker.kill() for worker in workers])
    for _ in range(KILLS):
        noted = len(journal.read_text().splitlines())
        numbers = range(len(jobs), len(jobs) + JOBS // KILLS)
        jobs += [store.jobs.add("mail", {"number": number}, str(number)) for number in numbers]
        wait_for(lambda noted=noted: "began" in "".join(journal.read_text().splitlines()[noted + 1 :]))
        began = [int(line.split()[1]) for line in journal.read_text().splitlines() if line.startswith("began")]
        victim = next(at for at, worker in enumerate(workers) if worker.pid == began[-1])
        workers[victim].kill()
        workers[victim].join()
        workers[victim] = start()
    wait_for(lambda: all(store.jobs.get(job.id).status == "done" for job in jobs))
    done = [store.jobs.get(job.id) for job in jobs]
    store.close()
    assert max(job.attempts for job in done) > 1  # some were taken over from the dead
    reported = [line for line in journal.read_text().splitlines() if line.startswith("done")]
    assert len(reported) == len(set(reported))  # one worker each
    assert [job.result for job in done] == [{"fence": job.fence} for job in done]
