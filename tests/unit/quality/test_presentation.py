"""The look for a screen or a print: what each measure sees in drawn pictures, and what follows from several frames."""

import io

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from overt.capture.face import DetectedFace
from overt.capture.photo import Photo
from overt.quality.presentation import regular_pattern, rim
from overt.quality.presentation.look import LIMITS, Look, look, sign_of
from overt.quality.presentation.sign import Sign
from unit.capture.drawn import a_face

SIZE = 480
FACE = a_face(x=140, y=110, width=200)
NOTHING = Look(pattern=1.0, rim=0.3)


def skin(seed: int = 1, noise: float = 4.0) -> NDArray[np.float64]:
    """Something like skin: noise at every scale, more of it in the large, and a sensor's."""
    random = np.random.default_rng(seed)
    radius = np.hypot(np.fft.fftfreq(SIZE)[:, None], np.fft.rfftfreq(SIZE)[None, :])
    radius[0, 0] = 1
    texture = np.fft.irfft2(np.fft.rfft2(random.standard_normal((SIZE, SIZE))) / radius**1.3, s=(SIZE, SIZE))
    return 130 + 12 * texture / texture.std() + noise * random.standard_normal((SIZE, SIZE))


def grid(period: float, degrees: float, height: float) -> NDArray[np.float64]:
    y, x = np.mgrid[0:SIZE, 0:SIZE]
    along = x * np.cos(np.radians(degrees)) + y * np.sin(np.radians(degrees))
    return height * np.sin(2 * np.pi * along / period)


def photo(light: NDArray[np.float64]) -> Photo:
    return Photo(np.repeat(light.clip(0, 255).astype(np.uint8)[:, :, None], 3, axis=2))


def pattern(light: NDArray[np.float64], face: DetectedFace = FACE) -> float:
    value = regular_pattern.measure(photo(light), face)
    assert value is not None
    return value


@pytest.mark.parametrize("seed", range(4))
def test_skin_and_noise_alone_are_no_pattern(seed: int) -> None:
    assert 0.8 < pattern(skin(seed)) < LIMITS.pattern
    assert pattern(skin(seed, noise=0)) < LIMITS.pattern


@pytest.mark.parametrize("width", [100, 143, 144, 330])
def test_the_size_of_a_face_makes_no_pattern(width: int) -> None:
    assert pattern(skin(), a_face(x=230 - width / 2, y=210 - 0.6 * width, width=width)) < LIMITS.pattern


@pytest.mark.parametrize("period", [2.2, 3.7, 5.1, 9.0])
@pytest.mark.parametrize("degrees", [0, 17, 45, 90, 133])
def test_a_faint_grid_is_one(period: float, degrees: float) -> None:
    assert pattern(skin() + grid(period, degrees, 2.0)) > LIMITS.pattern


def test_a_grid_in_perspective_is_one() -> None:
    x = np.mgrid[0:SIZE, 0:SIZE][1]
    drifting = 2.5 * np.sin(2 * np.pi * x / 5.1 * (1 + 0.05 * x / SIZE))
    assert pattern(skin() + drifting) > LIMITS.pattern


def test_the_stronger_the_grid_the_more_it_stands_out() -> None:
    values = [pattern(skin() + grid(4.3, 30, height)) for height in (0, 1, 2, 4, 8)]
    assert values == sorted(values)


@pytest.mark.parametrize("degrees", [0, 30, 90])
def test_slow_variation_is_the_face_itself(degrees: float) -> None:
    assert pattern(skin() + grid(22, degrees, 20)) < LIMITS.pattern


@pytest.mark.parametrize(("width", "contrast"), [(100, 0.4), (200, 0.2)])
def test_jpeg_blocks_are_no_pattern(width: int, contrast: float) -> None:
    file = io.BytesIO()
    even = 130 + contrast * (skin(noise=0) - 130)
    Image.fromarray(photo(even).pixels).save(file, "JPEG", quality=30)
    face = a_face(x=230 - width / 2, y=210 - 0.6 * width, width=width)
    value = regular_pattern.measure(Photo(np.asarray(Image.open(file))), face)
    assert value is not None
    assert value < LIMITS.pattern


def test_a_small_face_or_one_at_the_edge_is_not_assessed() -> None:
    assert regular_pattern.measure(photo(skin()), a_face(width=regular_pattern.LEAST - 1)) is None
    assert regular_pattern.measure(photo(skin()), a_face(x=SIZE - 60, width=200)) is None
    assert regular_pattern.measure(photo(skin()), a_face(x=2 * SIZE, width=200)) is None
    assert rim.measure(photo(skin()), a_face(width=rim.FACE_WIDTH - 1)) is None


def test_a_flat_picture_gives_a_number() -> None:
    for level in (0, 127, 255):
        values = look(photo(np.full((SIZE, SIZE), float(level))), FACE)
        assert values.rim == 0
        assert values.pattern is not None
        assert np.isfinite(values.pattern)
        assert sign_of([values]) is None


# --- rim ------------------------------------------------------------------------------------------------------------

CORNERS = ((60, 40), (420, 40), (420, 430), (60, 430))


def framed(degrees: float = 0, sides: str = "tlbr", contrast: int = 60) -> Photo:
    """A lighter rectangle around the face; sides that are left out go on to the edge of the photo."""
    (left, top), _, (right, bottom), _ = CORNERS
    box = [left if "l" in sides else -400, top if "t" in sides else -400]
    box += [right if "r" in sides else 900, bottom if "b" in sides else 900]
    canvas = Image.new("L", (SIZE, SIZE), 90)
    turn = np.radians(degrees)
    corners = [(box[0], box[1]), (box[2], box[1]), (box[2], box[3]), (box[0], box[3])]
    turned = [
        (
            240 + (x - 240) * np.cos(turn) - (y - 240) * np.sin(turn),
            240 + (x - 240) * np.sin(turn) + (y - 240) * np.cos(turn),
        )
        for x, y in corners
    ]
    ImageDraw.Draw(canvas).polygon(turned, fill=90 + contrast)
    return photo(np.asarray(canvas, np.float64) + skin(noise=2) - 130)


def edges(picture: Photo) -> float:
    value = rim.measure(picture, FACE)
    assert value is not None
    return value


@pytest.mark.parametrize("degrees", [-9, -4, 0, 3, 10])
def test_a_rectangle_around_the_face_is_a_rim(degrees: float) -> None:
    assert edges(framed(degrees)) > LIMITS.rim
    assert edges(framed(degrees, contrast=-50)) > LIMITS.rim


@pytest.mark.parametrize("sides", ["tlr", "lr", "b", "bl", ""])
def test_a_door_or_a_shelf_is_none(sides: str) -> None:
    assert edges(framed(sides=sides)) < LIMITS.rim


@pytest.mark.parametrize("sides", ["tlb", "lbr", "tbr"])
def test_one_side_may_be_outside_the_photo(sides: str) -> None:
    assert edges(framed(sides=sides)) > LIMITS.rim


def crossed(down: float, contrast: int = 60) -> Photo:
    """Frame on three sides of the face, and one more line across the picture, so many face widths below the face."""
    light = skin(noise=2) - 40 + contrast * (np.arange(SIZE)[:, None] > CORNERS[0][1])
    light[:, : CORNERS[0][0]] -= contrast
    light[:, CORNERS[1][0] :] -= contrast
    light[round(FACE.box.y + FACE.box.height + down * FACE.box.width) :] += contrast
    return photo(light)


def test_a_line_across_the_neck_is_none_and_one_across_the_chest_is() -> None:
    assert edges(crossed(0.05)) < LIMITS.rim
    assert edges(crossed(0.3)) > LIMITS.rim


def test_faint_edges_are_none() -> None:
    assert edges(framed(contrast=18)) < LIMITS.rim
    assert edges(crossed(0.3, contrast=18)) < LIMITS.rim


def test_a_rectangle_that_is_turned_far_is_not_seen() -> None:
    assert edges(framed(30)) < LIMITS.rim


# --- several frames -------------------------------------------------------------------------------------------------


def test_a_burst_shows_what_most_of_its_frames_show() -> None:
    high = Look(pattern=2.0, rim=0.3)
    assert sign_of([high, high, NOTHING]) is Sign.PATTERN
    assert sign_of([high, NOTHING, NOTHING]) is None
    assert sign_of([high]) is Sign.PATTERN
    assert sign_of([]) is None


def test_each_sign_has_its_limit_and_its_sentence() -> None:
    assert sign_of([Look(pattern=LIMITS.pattern, rim=0)]) is Sign.PATTERN
    assert sign_of([Look(pattern=0, rim=LIMITS.rim)]) is Sign.RIM
    assert len({sign.warning for sign in Sign}) == len(Sign)
    for sign in Sign:
        assert sign.warning.endswith("Look at the person in front of you.")


def test_a_measure_that_could_not_be_taken_shows_nothing() -> None:
    assert sign_of([Look(None, None)] * 3) is None
    assert sign_of([Look(None, 1.0), Look(None, None), Look(None, 1.0)]) is Sign.RIM


def test_a_look_takes_every_measure() -> None:
    seen = look(framed(), FACE)
    assert sign_of([seen]) is Sign.RIM
    assert seen.pattern == regular_pattern.measure(framed(), FACE)
