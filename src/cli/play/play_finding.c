/*
 * play_finding.c: the cursor on the violation.
 *
 * First a check that the scenario does not expect to fail, then one that it does: a scenario that
 * shows a failure begins where it shows.
 */
#include "cli/play/play_finding.h"

bool play_seek_finding(struct app *app)
{
    uint32_t count = app_picture(app)->check_count, found = count;
    stage_judge(app->stage);
    const struct stage_verdict *verdicts = stage_verdicts(app->stage);
    for (uint32_t i = count; i-- > 0;)
        if (verdicts[i].kind == STAGE_VIOLATED &&
            (!verdicts[i].is_content || found == count || verdicts[found].is_content))
            found = i;
    if (found == count)
        return false;
    app->inspector_page = PAGE_CHECKS;
    app->pick = (struct pick){PICK_CHECK, found};
    stage_seek(app->stage, verdicts[found].is_at_end ? UINT64_MAX : verdicts[found].step);
    app_moved_by_hand(app);
    app_say(app, "%s: %s", app_picture(app)->checks[found].name,
            stage_verdicts(app->stage)[found].text);
    return true;
}
