/*
 * log_filter.c: reading a filter, and asking it about records.
 */
#include "viz/log/log_filter.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/nearest.h"
#include "base/units.h"

/* kind:membership is all of them that have to do with who is a member. */
#define MEMBERSHIP "membership"

/* --- reading -------------------------------------------------------------------------------- */

/* The next clause's text, up to a space; between double quotes, spaces belong to it. */
static bool next_token(const char **rest, char *token, size_t size, bool *is_not)
{
    const char *at = *rest;
    size_t used = 0;
    bool is_quoted = false;
    while (*at == ' ')
        at++;
    *is_not = *at == '-' && at[1] && at[1] != ' ';
    at += *is_not;
    if (!*at)
        return false;
    for (; *at && (is_quoted || *at != ' '); at++) {
        if (*at == '"')
            is_quoted = !is_quoted;
        else if (used + 1 < size)
            token[used++] = *at;
    }
    token[used] = '\0';
    *rest = at;
    return true;
}

static bool refuse_name(struct text *mistake, const char *what, const char *name,
                        const struct nearest *nearest)
{
    text_str(mistake, "there is no ");
    text_str(mistake, what);
    text_str(mistake, " ");
    text_bytes_quoted(mistake, units_word(name));
    nearest_suggest(mistake, nearest);
    return false;
}

static bool read_node(struct log_clause *clause, const struct picture *picture, const char *name,
                      struct text *mistake)
{
    struct nearest nearest = nearest_to(units_word(name));
    for (uint32_t i = 0; i < picture->node_count; i++) {
        nearest_offer_string(&nearest, picture->nodes[i].name);
        clause->actor = i;
        if (strcmp(picture->nodes[i].name, name) == 0)
            return true;
    }
    for (uint32_t i = 0; i < picture->client_count; i++) {
        nearest_offer_string(&nearest, picture->clients[i]);
        clause->actor = PICTURE_CLIENT_BASE + i;
        if (strcmp(picture->clients[i], name) == 0)
            return true;
    }
    return refuse_name(mistake, "node or client", name, &nearest);
}

static bool read_kind(struct log_clause *clause, const char *name, struct text *mistake)
{
    struct nearest nearest = nearest_to(units_word(name));
    nearest_offer_string(&nearest, MEMBERSHIP);
    if (strcmp(name, MEMBERSHIP) == 0) {
        snprintf(clause->word, sizeof clause->word, "%s", name);
        return true;
    }
    for (uint32_t i = 0; i < stage_kind_count(); i++) {
        nearest_offer_string(&nearest, stage_kind(i));
        if (strcmp(stage_kind(i), name) == 0) {
            snprintf(clause->word, sizeof clause->word, "%s", name);
            return true;
        }
    }
    refuse_name(mistake, "kind of record", name, &nearest);
    if (nearest_word(&nearest).size == 0)
        text_str(mistake, "; there are send, arrive, drop, invoke, told, crash and others");
    return false;
}

static bool read_key(struct log_clause *clause, const struct picture *picture, const char *name,
                     struct text *mistake)
{
    struct nearest nearest = nearest_to(units_word(name));
    clause->token = stage_token(name);
    bool is_known = picture->key_total > picture->key_count; /* not all can be looked through */
    for (uint32_t i = 0; i < picture->key_count; i++) {
        nearest_offer_string(&nearest, picture->keys[i].name);
        is_known |= strcmp(picture->keys[i].name, name) == 0;
    }
    if (is_known || picture->key_count == 0)
        return true;
    text_str(mistake, "until now no client has asked for the key ");
    text_bytes_quoted(mistake, units_word(name));
    nearest_suggest(mistake, &nearest);
    return false;
}

static bool read_clause(struct log_clause *clause, const struct picture *picture,
                        const char *token, struct text *mistake)
{
    static const char *const fields[] = {"node:", "kind:", "key:"};
    for (uint32_t i = 0; i < 3; i++) {
        size_t size = strlen(fields[i]);
        if (strncmp(token, fields[i], size) != 0)
            continue;
        const char *name = token + size;
        clause->kind = CLAUSE_NODE + i;
        if (!*name) {
            text_str(mistake, "expected a name right after ");
            text_bytes_quoted(mistake, units_word(fields[i]));
            return false;
        }
        return i == 0   ? read_node(clause, picture, name, mistake)
               : i == 1 ? read_kind(clause, name, mistake)
                        : read_key(clause, picture, name, mistake);
    }
    clause->kind = CLAUSE_WORD;
    snprintf(clause->word, sizeof clause->word, "%s", token);
    return true;
}

bool log_filter_parse(struct log_filter *filter, const struct stage *stage,
                      const struct picture *picture, const char *text, struct text *mistake)
{
    struct log_filter read = {.requests = filter->requests};
    const char *rest = text;
    char token[LOG_WORD_MAX];
    bool is_not;
    while (next_token(&rest, token, sizeof token, &is_not)) {
        if (read.count == LOG_CLAUSES_MAX) {
            text_str(mistake, "a filter has at most 12 words");
            return false;
        }
        struct log_clause *clause = &read.clauses[read.count++];
        clause->is_not = is_not;
        if (!read_clause(clause, picture, token, mistake))
            return false;
        read.needs_sentence |= clause->kind == CLAUSE_WORD;
        read.has_key |= clause->kind == CLAUSE_KEY;
    }
    snprintf(read.text, sizeof read.text, "%s", text);
    table_clear(&filter->requests);
    read.requests = filter->requests;
    *filter = read;
    for (uint32_t i = 0; i < filter->count; i++)
        if (filter->clauses[i].kind == CLAUSE_KEY)
            stage_add_requests(stage, filter->clauses[i].token, &filter->requests);
    return true;
}

void log_filter_clear(struct log_filter *filter)
{
    table_clear(&filter->requests);
    filter->text[0] = '\0';
    filter->count = 0;
    filter->needs_sentence = filter->has_key = false;
}

/* --- asking --------------------------------------------------------------------------------- */

/* It names the key, or is about an operation that asked for it. Of two keys in one filter each
 * operation counts for both: that asks for what no record has, and shows what has either. */
static bool is_about_key(struct log_filter *filter, const struct tape_record *record,
                         uint64_t token)
{
    if (stage_names_key(record, token)) {
        if (record->class == TAPE_INVOKE)
            table_set(&filter->requests, record->about, 1);
        return true;
    }
    return table_has(&filter->requests, record->about);
}

static bool is_of_kind(const struct tape_record *record, const char *word)
{
    return strcmp(stage_kind_name(record), word) == 0 ||
           (strcmp(word, MEMBERSHIP) == 0 && stage_is_membership(record));
}

static bool holds(struct log_filter *filter, const struct log_clause *clause,
                  const struct tape_record *record, const char *sentence)
{
    switch (clause->kind) {
    case CLAUSE_NODE: return stage_names_actor(record, clause->actor);
    case CLAUSE_KIND: return is_of_kind(record, clause->word);
    case CLAUSE_KEY: return is_about_key(filter, record, clause->token);
    default:
        return strcasestr(sentence, clause->word) != NULL ||
               strcasestr(stage_kind_name(record), clause->word) != NULL;
    }
}

bool log_filter_matches(struct log_filter *filter, const struct stage *stage,
                        const struct tape_record *record)
{
    char sentence[400] = "";
    if (!log_filter_is_given(filter))
        return !stage_is_heartbeat(record);
    /* what costs nothing comes first */
    for (uint32_t i = 0; i < filter->count; i++)
        if (filter->clauses[i].kind != CLAUSE_WORD &&
            holds(filter, &filter->clauses[i], record, sentence) == filter->clauses[i].is_not)
            return false;
    if (filter->needs_sentence)
        stage_sentence(stage, record, sentence, sizeof sentence);
    for (uint32_t i = 0; i < filter->count; i++)
        if (filter->clauses[i].kind == CLAUSE_WORD &&
            holds(filter, &filter->clauses[i], record, sentence) == filter->clauses[i].is_not)
            return false;
    return true;
}
