; A resume function that goes on with another task in place makes its variables once; not one that takes
; memory from the stack each time, for arrays that are yet calls, or no longer.
; RUN: %opt -passes='cgscc(coro-devirt),verify' -S %s | FileCheck %s

; CHECK-LABEL: define internal fastcc void @variable.resume(
; CHECK-NEXT: entry:
; CHECK-NEXT: %local = alloca i32
; CHECK: br label %[[DISPATCH:.+]]
; CHECK: [[DISPATCH]]:
; CHECK-NEXT: phi ptr [ %frame, %entry ], [ %next, %[[DISPATCH]] ]
; CHECK-NOT: musttail
; CHECK: {{^}}}
define internal fastcc void @variable.resume(ptr dereferenceable(64) %frame) "coroinline-awaits"="some" {
entry:
  call void @use(ptr %frame)
  %local = alloca i32
  call void @use(ptr %local)
  %next = call ptr @variable()
  %resume = call ptr @llvm.coro.subfn.addr(ptr %next, i8 0)
  musttail call fastcc void %resume(ptr %next)
  ret void
}

; CHECK-LABEL: define internal fastcc void @array.resume(
; CHECK: musttail call fastcc void @array.resume(
; CHECK: {{^}}}
define internal fastcc void @array.resume(ptr dereferenceable(64) %frame) "coroinline-awaits"="some" {
entry:
  %length = load i64, ptr %frame
  %local = alloca i32, i64 %length
  call void @use(ptr %local)
  %next = call ptr @array()
  %resume = call ptr @llvm.coro.subfn.addr(ptr %next, i8 0)
  musttail call fastcc void %resume(ptr %next)
  ret void
}

; CHECK-LABEL: define internal fastcc void @hidden_array.resume(
; CHECK: musttail call fastcc void @hidden_array.resume(
; CHECK: {{^}}}
define internal fastcc void @hidden_array.resume(ptr dereferenceable(64) %frame) "coroinline-awaits"="some" {
entry:
  %length = load i64, ptr %frame
  %local = call ptr @coroinline.alloca(i64 %length, i64 16)
  call void @use(ptr %local)
  %next = call ptr @hidden_array()
  %resume = call ptr @llvm.coro.subfn.addr(ptr %next, i8 0)
  musttail call fastcc void %resume(ptr %next)
  ret void
}

; Where a new task is gone on with, its index is known, and nothing else that is loaded on the way to the dispatch.
; CHECK-LABEL: define internal fastcc void @index.resume(
; CHECK: start:
; CHECK: %next = call ptr @index()
; CHECK-NOT: musttail
; CHECK: %[[MEMBER:.+]] = load i8,
; CHECK: %[[WIDE:.+]] = load i16,
; CHECK-NEXT: br label %start
; CHECK: {{^}}}
define internal fastcc void @index.resume(ptr dereferenceable(64) %frame) "coroinline-awaits"="some" "coroinline-indices"="40;8;0,1" {
entry:
  %at.member = getelementptr i8, ptr %frame, i64 44
  %member = load i8, ptr %at.member
  %at = getelementptr i8, ptr %frame, i64 40
  %wide = load i16, ptr %at
  %now = load i8, ptr %at
  switch i8 %now, label %never [ i8 0, label %start
                                 i8 1, label %behind ]
start:
  call void @use_numbers(i8 %member, i16 %wide)
  %next = call ptr @index()
  %resume = call ptr @llvm.coro.subfn.addr(ptr %next, i8 0)
  musttail call fastcc void %resume(ptr %next)
  ret void
behind:
  ret void
never:
  unreachable
}

define ptr @index() noinline {
  %id = call token @llvm.coro.id(i32 0, ptr null, ptr @index, ptr @index.resumers)
  %memory = call ptr @malloc(i64 64)
  %hdl = call ptr @llvm.coro.begin(token %id, ptr %memory)
  ret ptr %hdl
}

define ptr @variable() noinline {
  %id = call token @llvm.coro.id(i32 0, ptr null, ptr @variable, ptr @variable.resumers)
  %memory = call ptr @malloc(i64 64)
  %hdl = call ptr @llvm.coro.begin(token %id, ptr %memory)
  ret ptr %hdl
}

define ptr @array() noinline {
  %id = call token @llvm.coro.id(i32 0, ptr null, ptr @array, ptr @array.resumers)
  %memory = call ptr @malloc(i64 64)
  %hdl = call ptr @llvm.coro.begin(token %id, ptr %memory)
  ret ptr %hdl
}

define ptr @hidden_array() noinline {
  %id = call token @llvm.coro.id(i32 0, ptr null, ptr @hidden_array, ptr @hidden_array.resumers)
  %memory = call ptr @malloc(i64 64)
  %hdl = call ptr @llvm.coro.begin(token %id, ptr %memory)
  ret ptr %hdl
}

@variable.resumers = private constant [3 x ptr] [ptr @variable.resume, ptr @end, ptr @end]
@index.resumers = private constant [3 x ptr] [ptr @index.resume, ptr @end, ptr @end]
@array.resumers = private constant [3 x ptr] [ptr @array.resume, ptr @end, ptr @end]
@hidden_array.resumers = private constant [3 x ptr] [ptr @hidden_array.resume, ptr @end, ptr @end]

define internal fastcc void @end(ptr %frame) {
  ret void
}

declare void @use(ptr)
declare void @use_numbers(i8, i16)
declare ptr @malloc(i64)
declare ptr @coroinline.alloca(i64, i64)
declare token @llvm.coro.id(i32, ptr, ptr, ptr)
declare ptr @llvm.coro.begin(token, ptr)
declare ptr @llvm.coro.subfn.addr(ptr, i8)
