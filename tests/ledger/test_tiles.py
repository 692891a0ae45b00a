"""Tiles stand where C2SP says, hold what was signed, and never a payload."""

from __future__ import annotations

from pathlib import Path

import pytest

from lookalike.errors import BadEntry, BadInput, HistoryChanged, LookalikeError
from lookalike.ledger.tiles import bundle, tile_path, tiles_of, unbundle, verify_tiles, write_tiles
from tests.ledger.samples import made, search


@pytest.mark.parametrize(
    ("level", "index", "width", "path"),
    [
        (0, 0, 256, "tile/0/000"),
        (0, 1234067, 256, "tile/0/x001/x234/067"),
        (1, 999, 5, "tile/1/999.p/5"),
        ("entries", 1000, 1, "tile/entries/x001/000.p/1"),
    ],
)
def test_where_a_tile_stands(level: int | str, index: int, width: int, path: str) -> None:
    assert tile_path(level, index, width) == path


def test_which_tiles_there_are() -> None:
    assert list(tiles_of(0)) == []
    assert list(tiles_of(1)) == [(0, 0, 1)]
    assert list(tiles_of(256)) == [(0, 0, 256), (1, 0, 1)]
    large = list(tiles_of(70_000))
    assert large[272:] == [(0, 272, 256), (0, 273, 112), (1, 0, 256), (1, 1, 17), (2, 0, 1)]


def test_tiles_grow_with_the_ledger_and_verify(tmp_path: Path) -> None:
    ledger, folder = made(tmp_path, 255), tmp_path / "tiles"
    kept = []
    for size in (256, 257, 557):
        assert write_tiles(ledger, folder) == size
        kept.append((folder / "checkpoint").read_bytes())
        found = verify_tiles(lambda name: (folder / name).read_bytes(), ledger.trusted(), kept)
        assert found.checkpoint.size == size
        ledger.record(*[search(str(i)) for i in range(1 if size == 256 else 300)])
    names = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert {"tile/0/000", "tile/0/001.p/1", "tile/0/002.p/45", "tile/1/000.p/2", "tile/entries/002.p/45"} <= names
    data = b"".join((folder / name).read_bytes() for name in names)
    assert b"Harbour City" not in data
    assert (folder / "tile/0/000").stat().st_size == 8192


def test_every_changed_tile_is_found(tmp_path: Path) -> None:
    ledger, folder = made(tmp_path, 299), tmp_path / "tiles"
    write_tiles(ledger, folder)
    old = (folder / "checkpoint").read_bytes()
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        good = path.read_bytes()
        for at in (0, 1, 2, len(good) // 2, len(good) - 1):
            path.write_bytes(good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :])
            with pytest.raises((HistoryChanged, BadInput)):
                verify_tiles(lambda name: (folder / name).read_bytes(), ledger.trusted(), [old])
        path.write_bytes(good)
    other = made(tmp_path / "other", 299, seed="a")
    other.record(search())
    with pytest.raises(LookalikeError):
        verify_tiles(lambda name: (folder / name).read_bytes(), ledger.trusted(), [other.checkpoint()])


def test_bundles_come_back_and_a_short_one_is_refused() -> None:
    lines = [b"one", b"two" * 60]
    assert unbundle(bundle(lines)) == lines
    for bad in (bundle(lines)[:-1], b"\x00", b"\x00\x00"):
        with pytest.raises(BadInput):
            unbundle(bad)
    assert issubclass(BadEntry, BadInput)
