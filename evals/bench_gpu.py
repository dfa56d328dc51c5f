"""`hawker bench gpu`: the GPU runtime beside plain `generate` and beside what the GPU's memory can deliver at most.

`smollm2-135m`, and a randomly initialised Llama of 7B that is made on the GPU; no network. Greedy requests of mixed
length, the runtime driven directly, without our process and pipe (`hawker bench engine` has those). `--tiny` runs all
of it on the CPU over a model of some thousand weights: it shows that the benchmark works, not how fast anything is.
"""

from __future__ import annotations

from core.errors import UserError
from core.settings import Settings
from evals.gpu_race import Load, Race
from evals.report import BenchReport, BenchRow, this_machine

TINY_LOAD = Load(sizes=(1, 4), prompt=24, answer=8, adapters=4)


def run(settings: Settings, repeats: int = 3, tiny: bool = False) -> BenchReport:
    """Medians of `repeats`. Raises `UserError` where there is no CUDA device, `ModelMissing` without the weights."""
    return _tiny(repeats) if tiny else _on_cuda(settings, repeats)


def _tiny(repeats: int) -> BenchReport:
    from engine.gpu_peers import memory_bandwidth
    from engine.random_llama import TINY, random_llama

    race = Race("tiny", random_llama(TINY, "cpu"), "cpu", TINY_LOAD, repeats, batching="paged")
    rows = [*race.rows(memory_bandwidth("cpu", 2**20)), race.adapter_row()]
    return BenchReport("gpu --tiny", this_machine(), tuple(rows))


def _on_cuda(settings: Settings, repeats: int) -> BenchReport:
    from engine.gpu_peers import GPU, forget, gpu_name, memory_bandwidth
    from engine.placed_weights import load_placed
    from engine.random_llama import LLAMA_7B, random_llama
    from engine.runtime import RuntimeSpec
    from engine.shelf import require_model

    if not gpu_name():
        fix = "nothing was measured; `hawker bench gpu --tiny` shows on a CPU that it works"
        raise UserError("NAME", "gpu", "a machine with a CUDA device", fix)
    bandwidth = memory_bandwidth(GPU)
    small = "smollm2-135m"
    spec = RuntimeSpec(small, require_model(settings, small), device_map=GPU)
    race = Race(small, load_placed(spec), GPU, Load(), repeats)
    rows: list[BenchRow] = [*race.rows(bandwidth), race.adapter_row()]
    del race
    forget()
    large = Race("random 7B", random_llama(LLAMA_7B, GPU), GPU, Load(), repeats)
    rows += large.rows(bandwidth)
    machine = f"{gpu_name()}, copies at {bandwidth / 1e12:.2f} TB/s; {this_machine()}"
    return BenchReport("gpu", machine, tuple(rows))
