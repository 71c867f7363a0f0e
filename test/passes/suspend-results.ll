; What a suspend gives is copied where another block uses it, or what stands behind another suspend.
; RUN: %opt -verify-analysis-invalidation -passes=coro-suspend-results -S %s | FileCheck %s

declare i8 @llvm.coro.suspend(token, i1)
declare void @use(i1)
declare void @use8(i8)

; CHECK-LABEL: @coroutine(
; CHECK: %near = call i8 @llvm.coro.suspend(
; CHECK-NEXT: %is.near = icmp eq i8 %near, 0
; CHECK-NEXT: br i1 %is.near
; CHECK: %s = call i8 @llvm.coro.suspend(
; CHECK-NEXT: [[COPY:%.*]] = freeze i8 %s
; CHECK-NEXT: switch i8 %s
; CHECK: resumed:
; CHECK-NEXT: %given = phi i8 [ [[COPY]], %first ], [ [[COPY]], %first ]
; CHECK-NEXT: trunc i8 [[COPY]] to i1
define void @coroutine() presplitcoroutine {
entry:
  %near = call i8 @llvm.coro.suspend(token none, i1 false)
  %is.near = icmp eq i8 %near, 0
  br i1 %is.near, label %first, label %out

first:
  %s = call i8 @llvm.coro.suspend(token none, i1 false)
  switch i8 %s, label %out [
    i8 0, label %resumed
    i8 1, label %resumed
  ]

resumed:
  %given = phi i8 [ %s, %first ], [ %s, %first ]
  %destroyed = trunc i8 %s to i1
  call void @use(i1 %destroyed)
  call void @use8(i8 %given)
  br label %out

out:
  ret void
}

; CHECK-LABEL: @one_block(
; CHECK: %s = call i8 @llvm.coro.suspend(
; CHECK-NEXT: [[COPY:%.*]] = freeze i8 %s
; CHECK-NEXT: call void @use8(i8 %s)
; CHECK-NEXT: %t = call i8 @llvm.coro.suspend(
; CHECK-NEXT: call void @use8(i8 [[COPY]])
; CHECK-NEXT: call void @use8(i8 %t)
define void @one_block() presplitcoroutine {
  %s = call i8 @llvm.coro.suspend(token none, i1 false)
  call void @use8(i8 %s)
  %t = call i8 @llvm.coro.suspend(token none, i1 false)
  call void @use8(i8 %s)
  call void @use8(i8 %t)
  ret void
}

; CHECK-LABEL: @loop(
; CHECK: %p = phi i8 [ 0, %entry ], [ %s, %loop ]
; CHECK-NEXT: %s = call i8 @llvm.coro.suspend(
; CHECK-NEXT: switch i8 %s
define void @loop() presplitcoroutine {
entry:
  br label %loop

loop:
  %p = phi i8 [ 0, %entry ], [ %s, %loop ]
  %s = call i8 @llvm.coro.suspend(token none, i1 false)
  switch i8 %s, label %out [
    i8 0, label %loop
  ]

out:
  ret void
}

; CHECK-LABEL: @split(
; CHECK: %s = call i8
; CHECK-NEXT: br label %out
define i8 @split(i8 %x) {
  %s = call i8 @llvm.coro.suspend(token none, i1 false)
  br label %out

out:
  ret i8 %s
}
