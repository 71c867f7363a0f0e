; What coro-devirt notes of each linked await of another coroutine: whose task it is, the index, how often, and where
; the handle lies, if that is one place.
; RUN: %opt -passes='cgscc(coro-devirt),verify' -S %s | FileCheck %s
; RUN: sed 's/^  store ptr %%task, ptr %%variable$//' %s | %opt -passes='cgscc(coro-devirt),verify' -S | FileCheck %s --check-prefix=ONE

; CHECK: define {{.*}} @parent.resume({{.*}} !coroinline.awaits [[ALL:![0-9]+]] {
; CHECK: [[ALL]] = !{[[EACH:![0-9]+]]}
; CHECK: [[EACH]] = !{ptr @child.resume, i8 1, i64 {{[0-9]+}}}
; ONE: define {{.*}} @parent.resume({{.*}} !coroinline.awaits [[ALL:![0-9]+]] {
; ONE: [[ALL]] = !{[[EACH:![0-9]+]]}
; ONE: [[EACH]] = !{ptr @child.resume, i8 1, i64 {{[0-9]+}}, i64 48}
define internal fastcc void @parent.resume(ptr noalias dereferenceable(64) %frame) "coroinline-awaits"="some" {
entry:
  %at = getelementptr i8, ptr %frame, i64 40
  %slot = getelementptr i8, ptr %frame, i64 48
  %variable = getelementptr i8, ptr %frame, i64 56
  %now = load i8, ptr %at
  switch i8 %now, label %never [ i8 0, label %start
                                 i8 1, label %behind ]
start:
  %task = call ptr @child()
  store ptr %task, ptr %variable
  store ptr %task, ptr %slot
  store i8 1, ptr %at
  %enter = call ptr @llvm.coro.subfn.addr(ptr %task, i8 0)
  musttail call fastcc void %enter(ptr %task)
  ret void
behind:
  %handle = load ptr, ptr %slot
  call void @use(ptr %handle)
  ret void
never:
  unreachable
}

define internal fastcc void @child.resume(ptr noalias dereferenceable(64) %frame) "coroinline-awaits"="none" "coroinline-indices"="40;8;0,1" {
  call void @use(ptr %frame)
  ret void
}

define noalias ptr @parent() noinline {
  %id = call token @llvm.coro.id(i32 0, ptr null, ptr @parent, ptr @parent.resumers)
  %memory = call ptr @malloc(i64 64)
  %hdl = call ptr @llvm.coro.begin(token %id, ptr %memory)
  store ptr @parent.resume, ptr %hdl
  %index = getelementptr i8, ptr %hdl, i64 40
  store i8 0, ptr %index
  ret ptr %hdl
}

define noalias ptr @child() noinline {
  %id = call token @llvm.coro.id(i32 0, ptr null, ptr @child, ptr @child.resumers)
  %memory = call ptr @malloc(i64 64)
  %hdl = call ptr @llvm.coro.begin(token %id, ptr %memory)
  ret ptr %hdl
}

@parent.resumers = private constant [3 x ptr] [ptr @parent.resume, ptr @end, ptr @end]
@child.resumers = private constant [3 x ptr] [ptr @child.resume, ptr @end, ptr @end]

declare void @end(ptr)
declare void @use(ptr)
declare ptr @malloc(i64)
declare ptr @llvm.coro.subfn.addr(ptr, i8)
declare token @llvm.coro.id(i32, ptr, ptr, ptr)
declare ptr @llvm.coro.begin(token, ptr)
