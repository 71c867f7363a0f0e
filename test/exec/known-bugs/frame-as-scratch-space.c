// llvm #56301, #65018: the frame was written to after the task had been handed on, when another could have resumed or
// freed it. Frames come from an allocator that looks whether what it got back is touched.
// RUN: %everywhere %s -DCORO_NO_POOL | FileCheck %s
#include "../Inputs/tasks.h"

enum { SLOTS = 64, BYTES = 4096 };
static _Alignas(4096) unsigned char memory[SLOTS][BYTES];
static bool used[SLOTS];
static int next, touched, given;

static void *allocate(void *context, size_t size, size_t align)
{
    (void)context, (void)align;
    if (size > BYTES)
        return NULL;
    while (used[next])
        next = (next + 1) % SLOTS; /* the one that was free for longest */
    used[next] = true;
    given++;
    void *got = memory[next];
    next = (next + 1) % SLOTS;
    return got;
}
static void look(void)
{
    for (int i = 0; i < SLOTS; i++)
        for (int j = 0; !used[i] && j < BYTES; j++)
            touched += memory[i][j] != 0xEE;
}
static void release(void *context, void *frame, size_t size, size_t align)
{
    (void)context, (void)size, (void)align;
    size_t i = (size_t)((unsigned char *)frame - memory[0]) / BYTES;
    memset(frame, 0xEE, BYTES);
    used[i] = false;
}

static CORO_NOINLINE coro_task(int) leaf(int n)
{
    coro_begin(int);
    int local[4] = {n, n, n, n};
    coro_suspend();
    look();
    coro_return(local[n & 3]);
}
static coro_task(int) middle(int n)
{
    coro_begin(int);
    int sum = 0;
    for (int i = 0; i < 3; i++) {
        int scratch[3] = {n, i, sum};
        sum += coro_await(leaf(scratch[i]));
        look();
    }
    coro_return(sum);
}
static coro_task(int) top(int n)
{
    coro_begin(int);
    int a = coro_await(middle(n)), b = 0;
    coro_task(int) other = middle(a);
    coro_resume(other);
    if (n & 1)
        coro_destroy(other); /* in the middle */
    else
        b = coro_await(other);
    look();
    coro_return(a + b);
}

int main(void)
{
    memset(memory, 0xEE, sizeof memory);
    if (coro_set_allocator(&(struct coro_allocator){allocate, release, NULL}))
        return 1;
    int sum = 0;
    coro_interleave(5, 20, i, top((int)i), v, {
        look();
        sum += v;
    });
    coro_task(int) cancelled = top(3);
    coro_resume(cancelled);
    coro_destroy(cancelled);
    look();
    // CHECK: 840, touched 0, frames given: 1
    printf("%d, touched %d, frames given: %d\n", sum, touched, given > 20);
    return 0;
}
