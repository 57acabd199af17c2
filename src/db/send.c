/*
 * send.c: one message on its way.
 *
 * The frame is built in the sender's own memory and handed to the host, which
 * copies it; nothing of it is kept. Copies of keys and values for longer are here, too.
 */
#include "db/roles.h"

#include <string.h>

/* Most frames are small; only a large value needs a block of its own. */
#define FRAME_ON_STACK 512

void send_message(struct env *env, uint32_t to, uint64_t about, const struct message *message)
{
    uint8_t small[FRAME_ON_STACK];
    uint32_t size = message_size(message);
    uint8_t *frame = size <= sizeof small ? small : env_allocate(env, size);
    message_encode(message, frame, size);
    env->send(env, to, about, frame, size);
    if (frame != small)
        env_release(env, frame);
}

/* Tell a client that nothing was done, and nothing will be. */
void send_refusal(struct env *env, uint32_t client, uint64_t request, uint32_t needed)
{
    struct message reply = {.kind = MESSAGE_CLIENT_REPLY};
    reply.client_reply.request = request;
    reply.client_reply.outcome = OUTCOME_UNAVAILABLE;
    reply.client_reply.needed = (uint8_t)needed;
    send_message(env, client, request, &reply);
    env_note(env, NOTE_OPERATION_DONE, request, OUTCOME_UNAVAILABLE, 0, needed);
}

struct bytes copy_bytes(struct env *env, struct bytes bytes)
{
    if (bytes.size == 0)
        return (struct bytes){NULL, 0};
    uint8_t *copy = env_allocate(env, bytes.size);
    memcpy(copy, bytes.data, bytes.size);
    return (struct bytes){copy, bytes.size};
}

void free_bytes(struct env *env, struct bytes bytes)
{
    env_release(env, (void *)(uintptr_t)bytes.data);
}
