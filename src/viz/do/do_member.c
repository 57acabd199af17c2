/*
 * do_member.c: who is a member: nodes that join, leave, are removed, or take another's place.
 *
 * What an operator types at a node's console. The cluster then agrees on it, moves data and
 * agrees again (db/member), which takes a while; one change is under way at a time. So why a
 * command is not possible is often about another node, and says which.
 */
#include <stdarg.h>
#include <string.h>

#include "viz/app/app.h"
#include "viz/do/bend.h"
#include "viz/do/do.h"

static __attribute__((format(printf, 3, 4))) const char *because(struct app *app,
                                                                 enum members_deed deed,
                                                                 const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(app->member_why_not[deed], sizeof app->member_why_not[deed], format, arguments);
    va_end(arguments);
    return app->member_why_not[deed];
}

static const char *name_of(struct app *app, uint32_t node)
{
    return app_picture(app)->nodes[node].name;
}

static uint8_t kind_of(struct app *app, uint32_t node)
{
    return app_picture(app)->members.nodes[node].kind;
}

static bool is_running(struct app *app, uint32_t node)
{
    uint8_t state = app_picture(app)->nodes[node].state;
    return state != PICTURE_DOWN && state != PICTURE_REFUSED;
}

/* --- why not -------------------------------------------------------------------------------- */

static const char *why_not_yet(struct app *app, enum members_deed deed)
{
    static const char *const doing[] = {[MEMBERS_JOIN] = "joins", [MEMBERS_LEAVE] = "leaves",
                                        [MEMBERS_REMOVE] = "is removed",
                                        [MEMBERS_REPLACE] = "takes a place",
                                        [MEMBERS_MOVE] = "takes a range over"};
    const struct members *members = &app_picture(app)->members;
    if (!members->is_changing)
        return NULL;
    return because(app, deed, "%s %s just now (topology %llu): one change at a time",
                   name_of(app, members->last.subject), doing[members->last.deed],
                   (unsigned long long)members->version);
}

static bool has_gone(struct app *app, uint32_t node)
{
    return kind_of(app, node) == MEMBER_KIND_LEFT || kind_of(app, node) == MEMBER_KIND_DROPPED ||
           kind_of(app, node) == MEMBER_KIND_SUCCEEDED;
}

static const char *why_gone(struct app *app, enum members_deed deed, uint32_t node)
{
    return because(app, deed, "%s has left for good: it never is a member again under this name",
                   name_of(app, node));
}

static uint32_t count_members(struct app *app)
{
    const struct members *members = &app_picture(app)->members;
    uint32_t count = 0;
    for (uint32_t i = 0; i < members->node_count; i++)
        count += members->nodes[i].kind == MEMBER_KIND_NORMAL;
    return count;
}

/* What keeps a member from going, however it goes. */
static const char *why_not_go(struct app *app, enum members_deed deed)
{
    const char *why_not = why_not_need_node(app);
    uint32_t node = app_node(app), copies = app_picture(app)->rules.replication;
    if (why_not)
        return why_not;
    if (has_gone(app, node))
        return why_gone(app, deed, node);
    if ((why_not = why_not_yet(app, deed)) != NULL)
        return why_not;
    if (kind_of(app, node) == MEMBER_KIND_SPARE)
        return because(app, deed, "%s is no member: it is a spare, and Shift+I lets it join",
                       name_of(app, node));
    if (count_members(app) <= copies)
        return because(app, deed, "too few would stay: there are %u members, and each key has %u "
                                  "copies", count_members(app), copies);
    return NULL;
}

const char *why_not_can_join(struct app *app)
{
    const char *why_not = why_not_need_node(app);
    uint32_t node = app_node(app);
    if (why_not)
        return why_not;
    if (has_gone(app, node))
        return why_gone(app, MEMBERS_JOIN, node);
    if (kind_of(app, node) == MEMBER_KIND_NORMAL)
        return because(app, MEMBERS_JOIN, "%s is a member already", name_of(app, node));
    if ((why_not = why_not_yet(app, MEMBERS_JOIN)) != NULL)
        return why_not;
    return is_running(app, node) ? NULL
                                 : because(app, MEMBERS_JOIN,
                                           "%s is down: U starts it, and then it can ask to join",
                                           name_of(app, node));
}

const char *why_not_can_leave(struct app *app)
{
    const char *why_not = why_not_go(app, MEMBERS_LEAVE);
    if (why_not || is_running(app, app_node(app)))
        return why_not;
    return because(app, MEMBERS_LEAVE, "%s is down and cannot hand its data on: Shift+X removes it",
                   name_of(app, app_node(app)));
}

/* Somebody else has to be told. */
const char *why_not_can_remove(struct app *app)
{
    const struct members *members = &app_picture(app)->members;
    const char *why_not = why_not_go(app, MEMBERS_REMOVE);
    if (why_not)
        return why_not;
    for (uint32_t i = 0; i < members->node_count; i++)
        if (i != app_node(app) && kind_of(app, i) == MEMBER_KIND_NORMAL && is_running(app, i))
            return NULL;
    return because(app, MEMBERS_REMOVE, "no other member runs that could be told");
}

/* The first node of a kind; one that runs, or rather one that does not. UINT32_MAX: none. */
static uint32_t find_kind(struct app *app, uint8_t kind, bool wants_running)
{
    const struct members *members = &app_picture(app)->members;
    uint32_t found = UINT32_MAX;
    for (uint32_t i = members->node_count; i-- > 0;) {
        if (members->nodes[i].kind != kind || (wants_running && !is_running(app, i)))
            continue;
        if (found == UINT32_MAX || wants_running || !is_running(app, i) || is_running(app, found))
            found = i;
    }
    return found;
}

const char *why_not_can_replace(struct app *app)
{
    const char *why_not = why_not_need_node(app);
    uint32_t node = app_node(app);
    if (why_not)
        return why_not;
    if (has_gone(app, node))
        return why_gone(app, MEMBERS_REPLACE, node);
    if ((why_not = why_not_yet(app, MEMBERS_REPLACE)) != NULL)
        return why_not;
    if (kind_of(app, node) == MEMBER_KIND_SPARE && !is_running(app, node))
        return because(app, MEMBERS_REPLACE, "%s is down: U starts it, and then it can take a "
                                             "place", name_of(app, node));
    if (find_kind(app, MEMBER_KIND_SPARE, true) == UINT32_MAX)
        return because(app, MEMBERS_REPLACE, "no spare node runs that could take %s's place",
                       name_of(app, node));
    return NULL;
}

const char *why_not_can_repair(struct app *app)
{
    const char *why_not = why_not_need_node(app);
    uint32_t node = app_node(app);
    const struct picture *picture = app_picture(app);
    if (why_not)
        return why_not;
    if (has_gone(app, node))
        return why_gone(app, MEMBERS_NO_DEED, node);
    if (kind_of(app, node) == MEMBER_KIND_SPARE)
        return because(app, MEMBERS_NO_DEED, "%s is no member: it keeps nothing",
                       name_of(app, node));
    if (!is_running(app, node))
        return because(app, MEMBERS_NO_DEED, "%s is down: U starts it, and then it can be repaired",
                       name_of(app, node));
    if ((why_not = why_not_yet(app, MEMBERS_NO_DEED)) != NULL)
        return why_not;
    for (uint32_t i = 0; i < picture->descent_count; i++)
        if (picture->descents[i].node == node && !picture->descents[i].is_over)
            return because(app, MEMBERS_NO_DEED, "%s repairs already: it compares with %s",
                           name_of(app, node), name_of(app, picture->descents[i].peer));
    return NULL;
}

/* --- changes -------------------------------------------------------------------------------- */

static void change(struct app *app, uint32_t kind, const char *done)
{
    struct action action = {.kind = kind, .target = app_node(app)};
    char text[200];
    if (kind == ACTION_REMOVE)
        action.other = ANY_NODE;
    snprintf(text, sizeof text, "%s %s", name_of(app, action.target), done);
    bend(app, action, text);
}

void do_join(struct app *app)
{
    change(app, ACTION_JOIN, "is told to join: the members agree, and then data moves to it");
}

void do_leave(struct app *app)
{
    change(app, ACTION_LEAVE, "is told to leave: the others get its data, and then it goes");
}

void do_remove(struct app *app)
{
    change(app, ACTION_REMOVE, "is given up: the others share what it kept");
}

/* No change of members, but like them a node's own doing, with the others. */
void do_repair(struct app *app)
{
    change(app, ACTION_REPAIR, "is told to repair: it compares what it has with other owners");
}

static void replace(struct app *app, uint32_t spare, uint32_t member)
{
    char text[200];
    snprintf(text, sizeof text, "%s is told to take %s's place: it gets the data from the others",
             name_of(app, spare), name_of(app, member));
    bend(app, (struct action){.kind = ACTION_REPLACE, .target = spare, .other = member}, text);
}

/* The selected node is one of the two; the other one is asked for. */
static void answer_replace(struct app *app, const char *answer)
{
    char line[sizeof app->typed], *at = line;
    snprintf(line, sizeof line, "%s", answer);
    const char *word = bend_word(&at), *why_not = why_not_can_replace(app);
    uint32_t node = app_node(app);
    uint32_t other = bend_find(app_picture(app), word ? word : "");
    if (why_not) {
        app_refuse(app, why_not);
        return;
    }
    if (other >= app_picture(app)->node_count) {
        bend_ask_name_again(app, answer, word ? word : "", false);
        return;
    }
    bool is_spare = kind_of(app, node) == MEMBER_KIND_SPARE;
    uint32_t spare = is_spare ? node : other, member = is_spare ? other : node;
    if (kind_of(app, other) != (is_spare ? MEMBER_KIND_NORMAL : MEMBER_KIND_SPARE))
        app_ask_again(app, answer, "%s is %s: expected a %s", name_of(app, other),
                      is_spare ? "no member" : "no spare", is_spare ? "member" : "spare");
    else if (!is_running(app, spare))
        app_ask_again(app, answer, "%s is down: only a spare that runs can take a place",
                      name_of(app, spare));
    else
        replace(app, spare, member);
}

void do_replace(struct app *app)
{
    bool is_spare = kind_of(app, app_node(app)) == MEMBER_KIND_SPARE;
    uint32_t other = find_kind(app, is_spare ? MEMBER_KIND_NORMAL : MEMBER_KIND_SPARE, !is_spare);
    bend_ask(app, is_spare ? "Whose place does this spare take? That member is gone for good."
                           : "Which spare takes this member's place? The member is gone for good.",
             name_of(app, other), answer_replace);
}
