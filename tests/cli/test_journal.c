/*
 * test_journal.c: what was done in a window outlives it: after kill -9 every branch comes back with
 * its parents, exactly; a torn or damaged line costs no other; and nothing goes in silence.
 */
#include "cli/desk.h"

#include <dirent.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/crc32c.h"
#include "base/mix.h"

static const char standard[] = "scenarios/standard.json";
static const char everything[] = "tests/scenario/everything.json";
static char home[] = "/tmp/ringside-journal-XXXXXX";

/* --- files ---------------------------------------------------------------------------------- */

static void sweep(const char *folder, bool is_removing, uint32_t *count, char *last)
{
    char path[2000];
    DIR *directory = opendir(folder);
    for (struct dirent *entry; directory && (entry = readdir(directory)) != NULL;) {
        if (entry->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        (*count)++;
        strcpy(last, path);
        if (is_removing)
            unlink(path);
    }
    if (directory)
        closedir(directory);
}

static const char *journal_folder(void)
{
    static char folder[200];
    snprintf(folder, sizeof folder, "%s/ringside/journal", home);
    return folder;
}

static uint32_t count_files(void)
{
    char last[2000];
    uint32_t count = 0;
    sweep(journal_folder(), false, &count, last);
    return count;
}

static const char *only_file(void)
{
    static char last[2000];
    uint32_t count = 0;
    sweep(journal_folder(), false, &count, last);
    assert_int_equal(count, 1);
    return last;
}

static char *read_file(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    char *text = malloc(1 << 20);
    assert_non_null(file);
    *size = fread(text, 1, (1 << 20) - 1, file);
    text[*size] = '\0';
    fclose(file);
    return text;
}

static void write_file(const char *path, const char *text, size_t size)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, size, file), size);
    fclose(file);
}

static int start(void **state)
{
    char last[2000];
    uint32_t count = 0;
    (void)state;
    sweep(journal_folder(), true, &count, last);
    return 0;
}

/* --- sessions ------------------------------------------------------------------------------- */

#define BRANCHES_MAX 64

/* How each branch ends. */
struct ends {
    uint32_t count;
    struct digest digest[BRANCHES_MAX];
    struct stage_branch branch[BRANCHES_MAX];
};

static void look_at_ends(struct desk *desk, struct ends *ends)
{
    struct stage *stage = desk_stage(desk);
    ends->count = stage_branch_count(stage);
    assert_in_range(ends->count, 1, BRANCHES_MAX);
    for (uint32_t i = 0; i < ends->count; i++) {
        stage_select_branch(stage, i);
        stage_seek(stage, UINT64_MAX);
        ends->digest[i] = stage_state_digest(stage);
        ends->branch[i] = stage_branch_at(stage, i);
    }
}

static void expect_same_ends(const struct ends *a, const struct ends *b)
{
    assert_int_equal(a->count, b->count);
    for (uint32_t i = 0; i < a->count; i++) {
        assert_true(digest_equal(a->digest[i], b->digest[i]));
        assert_int_equal(a->branch[i].parent, b->branch[i].parent);
        assert_int_equal(a->branch[i].from_step, b->branch[i].from_step);
        assert_string_equal(a->branch[i].text, b->branch[i].text);
    }
}

static void begin(struct desk *desk, const char *file)
{
    desk_open(desk, file);
    play_keep(&desk->play);
}

/* Three branches, the last of which left its parent before the parent's own deed. */
static void bend(struct desk *desk)
{
    app_seek_time(desk->play.app, 2 * SECOND);
    desk_press(desk, "select next");
    desk_press(desk, "crash");
    app_seek_time(desk->play.app, 3 * SECOND);
    desk_press(desk, "restart");
    app_seek_time(desk->play.app, SECOND);
    desk_press(desk, "partition");
    assert_int_equal(stage_branch_count(desk_stage(desk)), 4);
}

/* A session in a process of its own, which then is killed as `kill -9` kills. */
static void die_after(void (*work)(struct desk *desk), const char *file)
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct desk desk;
        begin(&desk, file);
        work(&desk);
        kill(getpid(), SIGKILL);
    }
    int status;
    waitpid(child, &status, 0);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

static const char *news(struct desk *desk)
{
    app_tick(desk->play.app, 0);
    return desk->play.app->message;
}

static void expect_news(struct desk *desk, const char *words)
{
    if (!strstr(news(desk), words))
        fail_msg("\"%s\" has no \"%s\"", desk->play.app->message, words);
}

/* What a session has when nothing happens to it. */
static void undisturbed(void (*work)(struct desk *desk), const char *file, struct ends *ends)
{
    struct desk desk;
    desk_open(&desk, file);
    work(&desk);
    look_at_ends(&desk, ends);
    desk_close(&desk);
}

/* --- tests ---------------------------------------------------------------------------------- */

static void every_branch_comes_back_after_kill_9(void **state)
{
    struct ends before, after;
    struct desk desk;
    (void)state;
    undisturbed(bend, standard, &before);
    die_after(bend, standard);
    begin(&desk, standard);
    expect_news(&desk, "3 branches of an earlier session were kept: Ctrl+J brings them back");
    desk_press(&desk, "bring back");
    expect_news(&desk, "3 branches are back");
    assert_int_equal(stage_branch_now(desk_stage(&desk)), 3);
    look_at_ends(&desk, &after);
    expect_same_ends(&before, &after);
    desk_press(&desk, "bring back"); /* once is enough */
    assert_true(desk.play.app->is_message_refusal);
    assert_int_equal(stage_branch_count(desk_stage(&desk)), 4);
    desk_close(&desk);
}

static void do_all_actions(struct desk *desk)
{
    struct action action;
    for (uint32_t i = 0; desk_written_action(desk, i, &action); i++) {
        app_seek_time(desk->play.app, SECOND + i * 333 * MILLISECOND);
        if (i % 3 == 0) /* some in a row, some apart */
            stage_select_branch(desk_stage(desk), 0);
        stage_do(desk_stage(desk), &action);
    }
}

static void every_kind_of_action_comes_back(void **state)
{
    struct ends before, after;
    struct desk desk;
    (void)state;
    undisturbed(do_all_actions, everything, &before);
    assert_in_range(before.count, ACTION_KIND_COUNT, BRANCHES_MAX);
    die_after(do_all_actions, everything);
    begin(&desk, everything);
    desk_press(&desk, "bring back");
    look_at_ends(&desk, &after);
    expect_same_ends(&before, &after);
    desk_close(&desk);
}

static void what_came_back_is_kept_again_and_the_old_file_is_gone(void **state)
{
    struct ends before, after;
    struct desk desk;
    char old[2000];
    (void)state;
    undisturbed(bend, standard, &before);
    die_after(bend, standard);
    strcpy(old, only_file());
    for (int i = 0; i < 3; i++) { /* brought back, and killed again */
        pid_t child = fork();
        if (child == 0) {
            begin(&desk, standard);
            desk_press(&desk, "bring back");
            kill(getpid(), SIGKILL);
        }
        waitpid(child, NULL, 0);
        assert_string_not_equal(old, only_file());
        strcpy(old, only_file());
    }
    begin(&desk, standard);
    desk_press(&desk, "bring back");
    look_at_ends(&desk, &after);
    expect_same_ends(&before, &after);
    desk_close(&desk);
}

static void another_scenario_or_seed_is_offered_nothing(void **state)
{
    struct session_origin origin = {.file = standard, .has_seed = true, .seed = 2};
    struct json_error error = {0};
    struct desk desk;
    (void)state;
    die_after(bend, standard);
    begin(&desk, "scenarios/demo.json");
    assert_int_equal(desk.play.kept.branch_count, 0);
    assert_true(play_show(&desk.play, session_open(&origin, &error), &error));
    assert_int_equal(desk.play.kept.branch_count, 0);
    origin.seed = 1;
    assert_true(play_show(&desk.play, session_open(&origin, &error), &error));
    assert_int_equal(desk.play.kept.branch_count, 3);
    desk_close(&desk);
    assert_int_equal(count_files(), 1); /* and it waits on */
}

static void who_opens_something_else_is_told_that_it_is_kept(void **state)
{
    struct ends before, after;
    struct desk desk;
    (void)state;
    undisturbed(bend, standard, &before);
    begin(&desk, standard);
    bend(&desk);
    app_open_file(desk.play.app, "scenarios/demo.json");
    expect_news(&desk, "what you did in standard is kept");
    app_open_file(desk.play.app, standard);
    expect_news(&desk, "3 branches of an earlier session");
    desk_press(&desk, "bring back");
    look_at_ends(&desk, &after);
    expect_same_ends(&before, &after);
    desk_close(&desk);
}

static void a_session_that_is_still_open_is_not_offered(void **state)
{
    struct desk open, second;
    (void)state;
    begin(&open, standard);
    bend(&open);
    begin(&second, standard);
    assert_int_equal(second.play.kept.branch_count, 0);
    desk_close(&second);
    desk_close(&open);
    assert_int_equal(count_files(), 1);
    begin(&second, standard); /* closed without saving: kept as well */
    assert_int_equal(second.play.kept.branch_count, 3);
    desk_close(&second);
}

static void a_line_torn_at_any_byte_costs_no_other(void **state)
{
    (void)state;
    die_after(bend, standard);
    char path[2000];
    size_t size;
    strcpy(path, only_file());
    char *text = read_file(path, &size), *last = strstr(text, "{\"branch\":3") - 9;
    for (size_t cut = (size_t)(last - text) + 1; cut < size; cut += 7) {
        struct desk desk;
        start(NULL);
        write_file(path, text, cut);
        begin(&desk, standard);
        expect_news(&desk, "2 branches of an earlier session");
        desk_press(&desk, "bring back");
        assert_int_equal(stage_branch_count(desk_stage(&desk)), 3);
        expect_news(&desk, "damaged line");
        desk_close(&desk);
        assert_int_equal(count_files(), 2); /* the torn one, aside, and this session's own */
    }
    free(text);
}

static void a_damaged_line_costs_only_what_came_from_it(void **state)
{
    struct desk desk;
    char path[2000];
    size_t size;
    (void)state;
    die_after(bend, standard);
    strcpy(path, only_file());
    char *text = read_file(path, &size);
    *strstr(text, "crash") = 'k';
    write_file(path, text, size);
    begin(&desk, standard);
    desk_press(&desk, "bring back");
    expect_news(&desk, "2 did not fit and were left out"); /* both come from the crash */
    assert_int_equal(stage_branch_count(desk_stage(&desk)), 1);
    desk_close(&desk);
    assert_non_null(strstr(only_file(), ".damaged"));
    free(text);
}

static void expect_set_aside(const char *from, const char *to, const char *ending)
{
    struct desk desk;
    char path[2000];
    size_t size;
    start(NULL);
    die_after(bend, standard);
    strcpy(path, only_file());
    char *text = read_file(path, &size), *end = strchr(text, '\n');
    char *changed = malloc(size + 100), sum[12];
    *end = '\0';
    char *at = strstr(text, from);
    assert_non_null(at);
    size_t used = (size_t)sprintf(changed, "%.*s%s%s", (int)(at - text), text, to,
                                  at + strlen(from));
    snprintf(sum, sizeof sum, "%08x", crc32c((const uint8_t *)changed + 9, used - 9));
    memcpy(changed, sum, 8);
    used += (size_t)sprintf(changed + used, "\n%s", end + 1);
    write_file(path, changed, used);
    begin(&desk, standard);
    assert_int_equal(desk.play.kept.branch_count, 0);
    expect_news(&desk, "moved aside");
    assert_true(desk.play.app->is_message_refusal);
    assert_non_null(strstr(only_file(), ending));
    char *kept = read_file(only_file(), &size);
    assert_string_equal(kept, changed);
    desk_close(&desk);
    free(text), free(changed), free(kept);
}

static void a_journal_of_another_version_is_set_aside_whole(void **state)
{
    char versions[40];
    (void)state;
    snprintf(versions, sizeof versions, ",%d,%d]", TRACE_VERSION, MIX_VERSION);
    expect_set_aside("\"ringside_journal\":1", "\"ringside_journal\":2", ".other-version");
    expect_set_aside(versions, ",99,1]", ".other-version");
    expect_set_aside("{\"ringside", "[\"ringside", ".damaged");
}

static void what_does_not_fit_the_run_is_left_out_and_told(void **state)
{
    struct desk desk;
    char path[2000];
    size_t size;
    (void)state;
    die_after(bend, standard);
    strcpy(path, only_file());
    char *text = read_file(path, &size), *line = strstr(text, "{\"branch\":1"), sum[12];
    line = strchr(line, '\n') + 1; /* of branch 2 */
    char *end = strchr(line, '\n');
    memcpy(strstr(line, "\"run\":\"") + 7, "0123456789abcdef", 16);
    snprintf(sum, sizeof sum, "%08x", crc32c((const uint8_t *)line + 9, (size_t)(end - line) - 9));
    memcpy(line, sum, 8);
    write_file(path, text, size);
    begin(&desk, standard);
    desk_press(&desk, "bring back");
    expect_news(&desk, "not all fits");
    assert_int_equal(stage_branch_count(desk_stage(&desk)), 2);
    desk_close(&desk);
    free(text);
}

static void a_session_whose_branches_are_all_saved_leaves_nothing(void **state)
{
    char here[1000], scratch[300];
    struct desk desk;
    (void)state;
    assert_non_null(getcwd(here, sizeof here));
    begin(&desk, standard);
    desk_close(&desk);
    assert_int_equal(count_files(), 0); /* nothing was done */
    begin(&desk, standard);
    bend(&desk);
    snprintf(scratch, sizeof scratch, "%s", home);
    assert_int_equal(chdir(scratch), 0);
    desk_press(&desk, "save"); /* branch 3, which has nothing of 1 and 2 */
    assert_false(desk.play.app->is_message_refusal);
    assert_int_equal(count_files(), 1);
    stage_select_branch(desk_stage(&desk), 2); /* and in it what was done in 1 */
    desk_press(&desk, "save");
    assert_int_equal(chdir(here), 0);
    desk_close(&desk);
    assert_int_equal(count_files(), 0);
    begin(&desk, standard);
    bend(&desk);
    assert_int_equal(chdir(scratch), 0);
    desk_press(&desk, "save"); /* branch 3 alone */
    assert_int_equal(chdir(here), 0);
    desk_close(&desk);
    assert_int_equal(count_files(), 1);
}

static void where_nothing_can_be_written_the_person_is_told_once(void **state)
{
    struct desk desk;
    char blocked[200];
    (void)state;
    snprintf(blocked, sizeof blocked, "%s/a-file", home);
    write_file(blocked, "", 0);
    setenv("XDG_STATE_HOME", blocked, 1);
    begin(&desk, standard);
    bend(&desk);
    expect_news(&desk, "the journal cannot be made");
    desk_press(&desk, "jump clock");
    assert_null(strstr(news(&desk), "journal"));
    assert_int_equal(stage_branch_count(desk_stage(&desk)), 5);
    desk_close(&desk);
    setenv("XDG_STATE_HOME", home, 1);
}

static void beyond_64_files_the_oldest_goes_with_a_sentence(void **state)
{
    struct desk open, desk;
    char path[2000];
    (void)state;
    begin(&open, standard); /* the oldest of all is open, so it stays */
    bend(&open);
    strcpy(path, only_file());
    for (int i = 0; i < JOURNALS_MAX - 1; i++) {
        char other[2100];
        snprintf(other, sizeof other, "%s/demo-1-0123456789abcdef-%d-1.journal", journal_folder(),
                 i + 100);
        write_file(other, "", 0);
        struct timespec times[2] = {{1000000 + i, 0}, {1000000 + i, 0}};
        utimensat(0, other, times, 0);
    }
    struct timespec times[2] = {{1, 0}, {1, 0}};
    utimensat(0, path, times, 0);
    begin(&desk, standard);
    bend(&desk);
    expect_news(&desk, "so the oldest was removed: demo-1-0123456789abcdef-100-1.journal");
    assert_int_equal(count_files(), JOURNALS_MAX);
    assert_int_equal(access(path, F_OK), 0);
    desk_close(&desk);
    desk_close(&open);
}

static void the_deeds_of_a_share_line_are_kept_with_the_next_one(void **state)
{
    struct ends before, after;
    struct desk desk;
    (void)state;
    desk_open(&desk, standard);
    bend(&desk);
    stage_select_branch(desk_stage(&desk), 2);
    app_moved(desk.play.app);
    char *line = share_line(desk.play.session, desk.play.app);
    desk_close(&desk);

    begin(&desk, standard);
    assert_true(desk_open_line(&desk, line));
    assert_int_equal(count_files(), 0); /* the line itself is not lost */
    desk_press(&desk, "step");
    desk_press(&desk, "select next");
    desk_press(&desk, "jump clock");
    look_at_ends(&desk, &before);
    assert_int_equal(before.count, 4);
    desk_close(&desk);
    begin(&desk, standard);
    desk_press(&desk, "bring back");
    look_at_ends(&desk, &after);
    expect_same_ends(&before, &after);
    desk_close(&desk);
    free(line);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, start)
    const struct CMUnitTest tests[] = {
        TEST(every_branch_comes_back_after_kill_9),
        TEST(every_kind_of_action_comes_back),
        TEST(what_came_back_is_kept_again_and_the_old_file_is_gone),
        TEST(another_scenario_or_seed_is_offered_nothing),
        TEST(who_opens_something_else_is_told_that_it_is_kept),
        TEST(a_session_that_is_still_open_is_not_offered),
        TEST(a_line_torn_at_any_byte_costs_no_other),
        TEST(a_damaged_line_costs_only_what_came_from_it),
        TEST(a_journal_of_another_version_is_set_aside_whole),
        TEST(what_does_not_fit_the_run_is_left_out_and_told),
        TEST(a_session_whose_branches_are_all_saved_leaves_nothing),
        TEST(where_nothing_can_be_written_the_person_is_told_once),
        TEST(beyond_64_files_the_oldest_goes_with_a_sentence),
        TEST(the_deeds_of_a_share_line_are_kept_with_the_next_one),
    };
    assert_non_null(mkdtemp(home));
    setenv("XDG_STATE_HOME", home, 1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
