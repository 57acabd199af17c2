/* test_murmur3.c: the published values, and whether a ring of tokens is even. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/murmur3.h"
#include "base/text.h"

static struct murmur3 hash_of(const char *string, uint32_t seed)
{
    return murmur3_hash((struct bytes){(const uint8_t *)string, strlen(string)}, seed);
}

static void assert_hash(struct murmur3 hash, uint64_t first, uint64_t second)
{
    assert_int_equal(hash.first, first);
    assert_int_equal(hash.second, second);
}

static void the_published_values(void **state)
{
    (void)state;
    assert_hash(murmur3_hash((struct bytes){NULL, 0}, 0), 0, 0);
    assert_hash(hash_of("hello", 0), UINT64_C(0xcbd8a7b341bd9b02), UINT64_C(0x5b1e906a48ae1d19));
    assert_hash(hash_of("The quick brown fox jumps over the lazy dog", 0),
                UINT64_C(0xe34bbc7bbc071b6c), UINT64_C(0x7a433ca9c49a9347));
}

static void put_word(uint8_t *to, uint64_t word)
{
    for (int i = 0; i < 8; i++)
        to[i] = (uint8_t)(word >> (8 * i));
}

/* Appleby's own verification (SMHasher): hash the keys {}, {0}, {0, 1}, ... with the
 * seeds 256, 255, 254, ..., then hash all results; the start of that is published. It
 * covers every tail length, bytes from 128 up, and the seed. */
static void the_verification_value_of_smhasher(void **state)
{
    uint8_t key[256];
    uint8_t results[256 * 16];
    (void)state;
    for (uint32_t i = 0; i < 256; i++) {
        key[i] = (uint8_t)i;
        struct murmur3 hash = murmur3_hash((struct bytes){key, i}, 256 - i);
        put_word(results + 16 * i, hash.first);
        put_word(results + 16 * i + 8, hash.second);
    }
    struct murmur3 whole = murmur3_hash((struct bytes){results, sizeof results}, 0);
    assert_int_equal((uint32_t)whole.first, 0x6384ba69);
}

static void a_token_is_the_first_word_with_seed_zero(void **state)
{
    struct bytes key = {(const uint8_t *)"hello", 5};
    (void)state;
    assert_int_equal(murmur3_token(key), UINT64_C(0xcbd8a7b341bd9b02));
}

static void the_seed_and_the_length_count(void **state)
{
    const uint8_t zeros[3] = {0, 0, 0};
    (void)state;
    assert_int_not_equal(hash_of("hello", 0).first, hash_of("hello", 1).first);
    assert_int_not_equal(murmur3_token((struct bytes){zeros, 2}),
                         murmur3_token((struct bytes){zeros, 3}));
}

/* "user:0" .. "user:99999" into 64 equal arcs: the chi-square of 63 degrees of freedom
 * has mean 63 and deviation 11.2; 130 is six deviations away. */
static void neighbouring_keys_spread_evenly_over_the_ring(void **state)
{
    uint32_t arcs[64] = {0};
    double chi_square = 0;
    (void)state;
    for (uint64_t i = 0; i < 100000; i++) {
        char buffer[32];
        struct text key;
        text_init(&key, buffer, sizeof buffer);
        text_str(&key, "user:");
        text_u64(&key, i);
        arcs[murmur3_token((struct bytes){(const uint8_t *)buffer, key.size}) >> 58]++;
    }
    for (int i = 0; i < 64; i++)
        chi_square += (arcs[i] - 1562.5) * (arcs[i] - 1562.5) / 1562.5;
    assert_true(chi_square < 130);
    assert_true(chi_square > 20); /* too even would be no hash either */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_published_values),
        cmocka_unit_test(the_verification_value_of_smhasher),
        cmocka_unit_test(a_token_is_the_first_word_with_seed_zero),
        cmocka_unit_test(the_seed_and_the_length_count),
        cmocka_unit_test(neighbouring_keys_spread_evenly_over_the_ring),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
