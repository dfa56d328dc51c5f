"""The plain server beside which ours is measured: FastAPI, transformers' `generate` in bfloat16, a lock around it.

    python -P -m server.plain_peer FOLDER PORT THREADS

`POST /generate` answers with the whole text. It has no search, no checks, no batching and no store: what many a team
writes in an afternoon. Started by `hawker bench serve`, by nobody else.
"""

from __future__ import annotations

import sys
import threading
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel

from core.generation import Message
from engine.peers import Write, transformers_chat


class Wanted(BaseModel):
    system: str
    user: str
    max_new_tokens: int


def plain_app(write: Write) -> FastAPI:
    """`write` continues one conversation; one at a time."""
    app, lock = FastAPI(), threading.Lock()

    @app.post("/generate")
    def generate(wanted: Wanted) -> dict[str, str]:
        messages = (Message("system", wanted.system), Message("user", wanted.user))
        with lock:
            return {"text": write(messages, wanted.max_new_tokens)}

    @app.get("/ready")
    def ready() -> dict[str, str]:
        return {"status": "ready"}

    return app


def main() -> None:
    folder, port, threads = sys.argv[1:4]
    write = transformers_chat(Path(folder), int(threads) or None)
    uvicorn.run(plain_app(write), host="127.0.0.1", port=int(port), log_level="warning")


if __name__ == "__main__":
    main()
