// What the coroutines came to: remarks, the optimisation record, statistics.
// RUN: %cc -O2 -c %s -o %t.o -Rpass-analysis=coro-inline -fsave-optimization-record -foptimization-record-file=%t.yaml 2>&1 | FileCheck %s --check-prefix=REMARKS
// RUN: %cc -O0 -c %s -o %t.o -Rpass-analysis=coro-inline 2>&1 | FileCheck %s --check-prefix=O0
// RUN: FileCheck %s --check-prefix=YAML --input-file=%t.yaml
// RUN: %c-to-ir %s | %opt -passes='coro-prepare,coro-inline' -stats -disable-output 2>&1 | FileCheck %s --check-prefix=STATS
#include <coroinline/coro.h>

void work(int *);
void three(char, short, int);

// REMARKS-DAG: inline-analysis.c:[[@LINE+3]]:1: remark: 'child': frame of 176 bytes; suspends: 2; of these, functions 16, chain and result 24, index 1, kept values 4, variables in memory and gaps 131 [-Rpass-analysis=coro-inline]
// O0-DAG: remark: 'child': frame of {{[0-9]+}} bytes; suspends: 2
coro_task(int) child(int n)
{
    coro_begin(int);
    int buffer[32];
    for (int i = 0; i < 32; i++)
        buffer[i] = n + i;
    work(buffer);
    coro_suspend();
    coro_suspend();
    coro_return(n);
}

coro_task(int) elsewhere(int n);

// REMARKS-DAG: remark: 'parent': awaits inlined: 2, linked: 1; grew from {{[0-9]+}} to {{[0-9]+}} instructions [-Rpass-analysis=coro-inline]
// REMARKS-DAG: remark: 'parent': frame of {{[0-9]+}} bytes; suspends: 5; awaits inlined: 2, which saves 64 bytes of frame headers alone
// O0-DAG: remark: 'parent': frame of {{[0-9]+}} bytes; suspends: 3{{ }}
coro_task(int) parent(int n)
{
    coro_begin(int);
    n = coro_await(child(n));
    n = coro_await(child(n));
    n = coro_await(elsewhere(n));
    coro_return(n);
}

// What lives across the suspend fills the frame to the last byte.
// REMARKS-DAG: remark: 'full': frame of 40 bytes; suspends: 1; of these, functions 16, chain and result 16, index 1, kept values 7 [-Rpass-analysis=coro-inline]
coro_task(void) full(char a, short b, int c)
{
    coro_begin(void);
    coro_suspend();
    three(a, b, c);
    coro_return();
}

// The function that makes the tasks is another file's; the compiler drops it here.
// REMARKS-DAG: remark: 'of_another_file': frame of {{[0-9]+}} bytes; suspends: 1;
inline coro_task(void) of_another_file(int *n)
{
    coro_begin(void);
    coro_suspend();
    work(n);
    coro_return();
}
void drive(int *n)
{
    coro_run(of_another_file(n));
}

// A recursion, the early exits of which are inlined.
coro_task(int) count(int n)
{
    coro_begin(int);
    if (n == 0)
        coro_return(0);
    coro_suspend();
    coro_return(coro_await(count(n - 1)) + 1);
}
// YAML: --- !Missed
// YAML-NEXT: Pass: coro-inline
// YAML-NEXT: Name: NotInlined
// YAML: Callee: elsewhere
// YAML: Caller: parent
// YAML: Reason: its definition is not in this file
// YAML: Name: Growth
// YAML: Name: Frame
// YAML: Coroutine: parent
// YAML: FrameSize:
// YAML: Suspends:
// YAML: Inlined: '2'
// YAML: BytesSaved: '64'
// STATS-DAG: 4 coro-inline - Number of awaits inlined
// STATS-DAG: 2 coro-inline - Number of them inlined into their own body
// STATS-DAG: 1 coro-inline - Number of linked awaits with early exits
// STATS-DAG: {{[0-9]+}} coro-inline - Number of instructions that came with inlined bodies
// STATS-DAG: 2 coro-inline - Number of awaits left linked
