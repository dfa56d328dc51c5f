"""From files that people have to examples that are fit to learn from. `finetune.data.gathering` is the way in."""
