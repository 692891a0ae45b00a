#!/bin/sh
# The tests of the exact scan and of the all-pairs comparison with their extensions built under AddressSanitizer and UBSan.
#
#     tools/sanitize_scan.sh [python] [pytest arguments]
#
# Builds into a scratch folder beside a copy of the package; the installed extension is not touched.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
python=${1:-python}
[ $# -gt 0 ] && shift
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cp -r "$here/src/lookalike" "$scratch/"
cd "$scratch/lookalike"
rm -f gallery/_scan.*.so evaluation/_pairs.*.so
include=$("$python" -c 'import sysconfig; print(sysconfig.get_paths()["include"])')
for module in gallery/_scan evaluation/_pairs; do
    gcc -std=c11 -O1 -g -ffp-contract=off -fno-omit-frame-pointer -fsanitize=address,undefined,float-cast-overflow \
        -fno-sanitize-recover=all -DPy_LIMITED_API=0x030B0000 -fPIC -shared -pthread "-I$include" $module.c \
        -o $module.abi3.so -lm
done
cd "$here"
# CPython keeps its own memory until it ends, so leaks are not looked for
LD_PRELOAD="$(gcc -print-file-name=libasan.so) $(gcc -print-file-name=libubsan.so)" \
    ASAN_OPTIONS=detect_leaks=0:detect_stack_use_after_return=1 UBSAN_OPTIONS=print_stacktrace=1 PYTHONMALLOC=malloc PYTHONPATH="$scratch" \
    "$python" -m pytest -q -s -o pythonpath= -p no:cacheprovider tests/gallery/test_scan.py \
    tests/evaluation/test_comparisons.py "$@"
