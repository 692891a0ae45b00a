"""Probes: the same people seen by other cameras, on another day."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from .booking import look_on, resting_face
from .clothes import choose_garment
from .degrade import DARK, GOOD, MIDDLING, Recorder, record
from .develop import jpeg
from .identity import Person
from .light import Light
from .mesh import Wheel
from .places import counter, ordinary_place
from .pose import Camera, Pose
from .scene import Look, Shot, Sitter

SEEN = 9  # the occasion number of a sighting; booking occasions are 0 and 1
_COUNTER = 3.7  # units below the eyes where the counter begins


@dataclass(frozen=True)
class ProbeKind:
    """Size in pixels, pixels between the eyes, greatest head turn in degrees, the recorder."""

    width: int
    height: int
    between_eyes: tuple[float, float]
    yaw: float
    recorder: Recorder


KINDS = {
    "a": ProbeKind(400, 360, (48, 58), 20, GOOD),
    "b": ProbeKind(320, 240, (20.5, 24), 15, MIDDLING),
    "c": ProbeKind(176, 132, (7.4, 8.8), 16, DARK),
}


def look_when_seen(person: Person) -> Look:
    """A year or so after the booking; most keep their hair and beard, nobody the shirt."""
    rng = person.rng("seen")
    age = person.age + float(rng.uniform(0.2, 2.0))
    booked, other = look_on(person, age, 0), look_on(person, age, SEEN)
    return Look(
        age=age,
        style=other.style if rng.random() < 0.2 else booked.style,
        beard=other.beard if rng.random() < 0.3 else booked.beard,
        garment=replace(choose_garment(rng), kind=str(rng.choice(["tee", "shirt", "hoodie"]))),
        occasion=SEEN,
    )


def room_light(rng: np.random.Generator) -> Light:
    """A lamp overhead and to one side, some daylight from the other."""
    warm = float(rng.normal(0.05, 0.07))
    tint = np.array([1 + warm, 1.0, 1 - 1.3 * warm])
    power = float(rng.uniform(0.45, 0.75))
    rest = 0.92 - 0.7 * power
    return Light(
        direction=np.array([rng.choice([-1, 1]) * rng.uniform(0.15, 0.7), rng.uniform(0.5, 1.0), 0.9]),
        key=power * tint,
        sky=rest * tint * 1.1,
        ground=rest * tint * np.array([0.7, 0.66, 0.62]),
        softness=float(rng.uniform(0.12, 0.22)),
    )


def probe_photo(person: Person, kind: str, wheel: Wheel) -> bytes:
    """JPEG bytes of one probe of kind a, b or c."""
    spec = KINDS[kind]
    rng = person.rng("probe", kind)
    sitter = Sitter(person, look_when_seen(person), wheel, quality=1.0 if kind == "a" else 0.7)
    scale = float(rng.uniform(*spec.between_eyes)) / sitter.between_eyes
    camera = Camera(
        spec.width,
        spec.height,
        scale,
        spec.width * float(rng.uniform(0.4, 0.6)),
        spec.height * float(rng.uniform(0.36, 0.42)),
        distance=float(rng.uniform(18, 40)),
    )
    yaw = float(rng.uniform(0.3, 1.0) * spec.yaw * rng.choice([-1, 1]))
    pose = Pose(
        yaw=yaw,
        pitch=float(rng.uniform(-9, 4)),
        roll=float(rng.normal(0, 3)),
        body_yaw=0.5 * yaw + float(rng.normal(0, 5)),
    )
    shot = Shot(
        camera=camera,
        pose=pose,
        light=room_light(rng),
        expression=resting_face(rng, 1.3),
        gaze=(float(np.sin(np.radians(yaw))) * 0.8, float(rng.normal(-0.05, 0.05)), 1.0),
        pupil=float(rng.uniform(8, 12)),
    )
    place = ordinary_place(rng, spec.width, spec.height, scale)
    light = sitter.picture(shot, place)
    light = counter(light, camera.eye_y + _COUNTER * scale, scale, rng)
    return jpeg(record(light, spec.recorder, rng), spec.recorder.quality)
