/*
 * functions.c: merging by a function's name; and comma lists and numbers as text.
 */
#include "db/conflict/functions.h"

#include "base/bytes.h"
#include "base/text.h"

#include <string.h>

const char *merge_function_name(uint32_t function)
{
    static const char *const names[] = {
        [FUNCTION_NONE] = "none", [FUNCTION_UNION] = "union",     [FUNCTION_MAX] = "max",
        [FUNCTION_MIN] = "min",   [FUNCTION_LONGEST] = "longest",
    };
    _Static_assert(ARRAY_LEN(names) == FUNCTION_COUNT, "every function has a name");
    return function < FUNCTION_COUNT ? names[function] : "unknown";
}

const char *version_kind_name(uint32_t kind)
{
    static const char *const names[] = {
        [VERSION_PLAIN] = "last writer wins",
        [VERSION_SIBLINGS] = "siblings",
        [VERSION_VECTOR] = "vector",
        [VERSION_COUNTER] = "counter",
        [VERSION_SET] = "set",
        [VERSION_MAP] = "map",
    };
    _Static_assert(ARRAY_LEN(names) == VERSION_KIND_COUNT, "every kind has a name");
    return kind < VERSION_KIND_COUNT ? names[kind] : "unknown";
}

struct bytes table_of_key(struct bytes key)
{
    for (uint32_t i = 0; i < key.size; i++)
        if (key.data[i] == ':')
            return (struct bytes){key.data, i};
    return (struct bytes){NULL, 0};
}

/* --- lists ---------------------------------------------------------------------------------------
 */

uint32_t list_room(struct bytes list)
{
    uint32_t room = 1;
    for (uint32_t i = 0; i < list.size; i++)
        room += list.data[i] == ',';
    return room;
}

static bool is_listed(const struct bytes *items, uint32_t count, struct bytes item)
{
    for (uint32_t i = 0; i < count; i++)
        if (bytes_compare(items[i], item) == 0)
            return true;
    return false;
}

uint32_t list_items(struct bytes list, struct bytes *items)
{
    uint32_t count = 0, from = 0;
    for (uint32_t i = 0; list.size > 0 && i <= list.size; i++) {
        if (i < list.size && list.data[i] != ',')
            continue;
        struct bytes item = {list.data + from, i - from};
        if (item.size > 0 && !is_listed(items, count, item))
            items[count++] = item;
        from = i + 1;
    }
    return count;
}

/* By insertion: there are few. */
uint32_t sort_values(struct bytes *values, uint32_t count)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < count; i++) {
        struct bytes value = values[i];
        uint32_t place = kept;
        while (place > 0 && bytes_compare(values[place - 1], value) > 0)
            place--;
        if (place > 0 && bytes_compare(values[place - 1], value) == 0)
            continue;
        for (uint32_t j = kept; j > place; j--)
            values[j] = values[j - 1];
        values[place] = value;
        kept++;
    }
    return kept;
}

void build_list(struct builder *builder, const struct bytes *items, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (i > 0)
            build_number(builder, ',', 1);
        build_bytes(builder, items[i]);
    }
}

/* --- numbers -------------------------------------------------------------------------------------
 */

#define DIGITS_MAX 18u

bool read_decimal(struct bytes digits, int64_t *number)
{
    bool is_negative = digits.size > 0 && digits.data[0] == '-';
    uint32_t first = is_negative;
    if (digits.size == first || digits.size - first > DIGITS_MAX)
        return false;
    *number = 0;
    for (uint32_t i = first; i < digits.size; i++) {
        if (digits.data[i] < '0' || digits.data[i] > '9')
            return false;
        *number = 10 * *number + (digits.data[i] - '0');
    }
    *number = is_negative ? -*number : *number;
    return true;
}

void build_decimal(struct builder *builder, int64_t number)
{
    char digits[24];
    struct text text;
    text_init(&text, digits, sizeof digits);
    text_i64(&text, number);
    build_bytes(builder, (struct bytes){(const uint8_t *)digits, text.size});
}

/* --- functions -----------------------------------------------------------------------------------
 */

static void merge_union(struct scratch *scratch, const struct bytes *values, uint32_t count,
                        struct builder *builder)
{
    uint32_t room = 0, found = 0;
    for (uint32_t i = 0; i < count; i++)
        room += list_room(values[i]);
    struct bytes *items = scratch_take(scratch, room * sizeof *items);
    for (uint32_t i = 0; i < count; i++)
        found += list_items(values[i], items + found);
    build_list(builder, items, sort_values(items, found));
}

static bool is_above(struct bytes a, struct bytes b, bool are_numbers)
{
    int64_t number_a = 0, number_b = 0;
    if (!are_numbers)
        return bytes_compare(a, b) > 0;
    read_decimal(a, &number_a);
    read_decimal(b, &number_b);
    return number_a != number_b ? number_a > number_b : bytes_compare(a, b) > 0;
}

static struct bytes extreme(const struct bytes *values, uint32_t count, bool is_max)
{
    bool are_numbers = true;
    struct bytes best = values[0];
    for (uint32_t i = 0; i < count; i++)
        are_numbers &= read_decimal(values[i], &(int64_t){0});
    for (uint32_t i = 1; i < count; i++)
        if (is_above(values[i], best, are_numbers) == is_max)
            best = values[i];
    return best;
}

static struct bytes longest(const struct bytes *values, uint32_t count)
{
    struct bytes best = values[0];
    for (uint32_t i = 1; i < count; i++)
        if (values[i].size >= best.size) /* ascending: of equal ones the last is the largest */
            best = values[i];
    return best;
}

void merge_values(struct scratch *scratch, uint32_t function, const struct bytes *values,
                  uint32_t count, struct builder *builder)
{
    struct bytes *sorted = scratch_take(scratch, count * sizeof *sorted);
    for (uint32_t i = 0; i < count; i++)
        sorted[i] = values[i];
    count = sort_values(sorted, count);
    switch (function) {
    case FUNCTION_UNION: merge_union(scratch, sorted, count, builder); break;
    case FUNCTION_MAX: build_bytes(builder, extreme(sorted, count, true)); break;
    case FUNCTION_MIN: build_bytes(builder, extreme(sorted, count, false)); break;
    default: build_bytes(builder, longest(sorted, count)); break;
    }
}
