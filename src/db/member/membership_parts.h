/*
 * membership_parts.h: what the files of membership ask of each other.
 *
 *   membership.c      learning a version, serving by it, telling others
 *   topology_file.c   what must not be forgotten
 *   synod.c           deciding the next version
 *   command.c         what an operator wants, until it is decided
 *   transition.c      driving a change on
 *   waiting.c         what it waits for, and when it is given up
 *   stream.c          getting the data of what is gained
 *   stream_pieces.c   what that is, in pieces, and how far an earlier life has come
 *   stream_answer.c   the old owner's part
 */
#ifndef DB_MEMBERSHIP_PARTS_H
#define DB_MEMBERSHIP_PARTS_H

#include "db/roles.h"

/* topology_file.c */
enum topology_record {
    RECORD_DECIDED = 1,
    RECORD_PROMISED,
    RECORD_ACCEPTED,
    RECORD_STREAMED,
    RECORD_ALIVE,
    RECORD_BOOTED,
    RECORD_STREAMED_TO,
    RECORD_EPOCH,
};

void topology_file_append(struct node *node, struct env *env, enum topology_record kind,
                          uint64_t a, uint64_t b, const struct topology *topology);
void topology_file_append_cursor(struct node *node, struct env *env,
                                 const struct stream_cursor *cursor);
void topology_file_read(struct node *node, struct env *env);
void topology_file_on_disk(struct node *node, struct env *env, const struct event *event);
/* Write what waits for room on the disk, as far as there is some now. */
void topology_file_retry(struct node *node, struct env *env);
void defer_message(struct node *node, struct env *env, uint32_t to, uint64_t about,
                   const struct message *message);
void send_due_messages(struct node *node, struct env *env);

/* membership.c */
void membership_become_ready(struct node *node, struct env *env);
void membership_on_synced(struct node *node, struct env *env);
void membership_hear_self(struct node *node, struct env *env, struct bytes frame);
void membership_learn(struct node *node, struct env *env, const struct topology *topology);
void topology_tell(struct env *env, uint32_t to, const struct topology *topology);
void membership_tell(struct node *node, struct env *env, uint32_t to);
uint64_t membership_about(const struct env *env, uint64_t what, uint64_t number);

/* synod.c: decide version now + 1 */
void synod_propose(struct node *node, struct env *env, const struct topology *value);
void synod_give_up(struct node *node, struct env *env);
void synod_on_tick(struct node *node, struct env *env);

/* transition.c */
void transition_on_learned(struct node *node, struct env *env);
void transition_tick_if_needed(struct node *node, struct env *env);
bool transition_is_driver(const struct node *node, const struct env *env);

/* command.c */
void command_on_tick(struct node *node, struct env *env);
void command_on_learned(struct node *node);

/* ranges.c */
void ranges_begin(struct node *node, struct env *env);

/* waiting.c: of the driver, while data streams */
bool waiting_is_hopeless(struct node *node, struct env *env);

/* stream.c */
void stream_begin(struct node *node, struct env *env);
void stream_on_tick(struct node *node, struct env *env);
void stream_on_applied(struct node *node, struct env *env);
uint32_t stream_list_pieces(const struct membership *membership, const struct env *env,
                            struct stream_piece *pieces);
void stream_remember_cursor(struct membership *membership, struct env *env,
                            const struct stream_cursor *cursor);

/* Pieces that an earlier life has got, whole (counted in *done) or in part; returns the latter. */
uint32_t stream_resume(struct membership *membership, uint32_t *done);
void stream_remember_piece(struct membership *membership, struct env *env, uint64_t version,
                           uint64_t piece);
bool stream_is_done(const struct membership *membership);

/* The circle, an interval at a time: in each, neither the old nor the new owners change. Start
 * with a zeroed walk; false when it is round. */
struct interval_walk {
    uint64_t first;
    uint64_t from, to; /* (from, to] */
    bool is_begun;
};
bool membership_next_interval(const struct membership *membership, struct interval_walk *walk);

/* Replicas of a position, before or after the change. */
uint32_t membership_owners(const struct membership *membership, const struct node_config *config,
                           enum member_set set, uint64_t position, uint32_t *nodes);

#endif
