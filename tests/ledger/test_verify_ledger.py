"""The stand-alone verifier: its Ed25519 agrees with a library, and it runs where nothing of ours is."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st

from lookalike.ledger import verify_ledger as outsider
from lookalike.ledger.canonical import to_base64
from lookalike.ledger.checkpoint import Checkpoint
from lookalike.ledger.entry import Line, commitment
from lookalike.ledger.export import write_export
from lookalike.ledger.ledger import Ledger
from lookalike.ledger.note import Kind, SigningKey, make_note
from lookalike.ledger.tree import leaf_hash
from tests.ledger.samples import BOARD, BODIES, NEW, OLD, ORIGIN, made, search

SCRIPT = Path(outsider.__file__)

RFC8032 = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
        "d25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
        "387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
        "4a7c15e9716ed28dc027beceea1ec40a",
    ),
]


def theirs(key: bytes, message: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except InvalidSignature:
        return False
    return True


@pytest.mark.parametrize(("key", "message", "signature"), RFC8032)
def test_the_vectors_of_rfc_8032(key: str, message: str, signature: str) -> None:
    data = bytes.fromhex(signature)
    assert outsider.signed(bytes.fromhex(key), bytes.fromhex(message), data)
    assert not outsider.signed(bytes.fromhex(key), bytes.fromhex(message) + b"x", data)
    larger = data[:32] + (int.from_bytes(data[32:], "little") + outsider.Q).to_bytes(32, "little")
    assert not outsider.signed(bytes.fromhex(key), bytes.fromhex(message), larger)


@settings(max_examples=60, deadline=None)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=80), st.integers(0, 511), st.booleans())
def test_both_verifiers_give_the_same_verdict(seed: bytes, message: bytes, bit: int, change: bool) -> None:
    private = Ed25519PrivateKey.from_private_bytes(seed)
    key, signature = private.public_key().public_bytes_raw(), bytearray(private.sign(message))
    if change:
        signature[bit // 8] ^= 1 << bit % 8
    verdict = outsider.signed(key, message, bytes(signature))
    assert verdict == theirs(key, message, bytes(signature)) == (not change)


def test_special_signatures_of_wycheproof_are_refused() -> None:
    key = bytes.fromhex("7d4d0e7f6153a69b6242b522abbee685fda4420f8834b108c3bdae369ef549fa")
    values = [
        "00" * 32,
        "01" + "00" * 31,
        "ecd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010",
        "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010",
        "ed" + "ff" * 30 + "7f",
    ]
    for r in values:
        for s in values:
            assert not outsider.signed(key, b"\x3f", bytes.fromhex(r + s))
    good = (
        "d4fbdb52bfa726b44d1786a8c0d171c3e62ca83c9e5bbe63de0bb2483f8fd6cc1429ab72cafc41ab56af02ff8fcc43b9"
        "9bfe4c7ae940f60f38ebaa9d311c4007"
    )
    assert outsider.signed(key, b"", bytes.fromhex(good))


@pytest.mark.parametrize("key", [b"", bytes(31), bytes(33), bytes(32), b"\x01" + bytes(31), b"\xff" * 32])
def test_keys_that_prove_nothing_are_refused(key: bytes) -> None:
    assert not outsider.usable_key(key)
    assert outsider.usable_key(NEW.verifier.public)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    """A ledger that was erased from, handed over and seen by a witness."""
    ledger = made(tmp_path, 300)
    ledger.redact([7, 200], authority="court", certificate="c-1", reason="expunged")
    ledger.rotate()
    ledger.record(search())
    text = ledger.checkpoint().split(b"\n\n")[0] + b"\n"
    assert ledger.add_cosignatures([BOARD.sign(text, 1_792_000_000)], [BOARD.verifier]) == 1
    return ledger


def run(folder: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run the script from an empty folder, without site-packages and without our path."""
    folder.mkdir(exist_ok=True)
    command = [sys.executable, "-I", "-S", str(SCRIPT), *map(str, arguments)]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False)


def test_an_outsider_verifies_an_export_and_sees_one_changed_byte(ledger: Ledger, tmp_path: Path) -> None:
    export, key, kept = tmp_path / "export", tmp_path / "key", tmp_path / "kept"
    with export.open("wb") as stream:
        write_export(ledger, stream, public=False)
    key.write_bytes((tmp_path / "ledger" / "first-key").read_bytes())
    kept.write_text(ledger.store.notes("checkpoint")[0].note)
    fine = run(tmp_path / "empty", export, "--key", key, "--checkpoint", kept, "--strict")
    assert fine.returncode == 0, fine.stdout + fine.stderr
    assert "OK: 304 entries, 2 erased, 0 withheld" in fine.stdout
    data = bytearray(export.read_bytes())
    at = data.index(b"lookalike1 150 ") + 30
    data[at] ^= 1
    export.write_bytes(data)
    changed = run(tmp_path / "empty", export, "--key", key, "--checkpoint", kept)
    assert changed.returncode == 1
    assert "FOUND changed-entry" in changed.stdout
    assert "entries 0 to 255" in changed.stdout


def test_without_a_key_nothing_is_ever_ok(ledger: Ledger, tmp_path: Path) -> None:
    export = tmp_path / "export"
    with export.open("wb") as stream:
        write_export(ledger, stream, public=True)
    assert run(tmp_path / "empty", export).returncode == 2
    for key in ("a+b+c", tmp_path / "nothing", BOARD.verifier.text.replace("+B", "+C")):
        refused = run(tmp_path / "empty", export, "--key", key)
        assert refused.returncode == 2
        assert "OK" not in refused.stdout
    (tmp_path / "bad").write_bytes(b"\x1b[31m not an export")
    refused = run(tmp_path / "empty", tmp_path / "bad", "--key", tmp_path / "ledger" / "first-key")
    assert refused.returncode == 2
    assert "\x1b" not in refused.stdout + refused.stderr


@pytest.mark.parametrize(
    ("policy", "now", "found"),
    [
        ("witness board {board}\nquorum board\n", 1_792_000_100, []),
        ("witness board {board}\nquorum none\n", 1_792_000_100, []),
        (
            "witness board {board}\nwitness press {press}\ngroup two all board press\nquorum two\n",
            1_792_000_100,
            ["no-quorum"],
        ),
        ("witness board {board}\nwitness press {press}\ngroup one any board press\nquorum one\n", 1_792_000_100, []),
        ("witness board {board}\nquorum board\n", 1_792_000_000 + 8 * 86_400, ["stale"]),
        ("witness board {board}\nquorum board\n", 1_792_000_000 - 301, ["stale"]),
    ],
)
def test_a_policy_asks_for_witnesses(ledger: Ledger, tmp_path: Path, policy: str, now: float, found: list[str]) -> None:
    export = tmp_path / "export"
    with export.open("wb") as stream:
        write_export(ledger, stream, public=False)
    other = outsider.read_key(BOARD.verifier.text)
    press = SigningKey.from_seed("press.example", Kind.WITNESS, b"p" * 32).verifier.text
    text = policy.format(board=other.text, press=press)
    key = outsider.read_key((tmp_path / "ledger" / "first-key").read_text())
    with export.open("rb") as stream:
        report = outsider.verify(stream, key, policy=text, now=now)
    assert [kind for kind, _, _ in report.found] == found
    assert report.witnesses == 1


def test_a_policy_that_is_not_understood_is_refused() -> None:
    board = BOARD.verifier.text
    for text in (
        "",
        "quorum nobody",
        f"witness a {board}\nwitness b {board}\nquorum a",
        "nonsense here",
        "quorum a\nquorum b",
        f"witness a {board}\ngroup g 0 a\nquorum g",
        f"witness a {board}\ngroup g -1 a\nquorum g",
        f"witness a {board}\ngroup g 2 a\nquorum g",
        f"witness a {board}\ngroup g some a\nquorum g",
        f"witness a {board}\ngroup g 2 a a\nquorum g",
        f"witness a {board}\ngroup g any a\ngroup h any a\nquorum h",
        f"witness a {board}\ngroup a any a\nquorum a",
        f"witness a {board}\ngroup g any\nquorum g",
        f"witness none {board}\nquorum none",
    ):
        with pytest.raises(outsider.Unusable):
            outsider.read_policy(text)


@pytest.mark.parametrize("erased", [["x"], [None], "abc", {"a": 1}, [[1]], [True], [1, 2], [-1]])
def test_an_erasure_of_what_is_no_entry_is_found_and_stops_nothing(erased: object) -> None:
    bodies = [BODIES[0], {"entries": erased}, {"entries": []}]
    blobs = [
        bytes(32) + len(data).to_bytes(4, "big") + data
        for data in (json.dumps(b, sort_keys=True, separators=(",", ":")).encode() for b in bodies)
    ]
    blobs = [blob + bytes(-len(blob) % 384) for blob in blobs]
    acts = ("ledger.begin", "ledger.redact", "ledger.redact")
    lines = [
        Line(index, "2026-10-14T09:00:00.00Z", act, "done", commitment(blob)).text
        for index, (act, blob) in enumerate(zip(acts, blobs, strict=True))
    ]
    text = Checkpoint(ORIGIN, 3, outsider.fold([leaf_hash(line.encode()) for line in lines])).text
    note = make_note(text, [OLD.sign(text)]).decode()
    rows = "".join(f"{line} {to_base64(blob)}\n" for line, blob in zip(lines, blobs, strict=True))
    export = f"lookalike-ledger-export1 full\nlog {OLD.verifier.text}\n{rows}.\n.\n1\n{len(note.encode())}\n{note}"
    report = outsider.verify(io.BytesIO(export.encode()), outsider.read_key(OLD.verifier.text))
    assert {kind for kind, _, _ in report.found} <= {"bad-redaction", "changed-payload", "not-erased"}
    assert ("bad-redaction", 1) in {(kind, index) for kind, index, _ in report.found}


def test_a_changed_cosignature_is_named(ledger: Ledger, tmp_path: Path) -> None:
    export = tmp_path / "export"
    with export.open("wb") as stream:
        write_export(ledger, stream, public=False)
    text = ledger.checkpoint().split(b"\n\n")[0] + b"\n"
    line, wrong = BOARD.sign(text, 1_792_000_000), BOARD.sign(text.replace(b"\n304\n", b"\n305\n"), 1_792_000_000)
    export.write_bytes(export.read_bytes().replace(line.encode(), wrong.encode()))
    key = outsider.read_key((tmp_path / "ledger" / "first-key").read_text())
    policy = f"witness board {BOARD.verifier.text}\nquorum board\n"
    with export.open("rb") as stream:
        report = outsider.verify(stream, key, policy=policy, now=1_792_000_000)
    assert [kind for kind, _, _ in report.found] == ["bad-cosignature", "no-quorum"]
