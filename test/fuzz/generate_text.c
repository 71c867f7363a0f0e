/* generate_text.c: chance, and strings. */
#include "generate.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- Chance: splitmix64 (Steele, Lea, Flood, OOPSLA 2014) ------------------------------------- */

static uint64_t random_state;

static uint64_t mixed(uint64_t x)
{
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
    x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
    return x ^ (x >> 31);
}

void random_begin(uint64_t seed, uint64_t number)
{
    random_state = mixed(mixed(seed + 1) + 0x9e3779b97f4a7c15 * (number + 1));
}

unsigned below(unsigned n)
{
    random_state += 0x9e3779b97f4a7c15;
    return (unsigned)((mixed(random_state) >> 32) * n >> 32);
}

unsigned between(unsigned least, unsigned most)
{
    return least + below(most - least + 1);
}

bool chance(unsigned percent)
{
    return below(100) < percent;
}

/* ---- Text ------------------------------------------------------------------------------------- */

static void *checked(void *memory)
{
    if (!memory) {
        fputs("generate: out of memory\n", stderr);
        exit(2);
    }
    return memory;
}

struct string {
    struct string *next;
    char bytes[];
};
static struct string *strings;

char *text(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    struct string *s = checked(malloc(sizeof *s + (size_t)length + 1));
    s->next = strings;
    strings = s;
    va_start(arguments, format);
    vsnprintf(s->bytes, (size_t)length + 1, format, arguments);
    va_end(arguments);
    return s->bytes;
}

void text_free(void)
{
    while (strings) {
        struct string *next = strings->next;
        free(strings);
        strings = next;
    }
}

static void append_list(struct buffer *b, const char *format, va_list arguments)
{
    va_list again;
    va_copy(again, arguments);
    size_t length = (size_t)vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (b->length + length >= b->room) {
        b->room = 2 * (b->length + length) + 256;
        b->bytes = checked(realloc(b->bytes, b->room));
    }
    vsnprintf(b->bytes + b->length, length + 1, format, arguments);
    b->length += length;
}

void append(struct buffer *b, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    append_list(b, format, arguments);
    va_end(arguments);
}

void line(struct context *c, const char *format, ...)
{
    append(c->out, "%*s", (int)(4 * c->indent), "");
    va_list arguments;
    va_start(arguments, format);
    append_list(c->out, format, arguments);
    va_end(arguments);
    append(c->out, "\n");
}

void buffer_free(struct buffer *b)
{
    free(b->bytes);
    *b = (struct buffer){0};
}
