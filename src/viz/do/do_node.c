/*
 * do_node.c: what can be done to a node, its clock, its disk and its timers.
 *
 * All of it to the selected node. What a factor, an amount or a timer is chosen for is asked; the
 * bounds are those of a scenario, since every session must be readable as one.
 */
#include <stdlib.h>
#include <string.h>

#include "base/nearest.h"
#include "base/units.h"
#include "viz/app/app.h"
#include "viz/do/bend.h"
#include "viz/do/do.h"

static void do_to_node(struct app *app, uint32_t kind, int64_t amount, const char *done)
{
    struct action action = {.kind = kind, .target = app_node(app), .amount = amount};
    if (kind == ACTION_CRASH)
        action.mode = CRASH_LOSE;
    char text[160];
    snprintf(text, sizeof text, "%s %s", app_picture(app)->nodes[action.target].name, done);
    bend(app, action, text);
}

static uint8_t node_state(struct app *app)
{
    return app_picture(app)->nodes[app_node(app)].state;
}

/* --- why not -------------------------------------------------------------------------- */

const char *why_not_need_running(struct app *app)
{
    const char *why_not = why_not_need_node(app);
    if (why_not || node_state(app) == PICTURE_UP || node_state(app) == PICTURE_RECOVERING)
        return why_not;
    return node_state(app) == PICTURE_PAUSED ? "this node is paused: Z lets it go on first"
                                             : "this node is down: U starts it first";
}

const char *why_not_need_alive(struct app *app)
{
    const char *why_not = why_not_need_node(app);
    if (why_not || node_state(app) != PICTURE_DOWN)
        return why_not;
    return "this node is down already: U starts it";
}

const char *why_not_need_down(struct app *app)
{
    const char *why_not = why_not_need_node(app);
    if (why_not || node_state(app) == PICTURE_DOWN)
        return why_not;
    return "this node is running: K crashes it";
}

const char *why_not_need_not_down(struct app *app)
{
    const char *why_not = why_not_need_node(app);
    if (why_not || node_state(app) != PICTURE_DOWN)
        return why_not;
    return "this node is down: it has nothing to pause";
}

/* --- its process ---------------------------------------------------------------------- */

void do_crash(struct app *app)
{
    do_to_node(app, ACTION_CRASH, 0, "crashed: its memory and what was not synced are gone");
}

void do_restart(struct app *app)
{
    do_to_node(app, ACTION_RESTART, 0, "starts again from its disk");
}

void do_pause_or_resume(struct app *app)
{
    if (node_state(app) == PICTURE_PAUSED)
        do_to_node(app, ACTION_RESUME, 0, "goes on");
    else
        do_to_node(app, ACTION_PAUSE, 0, "stands still; its clock runs on");
}

void do_torn_crash(struct app *app)
{
    struct action action = {
        .kind = ACTION_CRASH, .target = app_node(app), .mode = CRASH_TEAR, .amount = 1};
    action.cut_bytes = 100;
    bend(app, action, "crashed in the middle of writing: its log is torn");
}

void do_kill_process(struct app *app)
{
    struct action action = {.kind = ACTION_CRASH, .target = app_node(app), .mode = CRASH_KEEP};
    bend(app, action, "only the process died: the disk keeps what was not synced");
}

/* --- its speed ------------------------------------------------------------------------ */

#define SLOWEST 10000 /* as in a scenario */

static void answer_slow(struct app *app, const char *answer)
{
    char *end, text[100];
    unsigned long factor = strtoul(answer, &end, 10);
    end += strspn(end, " x");
    const char *why_not = why_not_need_running(app);
    if (why_not) {
        app_refuse(app, why_not);
        return;
    }
    if (*answer < '0' || *answer > '9' || *end != '\0' || factor < 1 || factor > SLOWEST) {
        app_ask_again(app, answer, "expected a whole number from 1 to %d, such as 10", SLOWEST);
        return;
    }
    if (factor == 1)
        snprintf(text, sizeof text, "works at its own speed again");
    else
        snprintf(text, sizeof text, "takes %lu times as long for everything", factor);
    do_to_node(app, ACTION_SLOW, (int64_t)factor, text);
}

void do_slow(struct app *app)
{
    bend_ask(app, "How many times as slow are its processor and disk? 1 is their own speed:", "10",
             answer_slow);
}

void do_full_speed(struct app *app)
{
    do_to_node(app, ACTION_SLOW, 1, "works at its own speed again");
}

/* --- its clock ------------------------------------------------------------------------ */

#define LONGEST_JUMP (240 * INT64_C(3600) * (int64_t)SECOND) /* as in a scenario */
#define FASTEST_PPB  INT64_C(500000000)

void do_jump_clock(struct app *app)
{
    do_to_node(app, ACTION_CLOCK_JUMP, 5 * (int64_t)SECOND, "has a clock that jumped by +5 s");
}

void do_jump_clock_back(struct app *app)
{
    do_to_node(app, ACTION_CLOCK_JUMP, -5 * (int64_t)SECOND, "has a clock that jumped by -5 s");
}

void do_drift(struct app *app)
{
    do_to_node(app, ACTION_CLOCK_DRIFT, 100000000, "has a clock that gains 10 % from now on");
}

static void jump_by(struct app *app, const char *answer, const char *word)
{
    char done[100], wrong[200];
    struct text mistake, text;
    int64_t span;
    text_init(&mistake, wrong, sizeof wrong);
    if (!units_parse_span(units_word(word), &span, &mistake)) {
        app_ask_again(app, answer, "%s", wrong);
        return;
    }
    if (span < -LONGEST_JUMP || span > LONGEST_JUMP) {
        app_ask_again(app, answer, "a clock jumps by at most 240h");
        return;
    }
    text_init(&text, done, sizeof done);
    text_str(&text, "has a clock that jumped by ");
    text_span(&text, span);
    do_to_node(app, ACTION_CLOCK_JUMP, span, done);
}

static void drift_by(struct app *app, const char *answer, const char *word)
{
    char done[100], wrong[200];
    struct text mistake, text;
    int64_t drift;
    text_init(&mistake, wrong, sizeof wrong);
    if (!units_parse_drift(units_word(word), &drift, &mistake)) {
        app_ask_again(app, answer, "%s", wrong);
        return;
    }
    if (drift < -FASTEST_PPB || drift > FASTEST_PPB) {
        app_ask_again(app, answer, "a clock drifts by at most 50%%");
        return;
    }
    text_init(&text, done, sizeof done);
    text_str(&text, "has clocks that drift by ");
    text_drift(&text, drift);
    do_to_node(app, ACTION_CLOCK_DRIFT, drift, done);
}

static bool ends_in(const char *text, const char *end)
{
    size_t size = strlen(text), end_size = strlen(end);
    return size >= end_size && strcmp(text + size - end_size, end) == 0;
}

/* "+5s" jumps, "drift +100ppm" or "+100ppm" drifts. */
static void answer_clock(struct app *app, const char *answer)
{
    const char *word = answer + strspn(answer, " ");
    const char *why_not = why_not_need_node(app);
    bool is_drift = ends_in(word, "ppm") || ends_in(word, "ppb") || ends_in(word, "%");
    if (why_not) {
        app_refuse(app, why_not);
    } else if (strncmp(word, "drift", 5) == 0) {
        word += 5;
        drift_by(app, answer, word + strspn(word, " "));
    } else if (is_drift) {
        drift_by(app, answer, word);
    } else {
        jump_by(app, answer, word);
    }
}

void do_change_clock(struct app *app)
{
    bend_ask(app, "By how much does its clock jump: +5s, -200ms? Or gain from now on: drift "
                  "+100ppm?", "+5s", answer_clock);
}

/* --- its disk ------------------------------------------------------------------------- */

void do_fill_disk(struct app *app)
{
    do_to_node(app, ACTION_DISK_FULL, 0, "has a disk without a free byte");
}

void do_free_disk(struct app *app)
{
    do_to_node(app, ACTION_DISK_FREE, 0, "has room on its disk again");
}

void do_rot(struct app *app)
{
    uint32_t branch = stage_rot(app->stage, app_node(app));
    bend_tell(app, branch, "one bit of its log has flipped, if there is one; a restart reads it");
}

/* --- its timers ----------------------------------------------------------------------- */

static const char *const timer_words[] = {[PICTURE_TIMER_OPERATION] = "operation",
                                          [PICTURE_TIMER_HEARTBEAT] = "heartbeat",
                                          [PICTURE_TIMER_LOG_SYNC] = "log_sync",
                                          [PICTURE_TIMER_TOPOLOGY] = "topology",
                                          [PICTURE_TIMER_SPECULATE] = "speculate",
                                          [PICTURE_TIMER_REPAIR] = "repair",
                                          [PICTURE_TIMER_TOMBSTONES] = "tombstones",
                                          [PICTURE_TIMER_HINTS] = "hints",
                                          [PICTURE_TIMER_HINT_BATCH] = "hint_batch",
                                          [PICTURE_TIMER_GOSSIP] = "gossip",
                                          [PICTURE_TIMER_RANGES] = "ranges",
                                          [PICTURE_TIMER_PROBE] = "probe",
                                          [PICTURE_TIMER_SUSPICION] = "suspicion",
                                          [PICTURE_TIMER_SPREAD] = "spread"};
#define TIMER_WORDS (sizeof timer_words / sizeof timer_words[0])

/* The first one of a kind that the node has set, or NULL. */
static const struct picture_timer *find_timer(struct app *app, uint32_t kind)
{
    const struct picture *picture = app_picture(app);
    uint32_t node = app_node(app);
    for (uint32_t i = 0; i < picture->timer_count; i++)
        if (picture->timers[i].owner == node && picture->timers[i].kind == kind)
            return &picture->timers[i];
    return NULL;
}

/* The one that is due first, and how many kinds there are. */
static const struct picture_timer *first_timer(struct app *app, uint32_t *kinds)
{
    const struct picture_timer *first = NULL;
    *kinds = 0;
    for (uint32_t kind = 0; kind < TIMER_WORDS; kind++) {
        const struct picture_timer *timer = find_timer(app, kind);
        *kinds += timer != NULL;
        if (timer && (!first || timer->due_at < first->due_at))
            first = timer;
    }
    return first;
}

const char *why_not_need_timer(struct app *app)
{
    uint32_t kinds;
    const char *why_not = why_not_need_node(app);
    if (why_not)
        return why_not;
    if (node_state(app) == PICTURE_DOWN)
        return "this node is down: it has no timers";
    return first_timer(app, &kinds) ? NULL : "this node has set no timer that could fire";
}

static void fire(struct app *app, const struct picture_timer *timer)
{
    char done[160], span[32];
    vtime early = timer->due_at - stage_now(app->stage);
    snprintf(done, sizeof done, "%s's %s timer fired %s before it was due",
             app_picture(app)->nodes[timer->owner].name, timer_words[timer->kind],
             scene_time(early, span));
    bend_tell(app, stage_fire_timer(app->stage, timer), done);
}

static void answer_timer(struct app *app, const char *answer)
{
    const char *why_not = why_not_need_timer(app);
    char hint[120] = "", word[64];
    struct text text;
    snprintf(word, sizeof word, "%.*s", (int)strcspn(answer, " "), answer);
    struct nearest nearest = nearest_to(units_word(word));
    if (why_not) {
        app_refuse(app, why_not);
        return;
    }
    for (uint32_t kind = 0; kind < TIMER_WORDS; kind++) {
        const struct picture_timer *timer = find_timer(app, kind);
        if (timer && strcmp(word, timer_words[kind]) == 0) {
            fire(app, timer);
            return;
        }
        if (timer)
            nearest_offer_string(&nearest, timer_words[kind]);
    }
    text_init(&text, hint, sizeof hint);
    nearest_suggest(&text, &nearest);
    app_ask_again(app, answer, "it has set no timer \"%s\"%s", word, hint);
}

void do_fire_timer(struct app *app)
{
    uint32_t kinds;
    const struct picture_timer *first = first_timer(app, &kinds);
    if (kinds == 1)
        fire(app, first);
    else
        bend_ask(app, "Which of its timers fires now: operation, heartbeat, log_sync or topology?",
                 timer_words[first->kind], answer_timer);
}
