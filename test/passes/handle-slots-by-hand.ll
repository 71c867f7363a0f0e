; What else is done with a variable that a task goes through: it is promoted with that, or stays as it is.
; RUN: %opt -passes='coro-prepare,verify' -S %s | FileCheck %s

; CHECK-LABEL: define ptr @checked(
; CHECK-NEXT: %low = and i64 32, 31
; CHECK-NEXT: call void @use(i64 %low)
; CHECK-NEXT: call void @use(i64 8)
; CHECK-NEXT: ret ptr %p
; The checks of a sanitizer find the variable aligned, and as large as it is.
define ptr @checked(ptr %p) {
  %slot = alloca { ptr }, align 32
  %at = ptrtoint ptr %slot to i64, !nosanitize !0
  %low = and i64 %at, 31
  call void @use(i64 %low)
  %size = call i64 @llvm.objectsize.i64.p0(ptr %slot, i1 false, i1 false, i1 false), !nosanitize !0
  call void @use(i64 %size)
  store ptr %p, ptr %slot
  %task = load ptr, ptr %slot
  %root = call ptr @coroinline_root(ptr %task)
  ret ptr %root
}

; CHECK-LABEL: define ptr @asked_by_the_program(
; CHECK: %slot = alloca { ptr }
; CHECK: call void @use(i64 %at)
; CHECK: ret
define ptr @asked_by_the_program(ptr %p) {
  %slot = alloca { ptr }
  %at = ptrtoint ptr %slot to i64
  call void @use(i64 %at)
  store ptr %p, ptr %slot
  %task = load ptr, ptr %slot
  %root = call ptr @coroinline_root(ptr %task)
  ret ptr %root
}

; CHECK-LABEL: define ptr @size_asked_by_the_program(
; CHECK: %slot = alloca { ptr }
; CHECK: ret
define ptr @size_asked_by_the_program(ptr %p) {
  %slot = alloca { ptr }
  %size = call i64 @llvm.objectsize.i64.p0(ptr %slot, i1 false, i1 false, i1 false)
  call void @use(i64 %size)
  store ptr %p, ptr %slot
  %task = load ptr, ptr %slot
  %root = call ptr @coroinline_root(ptr %task)
  ret ptr %root
}

; CHECK-LABEL: define ptr @as_a_number(
; CHECK-NEXT: [[P:%.*]] = inttoptr i64 %n to ptr
; CHECK-NEXT: [[N:%.*]] = ptrtoint ptr [[P]] to i64
; CHECK-NEXT: call void @use(i64 [[N]])
; CHECK-NEXT: ret ptr [[P]]
define ptr @as_a_number(i64 %n) {
  %slot = alloca { ptr }
  store i64 %n, ptr %slot
  %number = load i64, ptr %slot
  call void @use(i64 %number)
  %task = load ptr, ptr %slot
  %root = call ptr @coroinline_root(ptr %task)
  ret ptr %root
}

; CHECK-LABEL: define ptr @from_another_variable(
; CHECK-NEXT: ret ptr %p
define ptr @from_another_variable(ptr %p) {
  %slot = alloca { ptr }
  %other = alloca { ptr }
  store ptr %p, ptr %other
  %moved = load ptr, ptr %other
  store ptr %moved, ptr %slot
  %task = load ptr, ptr %slot
  %root = call ptr @coroinline_root(ptr %task)
  ret ptr %root
}

; CHECK-LABEL: define ptr @from_one_that_stays(
; CHECK: %other = alloca { ptr }
; CHECK: store ptr %p, ptr %other
; CHECK-NEXT: [[P:%.*]] = load ptr, ptr %other
; CHECK-NEXT: call void @see(ptr %other)
; CHECK-NEXT: ret ptr [[P]]
define ptr @from_one_that_stays(ptr %p) {
  %slot = alloca { ptr }
  %other = alloca { ptr }
  store ptr %p, ptr %other
  call void @llvm.memcpy.p0.p0.i64(ptr %slot, ptr %other, i64 8, i1 false)
  call void @see(ptr %other)
  %task = load ptr, ptr %slot
  %root = call ptr @coroinline_root(ptr %task)
  ret ptr %root
}

; CHECK-LABEL: define ptr @filled(
; CHECK-NEXT: call void @see(ptr inttoptr (i64 -6148914691236517206 to ptr))
; CHECK-NEXT: ret ptr %p
define ptr @filled(ptr %p) {
  %slot = alloca { ptr }
  call void @llvm.memset.p0.i64(ptr %slot, i8 -86, i64 8, i1 false)
  %first = load ptr, ptr %slot
  call void @see(ptr %first)
  store ptr %p, ptr %slot
  %task = load ptr, ptr %slot
  %root = call ptr @coroinline_root(ptr %task)
  ret ptr %root
}

; CHECK-LABEL: define ptr @filled_with_anything(
; CHECK: %slot = alloca { ptr }
; CHECK: call void @llvm.memset
; CHECK: ret
define ptr @filled_with_anything(ptr %p, i8 %n) {
  %slot = alloca { ptr }
  call void @llvm.memset.p0.i64(ptr %slot, i8 %n, i64 8, i1 false)
  %task = load ptr, ptr %slot
  %root = call ptr @coroinline_root(ptr %task)
  ret ptr %root
}

; CHECK-LABEL: define ptr @copied_volatile(
; CHECK: %slot = alloca { ptr }
; CHECK: call void @llvm.memcpy{{.*}} i1 true)
; CHECK: ret
define ptr @copied_volatile(ptr %p, ptr %q) {
  %slot = alloca { ptr }
  call void @llvm.memcpy.p0.p0.i64(ptr %slot, ptr %q, i64 8, i1 true)
  %task = load ptr, ptr %slot
  %root = call ptr @coroinline_root(ptr %task)
  ret ptr %root
}

; CHECK-LABEL: define ptr @moved_within_memory(
; CHECK: %slot = alloca { ptr }
; CHECK: call void @llvm.memmove
; CHECK: ret
define ptr @moved_within_memory(ptr %p, ptr %q) {
  %slot = alloca { ptr }
  call void @llvm.memmove.p0.p0.i64(ptr %slot, ptr %q, i64 8, i1 false)
  %task = load ptr, ptr %slot
  %root = call ptr @coroinline_root(ptr %task)
  ret ptr %root
}

; CHECK-LABEL: define ptr @given_away(
; CHECK: %slot = alloca { ptr }
; CHECK: call void @see(ptr %slot)
; CHECK: ret
define ptr @given_away(ptr %p) {
  %slot = alloca { ptr }
  store ptr %p, ptr %slot
  call void @see(ptr %slot)
  %task = load ptr, ptr %slot
  %root = call ptr @coroinline_root(ptr %task)
  ret ptr %root
}

; CHECK-LABEL: define ptr @exchanged(
; CHECK: %slot = alloca { ptr }
; CHECK: atomicrmw
; CHECK: ret
define ptr @exchanged(ptr %p, ptr %q) {
  %slot = alloca { ptr }
  store ptr %p, ptr %slot
  %old = atomicrmw xchg ptr %slot, ptr %q seq_cst
  %task = load ptr, ptr %slot
  %root = call ptr @coroinline_root(ptr %task)
  ret ptr %root
}

; CHECK-LABEL: define ptr @in_no_variable(
; CHECK-NEXT: ret ptr %p
define ptr @in_no_variable(ptr %p) {
  %root = call ptr @coroinline_root(ptr %p)
  ret ptr %root
}

declare void @use(i64)
declare void @see(ptr)
declare i64 @llvm.objectsize.i64.p0(ptr, i1, i1, i1)
declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)
declare void @llvm.memmove.p0.p0.i64(ptr, ptr, i64, i1)
declare void @llvm.memset.p0.i64(ptr, i8, i64, i1)
declare ptr @coroinline_root(ptr)

!0 = !{}
