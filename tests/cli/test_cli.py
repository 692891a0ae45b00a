"""The command line as a person meets it: what it prints, what it refuses, and how it ends."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from lookalike.cli.main import COMMANDS
from lookalike.demo.story import BETTER_STILL, DARK_STILL
from lookalike.media.photo import encode_png, read_photo_file
from tests.conftest import keys_of

Run = Callable[..., subprocess.CompletedProcess[str]]
FORBIDDEN = re.compile(r"%|per ?cent|\bmatch(es|ed)?\b|\bidentified\b", re.IGNORECASE)


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory, cache: Path, matcher: object) -> Path:
    """A home folder whose cache is warm."""
    folder = tmp_path_factory.mktemp("home")
    shutil.copytree(cache, folder / "cache")
    return folder


@pytest.fixture
def run(home: Path, sixty: Path, tmp_path: Path) -> Run:
    """Run `lookalike` as a process of its own."""

    def call(*arguments: object, **variables: str) -> subprocess.CompletedProcess[str]:
        environment = {k: v for k, v in os.environ.items() if not k.startswith("LOOKALIKE_")}
        environment |= {
            "LOOKALIKE_HOME": str(home),
            "LOOKALIKE_KEYS": str(keys_of(sixty)),
            "COLUMNS": "160",
        } | variables
        return subprocess.run(
            [sys.executable, "-m", "lookalike.cli.main", *map(str, arguments)],
            env=environment,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )

    return call


def test_every_command_has_help_that_names_its_options(run: Run) -> None:
    overview = run("--help")
    assert overview.returncode == 0
    for name in COMMANDS:
        assert name in overview.stdout
        shown = run(name, "--help")
        assert shown.returncode == 0, shown.stderr
        assert "Usage:" in shown.stdout


def test_help_is_quick(run: Run) -> None:
    took = []
    for _ in range(5):
        before = os.times()
        run("--help")
        after = os.times()  # of processor time: the machine has other work as well
        took.append(sum(after[2:4]) - sum(before[2:4]))
    assert min(took) < 0.3, took


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys, lookalike.cli.main as m\n"
        "try: m.app(['--help'])\n"
        "except SystemExit: pass\n"
        "print([n for n in ('numpy', 'cv2', 'scipy', 'openvino', 'rich', 'typst', 'av', 'PIL') if n in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.splitlines()[-1] == "[]"


def test_a_search_prints_a_list_and_the_sentence(run: Run, sixty: Path) -> None:
    done = run("search", BETTER_STILL, "--gallery", sixty, "-k", 3)
    assert done.returncode == 0, done.stderr
    flat = " ".join(re.sub(r"[│╭╮╰╯─]", " ", done.stdout).split())
    assert "This is not an identification and not probable cause to arrest." in flat
    assert "60 photographs of 60 people" in flat
    assert "stranger" in flat
    assert not FORBIDDEN.search(done.stdout + done.stderr)


def test_the_json_names_every_part_of_every_candidate(run: Run, sixty: Path, tmp_path: Path) -> None:
    done = run("search", BETTER_STILL, "--gallery", sixty, "-k", 4, "--json", "--record", "r.json", "--pdf", "r.pdf")
    assert done.returncode == 0, done.stderr
    data = json.loads(done.stdout)
    assert len(data["candidates"]) == 4
    for candidate in data["candidates"]:
        assert {"record_id", "person_id", "rank", "score", "expected_lookalikes"} <= set(candidate)
        assert set(candidate["score"]) == {"value", "dot", "norm_probe", "norm_reference"}
        assert set(candidate["expected_lookalikes"]) == {"value", "low", "high", "sentence"}
    assert json.loads((tmp_path / "r.json").read_text()) == data
    assert (tmp_path / "r.pdf").read_bytes().startswith(b"%PDF-")
    again = run("search", BETTER_STILL, "--gallery", sixty, "--pdf", "r.pdf")
    assert again.returncode == 2
    assert "exists already" in again.stderr


def test_an_unfit_still_is_refused_with_status_3(run: Run, sixty: Path) -> None:
    done = run("search", DARK_STILL, "--gallery", sixty)
    assert done.returncode == 3
    assert done.stdout == ""
    lines = done.stderr.splitlines()
    assert lines[0].startswith("Refused: ")
    assert lines[1].startswith("Why: ")
    assert lines[2].startswith("What to do: ")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["search", "nothing.jpg", "--gallery", "{gallery}"], "no file nothing.jpg"),
        (["search", "{probe}"], "No gallery was named"),
        (["search", "{probe}", "--gallery", "nowhere"], "not a gallery"),
        (["search", "{probe}", "--gallery", "{gallery}", "-k", "51"], "candidates"),
        (["search", "{probe}", "--gallery", "{gallery}", "--face", "2"], "no face number 2"),
        (["search", "{probe}", "--gallery", "{gallery}", "--edit", "inpaint=1"], "no edit called"),
        (["search", "{probe}", "--gallery", "{gallery}", "--matcher", "other"], "No matcher pack"),
        (["search", "{probe}", "--gallery", "{gallery}", "--pdf", "no/such/folder.pdf"], "does not exist"),
        (["compare", "{probe}", "text.txt"], "text.txt"),
        (["inspect", "text.txt"], "text.txt"),
        (["enrol", "nowhere", "--manifest", "m.csv", "--gallery", "g"], "not a folder"),
        (["enrol", ".", "--manifest", "m.csv", "--gallery", "g"], "m.csv"),
        (["gallery", "info", "nowhere"], "not a gallery"),
        (["matcher", "verify", "other"], "No matcher pack"),
        (["matcher", "add", "nowhere"], "manifest.toml"),
        (["stills", "text.txt"], "text.txt"),
    ],
)
def test_bad_input_ends_with_status_and_what_to_do(
    run: Run, sixty: Path, tmp_path: Path, arguments: list[str], said: str
) -> None:
    (tmp_path / "text.txt").write_text("hello")
    filled = [a.format(gallery=sixty, probe=BETTER_STILL) for a in arguments]
    done = run(*filled)
    assert done.returncode == 2, done.stderr
    assert said in done.stderr
    assert "What to do: " in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("source", ["rtsp://camera/1", "http://host/stream.m3u8", "/dev/video0", "udp://@:1234"])
def test_a_camera_or_a_stream_is_refused_by_type(run: Run, source: str) -> None:
    done = run("stills", source)
    assert done.returncode == 3, done.stderr
    assert "Refused" in done.stderr


def test_outputs_of_one_name_or_over_the_evidence_are_refused(run: Run, sixty: Path, tmp_path: Path) -> None:
    still = tmp_path / "still.jpg"
    shutil.copy(BETTER_STILL, still)
    before = still.read_bytes()
    same = run("search", still, "--gallery", sixty, "--pdf", "a", "--record", "a")
    over = run("search", still, "--gallery", sixty, "--pdf", still, "--force")
    folder = run("search", still, "--gallery", sixty, "--pdf", tmp_path, "--force")
    assert [done.returncode for done in (same, over, folder)] == [2, 2, 2]
    assert still.read_bytes() == before
    (tmp_path / "precious.csv").write_text("mine")
    (tmp_path / "m.csv").write_text("id,person_id,file,date_taken,source,status\n")
    kept = run("enrol", ".", "--manifest", "m.csv", "--gallery", "g", "--rejects", "precious.csv")
    assert kept.returncode == 2
    assert (tmp_path / "precious.csv").read_text() == "mine"


def test_a_gallery_that_cannot_be_written_can_be_searched(run: Run, sixty: Path, tmp_path: Path) -> None:
    assert run("gallery", "backup", "copy", "--gallery", sixty).returncode == 0
    code = (
        "import os, sys; from pathlib import Path; from lookalike.gallery.gallery import Gallery\n"
        "from lookalike.gallery.search import Index\n"
        "real = os.access; os.access = lambda path, mode: mode == os.R_OK\n"
        "g = Gallery(Path('copy'), Path(sys.argv[1])); print(len(Index(g)), len(g.photo(next(g.records()).id)) > 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, keys_of(sixty)], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout == "60 True\n"
    assert sorted(p.name for p in (tmp_path / "copy").iterdir()) == ["catalogue.sqlite", "photos", "segments"]


def test_ctrl_c_says_that_what_was_finished_stays(home: Path, people: Path, tmp_path: Path) -> None:
    environment = os.environ | {"LOOKALIKE_HOME": str(home), "LOOKALIKE_KEYS": str(tmp_path / "keys")}
    command = [sys.executable, "-m", "lookalike.cli.main", "enrol", str(people)]
    command += ["--manifest", str(people / "people.csv"), "--gallery", str(tmp_path / "g")]
    process = subprocess.Popen(
        command,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # a shell that runs the tests in the background has them ignore the interrupt
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    deadline = time.monotonic() + 60
    while not list((tmp_path / "g").glob("segments/*.seg")) and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "run it again and it goes on" in said
    assert "Traceback" not in said


def test_debug_may_stand_anywhere(run: Run) -> None:
    done = run("search", "nothing.jpg", "--gallery", "nowhere", "--debug")
    assert done.returncode == 2
    assert "Traceback" in done.stderr


def test_a_fault_of_ours_is_called_one_and_shows_its_traceback_only_on_request(run: Run, sixty: Path) -> None:
    # a home that cannot be written is not the caller's probe being wrong
    done = run("search", BETTER_STILL, "--gallery", sixty, LOOKALIKE_HOME="/proc/nothing")
    assert done.returncode == 1
    assert "Fault" in done.stderr
    assert "Traceback" not in done.stderr
    assert (
        "Traceback" in run("--debug", "search", BETTER_STILL, "--gallery", sixty, LOOKALIKE_HOME="/proc/nothing").stderr
    )


def test_stills_lists_frames_with_faces_and_saves_one_losslessly(
    run: Run, people: Path, probes: list[dict[str, str]], tmp_path: Path
) -> None:
    clip = people / next(row["file"] for row in probes if row["kind"] == "clip")
    listed = json.loads(run("stills", clip, "--json").stdout)
    assert listed["clip"]["sha256"] == hashlib.sha256(clip.read_bytes()).hexdigest()
    assert len(listed["stills"]) > 5
    best = max(listed["stills"], key=lambda row: row["faces"][0]["inter_eye_distance"])
    saved = json.loads(run("stills", clip, "--save", best["frame"], "--json").stdout)
    assert saved["frame_index"] == best["frame"]
    assert saved["timecode"] == best["timecode"]
    still = read_photo_file(tmp_path / saved["file"])
    assert still.sha256 == saved["file_sha256"]
    assert hashlib.sha256(still.pixels.tobytes()).hexdigest() == saved["pixels_sha256"]
    assert run("stills", clip, "--save", best["frame"]).returncode == 2
    assert "frame" in run("stills", clip).stdout


def test_inspect_shows_each_face_and_templates_none(
    run: Run, people: Path, bookings: list[dict[str, str]], tmp_path: Path
) -> None:
    pair = np.hstack([read_photo_file(people / row["file"]).pixels for row in bookings[:2]])
    (tmp_path / "pair.png").write_bytes(encode_png(pair))
    done = run("inspect", "pair.png", "--json", "--picture", "numbered.png")
    facts = json.loads(done.stdout)
    assert [face["face"] for face in facts["faces"]] == [1, 2]
    assert all("EmbeddingNorm" not in {m["measure"] for m in face["quality"]} for face in facts["faces"])
    assert read_photo_file(tmp_path / "numbered.png").pixels.shape == pair.shape
    shown = run("inspect", "pair.png")
    assert "Face 2:" in shown.stdout
    assert not FORBIDDEN.search(shown.stdout)


def test_compare_says_what_a_likeness_is_worth_only_beside_strangers(
    run: Run, people: Path, bookings: list[dict[str, str]], sixty: Path
) -> None:
    a, b = (people / row["file"] for row in bookings[:2])
    alone = run("compare", a, b)
    assert alone.returncode == 0, alone.stderr
    assert "cannot be said without strangers" in alone.stdout
    beside = run("compare", a, a, "--gallery", sixty)
    assert "searches like this would show a stranger" in beside.stdout
    data = json.loads(run("compare", a, b, "--gallery", sixty, "--json").stdout)
    assert data["score"]["value"] < 1
    assert data["expected_lookalikes"]["persons"] == 60
    assert not FORBIDDEN.search(alone.stdout + beside.stdout)


def test_a_setting_comes_from_the_option_then_the_variable_then_the_file(run: Run, tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()

    def candidates(**variables: str) -> dict[str, str]:
        out = run("config", "--json", LOOKALIKE_HOME=str(own), **variables).stdout
        found: dict[str, str] = json.loads(out)["settings"]["candidates"]
        return found

    assert candidates() == {"value": "20", "origin": "default"}
    (own / "lookalike.toml").write_text("candidates = 7\n")
    assert candidates() == {"value": "7", "origin": str(own / "lookalike.toml")}
    assert candidates(LOOKALIKE_CANDIDATES="9") == {"value": "9", "origin": "LOOKALIKE_CANDIDATES"}
    assert "candidates" in run("config", LOOKALIKE_HOME=str(own)).stdout


@pytest.mark.parametrize(
    "text", ["candidate = 7", "candidates = 1", "candidates = 'many'", "not toml", "runtime = 'gpu'"]
)
def test_a_wrong_setting_is_named(run: Run, tmp_path: Path, text: str) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "lookalike.toml").write_text(text)
    done = run("config", LOOKALIKE_HOME=str(own))
    assert done.returncode == 2
    assert "What to do" in done.stderr


def test_gallery_info_counts_what_is_and_what_is_never_searched(run: Run, sixty: Path) -> None:
    facts = json.loads(run("gallery", "info", sixty, "--json").stdout)
    assert facts["records"] == {"active": 60, "sealed": 0, "dismissed": 0, "expunged": 0}
    assert facts["matcher"] == "sface-2021.12"
    shown = run("gallery", "info", sixty).stdout
    assert "60 photographs of 60 people" in shown
    assert facts["snapshot"] in shown
    assert run("gallery", "info", LOOKALIKE_GALLERY=str(sixty)).stdout == shown


def test_a_pack_can_be_added_once_and_then_enrols(run: Run, tmp_path: Path, cache: Path) -> None:
    from tests.face.test_pack import tiny_pack

    own = tmp_path / "own"
    shutil.copytree(cache, own / "cache")
    folder = tiny_pack(tmp_path / "tiny")
    added = run("matcher", "add", folder, LOOKALIKE_HOME=str(own))
    assert added.returncode == 0, added.stderr
    assert "tiny" in run("matcher", "list", LOOKALIKE_HOME=str(own)).stdout
    assert "is whole" in run("matcher", "verify", "tiny", LOOKALIKE_HOME=str(own)).stdout
    assert "A tiny embedder" in run("matcher", "show", "tiny", LOOKALIKE_HOME=str(own)).stdout
    again = run("matcher", "add", folder, LOOKALIKE_HOME=str(own))
    assert again.returncode == 2
    assert "installed already" in again.stderr


def test_the_demo_refuses_the_dark_still_and_leaves_a_record(run: Run, tmp_path: Path) -> None:
    done = run("demo", "--output", "out")
    assert done.returncode == 0, done.stderr
    flat = " ".join(done.stdout.split())
    assert "Refused:" in flat
    assert "pixels between the eyes" in flat
    assert "not probable cause" in flat
    assert (tmp_path / "out" / "search-record.pdf").read_bytes().startswith(b"%PDF-")
    record = json.loads((tmp_path / "out" / "search-record.json").read_text())
    assert record["galleries"][0]["persons"] >= 400
    assert not FORBIDDEN.search(done.stdout)
    start = time.perf_counter()
    assert run("demo", "--output", "out").returncode == 0
    assert time.perf_counter() - start < 15


def test_a_search_asks_no_other_machine_anything(home: Path, sixty: Path, tmp_path: Path) -> None:
    # OpenVINO ships a telemetry package; nothing here may ever use it
    code = (
        "import sys\n"
        "def hook(event, arguments):\n"
        "    if event in ('socket.connect', 'socket.getaddrinfo', 'socket.sendto'):\n"
        "        print('NETWORK', event, arguments, flush=True)\n"
        "sys.addaudithook(hook)\n"
        f"sys.argv = ['lookalike', 'search', {str(BETTER_STILL)!r}, '--gallery', {str(sixty)!r}, '--json']\n"
        "from lookalike.cli.main import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print('TELEMETRY', sys.modules.get('openvino_telemetry'), file=sys.stderr)\n"
    )
    environment = {k: v for k, v in os.environ.items() if k not in ("CI", "TF_BUILD", "JENKINS_URL")}
    alone = tmp_path / "alone"
    alone.mkdir()
    environment |= {"LOOKALIKE_HOME": str(home), "LOOKALIKE_KEYS": str(keys_of(sixty)), "HOME": str(alone)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "NETWORK" not in done.stdout
    assert "TELEMETRY None" in done.stderr
    assert list(alone.rglob("*")) == []  # ONNX Runtime's telemetry would leave its queue in the user's home


def test_onnx_runtime_leaves_nothing_in_the_users_home(home: Path, sixty: Path, tmp_path: Path) -> None:
    alone = tmp_path / "alone"
    alone.mkdir()
    environment = {k: v for k, v in os.environ.items() if k not in ("CI", "TF_BUILD", "JENKINS_URL")}
    environment |= {"LOOKALIKE_HOME": str(home), "LOOKALIKE_KEYS": str(keys_of(sixty)), "HOME": str(alone)}
    environment |= {"LOOKALIKE_RUNTIME": "onnxruntime"}
    command = [
        sys.executable,
        "-m",
        "lookalike.cli.main",
        "search",
        str(BETTER_STILL),
        "--gallery",
        str(sixty),
        "--json",
    ]
    done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "ONNX Runtime" in json.loads(done.stdout)["software"]["runtime"]
    assert done.stderr == ""
    assert list(alone.rglob("*")) == []


def test_a_gallery_is_erased_from_backed_up_and_brought_back(
    run: Run, sixty: Path, tmp_path: Path, bookings: list[dict[str, str]]
) -> None:
    copied = run("gallery", "backup", "one", "--gallery", sixty)
    assert copied.returncode == 0, copied.stderr
    assert "60 records" in copied.stdout
    assert run("gallery", "backup", "one", "--gallery", sixty).returncode == 2
    assert run("gallery", "restore", "one", "two").returncode == 0
    assert "60 photographs" in run("gallery", "verify", "two").stdout
    assert run("search", BETTER_STILL, "--gallery", "two", "--record", "r.json").returncode == 0
    again = run("search", "--replay", "r.json", "--gallery", "two")
    assert again.stdout.startswith("Identical."), again.stderr
    victim = json.loads((tmp_path / "r.json").read_text())["candidates"][0]["record_id"]
    unsure = run("gallery", "erase", victim, "--gallery", "two")
    assert unsure.returncode == 130
    erased = run("gallery", "erase", victim, "--gallery", "two", "--yes")
    assert "did not come back" in erased.stdout, erased.stderr
    assert "already" in run("gallery", "erase", victim, "--gallery", "two", "--yes").stdout
    changed = run("search", "--replay", "r.json", "--gallery", "two")
    assert changed.returncode == 0
    assert "1 of the recorded candidates can no longer be searched" in changed.stdout
    assert victim not in changed.stdout
    assert run("search", "--gallery", "two").returncode == 2
    # the erasure is replayed on a later restore of the same backup
    assert "1 records" in run("gallery", "restore", "one", "three").stdout
    assert run("gallery", "erase", "nobody", "--gallery", "two", "--yes").returncode == 2


def test_a_gallery_without_its_key_says_where_the_key_should_be(run: Run, sixty: Path, tmp_path: Path) -> None:
    done = run("gallery", "info", sixty, LOOKALIKE_KEYS=str(tmp_path / "elsewhere"))
    assert done.returncode == 2
    assert "master key" in done.stderr
    assert "elsewhere" in done.stderr
