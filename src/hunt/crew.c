/*
 * crew.c: forks, pipes and deaths.
 *
 * Two pipes and a third for stderr lead to each worker. An answer is its size and then its bytes;
 * what a dead worker had begun to say is thrown away. Beside the item at hand a worker has a few
 * more in its pipe, so that it never waits for us; they are remembered here until they are
 * answered.
 */
#include "hunt/crew.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define AHEAD        4    /* items in the hands of one worker, when they are quick */
#define LONG_SECONDS 0.05 /* behind an item that takes longer no other waits: in the end one worker
                             would have them all */

struct worker {
    pid_t pid; /* 0: there is none */
    int orders, answers, errors; /* our ends */
    uint64_t items[AHEAD];
    uint32_t item_count;
    double since; /* when it began with the first */
    bool is_killed;
    struct json_out heard; /* answers, as far as they have come */
    char words[CREW_WORDS_MAX];
    size_t word_count;
};

struct crew {
    struct crew_work work;
    double limit;
    uint32_t count;
    uint32_t next; /* whose turn it is to be looked at */
    double mean;   /* seconds that an item takes, of the last ones */
    uint64_t *again; /* items of workers that died */
    uint32_t again_count;
    char *told; /* of the last outcome */
    char words[CREW_WORDS_MAX + 1];
    struct worker workers[CREW_MAX];
};

static double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* --- in the worker -------------------------------------------------------------------------- */

static bool read_whole(int file, void *bytes, size_t size)
{
    for (size_t done = 0; done < size;) {
        ssize_t count = read(file, (char *)bytes + done, size - done);
        if (count == 0 || (count < 0 && errno != EINTR))
            return false;
        done += count > 0 ? (size_t)count : 0;
    }
    return true;
}

static bool write_whole(int file, const void *bytes, size_t size)
{
    for (size_t done = 0; done < size;) {
        ssize_t count = write(file, (const char *)bytes + done, size - done);
        if (count < 0 && errno != EINTR)
            return false;
        done += count > 0 ? (size_t)count : 0;
    }
    return true;
}

static _Noreturn void work(const struct crew_work *work, int orders, int answers)
{
    uint64_t item;
    struct json_out line = {0};
    if (work->begin && !work->begin(work->host))
        _exit(2);
    while (read_whole(orders, &item, sizeof item)) {
        line.size = 0;
        work->run(work->host, item, &line);
        uint32_t size = (uint32_t)line.size;
        if (!write_whole(answers, &size, sizeof size) || !write_whole(answers, line.data, size))
            break;
    }
    _exit(0);
}

/* --- beginning and ending one --------------------------------------------------------------- */

static void close_ends(struct worker *worker)
{
    close(worker->orders);
    close(worker->answers);
    close(worker->errors);
}

/* The child has the ends of all its elder brothers: they would keep those alive. */
static _Noreturn void become_worker(struct crew *crew, pid_t parent, int orders, int answers,
                                    int errors)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(0); /* it went before we asked */
    signal(SIGINT, SIG_IGN);
    signal(SIGTERM, SIG_DFL);
    signal(SIGPIPE, SIG_DFL);
    for (uint32_t i = 0; i < crew->count; i++)
        if (crew->workers[i].pid)
            close_ends(&crew->workers[i]);
    dup2(errors, STDERR_FILENO);
    close(errors);
    work(&crew->work, orders, answers);
}

static bool begin_worker(struct crew *crew, struct worker *worker)
{
    int orders[2], answers[2], errors[2];
    pid_t parent = getpid();
    fflush(NULL); /* or the child has a copy of what waits to be written */
    if (pipe(orders) != 0 || pipe(answers) != 0 || pipe(errors) != 0)
        return false;
    pid_t pid = fork();
    if (pid < 0)
        return false;
    if (pid == 0) {
        close(orders[1]), close(answers[0]), close(errors[0]);
        become_worker(crew, parent, orders[0], answers[1], errors[1]);
    }
    close(orders[0]), close(answers[1]), close(errors[1]);
    fcntl(answers[0], F_SETFL, O_NONBLOCK);
    fcntl(errors[0], F_SETFL, O_NONBLOCK);
    worker->pid = pid;
    worker->orders = orders[1];
    worker->answers = answers[0];
    worker->errors = errors[0];
    worker->item_count = 0;
    worker->is_killed = false;
    worker->heard.size = 0;
    worker->word_count = 0;
    return true;
}

struct crew *crew_open(const struct crew_work *work, uint32_t jobs, double limit_seconds,
                       char *why, size_t why_size)
{
    struct crew *crew = calloc(1, sizeof *crew);
    CHECK_WHY(crew != NULL, "out of memory");
    crew->work = *work;
    crew->mean = 2 * LONG_SECONDS; /* nobody knows yet */
    crew->limit = limit_seconds;
    crew->again = calloc(2 * CREW_MAX * AHEAD, sizeof *crew->again);
    CHECK_WHY(crew->again != NULL, "out of memory");
    signal(SIGPIPE, SIG_IGN);
    crew->count = MIN(MAX(jobs, 1), (uint32_t)CREW_MAX);
    if (begin_worker(crew, &crew->workers[0]))
        return crew;
    snprintf(why, why_size, "cannot begin a worker: %s", strerror(errno));
    crew_close(crew);
    return NULL;
}

void crew_close(struct crew *crew)
{
    if (!crew)
        return;
    for (uint32_t i = 0; i < crew->count; i++)
        if (crew->workers[i].pid) {
            kill(crew->workers[i].pid, SIGKILL);
            close_ends(&crew->workers[i]);
            waitpid(crew->workers[i].pid, NULL, 0);
        }
    for (uint32_t i = 0; i < crew->count; i++)
        free(crew->workers[i].heard.data);
    free(crew->told);
    free(crew->again);
    free(crew);
}

/* --- giving --------------------------------------------------------------------------------- */

static struct worker *idlest(const struct crew *crew)
{
    const struct worker *best = NULL;
    uint32_t most = crew->mean > LONG_SECONDS ? 1 : AHEAD;
    for (uint32_t i = 0; i < crew->count; i++) {
        const struct worker *worker = &crew->workers[i];
        if (worker->item_count < most && !worker->is_killed &&
            (!best || worker->item_count < best->item_count))
            best = worker;
    }
    return (struct worker *)best;
}

bool crew_has_room(const struct crew *crew)
{
    return crew->again_count == 0 && idlest(crew) != NULL;
}

/* A worker is begun when there is something for it. One that has just died does not read: its item
 * comes back with its death. */
static void hand(struct crew *crew, struct worker *worker, uint64_t item)
{
    CHECK_WHY(worker->pid || begin_worker(crew, worker), "a worker can be begun");
    if (worker->item_count == 0)
        worker->since = seconds_now();
    worker->items[worker->item_count++] = item;
    (void)!write(worker->orders, &item, sizeof item);
}

void crew_give(struct crew *crew, uint64_t item)
{
    struct worker *worker = idlest(crew);
    if (worker) {
        hand(crew, worker, item);
        return;
    }
    CHECK_WHY(crew->again_count < CREW_MAX * AHEAD, "items are given while there is room");
    crew->again[crew->again_count++] = item;
}

uint64_t crew_outstanding(const struct crew *crew)
{
    uint64_t count = crew->again_count;
    for (uint32_t i = 0; i < crew->count; i++)
        count += crew->workers[i].item_count;
    return count;
}

static void hand_out_again(struct crew *crew)
{
    struct worker *worker;
    while (crew->again_count > 0 && (worker = idlest(crew)) != NULL)
        hand(crew, worker, crew->again[--crew->again_count]);
}

/* --- hearing -------------------------------------------------------------------------------- */

static void hear(struct worker *worker)
{
    char bytes[65536];
    ssize_t count;
    while ((count = read(worker->answers, bytes, sizeof bytes)) > 0)
        json_out_bytes(&worker->heard, bytes, (size_t)count);
}

/* The last ones are kept. */
static void hear_words(struct worker *worker)
{
    char bytes[CREW_WORDS_MAX];
    ssize_t count;
    while ((count = read(worker->errors, bytes, sizeof bytes)) > 0) {
        size_t size = (size_t)count, keep = sizeof worker->words - size;
        keep = MIN(keep, worker->word_count);
        memmove(worker->words, worker->words + worker->word_count - keep, keep);
        memcpy(worker->words + keep, bytes, size);
        worker->word_count = keep + size;
    }
}

static uint64_t take_first_item(struct crew *crew, struct worker *worker)
{
    uint64_t item = worker->items[0];
    double now = seconds_now();
    worker->item_count--;
    memmove(worker->items, worker->items + 1, worker->item_count * sizeof item);
    crew->mean += (now - worker->since - crew->mean) / 8;
    worker->since = now;
    return item;
}

/* A whole answer, if there is one. */
static bool take_answer(struct crew *crew, struct worker *worker, struct crew_outcome *outcome)
{
    uint32_t size;
    if (worker->heard.size < sizeof size || worker->item_count == 0)
        return false;
    memcpy(&size, worker->heard.data, sizeof size);
    if (worker->heard.size < sizeof size + size)
        return false;
    crew->told = realloc(crew->told, (size_t)size + 1);
    CHECK_WHY(crew->told != NULL, "out of memory");
    memcpy(crew->told, worker->heard.data + sizeof size, size);
    crew->told[size] = '\0';
    worker->heard.size -= sizeof size + size;
    memmove(worker->heard.data, worker->heard.data + sizeof size + size, worker->heard.size);
    *outcome = (struct crew_outcome){.item = take_first_item(crew, worker),
                                     .fate = CREW_SAID,
                                     .line = crew->told,
                                     .line_size = size,
                                     .words = ""};
    return true;
}

/* It is gone: its item is told, and the others are for another. */
static bool bury(struct crew *crew, struct worker *worker, struct crew_outcome *outcome)
{
    int status = 0;
    hear_words(worker);
    close_ends(worker);
    waitpid(worker->pid, &status, 0);
    worker->pid = 0;
    bool has_item = worker->item_count > 0;
    memcpy(crew->words, worker->words, worker->word_count);
    crew->words[worker->word_count] = '\0';
    *outcome = (struct crew_outcome){.item = has_item ? take_first_item(crew, worker) : 0,
                                     .fate = worker->is_killed ? CREW_TIMED_OUT : CREW_DIED,
                                     .status = status,
                                     .line = "",
                                     .words = crew->words};
    for (uint32_t i = worker->item_count; i > 0; i--)
        crew->again[crew->again_count++] = worker->items[i - 1];
    worker->item_count = 0;
    worker->is_killed = false;
    return has_item;
}

static bool has_ended(struct worker *worker)
{
    siginfo_t info = {0};
    return waitid(P_PID, (id_t)worker->pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           info.si_pid == worker->pid;
}

static bool look_at(struct crew *crew, struct worker *worker, struct crew_outcome *outcome)
{
    if (!worker->pid)
        return false;
    if (take_answer(crew, worker, outcome))
        return true;
    bool is_gone = has_ended(worker); /* before what it said is read, or some would be missed */
    hear(worker);
    hear_words(worker);
    if (take_answer(crew, worker, outcome))
        return true;
    if (is_gone)
        return bury(crew, worker, outcome);
    if (crew->limit > 0 && worker->item_count > 0 && !worker->is_killed &&
        seconds_now() - worker->since > crew->limit) {
        worker->is_killed = true;
        kill(worker->pid, SIGKILL);
    }
    return false;
}

static bool look_at_all(struct crew *crew, struct crew_outcome *outcome)
{
    for (uint32_t i = 0; i < crew->count; i++) {
        struct worker *worker = &crew->workers[crew->next];
        crew->next = (crew->next + 1) % crew->count;
        if (look_at(crew, worker, outcome))
            return true;
    }
    return false;
}

bool crew_wait(struct crew *crew, int timeout_ms, struct crew_outcome *outcome)
{
    struct pollfd files[2 * CREW_MAX];
    nfds_t count = 0;
    hand_out_again(crew); /* to those that have become idle since */
    if (look_at_all(crew, outcome))
        return true;
    for (uint32_t i = 0; i < crew->count; i++) {
        if (!crew->workers[i].pid)
            continue;
        files[count++] = (struct pollfd){crew->workers[i].answers, POLLIN, 0};
        files[count++] = (struct pollfd){crew->workers[i].errors, POLLIN, 0};
    }
    if (poll(files, count, timeout_ms) <= 0 && errno == EINTR)
        return false;
    return look_at_all(crew, outcome);
}
