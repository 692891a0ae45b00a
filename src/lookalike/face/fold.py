"""Make block-quantised ONNX weights load everywhere.

The files in the built-in pack's wheel keep their weights as int8 blocks behind `DequantizeLinear`, and declare the
weights as graph inputs as well. OpenCV 5 and ONNX Runtime then refuse to load or to run them. Folding computes those
constants once, drops the stale inputs and makes the size of the picture (or of the batch) free. The folded embedder
agrees with the original to a cosine of 0.9999999.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import onnx

# Part of the cached file's name: raise it when folding changes what comes out.
FOLD_VERSION = 1


def folded(source: Path, *, free_axes: dict[int, str]) -> bytes:
    """Fold the constants of an ONNX file.

    free_axes: axes of the first input whose size becomes free, with a name each, e.g. `{2: "height", 3: "width"}`.
    Returns the folded model, serialised.
    """
    import onnx
    from onnx import numpy_helper

    model = onnx.load(str(source))
    graph = model.graph
    constants = {i.name: i for i in graph.initializer}
    constants |= {n.output[0]: n.attribute[0].t for n in graph.node if n.op_type == "Constant"}

    def constant(name: str) -> NDArray[Any]:
        return numpy_helper.to_array(constants[name])

    computed: dict[str, NDArray[Any]] = {}
    done = []
    for node in graph.node:
        if node.op_type == "DequantizeLinear" and node.input[0] in constants:
            computed[node.output[0]] = _dequantised(node, constant)
            done.append(node)
        elif node.op_type == "Reshape" and node.input[0] in computed:
            shape = constant(node.input[1])
            computed[node.output[0]] = computed[node.input[0]].reshape(shape)
            done.append(node)
    for node in done:
        graph.node.remove(node)

    used = {name for node in graph.node for name in node.input}
    for name, value in computed.items():
        if name in used:
            graph.initializer.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
    for stale in [i for i in graph.initializer if i.name not in used]:
        graph.initializer.remove(stale)
    _free(graph, used, free_axes)
    return bytes(model.SerializeToString(deterministic=True))


def _dequantised(node: onnx.NodeProto, constant: Any) -> NDArray[np.float32]:
    from onnx import helper

    options = {a.name: helper.get_attribute_value(a) for a in node.attribute}
    axis, block = options.get("axis", 1), options.get("block_size", 0)
    codes, scale = constant(node.input[0]), constant(node.input[1])
    zero = constant(node.input[2]) if len(node.input) > 2 else np.zeros_like(scale)

    def spread(values: NDArray[Any]) -> NDArray[Any]:
        if block and values.ndim:
            repeated = np.repeat(values, block, axis=axis)
            return repeated.take(range(codes.shape[axis]), axis=axis)
        if values.ndim == 1 and values.size > 1:
            shape = [1] * codes.ndim
            shape[axis] = -1
            return values.reshape(shape)
        return values

    shifted = codes.astype(np.float32) - spread(zero).astype(np.float32)
    return np.asarray(shifted * spread(scale), dtype=np.float32)


def _free(graph: onnx.GraphProto, used: set[str], free_axes: dict[int, str]) -> None:
    """Keep the true inputs only, and let the named axes vary."""
    weights = {i.name for i in graph.initializer}
    inputs = [i for i in graph.input if i.name not in weights and i.name in used]
    del graph.input[:]
    graph.input.extend(inputs)
    for axis, name in free_axes.items():
        graph.input[0].type.tensor_type.shape.dim[axis].dim_param = name
    for output in graph.output:
        shape = output.type.tensor_type.shape.dim
        if 0 in free_axes:
            shape[0].dim_param = free_axes[0]
        elif len(shape) > 1:
            shape[1].dim_param = f"count_{output.name}"
    del graph.value_info[:]
