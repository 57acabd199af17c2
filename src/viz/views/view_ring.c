/*
 * view_ring.c: the ring of tokens, the nodes around it, clients outside, and the messages
 * that are on their way between them.
 *
 * The picture is put together here, from below to above; ring.h says which file draws what.
 * Words find their places in the order of their worth: names and notes of nodes, clients, the
 * slots of open operations, the walk of the selected key, the scale. A word that has no place is
 * left out, so that none ever stands upon another.
 */
#include "viz/ring/ring.h"
#include "viz/app/words.h"

static void say_differences(const struct ring_differences *differences, char *text, size_t size)
{
    char keys[WORDS_MAX], ranges[WORDS_MAX];
    if (!differences->is_counted)
        snprintf(text, size, "too many ranges to compare (F8)");
    else if (differences->keys == 0)
        snprintf(text, size, "no key differs between its replicas (F8)");
    else
        snprintf(text, size, "%s%s %s in %s (F8)", differences->is_cut ? "at least " : "",
                 words_count(differences->keys, "key", keys),
                 words_verb(differences->keys, "differs", "differ"),
                 words_count(differences->ranges, "range", ranges));
}

static void write_note(const struct scene *scene, const struct ring_differences *differences,
                       char *note, size_t size)
{
    static const char *const colours[RING_COLOURS_COUNT] = {
        "arcs by owner (F8)", "arcs by what a client could get now (F8)", "",
        "arcs by what clients ask for (F8)"};
    char differing[120];
    const struct picture *picture = scene->picture;
    if (differences)
        say_differences(differences, differing, sizeof differing);
    char nodes[WORDS_MAX], messages[WORDS_MAX];
    snprintf(note, size, "%s, %s in flight, %s", words_count(picture->node_count, "node", nodes),
             words_count(picture->message_count, "message", messages),
             differences ? differing : colours[scene->ring_colours]);
}

void view_ring(const struct scene *scene, struct box box, struct draw_list *list, struct hits *hits)
{
    struct ring_room room;
    struct news news;
    struct ring ring = {.scene = scene, .list = list, .hits = hits, .room = &room};
    char note[240];
    struct ring_differences differences;
    if (scene->ring_colours == RING_BY_DIFFERENCE) {
        ring_count_differences(scene, &differences);
        ring.differences = &differences;
    }
    write_note(scene, ring.differences, note, sizeof note);
    ring.box = scene_pane(scene, list, hits, box, PANE_RING, note);
    bool is_node = scene->pick.kind == PICK_ACTOR && scene->pick.id < scene->picture->node_count;
    ring.node = is_node ? (uint32_t)scene->pick.id : UINT32_MAX;
    room_clear(&room, ring.box);
    ring_lay_out(&ring);
    if (scene->ring_sheet == RING_NEWS) {
        if (!stage_news(scene->stage, ring.node, scene->clock, &news))
            news = (struct news){0};
        ring.news = &news;
    }
    ring.descent = ring_find_descent(&ring);

    ring_draw_racks(&ring);
    ring_draw_arcs(&ring);
    ring_draw_descent(&ring);
    ring_draw_moves(&ring);
    ring_draw_keys(&ring);
    ring_plan_walk(&ring);
    ring_draw_cuts(&ring);
    ring_draw_news_heat(&ring);
    ring_draw_doubts(&ring);
    ring_draw_why_lines(&ring);
    ring_draw_hint_lines(&ring);
    ring_draw_nodes(&ring);
    ring_draw_timers(&ring);
    ring_draw_news(&ring);
    ring_draw_notes(&ring);
    ring_write_racks(&ring);
    ring_draw_clients(&ring);
    ring_draw_why(&ring);
    ring_draw_quorums(&ring);
    ring_draw_open(&ring);
    ring_draw_walk(&ring);
    ring_draw_hint_stacks(&ring);
    ring_draw_change(&ring);
    ring_write_doubts(&ring);
    ring_say_descent(&ring);
    ring_draw_words(&ring);
    ring_draw_messages(&ring);
    ring_draw_legend(&ring);
}
