/*
 * log_look.h: what a person has chosen to see of the log.
 *
 * The log follows the selection, or else the present, until it is scrolled or clicked; then it
 * stands still, so that a row does not run away from under the pointer, for as long as what it
 * followed stays the same or in sight.
 */
#ifndef VIZ_LOG_LOOK_H
#define VIZ_LOG_LOOK_H

#include "viz/log/log_index.h"

struct log_look {
    struct log_filter filter;
    struct log_index index;
    bool is_searching; /* the index does not cover the whole tape yet */
    uint64_t top;      /* number of the first row while it stands still; 0: it follows */
    uint64_t held;     /* what it followed when it was made to stand still */
};

#endif
