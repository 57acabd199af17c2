/*
 * lifeguard.h: doubting oneself before others (Dadgar, Phillips, Currey 2018).
 *
 * A node whose own processor or link is slow misses answers, and takes healthy nodes for dead.
 * Lifeguard adds to SWIM what tells it:
 *
 *   local health   a score: up when a probe fails without the nacks that helpers owe, or when
 *                  somebody suspects this very node; down when a probe succeeds. Its probes wait
 *                  score + 1 times as long.
 *   suspicion      begins with a long timeout that shrinks as others confirm it:
 *                  max - (max - min) ln(c + 1) / ln(k + 1) after c of k confirmations
 *   buddy system   who is suspected is told with the ping, so that it can refute at once
 *
 * The constants are memberlist's (config.go, suspicion.go, awareness.go). Double with the basic
 * operations and base/exactmath.h only.
 */
#ifndef DB_LIFEGUARD_H
#define DB_LIFEGUARD_H

#include "base/base.h"
#include "db/detect/detect_config.h"

/* How long a suspicion lasts at least, among n nodes: suspicion * max(1, log10 n) * interval. */
uint64_t suspicion_min_ns(const struct swim_config *config, uint32_t nodes);

/* How long it lasts after c of k confirmations; k = 0: min. */
uint64_t suspicion_timeout_ns(uint64_t min_ns, uint64_t max_ns, uint32_t confirmations,
                              uint32_t expected);

/* How often an update is sent on, among n nodes: retransmit * ceil(log10(n + 1)). */
uint32_t retransmit_limit(const struct swim_config *config, uint32_t nodes);

/* A score, moved by so much, within 0 .. awareness_max - 1. */
uint32_t health_moved(const struct swim_config *config, uint32_t score, int32_t by);

#endif
