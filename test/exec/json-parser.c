// A recursive-descent parser as coroutines, which takes its input in pieces: each read of a character
// may suspend. Every text is cut in every way and cancelled at every place.
// RUN: %everywhere %s | FileCheck %s
#include "Inputs/tasks.h"

typedef struct source {
    const char *at, *end; /* the piece that is there */
    bool closed;
} source;

typedef struct value {
    enum { FAILED, NUMBER, STRING, ARRAY, OBJECT, LITERAL } kind;
    double number; /* of a container: the sum of its numbers */
    int items, depth;
    char text[24];
} value;
coro_declare(value);

static int open_values;
static void close_value(int *scope)
{
    open_values -= *scope;
}

static coro_task(int) peek(source *s)
{
    coro_begin(int);
    while (s->at == s->end) {
        if (s->closed)
            coro_return(-1);
        coro_suspend();
    }
    coro_return((unsigned char)*s->at);
}

static coro_task(int) next(source *s)
{
    coro_begin(int);
    int c = coro_await(peek(s));
    if (c >= 0)
        s->at++;
    coro_return(c);
}

static coro_task(int) skip_space(source *s)
{
    coro_begin(int);
    int c;
    while ((c = coro_await(peek(s))) == ' ' || c == '\n')
        coro_await(next(s));
    coro_return(c);
}

static coro_task(value) parse(source *s, int depth);

static coro_task(value) parse_number(source *s)
{
    coro_begin(value);
    value v = {.kind = NUMBER, .items = 1};
    bool negative = coro_await(peek(s)) == '-';
    if (negative)
        coro_await(next(s));
    int c = coro_await(peek(s));
    if (c < '0' || c > '9')
        coro_return((value){0});
    for (; (c = coro_await(peek(s))) >= '0' && c <= '9'; coro_await(next(s)))
        v.number = v.number * 10 + (c - '0');
    if (c == '.') {
        coro_await(next(s));
        for (double unit = 0.1; (c = coro_await(peek(s))) >= '0' && c <= '9'; unit /= 10) {
            v.number += (c - '0') * unit;
            coro_await(next(s));
        }
    }
    v.number = negative ? -v.number : v.number;
    coro_return(v);
}

static coro_task(value) parse_string(source *s)
{
    coro_begin(value);
    value v = {.kind = STRING, .items = 1};
    size_t length = 0;
    coro_await(next(s));
    for (;;) {
        int c = coro_await(next(s));
        switch (c) {
        case -1:
            coro_return((value){0});
        case '"':
            coro_return(v);
        case '\\':
            if ((c = coro_await(next(s))) == 'n')
                c = '\n';
            __attribute__((fallthrough));
        default:
            if (length < sizeof v.text - 1)
                v.text[length++] = (char)c;
        }
    }
}

static coro_task(value) parse_container(source *s, int depth, int close)
{
    coro_begin(value);
    value all = {.kind = close == '}' ? OBJECT : ARRAY};
    coro_await(next(s));
    if (coro_await(skip_space(s)) == close) {
        coro_await(next(s));
        coro_return(all);
    }
    for (;;) {
        if (close == '}') {
            coro_await(skip_space(s));
            if (coro_await(peek(s)) != '"' || coro_await(parse_string(s)).kind != STRING ||
                coro_await(skip_space(s)) != ':' || coro_await(next(s)) != ':')
                coro_return((value){0});
        }
        value item = coro_await(parse(s, depth + 1));
        if (item.kind == FAILED)
            coro_return(item);
        all.number += item.number;
        all.items += item.items + (item.kind == ARRAY || item.kind == OBJECT);
        all.depth = item.depth + 1 > all.depth ? item.depth + 1 : all.depth;
        coro_await(skip_space(s));
        int c = coro_await(next(s));
        if (c == close)
            coro_return(all);
        if (c != ',')
            coro_return((value){0});
    }
}

static coro_task(value) parse(source *s, int depth)
{
    coro_begin(value);
    __attribute__((cleanup(close_value))) int scope = 1;
    open_values++;
    int c = coro_await(skip_space(s));
    if (depth > 20)
        coro_return((value){0});
    if (c == '{' || c == '[')
        coro_return(coro_await(parse_container(s, depth, c == '{' ? '}' : ']')));
    if (c == '"')
        coro_return(coro_await(parse_string(s)));
    if (c == 't' || c == 'f' || c == 'n') {
        const char *word = c == 't' ? "true" : c == 'f' ? "false" : "null";
        while (*word)
            if (coro_await(next(s)) != *word++)
                coro_return((value){0});
        coro_return((value){.kind = LITERAL, .items = 1});
    }
    coro_return(coro_await(parse_number(s)));
}

/* Feeds the text in pieces; gives up before piece number `until`. */
static value feed(const char *text, size_t piece, int until)
{
    source s = {text, text, false};
    const char *end = text + strlen(text);
    coro_task(value) task = parse(&s, 0);
    while (!coro_done(task) && until-- != 0) {
        coro_resume(task);
        s.closed = s.end == end;
        s.end = (size_t)(end - s.end) < piece ? end : s.end + piece;
    }
    value v = {0};
    if (coro_done(task))
        v = coro_result(task);
    coro_destroy(task);
    return v;
}

int main(void)
{
    static const char *const texts[] = {
        "[1, 2.5, -3, [4, {\"five\" : 5.25}], \"a \\\"string\\\"\", true, null]",
        "{\"a\":[[[[1]]]], \"b\" : {}, \"c\":[]}",
        "\"only text\"",
        "  -12.75 ",
        "[1, 2",
        "[1, trie]",
        "{\"key\" 1}",
        "[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]",
    };
    // CHECK: kind 3, sum 9.75, items 10, depth 3, ''
    // CHECK-NEXT: kind 4, sum 1.00, items 7, depth 5, ''
    // CHECK-NEXT: kind 2, sum 0.00, items 1, depth 0, 'only text'
    // CHECK-NEXT: kind 1, sum -12.75, items 1, depth 0, ''
    // CHECK-NEXT: kind 0,
    // CHECK-NEXT: kind 0,
    // CHECK-NEXT: kind 0,
    // CHECK-NEXT: kind 0,
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        value whole = feed(texts[i], 1000, -1);
        printf("kind %d, sum %.2f, items %d, depth %d, '%s'\n", whole.kind, whole.number,
               whole.items, whole.depth, whole.text);
        for (size_t piece = 1; piece < 5; piece++) {
            value v = feed(texts[i], piece, -1);
            if (v.kind != whole.kind || v.number != whole.number || v.items != whole.items ||
                strcmp(v.text, whole.text) != 0)
                printf("other in pieces of %zu\n", piece);
            for (int until = 0; until < 70; until++)
                feed(texts[i], piece, until);
        }
    }
    // CHECK-NEXT: open 0
    printf("open %d\n", open_values);
    return 0;
}
