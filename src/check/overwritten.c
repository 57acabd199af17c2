/*
 * overwritten.c: what is remembered while walking along the moments.
 * The rule is in overwritten.h. Moments count from 1, so that 0 is before all.
 *
 *     of each state   how many of its writes are open, and the last one to return
 *     of the object   of all calls that have returned, the one called last; and the
 *                     one called last of those with any other state than that
 *     of each get     when it was called: the call of another state that stands last
 */
#include "check/overwritten.h"

struct source {
    uint32_t open_count;
    uint32_t last_return; /* moment; 0: none, or the state is the initial one */
    uint32_t last_write;  /* the call that returned then */
};

struct walk {
    const struct object *object;
    struct source *sources; /* by state */
    uint32_t *between;      /* by call, for gets: the call that may stand between, or CALL_NONE */
    uint32_t latest;        /* of the calls that have returned: the one called last */
    uint32_t latest_other;  /* the same among those with another state than `latest` has */
};

static uint64_t state_of(const struct call *call)
{
    return is_read(call) ? call->needs : call->makes;
}

static bool is_called_later(const struct walk *walk, uint32_t a, uint32_t b)
{
    return b == CALL_NONE || walk->object->calls[a].called > walk->object->calls[b].called;
}

static bool has_same_state(const struct walk *walk, uint32_t a, uint32_t b)
{
    return b != CALL_NONE && state_of(&walk->object->calls[a]) == state_of(&walk->object->calls[b]);
}

/* This call has returned: keep the two that were called last and have different states. */
static void keep_latest(struct walk *walk, uint32_t call)
{
    if (is_called_later(walk, call, walk->latest)) {
        if (!has_same_state(walk, call, walk->latest))
            walk->latest_other = walk->latest;
        walk->latest = call;
    } else if (!has_same_state(walk, call, walk->latest) &&
               is_called_later(walk, call, walk->latest_other)) {
        walk->latest_other = call;
    }
}

static void on_call(struct walk *walk, uint32_t index)
{
    const struct call *call = &walk->object->calls[index];
    if (!is_read(call))
        walk->sources[call->makes].open_count++;
    else
        walk->between[index] =
            has_same_state(walk, index, walk->latest) ? walk->latest_other : walk->latest;
}

/* The decisive rule: all writes of the state are over, and then came another state. */
static bool is_overwritten(const struct walk *walk, uint32_t index)
{
    const struct source *source = &walk->sources[walk->object->calls[index].needs];
    uint32_t between = walk->between[index];
    return source->open_count == 0 && between != CALL_NONE &&
           source->last_return < walk->object->calls[between].called + 1;
}

/* True at a get that is overwritten. */
static bool on_return(struct walk *walk, uint32_t index)
{
    const struct call *call = &walk->object->calls[index];
    if (is_read(call) && is_overwritten(walk, index))
        return true;
    if (!is_read(call)) {
        struct source *source = &walk->sources[call->makes];
        source->open_count--;
        source->last_return = call->returned + 1;
        source->last_write = index;
    }
    keep_latest(walk, index);
    return false;
}

static struct zone_conflict tell(const struct walk *walk, uint32_t read)
{
    const struct source *source = &walk->sources[walk->object->calls[read].needs];
    return (struct zone_conflict){
        .read = read,
        .same = source->last_return == 0 ? CALL_NONE : source->last_write,
        .other_first = walk->between[read],
        .other_last = walk->between[read],
    };
}

static bool walk_along(struct walk *walk, struct zone_conflict *conflict)
{
    const struct object *object = walk->object;
    for (uint32_t i = 0; i < object->moment_count; i++) {
        uint32_t call = object->moments[i] / 2;
        if (object->moments[i] % 2 == 0) {
            on_call(walk, call);
        } else if (on_return(walk, call)) {
            *conflict = tell(walk, call);
            return true;
        }
    }
    return false;
}

bool overwritten_find(const struct object *object, struct heap *scratch,
                      struct zone_conflict *conflict)
{
    struct walk walk = {.object = object, .latest = CALL_NONE, .latest_other = CALL_NONE};
    walk.sources = heap_alloc(scratch, sizeof(struct source) * object->state_count);
    walk.between = heap_alloc(scratch, sizeof(uint32_t) * object->call_count);
    bool is_found = walk_along(&walk, conflict);
    heap_free(scratch, walk.between);
    heap_free(scratch, walk.sources);
    return is_found;
}
