; Lifetimes of a variable that end and begin again in one block of a coroutine are one. Those of others stay, and so do all
; where CoroSplit has been.
; RUN: %opt -verify-analysis-invalidation -passes=coro-lifetimes -S %s | FileCheck %s

declare void @use(ptr)
declare void @llvm.lifetime.start.p0(i64, ptr)
declare void @llvm.lifetime.end.p0(i64, ptr)

; CHECK-LABEL: @coroutine(
; CHECK: loop:
; CHECK-NEXT: call void @use(ptr %a)
; CHECK-NEXT: call void @llvm.lifetime.end.p0({{.*}}ptr %b)
; CHECK-NEXT: call void @llvm.lifetime.start.p0({{.*}}ptr %c)
; CHECK-NEXT: call void @use(ptr %a)
; CHECK-NEXT: call void @llvm.lifetime.end.p0({{.*}}ptr %c)
; CHECK-NEXT: br
; CHECK: out:
; CHECK-NEXT: call void @llvm.lifetime.start.p0({{.*}}ptr %c)
; CHECK-NEXT: call void @llvm.lifetime.end.p0({{.*}}ptr %a)
; CHECK-NEXT: ret void
define void @coroutine(i1 %again) presplitcoroutine {
entry:
  %a = alloca [8 x i8]
  %b = alloca [8 x i8]
  %c = alloca [8 x i8]
  call void @llvm.lifetime.start.p0(i64 8, ptr %a)
  call void @llvm.lifetime.start.p0(i64 8, ptr %b)
  br label %loop

loop:
  call void @use(ptr %a)
  call void @llvm.lifetime.end.p0(i64 8, ptr %a)
  call void @llvm.lifetime.end.p0(i64 8, ptr %b)
  call void @llvm.lifetime.start.p0(i64 8, ptr %c)
  call void @llvm.lifetime.start.p0(i64 8, ptr %a)
  call void @use(ptr %a)
  call void @llvm.lifetime.end.p0(i64 8, ptr %a)
  call void @llvm.lifetime.end.p0(i64 8, ptr %c)
  call void @llvm.lifetime.start.p0(i64 8, ptr %a)
  br i1 %again, label %loop, label %out

out:
  call void @llvm.lifetime.start.p0(i64 8, ptr %c)
  call void @llvm.lifetime.end.p0(i64 8, ptr %a)
  ret void
}

; What has ended does not end once more.
; CHECK-LABEL: @ended(
; CHECK: call void @use(ptr %a)
; CHECK-NEXT: call void @use(ptr %a)
; CHECK-NEXT: call void @llvm.lifetime.end.p0({{.*}}ptr %a)
; CHECK-NEXT: call void @use(ptr null)
; CHECK-NEXT: ret void
define void @ended() presplitcoroutine {
  %a = alloca [8 x i8]
  call void @llvm.lifetime.start.p0(i64 8, ptr %a)
  call void @use(ptr %a)
  call void @llvm.lifetime.end.p0(i64 8, ptr %a)
  call void @llvm.lifetime.end.p0(i64 8, ptr %a)
  call void @llvm.lifetime.start.p0(i64 8, ptr %a)
  call void @use(ptr %a)
  call void @llvm.lifetime.end.p0(i64 8, ptr %a)
  call void @use(ptr null)
  call void @llvm.lifetime.end.p0(i64 8, ptr %a)
  ret void
}

; CHECK-LABEL: @split(
; CHECK: call void @llvm.lifetime.end
; CHECK-NEXT: call void @llvm.lifetime.start
; CHECK-NEXT: ret void
define void @split() {
  %a = alloca [8 x i8]
  call void @llvm.lifetime.start.p0(i64 8, ptr %a)
  call void @llvm.lifetime.end.p0(i64 8, ptr %a)
  call void @llvm.lifetime.start.p0(i64 8, ptr %a)
  ret void
}
