// Resumptions that are not fused, and why not.
// RUN: %c-to-ir -gline-tables-only %s | %opt -passes='default<O2>,verify' -S -o %t.ll -pass-remarks=coro-devirt -pass-remarks-missed=coro-devirt 2>%t.remarks
// RUN: FileCheck %s --input-file=%t.ll
// RUN: FileCheck %s --check-prefix=REMARKS --input-file=%t.remarks --implicit-check-not='fused into' --implicit-check-not='an indirect call'
#include <coroinline/coro.h>

static coro_task(int) one(int x)
{
    coro_begin(int);
    coro_suspend();
    coro_return(x);
}

// Each is as likely as the others: too many to compare with.
#define ALIKE(name)                                                                                \
    static coro_task(int) name(int x)                                                              \
    {                                                                                              \
        coro_begin(int);                                                                           \
        coro_suspend();                                                                            \
        coro_return(x * __LINE__);                                                                 \
    }
ALIKE(two)
ALIKE(three)
ALIKE(four)
ALIKE(five)

// REMARKS-DAG: devirt-refused.c:[[#@LINE+7]]:5: 'many' resumes tasks by an indirect call: they are of 5 coroutines (4 at the most)
// CHECK-LABEL: define {{.*}} @many(
// CHECK: call fastcc void %
// CHECK: ret i32
int many(int n)
{
    int sum = 0;
    coro_interleave(4, 100, i,
                    i % 2   ? one(n)
                    : i % 3 ? two(n)
                    : i % 5 ? three(n)
                    : i % 7 ? four(n)
                            : five(n),
                    v, { sum += v; });
    return sum;
}

CORO_NOINLINE static coro_task(int) apart(int x)
{
    coro_begin(int);
    coro_suspend();
    coro_return(x);
}

// CHECK-LABEL: define {{.*}} @calls(
// CHECK: call fastcc void @apart.resume(
// CHECK: call fastcc void @apart.resume(
// CHECK: ret i32
// REMARKS-DAG: 'apart' not fused into 'calls': it has the attribute noinline
int calls(int n)
{
    int sum = 0;
    coro_interleave(4, 100, i, apart(n), v, { sum += v; });
    return sum;
}

static coro_task(int) awaits(int x)
{
    coro_begin(int);
    coro_return(1 + coro_await(apart(x)));
}

// CHECK-LABEL: define {{.*}} @chains(
// CHECK: call fastcc void %
// CHECK: ret i32
// REMARKS-DAG: 'awaits' not fused into 'chains': what it awaits runs in its place
int chains(int n)
{
    int sum = 0;
    coro_interleave(4, 100, i, awaits(n), v, { sum += v; });
    return sum;
}

int work(int);
#define TWICE(x) x x
#define MANY(x) TWICE(TWICE(TWICE(TWICE(TWICE(TWICE(x))))))
static coro_task(int) large(int x)
{
    coro_begin(int);
    coro_suspend();
    MANY(if (work(x)) x = work(x * 3);)
    coro_suspend();
    MANY(if (work(x)) x = work(x * 5);)
    coro_return(x);
}

// CHECK-LABEL: define {{.*}} @too_large(
// CHECK: call fastcc void @large.resume(
// CHECK: ret i32
// REMARKS-DAG: 'large' not fused into 'too_large': its resume function has {{[0-9]+}} instructions (500 at the most)
int too_large(int n)
{
    int sum = 0;
    coro_interleave(4, 100, i, large(n), v, { sum += v; });
    return sum;
}

// The tasks are seen elsewhere: they may be awaited there, and then what this resumes is not theirs.
void show(coro_task(int) task);
// REMARKS-DAG: devirt-refused.c:[[#@LINE+8]]:5: 'shown' resumes tasks by an indirect call: which coroutine they are of is not seen
// CHECK-LABEL: define {{.*}} @shown(
// CHECK: call fastcc void %
// CHECK: ret i32
int shown(int n)
{
    coro_task(int) task = one(n);
    show(task);
    coro_resume(task);
    int result = coro_result(task);
    coro_destroy(task);
    return result;
}

// The array is another function's to write to: it may put a task of any coroutine there.
void lend(coro_task(int) * tasks);
// REMARKS-DAG: 'lent' resumes tasks by an indirect call: which coroutine they are of is not seen
// CHECK-LABEL: define {{.*}} @lent(
// CHECK: call void @lend(
// CHECK: call i32 @work(
// CHECK-NOT: load i2
// CHECK: call fastcc void %
// CHECK-NOT: load i2
// CHECK: ret i32
int lent(int n)
{
    coro_task(int) tasks[2];
    lend(tasks);
    tasks[0] = one(n);
    work(n);
    return coro_run(tasks[0]);
}

// The array would stand in a coroutine that has not been split.
void fill(char *array, int n);
static coro_task(int) has_array(int n)
{
    coro_begin(int);
    char array[n];
    fill(array, n);
    coro_return(array[0]);
}
// CHECK-LABEL: define {{.*}} @drives_array.resume(
// CHECK: call fastcc void @has_array.resume(
// CHECK: ret void
// REMARKS-DAG: 'has_array' not fused into 'drives_array': it has a variable-length array, and its driver is a coroutine
coro_task(int) drives_array(int n)
{
    coro_begin(int);
    coro_suspend();
    n += coro_run(has_array(n));
    coro_suspend();
    coro_return(n);
}
