/*
 * drag_plan.c: what letting go here would do to the run, and in which words that is said.
 *
 * The plan is made from what lies under the pointer and from where the nodes stand in the ring;
 * nothing is changed. What is not possible has words as well: what to do instead, or why not.
 */
#include "viz/drag.h"

#include <math.h>
#include <string.h>

#include "viz/app.h"
#include "viz/things.h"

/* --- the plan of a link --------------------------------------------------------------------- */

static bool is_cut(const struct picture *picture, uint32_t from, uint32_t to)
{
    for (uint32_t i = 0; i < picture->cut_count; i++)
        if (picture->cuts[i].from == from && picture->cuts[i].to == to)
            return true;
    return false;
}

static void plan_ways(struct app *app, struct plan *plan)
{
    const struct picture *picture = app_picture(app);
    bool is_there = is_cut(picture, plan->from, plan->to);
    bool is_back = is_cut(picture, plan->to, plan->from);
    bool has_client = is_client(plan->from) || is_client(plan->to);
    plan->kind = is_there && is_back                               ? PLAN_NOTHING
                 : has_client || (app->drag.modifiers & MOD_SHIFT) ? PLAN_CUT_BOTH
                                                                   : PLAN_CUT;
    if (plan->kind == PLAN_CUT && is_there) { /* a second drag takes the way back, too */
        uint32_t from = plan->from;
        plan->from = plan->to;
        plan->to = from;
    }
}

static void plan_link(struct app *app, struct plan *plan)
{
    struct scene scene = app_scene(app);
    struct pick under = hits_find(&app->hits, app->drag.x, app->drag.y);
    plan->from = (uint32_t)app->drag.from.id;
    plan->to = (uint32_t)under.id;
    const char *from = scene_actor_name(&scene, plan->from);
    if (under.kind != PICK_ACTOR || plan->to == plan->from) {
        snprintf(plan->words, sizeof plan->words,
                 "from %s: let go on another node to cut the way there; Esc: nothing", from);
        return;
    }
    if (is_client(plan->from) && is_client(plan->to)) {
        snprintf(plan->words, sizeof plan->words, "clients do not speak to one another");
        return;
    }
    plan_ways(app, plan);
    from = scene_actor_name(&scene, plan->from);
    const char *to = scene_actor_name(&scene, plan->to);
    if (plan->kind == PLAN_NOTHING)
        snprintf(plan->words, sizeof plan->words,
                 "%s and %s are cut off both ways already; a click on ## heals", from, to);
    else if (plan->kind == PLAN_CUT_BOTH)
        snprintf(plan->words, sizeof plan->words,
                 "let go: nothing passes between %s and %s, both ways; Esc: nothing", from, to);
    else
        snprintf(plan->words, sizeof plan->words,
                 "let go: nothing gets from %s to %s (Shift: both ways); Esc: nothing", from, to);
}

/* --- the plan of a line across the ring ----------------------------------------------------- */

/* Which side of the line from where the drag began to where it is? */
static uint32_t side_of(const struct drag *drag, float x, float y)
{
    float cross = (drag->x - drag->from_x) * (y - drag->from_y) -
                  (drag->y - drag->from_y) * (x - drag->from_x);
    return cross > 0;
}

static bool is_member(const struct plan *plan, uint32_t address)
{
    for (uint32_t i = 0; i < plan->count; i++)
        if (plan->members[i] == address)
            return true;
    return false;
}

/* A is where the first node is, as in the ring afterwards. */
static void letter_sides(struct plan *plan)
{
    uint32_t first = 0;
    for (uint32_t i = 1; i < plan->count; i++)
        if (plan->members[i] < plan->members[first])
            first = i;
    for (uint32_t i = 0, flip = plan->count ? plan->side[first] : 0; i < plan->count; i++)
        plan->side[i] ^= flip;
}

/* All that stand in the ring, nodes and (with Shift) clients. */
static void take_sides(struct app *app, struct plan *plan, uint32_t sizes[2])
{
    bool with_clients = app->drag.modifiers & MOD_SHIFT;
    for (uint32_t i = 0; i < app->hits.count && plan->count < PLAN_MEMBERS_MAX; i++) {
        const struct hit *hit = &app->hits.items[i];
        uint32_t address = (uint32_t)hit->pick.id;
        if (hit->pick.kind != PICK_ACTOR || hit->pane != PANE_RING ||
            (is_client(address) && !with_clients) || is_member(plan, address))
            continue;
        uint32_t side =
            side_of(&app->drag, hit->box.x + hit->box.w / 2, hit->box.y + hit->box.h / 2);
        plan->members[plan->count] = address;
        plan->side[plan->count++] = side;
        sizes[side] += !is_client(address);
    }
    letter_sides(plan);
}

static void write_side(struct app *app, const struct plan *plan, uint32_t side, struct text *text)
{
    enum { NAMES_MAX = 6 };
    struct scene scene = app_scene(app);
    uint32_t count = 0;
    for (uint32_t i = 0; i < plan->count; i++) {
        if (plan->side[i] != side)
            continue;
        if (count++ >= NAMES_MAX)
            continue;
        text_str(text, count > 1 ? " " : "");
        text_str(text, scene_actor_name(&scene, plan->members[i]));
    }
    if (count > NAMES_MAX) {
        text_str(text, " and ");
        text_u64(text, count - NAMES_MAX);
        text_str(text, " more");
    }
}

static void plan_line(struct app *app, struct plan *plan)
{
    uint32_t sizes[2] = {0, 0};
    struct text text;
    take_sides(app, plan, sizes);
    text_init(&text, plan->words, sizeof plan->words);
    if (sizes[0] == 0 || sizes[1] == 0) {
        text_str(&text, "draw the line between nodes: it parts those on one side from those on "
                        "the other; Esc: nothing");
        return;
    }
    plan->kind = PLAN_PARTITION;
    text_str(&text, "let go: no message passes between A (");
    write_side(app, plan, 0, &text);
    text_str(&text, ") and B (");
    write_side(app, plan, 1, &text);
    text_str(&text, app->drag.modifiers & MOD_SHIFT
                        ? "); clients keep to their side; Esc: nothing"
                        : "); clients reach both (Shift: only their side); Esc: nothing");
}

/* --- the plan of a message ------------------------------------------------------------------ */

/* Two digits are enough for a hand: 4213077 ns is 4.2 ms. */
static vtime rounded(double time)
{
    double unit = 1;
    while (time / unit >= 100)
        unit *= 10;
    return (vtime)(floor(time / unit + 0.5) * unit);
}

/* How far back on its way it was pulled, as a part of the way; below 0: forward. */
static float pulled_back(struct app *app, const struct picture_message *message)
{
    const struct hit *from = drag_in_ring(app, message->from), *to = drag_in_ring(app, message->to);
    if (!from || !to)
        return 0;
    float dx = to->box.x + to->box.w / 2 - from->box.x - from->box.w / 2;
    float dy = to->box.y + to->box.h / 2 - from->box.y - from->box.h / 2;
    float x = app->drag.x - app->drag.from_x, y = app->drag.y - app->drag.from_y;
    float length = fmaxf(hypotf(dx, dy), 1);
    return -(x * dx + y * dy) / (length * length);
}

/* A little back is a little later, all the way back a thousand times as long as its way: so one
 * hand reaches from a hair to a second. */
static void plan_message(struct app *app, struct plan *plan)
{
    const struct picture_message *message = thing_message(app, app->drag.from);
    struct scene scene = app_scene(app);
    char later[32], then[32];
    if (!message) {
        snprintf(plan->words, sizeof plan->words, "this message has arrived by now");
        return;
    }
    float back = fminf(pulled_back(app, message), 1);
    if (back <= 0.01f) {
        snprintf(plan->words, sizeof plan->words,
                 "pull it back towards %s: the further, the later it arrives; Esc: nothing",
                 scene_actor_name(&scene, message->from));
        return;
    }
    plan->kind = PLAN_POSTPONE;
    plan->from = message->from;
    plan->to = message->to;
    plan->by = rounded((double)message->way * (pow(10, 3 * (double)back) - 1));
    snprintf(plan->words, sizeof plan->words,
             "let go: this %s arrives %s later, at %s; Esc: nothing", message->name,
             scene_time(plan->by, later), scene_time(message->arrives_at + plan->by, then));
}

const struct hit *drag_in_ring(const struct app *app, uint32_t address)
{
    for (uint32_t i = 0; i < app->hits.count; i++)
        if (pick_is(app->hits.items[i].pick, PICK_ACTOR, address) &&
            app->hits.items[i].pane == PANE_RING)
            return &app->hits.items[i];
    return NULL;
}

void drag_plan(struct app *app, struct plan *plan)
{
    plan->kind = PLAN_NOTHING;
    plan->count = 0;
    plan->words[0] = '\0';
    switch (app->drag.kind) {
    case DRAG_LINK: plan_link(app, plan); break;
    case DRAG_MESSAGE: plan_message(app, plan); break;
    default: plan_line(app, plan);
    }
}
