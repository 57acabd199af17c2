/*
 * test_trace.c: the table of trace kinds, the sentences made from it, and the digest.
 *
 * The first group proves that the table is whole: no sentence has a placeholder
 * that is not one of its kind's fields. What follows are exact sentences.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/outcome.h"
#include "db/env.h"
#include "db/level.h"
#include "db/message.h"
#include "db/safeguard.h"
#include "db/timers.h"
#include "sim/world/action.h"
#include "sim/world/clock.h"
#include "sim/disk/disk.h"
#include "sim/world/scenario.h"
#include "sim/trace/trace.h"
#include "sim/trace/trace_words.h"

static char buffer[600];
static struct text text;

static struct text *fresh(void)
{
    text_init(&text, buffer, sizeof buffer);
    return &text;
}

/* ------------------------------------------------------------------ names */

static void name_actor(const void *host, struct text *out, uint32_t actor)
{
    (void)host;
    text_str(out, actor == ACTOR_WORLD ? "the world" : actor >= CLIENT_ADDRESS_BASE ? "c" : "n");
    if (actor != ACTOR_WORLD)
        text_u64(out, actor % CLIENT_ADDRESS_BASE + 1);
}

static void name_about(const void *host, struct text *out, uint64_t about)
{
    (void)host;
    text_str(out, "c1#");
    text_u64(out, about);
}

static void name_key(const void *host, struct text *out, uint64_t token)
{
    (void)host;
    text_str(out, "user:");
    text_u64(out, token);
}

static void name_value(const void *host, struct text *out, uint64_t value)
{
    (void)host;
    text_str(out, value ? "\"alice\"" : "nothing");
}

static const struct trace_names NAMES = {NULL, name_actor, name_about, name_key, name_value};

static const char *sentence_of(uint32_t kind, uint32_t actor, uint64_t a, uint64_t b, uint64_t c)
{
    struct trace_record record = {
        .number = 1, .about = 12, .field = {a, b, c}, .kind = kind, .actor = actor};
    trace_sentence(fresh(), &record, &NAMES);
    return buffer;
}

static const char *note_sentence(uint32_t note, uint64_t a, uint64_t b, uint64_t c)
{
    return sentence_of(TRACE_NOTE + note, 1, a, b, c);
}

static const char *field_text(uint32_t type, uint64_t value)
{
    trace_field_text(fresh(), type, value, &NAMES);
    return buffer;
}

/* ------------------------------------------------------------------ the table */

static bool is_lower_word(const char *word)
{
    if (!word[0])
        return false;
    for (; *word; word++)
        if (!(*word >= 'a' && *word <= 'z') && *word != '_')
            return false;
    return true;
}

static void every_kind_has_a_name_of_its_own(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < TRACE_KIND_COUNT; i++) {
        const char *name = trace_kind_table[i].name;
        assert_true(is_lower_word(name));
        assert_int_equal(trace_kind_by_name(name, (uint32_t)strlen(name)), i);
    }
    assert_int_equal(trace_kind_by_name("log_append", 10), TRACE_NOTE + NOTE_LOG_APPEND);
    assert_int_equal(trace_kind_by_name("log_append", 9), TRACE_KIND_COUNT);
    assert_int_equal(trace_kind_by_name("", 0), TRACE_KIND_COUNT);
}

static void the_fields_of_a_kind_are_named_and_told_apart(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < TRACE_KIND_COUNT; i++) {
        const struct trace_field *field = trace_kind_table[i].field;
        for (uint32_t f = 0; f < 3; f++) {
            assert_true(field[f].type < FIELD_TYPE_COUNT);
            assert_true(is_lower_word(field[f].name) == (field[f].type != FIELD_NONE));
            assert_string_not_equal(field[f].name, "node");
            assert_string_not_equal(field[f].name, "about");
            for (uint32_t g = 0; g < f; g++)
                assert_true(field[f].type == FIELD_NONE || field[g].type == FIELD_NONE ||
                            strcmp(field[f].name, field[g].name) != 0);
        }
    }
}

static bool is_placeholder_of(const struct trace_kind_info *info, const char *name, size_t size)
{
    const char *known[] = {"node", "about", info->field[0].name, info->field[1].name,
                           info->field[2].name};
    for (uint32_t i = 0; i < ARRAY_LEN(known); i++)
        if (size > 0 && strlen(known[i]) == size && memcmp(known[i], name, size) == 0)
            return true;
    return false;
}

/* THE proof: every { begins a placeholder, every placeholder is a field of its kind. */
static void every_placeholder_of_a_sentence_is_one_of_its_fields(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < TRACE_KIND_COUNT; i++) {
        const struct trace_kind_info *info = &trace_kind_table[i];
        for (const char *at = info->sentence; *at; at++) {
            assert_int_not_equal(*at, '}');
            if (*at != '{')
                continue;
            const char *end = strchr(at, '}');
            assert_non_null(end);
            if (!is_placeholder_of(info, at + 1, (size_t)(end - at - 1)))
                fail_msg("%s: %s", info->name, at);
            at = end;
        }
    }
}

static void every_kind_renders_whatever_its_numbers_are(void **state)
{
    static const uint64_t NUMBERS[] = {
        0,         1, 3, UINT64_C(1) << 32, UINT64_C(7) << 32 | 5, INT64_MAX, UINT64_C(1) << 63,
        UINT64_MAX};
    (void)state;
    for (uint32_t i = 0; i < TRACE_KIND_COUNT; i++) {
        for (uint32_t n = 0; n < ARRAY_LEN(NUMBERS); n++) {
            const char *sentence = sentence_of(i, 1, NUMBERS[n], NUMBERS[n], NUMBERS[n]);
            assert_true(strlen(sentence) > 5);
            assert_null(strchr(sentence, '{'));
            assert_null(strchr(sentence, '}'));
            assert_false(text.is_cut);
        }
    }
}

static void every_type_of_field_is_written_without_names_too(void **state)
{
    (void)state;
    for (uint32_t type = 0; type < FIELD_TYPE_COUNT; type++) {
        trace_field_text(fresh(), type, UINT64_C(0xfedcba9876543210), NULL);
        assert_true((text.size > 0) == (type != FIELD_NONE));
    }
    trace_field_text(fresh(), FIELD_NODE, 3, NULL);
    assert_string_equal(buffer, "actor 3");
    trace_field_text(fresh(), FIELD_KEY, 255, NULL);
    assert_string_equal(buffer, "key 00000000000000ff");
    struct trace_record record = {.kind = TRACE_DROP, .actor = 1, .about = 10};
    trace_sentence(fresh(), &record, NULL);
    assert_string_equal(buffer,
                        "put from actor 1 to actor 0 is lost (about 000000000000000a): no reason");
}

/* ------------------------------------------------------------------ fields */

static void fields_are_written_by_their_type(void **state)
{
    (void)state;
    assert_string_equal(field_text(FIELD_NONE, 5), "");
    assert_string_equal(field_text(FIELD_COUNT, 5), "5");
    assert_string_equal(field_text(FIELD_SEQUENCE, 7), "7");
    assert_string_equal(field_text(FIELD_SIZE, 65536), "64 KiB");
    assert_string_equal(field_text(FIELD_SPAN, 2500), "2.5 us");
    assert_string_equal(field_text(FIELD_SIGNED, (uint64_t)-2500), "-2.5 us");
    assert_string_equal(field_text(FIELD_NODE, 2), "n3");
    assert_string_equal(field_text(FIELD_KEY, 42), "user:42");
    assert_string_equal(field_text(FIELD_VALUE, 1), "\"alice\"");
    assert_string_equal(field_text(FIELD_VALUE, 0), "nothing");
    assert_string_equal(field_text(FIELD_VALUE, TRACE_NO_VALUE), "no answer");
    assert_string_equal(field_text(FIELD_STAMP, CLOCK_EPOCH_NS + 1500000), "1.5 ms");
    assert_string_equal(field_text(FIELD_STAMP, CLOCK_EPOCH_NS - 1500000), "-1.5 ms");
    assert_string_equal(field_text(FIELD_STAMP, 0), "never");
    assert_string_equal(field_text(FIELD_FLAG, 1), "true");
    assert_string_equal(field_text(FIELD_FLAG, 0), "false");
}

static void words_are_written_for_their_numbers(void **state)
{
    (void)state;
    assert_string_equal(field_text(FIELD_LEVEL, LEVEL_QUORUM), "quorum");
    assert_string_equal(field_text(FIELD_OUTCOME, OUTCOME_TIMEOUT), "timeout");
    assert_string_equal(field_text(FIELD_REASON, REASON_PARTITION), "a partition is in the way");
    assert_string_equal(field_text(FIELD_MESSAGE, MESSAGE_REPLICA_WRITE), "write");
    assert_string_equal(field_text(FIELD_OPERATION, OPERATION_DELETE), "delete");
    assert_string_equal(field_text(FIELD_WORK, WORK_TIMER), "a timer");
    assert_string_equal(field_text(FIELD_WORK, WORK_KIND_COUNT + MESSAGE_HEARTBEAT), "heartbeat");
    assert_string_equal(field_text(FIELD_TIMER, TIMER_LOG_SYNC), "log_sync");
    assert_string_equal(field_text(FIELD_DISK, DISK_OPERATION_READ), "read");
    assert_string_equal(field_text(FIELD_STATUS, DISK_NO_SPACE), "no space");
    assert_string_equal(field_text(FIELD_CRASH, CRASH_TEAR), "tear");
    assert_string_equal(field_text(FIELD_CLOCK, ACTION_CLOCK_JUMP), "jumps by");
    assert_string_equal(field_text(FIELD_FAULT, ACTION_DROP), "to be lost");
    assert_string_equal(field_text(FIELD_ACTION, ACTION_CRASH), "crash");
    assert_string_equal(field_text(FIELD_RULE, SAFEGUARD_CHECKSUM_ON_RECOVERY),
                        "checksum-on-recovery");
    assert_string_equal(field_text(FIELD_REASON, 999), "? 999");
    assert_string_equal(field_text(FIELD_WORK, 999), "? 995");
}

static void a_file_is_its_kind_and_number_or_only_its_number(void **state)
{
    (void)state;
    assert_string_equal(field_text(FIELD_FILE, 7), "7");
    assert_string_equal(field_text(FIELD_FILE, (uint64_t)FILE_LOG << 32 | 7), "log segment 7");
    assert_string_equal(field_text(FIELD_FILE, (uint64_t)FILE_CHECKPOINT << 32 | 3),
                        "checkpoint 3");
    assert_string_equal(field_text(FIELD_FILE, 0), "the directory");
    assert_string_equal(field_text(FIELD_FILE, (uint64_t)9 << 32 | 3), "? 9 3");
}

/* ------------------------------------------------------------------ sentences */

static void sentences_name_everything_by_its_name(void **state)
{
    (void)state;
    assert_string_equal(note_sentence(NOTE_LOG_APPEND, 7, 61, 42),
                        "n2 appends record 7 to its log: user:42, 61 B");
    assert_string_equal(sentence_of(TRACE_RUN_BEGUN, ACTOR_WORLD, 3, 2, 17),
                        "the run begins: 3 nodes, 2 clients, seed 17");
    assert_string_equal(sentence_of(TRACE_INVOKE, CLIENT_ADDRESS_BASE, OPERATION_PUT, 42, 1),
                        "c1 asks n2: c1#12 put user:42");
    assert_string_equal(sentence_of(TRACE_DROP, 0, MESSAGE_REPLICA_WRITE, 2, REASON_PARTITION),
                        "write from n1 to n3 is lost (c1#12): a partition is in the way");
    assert_string_equal(
        sentence_of(TRACE_DISK_DONE, 1, DISK_OPERATION_SYNC, (uint64_t)FILE_LOG << 32 | 7, DISK_OK),
        "n2's disk has done: sync of log segment 7 (ok)");
    assert_string_equal(
        sentence_of(TRACE_DISK_DONE, 1, DISK_OPERATION_SYNC_NAMES, 0, DISK_IO_ERROR),
        "n2's disk has done: sync of the directory (the device failed)");
}

static void a_client_is_told_a_value_only_if_there_is_an_answer(void **state)
{
    (void)state;
    uint32_t client = CLIENT_ADDRESS_BASE;
    assert_string_equal(sentence_of(TRACE_TOLD, client, OUTCOME_OK, 1500000, TRACE_NO_VALUE),
                        "c1 is told: c1#12 ok after 1.5 ms");
    assert_string_equal(sentence_of(TRACE_TOLD, client, OUTCOME_OK, 1500000, 99),
                        "c1 is told: c1#12 ok after 1.5 ms: \"alice\"");
    assert_string_equal(sentence_of(TRACE_TOLD, client, OUTCOME_OK, 1500000, 0),
                        "c1 is told: c1#12 ok after 1.5 ms: nothing");
}

static void a_clock_jumps_by_a_span_and_drifts_by_a_rate(void **state)
{
    (void)state;
    assert_string_equal(sentence_of(TRACE_CLOCK, 1, ACTION_CLOCK_JUMP, (uint64_t)-5000000000, 0),
                        "n2's clock: jumps by -5 s");
    assert_string_equal(sentence_of(TRACE_CLOCK, 1, ACTION_CLOCK_DRIFT, (uint64_t)-100000, 0),
                        "n2's clock: drifts by -100 ppm");
}

static void faults_of_a_disk_read_as_sentences(void **state)
{
    (void)state;
    assert_string_equal(sentence_of(TRACE_DISK_FAULT, 1, ACTION_DISK_FULL, 4096, 0),
                        "n2's disk: full, bytes left: 4096");
    assert_string_equal(sentence_of(TRACE_DISK_FAULT, 1, ACTION_DISK_FREE, 0, 0),
                        "n2's disk: no longer full; bytes held back: 0");
    assert_string_equal(sentence_of(TRACE_DISK_FAULT, 1, ACTION_DISK_CORRUPT, 77, 0),
                        "n2's disk: a bit flips, at byte 77");
}

static void what_is_done_to_a_message_reads_as_a_sentence(void **state)
{
    (void)state;
    const uint64_t identity = 0x00c0ffee00c0ffee;
    assert_string_equal(sentence_of(TRACE_MESSAGE_MARKED, ACTOR_WORLD, ACTION_DROP, 2, identity),
                        "message 00c0ffee00c0ffee (c1#12) is marked: to be lost");
    assert_string_equal(sentence_of(TRACE_MESSAGE_MARKED, ACTOR_WORLD, ACTION_POSTPONE, 2, 1),
                        "message 0000000000000001 (c1#12) is marked: to come at another time");
    assert_string_equal(sentence_of(TRACE_HOLD, 0, MESSAGE_REPLICA_WRITE, 2, 2500),
                        "write from n1 to n3 is held on its way (c1#12), 2.5 us before its "
                        "arrival");
    assert_string_equal(sentence_of(TRACE_RELEASE, 0, MESSAGE_REPLICA_WRITE, 2, 2500),
                        "write from n1 to n3 goes on (c1#12) and arrives 2.5 us later");
    assert_string_equal(sentence_of(TRACE_CORRUPT, 0, MESSAGE_REPLICA_WRITE, 2, 36),
                        "write from n1 to n3 is damaged on its way (c1#12): a bit flips in byte "
                        "36");
    /* a heartbeat has the number that a drift of a clock once had: still a span */
    for (uint64_t kind = 0; kind < MESSAGE_KIND_COUNT; kind++) {
        sentence_of(TRACE_POSTPONE, 0, kind, 2, (uint64_t)-5000000);
        assert_non_null(strstr(buffer, " from n1 to n3 (c1#12): its arrival moves by -5 ms"));
    }
    assert_string_equal(sentence_of(TRACE_TIMER_FORCED, 1, TIMER_OPERATION, 2500, 0),
                        "n2's operation timer is made to fire 2.5 us before it is due (c1#12)");
    assert_string_equal(
        sentence_of(TRACE_REFUSED_ACTION, ACTOR_WORLD, ACTION_HOLD, REASON_HELD, 0),
        "the world: hold does nothing: the message is held already");
}

static void a_sentence_that_does_not_fit_is_cut(void **state)
{
    char small[12];
    struct trace_record record = {.kind = TRACE_PAUSE, .actor = 1};
    (void)state;
    text_init(&text, small, sizeof small);
    trace_sentence(&text, &record, &NAMES);
    assert_string_equal(small, "n2 pauses; ");
    assert_true(text.is_cut);
}

/* ------------------------------------------------------------------ digest */

static struct digest digest_of(const struct trace_record *record)
{
    struct digest digest = digest_start();
    trace_digest(&digest, record);
    return digest;
}

static void every_field_of_a_record_reaches_the_digest(void **state)
{
    struct trace_record base = {
        .number = 1, .time = 2, .about = 3, .cause = 4, .field = {5, 6, 7}, .kind = 8, .actor = 9};
    struct trace_record changed[9];
    (void)state;
    for (uint32_t i = 0; i < ARRAY_LEN(changed); i++)
        changed[i] = base;
    changed[0].number++;
    changed[1].time++;
    changed[2].about++;
    changed[3].cause++;
    changed[4].field[0]++;
    changed[5].field[1]++;
    changed[6].field[2]++;
    changed[7].kind++;
    changed[8].actor++;
    assert_true(digest_equal(digest_of(&base), digest_of(&base)));
    for (uint32_t i = 0; i < ARRAY_LEN(changed); i++) {
        assert_false(digest_equal(digest_of(&base), digest_of(&changed[i])));
        for (uint32_t j = 0; j < i; j++)
            assert_false(digest_equal(digest_of(&changed[i]), digest_of(&changed[j])));
    }
}

/* If this changes, every trace digest ever written down changes: raise TRACE_VERSION. */
static void the_digest_of_a_record_is_fixed(void **state)
{
    struct trace_record record = {
        .number = 1, .time = 2, .about = 3, .cause = 4, .field = {5, 6, 7}, .kind = 8, .actor = 9};
    (void)state;
    struct digest digest = digest_of(&record);
    assert_int_equal(TRACE_VERSION, 2);
    assert_true(digest.low == UINT64_C(0xb49801d393807ae2));
    assert_true(digest.high == UINT64_C(0xc3d413aa90af5915));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_has_a_name_of_its_own),
        cmocka_unit_test(the_fields_of_a_kind_are_named_and_told_apart),
        cmocka_unit_test(every_placeholder_of_a_sentence_is_one_of_its_fields),
        cmocka_unit_test(every_kind_renders_whatever_its_numbers_are),
        cmocka_unit_test(every_type_of_field_is_written_without_names_too),
        cmocka_unit_test(fields_are_written_by_their_type),
        cmocka_unit_test(words_are_written_for_their_numbers),
        cmocka_unit_test(a_file_is_its_kind_and_number_or_only_its_number),
        cmocka_unit_test(sentences_name_everything_by_its_name),
        cmocka_unit_test(a_client_is_told_a_value_only_if_there_is_an_answer),
        cmocka_unit_test(a_clock_jumps_by_a_span_and_drifts_by_a_rate),
        cmocka_unit_test(faults_of_a_disk_read_as_sentences),
        cmocka_unit_test(what_is_done_to_a_message_reads_as_a_sentence),
        cmocka_unit_test(a_sentence_that_does_not_fit_is_cut),
        cmocka_unit_test(every_field_of_a_record_reaches_the_digest),
        cmocka_unit_test(the_digest_of_a_record_is_fixed),
    };
    return cmocka_run_group_tests_name("trace", tests, NULL, NULL);
}
