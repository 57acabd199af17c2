/*
 * journal.h: what is done in a window outlives the window, whatever ends it.
 *
 * Before a deed takes place it stands in a file of the session, on the disk:
 *
 *   $XDG_STATE_HOME/ringside/journal/standard-1-91bced4587a54cd2-1764016412-4711-1.journal
 *
 *   5a3c90d1 {"ringside_journal":1,"made":["v0.1.0",1,1],"scenario":"standard","text":"91bc...",
 *             "seed":1,"file":"scenarios/standard.json","sets":[]}
 *   8817f0e2 {"branch":1,"parent":0,"step":48190,"time":"12000417ns","run":"c09d...",
 *             "do":{"crash":"n2","unsynced":"lost"}}
 *   0b11fe53 {"saved":1}
 *
 * One line a deed, appended by one write and synced, each behind the checksum of the rest of the
 * line (crc32c). `run` is the digest of the run up to the deed. So a line torn by a crash of the
 * machine is known as torn, and a deed is only done again where it was done.
 *
 * A session that ends with all its branches saved as scenarios leaves no file. Otherwise the file
 * stays, and the next session of the same scenario (the same text) and seed offers what is in it.
 * While a session is open its file is locked, so that two windows do not offer each other's.
 * Nothing is thrown away in silence: what cannot be read is moved aside and told, and only
 * beyond JOURNALS_MAX files does the oldest one that nobody has open go, with a sentence.
 */
#ifndef CLI_JOURNAL_H
#define CLI_JOURNAL_H

#include "cli/files/notice.h"
#include "cli/files/places.h"
#include "cli/play/session.h"
#include "scenario/json_print.h"

#define JOURNAL_FORMAT 1
#define JOURNALS_MAX   64

/* --- keeping (journal.c) -------------------------------------------------------------------- */

struct journal {
    const struct session *session;
    bool is_kept;               /* a person is at work: deeds go to the disk */
    struct json_out pending;    /* lines from before that, which the first deed takes along */
    char path[PLACE_MAX + 200]; /* "" before the first deed */
    int file;                   /* -1 before the first deed, and when it cannot be written */
    uint32_t branch_count;      /* taken so far */
    uint32_t saved_count;
    uint32_t *saved;            /* branches that were saved as scenarios */
    struct journal_branch {
        uint32_t parent;
        uint32_t deed; /* its place in the list of what was done */
    } *branches;
    bool is_begun;              /* the file is there and ours */
    bool is_broken;             /* told once; then there is no journal */
    struct notice *notice;      /* where troubles are told */
};

/* The session outlives the journal. What is done before journal_keep came out of a share line:
 * it goes to the disk only when a person does something more. */
struct journal *journal_open(const struct session *session);
void journal_keep(struct journal *journal, struct notice *notice);

/* For stage_watch; `host` is the struct journal. */
void journal_take(void *host, const struct stage *stage, uint32_t branch);

/* The branch, with all that was done before it, is a scenario now. */
void journal_saved(struct journal *journal, uint32_t branch);

/* How many branches are in the file and in no scenario. */
uint32_t journal_unsaved(const struct journal *journal);

/* The session ends in an orderly way. The file goes if nothing in it is unsaved. NULL is
 * allowed. */
void journal_close(struct journal *journal);

/* --- bringing back (journal_kept.c) --------------------------------------------------------- */

/* Earlier journals of the same text and seed that nobody has open. */
struct kept {
    uint32_t file_count, branch_count;
    char *paths[JOURNALS_MAX];
};

void kept_find(struct kept *kept, const struct session *session, struct notice *notice);
void kept_free(struct kept *kept);

/* Do in the stage what the journals say, in order; *branch is the last one that came back. What
 * fits is done, each in a branch of its own, and files of which everything came back are removed:
 * `own` has their deeds now. Returns how many branches are back; the rest is told. */
uint32_t kept_bring_back(struct kept *kept, const struct session *session, struct stage *stage,
                         const struct journal *own, uint32_t *branch, struct notice *notice);

/* --- one line ------------------------------------------------------------------------------- */

/* The JSON of a line, without newline, whose checksum fits; NULL otherwise. Changes `line`. */
const char *journal_line(char *line);

#endif
