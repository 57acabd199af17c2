/*
 * crc32c.c: CRC-32C, eight bytes at a time ("slicing by 8", Kounavis and Berry 2005).
 *
 * A checksum is the remainder of a division of polynomials over one-bit numbers,
 * done by a shift register: for each bit of input the register moves right by one,
 * and when a 1 falls out, the polynomial is XORed in.
 *
 *     step(r)  =  (r >> 1) ^ (r & 1 ? 0x82f63b78 : 0)
 *
 * The register is linear: what a byte does to it is the XOR of what its bits do.
 * So a byte's whole effect, now or after k more bytes have passed, is a table of
 * 256 words, and eight bytes can be looked up side by side and XORed together.
 *
 *     TABLES[k][byte]   what `byte` leaves in the register once k more bytes passed
 *
 * Linearity also writes the tables for us. The effect of one single bit is a word
 * of the sequence step(1), step(step(1)), ...: the 64 words below, in order. The
 * macros XOR them together, the compiler does the arithmetic, and no program ever
 * runs an initialisation that it could forget.
 */
#include "base/crc32c.h"

/* What byte `i` leaves behind: each of its bits (7 first) selects one word. */
#define BIT(i, bit, word) (((i) >> (bit)&1) * UINT32_C(word))
#define ENTRY(i, b7, b6, b5, b4, b3, b2, b1, b0)                                                   \
    BIT(i, 7, b7) ^ BIT(i, 6, b6) ^ BIT(i, 5, b5) ^ BIT(i, 4, b4) ^ BIT(i, 3, b3) ^                \
        BIT(i, 2, b2) ^ BIT(i, 1, b1) ^ BIT(i, 0, b0)

/* clang-format off */
#define ENTRIES_4(i, ...)                                                                          \
    ENTRY((i), __VA_ARGS__), ENTRY((i) + 1, __VA_ARGS__),                                          \
    ENTRY((i) + 2, __VA_ARGS__), ENTRY((i) + 3, __VA_ARGS__)
#define ENTRIES_16(i, ...)                                                                         \
    ENTRIES_4(i, __VA_ARGS__), ENTRIES_4((i) + 4, __VA_ARGS__),                                    \
    ENTRIES_4((i) + 8, __VA_ARGS__), ENTRIES_4((i) + 12, __VA_ARGS__)
#define ENTRIES_64(i, ...)                                                                         \
    ENTRIES_16(i, __VA_ARGS__), ENTRIES_16((i) + 16, __VA_ARGS__),                                 \
    ENTRIES_16((i) + 32, __VA_ARGS__), ENTRIES_16((i) + 48, __VA_ARGS__)
#define TABLE(...)                                                                                 \
    {ENTRIES_64(0u, __VA_ARGS__), ENTRIES_64(64u, __VA_ARGS__),                                    \
     ENTRIES_64(128u, __VA_ARGS__), ENTRIES_64(192u, __VA_ARGS__)}

/* Read row after row: each word is step() of the word before it. */
static const uint32_t TABLES[8][256] = {
    TABLE(0x82f63b78, 0x417b1dbc, 0x20bd8ede, 0x105ec76f,
          0x8ad958cf, 0xc79a971f, 0xe13b70f7, 0xf26b8303),
    TABLE(0xfbc3faf9, 0xff17c604, 0x7f8be302, 0x3fc5f181,
          0x9d14c3b8, 0x4e8a61dc, 0x274530ee, 0x13a29877),
    TABLE(0x8b277743, 0xc76580d9, 0xe144fb14, 0x70a27d8a,
          0x38513ec5, 0x9edea41a, 0x4f6f520d, 0xa541927e),
    TABLE(0x52a0c93f, 0xaba65fe7, 0xd725148b, 0xe964b13d,
          0xf64463e6, 0x7b2231f3, 0xbf672381, 0xdd45aab8),
    TABLE(0x6ea2d55c, 0x37516aae, 0x1ba8b557, 0x8f2261d3,
          0xc5670b91, 0xe045beb0, 0x7022df58, 0x38116fac),
    TABLE(0x1c08b7d6, 0x0e045beb, 0x85f4168d, 0xc00c303e,
          0x6006181f, 0xb2f53777, 0xdb8ca0c3, 0xef306b19),
    TABLE(0xf56e0ef4, 0x7ab7077a, 0x3d5b83bd, 0x9c5bfaa6,
          0x4e2dfd53, 0xa5e0c5d1, 0xd0065990, 0x68032cc8),
    TABLE(0x34019664, 0x1a00cb32, 0x0d006599, 0x847609b4,
          0x423b04da, 0x211d826d, 0x9278fa4e, 0x493c7d27),
};
/* clang-format on */

/* Four bytes as the number they are in little-endian order, on every machine. */
static uint32_t load_32(const uint8_t *data)
{
    return (uint32_t)data[0] | (uint32_t)data[1] << 8 | (uint32_t)data[2] << 16 |
           (uint32_t)data[3] << 24;
}

static uint32_t pass_byte(uint32_t reg, uint8_t byte)
{
    return (reg >> 8) ^ TABLES[0][(reg ^ byte) & 255];
}

/* The first of the eight bytes has seven more behind it, the last has none. */
static uint32_t pass_eight_bytes(uint32_t reg, const uint8_t *data)
{
    uint32_t first = reg ^ load_32(data);
    uint32_t second = load_32(data + 4);
    return TABLES[7][first & 255] ^ TABLES[6][first >> 8 & 255] ^ TABLES[5][first >> 16 & 255] ^
           TABLES[4][first >> 24] ^ TABLES[3][second & 255] ^ TABLES[2][second >> 8 & 255] ^
           TABLES[1][second >> 16 & 255] ^ TABLES[0][second >> 24];
}

uint32_t crc32c_extend(uint32_t crc, const uint8_t *data, size_t size)
{
    uint32_t reg = ~crc;
    for (; size >= 8; size -= 8, data += 8)
        reg = pass_eight_bytes(reg, data);
    for (; size > 0; size--, data++)
        reg = pass_byte(reg, *data);
    return ~reg;
}

uint32_t crc32c(const uint8_t *data, size_t size)
{
    return crc32c_extend(0, data, size);
}
