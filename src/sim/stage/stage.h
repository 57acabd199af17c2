/*
 * stage.h: a run that somebody watches: moved back and forth, bent, and told.
 *
 * A stage joins a travel (travel.h) with a tape of what happened lately, and hands
 * both out as plain data, so that a window needs to know neither the world nor the
 * database. It has three promises:
 *
 *   - after every move the tape holds the records of at least the last
 *     STAGE_HISTORY_STEPS / 8 steps, wherever the move came from;
 *   - what lies after the present of the same branch stays on the tape, as long as it
 *     is known: going back shows what is to come;
 *   - an action opens a branch, and the run that it was done in stays as it was.
 *
 * Beside the tape there is a chronicle of the whole run, summed up while it passes, and any
 * stretch of the past can be looked at from near by.
 *
 * All of these lie in a region of their own, not in the world's: they are a memory of
 * whoever watches and no part of the run.
 */
#ifndef SIM_STAGE_H
#define SIM_STAGE_H

#include "base/digest.h"
#include "sim/world/action.h"
#include "sim/trace/chronicle.h"
#include "sim/picture/news.h"
#include "sim/picture/picture.h"

#define STAGE_HISTORY_STEPS 4096
#define STAGE_TAPE_MAX      (1u << 18) /* records; then the older half is forgotten */

struct stage;
struct scenario;
struct metrics;
struct inside;
struct key_versions;

struct stage_branch {
    uint32_t parent;
    uint64_t from_step;
    vtime from_time;
    vtime known_to; /* so far it has been run */
    char text[64]; /* what was done: "crash n2"; empty for the run as it was written */
};

/* `world` is open and outlives the stage. NULL and one sentence in *why on refusal. */
struct stage *stage_open(struct world *world, const struct scenario *scenario, uint64_t seed,
                         const char **why);
void stage_close(struct stage *stage);

/* --- where we are ----------------------------------------------------------------------- */

uint64_t stage_step(const struct stage *stage);
vtime stage_now(const struct stage *stage);
/* 1 << enum pane of those that the scenario asks a window to begin with; 0: it does not say. */
uint32_t stage_panes(const struct stage *stage);
bool stage_is_over(const struct stage *stage);
vtime stage_next_time(const struct stage *stage); /* VTIME_NEVER at the end */
uint64_t stage_records(const struct stage *stage);
/* Of every byte of the world. Slow: for proofs. */
struct digest stage_digest(const struct stage *stage);
/* The same without any address: equal in another process, on another machine. */
struct digest stage_state_digest(const struct stage *stage);
/* Of all records so far: at the end of the run, what `ringside run` reports. */
struct digest stage_run_digest(const struct stage *stage);
void stage_picture(const struct stage *stage, struct heap *scratch, struct picture *picture);
/* As in picture.h, of the present. */
uint32_t stage_walk(const struct stage *stage, uint64_t position, struct picture_stop *stops,
                    uint32_t max);
/* As in peers.h and news.h, of the moment shown. */
bool stage_peers(const struct stage *stage, uint32_t node, vtime at, struct picture_peer *peers);
bool stage_listener(const struct stage *stage, uint32_t node, struct picture_listener *listener);
bool stage_news(const struct stage *stage, uint32_t subject, vtime at, struct news *news);
/* How many keys differ in the range that ends at a token of the picture. Every part
 * that differs and every row that has to be looked at costs one of `patience`. */
uint64_t stage_range_differing(const struct stage *stage, uint32_t token, uint64_t *patience);

/* The picture of one step before; false at step 0. The stage stays where it is. */
bool stage_picture_before(struct stage *stage, struct heap *scratch, struct picture *picture);

/* One node opened up (inside.h); what replicas hold of a key of the picture (versions.h). */
void stage_inside(const struct stage *stage, uint32_t node, struct heap *scratch,
                  struct inside *inside);
void stage_versions(const struct stage *stage, uint32_t key, struct heap *scratch,
                    struct key_versions *versions);

/* --- moving ------------------------------------------------------------------------------- */

bool stage_forward(struct stage *stage);
void stage_seek(struct stage *stage, uint64_t step); /* UINT64_MAX: the end */
void stage_seek_time(struct stage *stage, vtime time);

/* To the next (or previous) step with a headline, or with a record of an actor. False
 * and nothing moves when there is none. */
#define STAGE_HEADLINES UINT32_MAX
bool stage_seek_next(struct stage *stage, uint32_t actor);
bool stage_seek_previous(struct stage *stage, uint32_t actor);

/* The same for headlines, in pieces: on from the present by at most so many steps, to the next
 * headline after step `from`. NONE: the run is at its end. */
enum stage_pursuit {
    PURSUIT_OPEN,  /* not yet: ask again */
    PURSUIT_FOUND, /* the stage is there */
    PURSUIT_NONE,  /* there is none */
};
enum stage_pursuit stage_pursue_headline(struct stage *stage, uint64_t from, uint32_t steps);

/* --- the tape ------------------------------------------------------------------------------ */

/* Ascending by number, without gaps. Those up to stage_records() have happened. A single record
 * may also be of a stretch that was looked at (stage_look_at). */
const struct tape_record *stage_tape(const struct stage *stage, uint32_t *count);
const struct tape_record *stage_record(const struct stage *stage, uint64_t number);

/* The last record of the present branch below `number` that `is_wanted`, or the record of
 * that number, copied. What the tape has forgotten is made again, by going back in time and
 * returning. */
typedef bool stage_wanted(const struct tape_record *record, const void *host);
bool stage_find_last(struct stage *stage, uint64_t number, stage_wanted *is_wanted,
                     const void *host, struct tape_record *found);
bool stage_find(struct stage *stage, uint64_t number, struct tape_record *found);

/* Headlines of the present branch, as far as it has ever been run, in order: they are kept when
 * the tape has forgotten them. Good until the stage moves. */
enum sign_kind {
    SIGNS_FAULTS,   /* crashes, cuts, cures, broken rules ... */
    SIGNS_FAILURES, /* operations that did not go well */
    SIGN_KIND_COUNT,
};

struct stage_sign {
    uint64_t number;
    uint64_t step;
    vtime time;
    uint32_t actor;
    uint32_t kind;
    uint32_t class; /* enum tape_class */
    uint64_t what;  /* the record's first field */
    uint32_t phase; /* of a version of the members that was decided: enum members_phase; else
                       STAGE_NO_PHASE */
};

#define STAGE_NO_PHASE UINT32_MAX

const struct stage_sign *stage_signs(const struct stage *stage, enum sign_kind kind,
                                     uint32_t *count);

/* Is it about a heartbeat: its sending, its timer, its handling? */
bool stage_is_heartbeat(const struct tape_record *record);

/* Has it to do with who is a member: commands, versions, votes, what streams to new owners? */
bool stage_is_membership(const struct tape_record *record);

const char *stage_kind_name(const struct tape_record *record);
void stage_sentence(const struct stage *stage, const struct tape_record *record, char *text,
                    uint32_t size);

/* The name of the message that a SEND, ARRIVE or DROP is about: "write". */
const char *stage_message_name(const struct tape_record *record);

/* Kinds of messages by index: the letter that stands for one, and its name. False: no such. */
bool stage_message_kind(uint32_t index, char *letter, const char **name);

/* A word or two for a fault, a cure or a change of members: "crash", "disk full", "hold", "read
 * new". */
void stage_sign_word(const struct stage_sign *sign, char *text, uint32_t size);

/* What a record of the class TAPE_INVOKE asks for. */
struct tape_operation {
    char label[48]; /* "c1#12", "w1" */
    char word[16];  /* "put" */
    char key[PICTURE_NAME_MAX];
};
void stage_describe_operation(const struct stage *stage, const struct tape_record *asked,
                              struct tape_operation *operation);

/* Kinds of records, by number. */
uint32_t stage_kind_count(void);
const char *stage_kind(uint32_t kind);

/* Does the record speak of this node or client, or of the key with this token? */
bool stage_names_actor(const struct tape_record *record, uint32_t actor);
bool stage_names_key(const struct tape_record *record, uint64_t token);

/* The token of a key; and all requests for it so far, added to a table as keys. */
uint64_t stage_token(const char *key);
void stage_add_requests(const struct stage *stage, uint64_t token, struct table *requests);

/* --- the whole run, and any stretch of it --------------------------------------------------- */

/* Of the present branch: never NULL. Up to its last_time the run is known. */
const struct chronicle *stage_chronicle(const struct stage *stage);

/* Records of the present branch in a stretch, and a bucket of the chronicle more at most. */
uint64_t stage_record_count(const struct stage *stage, vtime from, vtime to);

struct stage_detail {
    const struct tape *tape; /* NULL: the stretch would have to be looked at first */
    const struct presence *presence;
};

/* All that happened in a stretch, as far as it is known; and with stage_look_at, run again for
 * it where need be. That leaves the run where it was. False: it is too much for a tape. */
struct stage_detail stage_detail(const struct stage *stage, vtime from, vtime to);
bool stage_look_at(struct stage *stage, vtime from, vtime to);

/* The same for another branch, as far as somebody has been there: what happened in it after it
 * parted from the present one. tape: NULL when nobody has looked. */
struct stage_other {
    const struct tape *tape;
    uint32_t branch, beside; /* of the tape; and the one that was present then */
    vtime parting;
};
void stage_look_aside(struct stage *stage, uint32_t branch, vtime from, vtime to);
struct stage_other stage_other(const struct stage *stage);

/* --- numbers ------------------------------------------------------------------------------- */

/* Samples of the present branch, as far as it has ever been run: what lies after the present
 * is there as well (metrics_count_until). Good until the stage moves. See metrics.h. */
const struct metrics *stage_metrics(const struct stage *stage);
/* The same of another branch, as far as it has been run. */
const struct metrics *stage_metrics_of(const struct stage *stage, uint32_t branch);

/* --- checks ---------------------------------------------------------------------------------- */

enum stage_verdict_kind { STAGE_HOLDS, STAGE_VIOLATED, STAGE_UNKNOWN };

#define STAGE_VERDICT_TEXT 480

/* What a check says at the end of the present branch. */
struct stage_verdict {
    uint8_t kind;    /* enum stage_verdict_kind */
    bool is_content; /* it is as the scenario expects */
    bool is_at_end;  /* nothing before the end of the run shows it */
    uint8_t request_count;
    uint64_t requests[4]; /* the operations that it names, the one at fault first */
    uint64_t token;       /* of the key that it names */
    uint64_t step;        /* where it shows: a client was told, a condition was met; or the end */
    vtime time;
    char text[STAGE_VERDICT_TEXT];
};

/* Run to the end of the present branch, judge, and come back to this very step. */
void stage_judge(struct stage *stage);

/* One for each check of the scenario; NULL while this branch has not been judged. */
const struct stage_verdict *stage_verdicts(const struct stage *stage);

/* --- bending ------------------------------------------------------------------------------- */

/* Do it now, in a new branch, and step past it. What the action refers to must outlive
 * the stage. Returns the branch. */
uint32_t stage_do(struct stage *stage, const struct action *action);

/* No message passes between the groups; who is in none reaches all. Groups are 0, 1 ..., each
 * with a member. */
uint32_t stage_partition(struct stage *stage, uint32_t count, const uint32_t *members,
                         const uint32_t *group_of);

/* Cut a node off from all other nodes. */
uint32_t stage_isolate(struct stage *stage, uint32_t node);

/* Change every link from a node: a constant latency (0: as the network has it) and a loss. */
uint32_t stage_change_links(struct stage *stage, uint32_t node, vtime latency, uint32_t loss_ppb);

/* Flip a bit near the beginning of a node's newest log segment. */
uint32_t stage_rot(struct stage *stage, uint32_t node);

/* Let a timer of a node fire now: one of the picture, and none of a client's. */
uint32_t stage_fire_timer(struct stage *stage, const struct picture_timer *timer);

/* The whole text of a key by its token, as operations name it: a picture may cut it. False when
 * nobody has asked for it yet, or when it does not fit. */
bool stage_key_text(const struct stage *stage, uint64_t token, char *text, uint32_t size);

/* Let a client get, put or delete a key. */
enum stage_operation { STAGE_GET, STAGE_PUT, STAGE_DELETE };
uint32_t stage_operate(struct stage *stage, uint32_t client, enum stage_operation operation,
                       const char *key, const char *value);

/* Told of each new branch, as soon as it is there, so that none is lost with the program. */
struct stage_watcher {
    void (*opened)(void *host, const struct stage *stage, uint32_t branch);
    void *host;
};
void stage_watch(struct stage *stage, struct stage_watcher watcher);

/* What opened a branch other than 0: done in its parent, at its from_step. */
const struct intervention *stage_deed(const struct stage *stage, uint32_t branch);

/* Its place in the list of all that was done in that branch. Branch 0: the number of those that
 * the scenario brought, none of which is a deed. */
uint32_t stage_deed_index(const struct stage *stage, uint32_t branch);

/* Go to the moment in a branch that had this step and this time; the end of the run has the step
 * of its last event, and a later time. False when there is no such moment: then it is as near to
 * it as there is. */
bool stage_seek_moment(struct stage *stage, uint32_t branch, uint64_t step, vtime time);

/* All that was done in the present branch, in order. */
const struct intervention *stage_interventions(const struct stage *stage, uint32_t *count);

uint32_t stage_branch_count(const struct stage *stage);
uint32_t stage_branch_now(const struct stage *stage);
struct stage_branch stage_branch_at(const struct stage *stage, uint32_t branch);
void stage_select_branch(struct stage *stage, uint32_t branch);

/* Back to the parent, to the step at which this branch left it; false in branch 0. */
bool stage_undo(struct stage *stage);

#endif
