/*
 * html_run.h: what the page of export_html.c keeps of a run until it is written (html_page.c).
 *
 * A record's numbers stand in columns, each column one member of the page's JSON; so do the changes
 * of nodes and of links. What is followed of a node is written when it changes, and only then.
 */
#ifndef CLI_HTML_RUN_H
#define CLI_HTML_RUN_H

#include "cli/export/export.h"
#include "cli/html/html_data.h"

/* Of each record, and of each change of a node. The names are those of the JSON. */
#define RECORD_COLUMNS(COLUMN)                                                                     \
    COLUMN(STEP, "step") COLUMN(TIME, "time") COLUMN(KIND, "kind") COLUMN(ACTOR, "actor")          \
    COLUMN(CAUSE, "cause") COLUMN(ABOUT, "about") COLUMN(A, "a") COLUMN(B, "b") COLUMN(C, "c")
#define CHANGE_COLUMNS(COLUMN)                                                                     \
    COLUMN(CHANGE_STEP, "step") COLUMN(CHANGE_NODE, "node") COLUMN(CHANGE_WHAT, "what")            \
    COLUMN(CHANGE_VALUE, "value")
#define CUT_COLUMNS(COLUMN)                                                                        \
    COLUMN(CUT_STEP, "step") COLUMN(CUT_FROM, "from") COLUMN(CUT_TO, "to") COLUMN(CUT_IS, "is")

enum column {
#define COLUMN(identifier, name) COLUMN_##identifier,
    RECORD_COLUMNS(COLUMN) CHANGE_COLUMNS(COLUMN) CUT_COLUMNS(COLUMN)
#undef COLUMN
    COLUMN_HEADLINES,
    COLUMN_COUNT,
};

/* What is followed of a node. */
#define WHATS(WHAT)                                                                                \
    WHAT(STATE, "state") WHAT(LIFE, "life") WHAT(WAITING, "waiting") WHAT(SUSPECTS, "suspects")    \
    WHAT(KEYS, "keys") WHAT(APPENDED, "appended") WHAT(SYNCED, "synced") WHAT(CLOCK, "clock")

enum what {
#define WHAT(identifier, name) WHAT_##identifier,
    WHATS(WHAT)
#undef WHAT
    WHAT_COUNT,
};

#define NOT_SEEN INT64_MIN

struct html {
    struct html_column columns[COLUMN_COUNT];
    struct html_strings strings;
    uint64_t first, count;      /* records in the page */
    uint64_t last_step, last_change_step, last_cut_step;
    vtime last_time;
    int64_t (*seen)[WHAT_COUNT]; /* by node: the last value in the page */
    bool *is_cut;                /* nodes x nodes */
};

/* The whole page, when the run is over. */
void html_write_page(struct exporter *exporter);

#endif
