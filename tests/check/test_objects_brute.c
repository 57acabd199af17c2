/*
 * test_objects_brute.c: the oracles of objects.h against their definitions, tried out in full.
 *
 * Two kinds of random histories of at most nine operations, with ties in their times:
 *
 *     anything    times, outcomes, contexts and ends are drawn blindly. The oracle must agree with
 *                 the sentence of the header, read pair by pair or by trying everything
 *     right ones  an object that does what it promises answers, each operation at a moment of its
 *                 own between call and return. No oracle may accuse; and after one answer is
 *                 broken (a write gone, an increment lost or counted twice, an old sibling back, an
 *                 element missing or from nowhere), each must
 *
 * Two oracles are weaker than the full promise, on purpose. They never accuse a right history, but:
 *
 *     siblings_concurrent  passes over a value that several puts may have written (a retry)
 *     counters_exact       knows only the least and the greatest sum, not the gaps between when an
 *                          unknown increment is of more than one
 *
 * And sets_complete is not asked whether an element came back after its removal.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "build_history.h"
#include "check/objects.h"

#define ROUNDS         10000
#define OPERATIONS_MAX 9
#define KEYS           2
#define INVENTED       99

enum sort { REGISTERS, COUNTERS, SETS, SORT_COUNT };

/* A history and its end. Values of key k at the end stand in `left[k]`. */
struct story {
    struct build build;
    uint64_t values[OPERATIONS_MAX * OPERATIONS_MAX];
    uint64_t left[KEYS][OPERATIONS_MAX + 1];
    struct final_object finals[KEYS];
};

enum oracle { LOST_UPDATE, SIBLINGS, COUNTERS_EXACT, SETS_COMPLETE };

static bool is_accused(void **state, const struct story *story, enum oracle oracle)
{
    struct verdict verdict = {0};
    struct heap *scratch = scratch_empty(state);
    struct build build = story->build;
    struct history history = build_end(&build);
    struct final_object finals[KEYS];
    history.values = story->values;
    for (uint32_t i = 0; i < build.count; i++) /* one value stands alone */
        if (build.operations[i].returned_count == 1) {
            build.operations[i].value = story->values[build.operations[i].returned];
            build.operations[i].returned_count = 0;
        }
    memcpy(finals, story->finals, sizeof finals);
    for (uint32_t key = 0; key < KEYS; key++)
        finals[key].values = story->left[key];
    switch (oracle) {
    case LOST_UPDATE: check_lost_update(&history, finals, scratch, &verdict); break;
    case SIBLINGS: check_siblings(&history, scratch, &verdict); break;
    case COUNTERS_EXACT: check_counters(&history, finals, scratch, &verdict); break;
    default: check_sets(&history, finals, scratch, &verdict);
    }
    assert_int_not_equal(verdict.kind, VERDICT_UNKNOWN);
    return verdict.kind == VERDICT_VIOLATED;
}

/* ---- drawing ---- */

static uint8_t draw_kind(uint64_t *generator, enum sort sort)
{
    uint64_t number = pick(generator, 10);
    switch (sort) {
    case REGISTERS:
        return number < 4 ? OPERATION_GET : number < 9 ? OPERATION_PUT : OPERATION_DELETE;
    case COUNTERS: return OPERATION_INCREMENT;
    default:
        return number < 3   ? OPERATION_GET
               : number < 7 ? OPERATION_ADD
               : number < 9 ? OPERATION_REMOVE
                            : OPERATION_DELETE;
    }
}

/* A get of the same key that had returned before now, plus one; 0: none. */
static uint32_t draw_context(uint64_t *generator, const struct build *build, uint32_t key,
                             vtime now)
{
    uint32_t context = (uint32_t)pick(generator, build->count + 1);
    for (; context > 0; context--) {
        const struct operation *get = &build->operations[context - 1];
        if (get->kind == OPERATION_GET && get->key == key && get->outcome == OUTCOME_OK &&
            get->completed <= now)
            break;
    }
    return context;
}

static uint64_t draw_value(uint64_t *generator, enum sort sort)
{
    if (sort != COUNTERS)
        return 1 + pick(generator, 3);
    return (uint64_t)((int64_t)pick(generator, 7) - 3);
}

/* Operations without answers of gets; of `open_in_10` out of ten the outcome is unknown. */
static struct story draw_story(uint64_t *generator, enum sort sort, uint32_t count,
                               uint32_t open_in_10)
{
    struct story story = {.build = build_start(KEYS)};
    struct build *build = &story.build;
    vtime now = 0;
    for (uint32_t i = 0; i < count; i++) {
        now += pick(generator, 7);
        uint8_t kind = draw_kind(generator, sort);
        uint32_t key = pick(generator, 4) == 0;
        uint32_t context = draw_context(generator, build, key, now);
        put_ok(build, draw_value(generator, sort), now, now + 1 + pick(generator, 5));
        struct operation *operation = &build->operations[i];
        operation->kind = kind;
        operation->key = key;
        operation->seen = kind == OPERATION_GET ? 0 : context;
        if (kind == OPERATION_GET || kind == OPERATION_DELETE)
            operation->value = VALUE_ABSENT;
        if (pick(generator, 10) < open_in_10) {
            operation->outcome = pick(generator, 2) ? OUTCOME_TIMEOUT : OUTCOME_PENDING;
            operation->completed = VTIME_NEVER;
        } else if (pick(generator, 10) == 0) {
            operation->outcome = pick(generator, 2) ? OUTCOME_UNAVAILABLE : OUTCOME_OVERLOADED;
        }
    }
    return story;
}

static void give(struct story *story, struct operation *get, uint64_t value)
{
    get->returned = (uint32_t)(get - story->build.operations) * OPERATIONS_MAX;
    story->values[get->returned + get->returned_count++] = value;
}

static void leave(struct story *story, uint32_t key, uint64_t value)
{
    story->left[key][story->finals[key].value_count++] = value;
}

/* Blind answers and ends: up to three values, often the same ones. */
static struct story draw_anything(uint64_t *generator, enum sort sort, uint32_t count)
{
    struct story story = draw_story(generator, sort, count, 2);
    for (uint32_t i = 0; i < count; i++) {
        struct operation *get = &story.build.operations[i];
        if (get->kind != OPERATION_GET || get->outcome != OUTCOME_OK)
            continue;
        for (uint64_t left = pick(generator, 4); left > 0; left--)
            give(&story, get, draw_value(generator, sort));
    }
    for (uint32_t key = 0; key < KEYS; key++) {
        for (uint64_t value = 1; value <= 3; value++)
            if (pick(generator, 10) < (sort == SETS ? 5 : 7))
                leave(&story, key, value);
        story.finals[key].is_number = sort == COUNTERS;
        story.finals[key].sum = (int64_t)pick(generator, 13) - 6;
    }
    return story;
}

/* ---- the definitions ---- */

static bool is_possible(const struct operation *operation)
{
    return operation->outcome != OUTCOME_UNAVAILABLE && operation->outcome != OUTCOME_OVERLOADED;
}

static bool is_among(const uint64_t *values, uint32_t count, uint64_t value)
{
    while (count > 0 && values[count - 1] != value)
        count--;
    return count > 0;
}

static bool is_left(const struct story *story, uint32_t key, uint64_t value)
{
    return is_among(story->left[key], story->finals[key].value_count, value);
}

static bool knew(const struct story *story, const struct operation *write, uint64_t value)
{
    if (write->seen == 0)
        return false;
    const struct operation *get = &story->build.operations[write->seen - 1];
    return is_among(story->values + get->returned, get->returned_count, value);
}

/* "An acknowledged put whose value is gone at the end, though nobody who had seen it wrote after
 * it, nor anybody without looking." */
static bool is_update_lost(const struct story *story)
{
    const struct operation *operations = story->build.operations;
    for (uint32_t i = 0; i < story->build.count; i++) {
        const struct operation *put = &operations[i];
        bool is_gone = put->kind == OPERATION_PUT && put->outcome == OUTCOME_OK &&
                       !is_left(story, put->key, put->value);
        for (uint32_t j = 0; j < story->build.count; j++)
            if (j != i && operations[j].kind != OPERATION_GET && operations[j].key == put->key &&
                is_possible(&operations[j]) &&
                (operations[j].seen ? knew(story, &operations[j], put->value)
                                    : operations[j].invoked >= put->completed))
                is_gone = false;
        if (is_gone)
            return true;
    }
    return false;
}

static bool may_have_written(const struct story *story, uint32_t write, uint32_t key,
                             uint64_t value)
{
    const struct operation *put = &story->build.operations[write];
    return put->kind == OPERATION_PUT && put->key == key && put->value == value && is_possible(put);
}

static uint32_t count_writers(const struct story *story, uint32_t key, uint64_t value)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < story->build.count; i++)
        count += may_have_written(story, i, key, value);
    return count;
}

static bool are_concurrent(const struct story *story, uint32_t one, uint32_t other)
{
    const struct operation *a = &story->build.operations[one], *b = &story->build.operations[other];
    return one != other && !knew(story, a, b->value) && !knew(story, b, a->value);
}

/* Is there a put for each value from `at` on, no two the same, none knowing another's value? */
static bool some_writers_fit(const struct story *story, const struct operation *get,
                             uint32_t *writers, uint32_t at)
{
    if (at == get->returned_count)
        return true;
    uint64_t value = story->values[get->returned + at];
    writers[at] = UINT32_MAX;
    if (count_writers(story, get->key, value) == 0)
        return some_writers_fit(story, get, writers, at + 1); /* for no_invention to say */
    for (uint32_t i = 0; i < story->build.count; i++) {
        bool fits = may_have_written(story, i, get->key, value);
        for (uint32_t j = 0; j < at; j++)
            fits = fits && (writers[j] == UINT32_MAX || are_concurrent(story, i, writers[j]));
        writers[at] = i;
        if (fits && some_writers_fit(story, get, writers, at + 1))
            return true;
    }
    return false;
}

/* `has_retries`: some get returned a value that several may have written. */
static bool are_siblings_wrong(const struct story *story, bool *has_retries)
{
    bool is_wrong = false;
    *has_retries = false;
    for (uint32_t i = 0; i < story->build.count; i++) {
        const struct operation *get = &story->build.operations[i];
        uint32_t writers[OPERATIONS_MAX];
        if (get->kind != OPERATION_GET || get->outcome != OUTCOME_OK)
            continue;
        is_wrong |= !some_writers_fit(story, get, writers, 0);
        for (uint32_t j = 0; j < get->returned_count; j++)
            *has_retries |= count_writers(story, get->key, story->values[get->returned + j]) > 1;
    }
    return is_wrong;
}

/* Does no choice among the unknown increments make this sum? `is_between`: it lies between two
 * sums that some choices make. */
static bool is_sum_wrong(const struct story *story, uint32_t key, bool *is_between)
{
    bool is_below = false, is_above = false, is_met = false, is_counter = false;
    for (uint32_t choice = 0; choice < 1u << story->build.count; choice++) {
        int64_t sum = 0;
        for (uint32_t i = 0; i < story->build.count; i++) {
            const struct operation *increment = &story->build.operations[i];
            if (increment->key != key || !is_possible(increment))
                continue;
            is_counter = true;
            if (increment->outcome == OUTCOME_OK || choice >> i & 1)
                sum += (int64_t)increment->value;
        }
        is_met |= sum == story->finals[key].sum;
        is_below |= sum < story->finals[key].sum;
        is_above |= sum > story->finals[key].sum;
    }
    *is_between = is_below && is_above;
    return is_counter && !is_met;
}

/* Sets by all orders of effects that agree with time. An addition is a dot of its own; a removal
 * takes the dots of its element, or with a context those that were there when its get looked. */
struct order {
    const struct story *story;
    uint32_t done, dots;
    uint32_t looked[OPERATIONS_MAX]; /* by get: the dots that it saw */
};

static bool is_end_explained(const struct order *order)
{
    for (uint32_t i = 0; i < order->story->build.count; i++) {
        const struct operation *operation = &order->story->build.operations[i];
        if (operation->outcome != OUTCOME_OK)
            continue;
        if (!(order->done >> i & 1) || (operation->kind == OPERATION_ADD && order->dots >> i & 1 &&
                                        !is_left(order->story, operation->key, operation->value)))
            return false;
    }
    return true;
}

static bool may_be_next(const struct order *order, uint32_t next)
{
    const struct operation *operations = order->story->build.operations;
    for (uint32_t i = 0; i < order->story->build.count; i++)
        if (operations[i].outcome == OUTCOME_OK && !(order->done >> i & 1) &&
            operations[i].completed < operations[next].invoked)
            return false;
    return !(order->done >> next & 1) && is_possible(&operations[next]);
}

static void take_effect(struct order *order, uint32_t index)
{
    const struct operation *operations = order->story->build.operations;
    const struct operation *effect = &operations[index];
    order->done |= 1u << index;
    if (effect->kind == OPERATION_GET)
        order->looked[index] = order->dots;
    else if (effect->kind == OPERATION_ADD)
        order->dots |= 1u << index;
    else
        for (uint32_t i = 0; i < order->story->build.count; i++) {
            const struct operation *add = &operations[i];
            bool is_meant = effect->kind == OPERATION_DELETE || effect->value == add->value;
            bool is_known = !effect->seen || (knew(order->story, effect, add->value) &&
                                              order->looked[effect->seen - 1] >> i & 1);
            if (add->key == effect->key && is_meant && is_known)
                order->dots &= ~(1u << i);
        }
}

static bool some_order_fits(struct order order)
{
    if (is_end_explained(&order))
        return true;
    for (uint32_t i = 0; i < order.story->build.count; i++) {
        struct order longer = order;
        if (!may_be_next(&order, i))
            continue;
        take_effect(&longer, i);
        if (some_order_fits(longer))
            return true;
    }
    return false;
}

static bool is_from_nowhere(const struct story *story, uint32_t key, uint64_t element)
{
    bool is_set = false, is_added = false;
    for (uint32_t i = 0; i < story->build.count; i++) {
        const struct operation *add = &story->build.operations[i];
        bool is_add = add->kind == OPERATION_ADD && add->key == key;
        is_set |= is_add;
        is_added |= is_add && add->value == element && is_possible(add);
    }
    return is_set && !is_added;
}

static bool is_set_wrong(const struct story *story)
{
    for (uint32_t key = 0; key < KEYS; key++)
        for (uint32_t i = 0; i < story->finals[key].value_count; i++)
            if (is_from_nowhere(story, key, story->left[key][i]))
                return true;
    return !some_order_fits((struct order){.story = story});
}

/* ---- anything ---- */

static void expect_both_often(uint32_t accused)
{
    assert_in_range(accused, ROUNDS / 10, ROUNDS - ROUNDS / 10);
}

static void lost_updates_are_those_of_the_definition(void **state)
{
    uint32_t accused = 0;
    for (uint64_t round = 0; round < ROUNDS; round++) {
        uint64_t generator = round * 1000003;
        struct story story =
            draw_anything(&generator, REGISTERS, 1 + (uint32_t)pick(&generator, OPERATIONS_MAX));
        bool is_wrong = is_update_lost(&story);
        assert_int_equal(is_accused(state, &story, LOST_UPDATE), is_wrong);
        accused += is_wrong;
    }
    expect_both_often(accused);
}

static void siblings_are_wrong_when_no_choice_of_writers_makes_them_concurrent(void **state)
{
    uint32_t accused = 0, passed_over = 0;
    for (uint64_t round = 0; round < ROUNDS; round++) {
        uint64_t generator = round * 1000003 + 1;
        struct story story = draw_anything(&generator, REGISTERS, OPERATIONS_MAX);
        bool has_retries, is_wrong = are_siblings_wrong(&story, &has_retries);
        bool is_found = is_accused(state, &story, SIBLINGS);
        assert_true(is_wrong || !is_found);
        assert_true(is_found || !is_wrong || has_retries);
        accused += is_found;
        passed_over += is_wrong && !is_found;
    }
    expect_both_often(accused);
    assert_true(passed_over > 0);
}

static void counters_are_wrong_when_no_choice_of_unknown_increments_makes_the_sum(void **state)
{
    uint32_t accused = 0, passed_over = 0;
    for (uint64_t round = 0; round < ROUNDS; round++) {
        uint64_t generator = round * 1000003 + 2;
        struct story story =
            draw_anything(&generator, COUNTERS, 1 + (uint32_t)pick(&generator, OPERATIONS_MAX));
        bool between[KEYS], wrong[KEYS];
        for (uint32_t key = 0; key < KEYS; key++) {
            wrong[key] = is_sum_wrong(&story, key, &between[key]);
            if (pick(&generator, 2) == 0 && !between[key])
                story.finals[key].sum = 0, wrong[key] = is_sum_wrong(&story, key, &between[key]);
        }
        bool is_found = is_accused(state, &story, COUNTERS_EXACT);
        assert_int_equal(is_found, (wrong[0] && !between[0]) || (wrong[1] && !between[1]));
        accused += is_found;
        passed_over += !is_found && (wrong[0] || wrong[1]);
    }
    expect_both_often(accused);
    assert_true(passed_over > 0);
}

static void sets_are_wrong_when_no_order_of_effects_explains_their_end(void **state)
{
    uint32_t accused = 0;
    for (uint64_t round = 0; round < ROUNDS; round++) {
        uint64_t generator = round * 1000003 + 3;
        struct story story = draw_anything(&generator, SETS, 1 + (uint32_t)pick(&generator, 6));
        bool is_wrong = is_set_wrong(&story);
        assert_int_equal(is_accused(state, &story, SETS_COMPLETE), is_wrong);
        accused += is_wrong;
    }
    expect_both_often(accused);
}

/* ---- right ones, and one answer of them broken ---- */

/* All that an honest object needs to know. A dot is a put or an addition that stands. */
struct honest {
    struct story *story;
    uint32_t dots;
    uint32_t looked[OPERATIONS_MAX]; /* by get */
    vtime moments[OPERATIONS_MAX];   /* of effects; VTIME_NEVER: none, or done */
};

/* Does this write replace that dot? In a register a write without a context replaces what was there
 * for certain when it was called; concurrent ones stay beside it. */
static bool replaces(const struct honest *honest, const struct operation *write, uint32_t dot)
{
    const struct operation *older = &honest->story->build.operations[dot];
    if (older->key != write->key || write->kind == OPERATION_ADD)
        return false;
    if (write->kind == OPERATION_REMOVE && older->value != write->value)
        return false;
    if (write->seen)
        return honest->looked[write->seen - 1] >> dot & 1;
    return older->kind == OPERATION_ADD || older->completed <= write->invoked;
}

static bool stands(const struct honest *honest, uint32_t dot, uint32_t key)
{
    return honest->dots >> dot & 1 && honest->story->build.operations[dot].key == key;
}

static void happen(struct honest *honest, uint32_t index)
{
    struct build *build = &honest->story->build;
    struct operation *effect = &build->operations[index];
    if (effect->kind == OPERATION_INCREMENT)
        honest->story->finals[effect->key].sum += (int64_t)effect->value;
    if (effect->kind == OPERATION_GET) {
        honest->looked[index] = honest->dots;
        for (uint32_t i = 0; i < build->count; i++)
            if (stands(honest, i, effect->key))
                give(honest->story, effect, build->operations[i].value);
        return;
    }
    for (uint32_t i = 0; i < build->count; i++)
        if (stands(honest, i, effect->key) && replaces(honest, effect, i))
            honest->dots &= ~(1u << i);
    if (effect->kind == OPERATION_PUT || effect->kind == OPERATION_ADD)
        honest->dots |= 1u << index;
}

static void draw_moments(struct honest *honest, uint64_t *generator)
{
    for (uint32_t i = 0; i < honest->story->build.count; i++) {
        const struct operation *operation = &honest->story->build.operations[i];
        bool is_open = operation->completed == VTIME_NEVER;
        vtime longest = is_open ? 30 : operation->completed - operation->invoked;
        bool happens = is_possible(operation) && !(is_open && pick(generator, 2));
        honest->moments[i] =
            happens ? operation->invoked + pick(generator, longest + 1) : VTIME_NEVER;
    }
}

/* What an honest object answers. All values are different ones, but increments. */
static struct story draw_right(uint64_t *generator, enum sort sort, uint32_t open_in_10)
{
    struct story story = draw_story(generator, sort, OPERATIONS_MAX, open_in_10);
    struct honest honest = {.story = &story};
    for (uint32_t i = 0; i < story.build.count && sort == REGISTERS; i++)
        if (story.build.operations[i].kind == OPERATION_PUT)
            story.build.operations[i].value = i + 1;
    draw_moments(&honest, generator);
    for (;;) {
        uint32_t next = 0;
        for (uint32_t i = 1; i < story.build.count; i++)
            if (honest.moments[i] < honest.moments[next])
                next = i;
        if (honest.moments[next] == VTIME_NEVER)
            break;
        honest.moments[next] = VTIME_NEVER;
        happen(&honest, next);
    }
    for (uint32_t i = 0; i < story.build.count; i++) {
        const struct operation *write = &story.build.operations[i];
        if (honest.dots >> i & 1 && !is_left(&story, write->key, write->value))
            leave(&story, write->key, write->value);
    }
    for (uint32_t key = 0; key < KEYS; key++)
        story.finals[key].is_number = sort == COUNTERS;
    return story;
}

static void no_right_history_is_accused(void **state)
{
    for (uint64_t round = 0; round < ROUNDS; round++) {
        uint64_t generator = round * 1000003 + 4;
        struct story registers = draw_right(&generator, REGISTERS, 2);
        struct story counters = draw_right(&generator, COUNTERS, 2);
        struct story sets = draw_right(&generator, SETS, 2);
        assert_false(is_accused(state, &registers, LOST_UPDATE));
        assert_false(is_accused(state, &registers, SIBLINGS));
        assert_false(is_accused(state, &counters, COUNTERS_EXACT));
        assert_false(is_accused(state, &sets, SETS_COMPLETE));
    }
}

static void take_left(struct story *story, uint32_t key, uint32_t index)
{
    uint32_t last = --story->finals[key].value_count;
    story->left[key][index] = story->left[key][last];
}

/* With every outcome known, whatever stands at the end has been replaced by nobody. */
static void an_acknowledged_put_that_is_gone_is_always_found(void **state)
{
    uint32_t broken = 0;
    for (uint64_t round = 0; round < ROUNDS; round++) {
        uint64_t generator = round * 1000003 + 5;
        struct story story = draw_right(&generator, REGISTERS, 0);
        uint32_t key = (uint32_t)pick(&generator, KEYS), count = story.finals[key].value_count;
        if (count == 0)
            continue;
        take_left(&story, key, (uint32_t)pick(&generator, count));
        assert_true(is_accused(state, &story, LOST_UPDATE));
        broken++;
    }
    assert_true(broken > ROUNDS / 3);
}

/* Give the get once more what it has, or what the writer of a value that it has had seen. */
static bool bring_back(struct story *story, struct operation *get, bool is_twice)
{
    for (uint32_t i = 0; i < story->build.count && get->returned_count > 0; i++) {
        const struct operation *put = &story->build.operations[i];
        const struct operation *seen =
            put->seen ? &story->build.operations[put->seen - 1] : NULL;
        bool is_source = may_have_written(story, i, get->key, put->value) &&
                         is_among(story->values + get->returned, get->returned_count, put->value);
        if (!is_source || (!is_twice && (!seen || seen->returned_count == 0)))
            continue;
        give(story, get, is_twice ? put->value : story->values[seen->returned]);
        return true;
    }
    return false;
}

static void a_sibling_that_comes_back_or_stands_twice_is_always_found(void **state)
{
    uint32_t broken[2] = {0, 0};
    for (uint64_t round = 0; round < ROUNDS; round++) {
        uint64_t generator = round * 1000003 + 6;
        struct story story = draw_right(&generator, REGISTERS, 2);
        bool is_twice = pick(&generator, 8) == 0, is_broken = false;
        for (uint32_t i = 0; i < story.build.count && !is_broken; i++)
            if (story.build.operations[i].outcome == OUTCOME_OK)
                is_broken = bring_back(&story, &story.build.operations[i], is_twice);
        assert_int_equal(is_accused(state, &story, SIBLINGS), is_broken);
        broken[is_twice] += is_broken;
    }
    assert_true(broken[0] > ROUNDS / 25 && broken[1] > ROUNDS / 25);
}

static void an_increment_lost_or_counted_twice_is_always_found(void **state)
{
    uint32_t broken = 0;
    for (uint64_t round = 0; round < ROUNDS; round++) {
        uint64_t generator = round * 1000003 + 7;
        struct story story = draw_right(&generator, COUNTERS, 0);
        const struct operation *increment =
            &story.build.operations[pick(&generator, story.build.count)];
        int64_t amount = (int64_t)increment->value;
        if (increment->outcome != OUTCOME_OK || amount == 0)
            continue;
        story.finals[increment->key].sum += pick(&generator, 2) ? amount : -amount;
        assert_true(is_accused(state, &story, COUNTERS_EXACT));
        broken++;
    }
    assert_true(broken > ROUNDS / 2);
}

static bool is_ever_removed(const struct story *story, uint32_t key, uint64_t element)
{
    for (uint32_t i = 0; i < story->build.count; i++) {
        const struct operation *removal = &story->build.operations[i];
        bool is_meant = removal->kind == OPERATION_DELETE ||
                        (removal->kind == OPERATION_REMOVE && removal->value == element);
        if (is_meant && removal->key == key)
            return true;
    }
    return false;
}

/* Where some removal may explain what is missing, all orders of effects decide. */
static void an_element_that_is_missing_is_found_unless_a_removal_explains_it(void **state)
{
    uint32_t broken = 0, explained = 0;
    for (uint64_t round = 0; round < ROUNDS; round++) {
        uint64_t generator = round * 1000003 + 8;
        struct story story = draw_right(&generator, SETS, 0);
        uint32_t key = (uint32_t)pick(&generator, KEYS), count = story.finals[key].value_count;
        if (count == 0)
            continue;
        uint32_t index = (uint32_t)pick(&generator, count);
        uint64_t element = story.left[key][index];
        take_left(&story, key, index);
        bool is_found = is_accused(state, &story, SETS_COMPLETE);
        assert_true(is_found || is_ever_removed(&story, key, element));
        assert_true(is_found || some_order_fits((struct order){.story = &story}));
        broken += is_found;
        explained += !is_found;
    }
    assert_true(broken > ROUNDS / 3 && explained > 0);
}

static void an_element_from_nowhere_is_always_found(void **state)
{
    uint32_t broken = 0;
    for (uint64_t round = 0; round < ROUNDS; round++) {
        uint64_t generator = round * 1000003 + 9;
        struct story story = draw_right(&generator, SETS, 2);
        uint32_t key = (uint32_t)pick(&generator, KEYS);
        leave(&story, key, INVENTED);
        bool is_wrong = is_from_nowhere(&story, key, INVENTED);
        assert_int_equal(is_accused(state, &story, SETS_COMPLETE), is_wrong);
        broken += is_wrong;
    }
    assert_true(broken > ROUNDS / 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lost_updates_are_those_of_the_definition),
        cmocka_unit_test(siblings_are_wrong_when_no_choice_of_writers_makes_them_concurrent),
        cmocka_unit_test(counters_are_wrong_when_no_choice_of_unknown_increments_makes_the_sum),
        cmocka_unit_test(sets_are_wrong_when_no_order_of_effects_explains_their_end),
        cmocka_unit_test(no_right_history_is_accused),
        cmocka_unit_test(an_acknowledged_put_that_is_gone_is_always_found),
        cmocka_unit_test(a_sibling_that_comes_back_or_stands_twice_is_always_found),
        cmocka_unit_test(an_increment_lost_or_counted_twice_is_always_found),
        cmocka_unit_test(an_element_that_is_missing_is_found_unless_a_removal_explains_it),
        cmocka_unit_test(an_element_from_nowhere_is_always_found),
    };
    return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
