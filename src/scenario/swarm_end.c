/*
 * swarm_end.c: the end of the chaos.
 *
 *     ... faults ...|until            the rest of the run
 *                   |  all that was to end has ended; some nodes stay broken for ever
 *                   |     repair          |-- probes: does the core work? --|
 *
 * TigerBeetle's VOPR ends so: a core that is large enough is healed, the rest stays as it is, and
 * then the core must make progress. The core has enough replicas of every key for the levels that
 * the cluster promises, whoever owns what: so few nodes are broken that any N of them still hold a
 * quorum.
 *
 * A probe is a put and a get of a key of its own, with retries. When one of them is not told `ok`,
 * the cluster is stuck, and the check says so.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "db/level.h"
#include "scenario/swarm_spell.h"

#define PROBES           4
#define NUMBER_OF_BROKEN 1000 /* their faults are numbered from here */

/* --- who stays broken ------------------------------------------------------------------- */

static uint32_t needed(const struct swarm *swarm, uint8_t level)
{
    uint32_t n = swarm->base->node.replication;
    return level == LEVEL_ALL ? n : level == LEVEL_QUORUM ? n / 2 + 1 : 1;
}

/* So many may be missing of any N, and of all members. */
static uint32_t broken_max(const struct swarm *swarm)
{
    const struct node_config *node = &swarm->base->node;
    uint32_t most = MAX(needed(swarm, node->read_level), needed(swarm, node->write_level));
    uint32_t majority = node->initial_members / 2 + 1; /* of members, who decide about members */
    return MIN(node->replication - most, node->initial_members - majority);
}

void swarm_choose_broken(struct swarm *swarm)
{
    uint32_t members = swarm->base->node.initial_members;
    uint64_t bits = swarm_draw(swarm->seed, FAULT_NONE, 0, WHAT_BROKEN);
    swarm->dead_max = UINT32_MAX;
    if (swarm->setting->mode != SWARM_LIVENESS)
        return;
    uint64_t count = mix_below(bits, (uint64_t)broken_max(swarm) + 1);
    swarm->dead_max = broken_max(swarm) - (uint32_t)count;
    for (uint64_t i = 0; i < count; i++) {
        uint64_t mine = swarm_draw(swarm->seed, FAULT_NONE, (uint32_t)i, WHAT_NODE);
        swarm->is_broken[mix_below(mine, members)] = true; /* one twice: then there is one less */
    }
}

/* How it is broken: three ways, or only by what its disk has suffered. */
static void spell_broken(struct swarm *swarm, uint32_t node)
{
    static const uint8_t kinds[] = {FAULT_KIND_CRASH, FAULT_KIND_ISOLATED, FAULT_KIND_PAUSE};
    uint64_t way = mix_below(swarm_draw(swarm->seed, FAULT_NONE, node, WHAT_MORE), 4);
    struct swarm_fault fault = {.begin = swarm->setting->until_ns + MILLISECOND,
                                .node = node,
                                .number = (uint16_t)(NUMBER_OF_BROKEN + node),
                                .is_for_ever = true};
    fault.begin -= fault.begin % MICROSECOND;
    if (way >= ARRAY_LEN(kinds))
        return;
    fault.kind = kinds[way];
    swarm_spell(swarm, &fault);
}

/* --- the question
 * ------------------------------------------------------------------------------ */

static void add_probe(struct swarm *swarm, struct json_doc *doc, struct json_error *error)
{
    struct json_out script = {0}, that = {0};
    char words[300];
    vtime until = swarm->setting->until_ns, rest = swarm->base->duration_ns - until;
    for (uint32_t i = 1; i <= PROBES; i++) {
        vtime at = until + rest * 3 / 8 + (i - 1) * rest / 16;
        snprintf(words, sizeof words,
                 "%s{\"at\": \"%lluus\", \"put\": \"probe-%u\", \"value\": \"%u\", \"retries\": 9, "
                 "\"timeout\": \"1200ms\", "
                 "\"label\": \"probe-put-%u\"}, {\"get\": \"probe-%u\", \"retries\": 9, "
                 "\"timeout\": \"1200ms\", "
                 "\"label\": \"probe-get-%u\"}",
                 i == 1 ? "[" : ", ", (unsigned long long)(at / MICROSECOND), i, i, i, i, i);
        json_out_str(&script, words);
        snprintf(words, sizeof words,
                 "%sop('probe-put-%u').outcome == 'ok' and op('probe-get-%u').value == '%u'",
                 i == 1 ? "" : " and ", i, i, i);
        json_out_str(&that, words);
    }
    struct json_out client = {0}, check = {0};
    json_out_str(&client, "{\"name\": \"probe\", \"script\": ");
    json_out_str(&client, script.data);
    json_out_str(&client, "]}");
    json_out_str(&check, "{\"check\": \"expect\", \"name\": \"the core works again\", \"that\": ");
    json_out_quoted(&check, that.data);
    json_out_str(&check, ", \"why\": \"The faults of a core of nodes are over; the others stay "
                         "broken for ever.\"}");
    if (swarm->base->client_count == 0)
        json_doc_set(doc, "clients", "[]", error);
    if (swarm->base->check_count == 0)
        json_doc_set(doc, "checks", "[]", error);
    json_doc_set(doc, "clients[+]", client.data, error);
    json_doc_set(doc, "checks[+]", check.data, error);
    free(script.data);
    free(that.data);
    free(client.data);
    free(check.data);
}

bool swarm_end(struct swarm *swarm, struct json_doc *doc, struct json_error *error)
{
    if (swarm->setting->mode != SWARM_LIVENESS)
        return !json_has_error(error);
    for (uint32_t node = 0; node < swarm->base->node.nodes; node++)
        if (swarm->is_broken[node])
            spell_broken(swarm, node);
    add_probe(swarm, doc, error);
    return !json_has_error(error);
}
