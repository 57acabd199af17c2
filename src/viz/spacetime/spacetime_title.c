/*
 * spacetime_title.c: the title, and what the letters and bars on the screen mean.
 *
 *     Space-time  10.46 s to 12.51 s, 2.048 s wide        W write  A written  G get  = reply
 *
 * The title says when not every record is drawn. Only what is on the screen is explained, as far
 * as there is room.
 */
#include <math.h>
#include <string.h>

#include "viz/spacetime/spacetime.h"
#include "viz/app/words.h"

static void write_note(const struct diagram *d, char *note, size_t size)
{
    const struct density *density = &stage_chronicle(d->scene->stage)->density;
    char records[WORDS_MAX], from[32], to[32], span[32];
    scene_time(d->from, from), scene_time(d->to, to);
    if (d->is_summary)
        snprintf(note, size, "%s to %s, counted: each column is %s, %s at most", from, to,
                 scene_time((vtime)1 << (density->shift + d->column_bits), span),
                 words_count(diagram_most(d).records, "record", records));
    else
        snprintf(note, size, "%s to %s, %s wide%s", from, to, scene_time(d->to - d->from, span),
                 d->scene->is_following ? "" : " (1 follows the present)");
}

struct meaning {
    char mark; /* a letter, or of a bar: '-' sent, '~' a heartbeat, '_' lost, 'o' a failure */
    const char *words;
};

/* A sign, then its words; false when there is no room left. */
static bool explain(struct diagram *d, const struct meaning *meaning, bool is_letter, float *x,
                    float right, float y)
{
    const struct theme *theme = d->scene->theme;
    float size = d->scene->size * 0.9f, w = size * DRAW_CHARACTER_WIDTH;
    float width = 2 * w + diagram_width(meaning->words, size);
    char letter[2] = {meaning->mark, '\0'};
    struct draw_color bar = meaning->mark == '-'   ? theme->accent
                            : meaning->mark == '~' ? with_alpha(theme->faint, 115)
                                                   : theme->bad;
    if (*x + width > right)
        return false;
    if (is_letter)
        draw_text(d->list, *x, y, size, ALIGN_LEFT, theme->text, letter);
    else if (meaning->mark == 'o')
        draw_frame(d->list, *x, y + size * 0.4f, w, w, 1.5f, bar);
    else
        draw_rect(d->list, *x, y + size * (meaning->mark == '_' ? 0.6f : 0.2f), w, size * 0.6f,
                  bar);
    draw_text(d->list, *x + 1.6f * w, y, size, ALIGN_LEFT, theme->faint, meaning->words);
    *x += width + size;
    return true;
}

static void explain_bars(struct diagram *d, float x, float right, float y)
{
    static const struct meaning bars[] = {
        {'-', "sent"}, {'~', "heartbeats"}, {'_', "lost"}, {'o', "failed"}};
    for (size_t i = 0; i < sizeof bars / sizeof bars[0]; i++)
        if (!explain(d, &bars[i], false, &x, right, y))
            return;
}

static void explain_letters(struct diagram *d, float x, float right, float y)
{
    for (int letter = 0; letter < 128; letter++) {
        struct meaning meaning = {(char)letter, d->letters[letter]};
        if (meaning.words && !explain(d, &meaning, true, &x, right, y))
            return;
    }
    float size = d->scene->size * 0.9f;
    if (x + diagram_width("letters: ?", size) <= right)
        draw_text(d->list, x, y, size, ALIGN_LEFT, d->scene->theme->faint, "letters: ?");
}

void diagram_write_title(struct diagram *d, struct box box)
{
    char note[240];
    float size = d->scene->size, x = box.x + size * 0.6f + diagram_width("Space-time  ", size);
    float y = box.y + size * 0.2f, right = box.x + box.w - size * 2.2f; /* before the button */
    write_note(d, note, sizeof note);
    scene_text(d->list, (struct box){box.x, box.y, right - box.x, size * 1.6f}, x, y, size,
               d->scene->theme->faint, note);
    x += diagram_width(note, size) + 2 * size;
    if (d->is_summary)
        explain_bars(d, x, right, y);
    else
        explain_letters(d, x, right, y);
}
