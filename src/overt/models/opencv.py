"""OpenCV, set up once for this process.

Rules:
* One thread a call: one process or thread a core does more checks than one check on all cores.
* OpenCV writes nothing to standard error; what goes wrong is an exception.
"""

import os

import cv2

from overt.errors import ModelUnusable

cv2.setNumThreads(1)
cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)

COPIES = os.cpu_count() or 1
"""How many networks of a kind are kept at most: more could not run at once."""

_FORCED_ENGINE = "OPENCV_FORCE_DNN_ENGINE"


def check_engine() -> None:
    """Raises:
    ModelUnusable: the environment forces one of OpenCV's engines; the detector does not run on every one.
    """
    if os.environ.get(_FORCED_ENGINE):
        raise ModelUnusable(f"The environment variable {_FORCED_ENGINE} is set; the detector cannot run under it.")
