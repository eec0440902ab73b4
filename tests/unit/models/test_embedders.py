"""The embedders: the same model under both runtimes, threads, and models that cannot be run."""

import sys
import threading

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from overt.errors import ModelUnusable
from overt.models.embedder_input import tensor
from overt.models.files import read_model
from overt.models.manifest import shipped_manifest
from overt.models.onnx_embedder import OnnxEmbedder
from overt.models.opencv_embedder import OpenCvEmbedder
from overt.models.yunet import YuNet
from overt.template.contract import Input

MANIFEST = shipped_manifest()
RULE = MANIFEST.contract.input
RNG = np.random.default_rng(11)
FACES = [RNG.integers(0, 256, (112, 112, 3), np.uint8) for _ in range(6)]


@pytest.fixture(scope="module")
def sface() -> bytes:
    return read_model(MANIFEST.files[MANIFEST.contract.embedder])


def channel_means(outputs: int = 1) -> bytes:
    """A model that gives the mean of each channel of what it is fed."""
    shape = helper.make_tensor_value_info("picture", TensorProto.FLOAT, [1, 3, 112, 112])
    nodes, results = [], []
    for number in range(outputs):
        nodes.append(helper.make_node("GlobalAveragePool", ["picture"], [f"mean{number}"]))
        results.append(helper.make_tensor_value_info(f"mean{number}", TensorProto.FLOAT, [1, 3, 1, 1]))
    graph = helper.make_graph(nodes, "means", [shape], results)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)])
    model.ir_version = 8
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString())


def test_both_runtimes_give_the_same_template(sface: bytes) -> None:
    opencv, onnx_runtime = OpenCvEmbedder(sface, RULE), OnnxEmbedder(sface, RULE)
    for face in FACES:
        a, b = opencv.embed(face), onnx_runtime.embed(face)
        assert a.shape == b.shape == (128,)
        assert float(a @ b / np.linalg.norm(a) / np.linalg.norm(b)) > 0.9999


def test_the_contract_decides_what_a_model_is_fed() -> None:
    face = np.zeros((112, 112, 3), np.uint8)
    face[:] = (10, 20, 90)
    rgb = Input(112, "rgb", ("0", "0", "0"), ("1", "1", "1"))
    bgr = Input(112, "bgr", ("127.5", "20", "0"), ("128", "2", "0.5"))
    for embedder in (OnnxEmbedder, OpenCvEmbedder):
        assert embedder(channel_means(), rgb).embed(face).tolist() == pytest.approx([10, 20, 90], rel=1e-5)
        wanted = [(90 - 127.5) / 128, 0, 20]
        assert embedder(channel_means(), bgr).embed(face).tolist() == pytest.approx(wanted, rel=1e-5)


def test_another_size_is_an_error() -> None:
    with pytest.raises(ValueError, match="size"):
        tensor(np.zeros((96, 96, 3), np.uint8), RULE)


@pytest.mark.parametrize("embedder", [OnnxEmbedder, OpenCvEmbedder])
@pytest.mark.parametrize("model", [b"", b"no model", b"\x08\x07\x3a\x02\x0a\x00"])
def test_what_is_no_model_is_refused(embedder: type, model: bytes) -> None:
    with pytest.raises(ModelUnusable):
        embedder(model, RULE)


def test_a_model_with_two_answers_is_refused() -> None:
    with pytest.raises(ModelUnusable, match="one output"):
        OnnxEmbedder(channel_means(outputs=2), RULE)


def test_without_onnx_runtime_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(ModelUnusable, match="not installed") as refused:
        OnnxEmbedder(channel_means(), RULE)
    assert "overt[onnx]" in refused.value.remedy


def test_a_forced_engine_is_refused(sface: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENCV_FORCE_DNN_ENGINE", "1")
    with pytest.raises(ModelUnusable, match="OPENCV_FORCE_DNN_ENGINE"):
        OpenCvEmbedder(sface, RULE)
    with pytest.raises(ModelUnusable, match="OPENCV_FORCE_DNN_ENGINE"):
        YuNet(b"", MANIFEST.contract.detection)


def test_threads_do_not_mix_faces(sface: bytes) -> None:
    embedder = OpenCvEmbedder(sface, RULE)
    alone = [embedder.embed(face) for face in FACES]
    wrong: list[int] = []

    def work(number: int) -> None:
        for _ in range(8):
            if not np.array_equal(embedder.embed(FACES[number]), alone[number]):
                wrong.append(number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(len(FACES))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
