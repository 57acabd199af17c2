/*
 * message.h: every message of the protocol, declared once.
 *
 * From the one list below come the structs, the encoder, the decoder, the text
 * of the trace and the page docs/wire-format.md. A message on the wire is
 *
 *   offset  size
 *        0     1  magic 0x52 ('R')
 *        1     1  version of the format, WIRE_VERSION
 *        2     1  kind: position in the list below, from 0
 *        3     1  round: tells apart messages of one kind about one request
 *        4     4  size of the payload in bytes
 *        8     4  CRC32C over bytes 0 .. 7 and the payload
 *       12        payload: the fields in order, little-endian, without padding
 *
 *   U8 FLAG 1 byte (a FLAG is 0 or 1)   U64 I64 8 bytes
 *   LEVEL   1 byte, a consistency level that db/level.h knows
 *   KEY     size in 2 bytes, then 1 .. KEY_SIZE_MAX bytes
 *   BYTES   size in 4 bytes, then 0 .. VALUE_SIZE_MAX bytes
 *   ROWS    size in 4 bytes, then 0 .. WIRE_ROWS_MAX bytes
 *
 * Nothing of a sender's memory crosses the wire: no struct, no pointer. A frame
 * that is cut, flipped, too long or of another version is refused with a reason,
 * and one set of values has exactly one encoding.
 *
 * The messages stand in the order in which they fly; read coordinate/write.c and
 * coordinate/read.c for the pictures.
 */
#ifndef DB_MESSAGE_H
#define DB_MESSAGE_H

#include <stddef.h>

#include "base/base.h"
#include "base/text.h"
#include "db/config.h"
#include "db/note.h"

#define WIRE_VERSION      1
#define WIRE_MAGIC        0x52
#define WIRE_HEADER_BYTES 12
#define WIRE_CHUNK_BYTES  (64u * 1024u) /* rows are sent in chunks of about so many */
#define WIRE_ROWS_MAX     (WIRE_CHUNK_BYTES + VALUE_SIZE_MAX + KEY_SIZE_MAX + 64)
#define WIRE_FRAME_MAX    (WIRE_HEADER_BYTES + WIRE_ROWS_MAX + VALUE_SIZE_MAX + 128)

/* FIELD(type, name, "meaning") */
#define CLIENT_PUT_FIELDS(FIELD)                                                                   \
    FIELD(U64, request, "identity of the request")                                                 \
    FIELD(LEVEL, level, "consistency level (db/level.h)")                                          \
    FIELD(U8, explicit_count, "W, for an explicit level")                                          \
    FIELD(FLAG, sloppy, "other nodes may stand in for owners that are down")                       \
    FIELD(KEY, key, "the key")                                                                     \
    FIELD(I64, timestamp, "newest one that the client knows, or its own clock; 0: none")           \
    FIELD(BYTES, value, "its new value")                                                           \
    FIELD(BYTES, context, "what the client has seen of the key (conflict/context.h), or nothing")

#define CLIENT_DELETE_FIELDS(FIELD)                                                                \
    FIELD(U64, request, "identity of the request")                                                 \
    FIELD(LEVEL, level, "consistency level")                                                       \
    FIELD(U8, explicit_count, "W, for an explicit level")                                          \
    FIELD(FLAG, sloppy, "other nodes may stand in for owners that are down")                       \
    FIELD(KEY, key, "the key")                                                                     \
    FIELD(I64, timestamp, "newest one that the client knows, or its own clock; 0: none")           \
    FIELD(BYTES, context, "what the client has seen of the key, or nothing")

#define CLIENT_UPDATE_FIELDS(FIELD)                                                                \
    FIELD(U64, request, "identity of the request")                                                 \
    FIELD(LEVEL, level, "consistency level")                                                       \
    FIELD(U8, explicit_count, "W, for an explicit level")                                          \
    FIELD(FLAG, sloppy, "other nodes may stand in for owners that are down")                       \
    FIELD(U8, operation, "3 increment, 4 add, 5 remove, 6 set, 7 unset")                           \
    FIELD(I64, amount, "of an increment")                                                          \
    FIELD(I64, timestamp, "newest one that the client knows, or its own clock; 0: none")           \
    FIELD(KEY, key, "the key")                                                                     \
    FIELD(BYTES, name, "of the field")                                                             \
    FIELD(BYTES, value, "an element, or the value of the field")                                   \
    FIELD(BYTES, context, "what the client has seen of the key, or nothing")

#define CLIENT_GET_FIELDS(FIELD)                                                                   \
    FIELD(U64, request, "identity of the request")                                                 \
    FIELD(LEVEL, level, "consistency level")                                                       \
    FIELD(U8, explicit_count, "R, for an explicit level")                                          \
    FIELD(FLAG, sloppy, "other nodes may stand in for owners that are down")                       \
    FIELD(KEY, key, "the key")

#define REPLICA_UPDATE_FIELDS(FIELD)                                                               \
    FIELD(U64, request, "identity of the request")                                                 \
    FIELD(U64, topology, "version that the coordinator goes by")                                   \
    FIELD(U8, operation, "1 put, 2 delete, and those of update")                                   \
    FIELD(I64, amount, "of an increment")                                                          \
    FIELD(I64, timestamp, "newest one that the client knows")                                      \
    FIELD(KEY, key, "the key")                                                                     \
    FIELD(BYTES, name, "of the field")                                                             \
    FIELD(BYTES, value, "a value or an element")                                                   \
    FIELD(BYTES, context, "what the client has seen of the key, or nothing")

#define REPLICA_UPDATED_FIELDS(FIELD)                                                              \
    FIELD(U64, request, "identity of the request")                                                 \
    FIELD(U8, reason, "0: done; else why not, and nothing was written (note.h)")                   \
    FIELD(I64, timestamp, "of the version that it became")                                         \
    FIELD(U8, kind, "of the version (version.h)")                                                  \
    FIELD(BYTES, value, "its value: for the other replicas")

#define REPLICA_WRITE_FIELDS(FIELD)                                                                \
    FIELD(U64, request, "identity of the request")                                                 \
    FIELD(U64, topology, "version that the coordinator goes by")                                   \
    FIELD(I64, timestamp, "of the version: nanoseconds, coordinator's clock")                      \
    FIELD(FLAG, tombstone, "the version is a delete")                                              \
    FIELD(U8, kind, "of the version (version.h): 0 plain, else an object of db/conflict")          \
    FIELD(KEY, key, "the key")                                                                     \
    FIELD(BYTES, value, "its value; empty for a tombstone")

#define REPLICA_WRITTEN_FIELDS(FIELD)                                                              \
    FIELD(U64, request, "identity of the request")                                                 \
    FIELD(FLAG, stored, "1: stored as the sync policy demands; 0: refused")

#define REPLICA_READ_FIELDS(FIELD)                                                                 \
    FIELD(U64, request, "identity of the request")                                                 \
    FIELD(U64, topology, "version that the coordinator goes by")                                   \
    FIELD(FLAG, digest_only, "1: a digest is enough")                                              \
    FIELD(FLAG, sloppy, "1: what is held for others counts, too")                                  \
    FIELD(KEY, key, "the key")

#define REPLICA_DIGEST_FIELDS(FIELD)                                                               \
    FIELD(U64, request, "identity of the request")                                                 \
    FIELD(U64, digest, "of the version; that of no version is a digest, too")                      \
    FIELD(U64, waiting, "pieces of work that wait at the replica")

#define REPLICA_VALUE_FIELDS(FIELD)                                                                \
    FIELD(U64, request, "identity of the request")                                                 \
    FIELD(I64, timestamp, "of the version; 0: never written")                                      \
    FIELD(FLAG, tombstone, "the version is a delete")                                              \
    FIELD(U8, kind, "of the version (version.h)")                                                  \
    FIELD(BYTES, value, "its value")                                                               \
    FIELD(U64, waiting, "pieces of work that wait at the replica")

#define REPLICA_STALE_FIELDS(FIELD)                                                                \
    FIELD(U64, request, "identity of the request that is refused")                                 \
    FIELD(U64, topology, "later version that the replica knows")

#define CLIENT_REPLY_FIELDS(FIELD)                                                                 \
    FIELD(U64, request, "identity of the request")                                                 \
    FIELD(U8, outcome, "1 ok, 2 unavailable: nothing was written, 3 timeout: unknown, "          \
          "4 overloaded: nothing was written")             \
    FIELD(U8, acknowledged, "replicas that had answered")                                          \
    FIELD(U8, needed, "replicas that had to")                                                      \
    FIELD(FLAG, found, "a get found a value")                                                      \
    FIELD(I64, timestamp, "of the version written or read")                                        \
    FIELD(U8, shape, "of the value: the kind of the version (conflict/answer.h)")                  \
    FIELD(BYTES, value, "what a get found")                                                        \
    FIELD(BYTES, context, "to be brought back with a put, or nothing")

#define HEARTBEAT_FIELDS(FIELD)                                                                    \
    FIELD(U64, round, "the sender's heartbeat round")                                              \
    FIELD(U64, topology, "version that the sender goes by")

#define TOPOLOGY_ASK_FIELDS(FIELD) FIELD(U64, topology, "version that the sender has")

#define TOPOLOGY_TELL_FIELDS(FIELD) FIELD(BYTES, value, "a decided version (topology.h)")

#define TOPOLOGY_PREPARE_FIELDS(FIELD)                                                             \
    FIELD(U64, slot, "version to be decided")                                                      \
    FIELD(U64, ballot, "of the proposer")

#define TOPOLOGY_PROMISE_FIELDS(FIELD)                                                             \
    FIELD(U64, slot, "version to be decided")                                                      \
    FIELD(U64, ballot, "that is promised; a higher one than asked: refused")                       \
    FIELD(U64, accepted, "ballot of the value; 0: none")                                           \
    FIELD(BYTES, value, "what was accepted already")

#define TOPOLOGY_ACCEPT_FIELDS(FIELD)                                                              \
    FIELD(U64, slot, "version to be decided")                                                      \
    FIELD(U64, ballot, "of the proposer")                                                          \
    FIELD(BYTES, value, "the version (topology.h)")

#define TOPOLOGY_ACCEPTED_FIELDS(FIELD)                                                            \
    FIELD(U64, slot, "version to be decided")                                                      \
    FIELD(U64, ballot, "that was accepted; a higher one than asked: refused")

#define TOPOLOGY_POLL_FIELDS(FIELD) FIELD(U64, topology, "version that the sender drives")

#define TOPOLOGY_STATUS_FIELDS(FIELD)                                                              \
    FIELD(U64, topology, "version that is durable at the sender")                                  \
    FIELD(U64, streamed, "version for which the sender has all that it gains")                     \
    FIELD(U64, hints, "that the sender keeps for others")

#define TOPOLOGY_WANT_FIELDS(FIELD)                                                                \
    FIELD(U64, topology, "version that the sender goes by")                                        \
    FIELD(U64, change, "1 join, 2 leave, 3 remove, 4 replace, 5 split, 6 merge, 7 move")           \
    FIELD(U64, subject, "the node that comes or goes; of ranges: a position")                      \
    FIELD(U64, other, "whom it replaces; move: the new owner")

#define STREAM_ASK_FIELDS(FIELD)                                                                   \
    FIELD(U64, topology, "version of the change")                                                  \
    FIELD(U64, from, "the range is (from, to]")                                                    \
    FIELD(U64, to, "")                                                                             \
    FIELD(U64, rows, "that the asker has in the range")                                            \
    FIELD(U64, fingerprint, "of these: if equal, nothing is sent")                                 \
    FIELD(U64, cursor, "rows up to this position are there already; from: none")

#define STREAM_ROWS_FIELDS(FIELD)                                                                  \
    FIELD(U64, topology, "version of the change")                                                  \
    FIELD(U64, to, "end of the range")                                                             \
    FIELD(U64, cursor, "all rows up to this position are in here or were before")                  \
    FIELD(ROWS, rows, "one after the other (row.h)")

#define REPAIR_COMPARE_FIELDS(FIELD)                                                               \
    FIELD(U64, repair, "identity of the comparison")                                               \
    FIELD(U64, topology, "version that both must go by")                                           \
    FIELD(BYTES, chosen, "a bit for each range that both keep; empty: all of them")                \
    FIELD(U8, level, "of the tree (db/repair/tree.h)")                                             \
    FIELD(U64, rows, "level 0: that the sender has")                                               \
    FIELD(U64, fingerprint, "level 0: of these; if equal, there is nothing to do")                 \
    FIELD(BYTES, nodes, "numbers of nodes of this level whose children are wanted, 7 bits a byte")

#define REPAIR_SUMS_FIELDS(FIELD)                                                                  \
    FIELD(U64, repair, "identity of the comparison")                                               \
    FIELD(U8, level, "of the nodes that were asked for")                                           \
    FIELD(I64, clock, "wall clock of the sender")                                                  \
    FIELD(BYTES, sums, "of each child: rows, 7 bits a byte, and if any their sum; empty: equal")

#define REPAIR_LEAF_FIELDS(FIELD)                                                                  \
    FIELD(U64, repair, "identity of the comparison")                                               \
    FIELD(U64, topology, "version that both must go by")                                           \
    FIELD(U64, from, "the part is (from, to]")                                                     \
    FIELD(U64, to, "")                                                                             \
    FIELD(BYTES, digests, "of the rows that the sender has in it, 8 bytes each")

#define REPAIR_ROWS_FIELDS(FIELD)                                                                  \
    FIELD(U64, repair, "identity of the comparison")                                               \
    FIELD(U64, to, "end of the part")                                                              \
    FIELD(U64, cursor, "all rows up to this position are in here, or known to the asker")          \
    FIELD(BYTES, known, "a bit for each digest: the sender has that row, too")                     \
    FIELD(ROWS, rows, "the other rows of the sender, one after the other (row.h)")

#define REPAIR_PUSH_FIELDS(FIELD)                                                                  \
    FIELD(U64, repair, "identity of the comparison")                                               \
    FIELD(U64, topology, "version that both must go by")                                           \
    FIELD(U64, number, "of the push, from 1")                                                      \
    FIELD(ROWS, rows, "that the receiver lacks, or has older")

#define REPAIR_TAKEN_FIELDS(FIELD)                                                                 \
    FIELD(U64, repair, "identity of the comparison")                                               \
    FIELD(U64, number, "of the push: its rows are as durable as a write")

#define REPAIR_DONE_FIELDS(FIELD)                                                                  \
    FIELD(U64, repair, "identity of the comparison")                                               \
    FIELD(U64, topology, "version that both must go by")                                           \
    FIELD(BYTES, chosen, "the ranges; empty: all that both keep")                                  \
    FIELD(I64, since, "whatever an owner of them had at this time, all owners have")

#define STAND_IN_FIELDS(FIELD)                                                                     \
    FIELD(U64, request, "identity of the request")                                                 \
    FIELD(U64, topology, "version that the coordinator goes by")                                   \
    FIELD(U64, owner, "node that the receiver stands in for")                                      \
    FIELD(BYTES, row, "key and version (row.h)")

#define HINTS_FIELDS(FIELD)                                                                        \
    FIELD(U64, topology, "version that the sender goes by")                                        \
    FIELD(U64, target, "node that has missed them: the receiver, or whom it keeps them for")       \
    FIELD(U64, first, "the sender's name of the first hint")                                       \
    FIELD(U64, last, "and of the last one")                                                        \
    FIELD(BYTES, items, "one after the other (hint_intake.c)")

#define HINTS_TAKEN_FIELDS(FIELD)                                                                  \
    FIELD(U64, target, "of the batch")                                                             \
    FIELD(U64, first, "of the batch")                                                              \
    FIELD(U64, last, "of the batch")
#define GOSSIP_SYN_FIELDS(FIELD)                                                                   \
    FIELD(U64, round, "of the node that begins")                                                   \
    FIELD(BYTES, digests, "what it knows of whom (gossip_wire.h)")
#define GOSSIP_ACK_FIELDS(FIELD)                                                                   \
    FIELD(U64, round, "of the node that began")                                                    \
    FIELD(BYTES, wanted, "digests: what the sender has of those that it wants news of")            \
    FIELD(BYTES, states, "what is newer than the digests said (gossip_wire.h)")
#define GOSSIP_ACK2_FIELDS(FIELD)                                                                  \
    FIELD(U64, round, "of the node that began")                                                    \
    FIELD(BYTES, states, "what was wanted")

#define SWIM_PING_FIELDS(FIELD)                                                                    \
    FIELD(U64, round, "period of the node that wants to know")                                     \
    FIELD(U64, origin, "that node")                                                                \
    FIELD(BYTES, updates, "about members (db/detect/swim.h)")

#define SWIM_PING_REQ_FIELDS(FIELD)                                                                \
    FIELD(U64, round, "period of the sender")                                                      \
    FIELD(U64, target, "whom to ping for it")                                                      \
    FIELD(BYTES, updates, "about members")

#define SWIM_ACK_FIELDS(FIELD)                                                                     \
    FIELD(U64, round, "of the ping")                                                               \
    FIELD(U64, origin, "the node that wants to know")                                              \
    FIELD(U64, subject, "the node that lives")                                                     \
    FIELD(BYTES, updates, "about members")

#define SWIM_NACK_FIELDS(FIELD)                                                                    \
    FIELD(U64, round, "of the request")                                                            \
    FIELD(U64, subject, "the node that did not answer the helper either")

#define SWIM_SPREAD_FIELDS(FIELD) FIELD(BYTES, updates, "about members")

#define SWIM_LIST_FIELDS(FIELD)                                                                    \
    FIELD(U64, round, "of the node that began the exchange")                                       \
    FIELD(FLAG, is_answer, "1: to another one's list")                                             \
    FIELD(BYTES, members, "what the sender holds of everybody")

/* MESSAGE(IDENTIFIER, member, "letter", "name") */
#define MESSAGES(MESSAGE)                                                                          \
    MESSAGE(CLIENT_PUT, client_put, "P", "put")                                                    \
    MESSAGE(CLIENT_DELETE, client_delete, "X", "delete")                                           \
    MESSAGE(CLIENT_GET, client_get, "G", "get")                                                    \
    MESSAGE(REPLICA_WRITE, replica_write, "W", "write")                                            \
    MESSAGE(REPLICA_WRITTEN, replica_written, "A", "written")                                      \
    MESSAGE(REPLICA_READ, replica_read, "R", "read")                                               \
    MESSAGE(REPLICA_DIGEST, replica_digest, "D", "digest")                                         \
    MESSAGE(REPLICA_VALUE, replica_value, "V", "value")                                            \
    MESSAGE(CLIENT_REPLY, client_reply, "=", "reply")                                              \
    MESSAGE(HEARTBEAT, heartbeat, "H", "heartbeat")                                                \
    MESSAGE(REPLICA_STALE, replica_stale, "!", "stale")                                            \
    MESSAGE(TOPOLOGY_ASK, topology_ask, "?", "topology_ask")                                       \
    MESSAGE(TOPOLOGY_TELL, topology_tell, "T", "topology")                                         \
    MESSAGE(TOPOLOGY_PREPARE, topology_prepare, "p", "prepare")                                    \
    MESSAGE(TOPOLOGY_PROMISE, topology_promise, "m", "promise")                                    \
    MESSAGE(TOPOLOGY_ACCEPT, topology_accept, "a", "accept")                                       \
    MESSAGE(TOPOLOGY_ACCEPTED, topology_accepted, "c", "accepted")                                 \
    MESSAGE(TOPOLOGY_POLL, topology_poll, "q", "poll")                                             \
    MESSAGE(TOPOLOGY_STATUS, topology_status, "s", "status")                                       \
    MESSAGE(STREAM_ASK, stream_ask, "<", "stream_ask")                                             \
    MESSAGE(STREAM_ROWS, stream_rows, ">", "stream_rows")                                          \
    MESSAGE(REPAIR_COMPARE, repair_compare, "~", "repair_compare")                                 \
    MESSAGE(REPAIR_SUMS, repair_sums, "+", "repair_sums")                                          \
    MESSAGE(REPAIR_LEAF, repair_leaf, "l", "repair_leaf")                                          \
    MESSAGE(REPAIR_ROWS, repair_rows, "{", "repair_rows")                                          \
    MESSAGE(REPAIR_PUSH, repair_push, "}", "repair_push")                                          \
    MESSAGE(REPAIR_TAKEN, repair_taken, "t", "repair_taken")                                       \
    MESSAGE(REPAIR_DONE, repair_done, "d", "repair_done")                                          \
    MESSAGE(TOPOLOGY_WANT, topology_want, "w", "want")                                             \
    MESSAGE(STAND_IN, stand_in, "I", "stand_in")                                                   \
    MESSAGE(HINTS, hints, "h", "hints")                                                            \
    MESSAGE(HINTS_TAKEN, hints_taken, "k", "hints_taken")                                          \
    MESSAGE(GOSSIP_SYN, gossip_syn, "1", "gossip_syn")                                             \
    MESSAGE(GOSSIP_ACK, gossip_ack, "2", "gossip_ack")                                             \
    MESSAGE(GOSSIP_ACK2, gossip_ack2, "3", "gossip_ack2")                                          \
    MESSAGE(SWIM_PING, swim_ping, "i", "swim_ping")                                                \
    MESSAGE(SWIM_PING_REQ, swim_ping_req, "j", "swim_ping_req")                                    \
    MESSAGE(SWIM_ACK, swim_ack, "o", "swim_ack")                                                   \
    MESSAGE(SWIM_NACK, swim_nack, "x", "swim_nack")                                                \
    MESSAGE(SWIM_SPREAD, swim_spread, "g", "swim_spread")                                          \
    MESSAGE(SWIM_LIST, swim_list, "L", "swim_list")                                                \
    MESSAGE(CLIENT_UPDATE, client_update, "U", "update")                                           \
    MESSAGE(REPLICA_UPDATE, replica_update, "F", "forward")                                        \
    MESSAGE(REPLICA_UPDATED, replica_updated, "M", "made")

enum message_kind {
#define MESSAGE(identifier, member, letter, name) MESSAGE_##identifier,
    MESSAGES(MESSAGE)
#undef MESSAGE
        MESSAGE_KIND_COUNT,
};

/* The structs, member by member as declared above. */
#define WIRE_C_U8    uint8_t
#define WIRE_C_FLAG  bool
#define WIRE_C_LEVEL uint8_t
#define WIRE_C_U64   uint64_t
#define WIRE_C_I64   int64_t
#define WIRE_C_KEY   struct bytes
#define WIRE_C_BYTES struct bytes
#define WIRE_C_ROWS  struct bytes

#define WIRE_MEMBER(type, name, meaning) WIRE_C_##type name;
#define MESSAGE(identifier, member, letter, name)                                                  \
    struct message_##member {                                                                      \
        identifier##_FIELDS(WIRE_MEMBER)                                                           \
    };
MESSAGES(MESSAGE)
#undef MESSAGE

/* Any message. KEY and BYTES members point into the buffer it was decoded from,
 * or to memory of whoever sends it. */
struct message {
    uint8_t kind; /* enum message_kind */
    uint8_t round;
    union {
#define MESSAGE(identifier, member, letter, name) struct message_##member member;
        MESSAGES(MESSAGE)
#undef MESSAGE
    };
};

enum wire_type {
    WIRE_U8,
    WIRE_FLAG,
    WIRE_U64,
    WIRE_I64,
    WIRE_KEY,
    WIRE_BYTES,
    WIRE_LEVEL,
    WIRE_ROWS,
};

struct wire_field {
    uint8_t type;    /* enum wire_type */
    uint16_t offset; /* within struct message */
    const char *name;
    const char *meaning;
};

struct wire_layout {
    const char *name;
    const char *letter;
    uint32_t field_count;
    const struct wire_field *fields;
};

/* MESSAGE_KIND_COUNT entries. */
extern const struct wire_layout message_table[];

/* Bytes that message_encode will write. */
uint32_t message_size(const struct message *message);

/* Write the frame; `capacity` must be at least message_size. Returns its size. */
uint32_t message_encode(const struct message *message, uint8_t *buffer, uint32_t capacity);

/* Read a frame of exactly `size` bytes. REASON_NONE, or why it is refused
 * (TRUNCATED, BAD_CHECKSUM, BAD_MESSAGE). */
enum reason message_decode(struct message *message, const uint8_t *data, uint32_t size);

/* The same of a frame of which message_decode has said that its checksum is wrong, and nothing
 * worse (safeguard message-checksum is off). */
enum reason message_decode_anyway(struct message *message, const uint8_t *data, uint32_t size);

/* The kind and round of a frame that may be damaged; false when it is too short
 * or of an unknown kind. For hosts that label traffic. */
bool message_peek(const uint8_t *data, uint32_t size, uint8_t *kind, uint8_t *round);

/* "write request=c1#3 timestamp=... key="user:1"": fields in order. */
void message_text(struct text *text, const struct message *message);

#endif
