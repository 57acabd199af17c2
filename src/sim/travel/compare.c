/*
 * compare.c: the records of two branches, matched by content.
 *
 * Each record has a signature of what happened, where and when. A table counts the
 * signatures of one side; what finds a partner there is shared. Both sides are in order of
 * time, so one merge puts the rows in order.
 */
#include "sim/travel/compare.h"

#include <string.h>

#include "base/mix.h"
#include "base/table.h"
#include "sim/trace/trace.h"

static uint64_t signature(const struct tape_record *record)
{
    uint64_t word = mix_pair(record->time, (uint64_t)record->kind << 32 | record->actor);
    word = mix_pair(word, record->about);
    for (uint32_t i = 0; i < 3; i++)
        word = mix_pair(word, record->field[i]);
    return word;
}

/* A value has a name only in the branch where it was written. */
static const char *sentence_of(const struct stage *stage, const struct tape_record *record,
                               struct heap *scratch)
{
    char sentence[260];
    const struct trace_field *field = trace_kind_table[record->kind].field;
    bool is_of_value = field[0].type == FIELD_VALUE || field[1].type == FIELD_VALUE ||
                       field[2].type == FIELD_VALUE;
    if (!is_of_value && record->kind != TRACE_GIVE_UP)
        return NULL;
    stage_sentence(stage, record, sentence, sizeof sentence);
    size_t size = strlen(sentence) + 1;
    char *copy = heap_alloc(scratch, size);
    memcpy(copy, sentence, size);
    return copy;
}

static void collect(struct stage *stage, uint32_t branch, uint64_t from, struct heap *scratch,
                    struct compare_side_records *side)
{
    stage_select_branch(stage, branch);
    stage_seek(stage, from);
    uint64_t seen = stage_records(stage);
    side->records = heap_alloc(scratch, COMPARE_RECORDS_MAX * sizeof *side->records);
    side->is_shared = heap_alloc(scratch, COMPARE_RECORDS_MAX * sizeof *side->is_shared);
    side->sentences = heap_alloc(scratch, COMPARE_RECORDS_MAX * sizeof *side->sentences);
    side->count = 0;
    bool has_more = true;
    while (has_more && side->count < COMPARE_RECORDS_MAX) {
        has_more = stage_forward(stage);
        const struct tape_record *record;
        while (side->count < COMPARE_RECORDS_MAX && seen < stage_records(stage) &&
               (record = stage_record(stage, seen + 1)) != NULL) {
            side->is_shared[side->count] = false;
            side->sentences[side->count] = sentence_of(stage, record, scratch);
            side->records[side->count++] = *record;
            seen++;
        }
    }
}

/* A side that was cut short knows nothing of what comes later: the other ends there too. */
static bool cut_to_same_time(struct compare_side_records sides[2])
{
    bool is_cut = false;
    for (uint32_t i = 0; i < 2; i++) {
        struct compare_side_records *full = &sides[i], *other = &sides[1 - i];
        if (full->count < COMPARE_RECORDS_MAX)
            continue;
        vtime end = full->records[full->count - 1].time;
        is_cut = true;
        while (full->count > 0 && full->records[full->count - 1].time == end)
            full->count--;
        while (other->count > 0 && other->records[other->count - 1].time >= end)
            other->count--;
    }
    return is_cut;
}

static void match(struct compare_side_records *left, struct compare_side_records *right,
                  struct heap *scratch)
{
    struct table waiting;
    table_init(&waiting, scratch);
    for (uint32_t i = 0; i < right->count; i++) {
        uint64_t key = signature(&right->records[i]);
        table_set(&waiting, key, table_get(&waiting, key, 0) + 1);
    }
    struct table found;
    table_init(&found, scratch);
    for (uint32_t i = 0; i < left->count; i++) {
        uint64_t key = signature(&left->records[i]), count = table_get(&waiting, key, 0);
        left->is_shared[i] = count > 0;
        if (count == 0)
            continue;
        table_set(&waiting, key, count - 1);
        table_set(&found, key, table_get(&found, key, 0) + 1);
    }
    for (uint32_t i = 0; i < right->count; i++) {
        uint64_t key = signature(&right->records[i]), count = table_get(&found, key, 0);
        right->is_shared[i] = count > 0;
        if (count > 0)
            table_set(&found, key, count - 1);
    }
}

static void add_row(struct comparison *c, const struct compare_side_records *of, uint32_t at,
                    uint32_t side)
{
    if (c->row_count == COMPARE_ROWS_MAX)
        return;
    uint32_t branch = side == COMPARE_RIGHT ? c->right : c->left;
    c->rows[c->row_count++] = (struct compare_row){
        .record = of->records[at], .sentence = of->sentences[at], .side = side, .branch = branch};
}

/* In order of time, the left first; of what is shared only a little before a difference. */
static void merge(struct comparison *c, const struct compare_side_records sides[2])
{
    enum { CONTEXT = 2 };
    uint32_t before[CONTEXT], at[2] = {0, 0}, waiting = 0;
    for (;;) {
        while (at[1] < sides[1].count && sides[1].is_shared[at[1]])
            at[1]++;
        bool has_left = at[0] < sides[0].count, has_right = at[1] < sides[1].count;
        if (!has_left && !has_right)
            break;
        const struct tape_record *left = &sides[0].records[at[0]];
        const struct tape_record *right = &sides[1].records[at[1]];
        bool is_right = has_right && (!has_left || right->time < left->time);
        if (!is_right && sides[0].is_shared[at[0]]) {
            c->shared++;
            if (waiting == CONTEXT)
                before[0] = before[1], waiting--;
            before[waiting++] = at[0];
            at[0]++;
            continue;
        }
        for (uint32_t i = 0; i < waiting; i++)
            add_row(c, &sides[0], before[i], COMPARE_BOTH);
        waiting = 0;
        c->first = MIN(c->first, c->row_count);
        add_row(c, &sides[is_right], at[is_right], is_right ? COMPARE_RIGHT : COMPARE_LEFT);
        c->only[is_right]++;
        at[is_right]++;
    }
    if (c->first > c->row_count)
        c->first = c->row_count;
}

static uint64_t parting_of(const struct stage *stage, uint32_t a, uint32_t b)
{
    uint64_t step = UINT64_MAX;
    while (a != b) {
        uint32_t *younger = a > b ? &a : &b;
        struct stage_branch branch = stage_branch_at(stage, *younger);
        step = MIN(step, branch.from_step);
        *younger = branch.parent;
    }
    return step;
}

void stage_compare(struct stage *stage, uint32_t left, uint32_t right, struct heap *scratch,
                   struct comparison *comparison)
{
    struct compare_side_records sides[2];
    uint32_t branch = stage_branch_now(stage);
    uint64_t step = stage_step(stage);
    uint64_t parting = parting_of(stage, left, right);
    *comparison = (struct comparison){
        .left = left, .right = right, .parting_step = parting, .first = UINT32_MAX};
    comparison->rows = heap_alloc(scratch, COMPARE_ROWS_MAX * sizeof *comparison->rows);
    collect(stage, left, parting, scratch, &sides[0]);
    collect(stage, right, parting, scratch, &sides[1]);
    stage_seek(stage, parting);
    comparison->parting_time = stage_now(stage);
    stage_select_branch(stage, branch);
    stage_seek(stage, step);
    comparison->is_cut_short = cut_to_same_time(sides);
    match(&sides[0], &sides[1], scratch);
    merge(comparison, sides);
    compare_outcomes(comparison, sides, scratch);
}
