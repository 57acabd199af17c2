/*
 * coordinate/again.c: what is under way, when a later topology is learned.
 *
 *   coordinator (v)              replica (v+1)
 *      |--- write, topology v ------->|
 *      |<-- stale: v+1 ---------------|
 *      |--- topology_ask ------------>|
 *      |<-- topology v+1 -------------|   learned: every write and read that waits for
 *      |--- write, topology v+1 ----->|   its level begins again with the owners of now
 *
 * A write keeps its timestamp, so doing it twice does nothing twice; what an owner has
 * acknowledged still counts. A read starts from the beginning. The client notices nothing but
 * the time that it takes.
 */
#include "db/roles.h"

void on_replica_stale(struct node *node, struct env *env, uint32_t from,
                      const struct message *message)
{
    struct pending *pending = pending_find(node, message->replica_stale.request);
    if (pending && pending->update && pending->update->leader == from)
        pending->update->is_refused = true;
    membership_heard_of(node, env, from, message->replica_stale.topology);
}

/* Operations begin and end while they are done again, so their names are collected first. */
void coordinate_again(struct node *node, struct env *env)
{
    uint32_t count = 0, cursor = 0;
    uint64_t request, value;
    uint64_t *requests = env_allocate(env, MAX(table_count(&node->pending), 1u) * sizeof(uint64_t));
    while (table_next(&node->pending, &cursor, &request, &value))
        requests[count++] = request;
    for (uint32_t i = 0; i < count; i++) {
        struct pending *pending = pending_find(node, requests[i]);
        if (pending && pending->kind == OPERATION_GET)
            coordinate_read_again(node, env, pending);
        else if (pending)
            coordinate_write_again(node, env, pending);
    }
    env_release(env, requests);
}
