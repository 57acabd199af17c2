/*
 * fuzz_conflict.c: any bytes as objects (siblings, vectors, counters, sets, maps) and as the
 * context that a client brings back (libFuzzer).
 *
 *     byte 0: kind     bytes 1, 2: size of the first object     the first, the second, the context
 *
 * A fuzzer does not guess checksums, so the context is tried as it is and with its last four bytes
 * put right. Beyond reading nothing outside the bytes:
 *
 *   - what is whole is encoded again to the same bytes, and has an answer and a text;
 *   - two that are whole merge to one that is whole, in either order to the same bytes, and the
 *     result contains both (conflict.h: the law);
 *   - an update with any context is refused, or makes an object that is whole.
 */
#include <stdlib.h>
#include <string.h>

#include "base/crc32c.h"
#include "base/region.h"
#include "db/conflict/answer.h"
#include "db/conflict/context.h"
#include "db/conflict/update.h"
#include "db/ring/placement.h"

/* A trap and not CHECK: libFuzzer must see a crash, to keep the input. */
#define REQUIRE(expression) ((expression) ? (void)0 : __builtin_trap())

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct region region;
static const struct bytes key = {(const uint8_t *)"cart:1", 6};

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    const char *why = NULL;
    (void)argc, (void)argv;
    REQUIRE(region_open(&region, UINT64_C(1) << 30, NULL, &why));
    return 0;
}

static struct heap *fresh_heap(void)
{
    region_reset(&region);
    struct heap *heap = region_create_root(&region, sizeof *heap);
    heap_init(heap, region.header);
    return heap;
}

static bool are_same(struct bytes a, struct bytes b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

static void read_object(struct heap *heap, const struct version *version)
{
    struct scratch scratch = {heap, NULL};
    struct object_of_kind object;
    struct builder builder = builder_of(heap);
    char buffer[512];
    struct text text;
    REQUIRE(object_decode(&scratch, version, version->kind, &object));
    object_encode(&builder, &object);
    REQUIRE(are_same(builder_end(&builder), version->value));
    scratch_end(&scratch);
    text_init(&text, buffer, sizeof buffer);
    conflict_text(&text, version);
    conflict_history_text(&text, version);
    for (uint32_t function = 0; function < FUNCTION_COUNT; function++) {
        struct conflict_answer answer = conflict_answer(heap, version, key, function);
        struct bytes values[4];
        answer_values(answer.shape, answer.value, values, 4);
        conflict_answer_free(heap, &answer);
    }
}

static struct version merged(struct heap *heap, const struct version *a, const struct version *b)
{
    struct version both = *a;
    enum merged which = conflict_merge(heap, a, b, &both);
    return which == MERGED_BOTH ? both : which == MERGED_FIRST ? *a : *b;
}

static void merge(struct heap *heap, const struct version *a, const struct version *b)
{
    struct version ab = merged(heap, a, b), ba = merged(heap, b, a), unused;
    REQUIRE(version_compare(&ab, &ba) == 0 && are_same(ab.value, ba.value));
    REQUIRE(conflict_is_whole(heap, &ab));
    REQUIRE(conflict_merge(heap, &ab, a, &unused) == MERGED_FIRST);
    REQUIRE(conflict_merge(heap, &ab, b, &unused) == MERGED_FIRST);
}

static const uint8_t operations[] = {
    [VERSION_PLAIN] = OPERATION_PUT,  [VERSION_SIBLINGS] = OPERATION_PUT,
    [VERSION_VECTOR] = OPERATION_PUT, [VERSION_COUNTER] = OPERATION_INCREMENT,
    [VERSION_SET] = OPERATION_REMOVE, [VERSION_MAP] = OPERATION_SET,
};

static void update(struct heap *heap, const struct version *current, struct bytes context)
{
    struct conflict_update asked = {.operation = operations[current->kind],
                                    .kind = current->kind,
                                    .amount = 1,
                                    .key = key,
                                    .name = {(const uint8_t *)"f", 1},
                                    .value = {(const uint8_t *)"v", 1},
                                    .context = context,
                                    .actor = 7,
                                    .now = current->timestamp + 1};
    struct version made = {0};
    if (conflict_update(heap, current, &asked, &made) == REASON_NONE)
        REQUIRE(conflict_is_whole(heap, &made));
}

/* With the checksum that a context of this kind and key would have. */
static void update_with(struct heap *heap, const struct version *current, struct bytes context)
{
    update(heap, current, context);
    if (context.size < 13)
        return;
    uint8_t *right = heap_alloc(heap, context.size);
    uint64_t token = key_token(key);
    memcpy(right, context.data, context.size);
    right[0] = (uint8_t)current->kind;
    for (uint32_t i = 0; i < 8; i++)
        right[1 + i] = (uint8_t)(token >> (8 * i));
    uint32_t crc = crc32c(right, context.size - 4);
    for (uint32_t i = 0; i < 4; i++)
        right[context.size - 4 + i] = (uint8_t)(crc >> (8 * i));
    update(heap, current, (struct bytes){right, context.size});
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 3 || size > 1 << 14)
        return 0;
    struct heap *heap = fresh_heap();
    uint32_t kind = 1 + data[0] % (VERSION_KIND_COUNT - 1);
    size_t first = data[1] + 256u * data[2], rest = size - 3;
    first = MIN(first, rest);
    size_t second = (rest - first) / 2;
    const uint8_t *at = data + 3;
    struct version a = {.timestamp = 5, .kind = kind, .value = {at, first}};
    struct version b = {.timestamp = 6, .kind = kind, .value = {at + first, second}};
    struct bytes context = {at + first + second, rest - first - second};
    bool is_a = conflict_is_whole(heap, &a), is_b = conflict_is_whole(heap, &b);
    if (is_a)
        read_object(heap, &a);
    if (is_b)
        read_object(heap, &b);
    if (is_a && is_b)
        merge(heap, &a, &b);
    if (is_a)
        update_with(heap, &a, context);
    return 0;
}
