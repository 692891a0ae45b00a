"""One person, one camera, one light: a picture in linear light."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy import ndimage

from .clothes import Garment, below_neckline, fabric_colour, fabric_shell
from .eyes import eyeball, lid_shade
from .facial_hair import Beard, beard_strands, brow_strands, lash_strands
from .hair import coverage, grow
from .hairstyles import Style
from .identity import Person, shape_of
from .light import Light, ShadowMap, crevices, roughen, spread
from .mesh import BODY, EYE_L, EYE_R, TEETH, Floats, Ints, Wheel
from .noise import Noise, smoothstep, stream
from .pose import Camera, Pose, apply_pose, head_share, unit, vertex_normals
from .raster import Fragments, rasterise
from .skin import Skin, paint
from .strands import Drawn, Strands, draw, posed_points

_OVERSAMPLE = 2
_OWN_SHAPE = ((0.9, 0.032), (1.9, 0.019), (3.5, 0.006))  # what no morph target gives
VIEW = np.array([0.0, 0.0, 1.0])


@dataclass(frozen=True)
class Look:
    """What changes between two occasions: age in years, hair, beard, clothes, the day's mood."""

    age: float
    style: Style
    beard: Beard
    garment: Garment
    occasion: int


@dataclass(frozen=True)
class Shot:
    """How a picture is taken. expression: target -> weight; gaze: (3,), pupil: degrees."""

    camera: Camera
    pose: Pose
    light: Light
    expression: dict[str, float] = field(default_factory=dict)
    gaze: tuple[float, float, float] = (0.0, 0.0, 1.0)
    pupil: float = 9.5
    wall: float = 0.0


class Sitter:
    """A person with one look, ready to be pictured any number of times."""

    def __init__(self, person: Person, look: Look, wheel: Wheel, quality: float = 1.0) -> None:
        """quality: share of the full number of hairs, for small pictures."""
        self.person, self.look, self.wheel = person, look, wheel
        self.noise = Noise(stream("noise"), person.rng("noise").uniform(0, 48, 3))
        bust = wheel.bust
        base = shape_of(person, look.age, wheel, {})
        head = smoothstep(-3.2, -1.8, wheel.base[:, 1])[:, None]
        for frequency, size in _OWN_SHAPE:
            base = base + size * head * self.noise.drift(wheel.base, frequency)
        eyes = [base[wheel.eye_vertices(s)].mean(axis=0) for s in "lr"]
        self._base = base - (eyes[0] + eyes[1]) / 2
        self.between_eyes = float(np.sqrt(((eyes[0] - eyes[1]) ** 2).sum()))
        neutral = bust.subdivide @ self._base
        normals = vertex_normals(neutral, bust.triangles)
        self.cover = coverage(person, look.age, bust.canonical, self.noise)
        self._hair = grow(person, look.age, look.style, neutral, normals, bust, self.noise, quality)
        self._quality = quality
        self._level_gaze = self._between_lids()

    def picture(self, shot: Shot, background: Floats) -> Floats:
        """(height, width, 3) linear light; background: (height, width, 3) linear."""
        camera = shot.camera.enlarged(_OVERSAMPLE)
        canvas = np.repeat(np.repeat(background, _OVERSAMPLE, 0), _OVERSAMPLE, 1)
        canvas = canvas.reshape(-1, 3).copy()
        _Exposure(self, shot, camera).onto(canvas)
        fine = canvas.reshape(shot.camera.height, _OVERSAMPLE, shot.camera.width, _OVERSAMPLE, 3)
        result: Floats = fine.mean(axis=(1, 3))
        return result

    def _between_lids(self) -> float:
        """Height of a gaze that puts the pupils where the lids are open."""
        height = []
        for k, side in enumerate("lr"):
            ball = self._base[self.wheel.eye_vertices(side)]
            radius = float(ball[:, 2].max() - ball[:, 2].min()) / 2
            lower, upper = (self._base[self.wheel.lashes[2 * k + row].roots[9:15], 1].mean() for row in (0, 1))
            height.append((lower + 0.56 * (upper - lower) - ball[:, 1].mean()) / radius)
        return float(np.clip(np.mean(height), -0.4, 0.4))

    def gaze(self, shot: Shot) -> Floats:
        """(3,) unit: where the eyes look, held between the lids."""
        x, y, z = shot.gaze
        result: Floats = unit(np.array([[x, y + self._level_gaze, z]]))[0]
        return result

    def expressed(self, expression: dict[str, float]) -> Floats:
        """(base vertices, 3) the face with an expression, the neutral eyes at the origin."""
        shape: Floats = self._base.copy()
        for name, weight in expression.items():
            index, offset = self.wheel.target(name)
            shape[index] += weight * offset
        return shape

    def strands(self, base: Floats, place: Floats, normals: Floats) -> list[Strands]:
        """All hair on an expressed shape, in drawing order."""
        bust, person, age = self.wheel.bust, self.person, self.look.age
        return Strands.join(
            [
                *brow_strands(person, age, place, normals, bust, self.noise),
                *lash_strands(person, base, self.wheel),
                *beard_strands(person, age, self.look.beard, place, normals, bust, self.noise, self._quality),
                *self._hair,
            ]
        )


def _blocks(pixel: Ints, width: int) -> tuple[Ints, Ints]:
    """One fragment of each final pixel, and for each fragment the number of its final pixel.

    Skin is painted once a final pixel; edges are still smoothed by the finer grid.
    """
    block = (pixel // width // _OVERSAMPLE) * width + pixel % width // _OVERSAMPLE
    _, first, inverse = np.unique(block, return_index=True, return_inverse=True)
    return first, inverse.astype(np.int64)


class _Exposure:
    """The steps of one picture, from shape to pixels."""

    def __init__(self, sitter: Sitter, shot: Shot, camera: Camera) -> None:
        self.sitter, self.shot, self.camera = sitter, shot, camera
        bust = sitter.wheel.bust
        self.base = sitter.expressed(shot.expression)
        place = bust.subdivide @ self.base
        normals = vertex_normals(place, bust.triangles)
        share = head_share(place[:, 1], place[:, 2])
        self.posed = apply_pose(place, share, shot.pose)
        self.posed_normals = vertex_normals(self.posed, bust.triangles)
        shell, self.shirt_triangles = fabric_shell(sitter.look.garment, place, normals, bust, sitter.noise)
        self.shirt = apply_pose(shell, share, shot.pose)
        self.shirt_normals = vertex_normals(self.shirt, self.shirt_triangles)
        self.sets = sitter.strands(self.base, place, normals)
        self.posed_sets = [posed_points(s, shot.pose) for s in self.sets]

    def onto(self, canvas: Floats) -> None:
        """Draw the person over the canvas (pixels, 3)."""
        camera, bust = self.camera, self.sitter.wheel.bust
        size = camera.width * camera.height
        body = rasterise(camera.project(self.posed), bust.triangles, camera.width, camera.height)
        shirt = rasterise(camera.project(self.shirt), self.shirt_triangles, camera.width, camera.height)
        gap = below_neckline(self.sitter.look.garment, shirt.interpolate(bust.canonical, self.shirt_triangles))
        shirt = shirt.where(gap > 0)
        depth = np.full(size, -np.inf)
        depth[body.pixel] = body.depth
        ahead = shirt.depth > depth[shirt.pixel] - 0.03
        shirt = shirt.where(ahead)
        depth[shirt.pixel] = shirt.depth
        covered = np.zeros(size, dtype=bool)
        covered[shirt.pixel] = True
        body = body.where(~covered[body.pixel])
        solid = depth.copy()
        drawn = [draw(s, p, camera, depth) for s, p in zip(self.sets, self.posed_sets, strict=True)]
        self.shadows = self._shadow_map()
        self.ambient = crevices(np.maximum(solid, depth), camera.width, camera.height, camera.scale)
        if self.shot.wall > 0:
            self._wall_shadow(canvas, np.isfinite(depth))
        self._draw_body(canvas, body)
        self._draw_shirt(canvas, shirt)
        for one in drawn:
            self._draw_strands(canvas, one)

    def _shadow_map(self) -> ShadowMap:
        bust = self.sitter.wheel.bust
        points = np.concatenate([self.posed, self.shirt])
        triangles = np.concatenate([bust.triangles, self.shirt_triangles + len(self.posed)])
        hair = [p[::3].reshape(-1, 3) for p in self.posed_sets[-2:] if p.shape[1] > 6]
        return ShadowMap(points, triangles, np.concatenate(hair) if hair else np.zeros((0, 3)), self.shot.light)

    def _wall_shadow(self, canvas: Floats, mask: np.ndarray) -> None:
        height, width = self.camera.height, self.camera.width
        toward = self.shot.light.toward()
        image = mask.reshape(height, width)[::4, ::4].astype(np.float64)
        reach = 0.9 * self.camera.scale / 4
        image = ndimage.shift(image, (reach * toward[1] + 2, -reach * toward[0]), order=1, mode="nearest")
        image = ndimage.gaussian_filter(image, 0.3 * self.camera.scale / 4)
        shade = np.repeat(np.repeat(image, 4, 0), 4, 1)[:height, :width]
        shade = ndimage.uniform_filter(shade, 5)
        canvas *= 1 - self.shot.wall * shade.reshape(-1, 1)

    def _incident(self, points: Floats, normals: Floats, ambient: Floats) -> tuple[Floats, Floats]:
        """(light (k, 3), shadowed key (k,)) at points."""
        light = self.shot.light
        lit = self.shadows.lit(points + 0.03 * normals)
        facing = (normals * light.toward()).sum(axis=1)
        key = lit * np.clip((facing + 0.12) / 1.12, 0, 1)
        up = (0.5 + 0.5 * normals[:, 1])[:, None]
        around = (light.sky * up + light.ground * (1 - up)) * (0.5 + 0.5 * normals[:, 2:3])
        return key[:, None] * light.key + around * ambient[:, None], lit

    def _draw_body(self, canvas: Floats, body: Fragments) -> None:
        bust = self.sitter.wheel.bust
        part = bust.part[body.triangle]
        skin = body.where(part == BODY)
        self._draw_skin(canvas, skin)
        for side, name in ((EYE_L, "l"), (EYE_R, "r")):
            self._draw_eye(canvas, body.where(part == side), name)
        teeth = body.where(part == TEETH)
        if len(teeth.pixel):
            normal = unit(teeth.interpolate(self.posed_normals, bust.triangles))
            shade = (0.25 + 0.75 * self.ambient[teeth.pixel]) * np.clip(normal[:, 2], 0.1, 1)
            canvas[teeth.pixel] = np.array([0.55, 0.50, 0.42]) * shade[:, None] ** 1.5

    def _draw_skin(self, canvas: Floats, skin: Fragments) -> None:
        if not len(skin.pixel):
            return
        bust, sitter, camera = self.sitter.wheel.bust, self.sitter, self.camera
        t = bust.triangles
        c = skin.interpolate(bust.canonical, t)
        lips = skin.interpolate(bust.masks["lips"], t)
        inside = skin.interpolate(bust.masks["inside-mouth"], t)
        first, block = _blocks(skin.pixel, camera.width)
        ears = skin.interpolate(bust.masks["ears"], t)
        coarse = paint(
            sitter.person,
            sitter.look.age,
            c[first],
            lips[first],
            ears[first],
            sitter.look.beard,
            self._scalp(skin)[first],
            sitter.noise,
            sitter.person.rng("mood", sitter.look.occasion),
        )
        look = Skin(coarse.colour[block], coarse.height[block], coarse.shine[block])
        normal = unit(skin.interpolate(self.posed_normals, t))
        rough = roughen(normal, look.height, skin.pixel, camera.width, camera.height, camera.scale)
        place = skin.interpolate(self.posed, t)
        ambient = self.ambient[skin.pixel]
        soft, lit = self._incident(place, unit(0.5 * normal + 0.5 * rough), ambient)
        light = spread(soft, skin.pixel, camera.width, camera.height, camera.scale)
        bounce = np.exp(-np.outer(1 - ambient, [0.10, 0.26, 0.34]))
        colour = look.colour * light * bounce
        toward = self.shot.light.toward()
        half = unit((toward + VIEW)[None])[0]
        peak = np.clip((rough * half).sum(axis=1), 0, 1)
        front = np.clip((rough * toward).sum(axis=1), 0, 1)
        gloss = look.shine * front * lit * (0.035 * peak**9 + 0.075 * peak**38)
        rim = (1 - np.clip(rough[:, 2], 0, 1)) ** 4 * 0.10 * ambient * look.shine
        colour = colour + gloss[:, None] * self.shot.light.key + rim[:, None] * self.shot.light.sky
        dark = np.clip(inside * 1.4, 0, 1)[:, None]
        canvas[skin.pixel] = colour * (1 - dark) + colour * np.array([0.10, 0.05, 0.05]) * dark

    def _scalp(self, skin: Fragments) -> Floats:
        sitter = self.sitter
        cover = skin.interpolate(sitter.cover, sitter.wheel.bust.triangles)
        return cover * {"shaved": 0.5, "buzz": 0.75}.get(sitter.look.style.name, 1.0)

    def _draw_eye(self, canvas: Floats, eye: Fragments, side: str) -> None:
        if not len(eye.pixel):
            return
        sitter, shot, camera = self.sitter, self.shot, self.camera
        index = sitter.wheel.eye_vertices(side)
        centre = self.base[index].mean(axis=0)[None]
        share = np.ones(1)
        middle = apply_pose(centre, share, shot.pose)[0]
        place = eye.interpolate(self.posed, sitter.wheel.bust.triangles)
        direction = unit(place - middle)
        ahead = apply_pose(centre + np.array([[0.0, 0.0, 1.0]]), share, shot.pose)[0] - middle
        gaze = unit((0.25 * ahead + 0.75 * sitter.gaze(shot))[None])[0]
        colour, mirror = eyeball(
            sitter.person,
            sitter.look.age,
            direction,
            gaze,
            shot.light.toward(),
            sitter.noise,
            shot.pupil,
        )
        shade = lid_shade(eye.pixel, camera.width, camera.height, camera.scale)
        incident, _ = self._incident(place, direction, np.ones(len(place)))
        canvas[eye.pixel] = (
            colour * incident * shade[:, None] + (mirror * (0.35 + 0.65 * shade))[:, None] * shot.light.key * 0.9
        )

    def _draw_shirt(self, canvas: Floats, shirt: Fragments) -> None:
        if not len(shirt.pixel):
            return
        camera, bust = self.camera, self.sitter.wheel.bust
        c = shirt.interpolate(bust.canonical, self.shirt_triangles)
        first, block = _blocks(shirt.pixel, camera.width)
        colour, height = fabric_colour(self.sitter.look.garment, c[first], self.sitter.noise)
        colour, height = colour[block], height[block]
        normal = unit(shirt.interpolate(self.shirt_normals, self.shirt_triangles))
        normal = roughen(normal, height, shirt.pixel, camera.width, camera.height, camera.scale)
        place = shirt.interpolate(self.shirt, self.shirt_triangles)
        light, _ = self._incident(place, normal, self.ambient[shirt.pixel])
        canvas[shirt.pixel] = colour * light

    def _draw_strands(self, canvas: Floats, one: Drawn) -> None:
        if not len(one.pixel):
            return
        light = self.shot.light
        toward = light.toward()
        half = unit((toward + VIEW)[None])[0]
        posed_normal = unit(one.normal)
        lit = self.shadows.lit(one.position + 0.05 * posed_normal, bias=0.22)
        along = (one.tangent * toward).sum(axis=1)
        across = np.sqrt(np.clip(1 - along**2, 0, 1))
        facing = np.clip((posed_normal * toward).sum(axis=1) * 0.6 + 0.4, 0, 1)
        key = lit * (0.35 + 0.65 * across) * facing
        up = (0.5 + 0.5 * posed_normal[:, 1])[:, None]
        ambient = (0.4 + 0.6 * self.ambient[one.pixel]) * one.shade
        around = (light.sky * up + light.ground * (1 - up)) * ambient[:, None]
        tilt = (one.tangent * half).sum(axis=1)
        shine = np.clip(1 - tilt**2, 0, 1) ** 22 * one.gloss * lit * facing * one.shade
        colour = one.colour * (key[:, None] * one.shade[:, None] * light.key + around)
        sheen = np.sqrt(one.colour) * 0.28 + 0.03
        colour = colour + shine[:, None] * sheen * light.key
        a = one.opacity[:, None]
        canvas[one.pixel] = canvas[one.pixel] * (1 - a) + colour * a
