/*
 * window_sdl_cursor.c: the look of the mouse pointer.
 *
 * The app says what lies under it (app_cursor); here that becomes one of the desktop's own
 * pointers. A desktop that has none of a kind keeps the arrow.
 */
#include "viz/window/window_sdl.h"

void window_show_cursor(struct window *w)
{
    static const SDL_SystemCursor system[CURSOR_COUNT] = {
        [CURSOR_ARROW] = SDL_SYSTEM_CURSOR_ARROW,    [CURSOR_HAND] = SDL_SYSTEM_CURSOR_HAND,
        [CURSOR_COLUMNS] = SDL_SYSTEM_CURSOR_SIZEWE, [CURSOR_ROWS] = SDL_SYSTEM_CURSOR_SIZENS,
        [CURSOR_MOVE] = SDL_SYSTEM_CURSOR_SIZEALL,
    };
    enum app_cursor cursor = app_cursor(w->app);
    if (cursor == w->cursor)
        return;
    if (!w->cursors[cursor])
        w->cursors[cursor] = SDL_CreateSystemCursor(system[cursor]);
    if (w->cursors[cursor])
        SDL_SetCursor(w->cursors[cursor]);
    w->cursor = cursor;
}

void window_free_cursors(struct window *w)
{
    for (int i = 0; i < CURSOR_COUNT; i++)
        if (w->cursors[i])
            SDL_FreeCursor(w->cursors[i]);
}
