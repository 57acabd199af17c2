/*
 * script_place.c: where on the screen a place of a script is.
 *
 * What is drawn last is what can be hit, so a thing that is half covered is pointed at where it
 * can be seen; one that cannot be seen cannot be pointed at, by a script no more than by a person.
 */
#include <string.h>

#include "base/nearest.h"
#include "base/units.h"
#include "viz/script/script.h"

/* --- names --------------------------------------------------------------------------------- */

static void say_unknown(struct text *failure, const char *what, const char *name,
                        const struct nearest *nearest)
{
    text_str(failure, "there is no ");
    text_str(failure, what);
    text_str(failure, " ");
    text_bytes_quoted(failure, units_word(name));
    text_str(failure, " here");
    nearest_suggest(failure, nearest);
}

static bool find_address(struct app *app, const char *name, uint32_t *address, struct text *failure)
{
    const struct picture *picture = app_picture(app);
    struct nearest nearest = nearest_to(units_word(name));
    for (uint32_t i = 0; i < picture->node_count + picture->client_count; i++) {
        bool is_node = i < picture->node_count;
        const char *here =
            is_node ? picture->nodes[i].name : picture->clients[i - picture->node_count];
        *address = is_node ? i : PICTURE_CLIENT_BASE + i - picture->node_count;
        if (strcmp(here, name) == 0)
            return true;
        nearest_offer_string(&nearest, here);
    }
    say_unknown(failure, "node or client", name, &nearest);
    return false;
}

static bool find_key(struct app *app, const char *name, uint32_t *index, struct text *failure)
{
    const struct picture *picture = app_picture(app);
    struct nearest nearest = nearest_to(units_word(name));
    for (*index = 0; *index < picture->key_count; (*index)++) {
        if (strcmp(picture->keys[*index].name, name) == 0)
            return true;
        nearest_offer_string(&nearest, picture->keys[*index].name);
    }
    say_unknown(failure, "key", name, &nearest);
    return false;
}

static bool find_command(const char *name, uint32_t *index, struct text *failure)
{
    struct nearest nearest = nearest_to(units_word(name));
    for (*index = 0; *index < app_command_count; (*index)++) {
        if (strcmp(app_commands[*index].name, name) == 0)
            return true;
        nearest_offer_string(&nearest, app_commands[*index].name);
    }
    say_unknown(failure, "command", name, &nearest);
    return false;
}

static bool find_page(const char *name, uint32_t *index, struct text *failure)
{
    static const char *const names[PAGE_COUNT] = {
#define PAGE(identifier, word) #word,
        PAGES(PAGE)
#undef PAGE
    };
    struct nearest nearest = nearest_to(units_word(name));
    for (*index = 0; *index < PAGE_COUNT; (*index)++) {
        if (strcmp(names[*index], name) == 0)
            return true;
        nearest_offer_string(&nearest, names[*index]);
    }
    say_unknown(failure, "page", name, &nearest);
    return false;
}

/* --- what is on the screen ----------------------------------------------------------------- */

/* A point of the hit where nothing else lies above it: the middle, or else one of a grid. */
static bool point_at(const struct hits *hits, const struct hit *hit, float *x, float *y)
{
    enum { GRID = 9 };
    *x = hit->box.x + hit->box.w / 2;
    *y = hit->box.y + hit->box.h / 2;
    if (hits_at(hits, *x, *y) == hit)
        return true;
    for (int i = 0; i < GRID * GRID; i++) {
        *x = hit->box.x + hit->box.w * ((float)(i % GRID) + 0.5f) / GRID;
        *y = hit->box.y + hit->box.h * ((float)(i / GRID) + 0.5f) / GRID;
        if (hits_at(hits, *x, *y) == hit)
            return true;
    }
    return false;
}

static bool is_in(const struct hit *hit, uint32_t pane)
{
    return pane == PANE_COUNT || hit->pane == pane;
}

static bool seek_hit(const struct hits *hits, uint32_t kind, uint64_t id, uint32_t pane, float *x,
                     float *y)
{
    for (uint32_t i = 0; i < hits->count; i++)
        if (pick_is(hits->items[i].pick, kind, id) && is_in(&hits->items[i], pane) &&
            point_at(hits, &hits->items[i], x, y))
            return true;
    return false;
}

/* In the pane that is asked for; otherwise in the ring rather than elsewhere. */
static bool find_hit(struct app *app, const struct script_place *place, uint32_t kind, uint64_t id,
                     float *x, float *y, struct text *failure)
{
    const struct hits *hits = &app->hits;
    if (place->pane == PANE_COUNT && seek_hit(hits, kind, id, PANE_RING, x, y))
        return true;
    if (seek_hit(hits, kind, id, place->pane, x, y))
        return true;
    text_str(failure, "this is not on the screen");
    if (place->pane < PANE_COUNT) {
        text_str(failure, " in the ");
        text_str(failure, pane_words[place->pane]);
    }
    return false;
}

static bool find_message(struct app *app, const struct script_place *place, float *x, float *y,
                         struct text *failure)
{
    const struct picture *picture = app_picture(app);
    uint32_t from = UINT32_MAX, to = UINT32_MAX;
    if (place->from && (!find_address(app, place->from, &from, failure) ||
                        !find_address(app, place->to, &to, failure)))
        return false;
    for (uint32_t i = 0; i < picture->message_count; i++) {
        const struct picture_message *message = &picture->messages[i];
        bool is_way = !place->from || (message->from == from && message->to == to);
        bool is_kind = !place->letter || message->letter == place->letter;
        if (is_way && is_kind)
            return find_hit(app, place, PICK_RECORD, message->record, x, y, failure);
    }
    text_str(failure, "no such message is in flight now");
    return false;
}

static bool find_cut(struct app *app, const struct script_place *place, float *x, float *y,
                     struct text *failure)
{
    uint32_t from, to;
    if (!find_address(app, place->from, &from, failure) ||
        !find_address(app, place->to, &to, failure))
        return false;
    uint64_t way = (uint64_t)from << 32 | to, back = (uint64_t)to << 32 | from;
    /* where both ways are cut, one mark is for both */
    return seek_hit(&app->hits, PICK_CUT, way, place->pane, x, y) ||
           find_hit(app, place, PICK_CUT, back, x, y, failure);
}

/* The first line of the log that has these words. */
static bool find_record(struct app *app, const struct script_place *place, float *x, float *y,
                        struct text *failure)
{
    const struct hits *hits = &app->hits;
    char sentence[260];
    for (uint32_t i = 0; i < hits->count; i++) {
        const struct hit *hit = &hits->items[i];
        if (hit->pick.kind != PICK_RECORD || hit->pane != PANE_LOG)
            continue;
        const struct tape_record *record = stage_record(app->stage, hit->pick.id);
        if (!record)
            continue;
        stage_sentence(app->stage, record, sentence, sizeof sentence);
        if (strstr(sentence, place->name) && point_at(hits, hit, x, y))
            return true;
    }
    text_str(failure, "no line of the log on the screen has ");
    text_bytes_quoted(failure, units_word(place->name));
    return false;
}

/* Halfway between two nodes of the ring, and outside of their line, where nothing is. */
static bool find_between(struct app *app, const struct script_place *place, float *x, float *y,
                         struct text *failure)
{
    struct script_place one = {.kind = PLACE_NAME, .name = place->name, .pane = PANE_RING};
    struct script_place two = {.kind = PLACE_NAME, .name = place->other, .pane = PANE_RING};
    float x2, y2;
    struct box room = app->hits.rooms[PANE_RING];
    if (!script_find(app, &one, x, y, failure) || !script_find(app, &two, &x2, &y2, failure))
        return false;
    float middle_x = room.x + room.w / 2, middle_y = room.y + room.h / 2;
    *x = middle_x + ((*x + x2) / 2 - middle_x) * 1.5f;
    *y = middle_y + ((*y + y2) / 2 - middle_y) * 1.5f;
    return true;
}

static bool find_scrub(struct app *app, const struct script_place *place, float *x, float *y,
                       struct text *failure)
{
    double part = (double)place->time / (double)app_picture(app)->duration;
    for (uint32_t i = 0; i < app->hits.count; i++) {
        struct box box = app->hits.items[i].box;
        if (app->hits.items[i].pick.kind != PICK_SCRUB)
            continue;
        *x = box.x + (float)((double)box.w * (part > 1 ? 1 : part));
        *y = box.y + box.h / 2;
        return true;
    }
    text_str(failure, "the bar of time is not on the screen");
    return false;
}

static bool find_pane(struct app *app, const struct script_place *place, float *x, float *y,
                      struct text *failure)
{
    struct box room = app->hits.rooms[place->number];
    *x = room.x + room.w / 2;
    *y = room.y + room.h / 2;
    if (room.w > 0)
        return true;
    text_str(failure, "this pane is not on the screen");
    return false;
}

/* An entry of the menu that is open, by the name of its command, or a topic of the bar. */
static bool find_entry(struct app *app, const struct script_place *place, float *x, float *y,
                       struct text *failure)
{
    struct menu_entry entries[MENU_ENTRIES_MAX];
    uint32_t count = app->mode == MODE_MENU ? menu_entries(app, entries) : 0;
    bool is_ok = strcmp(place->name, "ok") == 0;
    if (app->mode == MODE_ASK && (is_ok || strcmp(place->name, "cancel") == 0))
        return find_hit(app, place, PICK_ENTRY, !is_ok, x, y, failure);
    struct nearest nearest = nearest_to(units_word(place->name));
    for (uint32_t i = 0; i < count; i++) {
        const char *name = app_commands[entries[i].index].name;
        if (entries[i].is_heading)
            continue;
        if (strcmp(name, place->name) == 0)
            return find_hit(app, place, PICK_ENTRY, i, x, y, failure);
        nearest_offer_string(&nearest, name);
    }
    for (uint32_t i = 0; i < TOPIC_COUNT && app->mode == MODE_MENU && app->menu.is_bar; i++) {
        if (strcmp(topic_words[i], place->name) == 0)
            return find_hit(app, place, PICK_TOPIC, i, x, y, failure);
        nearest_offer_string(&nearest, topic_words[i]);
    }
    if (app->mode != MODE_MENU)
        text_str(failure, "no menu is open");
    else
        say_unknown(failure, "menu entry", place->name, &nearest);
    return false;
}

/* --- all kinds ----------------------------------------------------------------------------- */

static bool find_named(struct app *app, const struct script_place *place, float *x, float *y,
                       struct text *failure)
{
    uint32_t id = 0;
    switch (place->kind) {
    case PLACE_NAME:
        return find_address(app, place->name, &id, failure) &&
               find_hit(app, place, PICK_ACTOR, id, x, y, failure);
    case PLACE_KEY:
        return find_key(app, place->name, &id, failure) &&
               find_hit(app, place, PICK_KEY, id, x, y, failure);
    case PLACE_BUTTON:
        return find_command(place->name, &id, failure) &&
               find_hit(app, place, PICK_COMMAND, id, x, y, failure);
    case PLACE_PAGE:
        return find_page(place->name, &id, failure) &&
               find_hit(app, place, PICK_PAGE, id, x, y, failure);
    case PLACE_BRANCH: return find_hit(app, place, PICK_BRANCH, place->number, x, y, failure);
    case PLACE_DIVIDER: return find_hit(app, place, PICK_DIVIDER, place->number, x, y, failure);
    case PLACE_TITLE: return find_hit(app, place, PICK_PANE, place->number, x, y, failure);
    default: text_str(failure, "this is not on the screen"); return false;
    }
}

bool script_find(struct app *app, const struct script_place *place, float *x, float *y,
                 struct text *failure)
{
    bool is_found;
    switch (place->kind) {
    case PLACE_POINT: *x = place->x, *y = place->y; return true;
    case PLACE_MESSAGE: is_found = find_message(app, place, x, y, failure); break;
    case PLACE_CUT: is_found = find_cut(app, place, x, y, failure); break;
    case PLACE_RECORD: is_found = find_record(app, place, x, y, failure); break;
    case PLACE_BETWEEN: is_found = find_between(app, place, x, y, failure); break;
    case PLACE_SCRUB: is_found = find_scrub(app, place, x, y, failure); break;
    case PLACE_MENU: is_found = find_entry(app, place, x, y, failure); break;
    case PLACE_PANE: is_found = find_pane(app, place, x, y, failure); break;
    default: is_found = find_named(app, place, x, y, failure);
    }
    *x += place->x;
    *y += place->y;
    return is_found;
}
