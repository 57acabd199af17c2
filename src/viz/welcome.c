/*
 * welcome.c: the one thing to do for somebody who has just come.
 *
 * When nobody said what to open, the first scenario is open and stands at its beginning. A plate
 * points at the button that sets it going; whatever the person does first, it is gone.
 */
#include "viz/app.h"
#include "viz/caption.h"

void app_draw_welcome(const struct app *app, const struct scene *scene, struct box window,
                      struct draw_list *list)
{
    uint64_t play = app_command_named("play or pause");
    const struct hit *button = NULL;
    for (uint32_t i = 0; i < app->hits.count; i++)
        if (pick_is(app->hits.items[i].pick, PICK_COMMAND, play))
            button = &app->hits.items[i];
    if (!button)
        return;
    const struct box *box = &button->box;
    draw_frame(list, box->x - 3, box->y - 3, box->w + 6, box->h + 6, 2, scene->theme->selected);
    caption_draw(scene, list, window, box->x + box->w / 2, box->y - scene->size * 2,
                 "Press Space: the nodes begin to work",
                 "A click on this button does the same. Nothing that you do here can break "
                 "anything: you can always go back.");
}
