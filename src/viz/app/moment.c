/*
 * moment.c: taking and showing a moment.
 */
#include "viz/app/moment.h"

#include <string.h>

static const char *const pick_words[] = {
    [PICK_ACTOR] = "actor", [PICK_KEY] = "key", [PICK_RECORD] = "record",
    [PICK_CELL] = "cell",   [PICK_CHECK] = "check", [PICK_CUT] = "cut"};

#define PICK_WORDS (sizeof pick_words / sizeof pick_words[0])

const char *moment_pick_word(uint32_t kind)
{
    return kind < PICK_WORDS ? pick_words[kind] : NULL;
}

uint32_t moment_pick_kind(const char *word)
{
    for (uint32_t i = 0; i < PICK_WORDS; i++)
        if (pick_words[i] && strcmp(pick_words[i], word) == 0)
            return i;
    return PICK_NONE;
}

void moment_take(const struct app *app, struct moment *moment)
{
    *moment = (struct moment){.step = stage_step(app->stage),
                              .time = stage_now(app->stage),
                              .is_over = stage_is_over(app->stage),
                              .clock = app->clock,
                              .pick = app->pick,
                              .panes = app->layout.panes,
                              .maximised = app->maximised,
                              .inspector_page = app->inspector_page,
                              .ring_colours = app->ring_colours,
                              .ring_sheet = app->ring_sheet,
                              .span = app->timeline.span,
                              .from = app->timeline.is_held ? app->timeline.from : 0,
                              .is_held = app->timeline.is_held};
    snprintf(moment->filter, sizeof moment->filter, "%s", app->log.filter.text);
    if (!moment_pick_word(app->pick.kind))
        moment->pick = (struct pick){PICK_NONE, 0};
}

static bool is_cut(const struct picture *picture, uint64_t id)
{
    for (uint32_t i = 0; i < picture->cut_count; i++)
        if (((uint64_t)picture->cuts[i].from << 32 | picture->cuts[i].to) == id)
            return true;
    return false;
}

static bool is_there(struct app *app, struct pick pick)
{
    const struct picture *picture = app_picture(app);
    switch (pick.kind) {
    case PICK_ACTOR:
        return pick.id < picture->node_count ||
               (pick.id >= PICTURE_CLIENT_BASE &&
                pick.id - PICTURE_CLIENT_BASE < picture->client_count);
    case PICK_KEY: return pick.id < picture->key_count;
    case PICK_RECORD: return stage_record(app->stage, pick.id) != NULL;
    case PICK_CELL:
        return pick.id >> 32 < picture->key_count && (uint32_t)pick.id < picture->node_count;
    case PICK_CHECK: return pick.id < picture->check_count;
    case PICK_CUT: return is_cut(picture, pick.id);
    default: return false;
    }
}

void moment_show(struct app *app, const struct moment *moment)
{
    vtime next = stage_next_time(app->stage);
    app_moved(app);
    app->is_playing = false;
    if (moment->clock > app->clock && moment->clock < next)
        app->clock = moment->clock < app_picture(app)->duration ? moment->clock
                                                                : app_picture(app)->duration;
    app->pick = is_there(app, moment->pick) ? moment->pick : (struct pick){PICK_NONE, 0};
    if (moment->panes > 0 && moment->panes < 1u << PANE_COUNT)
        app->layout.panes = moment->panes;
    app->maximised = moment->maximised < PANE_COUNT ? moment->maximised : PANE_COUNT;
    app->ring_colours = moment->ring_colours < RING_COLOURS_COUNT ? moment->ring_colours : 0;
    app->ring_sheet = moment->ring_sheet < RING_SHEET_COUNT ? moment->ring_sheet : 0;
    app->inspector_page = moment->inspector_page < PAGE_COUNT ? moment->inspector_page : 0;
    char ignored[300];
    struct text mistake;
    text_init(&mistake, ignored, sizeof ignored);
    app_filter_log(app, moment->filter, &mistake);
    if (moment->span == 0 || moment->span >= TIMELINE_SPAN_LEAST)
        app->timeline.span = moment->span;
    timeline_show(app, moment->is_held ? moment->from : VTIME_NEVER);
    if (app->inspector_page == PAGE_WHY) /* whoever shared the moment saw reasons there */
        app_find_why(app);
}
