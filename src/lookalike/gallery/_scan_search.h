/* The search: the k best rows of a gallery, provably, at the speed of reading half of it.
 *
 * Order. Higher score, then lower rank (`order`), then lower row.
 *
 * The bound. With u = 16 h + l (see `_scan_planes.h`) the high plane alone gives
 *     2 dot(q, c) = 32 q.h + (15 - 256) sum(q) + q.(2l - 15)   and   |q.(2l - 15)| <= |q| |2l - 15|
 * by Cauchy and Schwarz. A row is finished exactly, from both planes, only when that bound reaches the k-th best score
 * so far. The bound is computed in float; `slack` covers its roundings: each is at most 2^-24 of a magnitude below
 * 2^14 |q|, there are fewer than eight, and 8 * 2^-10 |q| < |q| / 64.
 *
 * Threads take chunks of blocks from a counter and share the k best of each probe, so that a good row found by one
 * spares work to all. Memory beyond the planes: 256 KiB a thread and 24 bytes a candidate asked for.
 */
#ifndef LOOKALIKE_SCAN_SEARCH_H
#define LOOKALIKE_SCAN_SEARCH_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "_scan_planes.h"

#define MOST_THREADS 256
#define MOST_CANDIDATES 4096
#define SPACE 262144     /* bytes a thread has for a tile or for waiting rows; stays in its second-level cache */
#define ROOM ((int)(SPACE / sizeof(Waiting)))
#define PATIENCE 2048    /* rows that wait, or 2 k, before the threshold is raised with the best of them */
#define SOON 8           /* rows between asking for a row's cache line and using it */
#define SAMPLE 256       /* blocks looked at first, or k / 4, so that the scan starts with a threshold */

typedef struct {
    double score;
    uint32_t rank, row;
    int32_t dot;
} Hit;

/* The k best of one probe, shared by all threads: a heap with the worst on top. */
typedef struct {
    Hit *heap;
    int size, room;
    _Atomic double floor; /* a score that k rows are known to reach; it only rises */
    pthread_mutex_t lock;
} Best;

typedef struct {
    float bound;  /* a score that the row cannot exceed */
    float length; /* times `unit`: doubled dot product for a score of 1, rounded down */
    int32_t high; /* q.h */
    uint32_t row;
} Waiting;

struct Worker;
typedef struct Path Path;

typedef struct {
    const Path *path;
    Gallery gallery;
    const Probe *probes;
    Best *best;
    int count, k, patience; /* probes, candidates of each; see PATIENCE */
    const uint8_t *mask;
    const uint32_t *order;
    const uint8_t *cancel;
    double *scores; /* when every score is asked for */
    void (*step)(struct Worker *, int64_t from, int64_t to);
    int64_t blocks, chunk;
    _Atomic int64_t next;
    atomic_bool stopped;
} Job;

typedef struct Worker {
    Job *job;
    uint8_t *tile;    /* the same space as */
    Waiting *waiting; /* a job needs one of them */
    int count, fresh; /* waiting rows; the first of those that the threshold has not been raised with */
} Worker;

struct Path {
    const char *name;
    bool (*works)(void);
    void (*sweep_nibbles)(Worker *, int64_t from, int64_t to);
    void (*sweep_bytes)(Worker *, int first, int live, const uint8_t *bytes, int64_t from, int64_t to);
    int32_t (*low_dot)(const uint8_t *low, const int8_t *codes, int groups);
    void (*exact)(const Gallery *, int64_t block, const Probe *, int32_t *dots);
    void (*unpack)(const Gallery *, int64_t block, uint8_t *bytes);
};

/* ---- the k best ------------------------------------------------------------------------------------------------- */

static bool better(const Hit *a, const Hit *b) {
    if (a->score != b->score) return a->score > b->score;
    return a->rank != b->rank ? a->rank < b->rank : a->row < b->row;
}

static int by_merit(const void *a, const void *b) { return better(a, b) ? -1 : better(b, a); }

/* Keep the hit if it is among the best: push it up an unfilled heap, or sift it down from the top of a full one. */
static void offer(Best *best, Hit hit) {
    Hit *heap = best->heap;
    int i;
    if (best->size < best->room) {
        for (i = best->size++; i && better(&heap[(i - 1) / 2], &hit); i = (i - 1) / 2) heap[i] = heap[(i - 1) / 2];
    } else {
        if (!better(&hit, &heap[0])) return;
        for (i = 0;;) {
            int child = 2 * i + 1;
            if (child >= best->room) break;
            if (child + 1 < best->room && better(&heap[child], &heap[child + 1])) child++;
            if (!better(&hit, &heap[child])) break;
            heap[i] = heap[child];
            i = child;
        }
    }
    heap[i] = hit;
}

static double floor_of(const Best *best) { return atomic_load_explicit(&best->floor, memory_order_relaxed); }

/* A row that reached the threshold, with its exact dot product. A score equal to the threshold may win by its rank. */
static void found(const Job *job, int probe, int64_t row, int32_t dot) {
    Best *best = &job->best[probe];
    double score = score_of(dot, job->gallery.norms[row], job->probes[probe].norm);
    if (score < floor_of(best)) return;
    Hit hit = {score, job->order ? job->order[row] : (uint32_t)row, (uint32_t)row, dot};
    pthread_mutex_lock(&best->lock);
    offer(best, hit);
    if (best->size == best->room) atomic_store_explicit(&best->floor, best->heap[0].score, memory_order_relaxed);
    pthread_mutex_unlock(&best->lock);
}

/* ---- rows that wait for their exact score ----------------------------------------------------------------------- */

/* Move the `count` highest bounds to the end (Hoare's selection). */
static void select_highest(Waiting *rows, int size, int count) {
    int left = 0, right = size - 1, target = size - count;
    while (left < right) {
        float pivot = rows[left + (right - left) / 2].bound;
        int i = left, j = right;
        while (i <= j) {
            while (rows[i].bound < pivot) i++;
            while (rows[j].bound > pivot) j--;
            if (i > j) break;
            Waiting swap = rows[i];
            rows[i++] = rows[j];
            rows[j--] = swap;
        }
        if (target <= j) right = j;
        else if (target >= i) left = i;
        else return;
    }
}

/* Score a waiting row exactly, and keep it if it is among the k best so far. */
static void finish(const Job *job, const Waiting *waiting) {
    const Probe *probe = job->probes;
    const Gallery *g = &job->gallery;
    const uint8_t *low = g->low + waiting->row * low_stride(g);
    int32_t dot = 16 * waiting->high + job->path->low_dot(low, probe->codes, g->groups) - 128 * probe->sum;
    double floor = floor_of(job->best);
    /* most rows fall here, before their exact norm is fetched */
    bool reaches = 2 * (float)dot * (1 + 0x1p-20f) >= (float)floor * waiting->length;
    if (floor <= 0 || reaches) found(job, 0, waiting->row, dot);
}

static void finish_rows(const Job *job, const Waiting *rows, int count) {
    const Gallery *g = &job->gallery;
    for (int i = 0; i < count; i++) {
        const Waiting *soon = &rows[i + SOON < count ? i + SOON : i];
        double floor = floor_of(job->best);
        if (soon->bound >= floor) __builtin_prefetch(g->low + soon->row * low_stride(g));
        if (floor <= 0 || rows[i].bound >= floor) finish(job, &rows[i]);
    }
}

/* Raise the threshold: of the rows that came since the last time, finish the k with the highest bounds. */
static void raise_floor(Worker *w) {
    int fresh = w->count - w->fresh, some = w->job->k < fresh ? w->job->k : fresh;
    select_highest(w->waiting + w->fresh, fresh, some);
    w->count -= some;
    finish_rows(w->job, w->waiting + w->count, some);
    w->fresh = w->count;
}

/* Finish every row that still could be a candidate. */
static void finish_all(Worker *w) {
    raise_floor(w);
    finish_rows(w->job, w->waiting, w->count);
    w->count = w->fresh = 0;
}

/* ---- one block after another ------------------------------------------------------------------------------------ */

/* Which rows of a block may be returned: those of the mask that exist. */
static unsigned allowed(const Job *job, int64_t block) {
    int64_t left = job->gallery.rows - block * LANES;
    unsigned bits = left < LANES ? (1u << left) - 1 : 0xFFFF;
    if (!job->mask) return bits;
    const uint8_t *mask = job->mask + 2 * block;
    return bits & (mask[0] | (left > 8 ? (unsigned)mask[1] << 8 : 0));
}

static Test test_of(const Probe *probe, const Best *best, bool nibbles) {
    double floor = floor_of(best), sum = probe->sum;
    float cut = floor > 0 ? (float)(floor * probe->unit) * (1 - 0x1p-22f) : -INFINITY;
    if (nibbles) return (Test){32, (float)((15 - 256) * sum + probe->slack), probe->loosen, cut};
    return (Test){2, (float)(-256 * sum + probe->slack), 0, cut};
}

/* Let the surviving rows of a block wait; most of them will have been overtaken when their turn comes. */
static void defer(Worker *w, int64_t block, unsigned alive, const int32_t *dots, Test t) {
    const Gallery *g = &w->job->gallery;
    float unit = w->job->probes->unit;
    for (alive &= allowed(w->job, block); alive; alive &= alive - 1) {
        int lane = __builtin_ctz(alive);
        uint32_t row = (uint32_t)(block * LANES + lane);
        if (w->count == ROOM) finish_all(w);
        else if (w->count - w->fresh == w->job->patience) raise_floor(w);
        float most = t.gain * (float)dots[lane] + t.shift + t.loosen * g->spreads[row];
        float length = unit * g->lengths[row], bound = unit > 0 ? most / length * (1 + 0x1p-20f) : 0;
        w->waiting[w->count++] = (Waiting){bound, length, dots[lane], row};
    }
}

/* From whole bytes the dot product is already exact. */
static void take(Worker *w, int probe, int64_t block, unsigned alive, const int32_t *dots) {
    for (alive &= allowed(w->job, block); alive; alive &= alive - 1) {
        int lane = __builtin_ctz(alive);
        found(w->job, probe, block * LANES + lane, dots[lane] - 128 * w->job->probes[probe].sum);
    }
}

typedef void Nibbles(const uint8_t *, const int8_t *, int, int32_t *);
typedef void Bytes(const uint8_t *, const int8_t *, size_t, int, int, int32_t (*)[LANES]);
typedef unsigned Reach(const int32_t *, Test, const uint16_t *, const uint8_t *);

/* The five bodies below are compiled once a processor, with its own loops inlined (see PATH). */

/* Bound every row of the blocks by the high plane, and keep those that could be candidates. */
INLINE void sweep_nibbles(Worker *w, int64_t from, int64_t to, Nibbles *nibbles, Reach *reach) {
    const Job *job = w->job;
    const Gallery *g = &job->gallery;
    Test test = test_of(job->probes, job->best, true);
    size_t stride = high_stride(g);
    for (int64_t block = from; block < to; block++) {
        _Alignas(LINE) int32_t dots[LANES];
        if (job->mask && !allowed(job, block)) continue;
        nibbles(g->high + (size_t)block * stride, job->probes->codes, g->groups, dots);
        unsigned alive = reach(dots, test, g->lengths + block * LANES, g->spreads + block * LANES);
        if (!alive) continue;
        defer(w, block, alive, dots, test);
        test = test_of(job->probes, job->best, true);
    }
}

/* Compare the blocks with `live` of `count` probes from `first` on; `bytes` holds the blocks from `from` on. */
INLINE void sweep_bytes(Worker *w, int first, int live, int count, const uint8_t *restrict bytes, int64_t from,
                        int64_t to, Bytes *dots_of, Reach *reach) {
    const Job *job = w->job;
    const Gallery *g = &job->gallery;
    Test tests[TOGETHER];
    for (int p = 0; p < live; p++) tests[p] = test_of(&job->probes[first + p], &job->best[first + p], false);
    for (int64_t block = from; block < to; block++, bytes += (size_t)g->groups * 2 * LINE) {
        _Alignas(LINE) int32_t dots[TOGETHER][LANES];
        if (job->mask && !allowed(job, block)) continue;
        dots_of(bytes, job->probes[first].codes, (size_t)g->groups * 8, count, g->groups * 2, dots);
        for (int p = 0; p < live; p++) {
            unsigned alive = reach(dots[p], tests[p], g->lengths + block * LANES, NULL);
            if (!alive) continue;
            take(w, first + p, block, alive, dots[p]);
            tests[p] = test_of(&job->probes[first + p], &job->best[first + p], false);
        }
    }
}

/* Plain C on purpose: compilers find the byte dot product in it. */
INLINE int32_t low_dot(const uint8_t *low, const int8_t *codes, int groups) {
    int32_t first = 0, second = 0;
    for (int i = 0; i < 4 * groups; i++) {
        first += (low[i] & 15) * codes[i];
        second += (low[i] >> 4) * codes[4 * groups + i];
    }
    return first + second;
}

/* The exact dot products of a block. */
INLINE void exact(const Gallery *g, int64_t block, const Probe *probe, int32_t *dots, Nibbles *nibbles, Bytes *bytes) {
    const uint8_t *high = g->high + (size_t)block * high_stride(g);
    const uint8_t *low = g->low ? g->low + (size_t)block * LANES * low_stride(g) : NULL;
    if (low) nibbles(high, probe->codes, g->groups, dots);
    else bytes(high, probe->codes, 0, 1, 2 * g->groups, (int32_t(*)[LANES])dots);
    for (int r = 0; r < LANES; r++) {
        if (low) dots[r] = 16 * dots[r] + low_dot(low + (size_t)r * low_stride(g), probe->codes, g->groups);
        dots[r] -= 128 * probe->sum;
    }
}

/* Both planes of a block as bytes; four codes at a time are turned from rows into lanes. */
INLINE void unpack(const Gallery *g, int64_t block, uint8_t *restrict bytes) {
    const int half = 4 * g->groups;
    const uint8_t *restrict high = g->high + (size_t)block * high_stride(g);
    const uint8_t *restrict low = g->low + (size_t)block * LANES * low_stride(g);
    uint8_t codes[LANES][1024];
    for (int r = 0; r < LANES; r++, low += half)
        for (int i = 0; i < half; i++) codes[r][i] = low[i] & 15, codes[r][half + i] = low[i] >> 4;
    for (int line = 0; line < 2 * g->groups; line++, bytes += LINE)
        for (int r = 0; r < LANES; r++) {
            uint32_t h, l;
            memcpy(&h, high + line / 2 * LINE + 4 * r, 4);
            memcpy(&l, codes[r] + 4 * line, 4);
            l |= (line % 2 ? h : h << 4) & 0xF0F0F0F0;
            memcpy(bytes + 4 * r, &l, 4);
        }
}

#define PATH(X, TARGET)                                                                                              \
    TARGET static void sweep_nibbles_##X(Worker *w, int64_t from, int64_t to) {                                      \
        sweep_nibbles(w, from, to, nibbles_##X, reach_##X);                                                          \
    }                                                                                                                \
    TARGET static void sweep_bytes_##X(Worker *w, int first, int live, const uint8_t *bytes, int64_t from,           \
                                       int64_t to) {                                                                 \
        if (w->job->count == 1) sweep_bytes(w, first, 1, 1, bytes, from, to, bytes_##X, reach_##X);                  \
        else sweep_bytes(w, first, live, TOGETHER, bytes, from, to, bytes_##X, reach_##X);                           \
    }                                                                                                                \
    TARGET static int32_t low_dot_##X(const uint8_t *low, const int8_t *codes, int groups) {                         \
        return low_dot(low, codes, groups);                                                                          \
    }                                                                                                                \
    TARGET static void exact_##X(const Gallery *g, int64_t block, const Probe *probe, int32_t *dots) {               \
        exact(g, block, probe, dots, nibbles_##X, bytes_##X);                                                        \
    }                                                                                                                \
    TARGET static void unpack_##X(const Gallery *g, int64_t block, uint8_t *bytes) { unpack(g, block, bytes); }
#define PATH_ENTRY(X) {#X, works_##X, sweep_nibbles_##X, sweep_bytes_##X, low_dot_##X, exact_##X, unpack_##X}

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

/* ---- one job, several threads ----------------------------------------------------------------------------------- */

static void step_nibbles(Worker *w, int64_t from, int64_t to) { w->job->path->sweep_nibbles(w, from, to); }

/* Whole bytes: a tile is unpacked once and stays in the cache while every probe passes over it. */
static void step_bytes(Worker *w, int64_t from, int64_t to) {
    const Job *job = w->job;
    const Gallery *g = &job->gallery;
    const size_t stride = (size_t)g->groups * 2 * LINE;
    const uint8_t *bytes = g->low ? w->tile : g->high + (size_t)from * stride;
    for (int64_t block = from; g->low && block < to; block++)
        if (allowed(job, block)) job->path->unpack(g, block, w->tile + (size_t)(block - from) * stride);
    for (int first = 0; first < job->count; first += TOGETHER) {
        int live = job->count - first < TOGETHER ? job->count - first : TOGETHER;
        job->path->sweep_bytes(w, first, live, bytes, from, to);
    }
}

static void step_scores(Worker *w, int64_t from, int64_t to) {
    const Job *job = w->job;
    for (int64_t block = from; block < to; block++) {
        _Alignas(LINE) int32_t dots[LANES];
        job->path->exact(&job->gallery, block, job->probes, dots);
        for (int64_t row = block * LANES; row < (block + 1) * LANES && row < job->gallery.rows; row++)
            job->scores[row] = score_of(dots[row % LANES], job->gallery.norms[row], job->probes->norm);
    }
}

static void *work(void *argument) {
    Worker *w = argument;
    Job *job = w->job;
    while (!atomic_load(&job->stopped)) {
        int64_t from = atomic_fetch_add(&job->next, job->chunk), to = from + job->chunk;
        if (from >= job->blocks) break;
        if (job->cancel && __atomic_load_n(job->cancel, __ATOMIC_RELAXED)) atomic_store(&job->stopped, true);
        else job->step(w, from, to < job->blocks ? to : job->blocks);
    }
    if (w->count) finish_all(w);
    return NULL;
}

/* Rows spread over the whole gallery give the scan a threshold to start with, also when the gallery is sorted in an
 * unlucky way. They are forgotten again: the scan meets each of them in its turn. */
static void sample(Worker *w) {
    Job *job = w->job;
    int64_t wanted = SAMPLE > job->k / 4 ? SAMPLE : job->k / 4, apart = job->blocks / wanted;
    if (apart < 2) return;
    for (int64_t block = 0; block < job->blocks; block += apart) job->path->sweep_nibbles(w, block, block + 1);
    raise_floor(w);
    w->count = w->fresh = job->best->size = 0;
}

/* Do the job on up to `threads` threads, this one among them; with fewer when the system gives no more. */
static void run(Job *job, Worker *workers, int threads) {
    pthread_t others[MOST_THREADS];
    int started = 1;
    if (job->step == step_nibbles) sample(workers);
    while (started < threads && !pthread_create(&others[started], NULL, work, &workers[started])) started++;
    work(workers);
    for (int i = 1; i < started; i++) pthread_join(others[i], NULL);
}

/* ---- memory ----------------------------------------------------------------------------------------------------- */

static void free_job(Job *job, Worker *workers, uint8_t *spaces) {
    for (int p = 0; job->best && p < job->count; p++) pthread_mutex_destroy(&job->best[p].lock);
    free(job->best);
    free((void *)job->probes);
    free(workers);
    free(spaces);
}

/* Everything a job needs, so that no thread has to allocate. hits: room for count * k, which becomes the heaps. */
static bool make_job(Job *job, const int8_t *codes, Hit *hits, int threads, Worker **workers, uint8_t **spaces) {
    const Gallery *g = &job->gallery;
    job->blocks = (g->rows + LANES - 1) / LANES;
    job->patience = PATIENCE > 2 * job->k ? PATIENCE : 2 * job->k;
    job->chunk = (job->step == step_nibbles ? 4 : 1) * SPACE / (g->groups * 2 * LINE);
    job->probes = read_probes(codes, job->count, g);
    job->best = hits ? calloc((size_t)job->count, sizeof *job->best) : NULL;
    *workers = calloc((size_t)threads, sizeof **workers);
    *spaces = aligned_alloc(LINE, (size_t)threads * SPACE);
    if (!job->probes || !*workers || !*spaces || (hits && !job->best)) return false;
    for (int i = 0; i < threads; i++) {
        uint8_t *space = *spaces + (size_t)i * SPACE;
        (*workers)[i] = (Worker){.job = job, .tile = space, .waiting = (Waiting *)space};
    }
    for (int p = 0; hits && p < job->count; p++) {
        Best *best = &job->best[p];
        best->heap = hits + (size_t)p * (size_t)job->k;
        best->room = job->k;
        atomic_init(&best->floor, -INFINITY);
        pthread_mutex_init(&best->lock, NULL);
    }
    return true;
}

#endif
