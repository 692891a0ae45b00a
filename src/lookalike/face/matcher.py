"""The matcher: one pack, loaded and verified, from pixels to a template."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lookalike.errors import Fault, NoFaceFound, NoSuchFace, SeveralFaces
from lookalike.face.align import aligned_crop
from lookalike.face.detector import Face, detect, detect_thoroughly
from lookalike.face.fold import FOLD_VERSION, folded
from lookalike.face.pack import Pack, PackFile, verify_pack
from lookalike.face.quality import Fitness, Quality, Verdict, embedding_norm, measure
from lookalike.face.runtime import RuntimeName, load_network
from lookalike.face.template import Template, quantise
from lookalike.files import write_whole

FREE_AXES = {"detector": {2: "height", 3: "width"}, "embedder": {0: "batch"}}


@dataclass(frozen=True, slots=True)
class MatcherIdentity:
    """What made a template, as every record states it."""

    pack: str
    version: str
    dimensions: int
    files: Mapping[str, str]
    runtime: str
    training_data: str

    @property
    def id(self) -> str:
        """Name and version of the pack."""
        return f"{self.pack}-{self.version}"


@dataclass(frozen=True, slots=True)
class Capture:
    """One face, measured, and its template unless it is unfit."""

    face: Face
    quality: Quality
    verdict: Verdict
    template: Template | None


class Matcher:
    """A matcher pack ready to run. Safe to use from `threads` threads at once."""

    def __init__(self, pack: Pack, *, cache: Path, threads: int = 1, runtime: RuntimeName = "auto") -> None:
        """Verify the pack's files and load its networks.

        cache: a folder for folded weights; made when absent.
        Raises BrokenPack, PackHashDiffers, RuntimeMissing, or Fault when the cache cannot be written.
        """
        verify_pack(pack)
        self.pack = pack
        self._detector, self._embedder = (
            load_network(_loadable(pack.files[role], role, cache), runtime=runtime, threads=threads)
            for role in ("detector", "embedder")
        )
        self.identity = MatcherIdentity(
            pack=pack.name,
            version=pack.version,
            dimensions=pack.embedder.dimensions,
            files=pack.file_hashes(),
            runtime=self._embedder.runtime,
            training_data=pack.training_data,
        )

    def detect(self, pixels: NDArray[np.uint8]) -> tuple[Face, ...]:
        """Find every face in (H, W, 3) uint8 RGB, numbered from left to right."""
        return detect(self._detector, self.pack.detector, pixels)

    def detect_thoroughly(self, pixels: NDArray[np.uint8]) -> tuple[Face, ...]:
        """Find also what may be a face, in (H, W, 3) uint8 RGB: for hiding people who were not chosen."""
        return detect_thoroughly(self._detector, self.pack.detector, pixels)

    def measure(self, pixels: NDArray[np.uint8], faces: Sequence[Face], chosen: int) -> tuple[Quality, Verdict]:
        """Measure one face without templating it, so without its embedding norm. Arguments as of `capture`."""
        quality = self._measured(pixels, faces, chosen, self._crop(pixels, faces[chosen]))
        return quality, quality.judge(self.pack.floors)

    def capture(
        self, pixels: NDArray[np.uint8], faces: Sequence[Face], chosen: int, *, always: bool = False
    ) -> Capture:
        """Measure one face and, if it is fit enough, make its template.

        pixels: (H, W, 3) uint8 RGB. faces: all that `detect` found in it. chosen: index into `faces`; no other
        face is templated. always: make the template of an unfit face too, for error measurement only.
        """
        crop = self._crop(pixels, faces[chosen])
        quality = self._measured(pixels, faces, chosen, crop)
        verdict = quality.judge(self.pack.floors)
        if verdict.fitness is Fitness.UNFIT and not always:
            return Capture(faces[chosen], quality, verdict, None)
        vector = self.embed(crop)
        quality = Quality((*quality.measures, embedding_norm(float(np.linalg.norm(vector)))))
        verdict = quality.judge(self.pack.floors, complete=True)
        unfit = verdict.fitness is Fitness.UNFIT and not always
        return Capture(faces[chosen], quality, verdict, None if unfit else quantise(vector))

    def vector(self, pixels: NDArray[np.uint8], face: Face) -> NDArray[np.float64]:
        """The embedder's raw vector of a face, (D,) float64: for error measurement, never kept with a record."""
        return self.embed(self._crop(pixels, face))

    def _crop(self, pixels: NDArray[np.uint8], face: Face) -> NDArray[np.uint8]:
        spec = self.pack.embedder
        return aligned_crop(pixels, face.landmarks, spec.landmarks, (spec.width, spec.height))

    def _measured(
        self, pixels: NDArray[np.uint8], faces: Sequence[Face], chosen: int, crop: NDArray[np.uint8]
    ) -> Quality:
        others = [other.area for i, other in enumerate(faces) if i != chosen]
        return measure(pixels, faces[chosen].landmarks, crop, areas=[faces[chosen].area, *others])

    def embed(self, crop: NDArray[np.uint8]) -> NDArray[np.float64]:
        """The embedder's raw vector, (D,) float64, of an aligned crop, (height, width, 3) uint8 RGB."""
        spec = self.pack.embedder
        ordered = crop if spec.colour == "RGB" else crop[:, :, ::-1]
        values = ordered.transpose(2, 0, 1)[None].astype(np.float32)
        if (spec.mean, spec.scale) != (0.0, 1.0):
            values = (values - np.float32(spec.mean)) * np.float32(spec.scale)
        outputs = self._embedder.infer(np.ascontiguousarray(values))
        vector = next(iter(outputs.values())).ravel().astype(np.float64)
        if len(vector) != spec.dimensions or not np.isfinite(vector).all() or not vector.any():
            raise Fault(
                f"The embedder of {self.pack.name} gave {len(vector)} numbers where its manifest says "
                f"{spec.dimensions}, or numbers that are zero or not finite.",
                remedy="Mend the pack's manifest; see `lookalike matcher show`.",
            )
        return vector


def choose_face(faces: Sequence[Face], number: int | None, *, name: str, option: str = "--face") -> int:
    """The index of the face to work with.

    number: as a person counts, from 1, left to right; None when nobody has chosen. name: of the photograph. option:
    what the person is told to choose with.
    Raises NoFaceFound, SeveralFaces (nobody has chosen) or NoSuchFace.
    """
    if not faces:
        raise NoFaceFound(
            f"No face found in {name}.",
            why="The detector needs about 10 pixels between the eyes, some light, and most of the face in view.",
            remedy="Raise the exposure with an edit, choose another photograph, or ask for the original.",
        )
    if number is None and len(faces) > 1:
        raise SeveralFaces(
            f"{name} shows {len(faces)} faces, and nobody has chosen one.",
            why="Only the chosen face may be templated; the others belong to people nobody asked about.",
            remedy=f"Choose with {option} 1 to {option} {len(faces)}, counted from left to right.",
        )
    chosen = 1 if number is None else number
    if not 1 <= chosen <= len(faces):
        raise NoSuchFace(
            f"{name} has no face number {chosen}: it shows {len(faces)}.",
            remedy=f"Choose a number from 1 to {len(faces)}, counted from left to right.",
        )
    return chosen - 1


def _loadable(file: PackFile, role: str, cache: Path) -> Path:
    """The file itself, or its folded copy in the cache: made once, held to the hash in its name ever after."""
    if not file.fold:
        return file.path
    stem = f"{role}-{file.sha256[:16]}-fold{FOLD_VERSION}"
    for found in sorted(cache.glob(f"{stem}-*.onnx")):
        if hashlib.sha256(found.read_bytes()).hexdigest()[:32] == found.stem.removeprefix(f"{stem}-"):
            return found
        found.unlink(missing_ok=True)
    data = folded(file.path, free_axes=FREE_AXES[role])
    target = cache / f"{stem}-{hashlib.sha256(data).hexdigest()[:32]}.onnx"
    try:
        cache.mkdir(parents=True, exist_ok=True)
        write_whole(target, data)
    except OSError as error:
        raise Fault(
            f"The folded weights could not be written to {cache}: {error}.",
            remedy="Free some space or name another folder with LOOKALIKE_HOME.",
        ) from error
    return target
