/*
 * table.h: how the conflicts of a table are resolved.
 *
 * A table is what stands before the first ':' of a key: "cart:42" is a key of the table "cart". A
 * key without one, and a table that nobody configured, is as ever: last writer wins, by the
 * coordinator's clock.
 */
#ifndef DB_CONFLICT_TABLE_H
#define DB_CONFLICT_TABLE_H

#include "base/base.h"
#include "db/store/version.h"

#define TABLES_MAX     16
#define TABLE_NAME_MAX 32 /* with its NUL */

/* Who stamps a plain version. (That of an object is only shown.) */
enum stamp_source {
    STAMP_COORDINATOR, /* its wall clock, never twice the same */
    STAMP_CLIENT,      /* the client's own clock (Cassandra: USING TIMESTAMP) */
    STAMP_HLC,         /* a hybrid logical clock: never below a timestamp that was heard of */
    STAMP_SOURCE_COUNT,
};

/* What becomes of siblings before a client sees them. */
enum merge_function {
    FUNCTION_NONE, /* it sees them all */
    FUNCTION_UNION,
    FUNCTION_MAX,
    FUNCTION_MIN,
    FUNCTION_LONGEST,
    FUNCTION_COUNT,
};

struct table_config {
    char name[TABLE_NAME_MAX];
    uint8_t kind;     /* enum version_kind */
    uint8_t stamp;    /* enum stamp_source */
    uint8_t function; /* enum merge_function; VERSION_SIBLINGS alone */
    uint8_t truncate; /* entries of a vector at most; 0: any number. VERSION_VECTOR alone */
};

/* "union" and the like. */
const char *merge_function_name(uint32_t function);

/* "last writer wins", "siblings", ...: for sentences. */
const char *version_kind_name(uint32_t kind);

/* The name of a key's table: empty when it has none. */
struct bytes table_of_key(struct bytes key);

#endif
