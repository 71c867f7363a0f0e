// Locals of every kind keep their values, their addresses and their alignment across suspends.
// RUN: %everywhere %s | FileCheck %s
#include "Inputs/tasks.h"

struct bits {
    unsigned a : 3, b : 7;
    int c : 5;
    bool d : 1;
};

/* Adds to what its awaiter lent it, before and after a suspend. */
static coro_task(void) modify(int *x, long *restrict y, const char **text)
{
    coro_begin(void);
    *x += 1;
    coro_suspend();
    *x += 10;
    *y += *x;
    *text = "modified";
    coro_return();
}

static int calls;
static int count_calls(int x)
{
    return ++calls * x;
}

static coro_task(int) all_kinds(int n)
{
    coro_begin(int);
    int array[8] = {1, 2, 3};
    struct {
        char c;
        double d;
        short s[3];
    } record = {'r', 2.5, {7, 8, 9}};
    union {
        float f;
        uint32_t u;
    } either = {.f = 1.0f};
    struct bits bits = {5, 100, -3, true};
    volatile int loud = n;
    const int fixed = n * 2;
    static int shared = 0;
    static _Thread_local int own = 0;
    register int fast = n + 3;
    int (*function)(int) = count_calls;
    int *compound = (int[]){4, 5, 6};
    int *restrict only = &array[4];
    int matrix[3][4] = {{0}};
    int (*row)[4] = &matrix[1];
    _Bool flag = n > 1;
    float f = n * 0.25f;
    long double extended = n * 3.0L;
    __int128 wide = (__int128)n << 70;
    char text[] = "text", *end = text + 4;
    coro_suspend();
    array[3] = record.s[1] + bits.b;
    loud++;
    shared += n;
    own += shared;
    fast++;
    *only = function(fixed);
    (*row)[2] = 42;
    bits.c--;
    int x = 1;
    long y = 2;
    const char *what = "?";
    coro_await(modify(&x, &y, &what));
    coro_await(modify(&array[5], &y, &what));
    end[-1] = 'X';
    coro_suspend();
    printf("array %d %d %d %d; record %c %g %d; union %x; bits %u %u %d %d\n", array[0], array[3],
           array[4], array[5], record.c, record.d, record.s[2], either.u, bits.a, bits.b, bits.c,
           bits.d);
    printf("volatile %d, const %d, static %d, thread %d, register %d, compound %d, matrix %d\n",
           loud, fixed, shared, own, fast, compound[2], matrix[1][2]);
    printf("flag %d, %g, %Lg, %d, %s; %d %ld %s\n", flag, f, extended, (int)(wide >> 70), text, x,
           y, what);
    coro_return(0);
}

struct page {
    _Alignas(4096) char bytes[100];
};

/* A self-reference shows whether the variable moved. */
static coro_task(bool) keeps_alignment(int n)
{
    coro_begin(bool);
    _Alignas(16) char a16[3] = {1};
    _Alignas(64) char a64[3] = {2};
    _Alignas(128) struct {
        void *self;
        char rest[30];
    } a128 = {&a128, {3}};
    struct page page = {{4}};
    coro_suspend();
    bool good = true;
    for (int i = 0; i < n; i++) {
        _Alignas(32) int inner[9] = {i};
        int *at = inner;
        coro_suspend();
        good &= at == inner && *at == i && (uintptr_t)inner % 32 == 0;
    }
    good &= (uintptr_t)a16 % 16 == 0 && (uintptr_t)a64 % 64 == 0 && (uintptr_t)&a128 % 128 == 0;
    good &= (uintptr_t)&page % 4096 == 0 && a128.self == &a128;
    coro_return(good && a16[0] + a64[0] + a128.rest[0] + page.bytes[0] == 10);
}
static coro_task(bool) awaits_aligned(void)
{
    coro_begin(bool);
    bool a = coro_await(keeps_alignment(2));
    coro_suspend();
    coro_return(a & coro_await(keeps_alignment(3)));
}

static coro_task(unsigned) large(unsigned seed)
{
    coro_begin(unsigned);
    unsigned char buffer[65536];
    for (unsigned i = 0; i < sizeof buffer; i++)
        buffer[i] = (unsigned char)(seed = seed * 1103515245 + 12345) >> 1;
    coro_suspend();
    unsigned sum = 0;
    for (unsigned i = 0; i < sizeof buffer; i++) {
        sum = 31 * sum + buffer[i];
        if (i % 8192 == 0)
            coro_suspend();
    }
    coro_return(sum);
}
static coro_task(bool) two_large(void)
{
    coro_begin(bool);
    coro_task(unsigned) a = large(1), b = large(1);
    unsigned x = coro_await(a), y = coro_await(b), z = coro_await(large(2));
    coro_return(x == y && x != z);
}

/* More values alive across the suspends than there are registers. */
#define PRESSURE(pause_here, value)                                                                \
    int b = a * 3, c = b ^ 5, d = c + a, e = d * b, f = e - c, g = f ^ a, h = g + 7, i = h * 2;    \
    int j = i - a, k = j ^ h, l = k + 9, m = l * 5, n = m - j, o = n ^ 3, p = o + a, q = p * 2;    \
    double r = a * 0.5, s = r + 1, t = s * r, u = t - s, v = u * 2, w = v + t, x = w * s,          \
           y = x - u;                                                                              \
    for (int turn = 0; turn < 10; turn++) {                                                        \
        pause_here;                                                                                \
        a += b, b ^= c, c += d, d ^= e, e += f, f ^= g, g += h, h ^= i, i += j, j ^= k, k += l;    \
        l ^= m, m += n, n ^= o, o += p, p ^= q, q += a & 0xff, q &= 0xffff;                        \
        r += s * 0.25, s -= t * 0.125, t += u * 0.0625, u -= v * 0.5, v += w * 0.25, w -= r,       \
            x += y;                                                                                \
        a &= 0xffff, b &= 0xffff, c &= 0xffff, d &= 0xffff, e &= 0xffff, f &= 0xffff, g &= 0xffff; \
        h &= 0xffff, i &= 0xffff, j &= 0xffff, k &= 0xffff, l &= 0xffff, m &= 0xffff, n &= 0xffff; \
        o &= 0xffff, p &= 0xffff;                                                                  \
        pause_here;                                                                                \
    }                                                                                              \
    (value) = a + b + c + d + e + f + g + h + i + j + k + l + m + n + o + p + q + (int)(r + s) +   \
              (int)(t + u + v) + (int)(w + x + y);

static coro_task(double) pressure(int a)
{
    coro_begin(double);
    double result;
    PRESSURE(coro_await(late(0, 1)), result)
    coro_return(result);
}

static double pressure_plain(int a)
{
    double result;
    PRESSURE((void)0, result)
    return result;
}

int main(void)
{
    // CHECK: array 1 108 6 11; record r 2.5 9; union 3f800000; bits 5 100 -4 1
    // CHECK-NEXT: volatile 4, const 6, static 3, thread 3, register 7, compound 6, matrix 42
    // CHECK-NEXT: flag 1, 0.75, 9, 3, texX; 12 25 modified
    coro_run(all_kinds(3));
    // CHECK-NEXT: array 1 108 20 11;
    // CHECK-NEXT: volatile 6, const 10, static 8, thread 11,
    // CHECK-NEXT: flag 1, 1.25, 15, 5, texX;
    coro_run(all_kinds(5));
    // CHECK-NEXT: alignment 1 1
    printf("alignment %d %d\n", coro_run(keeps_alignment(4)), coro_run(awaits_aligned()));
    // CHECK-NEXT: large 1
    printf("large %d\n", coro_run(two_large()));
    for (int a = 0; a < 20; a++)
        if (coro_run(pressure(a)) != pressure_plain(a))
            printf("pressure(%d) differs\n", a);
    // CHECK-NEXT: pressure 553732
    printf("pressure %.0f\n", pressure_plain(11));
    return 0;
}
