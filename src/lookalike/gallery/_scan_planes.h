/* The planes of a gallery in memory: how templates are kept, and the exact score.
 *
 * Score. score(q, c) = dot(q, c) / sqrt(dot(q, q) * dot(c, c)): exact integers, then one square root and one division
 * in IEEE doubles, so the bits are those of lookalike.face.template on any processor. Compile with -ffp-contract=off,
 * never with -ffast-math.
 *
 * Layout. A code c is kept as u = c + 128 = 16 h + l. In nibble mode the high halves h stand in one plane, in the
 * blocks of sixteen rows that `_scan_lanes.h` describes. The low halves l stand in another, row by row, so that
 * finishing a row of 128 dimensions touches one cache line: byte i has dimension i in its low half, and in its high half
 * the one half a row further on. In int8 mode there is one plane of u, in blocks. Beside the planes each row has its
 * exact norm, its length in sixteenths, rounded down, and in nibble mode its spread |2l - 15|, rounded up: see "The
 * bound" in `_scan_search.h`.
 */
#ifndef LOOKALIKE_SCAN_PLANES_H
#define LOOKALIKE_SCAN_PLANES_H

#include <math.h>
#include <stdlib.h>

#include "_scan_lanes.h"

#define LENGTHLESS 65535 /* length of a zero row: it scores 0, so it never reaches a threshold above 0 */

typedef struct {
    uint8_t *high, *low; /* low is NULL in int8 mode, where high holds whole bytes */
    uint16_t *lengths;
    uint8_t *spreads; /* NULL in int8 mode */
    int32_t *norms;
    int64_t rows;
    int dimensions, groups; /* groups: of eight dimensions */
} Gallery;

typedef struct {
    const int8_t *codes; /* padded with zeros to whole groups */
    int64_t norm;
    int32_t sum;
    float unit;   /* doubled dot product for a score of 1 and a length of one sixteenth */
    float loosen; /* |q| times one step of a spread */
    float slack;
} Probe;

static size_t high_stride(const Gallery *g) { return (size_t)g->groups * LINE * (g->low ? 1 : 2); }

static size_t low_stride(const Gallery *g) { return (size_t)g->groups * 4; }

/* What one step of `spreads` is worth: the longest |2l - 15| is 254 steps, and rounding up stays within a byte. */
static double spread_step(int dimensions) { return 15 * sqrt(dimensions) / 254; }

/* Put a template into a row: its bytes in every plane and its norms. */
static void pack_row(const Gallery *g, int64_t row, const int8_t *codes) {
    uint8_t u[1024 + 8];
    int32_t norm = 0, spread = 0;
    for (int i = 0; i < g->dimensions; i++) {
        u[i] = (uint8_t)(codes[i] + 128);
        int twice = 2 * (u[i] & 15) - 15;
        norm += codes[i] * codes[i];
        spread += twice * twice;
    }
    memset(u + g->dimensions, 128, 8); /* the code 0 */
    uint8_t *high = g->high + (size_t)(row / LANES) * high_stride(g) + row % LANES * 4;
    uint8_t *low = g->low ? g->low + (size_t)row * low_stride(g) : NULL;
    const int half = 4 * g->groups;
    for (int line = 0; !low && line < 2 * g->groups; line++) memcpy(high + line * LINE, u + 4 * line, 4);
    for (int line = 0; low && line < g->groups; line++)
        for (int j = 0; j < 4; j++)
            high[line * LINE + j] = (uint8_t)(u[8 * line + j] >> 4 | (u[8 * line + 4 + j] & 0xF0));
    for (int i = 0; low && i < half; i++) low[i] = (uint8_t)((u[i] & 15) | u[half + i] << 4);
    g->norms[row] = norm;
    g->lengths[row] = norm ? (uint16_t)floor(16 * sqrt(norm)) : LENGTHLESS;
    if (low) g->spreads[row] = norm ? (uint8_t)ceil(sqrt(spread) / spread_step(g->dimensions)) : 0;
}

static double score_of(int64_t dot, int64_t norm, int64_t probe_norm) {
    int64_t product = norm * probe_norm;
    return product ? (double)dot / sqrt((double)product) : 0.0;
}

/* The probes and, behind them, their codes: each padded to whole groups, together to whole TOGETHERs. */
static Probe *read_probes(const int8_t *codes, int count, const Gallery *g) {
    size_t padded = (size_t)(count + TOGETHER - 1) / TOGETHER * TOGETHER, stride = (size_t)g->groups * 8;
    Probe *probes = calloc(padded, sizeof *probes + stride);
    if (!probes) return NULL;
    int8_t *copy = (int8_t *)(probes + padded);
    for (int p = 0; p < count; p++, copy += stride, codes += g->dimensions) {
        Probe *probe = &probes[p];
        probe->codes = memcpy(copy, codes, (size_t)g->dimensions);
        for (int i = 0; i < g->dimensions; i++) {
            probe->norm += codes[i] * codes[i];
            probe->sum += codes[i];
        }
        double length = sqrt((double)probe->norm);
        probe->unit = (float)(length / 8);
        probe->loosen = (float)(length * spread_step(g->dimensions));
        probe->slack = (float)(length / 64);
    }
    return probes;
}
#endif
