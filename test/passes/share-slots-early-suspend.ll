; IR that coro.h does not make may suspend ahead of the coro.begin, where there is no frame yet to keep values in.
; RUN: sed "s|COROEND|%coro-end-type|" %s | %opt -passes='function(coro-share-slots),verify' -S -o - | FileCheck %s

; CHECK-LABEL: define ptr @early(
; CHECK: %a = load i64
; CHECK-NEXT: call i8 @llvm.coro.suspend
; CHECK-NEXT: call void @use(i64 %a)
define ptr @early(i1 %c, ptr %p) presplitcoroutine {
entry:
  %promise = alloca [3 x i64], align 8
  %id = call token @llvm.coro.id(i32 0, ptr %promise, ptr null, ptr null)
  br i1 %c, label %before, label %begin

before:
  %a = load i64, ptr %p
  %early = call i8 @llvm.coro.suspend(token none, i1 false)
  call void @use(i64 %a)
  br label %begin

begin:
  %hdl = call ptr @llvm.coro.begin(token %id, ptr null)
  %start = call i8 @llvm.coro.suspend(token none, i1 false) #0
  switch i8 %start, label %exit [ i8 0, label %body
                                  i8 1, label %exit ]

body:
  %b = call i64 @make()
  %s = call i8 @llvm.coro.suspend(token none, i1 false)
  switch i8 %s, label %exit [ i8 0, label %next
                              i8 1, label %exit ]

next:
  call void @use(i64 %b)
  %d = call i64 @make()
  %t = call i8 @llvm.coro.suspend(token none, i1 false)
  switch i8 %t, label %exit [ i8 0, label %last
                              i8 1, label %exit ]

last:
  call void @use(i64 %d)
  br label %exit

exit:
  call COROEND @llvm.coro.end(ptr null, i1 false, token none)
  ret ptr %hdl
}

attributes #0 = { "coroinline-start" }
declare void @use(i64)
declare i64 @make()
