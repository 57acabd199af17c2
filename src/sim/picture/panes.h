/*
 * panes.h: the panes of a window, by name.
 *
 * A scenario may say which of them a reader needs to begin with ("panes": ["ring", "log"]), so
 * their names live here; what they show is the window's business (viz/views/scene.h).
 */
#ifndef SIM_PANES_H
#define SIM_PANES_H

/* PANE(IDENTIFIER, "word") */
#define PANES(PANE)                                                                                \
    PANE(RING, "ring")                                                                             \
    PANE(SPACETIME, "space-time")                                                                  \
    PANE(INSPECTOR, "inspector")                                                                   \
    PANE(LOG, "log")

enum pane {
#define PANE(identifier, word) PANE_##identifier,
    PANES(PANE)
#undef PANE
    PANE_COUNT,
};

#endif
