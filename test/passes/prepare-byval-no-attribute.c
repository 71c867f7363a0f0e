// Targets that pass a large struct by the address of a copy, which no attribute tells from a pointer:
// the struct is copied into the frame, the pointer is not followed.
// RUN: %c-to-ir --target=aarch64-linux-gnu -ffreestanding -fno-discard-value-names %s | %opt -passes=coro-prepare -S | FileCheck %s
// RUN: %c-to-ir --target=riscv64-linux-gnu -ffreestanding -fno-discard-value-names %s | %opt -passes=coro-prepare -S | FileCheck %s
// RUN: %c-to-ir --target=s390x-linux-gnu -ffreestanding -fno-discard-value-names %s | %opt -passes=coro-prepare -S | FileCheck %s
// With the checks of a sanitizer around each access:
// RUN: %c-to-ir --target=aarch64-linux-gnu -fsanitize=undefined -ffreestanding -fno-discard-value-names %s | %opt -passes=coro-prepare -S | FileCheck %s
// An array of structs is no variable of that type:
// RUN: %c-to-ir --target=aarch64-linux-gnu -ffreestanding %s | sed '/align 64/s/struct.large/&, i32 2/' | %opt -passes=coro-prepare -S | FileCheck %s --check-prefix=ARRAY
// ARRAY-LABEL: define {{.*}} @called_oddly(
// ARRAY: alloca %struct.large, align 8
// ARRAY: {{^}$}}
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
    long number;
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

// What is stored, and compared, tells as much as what is loaded.
// CHECK-LABEL: define {{.*}} @stored_to(
// CHECK: alloca [8 x i8], align 16
// CHECK: {{^}$}}
coro_task(void) stored_to(union either arg, void *p)
{
    coro_begin(void);
    coro_suspend();
    if (&arg != p)
        arg.number = 1;
    coro_return();
}

// Nor need what follows in memory be the caller's.
// CHECK-LABEL: define {{.*}} @behind_it(
// CHECK: alloca [208 x i8], align 16
// CHECK: {{^}$}}
coro_task(int) behind_it(struct large arg, int i)
{
    coro_begin(int);
    coro_suspend();
    coro_return((int)(&arg)[1].word[i]);
}

// Only calls that hand over a variable of this type tell of it: no pointers, no arrays, no other
// functions; and the best aligned of them.
// CHECK-LABEL: define {{.*}} @called_oddly(
// CHECK: alloca %struct.large, align 64
// CHECK: {{^}$}}
coro_task(int) called_oddly(struct large arg)
{
    coro_begin(int);
    coro_suspend();
    use(&arg);
    coro_return(0);
}
// CHECK-LABEL: define {{.*}} @called_with_both(
// CHECK: alloca [8 x i8], align 16
// CHECK: {{^}$}}
coro_task(int) called_with_both(struct large arg)
{
    coro_begin(int);
    coro_suspend();
    coro_return((int)arg.word[0]);
}
coro_task(int) (*const oddly)(struct large) = called_oddly;
void call(struct large *l, union either *e, int n)
{
    char array[n];
    _Alignas(64) struct large aligned;
    use((void *)called_oddly);
    coro_run(called_oddly(*l));
    coro_run(((coro_task(int)(*)(void *))called_oddly)(l));
    coro_run(((coro_task(int)(*)(void *))called_oddly)(array));
    coro_run(((coro_task(int)(*)(void *))called_oddly)(&aligned));
    coro_run(((coro_task(int)(*)(void *))called_oddly)(&aligned));
    coro_run(((coro_task(int)(*)(void *, int))called_oddly)(&n, n));
    coro_run(called_oddly(*l));
    coro_run(called_with_both(*l));
    coro_run(((coro_task(int)(*)(union either))called_with_both)(*e));
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
