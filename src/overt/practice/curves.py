"""The curves of a face, as points in shares of the drawing's width from the face's middle: right, and down.

Rule: everything follows from the features of `Face`; what two drawings of one person differ in is not in here.
"""

import math

from overt.practice.faces import Face, Hair

Point = tuple[float, float]
EYES = -0.045
"""How far the eyes' line is below the middle."""
_BROWS = -0.115
_EARS = -0.02
_STEPS = 24


def outline(face: Face) -> list[Point]:
    """The face's edge, all around from the top, the right side first."""
    half = face.length / 2
    heights = [half * math.sin(math.pi * step / 60) for step in range(-30, 31)]
    right = [(half_width(face, height), height) for height in heights]
    return right + [(-x, y) for x, y in reversed(right)]


def half_width(face: Face, down: float) -> float:
    """How far the face reaches to a side at a height: an egg above, jaw and chin below."""
    half, reach = face.length / 2, face.width / 2
    share = max(-1.0, min(1.0, down / half))
    if share < 0:
        return reach * math.sqrt(1 - share**2)
    round_jaw = reach * math.sqrt(1 - math.pow(share, 2.6))
    return max(0.0, round_jaw * (1 - face.jaw * share) * (1 - 0.12 * (1 - face.chin) * math.pow(share, 6)))


def hair(face: Face) -> list[Point]:
    """The edge of the hair, over the head and along the hairline; empty for none."""
    if face.hair is Hair.NONE:
        return []
    edge = -face.length / 2 + face.forehead
    top = sorted((x * 1.06, y * 1.05 - 0.01) for x, y in outline(face) if y < edge + 0.05)
    left, right = top[0][0], top[-1][0]
    return [*top, (right * 0.96, top[-1][1]), *_hairline(face, edge, right * 0.96, left * 0.96)]


def _hairline(face: Face, edge: float, right: float, left: float) -> list[Point]:
    line = []
    for step in range(33):
        share = step / 32
        away = abs(2 * share - 1)
        drop = {
            Hair.STRAIGHT: 0.03 * away**4,
            Hair.PEAK: 0.075 * max(0.0, 1 - away * 3) - 0.03 * (1 - away),
            Hair.RECEDED: -0.075 * math.sin(math.pi * away) ** 2,
            Hair.FRINGE: 0.014 * math.cos(9 * math.pi * share),
        }[face.hair]
        line.append((right + (left - right) * share, edge + drop))
    return line


def ear(face: Face, side: int) -> tuple[list[Point], list[Point], list[Point]]:
    """Lobe (empty when it is grown on), rim and inner fold of the ear on one side (-1 or 1)."""
    out = half_width(face, 0.0)
    top, bottom = _EARS - face.ear / 2, _EARS + face.ear / 2
    turns = [2 * math.pi * step / _STEPS for step in range(_STEPS + 1)]
    lobe = [(side * (out + 0.005) + 0.024 * math.cos(turn), bottom - 0.004 + 0.03 * math.sin(turn)) for turn in turns]
    rim = [
        (side * (out - 0.01 + 0.055 * math.pow(math.sin(math.pi * step / 12), 0.7)), top + (bottom - top) * step / 12)
        for step in range(12)
    ]
    rim.append((side * (out - 0.01), bottom))
    fold = [(side * (out + 0.022), top + 0.3 * face.ear), (side * (out + 0.012), bottom - 0.2 * face.ear)]
    return lobe if face.lobes else [], rim, fold


def brow(face: Face, side: int) -> list[Point]:
    """One eyebrow, from the nose outwards."""
    length = face.eye * 1.45
    points = []
    for step in range(9):
        along = step / 8 - 0.5
        lift = face.brow_slant * along * length + 0.18 * length * (0.25 - along**2)
        points.append((side * (face.eyes_apart + along * length), _BROWS - lift))
    return points


def eye(face: Face, side: int) -> tuple[list[Point], list[Point]]:
    """Upper and lower lid, from the nose outwards."""
    half = face.eye / 2
    upper, lower = [], []
    for step in range(13):
        along = step / 6 - 1
        x, y = side * (face.eyes_apart + along * half), EYES - face.eye_slant * along * half
        lift = half * 0.62 * math.sqrt(max(0.0, 1 - along**2))
        upper.append((x, y - lift))
        lower.append((x, y + 0.8 * lift))
    return upper, lower


def nose(face: Face) -> tuple[list[Point], list[Point]]:
    """Its bridge, and its wings with what is between them."""
    tip, half = EYES + face.nose, face.nose_width / 2
    wing = [(-half * 0.75, tip - 0.035), (-half, tip - 0.012), (-half * 0.7, tip + 0.004)]
    under = [(-half * 0.35, tip - 0.002), (0.0, tip + 0.010), (half * 0.35, tip - 0.002)]
    return [(-0.022, EYES), (-0.018, tip - 0.05)], [*wing, *under, *[(-x, y) for x, y in reversed(wing)]]


def mouth(face: Face, curve: float) -> tuple[list[Point], list[Point], list[Point]]:
    """Upper lip, lower lip, and the line between them; `curve` is how far its corners are up."""
    below_nose, half = EYES + face.nose, face.mouth / 2
    height = below_nose + 0.42 * (face.length / 2 - below_nose)
    upper, lower, line = [], [], []
    for step in range(17):
        along = step / 8 - 1
        bend = height - curve * face.mouth * (along**2 - 0.5)
        full = face.lips * math.sqrt(max(0.0, 1 - along**2))
        dip = 0.25 * face.lips * max(0.0, 1 - abs(along) * 4)
        line.append((along * half, bend))
        upper.append((along * half, bend - 0.8 * full + dip))
        lower.append((along * half, bend + full))
    return upper, lower, line


def wrinkles(face: Face) -> list[list[Point]]:
    """Lines on the forehead, and with more than one of them folds beside the nose."""
    found = []
    for number in range(face.lines):
        y = -0.148 - 0.024 * number
        found.append([(0.10 * step / 4, y - 0.008 * (1 - abs(step) / 4)) for step in range(-4, 5)])
    tip = EYES + face.nose
    for side in (-1, 1) if face.lines > 1 else ():
        found.append([(side * (face.nose_width / 2 + 0.012), tip - 0.01), (side * (face.mouth / 2 + 0.03), tip + 0.07)])
    return found
