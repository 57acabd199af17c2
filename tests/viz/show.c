/*
 * show.c: an app on the bench (see show.h).
 */
#include "viz/show.h"

#include <stdlib.h>

void show_open(struct show *show, const char *file)
{
    show_open_set(show, file, "");
}

void show_open_set(struct show *show, const char *file, const char *set)
{
    struct json_error error = {0};
    const char *why = NULL;
    *show = (struct show){0};
    show->scenario = scenario_load(file, &set, *set != '\0', &error);
    if (!show->scenario)
        fail_msg("%s", error.text);
    assert_true(world_open(&show->world, WORLD_RESERVE_BYTES, NULL, &why));
    show->app = app_open(&show->world, show->scenario, show->scenario->seed, &why);
    assert_non_null(show->app);
}

void show_close(struct show *show)
{
    app_close(show->app);
    world_close(&show->world);
    scenario_free(show->scenario);
}

void press(struct show *show, const char *command)
{
    const struct app_command *c = &app_commands[app_command_named(command)];
    app_key(show->app, c->key, c->modifiers);
}

void answer_question(struct show *show, const char *text)
{
    assert_int_equal(show->app->mode, MODE_ASK);
    while (text && show->app->typed[0])
        app_key(show->app, KEY_BACKSPACE, 0);
    for (; text && *text; text++)
        app_key(show->app, (uint32_t)(unsigned char)*text, 0);
    app_key(show->app, KEY_ENTER, 0);
}

void press_and_take(struct show *show, const char *command)
{
    press(show, command);
    if (show->app->mode == MODE_ASK)
        answer_question(show, NULL);
}

void click(struct show *show, float x, float y)
{
    drag(show, x, y, x, y);
}

void drag(struct show *show, float x, float y, float to_x, float to_y)
{
    app_press(show->app, (struct pointer){.x = x, .y = y, .clicks = 1});
    for (int i = 1; i <= 4; i++)
        app_point(show->app, (struct pointer){.x = x + (to_x - x) * (float)i / 4,
                                              .y = y + (to_y - y) * (float)i / 4});
    app_release(show->app, (struct pointer){.x = to_x, .y = to_y});
}

char *dump_of(struct show *show, float width, float height)
{
    struct draw_list list = {0};
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    app_draw(show->app, width, height, &list);
    draw_dump(&list, out);
    fclose(out);
    draw_free(&list);
    return text;
}
