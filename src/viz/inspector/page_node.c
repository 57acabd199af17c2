/*
 * page_node.c: one node opened up: its process, clock, log, memory, processor, disk, peers.
 *
 * The page is a list of sections, each a function that writes lines; whatever a node comes to
 * have (hints, a Merkle tree, an index, locks) is one more function and one more line of the
 * table at the end. The log is drawn by strip_log.c, since bytes are seen better than told.
 *
 * A line begins with the sign of a change ("~") where the last step, or the time since the
 * marked moment, has changed what it tells.
 */
#include <stdarg.h>
#include <string.h>

#include "viz/inspector/page_node.h"
#include "viz/inspector/peer_table.h"
#include "viz/inspector/strip_log.h"
#include "viz/inspector/strip_repair.h"
#include "viz/app/words.h"

#define LIST_MAX    8 /* lines of one list; more are counted */
#define PEERS_SHOWN 12

/* --- lines ---------------------------------------------------------------------------------- */

__attribute__((format(printf, 4, 5))) static void write_line(const struct look *look, uint8_t mark,
                                                            struct draw_color color,
                                                            const char *format, ...)
{
    struct writer *writer = look->writer;
    char text[300], line[310];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    snprintf(line, sizeof line, "%c%s", writer_sign(mark), text);
    writer_tint(writer,
                (struct box){writer->box.x, writer->y, writer->box.w,
                             writer->scene->size * DRAW_LINE_HEIGHT},
                mark);
    writer_line(writer, color, line);
}

static const struct theme *theme_of(const struct look *look)
{
    return look->writer->scene->theme;
}

static uint8_t field_mark(const struct look *look, enum node_field field)
{
    const struct marks *marks = look->writer->scene->marks;
    return marks && look->index < marks->node_count ? marks_field(marks, look->index, field)
                                                    : MARK_NONE;
}

static uint8_t either_mark(const struct look *look, enum node_field a, enum node_field b)
{
    uint8_t mark = field_mark(look, a);
    return mark != MARK_NONE ? mark : field_mark(look, b);
}

static vtime until(const struct look *look, vtime time)
{
    vtime clock = look->writer->scene->clock;
    return time > clock ? time - clock : 0;
}

static vtime since(const struct look *look, vtime time)
{
    vtime clock = look->writer->scene->clock;
    return time < clock ? clock - time : 0;
}

/* How much of a whole, as a bar to the right of the line that was written last. */
static void write_bar(const struct look *look, uint64_t part, uint64_t whole,
                      struct draw_color color)
{
    const struct writer *writer = look->writer;
    float size = writer->scene->size, w = size * 8, h = size * 0.5f;
    float x = writer->box.x + writer->box.w - w;
    float y = writer->y - size * DRAW_LINE_HEIGHT / 2 - h / 2;
    float share = whole ? (float)((double)MIN(part, whole) / (double)whole) : 0;
    float top = writer->y - size * DRAW_LINE_HEIGHT, bottom = writer->box.y + writer->box.h;
    bool is_line_seen = top >= writer->box.y && writer->y <= bottom + 0.5f;
    if (writer->box.w < size * 34 || !is_line_seen) /* or the line needs all the room */
        return;
    draw_frame(writer->list, x, y, w, h, 1, theme_of(look)->line);
    draw_rect(writer->list, x, y, w * share, h, color);
}

void node_line(const struct look *look, struct draw_color color, const char *text)
{
    write_line(look, MARK_NONE, color, "%s", text);
}

void node_bar(const struct look *look, uint64_t part, uint64_t whole, struct draw_color color)
{
    write_bar(look, part, whole, color);
}

/* --- sections -------------------------------------------------------------------------------- */

static void write_process(const struct look *look)
{
    const struct picture_node *node = look->node;
    const struct theme *theme = theme_of(look);
    char nodes[WORDS_MAX];
    bool is_up = node->state == PICTURE_UP;
    write_line(look, either_mark(look, NODE_FIELD_STATE, NODE_FIELD_INCARNATION),
               is_up ? theme->text : theme->bad, "%s is %s, life %u", node->name,
               state_words(node->state), node->incarnation);
    if (node->suspected_by > 0)
        write_line(look, field_mark(look, NODE_FIELD_SUSPECTED), theme->warn,
                   "%s %s it for down", words_count(node->suspected_by, "node", nodes),
                   words_verb(node->suspected_by, "takes", "take"));
    else
        write_line(look, field_mark(look, NODE_FIELD_SUSPECTED), theme->faint,
                   "no node takes it for down");
}

/* What it gains or gives while members change, and how much of that has come. */
static void write_moving(const struct look *look, const struct members_node *member)
{
    const struct theme *theme = theme_of(look);
    const struct members *members = &look->writer->scene->picture->members;
    if (member->gains_ppm > 0) {
        write_line(look, MARK_NONE, theme->accent, "gains %.1f %% of all keys: %u of %u pieces",
                   (double)member->gains_ppm / 1e4, member->pieces_done, member->pieces);
        write_bar(look, member->pieces_done, member->pieces, theme->accent);
        write_line(look, MARK_NONE, theme->text, "has got %llu rows, %llu B",
                   (unsigned long long)member->rows, (unsigned long long)member->bytes);
    }
    if (member->gives_ppm > 0)
        write_line(look, MARK_NONE, theme->accent, "gives %.1f %% of all keys away",
                   (double)member->gives_ppm / 1e4);
    if (member->is_driver)
        write_line(look, MARK_NONE, theme->text, "drives the change%s",
                   members->driver_count > 1 ? "; it is not the only one that thinks so" : "");
    if (member->is_missing)
        write_line(look, MARK_NONE, theme->warn, "the driver waits for it to %s",
                   members->waits_for);
}

static void write_member(const struct look *look)
{
    const struct picture *picture = look->writer->scene->picture;
    const struct members *members = &picture->members;
    const struct members_node *member = &members->nodes[look->index];
    const struct theme *theme = theme_of(look);
    bool has_partner = member->partner != MEMBERS_NOBODY;
    write_line(look, MARK_NONE, theme->text, "%s%s%s", member_kind_word(member->kind),
               !has_partner                                ? ""
               : member->kind == MEMBER_KIND_REPLACING ? " "
                                                       : " by ",
               has_partner ? picture->nodes[member->partner].name : "");
    write_line(look, MARK_NONE, theme->faint, "%s", member_kind_meaning(member->kind));
    write_line(look, MARK_NONE, theme->text, "owns %.1f %% of all keys, %u ranges first",
               (double)member->share_ppm / 1e4, member->ranges);
    if (member->is_known)
        write_line(look, MARK_NONE, member->version < members->version ? theme->warn : theme->text,
                   "goes by topology %llu%s", (unsigned long long)member->version,
                   member->version < members->version ? ": it is behind" : "");
    write_moving(look, member);
}

static void write_clock(const struct look *look)
{
    const struct inside_clock *clock = &look->inside->clock;
    const struct theme *theme = theme_of(look);
    char off[32], grain[32];
    uint64_t distance = (uint64_t)(clock->offset_ns < 0 ? -clock->offset_ns : clock->offset_ns);
    uint64_t drift = (uint64_t)(clock->drift_ppb < 0 ? -clock->drift_ppb : clock->drift_ppb);
    uint8_t mark = field_mark(look, NODE_FIELD_CLOCK);
    if (distance == 0)
        write_line(look, mark, theme->text, "shows true time");
    else
        write_line(look, mark, distance >= MILLISECOND ? theme->warn : theme->text,
                   "shows %s %s true time", scene_time(distance, off),
                   clock->offset_ns < 0 ? "less than" : "more than");
    if (drift)
        write_line(look, mark, theme->warn, "%s %.6g ppm: %.6g ms in each second",
                   clock->drift_ppb < 0 ? "loses" : "gains", (double)drift / 1e3,
                   (double)drift / 1e6);
    if (clock->granularity_ns > 1)
        write_line(look, MARK_NONE, theme->faint, "in steps of %s",
                   scene_time(clock->granularity_ns, grain));
}

static void write_verdict(const struct look *look)
{
    const struct inside_log *log = &look->inside->log;
    const struct theme *theme = theme_of(look);
    char bytes[WORDS_MAX];
    const unsigned long long sequence = log->bad_sequence, offset = log->bad_offset;
    switch (log->verdict) {
    case INSIDE_WHOLE:
        write_line(look, MARK_NONE, theme->faint, "a start now would find every byte whole");
        break;
    case INSIDE_TORN:
        write_line(look, MARK_NONE, theme->warn,
                   "torn: a start would cut %s off segment %u at byte %llu",
                   words_bytes(log->dropped_bytes, bytes), log->bad_segment, offset);
        break;
    case INSIDE_DAMAGED:
        write_line(look, MARK_NONE, theme->bad,
                   "DAMAGED: record %llu was durable (segment %u, byte %llu); it refuses to start",
                   sequence, log->bad_segment, offset);
        break;
    case INSIDE_LOG_GONE:
        write_line(look, MARK_NONE, theme->bad,
                   "the log begins after what the checkpoint covers; it refuses to start");
        break;
    default:
        write_line(look, MARK_NONE, theme->faint, "too long to be read here as a start would");
    }
}

static void write_log(const struct look *look)
{
    const struct inside_log *log = &look->inside->log;
    const struct picture_node *node = look->node;
    const struct theme *theme = theme_of(look);
    char segments[WORDS_MAX], bytes[WORDS_MAX], loss[WORDS_MAX];
    write_line(look, MARK_NONE, theme->text, "%s, %s; synced %s",
               words_count(log->segment_count, "segment", segments),
               words_bytes(log->bytes, bytes), log->policy);
    if (look->inside->is_running)
        write_line(look, either_mark(look, NODE_FIELD_APPENDED, NODE_FIELD_SYNCED),
                   node->log_appended_to > node->log_synced_to ? theme->warn : theme->text,
                   "appended to %llu, known on the device to %llu",
                   (unsigned long long)node->log_appended_to,
                   (unsigned long long)node->log_synced_to);
    if (log->is_syncing)
        write_line(look, MARK_NONE, theme->warn, "a sync up to record %llu is under way",
                   (unsigned long long)log->syncing_to);
    write_line(look, field_mark(look, NODE_FIELD_UNSYNCED),
               node->unsynced_bytes ? theme->warn : theme->faint, "a power loss now would take %s",
               words_bytes(node->unsynced_bytes, loss));
    strip_log_draw(look->writer, log);
    write_verdict(look);
}

static void write_checkpoint(const struct look *look)
{
    const struct inside_checkpoint *checkpoint = &look->inside->checkpoint;
    const struct theme *theme = theme_of(look);
    char bytes[WORDS_MAX], log[WORDS_MAX], every[WORDS_MAX];
    if (checkpoint->number == 0)
        write_line(look, MARK_NONE, theme->faint, "none yet");
    else if (look->inside->is_running)
        write_line(look, MARK_NONE, theme->text, "checkpoint %u, %s: all records up to %llu",
                   checkpoint->number, words_bytes(checkpoint->bytes, bytes),
                   (unsigned long long)checkpoint->covers);
    else
        write_line(look, MARK_NONE, theme->text, "checkpoint %u, %s", checkpoint->number,
                   words_bytes(checkpoint->bytes, bytes));
    if (checkpoint->doing)
        write_line(look, MARK_NONE, theme->warn, "the next one: %s (%s so far)", checkpoint->doing,
                   words_bytes(checkpoint->part_bytes, bytes));
    if (checkpoint->every == 0)
        write_line(look, MARK_NONE, theme->faint, "the scenario asks for none");
    else if (look->inside->is_running) {
        write_line(look, MARK_NONE, theme->text, "%s of log since; due at %s",
                   words_bytes(checkpoint->log_since, log), words_bytes(checkpoint->every, every));
        write_bar(look, checkpoint->log_since, checkpoint->every, theme->accent);
    }
}

static void write_memory(const struct look *look)
{
    const struct inside_memory *memory = &look->inside->memory;
    const struct theme *theme = theme_of(look);
    char keys[WORDS_MAX], stones[WORDS_MAX], bytes[WORDS_MAX], heap[WORDS_MAX], writes[WORDS_MAX];
    if (!look->inside->is_running) {
        write_line(look, field_mark(look, NODE_FIELD_KEYS), theme->faint,
                   "none: there is no process");
        return;
    }
    write_line(look, field_mark(look, NODE_FIELD_KEYS), theme->text, "%s, %s of them deleted",
               words_count(memory->keys, "key", keys),
               memory->tombstones ? words_count(memory->tombstones, "tombstone", stones) : "none");
    write_line(look, MARK_NONE, theme->text, "keys and values %s, all memory of the process %s",
               words_bytes(memory->key_bytes + memory->value_bytes, bytes),
               words_bytes(memory->heap_bytes, heap));
    if (memory->waiting_for_sync)
        write_line(look, MARK_NONE, theme->warn, "%s %s for the log's sync",
                   words_count(memory->waiting_for_sync, "write", writes),
                   words_verb(memory->waiting_for_sync, "waits", "wait"));
}

static const char *milliseconds(int64_t ns, char text[32])
{
    return scene_time((vtime)ns, text);
}

/* The way down the tree: what was compared on each level, and how much of it differed. */
static void write_descent(const struct look *look, const struct inside_repair *repair)
{
    const struct theme *theme = theme_of(look);
    for (uint32_t level = 0; level < repair->level_count && level < LIST_MAX; level++) {
        write_line(look, MARK_NONE, repair->differing[level] ? theme->warn : theme->text,
                   "  level %u: %u of %u sums differ", level, repair->differing[level],
                   repair->compared[level]);
        strip_repair(look->writer, repair, level);
    }
}

/* A cluster that neither repairs nor lets tombstones go says nothing of it. */
static bool has_repair(const struct look *look)
{
    const struct inside_repair *repair = &look->inside->repair;
    return repair->is_seen || (repair->grace_ns > 0 && repair->tombstone_age_ns > 0);
}

static void write_repair(const struct look *look)
{
    const struct inside_repair *repair = &look->inside->repair;
    const struct picture *picture = look->writer->scene->picture;
    const struct theme *theme = theme_of(look);
    char age[32], grace[32], bytes[WORDS_MAX], all[WORDS_MAX];
    if (repair->is_seen && repair->is_equal)
        write_line(look, MARK_NONE, theme->text, "the same as %s, found out with %s",
                   picture->nodes[repair->peer].name, words_bytes(repair->bytes, bytes));
    else if (repair->is_seen)
        write_line(look, MARK_NONE, repair->is_over ? theme->text : theme->accent,
                   "%s with %s: %s so far, %llu rows got, %llu sent",
                   repair->is_over ? "compared" : "compares",
                   picture->nodes[repair->peer].name, words_bytes(repair->bytes, bytes),
                   (unsigned long long)repair->rows_taken, (unsigned long long)repair->rows_sent);
    else
        write_line(look, MARK_NONE, theme->faint, "it has compared itself with nobody");
    write_descent(look, repair);
    if (repair->all_bytes > repair->bytes)
        write_line(look, MARK_NONE, theme->faint, "all comparisons that it began: %s",
                   words_bytes(repair->all_bytes, all));
    if (repair->tombstone_age_ns > 0)
        write_line(look, MARK_NONE, theme->text, "oldest tombstone: %s%s%s",
                   milliseconds(repair->tombstone_age_ns, age),
                   repair->grace_ns ? ", kept for " : ", kept for ever",
                   repair->grace_ns ? milliseconds((int64_t)repair->grace_ns, grace) : "");
}

static void write_work(const struct look *look, const struct inside_work *work)
{
    const struct theme *theme = theme_of(look);
    char wait[32];
    if (work->is_held)
        write_line(look, MARK_NONE, theme->warn, "  done, held by the pause: %s", work->text);
    else if (work->done_at)
        write_line(look, MARK_NONE, theme->accent, "  on a core: %s, done in %s", work->text,
                   scene_time(until(look, work->done_at), wait));
    else
        write_line(look, MARK_NONE, theme->text, "  waits since %s: %s",
                   scene_time(since(look, work->since), wait), work->text);
}

static void write_processor(const struct look *look)
{
    const struct inside *inside = look->inside;
    const struct theme *theme = theme_of(look);
    char cores[WORDS_MAX], slow[40] = "", more[WORDS_MAX];
    if (inside->slow_factor > 1)
        snprintf(slow, sizeof slow, ", %u times as slow", inside->slow_factor);
    write_line(look, field_mark(look, NODE_FIELD_WAITING),
               inside->waiting ? theme->warn : theme->text, "%u of %s busy, %u waiting%s",
               inside->busy, words_count(inside->cores, "core", cores), inside->waiting, slow);
    write_bar(look, inside->busy, inside->cores, theme->accent);
    uint32_t shown = MIN(inside->work_count, (uint32_t)LIST_MAX);
    for (uint32_t i = 0; i < shown; i++)
        write_work(look, &inside->work[i]);
    uint32_t all = inside->busy + inside->waiting;
    if (all > shown)
        write_line(look, MARK_NONE, theme->faint, "  and %s",
                   words_count(all - shown, "more", more));
}

static const char *timer_words(uint8_t kind)
{
    static const char *const words[] = {
        "timeout of an operation", "heartbeat", "sync of the log", "change of members",
        "a read that may be late", "repair", "age of tombstones", "look for hints to bring",
        "batch of hints", "gossip", "look at the ranges", "probe", "end of a suspicion",
        "news to pass on", "patience"};
    _Static_assert(sizeof words / sizeof *words == PICTURE_TIMER_KIND_COUNT, "one a kind");
    return words[kind];
}

static void write_timers(const struct look *look)
{
    const struct picture *picture = look->writer->scene->picture;
    const struct theme *theme = theme_of(look);
    uint32_t count = 0;
    char wait[32];
    for (uint32_t i = 0; i < picture->timer_count; i++) {
        const struct picture_timer *timer = &picture->timers[i];
        if (timer->owner != look->index)
            continue;
        if (count++ >= LIST_MAX)
            continue;
        bool has_peer = timer->kind == PICTURE_TIMER_SUSPICION && timer->peer < picture->node_count;
        write_line(look, MARK_NONE, theme->text, "%s%s%s in %s", timer_words(timer->kind),
                   has_peer ? " of " : "", has_peer ? picture->nodes[timer->peer].name : "",
                   scene_time(until(look, timer->due_at), wait));
        write_bar(look, since(look, timer->set_at), timer->due_at - timer->set_at, theme->warn);
    }
    if (count == 0)
        write_line(look, MARK_NONE, theme->faint, "none is set");
    if (count > LIST_MAX)
        write_line(look, MARK_NONE, theme->faint, "and %u more", count - LIST_MAX);
}

static void write_operations(const struct look *look)
{
    static const char *const phases[] = {"waits for acknowledgements", "waits for digests",
                                         "they differ: waits for all values",
                                         "writes the newest back", "its client has been told"};
    const struct picture *picture = look->writer->scene->picture;
    const struct theme *theme = theme_of(look);
    uint32_t count = 0;
    for (uint32_t i = 0; i < picture->open_count; i++) {
        const struct picture_operation *operation = &picture->open[i];
        if (operation->coordinator != look->index || count++ >= LIST_MAX)
            continue;
        hits_add(look->hits,
                 (struct box){look->writer->box.x, look->writer->y, look->writer->box.w,
                              look->writer->scene->size * DRAW_LINE_HEIGHT},
                 PICK_RECORD, operation->record);
        write_line(look, MARK_NONE, theme->text, "%s %s: %u of %u, %s", operation->label,
                   operation->kind, operation->acknowledged, operation->needed,
                   phases[operation->phase]);
    }
    if (count == 0)
        write_line(look, MARK_NONE, theme->faint, "none");
    if (count > LIST_MAX)
        write_line(look, MARK_NONE, theme->faint, "and %u more", count - LIST_MAX);
}

static void write_faults(const struct look *look)
{
    const struct inside_disk *disk = &look->inside->disk;
    const struct theme *theme = theme_of(look);
    char wait[32];
    if (disk->fail_appends + disk->fail_syncs + disk->fail_reads > 0)
        write_line(look, MARK_NONE, theme->bad, "to fail: appends %u, syncs %u, reads %u",
                   disk->fail_appends, disk->fail_syncs, disk->fail_reads);
    if (disk->slow_factor > 1)
        write_line(look, MARK_NONE, theme->warn, "%u times as slow", disk->slow_factor);
    if (until(look, disk->stall_until) > 0)
        write_line(look, MARK_NONE, theme->warn, "stalls for another %s",
                   scene_time(until(look, disk->stall_until), wait));
}

static void write_disk(const struct look *look)
{
    const struct inside_disk *disk = &look->inside->disk;
    const struct theme *theme = theme_of(look);
    char used[WORDS_MAX], limit[WORDS_MAX], wait[32];
    uint8_t mark = field_mark(look, NODE_FIELD_DISK);
    if (disk->limit == UINT64_MAX)
        write_line(look, mark, theme->text, "%s used, no limit", words_bytes(disk->used, used));
    else
        write_line(look, mark, disk->used >= disk->limit ? theme->bad : theme->text,
                   "%s used of %s%s", words_bytes(disk->used, used),
                   words_bytes(disk->limit, limit), disk->used >= disk->limit ? ": FULL" : "");
    if (disk->limit != UINT64_MAX)
        write_bar(look, disk->used, disk->limit, theme->accent);
    write_line(look, MARK_NONE, theme->faint, "so far: appends %llu, syncs %llu, reads %llu",
               (unsigned long long)disk->appends, (unsigned long long)disk->syncs,
               (unsigned long long)disk->reads);
    write_faults(look);
    for (uint32_t i = 0; i < look->inside->device_count && i < LIST_MAX; i++)
        write_line(look, MARK_NONE, theme->accent, "  under way: %s, done in %s",
                   look->inside->device[i].text,
                   scene_time(until(look, look->inside->device[i].done_at), wait));
}

static void write_peers(const struct look *look)
{
    peer_table_write(look->writer, look->index, PEERS_SHOWN);
}

static void write_hints(const struct look *look)
{
    const struct inside *inside = look->inside;
    const struct theme *theme = theme_of(look);
    char bytes[WORDS_MAX], files[WORDS_MAX];
    if (inside->hint_count == 0)
        write_line(look, MARK_NONE, theme->faint, "nothing waits; %s",
                   words_count(inside->hint_files, "hint file", files));
    for (uint32_t i = 0; i < MIN(inside->hint_count, (uint32_t)LIST_MAX); i++) {
        const struct inside_hints *hints = &inside->hints[i];
        const char *name = look->writer->scene->picture->nodes[hints->target].name;
        write_line(look, MARK_NONE, hints->is_sent ? theme->warn : theme->text,
                   "%llu for %s, %s, the oldest %.1f s%s", (unsigned long long)hints->count, name,
                   words_bytes(hints->bytes, bytes), (double)hints->oldest / 1e9,
                   hints->is_sent ? "; a batch is on its way" : "");
        if (hints->stand_ins > 0)
            write_line(look, MARK_NONE, theme->faint, "  %llu of them in place of %s",
                       (unsigned long long)hints->stand_ins, name);
    }
}

static bool has_hints(const struct look *look)
{
    return look->inside->is_running && look->inside->has_hints;
}

static bool has_load(const struct look *look)
{
    return look->inside->is_running;
}

/* In this order; where there is room for two columns, those of the second one beside the
 * others. */
static const struct {
    const char *name;
    uint32_t column;
    void (*write)(const struct look *look);
    bool (*is_there)(const struct look *look); /* NULL: always */
} sections[] = {
    {"process", 0, write_process, NULL},
    {"its part in the cluster", 0, write_member, NULL},
    {"log on disk", 0, write_log, NULL},
    {"checkpoint", 0, write_checkpoint, NULL},
    {"memory", 0, write_memory, NULL},
    {"disk", 0, write_disk, NULL},
    {"kept for others", 0, write_hints, has_hints},
    {"repair", 0, write_repair, has_repair},
    {"processor", 1, write_processor, NULL},
    {"load", 1, node_write_load, has_load},
    {"operations it coordinates", 1, write_operations, NULL},
    {"timers", 1, write_timers, NULL},
    {"clock", 1, write_clock, NULL},
    {"what it thinks of the others", 1, write_peers, NULL},
};

static void write_sections(const struct look *look, uint32_t column, uint32_t columns)
{
    for (uint32_t i = 0; i < sizeof sections / sizeof sections[0]; i++) {
        if (columns > 1 && sections[i].column != column)
            continue;
        if (sections[i].is_there && !sections[i].is_there(look))
            continue;
        writer_head(look->writer, sections[i].name);
        sections[i].write(look);
    }
}

void page_node(struct writer *writer, struct hits *hits)
{
    const struct scene *scene = writer->scene;
    if (!scene->inside || scene->inside->node >= scene->picture->node_count) {
        writer_line(writer, scene->theme->faint, "select a node: click it, or press Tab");
        return;
    }
    uint32_t index = scene->inside->node;
    struct look look = {writer, scene->inside, &scene->picture->nodes[index], index, hits};
    writer_scroll(writer);
    uint32_t here = 0;
    for (enum node_field field = 0; field < NODE_FIELD_COUNT; field++)
        here += field_mark(&look, field) != MARK_NONE;
    writer_changes(writer, here);
    float gap = scene->size * 1.5f, top = writer->y, bottom = top;
    uint32_t columns = writer->box.w > scene->size * 80 ? 2 : 1;
    const struct box box = writer->box;
    writer->box.w = (box.w - gap * (float)(columns - 1)) / (float)columns;
    for (uint32_t i = 0; i < columns; i++) {
        writer->box.x = box.x + (float)i * (writer->box.w + gap);
        writer->y = top;
        write_sections(&look, i, columns);
        bottom = writer->y > bottom ? writer->y : bottom;
    }
    writer->box = box;
    writer->y = bottom;
}
