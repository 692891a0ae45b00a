/* Do a processor's lanes (_scan_lanes.h) give the integers of the portable ones? A check without Python, for emulators.
 *
 *   aarch64-linux-gnu-gcc -O3 -static -ffp-contract=off -Isrc/lookalike/gallery tools/lanes_check.c -o lanes && qemu-aarch64-static lanes
 */
#include <stdio.h>
#include <stdlib.h>
#include "_scan_lanes.h"

#if defined(__aarch64__)
#define OURS(name) name##_neon
#else
#define OURS(name) name##_portable
#endif

static uint32_t state = 1;
static uint32_t draw(void) { return (state = state * 1664525u + 1013904223u) >> 8; }

int main(void) {
    static uint8_t block[256 * LINE];
    static int8_t probes[TOGETHER * 1024];
    static const int sizes[] = {1, 2, 3, 8, 13, 16, 64, 128};
    long checked = 0;
    for (int turn = 0; turn < 4000; turn++) {
        int groups = sizes[draw() % 8], extreme = turn % 3 == 0;
        for (size_t i = 0; i < sizeof block; i++) block[i] = extreme ? (uint8_t)(draw() & 1 ? 255 : 0) : (uint8_t)draw();
        for (size_t i = 0; i < sizeof probes; i++)
            probes[i] = (int8_t)(extreme ? (draw() & 1 ? 127 : -127) : (int)(draw() % 255) - 127);
        int32_t a[TOGETHER][LANES], b[TOGETHER][LANES];
        OURS(nibbles)(block, probes, groups, a[0]);
        nibbles_portable(block, probes, groups, b[0]);
        if (memcmp(a[0], b[0], sizeof a[0])) return printf("nibbles differ, %d groups\n", groups), 1;
        for (int count = 1; count <= TOGETHER; count += 7) {
            OURS(bytes)(block, probes, (size_t)groups * 8, count, groups * 2, a);
            bytes_portable(block, probes, (size_t)groups * 8, count, groups * 2, b);
            if (memcmp(a, b, (size_t)count * sizeof *a)) return printf("bytes differ, %d groups\n", groups), 1;
        }
        uint16_t lengths[LANES];
        uint8_t spreads[LANES];
        for (int r = 0; r < LANES; r++) lengths[r] = (uint16_t)draw(), spreads[r] = (uint8_t)draw();
        Test t = {32, (float)(draw() % 1000), (float)(draw() % 50) / 7, (float)(draw() % 2000) / 999};
        for (int with = 0; with < 2; with++)
            if (OURS(reach)(b[0], t, lengths, with ? spreads : NULL) != reach_portable(b[0], t, lengths, with ? spreads : NULL))
                return printf("the reach differs\n"), 1;
        checked++;
    }
    printf("%ld blocks agree\n", checked);
    return 0;
}
