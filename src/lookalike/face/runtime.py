"""Running an ONNX network: OpenVINO on processors, ONNX Runtime where it is absent or a GPU is there.

Each inference runs on one thread in 32-bit floats: the same template whether one search runs or a whole enrolment.
"""

from __future__ import annotations

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
    try:
        import onnxruntime

        if "CUDAExecutionProvider" in onnxruntime.get_available_providers():
            return ["onnxruntime", "openvino"]
    except ImportError:
        pass
    return ["openvino", "onnxruntime"]


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
        results = request.infer({0: x}, share_inputs=True)
        return {name: results[i] for i, names in enumerate(self._names) for name in names}


class _OnnxRuntime:
    def __init__(self, path: Path, threads: int) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        known = onnxruntime.get_available_providers()
        providers = [p for p in ("CUDAExecutionProvider", "CPUExecutionProvider") if p in known]
        self._session = onnxruntime.InferenceSession(str(path), options, providers=providers)
        self._input = self._session.get_inputs()[0].name
        self._names = [output.name for output in self._session.get_outputs()]
        device = self._session.get_providers()[0].removesuffix("ExecutionProvider")
        self.runtime = f"ONNX Runtime {onnxruntime.__version__}, {device}, float32"

    def infer(self, x: NDArray[np.float32]) -> Mapping[str, NDArray[np.float32]]:
        results: list[Any] = self._session.run(None, {self._input: x})
        return dict(zip(self._names, results, strict=True))
