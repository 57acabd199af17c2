/*
 * view_names.c: the names of things, for sentences.
 *
 * Identities become names again: a request is "w1" or "c1#12", a token its key, a
 * value the text that some operation put.
 */
#include <string.h>

#include "db/about.h"
#include "sim/picture/view.h"

static void write_actor(const void *host, struct text *text, uint32_t actor)
{
    const struct world *world = host;
    const struct scenario *scenario = world->scenario;
    if (actor < scenario->node.nodes) {
        text_str(text, scenario->nodes[actor].name);
    } else if (actor >= CLIENT_ADDRESS_BASE &&
               actor - CLIENT_ADDRESS_BASE < scenario->client_count) {
        text_str(text, scenario->clients[actor - CLIENT_ADDRESS_BASE].name);
    } else if (actor >= RACK_BASE && actor - RACK_BASE < scenario->rack_count) {
        text_str(text, "rack ");
        text_str(text, scenario->rack_names[actor - RACK_BASE]);
    } else if (actor == ALL_MEMBERS) {
        text_str(text, "all");
    } else {
        text_str(text, "the world");
    }
}

static int client_of_request(const struct world *world, uint64_t request)
{
    for (uint32_t i = 0; i < world->scenario->client_count; i++) {
        uint64_t identity = world->scenario->clients[i].identity;
        if (about_request_client(about_request(identity, 0, 0)) == about_request_client(request))
            return (int)i;
    }
    return -1;
}

void world_request_text(const struct world *world, struct text *text, uint64_t request)
{
    int client = client_of_request(world, request);
    uint64_t number = about_request_operation(request);
    const struct client_setting *setting = client < 0 ? NULL : &world->scenario->clients[client];
    uint32_t scripted = setting ? client_plan_index(setting, number) : 0;
    if (setting && scripted < setting->plan_count) {
        text_str(text, setting->plans[scripted].label);
    } else {
        uint32_t extra = client_extra_index(world, number);
        text_str(text, setting ? setting->name : "?");
        text_char(text, extra ? '+' : '#'); /* "c1+2": the second operation by an action */
        text_u64(text, extra ? extra : number);
    }
    if (about_request_attempt(request) > 0) {
        text_char(text, '~');
        text_u64(text, about_request_attempt(request) + 1);
    }
}

/* What a person counts in a node's own identities: storage.h packs pieces of files
 * beside the number of the checkpoint or the file. */
static uint64_t shown_number(uint64_t about)
{
    uint64_t number = about_node_number(about);
    switch (about_class(about)) {
    case ABOUT_CHECKPOINT: return number & UINT32_MAX;
    case ABOUT_RECOVERY: return number >> 12 & UINT32_MAX;
    default: return number;
    }
}

static void write_node_thing(const struct world *world, struct text *text, const char *what,
                             uint64_t about)
{
    write_actor(world, text, about_node_index(about));
    text_char(text, ' ');
    text_str(text, what);
    text_char(text, ' ');
    text_u64(text, shown_number(about));
}

static void write_about(const void *host, struct text *text, uint64_t about)
{
    const struct world *world = host;
    switch (about_class(about)) {
    case ABOUT_REQUEST: world_request_text(world, text, about); break;
    case ABOUT_HEARTBEAT: write_node_thing(world, text, "heartbeat", about); break;
    case ABOUT_LOG: write_node_thing(world, text, "log", about); break;
    case ABOUT_CHECKPOINT: write_node_thing(world, text, "checkpoint", about); break;
    case ABOUT_RECOVERY: write_node_thing(world, text, "recovery", about); break;
    case ABOUT_TOPOLOGY: text_str(text, "members"); break;
    case ABOUT_STREAM:
        text_str(text, "data for ");
        write_actor(world, text, about_node_index(about));
        break;
    case ABOUT_HINT:
        write_actor(world, text, about_node_index(about));
        text_str(text, " hints");
        break;
    case ABOUT_PROBE: write_node_thing(world, text, "probe", about); break;
    case ABOUT_GOSSIP: write_node_thing(world, text, "gossip", about); break;
    default:
        if (about == 0)
            text_str(text, "not sent yet"); /* what a message is about that is marked ahead */
        else
            text_hex(text, about, 16);
    }
}

static void write_key(const void *host, struct text *text, uint64_t token)
{
    const struct world *world = host;
    const uint64_t *index = table_find(&world->state->clients.keys, token);
    if (!index) {
        text_str(text, "key ");
        text_hex(text, token, 16);
        return;
    }
    struct bytes key = world_key(world, (uint32_t)*index);
    for (uint32_t i = 0; i < key.size; i++)
        text_char(text, (char)key.data[i]);
}

/* What stood there before the run (preload.h) begins with the key. */
static void write_before(struct text *text, struct bytes key)
{
    text_char(text, '"');
    for (uint32_t i = 0; i < key.size; i++)
        text_char(text, (char)key.data[i]);
    text_str(text, "#0\"");
}

/* Of a long list only the beginning. */
static void write_text(struct text *text, struct bytes value)
{
    enum { SHOWN_MAX = 120 };
    text_bytes_quoted(text, (struct bytes){value.data, MIN(value.size, (uint32_t)SHOWN_MAX)});
    text_str(text, value.size > SHOWN_MAX ? "..." : "");
}

/* The text of a value is known from the operation that put it: a planned one is
 * written out, a loop's begins with the operation's name. */
static void write_value(const void *host, struct text *text, uint64_t value)
{
    const struct world *world = host;
    uint64_t index = table_get(&world->state->clients.values, value, 0);
    if (value == VALUE_ABSENT) {
        text_str(text, "nothing");
        return;
    }
    const uint64_t *before = table_find(&world->state->clients.before, value);
    if (!index && before) {
        write_before(text, world_key(world, (uint32_t)*before));
        return;
    }
    uint64_t spoken = table_get(&world->state->clients.spoken, value, 0);
    if (spoken) {
        write_text(text, *(const struct bytes *)chain_at(&world->state->clients.texts, spoken - 1));
        return;
    }
    if (!index) {
        text_str(text, "a value nobody wrote");
        return;
    }
    uint64_t request = history_at(world, (uint32_t)index - 1)->request;
    int client = client_of_request(world, request);
    uint64_t number = about_request_operation(request);
    struct bytes planned;
    if (client >= 0 && client_planned_value(world, (uint32_t)client, number, &planned)) {
        text_bytes_quoted(text, planned);
        return;
    }
    text_char(text, '"');
    world_request_text(world, text, request & ~UINT64_C(0xff));
    text_char(text, '"');
}

struct trace_names world_names(const struct world *world)
{
    return (struct trace_names){.host = world,
                                .actor = write_actor,
                                .about = write_about,
                                .key = write_key,
                                .value = write_value};
}
