"""From a person's shape to points on a screen: head turn, camera, normals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .mesh import Floats, Ints
from .noise import smoothstep

NECK = np.array([0.0, -1.7, -1.25])  # where the head turns, in canonical units
SPINE = np.array([0.0, -3.2, -1.4])  # where the shoulders turn


@dataclass(frozen=True)
class Pose:
    """Angles in degrees, against the camera. yaw, roll: to the subject's left; pitch: up."""

    yaw: float = 0.0
    pitch: float = 0.0
    roll: float = 0.0
    body_yaw: float = 0.0


@dataclass(frozen=True)
class Camera:
    """A camera before the person.

    width, height: pixels; scale: pixels a unit at the eyes; eye_x, eye_y: where, in pixels, the
    point between the eyes of the unturned head lies; distance: units from there to the lens.
    """

    width: int
    height: int
    scale: float
    eye_x: float
    eye_y: float
    distance: float = 24.0

    def project(self, points: Floats) -> Floats:
        """(n, 3) screen x, y in pixels and depth in units, of points (n, 3)."""
        near = self.distance / (self.distance - points[:, 2])
        x = self.eye_x + points[:, 0] * near * self.scale
        y = self.eye_y - points[:, 1] * near * self.scale
        return np.stack([x, y, points[:, 2]], axis=1)

    def enlarged(self, factor: int) -> Camera:
        """The same view on a grid `factor` times finer."""
        f = factor
        return Camera(
            self.width * f,
            self.height * f,
            self.scale * f,
            self.eye_x * f,
            self.eye_y * f,
            self.distance,
        )


def _turn(points: Floats, yaw: Floats, pitch: Floats, roll: Floats) -> Floats:
    """Rotate each row by its own angles in degrees: roll, then pitch, then yaw."""
    y, p, r = np.radians(yaw), np.radians(pitch), np.radians(roll)
    a, b, c = points.T
    a, b = a * np.cos(r) - b * np.sin(r), a * np.sin(r) + b * np.cos(r)
    b, c = b * np.cos(p) + c * np.sin(p), c * np.cos(p) - b * np.sin(p)
    a, c = a * np.cos(y) + c * np.sin(y), c * np.cos(y) - a * np.sin(y)
    return np.stack([a, b, c], axis=1)


def head_share(height: Floats, back: Floats) -> Floats:
    """(n,) how far a point follows the head, 1, or the shoulders, 0. height: y; back: z."""
    return smoothstep(-2.7, -1.45, height - 0.35 * np.minimum(back + 0.9, 0))


def apply_pose(points: Floats, share: Floats, pose: Pose) -> Floats:
    """(n, 3) points after the head's and the shoulders' turn; share as from `head_share`."""
    zero = np.zeros(len(points))
    bent = _turn(points - NECK, (pose.yaw - pose.body_yaw) * share, pose.pitch * share, pose.roll * share) + NECK
    result: Floats = _turn(bent - SPINE, zero + pose.body_yaw, zero, zero) + SPINE
    return result


def vertex_normals(points: Floats, triangles: Ints) -> Floats:
    """(n, 3) unit normals, each triangle counting by its area."""
    a, b, c = (points[triangles[:, k]] for k in range(3))
    u, v = b - a, c - a
    face = np.stack(
        [
            u[:, 1] * v[:, 2] - u[:, 2] * v[:, 1],
            u[:, 2] * v[:, 0] - u[:, 0] * v[:, 2],
            u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0],
        ],
        axis=1,
    )
    total = np.zeros_like(points)
    for axis in range(3):
        for k in range(3):
            total[:, axis] += np.bincount(triangles[:, k], weights=face[:, axis], minlength=len(points))
    return unit(total)


def unit(vectors: Floats) -> Floats:
    """Rows scaled to length 1."""
    length = np.sqrt((vectors * vectors).sum(axis=-1, keepdims=True))
    result: Floats = vectors / np.maximum(length, 1e-12)
    return result
