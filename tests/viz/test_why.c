/*
 * test_why.c: W, pressed until nothing is before it, ends at the step that is to blame.
 *
 * The failures and their causes stand in why_labels.def. All is done with the window's own keys:
 * a thing is selected, W is pressed, and what is selected then must be the labelled record.
 */
#include "viz/show.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/units.h"
#include "sim/view.h"

enum start { OP, CHECK, NODE, KEY, CELL, FIRST, LAST };

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

struct kind {
    const char *name;
    bool is_failure; /* a client gave up or was told of a timeout */
};

static bool is_of_kind(const struct tape_record *record, const void *host)
{
    const struct kind *kind = host;
    const char *name = stage_kind_name(record);
    if (kind->is_failure)
        return strcmp(name, "give_up") == 0 || (strcmp(name, "told") == 0 && record->is_headline);
    return strcmp(name, kind->name) == 0;
}

static void select_start(struct show *show, const struct label *label)
{
    struct tape_record record;
    const char *at = strchr(label->of, '@');
    struct kind kind = {label->of, strcmp(label->of, "give_up_or_timeout") == 0};
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(why_leads_from_each_failure_to_its_labelled_cause),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
