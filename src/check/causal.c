/*
 * causal.c: looking for the four patterns, and telling the earliest one.
 *
 *     each get r of a key, with its source w, and each lane:
 *         v = the lane's latest write of the key that comes causally before r
 *         v is not w   ->   w was before the first operation?     missed write
 *                           w comes causally before v?            overwritten
 *                           else v must be ordered before w       an edge
 *     causes and such edges together have a cycle?                no common order
 *
 * The patterns and their source are in causal.h.
 */
#include "check/causal.h"

#include "base/mix.h"
#include "base/table.h"
#include "check/causal_order.h"
#include "check/say.h"

enum pattern {
    PATTERN_NONE,
    PATTERN_CYCLIC_CAUSES,
    PATTERN_MISSED_WRITE,
    PATTERN_OVERWRITTEN,
    PATTERN_NO_COMMON_ORDER,
};

struct causal {
    const struct history *history;
    struct heap *heap;
    struct timeline timeline;
    struct sources sources;
    struct causal_order order;

    struct table lists;  /* by lane and key: where its writes begin in `writes`, and how many */
    uint32_t *writes;    /* of one lane and key together, in the lane's order */

    /* found */
    enum pattern pattern;
    uint32_t get;
    uint32_t source; /* the write it read from, or SOURCE_BEFORE */
    uint32_t other;  /* the write that it should have seen */
};

#define ONE_IN_LIST (UINT64_C(1) << 32)

static uint64_t list_key(uint32_t lane, uint32_t key)
{
    return mix_pair(lane, key);
}

static bool is_write_in_lane(const struct causal *causal, uint32_t index)
{
    return causal->order.lane[index] != LANE_NONE &&
           causal->history->operations[index].kind != OPERATION_GET;
}

/* Writes of each lane and key together: count, then fill. Operations stand in order of their calls,
 * which is the order of a lane. */
static void make_lists(struct causal *causal)
{
    const struct history *history = causal->history;
    uint32_t at = 0;
    table_init(&causal->lists, causal->heap);
    causal->writes = heap_alloc(causal->heap, (history->count + 1) * sizeof(uint32_t));
    for (uint32_t i = 0; i < history->count; i++) {
        if (!is_write_in_lane(causal, i))
            continue;
        uint64_t key = list_key(causal->order.lane[i], history->operations[i].key);
        table_set(&causal->lists, key, table_get(&causal->lists, key, 0) + ONE_IN_LIST);
    }
    uint32_t cursor = 0;
    uint64_t key, value;
    while (table_next(&causal->lists, &cursor, &key, &value)) {
        table_set(&causal->lists, key, at);
        at += (uint32_t)(value / ONE_IN_LIST);
    }
    for (uint32_t i = 0; i < history->count; i++) {
        if (!is_write_in_lane(causal, i))
            continue;
        uint64_t *list = table_find(&causal->lists, list_key(causal->order.lane[i],
                                                             history->operations[i].key));
        causal->writes[(uint32_t)*list + (uint32_t)(*list / ONE_IN_LIST)] = i;
        *list += ONE_IN_LIST;
    }
}

/* The lane's latest write of the key among its first `count` operations, or LANE_NONE. */
static uint32_t latest_write(const struct causal *causal, uint32_t lane, uint32_t key,
                             uint32_t count)
{
    uint64_t list = table_get(&causal->lists, list_key(lane, key), 0);
    const uint32_t *writes = causal->writes + (uint32_t)list;
    uint32_t low = 0, high = (uint32_t)(list / ONE_IN_LIST);
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (causal->order.place[writes[middle]] < count)
            low = middle + 1;
        else
            high = middle;
    }
    return low == 0 ? LANE_NONE : writes[low - 1];
}

static bool found(struct causal *causal, enum pattern pattern, uint32_t get, uint32_t other)
{
    causal->pattern = pattern;
    causal->get = get;
    causal->source = causal->sources.of[get];
    causal->other = other;
    return true;
}

/* One get against all writes that come causally before it. */
static bool look_at_get(struct causal *causal, uint32_t get)
{
    struct causal_order *order = &causal->order;
    uint32_t source = causal->sources.of[get], key = causal->history->operations[get].key;
    for (uint32_t lane = 0; lane < order->lane_count; lane++) {
        uint32_t count = causal_count(order, get, lane);
        uint32_t write = count ? latest_write(causal, lane, key, count) : LANE_NONE;
        if (write == LANE_NONE || write == source)
            continue;
        if (source == SOURCE_BEFORE)
            return found(causal, PATTERN_MISSED_WRITE, get, write);
        if (causally_before(order, source, write))
            return found(causal, PATTERN_OVERWRITTEN, get, write);
        if (!causally_before(order, write, source))
            graph_add_edge(&order->graph, write, source, get);
    }
    return false;
}

/* Is there a pattern among the first `moments` moments? */
static bool find_pattern(struct causal *causal, uint32_t moments)
{
    struct causal_order *order = &causal->order;
    causal->pattern = PATTERN_NONE;
    causal_order_make(order, moments);
    uint32_t last = moment_operation(causal->timeline.moments[moments - 1]);
    if (order->cyclic != GRAPH_NONE)
        return found(causal, PATTERN_CYCLIC_CAUSES, last, order->cyclic);
    for (uint32_t i = 0; i < moments; i++) {
        uint32_t index = moment_operation(causal->timeline.moments[i]);
        if (is_moment_return(causal->timeline.moments[i]) &&
            is_source_known(causal->sources.of[index]) && look_at_get(causal, index))
            return true;
    }
    graph_components(&order->graph);
    for (uint32_t i = 0; i < causal->history->count; i++)
        if (graph_is_cyclic_at(&order->graph, i))
            return found(causal, PATTERN_NO_COMMON_ORDER, last, i);
    return false;
}

static void find_earliest(struct causal *causal)
{
    uint32_t right = 0, wrong = causal->timeline.count;
    while (wrong - right > 1) {
        uint32_t middle = right + (wrong - right) / 2;
        if (find_pattern(causal, middle))
            wrong = middle;
        else
            right = middle;
    }
    CHECK(find_pattern(causal, wrong));
}

/* --- telling ----------------------------------------------------------------------------- */

/* The step by which the get's client knew of the write: the client's own operation before the get,
 * in the order of calls the last through which the write comes before the get. */
static uint32_t known_through(const struct causal *causal, uint32_t get, uint32_t write)
{
    const struct operation *operations = causal->history->operations;
    for (uint32_t i = get; i-- > 0;)
        if (operations[i].client == operations[get].client && i != write &&
            causal->order.lane[i] != LANE_NONE && causally_before(&causal->order, i, get) &&
            causally_before(&causal->order, write, i))
            return i;
    return LANE_NONE;
}

static void say_get(struct saying *saying, const struct causal *causal)
{
    const struct operation *get = &causal->history->operations[causal->get];
    say_operation(saying, causal->get);
    say_of_key(saying, get->key);
    say(saying, " returned ");
    say_value(saying, get->value);
}

static void say_known(struct saying *saying, const struct causal *causal)
{
    const struct operation *operations = causal->history->operations;
    uint32_t through = known_through(causal, causal->get, causal->other);
    if (operations[causal->other].client == operations[causal->get].client)
        say(saying, "the client's own ");
    say_operation(saying, causal->other);
    say(saying, " comes causally before that get");
    if (through != LANE_NONE) {
        say(saying, ", through ");
        say_operation(saying, through);
    }
}

static void say_violation(struct causal *causal, struct verdict *verdict)
{
    struct saying saying;
    say_start(&saying, verdict, VERDICT_VIOLATED, causal->history);
    say_get(&saying, causal);
    switch (causal->pattern) {
    case PATTERN_MISSED_WRITE:
        say(&saying, ", as before the first write, although ");
        say_known(&saying, causal);
        break;
    case PATTERN_OVERWRITTEN:
        say(&saying, " of ");
        say_operation(&saying, causal->source);
        say(&saying, ", although ");
        say_known(&saying, causal);
        say(&saying, " and causally after the write that it returned");
        break;
    case PATTERN_CYCLIC_CAUSES:
        say(&saying, ", which was caused by what comes after it: causes go in a circle");
        break;
    default:
        if (causal->source < causal->history->count) {
            say(&saying, " of ");
            say_operation(&saying, causal->source);
        }
        say(&saying, ", and no order of the writes suits all gets up to this one");
    }
}

static void say_holds(const struct causal *causal, struct verdict *verdict)
{
    struct saying saying;
    say_start(&saying, verdict, VERDICT_HOLDS, causal->history);
    say(&saying, "no get missed what came causally before it (");
    say_count(&saying, causal->sources.known, "get");
    say(&saying, " looked at");
    if (causal->sources.many > 0) {
        say(&saying, "; ");
        say_count(&saying, causal->sources.many, "get");
        say(&saying, " passed over, whose value several writes left");
    }
    say(&saying, ")");
}

void check_causal(const struct history *history, struct heap *scratch, struct verdict *verdict)
{
    struct causal causal = {.history = history, .heap = scratch};
    struct saying saying;
    causal.timeline = timeline_make(history, scratch);
    causal.sources = sources_find(history, &causal.timeline, scratch);
    causal_order_init(&causal.order, history, &causal.timeline, &causal.sources, scratch);
    verdict->work = causal_order_cells(&causal.order);
    if (verdict->work > CAUSAL_CELLS_MAX) {
        say_start(&saying, verdict, VERDICT_UNKNOWN, history);
        say(&saying, "too many operations by too many clients: ");
        say_count(&saying, history->count, "operation");
        say(&saying, " in ");
        say_count(&saying, causal.order.lane_count, "lane");
        return;
    }
    make_lists(&causal);
    if (causal.timeline.count > 0 && find_pattern(&causal, causal.timeline.count)) {
        find_earliest(&causal);
        say_violation(&causal, verdict);
    } else
        say_holds(&causal, verdict);
}
