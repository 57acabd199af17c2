/*
 * status_columns.h: what the columns of `ringside status` say of each node.
 *
 * A value is taken once and written three ways: for people (status_text.c), as JSON and as CSV
 * (status_data.c). To add a column: a line in status_columns.def, its value in status_columns.c.
 */
#ifndef CLI_STATUS_COLUMNS_H
#define CLI_STATUS_COLUMNS_H

#include <stdio.h>

#include "sim/picture/status.h"

enum status_kind {
    STATUS_TEXT,
    STATUS_COUNT,
    STATUS_SIZE,  /* bytes */
    STATUS_SHARE, /* parts per million */
    STATUS_MILLI, /* thousandths */
    STATUS_NODES, /* a list of nodes */
};

struct status_value {
    bool is_there; /* else nothing is known, or it means nothing here */
    const char *text;
    uint64_t number;
    const uint32_t *list; /* `number` nodes */
};

/* A line of columns that belong together. */
enum status_group {
    STATUS_MEMBERS,
    STATUS_SEEN,
    STATUS_DATA,
    STATUS_LOAD,
    STATUS_HINTS,
    STATUS_GROUP_COUNT,
};

struct status_column {
    const char *name;
    const char *heading;
    uint8_t kind;  /* enum status_kind */
    uint8_t group; /* enum status_group */
    struct status_value (*value)(const struct status *status, uint32_t node);
};

extern const struct status_column status_columns[];
extern const uint32_t status_column_count;

/* What is said of the whole cluster, beside the rows. */
struct status_head {
    const char *scenario;
    uint64_t seed;
    uint64_t step;
    vtime now;
};

void status_print_text(const struct status *status, const struct status_head *head, FILE *out);
void status_print_json(const struct status *status, const struct status_head *head, FILE *out);
void status_print_csv(const struct status *status, const struct status_head *head, FILE *out);

#endif
