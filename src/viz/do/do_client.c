/*
 * do_client.c: what clients can be made to do: to put, get and delete a key, to stop and go on.
 *
 * The first client of the scenario does it, at the cluster's own level, by way of any node. The
 * value of a put is asked for, with one that nobody has written yet as suggestion.
 */
#include <string.h>

#include "viz/app/app.h"
#include "viz/do/bend.h"
#include "viz/do/do.h"

#define KEY_BYTES_MAX 64 /* as in a scenario */

const char *why_not_need_client(struct app *app)
{
    return app_picture(app)->client_count == 0 ? "this scenario has no client" : NULL;
}

const char *why_not_need_key(struct app *app)
{
    const struct picture *picture = app_picture(app);
    if (picture->client_count == 0)
        return "this scenario has no client that could ask";
    bool is_key = app->pick.kind == PICK_KEY && app->pick.id < picture->key_count;
    return is_key ? NULL : "select a key first: click a row of the inspector, or press Tab";
}

static void operate(struct app *app, enum stage_operation operation, const char *word,
                    const char *value)
{
    const struct picture *picture = app_picture(app);
    const struct picture_key *picked = &picture->keys[app->pick.id];
    char key[KEY_BYTES_MAX + 1], done[200];
    if (!stage_key_text(app->stage, picked->token, key, sizeof key)) {
        app_refuse(app, "this key is too long to be asked for by hand");
        return;
    }
    snprintf(done, sizeof done, "%s %s %s; Right shows what comes of it", picture->clients[0],
             word, picked->name);
    bend_tell(app, stage_operate(app->stage, 0, operation, key, value), done);
}

static void answer_put(struct app *app, const char *answer)
{
    const char *why_not = why_not_need_key(app);
    if (why_not)
        app_refuse(app, why_not);
    else
        operate(app, STAGE_PUT, "puts", answer);
}

void do_put(struct app *app)
{
    char value[40];
    snprintf(value, sizeof value, "by-hand-%u", stage_branch_count(app->stage));
    bend_ask(app, "Which value does the client put under this key?", value, answer_put);
}

void do_get(struct app *app)
{
    operate(app, STAGE_GET, "gets", NULL);
}

void do_delete(struct app *app)
{
    operate(app, STAGE_DELETE, "deletes", NULL);
}

void do_stop_clients(struct app *app)
{
    bend(app, (struct action){.kind = ACTION_STOP_CLIENTS, .target = ALL_MEMBERS},
         "the clients begin nothing new");
}

void do_start_clients(struct app *app)
{
    bend(app, (struct action){.kind = ACTION_START_CLIENTS, .target = ALL_MEMBERS},
         "the clients go on");
}
