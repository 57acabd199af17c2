/*
 * view_spacetime.c: a lane for each node and client, time from left to right.
 *
 *     n1     --o---------\------------o--
 *     n2     -------------o--x-----------      \ a message; x it was lost
 *     alice  ---*-----------------|------      | the present, the rest is to come
 *
 * A held message ends in two bars; a copy hangs on the sending of what it is a copy of.
 *
 * The selected record's chain of causes is drawn bold. What lies after the present is
 * drawn faint: it is known because this run has been there already. Where there are more
 * records than points, each point shows what fits; zooming in shows them all.
 */
#include <math.h>
#include <string.h>

#include "viz/views.h"

struct lanes {
    struct box box;
    float label; /* width of the names */
    float step;  /* height of a lane */
    vtime from, to;
    uint32_t first, shown; /* actors, when not all fit */
};

uint32_t causal_chain(const struct stage *stage, uint64_t number, uint64_t *chain)
{
    uint32_t count = 0;
    const struct tape_record *record;
    while (count < CHAIN_MAX && (record = stage_record(stage, number)) != NULL) {
        chain[count++] = number;
        number = record->cause;
    }
    return count;
}

static uint32_t actor_count(const struct scene *scene)
{
    return scene->picture->node_count + scene->picture->client_count;
}

static uint32_t lane_of(const struct scene *scene, uint32_t actor)
{
    if (is_client(actor))
        return scene->picture->node_count + actor - PICTURE_CLIENT_BASE;
    return actor;
}

static uint32_t actor_of(const struct scene *scene, uint32_t lane)
{
    uint32_t nodes = scene->picture->node_count;
    return lane < nodes ? lane : PICTURE_CLIENT_BASE + lane - nodes;
}

/* All lanes when they fit; else those around the selected one. */
static void choose_lanes(const struct scene *scene, struct lanes *lanes)
{
    uint32_t all = actor_count(scene);
    uint32_t room = (uint32_t)fmaxf(lanes->box.h / (scene->size * 1.15f), 1);
    uint32_t actor = scene_actor(scene);
    lanes->shown = all < room ? all : room;
    lanes->first = 0;
    if (actor != UINT32_MAX && lane_of(scene, actor) >= lanes->shown / 2 && lanes->shown < all) {
        lanes->first = lane_of(scene, actor) - lanes->shown / 2;
        if (lanes->first + lanes->shown > all)
            lanes->first = all - lanes->shown;
    }
    lanes->step = lanes->box.h / (float)lanes->shown;
}

static struct lanes lay_out(const struct scene *scene, struct box box)
{
    struct lanes lanes = {.box = box};
    size_t longest = 2;
    for (uint32_t i = 0; i < actor_count(scene); i++) {
        size_t length = strlen(scene_actor_name(scene, actor_of(scene, i)));
        longest = length > longest ? length : longest;
    }
    lanes.label = fminf((float)(longest + 1) * scene->size * DRAW_CHARACTER_WIDTH, box.w * 0.25f);
    vtime before = scene->span / 4 * 3;
    lanes.from = scene->clock > before ? scene->clock - before : 0;
    lanes.to = lanes.from + scene->span;
    choose_lanes(scene, &lanes);
    return lanes;
}

static float x_of(const struct lanes *lanes, vtime time)
{
    double part = ((double)time - (double)lanes->from) / (double)(lanes->to - lanes->from);
    return lanes->box.x + lanes->label + (float)part * (lanes->box.w - lanes->label);
}

static bool y_of(const struct scene *scene, const struct lanes *lanes, uint32_t actor, float *y)
{
    uint32_t lane = lane_of(scene, actor);
    if (actor == UINT32_MAX || lane < lanes->first || lane >= lanes->first + lanes->shown)
        return false;
    *y = lanes->box.y + ((float)(lane - lanes->first) + 0.5f) * lanes->step;
    return true;
}

static void draw_lanes(const struct scene *scene, const struct lanes *lanes, struct draw_list *list,
                       struct hits *hits)
{
    float size = fminf(scene->size, lanes->step / DRAW_LINE_HEIGHT);
    for (uint32_t i = 0; i < lanes->shown; i++) {
        uint32_t actor = actor_of(scene, lanes->first + i);
        float y = lanes->box.y + ((float)i + 0.5f) * lanes->step;
        bool is_picked = scene_actor(scene) == actor;
        struct draw_color color = is_client(actor) ? scene->theme->faint
                                                   : scene->theme->owner[actor % 8];
        struct box label = {lanes->box.x, lanes->box.y, lanes->label - size * 0.4f, lanes->box.h};
        scene_text(list, label, label.x, y - size * 0.65f, size,
                   is_picked ? scene->theme->selected : scene->theme->text,
                   scene_actor_name(scene, actor));
        draw_line(list, lanes->box.x + lanes->label, y, lanes->box.x + lanes->box.w, y,
                  is_picked ? 2 : 1, with_alpha(color, 150), is_client(actor));
        hits_add(hits, (struct box){lanes->box.x, y - lanes->step / 2, lanes->label, lanes->step},
                 PICK_ACTOR, actor);
    }
}

static bool is_in_chain(const uint64_t *chain, uint32_t count, uint64_t number)
{
    for (uint32_t i = 0; i < count; i++)
        if (chain[i] == number)
            return true;
    return false;
}

/* Along the lane, from the sending of a message to the making of a copy of it. */
static void draw_parent(const struct scene *scene, const struct lanes *lanes,
                        const struct tape_record *copy, float y, struct draw_list *list)
{
    const struct tape_record *parent = stage_record(scene->stage, copy->cause);
    if (!parent || parent->class != TAPE_SEND || parent->time == copy->time)
        return;
    float x1 = x_of(lanes, parent->time), x2 = x_of(lanes, copy->time);
    draw_line(list, x1, y, x1, y - 5, 1.5f, scene->theme->warn, false);
    draw_line(list, x1, y - 5, x2, y - 5, 1.5f, scene->theme->warn, true);
    draw_line(list, x2, y - 5, x2, y, 1.5f, scene->theme->warn, false);
}

/* A message from its sending to its end, drawn when its end is met on the tape. */
static void draw_flight(const struct scene *scene, const struct lanes *lanes,
                        const struct tape_record *end, bool is_bold, struct draw_list *list)
{
    const struct tape_record *send = stage_record(scene->stage, end->cause);
    uint32_t to = end->class == TAPE_DROP ? end->peer : end->actor;
    float y1, y2;
    if (!send || !y_of(scene, lanes, send->actor, &y1) || !y_of(scene, lanes, to, &y2))
        return;
    bool is_lost = end->class == TAPE_DROP;
    bool is_past = end->number <= stage_records(scene->stage);
    float x1 = x_of(lanes, send->time), x2 = x_of(lanes, end->time);
    if (send->class == TAPE_TOUCH) /* a copy, from what it is a copy of */
        draw_parent(scene, lanes, send, y1, list);
    struct draw_color color = is_lost ? scene->theme->bad : scene->theme->accent;
    if (is_bold)
        color = scene->theme->selected;
    else if (send->letter == 'H') /* heartbeats: many, and seldom the point */
        color = scene->theme->line;
    if (is_lost) { /* ends before the lane, in a cross */
        y2 = y1 + (y2 - y1) * 0.8f;
        draw_line(list, x2 - 4, y2 - 4, x2 + 4, y2 + 4, 2, color, false);
        draw_line(list, x2 - 4, y2 + 4, x2 + 4, y2 - 4, 2, color, false);
    }
    draw_line(list, x1, y1, x2, y2, is_bold ? 3 : 1, with_alpha(color, is_past ? 255 : 90), false);
    float size = scene->size * 0.75f;
    char letter[2] = {end->letter, '\0'};
    if (fabsf(x2 - x1) > size * 2 && lanes->step > size)
        draw_text(list, x1 + (x2 - x1) * 0.3f, y1 + (y2 - y1) * 0.3f - size * 1.2f, size,
                  ALIGN_CENTER, with_alpha(scene->theme->text, is_past ? 255 : 90), letter);
}

static void draw_marks(const struct scene *scene, const struct lanes *lanes,
                       const struct tape_record *record, float *last_x, struct draw_list *list,
                       struct hits *hits)
{
    float y, x = x_of(lanes, record->time);
    if (!y_of(scene, lanes, record->actor, &y)) {
        if (record->is_headline) /* of the world: right across */
            draw_line(list, x, lanes->box.y, x, lanes->box.y + lanes->box.h, 1, scene->theme->bad,
                      true);
        return;
    }
    bool is_picked = pick_is(scene->pick, PICK_RECORD, record->number);
    uint32_t lane = lane_of(scene, record->actor) - lanes->first;
    if (!is_picked && !record->is_headline && lane < 64 && x - last_x[lane] < 3)
        return;
    if (lane < 64)
        last_x[lane] = x;
    struct draw_color color = scene->theme->text;
    if (record->class == TAPE_FAULT || record->class == TAPE_BROKEN)
        color = scene->theme->bad;
    else if (record->class == TAPE_CURE)
        color = scene->theme->good;
    if (record->number > stage_records(scene->stage))
        color.a = 90;
    if (record->class == TAPE_FAULT) {
        draw_line(list, x - 5, y - 5, x + 5, y + 5, 2.5f, color, false);
        draw_line(list, x - 5, y + 5, x + 5, y - 5, 2.5f, color, false);
    } else if (record->class == TAPE_INVOKE || record->class == TAPE_TOLD) {
        draw_rect(list, x - 3, y - 3, 6, 6, record->is_headline ? scene->theme->bad : color);
    } else {
        draw_disc(list, x, y, record->is_headline ? 4.5f : 2, color);
    }
    if (is_picked || scene_why_mark(scene, record->number))
        draw_arc(list, x, y, 7, 0, 6.2831853f, is_picked ? 2 : 1, scene->theme->selected);
    hits_add(hits, (struct box){x - 4, y - 6, 8, 12}, PICK_RECORD, record->number);
}

static uint32_t first_from(const struct tape_record *tape, uint32_t count, vtime time)
{
    uint32_t low = 0, high = count;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (tape[middle].time < time)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void draw_records(const struct scene *scene, const struct lanes *lanes,
                         struct draw_list *list, struct hits *hits)
{
    uint32_t count, chain_count = 0;
    uint64_t chain[CHAIN_MAX];
    float last_x[64];
    const struct tape_record *tape = stage_tape(scene->stage, &count);
    if (scene->pick.kind == PICK_RECORD)
        chain_count = causal_chain(scene->stage, scene->pick.id, chain);
    for (int i = 0; i < 64; i++)
        last_x[i] = -1000;
    uint32_t first = first_from(tape, count, lanes->from);
    for (uint32_t i = first; i < count && tape[i].time <= lanes->to + scene->span / 8; i++) {
        const struct tape_record *record = &tape[i];
        if (record->class == TAPE_ARRIVE || record->class == TAPE_DROP)
            draw_flight(scene, lanes, record,
                        is_in_chain(chain, chain_count, record->number) ||
                            scene_why_mark(scene, record->number) ||
                            scene_why_mark(scene, record->cause) ||
                            (record->class == TAPE_DROP &&
                             pick_is(scene->pick, PICK_RECORD, record->cause)),
                        list);
    }
    for (uint32_t i = first; i < count && tape[i].time <= lanes->to; i++)
        draw_marks(scene, lanes, &tape[i], last_x, list, hits);
}

/* Messages whose end is not known yet. */
static void draw_in_flight(const struct scene *scene, const struct lanes *lanes,
                           struct draw_list *list)
{
    for (uint32_t i = 0; i < scene->picture->message_count; i++) {
        const struct picture_message *message = &scene->picture->messages[i];
        float y1, y2;
        if (!y_of(scene, lanes, message->from, &y1) || !y_of(scene, lanes, message->to, &y2))
            continue;
        bool is_picked = pick_is(scene->pick, PICK_RECORD, message->record);
        struct draw_color color = message->letter == 'H' ? scene->theme->line
                                                         : scene->theme->accent;
        if (is_picked)
            color = scene->theme->selected;
        float x1 = x_of(lanes, message->sent_at), x2 = x_of(lanes, message->arrives_at);
        if (message->is_held) { /* as far as it has come, and two bars in its way */
            x2 = x_of(lanes, scene->clock);
            y2 = y1 + (y2 - y1) * scene_message_part(scene, message);
            draw_rect(list, x2 - 13, y2 - 6, 3, 12, scene->theme->warn);
            draw_rect(list, x2 - 7, y2 - 6, 3, 12, scene->theme->warn);
        }
        draw_line(list, x1, y1, x2, y2, is_picked ? 3 : 1,
                  is_picked ? color : with_alpha(color, 150), true);
    }
}

void view_spacetime(const struct scene *scene, struct box box, struct draw_list *list,
                    struct hits *hits)
{
    char note[100], from[32], span[32];
    struct box room = scene_pane(scene, list, hits, box, PANE_SPACETIME, "");
    struct lanes lanes = lay_out(scene, room);
    snprintf(note, sizeof note, "from %s, %s wide (+/- zoom)", scene_time(lanes.from, from),
             scene_time(scene->span, span));
    float x = box.x + scene->size * 9;
    scene_text(list, (struct box){box.x, box.y, box.w - scene->size * 0.6f, scene->size * 1.6f}, x,
               box.y + scene->size * 0.2f, scene->size, scene->theme->faint, note);
    draw_lanes(scene, &lanes, list, hits);
    draw_clip(list, room.x + lanes.label, room.y, room.w - lanes.label, room.h);
    draw_records(scene, &lanes, list, hits);
    draw_in_flight(scene, &lanes, list);
    x = x_of(&lanes, scene->clock);
    draw_line(list, x, room.y, x, room.y + room.h, 2, scene->theme->warn, false);
    draw_clip(list, 0, 0, -1, -1);
}
