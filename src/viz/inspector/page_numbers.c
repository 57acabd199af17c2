/*
 * page_numbers.c: the arithmetic behind what is selected, with the run's own numbers.
 *
 *     a key         its bytes, hash and walk; R + W against N; its open operations; which
 *                   version of it is newer
 *     an operation  (a message of it, or any record that it caused) its slots, then its key
 *     a node        what it owns, what runs down, whom it has not heard of
 *     nothing       R + W against N, what of the ring can be reached now, all that is open
 */
#include "viz/inspector/numbers.h"

#include <math.h>

#include "viz/views/views.h"

void numbers_bar(struct writer *writer, float part, struct draw_color color, const char *text)
{
    float size = writer->scene->size, wide = size * 5;
    struct box box = writer->box;
    if (writer_is_in_sight(writer, size)) {
        float y = writer->y + size * 0.35f, high = size * 0.7f;
        draw_frame(writer->list, box.x, y, wide, high, 1, color);
        draw_rect(writer->list, box.x, y, wide * part, high, color);
    }
    scene_text(writer->list, box, box.x + wide + size * 0.6f, writer->y, size,
               writer->scene->theme->text, text);
    writer->y += size * DRAW_LINE_HEIGHT;
}

/* --- what it is about ---------------------------------------------------------------------- */

static uint32_t key_of_token(const struct picture *picture, uint64_t token)
{
    for (uint32_t i = 0; i < picture->key_count; i++)
        if (picture->keys[i].token == token)
            return i;
    return UINT32_MAX;
}

/* The request that a record belongs to, if it is open; the key of what a client asked. */
static void find_by_record(const struct scene *scene, struct subject *subject)
{
    const struct picture *picture = scene->picture;
    const struct tape_record *record = stage_record(scene->stage, scene->pick.id);
    uint64_t chain[CHAIN_MAX];
    if (!record)
        return;
    for (uint32_t i = 0; i < picture->open_count; i++)
        if (picture->open[i].about == record->about) {
            subject->operation = &picture->open[i];
            subject->key = picture->open[i].key;
            return;
        }
    uint32_t count = causal_chain(scene->stage, scene->pick.id, chain);
    for (uint32_t i = 0; i < count; i++) {
        record = stage_record(scene->stage, chain[i]);
        if (record->class == TAPE_INVOKE) {
            subject->key = key_of_token(picture, record->field[1]);
            return;
        }
    }
}

static struct subject subject_of(const struct scene *scene)
{
    struct subject subject = {UINT32_MAX, UINT32_MAX, NULL};
    uint32_t actor = scene_actor(scene);
    if (scene->pick.kind == PICK_KEY)
        subject.key = (uint32_t)scene->pick.id;
    if (scene->pick.kind == PICK_RECORD)
        find_by_record(scene, &subject);
    if (subject.key >= scene->picture->key_count)
        subject.key = UINT32_MAX;
    if (subject.key == UINT32_MAX && !subject.operation && actor < scene->picture->node_count)
        subject.node = actor;
    return subject;
}

/* --- the parts in columns ------------------------------------------------------------------ */

struct plan {
    numbers_part *parts[5];
    uint32_t count;
};

static struct plan plan_of(const struct subject *subject)
{
    if (subject->node != UINT32_MAX)
        return (struct plan){{numbers_owned, numbers_timers, numbers_silence, numbers_open}, 4};
    if (subject->operation)
        return (struct plan){{numbers_open, numbers_walk, numbers_rule, numbers_versions}, 4};
    if (subject->key != UINT32_MAX)
        return (struct plan){{numbers_walk, numbers_rule, numbers_open, numbers_versions}, 4};
    return (struct plan){{numbers_rule, numbers_open}, 2};
}

void page_numbers(struct writer *writer, struct hits *hits)
{
    struct subject subject = subject_of(writer->scene);
    struct plan plan = plan_of(&subject);
    float size = writer->scene->size, gap = size * 2;
    writer_scroll(writer);
    float lowest = writer->y;
    struct writer column = *writer;
    bool has_second = writer->box.w > size * 84;
    if (has_second)
        column.box.w = (writer->box.w - gap) / 2;
    for (uint32_t i = 0; i < plan.count; i++) {
        if (has_second && i == (plan.count + 1) / 2) {
            column.box.x += column.box.w + gap;
            lowest = fmaxf(lowest, column.y);
            column.y = writer->y;
        }
        plan.parts[i](&column, &subject, hits);
    }
    if (subject.key == UINT32_MAX && subject.node == UINT32_MAX && !subject.operation)
        writer_wrapped(&column, writer->scene->theme->faint,
                       "Select a key, a node or a message, and its numbers stand here.");
    writer->y = fmaxf(lowest, column.y);
    writer->is_cut = writer->y > writer->box.y + writer->box.h + 1;
}
