"""A house for large batches: its engines write on Ray's workers. Store, checks and everything else stay here.

A database on this machine is out of the workers' reach, so what they write is recorded here as it comes.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from agent.house import House
from core.observing import NOBODY, Observer
from core.settings import Settings
from engine.ray_cluster import open_cluster, require_ray
from engine.ray_worker import Opener, open_ordered

if TYPE_CHECKING:
    from engine.protocol import Engine
    from engine.ray_crew import Crew


class RayHouse(House):
    """`workers`: how many; None for one a GPU, or one a machine. Raises `UserError` where Ray is not installed.

    `open_engine` runs in the workers.
    """

    def __init__(
        self,
        settings: Settings,
        workers: int | None = None,
        observer: Observer = NOBODY,
        open_engine: Opener = open_ordered,
    ) -> None:
        require_ray()
        super().__init__(settings, observer)
        self._workers, self._opener = workers, open_engine
        self._open = ExitStack()

    @property
    def writers(self) -> int:
        return self.crew.size

    @cached_property
    def crew(self) -> Crew:
        """The workers, started at the first use."""
        from engine.ray_crew import Crew

        cluster = self._open.enter_context(open_cluster(self._workers))
        crew = Crew(cluster, cluster.crew_size(self._workers), self._opener)
        self._open.callback(crew.close)
        return crew

    def _open_engine(self, name: str, adapters: Mapping[str, Path], observer: Observer) -> Engine:
        from engine.ray_engine import open_ray_engine

        return open_ray_engine(self.settings, name, adapters, self.crew, observer)

    def stop_engines(self) -> None:
        super().stop_engines()
        self._open.close()
        self.__dict__.pop("crew", None)
