"""`GET /metrics`: what goes on, for Prometheus. Names follow vLLM's; docs/OPERATING.md tells what each one means.

Each application has a registry of its own. Labels are models, routes and reasons: few values, and nobody's data.
"""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from core.observing import Load, Observer, Written

router = APIRouter(tags=["health"])
FIRST_TOKEN = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
EACH_TOKEN = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1)
ANSWER = (0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120)
"""upper bounds of buckets, seconds"""
REFUSALS = {
    400: "invalid",
    401: "unauthenticated",
    403: "forbidden",
    404: "not_found",
    405: "not_found",
    409: "conflict",
    413: "too_large",
    422: "invalid",
    429: "too_many",
    503: "unavailable",
}
"""HTTP status -> why a request was not done"""


class Metrics:
    """The counts of one application."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._make_model_counts()
        self._make_request_counts()

    @property
    def observer(self) -> Observer:
        """What the rooms tell."""
        return Observer(written=self._written, looked_up=self._looked_up)

    def watch(self, load: Callable[[], Load], admitted: Callable[[], int]) -> None:
        """Ask these whenever the metrics are read."""
        self._admitted.set_function(admitted)
        self._running.set_function(lambda: load().running)
        self._waiting.set_function(lambda: load().waiting)

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """One HTTP request, by the template of its route."""
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(method, route).observe(seconds)
        if status in REFUSALS:
            self._refused.labels(REFUSALS[status]).inc()

    def text(self) -> bytes:
        """All of it, in Prometheus's text format."""
        return generate_latest(self.registry)

    def _make_model_counts(self) -> None:
        own, model = self.registry, ["model_name"]
        self._running = Gauge("hawker:num_requests_running", "requests that a model is writing", registry=own)
        self._waiting = Gauge("hawker:num_requests_waiting", "requests whose first token has not come", registry=own)
        self._first = Histogram(
            "hawker:time_to_first_token_seconds",
            "from the model's request on",
            model,
            buckets=FIRST_TOKEN,
            registry=own,
        )
        self._each = Histogram(
            "hawker:time_per_output_token_seconds",
            "of each token after the first",
            model,
            buckets=EACH_TOKEN,
            registry=own,
        )
        self._prompt = Counter("hawker:prompt_tokens", "tokens read", model, registry=own)
        self._generated = Counter("hawker:generation_tokens", "tokens written", model, registry=own)
        self._success = Counter(
            "hawker:request_success", "requests written to an end", [*model, "finish"], registry=own
        )
        self._failure = Counter("hawker:request_failure", "requests that a model could not do", model, registry=own)
        self._hits = Counter("hawker:generation_store_hits", "texts found again instead of generated", registry=own)
        self._lookups = Counter("hawker:generation_store_lookups", "texts looked for before generating", registry=own)

    def _make_request_counts(self) -> None:
        own = self.registry
        self._admitted = Gauge("hawker:num_requests_admitted", "requests that hold a place", registry=own)
        self._requests = Counter("hawker:http_requests", "HTTP requests", ["method", "route", "status"], registry=own)
        self._seconds = Histogram(
            "hawker:http_request_duration_seconds",
            "to the end of the answer",
            ["method", "route"],
            buckets=ANSWER,
            registry=own,
        )
        self._refused = Counter("hawker:requests_refused", "HTTP requests that were not done", ["reason"], registry=own)

    def _written(self, one: Written) -> None:
        self._prompt.labels(one.model).inc(one.prompt_tokens)
        self._generated.labels(one.model).inc(one.new_tokens)
        if one.finish == "error":
            self._failure.labels(one.model).inc()
        else:
            self._success.labels(one.model, one.finish).inc()
        if one.new_tokens:
            self._first.labels(one.model).observe(one.first_token_seconds)
        if one.new_tokens > 1:
            each = (one.seconds - one.first_token_seconds) / (one.new_tokens - 1)
            self._each.labels(one.model).observe(each)

    def _looked_up(self, found: bool) -> None:
        self._lookups.inc()
        if found:
            self._hits.inc()


@router.get("/metrics", response_class=PlainTextResponse)
async def get_metrics(request: Request) -> Response:
    """Counts since the start, in Prometheus's text format."""
    counts: Metrics = request.app.state.metrics
    return Response(counts.text(), media_type=CONTENT_TYPE_LATEST)
