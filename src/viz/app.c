/*
 * app.c: state, input and layout of the window.
 */
#include "viz/app.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/bug.h"
#include "base/units.h"

#define TEXT_POINTS 12.0f

view *const pane_views[PANE_COUNT] = {view_ring, view_spacetime, view_inspector, view_log};

struct app *app_open(struct world *world, const struct scenario *scenario, uint64_t seed,
                     const char **why)
{
    struct app *app = calloc(1, sizeof *app);
    CHECK_WHY(app != NULL, "out of memory");
    if (!region_open(&app->scratch_region, REGION_RESERVE_PLAN, NULL, why)) {
        free(app);
        return NULL;
    }
    app->stage = stage_open(world, scenario, seed, why);
    if (!app->stage) {
        region_close(&app->scratch_region);
        free(app);
        return NULL;
    }
    app->scratch = region_create_root(&app->scratch_region, sizeof *app->scratch);
    heap_init(app->scratch, app->scratch_region.header);
    app->maximised = PANE_COUNT;
    app->text_scale = 1;
    app->speed_step = -6;
    app_say(app, "Space plays, Right steps, Left steps back. Select a node (Tab or click), then K "
                 "crashes it. ? shows every key.");
    app_moved(app);
    return app;
}

void app_close(struct app *app)
{
    stage_close(app->stage);
    region_close(&app->scratch_region);
    free(app);
}

void app_say(struct app *app, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(app->message, sizeof app->message, format, arguments);
    va_end(arguments);
    app->is_message_refusal = false;
    app->is_drawing_due = true;
}

void app_refuse(struct app *app, const char *why)
{
    app_say(app, "%s", why);
    app->is_message_refusal = true;
}

void app_moved(struct app *app)
{
    app->clock = stage_now(app->stage);
    app->is_picture_old = true;
    app->is_drawing_due = true;
}

const struct picture *app_picture(struct app *app)
{
    if (app->is_picture_old) {
        heap_drop(app->scratch);
        stage_picture(app->stage, app->scratch, &app->picture);
        app->is_picture_old = false;
    }
    return &app->picture;
}

double app_speed(const struct app *app)
{
    static const double digits[] = {1, 2, 5};
    int step = app->speed_step, decade = 0;
    double speed;
    for (; step < 0; step += 3)
        decade--;
    for (; step > 2; step -= 3)
        decade++;
    speed = digits[step];
    for (; decade > 0; decade--)
        speed *= 10;
    for (; decade < 0; decade++)
        speed /= 10;
    return speed;
}

/* Unless the person has zoomed: wide enough for the last records that are no heartbeats,
 * in powers of two so that it does not tremble. */
vtime app_span(const struct app *app)
{
    enum { RECORDS_IN_SIGHT = 120 };
    const struct tape_record *record = NULL, *back;
    uint64_t number = stage_records(app->stage);
    vtime span = MILLISECOND;
    if (app->span)
        return app->span;
    for (uint32_t seen = 0; seen < RECORDS_IN_SIGHT; number--) {
        if ((back = stage_record(app->stage, number)) == NULL)
            break;
        seen += back->letter != 'H';
        record = back;
    }
    while (record && span / 4 * 3 < app->clock - MIN(record->time, app->clock) &&
           span < app->picture.duration)
        span *= 2;
    return span;
}

static struct scene scene_of(struct app *app)
{
    app_picture(app);
    return (struct scene){.picture = &app->picture,
                          .stage = app->stage,
                          .theme = &themes[app->theme],
                          .clock = app->clock,
                          .pick = app->pick,
                          .size = TEXT_POINTS * app->text_scale,
                          .span = app_span(app),
                          .speed = app_speed(app),
                          .is_playing = app->is_playing,
                          .maximised = app->maximised,
                          .message = app->message,
                          .is_message_refusal = app->is_message_refusal,
                          .bookmarks = app->bookmarks,
                          .bookmark_count = app->bookmark_count};
}

uint32_t app_node(struct app *app)
{
    struct scene scene = scene_of(app);
    uint32_t actor = scene_actor(&scene);
    return actor < scene.picture->node_count ? actor : UINT32_MAX;
}

/* --- time ------------------------------------------------------------------------------- */

void app_seek_time(struct app *app, vtime time)
{
    vtime end = app_picture(app)->duration;
    stage_seek_time(app->stage, time < end ? time : end);
    app_moved(app);
    if (stage_next_time(app->stage) > time && time < end)
        app->clock = time > app->clock ? time : app->clock;
}

void app_tick(struct app *app, double seconds)
{
    if (!app->is_playing || seconds <= 0)
        return;
    double ahead = seconds * app_speed(app) * 1e9;
    vtime left = app_picture(app)->duration - app->clock;
    vtime clock = app->clock + (ahead < (double)left ? (vtime)ahead : left);
    if (stage_next_time(app->stage) <= clock) {
        stage_seek_time(app->stage, clock);
        app->is_picture_old = true;
    }
    app->clock = clock;
    app->is_drawing_due = true;
    if (clock >= app_picture(app)->duration) {
        app->is_playing = false;
        stage_seek(app->stage, UINT64_MAX);
        app_moved(app);
        app_say(app, "This is the end of the run. Home goes back to its beginning.");
    }
}

bool app_is_moving(const struct app *app)
{
    return app->is_playing;
}

/* --- keys --------------------------------------------------------------------------------- */

void app_run_command(struct app *app, uint32_t index)
{
    const struct app_command *command = &app_commands[index];
    const char *why = command->why_not ? command->why_not(app) : NULL;
    if (why)
        app_refuse(app, why);
    else
        command->run(app);
    app->is_drawing_due = true;
}

static uint32_t lower(uint32_t key)
{
    return key >= 'A' && key <= 'Z' ? key + 32 : key;
}

static void plain_key(struct app *app, uint32_t key, uint32_t modifiers)
{
    bool is_character = key > ' ' && key < 127;
    /* Shift is part of what a character is; only other keys have it beside them. */
    uint32_t wanted = is_character ? modifiers & MOD_CTRL : modifiers;
    for (uint32_t i = 0; i < app_command_count; i++)
        if (app_commands[i].key == lower(key) && app_commands[i].modifiers == wanted) {
            app_run_command(app, i);
            return;
        }
}

static void type_character(struct app *app, uint32_t key)
{
    size_t size = strlen(app->typed);
    if (key == KEY_BACKSPACE && size > 0)
        app->typed[size - 1] = '\0';
    else if (key >= ' ' && key < 127 && size + 1 < sizeof app->typed) {
        app->typed[size] = (char)key;
        app->typed[size + 1] = '\0';
    }
    app->chosen = 0;
}

/* "1.284s" is a time, "512" a step. */
static void go_to_typed(struct app *app)
{
    char mistake[200];
    struct text text;
    vtime time;
    text_init(&text, mistake, sizeof mistake);
    bool is_step = *app->typed && strspn(app->typed, "0123456789") == strlen(app->typed);
    if (is_step) {
        stage_seek(app->stage, strtoull(app->typed, NULL, 10));
        app_moved(app);
    } else if (units_parse_time(units_word(app->typed), &time, &text)) {
        app_seek_time(app, time);
    } else {
        app_refuse(app, mistake);
        return;
    }
    char shown[32];
    app_say(app, "at step %llu, %s", (unsigned long long)stage_step(app->stage),
            scene_time(app->clock, shown));
}

uint32_t app_palette_matches(const struct app *app, uint32_t *matches, uint32_t max)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < app_command_count && count < max; i++)
        if (strstr(app_commands[i].name, app->typed) || strstr(app_commands[i].help, app->typed))
            matches[count++] = i;
    return count;
}

static void enter_typed(struct app *app)
{
    uint32_t matches[128];
    enum app_mode mode = app->mode;
    app->mode = MODE_PLAIN;
    if (mode == MODE_GO_TO) {
        go_to_typed(app);
        return;
    }
    uint32_t count = app_palette_matches(app, matches, 128);
    if (app->chosen < count)
        app_run_command(app, matches[app->chosen]);
    else
        app_refuse(app, "no command has that in its name");
}

void app_key(struct app *app, uint32_t key, uint32_t modifiers)
{
    uint32_t matches[128];
    app->is_drawing_due = true;
    if (app->mode == MODE_PLAIN) {
        plain_key(app, key, modifiers);
    } else if (app->mode == MODE_HELP || key == KEY_ESCAPE) {
        app->mode = MODE_PLAIN;
    } else if (key == KEY_ENTER) {
        enter_typed(app);
    } else if (key == KEY_DOWN && app->mode == MODE_PALETTE) {
        app->chosen += app->chosen + 1 < app_palette_matches(app, matches, 128);
    } else if (key == KEY_UP) {
        app->chosen -= app->chosen > 0;
    } else {
        type_character(app, key);
    }
}

/* --- the pointer ---------------------------------------------------------------------------- */

static void scrub_to(struct app *app, float x)
{
    for (uint32_t i = 0; i < app->hits.count; i++) {
        const struct hit *hit = &app->hits.items[i];
        if (hit->pick.kind != PICK_SCRUB)
            continue;
        double part = (double)(x - hit->box.x) / (double)hit->box.w;
        part = part < 0 ? 0 : part > 1 ? 1 : part;
        app_seek_time(app, (vtime)(part * (double)app_picture(app)->duration));
        return;
    }
}

void app_click(struct app *app, float x, float y)
{
    struct pick pick = hits_find(&app->hits, x, y);
    app->is_drawing_due = true;
    if (app->mode != MODE_PLAIN) {
        app->mode = MODE_PLAIN;
        return;
    }
    switch (pick.kind) {
    case PICK_NONE: break;
    case PICK_COMMAND: app_run_command(app, (uint32_t)pick.id); break;
    case PICK_SCRUB:
        app->is_scrubbing = true;
        scrub_to(app, x);
        break;
    case PICK_PANE:
        app->maximised = app->maximised == pick.id ? PANE_COUNT : (uint32_t)pick.id;
        break;
    case PICK_BRANCH:
        stage_select_branch(app->stage, (uint32_t)pick.id);
        app_moved(app);
        break;
    default: app->pick = pick;
    }
}

void app_drag(struct app *app, float x, float y)
{
    (void)y;
    if (app->is_scrubbing)
        scrub_to(app, x);
}

void app_release(struct app *app)
{
    app->is_scrubbing = false;
}

/* --- layout -------------------------------------------------------------------------------- */

/* Four panes where they fit, two or one where not. Sizes are in heights of text, so that
 * large text and a small window come to the same. */
static uint32_t lay_out(const struct app *app, struct box body, float size,
                        struct box boxes[PANE_COUNT])
{
    float gap = size * 0.4f, left = body.w * 0.54f, top = body.h * 0.58f;
    bool is_small = body.w < 44 * size || body.h < 18 * size;
    memset(boxes, 0, PANE_COUNT * sizeof *boxes);
    if (app->maximised < PANE_COUNT || is_small) {
        boxes[app->maximised < PANE_COUNT ? app->maximised : PANE_RING] = body;
        return 1;
    }
    float right = body.w - left - gap, x = body.x + left + gap;
    if (body.w < 66 * size || body.h < 30 * size) {
        boxes[PANE_RING] = (struct box){body.x, body.y, left, body.h};
        boxes[PANE_INSPECTOR] = (struct box){x, body.y, right, body.h};
        return 2;
    }
    float low = body.h - top - gap, y = body.y + top + gap;
    boxes[PANE_RING] = (struct box){body.x, body.y, left, top};
    boxes[PANE_INSPECTOR] = (struct box){x, body.y, right, top};
    boxes[PANE_SPACETIME] = (struct box){body.x, y, left, low};
    boxes[PANE_LOG] = (struct box){x, y, right, low};
    return PANE_COUNT;
}

void app_draw(struct app *app, float width, float height, struct draw_list *list)
{
    struct scene scene = scene_of(app);
    struct box window = {0, 0, width, height}, boxes[PANE_COUNT];
    float size = scene.size, gap = size * 0.4f;
    float title = size * 1.9f, transport = size * 3.9f;
    struct box body = {gap, title + gap, width - 2 * gap, height - title - transport - 2 * gap};
    app->hits.count = 0;
    app->is_drawing_due = false;
    draw_clear(list);
    draw_rect(list, 0, 0, width, height, scene.theme->background);
    view_title(&scene, (struct box){0, 0, width, title}, list, &app->hits);
    if (body.w > 0 && body.h > 0) {
        lay_out(app, body, size, boxes);
        for (uint32_t i = 0; i < PANE_COUNT; i++)
            if (boxes[i].w > 0 && boxes[i].h > size * 3)
                pane_views[i](&scene, boxes[i], list, &app->hits);
    }
    view_transport(&scene, (struct box){0, height - transport, width, transport}, list, &app->hits);
    draw_clip(list, 0, 0, -1, -1);
    if (app->mode != MODE_PLAIN)
        app_draw_overlay(app, &scene, window, list);
}
