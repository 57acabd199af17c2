/*
 * acts.h: a foreign history as a list of acts: who called what, how it ended, and in which order.
 *
 * An event of a recorded history is the call or the end of an operation:
 *
 *     {:process 0, :type :invoke, :f :write, :value 3}        EDN: Jepsen, Knossos, Elle
 *     {:process 0, :type :ok,     :f :write, :value 3}
 *     {"process": 0, "type": "invoke", "f": "write", "value": 3}       JSON Lines, the same names
 *     INFO  jepsen.util - 0   :invoke   :write   3            a log of Jepsen's
 *
 * An act joins the two. What the ends mean (Jepsen's convention):
 *
 *     :ok      it took effect, once, between call and end, and `result` is what it told
 *     :fail    it did not take effect
 *     :info    nobody knows: at any time after its call, or never
 *     none     the history ends first: like :info
 *
 * A read that did not end in :ok told nobody anything, however it ended. Events of a process that
 * is no number (:nemesis) are passed over. Time is the order of the events; their clocks are not
 * used.
 */
#ifndef HISTORY_ACTS_H
#define HISTORY_ACTS_H

#include "history/value.h"

enum act_end {
    ACT_OPEN, /* :info, or no end at all */
    ACT_OK,
    ACT_FAIL,
};

#define EVENT_NONE UINT32_MAX

struct act {
    int64_t process;
    uint32_t end;      /* enum act_end */
    uint32_t called;   /* number of the event, from 0 */
    uint32_t returned; /* of an act that is ok or failed; else EVENT_NONE */
    uint32_t line;     /* of the file, where it was called */
    uint32_t line_end; /* 0: never */
    const struct value *f; /* what it is called: read, write, txn; NULL: the event does not say */
    const struct value *key;      /* NULL: none */
    const struct value *argument; /* the value of the call; NULL: none */
    const struct value *result;   /* the value of the end, when it is ok; NULL: none */
};

struct acts {
    struct act *items; /* in order of their calls */
    uint32_t count;
    uint32_t *events; /* index of an act times two, plus one for its end */
    uint32_t event_count;
    const char *format; /* "EDN", "JSON Lines", "Jepsen log" */
};

/* Read a whole file's text, which outlives the acts; all else is in the heap. False after the first
 * mistake. */
bool acts_read(struct heap *heap, struct bytes text, struct acts *acts,
               struct history_mistake *mistake);

/* Is it called this? An act without a name is a transaction, as in Elle's examples. */
bool act_is(const struct act *act, const char *name);


/* Its name without the quotes of a string; "txn" when it has none. */
void act_name(const struct act *act, char *to, uint32_t room);

#endif
