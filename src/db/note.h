/*
 * note.h: the kinds of note that the database passes to env_note.
 *
 * The names, fields and sentences are in notes.def; the host turns a note into
 * a record of its trace.
 */
#ifndef DB_NOTE_H
#define DB_NOTE_H

enum note_kind {
#define NOTE(identifier, name, a, b, c, sentence) NOTE_##identifier,
#include "db/notes.def"
#undef NOTE
    NOTE_COUNT,
};

/* Why something was refused, dropped or given up: the {reason} of a record. */
#define REASONS(REASON)                                                                            \
    REASON(NONE, "no reason")                                                                      \
    REASON(NO_SPACE, "the disk is full")                                                           \
    REASON(IO_ERROR, "the disk failed")                                                            \
    REASON(BAD_CHECKSUM, "the checksum is wrong")                                                  \
    REASON(BAD_MESSAGE, "the message cannot be decoded")                                           \
    REASON(NOT_READY, "the node is still recovering")                                              \
    REASON(NODE_DOWN, "the node is down")                                                          \
    REASON(NODE_UP, "the node is up")                                                              \
    REASON(NODE_PAUSED, "the node is paused")                                                      \
    REASON(PARTITION, "a partition is in the way")                                                 \
    REASON(LOSS, "the network lost it")                                                            \
    REASON(QUEUE_FULL, "the link's queue is full")                                                 \
    REASON(RESTARTED, "the receiver restarted: the connection is gone")                            \
    REASON(COMMANDED, "it was told to")                                                            \
    REASON(TRUNCATED, "it ends too early")                                                         \
    REASON(HELD, "the message is held already")                                                    \
    REASON(NOT_HELD, "the message is not held")                                                    \
    REASON(NOT_IN_FLIGHT, "there is no such copy in flight")                                       \
    REASON(TOO_MANY, "there are too many copies of it")                                            \
    REASON(NO_TIMER, "no such timer is set")                                                       \
    REASON(STALE, "it goes by an older topology")                                                  \
    REASON(NOT_MEMBER, "it is no member")                                                          \
    REASON(IS_MEMBER, "it is a member already")                                                    \
    REASON(CHANGING, "another change is under way")                                                \
    REASON(TOO_FEW, "too few nodes would stay")                                                    \
    REASON(LEFT, "it has left for good")                                                           \
    REASON(WAITED, "requests wait too long")                                                       \
    REASON(IN_FLIGHT, "too many operations are in hand")                                           \
    REASON(EXPIRED, "its coordinator waits no longer")                                             \
    REASON(INBOX_FULL, "the node's queue is full")                                                 \
    REASON(NO_ANSWER, "there was no answer")                                                       \
    REASON(REPAIRING, "a repair is under way")                                                     \
    REASON(ABSENT, "it was away for longer than the tombstone grace: replace it")                  \
    REASON(NEW_OWNER_DOWN, "a new owner is not heard of")                                          \
    REASON(WIPED, "its disk is not the one it was installed with")                                 \
    REASON(NO_RANGES, "only key ranges are split, merged and moved")                               \
    REASON(IS_BOUNDARY, "a range ends there already")                                              \
    REASON(NO_BOUNDARY, "no two ranges meet there")                                                \
    REASON(OTHER_OWNER, "the two ranges have different owners")                                    \
    REASON(IS_OWNER, "it owns that range already")                                                 \
    REASON(OLD_OWNERS_DOWN, "too few old owners of a range are up")                                \
    REASON(HINT_WINDOW, "it has been down for too long")                                           \
    REASON(QUOTA, "too much is kept already")                                                      \
    REASON(UNANSWERED, "it did not acknowledge in time")                                           \
    REASON(NOT_STORED, "it could not store it")                                                    \
    REASON(AHEAD, "before it is sent")                                                             \
    REASON(STANDS_IN, "in its place")                                                              \
    REASON(NEW_OWNERS, "the key has other owners now")                                             \
    REASON(HANDED_ON, "a node that leaves had it")                                                 \
    REASON(BAD_CONTEXT, "its causal context is damaged, of another key, or of no past")            \
    REASON(WRONG_KIND, "the key's table knows no such operation")                                  \
    REASON(NOT_A_NUMBER, "what is there is no number")                                             \
    REASON(TOO_LARGE, "the object would be too large")                                             \
    REASON(NO_EPOCH, "its epoch is not durable yet")                                               \
    REASON(NO_IMAGE, "no image of its disk was taken")                                             \
    REASON(FOREIGN, "its disk is that of another node")                                            \
    REASON(NO_OPERATION, "its disk is at nothing")

enum reason {
#define REASON(identifier, text) REASON_##identifier,
    REASONS(REASON)
#undef REASON
    REASON_COUNT,
};

#endif
