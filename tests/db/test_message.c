/*
 * test_message.c: what crosses the wire comes out as it went in, or not at all.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/crc32c.h"
#include "base/mix.h"
#include "db/level.h"
#include "db/message.h"
#include "db/store/version.h"

static uint8_t frame[WIRE_FRAME_MAX];
static uint8_t again[WIRE_FRAME_MAX];
static uint8_t noise[4096];

/* --- random messages ------------------------------------------------------------------ */

struct dice {
    uint64_t seed;
    uint64_t count;
};

static uint64_t roll(struct dice *dice, uint64_t bound)
{
    return mix_below(mix(dice->seed, 1, dice->count++), bound);
}

static uint64_t roll_word(struct dice *dice)
{
    static const uint64_t edges[] = {0, 1, UINT64_MAX, UINT64_C(1) << 63};
    uint64_t which = roll(dice, 8);
    return which < ARRAY_LEN(edges) ? edges[which] : mix(dice->seed, 2, dice->count++);
}

static struct bytes roll_bytes(struct dice *dice, uint64_t least, uint64_t most)
{
    uint64_t size = roll(dice, 5) == 0 ? least : least + roll(dice, most - least + 1);
    return (struct bytes){noise + roll(dice, sizeof noise - most), size};
}

/* Every field by its type in the table, so that a new message needs nothing here. */
static struct message roll_message(struct dice *dice, uint8_t kind)
{
    struct message message = {.kind = kind, .round = (uint8_t)roll(dice, 256)};
    const struct wire_layout *layout = &message_table[kind];
    for (uint32_t i = 0; i < layout->field_count; i++) {
        void *at = (uint8_t *)&message + layout->fields[i].offset;
        switch (layout->fields[i].type) {
        case WIRE_U8: *(uint8_t *)at = (uint8_t)roll_word(dice); break;
        case WIRE_LEVEL: *(uint8_t *)at = (uint8_t)roll(dice, LEVEL_COUNT); break;
        case WIRE_FLAG: *(bool *)at = roll(dice, 2); break;
        case WIRE_KEY: *(struct bytes *)at = roll_bytes(dice, 1, KEY_SIZE_MAX); break;
        case WIRE_ROWS:
        case WIRE_BYTES: *(struct bytes *)at = roll_bytes(dice, 0, 2000); break;
        default: *(uint64_t *)at = roll_word(dice);
        }
    }
    return message;
}

static void expect_equal(const struct message *a, const struct message *b)
{
    const struct wire_layout *layout = &message_table[a->kind];
    assert_int_equal(a->kind, b->kind);
    assert_int_equal(a->round, b->round);
    for (uint32_t i = 0; i < layout->field_count; i++) {
        const void *in_a = (const uint8_t *)a + layout->fields[i].offset;
        const void *in_b = (const uint8_t *)b + layout->fields[i].offset;
        const struct bytes *x = in_a, *y = in_b;
        switch (layout->fields[i].type) {
        case WIRE_U8:
        case WIRE_LEVEL:
        case WIRE_FLAG: assert_int_equal(*(const uint8_t *)in_a, *(const uint8_t *)in_b); break;
        case WIRE_KEY:
        case WIRE_BYTES:
        case WIRE_ROWS:
            assert_int_equal(x->size, y->size);
            assert_memory_equal(x->data, y->data, x->size);
            break;
        default: assert_true(*(const uint64_t *)in_a == *(const uint64_t *)in_b);
        }
    }
}

static int fill_noise(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof noise; i++)
        noise[i] = (uint8_t)mix(3, 4, i);
    return 0;
}

/* --- there and back ---------------------------------------------------------------------- */

static void every_message_comes_out_as_it_went_in(void **state)
{
    (void)state;
    struct dice dice = {.seed = 1};
    for (uint8_t kind = 0; kind < MESSAGE_KIND_COUNT; kind++)
        for (int i = 0; i < 2000; i++) {
            struct message sent = roll_message(&dice, kind);
            struct message received;
            uint32_t size = message_encode(&sent, frame, sizeof frame);
            assert_int_equal(size, message_size(&sent));
            assert_int_equal(message_decode(&received, frame, size), REASON_NONE);
            expect_equal(&sent, &received);
        }
}

static void what_was_decoded_encodes_to_the_same_bytes(void **state)
{
    (void)state;
    struct dice dice = {.seed = 2};
    for (int i = 0; i < 5000; i++) {
        struct message sent = roll_message(&dice, (uint8_t)roll(&dice, MESSAGE_KIND_COUNT));
        struct message received;
        uint32_t size = message_encode(&sent, frame, sizeof frame);
        assert_int_equal(message_decode(&received, frame, size), REASON_NONE);
        assert_int_equal(message_encode(&received, again, sizeof again), size);
        assert_memory_equal(frame, again, size);
    }
}

static void the_largest_value_fits(void **state)
{
    (void)state;
    uint8_t *value = calloc(1, VALUE_SIZE_MAX);
    struct message sent = {.kind = MESSAGE_REPLICA_WRITE};
    struct message received;
    sent.replica_write.key = (struct bytes){noise, KEY_SIZE_MAX};
    sent.replica_write.value = (struct bytes){value, VALUE_SIZE_MAX};
    uint32_t size = message_encode(&sent, frame, sizeof frame);
    assert_true(size <= WIRE_FRAME_MAX);
    assert_int_equal(message_decode(&received, frame, size), REASON_NONE);
    assert_int_equal(received.replica_write.value.size, VALUE_SIZE_MAX);
    free(value);
}

/* --- the layout, byte by byte (docs and captures rely on it) ------------------------------- */

static void a_frame_has_the_bytes_that_the_header_promises(void **state)
{
    (void)state;
    static const uint8_t wanted[] = {
        0x52, 1,    3,    7,    43,   0,    0,    0,    /* magic, version, kind, round, size */
        0,    0,    0,    0,                            /* CRC32C, below */
        0x88, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11, /* request */
        9,    0,    0,    0,    0,    0,    0,    0,    /* topology */
        0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, /* timestamp -2 */
        1,                                              /* tombstone */
        0,                                              /* kind */
        4,    0,    'n',  'a',  'm',  'e',              /* key */
        7,    0,    0,    0,    'a',  'n',  'y',  0,    't', 'h', 'i'}; /* value */
    struct message sent = {.kind = MESSAGE_REPLICA_WRITE, .round = 7};
    sent.replica_write = (struct message_replica_write){UINT64_C(0x1122334455667788),
                                                        9,
                                                        -2,
                                                        true,
                                                        VERSION_PLAIN,
                                                        {(const uint8_t *)"name", 4},
                                                        {(const uint8_t *)"any\0thi", 7}};
    assert_int_equal(message_encode(&sent, frame, sizeof frame), sizeof wanted);
    assert_memory_equal(frame, wanted, 8);
    assert_memory_equal(frame + 12, wanted + 12, sizeof wanted - 12);
    static const uint8_t checksum[] = {0x65, 0x77, 0x6c, 0xd7};
    assert_memory_equal(frame + 8, checksum, 4);
}

/* --- damage ------------------------------------------------------------------------------------
 */

static void every_cut_of_a_frame_is_refused(void **state)
{
    (void)state;
    struct dice dice = {.seed = 3};
    for (uint8_t kind = 0; kind < MESSAGE_KIND_COUNT; kind++)
        for (int i = 0; i < 4; i++) {
            struct message sent = roll_message(&dice, kind);
            struct message received;
            uint32_t size = message_encode(&sent, frame, sizeof frame);
            for (uint32_t cut = 0; cut < size; cut++) {
                uint8_t *exact = malloc(cut + 1); /* so that a sanitizer sees a read too far */
                memcpy(exact + 1, frame, cut);
                assert_int_equal(message_decode(&received, exact + 1, cut), REASON_TRUNCATED);
                free(exact);
            }
        }
}

static void every_flipped_bit_of_a_frame_is_refused(void **state)
{
    (void)state;
    struct dice dice = {.seed = 4};
    for (uint8_t kind = 0; kind < MESSAGE_KIND_COUNT; kind++)
        for (int i = 0; i < 4; i++) {
            struct message sent = roll_message(&dice, kind);
            struct message received;
            uint32_t size = message_encode(&sent, frame, sizeof frame);
            for (uint32_t bit = 0; bit < 8 * size; bit++) {
                frame[bit / 8] ^= (uint8_t)(1u << bit % 8);
                assert_int_not_equal(message_decode(&received, frame, size), REASON_NONE);
                frame[bit / 8] ^= (uint8_t)(1u << bit % 8);
            }
            assert_int_equal(message_decode(&received, frame, size), REASON_NONE);
        }
}

static void bytes_after_a_frame_are_refused(void **state)
{
    (void)state;
    struct message sent = {.kind = MESSAGE_HEARTBEAT, .heartbeat = {5}};
    struct message received;
    uint32_t size = message_encode(&sent, frame, sizeof frame);
    frame[size] = 0;
    assert_int_equal(message_decode(&received, frame, size + 1), REASON_BAD_MESSAGE);
}

/* Give a frame the checksum of what it now says, as a sender with other ideas would. */
static void sign(uint32_t size)
{
    uint32_t crc =
        crc32c_extend(crc32c(frame, 8), frame + WIRE_HEADER_BYTES, size - WIRE_HEADER_BYTES);
    for (uint32_t i = 0; i < 4; i++)
        frame[8 + i] = (uint8_t)(crc >> (8 * i));
}

static void signed_nonsense_is_refused_too(void **state)
{
    (void)state;
    static const struct {
        uint32_t offset;
        uint8_t byte;
        const char *what;
    } cases[] = {
        {0, 0x53, "another magic"},
        {1, 2, "another version"},
        {2, MESSAGE_KIND_COUNT, "no such kind"},
        {2, 255, "no such kind"},
        {36, 2, "a flag of 2"},
        {36, 255, "a flag of 255"},
        {38, 0, "an empty key"},
        {38, 200, "a key beyond the end"},
        {39, 255, "a key too long"},
        {43, 1, "a value that ends before the frame"},
        {43, 4, "a value beyond the end"},
        {46, 255, "a value of 4 GB"},
    };
    struct message sent = {.kind = MESSAGE_REPLICA_WRITE};
    struct message received;
    sent.replica_write.key = (struct bytes){(const uint8_t *)"abc", 3};
    sent.replica_write.value = (struct bytes){(const uint8_t *)"xyz", 3};
    uint32_t size = message_encode(&sent, frame, sizeof frame);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        uint8_t old = frame[cases[i].offset];
        frame[cases[i].offset] = cases[i].byte;
        sign(size);
        if (message_decode(&received, frame, size) == REASON_NONE)
            fail_msg("accepted: %s", cases[i].what);
        frame[cases[i].offset] = old;
    }
    sign(size);
    assert_int_equal(message_decode(&received, frame, size), REASON_NONE);
}

static void a_key_has_at_least_a_byte(void **state)
{
    (void)state;
    struct message sent = {.kind = MESSAGE_CLIENT_GET};
    struct message received;
    sent.client_get.key = (struct bytes){(const uint8_t *)"a", 1};
    uint32_t size = message_encode(&sent, frame, sizeof frame) - 1;
    frame[4]--;        /* the payload's size */
    frame[size - 2]--; /* the key's: it was the last field */
    sign(size);
    assert_int_equal(message_decode(&received, frame, size), REASON_BAD_MESSAGE);
}

static void a_level_that_nobody_knows_is_refused(void **state)
{
    (void)state;
    static const uint8_t kinds[] = {MESSAGE_CLIENT_PUT, MESSAGE_CLIENT_DELETE, MESSAGE_CLIENT_GET};
    struct dice dice = {.seed = 6};
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        struct message sent = roll_message(&dice, kinds[i]), received;
        uint32_t size = message_encode(&sent, frame, sizeof frame);
        for (uint32_t level = 0; level < 256; level++) {
            frame[WIRE_HEADER_BYTES + 8] = (uint8_t)level;
            sign(size);
            assert_int_equal(message_decode(&received, frame, size),
                             level < LEVEL_COUNT ? REASON_NONE : REASON_BAD_MESSAGE);
        }
    }
}

static void any_bytes_are_refused_or_are_the_one_encoding_of_what_they_say(void **state)
{
    (void)state;
    struct dice dice = {.seed = 5};
    uint32_t accepted = 0;
    for (int i = 0; i < 200000; i++) {
        struct message sent = roll_message(&dice, (uint8_t)roll(&dice, MESSAGE_KIND_COUNT));
        struct message received;
        if (sent.kind != MESSAGE_REPLICA_WRITTEN && sent.kind != MESSAGE_CLIENT_REPLY && i % 16)
            continue;
        uint32_t size = message_encode(&sent, frame, sizeof frame);
        frame[roll(&dice, size)] = (uint8_t)roll(&dice, 256);
        sign(size);
        if (message_decode(&received, frame, size) != REASON_NONE)
            continue;
        accepted++;
        assert_int_equal(message_encode(&received, again, sizeof again), size);
        assert_memory_equal(frame, again, size);
    }
    assert_true(accepted > 1000);
}

static void a_frame_too_damaged_to_decode_can_still_be_labelled(void **state)
{
    (void)state;
    struct message sent = {.kind = MESSAGE_HEARTBEAT, .round = 9, .heartbeat = {5}};
    uint8_t kind = 0, round = 0;
    uint32_t size = message_encode(&sent, frame, sizeof frame);
    frame[size - 1] ^= 1;
    assert_true(message_peek(frame, size, &kind, &round));
    assert_int_equal(kind, MESSAGE_HEARTBEAT);
    assert_int_equal(round, 9);
    assert_false(message_peek(frame, WIRE_HEADER_BYTES - 1, &kind, &round));
    frame[2] = MESSAGE_KIND_COUNT;
    assert_false(message_peek(frame, size, &kind, &round));
}

/* --- text
 * ------------------------------------------------------------------------------------------ */

static void a_message_reads_as_its_fields_in_order(void **state)
{
    (void)state;
    char buffer[200];
    struct text text;
    struct message write = {.kind = MESSAGE_REPLICA_WRITE};
    write.replica_write = (struct message_replica_write){
        17, 3, -2, true, VERSION_MAP, {(const uint8_t *)"user:1", 6},
        {(const uint8_t *)"a\"b\x01", 4}};
    text_init(&text, buffer, sizeof buffer);
    message_text(&text, &write);
    assert_string_equal(text.data, "write request=17 topology=3 timestamp=-2 tombstone=1 "
                                   "kind=5 key=\"user:1\" value=\"a\\x22b\\x01\"");
    struct message beat = {.kind = MESSAGE_HEARTBEAT, .heartbeat = {UINT64_MAX, 3}};
    text_init(&text, buffer, sizeof buffer);
    message_text(&text, &beat);
    assert_string_equal(text.data, "heartbeat round=18446744073709551615 topology=3");
}

/* The tables and the numbers on the wire: appending a kind is fine, moving one is not. */
static void kinds_keep_their_numbers_and_names(void **state)
{
    (void)state;
    static const char *const names[] = {"put",  "delete", "get",   "write", "written",
                                        "read", "digest", "value", "reply", "heartbeat"};
    assert_true(MESSAGE_KIND_COUNT >= ARRAY_LEN(names));
    for (uint32_t i = 0; i < ARRAY_LEN(names); i++)
        assert_string_equal(message_table[i].name, names[i]);
    assert_int_equal(message_table[MESSAGE_REPLICA_WRITE].field_count, 7);
    assert_string_equal(message_table[MESSAGE_REPLICA_WRITE].fields[2].name, "timestamp");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_message_comes_out_as_it_went_in),
        cmocka_unit_test(what_was_decoded_encodes_to_the_same_bytes),
        cmocka_unit_test(the_largest_value_fits),
        cmocka_unit_test(a_frame_has_the_bytes_that_the_header_promises),
        cmocka_unit_test(every_cut_of_a_frame_is_refused),
        cmocka_unit_test(every_flipped_bit_of_a_frame_is_refused),
        cmocka_unit_test(bytes_after_a_frame_are_refused),
        cmocka_unit_test(signed_nonsense_is_refused_too),
        cmocka_unit_test(a_key_has_at_least_a_byte),
        cmocka_unit_test(a_level_that_nobody_knows_is_refused),
        cmocka_unit_test(any_bytes_are_refused_or_are_the_one_encoding_of_what_they_say),
        cmocka_unit_test(a_frame_too_damaged_to_decode_can_still_be_labelled),
        cmocka_unit_test(a_message_reads_as_its_fields_in_order),
        cmocka_unit_test(kinds_keep_their_numbers_and_names),
    };
    return cmocka_run_group_tests(tests, fill_noise, NULL);
}
