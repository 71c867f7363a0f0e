; Local variables through which a task goes are only promoted where nothing can tell the difference.
; RUN: %opt -passes='coro-prepare,verify' -S %s | FileCheck %s

; CHECK-LABEL: define ptr @copies(
; CHECK-NEXT: %[[TASK:.*]] = load ptr, ptr %p, align 1
; CHECK-NEXT: store ptr %[[TASK]], ptr %p, align 2
; CHECK-NEXT: ret ptr %[[TASK]]
; Copies from and to memory that is aligned less than a pointer.
define ptr @copies(ptr %p) {
  %slot = alloca { ptr }
  %other = alloca ptr
  %field = getelementptr { ptr }, ptr %slot, i32 0, i32 0
  %same = getelementptr i8, ptr %field, i32 0
  call void @llvm.memcpy.p0.p0.i64(ptr %slot, ptr align 1 %p, i64 8, i1 false)
  call void @llvm.memcpy.p0.p0.i64(ptr %other, ptr %same, i64 8, i1 false)
  call void @llvm.memcpy.p0.p0.i64(ptr align 2 %p, ptr %other, i64 8, i1 false)
  %task = load ptr, ptr %same
  %root = call ptr @coroinline_root(ptr %task)
  ret ptr %root
}

; CHECK-LABEL: define ptr @onto_itself(
; CHECK: call void @llvm.memcpy
; CHECK-NEXT: %task = load ptr, ptr %field
; CHECK-NEXT: ret ptr %task
define ptr @onto_itself(ptr %p) {
  %slot = alloca { ptr }
  %field = getelementptr { ptr }, ptr %slot, i32 0, i32 0
  store ptr %p, ptr %slot
  call void @llvm.memcpy.p0.p0.i64(ptr %slot, ptr %field, i64 8, i1 false)
  %task = load ptr, ptr %field
  %root = call ptr @coroinline_root(ptr %task)
  ret ptr %root
}

; CHECK-LABEL: define ptr @of_another_space(
; CHECK: store ptr addrspace(1) %p, ptr %slot
; CHECK-NEXT: %task = load ptr, ptr %slot
; CHECK-NEXT: ret ptr %task
define ptr @of_another_space(ptr addrspace(1) %p) {
  %slot = alloca { ptr }
  store ptr addrspace(1) %p, ptr %slot
  %task = load ptr, ptr %slot
  %root = call ptr @coroinline_root(ptr %task)
  ret ptr %root
}

; CHECK-LABEL: define ptr @too_narrow(
; CHECK: store i60 %n, ptr %slot
; CHECK-NEXT: %task = load ptr, ptr %slot
; CHECK-NEXT: ret ptr %task
define ptr @too_narrow(i60 %n) {
  %slot = alloca { ptr }
  store i60 %n, ptr %slot
  %task = load ptr, ptr %slot
  %root = call ptr @coroinline_root(ptr %task)
  ret ptr %root
}

declare ptr @coroinline_root(ptr)
declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)
