"""The detector of the pages at build time: the same network with plain weights, or no build."""

import hashlib
import importlib.util
from pathlib import Path
from types import ModuleType

import numpy as np
import onnx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from onnx import ModelProto, TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

MODEL = Path(__file__).resolve().parents[3] / "web" / "model"


def load() -> ModuleType:
    """The build's script as a module; it is no part of a package."""
    spec = importlib.util.spec_from_file_location("dequantise", MODEL / "dequantise.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


dequantise = load()


def network(
    quantised: NDArray[np.int8], scales: NDArray[np.float32], zeros: NDArray[np.int8], block: int
) -> ModelProto:
    """A small network whose weights are blocks of int8, as the shipped one writes them: kernels laid out flat."""
    shape = np.array([quantised.shape[0], -1, 1, 1], np.int64)
    nodes = [
        helper.make_node("DequantizeLinear", ["q", "s", "z"], ["flat"], axis=1, block_size=block),
        helper.make_node("Reshape", ["flat", "shape"], ["weights"]),
        helper.make_node("Conv", ["input", "weights"], ["a"]),
        helper.make_node("Flatten", ["a"], ["b"], axis=3),
        helper.make_node("Unsqueeze", ["b", "first"], ["out"]),
    ]
    known = {"q": quantised, "s": scales, "z": zeros, "shape": shape, "first": np.array([0], np.int64)}
    channels = quantised.shape[1]
    graph = helper.make_graph(
        nodes,
        "small",
        [helper.make_tensor_value_info("input", TensorProto.FLOAT, [1, channels, 4, 4])],
        [helper.make_tensor_value_info("out", TensorProto.FLOAT, [1, quantised.shape[0] * 4, 4])],
        [numpy_helper.from_array(value, name) for name, value in known.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)


@given(st.integers(1, 4), st.integers(1, 3), st.integers(1, 4), st.integers(0, 2**32 - 1))
@settings(max_examples=40)
def test_the_network_says_the_same_with_plain_weights(out: int, blocks: int, block: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    quantised = random.integers(-128, 128, (out, blocks * block), np.int8)
    scales = random.uniform(0.001, 2, (out, blocks)).astype(np.float32)
    zeros = random.integers(-5, 6, (out, blocks), np.int8)
    pixels = random.normal(size=(1, blocks * block, 4, 4)).astype(np.float32)
    model = network(quantised, scales, zeros, block)
    before = ReferenceEvaluator(model).run(None, {"input": pixels})[0]
    plain = dequantise.dequantised(model)
    after = ReferenceEvaluator(plain).run(None, {"input": pixels})[0]
    np.testing.assert_allclose(after, before, rtol=1e-5, atol=1e-5)
    assert {node.op_type for node in plain.graph.node} == {"Conv", "Flatten", "Unsqueeze"}
    weights = {each.name: numpy_helper.to_array(each) for each in plain.graph.initializer}
    assert set(weights) == {"weights", "first"}, "nothing is left of what was only needed to write them"
    assert weights["weights"].dtype == np.float32
    assert weights["weights"].shape == (out, blocks * block, 1, 1)


def test_a_last_block_may_be_short() -> None:
    values = np.arange(4, dtype=np.float32).reshape(1, 4)
    spread = dequantise._spread(values, (1, 7), {"axis": 1, "block_size": 2})
    assert spread.tolist() == [[0, 0, 1, 1, 2, 2, 3]]


def test_width_and_height_are_the_callers() -> None:
    model = network(np.ones((2, 2), np.int8), np.ones((2, 1), np.float32), np.zeros((2, 1), np.int8), 2)
    plain = dequantise.dequantised(model)
    assert [each.dim_param for each in plain.graph.input[0].type.tensor_type.shape.dim[2:]] == ["height", "width"]


def test_what_was_built_is_what_is_pinned() -> None:
    data = (MODEL / "yunet.onnx").read_bytes()
    assert f"sha256:{hashlib.sha256(data).hexdigest()}" == dequantise.PINNED
    onnx.checker.check_model(onnx.load_from_string(data), full_check=True)


def test_the_shipped_model_comes_out_as_pinned(tmp_path: Path) -> None:
    dequantise.main(tmp_path / "out.onnx")
    assert (tmp_path / "out.onnx").read_bytes() == (MODEL / "yunet.onnx").read_bytes()


def test_another_digest_ends_the_build_and_writes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dequantise, "PINNED", "sha256:" + "0" * 64)
    with pytest.raises(SystemExit, match="nothing was written"):
        dequantise.main(tmp_path / "out.onnx")
    assert not list(tmp_path.iterdir())
