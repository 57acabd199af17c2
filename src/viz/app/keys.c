/*
 * keys.c: names of keys (see keys.h).
 */
#include "viz/app/keys.h"

#include <string.h>
#include <strings.h>

#include "base/nearest.h"
#include "base/units.h"

static const struct {
    const char *name;
    uint32_t key;
} names[] = {
    {"Space", ' '},          {"Tab", KEY_TAB},
    {"Enter", KEY_ENTER},    {"Esc", KEY_ESCAPE},
    {"Escape", KEY_ESCAPE},  {"Backspace", KEY_BACKSPACE},
    {"Left", KEY_LEFT},      {"Right", KEY_RIGHT},
    {"Up", KEY_UP},          {"Down", KEY_DOWN},
    {"Home", KEY_HOME},      {"End", KEY_END},
    {"PageUp", KEY_PAGE_UP}, {"PageDown", KEY_PAGE_DOWN},
    {"Delete", KEY_DELETE},  {"Menu", KEY_MENU},
    {"F1", KEY_F1},          {"F2", KEY_F2},
    {"F3", KEY_F3},          {"F4", KEY_F4},
    {"F5", KEY_F5},          {"F6", KEY_F6},
    {"F7", KEY_F7},          {"F8", KEY_F8},
    {"F9", KEY_F9},          {"F10", KEY_F10},
    {"F11", KEY_F11},        {"F12", KEY_F12},
};

#define NAME_COUNT (sizeof names / sizeof names[0])

/* "Ctrl+", "Shift+" in front, each at most once. */
static const char *skip_modifiers(const char *name, uint32_t *modifiers)
{
    *modifiers = 0;
    for (;;) {
        if (!(*modifiers & MOD_CTRL) && strncasecmp(name, "Ctrl+", 5) == 0 && name[5]) {
            *modifiers |= MOD_CTRL;
            name += 5;
        } else if (!(*modifiers & MOD_SHIFT) && strncasecmp(name, "Shift+", 6) == 0 && name[6]) {
            *modifiers |= MOD_SHIFT;
            name += 6;
        } else {
            return name;
        }
    }
}

static bool refuse(const char *name, const char *bare, struct text *mistake)
{
    struct nearest nearest = nearest_to(units_word(bare));
    for (size_t i = 0; i < NAME_COUNT; i++)
        nearest_offer_string(&nearest, names[i].name);
    text_str(mistake, "there is no key ");
    text_bytes_quoted(mistake, units_word(name));
    if (!nearest_suggest(mistake, &nearest))
        text_str(mistake, "; keys are written like K, Shift+M, Ctrl+S, Right or F7");
    return false;
}

bool key_named(const char *name, uint32_t *key, uint32_t *modifiers, struct text *mistake)
{
    const char *bare = skip_modifiers(name, modifiers);
    char c = *bare;
    for (size_t i = 0; i < NAME_COUNT; i++)
        if (strcasecmp(names[i].name, bare) == 0) {
            *key = names[i].key;
            return true;
        }
    if (c <= ' ' || c >= 127 || bare[1] != '\0')
        return refuse(name, bare, mistake);
    bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    *key = is_letter ? (uint32_t)(c | 32) : (uint32_t)c;
    if (is_letter && *modifiers == MOD_SHIFT) { /* a capital, which is a key of its own */
        *key -= 32;
        *modifiers = 0;
    }
    return true;
}
