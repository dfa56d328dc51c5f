"""The Ray cluster to write on: the one that RAY_ADDRESS names, else one of this machine alone that ends with us.

It knows no engine. Importing it does not import Ray, which is an extra.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec

from core.errors import EngineFailed, UserError

ADDRESS = "RAY_ADDRESS"
FIX = "start it with `ray start --head`, or unset the variable"
REACHED_WITHIN_SECONDS = 5.0
START_TRIES = 3
"""Ray gives its own helpers 15 s to start, which a cold or busy machine may miss (ray-project/ray#65983); the next
try finds their files in memory"""
OBJECT_STORE_BYTES = 256 * 2**20
"""of a cluster started here: only adapters are kept there, prompts and texts are too small for it"""


@dataclass(frozen=True, slots=True)
class Cluster:
    """What there is to write on."""

    here: bool
    """this machine alone, whose settings hold for every worker"""
    machines: int
    cpus: int
    gpus: int

    def crew_size(self, wanted: int | None) -> int:
        """How many workers: as many as wanted, or one for each GPU, or for each machine where there is no GPU.

        Raises `UserError` for more than could ever be placed.
        """
        if wanted is None:
            return self.gpus or self.machines
        places, place = (self.gpus, "GPU") if self.gpus else (self.cpus, "processor")
        if wanted > places:
            raise UserError("--workers", wanted, f"at most {places}, one for each {place} of the cluster")
        return wanted


def require_ray() -> None:
    """Raises `UserError` with the command that installs Ray where it is missing."""
    if find_spec("ray") is None:
        raise UserError("extra ray", "without ray", "it installed", "run: pip install 'hawker[ray]'")


@contextmanager
def open_cluster(workers: int | None = None) -> Iterator[Cluster]:
    """Join or start a cluster, one started here being large enough for `workers`. Where this process is connected to
    one already, that one is used and left as it is.

    Raises `UserError` where RAY_ADDRESS leads nowhere, `EngineFailed` where Ray does not start.
    """
    require_ray()
    import ray

    address = os.environ.get(ADDRESS, "local")
    if ray.is_initialized():
        yield _seen(here=address == "local")
        return
    try:
        _start(workers) if address == "local" else _join(address)
        yield _seen(here=address == "local")
    finally:
        ray.shutdown()


def _start(workers: int | None) -> None:
    import ray

    # Nobody is told of us, whatever Ray's own default may become.
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    for attempt in range(1, START_TRIES + 1):
        try:
            ray.init(
                address="local",
                num_cpus=max(workers or 1, os.cpu_count() or 1),
                object_store_memory=OBJECT_STORE_BYTES,
                include_dashboard=False,
                log_to_driver=False,
                logging_level="CRITICAL",
            )
            return
        except Exception as error:  # Ray raises a bare Exception where its helpers are late
            ray.shutdown()
            if attempt == START_TRIES:
                raise EngineFailed(f"Ray does not start on this machine: {_first_line(error)}") from None


def _join(address: str) -> None:
    import ray

    refuse_unreachable(address)
    try:
        ray.init(address=address, log_to_driver=False, logging_level="CRITICAL")
    except (ConnectionError, RuntimeError, ValueError) as error:
        expected = f"the address of a running Ray cluster ({_first_line(error)})"
        raise UserError(ADDRESS, address, expected, FIX) from None


def refuse_unreachable(address: str) -> None:
    """Raises `UserError` where nobody listens at `host:port`, which Ray itself would try for minutes."""
    host, _, port = address.rpartition("://")[2].rpartition(":")
    if not (host and port.isdecimal()):
        return  # `auto` and its like: Ray knows where to look
    try:
        socket.create_connection((host, int(port)), REACHED_WITHIN_SECONDS).close()
    except (OSError, OverflowError) as error:
        raise UserError(ADDRESS, address, f"the address of a running Ray cluster ({error})", FIX) from None


def _seen(here: bool) -> Cluster:
    """Machines without a processor for us, as heads of large clusters often are, do not count."""
    import ray

    machines = [node["Resources"] for node in ray.nodes() if node["Alive"] and node["Resources"].get("CPU", 0) >= 1]
    cpus, gpus = (sum(int(one.get(kind, 0)) for one in machines) for kind in ("CPU", "GPU"))
    return Cluster(here, len(machines), cpus, gpus)


def _first_line(error: Exception) -> str:
    return next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)
