/*
 * safeguard.c: the table behind safeguard.h, made from safeguards.def.
 */
#include "db/safeguard.h"

const struct safeguard_info safeguard_table[] = {
#define SAFEGUARD(identifier, name, rule, incident) {name, rule, incident},
#include "db/safeguards.def"
#undef SAFEGUARD
};

_Static_assert(ARRAY_LEN(safeguard_table) == SAFEGUARD_COUNT, "one entry per safeguard");
