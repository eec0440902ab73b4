"""What a phone's camera sees in a test: short films of people, made from photographs, for Chromium's fake camera.

Rules:
* The same photographs give the same bytes: the hand's motion is a sine, the sensor's noise is seeded.
* A film is upright, as a phone is held, and begins again without a jump; `turning` begins turned again.
* Films are written below temporary folders only: they show people.

Limitation: a photograph that moves is flat. What tells a print from a face by its depth, or by blinking, sees a print.
"""

from collections.abc import Iterable

import cv2
import numpy as np

from overt.capture.photo import Pixels
from overt.evaluation.recapture.light import curved, to_light
from overt.evaluation.recapture.paper import Paper
from overt.evaluation.recapture.pattern import Pixel
from overt.evaluation.recapture.plane import Pose, View
from overt.evaluation.recapture.portrait import portrait_of
from overt.evaluation.recapture.screen import Screen
from overt.evaluation.recapture.staging import Seen, Staging
from simulators.portrait import Portrait, as_pixels, put, scaled, turned
from simulators.y4m import RATE, Film

WIDTH, HEIGHT = 480, 640
ARMS_LENGTH = 0.42
"""The face's share of the picture's width, about a metre from a phone."""
TOO_FAR = 0.07
SECONDS = 2.0
"""How long a film is before it begins again."""

_MIDDLE = (0.5, 0.45)
_SWAY = 4
_NOISE = 2


def person(who: Portrait, share: float = ARMS_LENGTH) -> Film:
    """One person who faces the camera, at arm's length if not otherwise said."""
    return _held(_at(_street(), who, share, _MIDDLE))


def nobody() -> Film:
    """A street without people."""
    return _held(_street())


def two_equally_near(left: Portrait, right: Portrait) -> Film:
    """Two people beside each other at the same distance."""
    one, other = (_at(_street(), who, 0.3, (middle, 0.45)) for who, middle in ((left, 0.25), (right, 0.75)))
    one[:, WIDTH // 2 :] = other[:, WIDTH // 2 :]
    return _held(one)


def bystander_behind(who: Portrait, behind: Portrait) -> Film:
    """One person at arm's length, and another three times as far away at the picture's edge."""
    picture = _at(_street(), who, ARMS_LENGTH, _MIDDLE)
    return _held(_at(picture, behind, ARMS_LENGTH / 3, (0.13, 0.17), only_head=True))


def turning(who: Portrait, degrees: float = 60.0, away: float = 1.5, frontal: float = 6.0) -> Film:
    """One person who looks away for `away` seconds, turns to the camera within a second, and stays so."""
    near = scaled(who, ARMS_LENGTH * WIDTH)
    back = [float(angle) for angle in np.linspace(degrees, 0, RATE, endpoint=False)]
    views = {angle: _at(_street(), turned(near, angle), ARMS_LENGTH, _MIDDLE) for angle in (*back, 0.0)}
    angles = [degrees] * round(away * RATE) + back + [0.0] * round(frontal * RATE)
    return _taken(views[angle] for angle in angles)


def on_a_screen(who: Portrait) -> Film:
    """A tablet held before the camera, with the person's picture on it: a dark rim, and pixels too fine to be seen."""
    return _held(_presented(Screen(pitch=0.1, face_mm=100, size=(190, 230)), who))


def printed(who: Portrait) -> Film:
    """A newspaper's print of the person, its dots a few pixels apart in the camera."""
    return _held(_presented(Paper(period=0.8, face_mm=100, size=(190, 230), black=0.1, saturation=0.7), who))


def too_far(who: Portrait) -> Film:
    """One person across the street."""
    return _held(_at(_street(), who, TOO_FAR, _MIDDLE, only_head=True))


def blurred(who: Portrait, share: float = 0.05) -> Film:
    """One person out of focus: a Gaussian blur with a standard deviation of this share of the face's width."""
    width = share * ARMS_LENGTH * WIDTH
    return _held(as_pixels(cv2.GaussianBlur(_at(_street(), who, ARMS_LENGTH, _MIDDLE), (0, 0), width)))


def too_dark(who: Portrait, light: float = 0.1) -> Film:
    """One person at night: this share of the light of `person`."""
    return _held(as_pixels(light * _at(_street(), who, ARMS_LENGTH, _MIDDLE)))


def _street() -> Pixels:
    """Sky, a wall and pavement; nothing in it looks like a face."""
    picture = np.empty((HEIGHT, WIDTH, 3), np.uint8)
    wall, pavement = HEIGHT * 3 // 5, HEIGHT * 4 // 5
    picture[:wall] = np.linspace(150, 210, wall)[:, None, None]
    picture[wall:pavement] = (92, 84, 76)
    picture[pavement:] = (120, 120, 124)
    return picture


def _at(canvas: Pixels, who: Portrait, share: float, middle: tuple[float, float], only_head: bool = False) -> Pixels:
    put(canvas, scaled(who, share * WIDTH), (middle[0] * WIDTH, middle[1] * HEIGHT), only_head)
    return canvas


def _presented(staging: Staging, who: Portrait) -> Pixels:
    """What a lens draws of a picture of somebody, which the evaluation's simulator of recaptures holds before it."""
    # Straight on, only the ratio of distance and focal length counts: the face as wide as in the other films.
    view = View(Pose(distance=staging.face_mm), WIDTH, HEIGHT, focal=ARMS_LENGTH * WIDTH)
    light = staging.light(portrait_of(who.pixels, who.box), Seen(view, to_light(_street()), Pixel(blur=0.3)))
    return as_pixels(curved(light))


def _held(picture: Pixels) -> Film:
    """One picture for the whole film."""
    return _taken([picture] * round(SECONDS * RATE))


def _taken(pictures: Iterable[Pixels]) -> Film:
    """What a hand and a sensor make of each picture."""
    every = list(pictures)
    return Film(tuple(_shot(picture, number, len(every)) for number, picture in enumerate(every)))


def _shot(picture: Pixels, number: int, count: int) -> Pixels:
    """Swayed by a sine with whole periods in the film (one in two seconds), the edge continued; and noisy."""
    at = 2 * np.pi * number * max(1, round(count / (SECONDS * RATE))) / count
    shift = np.array([[1, 0, _SWAY * np.sin(at)], [0, 1, _SWAY * np.cos(at) / 2]])
    moved = cv2.warpAffine(picture, shift, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REPLICATE)
    noise = np.random.default_rng(number).integers(-_NOISE, _NOISE + 1, moved.shape)
    return as_pixels(moved + noise)
