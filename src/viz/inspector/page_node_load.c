/*
 * page_node_load.c: what a node has to do, what others owe it, and what it is asked for most.
 *
 *     queue 12 of at most 50                     [##      ]
 *     reads asked of n2: 7 open, 2.1 ms          [#####   ]
 *     k1: 4110 reads, 62 % of all                [######  ]
 *
 * Where nothing bounds what waits, a bar is full at twice of what is much.
 */
#include "viz/app/words.h"
#include "viz/inspector/page_node.h"

#define PEERS_SHOWN 8
#define QUEUE_MANY  40 /* a queue or a list of open reads of so many is full */

static struct draw_color color_of(const struct look *look, uint64_t part, uint64_t whole)
{
    const struct theme *theme = look->writer->scene->theme;
    return part * 10 > whole * 9 ? theme->bad : part * 2 > whole ? theme->warn : theme->accent;
}

static void write_bounded(const struct look *look, const char *what, uint64_t part, uint64_t bound)
{
    const struct theme *theme = look->writer->scene->theme;
    uint64_t whole = bound ? bound : QUEUE_MANY;
    char line[200];
    if (bound)
        snprintf(line, sizeof line, "%s: %llu of at most %llu", what, (unsigned long long)part,
                 (unsigned long long)bound);
    else
        snprintf(line, sizeof line, "%s: %llu, without a bound", what, (unsigned long long)part);
    node_line(look, part * 2 > whole ? theme->warn : theme->text, line);
    node_bar(look, part, whole, color_of(look, part, whole));
}

static void write_refusals(const struct look *look)
{
    const struct scene *scene = look->writer->scene;
    char line[200], ago[32], requests[WORDS_MAX];
    if (look->node->shed == 0)
        return;
    words_count(look->node->shed, "request", requests);
    if (look->node->shed_ago == VTIME_NEVER)
        snprintf(line, sizeof line, "has refused or dropped %s", requests);
    else
        snprintf(line, sizeof line, "has refused or dropped %s, the last %s ago", requests,
                 scene_time(look->node->shed_ago, ago));
    node_line(look, scene->theme->warn, line);
}

static void write_peers(const struct look *look)
{
    const struct scene *scene = look->writer->scene;
    const struct inside_load *load = &look->inside->load;
    uint32_t shown = MIN(load->peer_count, (uint32_t)PEERS_SHOWN);
    char line[200], latency[32], more[WORDS_MAX];
    for (uint32_t i = 0; i < shown; i++) {
        const struct inside_peer *peer = &load->peers[i];
        int used = snprintf(line, sizeof line, "reads asked of %s: %u open of %llu",
                            scene->picture->nodes[peer->node].name, peer->outstanding,
                            (unsigned long long)peer->asked);
        if (peer->latency_ns > 0)
            snprintf(line + used, sizeof line - (size_t)used, ", on average %s",
                     scene_time(peer->latency_ns, latency));
        node_line(look, peer->outstanding > 0 ? scene->theme->text : scene->theme->faint, line);
        node_bar(look, peer->outstanding, QUEUE_MANY,
                 color_of(look, peer->outstanding, QUEUE_MANY));
    }
    if (load->peer_count > shown) {
        snprintf(line, sizeof line, "and reads of %s",
                 words_count(load->peer_count - shown, "other", more));
        node_line(look, scene->theme->faint, line);
    }
}

static void write_hot(const struct look *look, const struct inside_hot *hot)
{
    const struct theme *theme = look->writer->scene->theme;
    bool is_hot = hot->share_ppm > 100000;
    char line[200], error[60] = "";
    if (hot->error > 0)
        snprintf(error, sizeof error, ", at most %llu too many", (unsigned long long)hot->error);
    snprintf(line, sizeof line, "%s%s: %llu read, %llu written%s; %.1f %%", is_hot ? "^" : "",
             hot->name, (unsigned long long)hot->reads, (unsigned long long)hot->writes, error,
             (double)hot->share_ppm / 1e4);
    node_line(look, is_hot ? theme->warn : theme->text, line);
    node_bar(look, hot->share_ppm, 1000000, is_hot ? theme->warn : theme->accent);
}

void node_write_load(const struct look *look)
{
    const struct theme *theme = look->writer->scene->theme;
    const struct inside_load *load = &look->inside->load;
    char line[200];
    write_bounded(look, "queue", look->node->waiting, look->node->queue_bound);
    if (look->node->in_hand_limit > 0)
        write_bounded(look, "operations in hand", look->node->in_hand, look->node->in_hand_limit);
    write_refusals(look);
    write_peers(look);
    if (load->reads + load->writes == 0)
        return;
    snprintf(line, sizeof line, "asked as a replica: %llu reads, %llu writes; most for",
             (unsigned long long)load->reads, (unsigned long long)load->writes);
    node_line(look, theme->faint, line);
    for (uint32_t i = 0; i < load->hot_count; i++)
        write_hot(look, &load->hot[i]);
}
