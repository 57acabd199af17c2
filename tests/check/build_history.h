/*
 * build_history.h: write a history in a test as one would draw it.
 *
 *     struct build build = build_start(1);                  one key
 *     put_ok(&build, 'a', 0, 10);                           value, invoked, completed
 *     get_ok(&build, 'a', 20, 30);
 *     struct history history = build_end(&build);
 *
 * Each operation is of a client of its own and of key 0, unless on_key or by_client
 * say otherwise about the latest one. Operations are written in order of `invoked`.
 * `scratch_*` give the oracles their heap, in one region per test program.
 */
#ifndef TESTS_CHECK_BUILD_HISTORY_H
#define TESTS_CHECK_BUILD_HISTORY_H

#include "base/heap.h"
#include "check/history.h"
#include "check/verdict.h"

#define BUILD_MAX 64

struct build {
    struct operation operations[BUILD_MAX];
    uint32_t count;
    uint32_t key_count;
};

struct build build_start(uint32_t key_count);
struct history build_end(const struct build *build);

/* Each returns the operation's index. */
uint32_t get_ok(struct build *build, uint64_t value, vtime invoked, vtime completed);
uint32_t put_ok(struct build *build, uint64_t value, vtime invoked, vtime completed);
uint32_t delete_ok(struct build *build, vtime invoked, vtime completed);
uint32_t put_timeout(struct build *build, uint64_t value, vtime invoked);
uint32_t put_unavailable(struct build *build, uint64_t value, vtime invoked, vtime completed);
uint32_t delete_timeout(struct build *build, vtime invoked);
uint32_t get_timeout(struct build *build, vtime invoked);

void on_key(struct build *build, uint32_t key);
void by_client(struct build *build, uint32_t client);
void with_records(struct build *build, uint64_t record_invoked, uint64_t record_told);

/* For cmocka's group setup and teardown; `state` holds the struct heap. */
int scratch_setup(void **state);
int scratch_teardown(void **state);

/* The heap, dropped so that it is empty. */
struct heap *scratch_empty(void **state);

/* A small generator of its own for random tests: the next number below `bound`. */
uint64_t pick(uint64_t *generator, uint64_t bound);

#endif
