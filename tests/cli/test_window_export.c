/*
 * test_window_export.c: Ctrl+E and F12: what the window writes is what ringside export writes of
 * the branch at hand, no file is written over, and Esc leaves nothing behind.
 */
#include "viz/show.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/export/export_window.h"

static char folder[64];

struct desk {
    struct show show;
    struct session session;
    struct window_export export;
};

static void desk_open(struct desk *desk, const char *scenario)
{
    *desk = (struct desk){0};
    show_open(&desk->show, scenario);
    desk->session = (struct session){.scenario = desk->show.scenario,
                                     .seed = desk->show.scenario->seed};
    desk->export.session = &desk->session;
    desk->show.app->host = (struct app_host){.self = &desk->export};
    export_window_offer(&desk->show.app->host);
    app_seek_time(desk->show.app, 30 * MILLISECOND);
    free(dump_of(&desk->show, 640, 360));
}

static void desk_close(struct desk *desk)
{
    show_close(&desk->show);
}

/* Answer the open question. */
static void answer(struct desk *desk, const char *text)
{
    assert_int_equal(desk->show.app->mode, MODE_ASK);
    snprintf(desk->show.app->typed, sizeof desk->show.app->typed, "%s", text);
    app_key(desk->show.app, KEY_ENTER, 0);
}

static const char *in_folder(const char *name)
{
    static char path[2][200];
    static int which;
    which = !which;
    snprintf(path[which], sizeof path[0], "%s/%s", folder, name);
    return path[which];
}

static void wait_for_it(struct desk *desk)
{
    for (int i = 0; i < 100000 && desk->show.app->is_writing; i++)
        app_tick(desk->show.app, 0.01);
    assert_false(desk->show.app->is_writing);
}

static char *text_of(const char *path)
{
    FILE *in = fopen(path, "rb");
    if (!in)
        fail_msg("%s is not there", path);
    size_t room = 1 << 24;
    char *text = calloc(1, room);
    assert_true(fread(text, 1, room - 1, in) > 0);
    fclose(in);
    return text;
}

static void the_ending_chooses_the_format(void **state)
{
    static const struct {
        const char *name, *begins;
    } files[] = {{"a.mmd", "sequenceDiagram"}, {"a.dot", "digraph"}, {"a.json", "{\"display"},
                 {"a.svg", "<svg"},            {"a.log", "the run"}, {"a.png", "\x89PNG"}};
    struct desk desk;
    (void)state;
    desk_open(&desk, "scenarios/first-steps.json");
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        press(&desk.show, "export");
        answer(&desk, in_folder(files[i].name));
        wait_for_it(&desk);
        char *text = text_of(in_folder(files[i].name));
        assert_memory_equal(text, files[i].begins, strlen(files[i].begins));
        free(text);
        assert_non_null(strstr(desk.show.app->message, "wrote "));
    }
    desk_close(&desk);
}

static void what_was_done_at_the_window_is_in_what_it_writes(void **state)
{
    struct desk desk;
    (void)state;
    desk_open(&desk, "scenarios/first-steps.json");
    press(&desk.show, "export");
    answer(&desk, in_folder("plain.log"));
    wait_for_it(&desk);
    press(&desk.show, "select next");
    press(&desk.show, "crash");
    assert_false(desk.show.app->is_message_refusal);
    press(&desk.show, "export");
    answer(&desk, in_folder("bent.log"));
    wait_for_it(&desk);
    char *plain = text_of(in_folder("plain.log")), *bent = text_of(in_folder("bent.log"));
    assert_null(strstr(plain, "crashes"));
    assert_non_null(strstr(bent, "n1 crashes"));
    free(plain);
    free(bent);
    desk_close(&desk);
}

static void a_page_of_a_branch_has_the_digest_of_that_branch(void **state)
{
    struct desk desk;
    char wanted[80];
    (void)state;
    desk_open(&desk, "scenarios/first-steps.json");
    press(&desk.show, "select next");
    press(&desk.show, "crash");
    press(&desk.show, "export");
    answer(&desk, in_folder("branch.html"));
    wait_for_it(&desk);
    press(&desk.show, "go to end");
    struct digest digest = desk.show.world.state->digest;
    snprintf(wanted, sizeof wanted, "\"digest\":\"%016llx%016llx\"",
             (unsigned long long)digest.high, (unsigned long long)digest.low);
    char *page = text_of(in_folder("branch.html"));
    assert_non_null(strstr(page, wanted));
    free(page);
    desk_close(&desk);
}

static void no_file_is_written_over(void **state)
{
    struct desk desk;
    struct stat before, after;
    (void)state;
    desk_open(&desk, "scenarios/first-steps.json");
    press(&desk.show, "export");
    answer(&desk, in_folder("once.dot"));
    wait_for_it(&desk);
    assert_int_equal(stat(in_folder("once.dot"), &before), 0);
    press(&desk.show, "export");
    answer(&desk, in_folder("once.dot"));
    assert_false(desk.show.app->is_writing);
    assert_true(desk.show.app->is_message_refusal);
    assert_non_null(strstr(desk.show.app->message, "is there already"));
    assert_int_equal(stat(in_folder("once.dot"), &after), 0);
    assert_int_equal(before.st_mtim.tv_nsec, after.st_mtim.tv_nsec);
    desk_close(&desk);
}

static void every_image_of_the_window_has_a_name_of_its_own(void **state)
{
    struct desk desk;
    char here[4096];
    (void)state;
    desk_open(&desk, "scenarios/first-steps.json");
    assert_non_null(getcwd(here, sizeof here));
    assert_int_equal(chdir(folder), 0);
    press(&desk.show, "image");
    press(&desk.show, "image");
    assert_int_equal(chdir(here), 0);
    assert_string_equal(desk.show.app->message, "saved as first-steps-2.png");
    char *first = text_of(in_folder("first-steps.png"));
    char *second = text_of(in_folder("first-steps-2.png"));
    assert_memory_equal(first + 16, "\0\0\x02\x80\0\0\x01\x68", 8); /* 640 by 360 */
    assert_memory_equal(second, "\x89PNG", 4);
    free(first);
    free(second);
    desk_close(&desk);
}

/* 640 by 360 points: the bars above and below are no part of the ring. */
static void a_view_that_has_the_window_is_written_without_the_bars(void **state)
{
    struct desk desk;
    (void)state;
    desk_open(&desk, "scenarios/first-steps.json");
    press(&desk.show, "ring");
    free(dump_of(&desk.show, 640, 360));
    press(&desk.show, "export");
    answer(&desk, in_folder("ring.svg"));
    wait_for_it(&desk);
    char *alone = text_of(in_folder("ring.svg"));
    free(dump_of(&desk.show, 640, 360));
    press(&desk.show, "ring");
    free(dump_of(&desk.show, 640, 360));
    press(&desk.show, "export");
    answer(&desk, in_folder("window.svg"));
    wait_for_it(&desk);
    char *window = text_of(in_folder("window.svg"));
    assert_null(strstr(alone, ">seed 1<"));
    assert_null(strstr(alone, "height=\"360\""));
    assert_non_null(strstr(alone, ">n1<"));
    assert_non_null(strstr(window, "seed 1"));
    assert_non_null(strstr(window, "height=\"360\""));
    assert_false(desk.show.app->is_bare);
    free(alone);
    free(window);
    desk_close(&desk);
}

static void an_ending_that_nobody_knows_is_told_with_the_nearest(void **state)
{
    struct desk desk;
    (void)state;
    desk_open(&desk, "scenarios/first-steps.json");
    press(&desk.show, "export");
    answer(&desk, in_folder("a.pgn"));
    assert_true(desk.show.app->is_message_refusal);
    assert_non_null(strstr(desk.show.app->message, "did you mean \".png\""));
    press(&desk.show, "export");
    answer(&desk, "");
    assert_string_equal(desk.show.app->message, "a file needs a name");
    press(&desk.show, "export");
    answer(&desk, "/nowhere/at/all/a.dot");
    assert_non_null(strstr(desk.show.app->message, "cannot write /nowhere/at/all/a.dot"));
    desk_close(&desk);
}

static void a_film_asks_for_its_time_and_leaves_the_window_where_it_was(void **state)
{
    struct desk desk;
    (void)state;
    desk_open(&desk, "scenarios/first-steps.json");
    uint64_t step = stage_step(desk.show.app->stage);
    press(&desk.show, "export");
    answer(&desk, in_folder("film.apng"));
    assert_int_equal(desk.show.app->mode, MODE_ASK);
    answer(&desk, "0s 20ms");
    assert_true(desk.show.app->is_writing);
    wait_for_it(&desk);
    assert_int_equal(stage_step(desk.show.app->stage), step);
    assert_int_equal(desk.show.app->clock, 30 * MILLISECOND);
    char *film = text_of(in_folder("film.apng"));
    assert_memory_equal(film + 37, "acTL\0\0\0\xfa", 8); /* 250 frames: 10 s of 25 */
    free(film);
    press(&desk.show, "export");
    answer(&desk, in_folder("other.apng"));
    answer(&desk, "2s 1s");
    assert_string_equal(desk.show.app->message, "the film's last moment lies before its first");
    desk_close(&desk);
}

static void escape_stops_it_and_nothing_is_left(void **state)
{
    struct desk desk;
    (void)state;
    desk_open(&desk, "scenarios/first-steps.json");
    uint64_t step = stage_step(desk.show.app->stage);
    press(&desk.show, "export");
    answer(&desk, in_folder("stopped.apng"));
    answer(&desk, "0s 1s");
    app_tick(desk.show.app, 0.01);
    assert_true(desk.show.app->is_writing);
    press(&desk.show, "step"); /* no key but Esc does anything */
    app_key(desk.show.app, KEY_ESCAPE, 0);
    assert_false(desk.show.app->is_writing);
    assert_int_equal(stage_step(desk.show.app->stage), step);
    assert_int_not_equal(access(in_folder("stopped.apng"), F_OK), 0);
    assert_int_not_equal(access(in_folder("stopped.apng.part"), F_OK), 0);
    desk_close(&desk);
}

static int make_folder(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/ringside-export-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
    char command[100];
    (void)state;
    snprintf(command, sizeof command, "rm -r '%s'", folder);
    return system(command);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_ending_chooses_the_format),
        cmocka_unit_test(what_was_done_at_the_window_is_in_what_it_writes),
        cmocka_unit_test(a_page_of_a_branch_has_the_digest_of_that_branch),
        cmocka_unit_test(no_file_is_written_over),
        cmocka_unit_test(every_image_of_the_window_has_a_name_of_its_own),
        cmocka_unit_test(a_view_that_has_the_window_is_written_without_the_bars),
        cmocka_unit_test(an_ending_that_nobody_knows_is_told_with_the_nearest),
        cmocka_unit_test(a_film_asks_for_its_time_and_leaves_the_window_where_it_was),
        cmocka_unit_test(escape_stops_it_and_nothing_is_left),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
