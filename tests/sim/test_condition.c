/*
 * test_condition.c: the condition language: its mistakes, its canonical text, its values,
 * what it watches, and that docs/conditions.md says the same as the table of terms.
 *
 * Run from the root of the repository. `test_condition --update-page` writes the part of
 * docs/conditions.md that is made from the tables anew.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "condition_mock.h"
#include "sim/condition/condition.h"
#include "sim/metrics/meter.h"

static struct condition_code code;
static struct condition condition;
static char buffer[CONDITION_TEXT_MAX];
static struct text text;

static struct text *fresh(void)
{
    text_init(&text, buffer, sizeof buffer);
    return &text;
}

static bool parses(const char *source)
{
    return condition_parse(&condition, &code, mock_bytes(source), &mock_names, fresh());
}

static void must_parse(const char *source)
{
    if (!parses(source))
        fail_msg("%s\n  %s", source, buffer);
}

static const char *canonical(const char *source)
{
    must_parse(source);
    condition_text(fresh(), &condition);
    return buffer;
}

static const char *mistake_of(const char *source)
{
    if (parses(source))
        fail_msg("it was accepted: %s", source);
    assert_true(text.size < CONDITION_MISTAKE_MAX);
    assert_false(condition_is_given(&condition));
    return buffer;
}

static bool holds(const char *source)
{
    must_parse(source);
    return condition_holds(&condition, &mock_view);
}

static const char *explained(const char *source)
{
    must_parse(source);
    condition_explain(fresh(), &condition, &mock_view);
    return buffer;
}

static int forget_the_world(void **state)
{
    (void)state;
    memset(&mock, 0, sizeof mock);
    return 0;
}

/* ---------------------------------------------------------------- mistakes */

struct mistake {
    const char *source;
    const char *sentence;
};

static void check_mistakes(const struct mistake *mistakes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        assert_string_equal(mistake_of(mistakes[i].source), mistakes[i].sentence);
}

static void a_wrong_name_is_answered_with_the_nearest_one(void **state)
{
    static const struct mistake MISTAKES[] = {
        {"n4.keys == 1", "column 1: there is no \"n4\"; did you mean \"n1\"?"},
        {"riter.told > 1", "column 1: there is no \"riter\"; did you mean \"writer\"?"},
        {"repplicas(\"k\").differ",
         "column 1: there is no \"repplicas\"; did you mean \"replicas\"?"},
        {"TIME > 3s", "column 1: there is no \"TIME\"; did you mean \"time\"?"},
        {"And true", "column 1: there is no \"And\"; did you mean \"and\"?"},
        {"absend == 1", "column 1: there is no \"absend\"; did you mean \"absent\"?"},
        {"stepps > 1", "column 1: there is no \"stepps\"; did you mean \"steps\"?"},
        {"nodes(\"n2\").state == \"up\"",
         "column 1: there is no \"nodes\"; did you mean \"node\"?"},
        {"true and naem == 3",
         "column 10: there is no \"naem\"; expected a node, a client or a word of the language (a "
         "text has quotes)"},
        {"node(\"n9\").state == \"up\"", "column 6: there is no node \"n9\"; did you mean \"n1\"?"},
        {"client(\"writr\").told > 0",
         "column 8: there is no client \"writr\"; did you mean \"writer\"?"},
        {"op(\"final raed\").outcome == \"ok\"",
         "column 4: there is no operation \"final raed\"; did you mean \"final read\"?"},
        {"op(\"zzz\").outcome == \"ok\"", "column 4: there is no operation \"zzz\""},
        {"n2.suspects(\"n9\")", "column 13: there is no node \"n9\"; did you mean \"n1\"?"},
    };
    (void)state;
    check_mistakes(MISTAKES, ARRAY_LEN(MISTAKES));
}

static void a_wrong_word_after_the_dot_is_answered_with_the_nearest_one(void **state)
{
    static const struct mistake MISTAKES[] = {
        {"n2.log_apend == 3", "column 4: n2 has no \"log_apend\"; did you mean \"log_append\"?"},
        {"n2.Keys == 3", "column 4: n2 has no \"Keys\"; did you mean \"keys\"?"},
        {"node(\"n-4\").stat == 3",
         "column 13: node(\"n-4\") has no \"stat\"; did you mean \"state\"?"},
        {"trace.drp > 0", "column 7: trace has no \"drp\"; did you mean \"drop\"?"},
        {"c1.tolt > 0", "column 4: c1 has no \"tolt\"; did you mean \"told\"?"},
        {"op(\"w1\").outcom == \"ok\"",
         "column 10: op(\"w1\") has no \"outcom\"; did you mean \"outcome\"?"},
        {"replicas(\"k\").differs",
         "column 15: replicas(\"k\") has no \"differs\"; did you mean \"differ\"?"},
        {"n2.xyzzy > 0",
         "column 4: n2 has no \"xyzzy\"; expected state, keys, queue, clock_offset, "
         "log_appended_to, log_synced_to, unsynced, suspects, hints, value, metric or the "
         "name of a trace record"},
        {"ops.xyzzy > 0",
         "column 5: ops has no \"xyzzy\"; expected ok, timeout, unavailable, overloaded, pending, "
         "total, success, p50, p90, p99 or p999"},
        {"trace.xyzzy > 0",
         "column 7: trace has no \"xyzzy\"; expected the name of a trace record"},
        {"c1.state == \"up\"",
         "column 4: c1 has no \"state\"; expected the name of a trace record"},
        {"n2.state == \"dwn\"", "column 13: \"dwn\" is no state of a node; did you mean \"down\"?"},
        {"\"sleeping\" != n2.state",
         "column 1: \"sleeping\" is no state of a node; expected down, starting, recovering, up, "
         "paused or refused"},
        {"op(\"w1\").outcome == \"timout\"",
         "column 21: \"timout\" is no outcome; did you mean \"timeout\"?"},
        {"op(\"w1\").outcome == \"okay\"",
         "column 21: \"okay\" is no outcome; expected pending, ok, unavailable, timeout, "
         "overloaded or none"},
    };
    (void)state;
    check_mistakes(MISTAKES, ARRAY_LEN(MISTAKES));
}

static void a_count_that_could_only_be_zero_is_a_mistake(void **state)
{
    static const struct mistake MISTAKES[] = {
        {"n2.partition > 0",
         "column 4: \"partition\" is a record of the world; count it as trace.partition"},
        {"c1.heal > 0", "column 4: \"heal\" is a record of the world; count it as trace.heal"},
        {"n2.told > 0",
         "column 4: \"told\" is a record of clients, not of nodes; of all of them: trace.told"},
        {"c1.log_append > 0",
         "column 4: \"log_append\" is a record of nodes, not of clients; of all of them: "
         "trace.log_append"},
    };
    (void)state;
    check_mistakes(MISTAKES, ARRAY_LEN(MISTAKES));
}

static void operands_of_different_types_are_a_mistake(void **state)
{
    static const struct mistake MISTAKES[] = {
        {"ops.ok == \"3\"", "column 8: cannot compare a number with a text"},
        {"\"alice\" == n2.keys", "column 9: cannot compare a text with a number"},
        {"n2.state == 3", "column 10: cannot compare a state with a number"},
        {"n2.state == op(\"w1\").outcome", "column 10: cannot compare a state with an outcome"},
        {"n2.suspects(\"n3\") == 1", "column 19: cannot compare a truth value with a number"},
        {"n2.unsynced > 5ms", "column 13: cannot compare a size with a time"},
        {"op(\"w1\").latency < 5",
         "column 18: cannot compare a time with a number; a time has a unit, as in 5ms"},
        {"5000 < n2.unsynced",
         "column 6: cannot compare a number with a size; a size has a unit, as in 64KiB"},
        {"ops.success > 99",
         "column 13: cannot compare a share with a number; a share has a unit, as in 99%"},
        {"n2.state > \"up\"", "column 10: a state can only be compared with == and !="},
        {"\"abc\" > \"b\"", "column 7: a text can only be compared with == and !="},
        {"n2.suspects(\"n3\") > true",
         "column 19: a truth value can only be compared with == and !="},
        {"n2.keys < absent", "column 9: absent can only be compared with == and !="},
        {"n2.state == absent", "column 10: a state is never absent"},
        {"absent != n2.suspects(\"n3\")", "column 8: a truth value is never absent"},
        {"\"abc\" + 1 == 3", "column 7: cannot add a text and a number"},
        {"time + 1 > 2s", "column 6: cannot add a time and a number; a time has a unit, as in 5ms"},
        {"1s - ops.ok > 2s",
         "column 4: cannot subtract a number from a time; a time has a unit, as in 5ms"},
        {"-\"x\" == 1", "column 1: a text has no sign"},
    };
    (void)state;
    check_mistakes(MISTAKES, ARRAY_LEN(MISTAKES));
}

static void what_is_neither_true_nor_false_is_no_condition(void **state)
{
    static const struct mistake MISTAKES[] = {
        {"ops.ok", "column 1: expected something true or false, but ops.ok is a number; compare "
                   "it, as in ops.ok > 0"},
        {"true and n2.log_append",
         "column 10: expected something true or false, but n2.log_append is a number; compare it, "
         "as in n2.log_append > 0"},
        {"not n2.state", "column 5: expected something true or false, but n2.state is a state; "
                         "compare it, as in n2.state == \"up\""},
        {"op(\"w1\").latency or true",
         "column 1: expected something true or false, but op(\"w1\").latency is a time; compare "
         "it, as in op(\"w1\").latency < 5ms"},
        {"final(\"k\")", "column 1: expected something true or false, but final(\"k\") is a text; "
                         "compare it, as in final(\"k\") == \"alice\""},
        {"op(\"w1\").outcome",
         "column 1: expected something true or false, but op(\"w1\").outcome is an outcome; "
         "compare it, as in op(\"w1\").outcome == \"ok\""},
        {"ops.success", "column 1: expected something true or false, but ops.success is a share; "
                        "compare it, as in ops.success >= 99%"},
        {"n2.unsynced", "column 1: expected something true or false, but n2.unsynced is a size; "
                        "compare it, as in n2.unsynced > 64KiB"},
        {"ops.ok > 3 and 3", "column 16: expected something true or false, but 3 is a number"},
        {"ops.ok + 3", "column 8: expected something true or false, but this is a number"},
        {"absent", "column 1: expected something true or false, but absent is neither"},
    };
    (void)state;
    check_mistakes(MISTAKES, ARRAY_LEN(MISTAKES));
}

static void a_number_is_exact_and_has_the_right_unit(void **state)
{
    static const struct mistake MISTAKES[] = {
        {"op(\"w1\").latency < 5sec",
         "column 20: \"sec\" is no unit for a span; did you mean \"s\"?"},
        {"op(\"w1\").latency < 5 x",
         "column 20: \"x\" is no unit for a span; expected ns, us, ms, s, m or h"},
        {"op(\"w1\").latency < 5 \xc2\xb5s",
         "column 20: \"\\xc2\\xb5s\" is no unit for a span; did you mean \"us\"?"},
        {"op(\"w1\").latency < 0.5ns",
         "column 20: \"0.5ns\" has too many decimals: expected a multiple of a nanosecond"},
        {"n2.unsynced > 5 bytes",
         "column 15: \"bytes\" is no unit for a size; did you mean \"B\"?"},
        {"n2.unsynced > 5 mb", "column 15: \"mb\" is no unit for a size; did you mean \"MB\"?"},
        {"n2.unsynced > 5 M", "column 15: \"M\" is no unit for a size; did you mean \"MiB\"?"},
        {"n2.unsynced > 10000000TB",
         "column 15: \"10000000TB\" is out of range: a size is at most 9223372036854775807 B "
         "(8 EiB) here"},
        {"ops.success > 1percent",
         "column 15: \"percent\" is no unit for a share; did you mean \"%\"?"},
        {"ops.success > 101%", "column 15: \"101%\" is out of range: a share is at most 100%"},
        {"ops.ok > 1.5", "column 10: \"1.5\" has no unit; a number without one is whole"},
        {"ops.ok > 9223372036854775808",
         "column 10: \"9223372036854775808\" is too large: a number is at most "
         "9223372036854775807"},
        {"time > 300000000h", "column 8: \"300000000h\" is out of range: a span is within "
                              "9223372036.854775807 s (292 years)"},
    };
    (void)state;
    check_mistakes(MISTAKES, ARRAY_LEN(MISTAKES));
}

static void broken_grammar_is_answered_with_what_was_expected(void **state)
{
    static const struct mistake MISTAKES[] = {
        {"", "column 1: the condition is empty; write one like \"ops.ok > 0\""},
        {" \t\n ", "column 1: the condition is empty; write one like \"ops.ok > 0\""},
        {"ops.ok > 0 and", "column 15: expected a term or a value, found the end"},
        {"ops.ok > 0 and and true", "column 16: expected a term or a value, found \"and\""},
        {"or true", "column 1: expected a term or a value, found \"or\""},
        {"ops.ok > )", "column 10: expected a term or a value, found \")\""},
        {"()", "column 2: expected a term or a value, found \")\""},
        {"true false", "column 6: expected an operator or the end, found \"false\""},
        {"true \"x\"", "column 6: expected an operator or the end, found a text in quotes"},
        {"ops.ok > 5.", "column 11: expected an operator or the end, found \".\""},
        {"1 < 2 3", "column 7: expected an operator or the end, found \"3\""},
        {"((ops.ok > 0) and true",
         "column 23: expected \")\" for the \"(\" of column 1, found the end"},
        {"(true true)", "column 7: expected an operator or \")\", found \"true\""},
        {"ops.ok > 0)", "column 11: there is no \"(\" for this \")\""},
        {"1 < ops.ok < 3", "column 12: comparisons do not chain; write \"a < b and b < c\""},
        {"n2", "column 3: expected \".\" and a word, as in n2.state, found the end"},
        {"c1 > 0", "column 4: expected \".\" and a word, as in c1.told, found \">\""},
        {"ops > 0", "column 5: expected \".\" and a word, as in ops.ok, found \">\""},
        {"ops(\"x\").ok > 0", "column 4: expected \".\" and a word, as in ops.ok, found \"(\""},
        {"n2. > 0", "column 5: expected a word after the dot, found \">\""},
        {"n2.\"state\"", "column 4: expected a word after the dot, found a text in quotes"},
        {"op.outcome == \"ok\"", "column 3: expected \"(\", as in op(\"w1\").outcome, found \".\""},
        {"op(w1).outcome == \"ok\"", "column 4: expected a text in quotes, found \"w1\""},
        {"op(\"w1\" == \"ok\"", "column 9: expected \")\", found \"==\""},
        {"op(\"w1\") == \"ok\"",
         "column 10: expected \".\" and a word, as in op(\"w1\").outcome, found \"==\""},
        {"final(\"k\").value == \"x\"", "column 11: final(...) stands alone; no dot follows it"},
        {"time.now > 1s", "column 5: time stands alone; no dot follows it"},
        {"n2.suspects == true",
         "column 13: expected \"(\" and a node, as in n2.suspects(\"n3\"), found \"==\""},
        {"n2.value == \"x\"",
         "column 10: expected \"(\" and a key, as in n2.value(\"user:42\"), found \"==\""},
        {"n2.value(\"\") == \"x\"", "column 10: a key has at least one byte"},
    };
    (void)state;
    check_mistakes(MISTAKES, ARRAY_LEN(MISTAKES));
}

static void spellings_of_other_languages_are_answered_with_ours(void **state)
{
    static const struct mistake MISTAKES[] = {
        {"true && true", "column 6: \"&&\" is not of this language; write \"and\""},
        {"true || true", "column 6: \"||\" is not of this language; write \"or\""},
        {"true & true", "column 6: \"&\" is not of this language; write \"and\""},
        {"!true", "column 1: \"!\" is not of this language; write \"not\""},
        {"ops.ok = 3", "column 8: \"=\" is not of this language; write \"==\""},
        {"ops.ok <> 3", "column 8: \"<>\" is not of this language; write \"!=\""},
        {"ops.ok > 3;", "column 11: \";\" means nothing here"},
        {"ops.ok ;> 3", "column 8: \";\" means nothing here"},
        {"\xe2\x82\xac > 3", "column 1: \"\\xe2\\x82\\xac\" means nothing here"},
        {"w1.outcome == \"ok\"",
         "column 1: there is no \"w1\"; write op(\"w1\") for the operation"},
        {"op(\"w1\").outcome == ok", "column 21: there is no \"ok\"; write \"ok\" in quotes"},
        {"n-4.keys > 0", "column 1: there is no \"n\"; write node(\"n-4\")"},
    };
    (void)state;
    check_mistakes(MISTAKES, ARRAY_LEN(MISTAKES));
}

static void a_text_must_end_and_its_backslashes_must_be_known(void **state)
{
    static const struct mistake MISTAKES[] = {
        {"final(\"k\") == \"x", "column 15: the text that begins here has no closing quote"},
        {"final(\"k\") == 'x\\'", "column 15: the text that begins here has no closing quote"},
        {"final(\"k) == \"x\"", "column 15: expected \")\", found \"x\""},
        {"final(\"\xc3\xa4\\n\") == \"x\"",
         "column 9: a backslash in a text stands before \\, \", ' or x and two hexadecimal "
         "digits"},
        {"final(\"\\xg0\") == \"x\"",
         "column 8: a backslash in a text stands before \\, \", ' or x and two hexadecimal "
         "digits"},
        {"final(\"\\x0g\") == \"x\"",
         "column 8: a backslash in a text stands before \\, \", ' or x and two hexadecimal "
         "digits"},
        {"\xc3\xa4\xc3\xa4", "column 1: \"\\xc3\\xa4\" means nothing here"},
        {"'\xc3\xa4\xc3\xa4' == 3", "column 6: cannot compare a text with a number"},
    };
    (void)state;
    check_mistakes(MISTAKES, ARRAY_LEN(MISTAKES));
}

/* `count` times the same text. */
static const char *repeated(const char *before, const char *what, uint32_t count, const char *after)
{
    static char source[4 * CONDITION_SIZE_MAX];
    strcpy(source, before);
    for (uint32_t i = 0; i < count; i++)
        strcat(source, what);
    return strcat(source, after);
}

static void what_is_too_large_is_refused(void **state)
{
    (void)state;
    assert_string_equal(mistake_of(repeated("true", " ", CONDITION_SIZE_MAX - 3, "")),
                        "column 1: the condition is longer than 2048 bytes");
    must_parse(repeated("true", " ", CONDITION_SIZE_MAX - 4, ""));
    assert_string_equal(mistake_of(repeated("true", " and true", 32, "")),
                        "column 285: the condition has more than 64 parts here; split it in two");
    must_parse(repeated("true", " and true", 31, ""));
    assert_string_equal(mistake_of(repeated("", "(", 33, "true")),
                        "column 33: parentheses, signs and nots are nested deeper than 32");
    must_parse("((((((((((((((((((((((((((((((((true))))))))))))))))))))))))))))))))");
    assert_string_equal(mistake_of(repeated("", "not ", 33, "true")),
                        "column 133: parentheses, signs and nots are nested deeper than 32");
    assert_string_equal(mistake_of(repeated("", "-", 33, "1 > 0")),
                        "column 34: parentheses, signs and nots are nested deeper than 32");
}

static void a_long_key_does_not_make_a_long_sentence(void **state)
{
    (void)state;
    assert_string_equal(mistake_of(repeated("final(\"", "x", 1000, "\")")),
                        "column 1: expected something true or false, but "
                        "final(\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx... "
                        "is a text; compare it, as in "
                        "final(\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx... "
                        "== \"alice\"");
    assert_string_equal(mistake_of(repeated("replicas(\"", "\xff", 500, "\").differs")),
                        "column 514: "
                        "replicas(\"\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xff"
                        "\\x... has no \"differs\"; did you mean \"differ\"?");
    assert_string_equal(mistake_of(repeated("", "x", 1000, " > 0")),
                        "column 1: there is no \"xxxxxxxxxxxxxxxxxxxxxxxx\"...; expected a node, a "
                        "client or a word of the language (a text has quotes)");
}

static void only_the_first_mistake_is_told(void **state)
{
    (void)state;
    assert_string_equal(mistake_of("n9.x == op(\"q\") and ("),
                        "column 1: there is no \"n9\"; did you mean \"n1\"?");
}

/* ---------------------------------------------------------------- canonical text */

static bool is_same_node(const struct condition_node *a, const struct condition_node *b)
{
    return a->kind == b->kind && a->type == b->type && a->name == b->name && a->left == b->left &&
           a->right == b->right && a->actor == b->actor && a->parameter == b->parameter &&
           a->number == b->number && a->owner == b->owner && a->is_spelt_out == b->is_spelt_out &&
           a->text.size == b->text.size && a->owner_name.size == b->owner_name.size;
}

static void check_round_trip(const char *source)
{
    static char first[CONDITION_TEXT_MAX];
    strcpy(first, canonical(source));
    struct condition_code before = code;
    struct condition watched = condition;
    assert_string_equal(canonical(first), first);
    assert_int_equal(before.node_count, code.node_count);
    for (uint32_t i = 0; i < code.node_count; i++)
        assert_true(is_same_node(&before.nodes[i], &code.nodes[i]));
    watched.code = condition.code;
    assert_memory_equal(watched.watch, condition.watch, sizeof condition.watch);
    assert_memory_equal(watched.wakes, condition.wakes, sizeof condition.wakes);
    assert_true(watched.watches_every_step == condition.watches_every_step);
}

static void a_condition_has_one_spelling(void **state)
{
    (void)state;
    assert_string_equal(canonical("n2.log_append==3"), "n2.log_append == 3");
    assert_string_equal(canonical("  trace . drop>=1\n"), "trace.drop >= 1");
    assert_string_equal(canonical("op('w1').outcome == 'ok'"), "op(\"w1\").outcome == \"ok\"");
    assert_string_equal(canonical("'up' == n2.state"), "\"up\" == n2.state");
    assert_string_equal(canonical("time >= 2000ms"), "time >= 2s");
    assert_string_equal(canonical("time < 1.5 ms"), "time < 1.5ms");
    assert_string_equal(canonical("n2.unsynced > 65536B"), "n2.unsynced > 64KiB");
    assert_string_equal(canonical("ops.success > 5000ppm"), "ops.success > 0.5%");
    assert_string_equal(canonical("n2.clock_offset < - 5us"), "n2.clock_offset < -5us");
    assert_string_equal(canonical("--3 == 3"), "3 == 3");
    assert_string_equal(canonical("-n2.keys == ---3"), "-n2.keys == -3");
    assert_string_equal(canonical("final('a\\x0a\"') == 'x\\'y'"),
                        "final(\"a\\x0a\\x22\") == \"x'y\"");
    assert_string_equal(canonical("'\\x0A\\xfF\\xaE\\x42' == \"\\\\\""),
                        "\"\\x0a\\xff\\xaeB\" == \"\\x5c\"");
    assert_string_equal(canonical("time > 1ns + 1us + 1ms + 1s + 1m + 1h"),
                        "time > 1ns + 1us + 1ms + 1s + 60s + 3600s");
    assert_string_equal(canonical("n1.unsynced > 1B + 1kB + 1KiB + 1MB + 1MiB + 1GB + 1GiB"),
                        "n1.unsynced > 1B + 1000B + 1KiB + 1000000B + 1MiB + 976562.5KiB + 1GiB");
    assert_string_equal(canonical("ops.success > 1% + 1ppm + 1ppb"),
                        "ops.success > 1% + 0.0001% + 0.0000001%");
}

static void names_are_spelt_out_only_where_they_must_be(void **state)
{
    (void)state;
    assert_string_equal(canonical("node(\"n2\").keys > 0"), "n2.keys > 0");
    assert_string_equal(canonical("node(\"keys\").keys > 0"), "node(\"keys\").keys > 0");
    assert_string_equal(canonical("node(\"n-4\").keys > 0"), "node(\"n-4\").keys > 0");
    assert_string_equal(canonical("client(\"writer\").told > 0"), "writer.told > 0");
    assert_string_equal(canonical("client(\"n2\").told > 0"), "client(\"n2\").told > 0");
    assert_string_equal(canonical("n2.suspects('n-4')"), "n2.suspects(\"n-4\")");
}

static void parentheses_remain_where_they_change_the_meaning(void **state)
{
    (void)state;
    assert_string_equal(canonical("((true))"), "true");
    assert_string_equal(canonical("(true and false) or true"), "true and false or true");
    assert_string_equal(canonical("true and (false or true)"), "true and (false or true)");
    assert_string_equal(canonical("(true or false) and true"), "(true or false) and true");
    assert_string_equal(canonical("true or (false and true)"), "true or false and true");
    assert_string_equal(canonical("true or (false or true)"), "true or (false or true)");
    assert_string_equal(canonical("(true or false) or true"), "true or false or true");
    assert_string_equal(canonical("not (true and false)"), "not (true and false)");
    assert_string_equal(canonical("(not true) and false"), "not true and false");
    assert_string_equal(canonical("not (1 == 2)"), "not 1 == 2");
    assert_string_equal(canonical("(not true) == false"), "(not true) == false");
    assert_string_equal(canonical("(1 == 2) == false"), "(1 == 2) == false");
    assert_string_equal(canonical("(1 - 2) - 3 == 4"), "1 - 2 - 3 == 4");
    assert_string_equal(canonical("1 - (2 - 3) == 4"), "1 - (2 - 3) == 4");
    assert_string_equal(canonical("1 - -2 == 3"), "1 - -2 == 3");
    assert_string_equal(canonical("-(n2.keys + 1) == -2"), "-(n2.keys + 1) == -2");
    assert_string_equal(canonical("- -n2.keys == 2"), "--n2.keys == 2");
}

static void printing_and_parsing_gives_the_same_condition(void **state)
{
    static const char *const SOURCES[] = {
        "n2.log_append == 3",
        "trace.drop >= 1",
        "c1.told > 5",
        "not not (true == false) != (n2.suspects('n3') == true)",
        "1 - (2 - 3) - -4 + -(n2.keys + 1) - -(-n2.keys) > 0 or ((1 > 2) == false) == true",
        "op('r1').value == absent or absent == final('k') and op('r1').value != 'alice'",
        "client('n2').told > 1 and node('keys').keys == 1 or node('n-4').state != 'paused'",
        "time >= 2s and 3s - time > 500 ms and not (steps > 1000)",
        "n2.clock_offset < -9223372036854775807ns or time - 1h > -0s",
        "n2.unsynced != 9223372036854775807B and ops.success - 1ppb < 100% - 0.5%",
        "final(\"\\x00\\xff\\\\\\\"'\") == '\"\xc3\xa4'",
        "op('final read').outcome == 'none' and op('w1').acknowledged >= 2",
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(SOURCES); i++)
        check_round_trip(SOURCES[i]);
}

/* A condition that uses the term, in the plainest way. */
static const char *use_of_term(uint32_t term)
{
    static char source[200];
    static const char *const OWNERS[OWNER_COUNT] = {
        "",       "n2.",     "c1.",         "trace.",           "ops.",
        "reads.", "writes.", "op(\"w1\").", "replicas(\"k\").", "final(\"k\")",
        "metric(\"ringside_crashes_total\")",
        "keys."};
    static const char *const PARAMETERS[] = {"", "(\"k\")", "(\"n3\")", "", "",
                                             "(\"ringside_queue_length\")"};
    static const char *const COMPARISONS[CONDITION_TYPE_COUNT] = {
        " == true", " > 3",          " < 5ms",     " >= 64KiB",
        " != 99%",  " == \"alice\"", " == \"up\"", " == \"ok\""};
    const struct condition_term_info *info = &condition_term_table[term];
    snprintf(source, sizeof source, "%s%s%s%s", OWNERS[info->owner], info->word,
             PARAMETERS[info->parameter], COMPARISONS[info->type]);
    return source;
}

static void every_term_is_parsed_printed_asked_for_and_explained(void **state)
{
    (void)state;
    for (uint32_t term = 0; term < TERM_COUNT; term++) {
        forget_the_world(NULL);
        check_round_trip(use_of_term(term));
        assert_string_equal(canonical(use_of_term(term)), use_of_term(term));
        assert_int_equal(code.nodes[0].kind, CODE_TERM);
        assert_int_equal(code.nodes[0].name, term);
        condition_holds(&condition, &mock_view);
        assert_true(mock.ask_count > 0);
        assert_non_null(strstr(explained(use_of_term(term)), " is "));
    }
}

static void every_kind_of_record_can_be_counted(void **state)
{
    char source[200];
    (void)state;
    for (uint32_t kind = 0; kind < TRACE_KIND_COUNT; kind++) {
        snprintf(source, sizeof source, "trace.%s == 7", trace_kind_table[kind].name);
        check_round_trip(source);
        assert_int_equal(code.nodes[0].kind, CODE_RECORDS);
        assert_int_equal(code.nodes[0].name, kind);
        assert_true(condition_watches(&condition, kind));
        assert_false(condition.watches_every_step);
        mock.records[kind] = 7;
        assert_true(condition_holds(&condition, &mock_view));
        assert_int_equal(mock.last_actor, ALL_ACTORS);
        mock.records[kind] = 8;
        assert_false(condition_holds(&condition, &mock_view));
    }
}

/* Or n2.keys would have two meanings. */
static void no_term_of_a_node_is_the_name_of_a_record(void **state)
{
    (void)state;
    for (uint32_t term = 0; term < TERM_COUNT; term++) {
        const struct condition_term_info *info = &condition_term_table[term];
        if (info->owner == OWNER_NODE || info->owner == OWNER_CLIENT || info->owner == OWNER_TRACE)
            assert_int_equal(trace_kind_by_name(info->word, (uint32_t)strlen(info->word)),
                             TRACE_KIND_COUNT);
    }
}

/* ---------------------------------------------------------------- values */

static void what_is_asked_for_is_what_was_written(void **state)
{
    (void)state;
    mock.terms[TERM_NODE_SUSPECTS] = condition_answer_number(0);
    assert_false(holds("n2.suspects(\"n3\")"));
    mock.terms[TERM_NODE_SUSPECTS] = condition_answer_number(1);
    assert_true(holds("n2.suspects(\"n3\")"));
    assert_int_equal(mock.last_ask.term, TERM_NODE_SUSPECTS);
    assert_int_equal(mock.last_ask.actor, 1);
    assert_int_equal(mock.last_ask.parameter, 2);
    mock.terms[TERM_NODE_VALUE] = condition_answer_value(mock_value("x"));
    assert_true(holds("n3.value('user:42') == 'x'"));
    assert_int_equal(mock.last_ask.actor, 2);
    assert_int_equal(mock.last_ask.text.size, 7);
    assert_memory_equal(mock.last_ask.text.data, "user:42", 7);
    mock.terms[TERM_OP_OUTCOME] = condition_answer_number(OUTCOME_TIMEOUT);
    assert_true(holds("op('r1').outcome == 'timeout'"));
    assert_int_equal(mock.last_ask.parameter, MOCK_OPERATION_BASE + 1);
    assert_memory_equal(mock.last_ask.text.data, "r1", 2);
    assert_int_equal(mock.last_ask.actor, ACTOR_WORLD);
    mock.records[TRACE_TOLD] = 6;
    assert_true(holds("writer.told > 5"));
    assert_int_equal(mock.last_actor, CLIENT_ADDRESS_BASE + 1);
    mock.records[TRACE_NOTE + NOTE_LOG_APPEND] = 3;
    assert_true(holds("n2.log_append == 3"));
    assert_int_equal(mock.last_actor, 1);
}

static void comparisons_compare(void **state)
{
    (void)state;
    mock.terms[TERM_NODE_KEYS] = condition_answer_number(3);
    assert_true(holds("n1.keys == 3") && !holds("n1.keys == 4"));
    assert_true(holds("n1.keys != 4") && !holds("n1.keys != 3"));
    assert_true(holds("n1.keys < 4") && !holds("n1.keys < 3"));
    assert_true(holds("n1.keys <= 3") && !holds("n1.keys <= 2"));
    assert_true(holds("n1.keys > 2") && !holds("n1.keys > 3"));
    assert_true(holds("n1.keys >= 3") && !holds("n1.keys >= 4"));
    assert_true(holds("n1.keys - 5 == -2") && holds("-n1.keys + 5 == 2"));
    mock.terms[TERM_NODE_CLOCK_OFFSET] = condition_answer_number(-2000000);
    assert_true(holds("n1.clock_offset < -1ms") && !holds("n1.clock_offset < -2ms"));
    mock.terms[TERM_NODE_STATE] = condition_answer_number(STATE_PAUSED);
    assert_true(holds("n1.state == 'paused'") && !holds("n1.state == 'up'"));
    assert_true(holds("'abc' == 'abc'") && holds("'abc' != 'abd'"));
    assert_true(holds("(1 == 1) == true") && holds("true != false"));
}

static void connectives_connect(void **state)
{
    (void)state;
    assert_true(holds("true and true") && !holds("true and false") && !holds("false and true"));
    assert_true(holds("true or false") && holds("false or true") && !holds("false or false"));
    assert_true(holds("not false") && !holds("not true"));
    assert_true(holds("true or true and false"));
    assert_false(holds("(true or true) and false"));
    assert_true(holds("not false and true"));
    assert_false(holds("not (false or true)"));
}

static void sums_do_not_end_at_64_bits(void **state)
{
    (void)state;
    assert_true(holds("9223372036854775807 + 9223372036854775807 > 9223372036854775807"));
    mock.terms[TERM_NODE_KEYS] = condition_answer_number(INT64_MIN);
    assert_true(holds("n1.keys - 1 < n1.keys"));
    assert_true(holds("-n1.keys > 9223372036854775807"));
    assert_true(holds("-n1.keys - 1 == 9223372036854775807"));
    mock.records[TRACE_DROP] = UINT64_MAX;
    assert_true(holds("trace.drop - 9223372036854775807 - 9223372036854775807 == 1"));
}

static void absent_equals_absent_and_nothing_else(void **state)
{
    (void)state;
    mock.terms[TERM_OP_VALUE] = condition_answer_value(VALUE_ABSENT);
    assert_true(holds("op('r1').value == absent"));
    assert_false(holds("op('r1').value != absent"));
    assert_false(holds("op('r1').value == 'alice'"));
    assert_true(holds("op('r1').value != 'alice'"));
    mock.terms[TERM_OP_LATENCY] = condition_answer_absent();
    assert_false(holds("op('r1').latency < 5ms") || holds("op('r1').latency >= 5ms"));
    assert_true(holds("op('r1').latency == absent"));
    assert_true(holds("op('r1').latency + 1ms == absent"));
    assert_true(holds("op('r1').latency == op('r1').latency"));
    mock.terms[TERM_OP_LATENCY] = condition_answer_number(0);
    assert_false(holds("op('r1').latency == absent"));
    assert_true(holds("absent == absent"));
}

static void unknown_equals_nothing_at_all(void **state)
{
    (void)state;
    mock.terms[TERM_OP_VALUE] = condition_answer_unknown();
    assert_false(holds("op('r1').value == absent"));
    assert_false(holds("op('r1').value == 'alice'"));
    assert_false(holds("op('r1').value == op('r1').value"));
    assert_true(holds("op('r1').value != absent"));
    mock.terms[TERM_NODE_KEYS] = condition_answer_unknown();
    assert_false(holds("n1.keys - 1 < 5") || holds("n1.keys - 1 >= 5"));
    mock.terms[TERM_NODE_SUSPECTS] = condition_answer_unknown();
    assert_false(holds("n1.suspects('n2')"));
    assert_true(holds("not n1.suspects('n2')"));
}

static void operations_are_counted_by_outcome_and_by_kind(void **state)
{
    (void)state;
    mock.operations[OWNER_OPS][OUTCOME_OK] = 990;
    mock.operations[OWNER_OPS][OUTCOME_TIMEOUT] = 7;
    mock.operations[OWNER_OPS][OUTCOME_UNAVAILABLE] = 3;
    mock.operations[OWNER_OPS][OUTCOME_PENDING] = 5;
    mock.operations[OWNER_OPS][OUTCOME_COUNT] = 1005;
    mock.operations[OWNER_READS][OUTCOME_OK] = 400;
    mock.operations[OWNER_WRITES][OUTCOME_TIMEOUT] = 2;
    assert_true(holds("ops.ok == 990 and ops.timeout == 7 and ops.unavailable == 3"));
    assert_true(holds("ops.pending == 5 and ops.total == 1005"));
    assert_true(holds("ops.success == 99%"));
    assert_true(holds("reads.ok == 400 and reads.timeout == 0 and reads.success == 100%"));
    assert_true(holds("writes.timeout == 2 and writes.ok == 0 and writes.success == 0%"));
    mock.operations[OWNER_WRITES][OUTCOME_TIMEOUT] = 0;
    assert_true(holds("writes.success == absent"));
}

/* Number, size or time: the name of a metric says which, and which records may change it. */
static void a_metric_is_what_its_name_says(void **state)
{
    (void)state;
    mock.terms[TERM_METRIC_VALUE] = condition_answer_number(7000000);
    assert_true(holds("metric('ringside_operation_latency_seconds_p99') == 7ms"));
    assert_int_equal(condition_metric_of(mock.last_ask.parameter), METRIC_OPERATION_LATENCY);
    assert_int_equal(condition_statistic_of(mock.last_ask.parameter), STATISTIC_P99);
    assert_true(condition_watches(&condition, TRACE_TOLD) && !condition.watches_every_step);
    assert_true(holds("metric('ringside_sent_bytes_total') == 7000000B"));
    assert_true(condition_watches(&condition, TRACE_SEND) && !condition.watches_every_step);
    assert_true(holds("metric('ringside_operation_latency_seconds') == 7000000"));
    mock.terms[TERM_NODE_METRIC] = condition_answer_number(3);
    assert_true(holds("n2.metric('ringside_queue_length') == 3"));
    assert_int_equal(mock.last_ask.actor, 1);
    assert_true(condition.watches_every_step);
    assert_string_equal(mistake_of("metric('ringside_crashs_total') > 3"),
                        "column 8: there is no metric \"ringside_crashs_total\"; did you mean "
                        "\"ringside_crashes_total\"?");
    assert_string_equal(mistake_of("metric('x') > 3"),
                        "column 8: there is no metric \"x\"; ringside metrics --list shows "
                        "them all");
    assert_string_equal(mistake_of("metric('ringside_crashes_total').p99 > 3"),
                        "column 33: metric(...) stands alone; no dot follows it");
}

static void the_decided_side_is_not_looked_at(void **state)
{
    (void)state;
    assert_false(holds("false and n1.keys == 3"));
    assert_true(holds("true or n1.keys == 3"));
    assert_int_equal(mock.ask_count, 0);
}

/* ---------------------------------------------------------------- explaining */

static void a_check_that_fails_shows_the_values(void **state)
{
    (void)state;
    mock.terms[TERM_OP_VALUE] = condition_answer_value(mock_value("bob"));
    assert_string_equal(explained("op('r1').value == 'alice'"),
                        "op(\"r1\").value == \"alice\" is false: op(\"r1\").value is \"bob\"");
    mock.terms[TERM_OP_VALUE] = condition_answer_absent();
    assert_string_equal(explained("op('r1').value == 'alice'"),
                        "op(\"r1\").value == \"alice\" is false: op(\"r1\").value is absent");
    mock.terms[TERM_OP_VALUE] = condition_answer_unknown();
    assert_string_equal(explained("op('r1').value != 'alice'"),
                        "op(\"r1\").value != \"alice\" is true: op(\"r1\").value is unknown");
    mock.records[TRACE_DROP] = 4;
    assert_string_equal(explained("trace.drop < 1 + 2"),
                        "trace.drop < 1 + 2 is false: trace.drop is 4");
}

static void each_type_is_written_as_people_write_it(void **state)
{
    (void)state;
    mock.terms[TERM_OP_LATENCY] = condition_answer_number(7250000);
    assert_string_equal(explained("op('r1').latency < 5ms"),
                        "op(\"r1\").latency < 5ms is false: op(\"r1\").latency is 7.25 ms");
    mock.terms[TERM_NODE_CLOCK_OFFSET] = condition_answer_number(-1500);
    assert_string_equal(explained("n1.clock_offset == 0s"),
                        "n1.clock_offset == 0s is false: n1.clock_offset is -1.5 us");
    mock.terms[TERM_NODE_UNSYNCED] = condition_answer_number(1536);
    assert_string_equal(explained("n1.unsynced == 0B"),
                        "n1.unsynced == 0B is false: n1.unsynced is 1.5 KiB");
    mock.terms[TERM_NODE_STATE] = condition_answer_number(STATE_RECOVERING);
    assert_string_equal(explained("n1.state == 'up'"),
                        "n1.state == \"up\" is false: n1.state is \"recovering\"");
    mock.terms[TERM_OP_OUTCOME] = condition_answer_number(OUTCOME_NOT_BEGUN);
    assert_string_equal(explained("op('w1').outcome == 'ok'"),
                        "op(\"w1\").outcome == \"ok\" is false: op(\"w1\").outcome is \"none\"");
    mock.terms[TERM_OP_OUTCOME] = condition_answer_number(OUTCOME_NOT_BEGUN + 1);
    assert_string_equal(explained("op('w1').outcome == 'ok'"),
                        "op(\"w1\").outcome == \"ok\" is false: op(\"w1\").outcome is \"?\"");
    mock.operations[OWNER_OPS][OUTCOME_OK] = 1;
    mock.operations[OWNER_OPS][OUTCOME_TIMEOUT] = 3;
    assert_string_equal(explained("ops.success > 99%"),
                        "ops.success > 99% is false: ops.success is 25%");
}

static void a_truth_of_its_own_needs_no_further_words(void **state)
{
    (void)state;
    assert_string_equal(explained("n1.suspects('n2')"), "n1.suspects(\"n2\") is false");
    assert_string_equal(explained("not n1.suspects('n2')"),
                        "not n1.suspects(\"n2\") is true: n1.suspects(\"n2\") is false");
    assert_string_equal(explained("1 > 2"), "1 > 2 is false");
}

static void only_what_decides_is_told_and_only_once(void **state)
{
    (void)state;
    mock.terms[TERM_NODE_KEYS] = condition_answer_number(3);
    mock.terms[TERM_NODE_QUEUE] = condition_answer_number(9);
    assert_string_equal(explained("n1.keys == 3 and n1.queue == 0"),
                        "n1.keys == 3 and n1.queue == 0 is false: n1.queue is 9");
    assert_string_equal(explained("n1.keys == 3 and n1.queue == 9"),
                        "n1.keys == 3 and n1.queue == 9 is true: n1.keys is 3, n1.queue is 9");
    assert_string_equal(explained("n1.keys == 3 or n1.queue == 0"),
                        "n1.keys == 3 or n1.queue == 0 is true: n1.keys is 3");
    assert_string_equal(explained("n1.keys == 1 or n1.queue == 0"),
                        "n1.keys == 1 or n1.queue == 0 is false: n1.keys is 3, n1.queue is 9");
    assert_string_equal(explained("n1.keys > 5 or n1.keys < 2 or n2.keys > 5"),
                        "n1.keys > 5 or n1.keys < 2 or n2.keys > 5 is false: n1.keys is 3, n2.keys "
                        "is 3");
    mock.terms[TERM_NODE_VALUE] = condition_answer_absent();
    assert_string_equal(
        explained("n1.value('ab') == n1.value('ac') and n1.value('ab') == absent"),
        "n1.value(\"ab\") == n1.value(\"ac\") and n1.value(\"ab\") == absent is true: "
        "n1.value(\"ab\") is absent, n1.value(\"ac\") is absent");
    assert_string_equal(explained("not (n1.keys == 3 and n1.queue == 0)"),
                        "not (n1.keys == 3 and n1.queue == 0) is true: n1.queue is 9");
}

/* ---------------------------------------------------------------- watching */

static uint32_t watched_count(void)
{
    uint32_t count = 0;
    for (uint32_t kind = 0; kind < TRACE_KIND_COUNT; kind++)
        count += condition.watch[kind / 64] >> (kind % 64) & 1;
    return count;
}

static void only_records_that_may_change_it_are_watched(void **state)
{
    (void)state;
    must_parse("n2.log_append == 3");
    assert_int_equal(watched_count(), 1);
    assert_true(condition_watches(&condition, TRACE_NOTE + NOTE_LOG_APPEND));
    must_parse("trace.drop > 1 and ops.ok > 2 or ops.total > 3");
    assert_int_equal(watched_count(), 3);
    assert_true(condition_watches(&condition, TRACE_DROP));
    assert_true(condition_watches(&condition, TRACE_TOLD));
    assert_true(condition_watches(&condition, TRACE_INVOKE));
    must_parse("true");
    assert_int_equal(watched_count(), 0);
    assert_false(condition.watches_every_step || condition.watches_time);
}

static void every_term_watches_something(void **state)
{
    (void)state;
    for (uint32_t term = 0; term < TERM_COUNT; term++) {
        must_parse(use_of_term(term));
        assert_true(watched_count() > 0 || condition.watches_every_step || condition.watches_time);
    }
}

static void what_has_no_record_is_watched_at_every_step(void **state)
{
    (void)state;
    must_parse("steps > 1000");
    assert_true(condition.watches_every_step && condition_watches(&condition, TRACE_DROP));
    must_parse("n1.clock_offset > 1ms");
    assert_true(condition.watches_every_step);
    must_parse("time - op('w1').latency > 2s");
    assert_true(condition.watches_every_step);
    must_parse("time + time > 2s");
    assert_true(condition.watches_every_step);
    must_parse("time - time == 0s");
    assert_false(condition.watches_every_step || condition.watches_time);
}

static void check_wakes(const char *source, uint32_t count, vtime first, vtime second)
{
    must_parse(source);
    assert_false(condition.watches_every_step);
    assert_int_equal(condition.wake_count, count);
    assert_true(condition.watches_time == (count > 0));
    assert_true(count < 1 || condition.wakes[0] == first);
    assert_true(count < 2 || condition.wakes[1] == second);
    assert_true(condition_next_wake(&condition, 0) == (count > 0 ? first : VTIME_NEVER));
    assert_true(condition_next_wake(&condition, first) == (count > 1 ? second : VTIME_NEVER));
}

static void time_wakes_a_condition_at_the_instant_when_it_changes(void **state)
{
    (void)state;
    check_wakes("time >= 2s", 1, 2 * SECOND, 0);
    check_wakes("time < 2s", 1, 2 * SECOND, 0);
    check_wakes("time > 2s", 1, 2 * SECOND + 1, 0);
    check_wakes("time <= 2s", 1, 2 * SECOND + 1, 0);
    check_wakes("time == 2s", 2, 2 * SECOND, 2 * SECOND + 1);
    check_wakes("time != 2s", 2, 2 * SECOND, 2 * SECOND + 1);
    check_wakes("2s <= time", 1, 2 * SECOND, 0);
    check_wakes("2s < time", 1, 2 * SECOND + 1, 0);
    check_wakes("3s - time > 500ms", 1, 2500 * MILLISECOND, 0);
    check_wakes("3s - time >= 500ms", 1, 2500 * MILLISECOND + 1, 0);
    check_wakes("-time + 1s == -4s", 2, 5 * SECOND, 5 * SECOND + 1);
    check_wakes("time > 1s and time < 1s", 2, 1 * SECOND, 1 * SECOND + 1);
    check_wakes("time >= 2s or ops.ok > 3 or time >= 2s", 1, 2 * SECOND, 0);
    check_wakes("time >= 0s", 0, 0, 0);
    check_wakes("time + 5s < 3s", 0, 0, 0);
    must_parse("time == 1s or time == 2s or time == 3s or time == 4s or time == 5s");
    assert_true(condition.watches_every_step);
}

/* The promise of condition.h, for conditions of time: between wakes nothing changes. */
static void between_wakes_the_value_does_not_change(void **state)
{
    static const char *const SOURCES[] = {
        "time >= 5ns",
        "time > 5ns",
        "time < 5ns",
        "time <= 5ns",
        "time == 5ns",
        "time != 5ns",
        "9ns - time > 3ns",
        "9ns - time <= 3ns",
        "3ns - time - 2ns < time - time - 4ns",
        "time > 2ns and not time >= 7ns",
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(SOURCES); i++) {
        must_parse(SOURCES[i]);
        bool last = false;
        for (vtime now = 0; now < 20; now++) {
            mock.terms[TERM_TIME] = condition_answer_number((int64_t)now);
            bool value = condition_holds(&condition, &mock_view);
            bool is_wake = now == 0 || condition_next_wake(&condition, now - 1) == now;
            assert_true(is_wake || value == last);
            last = value;
        }
    }
}

static void a_condition_tells_which_records_it_counts(void **state)
{
    uint32_t cursor = 0, kind, actor;
    (void)state;
    must_parse("n2.log_append == 3 and ops.ok > 1 or trace.drop > writer.told");
    assert_true(condition_next_count(&condition, &cursor, &kind, &actor));
    assert_int_equal(kind, TRACE_NOTE + NOTE_LOG_APPEND);
    assert_int_equal(actor, 1);
    assert_true(condition_next_count(&condition, &cursor, &kind, &actor));
    assert_int_equal(kind, TRACE_DROP);
    assert_int_equal(actor, ALL_ACTORS);
    assert_true(condition_next_count(&condition, &cursor, &kind, &actor));
    assert_int_equal(kind, TRACE_TOLD);
    assert_int_equal(actor, CLIENT_ADDRESS_BASE + 1);
    assert_false(condition_next_count(&condition, &cursor, &kind, &actor));
}

static void a_copy_of_a_condition_does_not_need_its_source(void **state)
{
    char source[] = "n2.value('user:42') == 'x' and op('w1').outcome == 'ok'";
    (void)state;
    must_parse(source);
    struct condition copy = condition;
    memset(source, '?', sizeof source);
    memset(&condition, 0, sizeof condition);
    condition_text(fresh(), &copy);
    assert_string_equal(buffer, "n2.value(\"user:42\") == \"x\" and op(\"w1\").outcome == \"ok\"");
}

/* ---------------------------------------------------------------- the page */

#define PAGE_MAX 200000

static const char *type_word(uint32_t type)
{
    static const char *const WORDS[CONDITION_TYPE_COUNT] = {
        "truth value", "number", "time", "size", "share", "text", "state", "outcome", ""};
    return WORDS[type];
}

static void put_term_row(struct text *page, const struct condition_term_info *info)
{
    static const char *const OWNERS[OWNER_COUNT] = {"",
                                                    "n2.",
                                                    "c1.",
                                                    "trace.",
                                                    "ops.",
                                                    "reads.",
                                                    "writes.",
                                                    "op(\"w1\").",
                                                    "replicas(\"user:42\").",
                                                    "final(\"user:42\")",
                                                    "metric(\"ringside_crashes_total\")",
                                                    "keys."};
    static const char *const PARAMETERS[] = {"", "(\"user:42\")", "(\"n3\")", "", "",
                                             "(\"ringside_queue_length\")"};
    text_str(page, "| `");
    text_str(page, OWNERS[info->owner]);
    text_str(page, info->word);
    text_str(page, PARAMETERS[info->parameter]);
    text_str(page, "` | ");
    text_str(page, type_word(info->type));
    text_str(page, " | ");
    text_str(page, info->meaning);
    text_str(page, " |\n");
}

static void put_term_table(struct text *page)
{
    text_str(page, "| term | type | what it is |\n|---|---|---|\n");
    for (uint32_t term = 0; term < TERM_COUNT; term++)
        put_term_row(page, &condition_term_table[term]);
}

static void put_state_table(struct text *page)
{
    static const char *const MEANINGS[] = {
#define STATE(identifier, word, meaning) meaning,
        CONDITION_STATES(STATE)
#undef STATE
    };
    text_str(page, "\n| state | meaning |\n|---|---|\n");
    for (uint32_t i = 0; i < STATE_COUNT; i++) {
        text_str(page, "| `\"");
        text_str(page, condition_state_words[i]);
        text_str(page, "\"` | ");
        text_str(page, MEANINGS[i]);
        text_str(page, " |\n");
    }
}

static void put_outcome_table(struct text *page)
{
    static const char *const MEANINGS[OUTCOME_COUNT + 1] = {
        [OUTCOME_PENDING] = "begun, and nobody has been told anything yet",
        [OUTCOME_OK] = "it took effect",
        [OUTCOME_UNAVAILABLE] = "refused, and nothing was written anywhere",
        [OUTCOME_TIMEOUT] = "unknown: it may have taken effect, or may yet",
        [OUTCOME_OVERLOADED] = "refused by a node with too much to do: nothing was written",
        [OUTCOME_NOT_BEGUN] = "not begun",
    };
    text_str(page, "\n| outcome | meaning |\n|---|---|\n");
    for (uint32_t i = 0; i <= OUTCOME_COUNT; i++) {
        text_str(page, "| `\"");
        text_str(page, condition_outcome_words[i]);
        text_str(page, "\"` | ");
        text_str(page, MEANINGS[i]);
        text_str(page, " |\n");
    }
}

static void put_record_table(struct text *page)
{
    text_str(page, "\n| record | its sentence in the trace |\n|---|---|\n");
    for (uint32_t kind = 0; kind < TRACE_KIND_COUNT; kind++) {
        text_str(page, "| `");
        text_str(page, trace_kind_table[kind].name);
        text_str(page, "` | ");
        text_str(page, trace_kind_table[kind].sentence);
        text_str(page, " |\n");
    }
}

static const char *made_page(void)
{
    static char page_buffer[PAGE_MAX];
    struct text page;
    text_init(&page, page_buffer, sizeof page_buffer);
    put_term_table(&page);
    put_state_table(&page);
    put_outcome_table(&page);
    put_record_table(&page);
    assert_false(page.is_cut);
    return page_buffer;
}

static const char PAGE_BEGIN[] = "<!-- made by test_condition --update-page -->\n\n";
static const char PAGE_END[] = "\n<!-- end of what is made -->\n";

/* The page as it is; *made and *rest are where its made part begins and ends. */
static char *read_page(char **made, char **rest)
{
    static char page[PAGE_MAX];
    FILE *file = fopen("docs/conditions.md", "rb");
    if (!file)
        return NULL;
    size_t size = fread(page, 1, sizeof page - 1, file);
    fclose(file);
    page[size] = '\0';
    char *begin = strstr(page, PAGE_BEGIN);
    *made = begin ? begin + strlen(PAGE_BEGIN) : NULL;
    *rest = begin ? strstr(*made, PAGE_END) : NULL;
    return *rest ? page : NULL;
}

static void the_page_says_what_the_tables_say(void **state)
{
    char *made, *rest;
    (void)state;
    if (!read_page(&made, &rest))
        fail_msg("docs/conditions.md is not here, or has lost its marks: run the test from the "
                 "root of the repository");
    *rest = '\0';
    if (strcmp(made, made_page()) != 0)
        fail_msg("docs/conditions.md is older than the tables: run test_condition --update-page");
}

static int update_page(void)
{
    char *made, *rest;
    char *page = read_page(&made, &rest);
    if (!page)
        return 1;
    FILE *file = fopen("docs/conditions.md", "wb");
    if (!file)
        return 1;
    fwrite(page, 1, (size_t)(made - page), file);
    fputs(made_page(), file);
    fputs(rest, file);
    return fclose(file) ? 1 : 0;
}

/* The examples of the page stand in blocks marked `condition`, one a line. */
static void every_example_on_the_page_is_a_condition(void **state)
{
    static char line[1000];
    uint32_t count = 0;
    bool is_inside = false;
    (void)state;
    FILE *file = fopen("docs/conditions.md", "rb");
    assert_non_null(file);
    while (fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = '\0';
        bool is_fence = strncmp(line, "```", 3) == 0;
        if (is_inside && !is_fence && line[0]) {
            check_round_trip(line);
            count++;
        }
        if (is_fence)
            is_inside = strcmp(line, "```condition") == 0;
    }
    fclose(file);
    assert_true(count >= 20);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_wrong_name_is_answered_with_the_nearest_one),
        cmocka_unit_test(a_wrong_word_after_the_dot_is_answered_with_the_nearest_one),
        cmocka_unit_test(a_count_that_could_only_be_zero_is_a_mistake),
        cmocka_unit_test(operands_of_different_types_are_a_mistake),
        cmocka_unit_test(what_is_neither_true_nor_false_is_no_condition),
        cmocka_unit_test(a_number_is_exact_and_has_the_right_unit),
        cmocka_unit_test(broken_grammar_is_answered_with_what_was_expected),
        cmocka_unit_test(spellings_of_other_languages_are_answered_with_ours),
        cmocka_unit_test(a_text_must_end_and_its_backslashes_must_be_known),
        cmocka_unit_test(what_is_too_large_is_refused),
        cmocka_unit_test(a_long_key_does_not_make_a_long_sentence),
        cmocka_unit_test(only_the_first_mistake_is_told),
        cmocka_unit_test(a_condition_has_one_spelling),
        cmocka_unit_test(names_are_spelt_out_only_where_they_must_be),
        cmocka_unit_test(parentheses_remain_where_they_change_the_meaning),
        cmocka_unit_test(printing_and_parsing_gives_the_same_condition),
        cmocka_unit_test(every_term_is_parsed_printed_asked_for_and_explained),
        cmocka_unit_test_setup(every_kind_of_record_can_be_counted, forget_the_world),
        cmocka_unit_test(no_term_of_a_node_is_the_name_of_a_record),
        cmocka_unit_test_setup(what_is_asked_for_is_what_was_written, forget_the_world),
        cmocka_unit_test_setup(comparisons_compare, forget_the_world),
        cmocka_unit_test_setup(connectives_connect, forget_the_world),
        cmocka_unit_test_setup(sums_do_not_end_at_64_bits, forget_the_world),
        cmocka_unit_test_setup(absent_equals_absent_and_nothing_else, forget_the_world),
        cmocka_unit_test_setup(unknown_equals_nothing_at_all, forget_the_world),
        cmocka_unit_test_setup(operations_are_counted_by_outcome_and_by_kind, forget_the_world),
        cmocka_unit_test_setup(a_metric_is_what_its_name_says, forget_the_world),
        cmocka_unit_test_setup(the_decided_side_is_not_looked_at, forget_the_world),
        cmocka_unit_test_setup(a_check_that_fails_shows_the_values, forget_the_world),
        cmocka_unit_test_setup(each_type_is_written_as_people_write_it, forget_the_world),
        cmocka_unit_test_setup(a_truth_of_its_own_needs_no_further_words, forget_the_world),
        cmocka_unit_test_setup(only_what_decides_is_told_and_only_once, forget_the_world),
        cmocka_unit_test(only_records_that_may_change_it_are_watched),
        cmocka_unit_test(every_term_watches_something),
        cmocka_unit_test(what_has_no_record_is_watched_at_every_step),
        cmocka_unit_test(time_wakes_a_condition_at_the_instant_when_it_changes),
        cmocka_unit_test_setup(between_wakes_the_value_does_not_change, forget_the_world),
        cmocka_unit_test(a_condition_tells_which_records_it_counts),
        cmocka_unit_test(a_copy_of_a_condition_does_not_need_its_source),
        cmocka_unit_test(the_page_says_what_the_tables_say),
        cmocka_unit_test(every_example_on_the_page_is_a_condition),
    };
    if (argc > 1 && strcmp(argv[1], "--update-page") == 0)
        return update_page();
    return cmocka_run_group_tests_name("condition", tests, NULL, NULL);
}
