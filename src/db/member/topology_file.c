/*
 * topology_file.c: what a node must not forget about members and votes.
 *
 * One file, only ever appended to; what counts is the last word about each thing:
 *
 *     | record | record | record | ...
 *
 *   offset  size
 *        0     4  length of the whole record
 *        4     4  CRC32C over bytes 0 .. 3 and 8 to the end
 *        8     1  kind: 1 decided, 2 promised, 3 accepted, 4 streamed, 5 alive, 6 booted,
 *                 7 streamed to, 8 epoch
 *        9     8  decided: 0. promised, accepted: the slot. streamed: version of the change.
 *                 alive: the wall clock (repair/tombstone.c).
 *                 booted: number of this life, from 1. epoch: its number (coordinate/actor.c)
 *       17     8  decided: 0. promised, accepted: the ballot. streamed: number of the piece
 *       25        decided, accepted: a topology (topology.h). streamed to: the cursor, 8 bytes;
 *                 its second word is piece 32 bits, source 8, sources that are done 16
 *
 * A torn end is cut off by the reader: what it would have said was not told to anybody, since
 * answers wait for the sync (defer_message). A node that has no such file has never voted.
 *
 * What it cannot know: damage in the middle looks like a torn end, since no record says what was
 * durable when it was written. (Next step: what the log does, recovery.h.)
 */
#include <string.h>

#include "base/crc32c.h"
#include "db/about.h"
#include "db/member/membership_parts.h"
#include "db/safeguard.h"
#include "db/store/row.h"
#include "db/store/storage_parts.h"

#define RECORD_FIXED_BYTES 25u

static const struct file_name topology_file = {FILE_TOPOLOGY, 1};

static uint64_t about_record(const struct env *env, uint64_t record)
{
    return about_node(ABOUT_TOPOLOGY, env->self, UINT64_C(1) << 40 | record);
}

/* --- writing --------------------------------------------------------------------------------- */

static uint32_t checksum(const uint8_t *record, uint32_t size)
{
    return crc32c_extend(crc32c(record, 4), record + 8, size - 8);
}

static void begin_sync(struct membership *membership, struct env *env)
{
    uint64_t about = about_record(env, membership->records);
    if (membership->syncing_to != 0 || membership->synced_records == membership->written)
        return;
    membership->syncing_to = membership->written;
    storage_sync_file(env, topology_file, TOKEN_TOPOLOGY, about);
    storage_sync_file(env, NAMES_OF_ALL_FILES, TOKEN_TOPOLOGY, about);
    membership->syncs_waiting = 2;
}

/* False: it waits. Nobody is told of what is not kept yet, so a full disk makes a node silent here
 * until it has room again; a broken one for as long as it lives. */
static bool write_record(struct membership *membership, struct env *env, struct bytes record)
{
    uint64_t about = about_record(env, membership->written + 1);
    enum disk_status status =
        env->disk_append(env, topology_file, record.data, (uint32_t)record.size, about);
    if (status == DISK_OK)
        membership->written++;
    else if (status != DISK_NO_SPACE)
        membership->has_failed = true;
    return status == DISK_OK;
}

static void keep_unwritten(struct membership *membership, struct env *env, struct bytes record)
{
    struct unwritten *unwritten = env_allocate(env, sizeof *unwritten);
    unwritten->record = record;
    if (membership->unwritten_last)
        membership->unwritten_last->next = unwritten;
    else
        membership->unwritten_first = unwritten;
    membership->unwritten_last = unwritten;
}

void topology_file_retry(struct node *node, struct env *env)
{
    struct membership *membership = &node->membership;
    struct unwritten *first;
    while ((first = membership->unwritten_first) != NULL &&
           write_record(membership, env, first->record)) {
        membership->unwritten_first = first->next;
        if (!first->next)
            membership->unwritten_last = NULL;
        free_bytes(env, first->record);
        env_release(env, first);
    }
    begin_sync(membership, env);
}

static void append_record(struct node *node, struct env *env, enum topology_record kind,
                          uint64_t a, uint64_t b, struct bytes rest)
{
    struct membership *membership = &node->membership;
    uint32_t size = RECORD_FIXED_BYTES + (uint32_t)rest.size;
    uint8_t *record = env_allocate(env, size);
    uint8_t *at = put_number(record, size, 4);
    at = put_number(at + 4, kind, 1);
    at = put_number(at, a, 8);
    at = put_number(at, b, 8);
    if (rest.size > 0)
        memcpy(at, rest.data, rest.size);
    put_number(record + 4, checksum(record, size), 4);
    struct bytes whole = {record, size};
    membership->records++;
    topology_file_retry(node, env); /* in order: what waits goes first */
    if (membership->unwritten_first || !write_record(membership, env, whole))
        keep_unwritten(membership, env, whole);
    else
        free_bytes(env, whole);
    begin_sync(membership, env);
}

void topology_file_append(struct node *node, struct env *env, enum topology_record kind,
                          uint64_t a, uint64_t b, const struct topology *topology)
{
    uint32_t size = topology ? topology_size(topology) : 0;
    uint8_t *bytes = env_allocate(env, MAX(size, 1u));
    if (topology)
        topology_encode(topology, bytes);
    append_record(node, env, kind, a, b, (struct bytes){bytes, size});
    env_release(env, bytes);
}

void topology_file_append_cursor(struct node *node, struct env *env,
                                 const struct stream_cursor *cursor)
{
    uint8_t position[8];
    uint64_t where = cursor->piece | (uint64_t)cursor->source << 32 |
                     (uint64_t)cursor->done_sources << 40;
    put_number(position, cursor->position, 8);
    append_record(node, env, RECORD_STREAMED_TO, cursor->version, where,
                  (struct bytes){position, sizeof position});
}

/* Tell somebody once the file is durable up to what was appended last. */
void defer_message(struct node *node, struct env *env, uint32_t to, uint64_t about,
                   const struct message *message)
{
    struct membership *membership = &node->membership;
    topology_file_retry(node, env);
    struct deferred *deferred = env_allocate(env, sizeof *deferred);
    uint32_t size = message_size(message);
    uint8_t *frame = env_allocate(env, size);
    message_encode(message, frame, size);
    *deferred = (struct deferred){.record = membership->records,
                                  .frame = {frame, size},
                                  .about = about,
                                  .to = to};
    if (membership->deferred_last)
        membership->deferred_last->next = deferred;
    else
        membership->deferred_first = deferred;
    membership->deferred_last = deferred;
    send_due_messages(node, env);
}

static struct deferred *take_due(struct membership *membership)
{
    struct deferred *first = membership->deferred_first;
    if (membership->has_failed || !first || first->record > membership->synced_records)
        return NULL;
    membership->deferred_first = first->next;
    if (!first->next)
        membership->deferred_last = NULL;
    return first;
}

/* What is for this node itself is handled like a message from outside. */
void send_due_messages(struct node *node, struct env *env)
{
    struct deferred *deferred;
    while ((deferred = take_due(&node->membership)) != NULL) {
        if (deferred->to == env->self)
            membership_hear_self(node, env, deferred->frame);
        else
            env->send(env, (uint32_t)deferred->to, deferred->about, deferred->frame.data,
                      (uint32_t)deferred->frame.size);
        free_bytes(env, deferred->frame);
        env_release(env, deferred);
    }
}

/* --- reading --------------------------------------------------------------------------------- */

static void take_topology(struct env *env, struct topology *to, struct bytes from)
{
    struct topology topology;
    if (!topology_decode(&topology, env->memory, from, env->config->nodes))
        return;
    topology_free(to, env->memory);
    *to = topology;
}

static void take_cursor(struct membership *membership, struct env *env, uint64_t version,
                        uint64_t where, struct bytes position)
{
    struct stream_cursor cursor = {.version = version,
                                   .piece = (uint32_t)where,
                                   .source = (uint32_t)(where >> 32) & 0xff,
                                   .done_sources = (uint32_t)(where >> 40) & 0xffff};
    if (position.size != 8)
        return;
    cursor.position = get_number(position.data, 8);
    stream_remember_cursor(membership, env, &cursor);
}

static void take_record(struct membership *membership, struct env *env, struct bytes record)
{
    uint64_t a = get_number(record.data + 9, 8), b = get_number(record.data + 17, 8);
    struct bytes rest = {record.data + RECORD_FIXED_BYTES, record.size - RECORD_FIXED_BYTES};
    struct acceptor *acceptor = &membership->acceptor;
    membership->records++;
    switch (record.data[8]) {
    case RECORD_DECIDED: take_topology(env, &membership->now, rest); break;
    case RECORD_PROMISED:
        *acceptor = (struct acceptor){a, b, a == acceptor->slot ? acceptor->accepted : 0,
                                      acceptor->value};
        break;
    case RECORD_ACCEPTED:
        acceptor->slot = a;
        acceptor->promised = acceptor->accepted = b;
        take_topology(env, &acceptor->value, rest);
        break;
    case RECORD_ALIVE: membership->alive_ns = (int64_t)a; break;
    case RECORD_BOOTED: membership->boots = a; break;
    case RECORD_STREAMED_TO: take_cursor(membership, env, a, b, rest); break;
    case RECORD_EPOCH: membership->epoch = a; break;
    default: stream_remember_piece(membership, env, a, b); break;
    }
}

/* Up to which byte the records are whole. */
static uint32_t count_whole(struct bytes file)
{
    uint32_t offset = 0;
    while (file.size - offset >= RECORD_FIXED_BYTES) {
        const uint8_t *record = file.data + offset;
        uint64_t size = get_number(record, 4);
        if (size < RECORD_FIXED_BYTES || size > file.size - offset ||
            get_number(record + 4, 4) != checksum(record, (uint32_t)size))
            break;
        offset += (uint32_t)size;
    }
    return offset;
}

static void take_records(struct membership *membership, struct env *env, struct bytes file)
{
    for (uint32_t offset = 0; offset < file.size;) {
        uint32_t size = (uint32_t)get_number(file.data + offset, 4);
        take_record(membership, env, (struct bytes){file.data + offset, size});
        offset += size;
    }
}

/* The only file of a kind; number 0 when there is none. */
static struct file_entry file_of_kind(struct env *env, uint32_t kind)
{
    uint32_t count = env->disk_list(env, NULL, 0);
    struct file_entry *entries = env_allocate(env, count * sizeof *entries);
    struct file_entry found = {{FILE_NONE, 0}, 0};
    env->disk_list(env, entries, count);
    for (uint32_t i = 0; i < count; i++)
        if (entries[i].name.kind == kind)
            found = entries[i];
    env_release(env, entries);
    return found;
}

/* The promises and the data of a member are on the disk that it was installed with, number 1.
 * On another one it would vote anew about what it has voted for, and count as an owner of what it
 * has not got (Kafka KIP-853, directory ids; rethinkdb #5289). */
static bool is_refused_as_wiped(struct node *node, struct env *env)
{
    uint32_t disk = file_of_kind(env, FILE_IDENTITY).name.number & DISK_NUMBER_MASK;
    if (disk <= 1)
        return false; /* 0: a host that numbers no disks */
    if (safeguard_is_on(env->config, SAFEGUARD_REFUSE_WIPED_MEMBER)) {
        env_note(env, NOTE_NODE_WIPED, about_record(env, 0), disk, 0, 0);
        node->storage.state = STORAGE_REFUSED; /* there is nothing to stop */
        node->storage.reason = REASON_WIPED;
        return true;
    }
    safeguard_note_broken(env, SAFEGUARD_REFUSE_WIPED_MEMBER, about_record(env, 0), disk);
    return false;
}

/* Nor is the disk of somebody else its own: the promises on it are that node's, and the data are of
 * other keys. */
static bool is_refused_as_foreign(struct node *node, struct env *env)
{
    uint32_t owner = file_of_kind(env, FILE_IDENTITY).name.number >> DISK_OWNER_SHIFT;
    if (owner == 0 || owner == env->self + 1)
        return false; /* 0: a host that does not say */
    if (safeguard_is_on(env->config, SAFEGUARD_REFUSE_FOREIGN_DISK)) {
        env_note(env, NOTE_NODE_FOREIGN, about_record(env, 0), owner - 1, 0, 0);
        node->storage.state = STORAGE_REFUSED;
        node->storage.reason = REASON_FOREIGN;
        return true;
    }
    safeguard_note_broken(env, SAFEGUARD_REFUSE_FOREIGN_DISK, about_record(env, 0), owner - 1);
    return false;
}

void topology_file_read(struct node *node, struct env *env)
{
    uint64_t size = file_of_kind(env, FILE_TOPOLOGY).size;
    if (is_refused_as_foreign(node, env) || is_refused_as_wiped(node, env))
        return; /* never ready, in this life or another */
    if (size > 0)
        env->disk_read(env, topology_file, 0, (uint32_t)size, TOKEN_TOPOLOGY_READ,
                       about_record(env, 0));
    else
        membership_become_ready(node, env);
}

/* A node that cannot read what it has promised must not vote: it never becomes ready in this life.
 * A torn end is read once more before it is cut off, as in storage_start.c. */
static void take_file(struct node *node, struct env *env, const struct event *event)
{
    struct membership *membership = &node->membership;
    struct bytes file = {event->data, event->size};
    uint32_t crc = crc32c(event->data, event->size);
    bool is_other = membership->is_read_again && crc != membership->read_crc;
    if (event->status != DISK_OK || is_other) {
        storage_refuse(&node->storage, env, REASON_IO_ERROR);
        return;
    }
    uint32_t whole = count_whole(file);
    if (whole < file.size && !membership->is_read_again) {
        membership->is_read_again = true;
        membership->read_crc = crc;
        env->disk_read(env, topology_file, 0, file.size, TOKEN_TOPOLOGY_READ, about_record(env, 1));
        return;
    }
    take_records(membership, env, (struct bytes){file.data, whole});
    if (whole < file.size)
        env->disk_truncate(env, topology_file, whole);
    membership->written = membership->records;
    membership_become_ready(node, env);
    begin_sync(membership, env);
}

/* All that was read is in the file for good after one more sync: after a crash of the process
 * alone it may be in the page cache only. */
void topology_file_on_disk(struct node *node, struct env *env, const struct event *event)
{
    struct membership *membership = &node->membership;
    if ((event->token & 0xff) == TOKEN_TOPOLOGY_READ) {
        take_file(node, env, event);
        return;
    }
    membership->has_failed |= event->status != DISK_OK;
    if (--membership->syncs_waiting > 0)
        return;
    membership->synced_records = membership->syncing_to;
    membership->syncing_to = 0;
    begin_sync(membership, env);
    membership_on_synced(node, env);
    send_due_messages(node, env);
}
