/*
 * hint_intake.c: the other end of a delivery.
 *
 * A batch for this node itself goes through its log like any write (replica_take: the newer
 * version wins); one for another target, from a node that leaves, is kept here as hints. Either
 * way it is answered when all of it is durable, and not at all if a part could not be taken:
 * it will come again.
 *
 * A hint in a batch:
 *
 *   offset  size
 *        0     8  wall clock of whoever kept it first, when that was
 *        8     8  the request that it is about
 *       16     1  1: the sender held it in place of the target
 *       17        the write (row.h)
 */
#include "db/conflict/conflict.h"
#include "db/hint/hint_parts.h"
#include "db/member/membership_parts.h"
#include "db/safeguard.h"

#include <string.h>

#include "base/mix.h"

uint8_t *hint_item_encode(uint8_t *to, const struct hint *hint)
{
    uint8_t *at = put_number(to, (uint64_t)hint->created_ns, 8);
    at = put_number(at, hint->request, 8);
    at = put_number(at, hint->is_stand_in, 1);
    memcpy(at, hint->row.data, hint->row.size);
    return at + hint->row.size;
}

struct hint_item {
    int64_t created_ns;
    uint64_t request;
    bool is_stand_in;
    struct bytes key;
    struct version version;
};

/* The first one; returns its size, or 0 when these bytes are none. */
static size_t decode_item(struct bytes bytes, struct hint_item *item)
{
    if (bytes.size <= HINT_ITEM_BYTES)
        return 0;
    item->created_ns = (int64_t)get_number(bytes.data, 8);
    item->request = get_number(bytes.data + 8, 8);
    item->is_stand_in = bytes.data[16] == 1;
    struct bytes row = {bytes.data + HINT_ITEM_BYTES, bytes.size - HINT_ITEM_BYTES};
    item->version = (struct version){0};
    uint32_t size = row_decode(row, &item->key, &item->version);
    return size && conflict_is_whole(&item->version) ? HINT_ITEM_BYTES + size : 0;
}

/* With hint-keeps-timestamp off: the write is made anew, with the time of now. */
static void stamp_anew(struct env *env, struct hint_item *item)
{
    if (safeguard_is_on(env->config, SAFEGUARD_HINT_KEEPS_TIMESTAMP))
        return;
    item->version.timestamp = env_wall_ns(env);
    safeguard_note_broken(env, SAFEGUARD_HINT_KEEPS_TIMESTAMP, item->request, 0);
}

static bool keep_for(struct node *node, struct env *env, uint32_t target,
                     const struct hint_item *item)
{
    struct hint_wish wish = {.target_count = 1,
                             .targets = {target},
                             .told_to = HINT_NOBODY,
                             .request = item->request,
                             .created_ns = item->created_ns,
                             .key = item->key,
                             .version = &item->version,
                             .is_stand_in = item->is_stand_in,
                             .why = REASON_HANDED_ON};
    return hints_keep(node, env, &wish) == REASON_NONE;
}

static bool take_items(struct node *node, struct env *env, uint32_t target, struct bytes items)
{
    while (items.size > 0) {
        struct hint_item item;
        size_t size = decode_item(items, &item);
        if (size == 0)
            return false;
        stamp_anew(env, &item);
        bool is_taken = target == env->self
                            ? replica_take(node, env, item.key, &item.version, item.request)
                            : keep_for(node, env, target, &item);
        if (!is_taken)
            return false;
        items.data += size;
        items.size -= size;
    }
    return true;
}

/* --- answering -------------------------------------------------------------------------------- */

static void answer(struct node *node, struct env *env, const struct hint_intake *intake)
{
    struct message taken = {.kind = MESSAGE_HINTS_TAKEN};
    uint32_t to = intake->from, target = intake->target;
    if (to == env->self) {
        hints_on_taken(node, env, to, target, intake->first, intake->last);
        return;
    }
    taken.hints_taken.target = target;
    taken.hints_taken.first = intake->first;
    taken.hints_taken.last = intake->last;
    send_message(env, to, intake->about, &taken);
}

static bool is_durable(const struct node *node, const struct hint_intake *intake)
{
    return intake->sequence <= node->storage.applied_sequence &&
           intake->record <= node->hints.synced;
}

void hints_on_applied(struct node *node, struct env *env)
{
    struct hint_intake **link = &node->hints.intake;
    while (*link) {
        struct hint_intake *intake = *link;
        if (!is_durable(node, intake)) {
            link = &intake->next;
            continue;
        }
        *link = intake->next;
        answer(node, env, intake);
        env_release(env, intake);
        link = &node->hints.intake; /* answering oneself may begin another one */
    }
}

void hints_take(struct node *node, struct env *env, uint32_t from, uint64_t about,
                const struct message_hints *message)
{
    uint32_t target = (uint32_t)message->target;
    if (!take_items(node, env, target, message->items))
        return;
    struct hint_intake *intake = env_allocate(env, sizeof *intake);
    *intake = (struct hint_intake){.first = message->first,
                                   .last = message->last,
                                   .target = target,
                                   .about = about,
                                   .from = from,
                                   .next = node->hints.intake};
    if (target == env->self)
        intake->sequence = node->storage.appended_sequence;
    else
        intake->record = node->hints.appended;
    node->hints.intake = intake;
    if (from != env->self)
        hints_on_applied(node, env);
}

/* Who goes by older members may not know who owns the keys now: it hears of it first. */
void on_hints(struct node *node, struct env *env, uint32_t from, const struct message *message)
{
    const struct message_hints *hints = &message->hints;
    struct bytes key;
    struct version version;
    if (!env->config->hints.is_on || hints->target >= env->config->nodes)
        return;
    membership_heard_of(node, env, from, hints->topology);
    if (membership_is_stale(&node->membership, hints->topology)) {
        membership_tell(node, env, from);
        return;
    }
    if (hints->items.size <= HINT_ITEM_BYTES ||
        !row_decode((struct bytes){hints->items.data + HINT_ITEM_BYTES,
                                   hints->items.size - HINT_ITEM_BYTES},
                    &key, &version))
        return;
    uint64_t request = get_number(hints->items.data + 8, 8);
    hints_take(node, env, from, hints_about(env, mix_pair(request, from)), hints);
}
