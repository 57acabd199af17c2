/*
 * storage_checkpoint.c: the store becomes a file, and old log goes away.
 *
 *     WRITING    a piece of rows is appended to the part file and synced, and so on
 *     WAITING    the part is durable; the log has to be, up to what the rows show
 *     NAMING     part file renamed: the directory is synced       <- THE moment it counts
 *     REMOVING   covered segments, the older checkpoint: removed, the directory is synced
 *
 * A crash at any step leaves either the old checkpoint and all its log, or the new
 * one and all its log (and perhaps files that are no longer needed, which the next
 * start removes). The order of the steps is what guarantees it:
 *
 *   - rows before name: a checkpoint that has its name is whole;
 *   - log before name: a row may show a record after `covers`; without that
 *     record's neighbours in the log it would be a write without its predecessors;
 *   - name before removal: log is deleted only when what replaces it is durable
 *     (safeguard checkpoint-before-truncate; CASSANDRA-2829).
 *
 * Between two pieces the node goes on taking writes. The walk holds its place by
 * key, so the rows that it meets are each whole, in ascending order, and as new
 * as they were when it passed.
 *
 * When the disk is full or fails under a checkpoint, the checkpoint is given up: the
 * log still has everything. The next one begins after as much log again.
 */
#include "base/bytes.h"
#include "db/store/storage_parts.h"

#include <string.h>

#include "base/crc32c.h"
#include "db/safeguard.h"
#include "db/store/checkpoint.h"

struct checkpoint_writer {
    uint32_t number;
    uint32_t piece; /* pieces written so far */
    uint32_t crc;   /* of all bytes so far */
    bool is_complete;
    uint64_t covers;
    struct checkpoint_footer footer;
    uint32_t last_key_size; /* 0: no row written yet */
    uint8_t last_key[KEY_SIZE_MAX];
};

/* Rows that go into one piece. */
struct piece {
    const struct store_row *first;
    const struct store_row *end; /* the row after the last one, or NULL: the store ends here */
    uint32_t row_bytes;
    uint32_t row_count;
};

static struct file_name part_file(const struct checkpoint_writer *writer)
{
    return (struct file_name){FILE_CHECKPOINT_PART, writer->number};
}

/* The number of the checkpoint, and above it which step of it. */
static uint64_t about_checkpoint(const struct env *env, const struct checkpoint_writer *writer)
{
    return about_node(ABOUT_CHECKPOINT, env->self,
                      (uint64_t)(writer->piece & 0xffff) << 32 | writer->number);
}

static void forget_writer(struct storage *storage, struct env *env)
{
    env_release(env, storage->writer);
    storage->writer = NULL;
    storage->checkpoint_stage = CHECKPOINT_IDLE;
}

static void give_up(struct storage *storage, struct env *env, enum reason reason)
{
    env_note(env, NOTE_CHECKPOINT_GIVEN_UP, about_checkpoint(env, storage->writer),
             storage->writer->number, reason, 0);
    env->disk_remove(env, part_file(storage->writer));
    forget_writer(storage, env);
}

/* --- WRITING ---------------------------------------------------------------------- */

/* Where the walk goes on: at the first row after the last one written. At the start that is
 * the first row with a name: without the safeguard zero-tail there may be one that has none, and
 * no format for it. */
static const struct store_row *next_row(const struct storage *storage)
{
    const struct checkpoint_writer *writer = storage->writer;
    struct bytes last = {writer->last_key, writer->last_key_size};
    const struct store_row *row = store_seek(&storage->store, last);
    if (row && bytes_compare(row->key, last) == 0)
        row = store_next(row);
    return row;
}

static struct piece choose_piece(const struct storage *storage)
{
    struct piece piece = {.first = next_row(storage)};
    for (piece.end = piece.first; piece.end && piece.row_bytes < storage->piece_bytes;
         piece.end = store_next(piece.end)) {
        piece.row_bytes += row_size(piece.end->key, &piece.end->version);
        piece.row_count++;
    }
    return piece;
}

static uint8_t *put_header(uint8_t *to, struct checkpoint_writer *writer)
{
    struct checkpoint_header header = {writer->number, writer->covers};
    writer->crc = checkpoint_encode_header(to, &header);
    return to + CHECKPOINT_HEADER_BYTES;
}

static uint8_t *put_rows(uint8_t *to, struct checkpoint_writer *writer, const struct piece *piece)
{
    uint8_t *start = to;
    for (const struct store_row *row = piece->first; row != piece->end; row = store_next(row)) {
        to = row_encode(to, row->key, &row->version);
        writer->last_key_size = row->key.size;
        memcpy(writer->last_key, row->key.data, row->key.size);
    }
    CHECK(to == start + piece->row_bytes);
    writer->crc = crc32c_extend(writer->crc, start, piece->row_bytes);
    writer->footer.row_count += piece->row_count;
    writer->footer.row_bytes += piece->row_bytes;
    return to;
}

/* What was applied up to now is all that any row can show. */
static uint8_t *put_footer(uint8_t *to, struct checkpoint_writer *writer, uint64_t applied_sequence)
{
    writer->is_complete = true;
    writer->footer.reaches = applied_sequence;
    checkpoint_encode_footer(to, writer->crc, &writer->footer);
    return to + CHECKPOINT_FOOTER_BYTES;
}

static void write_piece(struct storage *storage, struct env *env)
{
    struct checkpoint_writer *writer = storage->writer;
    struct piece piece = choose_piece(storage);
    uint8_t *bytes =
        env_allocate(env, CHECKPOINT_HEADER_BYTES + piece.row_bytes + CHECKPOINT_FOOTER_BYTES);
    uint8_t *end = bytes;
    if (writer->piece++ == 0)
        end = put_header(end, writer);
    end = put_rows(end, writer, &piece);
    if (!piece.end)
        end = put_footer(end, writer, storage->applied_sequence);
    uint64_t about = about_checkpoint(env, writer);
    enum disk_status status =
        env->disk_append(env, part_file(writer), bytes, (uint32_t)(end - bytes), about);
    env_release(env, bytes);
    if (status == DISK_OK)
        storage_sync_file(env, part_file(writer), TOKEN_CHECKPOINT, about);
    else
        give_up(storage, env, status == DISK_NO_SPACE ? REASON_NO_SPACE : REASON_IO_ERROR);
}

static bool is_due(const struct storage *storage, const struct node_config *config)
{
    return config->checkpoint_every_bytes > 0 && storage->checkpoint_stage == CHECKPOINT_IDLE &&
           storage->log_bytes_since >= config->checkpoint_every_bytes &&
           storage->applied_sequence > storage->checkpoint_covers;
}

/* Without the safeguard: the log goes before the checkpoint is there. */
static void truncate_too_early(struct storage *storage, struct env *env)
{
    if (storage_remove_covered(storage, env, storage->writer->covers) > 0)
        safeguard_note_broken(env, SAFEGUARD_CHECKPOINT_BEFORE_TRUNCATE,
                              about_checkpoint(env, storage->writer), storage->writer->covers);
}

void storage_checkpoint_if_due(struct storage *storage, struct env *env)
{
    if (!is_due(storage, env->config))
        return;
    storage->writer = env_allocate(env, sizeof *storage->writer);
    storage->writer->number = storage->next_checkpoint++;
    storage->writer->covers = storage->applied_sequence;
    storage->checkpoint_stage = CHECKPOINT_WRITING;
    storage->log_bytes_since = 0;
    storage->is_segment_due = true; /* so that the segment of today can be deleted one day */
    env_note(env, NOTE_CHECKPOINT_BEGUN, about_checkpoint(env, storage->writer),
             storage->writer->number, storage->writer->covers, storage->store.count);
    if (!safeguard_is_on(env->config, SAFEGUARD_CHECKPOINT_BEFORE_TRUNCATE))
        truncate_too_early(storage, env);
    write_piece(storage, env);
}

/* --- WAITING, NAMING --------------------------------------------------------------- */

static void name_if_log_is_durable(struct storage *storage, struct env *env)
{
    struct checkpoint_writer *writer = storage->writer;
    if (storage->synced_sequence < writer->footer.reaches) {
        storage_request_round(storage, env);
        return;
    }
    storage->checkpoint_stage = CHECKPOINT_NAMING;
    struct file_name name = {FILE_CHECKPOINT, writer->number};
    enum disk_status status = env->disk_rename(env, part_file(writer), name);
    CHECK_WHY(status == DISK_OK, "the part file is there");
    storage_sync_file(env, NAMES_OF_ALL_FILES, TOKEN_CHECKPOINT, about_checkpoint(env, writer));
}

void storage_checkpoint_on_round(struct storage *storage, struct env *env)
{
    if (storage->checkpoint_stage == CHECKPOINT_WAITING)
        name_if_log_is_durable(storage, env);
}

/* --- REMOVING ----------------------------------------------------------------------- */

static bool remove_older_checkpoint(struct env *env, uint32_t number)
{
    if (number == 0)
        return false;
    env->disk_remove(env, (struct file_name){FILE_CHECKPOINT, number});
    return true;
}

/* The name is durable: from here on the checkpoint stands for the log that it covers. */
static void on_named(struct storage *storage, struct env *env)
{
    struct checkpoint_writer *writer = storage->writer;
    uint64_t about = about_checkpoint(env, writer);
    env_note(env, NOTE_CHECKPOINT_WRITTEN, about, writer->number, writer->covers,
             writer->footer.row_count);
    bool has_removed = remove_older_checkpoint(env, storage->checkpoint_number);
    storage->checkpoint_number = writer->number;
    storage->checkpoint_covers = writer->covers;
    if (storage_remove_covered(storage, env, writer->covers) > 0)
        has_removed = true;
    forget_writer(storage, env);
    if (has_removed) {
        storage->checkpoint_stage = CHECKPOINT_REMOVING;
        storage_sync_file(env, NAMES_OF_ALL_FILES, TOKEN_CHECKPOINT, about);
    }
}

/* --- every sync of the checkpoint comes back here ------------------------------------ */

static void on_piece_synced(struct storage *storage, struct env *env, const struct event *event)
{
    if (event->status != DISK_OK) {
        give_up(storage, env, REASON_IO_ERROR); /* its bytes may be gone: it gets no name */
    } else if (!storage->writer->is_complete) {
        write_piece(storage, env);
    } else {
        storage->checkpoint_stage = CHECKPOINT_WAITING;
        name_if_log_is_durable(storage, env);
    }
}

/* A directory that cannot be synced may have lost the name of a log segment, too. */
static void on_names_synced(struct storage *storage, struct env *env, const struct event *event)
{
    if (event->status != DISK_OK)
        storage_refuse(storage, env, REASON_IO_ERROR);
    else if (storage->checkpoint_stage == CHECKPOINT_NAMING)
        on_named(storage, env);
    else
        storage->checkpoint_stage = CHECKPOINT_IDLE;
}

void storage_checkpoint_on_disk(struct storage *storage, struct env *env, const struct event *event)
{
    switch (storage->checkpoint_stage) {
    case CHECKPOINT_WRITING: on_piece_synced(storage, env, event); break;
    case CHECKPOINT_NAMING:
    case CHECKPOINT_REMOVING: on_names_synced(storage, env, event); break;
    default: CHECK_WHY(false, "no checkpoint waits for the disk");
    }
}
