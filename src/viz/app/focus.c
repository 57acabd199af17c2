/*
 * focus.c: where the keyboard is (see focus.h).
 */
#include "viz/app/focus.h"

#include "viz/app/app.h"

#define EDGE_STEP 0.02f

/* --- things, in their order ----------------------------------------------------------------- */

static uint32_t thing_count(const struct picture *picture)
{
    return picture->node_count + picture->client_count + picture->message_count +
           picture->key_count;
}

static struct pick thing_at(const struct picture *picture, uint32_t index)
{
    if (index < picture->node_count)
        return (struct pick){PICK_ACTOR, index};
    index -= picture->node_count;
    if (index < picture->client_count)
        return (struct pick){PICK_ACTOR, PICTURE_CLIENT_BASE + index};
    index -= picture->client_count;
    if (index < picture->message_count)
        return (struct pick){PICK_RECORD, picture->messages[index].record};
    return (struct pick){PICK_KEY, index - picture->message_count};
}

/* --- controls, as they were drawn ------------------------------------------------------------ */

static bool is_control(struct pick pick)
{
    switch (pick.kind) {
    case PICK_COMMAND:
    case PICK_PAGE:
    case PICK_BRANCH:
    case PICK_PANE:
    case PICK_CHECK:
    case PICK_WHY:
    case PICK_METRIC:
    case PICK_DIVIDER:
    case PICK_SCRUB: return true;
    default: return false;
    }
}

/* The next hit that is a control, from `at` on; the count of hits when there is none. */
static uint32_t next_control(const struct hits *hits, uint32_t at)
{
    while (at < hits->count && !is_control(hits->items[at].pick))
        at++;
    return at;
}

static uint32_t control_count(const struct hits *hits)
{
    uint32_t count = 0;
    for (uint32_t i = next_control(hits, 0); i < hits->count; i = next_control(hits, i + 1))
        count++;
    return count;
}

static struct pick control_at(const struct hits *hits, uint32_t index)
{
    uint32_t i = next_control(hits, 0);
    while (index-- > 0)
        i = next_control(hits, i + 1);
    return hits->items[i].pick;
}

/* --- walking -------------------------------------------------------------------------------- */

/* Among things first and controls then; `count` when it is at none. */
static uint32_t place_now(struct app *app, uint32_t things, uint32_t controls)
{
    const struct picture *picture = app_picture(app);
    if (app->focus.kind != PICK_NONE) {
        for (uint32_t i = 0; i < controls; i++) {
            struct pick pick = control_at(&app->hits, i);
            if (pick_is(app->focus, pick.kind, pick.id))
                return things + i;
        }
        return things + controls;
    }
    for (uint32_t i = 0; i < things; i++) {
        struct pick pick = thing_at(picture, i);
        if (pick_is(app->pick, pick.kind, pick.id))
            return i;
    }
    return things + controls;
}

static void go_to(struct app *app, uint32_t at, uint32_t things)
{
    app->focus = (struct pick){PICK_NONE, 0};
    if (at < things)
        app->pick = thing_at(app_picture(app), at);
    else
        app->focus = control_at(&app->hits, at - things);
}

void focus_step(struct app *app, bool is_forward)
{
    uint32_t things = thing_count(app_picture(app)), controls = control_count(&app->hits);
    uint32_t count = things + controls, at = place_now(app, things, controls);
    if (count == 0)
        return;
    if (at == count)
        at = is_forward ? 0 : count - 1;
    else
        at = (at + (is_forward ? 1 : count - 1)) % count;
    go_to(app, at, things);
}

void focus_next_kind(struct app *app)
{
    const struct picture *picture = app_picture(app);
    uint32_t things = thing_count(picture), controls = control_count(&app->hits);
    uint32_t at = place_now(app, things, controls), end = 0, next = 0;
    const uint32_t counts[] = {picture->node_count, picture->client_count, picture->message_count,
                               picture->key_count, controls};
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        end += counts[i];
        if (at < end && next == 0)
            next = end;
    }
    if (end > 0)
        go_to(app, next < end ? next : 0, things);
}

/* From control to control, round and round. */
static void step_control(struct app *app, bool is_forward)
{
    uint32_t controls = control_count(&app->hits), at = place_now(app, 0, controls);
    if (controls == 0)
        return;
    at = at == controls ? 0 : (at + (is_forward ? 1 : controls - 1)) % controls;
    app->focus = control_at(&app->hits, at);
}

static bool move_edge(struct app *app, uint32_t key)
{
    bool is_columns = app->focus.id == DIVIDER_COLUMNS;
    float by = key == (is_columns ? KEY_LEFT : KEY_UP)      ? -EDGE_STEP
               : key == (is_columns ? KEY_RIGHT : KEY_DOWN) ? EDGE_STEP
                                                            : 0;
    if (by == 0)
        return false;
    float *share = &app->layout.split[app->focus.id];
    *share = *share + by < 0.1f ? 0.1f : *share + by > 0.9f ? 0.9f : *share + by;
    return true;
}

bool focus_key(struct app *app, uint32_t key, uint32_t modifiers)
{
    if (app->focus.kind == PICK_NONE || modifiers != 0)
        return false;
    if (app->focus.kind == PICK_DIVIDER && move_edge(app, key))
        return true;
    switch (key) {
    case KEY_ENTER:
    case ' ': app_activate(app, app->focus); return true;
    case KEY_ESCAPE: app->focus = (struct pick){PICK_NONE, 0}; return true;
    case KEY_RIGHT:
    case KEY_LEFT:
        if (app->focus.kind == PICK_SCRUB)
            return false; /* they step through time, as ever */
        step_control(app, key == KEY_RIGHT);
        return true;
    case KEY_DOWN:
    case KEY_UP: step_control(app, key == KEY_DOWN); return true;
    default: return false;
    }
}

void focus_draw(const struct app *app, const struct scene *scene, struct draw_list *list)
{
    enum { AWAY = 2 };
    for (uint32_t i = 0; i < app->hits.count; i++) {
        struct box box = app->hits.items[i].box;
        if (app->focus.kind == PICK_NONE ||
            !pick_is(app->hits.items[i].pick, app->focus.kind, app->focus.id))
            continue;
        draw_frame(list, box.x - AWAY, box.y - AWAY, box.w + 2 * AWAY, box.h + 2 * AWAY, 2,
                   scene->theme->background);
        draw_frame(list, box.x - 1, box.y - 1, box.w + 2, box.h + 2, 2, scene->theme->selected);
        return;
    }
}
