/*
 * test_why.c: W, pressed until it says that there is nothing before, ends at the cause.
 *
 * Each case is a shipped scenario, a failure in it that the window shows, and the kind of
 * record that is known to be behind it. All is done with the window's own key.
 */
#include "viz/show.h"

#include <stdio.h>
#include <string.h>

enum start { LAST_GIVEN_UP, LAST_FAILED, LAST_DROP, LAST_REJECTED, LAST_REPEATED, NODE_TWO };

struct labelled {
    const char *scenario;
    enum start start;
    const char *cause; /* the kind of a record that the chain must contain */
};

static const struct labelled cases[] = {
    {"scenarios/standard.json", LAST_GIVEN_UP, "crash"},
    {"scenarios/quorum-crash.json", LAST_FAILED, "crash"},
    {"scenarios/quorum-crash.json", LAST_DROP, "crash"},
    {"scenarios/partition-heal.json", LAST_DROP, "partition"},
    {"scenarios/partition-heal.json", LAST_FAILED, "partition"},
    {"scenarios/demo.json", LAST_GIVEN_UP, "crash"},
    {"scenarios/full-disk.json", LAST_FAILED, "disk_fault"},
    {"scenarios/torn-log.json", NODE_TWO, "crash"},
    {"scenarios/safeguard-read-repair.json", LAST_DROP, "partition"},
    {"scenarios/safeguard-check-alive-first.json", LAST_FAILED, "partition"},
    {"scenarios/safeguard-refuse-middle-corruption.json", LAST_DROP, "crash"},
    {"scenarios/late-twice-damaged.json", LAST_GIVEN_UP, "postpone"},
    {"scenarios/late-twice-damaged.json", LAST_GIVEN_UP, "message_marked"},
    {"scenarios/late-twice-damaged.json", LAST_REJECTED, "corrupt"},
    {"scenarios/late-twice-damaged.json", LAST_REPEATED, "duplicate"},
    {"scenarios/late-twice-damaged.json", LAST_REPEATED, "message_marked"},
};

static bool is_start(const struct tape_record *record, const void *host)
{
    const char *kind = stage_kind_name(record);
    switch (*(const enum start *)host) {
    case LAST_GIVEN_UP: return strcmp(kind, "give_up") == 0;
    case LAST_FAILED: return strcmp(kind, "told") == 0 && record->is_headline;
    case LAST_REJECTED: return strcmp(kind, "message_rejected") == 0;
    case LAST_REPEATED: return strcmp(kind, "request_repeated") == 0;
    default: return record->class == TAPE_DROP;
    }
}

static bool select_start(struct show *show, enum start start)
{
    struct tape_record record;
    if (start == NODE_TWO) {
        show->app->pick = (struct pick){PICK_ACTOR, 1};
        return true;
    }
    if (!stage_find_last(show->app->stage, stage_records(show->app->stage) + 1, is_start, &start,
                         &record))
        return false;
    show->app->pick = (struct pick){PICK_RECORD, record.number};
    return true;
}

/* Does pressing W lead past a record of this kind? */
static bool leads_to(struct show *show, const char *wanted, char *path, size_t size)
{
    bool is_found = false;
    for (int i = 0; i < 64; i++) {
        struct tape_record record;
        press(show, "why");
        if (strncmp(show->app->message, "because", 7) != 0)
            break;
        assert_true(stage_find(show->app->stage, show->app->pick.id, &record));
        is_found |= strcmp(stage_kind_name(&record), wanted) == 0;
        size_t used = strlen(path);
        snprintf(path + used, size - used, " <- %s", stage_kind_name(&record));
    }
    return is_found;
}

static void why_leads_from_each_failure_to_its_labelled_cause(void **state)
{
    (void)state;
    uint32_t wrong = 0;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct show show;
        char path[1000] = "";
        show_open(&show, cases[i].scenario);
        press(&show, "go to end");
        uint64_t step = stage_step(show.app->stage);
        if (!select_start(&show, cases[i].start)) {
            print_message("%zu %s: nothing to begin with\n", i, cases[i].scenario);
            wrong++;
        } else if (!leads_to(&show, cases[i].cause, path, sizeof path)) {
            print_message("%zu %s: not %s:%s\n", i, cases[i].scenario, cases[i].cause, path);
            wrong++;
        }
        assert_int_equal(stage_step(show.app->stage), step); /* looking back moves nothing */
        show_close(&show);
    }
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(why_leads_from_each_failure_to_its_labelled_cause),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
