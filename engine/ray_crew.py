"""The workers that share a batch, seen from where it was started: who takes the next prompts, and what came of them.

Ray starts a worker that died anew, on another machine if need be, and gives it again what it had not answered.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from core.errors import EngineFailed, HawkerError
from core.generation import GenerationRequest, GenerationResult, Message
from engine.ray_cluster import Cluster
from engine.ray_worker import EngineOrder, Opener, RayWorker, open_ordered

TRIES_AGAIN = 3
"""of one call whose worker or engine dies under it: a prompt that kills every engine must not run for ever"""
CALLS_AT_ONCE = 128
"""of one worker; what comes beyond waits in it"""
ASIDES = "asides"
"""calls that never wait behind those that write"""


@dataclass(frozen=True, slots=True, eq=False)
class Call:
    """Prompts that one worker has."""

    reference: Any
    worker: int
    order: EngineOrder
    requests: tuple[GenerationRequest, ...]


class Crew:
    """`size` workers, spread over the machines, each with a GPU of its own where the cluster has some.

    Safe to call from several threads.

    `open_engine` runs in the worker, to which it travels pickled.
    """

    def __init__(self, cluster: Cluster, size: int, open_engine: Opener = open_ordered) -> None:
        import ray

        self.cluster, self.size = cluster, size
        kind = ray.remote(concurrency_groups={ASIDES: 2})(RayWorker).options(
            # A processor is booked so that a head that lends none stays free of us.
            num_cpus=1,
            num_gpus=1 if cluster.gpus else 0,
            scheduling_strategy="SPREAD",
            max_restarts=-1,
            max_task_retries=TRIES_AGAIN,
            max_concurrency=CALLS_AT_ONCE,
        )
        self._workers = [kind.remote(open_engine) for _ in range(size)]
        self._calls = set[Call]()
        self._lock = threading.Lock()

    def taken(self, model: str) -> int:
        """How many requests the workers have of a model."""
        with self._lock:
            return sum(len(call.requests) for call in self._calls if call.order.model == model)

    def hand_out(self, order: EngineOrder, requests: tuple[GenerationRequest, ...]) -> Call:
        """Give prompts to the worker that has fewest."""
        with self._lock:
            taken = Counter(dict.fromkeys(range(self.size), 0))
            for call in self._calls:
                taken[call.worker] += len(call.requests)
            worker = min(taken, key=taken.__getitem__)
            write = self._workers[worker].write.options(retry_exceptions=[EngineFailed], max_task_retries=TRIES_AGAIN)
            call = Call(write.remote(order, requests), worker, order, requests)
            self._calls.add(call)
        return call

    def wait(self, calls: Collection[Call]) -> list[Call]:
        """Those that are answered, at least one."""
        import ray

        by_reference = {call.reference: call for call in calls}
        some, _ = ray.wait(list(by_reference), num_returns=1)
        more, _ = ray.wait(list(by_reference), num_returns=len(by_reference), timeout=0)
        return [by_reference[reference] for reference in dict.fromkeys([*some, *more])]

    def take(self, call: Call) -> list[GenerationResult]:
        """The answers of a call. Raises what went wrong at its last try."""
        self._forget([call])
        results: list[GenerationResult] = _got(call.reference)
        return results

    def abandon(self, calls: Collection[Call]) -> None:
        """Cancel what is not answered; nobody waits for it."""
        self._forget(calls)
        for call in calls:
            self._aside(call.worker, "cancel", call.order.model, [request.id for request in call.requests])

    def cancel(self, model: str, request_ids: Sequence[str]) -> None:
        """End requests in flight; their answers still come."""
        for worker in range(self.size):
            self._aside(worker, "cancel", model, request_ids)

    def context_tokens(self, order: EngineOrder) -> int:
        """The least of all workers. Waits until the model is loaded in each of them."""
        return min(int(one) for one in _got([worker.context_tokens.remote(order) for worker in self._workers]))

    def count_tokens(self, order: EngineOrder, messages: Sequence[Message], prefill: str) -> int:
        """As any of them counts."""
        return int(_got(self._aside(0, "count_tokens", order, messages, prefill)))

    def process_ids(self) -> list[int]:
        """Of the workers, for those who watch them."""
        return [int(_got(self._aside(worker, "process_id"))) for worker in range(self.size)]

    def close(self) -> None:
        """End the workers; calls that wait for them fail. A second close does nothing."""
        import ray

        for worker in self._workers if ray.is_initialized() else ():
            ray.kill(worker)

    def _forget(self, calls: Collection[Call]) -> None:
        with self._lock:
            self._calls.difference_update(calls)

    def _aside(self, worker: int, method: str, *arguments: object) -> Any:
        return getattr(self._workers[worker], method).options(concurrency_group=ASIDES).remote(*arguments)


def _got(references: Any) -> Any:
    """What the references stand for, errors as those of our own tree."""
    import ray
    from ray.exceptions import RayError, RayTaskError

    try:
        return ray.get(references)
    except RayTaskError as error:
        cause = error.cause
        if isinstance(cause, HawkerError):
            raise type(cause)(str(cause)) from None
        raise EngineFailed(f"Ray's worker failed: {type(cause).__name__}: {_last_line(cause)}") from None
    except RayError as error:
        raise EngineFailed(f"Ray's worker died {TRIES_AGAIN + 1} times, or Ray did: {_last_line(error)}") from None


def _last_line(error: BaseException) -> str:
    return next((line.strip() for line in reversed(str(error).splitlines()) if line.strip()), type(error).__name__)
