/*
 * message.c: encode, decode and describe, all made from one list.
 *
 * Nothing is written per message by hand: the preprocessor turns the list of fields
 * in message.h into a table (for text and docs), an encoder and a decoder. Integers
 * are written byte by byte, so the machine's byte order never matters.
 */
#include "db/message.h"

#include <string.h>

#include "base/crc32c.h"
#include "db/level.h"

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
#define REPLICA_STALE_FIELD(type, name, meaning) FIELD_OF(replica_stale, type, name, meaning)
#define TOPOLOGY_ASK_FIELD(type, name, meaning) FIELD_OF(topology_ask, type, name, meaning)
#define TOPOLOGY_TELL_FIELD(type, name, meaning) FIELD_OF(topology_tell, type, name, meaning)
#define TOPOLOGY_PREPARE_FIELD(type, name, meaning) FIELD_OF(topology_prepare, type, name, meaning)
#define TOPOLOGY_PROMISE_FIELD(type, name, meaning) FIELD_OF(topology_promise, type, name, meaning)
#define TOPOLOGY_ACCEPT_FIELD(type, name, meaning) FIELD_OF(topology_accept, type, name, meaning)
#define TOPOLOGY_ACCEPTED_FIELD(type, name, meaning)                                               \
    FIELD_OF(topology_accepted, type, name, meaning)
#define TOPOLOGY_POLL_FIELD(type, name, meaning) FIELD_OF(topology_poll, type, name, meaning)
#define TOPOLOGY_STATUS_FIELD(type, name, meaning) FIELD_OF(topology_status, type, name, meaning)
#define TOPOLOGY_WANT_FIELD(type, name, meaning) FIELD_OF(topology_want, type, name, meaning)
#define STREAM_ASK_FIELD(type, name, meaning) FIELD_OF(stream_ask, type, name, meaning)
#define STREAM_ROWS_FIELD(type, name, meaning) FIELD_OF(stream_rows, type, name, meaning)
#define REPAIR_COMPARE_FIELD(type, name, meaning) FIELD_OF(repair_compare, type, name, meaning)
#define REPAIR_SUMS_FIELD(type, name, meaning) FIELD_OF(repair_sums, type, name, meaning)
#define REPAIR_LEAF_FIELD(type, name, meaning) FIELD_OF(repair_leaf, type, name, meaning)
#define REPAIR_ROWS_FIELD(type, name, meaning) FIELD_OF(repair_rows, type, name, meaning)
#define REPAIR_PUSH_FIELD(type, name, meaning) FIELD_OF(repair_push, type, name, meaning)
#define REPAIR_TAKEN_FIELD(type, name, meaning) FIELD_OF(repair_taken, type, name, meaning)
#define REPAIR_DONE_FIELD(type, name, meaning) FIELD_OF(repair_done, type, name, meaning)
#define STAND_IN_FIELD(type, name, meaning) FIELD_OF(stand_in, type, name, meaning)
#define HINTS_FIELD(type, name, meaning) FIELD_OF(hints, type, name, meaning)
#define HINTS_TAKEN_FIELD(type, name, meaning) FIELD_OF(hints_taken, type, name, meaning)
#define SWIM_PING_FIELD(type, name, meaning)     FIELD_OF(swim_ping, type, name, meaning)
#define SWIM_PING_REQ_FIELD(type, name, meaning) FIELD_OF(swim_ping_req, type, name, meaning)
#define SWIM_ACK_FIELD(type, name, meaning)      FIELD_OF(swim_ack, type, name, meaning)
#define SWIM_NACK_FIELD(type, name, meaning)     FIELD_OF(swim_nack, type, name, meaning)
#define SWIM_SPREAD_FIELD(type, name, meaning)   FIELD_OF(swim_spread, type, name, meaning)
#define SWIM_LIST_FIELD(type, name, meaning)     FIELD_OF(swim_list, type, name, meaning)
#define GOSSIP_SYN_FIELD(type, name, meaning)  FIELD_OF(gossip_syn, type, name, meaning)
#define GOSSIP_ACK_FIELD(type, name, meaning)  FIELD_OF(gossip_ack, type, name, meaning)
#define GOSSIP_ACK2_FIELD(type, name, meaning) FIELD_OF(gossip_ack2, type, name, meaning)
#define CLIENT_UPDATE_FIELD(type, name, meaning) FIELD_OF(client_update, type, name, meaning)
#define REPLICA_UPDATE_FIELD(type, name, meaning) FIELD_OF(replica_update, type, name, meaning)
#define REPLICA_UPDATED_FIELD(type, name, meaning) FIELD_OF(replica_updated, type, name, meaning)

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

/* --- the three walks, generated member by member ------------------------------------ */

static inline void put_u32(uint8_t *to, uint32_t number)
{
    for (uint32_t i = 0; i < 4; i++)
        to[i] = (uint8_t)(number >> (8 * i));
}

static inline uint32_t get_u32(const uint8_t *from)
{
    return from[0] | (uint32_t)from[1] << 8 | (uint32_t)from[2] << 16 | (uint32_t)from[3] << 24;
}

#define SIZE_U8(value)    1
#define SIZE_FLAG(value)  1
#define SIZE_LEVEL(value) 1
#define SIZE_U64(value)   8
#define SIZE_I64(value)   8
#define SIZE_KEY(value)   (2 + (uint32_t)(value).size)
#define SIZE_BYTES(value) (4 + (uint32_t)(value).size)
#define SIZE_ROWS(value)  SIZE_BYTES(value)

/* Encoders: write the value at `to`, return what lies behind it. */
static inline uint8_t *put_U8(uint8_t *to, uint8_t value)
{
    to[0] = value;
    return to + 1;
}
static inline uint8_t *put_FLAG(uint8_t *to, bool value)
{
    to[0] = value;
    return to + 1;
}
static inline uint8_t *put_LEVEL(uint8_t *to, uint8_t value)
{
    return put_U8(to, value);
}
static inline uint8_t *put_U64(uint8_t *to, uint64_t value)
{
    put_u32(to, (uint32_t)value);
    put_u32(to + 4, (uint32_t)(value >> 32));
    return to + 8;
}
static inline uint8_t *put_I64(uint8_t *to, int64_t value)
{
    return put_U64(to, (uint64_t)value);
}
static inline uint8_t *put_blob(uint8_t *to, struct bytes value)
{
    if (value.size > 0)
        memcpy(to, value.data, value.size);
    return to + value.size;
}
static inline uint8_t *put_KEY(uint8_t *to, struct bytes value)
{
    to[0] = (uint8_t)value.size;
    to[1] = (uint8_t)(value.size >> 8);
    return put_blob(to + 2, value);
}
static inline uint8_t *put_BYTES(uint8_t *to, struct bytes value)
{
    put_u32(to, (uint32_t)value.size);
    return put_blob(to + 4, value);
}

static inline uint8_t *put_ROWS(uint8_t *to, struct bytes value)
{
    return put_BYTES(to, value);
}

/* Decoders: read a value at *from and move behind it; false when it is cut or not
 * allowed. One value has one encoding, so a FLAG of 2 is not. */
static inline bool get_U8(const uint8_t **from, const uint8_t *end, uint8_t *value)
{
    if (end - *from < 1)
        return false;
    *value = *(*from)++;
    return true;
}
static inline bool get_FLAG(const uint8_t **from, const uint8_t *end, bool *value)
{
    if (end - *from < 1 || **from > 1)
        return false;
    *value = *(*from)++;
    return true;
}
static inline bool get_LEVEL(const uint8_t **from, const uint8_t *end, uint8_t *value)
{
    return get_U8(from, end, value) && *value < LEVEL_COUNT;
}
static inline bool get_U64(const uint8_t **from, const uint8_t *end, uint64_t *value)
{
    if (end - *from < 8)
        return false;
    *value = get_u32(*from) | (uint64_t)get_u32(*from + 4) << 32;
    *from += 8;
    return true;
}
static inline bool get_I64(const uint8_t **from, const uint8_t *end, int64_t *value)
{
    uint64_t bits = 0;
    bool is_read = get_U64(from, end, &bits);
    *value = (int64_t)bits;
    return is_read;
}
static inline bool get_blob(const uint8_t **from, const uint8_t *end, uint32_t size,
                            struct bytes *value)
{
    if ((uint64_t)(end - *from) < size)
        return false;
    *value = (struct bytes){*from, size};
    *from += size;
    return true;
}
static inline bool get_KEY(const uint8_t **from, const uint8_t *end, struct bytes *value)
{
    if (end - *from < 2)
        return false;
    uint32_t size = (*from)[0] | (uint32_t)(*from)[1] << 8;
    *from += 2;
    return size >= 1 && size <= KEY_SIZE_MAX && get_blob(from, end, size, value);
}
static inline bool get_sized(const uint8_t **from, const uint8_t *end, uint32_t most,
                             struct bytes *value)
{
    if (end - *from < 4)
        return false;
    uint32_t size = get_u32(*from);
    *from += 4;
    return size <= most && get_blob(from, end, size, value);
}
static inline bool get_BYTES(const uint8_t **from, const uint8_t *end, struct bytes *value)
{
    return get_sized(from, end, VALUE_SIZE_MAX, value);
}
static inline bool get_ROWS(const uint8_t **from, const uint8_t *end, struct bytes *value)
{
    return get_sized(from, end, WIRE_ROWS_MAX, value);
}

/* For each message: its payload's size, its encoder, its decoder. */
#define SIZE_FIELD(type, name, meaning)   +SIZE_##type(m->name)
#define ENCODE_FIELD(type, name, meaning) to = put_##type(to, m->name);
#define DECODE_FIELD(type, name, meaning) &&get_##type(&from, end, &m->name)

#define MESSAGE(identifier, member, letter, name)                                                  \
    static uint32_t size_##member(const struct message_##member *m)                                \
    {                                                                                              \
        (void)m; /* of fixed size, perhaps */                                                      \
        return 0 identifier##_FIELDS(SIZE_FIELD);                                                  \
    }                                                                                              \
    static uint8_t *encode_##member(uint8_t *to, const struct message_##member *m)                 \
    {                                                                                              \
        identifier##_FIELDS(ENCODE_FIELD) return to;                                               \
    }                                                                                              \
    static bool decode_##member(const uint8_t *from, const uint8_t *end,                           \
                                struct message_##member *m)                                        \
    {                                                                                              \
        return true identifier##_FIELDS(DECODE_FIELD) && from == end;                              \
    }
MESSAGES(MESSAGE)
#undef MESSAGE

/* --- frames ---------------------------------------------------------------------------- */

uint32_t message_size(const struct message *message)
{
    switch (message->kind) {
#define MESSAGE(identifier, member, letter, name)                                                  \
    case MESSAGE_##identifier: return WIRE_HEADER_BYTES + size_##member(&message->member);
        MESSAGES(MESSAGE)
#undef MESSAGE
    }
    CHECK_WHY(false, "a message of no known kind");
    return 0;
}

static uint8_t *encode_payload(uint8_t *to, const struct message *message)
{
    switch (message->kind) {
#define MESSAGE(identifier, member, letter, name)                                                  \
    case MESSAGE_##identifier: return encode_##member(to, &message->member);
        MESSAGES(MESSAGE)
#undef MESSAGE
    }
    return to;
}

static bool decode_payload(const uint8_t *from, const uint8_t *end, struct message *message)
{
    switch (message->kind) {
#define MESSAGE(identifier, member, letter, name)                                                  \
    case MESSAGE_##identifier: return decode_##member(from, end, &message->member);
        MESSAGES(MESSAGE)
#undef MESSAGE
    }
    return false;
}

/* The checksum skips its own four bytes. */
static uint32_t frame_checksum(const uint8_t *frame, uint32_t size)
{
    uint32_t crc = crc32c(frame, 8);
    return crc32c_extend(crc, frame + WIRE_HEADER_BYTES, size - WIRE_HEADER_BYTES);
}

uint32_t message_encode(const struct message *message, uint8_t *buffer, uint32_t capacity)
{
    uint32_t size = message_size(message);
    CHECK(size <= capacity);
    CHECK(encode_payload(buffer + WIRE_HEADER_BYTES, message) == buffer + size);

    buffer[0] = WIRE_MAGIC;
    buffer[1] = WIRE_VERSION;
    buffer[2] = message->kind;
    buffer[3] = message->round;
    put_u32(buffer + 4, size - WIRE_HEADER_BYTES);
    put_u32(buffer + 8, frame_checksum(buffer, size));
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

static enum reason check_header(const uint8_t *data, uint32_t size)
{
    if (size < WIRE_HEADER_BYTES)
        return REASON_TRUNCATED;
    if (data[0] != WIRE_MAGIC || data[1] != WIRE_VERSION || data[2] >= MESSAGE_KIND_COUNT)
        return REASON_BAD_MESSAGE;
    uint32_t payload = get_u32(data + 4);
    if (payload > size - WIRE_HEADER_BYTES)
        return REASON_TRUNCATED;
    if (payload < size - WIRE_HEADER_BYTES)
        return REASON_BAD_MESSAGE;
    return get_u32(data + 8) == frame_checksum(data, size) ? REASON_NONE : REASON_BAD_CHECKSUM;
}

enum reason message_decode(struct message *message, const uint8_t *data, uint32_t size)
{
    enum reason reason = check_header(data, size);
    return reason == REASON_NONE ? message_decode_anyway(message, data, size) : reason;
}

enum reason message_decode_anyway(struct message *message, const uint8_t *data, uint32_t size)
{
    message->kind = data[2];
    message->round = data[3];
    bool is_whole = decode_payload(data + WIRE_HEADER_BYTES, data + size, message);
    return is_whole ? REASON_NONE : REASON_BAD_MESSAGE;
}

/* --- text ------------------------------------------------------------------------------ */

static const void *field_at(const struct message *message, const struct wire_field *field)
{
    return (const uint8_t *)message + field->offset;
}

static uint64_t field_number(const struct message *message, const struct wire_field *field)
{
    const void *at = field_at(message, field);
    switch (field->type) {
    case WIRE_LEVEL:
    case WIRE_U8: return *(const uint8_t *)at;
    case WIRE_FLAG: return *(const bool *)at;
    default: return *(const uint64_t *)at; /* U64, I64 */
    }
}

static bool is_blob(uint8_t type)
{
    return type == WIRE_KEY || type == WIRE_BYTES || type == WIRE_ROWS;
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
