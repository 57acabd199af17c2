/*
 * numbers_node.c: what a node owns, what runs down on it, and what it thinks of the others.
 *
 * The last of these is the table of peer_table.h, without a limit: what a detector has in its
 * memory of each peer, and how near that is to a verdict.
 */
#include "viz/inspector/numbers.h"
#include "viz/inspector/peer_table.h"
#include "viz/app/words.h"

void numbers_owned(struct writer *writer, const struct subject *subject, struct hits *hits)
{
    const struct picture *picture = writer->scene->picture;
    double owned = 0;
    uint32_t count = 0;
    char line[200], arcs[WORDS_MAX];
    (void)hits;
    for (uint32_t i = 0; i < picture->token_count; i++) {
        uint64_t before = picture->tokens[i ? i - 1 : picture->token_count - 1].position;
        if (picture->tokens[i].node != subject->node)
            continue;
        owned += (double)(picture->tokens[i].position - before) / 184467440737095516.16;
        count++;
    }
    snprintf(line, sizeof line, "what %s owns", picture->nodes[subject->node].name);
    writer_head(writer, line);
    snprintf(line, sizeof line, "%s, %.2f %% of the ring; an equal share is %.2f %%",
             words_count(count, "arc", arcs), picture->token_count == 1 ? 100.0 : owned,
             100.0 / picture->node_count);
    writer_wrapped(writer, writer->scene->theme->text, line);
}

static const char *timer_name(const struct scene *scene, const struct picture_timer *timer,
                              char text[64])
{
    const struct picture *picture = scene->picture;
    for (uint32_t i = 0; timer->kind == PICTURE_TIMER_OPERATION && i < picture->open_count; i++)
        if (picture->open[i].about == timer->about) {
            snprintf(text, 64, "timeout of %s", picture->open[i].label);
            return text;
        }
    if (timer->kind == PICTURE_TIMER_SUSPICION && timer->peer < picture->node_count) {
        snprintf(text, 64, "the suspicion of %.40s", picture->nodes[timer->peer].name);
        return text;
    }
    static const char *const names[] = {"an operation's timeout", "the next heartbeat",
                                        "the log's sync", "the change of members",
                                        "a read that may be late", "the repair",
                                        "the tombstones' age",
                                        "the next look for whom hints wait", "a batch of hints",
                                        "the next gossip", "a look at the ranges",
                                        "the probe", "a suspicion", "passing on news",
                                        "a client's patience"};
    _Static_assert(sizeof names / sizeof *names == PICTURE_TIMER_KIND_COUNT, "one a kind");
    return names[timer->kind];
}

void numbers_timers(struct writer *writer, const struct subject *subject, struct hits *hits)
{
    const struct scene *scene = writer->scene;
    bool is_titled = false;
    char line[200], name[64], left[32], whole[32];
    (void)hits;
    for (uint32_t i = 0; i < scene->picture->timer_count; i++) {
        const struct picture_timer *timer = &scene->picture->timers[i];
        if (timer->owner != subject->node)
            continue;
        if (!is_titled)
            writer_head(writer, "what runs down");
        is_titled = true;
        vtime rest = timer->due_at > scene->clock ? timer->due_at - scene->clock : 0;
        vtime span = timer->due_at - timer->set_at;
        snprintf(line, sizeof line, "%s of %s: %s", scene_time(rest, left), scene_time(span, whole),
                 timer_name(scene, timer, name));
        numbers_bar(writer, span ? (float)rest / (float)span : 0,
                    timer->kind == PICTURE_TIMER_HEARTBEAT ? scene->theme->faint
                                                           : scene->theme->warn,
                    line);
    }
}

void numbers_silence(struct writer *writer, const struct subject *subject, struct hits *hits)
{
    (void)hits;
    writer_head(writer, "what it thinks of the others");
    peer_table_write(writer, subject->node, UINT32_MAX);
}
