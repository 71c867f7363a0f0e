; An await whose task is used in a way that coro.h does not is left linked, and the module stays valid.
; RUN: %opt -passes='coro-prepare,coro-inline,verify' -pass-remarks-missed=coro-inline -S %s -o %t.ll 2>%t.remarks
; RUN: FileCheck %s --input-file=%t.ll
; RUN: FileCheck %s --input-file=%t.remarks --check-prefix=WHY
; RUN: %opt -passes='default<O2>' %s -o /dev/null
; RUN: %opt -passes='default<O0>' %s -o /dev/null

; CHECK-LABEL: define ptr @either(
; CHECK: call void @llvm.coro.await.suspend.handle(ptr %task, ptr %hdl, ptr @enter)
; WHY-DAG: an awaited task not inlined into 'either': its coroutine is not known here
; A task behind a phi of two ramps.
define ptr @either(i1 %c) {
entry:
  %promise = alloca { ptr, ptr }, align 16
  %id = call token @llvm.coro.id(i32 0, ptr %promise, ptr null, ptr null)
  %mem = call ptr @malloc(i64 128)
  %hdl = call ptr @llvm.coro.begin(token %id, ptr %mem)
  %start = call i1 @coroinline_start(ptr %promise)
  br i1 %start, label %destroy, label %body

body:
  br i1 %c, label %first, label %second

first:
  %a = call ptr @child()
  br label %join

second:
  %b = call ptr @child()
  br label %join

join:
  %task = phi ptr [ %a, %first ], [ %b, %second ]
  %destroyed = call i1 @coroinline_await(ptr %task, ptr @enter)
  br i1 %destroyed, label %destroy, label %finish

finish:
  call void @coroinline_finish(i1 true, ptr @leave)
  br label %destroy

destroy:
  %freed = call ptr @llvm.coro.free(token %id, ptr %hdl)
  call void @free(ptr %freed)
  call void @coroinline_end()
  ret ptr %hdl
}

; CHECK-LABEL: define ptr @itself(
; CHECK: call void @llvm.coro.await.suspend.handle(ptr %hdl, ptr %hdl, ptr @enter)
; WHY-DAG: an awaited task not inlined into 'itself': its coroutine is not known here
; An await of the awaiter.
define ptr @itself() {
entry:
  %promise = alloca { ptr, ptr }, align 16
  %id = call token @llvm.coro.id(i32 0, ptr %promise, ptr null, ptr null)
  %mem = call ptr @malloc(i64 128)
  %hdl = call ptr @llvm.coro.begin(token %id, ptr %mem)
  %start = call i1 @coroinline_start(ptr %promise)
  br i1 %start, label %destroy, label %body

body:
  %destroyed = call i1 @coroinline_await(ptr %hdl, ptr @enter)
  br i1 %destroyed, label %destroy, label %finish

finish:
  call void @coroinline_finish(i1 true, ptr @leave)
  br label %destroy

destroy:
  %freed = call ptr @llvm.coro.free(token %id, ptr %hdl)
  call void @free(ptr %freed)
  call void @coroinline_end()
  ret ptr %hdl
}

; CHECK-LABEL: define ptr @foreign(
; CHECK: call void @llvm.coro.await.suspend.handle(ptr %given.own, ptr %hdl, ptr @enter)
; WHY-DAG: an awaited task not inlined into 'foreign': its coroutine is not known here
; A handle from elsewhere.
define ptr @foreign(ptr %given) {
entry:
  %promise = alloca { ptr, ptr }, align 16
  %id = call token @llvm.coro.id(i32 0, ptr %promise, ptr null, ptr null)
  %mem = call ptr @malloc(i64 128)
  %hdl = call ptr @llvm.coro.begin(token %id, ptr %mem)
  %start = call i1 @coroinline_start(ptr %promise)
  br i1 %start, label %destroy, label %body

body:
  %destroyed = call i1 @coroinline_await(ptr %given, ptr @enter)
  br i1 %destroyed, label %destroy, label %finish

finish:
  call void @coroinline_finish(i1 true, ptr @leave)
  br label %destroy

destroy:
  %freed = call ptr @llvm.coro.free(token %id, ptr %hdl)
  call void @free(ptr %freed)
  call void @coroinline_end()
  ret ptr %hdl
}

; CHECK-LABEL: define ptr @not_a_coroutine(
; CHECK: call void @llvm.coro.await.suspend.handle(ptr %task, ptr %hdl, ptr @enter)
; WHY-DAG: 'malloc' not inlined into 'not_a_coroutine': its definition is not in this file
; What makes no coroutine.
define ptr @not_a_coroutine() {
entry:
  %promise = alloca { ptr, ptr }, align 16
  %id = call token @llvm.coro.id(i32 0, ptr %promise, ptr null, ptr null)
  %mem = call ptr @malloc(i64 128)
  %hdl = call ptr @llvm.coro.begin(token %id, ptr %mem)
  %start = call i1 @coroinline_start(ptr %promise)
  br i1 %start, label %destroy, label %body

body:
  %task = call ptr @malloc(i64 64)
  %destroyed = call i1 @coroinline_await(ptr %task, ptr @enter)
  br i1 %destroyed, label %destroy, label %finish

finish:
  call void @coroinline_finish(i1 true, ptr @leave)
  br label %destroy

destroy:
  %freed = call ptr @llvm.coro.free(token %id, ptr %hdl)
  call void @free(ptr %freed)
  call void @coroinline_end()
  ret ptr %hdl
}

; CHECK-LABEL: define ptr @defined_but_none(
; CHECK: call void @llvm.coro.await.suspend.handle(ptr %task, ptr %hdl, ptr @enter)
; WHY-DAG: 'leave' not inlined into 'defined_but_none': it is not a coroutine that coro.h made
; A function that is not a coroutine.
define ptr @defined_but_none() {
entry:
  %promise = alloca { ptr, ptr }, align 16
  %id = call token @llvm.coro.id(i32 0, ptr %promise, ptr null, ptr null)
  %mem = call ptr @malloc(i64 128)
  %hdl = call ptr @llvm.coro.begin(token %id, ptr %mem)
  %start = call i1 @coroinline_start(ptr %promise)
  br i1 %start, label %destroy, label %body

body:
  %task = call ptr @leave(ptr null, ptr null)
  %destroyed = call i1 @coroinline_await(ptr %task, ptr @enter)
  br i1 %destroyed, label %destroy, label %finish

finish:
  call void @coroinline_finish(i1 true, ptr @leave)
  br label %destroy

destroy:
  %freed = call ptr @llvm.coro.free(token %id, ptr %hdl)
  call void @free(ptr %freed)
  call void @coroinline_end()
  ret ptr %hdl
}

; CHECK-LABEL: define ptr @kept(
; CHECK: call void @llvm.coro.await.suspend.handle(ptr %task, ptr %hdl, ptr @enter)
; WHY-DAG: 'child' not inlined into 'kept': its task is used for more than the await
; A handle used after its await.
define ptr @kept() {
entry:
  %promise = alloca { ptr, ptr }, align 16
  %id = call token @llvm.coro.id(i32 0, ptr %promise, ptr null, ptr null)
  %mem = call ptr @malloc(i64 128)
  %hdl = call ptr @llvm.coro.begin(token %id, ptr %mem)
  %start = call i1 @coroinline_start(ptr %promise)
  br i1 %start, label %destroy, label %body

body:
  %task = call ptr @child()
  %destroyed = call i1 @coroinline_await(ptr %task, ptr @enter)
  br i1 %destroyed, label %destroy, label %after

after:
  call void @keep(ptr %task)
  br label %finish

finish:
  call void @coroinline_finish(i1 true, ptr @leave)
  br label %destroy

destroy:
  %freed = call ptr @llvm.coro.free(token %id, ptr %hdl)
  call void @free(ptr %freed)
  call void @coroinline_end()
  ret ptr %hdl
}

; CHECK-LABEL: define ptr @written(
; CHECK: call void @llvm.coro.await.suspend.handle(ptr %task, ptr %hdl, ptr @enter)
; WHY-DAG: 'child' not inlined into 'written': its task is used for more than the await
; A frame that is written to.
define ptr @written() {
entry:
  %promise = alloca { ptr, ptr }, align 16
  %id = call token @llvm.coro.id(i32 0, ptr %promise, ptr null, ptr null)
  %mem = call ptr @malloc(i64 128)
  %hdl = call ptr @llvm.coro.begin(token %id, ptr %mem)
  %start = call i1 @coroinline_start(ptr %promise)
  br i1 %start, label %destroy, label %body

body:
  %task = call ptr @child()
  %field = getelementptr i8, ptr %task, i64 32
  store i64 1, ptr %field
  %destroyed = call i1 @coroinline_await(ptr %task, ptr @enter)
  br i1 %destroyed, label %destroy, label %finish

finish:
  call void @coroinline_finish(i1 true, ptr @leave)
  br label %destroy

destroy:
  %freed = call ptr @llvm.coro.free(token %id, ptr %hdl)
  call void @free(ptr %freed)
  call void @coroinline_end()
  ret ptr %hdl
}

; CHECK-LABEL: define ptr @compared(
; CHECK: call void @llvm.coro.await.suspend.handle(ptr %task, ptr %hdl, ptr @enter)
; WHY-DAG: 'child' not inlined into 'compared': its task is compared with another one
; A handle compared with another one.
define ptr @compared(ptr %other) {
entry:
  %promise = alloca { ptr, ptr }, align 16
  %id = call token @llvm.coro.id(i32 0, ptr %promise, ptr null, ptr null)
  %mem = call ptr @malloc(i64 128)
  %hdl = call ptr @llvm.coro.begin(token %id, ptr %mem)
  %start = call i1 @coroinline_start(ptr %promise)
  br i1 %start, label %destroy, label %body

body:
  %task = call ptr @child()
  %same = icmp eq ptr %task, %other
  br i1 %same, label %finish, label %await

await:
  %destroyed = call i1 @coroinline_await(ptr %task, ptr @enter)
  br i1 %destroyed, label %destroy, label %finish

finish:
  call void @coroinline_finish(i1 true, ptr @leave)
  br label %destroy

destroy:
  %freed = call ptr @llvm.coro.free(token %id, ptr %hdl)
  call void @free(ptr %freed)
  call void @coroinline_end()
  ret ptr %hdl
}

define internal ptr @child() {
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

finish:
  call void @coroinline_finish(i1 true, ptr @leave)
  br label %destroy

destroy:
  %freed = call ptr @llvm.coro.free(token %id, ptr %hdl)
  call void @free(ptr %freed)
  call void @coroinline_end()
  ret ptr %hdl
}

declare ptr @enter(ptr, ptr)
define internal ptr @leave(ptr %task, ptr %self) {
  ret ptr %task
}
declare void @work()
declare void @keep(ptr)
declare ptr @malloc(i64)
declare void @free(ptr)
declare token @llvm.coro.id(i32, ptr, ptr, ptr)
declare ptr @llvm.coro.begin(token, ptr)
declare ptr @llvm.coro.free(token, ptr)
declare void @llvm.coro.destroy(ptr)
declare i1 @coroinline_start(ptr)
declare i1 @coroinline_await(ptr, ptr)
declare void @coroinline_finish(i1, ptr)
declare void @coroinline_end()
