; Where memory is taken from the stack again, calls may get its address, and so are no "tail" ones; what the source says of
; a tail call holds.
; RUN: %opt -passes=coro-lower-alloca -S %s | FileCheck %s

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
