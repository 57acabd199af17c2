/*
 * notice.c: sentences behind each other.
 */
#include "cli/files/notice.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void add(struct notice *notice, const char *format, va_list arguments)
{
    size_t used = strlen(notice->text);
    if (used > 0 && used + 3 < sizeof notice->text) {
        strcpy(notice->text + used, "; ");
        used += 2;
    }
    vsnprintf(notice->text + used, sizeof notice->text - used, format, arguments);
}

void notice_tell(struct notice *notice, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    add(notice, format, arguments);
    va_end(arguments);
}

void notice_add(struct notice *notice, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    add(notice, format, arguments);
    va_end(arguments);
    notice->is_trouble = true;
}
