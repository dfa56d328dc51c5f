"""Whether the web process ever stands still: `/livez` every 50 ms, from a process that does nothing else.

    python -P -m evals.serving.probe URL SECONDS

Prints JSON: milliseconds of every answer, and how many there were none of.
"""

from __future__ import annotations

import json
import sys
import time

import httpx

EVERY_SECONDS = 0.05


def main() -> None:
    url, seconds = sys.argv[1], float(sys.argv[2])
    times: list[float] = []
    missed = 0
    end = time.monotonic() + seconds
    with httpx.Client(timeout=10) as client:
        while (started := time.monotonic()) < end:
            try:
                missed += client.get(f"{url}/livez").status_code != httpx.codes.OK
            except httpx.HTTPError:
                missed += 1
            took = time.monotonic() - started
            times.append(round(took * 1000, 2))
            time.sleep(max(0.0, EVERY_SECONDS - took))
    print(json.dumps({"milliseconds": times, "missed": missed}))


if __name__ == "__main__":
    main()
