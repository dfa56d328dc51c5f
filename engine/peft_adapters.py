"""LoRA adapters over a transformers model: loaded when first asked for, one active at a time or none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from core.errors import CorruptWeights, UserError
from engine.quiet import quiet_libraries


class PeftAdapters:
    """PEFT puts its layers into the model itself, so that calling the model runs whichever adapter is active."""

    def __init__(self, model: Any, folders: Mapping[str, Path]) -> None:
        self._model, self._folders = model, folders
        self._peft: Any = None
        self._active: str | None = None

    def require(self, name: str | None) -> None:
        """Load the adapter `name` where it is not loaded yet. Raises `UserError` for an unknown one."""
        if name is None or (self._peft is not None and name in self._peft.peft_config):
            return
        if name not in self._folders:
            raise UserError("adapter", name, f"one of {', '.join(self._folders) or 'none'}")
        try:
            with quiet_libraries():
                self._load(name, self._folders[name])
        except (OSError, ValueError, RuntimeError, KeyError) as error:
            reason = " ".join(str(error).split())[:160]
            raise CorruptWeights(f"adapter {name} cannot be loaded from {self._folders[name]}: {reason}") from error
        self._active = name

    @contextmanager
    def active(self, name: str | None) -> Iterator[None]:
        """Within, the model speaks with adapter `name`, loaded before, or as itself."""
        if self._peft is not None and name != self._active:
            if name is None:
                self._peft.base_model.disable_adapter_layers()
            else:
                self._peft.base_model.enable_adapter_layers()
                self._peft.set_adapter(name)
            self._active = name
        yield

    def _load(self, name: str, folder: Path) -> None:
        from peft import PeftModel

        # In the model's own type: PEFT would widen a bfloat16 model's adapters to float32, and compute in both.
        options = {"adapter_name": name, "is_trainable": False, "autocast_adapter_dtype": False}
        if self._peft is None:
            self._peft = PeftModel.from_pretrained(self._model, folder, **options)
        else:
            self._peft.load_adapter(folder, **options)
        self._peft.base_model.enable_adapter_layers()
        self._peft.set_adapter(name)
