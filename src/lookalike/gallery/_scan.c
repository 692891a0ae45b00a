/* The exact scan as a Python extension: buffers in, buffers out, the GIL released while it runs.
 *
 * `_scan_planes.h` has the layout, `_scan_search.h` the search, `_scan_lanes.h` the loops of each processor, and
 * `scan.py`, the only caller, the shapes and the meaning of every argument. Only the stable ABI is used: one build
 * serves every Python from 3.11 on.
 */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "_scan_search.h"

static bool require(bool condition, const char *otherwise) {
    if (!condition) PyErr_SetString(PyExc_ValueError, otherwise);
    return condition;
}

enum { PLANES = 5 };

static void release(Py_buffer *views, int count) {
    for (int i = 0; i < count; i++)
        if (views[i].obj) PyBuffer_Release(&views[i]);
}

/* planes: (high, low, lengths, spreads, norms, dimensions), where low and spreads are empty in int8 mode. Sizes are
 * checked against `rows`: whatever the caller passes, nothing is read or written outside a buffer. */
static bool read_gallery(PyObject *planes, int64_t rows, Gallery *g, Py_buffer *v) {
    if (!PyArg_ParseTuple(planes, "w*w*w*w*w*i", &v[0], &v[1], &v[2], &v[3], &v[4], &g->dimensions)) return false;
    *g = (Gallery){v[0].buf, v[1].len ? v[1].buf : NULL, v[2].buf, v[3].len ? v[3].buf : NULL, v[4].buf, rows,
                   g->dimensions, (g->dimensions + 7) / 8};
    if (!require(g->dimensions >= 1 && g->dimensions <= 1024, "1 to 1,024 dimensions can be searched")) return false;
    if (!require(rows >= 0 && rows < UINT32_MAX, "no such row")) return false;
    int64_t blocks = (rows + LANES - 1) / LANES, bytes = blocks * (int64_t)high_stride(g);
    bool fits = v[0].len >= bytes && v[2].len / 2 >= blocks * LANES && v[4].len / 4 >= blocks * LANES;
    bool both = !g->low == !g->spreads && (!g->low || (v[1].len >= bytes && v[3].len >= blocks * LANES));
    return require(fits && both, "the planes do not hold that many rows");
}

/* pack(planes, first, count, codes) */
static PyObject *scan_pack(PyObject *module, PyObject *arguments) {
    (void)module;
    PyObject *planes;
    Py_ssize_t first, count;
    Py_buffer codes, views[PLANES] = {{0}};
    Gallery g;
    if (!PyArg_ParseTuple(arguments, "O!nny*", &PyTuple_Type, &planes, &first, &count, &codes)) return NULL;
    bool ok = require(first >= 0 && count >= 0 && count < UINT32_MAX, "no such row") &&
              read_gallery(planes, (int64_t)first + count, &g, views) &&
              require(codes.len == count * g.dimensions, "the codes are not (count, D)");
    if (ok) {
        Py_BEGIN_ALLOW_THREADS;
        for (int64_t i = 0; i < count; i++) pack_row(&g, first + i, (int8_t *)codes.buf + i * g.dimensions);
        Py_END_ALLOW_THREADS;
    }
    release(views, PLANES);
    PyBuffer_Release(&codes);
    return ok ? Py_NewRef(Py_None) : NULL;
}

/* Run a job whose buffers were checked. Returns the number of candidates of each probe, or -1 when cancelled. */
static int run_job(Job *job, const int8_t *codes, void *out, int threads, bool *memory) {
    Worker *workers = NULL;
    uint8_t *spaces = NULL;
    *memory = make_job(job, codes, job->k ? out : NULL, threads, &workers, &spaces);
    if (*memory) run(job, workers, threads);
    int size = *memory && job->k ? job->best->size : 0;
    for (int p = 0; size && p < job->count; p++) qsort(job->best[p].heap, (size_t)size, sizeof(Hit), by_merit);
    free_job(job, workers, spaces);
    return atomic_load(&job->stopped) ? -1 : size;
}

/* search(planes, rows, probes, count, k, mask, order, threads, cancel, path, out) -> candidates of each probe, or -1 */
static PyObject *scan_search(PyObject *module, PyObject *arguments) {
    (void)module;
    enum { PROBES = PLANES, MASK, ORDER, CANCEL, OUT, VIEWS };
    PyObject *planes;
    Py_ssize_t rows;
    Py_buffer v[VIEWS] = {{0}};
    int threads, found = 0;
    const char *name;
    Job job = {0};
    if (!PyArg_ParseTuple(arguments, "O!ny*iiz*z*iz*sw*", &PyTuple_Type, &planes, &rows, &v[PROBES], &job.count, &job.k,
                          &v[MASK], &v[ORDER], &threads, &v[CANCEL], &name, &v[OUT]))
        return NULL;
    for (int i = 0; i < PATH_COUNT; i++)
        if (!strcmp(PATHS[i].name, name) && PATHS[i].works()) job.path = &PATHS[i];
    job.mask = v[MASK].buf, job.order = v[ORDER].buf, job.cancel = v[CANCEL].buf, job.scores = v[OUT].buf;
    bool memory = true, ok = require(job.path != NULL, "this processor has no such path") &&
              read_gallery(planes, rows, &job.gallery, v) && require(job.count >= 1, "at least one probe") &&
              require(v[PROBES].len == (Py_ssize_t)job.count * job.gallery.dimensions, "the probes are not (m, D)") &&
              require(job.k >= 0 && job.k <= MOST_CANDIDATES && (job.k || job.count == 1), "k is out of bounds") &&
              require(!job.mask || v[MASK].len >= (rows + 7) / 8, "the mask is too short") &&
              require(!job.order || v[ORDER].len / 4 >= rows, "the order is too short") &&
              require(!job.cancel || v[CANCEL].len >= 1, "the cancel flag is empty") &&
              require(threads >= 1 && threads <= MOST_THREADS, "1 to 256 threads can be used") &&
              require(v[OUT].len >= (job.k ? job.count * (Py_ssize_t)sizeof(Hit) * job.k : rows * 8), "no room");
    if (ok) {
        bool nibbles = job.gallery.low && job.count == 1;
        job.step = !job.k ? step_scores : nibbles ? step_nibbles : step_bytes;
        Py_BEGIN_ALLOW_THREADS;
        found = run_job(&job, v[PROBES].buf, v[OUT].buf, threads, &memory);
        Py_END_ALLOW_THREADS;
    }
    release(v, VIEWS);
    if (!memory) return PyErr_NoMemory();
    return ok ? PyLong_FromLong(found) : NULL;
}

static PyObject *scan_paths(PyObject *module, PyObject *none) {
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
    {"pack", scan_pack, METH_VARARGS, "pack(planes, first, count, codes): put templates into the planes."},
    {"search", scan_search, METH_VARARGS,
     "search(planes, rows, probes, count, k, mask, order, threads, cancel, path, out): the k best rows of each probe."},
    {"paths", scan_paths, METH_NOARGS, "paths(): the code paths that this processor can run, fastest first."},
    {NULL, NULL, 0, NULL}};

static PyModuleDef_Slot SLOTS[] = {{0, NULL}};

static struct PyModuleDef MODULE = {
    PyModuleDef_HEAD_INIT, "_scan", "The exact scan in C. Use it through lookalike.gallery.scan.", 0, METHODS, SLOTS,
    NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__scan(void) { return PyModuleDef_Init(&MODULE); }
