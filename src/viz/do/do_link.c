/*
 * do_link.c: partitions, cuts and slow or lossy links.
 *
 * Groups are written in one line, "n1 n2 | n3 | n4 alice": whoever is named in none reaches all.
 * A name that nobody has is answered with the nearest one. Dragging does the same (drag.c).
 */
#include <string.h>

#include "base/nearest.h"
#include "base/units.h"
#include "viz/app/app.h"
#include "viz/do/bend.h"
#include "viz/do/do.h"

#define MEMBERS_MAX 4096 /* of all groups together */

/* --- names -------------------------------------------------------------------------------- */

/* The address of a node or client of that name; UINT32_MAX: there is none. */
uint32_t bend_find(const struct picture *picture, const char *name)
{
    for (uint32_t i = 0; i < picture->node_count; i++)
        if (strcmp(picture->nodes[i].name, name) == 0)
            return i;
    for (uint32_t i = 0; i < picture->client_count; i++)
        if (strcmp(picture->clients[i], name) == 0)
            return PICTURE_CLIENT_BASE + i;
    return UINT32_MAX;
}

/* "there is no "n22" here; did you mean "n2"?" */
void bend_ask_name_again(struct app *app, const char *answer, const char *name,
                         bool is_client_allowed)
{
    const struct picture *picture = app_picture(app);
    struct nearest nearest = nearest_to(units_word(name));
    char hint[120] = "";
    struct text text;
    for (uint32_t i = 0; i < picture->node_count; i++)
        nearest_offer_string(&nearest, picture->nodes[i].name);
    for (uint32_t i = 0; i < picture->client_count && is_client_allowed; i++)
        nearest_offer_string(&nearest, picture->clients[i]);
    text_init(&text, hint, sizeof hint);
    nearest_suggest(&text, &nearest);
    app_ask_again(app, answer, "there is no %s \"%.60s\" here%s",
                  is_client_allowed ? "node or client" : "node", name, hint);
}

/* --- partitions ------------------------------------------------------------------------------ */

void do_isolate(struct app *app)
{
    uint32_t node = app_node(app);
    char done[160];
    snprintf(done, sizeof done, "no message passes between %s and the other nodes (H heals)",
             app_picture(app)->nodes[node].name);
    bend_tell(app, stage_isolate(app->stage, node), done);
}

struct groups {
    uint32_t members[MEMBERS_MAX];
    uint32_t group_of[MEMBERS_MAX];
    uint32_t count;
    uint32_t group_count;
};

static uint32_t group_of_member(const struct groups *groups, uint32_t address)
{
    for (uint32_t i = 0; i < groups->count; i++)
        if (groups->members[i] == address)
            return groups->group_of[i];
    return UINT32_MAX;
}

/* One word of a group; false, and the question stands again, when it will not do. */
static bool add_member(struct app *app, const char *answer, struct groups *groups,
                       const char *word)
{
    uint32_t address = bend_find(app_picture(app), word);
    if (address == UINT32_MAX) {
        bend_ask_name_again(app, answer, word, true);
        return false;
    }
    uint32_t other = group_of_member(groups, address);
    if (other != UINT32_MAX || groups->count == MEMBERS_MAX) {
        app_ask_again(app, answer, other == groups->group_count ? "%s stands in a group twice"
                                                                : "%s stands in two groups", word);
        return false;
    }
    groups->members[groups->count] = address;
    groups->group_of[groups->count++] = groups->group_count;
    return true;
}

static bool read_groups(struct app *app, const char *answer, struct groups *groups)
{
    char line[sizeof app->typed], *at = line;
    snprintf(line, sizeof line, "%s", answer);
    *groups = (struct groups){0};
    while (at) {
        char *bar = strchr(at, '|'), *word;
        uint32_t before = groups->count;
        if (bar)
            *bar = '\0';
        while ((word = bend_word(&at)) != NULL)
            if (!add_member(app, answer, groups, word))
                return false;
        if (groups->count == before) {
            app_ask_again(app, answer, "a group is empty: expected names on both sides of each |");
            return false;
        }
        groups->group_count++;
        at = bar ? bar + 1 : NULL;
    }
    if (groups->group_count < 2)
        app_ask_again(app, answer, "expected two groups or more, with a | between them");
    return groups->group_count >= 2;
}

static void answer_groups(struct app *app, const char *answer)
{
    struct groups groups;
    char done[160];
    if (!read_groups(app, answer, &groups))
        return;
    snprintf(done, sizeof done, "no message passes between %u groups (H heals)",
             groups.group_count);
    bend_tell(app, stage_partition(app->stage, groups.count, groups.members, groups.group_of),
              done);
}

/* The smaller half, with the selected node in it, against all others. */
static void suggest_groups(struct app *app, char *line, size_t size)
{
    const struct picture *picture = app_picture(app);
    uint32_t count = picture->node_count, node = app_node(app);
    uint32_t first = node == UINT32_MAX ? 0 : node;
    uint32_t half = count / 2 ? count / 2 : 1;
    size_t used = 0;
    line[0] = '\0';
    for (uint32_t i = 0; i < count && used < size; i++) {
        const char *between = i == half ? " | " : i > 0 ? " " : "";
        used += (size_t)snprintf(line + used, size - used, "%s%s", between,
                                 picture->nodes[(first + i) % count].name);
    }
}

void do_split(struct app *app)
{
    char line[sizeof app->typed];
    suggest_groups(app, line, sizeof line);
    bend_ask(app, "Between which groups does nothing pass? For example: n1 n2 | n3 | n4 n5. "
                  "Clients may stand there, too; who is named nowhere reaches all.",
             line, answer_groups);
}

/* --- one way -------------------------------------------------------------------------- */

static void answer_cut(struct app *app, const char *answer)
{
    const struct picture *picture = app_picture(app);
    char line[sizeof app->typed], *at = line, done[160];
    snprintf(line, sizeof line, "%s", answer);
    const char *word = bend_word(&at);
    struct action action = {.kind = ACTION_CUT, .target = app_node(app)};
    if (action.target == UINT32_MAX) {
        app_refuse(app, why_not_need_node(app));
        return;
    }
    action.other = bend_find(picture, word ? word : "");
    if (action.other >= picture->node_count) {
        bend_ask_name_again(app, answer, word ? word : "", false);
        return;
    }
    const char *from = picture->nodes[action.target].name;
    if (action.other == action.target) {
        app_ask_again(app, answer, "expected another node than %s", from);
        return;
    }
    snprintf(done, sizeof done, "nothing gets from %s to %s; the way back is open (H heals)", from,
             picture->nodes[action.other].name);
    bend(app, action, done);
}

const char *why_not_need_two_nodes(struct app *app)
{
    const char *why_not = why_not_need_node(app);
    if (why_not || app_picture(app)->node_count > 1)
        return why_not;
    return "there is only one node: it has no links to others";
}

void do_one_way_cut(struct app *app)
{
    const struct picture *picture = app_picture(app);
    uint32_t next = (app_node(app) + 1) % picture->node_count;
    bend_ask(app, "Nothing gets from this node to which one? The way back stays open.",
             picture->nodes[next].name, answer_cut);
}

/* --- healing, and links that are bad ---------------------------------------------------------- */

void do_heal(struct app *app)
{
    bend(app, (struct action){.kind = ACTION_HEAL}, "all links are whole again");
}

void bend_heal_link(struct app *app, uint32_t one, uint32_t other)
{
    struct scene scene = app_scene(app);
    char done[160];
    snprintf(done, sizeof done, "the link between %s and %s is whole again",
             scene_actor_name(&scene, one), scene_actor_name(&scene, other));
    bend(app,
         (struct action){
             .kind = ACTION_HEAL, .mode = HEAL_LINK, .target = one, .other = other},
         done);
}

static void answer_heal_link(struct app *app, const char *answer)
{
    char line[sizeof app->typed], *at = line;
    snprintf(line, sizeof line, "%s", answer);
    uint32_t ends[2];
    for (int i = 0; i < 2; i++) {
        const char *word = bend_word(&at);
        ends[i] = bend_find(app_picture(app), word ? word : "");
        if (ends[i] != UINT32_MAX)
            continue;
        bend_ask_name_again(app, answer, word ? word : "", true);
        return;
    }
    if (ends[0] == ends[1])
        app_ask_again(app, answer, "expected two names, for the two ends of the link");
    else
        bend_heal_link(app, ends[0], ends[1]);
}

/* A cut link of the selected node rather than another one. */
void do_heal_link(struct app *app)
{
    const struct picture *picture = app_picture(app);
    struct scene scene = app_scene(app);
    const struct picture_cut *cut = &picture->cuts[0];
    char line[160];
    for (uint32_t i = picture->cut_count; i-- > 0;)
        if (picture->cuts[i].from == app_node(app))
            cut = &picture->cuts[i];
    snprintf(line, sizeof line, "%s %s", scene_actor_name(&scene, cut->from),
             scene_actor_name(&scene, cut->to));
    bend_ask(app, "Between which two is the link whole again?", line, answer_heal_link);
}

const char *why_not_need_cut(struct app *app)
{
    return app_picture(app)->cut_count == 0 ? "no link is cut: P cuts the selected node off" : NULL;
}

void do_slow_links(struct app *app)
{
    uint32_t branch = stage_change_links(app->stage, app_node(app), 200 * MILLISECOND, 0);
    bend_tell(app, branch, "what this node sends to the others takes 200 ms");
}

void do_lossy_links(struct app *app)
{
    uint32_t branch = stage_change_links(app->stage, app_node(app), 0, 300000000);
    bend_tell(app, branch, "what this node sends to the others is lost three times in ten");
}
