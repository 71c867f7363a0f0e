// Slots are shared by values of any type, each aligned as its own asks for; small ones fit into what a
// large one has left.
// RUN: %c-to-ir %s | %opt -passes='coro-prepare,coro-inline,function(sroa,coro-share-slots)' -S | FileCheck %s
#include <coroinline/coro.h>

typedef int quad __attribute__((vector_size(16)));
typedef __attribute__((address_space(1))) int far_int;

quad get_quad(void);
double get_double(void);
int8_t get_byte(void);
bool get_bool(void);
far_int *get_far(void);
float get_float(void);
void use(quad), use_more(double, int8_t, bool, far_int *), use_float(float);

// CHECK-LABEL: define {{.*}} @types(
// CHECK: [[SLOTS:%[^ ]+]] = alloca [18 x i8], align 16
// CHECK: store <4 x i32> %{{.*}}, ptr [[SLOTS]], align 16
// CHECK: call i8 @llvm.coro.suspend(
// CHECK: load <4 x i32>, ptr [[SLOTS]], align 16
// CHECK: store double %{{.*}}, ptr [[SLOTS]], align 16
// CHECK: [[AT16:%[^ ]+]] = getelementptr {{.*}}i8, ptr [[SLOTS]], i64 16
// CHECK-NEXT: store i8 %{{.*}}, ptr [[AT16]], align 16
// CHECK: [[AT17:%[^ ]+]] = getelementptr {{.*}}i8, ptr [[SLOTS]], i64 17
// CHECK-NEXT: store i1 %{{.*}}, ptr [[AT17]], align 1
// CHECK: [[AT8:%[^ ]+]] = getelementptr {{.*}}i8, ptr [[SLOTS]], i64 8
// CHECK-NEXT: store ptr addrspace(1) %{{.*}}, ptr [[AT8]], align 8
// CHECK: call i8 @llvm.coro.suspend(
// CHECK: store float %{{.*}}, ptr [[SLOTS]], align 16
coro_task(void) types(void)
{
    coro_begin(void);
    quad q = get_quad();
    coro_suspend();
    use(q);
    double d = get_double();
    int8_t b = get_byte();
    bool t = get_bool();
    far_int *f = get_far();
    coro_suspend();
    use_more(d, b, t, f);
    float l = get_float();
    coro_suspend();
    use_float(l);
    coro_return();
}
