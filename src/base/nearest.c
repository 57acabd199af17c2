/*
 * nearest.c: the edit distance of nearest.h, three rows at a time.
 *
 *           b[0] b[1] b[2] ...        current[j] = the cheapest of
 *      before  .    .    .              previous[j] + 1          a[i] left out
 *      previous     .    .              current[j-1] + 1         b[j] added
 *      current      .    x              previous[j-1] + differ   replaced or kept
 *                                       before[j-2] + 1          neighbours swapped
 *
 * The swap reaches two rows back, which is why a third row is kept.
 */
#include "base/nearest.h"

#include <string.h>

#define ROW_SIZE        (NEAREST_SIZE_MAX + 1)
#define PREFIX_SIZE_MIN 3 /* "n" begins too many words to mean one of them */

/* Case and the kind of dash carry no meaning in our words. */
static uint8_t fold(uint8_t byte)
{
    if (byte >= 'A' && byte <= 'Z')
        return (uint8_t)(byte - 'A' + 'a');
    return byte == '-' ? '_' : byte;
}

static bool is_swap(const uint8_t *a, const uint8_t *b)
{
    return fold(a[0]) == fold(b[1]) && fold(a[1]) == fold(b[0]);
}

/* Row i of the table (i >= 1); `before` is row i - 2 and only read when i >= 2. */
static void fill_row(struct bytes a, uint32_t i, struct bytes b, const uint32_t *before,
                     const uint32_t *previous, uint32_t *current)
{
    current[0] = i;
    for (uint32_t j = 1; j <= b.size; j++) {
        uint32_t kept = previous[j - 1] + (fold(a.data[i - 1]) != fold(b.data[j - 1]));
        uint32_t best = MIN(kept, MIN(previous[j], current[j - 1]) + 1);
        if (i >= 2 && j >= 2 && is_swap(a.data + i - 2, b.data + j - 2))
            best = MIN(best, before[j - 2] + 1);
        current[j] = best;
    }
}

uint32_t nearest_distance(struct bytes a, struct bytes b)
{
    uint32_t rows[3][ROW_SIZE];
    if (a.size > NEAREST_SIZE_MAX || b.size > NEAREST_SIZE_MAX)
        return NEAREST_FAR;
    for (uint32_t j = 0; j <= b.size; j++)
        rows[0][j] = j;
    for (uint32_t i = 1; i <= a.size; i++)
        fill_row(a, i, b, rows[(i + 1) % 3], rows[(i + 2) % 3], rows[i % 3]);
    return rows[a.size % 3][b.size];
}

static bool begins_with(struct bytes word, struct bytes prefix)
{
    uint32_t i = 0;
    if (prefix.size < PREFIX_SIZE_MIN || word.size < prefix.size)
        return false;
    while (i < prefix.size && fold(word.data[i]) == fold(prefix.data[i]))
        i++;
    return i == prefix.size;
}

struct nearest nearest_to(struct bytes wrong)
{
    return (struct nearest){.wrong = wrong, .distance = NEAREST_FAR};
}

void nearest_offer(struct nearest *nearest, struct bytes word)
{
    uint32_t distance = nearest_distance(nearest->wrong, word);
    if (distance < nearest->distance) {
        nearest->best = word;
        nearest->distance = distance;
    }
    if (nearest->by_prefix.size == 0 &&
        (begins_with(word, nearest->wrong) || begins_with(nearest->wrong, word)))
        nearest->by_prefix = word;
}

void nearest_offer_string(struct nearest *nearest, const char *word)
{
    nearest_offer(nearest, (struct bytes){(const uint8_t *)word, (uint32_t)strlen(word)});
}

/* One slip in three letters, but never more than three in a word; in words of two
 * letters one slip must do, since "n9" may well be meant for "n3". */
static bool is_close(uint32_t distance, struct bytes wrong)
{
    uint32_t allowed = wrong.size < 3 ? wrong.size / 2 : MIN(wrong.size / 3, 3);
    return distance <= allowed;
}

struct bytes nearest_word(const struct nearest *nearest)
{
    return is_close(nearest->distance, nearest->wrong) ? nearest->best : nearest->by_prefix;
}

bool nearest_suggest(struct text *text, const struct nearest *nearest)
{
    struct bytes word = nearest_word(nearest);
    if (word.size == 0)
        return false;
    text_str(text, "; did you mean ");
    text_bytes_quoted(text, word);
    text_char(text, '?');
    return true;
}
