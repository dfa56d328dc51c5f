"""The page reader's graph as OpenVINO IR, so that serving it imports no PyTorch."""

from __future__ import annotations

from pathlib import Path

from engine.quiet import quiet_libraries


def export_reader(base: Path, learned: Path, graph: Path) -> None:
    """Write the IR of the weights in `learned` over the e5 folder `base`."""
    import openvino
    import torch
    from safetensors import safe_open

    from engine.reader_network import add_learned, bare_network

    with safe_open(learned, "pt") as file:
        weights, scale = {name: file.get_tensor(name) for name in file.keys()}, float(file.metadata()["scale"])  # noqa: SIM118
    with quiet_libraries(), torch.no_grad():
        network = bare_network(base)
        add_learned(network, weights, scale)
        rows = torch.randint(5, 1000, (2, 16))
        owners = torch.tensor([[-1, 0, 0, -1, 1, 1, 1, -1, 2, 2, 2, 2, -1, -1, -1, -1]] * 2)
        example = (rows, torch.ones_like(rows), owners, torch.arange(3))
        made = openvino.convert_model(network.eval(), example_input=example)
        for put in made.inputs:
            put.get_node().set_partial_shape(openvino.PartialShape([-1] * len(put.get_partial_shape())))
        made.validate_nodes_and_infer_types()
    graph.parent.mkdir(parents=True, exist_ok=True)
    openvino.save_model(made, graph)
