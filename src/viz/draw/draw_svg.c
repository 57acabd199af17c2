/*
 * draw_svg.c: the draw list as an SVG image.
 *
 * A clip is a group with a clip path, open until the next one. Every text says how long it is,
 * so that it keeps its place where the reader's monospaced font is wider or narrower than ours.
 */
#include "viz/draw/draw.h"

#include <math.h>
#include <string.h>

static void svg_text(const char *text, FILE *out)
{
    for (; *text; text++) {
        switch (*text) {
        case '<': fputs("&lt;", out); break;
        case '>': fputs("&gt;", out); break;
        case '&': fputs("&amp;", out); break;
        default: fputc((unsigned char)*text < ' ' ? ' ' : *text, out);
        }
    }
}

static void svg_paint(const struct draw_command *c, const char *attribute, FILE *out)
{
    fprintf(out, " %s=\"#%02x%02x%02x\"", attribute, c->color.r, c->color.g, c->color.b);
    if (c->color.a < 255)
        fprintf(out, " %s-opacity=\"%.2f\"", attribute, c->color.a / 255.0);
}

/* Tenths of a point; never "-0.0". */
static void svg_number(const char *name, float value, FILE *out)
{
    double tenths = floor((double)value * 10 + 0.5);
    fprintf(out, " %s=\"%.1f\"", name, tenths / 10 + 0.0);
}

static void svg_rect(const struct draw_command *c, FILE *out)
{
    fputs("<rect", out);
    svg_number("x", c->x, out);
    svg_number("y", c->y, out);
    svg_number("width", c->w, out);
    svg_number("height", c->h, out);
}

static void svg_line(const struct draw_command *c, FILE *out)
{
    fputs("<line", out);
    svg_number("x1", c->x, out);
    svg_number("y1", c->y, out);
    svg_number("x2", c->w, out);
    svg_number("y2", c->h, out);
    svg_number("stroke-width", c->size, out);
    if (c->is_dashed)
        fputs(" stroke-dasharray=\"4 3\"", out);
    svg_paint(c, "stroke", out);
    fputs("/>\n", out);
}

static void svg_disc(const struct draw_command *c, FILE *out)
{
    fputs("<circle", out);
    svg_number("cx", c->x, out);
    svg_number("cy", c->y, out);
    svg_number("r", c->radius, out);
    svg_paint(c, "fill", out);
    fputs("/>\n", out);
}

/* A path from a point to itself draws nothing. */
static void svg_ring(const struct draw_command *c, FILE *out)
{
    fputs("<circle", out);
    svg_number("cx", c->x, out);
    svg_number("cy", c->y, out);
    svg_number("r", c->radius, out);
    fprintf(out, " fill=\"none\" stroke-width=\"%.1f\"", c->size);
    svg_paint(c, "stroke", out);
    fputs("/>\n", out);
}

static void svg_arc(const struct draw_command *c, FILE *out)
{
    if (c->h - c->w > 6.28f) {
        svg_ring(c, out);
        return;
    }
    double x1 = c->x + c->radius * cos((double)c->w);
    double y1 = c->y + c->radius * sin((double)c->w);
    double x2 = c->x + c->radius * cos((double)c->h);
    double y2 = c->y + c->radius * sin((double)c->h);
    fprintf(out,
            "<path d=\"M%.1f %.1f A%.1f %.1f 0 %d 1 %.1f %.1f\" fill=\"none\" "
            "stroke-width=\"%.1f\"",
            x1, y1, c->radius, c->radius, c->h - c->w > 3.14159f, x2, y2, c->size);
    svg_paint(c, "stroke", out);
    fputs("/>\n", out);
}

static void svg_words(const struct draw_list *list, const struct draw_command *c, FILE *out)
{
    static const char *const anchors[] = {"start", "middle", "end"};
    const char *text = draw_characters(list, c);
    float length = (float)strlen(text) * c->size * DRAW_CHARACTER_WIDTH;
    fputs("<text", out);
    svg_number("x", c->x, out);
    svg_number("y", c->y + c->size * 0.95f, out);
    svg_number("font-size", c->size, out);
    svg_number("textLength", length, out);
    fprintf(out, " lengthAdjust=\"spacingAndGlyphs\" text-anchor=\"%s\"", anchors[c->align]);
    if (strstr(text, "  ")) /* browsers do not hand this down from the root */
        fputs(" style=\"white-space:pre\"", out);
    svg_paint(c, "fill", out);
    fputs(">", out);
    svg_text(text, out);
    fputs("</text>\n", out);
}

/* Closes the group of the clip before; a clip of the whole window opens none. */
static void svg_clip(const struct draw_command *c, uint32_t *open, uint32_t *count, FILE *out)
{
    if (*open)
        fputs("</g>\n", out);
    *open = c->w >= 0;
    if (!*open)
        return;
    fprintf(out, "<clipPath id=\"c%u\">", ++*count);
    svg_rect(c, out);
    fprintf(out, "/></clipPath><g clip-path=\"url(#c%u)\">\n", *count);
}

static void svg_command(const struct draw_list *list, const struct draw_command *c, FILE *out)
{
    switch (c->kind) {
    case DRAW_RECT:
        svg_rect(c, out);
        svg_paint(c, "fill", out);
        fputs("/>\n", out);
        break;
    case DRAW_FRAME:
        svg_rect(c, out);
        fputs(" fill=\"none\"", out);
        svg_number("stroke-width", c->size, out);
        svg_paint(c, "stroke", out);
        fputs("/>\n", out);
        break;
    case DRAW_LINE: svg_line(c, out); break;
    case DRAW_DISC: svg_disc(c, out); break;
    case DRAW_ARC: svg_arc(c, out); break;
    case DRAW_TEXT:
        if (*draw_characters(list, c))
            svg_words(list, c, out);
        break;
    default: break;
    }
}

void draw_svg(const struct draw_list *list, float width, float height, FILE *out)
{
    uint32_t is_group_open = 0, clip_count = 0;
    fprintf(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" height=\"%.0f\" "
                 "viewBox=\"0 0 %.0f %.0f\" font-family=\"DejaVu Sans Mono, monospace\" "
                 "xml:space=\"preserve\" style=\"white-space:pre\">\n",
            width, height, width, height);
    for (uint32_t i = 0; i < list->count; i++) {
        const struct draw_command *c = &list->commands[i];
        if (c->kind == DRAW_CLIP)
            svg_clip(c, &is_group_open, &clip_count, out);
        else
            svg_command(list, c, out);
    }
    fputs(is_group_open ? "</g>\n</svg>\n" : "</svg>\n", out);
}
