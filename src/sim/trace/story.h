/*
 * story.h: why did this check fail? The run told again, with what matters only.
 *
 * A failed check names operations. Their story is every record about them that
 * decided something (asked, logged, stored, acknowledged, dropped, answered),
 * together with what befell the nodes meanwhile (crashes, cut links, torn logs,
 * jumping clocks). Where the database broke a rule because a safeguard is off,
 * the record says so: that is the step at fault.
 *
 * Nothing was kept for this: the run is a pure function, so it is run again.
 */
#ifndef SIM_STORY_H
#define SIM_STORY_H

#include "sim/judge/judge.h"
#include "sim/world/world.h"

#define STORY_LINES_MAX   20
#define STORY_TEXT_MAX    200
#define STORY_SUBJECT_MAX 8

struct story_line {
    struct trace_record record;
    bool is_fault; /* a rule was broken here */
    char text[STORY_TEXT_MAX];
};

struct story {
    uint32_t line_count;
    uint32_t left_out; /* lines that did not fit */
    struct story_line lines[STORY_LINES_MAX];
};

/* Tell the story of a failed check. The world is run again from the start, to the
 * step that it is at; `scratch` is the caller's to drop. */
void story_tell(struct world *world, const struct check_result *result, struct heap *scratch,
                struct story *story);

#endif
