/*
 * spacetime_ops.c: what clients asked for, from asking to being told.
 *
 *     [put cart:7        o ok     was told so         a ring with a dot
 *     [get cart:7        x no     was refused         a cross
 *     [put cart:2        ? ?      gave up             a ring: nobody knows
 *     [put cart:2                 is waiting          open to the right
 *
 * Operations that overlap in one lane lie below each other. One that the verdict of a check cannot
 * explain says so (spacetime_named.c).
 */
#include <math.h>
#include <string.h>

#include "base/outcome.h"
#include "viz/spacetime/spacetime.h"

#define ROWS_MAX 4 /* in a lane */

struct rows {
    double ends[ROWS_MAX]; /* points: where the last operation of a row ends */
    uint32_t lane;
};

struct span {
    const struct tape_record *asked, *told; /* told may be NULL */
    double left, right;
    float y, h;
};

static struct draw_color faded(const struct diagram *d, struct draw_color color, vtime time)
{
    return time > d->scene->clock ? with_alpha(color, color.a / 3 + 20) : color;
}

/* A client that gives up is told nothing. */
static uint64_t outcome_of(const struct tape_record *told)
{
    if (!told)
        return OUTCOME_PENDING;
    return told->field[0] == OUTCOME_PENDING ? OUTCOME_TIMEOUT : told->field[0];
}

/* A shape for each outcome. */
static void draw_outcome(struct diagram *d, const struct span *span)
{
    const struct theme *theme = d->scene->theme;
    float x = (float)span->right, y = span->y, r = fminf(d->scene->size * 0.36f, d->step * 0.4f);
    vtime time = span->told->time;
    uint64_t outcome = outcome_of(span->told);
    if (outcome == OUTCOME_OK) {
        draw_disc(d->list, x, y, r, faded(d, theme->good, time));
    } else if (outcome_is_refusal((uint32_t)outcome)) {
        draw_disc(d->list, x, y, r, faded(d, theme->pane, time));
        diagram_cross(d, x, y, r, 2, faded(d, theme->bad, time));
    } else {
        draw_disc(d->list, x, y, r, faded(d, theme->pane, time));
        draw_arc(d->list, x, y, r, 0, 6.2831853f, 1.6f, faded(d, theme->bad, time));
    }
    hits_add(d->hits, (struct box){x - 5, y - 6, 10, 12}, PICK_RECORD, span->told->number);
}

static void write_label(struct diagram *d, const struct span *span)
{
    static const char *const outcomes[OUTCOME_COUNT] = {"", " ok", " no", " ?", " no"};
    const char *outcome = outcomes[outcome_of(span->told) % OUTCOME_COUNT];
    bool is_wrong = diagram_naming(d, span->asked->about) == NAMED_AS_WRONG;
    outcome = is_wrong ? " unexplained" : outcome;
    struct draw_color color = is_wrong ? d->scene->theme->bad : d->scene->theme->text;
    float size = d->scene->size * 0.85f;
    struct tape_operation what;
    char texts[3][160];
    stage_describe_operation(d->scene->stage, span->asked, &what);
    snprintf(texts[0], sizeof texts[0], "%s: %s %s%s", what.label, what.word, what.key, outcome);
    snprintf(texts[1], sizeof texts[1], "%s %s%s", what.word, what.key, outcome);
    snprintf(texts[2], sizeof texts[2], "%s%s", what.word, outcome);
    double left = fmax(span->left, (double)d->plot.x) + 2;
    float y = span->y + span->h / 2;
    for (int i = 0; i < 3; i++) {
        double w = (double)diagram_width(texts[i], size), x = left;
        do { /* further to the right, as long as it stands below its own span */
            if (diagram_word(d, (float)x, y, size, ALIGN_LEFT, color, texts[i]))
                return;
            x += w / 3;
        } while (x + w < span->right && x < left + 3 * w);
    }
}

static void draw_span(struct diagram *d, const struct span *span)
{
    const struct theme *theme = d->scene->theme;
    double left = fmax(span->left, (double)d->plot.x - 4);
    double right = fmin(span->right, (double)(d->plot.x + d->plot.w) + 4);
    double now = fmin(fmax(diagram_x(d, d->scene->clock), left), right);
    bool is_bold = diagram_in_chain(d, span->asked->number) ||
                   (span->told && diagram_in_chain(d, span->told->number));
    struct draw_color color = is_bold ? theme->selected : theme->accent;
    draw_rect(d->list, (float)left, span->y - span->h / 2, (float)(now - left), span->h,
              with_alpha(color, is_bold ? 150 : 90));
    draw_rect(d->list, (float)now, span->y - span->h / 2, (float)(right - now), span->h,
              with_alpha(color, 40));
    if (span->left > (double)d->plot.x - 4)
        draw_rect(d->list, (float)span->left - 1, span->y - span->h, 2, span->h * 2,
                  faded(d, color, span->asked->time));
    struct box box = {(float)left, span->y - span->h, (float)(right - left) + 3, span->h * 2};
    hits_add(d->hits, box, PICK_RECORD, span->asked->number);
    diagram_frame_named(d, diagram_naming(d, span->asked->about), box);
    if (span->told)
        draw_outcome(d, span);
    if (d->step >= d->scene->size * 1.9f)
        write_label(d, span);
}

/* The first row of its lane that is free. */
static uint32_t row_for(struct rows *rows, const struct span *span, uint32_t count)
{
    uint32_t row = 0;
    while (row + 1 < count && rows->ends[row] > span->left + 0.5)
        row++;
    rows->ends[row] = fmax(rows->ends[row], span->right);
    return row;
}

static void place(struct diagram *d, struct rows *rows, const struct tape_record *asked,
                  const struct tape_record *told)
{
    uint32_t lane = diagram_lane(d, asked->actor);
    uint32_t count = d->step > d->scene->size ? ROWS_MAX : 1;
    vtime end = d->known > d->scene->clock ? d->known : d->scene->clock;
    struct span span = {asked, told, diagram_x(d, asked->time),
                        diagram_x(d, told ? told->time : end), 0, 0};
    if (asked->time > d->to || (told && told->time < d->from) || !diagram_has_lane(d, lane))
        return;
    struct rows *own = &rows[lane - d->first];
    span.h = fminf(d->scene->size * 0.4f, d->step * 0.3f);
    span.y = diagram_y(d, (float)lane) +
             (float)row_for(own, &span, count) * fminf(span.h * 1.4f, d->step * 0.1f);
    draw_span(d, &span);
}

/* Those that end in sight or within the longest wait after it; those that have not ended. */
void diagram_draw_operations(struct diagram *d)
{
    enum { LANES_MAX = 1024 };
    struct rows rows[LANES_MAX];
    const struct tape *tape = d->tape;
    uint32_t first = tape_first_from(tape, d->from), cursor = 0;
    uint64_t request, number;
    if (d->shown > LANES_MAX)
        return;
    for (uint32_t i = 0; i < d->shown; i++)
        for (uint32_t row = 0; row < ROWS_MAX; row++)
            rows[i].ends[row] = -1e30;
    for (uint32_t i = first; i < tape->count; i++) {
        const struct tape_record *told = &tape->records[i];
        if (told->time > d->to && told->time - d->to > tape->patience)
            break;
        const struct tape_record *asked = told->class == TAPE_TOLD ? tape_find(tape, told->start)
                                                                   : NULL;
        if (asked)
            place(d, rows, asked, told);
    }
    while (table_next(&tape->asked, &cursor, &request, &number))
        place(d, rows, tape_find(tape, number), NULL);
}
