// Gates keep tasks apart that have asked for the same key: those that have asked for it go in one after the other, in
// the order in which they asked, though keys are asked for twice, are more than one may wait for, and more often than
// tickets have numbers; nobody waits in a circle; and who has nobody before it doesn't wait. Without gates nobody does.
// RUN: env LEVELS='-O2;-O1 -fsanitize=address,undefined' %everywhere %s -I%source/bench/db -w > %t-said
// RUN: FileCheck %s --match-full-lines --implicit-check-not={{.}} --input-file %t-said
#include <coroinline/coro.h>
#include <stdio.h>
#include <stdlib.h>

#include "gates_layers.h"

enum { KEYS = 40, MOST = GATES_MOST + 3 };

static struct gates all;
static unsigned long long state;
static unsigned asked, inside[KEYS], last[KEYS], waited, most_inside, now_inside;

static unsigned below(unsigned count)
{
    state = state * 6364136223846793005 + 1442695040888963407;
    return (unsigned)(state >> 33) % count;
}

static void expect(bool is_right, const char *what)
{
    if (is_right)
        return;
    printf("wrong: %s\n", what);
    exit(1);
}

static coro_task(void) work(struct gates *gates, unsigned wanted, unsigned among)
{
    coro_begin(void);
    unsigned keys[MOST], count = below(wanted + 1), number = ++asked;
    struct gates_pass pass = {0};
    bool is_free = true;
    for (unsigned k = 0; k < count; k++) {
        keys[k] = below(among);
        gates_ask(gates, &pass, keys[k]);
    }
    /* What is asked for beyond is not kept apart. */
    unsigned kept = gates && count > GATES_MOST ? GATES_MOST : count;
    for (unsigned k = 0; k < pass.count; k++)
        is_free &= gates->gate[pass.at[k].gate].served == pass.at[k].ticket;
    bool waits = coro_await(gates_enter(gates, &pass));
    expect(waits == !is_free, "who waits");
    waited += waits;
    now_inside++;
    most_inside = now_inside > most_inside ? now_inside : most_inside;
    for (unsigned k = 0; k < kept && gates; k++) {
        expect(inside[keys[k]] == 0 || inside[keys[k]] == number, "two are in");
        expect(last[keys[k]] <= number, "one is overtaken");
        inside[keys[k]] = last[keys[k]] = number;
    }
    for (unsigned turns = below(8); turns > 0; turns--)
        coro_suspend();
    for (unsigned k = 0; k < kept && gates; k++)
        inside[keys[k]] = 0;
    now_inside--;
    gates_leave(gates, &pass);
    expect(pass.count == 0 && pass.reached == 0, "a pass that was left");
    coro_return();
}

static void run(const char *name, struct gates *gates, unsigned tasks, unsigned group,
                unsigned wanted, unsigned among)
{
    asked = waited = most_inside = 0;
    state = 1;
    for (unsigned key = 0; key < KEYS; key++)
        last[key] = 0;
    coro_interleave(group, tasks, i, work(gates, wanted, among), nothing, {});
    for (unsigned k = 0; k < sizeof all.gate / sizeof *all.gate; k++)
        expect(all.gate[k].given == all.gate[k].served, "a gate stays closed");
    printf("%s: %s, at most %s at a time\n", name, waited ? "some wait" : "nobody waits",
           most_inside == 1       ? "one"
           : most_inside == group ? "all"
                                  : "some");
}

int main(void)
{
    run("alone", &all, 5000, 1, 3, KEYS);
    run("few keys", &all, 5000, 16, 3, KEYS);
    run("too many keys", &all, 5000, 16, MOST, KEYS);
    run("more in flight than keys", &all, 5000, 100, 1, KEYS);
    run("one key for many", &all, 1 << 17, 8, 2, 1);
    run("without gates", NULL, 5000, 16, 3, KEYS);
    return 0;
}
// CHECK: alone: nobody waits, at most one at a time
// CHECK-NEXT: few keys: some wait, at most {{some|all}} at a time
// CHECK-NEXT: too many keys: some wait, at most some at a time
// CHECK-NEXT: more in flight than keys: some wait, at most some at a time
// CHECK-NEXT: one key for many: some wait, at most {{some|all}} at a time
// CHECK-NEXT: without gates: nobody waits, at most all at a time
