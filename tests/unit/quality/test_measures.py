"""Each measure follows what it measures, keeps failure apart from 0, and only ever advises."""

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from overt.candidates.reach import REACH
from overt.capture.face import Box, DetectedFace
from overt.capture.photo import Photo
from overt.quality import head_pose_pitch, head_pose_yaw, inter_eye_distance
from overt.quality.assess import MEASURES, assess_all
from overt.quality.assessment import Assessment, Measure, NotAssessed, assessed
from overt.quality.pose import pose_of
from unit.capture.drawn import a_face
from unit.quality.drawn_lids import DrawnLids

FACE = a_face(x=100, y=80, width=200)
LIGHT = {
    Measure.SHARPNESS,
    Measure.DYNAMIC_RANGE,
    Measure.UNDER_EXPOSURE_PREVENTION,
    Measure.OVER_EXPOSURE_PREVENTION,
}


def scene(low: int = 40, high: int = 210) -> NDArray[np.float64]:
    """Texture of several sizes with values between `low` and `high`, 420 x 400."""
    rng = np.random.default_rng(2)
    total = np.zeros((420, 400))
    for block in (80, 40, 20, 10):
        total += np.kron(rng.random((420 // block + 1, 400 // block)), np.ones((block, block)))[:420, :400]
    total = (total - total.min()) / (total.max() - total.min())
    return low + total * (high - low)


def photo(values: NDArray[np.float64]) -> Photo:
    return Photo(np.repeat(values.round().clip(0, 255).astype(np.uint8)[:, :, None], 3, axis=2))


def blurred(values: NDArray[np.float64], passes: int) -> NDArray[np.float64]:
    for _ in range(passes):
        values = sum(np.roll(values, (dy, dx), (0, 1)) for dy in (-2, 0, 2) for dx in (-2, 0, 2)) / 9
    return values


def of(measure: Measure, picture: Photo, face: DetectedFace = FACE) -> Assessment:
    (found,) = (entry for entry in assess_all(picture, face) if entry.measure is measure)
    return found


def value(assessment: Assessment) -> int:
    assert isinstance(assessment.value, int)
    return assessment.value


def test_every_measure_once_and_always_in_the_same_order() -> None:
    names = [entry.measure for entry in assess_all(photo(scene()), FACE)]
    assert len(names) == len(set(names)) == len(MEASURES) == len(Measure)
    assert [entry.measure for entry in assess_all(photo(scene(0, 5)), a_face(width=3))] == names


def test_a_good_photo_has_no_advice_and_high_values() -> None:
    for entry in assess_all(photo(scene()), FACE, DrawnLids(opening=0.1)):
        assert entry.advice is None, entry
        assert value(entry) >= 50, entry


def test_sharpness_falls_with_blur_and_not_with_contrast_or_darkness() -> None:
    values = [value(of(Measure.SHARPNESS, photo(blurred(scene(), passes)))) for passes in (0, 2, 5, 12, 40)]
    assert values == sorted(values, reverse=True)
    assert values[0] - values[-1] >= 50
    assert of(Measure.SHARPNESS, photo(blurred(scene(), 40))).advice is not None
    bright, dark = of(Measure.SHARPNESS, photo(scene(60, 220))), of(Measure.SHARPNESS, photo(scene(30, 70)))
    assert abs(value(bright) - value(dark)) <= 5


def test_sharpness_does_not_depend_on_the_size_of_a_large_face() -> None:
    large = np.kron(scene(), np.ones((3, 3)))
    there = DetectedFace(Box(300, 240, 600, 780), FACE.landmarks, 0.9)
    assert value(of(Measure.SHARPNESS, photo(large), there)) == pytest.approx(
        value(of(Measure.SHARPNESS, photo(scene()))), abs=6
    )


@pytest.mark.parametrize(
    ("measure", "bad"),
    [
        (Measure.UNDER_EXPOSURE_PREVENTION, scene(0, 30)),
        (Measure.OVER_EXPOSURE_PREVENTION, scene(235, 300)),
        (Measure.DYNAMIC_RANGE, scene(120, 132)),
    ],
)
def test_bad_light_is_seen_and_explained(measure: Measure, bad: NDArray[np.float64]) -> None:
    good, poor = of(measure, photo(scene())), of(measure, photo(bad))
    assert value(good) - value(poor) >= 10
    assert good.advice is None
    assert poor.advice is not None
    assert poor.advice.endswith(".")


def test_grain_is_no_sharpness() -> None:
    random = np.random.default_rng(6)
    grainy = [
        of(Measure.SHARPNESS, photo(scene(60, 110) + random.normal(0, sigma, (420, 400)))) for sigma in (0, 20, 60)
    ]
    raw = [one.raw for one in grainy if one.raw is not None]
    assert raw == sorted(raw)
    assert value(grainy[0]) > value(grainy[2])
    assert [one.advice is None for one in grainy[::2]] == [True, False]
    assert "grainy" in str(grainy[2].advice)


def test_dark_skin_in_fair_light_is_not_called_dark() -> None:
    """Half of the brightness, the same detail: no measure of light asks for a retake."""
    for entry in assess_all(photo(scene(30, 110)), FACE):
        assert entry.advice is None, entry


def test_exact_shares() -> None:
    half = np.full((420, 400), 100.0)
    half[:, :200] = 0  # the face is 100..300 wide: half of it
    under = of(Measure.UNDER_EXPOSURE_PREVENTION, photo(half))
    assert under.raw == pytest.approx(0.5, abs=0.02)
    half[:, :200] = 26
    assert of(Measure.UNDER_EXPOSURE_PREVENTION, photo(half)).raw == 0
    half[:, :200] = 246
    assert of(Measure.OVER_EXPOSURE_PREVENTION, photo(half)).raw == 0
    half[:, :200] = 255
    assert of(Measure.OVER_EXPOSURE_PREVENTION, photo(half)).raw == pytest.approx(0.5, abs=0.02)


@pytest.mark.parametrize(
    ("measure", "spoilt", "share", "wanted"),
    [  # by hand from the curves of ISO/IEC 29794-5's reference implementation
        (Measure.UNDER_EXPOSURE_PREVENTION, 0, 0.0, 100),
        (Measure.UNDER_EXPOSURE_PREVENTION, 0, 0.5, 100),
        (Measure.UNDER_EXPOSURE_PREVENTION, 0, 1.0, 0),
        (Measure.OVER_EXPOSURE_PREVENTION, 255, 0.0, 100),
        (Measure.OVER_EXPOSURE_PREVENTION, 255, 0.5, 2),
        (Measure.OVER_EXPOSURE_PREVENTION, 255, 1.0, 1),
    ],
)
def test_exposure_is_scaled_as_in_the_standard(measure: Measure, spoilt: int, share: float, wanted: int) -> None:
    picture = np.full((420, 400), 100.0)
    picture[:, : round(100 + 200 * share)] = spoilt
    if not share:
        picture[:] = 100.0
    assert value(of(measure, photo(picture))) == pytest.approx(wanted, abs=1)


def test_a_face_too_small_or_flat_is_not_assessed_rather_than_zero() -> None:
    for entry in assess_all(photo(scene()), a_face(width=12)):
        if entry.measure in LIGHT:
            assert isinstance(entry.value, NotAssessed)
            assert entry.raw is None
            assert entry.advice is None
    flat = of(Measure.SHARPNESS, photo(np.full((420, 400), 77.0)))
    assert flat.value == NotAssessed("the face has no detail to measure")


@pytest.mark.parametrize("number", [math.nan, math.inf])
def test_what_is_no_number_is_not_assessed(number: float) -> None:
    assert isinstance(assessed(Measure.SHARPNESS, number, 1, None).value, NotAssessed)
    assert isinstance(assessed(Measure.SHARPNESS, 1, number, None).value, NotAssessed)
    assert assessed(Measure.SHARPNESS, 1, 180, None).value == 100
    assert assessed(Measure.SHARPNESS, 1, -3, None).value == 0


def test_inter_eye_distance() -> None:
    near, far = (of(Measure.INTER_EYE_DISTANCE, photo(scene()), a_face(width=width)) for width in (200, 50))
    assert near.raw == pytest.approx(90)
    assert value(of(Measure.INTER_EYE_DISTANCE, photo(scene()), a_face(width=200 * 70 / 90))) == 50
    assert (near.advice, far.advice) == (None, "The face is small: step nearer.")


@pytest.mark.parametrize(("x", "advised"), [(100, False), (0, False), (-30, True), (230, True)])
def test_crop(x: float, advised: bool) -> None:
    found = of(Measure.CROP_OF_THE_FACE_IMAGE, photo(scene()), a_face(x=x, y=80, width=200))
    assert found.raw == pytest.approx(min(x, 80, 420 - 80 - 260, 400 - x - 200) / 200)
    assert (found.advice is not None) == advised


HEAD = np.array([[-18.6, -21.4, 0], [18.6, -21.4, 0], [0, 0, 15.0], [-15.8, 17.2, 2], [15.8, 17.2, 2]])


def turned(yaw: float, pitch: float, roll: float, scale: float = 3) -> list[tuple[float, float]]:
    """The generic head, turned and photographed from afar; x right, y down, z to the camera."""
    a, b, c = (math.radians(angle) for angle in (yaw, pitch, roll))
    about_y = np.array([[math.cos(a), 0, math.sin(a)], [0, 1, 0], [-math.sin(a), 0, math.cos(a)]])
    about_x = np.array([[1, 0, 0], [0, math.cos(b), math.sin(b)], [0, -math.sin(b), math.cos(b)]])
    about_z = np.array([[math.cos(c), -math.sin(c), 0], [math.sin(c), math.cos(c), 0], [0, 0, 1]])
    seen = HEAD @ (about_z @ about_y @ about_x).T
    return [(200 + scale * x, 180 + scale * y) for x, y, _ in seen.tolist()]


@pytest.mark.parametrize("axis", [0, 1, 2])
@pytest.mark.parametrize("angle", [-40, -15, 0, 15, 40])
def test_pose_about_one_axis(axis: int, angle: float) -> None:
    angles = [0.0, 0.0, 0.0]
    angles[axis] = angle
    pose = pose_of(turned(*angles))
    assert pose is not None
    assert (pose.yaw, pose.pitch, pose.roll) == pytest.approx(angles, abs=0.1)


def test_pose_does_not_depend_on_place_or_size() -> None:
    a, b = pose_of(turned(20, -10, 5, scale=1)), pose_of([(x + 500, y - 90) for x, y in turned(20, -10, 5, scale=7)])
    assert a is not None
    assert b is not None
    assert (a.yaw, a.pitch, a.roll) == pytest.approx((b.yaw, b.pitch, b.roll))
    assert a.yaw == pytest.approx(20, abs=3)
    assert a.pitch == pytest.approx(-10, abs=3)


@pytest.mark.parametrize(
    ("measure", "angles"),
    [
        (Measure.HEAD_POSE_YAW, (50, 0, 0)),
        (Measure.HEAD_POSE_YAW, (-50, 0, 0)),
        (Measure.HEAD_POSE_PITCH, (0, 35, 0)),
        (Measure.HEAD_POSE_PITCH, (0, -35, 0)),
        (Measure.HEAD_POSE_ROLL, (0, 0, 40)),
    ],
)
def test_a_turned_head_is_seen_and_explained(measure: Measure, angles: tuple[float, float, float]) -> None:
    a, b, c, d, e = turned(*angles)
    found = of(measure, photo(scene()), DetectedFace(FACE.box, (a, b, c, d, e), 0.9))
    assert value(found) == pytest.approx(100 * math.cos(math.radians(sum(angles))) ** 2, abs=1)
    assert found.advice is not None
    others = {Measure.HEAD_POSE_YAW, Measure.HEAD_POSE_PITCH, Measure.HEAD_POSE_ROLL} - {measure}
    for other in others:
        assert of(other, photo(scene()), DetectedFace(FACE.box, (a, b, c, d, e), 0.9)).advice is None


def test_landmarks_in_one_place_have_no_pose() -> None:
    face = DetectedFace(FACE.box, ((9, 9),) * 5, 0.9)
    assert pose_of(face.landmarks) is None
    assert isinstance(of(Measure.HEAD_POSE_YAW, photo(scene()), face).value, NotAssessed)


@pytest.mark.parametrize("place", [(-50, -50), (390, 410), (900, 900), (-900, 5)])
def test_a_face_at_or_over_the_edge_never_crashes(place: tuple[float, float]) -> None:
    assert len(assess_all(photo(scene()), a_face(*place, width=100))) == len(MEASURES)


def test_advice_is_about_the_photo_never_about_the_person() -> None:
    from pathlib import Path

    import overt.quality

    text = " ".join(
        file.read_text() for file in Path(overt.quality.__path__[0]).glob("*.py") if file.name != "__init__.py"
    )
    for word in ("gender", "ethnic", "emotion", "beard", "glasses", "smile", "race "):
        assert word not in text


@pytest.mark.parametrize("measure", [Measure.HEAD_POSE_YAW, Measure.HEAD_POSE_PITCH, Measure.INTER_EYE_DISTANCE])
def test_a_measure_that_foresees_no_miss_advises_only_where_the_calibration_ends(measure: Measure) -> None:
    """Roll and sharpness foresee misses, and advise earlier."""
    advice = {
        Measure.HEAD_POSE_YAW: head_pose_yaw.advice,
        Measure.HEAD_POSE_PITCH: head_pose_pitch.advice,
        Measure.INTER_EYE_DISTANCE: inter_eye_distance.advice,
    }[measure]
    for end in REACH[measure]:
        if np.isfinite(end):
            outwards = np.inf if end == max(REACH[measure]) else -np.inf
            assert advice(end) is None
            assert advice(float(np.nextafter(end, outwards))) is not None
