/*
 * views.h: the views of the window, one file each.
 *
 *     view_ring.c        where everything lies and what is on its way
 *     view_spacetime.c   who told whom what, and when
 *     view_inspector.c   everything in words, page by page (pages.h)
 *     view_log.c         one sentence for each record
 *     view_bars.c        title, message line, buttons and the bar of time
 *     view_marks.c       what is marked on it
 *     view_branches.c    the tree of branches over it
 *
 * Each draws into its box and nowhere else, and adds what can be clicked to the hits.
 */
#ifndef VIZ_VIEWS_H
#define VIZ_VIEWS_H

#include "viz/views/scene.h"

/* Heights of text of the bar below, without the branches: a narrow window has a second line for
 * what is said. */
float view_transport_lines(const struct scene *scene, float width);

typedef void view(const struct scene *scene, struct box box, struct draw_list *list,
                  struct hits *hits);

/* The tree of branches over the bar of time: how high it is in a window of that height, 0 while
 * there is only one branch; and its drawing, the lines over `bar`. */
float view_branches_height(const struct scene *scene, float window_height);
void view_branches(const struct scene *scene, struct box box, struct box bar,
                   struct draw_list *list, struct hits *hits);

/* A fault is bad, a cure good, a step of a change of members neither; unless it is undone. */
/* A ring with a bar across: a request is refused here (spacetime_sheds.c). */
void marks_no_entry(struct draw_list *list, float x, float y, float r, struct draw_color color,
                    struct draw_color behind);
struct draw_color marks_color(const struct theme *theme, const struct stage_sign *sign);
void marks_diamond(struct draw_list *list, float x, float y, float r, struct draw_color color);
/* The first fault or cure of a step, and the first operation that failed in it; NULL: none. */
const struct stage_sign *marks_find(const struct stage *stage, uint64_t step);

/* What happened when, on the bar of time. */
void view_marks(const struct scene *scene, struct box bar, struct draw_list *list,
                struct hits *hits);

view view_ring, view_spacetime, view_inspector, view_log, view_title, view_transport;

/* Flags on the bar of time where checks broke (page_checks.c). */
void checks_draw_flags(const struct scene *scene, struct box bar, struct draw_list *list,
                       struct hits *hits);

/* By enum pane. */
extern view *const pane_views[PANE_COUNT];

/* The chain of causes of a record, from itself back; returns how many. */
#define CHAIN_MAX 256
uint32_t causal_chain(const struct stage *stage, uint64_t number, uint64_t *chain);

/* The record that the log is about: the selected one, or the present. */
uint64_t log_centre(const struct scene *scene);

#endif
