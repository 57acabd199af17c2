/*
 * load_message.c: messages and timers that an action names.
 *
 *   {"hold": {"message": "write", "from": "n1", "to": "n3", "of": "w1"}}
 *   {"drop": {"identity": "00c0ffee00c0ffee", "copy": 1}}
 *   {"fire_timer": "n1", "timer": "operation", "of": "w1"}
 *
 * Both are named by what they are about, never by when they fly or fire, so the name keeps its
 * place when other things come and go. A saved session has the identity itself.
 */
#include "scenario/json_value.h"
#include "scenario/loader.h"

#include <stdlib.h>

#include "db/about.h"
#include "db/message.h"
#include "db/timers.h"
#include "sim/net/net.h"

static const char *message_word(uint32_t kind)
{
    return message_table[kind].name;
}

uint64_t load_hex(struct json_value value)
{
    static const struct json_string_rule rule = {"an identity in hexadecimal", "0-9a-f", 16, 16};
    return strtoull(json_read_string(value, &rule, "0"), NULL, 16);
}

/* The request of a label, at its first try or a later one. */
static uint64_t load_request(struct loader *loader, struct json_object *object)
{
    struct json_value of = json_object_need(object, "of");
    if (loader->label_count == 0 && !json_is_silent(of)) {
        json_fail(of, "expected the label of an operation, but no client has a script: give one "
                      "operation in a script a \"label\", or name the message by its \"identity\"");
        return 0;
    }
    uint32_t label = json_read_word(of, loader->label_words, loader->label_count, 0);
    uint64_t attempt = (uint64_t)json_read_int(json_object_get(object, "attempt"), 1, 100, 1);
    if (json_has_error(loader->error))
        return 0;
    uint32_t number = loader->label_numbers[label];
    return about_request(loader->scenario->clients[number >> 16].identity, (number & 0xffff) + 1,
                         attempt - 1);
}

/* The identity of a message: its kind, its ends, its request; or the identity itself, as a
 * saved session has it. */
void load_message(struct loader *loader, struct json_value value, struct action *action)
{
    const char *kinds[MESSAGE_KIND_COUNT];
    for (uint32_t i = 0; i < MESSAGE_KIND_COUNT; i++)
        kinds[i] = message_word(i);
    struct json_object object = json_object_open(value);
    action->copy =
        (uint32_t)json_read_int(json_object_get(&object, "copy"), 1, MESSAGE_COPIES_MAX, 0);
    if (json_object_has(&object, "identity")) {
        action->identity = load_hex(json_object_get(&object, "identity"));
        json_object_finish(&object);
        return;
    }
    uint32_t kind =
        json_read_word(json_object_need(&object, "message"), kinds, MESSAGE_KIND_COUNT, 0);
    uint32_t from = load_member(loader, json_object_need(&object, "from"));
    uint32_t to = load_member(loader, json_object_need(&object, "to"));
    uint8_t round = (uint8_t)json_read_int(json_object_get(&object, "round"), 0, 255, 0);
    uint64_t request = load_request(loader, &object);
    json_object_finish(&object);
    if (!json_has_error(loader->error))
        action->identity = net_identity(request, (uint8_t)kind, round, from, to);
}

/* A message arrives "by" so much later, or not "until" that time. */
void load_postponement(struct loader *loader, struct json_object *entry, struct action *action)
{
    static const char *const keys[] = {"by", "until"};
    int which = json_object_one_of(entry, keys, 2, true);
    action->mode = which == 1 ? POSTPONE_UNTIL : POSTPONE_BY;
    if (which == 1)
        action->amount = (int64_t)load_instant(loader, json_object_get(entry, "until"));
    else
        action->amount = (int64_t)json_read_time(json_object_get(entry, "by"), 0, TIME_MAX, 0);
}

void load_damage(struct json_object *entry, struct action *action)
{
    struct json_value byte = json_object_get(entry, "byte");
    action->amount = json_read_int(byte, 0, WIRE_FRAME_MAX, LAST_BYTE);
}

/* Which of the node's timers: of a kind, of a request; or by what it is about, as a saved
 * session has it. */
void load_timer(struct loader *loader, struct json_object *entry, struct action *action)
{
    static const char *const kinds[] = {
#define TIMER(identifier, name, due) name,
        TIMERS(TIMER)
#undef TIMER
    };
    struct json_value kind = json_object_get(entry, "timer");
    action->mode = json_read_word(kind, kinds, TIMER_KIND_COUNT, ANY_TIMER);
    static const char *const keys[] = {"of", "identity"};
    int which = json_object_one_of(entry, keys, 2, false);
    if (which == 0)
        action->identity = load_request(loader, entry);
    else if (which == 1)
        action->identity = load_hex(json_object_get(entry, "identity"));
}
