/*
 * test_settings.c: how a person likes the window is kept as a whole file; a damaged one is set
 * aside and told, one of a newer version is never written over, and what the command line said
 * for one time does not stay.
 */
#include "cli/desk.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char home[] = "/tmp/ringside-settings-XXXXXX";

static const char *path_of(const char *name)
{
    static char path[300];
    snprintf(path, sizeof path, "%s/ringside/%s", home, name);
    return path;
}

static void write_file(const char *text)
{
    FILE *file = fopen(path_of("settings.json"), "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static char *read_file(const char *name)
{
    static char text[4000];
    FILE *file = fopen(path_of(name), "r");
    if (!file)
        return NULL;
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    return text;
}

static uint32_t count_files(void)
{
    uint32_t count = 0;
    DIR *directory = opendir(path_of(""));
    for (struct dirent *entry; directory && (entry = readdir(directory)) != NULL;)
        count += entry->d_name[0] != '.';
    if (directory)
        closedir(directory);
    return count;
}

static int start(void **state)
{
    DIR *directory = opendir(path_of(""));
    (void)state;
    for (struct dirent *entry; directory && (entry = readdir(directory)) != NULL;)
        if (entry->d_name[0] != '.')
            unlink(path_of(entry->d_name));
    if (directory)
        closedir(directory);
    mkdir(path_of(""), 0700);
    return 0;
}

static struct settings load(bool *is_ours, struct notice *notice)
{
    struct settings settings = settings_default();
    *notice = (struct notice){0};
    *is_ours = settings_load(&settings, notice);
    return settings;
}

static void what_was_saved_is_there_again(void **state)
{
    struct settings mine = settings_default(), again;
    struct notice notice = {0};
    bool is_ours;
    (void)state;
    mine.theme = 2;
    mine.text_scale = 1.125f;
    mine.is_motion_reduced = true;
    mine.layout.panes = 1 << PANE_RING | 1 << PANE_LOG;
    mine.layout.split[0] = 0.25f;
    mine.place = (struct window_place){.x = -5,
                                       .y = 40,
                                       .width = 1234,
                                       .height = 567,
                                       .has_position = true,
                                       .is_maximised = true};
    snprintf(mine.folder, sizeof mine.folder, "a \"b\"/\xc3\xa9/");
    assert_true(settings_save(&mine, &notice));
    again = load(&is_ours, &notice);
    assert_true(is_ours);
    assert_string_equal(notice.text, "");
    assert_true(settings_equal(&mine, &again));
    assert_int_equal(count_files(), 1); /* and nothing half-written beside it */
}

static void without_a_file_all_is_as_it_always_was(void **state)
{
    struct settings none = settings_default(), read;
    struct notice notice;
    bool is_ours;
    (void)state;
    read = load(&is_ours, &notice);
    assert_true(is_ours);
    assert_true(settings_equal(&none, &read));
    assert_string_equal(notice.text, "");
    rmdir(path_of("")); /* not even the folder */
    assert_true(settings_save(&none, &notice));
    assert_non_null(read_file("settings.json"));
}

static void a_damaged_file_is_set_aside_whole_and_told(void **state)
{
    static const char *const damaged[] = {
        "", "{\"ringside_settings\": 1, \"theme\": \"dar", "{\"theme\": \"dark\"}",
        "{\"ringside_settings\": 1, \"theme\": \"drak\"}",
        "{\"ringside_settings\": 1, \"text\": 1000}",
        "{\"ringside_settings\": 1, \"layout\": \"rung\"}",
        "{\"ringside_settings\": 1, \"split\": [50]}",
        "{\"ringside_settings\": 1, \"window\": {\"width\": 3}}", "\x01\x02\xff"};
    struct settings none = settings_default();
    (void)state;
    for (uint32_t i = 0; i < ARRAY_LEN(damaged); i++) {
        struct notice notice;
        bool is_ours;
        start(NULL);
        write_file(damaged[i]);
        struct settings read = load(&is_ours, &notice);
        assert_true(is_ours);
        assert_true(settings_equal(&none, &read)); /* all or nothing */
        if (!strstr(notice.text, "damaged") || !notice.is_trouble)
            fail_msg("\"%s\" for %s", notice.text, damaged[i]);
        assert_string_equal(read_file("settings.json.damaged"), damaged[i]);
        assert_null(read_file("settings.json"));
    }
    write_file("again");
    struct notice notice;
    bool is_ours;
    load(&is_ours, &notice);
    assert_string_equal(read_file("settings.json.damaged-2"), "again");
}

static void a_file_of_a_newer_version_stays_as_it_is(void **state)
{
    static const char newer[] = "{\"ringside_settings\": 2, \"theme\": [\"dusk\"]}";
    struct notice notice;
    bool is_ours;
    (void)state;
    write_file(newer);
    load(&is_ours, &notice);
    assert_false(is_ours);
    assert_non_null(strstr(notice.text, "newer version"));
    assert_string_equal(read_file("settings.json"), newer);
    assert_int_equal(count_files(), 1);
}

static void what_this_version_does_not_know_is_left_in_the_file(void **state)
{
    struct settings mine = settings_default();
    struct notice notice = {0};
    (void)state;
    write_file("{\"ringside_settings\": 1, \"theme\": \"light\", \"sound\": \"on\"}");
    mine.theme = 2;
    assert_true(settings_save(&mine, &notice));
    assert_non_null(strstr(read_file("settings.json"), "\"sound\": \"on\""));
    assert_non_null(strstr(read_file("settings.json"), "\"theme\": \"contrast\""));
}

static void only_what_the_person_changed_is_kept(void **state)
{
    struct settings kept = settings_default(), before = kept, now;
    (void)state;
    before.theme = 2; /* --theme contrast */
    before.text_scale = 2;
    now = before;
    now.text_scale = 1.5f; /* Ctrl - */
    settings_take_changes(&kept, &before, &now);
    assert_int_equal(kept.theme, 0);
    assert_true(kept.text_scale == 1.5f);
}

static void a_folder_that_takes_no_file_is_told(void **state)
{
    struct settings mine = settings_default();
    struct notice notice = {0};
    (void)state;
    setenv("XDG_CONFIG_HOME", "/dev/null", 1);
    assert_false(settings_save(&mine, &notice));
    assert_non_null(strstr(notice.text, "cannot be written"));
    setenv("XDG_CONFIG_HOME", home, 1);
}

/* A relative XDG folder does not count, as its specification says. */
static void without_xdg_folders_the_home_folder_has_them(void **state)
{
    char path[PLACE_MAX];
    (void)state;
    setenv("HOME", "/somebody", 1);
    setenv("XDG_CONFIG_HOME", "relative", 1);
    unsetenv("XDG_STATE_HOME");
    assert_true(place_config(path));
    assert_string_equal(path, "/somebody/.config/ringside");
    assert_true(place_state(path));
    assert_string_equal(path, "/somebody/.local/state/ringside");
    unsetenv("HOME");
    assert_false(place_state(path));
    setenv("XDG_CONFIG_HOME", home, 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, start)
    const struct CMUnitTest tests[] = {
        TEST(what_was_saved_is_there_again),
        TEST(without_a_file_all_is_as_it_always_was),
        TEST(a_damaged_file_is_set_aside_whole_and_told),
        TEST(a_file_of_a_newer_version_stays_as_it_is),
        TEST(what_this_version_does_not_know_is_left_in_the_file),
        TEST(only_what_the_person_changed_is_kept),
        TEST(a_folder_that_takes_no_file_is_told),
        TEST(without_xdg_folders_the_home_folder_has_them),
    };
    assert_non_null(mkdtemp(home));
    setenv("XDG_CONFIG_HOME", home, 1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
