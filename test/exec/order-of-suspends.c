// coro_interleave resumes the tasks of a group in turn and refills a slot at once: the same transcript
// as a scheduler written by hand, for every size of the group.
// RUN: %everywhere %s | FileCheck %s
#include "Inputs/tasks.h"

static char transcript[20000];
static size_t written;

#define NOTE(...)                                                                                  \
    (written += (size_t)snprintf(transcript + written, sizeof transcript - written, __VA_ARGS__))

static coro_task(int) leaf(int id, int steps)
{
    coro_begin(int);
    for (int i = 0; i < steps; i++) {
        NOTE("%d.%d ", id, i);
        coro_suspend();
    }
    coro_return(id * steps);
}

/* Task 0 does not suspend at all. */
static coro_task(int) work(int id)
{
    coro_begin(int);
    int sum = 0;
    for (int i = 0; i < id % 4; i++)
        sum += coro_await(leaf(id, (id + i) % 3));
    coro_return(sum);
}

/* A slot is filled when its turn comes: a task that ends at its first resume makes room for another
 * before the next slot is filled. */
static void by_hand(size_t group, size_t n)
{
    struct {
        coro_task(int) task;
        size_t index;
        bool busy;
    } slots[12] = {0};
    size_t next = 0, count = group < n ? group : n;
    for (size_t k = 0; count;) {
        if (k >= count)
            k = 0;
        if (!slots[k].busy) {
            if (next == n) {
                slots[k] = slots[--count];
                continue;
            }
            slots[k].task = work((int)next), slots[k].index = next++, slots[k].busy = true;
        }
        coro_resume(slots[k].task);
        if (!coro_done(slots[k].task)) {
            k++;
            continue;
        }
        NOTE("=%zu:%d ", slots[k].index, coro_result(slots[k].task));
        coro_destroy(slots[k].task);
        slots[k].busy = false;
    }
}

int main(void)
{
    static char expected[sizeof transcript];
    const size_t groups[] = {1, 2, 7, 12, 32, 1000000, 0};
    for (size_t g = 0; g < sizeof groups / sizeof *groups; g++)
        for (size_t n = 0; n <= 12; n += n == 1 ? 5 : 1) {
            written = 0, *transcript = 0;
            by_hand(groups[g] ? groups[g] : 1, n);
            strcpy(expected, transcript);
            written = 0, *transcript = 0;
            coro_interleave(groups[g], n, i, work((int)i), v, NOTE("=%zu:%d ", i, v));
            if (strcmp(expected, transcript) != 0)
                printf("group %zu, %zu tasks:\n  %s\n  %s\n", groups[g], n, expected, transcript);
            if (groups[g] == 2 && n == 7)
                // CHECK: {{^}}=0:0 1.0 2.0 =1:1 3.0 2.1 3.0 =2:4 =4:0 5.0 3.1 5.1 =3:9 6.0 =5:10 =6:6 {{$}}
                printf("%s\n", transcript);
        }
    // CHECK-NEXT: done
    printf("done\n");
    return 0;
}
