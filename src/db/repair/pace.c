/*
 * pace.c: what this node answers in repairs of others goes out no faster than its throttle allows.
 *
 *     answer --> is there room now? --> sent
 *                   no --> waits in line until its moment --> sent by the timer
 *
 * A node that asks paces itself (pair.c), but a node may be asked by many at once, and each of them
 * knows only of its own. So a node asks at up to so many bytes a second, and answers at as many.
 * Two budgets, not one: with one, a node that is asked all the time would never come to ask.
 *
 * Who asks has the more patience the slower answers may be (repair_patience).
 */
#include "db/repair/repair_parts.h"

uint64_t repair_patience(const struct env *env)
{
    const struct node_config *config = env->config;
    uint64_t line = (uint64_t)config->replication * REPAIR_LEAVES_MAX * WIRE_CHUNK_BYTES;
    return REPAIR_PATIENCE +
           (config->repair_throttle > 0 ? line * 1000000000 / config->repair_throttle : 0);
}

static void wait_in_line(struct node *node, struct env *env, uint32_t to, uint64_t about,
                         const struct message *message, uint64_t due_ns)
{
    struct repair *repair = &node->repair;
    struct repair_answer *answer = env_allocate(env, sizeof *answer);
    uint32_t size = message_size(message);
    uint8_t *frame = env_allocate(env, size);
    message_encode(message, frame, size);
    *answer = (struct repair_answer){
        .frame = {frame, size}, .about = about, .due_ns = due_ns, .to = to};
    if (repair->answer_last)
        repair->answer_last->next = answer;
    else
        repair->answer_first = answer;
    repair->answer_last = answer;
    repair_set_timer(node, env);
}

void pace_answer(struct node *node, struct env *env, uint32_t to, uint64_t about,
                 const struct message *message)
{
    struct repair *repair = &node->repair;
    uint64_t rate = env->config->repair_throttle, now = env_monotonic_ns(env);
    uint64_t due = MAX(repair->answer_free_ns, now), size = message_size(message);
    if (rate > 0)
        repair->answer_free_ns = due + size * 1000000000 / rate;
    if (rate == 0 || due == now)
        send_message(env, to, about, message);
    else
        wait_in_line(node, env, to, about, message, due);
}

void pace_on_timer(struct node *node, struct env *env)
{
    struct repair *repair = &node->repair;
    struct repair_answer *first;
    while ((first = repair->answer_first) && first->due_ns <= env_monotonic_ns(env)) {
        repair->answer_first = first->next;
        if (!first->next)
            repair->answer_last = NULL;
        env->send(env, (uint32_t)first->to, first->about, first->frame.data,
                  (uint32_t)first->frame.size);
        free_bytes(env, first->frame);
        env_release(env, first);
    }
}
