/* leaves-early.c: schedulers within schedulers, some of which are left early: what is in flight is
 * cancelled, each cleanup runs once, and innermost first. */
#include <coroinline/coro.h>
#include <stdio.h>

static int alive, wrong_order, depth_of[64];

struct scope {
    int task, depth;
};

static void leave(struct scope *s)
{
    wrong_order += depth_of[s->task] != s->depth;
    depth_of[s->task]--;
    alive--;
}

static CORO_NOINLINE coro_task(int) layer(int task, int depth)
{
    coro_begin(int);
    __attribute__((cleanup(leave))) struct scope mine = {task, depth};
    depth_of[task] = mine.depth;
    alive++;
    coro_suspend();
    int r = depth == 2 + task % 5 ? task : coro_await(layer(task, depth + 1));
    coro_suspend();
    coro_return(r);
}

int main(void)
{
    int sum = 0, runs = 0, inner = 0;
    coro_interleave(5, 40, i, layer((int)i, 1), v, {
        sum += v;
        if (v == 3)
            runs += coro_run(layer(50, 2));
        if (v == 7)
            coro_interleave(3, 10, k, layer(51 + (int)k, 1), w, {
                inner += w;
                if (w == 54)
                    break;
            });
        if (v == 20)
            break;
    });
    printf("%d %d %s, %d alive, %d in the wrong order\n", sum, runs, inner >= 54 ? "54" : "none",
           alive, wrong_order);
    coro_trim();
    return 0;
}
