// Schedulers written by hand, whose tasks are known to the compiler, or only seem to be: kept in
// variables, arrays, structs and on the heap, of one coroutine or several, moved, stolen, cancelled.
// RUN: %everywhere %s | FileCheck %s
#include <stdlib.h>
#include <string.h>

#include "Inputs/tasks.h"

static int alive;
static unsigned trace;
static void leave(int *unused)
{
    (void)unused;
    alive--;
}
#define ALIVE __attribute__((cleanup(leave), unused)) int scope = ++alive

// One suspend, in a loop.
static coro_task(unsigned) steps(unsigned x, int count)
{
    coro_begin(unsigned);
    ALIVE;
    for (int k = 0; k < count; k++) {
        trace = trace * 31 + x + k;
        coro_suspend();
    }
    coro_return(x * 100 + count);
}

// Several, on branches; the index changes back and forth.
static coro_task(unsigned) branches(unsigned x, int count)
{
    coro_begin(unsigned);
    ALIVE;
    unsigned sum = 0;
    while (count-- > 0) {
        if ((x ^= count * 7) & 1)
            coro_suspend();
        else if (x & 2) {
            ALIVE;
            coro_suspend();
            sum += 3;
        } else if (x & 4) {
            sum += x;
            coro_suspend();
            coro_suspend();
        }
        sum = sum * 3 + x;
        trace = trace * 31 + sum;
    }
    coro_return(sum);
}

// Awaits: its innermost task is mostly another one.
static coro_task(unsigned) layered(unsigned x, int count)
{
    coro_begin(unsigned);
    ALIVE;
    unsigned sum = coro_await(steps(x, count));
    coro_suspend();
    coro_return(sum + coro_await(branches(x, count)));
}

// Ends at its first resume, at times.
static coro_task(unsigned) hasty(unsigned x)
{
    coro_begin(unsigned);
    if (x % 3 == 0)
        coro_return(x);
    coro_suspend();
    if (x % 3 == 1)
        coro_return(-x);
    coro_suspend();
    coro_return(x * x);
}

// Linked, it comes back to itself within its first step, and ends there.
coro_task(unsigned) at_once(void)
{
    coro_begin(unsigned);
    coro_return(7);
}
coro_task(unsigned) awaits_at_once(unsigned x)
{
    coro_begin(unsigned);
    coro_task(unsigned) task = at_once();
    coro_return(x + coro_await(task));
}

static coro_task(unsigned) only_spare(unsigned x)
{
    coro_begin(unsigned);
    ALIVE;
    coro_suspend();
    coro_return(x);
}

static unsigned array_of(bool early)
{
    coro_task(unsigned) tasks[5];
    unsigned sum = 0;
    for (int k = 0; k < 5; k++)
        tasks[k] = steps(k, 2 + k);
    for (int live = 5, round = 0; live > 0; round++) {
        for (int k = 0; k < live; k++) {
            coro_resume(tasks[k]);
            if (!coro_done(tasks[k]))
                continue;
            sum = sum * 7 + coro_result(tasks[k]);
            coro_destroy(tasks[k]);
            tasks[k--] = tasks[--live];
        }
        if (early && round == 2) {
            for (int k = 0; k < live; k++)
                coro_destroy(tasks[k]);
            break;
        }
    }
    return sum;
}

// Two coroutines in one array.
static unsigned mixed(void)
{
    struct slot {
        int number;
        coro_task(unsigned) task;
    } slots[6];
    unsigned sum = 0;
    for (int k = 0; k < 6; k++)
        slots[k] = (struct slot){k, k % 2 ? steps(k, k) : branches(k + 40, k)};
    for (struct slot *end = slots + 6, *slot = slots; slot != end;) {
        coro_resume(slot->task);
        if (coro_done(slot->task)) {
            sum = sum * 5 + coro_result(slot->task) + slot->number;
            coro_destroy(slot->task);
            *slot = *--end;
        } else {
            slot++;
        }
        if (slot == end)
            slot = slots;
    }
    return sum;
}

// In the same places one after the other, and copied from array to array as bytes.
static unsigned copied(void)
{
    coro_task(unsigned) first[4], second[4];
    unsigned sum = 0;
    for (int k = 0; k < 4; k++)
        first[k] = steps(k, 3), second[k] = branches(k + 9, 4);
    for (int k = 0; k < 4; k++)
        coro_resume(first[k]);
    coro_task(unsigned) kept = first[1];
    memcpy(&first[1], &second[2], sizeof *first);
    memcpy(&second[2], &kept, sizeof kept);
    for (int k = 0; k < 4; k++)
        sum = sum * 3 + coro_run(first[k]);
    for (int k = 0; k < 4; k++)
        sum = sum * 3 + coro_run(second[k]);
    return sum;
}

static coro_task(unsigned) stolen;
static unsigned heap_and_global(void)
{
    coro_task(unsigned) *tasks = malloc(3 * sizeof *tasks);
    unsigned sum = 0;
    for (int k = 0; k < 3; k++)
        tasks[k] = branches(k, 5);
    stolen = tasks[1];
    for (int k = 0; k < 3; k++) {
        coro_resume(tasks[k]);
        if (k != 1)
            sum = sum * 3 + coro_run(tasks[k]);
    }
    free(tasks);
    return sum;
}

// The driver keeps a task that another coroutine awaits in the end.
static coro_task(unsigned) takes(coro_task(unsigned) task)
{
    coro_begin(unsigned);
    coro_suspend();
    coro_return(coro_await(task) + 1);
}
static unsigned handed_on(void)
{
    coro_task(unsigned) inner[3];
    unsigned sum = 0;
    for (int k = 0; k < 3; k++) {
        inner[k] = branches(k + 5, 6);
        coro_resume(inner[k]);
    }
    for (int k = 0; k < 3; k++) {
        coro_task(unsigned) outer = takes(inner[k]);
        while (!coro_done(outer))
            coro_resume(outer);
        sum = sum * 3 + coro_result(outer);
        coro_destroy(outer);
    }
    return sum;
}

// A task that a scheduler would have run, had it had any to run.
static coro_task(unsigned) spare(size_t count)
{
    coro_begin(unsigned);
    coro_task(unsigned) task = only_spare(5);
    unsigned sum = 0;
    coro_interleave(1, count, i, task, v, { sum = v; });
    coro_return(sum + (count ? 0 : 2 * coro_await(task)));
}

static unsigned interleaved(int leave_at)
{
    unsigned sum = 0;
    int count = 0;
    coro_interleave(3, 20, i, hasty((unsigned)i), v, {
        sum = sum * 3 + v + (unsigned)i;
        if (++count == leave_at)
            break;
    });
    coro_interleave(4, 10, i, branches((unsigned)i, 6), v, {
        sum = sum * 3 + v;
        if (++count == leave_at)
            return sum;
        if (v % 2)
            continue;
        sum++;
    });
    coro_interleave(100, 3, i, layered((unsigned)i, 3), v, { sum = sum * 3 + v; });
    coro_interleave(1, 4, i, i % 2 ? steps((unsigned)i, 2) : layered((unsigned)i, 2), v,
                    { sum = sum * 3 + v; });
    coro_interleave(4, 9, i, awaits_at_once((unsigned)i), v, { sum = sum * 3 + v; });
    coro_interleave(1, 9, i, i % 2 ? awaits_at_once((unsigned)i) : awaits_at_once(3), v,
                    { sum = sum * 3 + v; });
    // Of two, three and five coroutines, in the same slots.
    coro_interleave(3, 15, i, i % 3 ? branches((unsigned)i, 4) : steps((unsigned)i, 3), v, {
        sum = sum * 3 + v;
        if (++count == leave_at)
            break;
    });
    coro_interleave(4, 22, i,
                    i % 4 == 1   ? hasty((unsigned)i)
                    : i % 4 == 2 ? steps((unsigned)i, 0)
                                 : branches((unsigned)i, 5),
                    v, {
                        sum = sum * 3 + v;
                        if (++count == leave_at)
                            return sum;
                    });
    coro_interleave(4, 22, i,
                    i % 5 == 1   ? hasty((unsigned)i)
                    : i % 5 == 2 ? steps((unsigned)i, 2)
                    : i % 5 == 3 ? layered((unsigned)i, 2)
                    : i % 5 == 4 ? at_once()
                                 : branches((unsigned)i, 5),
                    v, { sum = sum * 3 + v; });
    coro_interleave(5, 0, i, steps((unsigned)i, 2), v, { sum = -v; });
    coro_interleave(0, 2, i, steps((unsigned)i, 2), v, { sum = sum * 3 + v; });
    return sum;
}

// A driver that is a coroutine itself.
static coro_task(unsigned) nested_driver(unsigned x)
{
    coro_begin(unsigned);
    ALIVE;
    unsigned sum = 0;
    for (int k = 0; k < 3; k++) {
        coro_task(unsigned) task = branches(x + k, 3 + k);
        coro_resume(task);
        coro_suspend();
        while (!coro_done(task))
            coro_resume(task);
        sum = sum * 3 + coro_result(task);
        coro_destroy(task);
        coro_interleave(2, 5, i, steps((unsigned)i, (int)i % 3), v, { sum = sum * 3 + v; });
    }
    coro_return(sum);
}

int main(void)
{
    printf("array: %u %u\n", array_of(false), array_of(true));
    printf("mixed: %u\n", mixed());
    printf("copied: %u\n", copied());
    printf("heap: %u", heap_and_global());
    printf(" %u\n", coro_run(stolen));
    printf("handed on: %u\n", handed_on());
    for (int k = 0; k < 71; k += 5)
        printf("interleaved: %u\n", interleaved(k));
    printf("spare: %u %u\n", coro_run(spare(0)), coro_run(spare(1)));
    printf("nested: %u\n", coro_run(nested_driver(3)));
    unsigned sum = 0;
    coro_interleave(3, 6, i, nested_driver((unsigned)i), v, { sum = sum * 3 + v; });
    printf("nested: %u\n", sum);
    printf("trace %u, alive %d\n", trace, alive);
}
// CHECK: array: {{.+}}
// CHECK: spare: 10 5
// CHECK: trace {{.+}}, alive 0
