/*
 * spacetime_flights.c: messages, from their sending to their end.
 *
 *     o                    o                 o               what is still to come is faint; where
 *      \                    \                 \              a message will be, dashed
 *       \                    \                 ‖- - - ‖
 *        o  arrives           x  is lost      held    \  goes on
 *
 * Every message whose way crosses the time in sight is drawn, also one that was sent long before
 * and arrives long after. Of many that lie upon the same points one is drawn. Heartbeats are
 * thin: there are many, and they are seldom the point.
 */
#include <math.h>
#include <string.h>

#include "viz/spacetime/spacetime.h"

/* Lines drawn already, by where they lie, so that none is drawn twice. */
#define SEEN_SLOTS 4096

struct painter {
    struct diagram *d;
    bool is_naming; /* letters, in a second pass above all lines */
    bool are_many;  /* thin lines, so that one sees where there are more of them */
    uint32_t drawn;
    uint64_t seen[SEEN_SLOTS];
};

/* More lines than these are drawn as hairs. */
#define MANY 300

/* So many lines may there be for letters to be looked for a place; and so few that also a steep
 * one gets its letter. */
#define NAMED_MAX 900
#define FEW       120

struct way {
    const struct tape_record *flight;
    struct tape_point points[TAPE_POINTS_MAX];
    uint32_t count;
    bool is_beat, is_lost, is_bold, is_about; /* about: of the selected request */
};

static const struct picture_message *in_flight(const struct diagram *d, uint64_t record)
{
    const struct picture *picture = d->scene->picture;
    for (uint32_t i = 0; i < picture->message_count; i++)
        if (picture->messages[i].record == record)
            return &picture->messages[i];
    return NULL;
}

/* Where a message is held stays clear of both lanes, where it would be hidden. */
static uint32_t part_at(const struct tape_point *point)
{
    const uint32_t least = TAPE_WAY / 7;
    bool is_held = point->moment == TAPE_HELD || point->moment == TAPE_RELEASED ||
                   point->moment == TAPE_STUCK;
    if (!is_held)
        return point->part;
    return point->part < least               ? least
           : point->part > TAPE_WAY - least ? TAPE_WAY - least
                                            : point->part;
}

static float y_at(const struct diagram *d, const struct way *way, uint32_t part)
{
    float from = diagram_y(d, (float)diagram_lane(d, way->flight->actor));
    float to = diagram_y(d, (float)diagram_lane(d, way->flight->peer));
    float share = (float)part / (float)TAPE_WAY;
    if (way->is_lost) /* it does not reach the lane */
        share *= 0.86f;
    return from + (to - from) * share;
}

static uint64_t selected_request(const struct diagram *d)
{
    const struct tape_record *record = NULL;
    if (d->scene->pick.kind == PICK_RECORD && d->tape)
        record = tape_find(d->tape, d->scene->pick.id);
    return record ? record->about : 0;
}

static struct way way_of(const struct diagram *d, const struct tape_record *flight)
{
    struct way way = {.flight = flight};
    way.count = tape_way(d->tape, flight, way.points);
    const struct tape_point *last = &way.points[way.count - 1];
    way.is_beat = flight->letter == 'H';
    way.is_lost = last->moment == TAPE_LOST;
    way.is_bold = !d->is_ghost && (diagram_in_chain(d, flight->number) ||
                                   (last->number && diagram_in_chain(d, last->number)));
    return way;
}

static struct draw_color color_of(const struct diagram *d, const struct way *way)
{
    const struct theme *theme = d->scene->theme;
    if (d->is_ghost)
        return theme->warn;
    if (way->is_bold)
        return theme->selected;
    if (way->is_lost)
        return way->is_beat ? theme->faint : theme->bad;
    return way->is_beat ? theme->faint : theme->accent;
}

/* Has a line of this look been drawn between these points? */
static bool was_drawn(struct painter *painter, const struct way *way)
{
    const struct diagram *d = painter->d;
    const struct tape_point *last = &way->points[way->count - 1];
    double x1 = diagram_x(d, way->points[0].time), x2 = diagram_x(d, last->time);
    if (way->is_bold || way->count > 2)
        return false;
    uint64_t look = (uint64_t)way->is_lost << 1 | way->is_beat;
    uint64_t place = (uint64_t)(int64_t)floor(x1 * 2) * 1000003u + (uint64_t)(int64_t)floor(x2 * 2);
    uint64_t ends = (uint64_t)way->flight->actor << 20 ^ way->flight->peer;
    uint64_t key = (place ^ ends << 24 ^ look << 60) * UINT64_C(0x9e3779b97f4a7c15) | 1;
    uint64_t *slot = &painter->seen[key >> 52];
    if (*slot == key)
        return true;
    *slot = key;
    return false;
}

/* The piece between two points, in the past and after it. */
static void draw_piece(struct diagram *d, const struct way *way, uint32_t at, float width,
                       struct draw_color color)
{
    const struct tape_point *a = &way->points[at], *b = &way->points[at + 1];
    vtime end = b->moment == TAPE_STUCK ? (d->known > d->scene->clock ? d->known : d->scene->clock)
                                        : b->time;
    double x1 = diagram_x(d, a->time), x2 = diagram_x(d, end);
    float y1 = y_at(d, way, part_at(a)), y2 = y_at(d, way, part_at(b));
    bool is_waiting = a->moment == TAPE_HELD || (a->part == b->part && at > 0);
    vtime now = d->scene->clock;
    if (d->is_ghost) {
        diagram_line(d, x1, y1, x2, y2, 1, color, true);
        return;
    }
    if (end <= now) {
        diagram_line(d, x1, y1, x2, y2, width, color, is_waiting);
        return;
    }
    struct draw_color faint = with_alpha(color, color.a / 3 + 20);
    if (a->time >= now) {
        diagram_line(d, x1, y1, x2, y2, width, faint, is_waiting || b->number == 0);
        return;
    }
    double middle = diagram_x(d, now);
    float y = y1 + (y2 - y1) * (float)((middle - x1) / (x2 - x1));
    diagram_line(d, x1, y1, middle, y, width, color, is_waiting);
    diagram_line(d, middle, y, x2, y2, width, faint, is_waiting || b->number == 0);
}

static void draw_moment(struct diagram *d, const struct way *way, uint32_t at,
                        struct draw_color color)
{
    const struct tape_point *point = &way->points[at];
    float x = (float)diagram_x(d, point->time), y = y_at(d, way, part_at(point));
    float s = fminf(d->scene->size * 0.36f, fmaxf(d->step * 0.3f, 2));
    if (point->moment == TAPE_STUCK || x < d->plot.x - 8 || x > d->plot.x + d->plot.w + 8)
        return;
    if (point->time > d->scene->clock)
        color = with_alpha(color, 90);
    switch (point->moment) {
    case TAPE_HELD:
    case TAPE_RELEASED: /* two bars, as a paused lane has */
        x += point->moment == TAPE_HELD ? 3 : -7.5f;
        draw_rect(d->list, x, y - s, 2, 2 * s, d->scene->theme->warn);
        draw_rect(d->list, x + 4, y - s, 2, 2 * s, d->scene->theme->warn);
        break;
    case TAPE_DELAYED:
        draw_arc(d->list, x, y, s, 0, 6.2831853f, 1.5f, d->scene->theme->warn);
        break;
    case TAPE_DAMAGED: diagram_cross(d, x, y, s * 0.7f, 1.5f, d->scene->theme->warn); break;
    case TAPE_LOST:
        diagram_cross(d, x, y, s, way->is_bold ? 2.5f : 1.6f,
                      with_alpha(way->is_bold ? color : d->scene->theme->bad, color.a));
        hits_add(d->hits, (struct box){x - 6, y - 6, 12, 12}, PICK_RECORD, point->number);
        break;
    default: break;
    }
}

/* Along the lane, from the sending of a message to the making of a copy of it. */
static void draw_parent(struct diagram *d, const struct tape_record *copy)
{
    const struct tape_record *parent = tape_find(d->tape, copy->cause);
    float y = diagram_y(d, (float)diagram_lane(d, copy->actor));
    struct draw_color color = d->scene->theme->warn;
    if (!parent || !parent->is_flight || parent->time == copy->time)
        return;
    double x1 = diagram_x(d, parent->time), x2 = diagram_x(d, copy->time);
    diagram_line(d, x1, y, x1, y - 5, 1.5f, color, false);
    diagram_line(d, x1, y - 5, x2, y - 5, 1.5f, color, true);
    diagram_line(d, x2, y - 5, x2, y, 1.5f, color, false);
}

/* A line is clicked at three places. */
static void add_hits(struct diagram *d, const struct way *way)
{
    const struct tape_point *first = &way->points[0], *last = &way->points[way->count - 1];
    double x1 = diagram_x(d, first->time), x2 = diagram_x(d, last->time);
    if (way->count > 2 || last->moment == TAPE_STUCK)
        return;
    for (int i = 1; i < 4; i++) {
        float x = (float)(x1 + (x2 - x1) * i / 4), y = y_at(d, way, (uint32_t)i * TAPE_WAY / 4);
        if (x > d->plot.x && x < d->plot.x + d->plot.w)
            hits_add(d->hits, (struct box){x - 5, y - 5, 10, 10}, PICK_RECORD,
                     way->flight->number);
    }
}

/* The piece of its way that leads it furthest. */
static uint32_t main_piece(const struct way *way)
{
    uint32_t best = 0, most = 0;
    for (uint32_t i = 0; i + 1 < way->count; i++) {
        uint32_t gone = way->points[i + 1].part - way->points[i].part;
        if (gone > most)
            best = i, most = gone;
    }
    return best;
}

/* A letter beside the line, at the first free place along it. */
static void write_letter(struct diagram *d, const struct way *way)
{
    static const float places[] = {0.3f, 0.5f, 0.7f, 0.4f, 0.6f, 0.2f, 0.8f};
    const struct theme *theme = d->scene->theme;
    uint32_t piece = main_piece(way);
    const struct tape_point *a = &way->points[piece], *b = &way->points[piece + 1];
    float size = d->scene->size * 0.85f, w = size * DRAW_CHARACTER_WIDTH;
    char letter[2] = {way->flight->letter, '\0'};
    double x1 = diagram_x(d, a->time), x2 = diagram_x(d, b->time);
    float y1 = y_at(d, way, part_at(a)), y2 = y_at(d, way, part_at(b));
    struct draw_color color = way->is_bold   ? theme->selected
                              : way->is_beat ? theme->faint
                                             : theme->text;
    bool is_slanted = fabs(x2 - x1) > (double)(way->is_beat ? size : size * 0.3f);
    if (b->moment == TAPE_STUCK || fabsf(y2 - y1) < size * 1.2f ||
        (!is_slanted && (way->is_beat || d->flights > FEW)))
        return;
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        float x = (float)(x1 + (x2 - x1) * (double)places[i]);
        float y = y1 + (y2 - y1) * places[i] - size * 0.6f;
        if (diagram_word(d, x + w * 0.5f, y, size, ALIGN_LEFT, color, letter)) {
            hits_add(d->hits, (struct box){x, y, w * 2, size * 1.2f}, PICK_RECORD,
                     way->flight->number);
            d->letters[letter[0] & 127] = stage_message_name(way->flight);
            return;
        }
    }
}

static void paint(struct painter *painter, const struct tape_record *flight)
{
    struct diagram *d = painter->d;
    struct way way = way_of(d, flight);
    const struct tape_point *last = &way.points[way.count - 1];
    if (last->moment != TAPE_STUCK && last->time < d->from)
        return;
    if (d->is_ghost && last->moment != TAPE_STUCK && last->time <= d->other.parting)
        return;
    if (painter->is_naming) {
        write_letter(d, &way);
        return;
    }
    if (was_drawn(painter, &way))
        return;
    bool is_open = last->number == 0 && !d->is_ghost;
    const struct picture_message *message = is_open ? in_flight(d, flight->number) : NULL;
    way.is_lost |= message && message->is_doomed;
    struct draw_color color = color_of(d, &way);
    bool is_beside = d->chain_count > 0 && !way.is_bold &&
                     flight->about != selected_request(d);
    uint8_t alpha = way.is_beat ? 150 : is_beside ? 120 : 255;
    if (d->is_ghost)
        alpha = way.is_beat ? 60 : 170;
    float width = way.is_bold ? 3 : way.is_beat ? 0.8f : 1.2f;
    if (painter->are_many && !way.is_bold)
        width = way.is_beat ? 0.3f : 0.5f;
    painter->drawn++;
    if (flight->class == TAPE_TOUCH)
        draw_parent(d, flight);
    for (uint32_t i = 0; i + 1 < way.count; i++)
        draw_piece(d, &way, i, width, with_alpha(color, alpha));
    for (uint32_t i = 1; i < way.count && !d->is_ghost; i++)
        draw_moment(d, &way, i, with_alpha(color, way.is_beat ? 200 : 255));
    if (painter->drawn < NAMED_MAX && !d->is_ghost)
        add_hits(d, &way);
}

/* Those that set out in sight, and before it as long ago as any of them was on its way. */
static void walk_flights(struct painter *painter)
{
    const struct diagram *d = painter->d;
    const struct tape *tape = d->tape;
    uint32_t first = tape_first_from(tape, d->from > tape->reach ? d->from - tape->reach : 0);
    for (uint32_t i = 0; i < tape->opening_count; i++)
        if (tape->opening[i].record.is_flight && tape->opening[i].record.time <= d->to)
            paint(painter, &tape->opening[i].record);
    for (uint32_t pass = 0; pass < 2; pass++) /* heartbeats below the others */
        for (uint32_t i = first; i < tape->count && tape->records[i].time <= d->to; i++)
            if (tape->records[i].is_flight && (tape->records[i].letter == 'H') == (pass == 0))
                paint(painter, &tape->records[i]);
}

/* How many cross the time in sight, or nearly so. */
static uint32_t count_flights(const struct diagram *d)
{
    const struct tape *tape = d->tape;
    uint32_t count = 0;
    vtime since = d->from > tape->reach ? d->from - tape->reach : 0;
    for (uint32_t i = 0; i < tape->opening_count; i++)
        count += tape->opening[i].record.is_flight && tape->opening[i].record.due >= d->from;
    for (uint32_t i = tape_first_from(tape, since);
         i < tape->count && tape->records[i].time <= d->to; i++)
        count += tape->records[i].is_flight && tape->records[i].due >= d->from;
    return count;
}

void diagram_draw_flights(struct diagram *d)
{
    struct painter painter = {.d = d, .are_many = count_flights(d) > MANY};
    walk_flights(&painter);
    d->flights = painter.drawn;
}

void diagram_name_flights(struct diagram *d)
{
    struct painter painter = {.d = d, .is_naming = true};
    if (d->flights <= NAMED_MAX && d->step >= d->scene->size)
        walk_flights(&painter);
}
