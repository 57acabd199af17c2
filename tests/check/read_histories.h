/*
 * read_histories.h: read histories that others recorded, for tests only.
 *
 * Three formats, each a sequence of events "process p invokes / ends f with value v":
 *
 *     Jepsen text log   INFO  jepsen.util - 0  :invoke  :cas  [1 2]        (tabs)
 *     Knossos EDN       {:process 0, :type :invoke, :f :cas, :value [1 2]}
 *     Porcupine kv      {:process 0, :type :invoke, :f :append, :key "3", :value "x"}
 *
 * read, write and cas are of one compare-and-set register, nil at first; get, put and
 * append are of one text for each key, empty at first. What ends in :fail did not
 * happen; what ends in :info, or not at all, is open.
 *
 * The reader trusts its files: it stops the program at what it does not know.
 */
#ifndef TESTS_CHECK_READ_HISTORIES_H
#define TESTS_CHECK_READ_HISTORIES_H

#include "check/object.h"

#define FOREIGN_KEYS_MAX 64

struct foreign_history {
    struct object objects[FOREIGN_KEYS_MAX]; /* one for each key */
    uint32_t object_count;
    uint32_t operation_count;
};

/* Find `name` in the directory of the environment variable RINGSIDE_HISTORIES, or else in
 * ../shared/data/histories. False when it is not there. */
bool read_foreign_history(const char *name, struct heap *heap, struct foreign_history *history);

#endif
