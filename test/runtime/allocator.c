// Frames come from the program's allocator: each is given back once, with its size and alignment, and
// the free lists stand in front of it.
// RUN: %everywhere %s | FileCheck %s
// RUN: %everywhere %s -DCORO_NO_POOL | FileCheck %s
#include <coroinline/coro.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static struct frame {
    void *memory;
    size_t size, align;
} frames[64];
static int in_use, allocations, wrong;
static size_t largest_align, largest_size;

static void *allocate(void *context, size_t size, size_t align)
{
    if (context != frames || align < 16 || (align & (align - 1)))
        wrong++;
    for (int i = 0; i < 64; i++)
        if (!frames[i].memory) {
            void *memory = aligned_alloc(align, (size + align - 1) / align * align);
            frames[i] = (struct frame){memory, size, align};
            in_use++, allocations++;
            largest_align = align > largest_align ? align : largest_align;
            largest_size = size > largest_size ? size : largest_size;
            return memory;
        }
    return NULL;
}

static void release(void *context, void *memory, size_t size, size_t align)
{
    for (int i = 0; i < 64; i++)
        if (frames[i].memory == memory && frames[i].size == size && frames[i].align == align &&
            context == frames) {
            frames[i].memory = NULL;
            free(memory);
            in_use--;
            return;
        }
    wrong++;
}

static CORO_NOINLINE coro_task(int) small(int x)
{
    coro_begin(int);
    coro_suspend();
    coro_return(x + 1);
}

static CORO_NOINLINE coro_task(int) over_aligned(int x)
{
    coro_begin(int);
    _Alignas(256) volatile char local[3] = {(char)x};
    coro_suspend();
    coro_return(local[0] + ((uintptr_t)local % 256 != 0));
}

static CORO_NOINLINE coro_task(int) large(int x)
{
    coro_begin(int);
    char local[5000], *volatile at = local; /* escapes: all of it is in the frame */
    at[4999] = (char)x;
    coro_suspend();
    coro_return(at[4999] + coro_await(small(1)));
}

static coro_task(int) all(int x)
{
    coro_begin(int);
    coro_task(int) a = small(x), b = over_aligned(x), c = large(x);
    coro_return(coro_await(b) + coro_await(a) + coro_await(c));
}

int main(void)
{
    struct coro_allocator mine = {allocate, release, frames};
    // CHECK: invalid 1 1
    printf("invalid %d %d\n",
           coro_set_allocator(&(struct coro_allocator){NULL, release, NULL}) == EINVAL,
           coro_set_allocator(&(struct coro_allocator){allocate, NULL, NULL}) == EINVAL);
    coro_task(int) held = small(1);
    // CHECK-NEXT: busy 1
    printf("busy %d\n", coro_set_allocator(&mine) == EBUSY);
    coro_destroy(held);
    coro_trim();
    // CHECK-NEXT: set 0
    printf("set %d\n", coro_set_allocator(&mine));
    mine.context = NULL; /* it was copied */

    int sum = 0;
    coro_interleave(4, 12, i, all((int)i), v, sum += v);
    // CHECK-NEXT: sum 234, aligned 1, large 1, allocated 1
    printf("sum %d, aligned %d, large %d, allocated %d\n", sum, largest_align >= 256,
           largest_size >= 5000, allocations > 0);
    coro_trim();
    // CHECK-NEXT: in use 0, wrong 0
    printf("in use %d, wrong %d\n", in_use, wrong);

    coro_run(small(1));
    int before = allocations;
    for (int i = 0; i < 100; i++)
        coro_run(small(i));
#if defined(CORO_NO_POOL) || __has_feature(address_sanitizer)
    int expected = 100;
#else
    int expected = 0; /* the frame is used again */
#endif
    // CHECK-NEXT: reused 1
    printf("reused %d\n", allocations - before == expected);
    held = small(1);
    coro_trim();
    // CHECK-NEXT: in use 1, busy 1
    printf("in use %d, busy %d\n", in_use, coro_set_allocator(NULL) == EBUSY);
    coro_destroy(held);
    coro_trim();
    // CHECK-NEXT: in use 0, set 0, wrong 0
    printf("in use %d, set %d, wrong %d\n", in_use, coro_set_allocator(NULL), wrong);
    before = allocations;
    // CHECK-NEXT: C library's 6 1
    printf("C library's %d %d\n", coro_run(small(5)), allocations == before);
    return 0;
}
