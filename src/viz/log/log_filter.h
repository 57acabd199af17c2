/*
 * log_filter.h: which records of the log a person wants to see.
 *
 *     drop user:42            both words, each somewhere in the sentence or the kind's name
 *     "sends write"           these words in a row
 *     node:n3                 what n3 does, or what is between it and another
 *     kind:drop               records of that kind (docs/conditions.md lists the kinds)
 *     kind:membership         all of them about members: commands, versions, what streams
 *     key:user:42             about that key, the messages of its operations included
 *     -heartbeat  -kind:send  not these
 *
 * All that is written must hold. A name that is not there is a mistake, told with the nearest
 * right one. Without a filter the log shows everything but heartbeats.
 */
#ifndef VIZ_LOG_FILTER_H
#define VIZ_LOG_FILTER_H

#include "base/table.h"
#include "base/text.h"
#include "sim/stage/stage.h"

#define LOG_FILTER_MAX   200
#define LOG_CLAUSES_MAX  12
#define LOG_WORD_MAX     64

enum log_clause_kind { CLAUSE_WORD, CLAUSE_NODE, CLAUSE_KIND, CLAUSE_KEY };

struct log_clause {
    uint32_t kind; /* enum log_clause_kind */
    bool is_not;
    uint32_t actor;      /* NODE: address */
    uint64_t token;      /* KEY */
    char word[LOG_WORD_MAX]; /* WORD: in lower case; KIND: the kind's name */
};

struct log_filter {
    char text[LOG_FILTER_MAX]; /* as it was typed; empty: none */
    uint32_t count;
    struct log_clause clauses[LOG_CLAUSES_MAX];
    bool needs_sentence; /* a clause is a word: that costs a sentence for each record */
    bool has_key;
    struct table requests; /* KEY: operations about one of the keys; filled as records come */
};

/* On a mistake: false, one sentence in `mistake`, and the filter as it was. `requests` of the
 * filter must have been made with table_init. */
bool log_filter_parse(struct log_filter *filter, const struct stage *stage,
                      const struct picture *picture, const char *text, struct text *mistake);

void log_filter_clear(struct log_filter *filter);

static inline bool log_filter_is_given(const struct log_filter *filter)
{
    return filter->count > 0;
}

/* Is the record to be shown? Records may be asked about in any order. */
bool log_filter_matches(struct log_filter *filter, const struct stage *stage,
                        const struct tape_record *record);

#endif
