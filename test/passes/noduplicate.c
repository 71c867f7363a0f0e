// A call that must not be copied stays where it is alone: what has it is neither put into its awaiters
// nor into its driver, which would leave it in two places.
// RUN: %c-to-ir -gline-tables-only %s | %opt -passes='default<O2>,verify' -S -o %t.ll -pass-remarks=coro -pass-remarks-missed=coro 2>%t.remarks
// RUN: FileCheck %s --check-prefix=REMARKS --input-file=%t.remarks --implicit-check-not="'marked"
// RUN: grep -c 'call i32 @barrier' %t.ll | FileCheck %s --check-prefix=COUNT
// COUNT: {{^}}3{{$}}
#include <coroinline/coro.h>

__attribute__((noduplicate)) int barrier(int);

static coro_task(int) marked(int n)
{
    coro_begin(int);
    coro_suspend();
    coro_return(barrier(n));
}

static coro_task(int) awaits(int n)
{
    coro_begin(int);
    // REMARKS-DAG: noduplicate.c:[[#@LINE+1]]:{{.*}}: 'marked' not inlined into 'awaits': it has a call that must not be copied (noduplicate)
    coro_return(coro_await(marked(n)) + 1);
}

static coro_task(int) marked_at_root(int n)
{
    coro_begin(int);
    coro_suspend();
    coro_return(barrier(n));
}

coro_generator(int) marked_generator(int n)
{
    coro_begin_generator(int);
    coro_yield(barrier(n));
    coro_return();
}

int run(int n)
{
    int sum = 0;
    coro_interleave(4, 10, i, awaits(n + (int)i), v, { sum += v; });
    // REMARKS-DAG: noduplicate.c:[[#@LINE+1]]:{{.*}}: 'marked_at_root' not fused into 'run': it has a call that must not be copied (noduplicate)
    coro_interleave(4, 10, i, marked_at_root(n + (int)i), v, { sum += v; });
    // REMARKS-DAG: noduplicate.c:[[#@LINE+1]]:{{.*}}: 'marked_generator' not fused into 'run': it has a call that must not be copied (noduplicate)
    coro_for (one, marked_generator(n))
        sum += one;
    return sum;
}
