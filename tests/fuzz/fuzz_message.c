/*
 * fuzz_message.c: any bytes as a message (libFuzzer).
 *
 *     clang -std=c11 -g -O1 -fsanitize=fuzzer,address,undefined -Isrc \
 *           tests/fuzz/fuzz_message.c src/db/message.c src/base/{bug,text,crc32c}.c
 *
 * A fuzzer does not guess checksums: so what it gives is read as it is, and then once
 * more with the size and the checksum put right, as a sender would that means it.
 *
 * Beyond reading nothing outside the bytes: what was decoded is encoded to the same
 * bytes (one set of values has one encoding), can be written as text, and any one
 * flipped bit of it is refused.
 */
#include <stdlib.h>
#include <string.h>

#include "base/crc32c.h"
#include "db/message.h"

/* A trap and not CHECK: libFuzzer must see a crash, to keep the input. */
#define REQUIRE(expression) ((expression) ? (void)0 : __builtin_trap())

static void require_text(const struct message *message)
{
    char buffer[256];
    struct text text;
    text_init(&text, buffer, sizeof buffer);
    message_text(&text, message);
    REQUIRE(text.size < sizeof buffer && text.size > 0);
}

static void require_flip_is_refused(uint8_t *frame, uint32_t size)
{
    struct message message;
    uint32_t bit = frame[8] % 8 + 8 * (frame[9] % size);
    frame[bit / 8] ^= (uint8_t)(1u << bit % 8);
    REQUIRE(message_decode(&message, frame, size) != REASON_NONE);
    frame[bit / 8] ^= (uint8_t)(1u << bit % 8);
}

static void read_frame(uint8_t *frame, uint32_t size)
{
    struct message message;
    uint8_t kind, round;
    bool is_labelled = message_peek(frame, size, &kind, &round);
    if (message_decode(&message, frame, size) != REASON_NONE)
        return;
    REQUIRE(is_labelled && kind == message.kind && round == message.round);
    REQUIRE(message_size(&message) == size);
    uint8_t *again = malloc(size);
    REQUIRE(message_encode(&message, again, size) == size);
    REQUIRE(memcmp(frame, again, size) == 0);
    free(again);
    require_text(&message);
    require_flip_is_refused(frame, size);
}

static void put_right(uint8_t *frame, uint32_t size)
{
    uint32_t payload = size - WIRE_HEADER_BYTES;
    frame[0] = WIRE_MAGIC;
    frame[1] = WIRE_VERSION;
    frame[2] %= MESSAGE_KIND_COUNT;
    for (uint32_t i = 0; i < 4; i++)
        frame[4 + i] = (uint8_t)(payload >> (8 * i));
    uint32_t crc = crc32c_extend(crc32c(frame, 8), frame + WIRE_HEADER_BYTES, payload);
    for (uint32_t i = 0; i < 4; i++)
        frame[8 + i] = (uint8_t)(crc >> (8 * i));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > 1 << 16)
        return 0;
    uint8_t *frame = malloc(size ? size : 1);
    if (size > 0)
        memcpy(frame, data, size);
    read_frame(frame, (uint32_t)size);
    if (size >= WIRE_HEADER_BYTES) {
        put_right(frame, (uint32_t)size);
        read_frame(frame, (uint32_t)size);
    }
    free(frame);
    return 0;
}
