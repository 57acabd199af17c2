/*
 * timers.h: every kind of timer that a node sets.
 *
 * The kind travels through env->timer_set and comes back in the event; it says
 * which file of the database owns the timer.
 */
#ifndef DB_TIMERS_H
#define DB_TIMERS_H

/* TIMER(IDENTIFIER, "name", "what is due") */
#define TIMERS(TIMER)                                                                              \
    TIMER(LOG_SYNC, "log_sync", "the log is to be synced (storage.c)")                             \
    TIMER(OPERATION, "operation", "an operation has taken too long (pending.c)")                   \
    TIMER(HEARTBEAT, "heartbeat", "a heartbeat is to be sent (detector.c)")                        \
    TIMER(SPECULATE, "speculate", "a read is late, and asks one replica more (speculate.c)")       \
    TIMER(TOPOLOGY, "topology", "a change of members is to be driven on (transition.c)")           \
    TIMER(REPAIR, "repair", "replicas are to be compared, or it is time to go on (repair/)")      \
    TIMER(TOMBSTONES, "tombstones", "tombstones may be due to go (repair/tombstone.c)")            \
    TIMER(HINTS, "hints", "nodes that are back are to get what they missed (hint_deliver.c)")      \
    TIMER(HINT_BATCH, "hint_batch", "a batch of hints is due, or unanswered (hint_deliver.c)")     \
    TIMER(GOSSIP, "gossip", "a round of gossip is due (gossip.c)")\
    TIMER(RANGES, "ranges", "key ranges are to be looked at (ranges.c)")

enum timer_kind {
#define TIMER(identifier, name, due) TIMER_##identifier,
    TIMERS(TIMER)
#undef TIMER
    TIMER_KIND_COUNT,
};

#endif
