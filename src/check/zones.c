/*
 * zones.c: clusters, their zones, and one sweep over all moments.
 * The theory is in zones.h.
 *
 * In here moments are counted from 1: moment 0 is the one before all others, at which
 * the cluster of "nothing yet" has its first return.
 */
#include "check/zones.h"

#define NEVER      UINT32_MAX
#define NO_CLUSTER UINT32_MAX

/* A value's calls, or one call of an ambiguous value. */
struct cluster {
    uint32_t first_return;   /* moments; NEVER while there is no return */
    uint32_t last_call;      /* 0 while there is no call */
    uint32_t returned_first; /* the calls that these moments belong to */
    uint32_t called_last;
};

struct zones {
    const struct object *object;
    uint32_t *write_count;    /* by state; the initial state counts as written once */
    uint32_t *written_at;     /* by state: moment of the first call of a put, or NEVER */
    struct cluster *clusters; /* by state, and then by call */
    uint32_t *cluster_at;     /* by moment: the cluster whose zone starts there */
};

static uint64_t state_of(const struct call *call)
{
    return is_read(call) ? call->needs : call->makes;
}

static void zones_open(struct zones *zones, const struct object *object, struct heap *scratch)
{
    uint32_t cluster_count = object->state_count + object->call_count;
    zones->object = object;
    zones->write_count = heap_alloc(scratch, sizeof(uint32_t) * object->state_count);
    zones->written_at = heap_alloc(scratch, sizeof(uint32_t) * object->state_count);
    zones->clusters = heap_alloc(scratch, sizeof(struct cluster) * cluster_count);
    zones->cluster_at = heap_alloc(scratch, sizeof(uint32_t) * (object->moment_count + 1));
    for (uint32_t i = 0; i < object->state_count; i++)
        zones->written_at[i] = NEVER;
    for (uint32_t i = 0; i < cluster_count; i++)
        zones->clusters[i] = (struct cluster){NEVER, 0, CALL_NONE, CALL_NONE};
    for (uint32_t i = 0; i <= object->moment_count; i++)
        zones->cluster_at[i] = NO_CLUSTER;
}

static void zones_close(struct zones *zones, struct heap *scratch)
{
    heap_free(scratch, zones->cluster_at);
    heap_free(scratch, zones->clusters);
    heap_free(scratch, zones->written_at);
    heap_free(scratch, zones->write_count);
}

/* Returns whether some value is ambiguous. */
static bool count_writes(struct zones *zones)
{
    const struct object *object = zones->object;
    bool is_ambiguous = false;
    zones->write_count[object->initial] = 1;
    zones->written_at[object->initial] = 0;
    for (uint32_t i = 0; i < object->call_count; i++) {
        const struct call *call = &object->calls[i];
        if (is_read(call))
            continue;
        CHECK(is_plain_write(call));
        if (zones->write_count[call->makes]++ > 0)
            is_ambiguous = true;
        zones->written_at[call->makes] = MIN(zones->written_at[call->makes], call->called + 1);
    }
    return is_ambiguous;
}

static bool is_read_too_early(const struct zones *zones, const struct call *call)
{
    return is_read(call) && !is_open(call) && call->returned + 1 < zones->written_at[call->needs];
}

static struct cluster *cluster_of(struct zones *zones, uint32_t index)
{
    uint64_t state = state_of(&zones->object->calls[index]);
    if (zones->write_count[state] > 1)
        return &zones->clusters[zones->object->state_count + index];
    return &zones->clusters[state];
}

static void join_cluster(struct zones *zones, uint32_t index)
{
    const struct call *call = &zones->object->calls[index];
    struct cluster *cluster = cluster_of(zones, index);
    if (call->called + 1 > cluster->last_call) {
        cluster->last_call = call->called + 1;
        cluster->called_last = index;
    }
    if (!is_open(call) && call->returned + 1 < cluster->first_return) {
        cluster->first_return = call->returned + 1;
        cluster->returned_first = index;
    }
}

/* Gather the clusters; false and the read, when there is one before its put. */
static bool build_clusters(struct zones *zones, uint32_t *early_read)
{
    const struct object *object = zones->object;
    if (zones->write_count[object->initial] == 1)
        zones->clusters[object->initial].first_return = 0;
    for (uint32_t i = 0; i < object->call_count; i++) {
        *early_read = i;
        if (is_read_too_early(zones, &object->calls[i]))
            return false;
        if (!is_void(&object->calls[i]))
            join_cluster(zones, i);
    }
    return true;
}

/* Let each zone be found by the moment at which it starts. Two zones never start at the same
 * one, since it is a call or a return of one of their own calls. */
static void place_zones(struct zones *zones)
{
    uint32_t cluster_count = zones->object->state_count + zones->object->call_count;
    for (uint32_t i = 0; i < cluster_count; i++) {
        const struct cluster *cluster = &zones->clusters[i];
        if (cluster->first_return != NEVER)
            zones->cluster_at[MIN(cluster->first_return, cluster->last_call)] = i;
    }
}

/* `held` has a forward zone, and the zone of `next` starts later. The decisive rule: was `next`
 * there before `held` was called for the last time? Then its zone overlaps that of `held` if it is
 * forward, and lies inside it if it is backward. */
static bool is_conflict(const struct cluster *held, const struct cluster *next)
{
    return next->first_return < held->last_call;
}

/* The first conflict by the start of the second zone. Forward zones seen so far do not overlap,
 * so only the latest of them can still be going on. */
static bool sweep(const struct zones *zones, struct cluster *held, struct cluster *next)
{
    *held = (struct cluster){0, 0, CALL_NONE, CALL_NONE};
    for (uint32_t moment = 0; moment <= zones->object->moment_count; moment++) {
        if (zones->cluster_at[moment] == NO_CLUSTER)
            continue;
        *next = zones->clusters[zones->cluster_at[moment]];
        if (is_conflict(held, next))
            return true;
        if (next->first_return < next->last_call)
            *held = *next;
    }
    return false;
}

static bool has_returned_later(const struct object *object, uint32_t a, uint32_t b)
{
    const struct call *call_a = &object->calls[a];
    const struct call *call_b = &object->calls[b];
    return is_read(call_a) && call_a->returned > call_b->returned;
}

/* Both clusters were there before the other's last call. The one whose last call is a get that
 * returned later is the one to blame: until that return nobody could know. ("Nothing yet" was
 * there before all calls, so against it nobody can be blamed.) */
static struct zone_conflict tell_conflict(const struct object *object, const struct cluster *held,
                                          const struct cluster *next)
{
    bool is_next_later = held->returned_first != CALL_NONE &&
                         has_returned_later(object, next->called_last, held->called_last);
    const struct cluster *blamed = is_next_later ? next : held;
    const struct cluster *other = is_next_later ? held : next;
    return (struct zone_conflict){
        .read = blamed->called_last,
        .same = blamed->returned_first,
        .other_first = other->returned_first,
        .other_last = other->called_last,
    };
}

static enum zones_answer decide(struct zones *zones, struct zone_conflict *conflict)
{
    struct cluster held, next;
    uint32_t early_read;
    bool is_ambiguous = count_writes(zones);
    if (!build_clusters(zones, &early_read)) {
        *conflict = (struct zone_conflict){early_read, CALL_NONE, CALL_NONE, CALL_NONE};
        return ZONES_CONFLICT;
    }
    place_zones(zones);
    if (sweep(zones, &held, &next)) {
        *conflict = tell_conflict(zones->object, &held, &next);
        return ZONES_CONFLICT;
    }
    return is_ambiguous ? ZONES_UNDECIDED : ZONES_HOLD;
}

enum zones_answer zones_check(const struct object *object, struct heap *scratch,
                              struct zone_conflict *conflict)
{
    struct zones zones;
    zones_open(&zones, object, scratch);
    enum zones_answer answer = decide(&zones, conflict);
    zones_close(&zones, scratch);
    return answer;
}
