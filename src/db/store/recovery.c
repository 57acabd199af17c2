/*
 * recovery.c: the judge of recovery.h.
 *
 * The way of a segment through it:
 *
 *     is nothing broken yet?  -- yes -->  does it continue the log?  -- yes -->  replay it,
 *            | no                                | no                            up to the
 *            v                                   v                               first bad
 *     it is only evidence     <-----------  broken at the end of                 record
 *                                           the segment before
 *
 * From the first bad place on nothing is replayed, whatever it looks like: writes
 * after a lost one must not be there without it. What comes after is read only for
 * what it says about the lost one: was it durable?
 */
#include "db/store/recovery.h"

#include "db/safeguard.h"
#include "db/store/checkpoint.h"
#include "db/store/log.h"

static bool is_on(const struct recovery *recovery, enum safeguard safeguard)
{
    return !(recovery->safeguards_off & (UINT64_C(1) << safeguard));
}

void recovery_begin(struct recovery *recovery, const struct node_config *config)
{
    *recovery = (struct recovery){.safeguards_off = config->safeguards_off,
                                   .expected = 1,
                                   .order = placement_order(&config->placement)};
}

/* --- checkpoints ------------------------------------------------------------------ */

static bool is_whole_checkpoint(struct checkpoint_scan scan)
{
    struct bytes key;
    struct version version;
    while (checkpoint_scan_next(&scan, &key, &version))
        continue;
    return checkpoint_scan_is_whole(&scan);
}

static bool note_damaged_checkpoint(struct recovery *recovery, uint32_t number, uint64_t offset)
{
    if (recovery->verdict.damaged_checkpoint == 0) {
        recovery->verdict.damaged_checkpoint = number;
        recovery->verdict.damaged_checkpoint_offset = offset;
    }
    return false;
}

bool recovery_take_checkpoint(struct recovery *recovery, uint32_t number, struct bytes bytes,
                              const struct recovery_sink *sink)
{
    CHECK_WHY(!recovery->has_checkpoint && recovery->last_segment == 0, "one checkpoint, first");
    struct recovery_verdict *verdict = &recovery->verdict;
    struct checkpoint_scan scan;
    bool is_checked = is_on(recovery, SAFEGUARD_CHECKSUM_ON_RECOVERY);
    if (!checkpoint_scan_begin(&scan, recovery->order, bytes, number, is_checked) ||
        !is_whole_checkpoint(scan))
        return note_damaged_checkpoint(recovery, number, scan.offset);

    struct bytes key;
    struct version version;
    while (checkpoint_scan_next(&scan, &key, &version))
        sink->take(sink->host, scan.header.covers, key, &version);
    recovery->has_checkpoint = true;
    recovery->expected = scan.header.covers + 1;
    verdict->checkpoint = number;
    verdict->covers = scan.header.covers;
    verdict->durable_sequence = scan.footer.reaches; /* the log was synced up to there */
    return true;
}

/* --- segments --------------------------------------------------------------------- */

/* The first bad place, where the record `expected` should have been. */
static void break_at(struct recovery *recovery, uint32_t segment, uint64_t offset)
{
    recovery->is_broken = true;
    recovery->verdict.bad_sequence = recovery->expected;
    recovery->verdict.segment = segment;
    recovery->verdict.offset = offset;
}

/* Only bytes whose checksum was looked at are believed. */
static void believe_durable(struct recovery *recovery, uint64_t sequence)
{
    recovery->verdict.durable_sequence = MAX(recovery->verdict.durable_sequence, sequence);
}

/* Does the segment go on where the log has got to? The first one may begin anywhere in what
 * the checkpoint covers; a gap between two is harmless if it lies in there, too. */
static bool continues_log(struct recovery *recovery, uint64_t first_sequence)
{
    bool is_first = recovery->last_segment == 0;
    bool is_covered = first_sequence <= recovery->verdict.covers + 1;
    if (is_first) {
        recovery->verdict.first_sequence = first_sequence;
        recovery->is_log_gone = !is_covered;
    }
    if (is_first || (is_covered && first_sequence > recovery->expected))
        recovery->expected = first_sequence;
    return first_sequence == recovery->expected;
}

/* What a switched-off safeguard has let in. */
static void remember_unsound(struct recovery_verdict *verdict, const struct log_record *record)
{
    bool is_empty = record->kind == LOG_WRITE && record->key.size == 0;
    if (!record->is_sound && is_empty && verdict->empty_sequence == 0)
        verdict->empty_sequence = record->sequence;
    if (!record->is_sound && !is_empty && verdict->unsound_sequence == 0)
        verdict->unsound_sequence = record->sequence;
}

/* Replay up to the end or the first bad record; returns how many bytes count. */
static uint32_t replay(struct recovery *recovery, uint32_t number, struct bytes bytes,
                       const struct recovery_sink *sink)
{
    struct log_scan scan = log_scan_begin(bytes, number, recovery->expected);
    struct log_record record;
    enum log_found found;
    scan.is_checked = is_on(recovery, SAFEGUARD_CHECKSUM_ON_RECOVERY);
    scan.is_zero_refused = is_on(recovery, SAFEGUARD_ZERO_TAIL);
    while ((found = log_scan_next(&scan, &record)) == LOG_RECORD) {
        recovery->expected = record.sequence + 1;
        if (scan.is_checked)
            believe_durable(recovery, record.synced);
        if (record.sequence <= recovery->verdict.covers)
            continue;
        if (record.kind == LOG_WRITE)
            sink->take(sink->host, record.sequence, record.key, &record.version);
        else if (sink->forget)
            sink->forget(sink->host, &record);
        recovery->verdict.record_count++;
        remember_unsound(&recovery->verdict, &record);
    }
    if (found == LOG_BAD)
        break_at(recovery, number, scan.offset);
    return scan.offset;
}

/* What the bytes from `offset` on say about what was durable when they were written. */
static void hear_evidence(struct recovery *recovery, uint32_t number, struct bytes bytes,
                          uint32_t offset)
{
    struct log_header header;
    if (offset == 0 && log_decode_header(bytes, number, true, &header))
        believe_durable(recovery, header.synced);
    believe_durable(recovery, log_evidence(bytes, number, offset));
    recovery->verdict.dropped_bytes += bytes.size - offset;
}

struct recovery_segment recovery_take_segment(struct recovery *recovery, uint32_t number,
                                              struct bytes bytes, const struct recovery_sink *sink)
{
    CHECK_WHY(number > recovery->last_segment, "segments in ascending order");
    struct recovery_segment segment = {0};
    struct log_header header = {0};
    if (!recovery->is_broken) {
        bool is_checked = is_on(recovery, SAFEGUARD_CHECKSUM_ON_RECOVERY);
        if (!log_decode_header(bytes, number, is_checked, &header))
            break_at(recovery, number, 0);
        else if (!continues_log(recovery, header.first_sequence))
            break_at(recovery, recovery->last_segment, recovery->last_size);
        else
            segment.kept_bytes = replay(recovery, number, bytes, sink);
    }
    if (segment.kept_bytes > 0) {
        segment.first_sequence = header.first_sequence;
        if (is_on(recovery, SAFEGUARD_CHECKSUM_ON_RECOVERY))
            believe_durable(recovery, header.synced);
    }
    if (recovery->is_broken)
        hear_evidence(recovery, number, bytes, (uint32_t)segment.kept_bytes);
    recovery->last_segment = number;
    recovery->last_size = bytes.size;
    return segment;
}

/* --- the verdict ------------------------------------------------------------------ */

struct recovery_verdict recovery_end(struct recovery *recovery)
{
    struct recovery_verdict *verdict = &recovery->verdict;
    if (verdict->damaged_checkpoint != 0 && recovery->last_segment == 0)
        recovery->is_log_gone = true; /* there was a log, or there would be no checkpoint */
    verdict->last_sequence = MAX(recovery->expected - 1, verdict->covers);
    verdict->outcome = recovery->is_broken ? RECOVERY_CUT : RECOVERY_WHOLE;
    if (!recovery->is_broken)
        break_at(recovery, recovery->last_segment, recovery->last_size);
    if (verdict->durable_sequence >= verdict->bad_sequence)
        verdict->outcome = RECOVERY_CORRUPT; /* it was on the device once, and is no more */
    if (recovery->is_log_gone)
        verdict->outcome = RECOVERY_LOG_GONE;
    bool is_damaged = verdict->outcome == RECOVERY_CORRUPT || recovery->is_log_gone;
    verdict->is_refused = is_damaged && is_on(recovery, SAFEGUARD_REFUSE_MIDDLE_CORRUPTION);
    return *verdict;
}

struct recovery_verdict storage_rebuild_from_files(const struct node_config *config,
                                                   const struct storage_file *files,
                                                   uint32_t file_count,
                                                   const struct recovery_sink *sink)
{
    struct recovery recovery;
    bool is_loaded = false;
    recovery_begin(&recovery, config);
    for (uint32_t i = file_count; i-- > 0 && !is_loaded;)
        if (files[i].name.kind == FILE_CHECKPOINT)
            is_loaded =
                recovery_take_checkpoint(&recovery, files[i].name.number, files[i].bytes, sink);
    for (uint32_t i = 0; i < file_count; i++)
        if (files[i].name.kind == FILE_LOG)
            recovery_take_segment(&recovery, files[i].name.number, files[i].bytes, sink);
    return recovery_end(&recovery);
}
