"""An ONNX embedder under OpenCV 5: how the shipped SFace runs (Zhong et al. 2021, "SFace: sigmoid-constrained
hypersphere loss for robust face recognition").

Limitations of SFace, from LFW: at an overall false match rate of 1e-4 the rate was 1.2e-4 for men and 3.9e-4 for women,
and differed by ethnic group as well; a threshold holds for the groups it was calibrated on.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from overt.capture.photo import Pixels
from overt.errors import ModelUnusable
from overt.models.embedder_input import tensor
from overt.models.onnx_inputs import with_true_inputs_only
from overt.models.opencv import COPIES, check_engine
from overt.models.pool import Pool
from overt.template.contract import Input


class OpenCvEmbedder:
    """A `FaceEmbedder`; may be called from several threads.

    Args:
        model: the ONNX file's bytes.
        rule: how the contract feeds it.

    Raises:
        ModelUnusable: OpenCV cannot load the model.
    """

    def __init__(self, model: bytes, rule: Input) -> None:
        check_engine()
        self._rule = rule
        try:
            self._model = np.frombuffer(with_true_inputs_only(model), np.uint8)
        except ValueError as error:
            raise ModelUnusable("The embedder is not an ONNX model.") from error
        self._networks = Pool(self._load, COPIES)
        with self._networks.borrow():
            pass  # load one now, so that a bad file is refused at start-up

    def embed(self, aligned: Pixels) -> NDArray[np.float32]:
        """The embedding; see `FaceEmbedder.embed`."""
        fed = tensor(aligned, self._rule)
        with self._networks.borrow() as network:
            network.setInput(fed)
            return np.array(network.forward(), np.float32).ravel()

    def _load(self) -> cv2.dnn.Net:
        try:
            return cv2.dnn.readNetFromONNX(self._model)
        except cv2.error as error:
            raise ModelUnusable("The embedder cannot be loaded.") from error
