/*
 * record.c: the trace of a run, as it is made.
 *
 * Every record passes through world_record: it gets its number and its cause, is
 * chained into the digest, counted, shown to the sink, and may make a waiting
 * condition come true. Nothing of it is kept here.
 */
#include "sim/world/world.h"

static uint32_t actor_index(const struct world *world, uint32_t actor)
{
    if (actor == ACTOR_WORLD)
        return world->state->actor_count - 1;
    return endpoint_index(world, actor);
}

uint64_t world_record(struct world *world, uint32_t kind, uint32_t actor, uint64_t about,
                      uint64_t a, uint64_t b, uint64_t c)
{
    struct world_state *state = world->state;
    struct trace_record record = {.number = ++state->records,
                                  .time = state->now,
                                  .about = about,
                                  .cause = state->cause,
                                  .field = {a, b, c},
                                  .kind = kind,
                                  .actor = actor};
    trace_digest(&state->digest, &record);
    state->counts[actor_index(world, actor) * TRACE_KIND_COUNT + kind]++;
    if (!world->is_unmetered)
        meter_take(world, &state->meter, &record);
    if (world->sink.take)
        world->sink.take(world->sink.host, &record);
    watch_record(world, kind, actor);
    return record.number;
}

uint64_t world_draw(struct world *world, enum stream stream, uint64_t identity)
{
    uint64_t bits =
        mix_pair(world->stream_keys[stream], identity); /* mix(seed, stream, identity) */
    world->state->draw_count++;
    if (world->draw_sink.take)
        world->draw_sink.take(world->draw_sink.host, stream, identity, bits);
    return bits;
}
