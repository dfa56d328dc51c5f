"""The prompt library: `load_prompt("copy/ad", "en").render(product="...")` gives messages and the prompt's reference.

Files are `prompts/library/<task>/<name>.<language>.md` (see prompts.files); shared pieces lie in
`prompts/library/partials/` and are taken in by `{% include "voice.en.md" %}`. Templates run in Jinja's sandbox and
are strict: an input that was not declared fails when the file is loaded. Values are put in once and never rendered.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined, Template, TemplateError, meta
from jinja2.sandbox import ImmutableSandboxedEnvironment

from core.errors import NotFound, UserError
from core.generation import Message, Sampling
from prompts.files import PromptFile, parse_prompt
from prompts.inputs import clean_inputs

LIBRARY = Path(__file__).with_name("library")
PARTIALS = "partials"


@dataclass(frozen=True, slots=True)
class RenderedPrompt:
    """What an engine is asked. `ref` names text and version: `copy/ad@1#0f3a9c21`, or `..-bare` without examples."""

    messages: tuple[Message, ...]
    ref: str
    sampling: Sampling
    prefill: str


@dataclass(frozen=True)
class Prompt:
    """One prompt in one language. `digest` is the sha256 of the file and its partials, in hex."""

    name: str
    language: str
    file: PromptFile
    digest: str
    folder: Path
    bare: bool = False
    """without the examples, as a model is asked that was tuned on the task"""

    @property
    def ref(self) -> str:
        return f"{self.name}@{self.file.version}#{self.digest[:8]}{'-bare' if self.bare else ''}"

    def render(self, **inputs: object) -> RenderedPrompt:
        """Messages in order: system, shots, user. Raises `UserError` naming missing, unknown or wrong inputs."""
        return RenderedPrompt(self._messages(inputs), self.ref, self.file.sampling, self._put("prefill", inputs))

    def _messages(self, inputs: dict[str, object]) -> tuple[Message, ...]:
        messages = []
        if self.file.system:
            messages.append(Message("system", self._put("system", inputs)))
        for index, shot in enumerate(() if self.bare else self.file.shots):
            asked = self._put(f"shot {index}", inputs) if shot.inputs is None else self._put("user", dict(shot.inputs))
            messages += [Message("user", asked), Message("assistant", shot.assistant)]
        messages.append(Message("user", self._put("user", inputs)))
        return tuple(messages)

    def _put(self, section: str, inputs: dict[str, object]) -> str:
        values = clean_inputs(self.file.inputs, inputs, self.name)
        try:
            return self._templates[section].render(values).strip()
        except TemplateError as error:
            raise UserError(f"prompt {self.name}: {section}", str(error), "a template that fits its inputs") from error

    @cached_property
    def _templates(self) -> dict[str, Template]:
        environment = _environment(self.folder)
        return {name: environment.from_string(text) for name, text in _sections(self.file)}


def load_prompt(name: str, language: str, folder: Path = LIBRARY, bare: bool = False) -> Prompt:
    """The prompt `task/name` in `language`. Raises `NotFound` naming the languages or prompts that there are."""
    return _load(name, language, folder, bare)


@cache
def _load(name: str, language: str, folder: Path, bare: bool) -> Prompt:
    path = folder / f"{name}.{language}.md"
    if ".." in name or not path.is_file():
        raise _not_found(name, language, folder)
    text = _read(path)
    file = parse_prompt(text, f"{name}.{language}")
    _refuse_undeclared(file, f"{name}.{language}", folder)
    return Prompt(name, language, file, digest_of(text, folder), folder, bare)


def prompt_names(folder: Path = LIBRARY) -> list[tuple[str, str]]:
    """(name, language) of every prompt in the library, sorted."""
    paths = sorted(path.relative_to(folder) for path in folder.rglob("*.md") if PARTIALS not in path.parts)
    return [(str(path.parent / path.stem.rpartition(".")[0]), path.stem.rpartition(".")[2]) for path in paths]


def digest_of(text: str, folder: Path = LIBRARY) -> str:
    """sha256 in hex over a prompt's text and, sorted by name, every partial that it takes in, however deep."""
    environment = _environment(folder)
    seen: dict[str, str] = {}
    open_texts = [text]
    while open_texts:
        for name in meta.find_referenced_templates(environment.parse(open_texts.pop())):
            if name is None:
                raise UserError("prompt", "include", 'an include with its name written out: {% include "x.md" %}')
            if name not in seen:
                seen[name] = _read(folder / PARTIALS / name)
                open_texts.append(seen[name])
    whole = "\0".join([text, *(f"{name}\0{seen[name]}" for name in sorted(seen))])
    return hashlib.sha256(whole.encode()).hexdigest()


def _refuse_undeclared(file: PromptFile, name: str, folder: Path) -> None:
    environment = _environment(folder)
    used: set[str] = set()
    for _, text in _sections(file):
        used |= meta.find_undeclared_variables(environment.parse(text))
    unknown = sorted(used - set(file.inputs))
    if unknown:
        raise UserError(f"prompt {name}", unknown[0], "an input declared in the front matter")


def _sections(file: PromptFile) -> list[tuple[str, str]]:
    shots = [(f"shot {index}", shot.user) for index, shot in enumerate(file.shots)]
    return [("system", file.system), *shots, ("user", file.user), ("prefill", file.prefill)]


@cache
def _environment(folder: Path) -> ImmutableSandboxedEnvironment:
    # autoescape is off: the reader is a language model, not a browser.
    return ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(folder / PARTIALS),
        undefined=StrictUndefined,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_refuse_none,
    )


def _refuse_none(value: Any) -> Any:
    """An absent value is a fault of the template's logic; the word None must never reach a model."""
    if value is None:
        raise TemplateError("an empty input was printed; put it inside {% if %}")
    return value


def _not_found(name: str, language: str, folder: Path) -> NotFound:
    known = prompt_names(folder)
    languages = [code for found, code in known if found == name]
    if languages:
        return NotFound(f"prompt {name}: language", language, f"one of {', '.join(languages)}")
    return NotFound("prompt", name, f"one of {', '.join(sorted({found for found, _ in known}))}")


def _read(path: Path) -> str:
    # Line ends are normalised so that a checkout on another system has the same digest.
    return path.read_text("utf-8").replace("\r\n", "\n")
