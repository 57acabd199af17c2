/*
 * desk.c: `ringside play` on the bench (see desk.h).
 */
#include "cli/desk.h"

#include <stdlib.h>
#include <string.h>

#include "scenario/save.h"

void desk_open(struct desk *desk, const char *file)
{
    struct json_error error = {0};
    struct session_origin origin = {.file = file};
    *desk = (struct desk){0};
    desk->play.options = &desk->options;
    struct session *session = session_open(&origin, &error);
    if (!session || !play_show(&desk->play, session, &error))
        fail_msg("%s", error.text);
    desk->play.app->host = play_host(&desk->play);
}

bool desk_open_line(struct desk *desk, const char *line)
{
    struct app_host host = play_host(&desk->play);
    if (!desk->play.app)
        desk->play = (struct play){.options = &desk->options};
    bool is_open = host.open_line(&desk->play, line, desk->said, sizeof desk->said);
    if (desk->play.app)
        desk->play.app->host = host;
    return is_open;
}

void desk_close(struct desk *desk)
{
    play_close(&desk->play);
    *desk = (struct desk){0};
}

void desk_press(struct desk *desk, const char *command)
{
    const struct app_command *c = &app_commands[app_command_named(command)];
    app_key(desk->play.app, c->key, c->modifiers);
}

bool desk_written_action(const struct desk *desk, uint32_t index, struct action *action)
{
    struct scenario *scenario = desk->play.session->scenario;
    struct json_error error = {0};
    struct json_out text = {0};
    if (index >= scenario->timeline_count)
        return false;
    print_action(&text, scenario, &scenario->timeline[index].action);
    struct json_doc *doc = json_doc_parse("action", text.data, text.size, &error);
    if (doc)
        scenario_keep(scenario, doc);
    if (!doc || !scenario_load_action(scenario, json_root(doc, &error), action))
        fail_msg("%s in %s", error.text, text.data);
    free(text.data);
    return true;
}
