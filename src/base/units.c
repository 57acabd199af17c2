/*
 * units.c: the parsers of units.h.
 *
 * Every quantity is read in the same three steps: split the word into sign,
 * number and unit; look the unit up; scale the number by the unit's worth. A
 * table says what differs (`struct quantity`), so a new quantity is a new table.
 *
 * Why the number is kept as two integers:
 *
 *     "1.284"   whole = 1   fraction = 284   fraction_one = 10^3
 *     value     = whole * worth + fraction * worth / 10^3
 *
 * and the division must leave no rest, which is the whole rule for "more decimals
 * than the unit can hold". No double appears, so no value is ever nearly right.
 *
 * The bounds that make it safe: whole < 2^64 and worth < 2^42, so their product
 * fits into 128 bits; fraction < fraction_one <= 10^18, so the second product,
 * once cancelled, is below worth.
 *
 * The nearest unit is the one of which the name, or a word that people write for it
 * ("sec", "percent"), is nearest to what was written.
 */
#include "base/units.h"

#include <string.h>

#include "base/nearest.h"

#define DECIMALS_MAX 18 /* so that the fraction fits into 64 bits */
#define EXCERPT_MAX  24 /* of a foreign word, in a sentence */

struct unit {
    const char *name;
    uint64_t worth;   /* in the quantity's smallest unit */
    const char *also; /* what people write instead, separated by spaces */
};

struct quantity {
    const char *what;
    const char *example;
    const char *finest; /* what the stored integer counts */
    const struct unit *units;
    uint32_t unit_count;
    bool is_signed;
    uint64_t highest; /* largest value allowed */
    uint64_t lowest;  /* how far below zero it may go (0 unless is_signed) */
    const char *range;
};

static const struct unit TIME_UNITS[] = {
    {"ns", 1, "nsec nanos nanosecond nanoseconds"},
    {"us", 1000, "usec micros microsecond microseconds \xc2\xb5s \xce\xbcs"},
    {"ms", 1000000, "msec millisec millis millisecond milliseconds"},
    {"s", UINT64_C(1000000000), "sec secs second seconds"},
    {"m", UINT64_C(60000000000), "min mins minute minutes"},
    {"h", UINT64_C(3600000000000), "hr hrs hour hours"},
};

static const struct unit SIZE_UNITS[] = {
    {"B", 1, "byte bytes"},
    {"kB", UINT64_C(1000), "kilobyte kilobytes"},
    {"KiB", UINT64_C(1) << 10, "K kibibyte kibibytes"},
    {"MB", UINT64_C(1000000), "megabyte megabytes"},
    {"MiB", UINT64_C(1) << 20, "M mebibyte mebibytes"},
    {"GB", UINT64_C(1000000000), "gigabyte gigabytes"},
    {"GiB", UINT64_C(1) << 30, "G gibibyte gibibytes"},
    {"TB", UINT64_C(1000000000000), "terabyte terabytes"},
    {"TiB", UINT64_C(1) << 40, "T tebibyte tebibytes"},
};

static const struct unit SHARE_UNITS[] = {
    {"%", UINT64_C(10000000), "percent pct per cent"},
    {"ppm", 1000, "per million"},
    {"ppb", 1, "per billion"},
};

static const struct quantity TIME = {
    .what = "a time",
    .example = "1.5s",
    .finest = "a nanosecond",
    .units = TIME_UNITS,
    .unit_count = ARRAY_LEN(TIME_UNITS),
    .is_signed = false,
    .highest = VTIME_NEVER - 1,
    .lowest = 0,
    .range = "at most 18446744073.709551614 s (584 years)",
};

static const struct quantity SPAN = {
    .what = "a span",
    .example = "-1.5s",
    .finest = "a nanosecond",
    .units = TIME_UNITS,
    .unit_count = ARRAY_LEN(TIME_UNITS),
    .is_signed = true,
    .highest = INT64_MAX,
    .lowest = UINT64_C(1) << 63,
    .range = "within 9223372036.854775807 s (292 years)",
};

static const struct quantity SIZE = {
    .what = "a size",
    .example = "64KiB",
    .finest = "a byte",
    .units = SIZE_UNITS,
    .unit_count = ARRAY_LEN(SIZE_UNITS),
    .is_signed = false,
    .highest = UINT64_MAX,
    .lowest = 0,
    .range = "at most 18446744073709551615 B (16 EiB)",
};

static const struct quantity SHARE = {
    .what = "a share",
    .example = "0.5%",
    .finest = "one part in a billion",
    .units = SHARE_UNITS,
    .unit_count = ARRAY_LEN(SHARE_UNITS),
    .is_signed = false,
    .highest = UINT64_C(1000000000),
    .lowest = 0,
    .range = "at most 100%",
};

static const struct quantity DRIFT = {
    .what = "a drift",
    .example = "-100ppm",
    .finest = "one part in a billion",
    .units = SHARE_UNITS,
    .unit_count = ARRAY_LEN(SHARE_UNITS),
    .is_signed = true,
    .highest = UINT64_C(1000000000),
    .lowest = UINT64_C(1000000000),
    .range = "within 1000000ppm",
};

/* A word, taken apart. */
struct parts {
    struct bytes unit;
    uint64_t whole;
    uint64_t fraction;
    uint64_t fraction_one; /* the power of ten that the fraction counts in */
    bool is_negative;
    bool has_sign;
    bool has_number;
    bool is_too_large; /* the digits before the point exceed 64 bits */
    bool is_too_fine;  /* more decimals than any unit can hold */
};

struct bytes units_word(const char *string)
{
    return (struct bytes){(const uint8_t *)string, strlen(string)};
}

/* ---- Taking a word apart ---- */

static bool starts_with_digit(struct bytes rest)
{
    return rest.size > 0 && rest.data[0] >= '0' && rest.data[0] <= '9';
}

static bool starts_with(struct bytes rest, char c)
{
    return rest.size > 0 && rest.data[0] == (uint8_t)c;
}

static uint8_t take_byte(struct bytes *rest)
{
    uint8_t byte = rest->data[0];
    rest->data++;
    rest->size--;
    return byte;
}

static void take_sign(struct bytes *rest, struct parts *parts)
{
    parts->has_sign = starts_with(*rest, '-') || starts_with(*rest, '+');
    if (parts->has_sign)
        parts->is_negative = take_byte(rest) == '-';
}

static void take_whole(struct bytes *rest, struct parts *parts)
{
    parts->has_number = starts_with_digit(*rest);
    while (starts_with_digit(*rest)) {
        uint64_t digit = take_byte(rest) - (uint64_t)'0';
        if (parts->whole > (UINT64_MAX - digit) / 10)
            parts->is_too_large = true;
        else
            parts->whole = parts->whole * 10 + digit;
    }
}

/* Zeros at the end of the decimals change nothing, so they wait until a digit
 * that is not a zero makes them count. */
static void take_decimal(struct parts *parts, uint64_t digit, uint64_t *count, uint64_t *zeros)
{
    if (digit == 0) {
        *zeros += 1;
        return;
    }
    if (*count + *zeros >= DECIMALS_MAX) {
        parts->is_too_fine = true;
        return;
    }
    for (*count += *zeros + 1; *zeros > 0; *zeros -= 1) {
        parts->fraction *= 10;
        parts->fraction_one *= 10;
    }
    parts->fraction = parts->fraction * 10 + digit;
    parts->fraction_one *= 10;
}

static void take_fraction(struct bytes *rest, struct parts *parts)
{
    uint64_t count = 0;
    uint64_t zeros = 0;
    if (!parts->has_number || !starts_with(*rest, '.'))
        return;
    take_byte(rest);
    parts->has_number = starts_with_digit(*rest);
    while (starts_with_digit(*rest))
        take_decimal(parts, take_byte(rest) - (uint64_t)'0', &count, &zeros);
}

static struct parts split(struct bytes word)
{
    struct parts parts = {.fraction_one = 1};
    struct bytes rest = word;
    take_sign(&rest, &parts);
    take_whole(&rest, &parts);
    take_fraction(&rest, &parts);
    while (starts_with(rest, ' '))
        take_byte(&rest);
    parts.unit = rest;
    return parts;
}

/* ---- Finding the unit, and the one that was probably meant ---- */

static bool bytes_equal_string(struct bytes bytes, const char *string)
{
    return bytes.size == strlen(string) && memcmp(bytes.data, string, bytes.size) == 0;
}

static const struct unit *unit_find(const struct quantity *quantity, struct bytes name)
{
    for (uint32_t i = 0; name.size > 0 && i < quantity->unit_count; i++)
        if (bytes_equal_string(name, quantity->units[i].name))
            return &quantity->units[i];
    return NULL;
}

/* Offer each of the words in a list separated by spaces. */
static void offer_words(struct nearest *search, const char *words)
{
    while (*words) {
        size_t size = 0;
        while (words[size] && words[size] != ' ')
            size++;
        nearest_offer(search, (struct bytes){(const uint8_t *)words, size});
        words += size + (words[size] == ' ');
    }
}

/* The unit whose name, or a word used for it, comes nearest; NULL: none is near. The
 * last unit to change the search's answer is the one that gave it. */
static const struct unit *unit_nearest(const struct quantity *quantity, struct bytes name)
{
    struct nearest search = nearest_to(name);
    const struct unit *nearest = NULL;
    for (uint32_t i = 0; i < quantity->unit_count; i++) {
        const uint8_t *before = nearest_word(&search).data;
        offer_words(&search, quantity->units[i].name);
        offer_words(&search, quantity->units[i].also);
        if (nearest_word(&search).data != before)
            nearest = &quantity->units[i];
    }
    return nearest;
}

/* ---- Saying what is wrong ---- */

static void put_excerpt(struct text *mistake, struct bytes word)
{
    bool is_long = word.size > EXCERPT_MAX;
    text_bytes_quoted(mistake, (struct bytes){word.data, is_long ? EXCERPT_MAX : word.size});
    if (is_long)
        text_str(mistake, "...");
}

static void put_units(struct text *mistake, const struct quantity *quantity)
{
    for (uint32_t i = 0; i < quantity->unit_count; i++) {
        if (i > 0)
            text_str(mistake, i + 1 < quantity->unit_count ? ", " : " or ");
        text_str(mistake, quantity->units[i].name);
    }
}

static bool refuse_word(struct text *mistake, const struct quantity *quantity, struct bytes word)
{
    text_str(mistake, "expected ");
    text_str(mistake, quantity->what);
    text_str(mistake, " like ");
    text_str(mistake, quantity->example);
    text_str(mistake, word.size > 0 ? ", not " : ", not an empty word");
    if (word.size > 0)
        put_excerpt(mistake, word);
    return false;
}

static bool refuse_unit(struct text *mistake, const struct quantity *quantity, struct bytes word,
                        struct bytes unit)
{
    const struct unit *nearest = unit_nearest(quantity, unit);
    put_excerpt(mistake, unit.size > 0 ? unit : word);
    text_str(mistake, unit.size > 0 ? " is no unit for " : " lacks a unit for ");
    text_str(mistake, quantity->what);
    if (nearest) {
        text_str(mistake, "; did you mean \"");
        text_str(mistake, nearest->name);
        text_str(mistake, "\"?");
    } else {
        text_str(mistake, "; expected ");
        put_units(mistake, quantity);
    }
    return false;
}

static bool refuse_sign(struct text *mistake, const struct quantity *quantity, struct bytes word)
{
    text_str(mistake, quantity->what);
    text_str(mistake, " has no sign: expected one like ");
    text_str(mistake, quantity->example);
    text_str(mistake, ", not ");
    put_excerpt(mistake, word);
    return false;
}

static bool refuse_fineness(struct text *mistake, const struct quantity *quantity,
                            struct bytes word)
{
    put_excerpt(mistake, word);
    text_str(mistake, " has too many decimals: expected a multiple of ");
    text_str(mistake, quantity->finest);
    return false;
}

static bool refuse_range(struct text *mistake, const struct quantity *quantity, struct bytes word)
{
    put_excerpt(mistake, word);
    text_str(mistake, " is out of range: ");
    text_str(mistake, quantity->what);
    text_str(mistake, " is ");
    text_str(mistake, quantity->range);
    return false;
}

/* ---- Putting it together ---- */

static uint64_t common_divisor(uint64_t a, uint64_t b)
{
    while (b > 0) {
        uint64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/* fraction * worth / fraction_one by cancelling, so that the product of what is
 * left is the answer itself. False if the division leaves a rest; the product may
 * then have wrapped around and means nothing. */
static bool scale_fraction(const struct parts *parts, uint64_t worth, uint64_t *value)
{
    uint64_t by_worth = common_divisor(worth, parts->fraction_one);
    uint64_t rest = parts->fraction_one / by_worth;
    uint64_t by_fraction = common_divisor(parts->fraction, rest);
    *value = (parts->fraction / by_fraction) * (worth / by_worth);
    /* The decisive line: a rest would be a value that was written but not kept. */
    return rest == by_fraction && !parts->is_too_fine;
}

/* How far the value is from zero, in the quantity's smallest unit. */
static bool scale(const struct quantity *quantity, struct bytes word, const struct parts *parts,
                  const struct unit *unit, uint64_t *distance, struct text *mistake)
{
    uint128 whole = (uint128)parts->whole * unit->worth;
    uint64_t limit = parts->is_negative ? quantity->lowest : quantity->highest;
    uint64_t fraction;
    if (parts->is_too_large || whole > limit)
        return refuse_range(mistake, quantity, word);
    if (!scale_fraction(parts, unit->worth, &fraction))
        return refuse_fineness(mistake, quantity, word);
    if (whole + fraction > limit)
        return refuse_range(mistake, quantity, word);
    *distance = (uint64_t)whole + fraction;
    return true;
}

static bool parse(const struct quantity *quantity, struct bytes word, bool *is_negative,
                  uint64_t *distance, struct text *mistake)
{
    struct parts parts = split(word);
    const struct unit *unit = unit_find(quantity, parts.unit);
    if (!parts.has_number)
        return refuse_word(mistake, quantity, word);
    if (parts.has_sign && !quantity->is_signed)
        return refuse_sign(mistake, quantity, word);
    if (!unit)
        return refuse_unit(mistake, quantity, word, parts.unit);
    *is_negative = parts.is_negative;
    return scale(quantity, word, &parts, unit, distance, mistake);
}

static bool parse_signed(const struct quantity *quantity, struct bytes word, int64_t *value,
                         struct text *mistake)
{
    bool is_negative;
    uint64_t distance;
    if (!parse(quantity, word, &is_negative, &distance, mistake))
        return false;
    /* The detour over distance - 1 reaches INT64_MIN without an overflow. */
    *value = is_negative && distance > 0 ? -(int64_t)(distance - 1) - 1 : (int64_t)distance;
    return true;
}

static bool parse_unsigned(const struct quantity *quantity, struct bytes word, uint64_t *value,
                           struct text *mistake)
{
    bool is_negative;
    uint64_t distance;
    if (!parse(quantity, word, &is_negative, &distance, mistake))
        return false;
    *value = distance;
    return true;
}

bool units_parse_time(struct bytes word, vtime *time_ns, struct text *mistake)
{
    return parse_unsigned(&TIME, word, time_ns, mistake);
}

bool units_parse_span(struct bytes word, int64_t *span_ns, struct text *mistake)
{
    return parse_signed(&SPAN, word, span_ns, mistake);
}

bool units_parse_size(struct bytes word, uint64_t *size_bytes, struct text *mistake)
{
    return parse_unsigned(&SIZE, word, size_bytes, mistake);
}

bool units_parse_share(struct bytes word, uint32_t *parts_per_billion, struct text *mistake)
{
    uint64_t value;
    if (!parse_unsigned(&SHARE, word, &value, mistake))
        return false;
    *parts_per_billion = (uint32_t)value;
    return true;
}

bool units_parse_drift(struct bytes word, int64_t *parts_per_billion, struct text *mistake)
{
    return parse_signed(&DRIFT, word, parts_per_billion, mistake);
}
