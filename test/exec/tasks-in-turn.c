// Task after task of one coroutine, each awaited where the one before has ended: whatever becomes of
// the frame in between, each does what it would alone, and all frames go back.
// RUN: %everywhere %s | FileCheck %s
// RUN: %everywhere %s -DCORO_NO_POOL | FileCheck %s
// RUN: %everywhere %s -g -fexceptions | FileCheck %s
#include "Inputs/tasks.h"

static long held, scopes;

static void *get(void *context, size_t size, size_t align)
{
    (void)context;
    void *frame = aligned_alloc(align, (size + align - 1) / align * align);
    memset(frame, 0xa5, size);
    held++;
    return frame;
}

static void put(void *context, void *frame, size_t size, size_t align)
{
    (void)context, (void)align;
    memset(frame, 0x5a, size);
    free(frame);
    held--;
}

static void leave(int *scope)
{
    scopes -= *scope;
}

// Some end at once, some have much in their frames.
static coro_task(int) leaf(int x)
{
    coro_begin(int);
    __attribute__((cleanup(leave))) int scope = 1;
    scopes++;
    if (x % 5 == 0)
        coro_return(x);
    int digits[4] = {x % 10, x / 10 % 10, x / 100 % 10, 1};
    coro_suspend();
    int sum = digits[0] + digits[1];
    if (x % 3 == 0)
        coro_suspend();
    coro_return(sum + digits[2] + digits[3]);
}

// Left in four ways, gone on with in two.
static coro_task(int) ways(int n)
{
    coro_begin(int);
    int sum = 0;
    for (int i = 0;; i++) {
        int x = coro_await(leaf(n + i));
        sum += x;
        if (x == 9)
            continue;
        if (x == 13)
            coro_return(-sum);
        if (x == 17)
            break;
        if (sum > 150)
            goto over;
        if (i == 40)
            coro_suspend();
    }
    sum *= 2;
over:
    coro_return(sum + coro_await(leaf(sum)));
}

// Several values lead out by one way, and a call that may throw by another.
static int checks;
__attribute__((noinline)) static void check(int x)
{
    checks += x & 1;
}
static coro_task(int) choices(int n)
{
    coro_begin(int);
    int sum = 0;
    for (int i = 0;; i++) {
        __attribute__((cleanup(leave))) int scope = 1;
        scopes++;
        int x = coro_await(leaf(n * i + 1));
        check(x);
        switch (x) {
        case 4:
        case 7:
        case 12:
        case 30:
            coro_return(sum + x);
        case 1:
        case 11:
            sum++;
        }
        sum += i;
        if (sum > 200)
            break;
    }
    coro_return(sum);
}

// Loops in loops; some turns await nothing, some another coroutine's task.
static coro_task(int) nested(int n)
{
    coro_begin(int);
    int sum = 0;
    for (int i = 0; i < n; i++) {
        if (i % 4 == 1)
            continue;
        for (int k = i; k > 0; k /= 2)
            sum += k * coro_await(leaf(k));
        if (i % 3 == 0)
            sum ^= coro_await(late(i, 1));
        for (int k = 0; k < 3; k++)
            if ((i + k) % 2)
                sum += coro_await(leaf(sum & 127));
    }
    coro_return(sum);
}

static void drop(coro_task(int) * task)
{
    if (!coro_failed(*task))
        coro_destroy(*task);
}

static coro_task(int) take(coro_task(int) * task)
{
    coro_task(int) taken = *task;
    *task = (coro_task(int)){NULL};
    return taken;
}

// One of two, and two at a time.
static coro_task(int) pairs(int n)
{
    coro_begin(int);
    int sum = 0;
    while (n-- > 0) {
        coro_task(int) one = n & 1 ? leaf(n) : leaf(2 * n);
        sum += coro_await(one);
        coro_task(int) a __attribute__((cleanup(drop))) = leaf(n);
        sum = sum * 3 + coro_await(leaf(n + 1));
        sum = sum * 3 + coro_await(take(&a));
        sum &= 0xffffff;
    }
    coro_return(sum);
}

// Driven by hand first, to its end or not so far, or not at all.
static coro_task(int) by_hand(int n)
{
    coro_begin(int);
    int sum = 0;
    for (int i = 0; i < n; i++) {
        coro_task(int) task = leaf(i);
        for (int k = 0; k < i % 4 && !coro_done(task); k++)
            coro_resume(task);
        sum = (sum * 7 + coro_await(task)) & 0xffffff;
    }
    coro_return(sum);
}

// Some are not awaited.
static coro_task(int) dropped(int n)
{
    coro_begin(int);
    int sum = 0;
    for (int i = 0; i < n; i++) {
        coro_task(int) task = leaf(i);
        if (i % 4 == 2)
            coro_destroy(task);
        else
            sum = (sum * 7 + coro_await(task)) & 0xffffff;
        sum += coro_await(leaf(i + 1));
    }
    coro_return(sum);
}

static coro_generator(int) values(int n)
{
    coro_begin_generator(int);
    for (int i = 0; i < n; i++) {
        int x = coro_await(leaf(i)) + 100 * coro_await(leaf(i + 1));
        if (x % 2)
            coro_yield(x);
    }
    coro_return();
}

static int looks;

static void look(int at)
{
    looks = (int)((unsigned)looks * 31 + (unsigned)at);
}

static void (*volatile look_at)(int) = look;

// With -fexceptions, several calls between one and the next unwind to the same place.
static coro_task(int) unwinds(int n)
{
    coro_begin(int);
    int sum = coro_await(leaf(n));
    {
        __attribute__((cleanup(leave))) int scope = 1;
        scopes++;
        look_at(sum);
        look_at(sum + 1);
        look_at(sum + 2);
    }
    sum += coro_await(leaf(n + 1));
    coro_return(sum + (looks & 0xff));
}

static coro_task(int) consumer(int n)
{
    coro_begin(int);
    int sum = 0;
    coro_await_for(x, values(n))
    {
        sum = (sum * 5 + x) & 0xffffff;
        if (sum % 31 == 0)
            break;
    }
    coro_return(sum);
}

// Deeper, each level in turns.
static coro_task(int) levels(int n)
{
    coro_begin(int);
    int sum = n;
    for (int i = 0; i < n; i++)
        sum = (sum * 3 + coro_await(levels(n - 1 - i))) & 0xffff;
    coro_return(sum + coro_await(leaf(sum)));
}

#define EACH(X)                                                                                    \
    X(ways, 30)                                                                                    \
    X(choices, 30)                                                                                 \
    X(nested, 24)                                                                                  \
    X(pairs, 20) X(by_hand, 40) X(dropped, 20) X(consumer, 30) X(levels, 5) X(unwinds, 20)

#define RUN(coroutine, most)                                                                       \
    {                                                                                              \
        unsigned sum = 0;                                                                          \
        for (int n = 0; n < most; n++)                                                             \
            sum = sum * 31 + (unsigned)coro_run(coroutine(n));                                     \
        printf("%s: %u", #coroutine, sum);                                                         \
        /* Left after each number of resumes. */                                                   \
        int stop = 0;                                                                              \
        for (bool ended = false; !ended; stop++) {                                                 \
            coro_task(int) task = coroutine(most - 1);                                             \
            for (int k = 0; k < stop && !coro_done(task); k++)                                     \
                coro_resume(task);                                                                 \
            ended = coro_done(task);                                                               \
            coro_destroy(task);                                                                    \
        }                                                                                          \
        printf(", left %d times", stop);                                                           \
        unsigned in_turns = 0;                                                                     \
        coro_interleave(7, 4 * most, i, coroutine((int)i / 4), x, { in_turns += (unsigned)x; });   \
        printf(", in turns %u\n", in_turns);                                                       \
    }

int main(void)
{
    struct coro_allocator allocator = {get, put, NULL};
    if (coro_set_allocator(&allocator))
        return 1;
    // CHECK: ways: 445368144, left 14 times, in turns 21904
    // CHECK-NEXT: choices: 2164953101, left 3 times, in turns 9780
    // CHECK-NEXT: nested: 480362680, left 88 times, in turns 103984
    // CHECK-NEXT: pairs: 3823069014, left 63 times, in turns 600775888
    // CHECK-NEXT: by_hand: 1760774800, left 16 times, in turns 924239376
    // CHECK-NEXT: dropped: 1475361648, left 37 times, in turns 153494944
    // CHECK-NEXT: consumer: 3449986739, left 8 times, in turns 43524
    // CHECK-NEXT: levels: 325460, left 16 times, in turns 131240
    EACH(RUN)
    coro_trim();
    // CHECK-NEXT: unwinds: 1948654676, left 3 times, in turns 10681
    // CHECK-NEXT: 0 frames held, 0 scopes open
    printf("%ld frames held, %ld scopes open\n", held, scopes);
    return 0;
}
