"""Taking weights off the list of inputs, against the `onnx` package."""

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from overt.models.files import read_model
from overt.models.manifest import shipped_manifest
from overt.models.onnx_inputs import with_true_inputs_only


def a_model(listed: list[str]) -> onnx.ModelProto:
    """x + w, with `listed` as its list of inputs."""
    weight = numpy_helper.from_array(np.ones(3, np.float32), "w")
    inputs = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [3]) for name in listed]
    output = helper.make_tensor_value_info("y", TensorProto.FLOAT, [3])
    graph = helper.make_graph([helper.make_node("Add", ["x", "w"], ["y"])], "g", inputs, [output], [weight])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)])


@pytest.mark.parametrize("listed", [["x"], ["x", "w"], ["w", "x", "unread"], ["unread", "x"]])
def test_true_inputs_stay_and_the_rest_goes(listed: list[str]) -> None:
    cleaned = onnx.load_model_from_string(with_true_inputs_only(a_model(listed).SerializeToString()))
    assert cleaned == a_model(["x"])


def test_the_shipped_embedder_differs_in_its_inputs_only() -> None:
    manifest = shipped_manifest()
    model = read_model(manifest.files[manifest.contract.embedder])
    wanted = onnx.load_model_from_string(model)
    data = [entry for entry in wanted.graph.input if entry.name == "data"]
    assert len(wanted.graph.input) == 175
    del wanted.graph.input[:]
    wanted.graph.input.extend(data)
    assert onnx.load_model_from_string(with_true_inputs_only(model)) == wanted


@pytest.mark.parametrize("model", [b"\xff" * 40, b"\x3a\xff\x7f", b"\x3a", b"\x3f\x00", b"not a model at all"])
def test_other_bytes_are_an_error(model: bytes) -> None:
    with pytest.raises(ValueError, match=r"field|number"):
        with_true_inputs_only(model)
