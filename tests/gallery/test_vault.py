"""Photographs at rest are of use to nobody without the master key, and to nobody at all once erased."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from lookalike.errors import BrokenGallery, KeyMissing
from lookalike.gallery.vault import MasterKey, Vault

PHOTO = bytes(range(256)) * 20


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    """A vault with a fresh key."""
    (tmp_path / "photos").mkdir()
    return Vault(tmp_path / "photos", MasterKey.create(tmp_path / "keys" / "one.key"))


def test_a_photograph_comes_out_as_it_went_in(vault: Vault, tmp_path: Path) -> None:
    wrapped = vault.seal("R1", PHOTO)
    again = Vault(tmp_path / "photos", MasterKey.load(tmp_path / "keys" / "one.key"))
    assert again.open("R1", wrapped) == PHOTO


def test_nothing_of_it_can_be_read_on_disk(vault: Vault) -> None:
    vault.seal("R1", PHOTO)
    stored = vault.path("R1").read_bytes()
    assert all(PHOTO[i : i + 16] not in stored for i in range(0, 256, 16))
    assert "R1" not in str(vault.path("R1").relative_to(vault.folder))


def test_the_key_file_is_its_owners_only_and_never_replaced(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "one.key"
    MasterKey.create(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(FileExistsError):
        MasterKey.create(path)


def test_another_records_key_opens_nothing(vault: Vault) -> None:
    one, two = vault.seal("R1", PHOTO), vault.seal("R2", PHOTO)
    with pytest.raises(BrokenGallery):
        vault.open("R1", two)
    vault.path("R2").write_bytes(vault.path("R1").read_bytes())
    with pytest.raises(BrokenGallery):
        vault.open("R2", one)


def test_a_changed_byte_is_noticed(vault: Vault) -> None:
    wrapped = vault.seal("R1", PHOTO)
    data = bytearray(vault.path("R1").read_bytes())
    data[100] ^= 1
    vault.path("R1").write_bytes(data)
    with pytest.raises(BrokenGallery, match="not the one"):
        vault.open("R1", wrapped)
    with pytest.raises(BrokenGallery):
        vault.open("R1", b"")


def test_a_destroyed_photograph_is_gone_and_may_be_destroyed_again(vault: Vault) -> None:
    wrapped = vault.seal("R1", PHOTO)
    path = vault.destroy("R1")
    assert not path.exists()
    vault.destroy("R1")
    with pytest.raises(BrokenGallery, match="cannot be read"):
        vault.open("R1", wrapped)


@pytest.mark.parametrize("content", [None, "", "zz", "00" * 31])
def test_a_key_that_is_none_is_named(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "bad.key"
    if content is not None:
        path.write_text(content)
    with pytest.raises(KeyMissing, match=r"bad\.key"):
        MasterKey.load(path)


def test_a_pseudonym_is_stable_and_needs_the_key(vault: Vault, tmp_path: Path) -> None:
    other = MasterKey.create(tmp_path / "keys" / "two.key")
    mine = MasterKey.load(tmp_path / "keys" / "one.key")
    assert mine.pseudonym("R1") == MasterKey.load(tmp_path / "keys" / "one.key").pseudonym("R1")
    assert mine.pseudonym("R1") != other.pseudonym("R1")
