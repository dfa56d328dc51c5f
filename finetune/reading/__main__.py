"""Make the desk's page reader anew: `python -m finetune.reading`, some fifty minutes on two cores.

    shops in finetune/reading/shops -> questions beside pages -> e5-small learns -> engine/shipped_reader

Fit the desk's weights again afterwards (`python -m finetune.desk_fit`): what a logit is worth changes with the reader.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from core.errors import HawkerError
from core.settings import load_settings
from engine.opening import open_embedder
from engine.page_reader import BASE, LEARNED
from engine.shelf import require_model
from finetune.extras import require_training_libraries
from finetune.reading.groups import askings
from finetune.reading.pages import reading_shops
from finetune.reading.training import save_learned, train_reader


def main() -> int:
    """Exit status 0, or that of the error."""
    try:
        require_training_libraries()
        settings = load_settings().model_copy(update={"embedder": BASE})
        base, embedder = require_model(settings, BASE), open_embedder(settings)
        asked = [one for pages in reading_shops().values() for one in askings(pages, embedder)]
        with tempfile.TemporaryDirectory() as work:
            learned = train_reader(asked, base, Path(work))
    except HawkerError as error:
        print(error, file=sys.stderr)
        return error.exit_status
    save_learned(learned, LEARNED)
    print(f"{len(asked)} questions learned; wrote {LEARNED}. Now run: python -m finetune.desk_fit")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
