"""A force's own ONNX embedder under ONNX Runtime (optional part `overt[onnx]`), described by a manifest.

The model takes one image tensor (1, 3, side, side) and gives one vector. Its runtime is imported only when such a
manifest is loaded.
"""

import importlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from overt.capture.photo import Pixels
from overt.errors import ModelUnusable
from overt.models.embedder_input import tensor
from overt.models.onnx_inputs import with_true_inputs_only
from overt.template.contract import Input

_ERRORS_ONLY = 3


class OnnxEmbedder:
    """A `FaceEmbedder`; may be called from several threads (a session is thread-safe).

    Args:
        model: the ONNX file's bytes.
        rule: how the contract feeds it.

    Raises:
        ModelUnusable: ONNX Runtime is not installed, cannot load the model, or the model has several inputs or outputs.
    """

    def __init__(self, model: bytes, rule: Input) -> None:
        self._rule = rule
        self._session = _session(model)
        inputs, outputs = self._session.get_inputs(), self._session.get_outputs()
        if len(inputs) != 1 or len(outputs) != 1:
            raise ModelUnusable("An embedder has one input and one output.")
        self._input = inputs[0].name

    def embed(self, aligned: Pixels) -> NDArray[np.float32]:
        """The embedding; see `FaceEmbedder.embed`."""
        (vector,) = self._session.run(None, {self._input: tensor(aligned, self._rule)})
        return np.asarray(vector, np.float32).ravel()


def _session(model: bytes) -> Any:
    try:
        runtime = importlib.import_module("onnxruntime")
    except ImportError as error:
        raise ModelUnusable("ONNX Runtime is not installed.") from error
    options = runtime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = _ERRORS_ONLY
    try:
        return runtime.InferenceSession(with_true_inputs_only(model), options, providers=["CPUExecutionProvider"])
    except _load_errors() as error:
        raise ModelUnusable("The embedder cannot be loaded.") from error


def _load_errors() -> tuple[type[Exception], ...]:
    """ONNX Runtime's own exceptions; they have no base in common."""
    state: Any = importlib.import_module("onnxruntime.capi.onnxruntime_pybind11_state")
    return (
        ValueError,
        RuntimeError,
        state.Fail,
        state.InvalidArgument,
        state.InvalidGraph,
        state.InvalidProtobuf,
        state.NotImplemented,
    )
