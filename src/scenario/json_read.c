/*
 * json_read.c: typed reads, each with its own idea of what was expected.
 *
 * All have the same three steps: a silent value gives the fallback; a good one
 * is returned; for anything else the expectation is put into words, and only
 * then. Integers and quantities are read from the text as it was written, never
 * through a double, so that 2^63 - 1 arrives as 2^63 - 1.
 */
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "scenario/json_value.h"

#define EXPECTED_SIZE 256 /* bytes of an expectation in words */
#define DECIMALS      9   /* digits that json_read_decimal keeps behind the point */


/* ---- Bool and integer ---- */

bool json_read_bool(struct json_value value, bool fallback)
{
    if (json_is_silent(value))
        return fallback;
    if (json_value_kind(value) == JSON_BOOL)
        return cJSON_IsTrue(value.item);
    bool is_quoted =
        json_value_kind(value) == JSON_STRING && (strcmp(value.item->valuestring, "true") == 0 ||
                                                  strcmp(value.item->valuestring, "false") == 0);
    json_refuse(value, "true or false", is_quoted ? "without the quotes" : NULL);
    return fallback;
}

/* Decimal digits with an optional '-'; false when it is anything else. The value
 * stops growing far beyond 64 bits, where every range has ended. */
static bool parse_whole(const char *written, size_t size, int128 *whole)
{
    const int128 enough = (int128)1 << 80;
    bool is_negative = size > 0 && written[0] == '-';
    *whole = 0;
    for (size_t i = is_negative; i < size; i++) {
        if (written[i] < '0' || written[i] > '9')
            return false;
        *whole = *whole * 10 + (written[i] - '0');
        *whole = MIN(*whole, enough);
    }
    if (is_negative)
        *whole = -*whole;
    return size > (size_t)is_negative;
}

static const char *whole_hint(struct json_value value)
{
    int128 ignored;
    if (json_value_kind(value) == JSON_STRING) {
        const char *string = value.item->valuestring;
        return parse_whole(string, strlen(string), &ignored) ? "without the quotes" : NULL;
    }
    if (json_value_kind(value) != JSON_NUMBER ||
        parse_whole(json_written(value.doc, value.item), json_written_size(value.doc, value.item),
                    &ignored))
        return NULL;
    double number = value.item->valuedouble;
    bool is_whole = number > -1e15 && number < 1e15 && number == (double)(int64_t)number;
    return is_whole ? "write it in plain digits" : NULL;
}

/* An end of the range that is the end of the type goes without saying. */
static void put_range(struct text *words, int64_t min, int64_t max)
{
    if (min == INT64_MIN && max == INT64_MAX)
        return;
    text_str(words, max == INT64_MAX   ? " of at least "
                    : min == INT64_MIN ? " of at most "
                                       : " from ");
    text_i64(words, min == INT64_MIN ? max : min);
    if (min == INT64_MIN || max == INT64_MAX)
        return;
    text_str(words, " to ");
    text_i64(words, max);
}

static void refuse_whole(struct json_value value, int64_t min, int64_t max)
{
    char expected[EXPECTED_SIZE];
    struct text words;
    text_init(&words, expected, sizeof expected);
    text_str(&words, "a whole number");
    put_range(&words, min, max);
    json_refuse(value, expected, whole_hint(value));
}

int64_t json_read_int(struct json_value value, int64_t min, int64_t max, int64_t fallback)
{
    int128 whole;
    if (json_is_silent(value))
        return fallback;
    if (json_value_kind(value) == JSON_NUMBER &&
        parse_whole(json_written(value.doc, value.item), json_written_size(value.doc, value.item),
                    &whole) &&
        whole >= min && whole <= max)
        return (int64_t)whole;
    refuse_whole(value, min, max);
    return fallback;
}

/* ---- Decimal numbers ---- */

/* "1.5" or "2" as billionths, exactly; all that is negative is -1. False for an
 * exponent and for a tenth decimal. */
static bool parse_billionths(const char *written, size_t size, int128 *billionths)
{
    size_t point = 0;
    int128 fraction = 0;
    while (point < size && written[point] != '.')
        point++;
    size_t decimals = point < size ? size - point - 1 : 0;
    if (decimals > DECIMALS || !parse_whole(written, point, billionths) ||
        (point < size && !parse_whole(written + point + 1, decimals, &fraction)))
        return false;
    for (size_t i = decimals; i < DECIMALS; i++)
        fraction *= 10;
    *billionths = written[0] == '-' ? -1 : *billionths * 1000000000 + fraction;
    return true;
}

static const char *decimal_hint(struct json_value value)
{
    int128 ignored;
    if (json_value_kind(value) == JSON_STRING) {
        const char *string = value.item->valuestring;
        return parse_billionths(string, strlen(string), &ignored) ? "without the quotes" : NULL;
    }
    if (json_value_kind(value) != JSON_NUMBER ||
        parse_billionths(json_written(value.doc, value.item),
                         json_written_size(value.doc, value.item), &ignored))
        return NULL;
    return "write it in plain digits, at most nine behind the point";
}

static void refuse_decimal(struct json_value value, uint64_t min_billionths,
                           uint64_t max_billionths)
{
    char expected[EXPECTED_SIZE];
    struct text words;
    text_init(&words, expected, sizeof expected);
    text_str(&words, "a number from ");
    text_decimal(&words, min_billionths, DECIMALS);
    text_str(&words, " to ");
    text_decimal(&words, max_billionths, DECIMALS);
    json_refuse(value, expected, decimal_hint(value));
}

uint64_t json_read_decimal(struct json_value value, uint64_t min_billionths,
                           uint64_t max_billionths, uint64_t fallback_billionths)
{
    int128 billionths;
    if (json_is_silent(value))
        return fallback_billionths;
    if (json_value_kind(value) == JSON_NUMBER &&
        parse_billionths(json_written(value.doc, value.item),
                         json_written_size(value.doc, value.item), &billionths) &&
        billionths >= (int128)min_billionths && billionths <= (int128)max_billionths)
        return (uint64_t)billionths;
    refuse_decimal(value, min_billionths, max_billionths);
    return fallback_billionths;
}

/* ---- Quantities ---- */

enum quantity { QUANTITY_TIME, QUANTITY_SPAN, QUANTITY_SIZE, QUANTITY_SHARE, QUANTITY_DRIFT };

static const struct {
    const char *name;
    const char *example;
} QUANTITIES[] = {
    [QUANTITY_TIME] = {"a time", "2ms"},       [QUANTITY_SPAN] = {"a signed time", "-5s"},
    [QUANTITY_SIZE] = {"a size", "64KiB"},     [QUANTITY_SHARE] = {"a share", "30%"},
    [QUANTITY_DRIFT] = {"a drift", "-100ppm"},
};

static bool parse_quantity(enum quantity quantity, struct bytes word, int128 *amount,
                           struct text *mistake)
{
    vtime time_ns = 0;
    int64_t span_ns = 0, drift_ppb = 0;
    uint64_t size_bytes = 0;
    uint32_t share_ppb = 0;
    bool is_parsed = false;
    switch (quantity) {
    case QUANTITY_TIME:
        is_parsed = units_parse_time(word, &time_ns, mistake);
        *amount = time_ns;
        break;
    case QUANTITY_SPAN:
        is_parsed = units_parse_span(word, &span_ns, mistake);
        *amount = span_ns;
        break;
    case QUANTITY_SIZE:
        is_parsed = units_parse_size(word, &size_bytes, mistake);
        *amount = size_bytes;
        break;
    case QUANTITY_SHARE:
        is_parsed = units_parse_share(word, &share_ppb, mistake);
        *amount = share_ppb;
        break;
    case QUANTITY_DRIFT:
        is_parsed = units_parse_drift(word, &drift_ppb, mistake);
        *amount = drift_ppb;
        break;
    }
    return is_parsed;
}

static void put_quantity(struct text *words, enum quantity quantity, int128 amount)
{
    switch (quantity) {
    case QUANTITY_TIME: text_time(words, (vtime)amount); break;
    case QUANTITY_SPAN: text_span(words, (int64_t)amount); break;
    case QUANTITY_SIZE: text_size(words, (uint64_t)amount); break;
    case QUANTITY_SHARE: text_ppb(words, (uint32_t)amount); break;
    case QUANTITY_DRIFT: text_drift(words, (int64_t)amount); break;
    }
}

/* `a time such as "2ms"` */
static void refuse_quantity(struct json_value value, enum quantity quantity)
{
    char expected[EXPECTED_SIZE];
    struct text words;
    text_init(&words, expected, sizeof expected);
    text_str(&words, QUANTITIES[quantity].name);
    text_str(&words, " such as ");
    json_show_quoted(&words, QUANTITIES[quantity].example, JSON_SHOWN_LIMIT);
    json_refuse(value, expected,
                json_value_kind(value) == JSON_NUMBER ? "a number has no unit" : NULL);
}

/* "a time of at least 1 ms" when only the lower end was missed, since the other
 * may be 584 years away. */
static void refuse_amount(struct json_value value, enum quantity quantity, int128 limit,
                          bool is_too_small)
{
    char expected[EXPECTED_SIZE];
    struct text words;
    text_init(&words, expected, sizeof expected);
    text_str(&words, QUANTITIES[quantity].name);
    text_str(&words, is_too_small ? " of at least " : " of at most ");
    put_quantity(&words, quantity, limit);
    json_refuse(value, expected, NULL);
}

static int128 read_quantity(struct json_value value, enum quantity quantity, int128 min, int128 max,
                            int128 fallback)
{
    char sentence[EXPECTED_SIZE];
    struct text mistake;
    int128 amount = 0;
    if (json_is_silent(value))
        return fallback;
    if (json_value_kind(value) != JSON_STRING) {
        refuse_quantity(value, quantity);
        return fallback;
    }
    text_init(&mistake, sentence, sizeof sentence);
    if (!parse_quantity(quantity, units_word(value.item->valuestring), &amount, &mistake)) {
        json_fail(value, "%s", sentence);
        return fallback;
    }
    if (amount >= min && amount <= max)
        return amount;
    refuse_amount(value, quantity, amount < min ? min : max, amount < min);
    return fallback;
}

vtime json_read_time(struct json_value value, vtime min_ns, vtime max_ns, vtime fallback_ns)
{
    return (vtime)read_quantity(value, QUANTITY_TIME, min_ns, max_ns, fallback_ns);
}

int64_t json_read_span(struct json_value value, int64_t min_ns, int64_t max_ns, int64_t fallback_ns)
{
    return (int64_t)read_quantity(value, QUANTITY_SPAN, min_ns, max_ns, fallback_ns);
}

uint64_t json_read_size(struct json_value value, uint64_t min_bytes, uint64_t max_bytes,
                        uint64_t fallback_bytes)
{
    return (uint64_t)read_quantity(value, QUANTITY_SIZE, min_bytes, max_bytes, fallback_bytes);
}

uint32_t json_read_share(struct json_value value, uint32_t min_ppb, uint32_t max_ppb,
                         uint32_t fallback_ppb)
{
    return (uint32_t)read_quantity(value, QUANTITY_SHARE, min_ppb, max_ppb, fallback_ppb);
}

int64_t json_read_drift(struct json_value value, int64_t min_ppb, int64_t max_ppb,
                        int64_t fallback_ppb)
{
    return (int64_t)read_quantity(value, QUANTITY_DRIFT, min_ppb, max_ppb, fallback_ppb);
}

/* ---- Strings ---- */

/* Is the character in a list such as "a-z0-9_-"? */
static bool is_allowed(const char *allowed, char c)
{
    for (; *allowed; allowed++) {
        if (allowed[1] == '-' && allowed[2] != '\0') {
            if (c >= allowed[0] && c <= allowed[2])
                return true;
            allowed += 2;
        } else if (c == *allowed) {
            return true;
        }
    }
    return false;
}

static bool has_allowed_size(const struct json_string_rule *rule, const char *string)
{
    size_t size = strlen(string);
    return size >= rule->min_bytes && size <= rule->max_bytes;
}

static bool has_allowed_characters(const struct json_string_rule *rule, const char *string)
{
    for (const char *c = string; rule->allowed && *c; c++)
        if (!is_allowed(rule->allowed, *c))
            return false;
    return true;
}

/* "a node's name", and which part of the rule `string` (NULL: no string) breaks. */
static void put_rule(struct text *words, const struct json_string_rule *rule, const char *string)
{
    text_str(words, rule->what);
    if (string && !has_allowed_size(rule, string)) {
        text_str(words, " of ");
        text_u64(words, rule->min_bytes);
        text_str(words, " to ");
        text_u64(words, rule->max_bytes);
        text_str(words, rule->allowed ? " characters" : " bytes");
    } else if (string && !has_allowed_characters(rule, string)) {
        text_str(words, " made of ");
        text_str(words, rule->allowed);
    }
}

const char *json_read_string(struct json_value value, const struct json_string_rule *rule,
                             const char *fallback)
{
    char expected[EXPECTED_SIZE];
    struct text words;
    if (json_is_silent(value))
        return fallback;
    const char *string = json_value_kind(value) == JSON_STRING ? value.item->valuestring : NULL;
    if (string && has_allowed_size(rule, string) && has_allowed_characters(rule, string))
        return string;
    text_init(&words, expected, sizeof expected);
    put_rule(&words, rule, string);
    json_refuse(value, expected,
                json_value_kind(value) == JSON_NUMBER ? "a string stands in double quotes" : NULL);
    return fallback;
}

const char *json_read_key(struct json_value value, const struct json_string_rule *rule)
{
    struct text words;
    const char *key = json_value_key(value);
    CHECK_WHY(value.item && key, "only a member of an object has a key");
    if (json_has_error(value.error) ||
        (has_allowed_size(rule, key) && has_allowed_characters(rule, key)))
        return key;
    const struct json_place *place = json_place_of(value.doc, value.item);
    text_init(&words, value.error->text, sizeof value.error->text);
    json_put_place(&words, &value.doc->sources[place->source_index], place->mark.key_offset);
    text_str(&words, "expected ");
    put_rule(&words, rule, key);
    text_str(&words, ", found ");
    json_show_quoted(&words, key, JSON_SHOWN_LIMIT);
    return key;
}

/* ---- Words ---- */

static void refuse_word(struct json_value value, const char *const *words, uint32_t word_count)
{
    char expected[EXPECTED_SIZE];
    struct text list, sentence;
    text_init(&list, expected, sizeof expected);
    json_put_list(&list, words, word_count, " or ");
    if (word_count == 0)
        text_str(&list, "one of the names that are defined, but there are none");
    json_refuse(value, expected, NULL);
    if (json_value_kind(value) != JSON_STRING)
        return;
    sentence = (struct text){.data = value.error->text,
                             .size = (uint32_t)strlen(value.error->text),
                             .capacity = sizeof value.error->text};
    json_put_nearest(&sentence, value.item->valuestring, words, word_count);
}

uint32_t json_read_word(struct json_value value, const char *const *words, uint32_t word_count,
                        uint32_t fallback_index)
{
    if (json_is_silent(value))
        return fallback_index;
    if (json_value_kind(value) == JSON_STRING)
        for (uint32_t i = 0; i < word_count; i++)
            if (strcmp(value.item->valuestring, words[i]) == 0)
                return i;
    refuse_word(value, words, word_count);
    return fallback_index;
}
