/*
 * test_goldens.c: what each state draws is what tests/viz/golden says it draws.
 *
 * A change of a view changes these files: `make goldens` writes them anew, and the
 * difference is read like any other. Coordinates are kept to a tenth of a point, and a
 * tenth more or less is no difference: cosines of other C libraries round otherwise.
 */
#include "viz/states.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool is_updating;

static char *read_golden(const char *path)
{
    char *text = NULL;
    size_t size = 0;
    char bytes[4096];
    FILE *file = fopen(path, "r");
    if (!file)
        return NULL;
    FILE *out = open_memstream(&text, &size);
    for (size_t n; (n = fread(bytes, 1, sizeof bytes, file)) > 0;)
        fwrite(bytes, 1, n, out);
    fclose(file);
    fclose(out);
    return text;
}

/* The same words; numbers may differ by a tenth and a little. */
static bool is_same_line(const char *a, const char *b)
{
    while (*a && *a != '\n' && *a != '"') {
        char *a_end, *b_end;
        double x = *a == '#' ? 0 : strtod(a, &a_end), y = *a == '#' ? 0 : strtod(b, &b_end);
        if (*a != '#' && a_end != a && b_end != b) {
            if (fabs(x - y) > 0.11)
                return false;
            a = a_end, b = b_end;
        } else if (*a == '#') {
            size_t size = strcspn(a, " \n");
            if (strncmp(a, b, size) != 0)
                return false;
            a += size, b += size;
        } else if (*a++ != *b++) {
            return false;
        }
    }
    size_t rest = strcspn(a, "\n");
    return rest == strcspn(b, "\n") && memcmp(a, b, rest) == 0;
}

static void expect_same(const char *name, const char *expected, const char *now)
{
    for (int number = 1; *expected || *now; number++) {
        if (!*expected || !*now || !is_same_line(expected, now))
            fail_msg("%s.txt:%d:\n  golden: %.*s\n  now:    %.*s\n(make goldens writes it anew)",
                     name, number, (int)strcspn(expected, "\n"), expected,
                     (int)strcspn(now, "\n"), now);
        expected += strcspn(expected, "\n"), now += strcspn(now, "\n");
        expected += *expected == '\n', now += *now == '\n';
    }
}

static void a_state_draws_what_its_golden_says(void **data)
{
    const struct look_state *state = *data;
    struct show show;
    char path[120];
    snprintf(path, sizeof path, "tests/viz/golden/%s.txt", state->name);
    state_open(&show, state);
    char *now = dump_of(&show, state->width, state->height);
    show_close(&show);
    if (is_updating) {
        FILE *out = fopen(path, "w");
        assert_non_null(out);
        fputs(now, out);
        assert_int_equal(fclose(out), 0);
    } else {
        char *expected = read_golden(path);
        if (!expected)
            fail_msg("there is no %s: make goldens writes it", path);
        expect_same(state->name, expected, now);
        free(expected);
    }
    free(now);
}

/* test_goldens --update writes the files instead of comparing with them. */
int main(int argc, char **argv)
{
    char(*names)[80] = calloc(look_state_count, sizeof *names);
    struct CMUnitTest *tests = calloc(look_state_count, sizeof *tests);
    is_updating = argc > 1 && strcmp(argv[1], "--update") == 0;
    if (!names || !tests)
        return 1;
    for (uint32_t i = 0; i < look_state_count; i++) {
        snprintf(names[i], sizeof names[i], "%s draws what its golden says", look_states[i].name);
        tests[i] = (struct CMUnitTest){names[i], a_state_draws_what_its_golden_says, NULL, NULL,
                                       (void *)(uintptr_t)&look_states[i]};
    }
    int failed = _cmocka_run_group_tests("goldens", tests, look_state_count, NULL, NULL);
    free(names);
    free(tests);
    return failed;
}
