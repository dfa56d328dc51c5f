"""A fresh home that holds the demo shop, for benchmarks: no earlier run's texts are found again in it.

Only what decides how well the machine does is taken over from the user's settings. Their database and whatever else
holds their shop's own data are not: a benchmark writes customers that nobody has.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from agent.house import House
from agent.refresh import refresh
from core.settings import Settings
from shop.demo.folder import write_demo
from shop.loading import load_shop

TAKEN_OVER = ("model", "model_zh", "adapter", "engine", "embedder", "threads")


@contextmanager
def demo_home(settings: Settings) -> Iterator[Settings]:
    """Settings over the home; it goes with its end."""
    with tempfile.TemporaryDirectory() as folder:
        own = settings_for_home(settings, Path(folder) / "home")
        with House(own) as house:
            write_demo(Path(folder) / "shop")
            load_shop(house.store, Path(folder) / "shop")
            refresh(house)
        yield own


def settings_for_home(settings: Settings, home: Path) -> Settings:
    """The defaults over `home`, with the user's weights and models; neither environment nor file is asked."""
    kept = {name: getattr(settings, name) for name in TAKEN_OVER}
    return Settings.model_construct(home=home, models=settings.models_dir, **kept)
