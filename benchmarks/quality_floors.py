"""Where a face stops being fit to be searched: the measurement behind the floors in the built-in pack's manifest.

One probe of each person is blurred, shrunk, darkened by a fifth, given noise and JPEG 45, at several sizes; it is
searched among one other photograph of the same person and one of everybody else. Printed: how often the right person
came first, by pixels between the eyes, by sharpness and by embedding norm. Needs a folder with one folder a person
(Labeled Faces in the Wild); no picture leaves it.

    python benchmarks/quality_floors.py --faces ../shared/data/lfw-shared
"""

from __future__ import annotations

import argparse
import itertools
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from rich.progress import track

from lookalike.face.matcher import Capture, Matcher
from lookalike.face.pack import BUILT_IN, DEFAULT, read_pack
from lookalike.face.template import scores_from_parts
from lookalike.media.photo import read_photo_file

LIGHTS = (0.5, 0.35, 0.25, 0.18, 0.13, 0.09, 0.06)
SCALES = (1.0, 0.5, 0.4, 0.33, 0.28, 0.25, 0.2, 0.16)


def degraded(pixels: NDArray[np.uint8], scale: float, rng: np.random.Generator) -> NDArray[np.uint8]:
    """What a camera far away would have recorded: (H, W, 3) uint8 to (H·scale, W·scale, 3)."""
    if scale == 1.0:
        return pixels
    soft = cv2.GaussianBlur(pixels, (0, 0), 0.5 / scale)
    small = cv2.resize(soft, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    noisy = np.clip(small.astype(np.float32) * 0.8 + rng.normal(0, 6, small.shape), 0, 255)
    encoded = cv2.imencode(".jpg", noisy.astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, 45])[1]
    return np.asarray(cv2.imdecode(encoded, cv2.IMREAD_COLOR), dtype=np.uint8)


def darkened(pixels: NDArray[np.uint8], light: float, rng: np.random.Generator) -> NDArray[np.uint8]:
    """What the same camera would have recorded with less light: (H, W, 3) uint8, sensor noise, JPEG 75."""
    noisy = np.clip(pixels.astype(np.float32) * light + rng.normal(0, 2.5, pixels.shape), 0, 255)
    encoded = cv2.imencode(".jpg", noisy.astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, 75])[1]
    return np.asarray(cv2.imdecode(encoded, cv2.IMREAD_COLOR), dtype=np.uint8)


def central(matcher: Matcher, pixels: NDArray[np.uint8]) -> Capture | None:
    """Capture the face nearest to the middle, where these photographs have their subject."""
    faces = matcher.detect(pixels)
    if not faces:
        return None
    middle = np.array([pixels.shape[1], pixels.shape[0]]) / 2
    off = [float(np.hypot(*(face.landmarks.mean(axis=0) - middle))) for face in faces]
    return matcher.capture(pixels, faces, int(np.argmin(off)), always=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--faces", type=Path, required=True)
    parser.add_argument("--probes", type=int, default=500)
    parser.add_argument("--cache", type=Path, default=Path("build/cache"))
    parser.add_argument("--save", type=Path, help="keep the raw rows as .npy")
    options = parser.parse_args()

    rng = np.random.default_rng(1)
    matcher = Matcher(read_pack(BUILT_IN / DEFAULT), cache=options.cache)
    people = [sorted(folder.glob("*.jpg")) for folder in sorted(options.faces.iterdir())]
    people = [[photos[i] for i in rng.permutation(len(photos))] for photos in people if photos]

    def read(path: Path) -> NDArray[np.uint8]:
        return read_photo_file(path).pixels

    templates, owners = [], []
    for person, photos in enumerate(track(people, "gallery")):
        capture = central(matcher, read(photos[0]))
        if capture is not None and capture.template is not None:
            templates.append(capture.template)
            owners.append(person)
    gallery, owner = np.array(templates, dtype=np.float32), np.array(owners)
    norms = (gallery.astype(np.int64) ** 2).sum(axis=1)
    able = [i for i in range(len(people)) if len(people[i]) > 1 and i in set(owners)]
    chosen = rng.permutation(able)[: options.probes]

    def tried(person: int, shown: NDArray[np.uint8], *kind: float) -> tuple[float | None, ...]:
        capture = central(matcher, shown)
        if capture is None or capture.template is None:
            return (*kind, np.nan, np.nan, np.nan, np.nan, np.nan)
        probe, q = capture.template, capture.quality
        dots = np.rint(gallery @ probe.astype(np.float32)).astype(np.int64)
        scores = scores_from_parts(dots, norms, int((probe.astype(np.int64) ** 2).sum()))
        rank = int((scores > scores[owner == person][0]).sum()) + 1
        names = ("InterEyeDistance", "Sharpness", "EmbeddingNorm")
        return (*kind, *(q.raw(name) for name in names), rank, q.raw("LuminanceMean"))

    rows: list[tuple[float | None, ...]] = []
    dark: list[tuple[float | None, ...]] = []
    for person in track(chosen, "probes"):
        original = read(people[person][1])
        for light in LIGHTS:
            dark.append(tried(person, darkened(original, light, rng), light, False))
        for scale in SCALES:
            small = degraded(original, scale, rng)
            rows.append(tried(person, small, scale, False))
            blown = cv2.resize(small, original.shape[1::-1], interpolation=cv2.INTER_CUBIC)
            rows.append(tried(person, np.asarray(blown, dtype=np.uint8), scale, True))
    show_dark(np.array(dark, dtype=np.float64))
    table = np.array(rows, dtype=np.float64)
    if options.save:
        np.save(options.save, table)
    print(f"{len(chosen)} probes, {len(gallery)} people in the gallery")
    show(table)


def show_dark(table: NDArray[np.float64]) -> None:
    """Print the same by the mean luminance of the face, of faces that are large enough."""
    rank = np.where(np.isnan(table[:, 5]), np.inf, table[:, 5])
    print("\nlight  luminance  none  rank1  rank20")
    for light in LIGHTS:
        at = table[:, 0] == light
        shares = f"{(rank[at] <= 1).mean():6.3f} {(rank[at] <= 20).mean():6.3f}"
        print(f"{light:5.2f} {np.nanmedian(table[at, 6]):9.3f}  {np.isnan(table[at, 6]).mean():5.2f} {shares}")
    print("\nluminance: from to n rank1 rank20")
    for low, high in itertools.pairwise([0, 0.02, 0.03, 0.04, 0.05, 0.06, 0.08, 0.1, 0.13, 0.17, 0.22, 0.4]):
        at = (table[:, 6] >= low) & (table[:, 6] < high)
        if at.sum() >= 20:
            shares = f"{(rank[at] <= 1).mean():6.3f} {(rank[at] <= 20).mean():6.3f}"
            print(f"  {low:6.2f} {high:6.2f} {at.sum():5d} {shares}")


def show(table: NDArray[np.float64]) -> None:
    """Print the share of probes whose right person came first, second to twentieth, or later."""
    rank = np.where(np.isnan(table[:, 5]), np.inf, table[:, 5])
    print("\nscale  as        eyes px  norm   sharp  none  rank1  rank20")
    for blown_up in (0, 1):
        for scale in SCALES:
            at = (table[:, 0] == scale) & (table[:, 1] == blown_up)
            eyes, sharp, norm = (np.nanmedian(table[at, k]) for k in (2, 3, 4))
            print(
                f"{scale:5.2f}  {'blown up' if blown_up else 'recorded'}  {eyes:7.1f} {norm:6.2f} {sharp:6.3f} "
                f"{np.isnan(table[at, 2]).mean():5.2f} {(rank[at] <= 1).mean():6.3f} {(rank[at] <= 20).mean():6.3f}"
            )
    for name, column, edges in (
        ("eyes px (recorded)", 2, [5, 7, 8, 9, 10, 11, 12, 13, 14, 16, 18, 21, 25, 40, 80]),
        ("norm (all)", 4, [0, 5, 6, 6.5, 7, 7.5, 8, 8.5, 9, 9.5, 10, 10.5, 11, 12, 13, 14, 16]),
        ("sharpness (all)", 3, [0, 0.04, 0.06, 0.08, 0.1, 0.12, 0.14, 0.17, 0.2, 0.25, 0.3, 0.4, 0.6]),
    ):
        print(f"\n{name}: from to n rank1 rank20")
        for low, high in itertools.pairwise(edges):
            at = (table[:, column] >= low) & (table[:, column] < high)
            if column == 2:
                at &= table[:, 1] == 0
            if at.sum() >= 20:
                shares = f"{(rank[at] <= 1).mean():6.3f} {(rank[at] <= 20).mean():6.3f}"
                print(f"  {low:6.2f} {high:6.2f} {at.sum():5d} {shares}")


if __name__ == "__main__":
    main()
