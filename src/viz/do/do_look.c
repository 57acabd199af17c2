/*
 * do_look.c: how it looks.
 *
 * Panes, theme, size of text, help and palette: nothing here touches the run or the
 * moment of it that is shown.
 */
#include "viz/app/app.h"
#include "viz/do/do.h"

/* --- the look -------------------- */

static void show_pane(struct app *app, uint32_t pane)
{
    app->maximised = app->maximised == pane ? PANE_COUNT : pane;
}

void do_show_ring(struct app *app)
{
    show_pane(app, PANE_RING);
}

void do_show_spacetime(struct app *app)
{
    show_pane(app, PANE_SPACETIME);
}

void do_show_inspector(struct app *app)
{
    show_pane(app, PANE_INSPECTOR);
}

void do_show_log(struct app *app)
{
    show_pane(app, PANE_LOG);
}

void do_next_layout(struct app *app)
{
    char name[80];
    struct text text;
    text_init(&text, name, sizeof name);
    app->layout.panes = layout_next(app->layout.panes);
    app->maximised = PANE_COUNT;
    layout_name(app->layout.panes, &text);
    app_say(app, "layout: %s", name);
}

void do_next_page(struct app *app)
{
    app->inspector_page = (app->inspector_page + 1) % PAGE_COUNT;
    app->page_scroll = 0;
}

/* By a screenful, but for a line that is seen before and after. */
static void scroll_by_page(struct app *app, float direction)
{
    uint32_t pane = app_scrolled_pane(app);
    float lines = app_lines_of(app, pane) - 3;
    app_scroll(app, pane, direction * (lines > 1 ? lines : 1));
}

void do_page_up(struct app *app)
{
    scroll_by_page(app, -1);
}

void do_page_down(struct app *app)
{
    scroll_by_page(app, 1);
}

void do_ring_colours(struct app *app)
{
    static const char *const said[RING_COLOURS_COUNT] = {
        "arcs of the ring: by owner",
        "arcs of the ring: what a client could get now, through any running node",
        "arcs of the ring: how many keys differ between the replicas of a range",
        "arcs of the ring: what clients have asked for in the last second; the hottest are full"};
    app->ring_colours = (app->ring_colours + 1) % RING_COLOURS_COUNT;
    app_say(app, "%s", said[app->ring_colours]);
}

void do_ring_sheet(struct app *app)
{
    static const char *const said[RING_SHEET_COUNT] = {
        "on the ring: who doubts whom, and how near to a verdict it is",
        "on the ring: how far news have come, and how fresh what each node knows is",
        "on the ring: neither doubts nor news"};
    app->ring_sheet = (app->ring_sheet + 1) % RING_SHEET_COUNT;
    app_say(app, "%s", said[app->ring_sheet]);
}

void do_next_theme(struct app *app)
{
    app->theme = (app->theme + 1) % THEME_COUNT;
    app_say(app, "theme: %s", themes[app->theme].name);
}

void do_larger_text(struct app *app)
{
    app->text_scale = app->text_scale < 2.4f ? app->text_scale + 0.125f : 2.5f;
}

void do_smaller_text(struct app *app)
{
    app->text_scale = app->text_scale > 0.85f ? app->text_scale - 0.125f : 0.75f;
}

void do_normal_text(struct app *app)
{
    app->text_scale = 1;
}

void do_reduce_motion(struct app *app)
{
    app->is_motion_reduced = !app->is_motion_reduced;
    app_say(app, app->is_motion_reduced
                     ? "reduced motion: messages stand still, and the picture changes at most "
                       "three times a second"
                     : "messages move again");
}

const char *why_not_screen(struct app *app)
{
    return app->screen.full_screen ? NULL : "there is no screen here";
}

void do_full_screen(struct app *app)
{
    if (app->screen.full_screen(app->screen.self))
        app_say(app, "full screen; F11 goes back");
}

void do_help(struct app *app)
{
    app->mode = MODE_HELP;
    app->help_first = 0;
}

void do_about(struct app *app)
{
    app->mode = MODE_ABOUT;
    app->help_first = 0;
}

void do_palette(struct app *app)
{
    app->mode = MODE_PALETTE;
    app->typed[0] = '\0';
    app->chosen = 0;
}

void do_deselect(struct app *app)
{
    if (app->maximised < PANE_COUNT)
        app->maximised = PANE_COUNT;
    else if (app_has_why(app))
        app->why.count = 0;
    else if (!app_clear_filter(app))
        app->pick = (struct pick){PICK_NONE, 0};
}

void do_quit(struct app *app)
{
    app->is_over = true;
}
