// Arguments and results of every size, class and alignment go by value.
// RUN: %everywhere %s | FileCheck %s
#include "Inputs/tasks.h"

#include <complex.h>

typedef struct {
    char c;
} tiny;
typedef struct {
    double x;
    int n;
} mixed; /* one SSE and one integer register */
typedef struct {
    float x, y, z;
} floats;
typedef struct {
    long a[20];
    char text[13];
} large; /* byval, sret */
typedef union {
    int i[4];
    double d;
    char text[16];
} either;
typedef float vector __attribute__((vector_size(16)));
typedef struct {
    vector v[2];
    short s;
} with_vectors;
typedef struct {
    struct {
        short grid[3][4];
        struct {
            unsigned low : 3, high : 13;
            bool flag : 1;
        } bits;
    } inner[2];
} nested;
typedef struct {
    _Alignas(64) int first;
    char rest[70];
} aligned64;
typedef char character;
typedef short shortish;
typedef __int128 wide;
typedef long double extended;
typedef _Complex double complex_double;
typedef _Float16 half;
typedef struct {
    int (*function)(int);
    const char *name;
} callback;
typedef enum { RED, GREEN = 7 } colour;

coro_declare(tiny);
coro_declare(mixed);
coro_declare(floats);
coro_declare(large);
coro_declare(either);
coro_declare(vector);
coro_declare(with_vectors);
coro_declare(nested);
coro_declare(aligned64);
coro_declare(character);
coro_declare(shortish);
coro_declare(wide);
coro_declare(extended);
coro_declare(complex_double);
coro_declare(half);
coro_declare(callback);
coro_declare(colour);

/* echo_T(x) is x after a suspend; through_T(x) awaits that, with another argument on either side. */
#define ECHO(T)                                                                                    \
    static coro_task(T) echo_##T(char before, T x, double after)                                   \
    {                                                                                              \
        coro_begin(T);                                                                             \
        T copy = x;                                                                                \
        coro_suspend();                                                                            \
        if (before != 'b' || after != 0.5 || ((uintptr_t)&x | (uintptr_t)&copy) % _Alignof(T))     \
            abort();                                                                               \
        coro_return(copy);                                                                         \
    }                                                                                              \
    static coro_task(T) through_##T(T x)                                                           \
    {                                                                                              \
        coro_begin(T);                                                                             \
        T y = coro_await(echo_##T('b', x, 0.5));                                                   \
        coro_suspend();                                                                            \
        coro_return(coro_await(echo_##T('b', y, 0.5)));                                            \
    }
ECHO(bool)
ECHO(tiny)
ECHO(mixed)
ECHO(floats)
ECHO(large)
ECHO(either)
ECHO(vector)
ECHO(with_vectors)
ECHO(nested)
ECHO(aligned64)
ECHO(character)
ECHO(shortish)
ECHO(wide)
ECHO(extended)
ECHO(complex_double)
ECHO(half)
ECHO(callback)
ECHO(colour)

static int increment(int x)
{
    return x + 1;
}

/* The caller may reuse what it passed as soon as the task is made. */
static coro_task(int) reuses_argument(void)
{
    coro_begin(int);
    large l = {.a = {1, 2}, .text = "first"};
    coro_task(large) task = echo_large('b', l, 0.5);
    memset(&l, 'x', sizeof l);
    coro_suspend();
    large back = coro_await(task);
    coro_return(strcmp(back.text, "first") == 0 && back.a[1] == 2);
}

/* Many arguments: registers run out. */
static coro_task(double) many(int a, double b, large c, long d, float e, int f, int g, int h, int i,
                              double j, floats k, mixed l, bool m)
{
    coro_begin(double);
    coro_suspend();
    coro_return(a + b + c.a[19] + d + e + f + g + h + i + j + k.z + l.x + l.n + m);
}
static coro_task(double) calls_many(void)
{
    coro_begin(double);
    double r = coro_await(many(1, 2, (large){.a = {[19] = 3}}, 4, 5, 6, 7, 8, 9, 10,
                               (floats){0, 0, 11}, (mixed){12, 13}, true));
    coro_return(r);
}

int main(void)
{
    // CHECK: 1 0 c
    printf("%d %d %c\n", coro_run(through_bool(true)), coro_run(through_bool(false)),
           coro_run(through_tiny((tiny){'c'})).c);
    mixed m = coro_run(through_mixed((mixed){1.5, -2}));
    floats f = coro_run(through_floats((floats){1, 2, 3.25}));
    // CHECK-NEXT: 1.50 -2, 1.00 2.00 3.25
    printf("%.2f %d, %.2f %.2f %.2f\n", m.x, m.n, f.x, f.y, f.z);
    large l = {.text = "hello, world"};
    for (int i = 0; i < 20; i++)
        l.a[i] = i * i;
    large l2 = coro_run(through_large(l));
    // CHECK-NEXT: 361 hello, world 1
    printf("%ld %s %d\n", l2.a[19], l2.text, memcmp(l.a, l2.a, sizeof l.a) == 0);
    // CHECK-NEXT: union
    printf("%s\n", coro_run(through_either((either){.text = "union"})).text);
    vector v = coro_run(through_vector((vector){1, 2, 3, 4}));
    with_vectors w =
        coro_run(through_with_vectors((with_vectors){{{5, 6, 7, 8}, {9, 10, 11, 12}}, 13}));
    // CHECK-NEXT: 1 4 5 12 13
    printf("%g %g %g %g %d\n", v[0], v[3], w.v[0][0], w.v[1][3], w.s);
    nested n = {0};
    n.inner[1].grid[2][3] = 77;
    n.inner[1].bits.low = 5;
    n.inner[1].bits.high = 4097;
    n.inner[0].bits.flag = true;
    n = coro_run(through_nested(n));
    // CHECK-NEXT: 77 5 4097 1 0
    printf("%d %d %d %d %d\n", n.inner[1].grid[2][3], n.inner[1].bits.low, n.inner[1].bits.high,
           n.inner[0].bits.flag, n.inner[1].bits.flag);
    aligned64 a = coro_run(through_aligned64((aligned64){3, "over-aligned"}));
    // CHECK-NEXT: 3 over-aligned
    printf("%d %s\n", a.first, a.rest);
    // CHECK-NEXT: A -5 7
    printf("%c %d %d\n", coro_run(through_character('A')), coro_run(through_shortish(-5)),
           coro_run(through_colour(GREEN)));
    wide x = coro_run(through_wide(((wide)0x123456789abcdef << 64) | 0xfedcba9876543210));
    // CHECK-NEXT: 123456789abcdef fedcba9876543210
    printf("%llx %llx\n", (unsigned long long)(x >> 64), (unsigned long long)x);
    complex_double c = coro_run(through_complex_double(1.0 + 2.0 * I));
    // CHECK-NEXT: 1.5 1.0+2.0i 0.25
    printf("%.1Lf %.1f+%.1fi %.2f\n", coro_run(through_extended(1.5L)), creal(c), cimag(c),
           (double)coro_run(through_half((half)0.25)));
    callback b = coro_run(through_callback((callback){increment, "increment"}));
    // CHECK-NEXT: increment 42
    printf("%s %d\n", b.name, b.function(41));
    // CHECK-NEXT: own argument 1, many 92
    printf("own argument %d, many %g\n", coro_run(reuses_argument()), coro_run(calls_many()));
    return 0;
}
