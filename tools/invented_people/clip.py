"""Short recordings: somebody walks through a frame and turns the head."""

from __future__ import annotations

import io
from fractions import Fraction

import av
import cv2
import numpy as np

from .booking import resting_face
from .degrade import Recorder, record
from .develop import Image
from .identity import Person
from .mesh import Wheel
from .places import counter, ordinary_place
from .pose import Camera, Pose
from .scene import Shot, Sitter
from .sightings import look_when_seen, room_light

WIDTH, HEIGHT, RATE, FRAMES = 320, 240, 10, 16
_RECORDER = Recorder(blur=0.5, exposure=0.92, contrast=0.88, noise=3.0, colour=0.8, quality=0)
_COUNTER = 3.7


def frames(person: Person, walks_out: bool, wheel: Wheel) -> list[Image]:
    """The frames (HEIGHT, WIDTH, 3) of one clip."""
    rng = person.rng("clip")
    sitter = Sitter(person, look_when_seen(person), wheel, quality=0.55)
    scale = float(rng.uniform(27, 31)) / sitter.between_eyes
    light = room_light(rng)
    place = ordinary_place(rng, WIDTH, HEIGHT, scale)
    face = resting_face(rng)
    way = float(rng.choice([-1, 1]))
    start, end = (0.5 - 0.12 * way, 0.5 + 0.85 * way) if walks_out else (0.5 - 0.2 * way, 0.5 + 0.16 * way)
    turn = float(rng.uniform(14, 24))
    look_away = float(rng.uniform(0, np.pi))
    desk = int(rng.integers(2**31))
    out = []
    for k in range(FRAMES):
        t = k / (FRAMES - 1)
        step = np.sin(2 * np.pi * 1.6 * t * FRAMES / RATE)
        across = start + (end - start) * t
        yaw = turn * np.sin(2 * np.pi * 0.8 * t + look_away) + (30 * way * t if walks_out else 0)
        camera = Camera(
            WIDTH,
            HEIGHT,
            scale * (1 + 0.06 * t),
            WIDTH * across,
            HEIGHT * 0.38 + 0.05 * scale * abs(step),
            distance=26,
        )
        pose = Pose(
            yaw=float(yaw),
            pitch=float(-4 + 3 * np.sin(3 * t + 1)),
            roll=float(1.5 * step),
            body_yaw=float(12 * way * (2 if walks_out else 1)),
        )
        blink = 0.8 if k == FRAMES // 3 else 0.0
        moved = dict(face)
        for side in ("Left", "Right"):
            moved[f"unit:eyeBlink{side}"] = moved[f"unit:eyeBlink{side}"] + blink
        aside = float(np.sin(np.radians(yaw)))
        shot = Shot(camera, pose, light, moved, gaze=(0.8 * aside, -0.05, 1.0))
        linear = place if abs(across - 0.5) > 0.5 + 3.4 * scale / WIDTH else sitter.picture(shot, place)
        linear = counter(linear, HEIGHT * 0.38 + _COUNTER * scale, scale, np.random.default_rng(desk))
        out.append(record(linear, _RECORDER, rng))
    return out


def encode(images: list[Image]) -> bytes:
    """H.264 in MP4, one thread, no dates: the same bytes every time."""
    height, width, _ = images[0].shape
    target = io.BytesIO()
    with av.open(target, "w", format="mp4", options={"fflags": "+bitexact"}) as container:
        stream = container.add_stream("libx264", rate=RATE)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.codec_context.thread_count = 1
        stream.codec_context.time_base = Fraction(1, RATE)
        # x264's macroblock tree reads memory it never wrote; its assembly differs by processor.
        exact = "threads=1:lookahead-threads=1:mbtree=0:asm=0"
        stream.options = {"crf": "28", "flags": "+bitexact", "x264-params": exact}
        for k, image in enumerate(images):
            # FFmpeg's own conversion rounds by how its buffers happen to be aligned; this does not.
            planes = np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2YUV_I420), dtype=np.uint8)
            frame = av.VideoFrame.from_ndarray(planes, format="yuv420p")
            frame.pts = k
            for packet in stream.encode(frame):
                container.mux(packet)
        for packet in stream.encode(None):
            container.mux(packet)
    return target.getvalue()


def clip(person: Person, walks_out: bool, wheel: Wheel) -> bytes:
    """MP4 bytes of one clip."""
    return encode(frames(person, walks_out, wheel))
