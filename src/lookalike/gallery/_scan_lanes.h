/* The innermost loops of the exact scan: sixteen rows against one probe, once for each kind of processor.
 *
 * A block is sixteen rows in lines of 64 bytes: row r has bytes 4r to 4r+3 of every line, so that the byte dot product
 * of a processor (four neighbouring products summed into 32 bits) gives each row its own lane.
 *
 *   nibble plane: byte 4r+j of line g holds dimension 8g+j in its low half and 8g+4+j in its high half
 *   byte plane:   byte 4r+j of line g holds dimension 4g+j as code + 128
 *
 * Every processor has the same three functions, which compute the same integers:
 *
 *   nibbles_X  the dot products of the nibbles (0 to 15) with the probe
 *   bytes_X    the dot products of the bytes (0 to 255) with one probe or with TOGETHER probes
 *   reach_X    which rows could still reach the threshold, one bit a row
 *
 * No sum overflows: 1,024 dimensions of 255 * 127 stay below 2^25.
 */
#ifndef LOOKALIKE_SCAN_LANES_H
#define LOOKALIKE_SCAN_LANES_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define LANES 16    /* rows in a block */
#define LINE 64     /* bytes in a line */
#define TOGETHER 8  /* probes that share one reading of a block: as many sums as registers allow */
#define AHEAD 4096  /* how far to prefetch: the hardware stops at the end of a page, this does not */

#define INLINE static inline __attribute__((always_inline))

/* A row survives when gain * dot + shift + loosen * spread >= cut * length: see "The bound" in _scan.c. */
typedef struct {
    float gain, shift, loosen, cut;
} Test;

INLINE int32_t word(const int8_t *codes) {
    int32_t four;
    memcpy(&four, codes, sizeof four);
    return four;
}

/* ---- any processor ---------------------------------------------------------------------------------------------- */

INLINE void nibbles_portable(const uint8_t *block, const int8_t *probe, int groups, int32_t *dots) {
    memset(dots, 0, LANES * sizeof *dots);
    for (int g = 0; g < groups; g++, block += LINE, probe += 8)
        for (int r = 0; r < LANES; r++)
            for (int j = 0; j < 4; j++)
                dots[r] += (block[4 * r + j] & 15) * probe[j] + (block[4 * r + j] >> 4) * probe[4 + j];
}

INLINE void bytes_portable(const uint8_t *block, const int8_t *probes, size_t stride, int count, int groups,
                           int32_t (*dots)[LANES]) {
    memset(dots, 0, (size_t)count * sizeof *dots);
    for (int p = 0; p < count; p++)
        for (int g = 0; g < groups; g++)
            for (int r = 0; r < LANES; r++)
                for (int j = 0; j < 4; j++)
                    dots[p][r] += block[g * LINE + 4 * r + j] * probes[(size_t)p * stride + 4 * g + j];
}

INLINE unsigned reach_portable(const int32_t *dots, Test t, const uint16_t *lengths, const uint8_t *spreads) {
    unsigned alive = 0;
    for (int r = 0; r < LANES; r++) {
        float most = t.gain * (float)dots[r] + t.shift + (spreads ? t.loosen * (float)spreads[r] : 0.0f);
        alive |= (unsigned)(most >= t.cut * (float)lengths[r]) << r;
    }
    return alive;
}

#if defined(__x86_64__)
#include <immintrin.h>

/* ---- AVX-512 VNNI ----------------------------------------------------------------------------------------------- */

#define TARGET_AVX512 __attribute__((target("avx512f,avx512bw,avx512vnni")))

TARGET_AVX512 static inline void nibbles_avx512(const uint8_t *block, const int8_t *probe, int groups, int32_t *dots) {
    const __m512i half = _mm512_set1_epi8(15);
    __m512i even = _mm512_setzero_si512(), odd = even;
    for (int g = 0; g < groups; g++, block += LINE, probe += 8) {
        __m512i line = _mm512_loadu_si512(block);
        _mm_prefetch((const char *)block + AHEAD, _MM_HINT_T0);
        even = _mm512_dpbusd_epi32(even, _mm512_and_si512(line, half), _mm512_set1_epi32(word(probe)));
        line = _mm512_and_si512(_mm512_srli_epi16(line, 4), half);
        odd = _mm512_dpbusd_epi32(odd, line, _mm512_set1_epi32(word(probe + 4)));
    }
    _mm512_storeu_si512(dots, _mm512_add_epi32(even, odd));
}

TARGET_AVX512 static inline __attribute__((always_inline)) void bytes_avx512(
    const uint8_t *block, const int8_t *probes, size_t stride, int count, int groups, int32_t (*dots)[LANES]) {
    __m512i sums[TOGETHER];
    for (int p = 0; p < count; p++) sums[p] = _mm512_setzero_si512();
    for (int g = 0; g < groups; g++, block += LINE, probes += 4) {
        __m512i line = _mm512_loadu_si512(block);
        _mm_prefetch((const char *)block + AHEAD, _MM_HINT_T0);
#pragma GCC unroll 8
        for (int p = 0; p < count; p++)
            sums[p] = _mm512_dpbusd_epi32(sums[p], line, _mm512_set1_epi32(word(probes + (size_t)p * stride)));
    }
    for (int p = 0; p < count; p++) _mm512_storeu_si512(dots[p], sums[p]);
}

TARGET_AVX512 static inline unsigned reach_avx512(const int32_t *dots, Test t, const uint16_t *lengths,
                                                  const uint8_t *spreads) {
    __m512 most = _mm512_cvtepi32_ps(_mm512_loadu_si512(dots));
    most = _mm512_fmadd_ps(most, _mm512_set1_ps(t.gain), _mm512_set1_ps(t.shift));
    if (spreads) {
        __m512i spread = _mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i *)spreads));
        most = _mm512_fmadd_ps(_mm512_cvtepi32_ps(spread), _mm512_set1_ps(t.loosen), most);
    }
    __m512i length = _mm512_cvtepu16_epi32(_mm256_loadu_si256((const __m256i *)lengths));
    __m512 least = _mm512_mul_ps(_mm512_cvtepi32_ps(length), _mm512_set1_ps(t.cut));
    return _mm512_cmp_ps_mask(most, least, _CMP_GE_OQ);
}

/* ---- AVX2 ------------------------------------------------------------------------------------------------------- */

/* maddubs saturates at 16 bits, so whole bytes would lie; nibbles cannot: 2 * 15 * 127 = 3,810 an instruction, and
 * eight of those (30,480) still fit before the sums must be widened. Bytes are therefore taken as two nibbles. */
#define TARGET_AVX2 __attribute__((target("avx2")))
#define SAFE_ADDS 8

TARGET_AVX2 static inline void nibbles_avx2(const uint8_t *block, const int8_t *probe, int groups, int32_t *dots) {
    const __m256i half = _mm256_set1_epi8(15), ones = _mm256_set1_epi16(1);
    __m256i sums[2] = {_mm256_setzero_si256(), _mm256_setzero_si256()};
    for (int start = 0; start < groups; start += SAFE_ADDS / 2) {
        int stop = start + SAFE_ADDS / 2 < groups ? start + SAFE_ADDS / 2 : groups;
        __m256i parts[2] = {_mm256_setzero_si256(), _mm256_setzero_si256()};
        for (int g = start; g < stop; g++) {
            __m256i first = _mm256_set1_epi32(word(probe + 8 * g)), second = _mm256_set1_epi32(word(probe + 8 * g + 4));
            _mm_prefetch((const char *)block + g * LINE + AHEAD, _MM_HINT_T0);
            for (int h = 0; h < 2; h++) {
                __m256i line = _mm256_loadu_si256((const __m256i *)(block + g * LINE + 32 * h));
                __m256i high = _mm256_and_si256(_mm256_srli_epi16(line, 4), half);
                parts[h] = _mm256_add_epi16(parts[h], _mm256_maddubs_epi16(_mm256_and_si256(line, half), first));
                parts[h] = _mm256_add_epi16(parts[h], _mm256_maddubs_epi16(high, second));
            }
        }
        for (int h = 0; h < 2; h++) sums[h] = _mm256_add_epi32(sums[h], _mm256_madd_epi16(parts[h], ones));
    }
    for (int h = 0; h < 2; h++) _mm256_storeu_si256((__m256i *)(dots + 8 * h), sums[h]);
}

/* Half a block (eight rows) against one probe. */
TARGET_AVX2 static inline __m256i half_bytes_avx2(const uint8_t *block, const int8_t *probe, int groups) {
    const __m256i half = _mm256_set1_epi8(15), ones = _mm256_set1_epi16(1), sixteens = _mm256_set1_epi16(16);
    __m256i sum = _mm256_setzero_si256();
    for (int start = 0; start < groups; start += SAFE_ADDS) {
        int stop = start + SAFE_ADDS < groups ? start + SAFE_ADDS : groups;
        __m256i low = _mm256_setzero_si256(), high = low;
        for (int g = start; g < stop; g++) {
            __m256i line = _mm256_loadu_si256((const __m256i *)(block + g * LINE));
            __m256i four = _mm256_set1_epi32(word(probe + 4 * g));
            _mm_prefetch((const char *)block + g * LINE + AHEAD, _MM_HINT_T0);
            low = _mm256_add_epi16(low, _mm256_maddubs_epi16(_mm256_and_si256(line, half), four));
            line = _mm256_and_si256(_mm256_srli_epi16(line, 4), half);
            high = _mm256_add_epi16(high, _mm256_maddubs_epi16(line, four));
        }
        sum = _mm256_add_epi32(sum, _mm256_madd_epi16(low, ones));
        sum = _mm256_add_epi32(sum, _mm256_madd_epi16(high, sixteens));
    }
    return sum;
}

TARGET_AVX2 static inline void bytes_avx2(const uint8_t *block, const int8_t *probes, size_t stride, int count,
                                          int groups, int32_t (*dots)[LANES]) {
    for (int p = 0; p < count; p++)
        for (int h = 0; h < 2; h++)
            _mm256_storeu_si256((__m256i *)(dots[p] + 8 * h),
                                half_bytes_avx2(block + 32 * h, probes + (size_t)p * stride, groups));
}

TARGET_AVX2 static inline unsigned reach_avx2(const int32_t *dots, Test t, const uint16_t *lengths,
                                              const uint8_t *spreads) {
    unsigned alive = 0;
    for (int h = 0; h < 2; h++, dots += 8, lengths += 8) {
        __m256 most = _mm256_cvtepi32_ps(_mm256_loadu_si256((const __m256i *)dots));
        most = _mm256_add_ps(_mm256_mul_ps(most, _mm256_set1_ps(t.gain)), _mm256_set1_ps(t.shift));
        if (spreads) {
            __m256i spread = _mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)(spreads + 8 * h)));
            most = _mm256_add_ps(most, _mm256_mul_ps(_mm256_cvtepi32_ps(spread), _mm256_set1_ps(t.loosen)));
        }
        __m256i length = _mm256_cvtepu16_epi32(_mm_loadu_si128((const __m128i *)lengths));
        __m256 least = _mm256_mul_ps(_mm256_cvtepi32_ps(length), _mm256_set1_ps(t.cut));
        alive |= (unsigned)_mm256_movemask_ps(_mm256_cmp_ps(most, least, _CMP_GE_OQ)) << 8 * h;
    }
    return alive;
}
#endif /* x86-64 */

#if defined(__aarch64__)
#include <arm_neon.h>

/* ---- NEON ------------------------------------------------------------------------------------------------------- */

/* Add the products of four neighbouring signed bytes to each 32-bit lane. Without the dot product extension the pairs
 * are summed in 16 bits first: 2 * 128 * 127 = 32,512 fits. */
INLINE int32x4_t dot_neon(int32x4_t sum, int8x16_t a, int8x16_t b) {
#if defined(__ARM_FEATURE_DOTPROD)
    return vdotq_s32(sum, a, b);
#else
    int16x8_t low = vmull_s8(vget_low_s8(a), vget_low_s8(b)), high = vmull_high_s8(a, b);
    return vpadalq_s16(sum, vpaddq_s16(low, high));
#endif
}

INLINE int8x16_t four_neon(const int8_t *codes) { return vreinterpretq_s8_s32(vdupq_n_s32(word(codes))); }

INLINE void nibbles_neon(const uint8_t *block, const int8_t *probe, int groups, int32_t *dots) {
    int32x4_t sums[4] = {vdupq_n_s32(0), vdupq_n_s32(0), vdupq_n_s32(0), vdupq_n_s32(0)};
    for (int g = 0; g < groups; g++, block += LINE, probe += 8) {
        int8x16_t first = four_neon(probe), second = four_neon(probe + 4);
        __builtin_prefetch(block + AHEAD);
        for (int v = 0; v < 4; v++) {
            uint8x16_t line = vld1q_u8(block + 16 * v);
            sums[v] = dot_neon(sums[v], vreinterpretq_s8_u8(vandq_u8(line, vdupq_n_u8(15))), first);
            sums[v] = dot_neon(sums[v], vreinterpretq_s8_u8(vshrq_n_u8(line, 4)), second);
        }
    }
    for (int v = 0; v < 4; v++) vst1q_s32(dots + 4 * v, sums[v]);
}

/* There is no unsigned-by-signed product here, so the bytes are made codes again, and 128 * sum(probe) is put back to
 * give the same integer as elsewhere. */
INLINE void bytes_neon(const uint8_t *block, const int8_t *probes, size_t stride, int count, int groups,
                       int32_t (*dots)[LANES]) {
    for (int p = 0; p < count; p++) {
        const int8_t *probe = probes + (size_t)p * stride;
        int32x4_t sums[4] = {vdupq_n_s32(0), vdupq_n_s32(0), vdupq_n_s32(0), vdupq_n_s32(0)};
        int32x4_t total = vdupq_n_s32(0);
        for (int g = 0; g < groups; g++) {
            int8x16_t four = four_neon(probe + 4 * g);
            __builtin_prefetch(block + g * LINE + AHEAD);
            total = dot_neon(total, four, vdupq_n_s8(1));
            for (int v = 0; v < 4; v++) {
                uint8x16_t line = veorq_u8(vld1q_u8(block + g * LINE + 16 * v), vdupq_n_u8(128));
                sums[v] = dot_neon(sums[v], vreinterpretq_s8_u8(line), four);
            }
        }
        for (int v = 0; v < 4; v++) vst1q_s32(dots[p] + 4 * v, vaddq_s32(sums[v], vshlq_n_s32(total, 7)));
    }
}

INLINE unsigned reach_neon(const int32_t *dots, Test t, const uint16_t *lengths, const uint8_t *spreads) {
    static const uint32_t bits[4] = {1, 2, 4, 8};
    unsigned alive = 0;
    for (int v = 0; v < 4; v++) {
        float32x4_t most = vmulq_n_f32(vcvtq_f32_s32(vld1q_s32(dots + 4 * v)), t.gain);
        most = vaddq_f32(most, vdupq_n_f32(t.shift));
        if (spreads) {
            uint32_t four;
            memcpy(&four, spreads + 4 * v, sizeof four);
            uint16x8_t spread = vmovl_u8(vreinterpret_u8_u32(vdup_n_u32(four)));
            most = vaddq_f32(most, vmulq_n_f32(vcvtq_f32_u32(vmovl_u16(vget_low_u16(spread))), t.loosen));
        }
        float32x4_t least = vmulq_n_f32(vcvtq_f32_u32(vmovl_u16(vld1_u16(lengths + 4 * v))), t.cut);
        alive |= vaddvq_u32(vandq_u32(vcgeq_f32(most, least), vld1q_u32(bits))) << 4 * v;
    }
    return alive;
}
#endif /* aarch64 */
#endif
