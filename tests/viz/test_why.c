/*
 * test_why.c: W, pressed until nothing is before it, ends at the step that is to blame.
 *
 * The failures and their causes stand in why_labels.def. All is done with the window's own keys:
 * a thing is selected, W is pressed, and what is selected then must be the labelled record.
 */
#include "viz/show.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/units.h"
#include "sim/picture/view.h"
#include "viz/app/moment.h"

enum start { OP, CHECK, NODE, KEY, CELL, LAST };

struct label {
    const char *failure, *scenario, *set, *at;
    enum start start;
    const char *of, *cause, *actor, *from, *to, *word;
};

static const struct label labels[] = {
#define WHY_LABEL(failure, scenario, set, at, start, of, cause, actor, from, to, word)             \
    {failure, scenario, set, at, start, of, cause, actor, from, to, word},
#include "viz/why_labels.def"
#undef WHY_LABEL
};
#define LABEL_COUNT (sizeof labels / sizeof labels[0])

/* --- opening and selecting ----------------------------------------------------------------------
 */

static vtime time_of(const char *word)
{
    char mistake[200];
    struct text text;
    vtime time = 0;
    text_init(&text, mistake, sizeof mistake);
    if (!units_parse_time(units_word(word), &time, &text))
        fail_msg("%s: %s", word, mistake);
    return time;
}

static void open_label(struct show *show, const struct label *label)
{
    char path[200];
    snprintf(path, sizeof path, "scenarios/%s.json", label->scenario);
    if (access(path, F_OK) != 0)
        snprintf(path, sizeof path, "tests/viz/why/%s.json", label->scenario);
    show_open_set(show, path, label->set);
    if (*label->at)
        app_seek_time(show->app, time_of(label->at));
    else
        press(show, "go to end");
}

static uint32_t node_named(const struct show *show, const char *name)
{
    for (uint32_t i = 0; i < show->scenario->node.nodes; i++)
        if (strcmp(show->scenario->nodes[i].name, name) == 0)
            return i;
    fail_msg("there is no node %s", name);
    return 0;
}

static uint32_t key_named(struct show *show, const char *name, size_t size)
{
    const struct picture *picture = app_picture(show->app);
    for (uint32_t i = 0; i < picture->key_count; i++)
        if (strlen(picture->keys[i].name) == size &&
            strncmp(picture->keys[i].name, name, size) == 0)
            return i;
    fail_msg("there is no key %s", name);
    return 0;
}

static uint32_t check_named(const struct show *show, const char *name)
{
    for (uint32_t i = 0; i < show->scenario->check_count; i++)
        if (strcmp(show->scenario->checks[i].name, name) == 0)
            return i;
    fail_msg("there is no check %s", name);
    return 0;
}

static uint64_t told_of(const struct show *show, const char *name)
{
    uint64_t told = 0;
    for (uint64_t i = 0; i < chain_count(&show->world.state->clients.history); i++) {
        const struct operation *operation = history_at(&show->world, (uint32_t)i);
        char called[100];
        struct text text;
        text_init(&text, called, sizeof called);
        world_request_text(&show->world, &text, operation->request);
        if (strcmp(called, name) == 0)
            told = operation->record_told;
    }
    assert_true(told > 0);
    return told;
}

/* "kind", or "kind and words of its sentence"; give_up_or_timeout: any failure. */
struct kind {
    const struct stage *stage;
    const char *of;
};

static bool is_of_kind(const struct tape_record *record, const void *host)
{
    const struct kind *kind = host;
    const char *name = stage_kind_name(record);
    char sentence[400];
    size_t size = strcspn(kind->of, " ");
    if (strcmp(kind->of, "give_up_or_timeout") == 0)
        return strcmp(name, "give_up") == 0 || (strcmp(name, "told") == 0 && record->is_headline);
    if (strlen(name) != size || strncmp(name, kind->of, size) != 0)
        return false;
    stage_sentence(kind->stage, record, sentence, sizeof sentence);
    return strstr(sentence, kind->of[size] ? kind->of + size + 1 : "") != NULL;
}

static void select_start(struct show *show, const struct label *label)
{
    struct tape_record record;
    const char *at = strchr(label->of, '@');
    struct kind kind = {show->app->stage, label->of};
    struct pick *pick = &show->app->pick;
    switch (label->start) {
    case OP: *pick = (struct pick){PICK_RECORD, told_of(show, label->of)}; return;
    case NODE: *pick = (struct pick){PICK_ACTOR, node_named(show, label->of)}; return;
    case KEY:
        *pick = (struct pick){PICK_KEY, key_named(show, label->of, strlen(label->of))};
        return;
    case CELL:
        app_select_cell(show->app, key_named(show, label->of, (size_t)(at - label->of)),
                        node_named(show, at + 1));
        return;
    case CHECK: *pick = (struct pick){PICK_CHECK, check_named(show, label->of)}; return;
    default: break;
    }
    assert_true(stage_find_last(show->app->stage, stage_records(show->app->stage) + 1, is_of_kind,
                                &kind, &record));
    *pick = (struct pick){PICK_RECORD, record.number};
}

/* --- the labelled cause
 * --------------------------------------------------------------------------- */

static bool fits(const struct show *show, const struct label *label,
                 const struct tape_record *record)
{
    char sentence[400];
    const char *actor = record->actor < show->scenario->node.nodes
                            ? show->scenario->nodes[record->actor].name
                        : is_client(record->actor)
                            ? show->scenario->clients[record->actor - PICTURE_CLIENT_BASE].name
                            : "";
    vtime from = time_of(label->from), to = *label->to ? time_of(label->to) : from;
    stage_sentence(show->app->stage, record, sentence, sizeof sentence);
    return strcmp(stage_kind_name(record), label->cause) == 0 && record->time >= from &&
           record->time <= to && (!*label->actor || strcmp(actor, label->actor) == 0) &&
           (!*label->word || strstr(sentence, label->word));
}

/* Press W until it says that nothing is before. False when it ends nowhere. */
static bool walk(struct show *show, struct tape_record *last, char *path, size_t size)
{
    for (int i = 0; i < 64; i++) {
        press(show, "why");
        if (show->app->pick.kind != PICK_RECORD ||
            !stage_find(show->app->stage, show->app->pick.id, last))
            return false;
        size_t used = strlen(path);
        snprintf(path + used, size - used, "\n      %s", show->app->message);
        if (strncmp(show->app->message, "nothing is before it", 20) == 0)
            return true;
        if (strncmp(show->app->message, "no rule", 7) == 0)
            return false;
    }
    return false;
}

static bool is_led_right(const struct label *label, bool is_told)
{
    struct show show;
    struct tape_record last = {0};
    char path[8000] = "";
    open_label(&show, label);
    uint64_t step = stage_step(show.app->stage);
    select_start(&show, label);
    bool is_right = walk(&show, &last, path, sizeof path) && fits(&show, label, &last);
    if (!is_right && is_told)
        print_message("  %s:%s\n      (wanted %s %s %s)\n", label->failure, path, label->cause,
                      label->actor, label->from);
    assert_int_equal(stage_step(show.app->stage), step); /* looking back moves nothing */
    show_close(&show);
    return is_right;
}

static void why_leads_from_each_failure_to_its_labelled_cause(void **state)
{
    (void)state;
    uint32_t wrong = 0;
    for (size_t i = 0; i < LABEL_COUNT; i++)
        wrong += !is_led_right(&labels[i], true);
    assert_int_equal(wrong, 0);
}

struct fitting {
    const struct show *show;
    const struct label *label;
    uint64_t step; /* of the first that fits */
    uint32_t count, steps;
};

static bool count_fitting(const struct tape_record *record, const void *host)
{
    struct fitting *fitting = (struct fitting *)(uintptr_t)host;
    if (!fits(fitting->show, fitting->label, record))
        return false;
    fitting->steps += fitting->count == 0 || record->step != fitting->step;
    fitting->step = record->step;
    fitting->count++;
    return false;
}

static void each_label_fits_one_step_of_the_whole_run_and_no_other(void **state)
{
    (void)state;
    uint32_t wrong = 0;
    for (size_t i = 0; i < LABEL_COUNT; i++) {
        struct show show;
        struct tape_record none;
        open_label(&show, &labels[i]);
        press(&show, "go to end");
        struct fitting fitting = {.show = &show, .label = &labels[i]};
        stage_find_last(show.app->stage, stage_records(show.app->stage) + 1, count_fitting,
                        &fitting, &none);
        if (fitting.steps != 1) {
            print_message("  %s: %u steps fit\n", labels[i].failure, fitting.steps);
            wrong++;
        }
        show_close(&show);
    }
    assert_int_equal(wrong, 0);
}

/* --- the rules ---------------------------------------- */

static struct why_question question_of(struct show *show)
{
    const struct picture *picture = app_picture(show->app);
    struct pick pick = show->app->pick;
    switch (pick.kind) {
    case PICK_ACTOR: return (struct why_question){.kind = WHY_NODE, .node = (uint32_t)pick.id};
    case PICK_CHECK: return (struct why_question){.kind = WHY_CHECK, .number = pick.id};
    case PICK_KEY:
        return (struct why_question){.kind = app_cell(show->app) == UINT32_MAX ? WHY_KEY : WHY_CELL,
                                     .node = app_cell(show->app),
                                     .token = picture->keys[pick.id].token};
    default: return (struct why_question){.kind = WHY_RECORD, .number = pick.id};
    }
}

/* Do they end at the same record, in the same words? */
static bool is_same_chain(const struct why *a, const struct why *b)
{
    if (a->count != b->count || a->root != b->root || strcmp(a->end, b->end) != 0)
        return false;
    for (uint32_t i = 0; i < a->count; i++)
        if (a->links[i].record.number != b->links[i].record.number ||
            strcmp(a->links[i].text, b->links[i].text) != 0)
            return false;
    return true;
}

/* Without it, some labelled failure that it took part in is told otherwise. */
static void each_rule_is_needed_by_some_failure(void **state)
{
    (void)state;
    static bool is_needed[192];
    static struct why whole, without;
    uint32_t useless = 0;
    for (size_t i = 0; i < LABEL_COUNT; i++) {
        struct show show;
        open_label(&show, &labels[i]);
        select_start(&show, &labels[i]);
        struct why_question question = question_of(&show);
        why_explain(show.app->stage, &question, &whole);
        for (uint32_t rule = 1; rule < why_rule_count(); rule++) {
            if (is_needed[rule] || !(whole.rules[rule / 64] >> rule % 64 & 1))
                continue;
            why_explain_without(show.app->stage, &question, rule, &without);
            is_needed[rule] = !is_same_chain(&whole, &without);
        }
        show_close(&show);
    }
    for (uint32_t rule = 1; rule < why_rule_count(); rule++)
        if (!is_needed[rule]) {
            print_message("  no label needs the rule %s: %s\n", why_rule_name(rule),
                          why_rule_reason(rule));
            useless++;
        }
    assert_int_equal(useless, 0);
}

/* --- safeguards ---------------------------------------- */

/* The first check that is not as it should be, as a question. */
static bool find_failed_check(struct show *show, struct why_question *question)
{
    stage_judge(show->app->stage);
    for (uint32_t i = 0; i < show->scenario->check_count; i++)
        if (!stage_verdicts(show->app->stage)[i].is_content) {
            *question = (struct why_question){.kind = WHY_CHECK, .number = i};
            return true;
        }
    return false;
}

static bool ends_at_rule(const struct why *why, const char *name)
{
    char words[200];
    snprintf(words, sizeof words, "nothing is before it: the rule %s is off", name);
    return why->root == WHY_ROOT_SAFEGUARD && strncmp(why->end, words, strlen(words)) == 0;
}

/* Whatever the check that fails speaks of: it is the rule that is off, and not a fault. */
static void each_rule_that_is_off_is_found_behind_what_fails_without_it(void **state)
{
    (void)state;
    glob_t files;
    uint32_t wrong = 0, count = 0;
    assert_int_equal(glob("scenarios/safeguard-*.json", 0, NULL, &files), 0);
    for (size_t i = 0; i < files.gl_pathc; i++) {
        struct show show;
        static struct why why;
        struct why_question question;
        char name[100], set[120];
        const char *from = strchr(files.gl_pathv[i], '-') + 1;
        snprintf(name, sizeof name, "%.*s", (int)strcspn(from, "."), from);
        snprintf(set, sizeof set, "safeguards.%s=false", name);
        show_open_set(&show, files.gl_pathv[i], set);
        press(&show, "go to end");
        assert_true(find_failed_check(&show, &question));
        why_explain(show.app->stage, &question, &why);
        count++;
        if (!ends_at_rule(&why, name)) {
            print_message("  %s: %s\n", name, why.end);
            wrong++;
        }
        show_close(&show);
    }
    globfree(&files);
    assert_in_range(count, 35, 1000);
    assert_int_equal(wrong, 0);
}

/* --- everything ---------------------------------------- */

/* A chain is short, its sentences are whole, and it says why it ends. */
static void expect_sound(const struct show *show, const struct why *why, const char *what)
{
    if (why->count > WHY_LINKS_MAX || (why->count > 0 && !*why->end))
        fail_msg("%s: %s: no end", show->scenario->name, what);
    for (uint32_t i = 0; i < why->count; i++) {
        const char *text = why->links[i].text;
        if (!*text || strlen(text) + 1 >= WHY_TEXT_MAX || strchr(text, '%'))
            fail_msg("%s: %s: \"%s\"", show->scenario->name, what, text);
        if (why->links[i].record.number == 0)
            fail_msg("%s: %s: \"%s\" has no record", show->scenario->name, what, text);
    }
}

static void ask(struct show *show, struct why_question question, const char *what)
{
    static struct why why;
    why_explain(show->app->stage, &question, &why);
    expect_sound(show, &why, what);
}

static void ask_everything(struct show *show)
{
    enum { EVERY = 7 };
    uint32_t count;
    const struct tape_record *tape = stage_tape(show->app->stage, &count);
    uint64_t first = count > 0 ? tape[0].number : 0;
    for (uint32_t i = 0; i < count && i < 4000; i += EVERY)
        ask(show, (struct why_question){.kind = WHY_RECORD, .number = first + i}, "a record");
    for (uint32_t i = 0; i < show->scenario->check_count; i++)
        ask(show, (struct why_question){.kind = WHY_CHECK, .number = i}, "a check");
    const struct picture *picture = app_picture(show->app);
    for (uint32_t node = 0; node < picture->node_count; node++)
        ask(show, (struct why_question){.kind = WHY_NODE, .node = node}, "a node");
    for (uint32_t i = 0; i < picture->key_count; i++) {
        uint64_t token = picture->keys[i].token;
        ask(show, (struct why_question){.kind = WHY_KEY, .token = token}, "a key");
        for (uint32_t node = 0; node < picture->node_count; node++)
            ask(show, (struct why_question){.kind = WHY_CELL, .token = token, .node = node},
                "a replica");
    }
}

/* In the beginning, the middle and the end of every shipped scenario. */
static void anything_can_be_asked_about_and_nothing_is_changed_by_it(void **state)
{
    (void)state;
    glob_t files;
    assert_int_equal(glob("scenarios/*.json", 0, NULL, &files), 0);
    for (size_t i = 0; i < files.gl_pathc; i++) {
        if (strstr(files.gl_pathv[i], "schema"))
            continue;
        struct show show;
        show_open(&show, files.gl_pathv[i]);
        for (int part = 0; part <= 2; part++) {
            app_seek_time(show.app, app_picture(show.app)->duration / 2 * (vtime)part);
            struct digest before = stage_digest(show.app->stage);
            uint64_t step = stage_step(show.app->stage);
            ask_everything(&show);
            assert_int_equal(stage_step(show.app->stage), step);
            assert_true(digest_equal(stage_digest(show.app->stage), before));
        }
        show_close(&show);
    }
    globfree(&files);
}

/* With whatever draws: what failed has a reason, and that one a beginning. */
static void every_failed_operation_of_every_scenario_is_led_to_a_beginning(void **state)
{
    (void)state;
    glob_t files;
    uint32_t failures = 0, lost = 0;
    assert_int_equal(glob("scenarios/*.json", 0, NULL, &files), 0);
    for (size_t i = 0; i < files.gl_pathc; i++) {
        if (strstr(files.gl_pathv[i], "schema"))
            continue;
        struct show show;
        show_open(&show, files.gl_pathv[i]);
        press(&show, "go to end");
        for (uint64_t k = 0; k < chain_count(&show.world.state->clients.history); k++) {
            static struct why why;
            const struct operation *operation = history_at(&show.world, (uint32_t)k);
            struct why_question question = {.kind = WHY_OPERATION, .number = operation->request};
            if (operation->outcome == OUTCOME_OK || !operation->record_told)
                continue;
            failures++;
            why_explain(show.app->stage, &question, &why);
            if (why.root != WHY_ROOT_NONE)
                continue;
            print_message("  %s:\n", show.scenario->name);
            for (uint32_t n = 0; n < why.count; n++)
                print_message("    %s\n", why.links[n].text);
            lost++;
        }
        show_close(&show);
    }
    globfree(&files);
    assert_in_range(failures, 300, 100000);
    assert_int_equal(lost, 0);
}

/* --- what a person sees ---------------------------------------- */

static void what_was_done_by_hand_is_said_to_be(void **state)
{
    (void)state;
    struct show show;
    struct kind failure = {NULL, "give_up_or_timeout"};
    struct tape_record last;
    char path[4000] = "";
    show_open(&show, "scenarios/skewed-clock.json"); /* ben's coordinator is n1 */
    press(&show, "select next");
    press(&show, "crash");
    press(&show, "go to end");
    assert_true(stage_find_last(show.app->stage, stage_records(show.app->stage) + 1, is_of_kind,
                                &failure, &last));
    show.app->pick = (struct pick){PICK_RECORD, last.number};
    assert_true(walk(&show, &last, path, sizeof path));
    assert_string_equal(stage_kind_name(&last), "crash");
    assert_non_null(strstr(show.app->message, "by hand"));
    show_close(&show);
}

/* Of several entries that crash the same node, the one that did it. */
static void the_entry_of_the_timeline_is_named(void **state)
{
    static const struct {
        const char *at, *words;
    } cases[] = {{"500ms", "entry 1 of the scenario's timeline does this when n2.log_append == 3"},
                 {"2400ms", "entry 3 of the scenario's timeline does this when trace.log_append"}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct show show;
        show_open(&show, "scenarios/torn-log.json");
        app_seek_time(show.app, time_of(cases[i].at));
        show.app->pick = (struct pick){PICK_ACTOR, 1};
        press(&show, "why");
        if (!strstr(show.app->why.end, cases[i].words))
            fail_msg("%s: %s", cases[i].at, show.app->why.end);
        show_close(&show);
    }
}

/* A fault that is over is no reason any more. */
static void what_is_over_is_only_what_befell_it(void **state)
{
    static const struct {
        const char *scenario, *at;
        uint32_t node;
    } cases[] = {
        {"tests/viz/why/slow-replica.json", "1s", 1},       /* was slow */
        {"scenarios/full-disk.json", "5s", 1},              /* has room again */
        {"scenarios/false-alarm.json", "5s", 2},            /* goes on */
        {"tests/viz/why/clock-jumps.json", "4500ms", 1},    /* its clock is right again */
        {"tests/viz/why/dead-coordinator.json", "5900ms", 0} /* has started again */
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct show show;
        show_open(&show, cases[i].scenario);
        app_seek_time(show.app, time_of(cases[i].at));
        show.app->pick = (struct pick){PICK_ACTOR, cases[i].node};
        press(&show, "why");
        if (strncmp(show.app->why.links[0].text, "what last befell it", 19) != 0)
            fail_msg("%s: %s", cases[i].scenario, show.app->why.links[0].text);
        show_close(&show);
    }
}

/* Steps from the first reason to the root, each selected, all on the page; then the root again. */
static void w_goes_along_the_chain_and_stays_at_its_end(void **state)
{
    (void)state;
    struct show show;
    show_open(&show, "scenarios/skewed-clock.json");
    press(&show, "go to end");
    show.app->pick = (struct pick){PICK_CHECK, check_named(&show, "durable")};
    press(&show, "why");
    uint32_t count = show.app->why.count;
    assert_in_range(count, 3, 10);
    assert_int_equal(show.app->inspector_page, PAGE_WHY);
    for (uint32_t at = 1; at < count; at++) {
        assert_int_equal(show.app->why_at, at);
        assert_int_equal(show.app->pick.id, show.app->why.links[at].record.number);
        press(&show, "why");
    }
    assert_int_equal(show.app->why_at, count - 1);
    assert_string_equal(show.app->message, show.app->why.end);
    char *text = dump_of(&show, 1600, 900);
    assert_non_null(strstr(text, "why 3,4")); /* the third and fourth reason are n2's */
    assert_non_null(strstr(text, "\" 4  0.000000 n2 starts (life 1)"));
    free(text);
    press(&show, "go to record");
    assert_int_equal(stage_step(show.app->stage), 0);
    show_close(&show);
}

static void a_chain_belongs_to_its_branch(void **state)
{
    (void)state;
    struct show show;
    show_open(&show, "scenarios/quorum-crash.json");
    app_seek_time(show.app, 2 * SECOND);
    show.app->pick = (struct pick){PICK_ACTOR, 1};
    press(&show, "why");
    assert_true(app_has_why(show.app));
    show.app->pick = (struct pick){PICK_ACTOR, 0};
    press(&show, "crash");
    assert_false(app_has_why(show.app));
    press(&show, "undo");
    assert_true(app_has_why(show.app));
    show_close(&show);
}

/* Judged from the middle of the run: the verdict of the end stands there, and all else is as it
 * was, also what is known of the rest of the run. */
static void a_check_is_judged_at_the_end_without_going_there(void **state)
{
    (void)state;
    struct show show;
    show_open(&show, "scenarios/skewed-clock.json");
    app_seek_time(show.app, 1500 * MILLISECOND);
    struct digest before = stage_digest(show.app->stage);
    vtime known = stage_chronicle(show.app->stage)->last_time;
    uint32_t records;
    stage_tape(show.app->stage, &records);
    show.app->inspector_page = PAGE_CHECKS;
    assert_null(stage_verdicts(show.app->stage));
    show.app->pick = (struct pick){PICK_CHECK, check_named(&show, "durable")};
    press(&show, "go to record");
    assert_non_null(strstr(show.app->message, "judged at the end: put bens-write of door"));
    assert_true(digest_equal(stage_digest(show.app->stage), before));
    assert_int_equal(stage_chronicle(show.app->stage)->last_time, known);
    uint32_t now;
    stage_tape(show.app->stage, &now);
    assert_int_equal(now, records);
    const struct stage_verdict *verdict =
        &stage_verdicts(show.app->stage)[check_named(&show, "durable")];
    assert_int_equal(verdict->kind, STAGE_VIOLATED);
    assert_true(verdict->is_content);
    press(&show, "go to record"); /* now it goes to where ben was told */
    assert_int_equal(stage_step(show.app->stage), verdict->step);
    assert_in_range(stage_now(show.app->stage), 2000 * MILLISECOND, 2010 * MILLISECOND);
    show_close(&show);
}

static void a_check_that_holds_says_that_there_is_nothing_to_explain(void **state)
{
    (void)state;
    struct show show;
    show_open(&show, "scenarios/first-steps.json");
    show.app->pick = (struct pick){PICK_CHECK, check_named(&show, "linearizable")};
    press(&show, "why");
    assert_string_equal(show.app->message, "this check holds: there is nothing to explain");
    assert_int_equal(stage_step(show.app->stage), 0);
    show_close(&show);
}

static void what_is_still_to_come_can_be_asked_about(void **state)
{
    (void)state;
    struct show show;
    show_open(&show, "scenarios/partition-heal.json");
    press(&show, "go to end");
    uint64_t told = told_of(&show, "minority-write");
    app_seek_time(show.app, 500 * MILLISECOND);
    assert_true(told > stage_records(show.app->stage));
    show.app->pick = (struct pick){PICK_RECORD, told};
    press(&show, "why");
    press(&show, "why");
    press(&show, "why");
    assert_int_equal(show.app->why.root, WHY_ROOT_TIMELINE);
    assert_in_range(stage_now(show.app->stage), 0, 500 * MILLISECOND);
    show_close(&show);
}

static void esc_takes_the_reasons_away_before_the_selection(void **state)
{
    (void)state;
    struct show show;
    show_open(&show, "scenarios/quorum-crash.json");
    app_seek_time(show.app, 900 * MILLISECOND);
    press(&show, "record above");
    press(&show, "why");
    assert_true(app_has_why(show.app));
    press(&show, "back");
    assert_false(app_has_why(show.app));
    assert_int_equal(show.app->pick.kind, PICK_RECORD);
    press(&show, "back");
    assert_int_equal(show.app->pick.kind, PICK_NONE);
    show_close(&show);
}

/* A moment is all that a share line carries. */
static void who_opens_a_shared_page_of_reasons_finds_reasons_there(void **state)
{
    (void)state;
    struct show show, other;
    struct moment moment;
    show_open(&show, "scenarios/quorum-crash.json");
    app_seek_time(show.app, 900 * MILLISECOND);
    press(&show, "record above");
    press(&show, "why");
    moment_take(show.app, &moment);
    show_open(&other, "scenarios/quorum-crash.json");
    stage_seek(other.app->stage, moment.step);
    moment_show(other.app, &moment);
    assert_int_equal(other.app->inspector_page, PAGE_WHY);
    assert_true(app_has_why(other.app));
    assert_true(pick_is(other.app->pick, PICK_RECORD, show.app->pick.id));
    assert_int_equal(other.app->why.links[other.app->why_at].record.number, show.app->pick.id);
    show_close(&other);
    show_close(&show);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(why_leads_from_each_failure_to_its_labelled_cause),
        cmocka_unit_test(each_label_fits_one_step_of_the_whole_run_and_no_other),
        cmocka_unit_test(each_rule_is_needed_by_some_failure),
        cmocka_unit_test(each_rule_that_is_off_is_found_behind_what_fails_without_it),
        cmocka_unit_test(what_was_done_by_hand_is_said_to_be),
        cmocka_unit_test(the_entry_of_the_timeline_is_named),
        cmocka_unit_test(what_is_over_is_only_what_befell_it),
        cmocka_unit_test(w_goes_along_the_chain_and_stays_at_its_end),
        cmocka_unit_test(esc_takes_the_reasons_away_before_the_selection),
        cmocka_unit_test(who_opens_a_shared_page_of_reasons_finds_reasons_there),
        cmocka_unit_test(a_chain_belongs_to_its_branch),
        cmocka_unit_test(a_check_is_judged_at_the_end_without_going_there),
        cmocka_unit_test(a_check_that_holds_says_that_there_is_nothing_to_explain),
        cmocka_unit_test(what_is_still_to_come_can_be_asked_about),
        cmocka_unit_test(anything_can_be_asked_about_and_nothing_is_changed_by_it),
        cmocka_unit_test(every_failed_operation_of_every_scenario_is_led_to_a_beginning),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
