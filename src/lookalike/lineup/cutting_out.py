"""Setting a person from a booking photograph before another background; and saying where that is unsure.

A booking photograph is taken before a wall. The wall's colour is fitted as a smooth surface to what lies beside the
head (so that a vignette or a lamp at one side does no harm), and everything like it that hangs together with the edge
is wall. What is neither wall nor person for certain is settled by GrabCut (Rother, Kolmogorov and Blake 2004) as OpenCV
has it: no weights, no training, nobody's photographs but the one at hand. At the rim the wall's colour is known, so
that of a pixel that is part hair and part wall only the wall's part is exchanged: nothing is drawn.

It errs on the side of leaving wall in: a person who loses hair or clothes is another person. Where hair or clothes have
the colour of the wall, or the wall is not plain, `unsure` says so, and a person has to look.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]

ROWS = 400
"""Pixels of height at which person and wall are told apart; the rim is worked out at full size."""

ITERATIONS = 4

UNKNOWN = 20.0
"""The unevenness of a wall that could not be made out."""

LINE = 0.012
"""Share of the height under which something level beside the person is a line of a height chart, and not hair."""

SEED = 1
"""OpenCV starts its clusters of colours at random; with a seed the same photograph gives the same cut."""

WEIGHTS = np.array([0.5, 1.0, 1.0], dtype=np.float32)
"""Of lightness and the two colours of CIELAB in what is called near: a shadow on the wall is still wall."""

NEAR, FAR = 4.0, 13.0
"""Distances from the wall's colour up to which a pixel is like it, and from which it is not, in CIELAB units; both grow
with the wall's own unevenness."""


@dataclass(frozen=True, slots=True)
class Cut:
    """pixels: (H, W, 3) uint8 before the new background. unsure: why somebody should look; empty: nothing noticed."""

    pixels: Pixels
    unsure: tuple[str, ...]


def before(
    pixels: Pixels,
    inside: NDArray[np.uint8],
    eyes: tuple[float, float],
    unit: float,
    background: tuple[int, int, int],
) -> Cut:
    """The person before a plain background.

    pixels: (H, W, 3) uint8 RGB, framed. inside: (H, W) uint8, 255 where the photograph is, 0 where the frame reaches
    beyond it. eyes: the middle between the eyes, x and y. unit: pixels between the eyes. background: RGB.
    """
    import cv2

    height, width = pixels.shape[:2]
    scale = ROWS / height
    size = (round(width * scale), ROWS)
    small = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    there = np.asarray(cv2.resize(inside, size, interpolation=cv2.INTER_NEAREST) > 0, dtype=bool)
    at, unit = (eyes[0] * scale, eyes[1] * scale), unit * scale
    lab = _lab(small)
    wall, unevenness, plain = _wall(lab, there, at, unit)
    near, far = NEAR + 2.5 * unevenness, FAR + 3 * unevenness
    away = _distance(lab, _surface(wall, (lab.shape[0], lab.shape[1])))
    person = _person(small, away, there, at, unit, near, far)
    doubts = _doubts(away, person, there, near, plain)

    whole_wall = _surface(wall, (height, width))
    whole = _distance(_lab(pixels), whole_wall)
    core = _resized(cv2.erode(person.astype(np.uint8), _disc(4)), (width, height))
    reach = _resized(cv2.dilate(person.astype(np.uint8), _disc(3)), (width, height))
    rim = np.clip((whole - 0.6 * near) / (0.9 * far - 0.6 * near), 0.0, 1.0)
    rim = cv2.morphologyEx(rim.astype(np.float32), cv2.MORPH_OPEN, _upright(round(LINE * height)))
    soft = cv2.GaussianBlur(_resized(person.astype(np.uint8), (width, height)), (0, 0), width / 500)
    share = np.maximum(core, np.minimum(reach, np.maximum(rim, np.clip((soft - 0.5) * 3, 0.0, 1.0))))
    share[inside == 0] = 0.0
    share = np.asarray(share, dtype=np.float32)[:, :, None]
    known = np.asarray(cv2.cvtColor(whole_wall, cv2.COLOR_LAB2RGB), dtype=np.float32) * 255
    behind = known if plain else pixels.astype(np.float32)
    new = np.array(background, dtype=np.float32)
    mixed = pixels + (1 - share) * (new - behind)
    mixed = np.where(share < 0.02, new, mixed)
    return Cut(np.clip(np.rint(mixed), 0, 255).astype(np.uint8), doubts)


def _wall(lab: Floats, there: Mask, at: tuple[float, float], unit: float) -> tuple[Floats, float, bool]:
    """The coefficients of the wall's colour (6, 3), its unevenness, and whether it is plain.

    Begun where it is plainest (an upper corner, beside the head, the upper edge: wherever hair is not), then fitted
    again and again to what lies on it, without hair, shoulders and the lines of a height chart.
    """
    rows, columns = lab.shape[:2]
    y, x = np.mgrid[:rows, :columns]
    aside = np.abs(x - at[0])
    upper = (y < at[1] + 0.9 * unit) & there
    terms = _terms((rows, columns))
    starts = []
    for place in (
        upper & (aside > 1.5 * unit) & (y < at[1] - 0.8 * unit),
        upper & (aside > 1.2 * unit) & (y < at[1] - unit),
        upper & (aside > 1.5 * unit) & (y > at[1] - 0.8 * unit),
        upper & (y < 0.04 * rows),
    ):
        if place.sum() >= 150:
            apart = _distance(lab, np.median(lab[place], axis=0).astype(np.float32))
            starts.append((float(np.median(apart[place])), place & (apart < 12)))
    if not starts or min(starts, key=lambda start: start[0])[0] > 8:
        return np.vstack([np.median(lab[there], axis=0), np.zeros((5, 3))]).astype(np.float32), UNKNOWN, False
    kept = min(starts, key=lambda start: start[0])[1]
    wall, away = np.zeros((6, 3), dtype=np.float32), np.zeros((rows, columns), dtype=np.float32)
    for turn in range(7):
        ridge = np.diag([0.0, 1, 1, 4, 4, 4]).astype(np.float32) * (0.02 * kept.sum())
        some = terms[kept]
        wall = np.linalg.solve(some.T @ some + ridge, some.T @ lab[kept]).astype(np.float32)
        away = _distance(lab, _surface(wall, (rows, columns)))
        area = upper & (aside > 1.2 * unit) if turn < 4 else upper & ~_certain((rows, columns), at, unit)
        kept = area & (away < min(8.0, max(4.0, 3 * float(np.median(away[kept])))))
    edge = upper & (aside > 1.5 * unit)
    return (
        wall,
        float(np.median(away[kept])),
        bool(kept.sum() > 0.04 * away.size or (kept & edge).sum() > 0.5 * edge.sum()),
    )


def _person(
    pixels: Pixels, away: Floats, there: Mask, at: tuple[float, float], unit: float, near: float, far: float
) -> Mask:
    """Which pixels are the person's."""
    import cv2

    rows, columns = away.shape
    certain = _certain((rows, columns), at, unit)
    edge = np.zeros((rows, columns), dtype=bool)
    middle = np.abs(np.arange(columns) - at[0]) < 1.1 * unit
    edge[0] = ~middle
    shoulder = round(at[1] + 1.2 * unit)
    edge[:shoulder, 0] = edge[:shoulder, -1] = True
    edge |= ~there
    head = _ellipse((rows, columns), at, unit, across=1.35, up=2.1, down=1.6)
    wall = _reached((away < np.where(head, 0.6 * near, near)) | ~there, edge) & ~certain
    clear = cv2.morphologyEx(((away > far) & there).astype(np.uint8), cv2.MORPH_OPEN, _disc(2)) > 0
    clear = _reached(clear | certain, certain)
    labels = np.where(away > np.where(head, 0.6 * near, near), cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    labels[clear] = cv2.GC_FGD
    labels[wall] = cv2.GC_BGD
    labels[certain] = cv2.GC_FGD
    labels[~there] = cv2.GC_BGD
    if (labels == cv2.GC_BGD).any():
        cv2.setRNGSeed(SEED)
        models: list[Any] = [np.zeros((1, 65)), np.zeros((1, 65))]
        mask: Any = labels
        image = np.ascontiguousarray(pixels[:, :, ::-1])
        cv2.grabCut(image, mask, (0, 0, 1, 1), models[0], models[1], ITERATIONS, cv2.GC_INIT_WITH_MASK)
    person = (labels == cv2.GC_FGD) | (labels == cv2.GC_PR_FGD)
    body = cv2.morphologyEx(person.astype(np.uint8), cv2.MORPH_OPEN, _disc(3)) > 0
    body = _reached(body | certain, certain)
    close = cv2.dilate(body.astype(np.uint8), _disc(4)) > 0
    thick = cv2.morphologyEx(person.astype(np.uint8), cv2.MORPH_OPEN, _upright(round(LINE * rows))) > 0
    person = _reached((person & thick & close) | body, certain)
    outside = _reached(~person, edge | ~there)
    return np.asarray(~outside & there, dtype=bool)


def _certain(shape: tuple[int, int], at: tuple[float, float], unit: float) -> Mask:
    """The face, the neck under it and the middle of the chest: the person's in every photograph so framed."""
    import cv2

    x, y = at
    mask = _ellipse(shape, at, unit, across=0.8, up=0.75, down=1.55).astype(np.uint8)
    chest = [(-0.4, 1.2), (0.4, 1.2), (0.45, 2.2), (1.1, 2.75), (1.4, 9), (-1.4, 9), (-1.1, 2.75), (-0.45, 2.2)]
    outline = np.array([[x + a * unit, min(y + b * unit, shape[0] + 1)] for a, b in chest])
    cv2.fillPoly(mask, [np.round(outline).astype(np.int32)], 1)
    return np.asarray(mask > 0, dtype=bool)


def _ellipse(
    shape: tuple[int, int], at: tuple[float, float], unit: float, *, across: float, up: float, down: float
) -> Mask:
    """An upright ellipse around the eyes, in distances between them."""
    y, x = np.mgrid[: shape[0], : shape[1]]
    middle, half = at[1] + (down - up) / 2 * unit, (up + down) / 2 * unit
    return np.asarray(((x - at[0]) / (across * unit)) ** 2 + ((y - middle) / half) ** 2 <= 1, dtype=bool)


def _doubts(away: Floats, person: Mask, there: Mask, near: float, plain: bool) -> tuple[str, ...]:
    """What speaks against the cut, in words."""
    import cv2

    doubts = []
    if not plain:
        doubts.append("the background is not plain")
    body = person.astype(np.uint8)
    inner = (cv2.dilate(body, _disc(1)) > 0) & ~(cv2.erode(body, _disc(6)) > 0) & person
    inner[-3:] = False
    if inner.any() and float((away[inner] < near).mean()) > 0.2:
        doubts.append("hair or clothes have nearly the colour of the background")
    left = ~person & there & (away > 1.5 * near)
    if left.sum() > 0.02 * person.size:
        doubts.append("something beside the person is not like the background")
    share = float(person.mean())
    if not 0.3 < share < 0.93 or not 0.12 < float(person[: round(0.5 * len(person))].mean()) < 0.9:
        doubts.append("what was cut out does not have the size of a head and shoulders")
    ends = cv2.dilate((~there).astype(np.uint8), _disc(2)) > 0
    if (person & ends).sum() > 0.01 * person.shape[1] * 4:
        doubts.append("the photograph ends inside the frame")
    return tuple(doubts)


def _reached(mask: Mask, start: Mask) -> Mask:
    """The pieces of a mask that hang together with a start."""
    import cv2

    _, pieces = cv2.connectedComponents(mask.astype(np.uint8), connectivity=4)
    return np.asarray(np.isin(pieces, np.unique(pieces[start & mask])) & mask, dtype=bool)


def _lab(pixels: Pixels) -> Floats:
    import cv2

    return np.asarray(cv2.cvtColor(pixels.astype(np.float32) / 255, cv2.COLOR_RGB2LAB), dtype=np.float32)


def _terms(shape: tuple[int, int]) -> Floats:
    """(H, W, 6): 1, x, y, x², y², xy, with x and y from -1 to 1."""
    y, x = np.meshgrid(np.linspace(-1, 1, shape[0]), np.linspace(-1, 1, shape[1]), indexing="ij")
    return np.stack([np.ones_like(x), x, y, x * x, y * y, x * y], axis=2).astype(np.float32)


def _surface(wall: Floats, shape: tuple[int, int]) -> Floats:
    return np.asarray(_terms(shape) @ wall, dtype=np.float32)


def _distance(lab: Floats, wall: Floats) -> Floats:
    """How far every pixel is from the wall's colour there."""
    return np.asarray(np.linalg.norm((lab - wall) * WEIGHTS, axis=2), dtype=np.float32)


def _resized(mask: Any, size: tuple[int, int]) -> Floats:
    import cv2

    return np.asarray(cv2.resize(mask.astype(np.float32), size, interpolation=cv2.INTER_LINEAR), dtype=np.float32)


def _disc(radius: int) -> NDArray[np.uint8]:
    import cv2

    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
    return np.asarray(kernel, dtype=np.uint8)


def _upright(length: int) -> NDArray[np.uint8]:
    """A kernel that keeps what is at least so high."""
    return np.ones((max(2, length), 1), dtype=np.uint8)
