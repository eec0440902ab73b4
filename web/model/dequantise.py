"""Makes the face detector of the pages: the shipped YuNet with its weights as plain float32.

Why: the shipped file stores its weights as blocks of int8, which the browser's runtime does not read. Only the way in
which the weights are written changes; the network is the same, and a test compares the two.

Rules:
* The file that goes in is the one that `models/manifest.toml` pins; the file that comes out is pinned here. Any other
  digest ends the build: what a phone runs is known before it is served.
* Run at build time only: `python web/model/dequantise.py OUT.onnx`.
"""

import hashlib
import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import ModelProto, NodeProto, TensorProto, numpy_helper

from overt.models.files import read_model
from overt.models.manifest import shipped_manifest

PINNED = "sha256:c30994768535a4467acccd86346ed21eb1b1b2b759fa215bc07acc91f94d2a90"


def main(out: Path) -> None:
    """Write the model, or end with what is wrong."""
    manifest = shipped_manifest()
    model = onnx.load_from_string(read_model(manifest.files[manifest.contract.detection.file]))
    data = dequantised(model).SerializeToString(deterministic=True)
    digest = f"sha256:{hashlib.sha256(data).hexdigest()}"
    if digest != PINNED:
        sys.exit(f"The detector of the pages came out as {digest}, not as {PINNED}; nothing was written.")
    out.write_bytes(data)


def dequantised(model: ModelProto) -> ModelProto:
    """The same network with every weight as one float32 tensor in its final shape."""
    graph = model.graph
    known = {each.name: numpy_helper.to_array(each) for each in graph.initializer}
    kept: list[NodeProto] = []
    for node in graph.node:
        if node.op_type == "DequantizeLinear":
            known[node.output[0]] = _dequantised(node, known)
        elif node.op_type == "Reshape" and all(name in known for name in node.input):
            known[node.output[0]] = known[node.input[0]].reshape(known[node.input[1]])
        else:
            kept.append(node)
    used = {name for node in kept for name in node.input}
    del graph.node[:], graph.initializer[:], graph.value_info[:]
    graph.node.extend(kept)
    graph.initializer.extend(_tensor(name, known[name]) for name in sorted(used & set(known)))
    _free_sizes(model)
    onnx.checker.check_model(model, full_check=True)
    return model


def _dequantised(node: NodeProto, known: dict[str, np.ndarray]) -> np.ndarray:
    quantised, scales, zeros = (known[name] for name in node.input)
    settings = {each.name: each.i for each in node.attribute}
    scales, zeros = (_spread(each, quantised.shape, settings) for each in (scales, zeros))
    return (quantised.astype(np.float32) - zeros.astype(np.float32)) * scales


def _spread(values: np.ndarray, shape: tuple[int, ...], settings: dict[str, int]) -> np.ndarray:
    """One value a block, repeated for the members of its block."""
    axis = settings["axis"]
    spread = np.repeat(values, settings["block_size"], axis=axis)
    return np.take(spread, range(shape[axis]), axis=axis)


def _tensor(name: str, value: np.ndarray) -> TensorProto:
    return numpy_helper.from_array(np.ascontiguousarray(value), name)


def _free_sizes(model: ModelProto) -> None:
    """Width and height are the caller's; the number of outputs follows from them."""
    _, _, height, width = model.graph.input[0].type.tensor_type.shape.dim
    height.dim_param, width.dim_param = "height", "width"
    for output in model.graph.output:
        output.type.tensor_type.shape.dim[1].dim_param = f"places_{output.name}"


if __name__ == "__main__":
    main(Path(sys.argv[1]))
