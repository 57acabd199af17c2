/*
 * peer_table.c: the lines of the table, in columns as wide as what is in them.
 */
#include "viz/inspector/peer_table.h"

#include <string.h>

#define PEERS_MAX 1024
#define CELL_MAX  48

enum column { COLUMN_PEER, COLUMN_STATE, COLUMN_LIFE, COLUMN_HEARD, COLUMN_DOUBT, COLUMN_COUNT };

struct table_look {
    struct writer *writer;
    uint32_t node;
    struct picture_listener listener;
    struct picture_peer peers[PEERS_MAX];
    uint32_t order[PEERS_MAX]; /* who comes first */
    uint32_t count;            /* of these */
    uint32_t widths[COLUMN_COUNT];
};

/* --- cells ----------------------------------------------------------------------------------- */

static const char *state_word(const struct table_look *look, const struct picture_peer *peer)
{
    return peer->state == PEER_DOWN && look->listener.is_swim ? "dead"
                                                              : peer_state_words[peer->state];
}

static void write_life(const struct table_look *look, const struct picture_peer *peer, char *cell)
{
    unsigned long long second = look->listener.is_swim ? peer->incarnation : peer->version;
    if (peer->generation == 0)
        snprintf(cell, CELL_MAX, "-");
    else
        snprintf(cell, CELL_MAX, "%llu.%llu", (unsigned long long)peer->generation, second);
}

static void write_doubt(const struct table_look *look, const struct picture_peer *peer, char *cell)
{
    if (peer->state == PEER_SUSPECTED && peer->expected > 0)
        snprintf(cell, CELL_MAX, "%.2f of %.2f s left, %u of %u confirm",
                 (double)peer->left / 1e9, (double)peer->whole / 1e9, peer->confirmations,
                 peer->expected);
    else if (peer->state == PEER_SUSPECTED)
        snprintf(cell, CELL_MAX, "%.2f of %.2f s left", (double)peer->left / 1e9,
                 (double)peer->whole / 1e9);
    else if (peer->state == PEER_STRANGER || peer->state == PEER_LEFT || look->listener.is_swim)
        snprintf(cell, CELL_MAX, "-");
    else if (look->listener.is_phi)
        snprintf(cell, CELL_MAX, "phi %.2f", (double)peer->phi_milli / 1e3);
    else
        snprintf(cell, CELL_MAX, "%.0f %%", (double)peer->part_ppm / 1e4);
}

static void write_cell(const struct table_look *look, uint32_t index, uint32_t column, char *cell)
{
    static const char *const heads[COLUMN_COUNT] = {"PEER", "STATE", "LIFE", "HEARD", "DOUBT"};
    if (index == UINT32_MAX) {
        snprintf(cell, CELL_MAX, "%s", heads[column]);
        return;
    }
    const struct picture_peer *peer = &look->peers[index];
    switch (column) {
    case COLUMN_PEER:
        snprintf(cell, CELL_MAX, "%.20s", look->writer->scene->picture->nodes[index].name);
        break;
    case COLUMN_STATE: snprintf(cell, CELL_MAX, "%s", state_word(look, peer)); break;
    case COLUMN_LIFE: write_life(look, peer, cell); break;
    case COLUMN_DOUBT: write_doubt(look, peer, cell); break;
    default:
        if (peer->state == PEER_STRANGER)
            snprintf(cell, CELL_MAX, "-");
        else
            snprintf(cell, CELL_MAX, "%.2f s ago", (double)peer->silence / 1e9);
    }
}

/* --- lines ----------------------------------------------------------------------------------- */

static void write_row(const struct table_look *look, uint32_t index, struct draw_color color)
{
    char line[CELL_MAX * COLUMN_COUNT + 16] = " ", cell[CELL_MAX];
    size_t size = 1;
    for (uint32_t column = 0; column < COLUMN_COUNT; column++) {
        if (look->widths[column] == 0)
            continue;
        write_cell(look, index, column, cell);
        size += (size_t)snprintf(line + size, sizeof line - size, "%-*s  ",
                                 (int)look->widths[column], cell);
    }
    writer_line(look->writer, color, line);
}

/* The way to the verdict, as a bar to the right of the line that was written last. */
static void write_bar(const struct table_look *look, const struct picture_peer *peer,
                      struct draw_color color)
{
    const struct writer *writer = look->writer;
    float size = writer->scene->size, h = size * 0.5f, letter = size * DRAW_CHARACTER_WIDTH;
    float row = size * DRAW_LINE_HEIGHT, columns = 1;
    for (uint32_t i = 0; i < COLUMN_COUNT; i++)
        columns += look->widths[i] ? (float)look->widths[i] + 2 : 0;
    float x = writer->box.x + columns * letter, right = writer->box.x + writer->box.w;
    float w = right - x < size * 8 ? right - x : size * 8;
    float y = writer->y - row / 2 - h / 2;
    bool is_seen = writer->y - row >= writer->box.y &&
                   writer->y <= writer->box.y + writer->box.h + 0.5f;
    if (w < size * 2 || !is_seen)
        return;
    draw_frame(writer->list, x, y, w, h, 1, writer->scene->theme->line);
    draw_rect(writer->list, x, y, w * (float)peer->part_ppm / (float)PEER_ALL, h, color);
}

static void write_listener(const struct table_look *look)
{
    const struct scene *scene = look->writer->scene;
    const struct picture_listener *listener = &look->listener;
    char line[160], limit[32];
    if (listener->has_health && listener->health > 0)
        snprintf(line, sizeof line, "%s; health score %u of %u: its probes wait %u times as long",
                 listener->detector, listener->health, listener->health_max, listener->health + 1);
    else if (listener->has_health)
        snprintf(line, sizeof line, "%s; health score 0 of %u: it trusts itself",
                 listener->detector, listener->health_max);
    else if (listener->is_swim)
        snprintf(line, sizeof line, "%s: down when it does not refute in time", listener->detector);
    else if (listener->is_phi)
        snprintf(line, sizeof line, "%s: down above %.3g%s", listener->detector,
                 (double)listener->threshold_milli / 1e3,
                 listener->has_gossip ? ", by gossip" : "");
    else
        snprintf(line, sizeof line, "%s: down after %s of silence", listener->detector,
                 scene_time(scene->picture->rules.suspect_after, limit));
    writer_wrapped(look->writer, listener->health ? scene->theme->warn : scene->theme->faint, line);
}

static struct draw_color color_of(const struct table_look *look, const struct picture_peer *peer)
{
    const struct theme *theme = look->writer->scene->theme;
    switch (peer->state) {
    case PEER_DOWN: return theme->bad;
    case PEER_SUSPECTED: return theme->warn;
    case PEER_UP: return theme->text;
    default: return theme->faint;
    }
}

/* --- the table ------------------------------------------------------------------------------- */

/* Those that are doubted come first, those that are no members last. */
static void order_peers(struct table_look *look)
{
    static const uint8_t ranks[] = {PEER_SUSPECTED, PEER_DOWN, PEER_UP, PEER_LEFT, PEER_STRANGER};
    _Static_assert(sizeof ranks == PEER_STATE_COUNT, "every state has its place");
    for (size_t rank = 0; rank < sizeof ranks; rank++)
        for (uint32_t i = 0; i < look->writer->scene->picture->node_count; i++)
            if (i != look->node && look->peers[i].state == ranks[rank])
                look->order[look->count++] = i;
}

static void measure(struct table_look *look, uint32_t shown)
{
    char cell[CELL_MAX];
    for (uint32_t column = 0; column < COLUMN_COUNT; column++) {
        bool has_any = false;
        for (uint32_t i = 0; i < shown; i++) {
            write_cell(look, look->order[i], column, cell);
            has_any |= strcmp(cell, "-") != 0;
            look->widths[column] = MAX(look->widths[column], (uint32_t)strlen(cell));
        }
        write_cell(look, UINT32_MAX, column, cell);
        look->widths[column] = has_any ? MAX(look->widths[column], (uint32_t)strlen(cell)) : 0;
    }
}

void peer_table_write(struct writer *writer, uint32_t node, uint32_t most)
{
    const struct scene *scene = writer->scene;
    struct table_look look = {.writer = writer, .node = node};
    if (scene->picture->node_count > PEERS_MAX ||
        !stage_listener(scene->stage, node, &look.listener) ||
        !stage_peers(scene->stage, node, scene->clock, look.peers)) {
        writer_wrapped(writer, scene->theme->faint,
                       "nothing: it does not run, or no detector does and every node counts as up");
        return;
    }
    order_peers(&look);
    uint32_t shown = MIN(look.count, most);
    measure(&look, shown);
    write_listener(&look);
    write_row(&look, UINT32_MAX, scene->theme->faint);
    for (uint32_t i = 0; i < shown; i++) {
        const struct picture_peer *peer = &look.peers[look.order[i]];
        struct draw_color color = color_of(&look, peer);
        write_row(&look, look.order[i], color);
        write_bar(&look, peer, peer->state == PEER_UP ? scene->theme->accent : color);
    }
    char more[40];
    snprintf(more, sizeof more, " and %u more", look.count - shown);
    if (look.count > shown)
        writer_line(writer, scene->theme->faint, more);
}
