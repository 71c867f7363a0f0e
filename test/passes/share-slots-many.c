// What is kept of a coroutine of very many parts, and where, doesn't hang on what else the compiler's memory
// holds: each compilation gives the same.
// RUN: %cc -O2 -Rpass-analysis=coro-inline -c %s -o %t.o 2>&1 | FileCheck %s
// RUN: env MALLOC_PERTURB_=85 %cc -O2 -c %s -o %t.with-other-memory.o
// RUN: cmp %t.o %t.with-other-memory.o
#include <coroinline/coro.h>

long get(void);
void use(long);

#define STEP                                                                                       \
    {                                                                                              \
        long a = get(), b = get();                                                                 \
        coro_suspend();                                                                            \
        use(a);                                                                                    \
        if (b == get())                                                                            \
            coro_suspend();                                                                        \
        use(b);                                                                                    \
    }
#define STEPS_4 STEP STEP STEP STEP
#define STEPS_16 STEPS_4 STEPS_4 STEPS_4 STEPS_4
#define STEPS_64 STEPS_16 STEPS_16 STEPS_16 STEPS_16

// CHECK: 'many_parts': frame of {{[0-9]+}} bytes; suspends: 256; {{.*}}kept values 16 (
coro_task(int) many_parts(void)
{
    coro_begin(int);
    STEPS_64 STEPS_64
    coro_return(0);
}
