"""How the other rooms come by an engine, an embedder and a page reader. Nothing heavy is imported before it is used."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from core.errors import ModelMissing, UserError
from core.observing import NOBODY, Observer
from core.settings import Settings
from engine.catalog import CATALOG
from engine.protocol import Embedder, Engine, PageReader
from engine.shelf import folder_of, installed, is_local, pull_command, read_manifest, require_model


def open_engine(
    settings: Settings, model: str, adapters: Mapping[str, Path] | None = None, observer: Observer = NOBODY
) -> Engine:
    """Start the engine of an installed model and return at once; it loads in its own process, the first call waits.

    `adapters`: name -> folder with PEFT's `adapter_config.json` and `adapter_model.safetensors`; a remote server has
    its own. Raises `ModelMissing` with the command that installs the model.
    """
    if settings.engine == "scripted":
        from engine.scripted import ScriptedEngine

        return ScriptedEngine(lambda request: request.messages[-1].content, model=model, observer=observer)
    if settings.engine == "remote":
        from engine.remote.opening import open_remote

        return open_remote(settings, model, observer)
    from engine.host import HostedEngine
    from engine.runtime import RuntimeSpec

    folder = require_model(settings, model)
    offload = settings.home / "offload"  # for what fits neither on the GPUs nor in memory
    spec = RuntimeSpec(
        model,
        folder,
        settings.threads,
        _checked(adapters or {}),
        offload_folder=offload,
        weights=settings.weights,
        batching=settings.batching,
        gpu_share=settings.gpu_share,
        cuda_graphs=settings.cuda_graphs,
    )
    return HostedEngine(spec, settings.engine, languages_of(settings, model), observer)


def languages_of(settings: Settings, model: str) -> frozenset[str]:
    """ISO 639-1 codes of what an installed model can be trusted to write."""
    if is_local(model):
        return frozenset({"en", "zh"})
    return frozenset(read_manifest(folder_of(settings, model)).languages)


def model_speaking(settings: Settings, language: str) -> str:
    """The installed model that speaks `language`: the one set for it, else any that does. A remote server's are those
    that it serves; it is asked once in a while.

    Raises `ModelMissing` whose fix is the command that pulls the one set for it.
    """
    wanted = settings.model_for(language)
    if settings.engine == "scripted":
        return wanted
    if settings.engine == "remote":
        from engine.remote.naming import model_speaking as remotely_speaking

        return remotely_speaking(settings, language)
    names = installed(settings)
    candidates = [wanted, *(name for name in names if name != wanted)]
    for name in candidates:
        if (name in names or is_local(name)) and _speaks(settings, name, language):
            return name
    raise ModelMissing("model", wanted, f"an installed model that speaks {language!r}", f"run: {pull_command(wanted)}")


def open_embedder(settings: Settings) -> Embedder:
    """The embedding model of the settings; it loads with its first text."""
    from engine.embedding import open_embedder as open_named

    return open_named(settings)


def open_page_reader(settings: Settings) -> PageReader:
    """The reader that ships, over e5-small whatever the embedder is. Raises `ModelMissing` where that is missing."""
    from engine.page_reader import open_page_reader as open_shipped

    return open_shipped(settings)


def _speaks(settings: Settings, name: str, language: str) -> bool:
    entry = CATALOG.get(name)
    if not is_local(name) and (entry.kind if entry else "language") != "language":
        return False
    return language in languages_of(settings, name)


def _checked(adapters: Mapping[str, Path]) -> dict[str, Path]:
    for name, folder in adapters.items():
        for file in ("adapter_config.json", "adapter_model.safetensors"):
            if not (folder / file).is_file():
                raise UserError(f"adapter {name}", folder, f"a folder with {file}", "give the folder that PEFT wrote")
    return dict(adapters)
