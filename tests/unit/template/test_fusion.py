"""The frames of a burst to one template: which count, which are left out, and which refuse all of them."""

import gc
import weakref
from collections.abc import Callable, Sequence
from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest

from overt.capture.photo import Photo
from overt.errors import (
    CaptureRefusal,
    FaceTooSmall,
    NoFace,
    SeveralFaces,
    SeveralPeopleInBurst,
    UnreadableImage,
)
from overt.quality.assessment import Measure, assessed
from overt.quality.presentation.look import look
from overt.quality.presentation.sign import Sign
from overt.template.fusion import STRANGERS_BELOW, fuse
from overt.template.made import MadeTemplate
from overt.template.template import Template, unit
from unit.capture.drawn import a_face, file_of
from unit.template.simulated import CONTRACT, GridEmbedder, pipeline

DIMENSION = 48
RNG = np.random.default_rng(11)


def vector(angle: float, axis: int = 1) -> np.ndarray:
    """A unit vector at `angle` radians from the first axis."""
    made = np.zeros(DIMENSION, np.float32)
    made[0], made[axis] = np.cos(angle), np.sin(angle)
    return unit(made)


def frame(
    angle: float = 0.0, sharp: float = 0.05, advice: str | None = None, axis: int = 1, length: float = 1.0
) -> MadeTemplate:
    quality = (assessed(Measure.SHARPNESS, sharp, 50, None), assessed(Measure.HEAD_POSE_YAW, 0, 50, advice))
    times = MappingProxyType({"decode": 1.0, "detect": 2.0, "embed": 3.0})
    photo = Photo(RNG.integers(0, 256, (8, 8, 3), np.uint8))
    return MadeTemplate(Template(vector(angle, axis), CONTRACT.digest), photo, a_face(), quality, times, length)


def maker(*outcomes: MadeTemplate | CaptureRefusal) -> tuple[Sequence[bytes], Callable[[bytes], MadeTemplate]]:
    """Frames by number, and what comes of each."""

    def make(content: bytes) -> MadeTemplate:
        outcome = outcomes[content[0]]
        if isinstance(outcome, CaptureRefusal):
            raise outcome
        return outcome

    return [bytes([number]) for number in range(len(outcomes))], make


def fused(*outcomes: MadeTemplate | CaptureRefusal) -> MadeTemplate:
    return fuse(*maker(*outcomes))


def test_one_frame_is_its_own_template_to_the_last_bit() -> None:
    only = frame(0.3)
    made = fused(only)
    assert made.template is only.template
    assert made.photo is only.photo
    assert fused(NoFace(), only, UnreadableImage()).template is only.template


def test_a_template_is_the_mean_of_unit_vectors_at_unit_length() -> None:
    frames = [frame(0.2), frame(0.5), frame(0.4, axis=2)]
    made = fused(*frames).template
    wanted = np.sum([each.template.vector for each in frames], axis=0)
    assert np.allclose(made.vector, wanted / np.linalg.norm(wanted), atol=1e-6)
    assert made.contract == CONTRACT.digest


def test_a_frame_counts_by_the_square_of_its_embeddings_length() -> None:
    long, short = frame(0.1, length=12.0), frame(0.9, axis=2, length=4.0)
    wanted = unit(9 * long.template.vector + short.template.vector)
    assert np.allclose(fused(long, short).template.vector, wanted, atol=1e-6)
    assert not np.allclose(fused(long, short).template.vector, fused(long, replace(short, length=12.0)).template.vector)


def test_the_measure_of_the_lengths_and_the_order_of_the_frames_do_not_count() -> None:
    frames = [frame(0.2, length=9.0), frame(0.5, length=7.0), frame(0.4, axis=2, length=3.0), frame(0.3, length=5.0)]
    wanted = fused(*frames).template.vector
    assert np.allclose(fused(*reversed(frames)).template.vector, wanted, atol=1e-6)
    for times in (1e-30, 1e30):
        stretched = [replace(each, length=times * each.length) for each in frames]
        assert np.allclose(fused(*stretched).template.vector, wanted, atol=1e-6)


def test_photo_face_and_measures_are_the_best_frames_and_times_are_added() -> None:
    blurred, best, turned = frame(sharp=0.02), frame(sharp=0.04), frame(sharp=0.08, advice="turn")
    made = fused(blurred, best, NoFace(), turned)
    assert (made.photo, made.face, made.quality) == (best.photo, best.face, best.quality)
    assert dict(made.timings_ms) == {"decode": 3.0, "detect": 6.0, "embed": 9.0}
    first = frame()
    assert fused(first, frame()).photo is first.photo, "of two alike the earlier one"


@pytest.mark.parametrize("place", range(3))
def test_two_near_faces_in_any_frame_refuse_the_whole_burst(place: int) -> None:
    outcomes: list[MadeTemplate | CaptureRefusal] = [frame(), NoFace()]
    outcomes.insert(place, SeveralFaces())
    with pytest.raises(SeveralFaces):
        fused(*outcomes)


def test_when_no_frame_can_be_used_the_first_frames_refusal_stands() -> None:
    for first, second in ((FaceTooSmall(), NoFace()), (NoFace(), UnreadableImage())):
        with pytest.raises(CaptureRefusal) as refused:
            fused(first, second)
        assert (type(refused.value), refused.value.detail) == (type(first), first.detail)
    with pytest.raises(NoFace):
        fused()


def test_two_people_are_refused_even_when_one_of_them_would_not_be_fused() -> None:
    edge = float(np.arccos(STRANGERS_BELOW))
    assert fused(frame(), frame(edge - 0.01))
    with pytest.raises(SeveralPeopleInBurst):
        fused(frame(), frame(edge + 0.01))
    with pytest.raises(SeveralPeopleInBurst):
        fused(frame(), frame(), frame(), frame(edge + 0.01, sharp=0.001, advice="turn"))


def test_a_burst_is_looked_over_for_a_screen_or_a_print_and_refused_for_none() -> None:
    y, x = np.mgrid[0:300, 0:300]
    noise = RNG.normal(128, 4, x.shape)
    plain, grid = (
        Photo(np.repeat(light.clip(0, 255).astype(np.uint8)[:, :, None], 3, axis=2))
        for light in (noise, noise + 6 * np.sin(1.3 * x + 0.4 * y))
    )
    face = a_face(x=60, y=30, width=180)
    real, shown = (replace(frame(), photo=each, face=face, look=look(each, face)) for each in (plain, grid))
    assert fused(real).presentation is None
    assert fused(shown).presentation is Sign.PATTERN
    assert fused(shown, real, shown).presentation is Sign.PATTERN
    assert fused(real, NoFace(), shown, real).presentation is None
    assert np.array_equal(fused(shown).template.vector, fused(real).template.vector)


def test_one_photograph_at_most_outlives_its_turn() -> None:
    seen: list[weakref.ref[np.ndarray]] = []
    alive: list[int] = []

    def make(content: bytes) -> MadeTemplate:
        gc.collect()
        alive.append(sum(each() is not None for each in seen))
        made = frame(sharp=[0.05, 0.02, 0.08, 0.01, 0.03][content[0]])
        seen.append(weakref.ref(made.photo.pixels))
        if content[0] == 1:
            raise UnreadableImage
        return made

    fuse([bytes([number]) for number in range(5)], make)
    assert alive == [0, 1, 1, 1, 1]


def test_the_pipeline_takes_frames_and_a_photograph_is_a_burst_of_one() -> None:
    scene = RNG.integers(0, 256, (300, 500, 3), np.uint8)
    photo = file_of(scene, "PNG")
    one = pipeline((a_face(),), ()).make(photo)
    burst = pipeline((a_face(),), ()).make_burst([photo])
    assert np.array_equal(one.template.vector, burst.template.vector)
    made = pipeline((a_face(),), (), (), (a_face(),), ())
    three = made.make_burst([photo, photo, photo])
    assert np.allclose(three.template.vector, one.template.vector, atol=1e-6)
    with pytest.raises(SeveralFaces):
        pipeline((a_face(),), (), (a_face(), a_face(x=300))).make_burst([photo, photo])


def test_the_length_is_that_of_both_embeddings_before_they_are_made_alike() -> None:
    maker = pipeline((a_face(),), ())
    made = maker.make(file_of(RNG.integers(0, 256, (300, 500, 3), np.uint8), "PNG"))
    listened = maker.embedder
    assert isinstance(listened, GridEmbedder)
    lengths = [np.linalg.norm(GridEmbedder().embed(each)) for each in listened.seen]
    assert len(lengths) == 2
    assert made.length == pytest.approx(float(np.mean(lengths)))
