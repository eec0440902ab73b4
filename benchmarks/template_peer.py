"""dlib's side of `template.py`; runs in an environment of its own that has neither Overt nor OpenCV. Not a benchmark.

Asked on standard input by a line `ENLARGED LENGTH` and so many bytes of a file; answers by one line of JSON: the
milliseconds of processor time from bytes to descriptor, or null where no face is found. The way is that of
`face_recognition.face_encodings`: HOG detector, five points, one jitter-free descriptor of the largest face.
"""

import io
import json
import sys
import time

import dlib
import face_recognition_models as models
import numpy as np
from PIL import Image


def main() -> int:
    """Answer until there is no further question."""
    detector = dlib.get_frontal_face_detector()
    points = dlib.shape_predictor(models.pose_predictor_five_point_model_location())
    network = dlib.face_recognition_model_v1(models.face_recognition_model_location())
    while asked := sys.stdin.buffer.readline():
        enlarged, length = map(int, asked.split())
        content = sys.stdin.buffer.read(length)
        start = time.process_time()
        pixels = np.array(Image.open(io.BytesIO(content)).convert("RGB"))
        found = detector(pixels, enlarged)
        if found:
            largest = max(found, key=lambda box: box.width())
            network.compute_face_descriptor(pixels, points(pixels, largest), 1)
        spent = (time.process_time() - start) * 1000
        sys.stdout.write(json.dumps(spent if found else None) + "\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
