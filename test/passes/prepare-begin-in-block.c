// From a block with cleanups that coro_begin stands in, control may go to the end, whatever else is behind the block.
// RUN: %c-to-ir -Wno-return-type %s | %opt -passes=coro-prepare -S | FileCheck %s
#include <coroinline/coro.h>

void clean(int *x), other(void), last(void);

// CHECK-LABEL: define {{.*}} @past_what_is_behind(
// CHECK: call void @last()
// CHECK-NEXT: br label %coro.open.end
coro_task(void) past_what_is_behind(int n)
{
    do {
        __attribute__((cleanup(clean))) int x = n;
        if (n)
            break;
        coro_begin(void);
        coro_suspend();
        last();
        goto end;
    } while (0);
    other();
end:;
}

// CHECK-LABEL: define {{.*}} @to_one_of_two(
// CHECK: call void @last()
// CHECK-NEXT: br label %coro.open.end
coro_task(void) to_one_of_two(int n)
{
    {
        __attribute__((cleanup(clean))) int x = n;
        if (n == 1)
            goto both;
        if (n == 2)
            goto behind;
        coro_begin(void);
        coro_suspend();
        if (n)
            goto end;
        last();
    }
    goto end;
behind:
    other();
both:
    other();
end:;
}

// CHECK-LABEL: define {{.*}} @of_two_variables(
// CHECK: call void @last()
// CHECK-NEXT: br label %coro.open.end
coro_task(void) of_two_variables(int n)
{
    int last_of_all = n;
    {
        int between = n;
        __attribute__((cleanup(clean))) int x = n;
        __attribute__((cleanup(clean))) int y = between;
        coro_begin(void);
        coro_suspend();
        last();
    }
}
