"""The card of an adapter: what it is, what it learned from, how it was made, what it is not for."""

from __future__ import annotations

import yaml

from engine.adapter_manifest import AdapterManifest


def card(manifest: AdapterManifest) -> str:
    """`README.md` of the adapter's folder, in Markdown."""
    figures = "\n".join(f"| {name.replace('_', ' ')} | {value:g} |" for name, value in manifest.metrics.items())
    notices = "".join(f"\n> {notice}\n" for notice in manifest.notices)
    recipe = yaml.safe_dump(dict(manifest.recipe), sort_keys=False, allow_unicode=True).strip()
    what = f"{', '.join(manifest.tasks)}, in {', '.join(manifest.languages)}"
    return f"""# {manifest.name}

A LoRA adapter for `{manifest.base}`: {what}. Licence: {manifest.licence}.
{notices}
- **For**: writing in the voice of a shop through Hawker, whose checks guard every text before it is shown.
- **Not for**: anything without those checks. A small model states things, and numbers, that no record says.
- **Base**: weights with sha256 `{manifest.base_sha256}`; it is refused beside any other.
- **Prompts**: asked as in training, without examples: {", ".join(f"`{ref}`" for ref in manifest.prompts)}.
- **Data**: sha256 `{manifest.data_sha256}` over its examples.
- **Made**: {manifest.created}.

| measured | |
|---|---|
{figures}

## Recipe

```yaml
{recipe}
```

`curves.png` has the losses, `log.jsonl` the trainer's records.
"""
