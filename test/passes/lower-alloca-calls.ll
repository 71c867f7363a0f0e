; Where memory is taken from the stack again, calls may get its address, and so are no "tail" ones; what the source says of
; a tail call holds.
; RUN: %opt -verify-analysis-invalidation -passes=coro-lower-alloca -S %s | FileCheck %s

declare ptr @coroinline.alloca(i64, i64)
declare void @use(ptr)
declare i64 @same(i64)

; CHECK-LABEL: @takes(
; CHECK-NEXT: %1 = alloca i8, i64 %n, align 32
; CHECK-NEXT: call void @use(ptr %1)
; CHECK-NEXT: notail call void @use(ptr null)
; CHECK-NEXT: musttail call i64 @same(i64 %n)
define i64 @takes(i64 %n) {
  %p = tail call ptr @coroinline.alloca(i64 %n, i64 32)
  tail call void @use(ptr %p)
  notail call void @use(ptr null)
  %r = musttail call i64 @same(i64 %n)
  ret i64 %r
}

; CHECK-LABEL: @takes_nothing(
; CHECK-NEXT: tail call void @use(ptr null)
define void @takes_nothing() {
  tail call void @use(ptr null)
  ret void
}

; A coroutine is split first.
; CHECK-LABEL: @coroutine(
; CHECK-NEXT: call ptr @coroinline.alloca(i64 %n, i64 32)
; CHECK-NEXT: tail call void @use(ptr null)
define void @coroutine(i64 %n) presplitcoroutine {
  %p = call ptr @coroinline.alloca(i64 %n, i64 32)
  tail call void @use(ptr null)
  ret void
}

; One of coro.h has there what LLVM has inlined, which is hidden now; but for what is in its frame.
; CHECK-LABEL: @ours(
; CHECK-NEXT: %fixed = alloca i32
; CHECK-NEXT: %s = call i8 @llvm.coro.suspend(
; CHECK-NEXT: %[[BYTES:[0-9]+]] = mul i64 %n, 4
; CHECK-NEXT: %[[P:[0-9]+]] = call align 8 ptr @coroinline.alloca(i64 %[[BYTES]], i64 8)
; CHECK-NEXT: call void @use(ptr %[[P]])
; CHECK-NEXT: call void @use(ptr %fixed)
; CHECK: more:
; CHECK-NEXT: %[[Q:[0-9]+]] = call align 1 ptr @coroinline.alloca(i64 4, i64 1)
; CHECK-NEXT: call void @use(ptr %[[Q]])
; CHECK-NEXT: ret void
define void @ours(i64 %n) presplitcoroutine {
  %fixed = alloca i32
  %s = call i8 @llvm.coro.suspend(token none, i1 false) "coroinline-start"
  %p = alloca i32, i64 %n, align 8
  call void @use(ptr %p)
  call void @use(ptr %fixed)
  br label %more

more:
  %q = alloca [4 x i8]
  call void @llvm.lifetime.start.p0(i64 4, ptr %q)
  call void @use(ptr %q)
  call void @llvm.lifetime.end.p0(i64 4, ptr %q)
  ret void
}

; One with no more than its frame stays as it is.
; CHECK-LABEL: @framed(
; CHECK-NEXT: %fixed = alloca i32
; CHECK-NEXT: %s = call i8 @llvm.coro.suspend(
; CHECK-NEXT: ret void
define void @framed() presplitcoroutine {
  %fixed = alloca i32
  %s = call i8 @llvm.coro.suspend(token none, i1 false) "coroinline-start"
  ret void
}

; Sealed ones wait for the link; others are none of ours.
; CHECK-LABEL: @sealed(
; CHECK-NEXT: %p = call ptr @coroinline.alloca(
define void @sealed(i64 %n) "coroinline-sealed" {
  %p = call ptr @coroinline.alloca(i64 %n, i64 32)
  call void @use(ptr %p)
  ret void
}

; CHECK-LABEL: @sealed_before(
; CHECK-NEXT: %s = call i8 @llvm.coro.suspend(
; CHECK-NEXT: %p = alloca i8, i64 %n
define void @sealed_before(i64 %n) presplitcoroutine "coroinline-sealed" {
  %s = call i8 @llvm.coro.suspend(token none, i1 false) "coroinline-start"
  %p = alloca i8, i64 %n
  call void @use(ptr %p)
  ret void
}

; CHECK-LABEL: @of_others(
; CHECK-NEXT: %s = call i8 @llvm.coro.suspend(
; CHECK-NEXT: %p = alloca i8, i64 %n
define void @of_others(i64 %n) presplitcoroutine {
  %s = call i8 @llvm.coro.suspend(token none, i1 false)
  %p = alloca i8, i64 %n
  call void @use(ptr %p)
  ret void
}

declare i8 @llvm.coro.suspend(token, i1)
declare void @llvm.lifetime.start.p0(i64, ptr)
declare void @llvm.lifetime.end.p0(i64, ptr)
