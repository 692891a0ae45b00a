"""A matcher pack is its manifest and its files to the last bit, and any embedder plugs in by manifest alone."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from lookalike.errors import BrokenPack, PackHashDiffers
from lookalike.face.matcher import Matcher
from lookalike.face.pack import BUILT_IN, DEFAULT, MANIFEST, read_pack, verify_pack

DIMENSIONS = 512


def tiny_pack(folder: Path, *, colour: str = "BGR", sha256: str | None = None) -> Path:
    """An ArcFace-shaped embedder, 112×112 to 512 numbers, made here; its manifest is all that is told of it."""
    folder.mkdir()
    rng = np.random.default_rng(7)
    weights = rng.normal(0, 0.1, (3 * 8 * 8, DIMENSIONS)).astype(np.float32)
    nodes = [
        helper.make_node("AveragePool", ["input.1"], ["pooled"], kernel_shape=[14, 14], strides=[14, 14]),
        helper.make_node("Flatten", ["pooled"], ["flat"]),
        helper.make_node("MatMul", ["flat", "weights"], ["embedding"]),
    ]
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info("input.1", TensorProto.FLOAT, ["N", 3, 112, 112])],
        [helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["N", DIMENSIONS])],
        [onnx.numpy_helper.from_array(weights, "weights")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.save(model, str(folder / "tiny.onnx"))
    digest = sha256 or hashlib.sha256((folder / "tiny.onnx").read_bytes()).hexdigest()
    (folder / MANIFEST).write_text(
        f"""
name = "tiny"
version = "1"
title = "A tiny embedder"
training_data = "None: random weights."
[files.embedder]
path = "tiny.onnx"
sha256 = "{digest}"
licence = "Apache-2.0"
[embedder]
width = 112
height = 112
colour = "{colour}"
mean = 127.5
scale = 0.0078125
dimensions = {DIMENSIONS}
landmarks = [[38.2946, 51.6963], [73.5318, 51.5014], [56.0252, 71.7366], [41.5493, 92.3655], [70.7299, 92.2041]]
[search]
scan = "int8"
[[quality.floors]]
measure = "InterEyeDistance"
unfit_below = 14.0
poor_below = 21.0
say = "{{:.0f}} pixels between the eyes"
unfit_because = "too few"
poor_because = "few"
"""
    )
    return folder


def test_the_built_in_pack_is_whole() -> None:
    pack = read_pack(BUILT_IN / DEFAULT)
    verify_pack(pack)
    assert pack.id == "sface-2021.12"
    assert "Undocumented" in pack.training_data
    assert {floor.measure for floor in pack.floors} == {
        "InterEyeDistance",
        "Sharpness",
        "LuminanceMean",
        "EmbeddingNorm",
    }


def test_another_embedder_works_by_its_manifest_alone(tmp_path: Path, cache: Path) -> None:
    crop = np.random.default_rng(1).integers(0, 256, (112, 112, 3), dtype=np.uint8)
    vectors = {}
    for colour in ("RGB", "BGR"):
        pack = read_pack(tiny_pack(tmp_path / colour, colour=colour))
        matcher = Matcher(pack, cache=cache)
        assert matcher.identity.dimensions == DIMENSIONS
        assert pack.scan == "int8"
        vectors[colour] = matcher.embed(crop)
    weights = np.random.default_rng(7).normal(0, 0.1, (3 * 8 * 8, DIMENSIONS)).astype(np.float32)
    pooled = crop[:, :, ::-1].astype(np.float64).reshape(8, 14, 8, 14, 3).mean(axis=(1, 3))
    wanted = ((pooled - 127.5) / 128).transpose(2, 0, 1).ravel() @ weights
    assert np.allclose(vectors["BGR"], wanted, atol=1e-4)
    assert not np.allclose(vectors["RGB"], wanted, atol=1e-2)


def test_a_changed_file_refuses_to_load(tmp_path: Path, cache: Path) -> None:
    folder = tiny_pack(tmp_path / "pack")
    data = bytearray((folder / "tiny.onnx").read_bytes())
    data[len(data) // 2] ^= 1
    (folder / "tiny.onnx").write_bytes(data)
    with pytest.raises(PackHashDiffers, match="not the file its manifest names"):
        Matcher(read_pack(folder), cache=cache)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    folder = tiny_pack(tmp_path / "pack")
    (folder / "tiny.onnx").unlink()
    with pytest.raises(BrokenPack, match=r"embedder of tiny cannot be read"):
        verify_pack(read_pack(folder))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('name = "tiny"', ""),
        ('name = "tiny"', 'name = "../tiny"'),
        ('colour = "BGR"', 'colour = "GREY"'),
        ("[embedder]", "[embedded]"),
        ("width = 112", "width = 0"),
        ("width = 112", 'width = "wide"'),
        ("scale = 0.0078125", "scale = nan"),
        ("[38.2946, 51.6963], ", ""),
        ('path = "tiny.onnx"', 'path = "/etc/passwd"'),
        ('path = "tiny.onnx"', 'path = "../tiny.onnx"'),
        ('sha256 = "', 'sha256 = "Z'),
        ('scan = "int8"', 'scan = "hnsw"'),
        ("[search]", "[search"),
        ("dimensions = 512", "dimensions = -1"),
        ("[[quality.floors]]", "[[quality.roofs]]"),
        ("poor_below = 21.0", "poor_below = 2.0"),
        ("InterEyeDistance", "Sharpness"),
    ],
)
def test_a_wrong_manifest_is_one_clear_error(tmp_path: Path, old: str, new: str) -> None:
    folder = tiny_pack(tmp_path / "pack")
    text = (folder / MANIFEST).read_text()
    assert old in text
    (folder / MANIFEST).write_text(text.replace(old, new, 1))
    with pytest.raises(BrokenPack) as caught:
        read_pack(folder)
    assert caught.value.remedy


def test_a_folder_without_a_manifest_is_named(tmp_path: Path) -> None:
    with pytest.raises(BrokenPack, match=MANIFEST):
        read_pack(tmp_path)


def test_a_folded_file_that_was_tampered_with_is_made_again(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    pack = read_pack(BUILT_IN / DEFAULT)
    Matcher(pack, cache=cache)
    files = sorted(cache.iterdir())
    assert len(files) == 2
    good = [file.read_bytes() for file in files]
    files[0].write_bytes(good[0][:-1] + b"\0")
    shutil.copy(files[1], cache / files[1].name.replace(files[1].stem[-6:], "000000"))
    Matcher(pack, cache=cache)
    assert [file.read_bytes() for file in sorted(cache.iterdir())] == good
