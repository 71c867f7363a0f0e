; A coroutine that coro.h has not made is not said to be one of it, with an await or without; one that it has made is.
; RUN: %opt -passes='cgscc(coro-devirt),verify' -S %s | FileCheck %s

; CHECK: define ptr @foreign({{.*}} #[[FOREIGN:[0-9]+]]
; CHECK: define ptr @ours({{.*}} #[[OURS:[0-9]+]]
; CHECK: attributes #[[FOREIGN]] = { presplitcoroutine }
; CHECK: attributes #[[OURS]] = { presplitcoroutine "coroinline-awaits"="none" }
define ptr @foreign(ptr %memory) presplitcoroutine {
  %id = call token @llvm.coro.id(i32 0, ptr null, ptr null, ptr null)
  %hdl = call ptr @llvm.coro.begin(token %id, ptr %memory)
  %s = call i8 @llvm.coro.suspend(token none, i1 false)
  ret ptr %hdl
}

define ptr @ours(ptr %memory) presplitcoroutine {
  %id = call token @llvm.coro.id(i32 0, ptr null, ptr null, ptr null)
  %hdl = call ptr @llvm.coro.begin(token %id, ptr %memory)
  %s = call i8 @llvm.coro.suspend(token none, i1 false) "coroinline-start"
  ret ptr %hdl
}

declare token @llvm.coro.id(i32, ptr, ptr, ptr)
declare ptr @llvm.coro.begin(token, ptr)
declare i8 @llvm.coro.suspend(token, i1)
