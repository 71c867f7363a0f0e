; Where the ABI returns a task as an integer, the await is found all the same.
; RUN: %opt -passes='coro-prepare,coro-inline' -S %s | FileCheck %s
; CHECK-LABEL: define i64 @parent(
; CHECK-NOT: call i64 @child(
; CHECK: call void @work()
; CHECK-NOT: call i64 @child(
; CHECK-LABEL: declare

define internal i64 @child() {
entry:
  %promise = alloca { ptr, ptr }, align 16
  %id = call token @llvm.coro.id(i32 0, ptr %promise, ptr null, ptr null)
  %mem = call ptr @malloc(i64 128)
  %hdl = call ptr @llvm.coro.begin(token %id, ptr %mem)
  store ptr %hdl, ptr %promise
  %start = call i1 @coroinline_start(ptr %promise)
  br i1 %start, label %destroy, label %body

body:
  call void @work()
  br label %finish

open:
  call void @coroinline_open_end()
  br label %finish

finish:
  call void @coroinline_finish(i1 true, ptr @leave)
  br label %destroy

destroy:
  %freed = call ptr @llvm.coro.free(token %id, ptr %hdl)
  call void @free(ptr %freed)
  call void @coroinline_end()
  %int = ptrtoint ptr %hdl to i64
  ret i64 %int
}

define i64 @parent() {
entry:
  %promise = alloca { ptr, ptr }, align 16
  %task = alloca { ptr }, align 8
  %id = call token @llvm.coro.id(i32 0, ptr %promise, ptr null, ptr null)
  %mem = call ptr @malloc(i64 128)
  %hdl = call ptr @llvm.coro.begin(token %id, ptr %mem)
  %start = call i1 @coroinline_start(ptr %promise)
  br i1 %start, label %destroy, label %body

body:
  %call = call i64 @child()
  store i64 %call, ptr %task
  %child = load ptr, ptr %task
  %destroyed = call i1 @coroinline_await(ptr %child, ptr @enter)
  br i1 %destroyed, label %destroy, label %go.on

go.on:
  call void @llvm.coro.destroy(ptr %child)
  br label %finish

open:
  call void @coroinline_open_end()
  br label %finish

finish:
  call void @coroinline_finish(i1 true, ptr @leave)
  br label %destroy

destroy:
  %freed = call ptr @llvm.coro.free(token %id, ptr %hdl)
  call void @free(ptr %freed)
  call void @coroinline_end()
  %int = ptrtoint ptr %hdl to i64
  ret i64 %int
}

declare ptr @enter(ptr, ptr)
define internal ptr @leave(ptr %task, ptr %self) {
  ret ptr %task
}
declare void @work()
declare ptr @malloc(i64)
declare void @free(ptr)
declare token @llvm.coro.id(i32, ptr, ptr, ptr)
declare ptr @llvm.coro.begin(token, ptr)
declare ptr @llvm.coro.free(token, ptr)
declare void @llvm.coro.destroy(ptr)
declare i1 @coroinline_start(ptr)
declare i1 @coroinline_await(ptr, ptr)
declare void @coroinline_open_end()
declare void @coroinline_finish(i1, ptr)
declare void @coroinline_end()
