"""From a model's text to judged lines: parse leniently, judge as it stands, mend by leaving out, judge again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from agent.channels import Part
from agent.copy.chinese_record import RECORD_PROMPTS
from agent.copy.editing import cleaned, remainders, shortened, without_full_stop
from agent.copy.fidelity import strays
from agent.copy.judging import judge
from agent.copy.material import Material
from agent.copy.roles import Role
from core.facts import CheckResult
from core.generation import Generation

BODY_LINES = (2, 5)
REST_WORDS = {"headline": 3, "sentence": 5}
"""words that an English line must have left, when a part that fails is left out"""
TOPIC_PARTING = re.compile(r"[,，、;；#＃\n]+")


@dataclass(frozen=True, slots=True)
class Line:
    """One text for one part, with the verdict on it. `asked`: what the prompt wanted, for a second try."""

    part: str
    text: str
    checks: tuple[CheckResult, ...]
    mended: bool
    """something was left out of what the model wrote, or it is a second try"""
    generation: Generation
    phrase: str
    role: Role = ""
    """its place in a Chinese body"""

    @property
    def passed(self) -> bool:
        return all(check.ok for check in self.checks)

    @property
    def failure(self) -> str:
        """The checks that failed, in words; empty if none did."""
        return "; ".join(f"{check.name}: {check.detail}" for check in self.checks if not check.ok)


def read_lines(
    generation: Generation, part: Part, material: Material, language: str, phrase: str, prompt: str
) -> list[Line]:
    """The lines of one generated text for `part`: one, or several topics. A body is one line with line breaks in it."""
    cut_off = generation.finish == "length"
    if part.writes == "topics":
        texts = [cleaned(topic) for topic in TOPIC_PARTING.split(generation.text)]
        return [_line(text, False, part, material, language, phrase, prompt, generation) for text in texts if text]
    if part.writes == "body" and language != "zh":
        return [_body(part, material, language, phrase, prompt, generation)]
    first = next((line for line in generation.text.splitlines() if line.strip()), "")
    tidy = _tidy(cleaned(first), part)
    as_written = _line(tidy, False, part, material, language, phrase, prompt, generation)
    if as_written.passed and not cut_off:
        return [as_written]
    shorter = _tidy(shortened(tidy, part, language, cut_off), part)
    if shorter == tidy:
        first_try = as_written if not cut_off else _unfinished(as_written)
    else:
        first_try = _line(shorter, True, part, material, language, phrase, prompt, generation)
    if first_try.passed or language == "zh" or part.writes not in REST_WORDS:
        return [first_try]
    rests = (_tidy(rest, part) for rest in remainders(tidy) if len(rest.split()) >= REST_WORDS[part.writes])
    mended = (_line(rest, True, part, material, language, phrase, prompt, generation) for rest in rests)
    return [next((line for line in mended if line.passed), first_try)]


def _line(
    text: str,
    mended: bool,
    part: Part,
    material: Material,
    language: str,
    phrase: str,
    prompt: str,
    generation: Generation,
) -> Line:
    checks = judge(text, part, material, language, prompt)
    if generation.adapter is not None:  # was shown no examples that it could repeat
        checks = tuple(check for check in checks if check.name != "own words")
    if material.thing is not None and part.writes == "topics":
        known = text in phrase.split("、")
        checks = (*checks, CheckResult("sense", known, "" if known else "is none of the keywords"))
    elif material.thing is not None and prompt not in RECORD_PROMPTS:
        checks = (*checks, *_against_scene(text, phrase))
    return Line(part.name, text, checks, mended, generation, phrase)


def _against_scene(text: str, scene: str) -> Iterator[CheckResult]:
    """A Chinese line is neither its scene handed back nor something else than its scene."""
    if _bare(text) == _bare(scene):
        yield CheckResult("own words", False, "is the scene that it was given, word for word")
    if scene.startswith("{"):
        return  # an offer tells no scene
    if odd := strays(text, scene):
        yield CheckResult("sense", False, f"leaves its scene: {odd}")


def _bare(text: str) -> str:
    return re.sub(r"\W", "", text)


def _body(part: Part, material: Material, language: str, phrase: str, prompt: str, generation: Generation) -> Line:
    """A body keeps those of its lines that pass; it passes if enough are left."""
    raw = [cleaned(line) for line in generation.text.splitlines() if line.strip()]
    if generation.finish == "length" and len(raw) > 1:
        raw = raw[:-1]
    judged = [(line, judge(line, part, material, language, prompt)) for line in dict.fromkeys(raw)]
    good = [line for line, checks in judged if all(check.ok or check.name == "about" for check in checks)]
    about = any(check.ok for line, checks in judged if line in good for check in checks if check.name == "about")
    if len(good) >= BODY_LINES[0] and about:
        text = "\n".join(good[: BODY_LINES[1]])
        whole = judge(text.replace("\n", " "), part, material, language, prompt)
        checks = tuple(check for check in whole if check.name != "form")
        return Line(part.name, text, checks, len(good) < len(raw), generation, phrase)
    failed = [check for _, checks in judged for check in checks if not check.ok]
    short = CheckResult("length", False, f"has {len(good)} usable lines of {BODY_LINES[0]}")
    return Line(part.name, "\n".join(raw), (*failed[:3], short), False, generation, phrase)


def _tidy(text: str, part: Part) -> str:
    return without_full_stop(text) if part.writes == "headline" else text


def _unfinished(line: Line) -> Line:
    return Line(
        line.part,
        line.text,
        (*line.checks, CheckResult("form", False, "is cut off")),
        False,
        line.generation,
        line.phrase,
    )
