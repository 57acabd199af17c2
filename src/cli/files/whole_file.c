/*
 * whole_file.c: write beside it, then rename.
 */
#include "cli/files/whole_file.h"

#include <errno.h>
#include <string.h>

bool whole_file_open(struct whole_file *file, const char *path, char *why, size_t why_size)
{
    *file = (struct whole_file){.out = stdout};
    if (!path || strcmp(path, "-") == 0)
        return true;
    file->out = NULL;
    if (strlen(path) >= sizeof file->path) {
        snprintf(why, why_size, "the name of the file is too long");
        return false;
    }
    strcpy(file->path, path);
    snprintf(file->part, sizeof file->part, "%s.part", path);
    file->out = fopen(file->part, "wb");
    if (!file->out)
        snprintf(why, why_size, "cannot write %.200s: %s", path, strerror(errno));
    return file->out != NULL;
}

bool whole_file_finish(struct whole_file *file, char *why, size_t why_size)
{
    FILE *out = file->out;
    bool is_good = fflush(out) == 0 && !ferror(out);
    file->out = NULL;
    if (file->path[0] == '\0') {
        if (!is_good)
            snprintf(why, why_size, "cannot write to standard output: %s", strerror(errno));
        return is_good;
    }
    is_good = fclose(out) == 0 && is_good;
    if (is_good && rename(file->part, file->path) == 0)
        return true;
    snprintf(why, why_size, "cannot write %.200s: %s", file->path, strerror(errno));
    remove(file->part);
    return false;
}

void whole_file_abandon(struct whole_file *file)
{
    if (!file->out || file->path[0] == '\0')
        return;
    fclose(file->out);
    file->out = NULL;
    remove(file->part);
}
