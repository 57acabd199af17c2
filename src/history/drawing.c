/*
 * drawing.c: choose what is drawn, lay it out, write it.
 */
#include "history/drawing.h"

#include <string.h>

#include "base/sort.h"
#include "base/table.h"

#define DRAWN_MAX   30 /* acts */
#define LANE_HEIGHT 34
#define BAR_HEIGHT  22
#define LEFT        110
#define TOP         30

struct drawing {
    FILE *out;
    const struct acts *acts;
    const struct judgement *judgement;
    uint32_t *drawn; /* acts, in order of their calls */
    uint32_t drawn_count;
    uint32_t left_out;
    uint32_t *column; /* by event: its place from left to right, counted from 1; 0: not drawn */
    uint32_t column_count;
    int64_t lanes[DRAWN_MAX]; /* processes, as they appear */
    uint32_t lane_count;
    uint32_t step; /* pixels between two columns */
};

/* ---- what is drawn ---- */

static bool is_named(const struct judgement *judgement, uint32_t act)
{
    for (uint32_t i = 0; i < judgement->act_count; i++)
        if (judgement->acts[i] == act)
            return true;
    return false;
}

static bool is_on_key(const struct drawing *drawing, uint32_t act)
{
    const struct value *key = drawing->judgement->key;
    return !key || value_hash(drawing->acts->items[act].key) == value_hash(key);
}

/* The last event worth drawing: a little after the violation, or the end. */
static uint32_t last_event(const struct drawing *drawing)
{
    if (drawing->judgement->kind != VERDICT_VIOLATED || drawing->judgement->good_event == 0)
        return drawing->acts->event_count;
    return drawing->judgement->good_event + 6;
}

static bool is_wanted(const struct drawing *drawing, uint32_t act, uint32_t end)
{
    return is_on_key(drawing, act) &&
           (drawing->acts->items[act].called < end || is_named(drawing->judgement, act));
}

static void choose(struct drawing *drawing)
{
    const struct acts *acts = drawing->acts;
    uint32_t end = last_event(drawing), wanted = 0;
    for (uint32_t i = 0; i < acts->count; i++)
        wanted += is_wanted(drawing, i, end);
    drawing->left_out = wanted - MIN(wanted, DRAWN_MAX);
    uint32_t skip = drawing->left_out;
    for (uint32_t i = 0; i < acts->count && drawing->drawn_count < DRAWN_MAX; i++) {
        if (!is_wanted(drawing, i, end))
            continue;
        if (skip > 0 && !is_named(drawing->judgement, i)) {
            skip--;
            continue;
        }
        drawing->drawn[drawing->drawn_count++] = i;
    }
}

static uint32_t lane_of(struct drawing *drawing, int64_t process)
{
    uint32_t lane = 0;
    while (lane < drawing->lane_count && drawing->lanes[lane] != process)
        lane++;
    if (lane == drawing->lane_count)
        drawing->lanes[drawing->lane_count++] = process;
    return lane;
}

/* Only events of acts that are drawn take room. */
static void place_columns(struct drawing *drawing)
{
    const struct acts *acts = drawing->acts;
    for (uint32_t i = 0; i < drawing->drawn_count; i++) {
        const struct act *act = &acts->items[drawing->drawn[i]];
        lane_of(drawing, act->process);
        drawing->column[act->called] = 1;
        if (act->returned != EVENT_NONE)
            drawing->column[act->returned] = 1;
    }
    for (uint32_t event = 0; event < acts->event_count; event++)
        if (drawing->column[event])
            drawing->column[event] = ++drawing->column_count;
    uint32_t step = 1400 / MAX(drawing->column_count, 1);
    drawing->step = MAX(MIN(step, 90), 60);
}

/* ---- writing ---- */

static void write_escaped(FILE *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '<' || *text == '>' || *text == '&' || *text == '"')
            fprintf(out, "&#%d;", *text);
        else if ((unsigned char)*text >= 0x20 || *text == '\n')
            fputc(*text, out);
    }
}

static void words_of(const struct act *act, char *to, uint32_t room)
{
    char name[30], value[200];
    act_name(act, name, sizeof name);
    value_text(act->end == ACT_OK ? act->result : act->argument, value, sizeof value);
    snprintf(to, room, "%s %s%s", name, value,
             act->end == ACT_FAIL ? " (failed)" : act->end == ACT_OPEN ? " (end unknown)" : "");
}

static const char *class_of(const struct drawing *drawing, uint32_t index)
{
    const struct judgement *judgement = drawing->judgement;
    const struct act *act = &drawing->acts->items[index];
    if (act->end == ACT_FAIL)
        return "failed";
    if (judgement->kind != VERDICT_VIOLATED)
        return "good";
    if (judgement->act_count > 0 && judgement->acts[0] == index)
        return "bad";
    if (judgement->good_event > 0 && act->called > judgement->good_event)
        return "later";
    return is_named(judgement, index) ? "named" : "good";
}

static void draw_bar(struct drawing *drawing, uint32_t index)
{
    const struct act *act = &drawing->acts->items[index];
    uint32_t from = LEFT + drawing->column[act->called] * drawing->step;
    uint32_t to = act->returned == EVENT_NONE
                      ? LEFT + (drawing->column_count + 1) * drawing->step
                      : LEFT + drawing->column[act->returned] * drawing->step;
    uint32_t y = TOP + lane_of(drawing, act->process) * LANE_HEIGHT;
    uint32_t width = MAX(to - from, 8), letters = width > 12 ? (width - 8) / 7 : 0;
    char words[260], shown[260];
    words_of(act, words, sizeof words);
    if (act_is(act, "txn"))
        snprintf(shown, sizeof shown, "T%u", index + 1);
    else
        snprintf(shown, sizeof shown, "%s", words);
    if (strlen(shown) > letters && letters >= 3)
        snprintf(shown + letters - 2, 3, "..");
    else if (strlen(shown) > letters)
        shown[0] = '\0';
    fprintf(drawing->out,
            "<g class=\"%s%s\"><rect x=\"%u\" y=\"%u\" width=\"%u\" height=\"%d\" rx=\"3\"/><title>"
            "process %lld ",
            class_of(drawing, index), act->returned == EVENT_NONE ? " open" : "", from, y, width,
            BAR_HEIGHT, (long long)act->process);
    write_escaped(drawing->out, words);
    fprintf(drawing->out, ", line %u</title><text x=\"%u\" y=\"%u\">", act->line, from + 4, y + 15);
    write_escaped(drawing->out, shown);
    fputs("</text></g>\n", drawing->out);
}

static const char style[] =
    "<style>text{font:12px sans-serif;fill:#16202c}.lane{fill:#5a6675}line{stroke:#c9d1da}"
    "rect{stroke:#44566c;fill:#cfe0f2}.named rect{fill:#f7e2a8;stroke:#8a6a00}"
    ".bad rect{fill:#f3b3ad;stroke:#a11b10;stroke-width:2.5}"
    ".later rect{fill:#f4f6f8;stroke:#b4bec9}"
    ".failed rect{fill:#fff;stroke:#9aa5b1;stroke-dasharray:2 2}.open rect{stroke-dasharray:5 3}"
    ".bad text{font-weight:bold}</style>\n";

/* Where all that comes before is right together. */
static void draw_limit(struct drawing *drawing, uint32_t height)
{
    const struct judgement *judgement = drawing->judgement;
    if (judgement->kind != VERDICT_VIOLATED || judgement->good_event == 0 ||
        !drawing->column[judgement->good_event])
        return;
    uint32_t x = LEFT + drawing->column[judgement->good_event] * drawing->step;
    fprintf(drawing->out,
            "<line x1=\"%u\" x2=\"%u\" y1=\"18\" y2=\"%u\" style=\"stroke:#a11b10;stroke-dasharray:"
            "4 3\"/><text x=\"%u\" y=\"13\" text-anchor=\"end\">all before here has an order"
            "</text>\n",
            x, x, height, x);
}

static void open_drawing(struct drawing *drawing, FILE *out, struct heap *heap,
                         const struct acts *acts, const struct judgement *judgement)
{
    *drawing = (struct drawing){.out = out, .acts = acts, .judgement = judgement};
    drawing->drawn = heap_alloc(heap, DRAWN_MAX * sizeof *drawing->drawn);
    drawing->column = heap_alloc(heap, (acts->event_count + 1) * sizeof *drawing->column);
    choose(drawing);
    place_columns(drawing);
}

static void draw(struct drawing *drawing)
{
    uint32_t width = LEFT + (drawing->column_count + 2) * drawing->step;
    uint32_t height = TOP + drawing->lane_count * LANE_HEIGHT + 24;
    fprintf(drawing->out,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%u\" height=\"%u\" "
            "viewBox=\"0 0 %u %u\">\n<rect width=\"100%%\" height=\"100%%\" "
            "style=\"fill:#fff;stroke:none\"/>\n%s",
            width, height, width, height, style);
    for (uint32_t lane = 0; lane < drawing->lane_count; lane++) {
        uint32_t y = TOP + lane * LANE_HEIGHT + 11;
        fprintf(drawing->out,
                "<line x1=\"%u\" x2=\"%u\" y1=\"%u\" y2=\"%u\"/><text class=\"lane\" x=\"8\" "
                "y=\"%u\">process %lld</text>\n",
                LEFT, width, y, y, y + 4, (long long)drawing->lanes[lane]);
    }
    draw_limit(drawing, height - 20);
    for (uint32_t i = 0; i < drawing->drawn_count; i++)
        draw_bar(drawing, drawing->drawn[i]);
    if (drawing->left_out > 0)
        fprintf(drawing->out,
                "<text class=\"lane\" x=\"8\" y=\"%u\">%u earlier operations are not "
                "drawn</text>\n",
                height - 6, drawing->left_out);
    fputs("</svg>\n", drawing->out);
}

void history_draw_svg(FILE *out, struct heap *heap, const struct acts *acts,
                      const struct judgement *judgement)
{
    struct drawing drawing;
    open_drawing(&drawing, out, heap, acts, judgement);
    draw(&drawing);
}

static void write_table(struct drawing *drawing)
{
    fputs("<table><tr><th>lines<th>process<th>operation<th></tr>\n", drawing->out);
    for (uint32_t i = 0; i < drawing->drawn_count; i++) {
        const struct act *act = &drawing->acts->items[drawing->drawn[i]];
        const char *class = class_of(drawing, drawing->drawn[i]);
        char words[260];
        bool is_stuck = strcmp(class, "bad") == 0 && drawing->judgement->good_event > 0;
        const char *word = is_stuck ? "cannot be placed" : "see the verdict";
        words_of(act, words, sizeof words);
        fprintf(drawing->out, "<tr class=\"%s\"><td>%u to ", class, act->line);
        fprintf(drawing->out, act->line_end ? "%u" : "the end", act->line_end);
        fprintf(drawing->out, "<td>%lld<td>", (long long)act->process);
        if (act_is(act, "txn"))
            fprintf(drawing->out, "T%u: ", drawing->drawn[i] + 1);
        write_escaped(drawing->out, words);
        fprintf(drawing->out, "<td>%s</tr>\n",
                is_named(drawing->judgement, drawing->drawn[i]) ? word : "");
    }
    fputs("</table>\n", drawing->out);
}

void history_draw_html(FILE *out, struct heap *heap, const struct acts *acts, const char *name,
                       const char *promise, const struct judgement *judgement)
{
    static const char *const words[] = {"holds", "violated", "unknown"};
    struct drawing drawing;
    open_drawing(&drawing, out, heap, acts, judgement);
    fputs("<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>", out);
    write_escaped(out, name);
    fputs("</title><style>body{font:15px sans-serif;margin:2em;color:#16202c}pre{white-space:"
          "pre-wrap;font:inherit;max-width:60em}table{border-collapse:collapse}td,th{padding:2px "
          "12px 2px 0;text-align:left;vertical-align:top}"
          "tr.bad td{color:#a11b10;font-weight:bold}tr.failed td,"
          "tr.later td{color:#76828f}</style>\n<h1>",
          out);
    write_escaped(out, name);
    fprintf(out, "</h1>\n<p><b>%s: %s</b></p>\n<pre>", promise, words[judgement->kind]);
    write_escaped(out, judgement->text);
    fputs("</pre>\n", out);
    draw(&drawing);
    write_table(&drawing);
    fputs("</html>\n", out);
}
