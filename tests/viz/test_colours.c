/*
 * test_colours.c: nothing is told by colour alone.
 *
 * Owners' colours stay apart for people who see no red or no green; all states of a node and
 * all kinds of message stay apart in shape when every colour is gone. Dichromacy is simulated
 * as Machado, Oliveira and Fernandes (2009) do it, distances are those of CIE L*a*b*.
 */
#include "viz/measure.h"
#include "viz/draw/raster.h"
#include "viz/show.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "db/message.h"

/* --- owners -------------------------------------------------------------------------------- */

struct lab {
    double part[3];
};

static const double visions[3][3][3] = {
    {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
    {{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116,
      1.051998}},
    {{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940,
      0.968881}},
};
static const char *const vision_names[3] = {"all colours", "protanopia", "deuteranopia"};

static double linear(uint8_t value)
{
    double part = value / 255.0;
    return part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4);
}

static double bend(double t)
{
    return t > 0.008856 ? cbrt(t) : 7.787 * t + 16.0 / 116;
}

static struct lab lab_of(struct draw_color color, const double vision[3][3])
{
    static const double xyz[3][3] = {{0.4124, 0.3576, 0.1805}, {0.2126, 0.7152, 0.0722},
                                     {0.0193, 0.1192, 0.9505}};
    static const double white[3] = {0.95047, 1, 1.08883};
    double in[3] = {linear(color.r), linear(color.g), linear(color.b)}, seen[3], f[3];
    for (int i = 0; i < 3; i++) {
        seen[i] = vision[i][0] * in[0] + vision[i][1] * in[1] + vision[i][2] * in[2];
        seen[i] = fmin(fmax(seen[i], 0), 1);
    }
    for (int i = 0; i < 3; i++)
        f[i] = bend((xyz[i][0] * seen[0] + xyz[i][1] * seen[1] + xyz[i][2] * seen[2]) / white[i]);
    return (struct lab){{116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])}};
}

static double distance(struct lab a, struct lab b)
{
    double sum = 0;
    for (int i = 0; i < 3; i++)
        sum += (a.part[i] - b.part[i]) * (a.part[i] - b.part[i]);
    return sqrt(sum);
}

static void any_two_owners_differ_for_the_colour_blind(void **state)
{
    (void)state;
    for (int theme = 0; theme < THEME_COUNT; theme++)
        for (int vision = 0; vision < 3; vision++)
            for (int i = 1; i < 8; i++)
                for (int j = 0; j < i; j++) {
                    const struct draw_color *owner = themes[theme].owner;
                    double far = distance(lab_of(owner[i], visions[vision]),
                                          lab_of(owner[j], visions[vision]));
                    if (far < 12)
                        fail_msg("theme %s, %s: owners %d and %d are only %.1f apart",
                                 themes[theme].name, vision_names[vision], j, i, far);
                }
}

static void an_owner_can_be_seen_on_its_background(void **state)
{
    (void)state;
    for (int theme = 0; theme < THEME_COUNT; theme++)
        for (int i = 0; i < 8; i++)
            if (measure_contrast(themes[theme].owner[i], themes[theme].pane) < 2)
                fail_msg("theme %s: owner %d can hardly be seen", themes[theme].name, i);
}

/* --- shapes without colour ----------------------------------------------------------------- */

#define SIDE 80 /* pixels of a stamp */

struct stamp {
    const char *name;
    uint8_t is_ink[SIDE * SIDE];
};

static bool is_beyond(struct box box, int x, int y)
{
    return fabsf((float)x - SIDE / 2) > box.w / 2 + 2 || fabsf((float)y - SIDE / 2) > box.h / 2 + 2;
}

/* Black and white is less than grey: what is told by shades alone is lost too. Words beside the
 * box do not count. */
static void take_stamp(struct show *show, struct pick pick, struct stamp *stamp)
{
    enum { WIDTH = 1280, HEIGHT = 720 };
    uint32_t *pixels = calloc(WIDTH * HEIGHT, sizeof *pixels);
    struct draw_list list = {0};
    struct raster raster = {pixels, WIDTH, HEIGHT, 1, 0, 0, 0, 0};
    assert_non_null(pixels);
    app_draw(show->app, WIDTH, HEIGHT, &list);
    raster_draw(&raster, &list, NULL);
    const struct hits *hits = &show->app->hits;
    memset(stamp->is_ink, 0, sizeof stamp->is_ink);
    for (uint32_t i = 0; i < hits->count; i++) {
        struct box box = hits->items[i].box;
        if (!pick_is(hits->items[i].pick, pick.kind, pick.id))
            continue;
        int left = (int)(box.x + box.w / 2) - SIDE / 2, top = (int)(box.y + box.h / 2) - SIDE / 2;
        for (int y = 0; y < SIDE; y++)
            for (int x = 0; x < SIDE; x++) {
                uint32_t pixel = pixels[(top + y) * WIDTH + left + x];
                struct draw_color c = {(uint8_t)(pixel >> 16), (uint8_t)(pixel >> 8),
                                       (uint8_t)pixel, 255};
                stamp->is_ink[y * SIDE + x] = !is_beyond(box, x, y) && measure_luminance(c) > 0.12;
            }
    }
    draw_free(&list);
    free(pixels);
}

static void expect_all_different(const struct stamp *stamps, uint32_t count, uint32_t least)
{
    for (uint32_t i = 1; i < count; i++)
        for (uint32_t j = 0; j < i; j++) {
            uint32_t different = 0;
            for (int k = 0; k < SIDE * SIDE; k++)
                different += stamps[i].is_ink[k] != stamps[j].is_ink[k];
            if (different < least)
                fail_msg("without colours, %s and %s differ in %u pixels", stamps[i].name,
                         stamps[j].name, different);
        }
}

/* A calm moment of the ring, to be tampered with. */
static struct picture *calm_ring(struct show *show)
{
    show_open(show, "scenarios/standard.json");
    app_seek_time(show->app, 12 * SECOND);
    show->app->maximised = PANE_RING;
    struct draw_list list = {0};
    app_draw(show->app, 1280, 720, &list);
    draw_free(&list);
    return &show->app->picture;
}

static void states_of_a_node_differ_without_colours(void **state)
{
    enum { SUSPECTED = PICTURE_STATE_COUNT, STATES };
    static const char *const names[STATES] = {"up", "down", "paused", "recovering", "refused",
                                              "suspected"};
    static struct stamp stamps[STATES];
    (void)state;
    struct show show;
    struct picture *picture = calm_ring(&show);
    picture->message_count = 0;
    for (uint32_t i = 0; i < STATES; i++) {
        picture->nodes[0].state = i == SUSPECTED ? PICTURE_UP : (uint8_t)i;
        picture->nodes[0].suspected_by = i == SUSPECTED;
        stamps[i].name = names[i];
        take_stamp(&show, (struct pick){PICK_ACTOR, 0}, &stamps[i]);
    }
    show_close(&show);
    expect_all_different(stamps, STATES, 100);
}

/* What else may be true of a message. */
enum { LOST, HELD, DAMAGED, COPY, DONE, NOT_DONE, TRAITS };

static struct picture_message message_at_half_way(vtime clock)
{
    return (struct picture_message){.from = 0,
                                    .to = 2,
                                    .record = 1,
                                    .sent_at = clock - MILLISECOND,
                                    .arrives_at = clock + MILLISECOND,
                                    .left = MILLISECOND,
                                    .way = 2 * MILLISECOND};
}

static void kinds_of_message_differ_without_colours(void **state)
{
    static const struct {
        const char *letter, *name;
    } kinds[] = {
#define MESSAGE(identifier, member, letter, name) {letter, name},
        MESSAGES(MESSAGE)
#undef MESSAGE
    };
    static const char *const traits[] = {"a lost one", "a held one", "a damaged one",
                                         "a copy",     "done",       "not done"};
    enum { KINDS = sizeof kinds / sizeof kinds[0] };
    static struct stamp stamps[KINDS + TRAITS];
    static struct picture_message message;
    (void)state;
    struct show show;
    struct picture *picture = calm_ring(&show);
    picture->message_count = 1;
    show.app->text_scale = 2; /* letters of four pixels a dot */
    picture->messages = &message;
    for (uint32_t i = 0; i < KINDS + TRAITS; i++) {
        uint32_t kind = i < KINDS ? i : 0, trait = i - KINDS;
        message = message_at_half_way(show.app->clock);
        message.name = kinds[kind].name;
        message.letter = kinds[kind].letter[0];
        message.is_doomed = trait == LOST;
        message.is_held = trait == HELD;
        message.is_damaged = trait == DAMAGED;
        message.copy = trait == COPY;
        message.sign = trait == DONE ? '+' : trait == NOT_DONE ? '-' : 0;
        stamps[i].name = i < KINDS ? kinds[i].name : traits[trait];
        take_stamp(&show, (struct pick){PICK_RECORD, 1}, &stamps[i]);
    }
    show_close(&show);
    expect_all_different(stamps, KINDS + TRAITS, 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_two_owners_differ_for_the_colour_blind),
        cmocka_unit_test(an_owner_can_be_seen_on_its_background),
        cmocka_unit_test(states_of_a_node_differ_without_colours),
        cmocka_unit_test(kinds_of_message_differ_without_colours),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
