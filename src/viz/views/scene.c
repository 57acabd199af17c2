/*
 * scene.c: what all views share.
 */
#include "viz/views/scene.h"

#include <string.h>

#include "viz/app/commands.h"

const char *const pane_names[PANE_COUNT] = {"Ring", "Space-time", "Inspector", "Log"};

const char *const pane_words[PANE_COUNT] = {
#define PANE(identifier, word) word,
    PANES(PANE)
#undef PANE
};

uint32_t scene_actor(const struct scene *scene)
{
    if (scene->pick.kind == PICK_ACTOR)
        return (uint32_t)scene->pick.id;
    if (scene->pick.kind == PICK_RECORD) {
        const struct tape_record *record = stage_record(scene->stage, scene->pick.id);
        return record ? record->actor : UINT32_MAX;
    }
    return UINT32_MAX;
}

const char *scene_actor_name(const struct scene *scene, uint32_t actor)
{
    const struct picture *picture = scene->picture;
    if (actor < picture->node_count)
        return picture->nodes[actor].name;
    if (is_client(actor) && actor - PICTURE_CLIENT_BASE < picture->client_count)
        return picture->clients[actor - PICTURE_CLIENT_BASE];
    return "world";
}

void hits_clear(struct hits *hits)
{
    hits->count = hits->floor = 0;
    hits->pane = PANE_COUNT;
    memset(hits->rooms, 0, sizeof hits->rooms);
    memset(&hits->time, 0, sizeof hits->time);
}

void hits_add(struct hits *hits, struct box box, uint32_t kind, uint64_t id)
{
    if (hits->count < HITS_MAX)
        hits->items[hits->count++] = (struct hit){box, {kind, id}, hits->pane};
}

const struct hit *hits_at(const struct hits *hits, float x, float y)
{
    for (uint32_t i = hits->count; i-- > hits->floor;)
        if (box_has(hits->items[i].box, x, y))
            return &hits->items[i];
    return NULL;
}

struct pick hits_find(const struct hits *hits, float x, float y)
{
    const struct hit *hit = hits_at(hits, x, y);
    return hit ? hit->pick : (struct pick){PICK_NONE, 0};
}

uint32_t hits_pane(const struct hits *hits, float x, float y)
{
    for (uint32_t pane = 0; pane < PANE_COUNT; pane++)
        if (box_has(hits->rooms[pane], x, y))
            return pane;
    return PANE_COUNT;
}

struct draw_color with_alpha(struct draw_color color, uint8_t alpha)
{
    color.a = alpha;
    return color;
}

void scene_text(struct draw_list *list, struct box box, float x, float y, float size,
                struct draw_color color, const char *text)
{
    if (y < box.y || y + size * DRAW_LINE_HEIGHT > box.y + box.h + 0.5f)
        return;
    draw_text_fit(list, x, y, box.x + box.w - x, size, color, text);
}

size_t scene_line_size(const char *text, size_t columns)
{
    size_t size = strlen(text), whole = columns;
    if (size <= columns)
        return size;
    while (whole > 1 && text[whole] != ' ')
        whole--;
    return whole > 1 ? whole : columns;
}

float scene_message_part(const struct scene *scene, const struct picture_message *message)
{
    vtime left = message->left;
    if (!message->is_held)
        left = message->arrives_at - (scene->clock < message->arrives_at ? scene->clock
                                                                         : message->arrives_at);
    float part = message->way == 0 ? 1 : 0;
    if (left < message->way)
        part = (float)(message->way - left) / (float)message->way;
    if (message->is_held) /* clear of both ends, where it would be hidden */
        part = part < 0.15f ? 0.15f : part > 0.85f ? 0.85f : part;
    return part;
}

/* At the end of the title: this pane alone, or all again. */
static void draw_size_button(const struct scene *scene, struct draw_list *list, struct hits *hits,
                             struct box box, uint32_t pane)
{
    float side = box.h * 0.42f, x = box.x + (box.w - side) / 2, y = box.y + (box.h - side) / 2;
    draw_frame(list, x, y, side, side, 1, scene->theme->faint);
    if (scene->maximised == pane)
        draw_rect(list, x, y + side * 0.5f, side * 0.5f, side * 0.5f, scene->theme->faint);
    else
        draw_rect(list, x, y, side, side * 0.25f, scene->theme->faint);
    hits_add(hits, box, PICK_COMMAND, app_command_named(pane_words[pane])); /* named alike */
}

struct box scene_pane(const struct scene *scene, struct draw_list *list, struct hits *hits,
                      struct box box, uint32_t pane, const char *note)
{
    const struct theme *theme = scene->theme;
    float size = scene->size, bar = size * 1.6f;
    char title[200];
    snprintf(title, sizeof title, "%s%s%s", pane_names[pane], *note ? "  " : "", note);
    draw_clip(list, box.x, box.y, box.w, box.h);
    draw_rect(list, box.x, box.y, box.w, box.h, theme->pane);
    draw_frame(list, box.x, box.y, box.w, box.h, 1, theme->line);
    struct box head = {box.x + size * 0.6f, box.y, box.w - size * 0.6f - bar, bar};
    scene_text(list, head, head.x, box.y + size * 0.2f, size, theme->faint, title);
    hits->pane = pane;
    hits_add(hits, (struct box){box.x, box.y, box.w, bar}, PICK_PANE, pane);
    draw_size_button(scene, list, hits, (struct box){box.x + box.w - bar, box.y, bar, bar}, pane);
    float margin = size * 0.6f;
    struct box room = {box.x + margin, box.y + bar, box.w - 2 * margin, box.h - bar - margin};
    hits->rooms[pane] = room;
    return room;
}

const char *scene_time(vtime time, char text[32])
{
    if (time == VTIME_NEVER)
        return "never";
    struct text out;
    text_init(&out, text, 32);
    text_time(&out, time >= MICROSECOND ? time / MICROSECOND * MICROSECOND : time);
    return text;
}

uint32_t scene_why_mark(const struct scene *scene, uint64_t number)
{
    for (uint32_t i = 0; scene->why && i < scene->why->count; i++)
        if (scene->why->links[i].record.number == number)
            return i + 1;
    return 0;
}

const char *scene_why_marks(const struct scene *scene, uint32_t actor, char text[32])
{
    size_t used = 0;
    text[0] = '\0';
    for (uint32_t i = 0; scene->why && i < scene->why->count && used + 6 < 32; i++)
        if (scene->why->links[i].record.actor == actor)
            used += (size_t)snprintf(text + used, 32 - used, used ? ",%u" : "%u", i + 1);
    return text;
}
