/*
 * spacetime_named.c: operations that a verdict names, once the run has been judged.
 *
 *     [get cart:7 o        framed in the colour of what is wrong: the one that cannot be explained
 *     [put cart:7 o        framed in that of a warning: those that it is held against
 *
 * With a check selected only its operations are marked, else those of all checks that are violated.
 */
#include "viz/spacetime/spacetime.h"

enum diagram_naming diagram_naming(const struct diagram *d, uint64_t request)
{
    const struct scene *scene = d->scene;
    const struct stage_verdict *verdicts = stage_verdicts(scene->stage);
    enum diagram_naming naming = NAMED_BY_NONE;
    for (uint32_t i = 0; verdicts && !d->is_ghost && i < scene->picture->check_count; i++) {
        if (verdicts[i].kind != STAGE_VIOLATED ||
            (scene->pick.kind == PICK_CHECK && scene->pick.id != i))
            continue;
        for (uint32_t n = 0; n < verdicts[i].request_count; n++)
            if (verdicts[i].requests[n] == request)
                naming = MAX(naming, n == 0 ? NAMED_AS_WRONG : NAMED_BESIDE);
    }
    return naming;
}

void diagram_frame_named(struct diagram *d, enum diagram_naming naming, struct box box)
{
    const struct theme *theme = d->scene->theme;
    if (naming == NAMED_BY_NONE)
        return;
    bool is_wrong = naming == NAMED_AS_WRONG;
    draw_frame(d->list, box.x - 2, box.y - 2, box.w + 4, box.h + 4, is_wrong ? 2.0f : 1.3f,
               is_wrong ? theme->bad : theme->warn);
}
