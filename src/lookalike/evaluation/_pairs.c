/* Every row of one set compared with every row of another, and only the histogram of the scores kept.
 *
 * The caller, `comparisons.py`, passes rectangles of one pair of cohorts, several at a time from several threads, so
 * that all increments of a call go into one histogram, small enough for the second-level cache.
 *
 *   score   dot(a, b) / sqrt(dot(a, a) * dot(b, b)), the bits of lookalike.face.template: see `_scan_planes.h`
 *   bin     floor(score * bins / 2) + bins / 2, and the last bin for a score of 1
 *
 * A root and a division cost more than all the rest, so a cheaper product of reciprocals places the score first; the
 * formula is asked only when that place is so near an edge that roundings could tell (see DOUBT).
 *
 * The dot products are those of the exact scan, for its processors. Memory: both sets, padded, and a histogram of 32
 * bits. Only the stable ABI is used, and the GIL is released.
 */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "../gallery/_scan_lanes.h"

#define MOST_BINS (1 << 20)
#define MOST_DIMENSIONS 1024
#define MOST_ROWS 32768
#define CHUNK 8 /* blocks that stay in the first-level cache while every row of a passes over them */

/* A score's place among the bins is at most 2^19 from the middle. Reciprocals find it with two roots, two divisions,
 * three products and a sum or two, the formula with three roundings: a dozen of at most 2^-53 of it are below 2^-30. */
#define DOUBT 0x1p-28

typedef struct {
    uint8_t *codes;  /* `a`: rows of signed bytes; `b`: the byte plane of `_scan_lanes.h`; both padded with zeros */
    double *norms;   /* exact; 1 for a zero row, which scores 0, and for padding */
    double *scales;  /* 1 / sqrt(norm) */
    int32_t *offset; /* 128 * sum of the codes: what the byte plane's + 128 adds to a dot product */
    int64_t rows;
} Rows;

typedef struct {
    Rows a, b;
    int groups, bins; /* groups: of four dimensions */
    uint32_t *counts;
} Job;

typedef struct {
    const char *name;
    bool (*works)(void);
    void (*sweep)(const Job *, int64_t from, int64_t to);
} Path;

/* ---- one block after another ------------------------------------------------------------------------------------ */

typedef void Bytes(const uint8_t *, const int8_t *, size_t, int, int, int32_t (*)[LANES]);

/* The bins of one row's scores with a block, by the formula. */
INLINE void exact_bins(const int32_t *dots, int32_t offset, double norm, const double *norms, int half,
                       uint32_t *bins) {
#pragma GCC unroll 1
    for (int r = 0; r < LANES; r++) {
        double place = (double)(dots[r] - offset) / sqrt(norm * norms[r]) * half;
        int32_t whole = (int32_t)place;
        whole -= place < whole; /* towards minus infinity */
        bins[r] = (uint32_t)(whole < half ? whole + half : 2 * half - 1);
    }
}

/* The bins of TOGETHER rows' scores with a block, without a root or a division: true when they are those of the
 * formula, because nothing within DOUBT of a score's place is an edge. Both are plain C on purpose: compilers find the
 * lanes in it, unless they unroll the inner loop before they look. */
INLINE bool bins_of(int32_t (*dots)[LANES], const int32_t *offset, const double *scales_a, const double *scales_b,
                    int half, uint32_t *bins) {
    uint32_t apart[LANES] = {0}, any = 0;
    for (int p = 0; p < TOGETHER; p++, bins += LANES) {
        const double scale = half * scales_a[p];
#pragma GCC unroll 1
        for (int r = 0; r < LANES; r++) {
            double place = (dots[p][r] - offset[p]) * (scale * scales_b[r]) + (half - DOUBT);
            bins[r] = (uint32_t)(int32_t)place;
            apart[r] |= bins[r] ^ (uint32_t)(int32_t)(place + 2 * DOUBT);
        }
    }
    for (int r = 0; r < LANES; r++) any |= apart[r];
    return !any;
}

/* Compare the blocks `from` to `to` of b with every row of a, padding included. Compiled once a processor: see PATH. */
INLINE void sweep(const Job *job, int64_t from, int64_t to, Bytes *dots_of) {
    const Rows *a = &job->a, *b = &job->b;
    const size_t stride = (size_t)job->groups * 4;
    const int half = job->bins / 2;
    uint32_t *counts = job->counts;
    for (int64_t first = 0; first < a->rows; first += TOGETHER) {
        const int8_t *probes = (const int8_t *)a->codes + (size_t)first * stride;
        for (int64_t row = from * LANES; row < to * LANES; row += LANES) {
            _Alignas(LINE) int32_t dots[TOGETHER][LANES];
            _Alignas(LINE) uint32_t bins[TOGETHER * LANES];
            dots_of(b->codes + (size_t)row * stride, probes, stride, TOGETHER, job->groups, dots);
            if (!bins_of(dots, a->offset + first, a->scales + first, b->scales + row, half, bins))
                for (int p = 0; p < TOGETHER; p++)
                    exact_bins(dots[p], a->offset[first + p], a->norms[first + p], b->norms + row, half,
                               bins + p * LANES);
#pragma GCC unroll 8
            for (int i = 0; i < TOGETHER * LANES; i++) counts[bins[i]]++;
        }
    }
}

#define PATH(X, TARGET) \
    TARGET static void sweep_##X(const Job *job, int64_t from, int64_t to) { sweep(job, from, to, bytes_##X); }
#define PATH_ENTRY(X) {#X, works_##X, sweep_##X}

#if defined(__x86_64__)
PATH(avx512, TARGET_AVX512)
PATH(avx2, TARGET_AVX2)
static bool works_avx512(void) {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512vnni");
}
static bool works_avx2(void) { return __builtin_cpu_supports("avx2"); }
#elif defined(__aarch64__)
PATH(neon, )
static bool works_neon(void) { return true; }
#endif
PATH(portable, )
static bool works_portable(void) { return true; }

static const Path PATHS[] = {
#if defined(__x86_64__)
    PATH_ENTRY(avx512), PATH_ENTRY(avx2),
#elif defined(__aarch64__)
    PATH_ENTRY(neon),
#endif
    PATH_ENTRY(portable)};
#define PATH_COUNT ((int)(sizeof PATHS / sizeof *PATHS))

/* ---- one rectangle ---------------------------------------------------------------------------------------------- */

static int64_t padded(int64_t rows, int whole) { return (rows + whole - 1) / whole * whole; }

/* Room for rows in whole blocks, and the rows in it; `lanes` says which of the two layouts. */
static bool read_rows(Rows *rows, const int8_t *codes, int dimensions, bool lanes) {
    const size_t stride = (size_t)(dimensions + 3) / 4 * 4;
    const size_t room = (size_t)padded(rows->rows, LANES);
    rows->codes = malloc(room * stride + 1);
    rows->norms = malloc(room * sizeof *rows->norms + 1);
    rows->scales = malloc(room * sizeof *rows->scales + 1);
    rows->offset = malloc(room * sizeof *rows->offset + 1);
    if (!rows->codes || !rows->norms || !rows->scales || !rows->offset) return false;
    int8_t row_codes[MOST_DIMENSIONS] = {0}; /* zeros behind the last dimension */
    for (size_t row = 0; row < room; row++) {
        int32_t norm = 0, sum = 0;
        if (row < (size_t)rows->rows) memcpy(row_codes, codes + row * (size_t)dimensions, (size_t)dimensions);
        else memset(row_codes, 0, sizeof row_codes);
        for (size_t i = 0; i < stride; i++) {
            norm += row_codes[i] * row_codes[i];
            sum += row_codes[i];
        }
        uint8_t *place = rows->codes + (lanes ? row / LANES * LANES * stride + row % LANES * 4 : row * stride);
        for (size_t i = 0; i < stride; i += 4, place += lanes ? LINE : 4) {
            uint32_t four = (uint32_t)word(row_codes + i) ^ (lanes ? 0x80808080u : 0); /* code + 128 */
            memcpy(place, &four, sizeof four);
        }
        rows->offset[row] = 128 * sum;
        rows->norms[row] = norm ? norm : 1;
        rows->scales[row] = 1 / sqrt(rows->norms[row]);
    }
    return true;
}

static void free_rows(Rows *rows) {
    free(rows->codes);
    free(rows->norms);
    free(rows->scales);
    free(rows->offset);
}

/* Add the scores of every a with every b to `out`. False without memory, and then nothing was counted. */
static bool run(const Path *path, Job *job, const int8_t *a, const int8_t *b, int dimensions, uint64_t *out) {
    job->counts = calloc((size_t)job->bins, sizeof *job->counts);
    bool memory = read_rows(&job->a, a, dimensions, false) && read_rows(&job->b, b, dimensions, true) && job->counts;
    if (memory) {
        const int64_t columns = padded(job->b.rows, LANES), blocks = columns / LANES;
        for (int64_t from = 0; from < blocks; from += CHUNK)
            path->sweep(job, from, from + CHUNK < blocks ? from + CHUNK : blocks);
        for (int i = 0; i < job->bins; i++) out[i] += job->counts[i];
        /* padding scores 0 */
        out[job->bins / 2] -= (uint64_t)(padded(job->a.rows, TOGETHER) * columns - job->a.rows * job->b.rows);
    }
    free(job->counts);
    free_rows(&job->a);
    free_rows(&job->b);
    return memory;
}

/* ---- the module ------------------------------------------------------------------------------------------------- */

static bool require(bool condition, const char *otherwise) {
    if (!condition) PyErr_SetString(PyExc_ValueError, otherwise);
    return condition;
}

/* count(a, b, dimensions, path, out) */
static PyObject *pairs_count(PyObject *module, PyObject *arguments) {
    (void)module;
    Py_buffer a, b, out;
    int dimensions;
    const char *name;
    const Path *path = NULL;
    Job job = {0};
    if (!PyArg_ParseTuple(arguments, "y*y*isw*", &a, &b, &dimensions, &name, &out)) return NULL;
    for (int i = 0; i < PATH_COUNT; i++)
        if (!strcmp(PATHS[i].name, name) && PATHS[i].works()) path = &PATHS[i];
    bool memory = true, ok = require(path != NULL, "this processor has no such path") &&
                             require(dimensions >= 1 && dimensions <= MOST_DIMENSIONS, "1 to 1,024 dimensions") &&
                             require(a.len % dimensions == 0 && b.len % dimensions == 0, "rows must be whole") &&
                             require(out.len % 16 == 0 && out.len / 8 <= MOST_BINS && (uintptr_t)out.buf % 8 == 0,
                                     "the bins are an even number of 64-bit integers, 1,048,576 at most");
    if (ok) {
        job.a.rows = a.len / dimensions, job.b.rows = b.len / dimensions;
        job.groups = (dimensions + 3) / 4, job.bins = (int)(out.len / 8);
        ok = require(job.a.rows <= MOST_ROWS && job.b.rows <= MOST_ROWS, "32,768 rows at most: counts have 32 bits") &&
             require(job.bins >= 2, "at least two bins");
    }
    if (ok) {
        Py_BEGIN_ALLOW_THREADS;
        memory = run(path, &job, a.buf, b.buf, dimensions, out.buf);
        Py_END_ALLOW_THREADS;
    }
    PyBuffer_Release(&a);
    PyBuffer_Release(&b);
    PyBuffer_Release(&out);
    if (!memory) return PyErr_NoMemory();
    return ok ? Py_NewRef(Py_None) : NULL;
}

static PyObject *pairs_paths(PyObject *module, PyObject *none) {
    (void)module, (void)none;
    PyObject *names = PyList_New(0);
    for (int i = 0; names && i < PATH_COUNT; i++) {
        PyObject *name = PATHS[i].works() ? PyUnicode_FromString(PATHS[i].name) : Py_NewRef(Py_None);
        if (!name || (name != Py_None && PyList_Append(names, name))) Py_CLEAR(names);
        Py_XDECREF(name);
    }
    return names;
}

static PyMethodDef METHODS[] = {
    {"count", pairs_count, METH_VARARGS,
     "count(a, b, dimensions, path, out): add the scores of every a with every b to the bins of out."},
    {"paths", pairs_paths, METH_NOARGS, "paths(): the code paths that this processor can run, fastest first."},
    {NULL, NULL, 0, NULL}};

static PyModuleDef_Slot SLOTS[] = {{0, NULL}};

static struct PyModuleDef MODULE = {
    PyModuleDef_HEAD_INIT, "_pairs", "All comparisons in C. Use it through lookalike.evaluation.comparisons.", 0,
    METHODS, SLOTS, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__pairs(void) { return PyModuleDef_Init(&MODULE); }
