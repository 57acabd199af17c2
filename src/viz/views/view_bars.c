/*
 * view_bars.c: the title above and the time below.
 *
 *     standard  seed 1  t 1.284 s  step 512/branch 2: crash n2        o 2 of 3 checks
 *     ...
 *     the message line: what the last command did, or why it did nothing
 *     (the tree of branches, when there are several: view_branches.c)
 *     |< < > >|  speed 1/100 x   |---x-----|---o----------------------| 2.5 s
 *
 * Buttons are drawn as shapes, since no font can be trusted to have them.
 */
#include <math.h>
#include <string.h>

#include "viz/app/commands.h"
#include "viz/app/quiet.h"
#include "viz/views/views.h"
#include "viz/app/words.h"

static void checks_text(const struct scene *scene, char *text, size_t size)
{
    const struct stage_verdict *verdicts = stage_verdicts(scene->stage);
    uint32_t decided = 0, wrong = 0, count = scene->picture->check_count;
    char checks[WORDS_MAX];
    for (uint32_t i = 0; i < count; i++) {
        decided += scene->picture->checks[i].is_decided;
        wrong += verdicts && !verdicts[i].is_content;
    }
    words_count(count, "check", checks);
    if (verdicts && wrong > 0)
        snprintf(text, size, "%s: at the end %u FAILED", checks, wrong);
    else if (verdicts && count > 0)
        snprintf(text, size, "%s: at the end all as they should be", checks);
    else
        snprintf(text, size, "%s, %u decided so far", checks, decided);
}

/* "run > crash n2 > heal": the way from the run as written to this branch. */
static void branch_path(const struct scene *scene, char *text, size_t size)
{
    uint32_t way[16], count = 0;
    uint32_t branch = stage_branch_now(scene->stage);
    while (branch != 0 && count < 16) {
        way[count++] = branch;
        branch = stage_branch_at(scene->stage, branch).parent;
    }
    size_t used = (size_t)snprintf(text, size, "as written");
    while (count-- > 0 && used + 80 < size)
        used += (size_t)snprintf(text + used, size - used, " > %s",
                                 stage_branch_at(scene->stage, way[count]).text);
}

/* A small mark for each branch; the one we are in is filled. */
static float draw_branches(const struct scene *scene, struct box box, struct draw_list *list,
                           struct hits *hits)
{
    uint32_t count = stage_branch_count(scene->stage);
    float side = scene->size * 1.1f, x = box.x;
    for (uint32_t i = 0; i < count && x + side < box.x + box.w; i++) {
        bool is_here = i == stage_branch_now(scene->stage);
        char number[12];
        snprintf(number, sizeof number, "%u", i % 100);
        struct box mark = {x, box.y + (box.h - side) / 2, side * (i > 9 ? 1.3f : 1), side};
        draw_frame(list, mark.x, mark.y, mark.w, mark.h, is_here ? 2 : 1,
                   is_here ? scene->theme->selected : scene->theme->faint);
        draw_text(list, mark.x + mark.w / 2, mark.y + side * 0.02f, scene->size * 0.8f,
                  ALIGN_CENTER, is_here ? scene->theme->selected : scene->theme->faint, number);
        hits_add(hits, mark, PICK_BRANCH, i);
        x = mark.x + mark.w + scene->size * 0.3f;
    }
    return x;
}

/* For whoever knows no keys yet: three bars and the word. Returns where it ends. */
static float draw_menu_button(const struct scene *scene, struct box box, struct draw_list *list,
                              struct hits *hits)
{
    float size = scene->size, bars = size * 0.9f, gap = size * 0.5f;
    float w = gap + bars + gap + 4 * size * DRAW_CHARACTER_WIDTH + gap;
    float x = box.x + gap * 1.5f, middle = box.y + box.h / 2;
    for (int i = -1; i <= 1; i++)
        draw_rect(list, x, middle + (float)i * size * 0.3f - 1, bars, 2, scene->theme->accent);
    draw_text(list, x + bars + gap, middle - size * DRAW_LINE_HEIGHT / 2, size, ALIGN_LEFT,
              scene->theme->accent, "Menu");
    hits_add(hits, (struct box){box.x, box.y, w + gap, box.h}, PICK_COMMAND,
             app_command_named("menu bar"));
    return box.x + w + gap;
}

void view_title(const struct scene *scene, struct box box, struct draw_list *list,
                struct hits *hits)
{
    const struct picture *picture = scene->picture;
    float size = scene->size, y = box.y + (box.h - size * DRAW_LINE_HEIGHT) / 2;
    char left[200], path[300], checks[120], time[32], text[700];
    draw_clip(list, box.x, box.y, box.w, box.h);
    draw_rect(list, box.x, box.y, box.w, box.h, scene->theme->pane);
    snprintf(left, sizeof left, "%s  seed %llu  t %s  step %llu%s", picture->scenario,
             (unsigned long long)picture->seed, scene_time(scene->clock, time),
             (unsigned long long)picture->step, picture->is_over ? " (end)" : "");
    branch_path(scene, path, sizeof path);
    checks_text(scene, checks, sizeof checks);
    float right = (float)strlen("? help") * size * DRAW_CHARACTER_WIDTH;
    float menu = draw_menu_button(scene, box, list, hits);
    struct box room = {menu + size * 0.6f, box.y, box.x + box.w - menu - size * 1.8f - right,
                       box.h};
    snprintf(text, sizeof text, "%s", left);
    scene_text(list, room, room.x, y, size, scene->theme->text, text);
    float name = (float)strlen(picture->scenario) * size * DRAW_CHARACTER_WIDTH;
    hits_add(hits, (struct box){room.x, box.y, fminf(name, room.w), box.h}, PICK_COMMAND,
             app_command_named("about"));
    float x = room.x + (float)(strlen(left) + 2) * size * DRAW_CHARACTER_WIDTH;
    if (x < room.x + room.w)
        x = draw_branches(scene, (struct box){x, box.y, fminf(room.w * 0.25f, room.x + room.w - x),
                                              box.h}, list, hits);
    x += size * 0.4f;
    snprintf(text, sizeof text, "%s   %s", path, checks);
    bool is_too_long = x + (float)strlen(text) * size * DRAW_CHARACTER_WIDTH > room.x + room.w;
    if (x < room.x + room.w) /* how it ended is worth more than the way here */
        scene_text(list, room, x, y, size, scene->theme->faint, is_too_long ? checks : text);
    draw_text(list, box.x + box.w - size * 0.6f, y, size, ALIGN_RIGHT, scene->theme->accent,
              "? help");
    hits_add(hits, (struct box){box.x + box.w - right - size, box.y, right + size, box.h},
             PICK_COMMAND, app_command_named("help"));
}

/* --- the bar below -------------------- */

/* A triangle of lines from (x, y), pointing right with w > 0, left with w < 0. */
static void draw_triangle(struct draw_list *list, float x, float y, float w, float h,
                          struct draw_color color)
{
    int rows = (int)fabsf(w);
    for (int i = 0; i <= rows; i++) {
        float part = (float)i / (float)(rows ? rows : 1), half = h / 2 * (1 - part);
        draw_line(list, x + w * part, y - half, x + w * part, y + half, 1.2f, color, false);
    }
}

enum shape { SHAPE_BACK_TO_START, SHAPE_BACK, SHAPE_PLAY, SHAPE_STEP, SHAPE_END, SHAPE_COUNT };

static void draw_shape(const struct scene *scene, enum shape shape, struct box box,
                       struct draw_list *list)
{
    float x = box.x + box.w / 2, y = box.y + box.h / 2, s = box.h * 0.26f;
    struct draw_color color = scene->theme->text;
    switch (shape) {
    case SHAPE_BACK_TO_START:
        draw_rect(list, x - s, y - s, 2, 2 * s, color);
        draw_triangle(list, x + s, y, -1.6f * s, 2 * s, color);
        break;
    case SHAPE_BACK: draw_triangle(list, x + s * 0.6f, y, -1.4f * s, 2 * s, color); break;
    case SHAPE_PLAY:
        if (scene->is_playing) {
            draw_rect(list, x - s * 0.9f, y - s, s * 0.6f, 2 * s, scene->theme->accent);
            draw_rect(list, x + s * 0.3f, y - s, s * 0.6f, 2 * s, scene->theme->accent);
        } else {
            draw_triangle(list, x - s * 0.8f, y, 2 * s, 2.6f * s, scene->theme->accent);
        }
        break;
    case SHAPE_STEP: draw_triangle(list, x - s * 0.6f, y, 1.4f * s, 2 * s, color); break;
    default:
        draw_triangle(list, x - s, y, 1.6f * s, 2 * s, color);
        draw_rect(list, x + s - 2, y - s, 2, 2 * s, color);
    }
}

#define SCRUB_LEAST 60 /* points of the bar of time that the smallest window still has */

static float draw_buttons(const struct scene *scene, struct box box, struct draw_list *list,
                          struct hits *hits)
{
    static const char *const names[] = {"go to start", "step back", "play or pause", "step",
                                        "go to end"};
    float side = fminf(box.h - 4, scene->size * 2);
    side = fminf(side, (box.w - SCRUB_LEAST) / SHAPE_COUNT - 3);
    for (int i = 0; i < SHAPE_COUNT; i++) {
        struct box button = {box.x + (float)i * (side + 3), box.y + (box.h - side) / 2, side, side};
        draw_frame(list, button.x, button.y, side, side, 1, scene->theme->line);
        draw_shape(scene, (enum shape)i, button, list);
        hits_add(hits, button, PICK_COMMAND, app_command_named(names[i]));
    }
    return box.x + SHAPE_COUNT * (side + 3) + scene->size * 0.5f;
}

static void draw_scrub(const struct scene *scene, struct box bar, struct draw_list *list,
                       struct hits *hits)
{
    float part = (float)((double)scene->clock / (double)scene->picture->duration);
    float x = bar.x + fminf(part, 1) * bar.w, middle = bar.y + bar.h / 2;
    draw_rect(list, bar.x, middle - 2, bar.w, 4, scene->theme->line);
    draw_rect(list, bar.x, middle - 2, x - bar.x, 4, scene->theme->accent);
    hits_add(hits, bar, PICK_SCRUB, 0);
    view_marks(scene, bar, list, hits);
    checks_draw_flags(scene, bar, list, hits);
    draw_disc(list, x, middle, 7, scene->theme->background);
    draw_disc(list, x, middle, 6, scene->theme->warn);
}

/* "1/100x", or ">> 1/4x" while nothing happens. */
static void speed_text(const struct scene *scene, char *text, size_t size)
{
    double speed = scene->speed * (scene->is_quiet ? QUIET_TIMES : 1);
    const char *mark = scene->is_quiet ? ">> " : "";
    if (speed >= 1)
        snprintf(text, size, "%s%.0fx", mark, speed);
    else
        snprintf(text, size, "%s1/%.0fx", mark, 1 / speed);
}

#define MESSAGE_LINE 1.6f /* heights of text of the message line, and of a second one */
#define SECOND_LINE  1.2f
#define NARROW       160 /* columns: what is said first is longer */

static bool is_narrow(const struct scene *scene, float width)
{
    return width < NARROW * scene->size * DRAW_CHARACTER_WIDTH;
}

float view_transport_lines(const struct scene *scene, float width)
{
    return 2.3f + MESSAGE_LINE + (is_narrow(scene, width) ? SECOND_LINE : 0);
}

/* What was said last, over two lines where one is too short. */
static void draw_message(const struct scene *scene, struct box box, struct draw_list *list)
{
    float size = scene->size, y = box.y + size * 0.15f;
    size_t columns = (size_t)fmaxf(box.w / (size * DRAW_CHARACTER_WIDTH), 4);
    size_t first = is_narrow(scene, box.w) ? scene_line_size(scene->message, columns)
                                           : strlen(scene->message);
    struct draw_color color = scene->is_message_refusal ? scene->theme->bad : scene->theme->text;
    const char *rest = scene->message + first + (scene->message[first] == ' ');
    char line[1200];
    snprintf(line, sizeof line, "%.*s", (int)first, scene->message);
    scene_text(list, box, box.x, y, size, color, line);
    if (*rest)
        scene_text(list, box, box.x, y + size * SECOND_LINE, size, color, rest);
}

void view_transport(const struct scene *scene, struct box box, struct draw_list *list,
                    struct hits *hits)
{
    float size = scene->size, w = size * DRAW_CHARACTER_WIDTH;
    float lines = view_transport_lines(scene, box.w);
    float line = size * (MESSAGE_LINE + (is_narrow(scene, box.w) ? SECOND_LINE : 0));
    char speed[32], end[32];
    draw_clip(list, box.x, box.y, box.w, box.h);
    draw_rect(list, box.x, box.y, box.w, box.h, scene->theme->pane);
    struct box top = {box.x + size * 0.6f, box.y, box.w - size * 1.2f, line};
    draw_message(scene, top, list);
    float tree = fmaxf(0, box.h - size * lines);
    struct box low = {top.x, box.y + line + tree, top.w, box.h - line - tree};
    float x = draw_buttons(scene, low, list, hits), y = low.y + (low.h - size * 1.3f) / 2;
    speed_text(scene, speed, sizeof speed);
    scene_time(scene->picture->duration, end);
    float right = (float)(strlen(end) + 1) * w, room = low.x + low.w - x - SCRUB_LEAST;
    if (room > 9 * w) { /* else the bar of time needs it */
        struct box label = {x, low.y, 9 * w, low.h};
        scene_text(list, label, x, y, size,
                   scene->is_quiet ? scene->theme->warn : scene->theme->faint, speed);
        x += 9 * w;
        room -= 9 * w;
    }
    right = room > right ? right : 0;
    if (right > 0)
        draw_text(list, low.x + low.w, y, size, ALIGN_RIGHT, scene->theme->faint, end);
    struct box bar = {x, low.y, low.x + low.w - right - x, low.h};
    if (bar.w > 40)
        draw_scrub(scene, bar, list, hits);
    view_branches(scene, (struct box){box.x, box.y + line, box.w, tree}, bar, list, hits);
}
