/*
 * sessions.c: versions as nodes, demands as edges, contradictions as cycles.
 *
 * What a client knows of a key grows, so it is kept as a row of nodes, one added by each answer:
 *
 *     version a --\            version b --\
 *                 known 1 -----------------> known 2 ---> version c    a get that returned c is
 *                                                                     not older than a and b
 *
 * There are two such rows for each client and key, for what its gets and what its writes must
 * follow. A version may stand in a cycle with what is known of it, so only two versions in one
 * component are a contradiction. The rule is in sessions.h.
 */
#include "check/sessions.h"

#include "base/mix.h"
#include "base/table.h"
#include "check/graph.h"
#include "check/say.h"
#include "check/sources.h"

#define STEPS_MAX 16 /* of a cycle that are looked at */

struct sessions {
    const struct history *history;
    struct timeline timeline;
    struct sources sources;
    struct graph graph;
    uint32_t guarantees;
    uint32_t version_count; /* nodes that are versions: a write's index, or count + key */
    struct table rows[2];   /* by client and key: last node of what its gets, its writes follow */
    uint32_t *called_at;    /* by get: the node that its row ended with when it was called */
};

enum row { ROW_FOR_GETS, ROW_FOR_WRITES };

const char *session_guarantee_name(uint32_t index)
{
    static const char *const names[SESSION_GUARANTEE_COUNT] = {
        "read_your_writes", "monotonic_reads", "monotonic_writes", "writes_follow_reads"};
    return names[index];
}

static bool is_write(const struct operation *operation)
{
    return operation->kind == OPERATION_PUT || operation->kind == OPERATION_DELETE;
}

/* Which guarantee orders what was touched first and what was touched later. */
static enum session_guarantee guarantee_of(bool is_first_write, bool is_later_write)
{
    if (is_first_write)
        return is_later_write ? MONOTONIC_WRITES : READ_YOUR_WRITES;
    return is_later_write ? WRITES_FOLLOW_READS : MONOTONIC_READS;
}

static uint32_t version_of(const struct sessions *sessions, uint32_t index)
{
    const struct operation *operation = &sessions->history->operations[index];
    if (is_write(operation))
        return index;
    uint32_t source = sessions->sources.of[index];
    return source == SOURCE_BEFORE ? sessions->history->count + operation->key : source;
}

static uint64_t row_key(const struct operation *operation)
{
    return mix_pair(operation->client, operation->key);
}

/* --- building --------------------------------------------------------------------------- */

/* From now on the client's gets, or writes, follow this version. */
static void learn(struct sessions *sessions, uint32_t index, enum row row)
{
    const struct operation *operation = &sessions->history->operations[index];
    if (!(guarantee_of(is_write(operation), row == ROW_FOR_WRITES) & sessions->guarantees))
        return;
    uint32_t node = graph_add_node(&sessions->graph);
    uint32_t last = (uint32_t)table_get(&sessions->rows[row], row_key(operation), GRAPH_NONE);
    if (last != GRAPH_NONE)
        graph_add_edge(&sessions->graph, last, node, GRAPH_NONE);
    graph_add_edge(&sessions->graph, version_of(sessions, index), node, index);
    table_set(&sessions->rows[row], row_key(operation), node);
}

static void on_call(struct sessions *sessions, uint32_t index)
{
    const struct operation *operation = &sessions->history->operations[index];
    enum row row = is_write(operation) ? ROW_FOR_WRITES : ROW_FOR_GETS;
    uint32_t known = (uint32_t)table_get(&sessions->rows[row], row_key(operation), GRAPH_NONE);
    sessions->called_at[index] = known;
    if (!is_write(operation) || !is_possible_write(operation))
        return;
    graph_add_edge(&sessions->graph, sessions->history->count + operation->key, index, GRAPH_NONE);
    if (known != GRAPH_NONE)
        graph_add_edge(&sessions->graph, known, index, index);
}

static void on_return(struct sessions *sessions, uint32_t index)
{
    const struct operation *operation = &sessions->history->operations[index];
    bool is_get = operation->kind == OPERATION_GET;
    if (operation->outcome != OUTCOME_OK || (!is_get && !is_write(operation)) ||
        (is_get && !is_source_known(sessions->sources.of[index])))
        return;
    if (is_get && sessions->called_at[index] != GRAPH_NONE)
        graph_add_edge(&sessions->graph, sessions->called_at[index], version_of(sessions, index),
                       index);
    learn(sessions, index, ROW_FOR_GETS);
    learn(sessions, index, ROW_FOR_WRITES);
}

/* Are two versions in one component? */
static bool is_contradictory(struct sessions *sessions, uint32_t moments)
{
    graph_clear(&sessions->graph, sessions->version_count);
    table_clear(&sessions->rows[0]);
    table_clear(&sessions->rows[1]);
    for (uint32_t i = 0; i < moments; i++) {
        uint32_t index = moment_operation(sessions->timeline.moments[i]);
        if (is_moment_return(sessions->timeline.moments[i]))
            on_return(sessions, index);
        else
            on_call(sessions, index);
    }
    graph_components(&sessions->graph);
    uint32_t *versions = sessions->graph.work; /* by component */
    for (uint32_t i = 0; i < sessions->graph.component_count; i++)
        versions[i] = 0;
    for (uint32_t i = 0; i < sessions->version_count; i++)
        if (versions[sessions->graph.component[i]]++)
            return true;
    return false;
}

/* --- telling ---------------------------------------------------------------------------- */

/* One step of the cycle: `first` touched a version, and then `later` one that is not older. */
struct step {
    uint32_t first; /* operations, or GRAPH_NONE: the older version was there before all */
    uint32_t later;
};

struct goal {
    uint32_t version_count;
    uint32_t other_than; /* any version but this one; or this one, when `is_exact` */
    bool is_exact;
};

static bool is_goal(const void *host, uint32_t node)
{
    const struct goal *goal = host;
    return node < goal->version_count && (node == goal->other_than) == goal->is_exact;
}

/* The steps of the way that graph_way has just found, behind those that are there. */
static uint32_t read_steps(const struct sessions *sessions, uint32_t from, uint32_t to,
                           struct step *steps, uint32_t count)
{
    struct step back[STEPS_MAX];
    uint32_t found = 0, later = GRAPH_NONE, node = to;
    do {
        const struct graph_edge *edge =
            graph_edge_at(&sessions->graph, sessions->graph.came_by[node]);
        if (edge->to < sessions->version_count)
            later = edge->about;
        if (edge->from < sessions->version_count && later != GRAPH_NONE && found < STEPS_MAX)
            back[found++] = (struct step){edge->about, later};
        node = edge->from;
    } while (node != from);
    while (found > 0 && count < STEPS_MAX)
        steps[count++] = back[--found];
    return count;
}

/* From the version that the get returned to a version that cannot be older, and back to it. The
 * last step is the get's own: no contradiction was there before it. */
static uint32_t find_cycle(struct sessions *sessions, uint32_t get, struct step *steps)
{
    uint32_t version = version_of(sessions, get);
    struct goal away = {sessions->version_count, version, false};
    uint32_t other = graph_way(&sessions->graph, version, is_goal, &away);
    uint32_t count = read_steps(sessions, version, other, steps, 0);
    struct goal back = {sessions->version_count, version, true};
    CHECK(graph_way(&sessions->graph, other, is_goal, &back) == version);
    return read_steps(sessions, other, version, steps, count);
}

static void say_guarantee(struct saying *saying, const struct history *history, struct step step)
{
    const struct operation *operations = history->operations;
    uint32_t which = 0;
    while (1u << which != (uint32_t)guarantee_of(is_write(&operations[step.first]),
                                                 is_write(&operations[step.later])))
        which++;
    say(saying, " (");
    for (const char *letter = session_guarantee_name(which); *letter; letter++)
        text_char(&saying->text, *letter == '_' ? ' ' : *letter);
    say(saying, ")");
}

static void say_own_step(struct saying *saying, const struct history *history, struct step step)
{
    const struct operation *first = &history->operations[step.first];
    say_operation(saying, step.later);
    say_of_key(saying, first->key);
    say(saying, " returned ");
    say_value(saying, history->operations[step.later].value);
    say(saying, ", although its client had ");
    say(saying, is_write(first) ? "written " : "read ");
    say_value(saying, is_write(first) ? written_value(first) : first->value);
    say(saying, " with ");
    say_operation(saying, step.first);
    say_guarantee(saying, history, step);
}

/* Does the verdict have room for the operations of this step? */
static bool has_room(const struct verdict *verdict, struct step step)
{
    uint32_t needed = verdict->operation_count + 2;
    for (uint32_t i = 0; i < verdict->operation_count; i++)
        needed -= verdict->operations[i] == step.first || verdict->operations[i] == step.later;
    return needed <= VERDICT_OPERATIONS_MAX;
}

static void say_violation(struct sessions *sessions, uint32_t get, struct verdict *verdict)
{
    struct step steps[STEPS_MAX];
    struct saying saying;
    uint32_t count = find_cycle(sessions, get, steps);
    CHECK(count > 0 && steps[count - 1].later == get);
    say_start(&saying, verdict, VERDICT_VIOLATED, sessions->history);
    say_own_step(&saying, sessions->history, steps[count - 1]);
    if (count == 1)
        say(&saying, ", and what was there before the first operation is older than that");
    for (uint32_t i = 0; i + 1 < count; i++) {
        if (!has_room(verdict, steps[i])) {
            say(&saying, ", and so on");
            return;
        }
        say(&saying, i == 0 ? ", which is newer: " : ", ");
        say_operation(&saying, steps[i].later);
        say(&saying, " followed ");
        say_operation(&saying, steps[i].first);
        say_guarantee(&saying, sessions->history, steps[i]);
    }
}

static void say_holds(struct sessions *sessions, struct verdict *verdict)
{
    struct saying saying;
    say_start(&saying, verdict, VERDICT_HOLDS, sessions->history);
    say(&saying, "one order of each key's versions suits all clients (");
    say_count(&saying, sessions->sources.known, "get");
    say(&saying, " looked at");
    if (sessions->sources.many > 0) {
        say(&saying, "; ");
        say_count(&saying, sessions->sources.many, "get");
        say(&saying, " passed over, whose value several writes left");
    }
    say(&saying, ")");
}

/* The shortest beginning that contradicts itself; its last moment is a get's return. */
static uint32_t shortest_contradiction(struct sessions *sessions)
{
    uint32_t right = 0, wrong = sessions->timeline.count;
    while (wrong - right > 1) {
        uint32_t middle = right + (wrong - right) / 2;
        if (is_contradictory(sessions, middle))
            wrong = middle;
        else
            right = middle;
    }
    CHECK(is_contradictory(sessions, wrong));
    return wrong;
}

void check_sessions(const struct history *history, uint32_t guarantees, struct heap *scratch,
                    struct verdict *verdict)
{
    struct sessions sessions = {.history = history, .guarantees = guarantees};
    sessions.timeline = timeline_make(history, scratch);
    sessions.sources = sources_find(history, &sessions.timeline, scratch);
    sessions.version_count = history->count + history->key_count;
    sessions.called_at = heap_alloc(scratch, (history->count + 1) * sizeof(uint32_t));
    graph_init(&sessions.graph, scratch, sessions.version_count + 2 * history->count);
    table_init(&sessions.rows[ROW_FOR_GETS], scratch);
    table_init(&sessions.rows[ROW_FOR_WRITES], scratch);
    if (is_contradictory(&sessions, sessions.timeline.count)) {
        uint32_t moments = shortest_contradiction(&sessions);
        say_violation(&sessions, moment_operation(sessions.timeline.moments[moments - 1]), verdict);
    } else
        say_holds(&sessions, verdict);
    verdict->work = chain_count(&sessions.graph.edges);
}
