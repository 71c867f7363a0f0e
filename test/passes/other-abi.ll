; A coroutine of another front end, that is of another kind, is not ours, whatever else is in its function.
; RUN: %opt -passes=coro-prepare -S %s | FileCheck %s

; CHECK: define ptr @once(ptr %buffer, ptr %task) {
; CHECK: @llvm.coro.begin(
; CHECK-NEXT: ret ptr %task
define ptr @once(ptr %buffer, ptr %task) {
  %id = call token @llvm.coro.id.retcon.once(i32 8, i32 8, ptr %buffer, ptr @prototype, ptr @malloc, ptr @free)
  %hdl = call ptr @llvm.coro.begin(token %id, ptr null)
  %root = call ptr @coroinline_root(ptr %task)
  ret ptr %root
}

declare token @llvm.coro.id.retcon.once(i32, i32, ptr, ptr, ptr, ptr)
declare ptr @llvm.coro.begin(token, ptr)
declare ptr @coroinline_root(ptr)
declare ptr @prototype(ptr, i1)
declare ptr @malloc(i64)
declare void @free(ptr)
