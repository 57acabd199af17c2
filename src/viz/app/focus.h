/*
 * focus.h: the way of the keyboard through the window.
 *
 * Tab walks first through the things of the run, in a fixed order (nodes, clients, messages,
 * keys): they are selected as it goes. Then through the controls on the screen, from the upper
 * left on (buttons, titles, pages, edges, the bar of time): they get a frame, and the selection
 * stays, so that a button is about it. Arrows go from control to control, Enter and Space push,
 * Esc leaves. An edge moves with the arrows. Ctrl+Tab leaps to the next kind.
 */
#ifndef VIZ_FOCUS_H
#define VIZ_FOCUS_H

#include "viz/views/scene.h"

struct app;

/* To the next (or the one before) of all things and controls. */
void focus_step(struct app *app, bool is_forward);

/* Over what is left of this kind: to the first client, message, key or control. */
void focus_next_kind(struct app *app);

/* A key while a control has the focus: true if it was for that. */
bool focus_key(struct app *app, uint32_t key, uint32_t modifiers);

/* The frame round the control. */
void focus_draw(const struct app *app, const struct scene *scene, struct draw_list *list);

#endif
