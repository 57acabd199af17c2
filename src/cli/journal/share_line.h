/*
 * share_line.h: one line of text that opens the exact moment elsewhere.
 *
 *     rs1:(scenario=standard,text=91b2...,seed=1,made=[0.1.0,3,2],
 *          do=[(step=48190,time=12000417ns,do=(crash=n2,unsynced=lost))],
 *          at=(step=48211,time=...,state=5c0e...),see=(actor=1,panes=ring+log))~1a2b3c4d
 *
 * (here on three lines; the line itself has no blanks). It is JSON written flat (flat_json.h)
 * between the number of the format and a checksum over all before it. Blanks and line breaks that
 * a mail program puts in are taken out before the checksum is looked at; anything else that
 * changed on the way is noticed, and nothing is opened.
 *
 * The scenario itself is not in the line: a shipped one is found by its name, another has to be
 * given, and the hash of its text says whether it is the same. Deeds are written as the
 * timeline writes actions, so every kind of action is covered. `state` is the digest of the
 * whole world at the moment: whoever opens the line compares it.
 */
#ifndef CLI_SHARE_LINE_H
#define CLI_SHARE_LINE_H

#include "cli/play/session.h"
#include "viz/app/moment.h"

#define SHARE_FORMAT   1
#define SHARE_LINE_MAX ((size_t)1 << 20)

/* Does it begin like a share line? Blanks and a quote before it do not count. */
bool share_is_line(const char *text);

/* The line, for the caller to free. The app shows the session's stage. */
char *share_line(const struct session *session, const struct app *app);

/* What a line says, read but not yet looked for. */
struct share {
    struct json_doc *doc; /* holds every string, and `deeds` */
    struct json_error *error;
    const char *scenario;
    uint64_t text_hash;
    uint64_t seed;
    char **sets;
    uint32_t set_count;
    const char *made; /* "0.1.0", by other versions of trace or draws; NULL: by these versions */
    struct json_value deeds;
    uint32_t deed_count;
    struct moment moment;
    uint64_t state_hash;
};

/* False and one sentence when it is no line, damaged, or of another format. `error` is written to
 * by share_replay, too. */
bool share_read(const char *line, struct share *share, struct json_error *error);
void share_free(struct share *share);

/* Do in the stage, which is at its beginning, all that the line says, and go to its moment.
 * False and a sentence when it comes out otherwise. */
bool share_replay(struct share *share, struct session *session);

#endif
