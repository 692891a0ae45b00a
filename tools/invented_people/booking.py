"""Booking photographs: the room, the light, and how people stand before the camera."""

from __future__ import annotations

import numpy as np

from .clothes import choose_garment
from .develop import grain, jpeg, quantise, tone
from .facial_hair import choose_beard
from .hairstyles import choose_style
from .identity import Person
from .light import Light
from .mesh import Floats, Wheel
from .noise import smoothstep
from .pose import Camera, Pose
from .scene import Look, Shot, Sitter
from .strands import linear

WIDTH, HEIGHT = 360, 450
_LARGEST = 28_000  # bytes; curls and long hair would make the demonstration too big


def look_on(person: Person, age: float, occasion: int) -> Look:
    """How the person looks on an occasion."""
    return Look(
        age=age,
        style=choose_style(person, age, occasion),
        beard=choose_beard(person, age, occasion),
        garment=choose_garment(person.rng("clothes", occasion)),
        occasion=occasion,
    )


def resting_face(rng: np.random.Generator, strength: float = 1.0) -> dict[str, float]:
    """Small, slightly uneven expressions of somebody who would rather be elsewhere."""
    face: dict[str, float] = {}
    menu = {
        "mouthFrown": 0.18,
        "mouthSmile": 0.28,
        "browDown": 0.2,
        "browOuterUp": 0.3,
        "eyeSquint": 0.22,
        "mouthPress": 0.5,
        "cheekSquint": 0.3,
        "mouthStretch": 0.2,
        "eyeWide": 0.2,
        "noseSneer": 0.15,
    }
    for name, most in menu.items():
        if rng.random() < 0.3:
            amount = float(rng.uniform(0, most)) * strength
            for side in ("Left", "Right"):
                face[f"unit:{name}{side}"] = amount * float(rng.uniform(0.75, 1))
    face["unit:eyeBlinkLeft"] = face["unit:eyeBlinkRight"] = float(rng.uniform(-0.05, 0.06))
    if rng.random() < 0.25:
        face["unit:browInnerUp"] = float(rng.uniform(0, 0.4)) * strength
    if rng.random() < 0.15:
        face["unit:jawOpen"] = float(rng.uniform(0, 0.05)) * strength
    return face


def booking_room(rng: np.random.Generator, lines: bool, scale: float, eye_y: float) -> Floats:
    """(HEIGHT, WIDTH, 3) linear: a painted wall, with a height chart where the agency has one."""
    base = np.array([145.0, 162, 174]) + rng.normal(0, 2, 3) + rng.normal(0, 10)
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float64)
    fall = 1 - 0.22 * (((x - WIDTH / 2) / WIDTH) ** 2 + ((y - 0.4 * HEIGHT) / HEIGHT) ** 2) * 2
    fall = fall + rng.uniform(-0.1, 0.1) * (x / WIDTH - 0.5)
    wall = linear(np.clip(base, 60, 230))[None, None] * fall[:, :, None]
    if lines:
        gap = 0.82 * scale
        phase = (y - eye_y + rng.uniform(0, gap)) % gap
        mark = smoothstep(1.3, 0.5, np.minimum(phase, gap - phase))
        wall = wall * (1 - 0.42 * mark[:, :, None])
    return np.asarray(wall)


def booking_shot(person: Person, occasion: int, between_eyes: float) -> Shot:
    """Frontal, evenly lit, but never twice the same."""
    rng = person.rng("booking", occasion)
    scale = float(rng.normal(84, 2.2)) / (0.5 * between_eyes + 0.5)
    camera = Camera(
        WIDTH,
        HEIGHT,
        scale,
        WIDTH / 2 + float(rng.normal(0, 4)),
        HEIGHT * 0.455 + float(rng.normal(0, 5)),
        distance=float(rng.uniform(16, 30)),
    )
    pose = Pose(
        yaw=float(np.clip(rng.normal(0, 2.4), -6, 6)),
        pitch=float(np.clip(rng.normal(0, 2.4), -6, 6)),
        roll=float(np.clip(rng.normal(0, 1.6), -5, 5)),
        body_yaw=float(rng.normal(0, 3)),
    )
    warm = float(rng.normal(0, 0.03))
    tint = np.array([1 + warm, 1.0, 1 - warm])
    power = float(rng.uniform(0.42, 0.66))
    light = Light(
        direction=np.array([rng.normal(0, 0.32), rng.uniform(0.25, 0.75), 1.0]),
        key=power * tint,
        sky=(0.98 - 0.75 * power) * tint * 1.12,
        ground=(0.98 - 0.75 * power) * tint * np.array([0.72, 0.68, 0.66]),
        softness=float(rng.uniform(0.1, 0.2)),
    )
    return Shot(
        camera=camera,
        pose=pose,
        light=light,
        expression=resting_face(rng),
        gaze=(float(rng.normal(0, 0.02)), float(rng.normal(0, 0.015)), 1.0),
        pupil=float(rng.uniform(7.5, 11)),
        wall=float(rng.uniform(0.1, 0.3)),
    )


def booking_photo(person: Person, age: float, occasion: int, lines: bool, wheel: Wheel) -> bytes:
    """JPEG bytes of the booking photograph on an occasion."""
    sitter = Sitter(person, look_on(person, age, occasion), wheel)
    shot = booking_shot(person, occasion, sitter.between_eyes)
    rng = person.rng("booking camera", occasion)
    room = booking_room(rng, lines, shot.camera.scale, shot.camera.eye_y)
    light = sitter.picture(shot, room)
    values = tone(light, exposure=float(rng.uniform(0.9, 1.04)))
    image = quantise(grain(values, rng, 1.5))
    data = jpeg(image, 85)
    return data if len(data) <= _LARGEST else jpeg(image, 76)
