// Targets that pass a large struct by the address of a copy, which no attribute tells from a pointer:
// the struct is copied into the frame, the pointer is not followed.
// RUN: %c-to-ir --target=aarch64-linux-gnu -ffreestanding -fno-discard-value-names %s | %opt -passes=coro-prepare -S | FileCheck %s
// RUN: %c-to-ir --target=riscv64-linux-gnu -ffreestanding -fno-discard-value-names %s | %opt -passes=coro-prepare -S | FileCheck %s
// RUN: %c-to-ir --target=s390x-linux-gnu -ffreestanding -fno-discard-value-names %s | %opt -passes=coro-prepare -S | FileCheck %s
// With the checks of a sanitizer around each access:
// RUN: %c-to-ir --target=aarch64-linux-gnu -fsanitize=undefined -ffreestanding -fno-discard-value-names %s | %opt -passes=coro-prepare -S | FileCheck %s
#include <coroinline/coro.h>

struct large {
    long word[12];
    int last;
};
union either {
    struct {
        long first;
    } view;
    char bytes[200];
};
void use(const void *);

// What is used tells how much has to be copied: a member, and an array at any index.
// CHECK-LABEL: define {{.*}} @reach(
// CHECK: [[COPY:%[^ ]+]] = alloca [100 x i8], align 16
// CHECK: call ptr @llvm.coro.begin(
// CHECK-NEXT: call void @llvm.memcpy.p0.p0.i64(ptr align 16 [[COPY]], ptr align 1 %arg, i64 100, i1 false)
// CHECK-NEXT: call void asm sideeffect "", "r"(ptr %arg)
// CHECK-NOT: ptr %arg,
// CHECK: {{^}$}}
coro_task(int) reach(struct large arg, struct large *p, int i)
{
    coro_begin(int);
    coro_suspend();
    coro_return((int)(arg.word[3] + p->word[i]) + arg.last);
}

// CHECK-LABEL: define {{.*}} @reach_at_index(
// CHECK: alloca [104 x i8], align 16
// CHECK: {{^}$}}
coro_task(int) reach_at_index(struct large arg, int i)
{
    coro_begin(int);
    coro_suspend();
    coro_return((int)arg.word[i]);
}

// Where it goes anywhere, the callers' copies tell, and not the type of one view of it.
// CHECK-LABEL: define {{.*}} @called(
// CHECK: [[COPY:%[^ ]+]] = alloca %union.either, align 8
// CHECK: call ptr @llvm.coro.begin(
// CHECK-NEXT: call void @llvm.memcpy.p0.p0.i64(ptr align 8 [[COPY]], ptr align 1 %arg, i64 200, i1 false)
// CHECK-NOT: ptr %arg,
// CHECK: call void @use(ptr {{.*}}[[COPY]])
coro_task(int) called(union either arg)
{
    coro_begin(int);
    coro_suspend();
    use(&arg);
    coro_return((int)arg.view.first);
}

coro_task(int) caller(union either *e)
{
    coro_begin(int);
    coro_return(coro_await(called(*e)));
}

// An argument that the body has copied needs no more.
// CHECK-LABEL: define {{.*}} @copies(
// CHECK: alloca [200 x i8], align 16
// CHECK: {{^}$}}
coro_task(void) copies(union either arg)
{
    coro_begin(void);
    union either mine = arg;
    coro_suspend();
    use(&mine);
    coro_return();
}

// CHECK-LABEL: define {{.*}} @pointers(
// CHECK-NOT: @llvm.memcpy
// CHECK: {{^}$}}
coro_task(void) pointers(struct large *p, struct large *unused, void (*f)(struct large *))
{
    coro_begin(void);
    coro_suspend();
    f(p);
    coro_return();
}
