; Coroutines that lack a part (an end, a switch behind a suspend) are no business of coro-inline's.
; RUN: %opt -passes=coro-inline,verify -S %s -o %t.ll
; RUN: opt -S %s -o %t.plain.ll
; RUN: diff -I '^; ModuleID' %t.plain.ll %t.ll

define ptr @awaits() presplitcoroutine {
entry:
  %promise = alloca { ptr, ptr }, align 16
  %id = call token @llvm.coro.id(i32 0, ptr %promise, ptr null, ptr null)
  %hdl = call ptr @llvm.coro.begin(token %id, ptr null)
  %start = call i8 @llvm.coro.suspend(token none, i1 false) "coroinline-start"
  switch i8 %start, label %exit [ i8 0, label %await
                                  i8 1, label %exit ]
await:
  %task = call ptr @child()
  %save = call token @llvm.coro.save(ptr %hdl)
  call void @llvm.coro.await.suspend.handle(ptr %task, ptr %hdl, ptr @enter) "coroinline-await"
  %s = call i8 @llvm.coro.suspend(token %save, i1 false) "coroinline-await"
  br label %exit
exit:
  ret ptr %hdl
}

define internal ptr @child() presplitcoroutine {
entry:
  %promise = alloca { ptr, ptr }, align 16
  %id = call token @llvm.coro.id(i32 0, ptr %promise, ptr null, ptr null)
  %hdl = call ptr @llvm.coro.begin(token %id, ptr null)
  %start = call i8 @llvm.coro.suspend(token none, i1 false) "coroinline-start"
  ret ptr %hdl
}

declare ptr @enter(ptr, ptr)
declare token @llvm.coro.id(i32, ptr, ptr, ptr)
declare ptr @llvm.coro.begin(token, ptr)
declare token @llvm.coro.save(ptr)
declare void @llvm.coro.await.suspend.handle(ptr, ptr, ptr)
declare i8 @llvm.coro.suspend(token, i1)
