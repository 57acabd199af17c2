/*
 * numbers_quorum.c: R + W against N, and the operations that are open.
 *
 * When R + W is more than N, a read meets every write before it in R + W - N replicas at least:
 * the nodes that were read and those that were written cannot all be different ones. What
 * follows stands there with the scenario's numbers, and what can be reached now.
 */
#include <string.h>

#include "viz/inspector/numbers.h"
#include "viz/ring/slots.h"
#include "viz/app/words.h"

static void write_formula(struct writer *writer, uint32_t r, uint32_t w, uint32_t n)
{
    const struct theme *theme = writer->scene->theme;
    bool is_met = r + w > n;
    float size = writer->scene->size * 1.3f;
    char line[260], replicas[WORDS_MAX];
    snprintf(line, sizeof line, "R + W %s N:  %u + %u %s %u", is_met ? ">" : "<=", r, w,
             is_met ? ">" : "<=", n);
    scene_text(writer->list, writer->box, writer->box.x, writer->y, size,
               is_met ? theme->good : theme->warn, line);
    writer->y += size * DRAW_LINE_HEIGHT;
    if (is_met)
        snprintf(line, sizeof line,
                 "Every %u that are read and every %u that were written have at least %u of the "
                 "%s in common: a read sees the last write that was acknowledged.",
                 r, w, r + w - n, words_count(n, "replica", replicas));
    else
        snprintf(line, sizeof line,
                 "The %u that %s read and the %u that %s written may be different ones of the "
                 "%s: a read may miss a write that was acknowledged.",
                 r, words_verb(r, "is", "are"), w, words_verb(w, "was", "were"),
                 words_count(n, "replica", replicas));
    writer_wrapped(writer, theme->text, line);
}

/* The arc that a position lies in. */
static const struct picture_token *token_of(const struct picture *picture, uint64_t position)
{
    for (uint32_t i = 0; i < picture->token_count; i++)
        if (picture->tokens[i].position >= position)
            return &picture->tokens[i];
    return picture->token_count > 0 ? &picture->tokens[0] : NULL;
}

static void write_reach(struct writer *writer, const struct picture_token *token)
{
    static const char *const words[] = {
        [PICTURE_REACH_ALL] = "reads and writes are possible",
        [PICTURE_REACH_BOTH] = "reads and writes are possible",
        [PICTURE_REACH_READ] = "only reads are possible: W is lost",
        [PICTURE_REACH_WRITE] = "only writes are possible: R is lost",
        [PICTURE_REACH_NONE] = "neither reads nor writes are possible",
    };
    const struct theme *theme = writer->scene->theme;
    char line[160], replicas[WORDS_MAX];
    snprintf(line, sizeof line, "Now a node reaches %u of %s: %s.", token->reached,
             words_count(token->replicas, "replica", replicas), words[token->reach]);
    writer_wrapped(writer, token->reach <= PICTURE_REACH_BOTH ? theme->good : theme->bad, line);
}

/* Of the whole ring: how many arcs there are of each kind. */
static void write_all_reach(struct writer *writer)
{
    static const char *const words[] = {"all replicas", "R and W", "only R", "only W", "neither"};
    const struct picture *picture = writer->scene->picture;
    uint32_t counts[PICTURE_REACH_COUNT] = {0};
    char line[200], arcs[WORDS_MAX];
    size_t used = (size_t)snprintf(line, sizeof line, "Of %s a node now reaches:",
                                   words_count(picture->token_count, "arc", arcs));
    for (uint32_t i = 0; i < picture->token_count; i++)
        counts[picture->tokens[i].reach]++;
    for (uint32_t i = 0; i < PICTURE_REACH_COUNT; i++)
        if (counts[i] > 0)
            used += (size_t)snprintf(line + used, sizeof line - used, " %s %u;", words[i],
                                     counts[i]);
    line[used - 1] = '.';
    writer_wrapped(writer, writer->scene->theme->text, line);
}

void numbers_rule(struct writer *writer, const struct subject *subject, struct hits *hits)
{
    const struct picture *picture = writer->scene->picture;
    const struct picture_rules *rules = &picture->rules;
    char line[160];
    (void)hits;
    writer_head(writer, "how many must answer");
    write_formula(writer, rules->read_needed, rules->write_needed, rules->replication);
    snprintf(line, sizeof line, "(by default reads ask at level %s, writes at level %s)",
             rules->read_level, rules->write_level);
    writer_wrapped(writer, writer->scene->theme->faint, line);
    if (subject->key >= picture->key_count)
        write_all_reach(writer);
    else
        write_reach(writer, token_of(picture, picture->keys[subject->key].position));
}

/* --- open operations ----------------------------------------------------------------------- */

static void write_head(struct writer *writer, const struct picture_operation *operation,
                       struct hits *hits)
{
    const struct scene *scene = writer->scene;
    float size = scene->size, line = size * DRAW_LINE_HEIGHT, side = size * 0.8f;
    float slots = (float)operation->replica_count * side * 1.25f + size * 0.4f;
    vtime wait = operation->due_at > scene->clock ? operation->due_at - scene->clock : 0;
    char text[200], left[32];
    snprintf(text, sizeof text, "%s %s at %s: %u of %u, timeout %s%s", operation->label,
             operation->kind, scene->picture->nodes[operation->coordinator].name,
             operation->acknowledged, operation->needed, wait ? "in " : "overdue",
             wait ? scene_time(wait, left) : "");
    if (writer_is_in_sight(writer, line)) {
        bool is_picked = pick_is(scene->pick, PICK_RECORD, operation->record);
        if (is_picked)
            draw_rect(writer->list, writer->box.x, writer->y, writer->box.w, line,
                      with_alpha(scene->theme->accent, 60));
        for (uint32_t i = 0; i < operation->replica_count; i++)
            slot_draw(writer->list, scene->theme, operation->slots[i],
                      writer->box.x + (float)i * side * 1.25f, writer->y + size * 0.25f, side);
        hits_add(hits, (struct box){writer->box.x, writer->y, writer->box.w, line}, PICK_RECORD,
                 operation->record);
    }
    scene_text(writer->list, writer->box, writer->box.x + slots, writer->y, size,
               scene->theme->text, text);
    writer->y += line;
}

static void write_slots(struct writer *writer, const struct picture_operation *operation)
{
    const struct scene *scene = writer->scene;
    char line[160];
    snprintf(line, sizeof line, "    %s", phase_words(operation->phase));
    writer_line(writer, scene->theme->faint, line);
    for (uint32_t i = 0; i < operation->replica_count; i++) {
        snprintf(line, sizeof line, "    %s %s", scene->picture->nodes[operation->replicas[i]].name,
                 slot_words(operation->slots[i]));
        writer_line(writer,
                    operation->slots[i] == PICTURE_SLOT_LOST ? scene->theme->bad
                                                             : scene->theme->text,
                    line);
    }
}

static bool is_about(const struct subject *subject, const struct picture_operation *operation)
{
    if (subject->operation)
        return operation == subject->operation || operation->key == subject->operation->key;
    if (subject->key != UINT32_MAX)
        return operation->key == subject->key;
    return subject->node == UINT32_MAX || operation->coordinator == subject->node;
}

/* The selected one in all its slots, others of the same key or node in a line each. */
void numbers_open(struct writer *writer, const struct subject *subject, struct hits *hits)
{
    const struct picture *picture = writer->scene->picture;
    bool is_titled = false;
    for (uint32_t i = 0; i < picture->open_count; i++) {
        const struct picture_operation *operation = &picture->open[i];
        if (!is_about(subject, operation))
            continue;
        if (!is_titled)
            writer_head(writer, "open operations, slot by slot");
        is_titled = true;
        write_head(writer, operation, hits);
        if (operation == subject->operation || (!subject->operation && subject->key != UINT32_MAX))
            write_slots(writer, operation);
    }
}
