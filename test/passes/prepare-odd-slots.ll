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

; CHECK-LABEL: define ptr @loaded_for_nothing(
; CHECK-NOT: alloca
; CHECK: ret
; A value that is used by nobody, not even a debugger.
define ptr @loaded_for_nothing(ptr %p) {
  %slot = alloca { ptr }
  store ptr %p, ptr %slot
  %unused = load ptr, ptr %slot
  %task = load ptr, ptr %slot
  %root = call ptr @coroinline_root(ptr %task)
  ret ptr %root
}

; CHECK-LABEL: define ptr @from_memory(
; CHECK-NOT: alloca
; CHECK: ret
; A value that was in no other variable.
define ptr @from_memory(ptr %p, ptr %q) {
  %slot = alloca { ptr }
  store ptr %p, ptr %slot
  %other = load ptr, ptr %q
  store ptr %other, ptr %slot
  %task = load ptr, ptr %slot
  %root = call ptr @coroinline_root(ptr %task)
  ret ptr %root
}

; CHECK-LABEL: define ptr @of_two(
; CHECK: %slot = alloca ptr, i32 2
; CHECK: ret
; An array of tasks.
define ptr @of_two(ptr %p) {
  %slot = alloca ptr, i32 2
  store ptr %p, ptr %slot
  %task = load ptr, ptr %slot
  %root = call ptr @coroinline_root(ptr %task)
  ret ptr %root
}

; CHECK-LABEL: define ptr @of_any_number(
; CHECK: %slot = alloca ptr, i32 %n
; CHECK: ret
; An array of tasks, as many as it is told.
define ptr @of_any_number(ptr %p, i32 %n) {
  %slot = alloca ptr, i32 %n
  store ptr %p, ptr %slot
  %task = load ptr, ptr %slot
  %root = call ptr @coroinline_root(ptr %task)
  ret ptr %root
}

; CHECK-LABEL: define ptr @stored_by_a_sanitizer(
; CHECK: ret ptr null
; What a sanitizer writes, is written.
define ptr @stored_by_a_sanitizer(ptr %p) {
  %slot = alloca { ptr }
  store ptr %p, ptr %slot
  store ptr null, ptr %slot, !nosanitize !0
  %task = load ptr, ptr %slot
  %root = call ptr @coroinline_root(ptr %task)
  ret ptr %root
}

; CHECK-LABEL: define ptr @kept(
; CHECK: %slot = alloca { ptr }
; CHECK: ret
; Its address is kept.
define ptr @kept(ptr %p, ptr %q) {
  %slot = alloca { ptr }
  store ptr %p, ptr %slot
  store ptr %slot, ptr %q
  %task = load ptr, ptr %slot
  %root = call ptr @coroinline_root(ptr %task)
  ret ptr %root
}

; CHECK-LABEL: define ptr @volatile_load(
; CHECK: %slot = alloca { ptr }
; CHECK: ret
; Volatile accesses.
define ptr @volatile_load(ptr %p) {
  %slot = alloca { ptr }
  store ptr %p, ptr %slot
  %again = load volatile ptr, ptr %slot
  %task = load ptr, ptr %slot
  %root = call ptr @coroinline_root(ptr %task)
  ret ptr %root
}

; CHECK-LABEL: define ptr @volatile_store(
; CHECK: %slot = alloca { ptr }
; CHECK: ret
define ptr @volatile_store(ptr %p) {
  %slot = alloca { ptr }
  store ptr %p, ptr %slot
  store volatile ptr %p, ptr %slot
  %task = load ptr, ptr %slot
  %root = call ptr @coroinline_root(ptr %task)
  ret ptr %root
}

; CHECK-LABEL: define ptr @volatile_fill(
; CHECK: %slot = alloca { ptr }
; CHECK: ret
define ptr @volatile_fill(ptr %p) {
  %slot = alloca { ptr }
  store ptr %p, ptr %slot
  call void @llvm.memset.p0.i64(ptr %slot, i8 0, i64 8, i1 true)
  %task = load ptr, ptr %slot
  %root = call ptr @coroinline_root(ptr %task)
  ret ptr %root
}

; CHECK-LABEL: define ptr @half_loaded(
; CHECK: %slot = alloca { ptr }
; CHECK: ret
; A part of it.
define ptr @half_loaded(ptr %p) {
  %slot = alloca { ptr }
  store ptr %p, ptr %slot
  %half = load i32, ptr %slot
  %task = load ptr, ptr %slot
  %root = call ptr @coroinline_root(ptr %task)
  ret ptr %root
}

; CHECK-LABEL: define ptr @half_copied(
; CHECK: %slot = alloca { ptr }
; CHECK: ret
define ptr @half_copied(ptr %p, ptr %q) {
  %slot = alloca { ptr }
  store ptr %p, ptr %slot
  call void @llvm.memcpy.p0.p0.i64(ptr %slot, ptr %q, i64 4, i1 false)
  %task = load ptr, ptr %slot
  %root = call ptr @coroinline_root(ptr %task)
  ret ptr %root
}

; CHECK-LABEL: define ptr @half_filled(
; CHECK: %slot = alloca { ptr }
; CHECK: ret
define ptr @half_filled(ptr %p) {
  %slot = alloca { ptr }
  store ptr %p, ptr %slot
  call void @llvm.memset.p0.i64(ptr %slot, i8 0, i64 4, i1 false)
  %task = load ptr, ptr %slot
  %root = call ptr @coroinline_root(ptr %task)
  ret ptr %root
}

; CHECK-LABEL: define ptr @its_other_half(
; CHECK: %slot = alloca { ptr }
; CHECK: ret
define ptr @its_other_half(ptr %p) {
  %slot = alloca { ptr }
  store ptr %p, ptr %slot
  %half = getelementptr i8, ptr %slot, i64 4
  store i32 0, ptr %half
  %task = load ptr, ptr %slot
  %root = call ptr @coroinline_root(ptr %task)
  ret ptr %root
}

; CHECK-LABEL: define ptr @copied_to_a_length(
; CHECK: %slot = alloca { ptr }
; CHECK: ret
; As much as it is told.
define ptr @copied_to_a_length(ptr %p, ptr %q, i64 %n) {
  %slot = alloca { ptr }
  store ptr %p, ptr %slot
  call void @llvm.memcpy.p0.p0.i64(ptr %slot, ptr %q, i64 %n, i1 false)
  %task = load ptr, ptr %slot
  %root = call ptr @coroinline_root(ptr %task)
  ret ptr %root
}

; CHECK-LABEL: define ptr @filled_with_anything(
; CHECK: %slot = alloca { ptr }
; CHECK: ret
; A value that is no constant.
define ptr @filled_with_anything(ptr %p, i8 %byte) {
  %slot = alloca { ptr }
  store ptr %p, ptr %slot
  call void @llvm.memset.p0.i64(ptr %slot, i8 %byte, i64 8, i1 false)
  %task = load ptr, ptr %slot
  %root = call ptr @coroinline_root(ptr %task)
  ret ptr %root
}

declare ptr @coroinline_root(ptr)
declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)
declare void @llvm.memset.p0.i64(ptr, i8, i64, i1)
!0 = !{}
