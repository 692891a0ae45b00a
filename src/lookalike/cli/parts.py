"""What several commands share: finding a matcher, opening a gallery, progress bars, writing a result."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lookalike.cli.settings import explain, home, resolve
from lookalike.errors import BadOutput, BadSetting, NoSuchPack, OutputExists, OutputFailed
from lookalike.files import write_whole

if TYPE_CHECKING:
    from rich.progress import Progress

    from lookalike.face.matcher import Matcher
    from lookalike.face.pack import Pack
    from lookalike.gallery.cluster import ClusterGallery
    from lookalike.gallery.gallery import Gallery
    from lookalike.gallery.search import SearchableGallery

matcher_option = click.option("--matcher", metavar="NAME", help="Matcher pack to use.")
gallery_option = click.option("--gallery", type=click.Path(path_type=Path), metavar="DIR", help="The gallery's folder.")
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a page.")


def pack_folders() -> dict[str, Path]:
    """Every installed matcher pack by name; an added pack cannot hide a built-in one."""
    from lookalike.face.pack import BUILT_IN, MANIFEST

    return {
        manifest.parent.name: manifest.parent
        for parent in (home() / "matchers", BUILT_IN)
        for manifest in sorted(parent.glob(f"*/{MANIFEST}"))
        if not manifest.parent.name.startswith(".")  # an addition that was cut short
    }


def find_pack(name: str | None) -> Pack:
    """The pack of that name, or the one the settings name. Raises NoSuchPack."""
    from lookalike.face.pack import read_pack

    wanted, floors = resolve("matcher", name), resolve("floors")
    folders = pack_folders()
    if wanted not in folders:
        raise NoSuchPack(
            f"No matcher pack {wanted!r} is installed.",
            remedy=f"Installed: {', '.join(sorted(folders))}. Add one with `lookalike matcher add PATH`.",
        )
    pack = read_pack(folders[wanted])
    return pack if floors is None else pack.with_floors(floors)


def load_matcher(name: str | None, *, threads: int = 1) -> Matcher:
    """A matcher ready to run, its folded weights cached under the home folder."""
    from lookalike.face.matcher import Matcher

    return Matcher(find_pack(name), cache=home() / "cache", threads=threads, runtime=resolve("runtime"))


def matcher_for(gallery: SearchableGallery, name: str | None, *, threads: int = 1) -> Matcher:
    """The matcher that was asked for, by option or setting; else the gallery's own."""
    asked = explain("matcher", name)
    return load_matcher(str(gallery.matcher["pack"]) if asked.origin == "default" else asked.value, threads=threads)


def gallery_path(directory: Path | None) -> Path:
    """The gallery of the option or of the settings. Raises BadSetting when neither names one."""
    path: Path | None = resolve("gallery", directory)
    if path is None:
        raise BadSetting(
            "No gallery was named.",
            remedy="Name one with --gallery DIR, or set it once; see `lookalike config`.",
        )
    return path


def open_gallery(directory: Path | None) -> Gallery:
    """The gallery of the option or of the settings."""
    from lookalike.gallery.gallery import Gallery

    return Gallery(gallery_path(directory), key_folder())


def open_searchable(directory: Path | None) -> Gallery | ClusterGallery:
    """The same, where a file names a cluster of galleries."""
    path = gallery_path(directory)
    if not path.is_file():
        return open_gallery(directory)
    from lookalike.gallery.cluster import ClusterGallery

    return ClusterGallery(path)


def key_folder() -> Path:
    """Where the master keys stand: outside every gallery."""
    return Path(resolve("keys") or home() / "keys")


def signing_files() -> tuple[Path, Path]:
    """Where the agency's signing key and its certificate stand."""
    return home() / "signing" / "key.pem", home() / "signing" / "certificate.pem"


def cores(option: int | None) -> int:
    """How many threads to use: the setting, or every core this process may run on."""
    wanted: int = resolve("threads", option)
    return wanted or len(os.sched_getaffinity(0))


def progress_bar(*columns: str) -> Progress:
    """A progress bar on stderr: description, bar, count, rate, time left, and extra text columns."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        ProgressColumn,
        Task,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )
    from rich.text import Text

    class Rate(ProgressColumn):
        def render(self, task: Task) -> Text:
            return Text(f"{task.finished_speed or task.speed or 0:.0f}/s", style="progress.data.speed")

    # a descriptor of its own: media.photo points number 2 elsewhere while it listens to a decoder
    own = os.fdopen(os.dup(sys.stderr.fileno()), "w", encoding="utf-8") if sys.stderr.isatty() else sys.stderr
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        Rate(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        *(TextColumn(column) for column in columns),
        console=Console(file=own),
        disable=not sys.stderr.isatty(),
    )


def may_write(paths: Sequence[Path | None], *, force: bool, inputs: Sequence[Path | None] = ()) -> None:
    """Refuse, before any work is done, what would overwrite a file or cannot be written.

    Raises OutputExists, or BadOutput for two outputs of one name, an input's name, or a folder that is not there.
    """
    given = [path for path in paths if path is not None]
    read = [path.resolve() for path in inputs if path is not None]
    for i, path in enumerate(given):
        if path.resolve() in read or path.resolve() in [other.resolve() for other in given[:i]]:
            raise BadOutput(
                f"{path} is named twice.",
                why="What is written would replace what was read, or the other file that is to be written.",
                remedy="Give each file a name of its own.",
            )
        if path.is_dir() or not path.parent.is_dir():
            what = f"{path} is a folder" if path.is_dir() else f"The folder {path.parent} does not exist"
            raise BadOutput(f"{what}.", remedy="Name a file in a folder that is there.")
        if path.exists() and not force:
            raise OutputExists(
                f"{path} exists already.",
                why="A record that was made is never silently replaced.",
                remedy="Choose another name, or say --force.",
            )


def write_output(path: Path, data: bytes, *, mode: int = 0o644) -> None:
    """Write a file, whole or not at all. Raises OutputFailed."""
    try:
        write_whole(path, data, mode=mode)
    except OSError as error:
        raise OutputFailed(
            f"{path} could not be written: {error.strerror}.", remedy="Check the folder and the space left."
        ) from error


def as_table(columns: Sequence[str]) -> Any:
    """A plain table in the style of every command."""
    from rich.table import Table

    table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 2, 0, 0))
    for column in columns:
        table.add_column(column, overflow="fold")
    return table
