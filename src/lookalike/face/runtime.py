"""Running an ONNX network: OpenVINO on processors, ONNX Runtime where it is absent or a GPU is there.

Each inference runs on one thread in 32-bit floats: the same template whether one search runs or a whole enrolment.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from lookalike.errors import RuntimeMissing

RuntimeName = Literal["auto", "openvino", "onnxruntime"]


class Network(Protocol):
    """A loaded network."""

    runtime: str
    """Name, version, device and precision, as every record states it."""

    def infer(self, x: NDArray[np.float32]) -> Mapping[str, NDArray[np.float32]]:
        """Run on one batch, (n, channels, height, width) float32. Outputs by name."""
        ...


def load_network(path: Path, *, runtime: RuntimeName = "auto", threads: int = 1) -> Network:
    """Load an ONNX file with the runtime asked for, or the best that is here.

    threads: how many inferences may run side by side; each has one thread of its own.
    Raises RuntimeMissing when the runtime is not installed or cannot load the file.
    """
    makers: dict[str, Callable[[Path, int], Network]] = {"openvino": _OpenVino, "onnxruntime": _OnnxRuntime}
    wanted = [runtime] if runtime != "auto" else _preference()
    failures = []
    for name in wanted:
        try:
            return makers[name](path, threads)
        except Exception as error:  # a runtime raises whatever it likes when it cannot load
            failures.append(f"{name}: {str(error).splitlines()[0] if str(error) else error!r}")
    raise RuntimeMissing(
        f"{path.name} could not be loaded ({'; '.join(failures)}).",
        why="Without a runtime no template can be made.",
        remedy="Install openvino or onnxruntime, or check the pack with `lookalike matcher verify`.",
    )


def _preference() -> list[str]:
    """ONNX Runtime first where a GPU is there and it can use it; it is not even imported where there is none."""
    if Path("/dev/nvidiactl").exists():
        try:
            if "CUDAExecutionProvider" in _onnxruntime().get_available_providers():
                return ["onnxruntime", "openvino"]
        except ImportError:
            pass
    return ["openvino", "onnxruntime"]


def _onnxruntime() -> Any:
    """ONNX Runtime without its telemetry, which else writes to the user's home and calls its maker."""
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # read by the library when it is loaded
    import onnxruntime

    return onnxruntime


def _openvino() -> Any:
    """OpenVINO without its telemetry, which else reports every import to its maker's analytics service.

    Where the telemetry package cannot be imported, OpenVINO takes its own stub instead; so it is kept from being found.
    """
    if "openvino" not in sys.modules:
        sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]  # None is how an import is refused
    import openvino

    return openvino


class _OpenVino:
    def __init__(self, path: Path, threads: int) -> None:
        openvino = _openvino()
        # what the bindings set up on the first look into a tensor dead-locks two threads that look first together
        openvino.Tensor(np.zeros(1, dtype=np.float32)).data  # noqa: B018 (for what it sets up)
        core = openvino.Core()
        options = {
            "INFERENCE_PRECISION_HINT": "f32",
            "INFERENCE_NUM_THREADS": threads,
            "NUM_STREAMS": threads,
        }
        self._model = core.compile_model(core.read_model(str(path)), "CPU", options)
        self._names = [output.get_names() for output in self._model.outputs]
        self._local = threading.local()
        self.runtime = f"OpenVINO {openvino.__version__.split('-')[0]}, CPU, float32"

    def infer(self, x: NDArray[np.float32]) -> Mapping[str, NDArray[np.float32]]:
        request = getattr(self._local, "request", None)
        if request is None:
            request = self._local.request = self._model.create_infer_request()
        # copied in: sharing memory between NumPy and OpenVINO dead-locked two threads (OpenVINO 2026.4)
        results = request.infer({0: x}, share_inputs=False)
        return {name: results[i] for i, names in enumerate(self._names) for name in names}


class _OnnxRuntime:
    def __init__(self, path: Path, threads: int) -> None:
        onnxruntime = _onnxruntime()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        known = onnxruntime.get_available_providers()
        # TF32 would round the products of a "float32" network to ten bits
        cuda = [("CUDAExecutionProvider", {"use_tf32": "0"})] if "CUDAExecutionProvider" in known else []
        providers = [*cuda, "CPUExecutionProvider"]
        self._session = onnxruntime.InferenceSession(str(path), options, providers=providers)
        self._input = self._session.get_inputs()[0].name
        self._names = [output.name for output in self._session.get_outputs()]
        device = self._session.get_providers()[0].removesuffix("ExecutionProvider")
        self.runtime = f"ONNX Runtime {onnxruntime.__version__}, {device}, float32"

    def infer(self, x: NDArray[np.float32]) -> Mapping[str, NDArray[np.float32]]:
        results: list[Any] = self._session.run(None, {self._input: x})
        return dict(zip(self._names, results, strict=True))
