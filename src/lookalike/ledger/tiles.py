"""The ledger as files that any web server can hand out: tiles of 256 hashes and of 256 lines. Never a payload.

Source: C2SP tlog-tiles. `checkpoint`, `tile/<level>/<index>[.p/<width>]`, `tile/entries/<index>[.p/<width>]`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from lookalike.errors import BadProof, HistoryChanged
from lookalike.files import write_whole
from lookalike.ledger import tree
from lookalike.ledger.checkpoint import Opened, open_checkpoint
from lookalike.ledger.entry import Line
from lookalike.ledger.ledger import Ledger
from lookalike.ledger.note import Verifier

WIDTH = 256
CHECKPOINT = "checkpoint"


def tile_path(level: int | str, index: int, width: int) -> str:
    """Where a tile stands. level: 0, 1, … of hashes of level 8·level, or `entries`. width: 1 to 256."""
    digits = f"{index % 1000:03d}"
    while index >= 1000:
        index //= 1000
        digits = f"x{index % 1000:03d}/{digits}"
    return f"tile/{level}/{digits}" + (f".p/{width}" if width < WIDTH else "")


def tiles_of(size: int) -> Iterator[tuple[int, int, int]]:
    """Level, index and width of every tile of hashes of a tree of `size` leaves."""
    level = 0
    while size:
        for index in range(size // WIDTH):
            yield level, index, WIDTH
        if size % WIDTH:
            yield level, size // WIDTH, size % WIDTH
        size //= WIDTH
        level += 1


def write_tiles(ledger: Ledger, folder: Path) -> int:
    """Write the ledger's tiles as its newest checkpoint has them, the checkpoint last. Returns how many entries.

    A full tile never changes, and is not written again.
    """
    note = ledger.checkpoint()
    size = open_checkpoint(note, ledger.trusted()).checkpoint.size
    for level, index, width in tiles_of(size):
        low = index * WIDTH
        _write(folder / tile_path(level, index, width), width, b"".join, ledger, level * tree.ROW, low)
        if level == 0:
            _write(folder / tile_path("entries", index, width), width, bundle, ledger, -1, low)
    write_whole(folder / CHECKPOINT, note)
    return size


def _write(
    path: Path, width: int, join: Callable[[Sequence[bytes]], bytes], ledger: Ledger, level: int, low: int
) -> None:
    if width == WIDTH and path.exists():
        return
    if level < 0:
        parts = [line.encode() for _, line, _ in ledger.store.lines(low, low + width)]
    else:
        parts = ledger.store.hashes(level, low, low + width)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, join(parts))


def bundle(lines: Sequence[bytes]) -> bytes:
    """Lines as an entry bundle: the length of each in two bytes, big-endian, and the line."""
    return b"".join(len(line).to_bytes(2, "big") + line for line in lines)


def unbundle(data: bytes) -> list[bytes]:
    """The lines of an entry bundle. Raises BadProof."""
    lines, at = [], 0
    while at < len(data):
        end = at + 2 + int.from_bytes(data[at : at + 2], "big")
        if end > len(data) or end == at + 2:
            raise BadProof("A bundle of entries is cut short.", remedy="Fetch it again.")
        lines.append(data[at + 2 : end])
        at = end
    return lines


def verify_tiles(fetch: Callable[[str], bytes], trusted: Sequence[Verifier], held: Sequence[bytes] = ()) -> Opened:
    """Verify a ledger from its tiles: every line and every hash, not the payloads.

    fetch: path -> bytes of a file. held: checkpoints that somebody kept. Returns the checkpoint.
    Raises HistoryChanged, BadNote, BadProof, BadEntry, and what `fetch` raises.
    """
    opened = open_checkpoint(fetch(CHECKPOINT), trusted)
    said, kept = opened.checkpoint, [open_checkpoint(note, trusted).checkpoint for note in held]
    peaks: list[bytes] = []
    roots: dict[int, bytes] = {0: tree.EMPTY}
    hashes: dict[int, list[bytes]] = {}
    sizes = {one.size for one in kept}
    for index in range(-(-said.size // WIDTH)):
        low = index * WIDTH
        width = min(WIDTH, said.size - low)
        lines = unbundle(fetch(tile_path("entries", index, width)))
        if len(lines) != width:
            raise _changed("missing", low, f"The bundle from entry {low} on does not hold {width} entries.")
        for position, line in enumerate(lines, low):
            if Line.parse(line).index != position:
                raise _changed("reordered", position, f"Another entry stands in the place of entry {position}.")
            leaf = tree.leaf_hash(line)
            hashes.setdefault(0, []).append(leaf)
            for level, _, value in tree.push(peaks, position, leaf):
                hashes.setdefault(level, []).append(value)
            if position + 1 in sizes:
                roots[position + 1] = tree.root_of(peaks)
    if tree.root_of(peaks) != said.root:
        raise _changed("changed-entry", None, "The lines are not those that were signed.")
    for level, index, width in tiles_of(said.size):
        if fetch(tile_path(level, index, width)) != b"".join(hashes[level * tree.ROW][index * WIDTH :][:width]):
            raise _changed("broken-store", index * WIDTH, f"Tile {index} of level {level} is not that of the lines.")
    for one in kept:
        if one.size > said.size:
            raise _changed("old-tree", one.size, f"{said.size} entries are older than the {one.size} that you hold.")
        if roots[one.size] != one.root:
            raise _changed("history-changed", one.size, f"History was changed before entry {one.size}.")
    return opened


def _changed(kind: str, index: int | None, sentence: str) -> HistoryChanged:
    error = HistoryChanged(sentence, remedy="Keep what you fetched, and tell whoever else holds a checkpoint.")
    error.kind, error.index = kind, index
    return error
