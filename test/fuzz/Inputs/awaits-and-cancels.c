/* awaits-and-cancels.c: what coro.h can do, in the language of fuzz.h. */
#include "fuzz.h"

typedef struct large {
    uint64_t word[9];
} large;
typedef struct aligned {
    _Alignas(64) uint64_t word;
} aligned;
coro_declare(large);
coro_declare(aligned);

static void leave(unsigned *scope)
{
    fuzz_note(100, *scope);
}
#define SCOPE(number) __attribute__((cleanup(leave), unused)) unsigned scope_##number = number

DECLARE_COROUTINE2(static, bool, is_odd, unsigned, from, unsigned, n);

COROUTINE1(static CORO_NOINLINE, uint64_t, leaf, unsigned, turns)
{
    coro_begin(uint64_t);
    SCOPE(1);
    for (unsigned i = 0; i < turns; i++) {
        fuzz_note(1, i);
        coro_suspend();
    }
    coro_return(turns * 3);
}

GENERATOR2(static, large, numbers, unsigned, from, unsigned, n)
{
    coro_begin_generator(large);
    SCOPE(2);
    for (unsigned i = from; i < from + n; i++) {
        fuzz_note(2, coro_await(leaf(i % 4)));
        coro_suspend();
        coro_yield((large){{i, 1, 2}});
    }
    coro_return();
}

/* Nested in the other one, and cancelled in the middle of it. */
GENERATOR1(static, aligned, sums, unsigned, n)
{
    coro_begin_generator(aligned);
    SCOPE(3);
    aligned sum = {0};
    coro_await_for(number, numbers(0, n))
    {
        SCOPE(4);
        sum.word += number.word[0];
        fuzz_note(3, (uintptr_t)&sum % 64);
        coro_yield(sum);
    }
    coro_return();
}

COROUTINE2(static, bool, is_odd, unsigned, from, unsigned, n)
{
    coro_begin(bool);
    SCOPE(5);
    coro_await_for(number, numbers(from, n))
    {
        SCOPE(6);
        fuzz_note(4, number.word[0]);
        if (number.word[0] == 5)
            break;
        coro_prefetch(&number);
    }
    coro_return(coro_await(leaf(from)) & 1);
}

COROUTINE0(, void, outer)
{
    coro_begin(void);
    SCOPE(7);
    for (unsigned i = 0; i < 4; i++)
        fuzz_note(5, coro_await(is_odd(i, (unsigned)coro_await(leaf(i)))));
    coro_await_for(sum, sums(3)) fuzz_note(6, sum.word);
    coro_interleave(3, 7, i, leaf((unsigned)i), v, { fuzz_note(7, v); });
    coro_return();
}

static void cancel_everywhere(void)
{
    for (int steps = 0;; steps++) {
        coro_task(void) task = outer();
        for (int k = 0; k < steps && !coro_done(task); k++)
            coro_resume(task);
        bool has_ended = coro_done(task);
        coro_destroy(task);
        fuzz_note(8, (unsigned)steps);
        if (has_ended)
            return;
    }
}

static void interleave(void)
{
    coro_interleave(4, 10, i, is_odd((unsigned)i, (unsigned)(10 - i)), v,
                    { fuzz_note(9, v + 2 * i); });
    coro_interleave(4, 10, i, leaf((unsigned)(10 - i)), v, {
        fuzz_note(10, v + 2 * i);
        if (i > 3)
            break;
    });
    coro_interleave(4, 0, i, leaf(0), v, { fuzz_note(11, v); });
    coro_interleave(0, 3, i, leaf((unsigned)i), v, {
        if (i == 1)
            continue;
        fuzz_note(12, v);
    });
}

static void generate(void)
{
    coro_for(number, numbers(2, 3)) fuzz_note(13, number.word[0]);
    coro_for(sum, sums(5))
    {
        fuzz_note(14, sum.word);
        if (sum.word > 2)
            break;
    }
    coro_generator(large) untouched = numbers(0, 1);
    coro_destroy(untouched);
}

/* Where the first frame is not had. */
static void fail(void)
{
    coro_task(uint64_t) task = leaf(2);
    fuzz_note(15, coro_failed(task));
    if (!coro_failed(task))
        fuzz_note(16, coro_run(task));
}

int main(int argc, char **argv)
{
    fuzz_main(argc, argv);
    fuzz_program(0, cancel_everywhere, 1);
    fuzz_program(1, interleave, 1);
    fuzz_program(2, generate, 1);
    fuzz_program(3, fail, 1);
    return 0;
}
