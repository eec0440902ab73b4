"""The simulator's parts: light, geometry, patterns finer than a pixel, and the camera."""

from dataclasses import replace

import numpy as np
import pytest

from overt.evaluation.recapture.camera import Camera, decoded, expose
from overt.evaluation.recapture.light import block_mean, curved, doubled, softened, to_light
from overt.evaluation.recapture.pattern import Pixel, dots, stripes, wave
from overt.evaluation.recapture.plane import Pose, View, inside, pasted

VIEW = View(Pose(distance=500), 320, 240, 250.0)
"""Two millimetres a pixel."""
SHARP = Pixel(blur=0.0, aperture=0.0)


# --- light -----------------------------------------------------------------------------------------------------------


def test_the_curve_goes_there_and_back() -> None:
    values = np.arange(256, dtype=np.uint8)
    assert np.array_equal(np.round(curved(to_light(values))), values)
    assert curved(np.float32([[[5.0, -1.0, 1.0]]])).ravel() == pytest.approx([255, 0, 255])


def test_blur_and_sizes_keep_the_light() -> None:
    light = softened(np.random.default_rng(1).random((12, 20, 3), np.float32), 2.0)
    assert np.array_equal(softened(light, 0.1), light)
    assert doubled(light).shape == (24, 40, 3)
    assert np.allclose(block_mean(doubled(light), 2), light, atol=0.02)
    spot = np.zeros((31, 31, 1), np.float32)
    spot[15, 15] = 1
    blurred = softened(spot, 2.0)
    assert blurred.sum() == pytest.approx(1, abs=1e-5)
    rows = np.arange(31) - 15
    assert (blurred[:, :, 0].sum(1) * rows**2).sum() ** 0.5 == pytest.approx(2.0, abs=0.05)


# --- geometry --------------------------------------------------------------------------------------------------------


def test_straight_on_each_pixel_sees_its_place() -> None:
    x, y = VIEW.places
    assert VIEW.footprint == 2.0
    assert (x[0, 0], y[0, 0]) == (pytest.approx(-319), pytest.approx(-239))
    assert (x[120, 161] - x[120, 160], y[121, 7] - y[120, 7]) == (
        pytest.approx(2, abs=1e-3),
        pytest.approx(2, abs=1e-3),
    )


def test_a_turned_plane_is_wider_on_its_near_side() -> None:
    turned = View(Pose(distance=500, yaw=20), 320, 240, 250.0)
    columns = turned.steps[0][0][0]
    assert not np.allclose(columns, columns[0])
    assert np.all(np.diff(columns) > 0) or np.all(np.diff(columns) < 0)
    x, y = View(Pose(distance=500, across=30, down=-20, roll=10), 320, 240, 250.0).places
    nearest = np.unravel_index(np.argmin(x**2 + y**2), x.shape)
    assert np.allclose(nearest, (119.5 - 10, 159.5 + 15), atol=1)


def test_a_picture_lies_where_it_was_pasted_and_goes_on_beyond_its_edges() -> None:
    picture = np.zeros((50, 50, 3), np.float32)
    picture[10:20, 30:40] = 1
    seen = pasted(picture, (24.5, 24.5), 4.0, VIEW)
    lit = np.argwhere(seen[:, :, 0] > 0.5)
    # Columns 30..39 of 4 mm, the middle at 24.5: 20 to 60 mm, or 10 to 30 pixels to the right.
    assert (lit.min(0) - (119.5, 159.5)).tolist() == pytest.approx([-29.5, 10.5], abs=1)
    assert (lit.max(0) - (119.5, 159.5)).tolist() == pytest.approx([-9.5, 30.5], abs=1)
    picture[:, -2:] = 7
    assert pasted(picture, (24.5, 24.5), 1.0, VIEW)[120, -1, 0] == pytest.approx(7, rel=0.01)


def test_a_finer_sensor_sees_the_same_picture() -> None:
    picture = np.random.default_rng(2).random((40, 40, 3), np.float32)
    wide = View(VIEW.pose, 2560, 1920, 2000.0)
    fine = pasted(picture, (19.5, 19.5), 10.0, wide)
    assert fine.shape == (1920, 2560, 3)
    assert np.allclose(block_mean(fine, 2), pasted(picture, (19.5, 19.5), 10.0, wide.halved()), atol=0.02)


def test_a_rectangle_has_its_area() -> None:
    assert inside(VIEW, 100, 60).sum() == pytest.approx(50 * 30, abs=5)


# --- patterns --------------------------------------------------------------------------------------------------------


def test_a_coarse_wave_is_whole_and_a_fine_one_is_weakened_as_the_closed_form_says() -> None:
    assert np.abs(wave(VIEW, 0.01, 0.0, Pixel(0.3))).mean() == pytest.approx(1, abs=0.01)
    for cycles in (0.2, 0.4, 0.8, 1.3):  # a pixel; two millimetres
        seen = np.abs(wave(VIEW, cycles / 2, 0.0, Pixel(0.3, 1.0))).mean()
        assert seen == pytest.approx(abs(np.exp(-2 * np.pi**2 * 0.09 * cycles**2) * np.sinc(cycles)), abs=1e-3)


def test_the_closed_form_is_what_averaging_over_a_pixel_gives() -> None:
    cycles, fine = 0.7, 64
    places = (np.arange(20 * fine) + 0.5) / fine - 0.5
    averaged = np.exp(2j * np.pi * cycles * places).reshape(20, fine).mean(1)
    row = wave(VIEW, cycles / 2, 0.0, Pixel(0.0, 1.0))[0, :20]
    turned = row * np.exp(-1j * np.angle(row[0]) + 1j * np.angle(averaged[0]))
    assert np.allclose(turned, averaged, atol=0.01)


def test_what_is_too_fine_comes_back_as_a_slow_pattern() -> None:
    seen = wave(VIEW, 1.1 / 2, 0.0, SHARP).real[120]
    spectrum = np.abs(np.fft.rfft(seen - seen.mean()))
    assert np.argmax(spectrum) / 320 == pytest.approx(0.1, abs=0.005)


def test_stripes_shine_as_much_as_a_plain_screen_and_the_colours_lie_side_by_side() -> None:
    red, green, blue = stripes(VIEW, 40.0, (0.28, 0.8), Pixel(0.1))
    for each in (red, green, blue):
        assert each.mean() == pytest.approx(1, abs=0.05)
    # A third of 40 mm is 6.7 pixels.
    shift = np.argmax(np.correlate(np.tile(green[120], 3), red[120] - 1, "valid")[:20])
    assert shift == pytest.approx(6.7, abs=1)
    fine = stripes(VIEW, 0.3, (0.28, 0.8), Pixel(0.5))
    assert all(np.allclose(each, 1, atol=1e-3) for each in fine)


def test_dots_are_crossed_waves_at_their_angle() -> None:
    pattern = dots(VIEW, 20.0, 30.0, SHARP)
    spectrum = np.abs(np.fft.fft2(pattern))
    row, column = np.unravel_index(np.argmax(spectrum), spectrum.shape)
    across, down = abs(np.fft.fftfreq(320)[column]), abs(np.fft.fftfreq(240)[row])
    assert np.hypot(across, down) == pytest.approx(0.1, abs=0.006)
    assert {round(np.degrees(np.arctan2(down, across)) / 5) * 5} <= {30, 60}


# --- the camera ------------------------------------------------------------------------------------------------------

QUIET = Camera(sampling=1, noise=0.0, floor=0.0, flare=0.0, denoise=0.0, sharpen=0.0, quality=98, subsampling=0)


def grey(level: float, sampling: int = 1) -> np.ndarray:
    return np.full((64 * sampling, 96 * sampling, 3), level, np.float32)


@pytest.mark.parametrize("sampling", [1, 2])
def test_an_even_light_stays_even(sampling: int) -> None:
    taken = decoded(expose(grey(0.25, sampling), replace(QUIET, sampling=sampling), np.random.default_rng(1)))
    assert taken.shape == (64, 96, 3)
    assert np.abs(taken.astype(int) - round(float(curved(np.float32([[[0.25] * 3]]))[0, 0, 0]))).max() <= 1


def test_a_colour_survives_the_mosaic() -> None:
    light = grey(0.2)
    light[:, :, 0], light[:, :, 2] = 0.4, 0.1
    taken = decoded(expose(light, QUIET, np.random.default_rng(1)))
    assert np.abs(taken.reshape(-1, 3).mean(0) - curved(light[:1, :1])[0, 0]).max() < 1.5


def test_noise_is_as_loud_as_was_asked() -> None:
    taken = decoded(expose(grey(0.25), replace(QUIET, noise=0.04), np.random.default_rng(1)))
    spread = to_light(taken).astype(np.float64).std((0, 1))
    # Shot noise at a quarter of white is half as loud; undoing the mosaic averages some of it away.
    assert np.all((spread > 0.008) & (spread < 0.02))


def test_stray_light_lifts_the_dark() -> None:
    light = grey(0.0)
    light[:, 48:] = 1
    with_flare = decoded(expose(light, replace(QUIET, flare=0.05), np.random.default_rng(1)))
    assert to_light(with_flare)[:, :30].mean() == pytest.approx(0.025, abs=0.005)


def test_one_seed_gives_one_file() -> None:
    light = grey(0.3)
    files = {expose(light, Camera(sampling=1), np.random.default_rng(seed)) for seed in (1, 1, 2)}
    assert len(files) == 2
