/*
 * condition_mock.h: a scenario's names and a world for the tests of conditions, with
 * neither scenario nor world: the answers are what a test puts into `mock`.
 *
 * Nodes n1, n2, n3, "keys" (a word of the language) and "n-4" (no plain word);
 * clients c1, writer and n2 (the name of a node, too); operations w1, r1, "final read".
 */
#ifndef TESTS_SIM_CONDITION_MOCK_H
#define TESTS_SIM_CONDITION_MOCK_H

#include <string.h>

#include "base/mix.h"
#include "db/env.h"
#include "sim/condition/condition.h"

static const char *const MOCK_NODES[] = {"n1", "n2", "n3", "keys", "n-4"};
static const char *const MOCK_CLIENTS[] = {"c1", "writer", "n2"};
static const char *const MOCK_OPERATIONS[] = {"w1", "r1", "final read"};

#define MOCK_OPERATION_BASE 700 /* what find gives for "w1" */

static inline struct bytes mock_bytes(const char *string)
{
    return (struct bytes){(const uint8_t *)string, (uint32_t)strlen(string)};
}

static inline bool mock_list(const void *host, uint32_t parameter, uint32_t index,
                             struct bytes *name)
{
    const char *const *names = parameter == PARAMETER_NODE     ? MOCK_NODES
                               : parameter == PARAMETER_CLIENT ? MOCK_CLIENTS
                                                               : MOCK_OPERATIONS;
    (void)host;
    if (index >= (parameter == PARAMETER_NODE ? ARRAY_LEN(MOCK_NODES) : 3))
        return false;
    *name = mock_bytes(names[index]);
    return true;
}

static inline bool mock_find(const void *host, uint32_t parameter, struct bytes name,
                             uint32_t *number)
{
    struct bytes known;
    for (uint32_t i = 0; mock_list(host, parameter, i, &known); i++) {
        if (known.size != name.size || memcmp(known.data, name.data, name.size) != 0)
            continue;
        *number = i + (parameter == PARAMETER_CLIENT      ? CLIENT_ADDRESS_BASE
                       : parameter == PARAMETER_OPERATION ? MOCK_OPERATION_BASE
                                                          : 0);
        return true;
    }
    return false;
}

static const struct condition_names mock_names = {NULL, mock_find, mock_list};

struct mock {
    struct condition_answer terms[TERM_COUNT];
    uint64_t records[TRACE_KIND_COUNT];
    uint64_t operations[OWNER_COUNT][OUTCOME_COUNT + 1];
    struct condition_ask last_ask; /* and what was asked last */
    uint32_t last_actor;
    uint32_t ask_count;
};

static struct mock mock;

static inline struct condition_answer mock_ask(const void *host, const struct condition_ask *ask)
{
    (void)host;
    mock.last_ask = *ask;
    mock.ask_count++;
    return mock.terms[ask->term];
}

static inline uint64_t mock_records(const void *host, uint32_t kind, uint32_t actor)
{
    (void)host;
    mock.last_actor = actor;
    mock.ask_count++;
    return mock.records[kind];
}

static inline uint64_t mock_operations(const void *host, uint32_t owner, uint32_t outcome)
{
    (void)host;
    mock.ask_count++;
    return mock.operations[owner][outcome];
}

/* Short texts are their own identity, so that a test can read it back. */
static inline uint64_t mock_identity(const void *host, struct bytes value)
{
    uint64_t identity = 0;
    (void)host;
    for (uint32_t i = 0; i < value.size; i++)
        identity =
            value.size <= 7 ? identity << 8 | value.data[i] : mix_pair(identity, value.data[i]);
    return identity << 8 | (value.size & 0xff) | 0x80;
}

static inline void mock_value_text(const void *host, struct text *text, uint64_t identity)
{
    uint8_t letters[8];
    uint32_t size = identity & 0x7f;
    (void)host;
    for (uint32_t i = 0; i < size && i < 8; i++)
        letters[i] = (uint8_t)(identity >> (8 * (size - i)));
    text_bytes_quoted(text, (struct bytes){letters, MIN(size, 8)});
}

static inline uint64_t mock_value(const char *string)
{
    return mock_identity(NULL, mock_bytes(string));
}

static const struct condition_view mock_view = {.host = NULL,
                                                .ask = mock_ask,
                                                .records = mock_records,
                                                .operations = mock_operations,
                                                .identity = mock_identity,
                                                .value_text = mock_value_text};

#endif
