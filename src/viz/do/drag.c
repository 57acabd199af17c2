/*
 * drag.c: taking hold, moving, letting go; and what that would do to the run.
 *
 * A press becomes a drag only when the pointer has moved a little, so that a click with an
 * unsteady hand stays one.
 */
#include "viz/do/drag.h"

#include <math.h>
#include <string.h>

#include "viz/app/app.h"

#define FAR_POINTS 5

/* --- taking hold ---------------------------------------------------------------------------- */

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

static uint32_t kind_of(const struct app *app, const struct hit *hit)
{
    uint32_t pane = hits_pane(&app->hits, app->pointer.x, app->pointer.y);
    if (pane == PANE_SPACETIME && (!hit || hit->pane == PANE_SPACETIME))
        return DRAG_TIME;
    if (!hit)
        return pane == PANE_RING ? DRAG_LINE : DRAG_NONE;
    switch (hit->pick.kind) {
    case PICK_SCRUB: return DRAG_SCRUB;
    case PICK_DIVIDER: return DRAG_DIVIDER;
    case PICK_ACTOR: return hit->pane == PANE_RING ? DRAG_LINK : DRAG_NONE;
    case PICK_RECORD: return hit->pane == PANE_RING ? DRAG_MESSAGE : DRAG_NONE;
    default: return DRAG_NONE;
    }
}

void drag_begin(struct app *app, const struct hit *hit)
{
    struct pointer at = app->pointer;
    app->drag = (struct drag){.kind = kind_of(app, hit),
                              .from = hit ? hit->pick : (struct pick){PICK_NONE, 0},
                              .from_x = at.x,
                              .from_y = at.y,
                              .x = at.x,
                              .y = at.y,
                              .modifiers = at.modifiers};
    if (app->drag.kind == DRAG_SCRUB)
        scrub_to(app, at.x);
    else if (app->drag.kind == DRAG_TIME)
        timeline_grab(app);
}

void drag_move(struct app *app)
{
    struct drag *drag = &app->drag;
    drag->x = app->pointer.x;
    drag->y = app->pointer.y;
    drag->modifiers = app->pointer.modifiers;
    if (hypotf(drag->x - drag->from_x, drag->y - drag->from_y) > FAR_POINTS)
        drag->is_far = true;
    if (drag->is_far && drag->kind == DRAG_MESSAGE)
        app->is_playing = false; /* it would go on under the hand */
    if (drag->kind == DRAG_SCRUB)
        scrub_to(app, drag->x);
    else if (drag->kind == DRAG_DIVIDER && drag->is_far)
        layout_drag(&app->layout, (enum divider)drag->from.id, app->body, drag->x, drag->y);
    else if (drag->kind == DRAG_TIME && drag->is_far)
        timeline_drag(app, drag->x - drag->from_x, drag->y - drag->from_y);
    if (drag->kind != DRAG_NONE)
        app->is_drawing_due = true;
}

bool drag_is_bending(const struct drag *drag)
{
    return drag->is_far && (drag->kind == DRAG_LINK || drag->kind == DRAG_LINE ||
                            drag->kind == DRAG_MESSAGE);
}

bool drag_cancel(struct app *app)
{
    bool is_held = drag_is_bending(&app->drag);
    app->drag.kind = DRAG_NONE;
    if (is_held)
        app_say(app, "nothing was done");
    return is_held;
}

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

void drag_plan(struct app *app, struct plan *plan)
{
    plan->kind = PLAN_NOTHING;
    plan->count = 0;
    plan->words[0] = '\0';
    if (app->drag.kind == DRAG_LINK)
        plan_link(app, plan);
    else if (app->drag.kind == DRAG_MESSAGE)
        drag_plan_message(app, plan);
    else
        plan_line(app, plan);
}

/* --- letting go ----------------------------------------------------------------------------- */

static void cut_both(struct app *app, const struct plan *plan)
{
    const uint32_t members[2] = {plan->from, plan->to}, groups[2] = {0, 1};
    stage_partition(app->stage, 2, members, groups);
}

static void do_plan(struct app *app, const struct plan *plan)
{
    struct action cut = {.kind = ACTION_CUT, .target = plan->from, .other = plan->to};
    struct action postpone = {.kind = ACTION_POSTPONE,
                              .mode = POSTPONE_UNTIL,
                              .identity = plan->identity,
                              .copy = plan->copy,
                              .amount = (int64_t)plan->until};
    switch (plan->kind) {
    case PLAN_CUT: stage_do(app->stage, &cut); break;
    case PLAN_CUT_BOTH: cut_both(app, plan); break;
    case PLAN_PARTITION: stage_partition(app->stage, plan->count, plan->members, plan->side); break;
    case PLAN_POSTPONE: stage_do(app->stage, &postpone); break;
    default: app_refuse(app, plan->words); return;
    }
    uint32_t branch = stage_branch_now(app->stage);
    app_moved(app);
    app_say(app, "branch %u: %s; Ctrl+Z takes it back%s", branch,
            plan->kind == PLAN_POSTPONE ? plan->done : stage_branch_at(app->stage, branch).text,
            plan->kind == PLAN_POSTPONE ? "" : ", H heals");
}

void drag_end(struct app *app)
{
    struct plan plan;
    bool is_bending = drag_is_bending(&app->drag);
    if (is_bending)
        drag_plan(app, &plan);
    else if (app->drag.kind == DRAG_LINE)
        app->pick = (struct pick){PICK_NONE, 0};
    app->drag.kind = DRAG_NONE;
    app->is_drawing_due = true;
    if (is_bending)
        do_plan(app, &plan);
}
