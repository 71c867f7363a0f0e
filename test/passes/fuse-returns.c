// Where a task ends, its awaiter goes on in the same function, for each coroutine that is known to await
// such tasks: the more frequent one is asked for first, and of one that awaits them in several places
// the index says which. It takes the result from where the task has it, and knows the task.
// RUN: %c-to-ir -DCORO_NO_INLINE %s | %opt -passes='default<O2>,verify' -S -o %t.ll
// RUN: FileCheck %s --input-file=%t.ll
// RUN: FileCheck %s --check-prefix=MANY --input-file=%t.ll
// RUN: FileCheck %s --check-prefix=LARGE --input-file=%t.ll
// RUN: FileCheck %s --check-prefix=LEVELS --input-file=%t.ll
// RUN: FileCheck %s --check-prefix=ABOVE --input-file=%t.ll
// RUN: FileCheck %s --check-prefix=NOTES --input-file=%t.ll
// NOTES-NOT: coroinline.awaits
// With -Os, a little at the most.
// RUN: %c-to-ir -Os -DCORO_NO_INLINE %s | %opt -passes='default<Os>,verify' -S | FileCheck %s --check-prefix=SMALL
// SMALL-LABEL: define {{.*}} @find.resume(
// SMALL-NOT: icmp eq ptr %{{.*}}, @often.resume
// SMALL: musttail call fastcc void %
// SMALL-NOT: musttail
// SMALL: {{^}$}}
// With debug information, too.
// RUN: %c-to-ir -g -DCORO_NO_INLINE %s | %opt -passes='default<O2>,verify' -S -o %t.g.ll && grep -c 'icmp eq ptr .*, @[a-z]*.resume' %t.ll >%t.count && grep -c 'icmp eq ptr .*, @[a-z]*.resume' %t.g.ll | diff %t.count -
#include <coroinline/coro.h>

int work(int);
void use(int);

static coro_task(int) find(int x)
{
    coro_begin(int);
    coro_prefetch(&x);
    coro_return(work(x));
}

// CHECK-LABEL: define {{.*}} @find.resume(ptr noundef nonnull align 8 dereferenceable(
// CHECK: [[RESULT:%.*]] = {{(tail )?}}call i32 @work(
// CHECK: [[AWAITER:%.*]] = load ptr, ptr
// CHECK: [[FN:%.*]] = load ptr, ptr [[AWAITER]]
// CHECK-NEXT: [[IS_OFTEN:%.*]] = icmp eq ptr [[FN]], @often.resume
// CHECK-NEXT: br i1 [[IS_OFTEN]], label %[[OFTEN:.*]], label %[[RARE:[^,]*]]
// CHECK: {{^}}[[OFTEN]]:
// CHECK-NOT: musttail
// CHECK: call void @use(i32 {{(noundef )?}}[[RESULT]])
// CHECK: {{^}}[[RARE]]:
// CHECK: [[IS_TWICE:%.*]] = icmp eq ptr [[FN]], @twice.resume
// CHECK-NEXT: br i1 [[IS_TWICE]], label %[[TWICE:.*]], label %[[OTHER:[^,]*]]
// CHECK: {{^}}[[TWICE]]:
// CHECK: [[INDEX:%.*]] = load i{{[0-9]+}}, ptr
// CHECK-NEXT: [[IS_FIRST:%.*]] = icmp eq i{{[0-9]+}} [[INDEX]], {{.*}}
// CHECK: br i1 [[IS_FIRST]]
// CHECK-NOT: {{^}}}
// CHECK: xor i32 {{.*}}[[RESULT]]
// CHECK-NOT: {{^}}}
// CHECK: mul nsw i32 {{.*}}[[RESULT]]
// CHECK-NOT: {{^}}}
// CHECK: {{^}}[[OTHER]]:
// CHECK: store i32 [[RESULT]]
// CHECK-NEXT: store i2
// CHECK-NEXT: musttail call fastcc void [[FN]](ptr {{.*}}[[AWAITER]])
// CHECK-NEXT: ret void

coro_task(int) twice(int x)
{
    coro_begin(int);
    if (x < 0) {
        int first = coro_await(find(x + 1));
        coro_return(first * work(first));
    }
    coro_return(coro_await(find(x)) ^ work(x));
}

coro_task(int) often(int n)
{
    coro_begin(int);
    for (int i = 0; i < n; i++)
        use(coro_await(find(i)));
    coro_return(n);
}

// Where there are five, none is asked for.
static coro_task(int) leaf(int x)
{
    coro_begin(int);
    coro_suspend();
    coro_return(work(x));
}
#define AWAITER(name)                                                                              \
    coro_task(int) name(int x)                                                                     \
    {                                                                                              \
        coro_begin(int);                                                                           \
        coro_return(coro_await(leaf(x)) + work(x));                                                \
    }
AWAITER(one)
AWAITER(two)
AWAITER(three)
AWAITER(four)
AWAITER(five)
// MANY-LABEL: define {{.*}} @leaf.resume(
// MANY-NOT: icmp eq ptr
// MANY: musttail call fastcc void %
// MANY-NOT: musttail
// MANY: {{^}$}}

// Nor is an awaiter that has much to do.
static coro_task(int) small(int x)
{
    coro_begin(int);
    coro_suspend();
    coro_return(work(x));
}
#define USE8(x) use(x), use((x) + 1), use((x) + 2), use((x) + 3), use((x) + 4), use((x) + 5), use((x) + 6), use((x) + 7)
coro_task(int) large(int x)
{
    coro_begin(int);
    int y = coro_await(small(x));
    USE8(y), USE8(y * 3), USE8(y * 5), USE8(y * 7), USE8(y * 9), USE8(y * 11), USE8(y * 13);
    USE8(x), USE8(x * 3), USE8(x * 5), USE8(x * 7), USE8(x * 9), USE8(x * 11), USE8(x * 13);
    coro_return(y);
}
coro_task(int) little(int x)
{
    coro_begin(int);
    coro_return(coro_await(small(x)) + 1);
}
// LARGE-LABEL: define {{.*}} @small.resume(
// LARGE-NOT: @large.resume
// LARGE: icmp eq ptr {{.*}}, @little.resume
// LARGE-NOT: @large.resume
// LARGE: {{^}$}}

// One that ends in turn goes on in its own awaiter in the same way, and no further. What nobody can see
// of both is not stored: in the loop, the next tasks begin in their frames. Their arguments are known.
static coro_task(int) lowest(int *x)
{
    coro_begin(int);
    coro_prefetch(x);
    coro_return(*x);
}
static coro_task(int) low(int *x)
{
    coro_begin(int);
    coro_return(coro_await(lowest(x)));
}
static coro_task(int) high(int *x)
{
    coro_begin(int);
    int sum = 0;
    for (int i = 0; i < 9; i++)
        sum += coro_await(low(x));
    coro_return(sum);
}
coro_task(int) highest(int *x)
{
    coro_begin(int);
    coro_return(coro_await(high(x)));
}
// LEVELS-LABEL: define {{.*}} @lowest.resume(
// LEVELS: [[X:%.*]] = load i32
// LEVELS-NOT: store i32 [[X]]
// LEVELS: icmp eq ptr %{{.*}}, @low.resume
// LEVELS-NOT: store i32 [[X]]
// LEVELS: icmp eq ptr %{{.*}}, @high.resume
// LEVELS: add {{.*}}i32 {{.*}}[[X]]
// LEVELS-NOT: @highest.resume
// LEVELS: musttail call
// LEVELS: store i32 [[X]]
// LEVELS-NEXT: store i2
// LEVELS-NEXT: musttail call
// LEVELS: store i32 [[X]]
// LEVELS-NEXT: store i2
// LEVELS-NEXT: musttail call
// LEVELS-NOT: @highest.resume
// LEVELS: {{^}$}}

// Where three coroutines await such a one, that is where it ends; so it is where there is little room.
#define CHAIN(lowest, low, attribute)                                                              \
    static attribute coro_task(int) lowest(int *x)                                                 \
    {                                                                                              \
        coro_begin(int);                                                                           \
        coro_prefetch(x);                                                                          \
        coro_return(*x);                                                                           \
    }                                                                                              \
    static coro_task(int) low(int *x)                                                              \
    {                                                                                              \
        coro_begin(int);                                                                           \
        coro_return(coro_await(lowest(x)));                                                        \
    }
#define ABOVE(high, low, ...)                                                                      \
    coro_task(int) high(int *x)                                                                    \
    {                                                                                              \
        coro_begin(int);                                                                           \
        int y = coro_await(low(x));                                                                \
        __VA_ARGS__;                                                                               \
        coro_return(y);                                                                            \
    }
CHAIN(of_three, below_three, )
ABOVE(first_of_three, below_three, use(y + 1))
ABOVE(second_of_three, below_three, use(y + 2))
ABOVE(third_of_three, below_three, use(y + 3))
CHAIN(of_two, below_two, )
ABOVE(first_of_two, below_two, use(y + 1))
ABOVE(second_of_two, below_two, use(y + 2))
CHAIN(short_one, below_wordy, __attribute__((minsize)))
ABOVE(wordy, below_wordy, USE8(y), USE8(y * 3))
// ABOVE-LABEL: define {{.*}} @of_three.resume(
// ABOVE: icmp eq ptr %{{.*}}, @below_three.resume
// ABOVE-NOT: _of_three.resume
// ABOVE: {{^}$}}
// ABOVE-LABEL: define {{.*}} @of_two.resume(
// ABOVE: icmp eq ptr %{{.*}}, @below_two.resume
// ABOVE: icmp eq ptr %{{.*}}, @first_of_two.resume
// ABOVE: icmp eq ptr %{{.*}}, @second_of_two.resume
// ABOVE: {{^}$}}
// ABOVE-LABEL: define {{.*}} @short_one.resume(
// ABOVE: icmp eq ptr %{{.*}}, @below_wordy.resume
// ABOVE-NOT: @wordy.resume
// ABOVE: {{^}$}}
// ABOVE-LABEL: define {{.*}} @below_wordy.resume(
// ABOVE: icmp eq ptr %{{.*}}, @wordy.resume
