/*
 * swarm_shape.c: what kind of cluster and of workload it is this time.
 *
 * Nothing yet but what the file says.
 * Read next: swarm.h.
 */
#include "scenario/swarm.h"

bool swarm_shape(struct json_doc *doc, const struct scenario *scenario, uint64_t seed,
                 struct json_error *error)
{
    (void)doc;
    (void)scenario;
    (void)seed;
    return !json_has_error(error);
}
