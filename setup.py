"""The one part of the package that pyproject.toml cannot describe: the comparisons in C, built where they can be."""

import sys

from setuptools import Extension, setup


def compiled(module: str, source: str, headers: tuple[str, ...]) -> Extension:
    """An extension module, from one source and the scan's headers."""
    return Extension(
        f"lookalike.{module}",
        [f"src/lookalike/{source}"],
        depends=[f"src/lookalike/gallery/_scan_{header}.h" for header in headers],
        define_macros=[("Py_LIMITED_API", "0x030B0000")],  # one wheel serves every Python from 3.11 on
        py_limited_api=True,
        # no -march: the code chooses by the processor it runs on. No contraction: the score's bits are part of the
        # record. No errno: nobody reads it after a square root, and without it compilers take several roots at once
        extra_compile_args=["-std=c11", "-O3", "-ffp-contract=off", "-fno-math-errno", "-pthread"],
        extra_link_args=["-pthread", "-lm"],
        optional=True,  # without a compiler NumPy compares, with the same bits
    )


SCAN = compiled("gallery._scan", "gallery/_scan.c", ("lanes", "planes", "search"))
PAIRS = compiled("evaluation._pairs", "evaluation/_pairs.c", ("lanes",))

# written for GCC and Clang; with another compiler `optional` would only make the same decision more noisily
setup(
    ext_modules=[] if sys.platform == "win32" else [SCAN, PAIRS],
    options={"bdist_wheel": {"py_limited_api": "cp311"}},
)
