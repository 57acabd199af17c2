/*
 * message.c: encode, decode and describe, all driven by one table.
 *
 * There is no code per message: a layout is a list of typed fields with their
 * offsets in struct message, and three small walks over that list do the rest.
 * Integers are written byte by byte, so the machine's byte order never matters.
 */
#include "db/message.h"

#include <string.h>

#include "base/crc32c.h"

/* The tables, generated from the lists in message.h. */
#define FIELD_OF(member, type, name, meaning)                                                      \
    {WIRE_##type, (uint16_t)offsetof(struct message, member.name), #name, meaning},

#define CLIENT_PUT_FIELD(type, name, meaning)      FIELD_OF(client_put, type, name, meaning)
#define CLIENT_DELETE_FIELD(type, name, meaning)   FIELD_OF(client_delete, type, name, meaning)
#define CLIENT_GET_FIELD(type, name, meaning)      FIELD_OF(client_get, type, name, meaning)
#define REPLICA_WRITE_FIELD(type, name, meaning)   FIELD_OF(replica_write, type, name, meaning)
#define REPLICA_WRITTEN_FIELD(type, name, meaning) FIELD_OF(replica_written, type, name, meaning)
#define REPLICA_READ_FIELD(type, name, meaning)    FIELD_OF(replica_read, type, name, meaning)
#define REPLICA_DIGEST_FIELD(type, name, meaning)  FIELD_OF(replica_digest, type, name, meaning)
#define REPLICA_VALUE_FIELD(type, name, meaning)   FIELD_OF(replica_value, type, name, meaning)
#define CLIENT_REPLY_FIELD(type, name, meaning)    FIELD_OF(client_reply, type, name, meaning)
#define HEARTBEAT_FIELD(type, name, meaning)       FIELD_OF(heartbeat, type, name, meaning)

#define MESSAGE(identifier, member, letter, name)                                                  \
    static const struct wire_field fields_##member[] = {identifier##_FIELDS(identifier##_FIELD)};
MESSAGES(MESSAGE)
#undef MESSAGE

const struct wire_layout message_table[] = {
#define MESSAGE(identifier, member, letter, name)                                                  \
    [MESSAGE_##identifier] = {name, letter, ARRAY_LEN(fields_##member), fields_##member},
    MESSAGES(MESSAGE)
#undef MESSAGE
};

_Static_assert(ARRAY_LEN(message_table) == MESSAGE_KIND_COUNT, "one layout per kind");

static const void *field_at(const struct message *message, const struct wire_field *field)
{
    return (const uint8_t *)message + field->offset;
}

static uint64_t field_number(const struct message *message, const struct wire_field *field)
{
    const void *at = field_at(message, field);
    switch (field->type) {
    case WIRE_U8: return *(const uint8_t *)at;
    case WIRE_FLAG: return *(const bool *)at;
    case WIRE_U32: return *(const uint32_t *)at;
    default: return *(const uint64_t *)at; /* U64, I64 */
    }
}

/* Bytes of the number itself, or of the size in front of KEY and BYTES. */
static uint32_t fixed_size(uint8_t type)
{
    static const uint8_t sizes[] = {[WIRE_U8] = 1,  [WIRE_FLAG] = 1, [WIRE_U32] = 4, [WIRE_U64] = 8,
                                    [WIRE_I64] = 8, [WIRE_KEY] = 2,  [WIRE_BYTES] = 4};
    return sizes[type];
}

static bool is_blob(uint8_t type)
{
    return type == WIRE_KEY || type == WIRE_BYTES;
}

static uint8_t *put_number(uint8_t *to, uint64_t number, uint32_t size)
{
    for (uint32_t i = 0; i < size; i++)
        to[i] = (uint8_t)(number >> (8 * i));
    return to + size;
}

static uint64_t get_number(const uint8_t *from, uint32_t size)
{
    uint64_t number = 0;
    for (uint32_t i = 0; i < size; i++)
        number |= (uint64_t)from[i] << (8 * i);
    return number;
}

uint32_t message_size(const struct message *message)
{
    const struct wire_layout *layout = &message_table[message->kind];
    uint32_t size = WIRE_HEADER_BYTES;
    for (uint32_t i = 0; i < layout->field_count; i++) {
        const struct wire_field *field = &layout->fields[i];
        size += fixed_size(field->type);
        if (is_blob(field->type))
            size += ((const struct bytes *)field_at(message, field))->size;
    }
    return size;
}

static uint8_t *put_field(uint8_t *to, const struct message *message, const struct wire_field *field)
{
    if (!is_blob(field->type))
        return put_number(to, field_number(message, field), fixed_size(field->type));
    const struct bytes *blob = field_at(message, field);
    to = put_number(to, blob->size, fixed_size(field->type));
    if (blob->size > 0)
        memcpy(to, blob->data, blob->size);
    return to + blob->size;
}

/* The checksum skips its own four bytes. */
static uint32_t frame_checksum(const uint8_t *frame, uint32_t size)
{
    uint32_t crc = crc32c(frame, 8);
    return crc32c_extend(crc, frame + WIRE_HEADER_BYTES, size - WIRE_HEADER_BYTES);
}

uint32_t message_encode(const struct message *message, uint8_t *buffer, uint32_t capacity)
{
    CHECK(message->kind < MESSAGE_KIND_COUNT);
    const struct wire_layout *layout = &message_table[message->kind];
    uint32_t size = message_size(message);
    CHECK(size <= capacity);

    uint8_t *to = buffer + WIRE_HEADER_BYTES;
    for (uint32_t i = 0; i < layout->field_count; i++)
        to = put_field(to, message, &layout->fields[i]);
    CHECK(to == buffer + size);

    buffer[0] = WIRE_MAGIC;
    buffer[1] = WIRE_VERSION;
    buffer[2] = message->kind;
    buffer[3] = message->round;
    put_number(buffer + 4, size - WIRE_HEADER_BYTES, 4);
    put_number(buffer + 8, frame_checksum(buffer, size), 4);
    return size;
}

bool message_peek(const uint8_t *data, uint32_t size, uint8_t *kind, uint8_t *round)
{
    if (size < WIRE_HEADER_BYTES || data[2] >= MESSAGE_KIND_COUNT)
        return false;
    *kind = data[2];
    *round = data[3];
    return true;
}

static void set_number(struct message *message, const struct wire_field *field, uint64_t number)
{
    void *at = (uint8_t *)message + field->offset;
    switch (field->type) {
    case WIRE_U8: *(uint8_t *)at = (uint8_t)number; break;
    case WIRE_FLAG: *(bool *)at = number != 0; break;
    case WIRE_U32: *(uint32_t *)at = (uint32_t)number; break;
    default: *(uint64_t *)at = number; break;
    }
}

/* Is this number allowed? One value has one encoding, so a FLAG of 2 is not. */
static bool is_number_valid(uint8_t type, uint64_t number)
{
    switch (type) {
    case WIRE_FLAG: return number <= 1;
    case WIRE_KEY: return number >= 1 && number <= KEY_SIZE_MAX;
    case WIRE_BYTES: return number <= VALUE_SIZE_MAX;
    default: return true;
    }
}

/* Decode one field at *from; false when it is cut or not allowed. */
static bool get_field(struct message *message, const struct wire_field *field, const uint8_t **from,
                      const uint8_t *end)
{
    uint32_t size = fixed_size(field->type);
    if ((size_t)(end - *from) < size)
        return false;
    uint64_t number = get_number(*from, size);
    *from += size;
    if (!is_number_valid(field->type, number))
        return false;
    if (!is_blob(field->type)) {
        set_number(message, field, number);
        return true;
    }
    if ((uint64_t)(end - *from) < number)
        return false;
    struct bytes *blob = (struct bytes *)((uint8_t *)message + field->offset);
    *blob = (struct bytes){*from, (uint32_t)number};
    *from += number;
    return true;
}

static enum reason check_header(const uint8_t *data, uint32_t size)
{
    if (size < WIRE_HEADER_BYTES)
        return REASON_TRUNCATED;
    if (data[0] != WIRE_MAGIC || data[1] != WIRE_VERSION || data[2] >= MESSAGE_KIND_COUNT)
        return REASON_BAD_MESSAGE;
    uint64_t payload = get_number(data + 4, 4);
    if (payload > size - WIRE_HEADER_BYTES)
        return REASON_TRUNCATED;
    if (payload < size - WIRE_HEADER_BYTES)
        return REASON_BAD_MESSAGE;
    if (get_number(data + 8, 4) != frame_checksum(data, size))
        return REASON_BAD_CHECKSUM;
    return REASON_NONE;
}

enum reason message_decode(struct message *message, const uint8_t *data, uint32_t size)
{
    enum reason reason = check_header(data, size);
    if (reason != REASON_NONE)
        return reason;
    memset(message, 0, sizeof *message);
    message->kind = data[2];
    message->round = data[3];

    const struct wire_layout *layout = &message_table[message->kind];
    const uint8_t *from = data + WIRE_HEADER_BYTES;
    for (uint32_t i = 0; i < layout->field_count; i++)
        if (!get_field(message, &layout->fields[i], &from, data + size))
            return REASON_BAD_MESSAGE;
    return from == data + size ? REASON_NONE : REASON_BAD_MESSAGE;
}

static void field_text(struct text *text, const struct message *message,
                       const struct wire_field *field)
{
    text_char(text, ' ');
    text_str(text, field->name);
    text_char(text, '=');
    if (is_blob(field->type))
        text_bytes_quoted(text, *(const struct bytes *)field_at(message, field));
    else if (field->type == WIRE_I64)
        text_i64(text, (int64_t)field_number(message, field));
    else
        text_u64(text, field_number(message, field));
}

void message_text(struct text *text, const struct message *message)
{
    const struct wire_layout *layout = &message_table[message->kind];
    text_str(text, layout->name);
    for (uint32_t i = 0; i < layout->field_count; i++)
        field_text(text, message, &layout->fields[i]);
}
