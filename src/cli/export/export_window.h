/*
 * export_window.h: what the window writes, for struct app_host.
 *
 * The run is that of the branch at hand: as it was written, and what was done to it since.
 * A file that is there already is never written over.
 */
#ifndef CLI_EXPORT_WINDOW_H
#define CLI_EXPORT_WINDOW_H

#include "cli/export/export.h"
#include "cli/play/save_session.h"

struct window_export {
    const struct session *session; /* whose stage the app shows */
    struct export_job *job; /* what is being written now, or NULL */
    struct intervention *interventions; /* its copy: the person may go on bending */
    char path[512];
};

/* Fills the calls in; each takes the struct window_export as `self`. */
void export_window_offer(struct app_host *host);

#endif
