/* test_crc32c.c: the published values, and the laws of a checksum. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/crc32c.h"
#include "base/mix.h"

static uint8_t data[1024];

static void fill_from(uint64_t stream)
{
    for (size_t i = 0; i < sizeof data; i++)
        data[i] = (uint8_t)mix(1, stream, i);
}

/* The definition: one bit at a time, no table. */
static uint32_t by_bits(const uint8_t *bytes, size_t size)
{
    uint32_t reg = UINT32_MAX;
    for (size_t i = 0; i < size; i++) {
        reg ^= bytes[i];
        for (int bit = 0; bit < 8; bit++)
            reg = (reg >> 1) ^ (reg & 1 ? UINT32_C(0x82f63b78) : 0);
    }
    return ~reg;
}

/* RFC 3720, appendix B.4. */
static void the_values_of_the_iscsi_standard(void **state)
{
    uint8_t block[32];
    (void)state;
    memset(block, 0x00, sizeof block);
    assert_int_equal(crc32c(block, sizeof block), 0x8a9136aa);
    memset(block, 0xff, sizeof block);
    assert_int_equal(crc32c(block, sizeof block), 0x62a8ab43);
    for (uint8_t i = 0; i < 32; i++)
        block[i] = i;
    assert_int_equal(crc32c(block, sizeof block), 0x46dd794e);
    for (uint8_t i = 0; i < 32; i++)
        block[i] = (uint8_t)(31 - i);
    assert_int_equal(crc32c(block, sizeof block), 0x113fdb5c);
}

static void an_iscsi_read_command(void **state)
{
    const uint8_t command[48] = {
        0x01, 0xc0, 0, 0,    0, 0, 0, 0,    0,    0, 0, 0, 0, 0, 0, 0, 0x14, 0, 0, 0, 0, 0, 0x04, 0,
        0,    0,    0, 0x14, 0, 0, 0, 0x18, 0x28, 0, 0, 0, 0, 0, 0, 0, 0x02, 0, 0, 0, 0, 0, 0,    0,
    };
    (void)state;
    assert_int_equal(crc32c(command, sizeof command), 0xd9963a56);
}

static void the_customary_check_value(void **state)
{
    (void)state;
    assert_int_equal(crc32c((const uint8_t *)"123456789", 9), 0xe3069283);
    assert_int_equal(crc32c((const uint8_t *)"a", 1), 0xc1d04330);
    assert_int_equal(crc32c(NULL, 0), 0);
}

static void the_tables_agree_with_the_definition_at_every_length_and_place(void **state)
{
    (void)state;
    fill_from(1);
    for (size_t start = 0; start < 9; start++)
        for (size_t size = 0; size < 100; size++)
            assert_int_equal(crc32c(data + start, size), by_bits(data + start, size));
    assert_int_equal(crc32c(data, sizeof data), by_bits(data, sizeof data));
}

/* Each of the 2048 table entries is used: eight places, 256 bytes. */
static void every_byte_in_every_place_agrees_with_the_definition(void **state)
{
    uint8_t block[8];
    (void)state;
    for (size_t place = 0; place < 8; place++) {
        for (uint32_t byte = 0; byte < 256; byte++) {
            memset(block, 0xa5, sizeof block);
            block[place] = (uint8_t)byte;
            assert_int_equal(crc32c(block, 8), by_bits(block, 8));
        }
    }
}

static void extending_is_the_checksum_of_the_whole(void **state)
{
    (void)state;
    fill_from(2);
    uint32_t whole = crc32c(data, 300);
    for (size_t cut = 0; cut <= 300; cut++)
        assert_int_equal(crc32c_extend(crc32c(data, cut), data + cut, 300 - cut), whole);
}

static void every_flipped_bit_and_short_burst_is_noticed(void **state)
{
    (void)state;
    fill_from(3);
    uint32_t whole = crc32c(data, 64);
    for (uint32_t bit = 0; bit + 32 <= 64 * 8; bit++) {
        uint64_t burst = mix(1, 4, bit) << 32 >> 32 | 1; /* 32 bits, the first one set */
        for (uint32_t i = 0; i < 32; i++)
            data[(bit + i) / 8] ^= (uint8_t)((burst >> i & 1) << ((bit + i) % 8));
        assert_int_not_equal(crc32c(data, 64), whole);
        for (uint32_t i = 0; i < 32; i++)
            data[(bit + i) / 8] ^= (uint8_t)((burst >> i & 1) << ((bit + i) % 8));
        data[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_int_not_equal(crc32c(data, 64), whole);
        data[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    assert_int_equal(crc32c(data, 64), whole);
}

static void zeros_in_front_count(void **state)
{
    const uint8_t zeros[4] = {0, 0, 0, 0};
    (void)state;
    for (size_t size = 1; size <= 4; size++)
        assert_int_not_equal(crc32c(zeros, size), crc32c(zeros, size - 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_values_of_the_iscsi_standard),
        cmocka_unit_test(an_iscsi_read_command),
        cmocka_unit_test(the_customary_check_value),
        cmocka_unit_test(the_tables_agree_with_the_definition_at_every_length_and_place),
        cmocka_unit_test(every_byte_in_every_place_agrees_with_the_definition),
        cmocka_unit_test(extending_is_the_checksum_of_the_whole),
        cmocka_unit_test(every_flipped_bit_and_short_burst_is_noticed),
        cmocka_unit_test(zeros_in_front_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
