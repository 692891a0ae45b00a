"""The one part of the package that pyproject.toml cannot describe: the exact scan in C, built where it can be."""

import sys

from setuptools import Extension, setup

SCAN = Extension(
    "lookalike.gallery._scan",
    ["src/lookalike/gallery/_scan.c"],
    depends=[f"src/lookalike/gallery/_scan_{part}.h" for part in ("lanes", "planes", "search")],
    define_macros=[("Py_LIMITED_API", "0x030B0000")],  # one wheel serves every Python from 3.11 on
    py_limited_api=True,
    # no -march: the code chooses by the processor it runs on. No contraction: the score's bits are part of the record
    extra_compile_args=["-std=c11", "-O3", "-ffp-contract=off", "-pthread"],
    extra_link_args=["-pthread", "-lm"],
    optional=True,  # without a compiler NumPy searches, with the same bits
)

# written for GCC and Clang; with another compiler `optional` would only make the same decision more noisily
setup(
    ext_modules=[] if sys.platform == "win32" else [SCAN],
    options={"bdist_wheel": {"py_limited_api": "cp311"}},
)
