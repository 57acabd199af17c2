/*
 * test_hash.c: the hashes that places are made of are the published ones.
 *
 * XXH3: lengths of each class, hashed from the buffer of xxHash's own sanity check
 * (cli/xsum_sanity_check.c), with the seeds that it uses; values as the reference gives them, of
 * which those for 0, 1, 6, 12, 24, 48, 80, 195 and 403 stand in that file. SipHash: the table of
 * its authors (vectors_sip64, key and input 00 01 02 ...). MD5: RFC 1321, A.5.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/hash.h"
#include "base/md5.h"
#include "base/siphash.h"
#include "base/xxh3.h"

#define PRIME64 UINT64_C(0x9e3779b185ebca8d)

static void xxh3_of_every_class_of_lengths_is_the_reference_s(void **state)
{
    static const struct {
        uint32_t size;
        uint64_t plain, seeded;
    } vectors[] = {
        {0, UINT64_C(0x2d06800538d394c2), UINT64_C(0xa8a6b918b2f0364a)},
        {1, UINT64_C(0xc44bdff4074eecdb), UINT64_C(0x032be332dd766ef8)},
        {2, UINT64_C(0x7a9978044cb8a8bb), UINT64_C(0x764b35c90519ad88)},
        {3, UINT64_C(0x54247382a8d6b94d), UINT64_C(0x634b8990b4976373)},
        {4, UINT64_C(0xe5dc74bc51848a51), UINT64_C(0xaa2e7eccb0c8f747)},
        {6, UINT64_C(0x27b56a84cd2d7325), UINT64_C(0x84589c116ab59ab9)},
        {8, UINT64_C(0x24ccc9acaa9f65e4), UINT64_C(0x8f973410999b8f6b)},
        {9, UINT64_C(0x14d5001c15dd3f2b), UINT64_C(0xb3ae7333d9013f60)},
        {12, UINT64_C(0xa713daf0dfbb77e7), UINT64_C(0xe7303e1b2336de0e)},
        {16, UINT64_C(0x981b17d36c7498c9), UINT64_C(0x663f29333b4db6b1)},
        {17, UINT64_C(0x796f5acd3a60f862), UINT64_C(0xf3ec5067f4306db3)},
        {24, UINT64_C(0xa3fe70bf9d3510eb), UINT64_C(0x850e80fc35bdd690)},
        {48, UINT64_C(0x397da259ecba1f11), UINT64_C(0xadc2cbaa44acc616)},
        {80, UINT64_C(0xbcdefbbb2c47c90a), UINT64_C(0xc6dd0cb699532e73)},
        {128, UINT64_C(0xfcff24126754d861), UINT64_C(0x73fde75280646649)},
        {129, UINT64_C(0x98f1b0a679a2ca29), UINT64_C(0x21fffdbca099c844)},
        {195, UINT64_C(0xcd94217ee362ec3a), UINT64_C(0xba68003d370cb3d9)},
        {240, UINT64_C(0x81c3c2b67f568ccf), UINT64_C(0xcc0f58c27ef3d8ee)},
        {241, UINT64_C(0xc5a639ecd2030e5e), UINT64_C(0xdda9b0a161d4829a)},
        {403, UINT64_C(0xcdeb804d65c6dea4), UINT64_C(0x6259f6ecfd6443fd)},
        {512, UINT64_C(0x617e49599013cb6b), UINT64_C(0x3ce457de14c27708)},
        {1024, UINT64_C(0xdd85c9b5c1109c5c), UINT64_C(0xef368a8a2ebabaef)},
        {1025, UINT64_C(0xd870c0fa13211c6a), UINT64_C(0x96792bcf9af88519)},
        {2048, UINT64_C(0xdd59e2c3a5f038e0), UINT64_C(0x66f81670669ababc)},
        {2240, UINT64_C(0x6e73a90539cf2948), UINT64_C(0x757ba8487d1b5247)},
        {2367, UINT64_C(0xcb37aeb9e5d361ed), UINT64_C(0xd2db3415b942b42a)},
        {4160, UINT64_C(0x4f323b15321e94e1), UINT64_C(0x1bf6f5faf9eecabd)},
    };
    static uint8_t buffer[4160];
    uint64_t byte = 2654435761u;
    (void)state;
    for (uint32_t i = 0; i < sizeof buffer; i++, byte *= PRIME64)
        buffer[i] = (uint8_t)(byte >> 56);
    for (uint32_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
        struct bytes bytes = {buffer, vectors[i].size};
        assert_int_equal(xxh3_hash(bytes, 0), vectors[i].plain);
        assert_int_equal(xxh3_hash(bytes, PRIME64), vectors[i].seeded);
    }
}

static void siphash_agrees_with_the_table_of_its_authors(void **state)
{
    static const uint64_t table[] = {
        UINT64_C(0x726fdb47dd0e0e31), UINT64_C(0x74f839c593dc67fd), UINT64_C(0x0d6c8009d9a94f5a),
        UINT64_C(0x85676696d7fb7e2d), UINT64_C(0xcf2794e0277187b7), UINT64_C(0x18765564cd99a68d),
        UINT64_C(0xcbc9466e58fee3ce), UINT64_C(0xab0200f58b01d137), UINT64_C(0x93f5f5799a932462)};
    const struct siphash_key key = {UINT64_C(0x0706050403020100), UINT64_C(0x0f0e0d0c0b0a0908)};
    uint8_t in[16];
    (void)state;
    for (uint8_t i = 0; i < sizeof in; i++)
        in[i] = i;
    for (uint32_t size = 0; size < sizeof table / sizeof *table; size++)
        assert_int_equal(siphash_hash((struct bytes){in, size}, key), table[size]);
    assert_int_equal(siphash_hash((struct bytes){in, 15}, key), UINT64_C(0xa129ca6149be45e5));
}

static void md5_agrees_with_the_suite_of_its_rfc(void **state)
{
    static const struct {
        const char *text;
        const char *digest;
    } suite[] = {
        {"", "d41d8cd98f00b204e9800998ecf8427e"},
        {"a", "0cc175b9c0f1b6a831c399e269772661"},
        {"abc", "900150983cd24fb0d6963f7d28e17f72"},
        {"message digest", "f96b697d7cb7938d525a2f31aaf161d0"},
        {"abcdefghijklmnopqrstuvwxyz", "c3fcd3d76192e4007dfb496cca67e13b"},
        {"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
         "d174ab98d277d9f5a5611c2c9f419d9f"},
        {"12345678901234567890123456789012345678901234567890123456789012345678901234567890",
         "57edf4a22be3c955ac49da2e2107b67a"},
        {NULL, NULL},
    };
    (void)state;
    for (uint32_t i = 0; suite[i].digest; i++) {
        uint8_t digest[MD5_BYTES];
        char text[2 * MD5_BYTES + 1];
        md5_digest((struct bytes){(const uint8_t *)suite[i].text, strlen(suite[i].text)}, digest);
        for (uint32_t at = 0; at < MD5_BYTES; at++) {
            text[2 * at] = "0123456789abcdef"[digest[at] >> 4];
            text[2 * at + 1] = "0123456789abcdef"[digest[at] & 15];
        }
        text[2 * MD5_BYTES] = '\0';
        assert_string_equal(text, suite[i].digest);
    }
    assert_int_equal(md5_hash((struct bytes){(const uint8_t *)"abc", 3}, 0),
                     UINT64_C(0x900150983cd24fb0)); /* in the order of digests */
}

static void a_seed_makes_another_function_of_each(void **state)
{
    struct bytes key = {(const uint8_t *)"user:1", 6};
    (void)state;
    for (uint32_t hash = 0; hash < HASH_KIND_COUNT; hash++) {
        assert_true(hash_bytes(hash, key, 0) != hash_bytes(hash, key, 1));
        for (uint32_t other = 0; other < hash; other++)
            assert_true(hash_bytes(hash, key, 0) != hash_bytes(other, key, 0));
    }
    assert_int_equal(hash_bytes(HASH_XXH3, key, 7), xxh3_hash(key, 7));
    assert_int_equal(hash_bytes(HASH_MD5, key, 0), md5_hash(key, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(xxh3_of_every_class_of_lengths_is_the_reference_s),
        cmocka_unit_test(siphash_agrees_with_the_table_of_its_authors),
        cmocka_unit_test(md5_agrees_with_the_suite_of_its_rfc),
        cmocka_unit_test(a_seed_makes_another_function_of_each),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
