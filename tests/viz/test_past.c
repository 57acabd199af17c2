/*
 * test_past.c: what a stage knows of a whole run is what really happened: counts are those of a
 * plain count, nodes and links stood as the world says, both ends of each message are found, and
 * a closer look at any stretch leaves the run where it was.
 */
#include "viz/show.h"

#include <stdlib.h>
#include <string.h>

#include "sim/why/why.h"

static const char *const scenarios[] = {"first-steps", "standard", "partition-heal", "torn-log",
                                        "duplicates", "quorum-crash", "saturation",
                                        "late-twice-damaged"};
enum { SCENARIOS = sizeof scenarios / sizeof scenarios[0] };

static void open_scenario(struct show *show, const char *name)
{
    char path[80];
    snprintf(path, sizeof path, "scenarios/%s.json", name);
    show_open(show, path);
}

/* --- a plain count, from a run of its own ---------------------------------------------------- */

struct plain {
    struct tape_record *records;
    uint32_t count, room;
};

static void take_plain(void *host, const struct trace_record *record)
{
    struct plain *plain = host;
    if (plain->count == plain->room) {
        plain->room = plain->room ? 2 * plain->room : 4096;
        plain->records = realloc(plain->records, plain->room * sizeof *plain->records);
        assert_non_null(plain->records);
    }
    tape_describe(record, plain->count + 1, &plain->records[plain->count]);
    plain->count++;
}

/* The scenario with the interventions of the stage's present branch, up to a step. */
static void run_plainly(struct show *show, uint64_t step, struct plain *plain)
{
    struct world world = {0};
    const char *why;
    uint32_t count;
    const struct intervention *list = stage_interventions(show->app->stage, &count);
    assert_true(world_open(&world, WORLD_RESERVE_BYTES, NULL, &why));
    world.sink = (struct trace_sink){take_plain, plain};
    world_begin(&world, show->scenario, show->scenario->seed, list, count);
    world_run(&world, VTIME_NEVER, step);
    world_close(&world);
}

static uint32_t kind_of(const struct tape_record *record)
{
    switch (record->class) {
    case TAPE_SEND: return record->letter == 'H' ? DENSITY_BEATS : DENSITY_SENDS;
    case TAPE_DROP: return DENSITY_DROPS;
    case TAPE_FAULT:
    case TAPE_BROKEN: return DENSITY_FAULTS;
    case TAPE_CURE: return record->time > 0 ? DENSITY_CURES : DENSITY_RECORDS;
    case TAPE_TOLD: return record->is_headline ? DENSITY_FAILURES : DENSITY_ANSWERS;
    default: return DENSITY_RECORDS;
    }
}

/* Every column of a diagram, of any width, has the count that a plain count gives it. */
static void expect_counts(const struct stage *stage, const struct plain *plain, uint32_t bits)
{
    const struct density *density = &stage_chronicle(stage)->density;
    uint32_t columns = density->bucket_count >> bits, lanes = density->lane_count;
    struct density_cell *cells = calloc((size_t)columns * lanes, sizeof *cells);
    assert_non_null(cells);
    for (uint32_t i = 0; i < plain->count; i++) {
        const struct tape_record *record = &plain->records[i];
        uint32_t column = density_bucket(density, record->time) >> bits;
        uint32_t lane = density_lane(density, record->actor), kind = kind_of(record);
        cells[column * lanes + lane].count[DENSITY_RECORDS]++;
        if (kind != DENSITY_RECORDS)
            cells[column * lanes + lane].count[kind]++;
    }
    uint64_t before = 0;
    for (uint32_t column = 0; column < columns; column++) {
        uint64_t in_column = 0;
        for (uint32_t lane = 0; lane < lanes; lane++) {
            struct density_cell sum = density_sum(density, lane, column << bits, bits);
            if (memcmp(&sum, &cells[column * lanes + lane], sizeof sum) != 0)
                fail_msg("column %u of lane %u, 2^%u buckets wide: %u records, not %u", column,
                         lane, bits, sum.count[0], cells[column * lanes + lane].count[0]);
            in_column += sum.count[DENSITY_RECORDS];
        }
        assert_int_equal(density_records(density, column << bits, (column + 1) << bits),
                         in_column);
        before += in_column;
    }
    assert_int_equal(before, plain->count);
    free(cells);
}

static void expect_plain_counts(struct show *show)
{
    struct plain plain = {0};
    const struct stage *stage = show->app->stage;
    run_plainly(show, UINT64_MAX, &plain);
    assert_int_equal(stage_chronicle(stage)->density.record_count, plain.count);
    for (uint32_t bits = 0; bits <= 9; bits += 1 + bits / 3)
        expect_counts(stage, &plain, bits);
    free(plain.records);
}

static void counts_of_a_run_are_those_of_a_plain_count(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < SCENARIOS; i++) {
        struct show show;
        open_scenario(&show, scenarios[i]);
        press(&show, "go to end");
        app_seek_time(show.app, app_picture(show.app)->duration / 3); /* nothing counts twice */
        press(&show, "go to end");
        expect_plain_counts(&show);
        show_close(&show);
    }
}

/* More branches than chronicles are kept, the parent's future known, forth and back. */
static void a_branch_is_counted_from_where_it_left_its_parent(void **state)
{
    enum { BRANCHES = 11 };
    (void)state;
    struct show show;
    open_scenario(&show, "quorum-crash");
    press(&show, "go to end");
    press(&show, "select next");
    for (uint32_t i = 1; i <= BRANCHES; i++) {
        stage_select_branch(show.app->stage, 0);
        app_seek_time(show.app, app_picture(show.app)->duration / (BRANCHES + 2) * i);
        press(&show, i % 2 ? "pause node" : "jump clock");
        assert_int_equal(stage_branch_now(show.app->stage), i);
        press(&show, "go to end");
        expect_plain_counts(&show);
    }
    for (uint32_t i = 0; i <= BRANCHES; i++) {
        stage_select_branch(show.app->stage, i);
        press(&show, "go to end");
        expect_plain_counts(&show);
    }
    show_close(&show);
}

/* --- how nodes and links stood ------------------------------------------------------------- */

static void expect_presence(const struct presence *presence, struct show *show, const char *where)
{
    const struct picture *picture = app_picture(show->app);
    uint64_t now = stage_records(show->app->stage);
    struct presence_change stands[64];
    uint32_t cut = 0;
    memcpy(stands, presence->first, picture->node_count * sizeof stands[0]);
    for (uint32_t i = 0; i < presence->count && presence->changes[i].number <= now; i++)
        stands[presence->changes[i].node] = presence->changes[i];
    while (cut + 1 < presence->cut_count && presence->cuts[cut + 1].number <= now)
        cut++;
    for (uint32_t i = 0; i < picture->node_count; i++) {
        bool is_suspected = picture->nodes[i].suspected_by > 0;
        if (stands[i].state != picture->nodes[i].state || stands[i].is_suspected != is_suspected)
            fail_msg("%s, record %llu: node %u stands as %u %d, not %u %d", where,
                     (unsigned long long)now, i, picture->nodes[i].state, is_suspected,
                     stands[i].state, stands[i].is_suspected);
        for (uint32_t j = 0; j < picture->node_count; j++)
            assert_int_equal(i != j && net_is_cut(&show->world, i, j),
                             presence_is_cut(presence, &presence->cuts[cut], i, j));
    }
}

static void nodes_and_links_stood_as_the_world_says(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < SCENARIOS; i++) {
        struct show show;
        open_scenario(&show, scenarios[i]);
        const struct stage *stage = show.app->stage;
        for (uint32_t k = 0; stage_next_time(stage) != VTIME_NEVER && k < 20000; k++) {
            press(&show, "step");
            expect_presence(&stage_chronicle(stage)->presence, &show, scenarios[i]);
        }
        show_close(&show);
    }
}

/* Also in a branch with a pause in it, as a closer look tells it far from the tape. */
static void a_closer_look_stands_as_the_world_says(void **state)
{
    (void)state;
    struct show show;
    uint32_t tape_count, close_ups = 0;
    show_open(&show, "tests/viz/long.json");
    struct stage *stage = show.app->stage;
    app_seek_time(show.app, 15 * SECOND);
    press(&show, "select next");
    press(&show, "pause node");
    app_seek_time(show.app, 19 * SECOND);
    press(&show, "pause node"); /* it goes on */
    press(&show, "go to end");
    for (vtime from = SECOND; from < 98 * SECOND; from += 7 * SECOND) {
        app_seek_time(show.app, from < 50 * SECOND ? 99 * SECOND : 0);
        assert_true(stage_look_at(stage, from, from + SECOND));
        struct stage_detail detail = stage_detail(stage, from, from + SECOND);
        assert_non_null(detail.tape);
        close_ups += detail.tape->records != stage_tape(stage, &tape_count);
        struct presence presence = *detail.presence;
        for (uint32_t k = 0; k < 20; k++) {
            stage_seek_time(stage, from + k * 50 * MILLISECOND);
            app_moved(show.app);
            expect_presence(&presence, &show, "looked at");
        }
    }
    assert_in_range(close_ups, 10, 14);
    show_close(&show);
}

/* Node 0 goes up and down, now quickly, now slowly; node 1 only once. Links are cut and healed. */
static void a_list_that_is_full_leaves_out_what_was_shortest(void **state)
{
    (void)state;
    struct region region;
    const char *why;
    assert_true(region_open(&region, REGION_RESERVE_PLAN, NULL, &why));
    struct heap *heap = region_create_root(&region, sizeof *heap);
    heap_init(heap, region.header);
    struct presence presence;
    presence_init(&presence, heap, 2, 1);
    presence_begin(&presence, NULL);
    struct tape_record record = {0};
    enum { MANY = 3 * PRESENCE_CHANGES_MAX };
    vtime last_crash = 0;
    for (uint32_t i = 0; i < MANY; i++) {
        record.number++;
        record.time += i % 1000 < 998 ? 1 + i % 7 : SECOND; /* two long states in a thousand */
        record.actor = i == MANY / 2;
        record.kind = i % 2 ? TRACE_START : TRACE_CRASH;
        last_crash = record.actor == 0 && i % 2 == 0 ? record.time : last_crash;
        presence_take(&presence, NULL, &record);
        if (i % 5 == 0) {
            record.kind = TRACE_HEAL;
            record.number++;
            presence_take(&presence, NULL, &record);
        }
    }
    assert_in_range(presence.count, MANY / 1000, PRESENCE_CHANGES_MAX);
    assert_in_range(presence.cut_count, 1, PRESENCE_CUTS_MAX);
    assert_true(presence.grain_ns > 0);
    uint32_t long_ones = 0, of_the_other = 0;
    for (uint32_t i = 0; i + 1 < presence.count; i++) {
        const struct presence_change *a = &presence.changes[i], *b = a + 1;
        assert_true(a->time <= b->time && a->number < b->number);
        long_ones += b->time - a->time >= SECOND;
        of_the_other += a->node == 1;
    }
    assert_in_range(long_ones, MANY / 1000 * 2 - 4, MANY / 1000 * 2 + 4); /* none is missing */
    assert_int_equal(of_the_other, 1);
    const struct presence_change *last = &presence.changes[presence.count - 1];
    assert_int_equal(last->time, record.time);
    assert_int_equal(last->state, PICTURE_RECOVERING);
    region_close(&region);
}

/* --- a closer look -------------------------------------------------------------------------- */

static void expect_as_plain(const struct tape *tape, const struct plain *plain)
{
    for (uint32_t i = 0; i < tape->count; i++) {
        const struct tape_record *a = &tape->records[i], *b = &plain->records[a->number - 1];
        assert_int_equal(a->time, b->time);
        assert_int_equal(a->kind, b->kind);
        assert_int_equal(a->about, b->about);
        assert_int_equal(a->actor, b->actor);
        assert_int_equal(a->cause, b->cause);
    }
}

/* Its way leads from its sending to its end, and says beforehand when that will be. */
static void expect_way(const struct tape *tape, const struct tape_record *start,
                       const struct tape_record *end)
{
    struct tape_point points[TAPE_POINTS_MAX];
    struct tape_record unended = *start;
    if (start->step == 0)
        return; /* of the opening: looked at with its touches below */
    uint32_t count = tape_way(tape, start, points);
    assert_int_equal(points[0].time, start->time);
    assert_int_equal(points[0].part, 0);
    assert_int_equal(points[count - 1].number, end->number);
    assert_int_equal(points[count - 1].part, TAPE_WAY);
    unended.end = 0;
    count = tape_way(tape, &unended, points);
    assert_int_equal(points[count - 1].time, end->time);
}

/* No message appears from nowhere: each arrival has its sending, each answer its question, and
 * what was sent and not yet there is known from the tape's first moment on. */
static void expect_both_ends(const struct tape *tape, const struct plain *plain)
{
    uint32_t ends = 0;
    for (uint32_t i = 0; i < tape->count; i++) {
        const struct tape_record *end = &tape->records[i];
        if (end->class != TAPE_ARRIVE && end->class != TAPE_DROP && end->class != TAPE_TOLD)
            continue;
        const struct tape_record *start = tape_find(tape, end->start);
        if (!start)
            fail_msg("record %llu ends what nobody began", (unsigned long long)end->number);
        const struct tape_record *was = &plain->records[start->number - 1];
        assert_int_equal(start->end, end->number);
        assert_int_equal(start->time, was->time);
        assert_int_equal(start->about, was->about);
        assert_int_equal(start->actor, was->actor);
        assert_int_equal(start->kind, was->kind);
        assert_int_equal(start->field[1], was->field[1]);
        if (start->is_flight)
            expect_way(tape, start, end);
        assert_true(end->time - start->time <= tape->reach || end->class == TAPE_TOLD);
        ends++;
    }
    assert_true(ends > 0);
}

static void a_closer_look_has_all_that_happened_and_moves_nothing(void **state)
{
    (void)state;
    struct plain plain = {0};
    struct show show;
    show_open(&show, "tests/viz/long.json");
    struct stage *stage = show.app->stage;
    press(&show, "go to end");
    run_plainly(&show, UINT64_MAX, &plain);
    for (uint32_t i = 0; i < 40; i++) {
        vtime from = (vtime)(i * 17 % 40) * 2500 * MILLISECOND;
        vtime to = from + (i + 1) * 9 * MILLISECOND;
        app_seek_time(show.app, (vtime)(i * 29 % 41) * 2400 * MILLISECOND);
        if (i % 7 == 0)
            press(&show, "go to end");
        struct digest before = stage_digest(stage);
        uint64_t step = stage_step(stage);
        bool is_over = app_picture(show.app)->is_over;
        assert_true(stage_look_at(stage, from, to));
        assert_true(digest_equal(before, stage_digest(stage)));
        app_moved(show.app);
        assert_int_equal(stage_step(stage), step);
        assert_int_equal(app_picture(show.app)->is_over, is_over);
        struct stage_detail detail = stage_detail(stage, from, to);
        assert_non_null(detail.tape);
        expect_as_plain(detail.tape, &plain);
        expect_both_ends(detail.tape, &plain);
        uint32_t there = 0, expected = 0;
        for (uint32_t k = 0; k < detail.tape->count; k++)
            there += detail.tape->records[k].time >= from && detail.tape->records[k].time <= to;
        for (uint32_t k = 0; k < plain.count; k++)
            expected += plain.records[k].time >= from && plain.records[k].time <= to;
        assert_int_equal(there, expected);
    }
    free(plain.records);
    show_close(&show);
}

/* From the parting of the two on, or later; as far as anybody has been; and back. */
static void a_look_aside_has_what_happens_in_the_other_branch_and_moves_nothing(void **state)
{
    (void)state;
    struct plain plain = {0};
    struct show show;
    open_scenario(&show, "standard");
    struct stage *stage = show.app->stage;
    app_seek_time(show.app, 40 * SECOND); /* so far is branch 0 known */
    run_plainly(&show, stage_step(stage), &plain);
    app_seek_time(show.app, 10 * SECOND);
    vtime parting = stage_now(stage);
    press(&show, "select next");
    press(&show, "crash");
    press(&show, "go to end");
    for (uint32_t i = 0; i < 40; i++) {
        vtime from = (vtime)(i * 17 % 40) * 1500 * MILLISECOND, to = from + 4 * SECOND;
        if (i % 3 == 0)
            app_seek_time(show.app, (vtime)(i * 29 % 41) * 1500 * MILLISECOND);
        struct digest before = stage_digest(stage);
        uint32_t signs, signs_after;
        stage_signs(stage, SIGNS_FAULTS, &signs);
        uint64_t counted = stage_chronicle(stage)->density.record_count;
        stage_look_aside(stage, 0, from, to);
        assert_true(digest_equal(before, stage_digest(stage)));
        assert_int_equal(stage_branch_now(stage), 1);
        assert_int_equal(stage_chronicle(stage)->density.record_count, counted);
        stage_signs(stage, SIGNS_FAULTS, &signs_after);
        assert_int_equal(signs_after, signs);
        struct stage_other other = stage_other(stage);
        assert_non_null(other.tape);
        assert_int_equal(other.parting, parting);
        expect_as_plain(other.tape, &plain);
        uint32_t there = 0, expected = 0;
        for (uint32_t k = 0; k < other.tape->count; k++)
            there += other.tape->records[k].time >= from && other.tape->records[k].time <= to;
        for (uint32_t k = 0; k < plain.count; k++)
            expected += plain.records[k].time > parting && plain.records[k].time >= from &&
                        plain.records[k].time <= to;
        assert_int_equal(there, expected);
    }
    press(&show, "go to end");
    expect_plain_counts(&show);
    stage_select_branch(stage, 0);
    assert_null(stage_other(stage).tape);
    press(&show, "go to end");
    expect_plain_counts(&show);
    free(plain.records);
    show_close(&show);
}

/* A tape that has to forget keeps both ends of what goes on. */
static void a_full_tape_forgets_no_beginning_of_what_goes_on(void **state)
{
    (void)state;
    struct plain plain = {0};
    struct show show;
    struct region region;
    const char *why;
    open_scenario(&show, "standard");
    run_plainly(&show, UINT64_MAX, &plain);
    assert_true(region_open(&region, REGION_RESERVE_PLAN, NULL, &why));
    struct heap *heap = region_create_root(&region, sizeof *heap);
    heap_init(heap, region.header);
    struct tape tape;
    tape_init(&tape, heap, 512);
    tape_begin(&tape, NULL);
    for (uint32_t i = 0; i < plain.count; i++) {
        tape_take(&tape, &plain.records[i]);
        if (plain.records[i].class == TAPE_SEND && i + 1 < plain.count)
            tape_tell_due(&tape, i + 1, plain.records[i].time);
        const struct tape_record *end = &tape.records[tape.count - 1];
        if (end->class != TAPE_ARRIVE && end->class != TAPE_DROP && end->class != TAPE_TOLD)
            continue;
        const struct tape_record *start = tape_find(&tape, end->start);
        assert_non_null(start);
        assert_int_equal(start->end, end->number);
        assert_int_equal(start->about, end->about);
    }
    assert_true(tape.count <= 512);
    assert_true(tape.opening_count < 512);
    region_close(&region);
    free(plain.records);
    show_close(&show);
}

/* What only another branch knows is forgotten when a branch is left: nothing of it lingers. */
static void a_message_in_flight_at_a_branch_ends_as_that_branch_says(void **state)
{
    (void)state;
    struct show show;
    open_scenario(&show, "standard");
    struct stage *stage = show.app->stage;
    press(&show, "go to end");
    app_seek_time(show.app, 20 * SECOND + 262 * MILLISECOND);
    while (app_picture(show.app)->message_count == 0)
        press(&show, "step");
    uint64_t sent = app_picture(show.app)->messages[0].record;
    const struct tape *tape = stage_detail(stage, stage_now(stage), stage_now(stage)).tape;
    assert_non_null(tape);
    assert_int_not_equal(tape_find(tape, sent)->end, 0);
    show.app->pick = (struct pick){PICK_RECORD, sent};
    press(&show, "drop");
    tape = stage_detail(stage, stage_now(stage), stage_now(stage)).tape;
    assert_non_null(tape);
    assert_int_equal(tape_find(tape, sent)->end, 0);
    for (int i = 0; i < 60; i++)
        press(&show, "step");
    tape = stage_detail(stage, stage_now(stage), stage_now(stage)).tape;
    const struct tape_record *end = tape_find(tape, tape_find(tape, sent)->end);
    assert_non_null(end);
    assert_int_equal(end->class, TAPE_DROP);
    show_close(&show);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_of_a_run_are_those_of_a_plain_count),
        cmocka_unit_test(a_branch_is_counted_from_where_it_left_its_parent),
        cmocka_unit_test(nodes_and_links_stood_as_the_world_says),
        cmocka_unit_test(a_closer_look_stands_as_the_world_says),
        cmocka_unit_test(a_list_that_is_full_leaves_out_what_was_shortest),
        cmocka_unit_test(a_closer_look_has_all_that_happened_and_moves_nothing),
        cmocka_unit_test(a_look_aside_has_what_happens_in_the_other_branch_and_moves_nothing),
        cmocka_unit_test(a_full_tape_forgets_no_beginning_of_what_goes_on),
        cmocka_unit_test(a_message_in_flight_at_a_branch_ends_as_that_branch_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
