/*
 * roles.h: every handler of the protocol, by file: the two-minute map.
 *
 * A handler of a message gets the sender's address and the decoded message, whose
 * bytes are good until it returns.
 */
#ifndef DB_ROLES_H
#define DB_ROLES_H

#include "db/detect/swim.h"
#include "db/node.h"

struct log_record;

typedef void message_handler(struct node *node, struct env *env, uint32_t from,
                             const struct message *message);

/* coordinate/write.c: a put or a delete, from the client's request to its answer */
message_handler on_client_put;
message_handler on_client_delete;
message_handler on_replica_written;
void coordinate_write_again(struct node *node, struct env *env, struct pending *pending);
void coordinate_write_on_timeout(struct node *node, struct env *env, struct pending *pending);
void coordinate_write_on_stored(struct node *node, struct env *env, uint64_t request,
                                uint32_t replica, bool is_stored);

/* What a client asks for, whichever message brought it. */
struct client_write {
    uint64_t request;
    uint32_t client;
    uint8_t operation;      /* enum operation_kind */
    uint8_t level;          /* enum level */
    uint8_t explicit_count; /* W, for an explicit level */
    bool is_sloppy;
    uint32_t needed; /* W */
    struct bytes key;
    struct bytes name;
    struct bytes value;
    struct bytes context;
    int64_t amount;
    int64_t timestamp;
};

/* coordinate/update.c: what a replica must do to what it has before the others get the result */
message_handler on_client_update;
message_handler on_replica_updated;
bool is_update(const struct env *env, const struct client_write *write);
void coordinate_update(struct node *node, struct env *env, struct pending *pending,
                       const struct client_write *write);
void coordinate_update_again(struct node *node, struct env *env, struct pending *pending);
void coordinate_update_on_timeout(struct node *node, struct env *env, struct pending *pending);
void coordinate_update_on_made(struct node *node, struct env *env, uint64_t request,
                               enum reason reason, const struct version *made);
void pending_free_update(struct env *env, struct pending *pending);

/* coordinate/apply_update.c: the replica's part in it */
message_handler on_replica_update;
void replica_update(struct node *node, struct env *env, uint32_t coordinator,
                    const struct message_replica_update *update);
void replica_tell_made(struct node *node, struct env *env, const struct unsynced_write *write);

/* coordinate/actor.c: under which epoch this node acts */
void actor_begin(struct node *node, struct env *env);
void actor_renew(struct node *node, struct env *env);
bool actor_is_ready(const struct node *node, const struct env *env);
uint64_t actor_now(const struct node *node, const struct env *env);

/* coordinate/stamp.c: the timestamps of versions */
int64_t stamp_next(struct node *node, struct env *env, const struct client_write *write);
void hybrid_clock_hear(struct node *node, struct env *env, struct bytes key, int64_t timestamp);
void hybrid_clock_begin(struct node *node, struct env *env);

/* coordinate/read.c: a get, from the client's request to its answer */
message_handler on_client_get;
message_handler on_replica_digest;
message_handler on_replica_value;
void coordinate_read_on_repaired(struct node *node, struct env *env, uint64_t request,
                                 uint32_t replica, bool is_stored);
void coordinate_read_again(struct node *node, struct env *env, struct pending *pending);
void coordinate_read_on_timeout(struct node *node, struct env *env, struct pending *pending);
void coordinate_read_one_more(struct node *node, struct env *env, struct pending *pending,
                              uint64_t after_ns);

/* coordinate/hinted.c: what a write does for replicas that miss it */
enum hinted { HINTED_GO, HINTED_WAIT, HINTED_REFUSED };
enum hinted hinted_begin(struct node *node, struct env *env, struct pending *pending);
void hinted_on_durable(struct node *node, struct env *env, uint64_t request);
void hinted_on_stored(struct node *node, struct env *env, uint64_t request, uint32_t owner);
void hinted_on_refused(struct node *node, struct env *env, struct pending *pending, uint32_t index);
void hinted_on_timeout(struct node *node, struct env *env, struct pending *pending);
void coordinate_write_rest(struct node *node, struct env *env, struct pending *pending);
void coordinate_write_send(struct node *node, struct env *env, struct pending *pending);
void coordinate_write_promise_any(struct env *env, struct pending *pending, uint32_t target);

/* coordinate/sloppy.c: who stands in for an owner that is down */
message_handler on_stand_in;
void sloppy_replace_down(struct node *node, struct env *env, struct pending *pending);
void sloppy_send_stand_in(struct node *node, struct env *env, struct pending *pending,
                          uint32_t index);
uint32_t sloppy_choose_readers(struct node *node, struct env *env, struct bytes key,
                               uint32_t needed, uint32_t *chosen, uint32_t *stands_for);

/* hint/: see hint.h */
message_handler on_hints;
message_handler on_hints_taken;

/* replica.c: what a replica does for a coordinator, itself included */
message_handler on_replica_write;
message_handler on_replica_read;
void replica_store(struct node *node, struct env *env, uint32_t coordinator, uint64_t request,
                   uint8_t round, struct bytes key, const struct version *version);
struct version replica_visible(struct node *node, struct env *env, struct bytes key,
                               uint64_t request);
bool replica_take_repaired(struct node *node, struct env *env, struct bytes key,
                           const struct version *version, uint64_t about);
bool replica_take(struct node *node, struct env *env, struct bytes key,
                  const struct version *version, uint64_t about);
struct version replica_current(struct node *node, struct env *env, struct bytes key);
enum disk_status replica_append(struct node *node, struct env *env, struct unsynced_write write);
bool replica_forget(struct node *node, struct env *env, const struct log_record *what,
                    uint64_t about);
void replica_count(struct node *node, struct env *env, struct bytes key, bool is_write);
bool replica_refuses_stale(struct node *node, struct env *env, uint32_t from, uint64_t request,
                           uint64_t topology);
void replica_acknowledge_synced(struct node *node, struct env *env);

/* pending.c: the operations that this node coordinates */
struct pending *pending_begin(struct node *node, struct env *env, uint32_t client, uint64_t request,
                              uint8_t kind, struct bytes key);
struct pending *pending_find(struct node *node, uint64_t request);
void pending_set_timeout(struct env *env, struct pending *pending, uint64_t timeout_ns);
void pending_reply(struct env *env, struct pending *pending, enum outcome outcome);
void note_crowded_racks(struct node *node, struct env *env, uint64_t request, struct bytes key);
void pending_free_answers(struct node *node, struct env *env, struct pending *pending);
void pending_end(struct node *node, struct env *env, struct pending *pending);
bool request_is_remembered(struct node *node, uint64_t request);
bool pending_is_repeated(struct node *node, struct env *env, uint64_t request);
int pending_replica_index(const struct pending *pending, uint32_t replica);
void pending_on_timer(struct node *node, struct env *env, uint64_t request);

/* coordinate/beyond.c: the owners that a read did not need */
uint32_t beyond_owners(const struct node *node, struct env *env, const struct pending *pending,
                       uint32_t *owners);

/* coordinate/again.c: what is under way, when a later topology is learned */
message_handler on_replica_stale;
void coordinate_again(struct node *node, struct env *env);

/* membership.c, synod.c, transition.c, stream.c: see membership.h */
message_handler on_topology_ask;
message_handler on_topology_tell;
message_handler on_topology_prepare;
message_handler on_topology_promise;
message_handler on_topology_accept;
message_handler on_topology_accepted;
message_handler on_topology_poll;
message_handler on_topology_status;
message_handler on_topology_want;
message_handler on_stream_ask;
message_handler on_stream_rows;
void transition_command(struct node *node, struct env *env, uint32_t change, uint64_t subject,
                        uint32_t other);
void ranges_count_write(struct node *node, struct env *env, struct bytes key);
void ranges_on_timer(struct node *node, struct env *env);
void transition_on_timer(struct node *node, struct env *env);
void transition_drop_unowned(struct node *node, struct env *env);

/* repair/: see repair.h */
message_handler on_repair_compare;
message_handler on_repair_sums;
message_handler on_repair_leaf;
message_handler on_repair_rows;
message_handler on_repair_push;
message_handler on_repair_taken;
message_handler on_repair_done;

/* send.c: one message on its way */
void send_message(struct env *env, uint32_t to, uint64_t about, const struct message *message);
void send_refusal(struct env *env, uint32_t client, uint64_t request, uint32_t needed);

/* detect/heartbeat.c */
message_handler on_heartbeat;

/* gossip/exchange.c: comparing what is known of everybody */
message_handler on_gossip_syn;
message_handler on_gossip_ack;
message_handler on_gossip_ack2;

/* detect/swim.c: pinging, passing on */
message_handler on_swim_ping;
message_handler on_swim_ping_req;
message_handler on_swim_ack;
message_handler on_swim_nack;
message_handler on_swim_spread;
message_handler on_swim_list;

/* Copies in the node's volatile memory. */
struct bytes copy_bytes(struct env *env, struct bytes bytes);
void free_bytes(struct env *env, struct bytes bytes);

#endif
