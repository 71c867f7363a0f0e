; Where a task ends whose awaiter is one of the same coroutine.
; RUN: %opt -passes='cgscc(coro-devirt),verify' -S %s -o %t
; RUN: FileCheck %s --input-file=%t
; RUN: FileCheck %s --check-prefix=WEIGHTS --input-file=%t
; A start and an await are rare where a loop comes to its dispatch.
; WEIGHTS: !{!"branch_weights", i32 0, i32 1, i32 1, i32 1, i32 1000}

; A task that has ended goes on behind one of the two awaits, with itself as the handle; each new task starts on the spot.
; CHECK-LABEL: define internal fastcc void @two.resume(
; CHECK: switch i8 %now, label %never [
; CHECK-NEXT: i8 0, label %start
; CHECK-NEXT: i8 1, label %[[FROM_ONE:.+]]
; CHECK-NEXT: i8 2, label %[[FROM_OTHER:.+]]
; CHECK-NEXT: i8 3, label %go
; CHECK-NEXT: ], !prof [[RARE:![0-9]+]]
; CHECK: %first = call ptr @two()
; CHECK-NOT: br label
; CHECK: store i8 1,
; CHECK: store i8 3,
; CHECK-NEXT: ret void
; CHECK: {{^}}[[FROM_ONE]]:
; CHECK: %handle.1 = load ptr
; CHECK-NEXT: br label %one
; CHECK: {{^}}one:
; CHECK-NEXT: phi ptr [ %{{.+}}, %[[FROM_ONE]] ], [ %awaiter, %[[LEAVES:.+]] ]
; CHECK-NEXT: [[HANDLE:%.+]] = phi ptr [ %handle.1, %[[FROM_ONE]] ], [ [[ENDED:%.+]], %[[LEAVES]] ]
; CHECK: call void @use(ptr [[HANDLE]])
; CHECK: store i8 2,
; CHECK: store i8 3,
; CHECK-NEXT: ret void
; CHECK: {{^}}other:
; CHECK: phi ptr [ %handle.2, %[[FROM_OTHER]] ], [ [[ENDED]], %[[LEAVES]] ]
; CHECK: icmp eq ptr %leave, @two.resume
; CHECK-NEXT: br i1 %{{.+}}, label %[[LEAVES]], label
; CHECK: {{^}}[[LEAVES]]:
; CHECK-NEXT: [[ENDED]] = bitcast
; CHECK: [[INDEX:%.+]] = load i8,
; CHECK-NEXT: switch i8 [[INDEX]], label %never [
; CHECK-NEXT: i8 2, label %other
; CHECK-NEXT: i8 1, label %one
; CHECK-NEXT: ]{{$}}
; CHECK: {{^}}}
define internal fastcc void @two.resume(ptr noalias dereferenceable(64) %frame) "coroinline-awaits"="some" "coroinline-indices"="40;8;0,1,2,3" {
entry:
  %at = getelementptr i8, ptr %frame, i64 40
  %slot = getelementptr i8, ptr %frame, i64 48
  %now = load i8, ptr %at
  switch i8 %now, label %never [ i8 0, label %start
                                 i8 1, label %one
                                 i8 2, label %other
                                 i8 3, label %go ]
start:
  store i8 3, ptr %at
  ret void
go:
  %first = call ptr @two()
  store ptr %first, ptr %slot
  store i8 1, ptr %at
  %enter.1 = call ptr @llvm.coro.subfn.addr(ptr %first, i8 0)
  musttail call fastcc void %enter.1(ptr %first)
  ret void
one:
  %handle.1 = load ptr, ptr %slot
  call void @use(ptr %handle.1)
  %second = call ptr @two()
  store ptr %second, ptr %slot
  store i8 2, ptr %at
  %enter.2 = call ptr @llvm.coro.subfn.addr(ptr %second, i8 0)
  musttail call fastcc void %enter.2(ptr %second)
  ret void
other:
  %handle.2 = load ptr, ptr %slot
  call void @use(ptr %handle.2)
  %at.awaiter = getelementptr i8, ptr %frame, i64 24
  %awaiter = load ptr, ptr %at.awaiter
  %leave = call ptr @llvm.coro.subfn.addr(ptr %awaiter, i8 0)
  musttail call fastcc void %leave(ptr %awaiter)
  ret void
never:
  unreachable
}

define noalias ptr @two() noinline {
  %id = call token @llvm.coro.id(i32 0, ptr null, ptr @two, ptr @two.resumers)
  %memory = call ptr @malloc(i64 64)
  %hdl = call ptr @llvm.coro.begin(token %id, ptr %memory)
  ret ptr %hdl
}

@two.resumers = private constant [3 x ptr] [ptr @two.resume, ptr @end, ptr @end]

; The awaiter may be loaded ahead of the dispatch: behind it, the one that goes on has its own.
; CHECK-LABEL: define internal fastcc void @early.resume(
; CHECK: {{^}}one:
; CHECK-NEXT: [[SELF:%.+]] = phi ptr [ %{{.+}}, %{{.+}} ], [ [[AWAITER:%.+]], %[[LEAVES:.+]] ]
; CHECK: getelementptr i8, ptr [[SELF]], i64 40
; CHECK: {{^}}other:
; CHECK-NEXT: [[NEXT:%.+]] = phi ptr [ %awaiter, %{{.+}} ], [ [[OWN:%.+]], %[[LEAVES]] ]
; CHECK-NEXT: phi ptr [ %{{.+}}, %{{.+}} ], [ [[AWAITER]], %[[LEAVES]] ]
; CHECK: {{^}}[[LEAVES]]:
; CHECK: [[AWAITER]] = bitcast ptr [[NEXT]] to ptr
; CHECK: [[OWN_AT:%.+]] = getelementptr i8, ptr [[AWAITER]], i64 24
; CHECK-NEXT: [[OWN]] = load ptr, ptr [[OWN_AT]]
; CHECK: {{^}}}
define internal fastcc void @early.resume(ptr noalias dereferenceable(64) %frame) "coroinline-awaits"="some" "coroinline-indices"="40;8;0,1,2,3" {
entry:
  %at = getelementptr i8, ptr %frame, i64 40
  %slot = getelementptr i8, ptr %frame, i64 48
  %now = load i8, ptr %at
  %at.awaiter = getelementptr i8, ptr %frame, i64 24
  %awaiter = load ptr, ptr %at.awaiter
  switch i8 %now, label %never [ i8 0, label %start
                                 i8 1, label %one
                                 i8 2, label %other
                                 i8 3, label %go ]
start:
  store i8 3, ptr %at
  ret void
go:
  %first = call ptr @early()
  store ptr %first, ptr %slot
  store i8 1, ptr %at
  %enter.1 = call ptr @llvm.coro.subfn.addr(ptr %first, i8 0)
  musttail call fastcc void %enter.1(ptr %first)
  ret void
one:
  %handle.1 = load ptr, ptr %slot
  call void @use(ptr %handle.1)
  %second = call ptr @early()
  store ptr %second, ptr %slot
  store i8 2, ptr %at
  %enter.2 = call ptr @llvm.coro.subfn.addr(ptr %second, i8 0)
  musttail call fastcc void %enter.2(ptr %second)
  ret void
other:
  %handle.2 = load ptr, ptr %slot
  call void @use(ptr %handle.2)
  %leave = call ptr @llvm.coro.subfn.addr(ptr %awaiter, i8 0)
  musttail call fastcc void %leave(ptr %awaiter)
  ret void
never:
  unreachable
}

define noalias ptr @early() noinline {
  %id = call token @llvm.coro.id(i32 0, ptr null, ptr @early, ptr @early.resumers)
  %memory = call ptr @malloc(i64 64)
  %hdl = call ptr @llvm.coro.begin(token %id, ptr %memory)
  ret ptr %hdl
}

@early.resumers = private constant [3 x ptr] [ptr @early.resume, ptr @end, ptr @end]

; Where the index is one of several, it is not known where the task awaits.
; CHECK-LABEL: define internal fastcc void @chosen.resume(
; CHECK: {{^}}entry.split:
; CHECK-NEXT: phi ptr {{.*}}[ %awaiter, %[[LEAVES:.+]] ]
; CHECK: icmp eq ptr %leave, @chosen.resume
; CHECK-NEXT: br i1 %{{.+}}, label %[[LEAVES]], label
; CHECK: {{^}}[[LEAVES]]:
; CHECK-NEXT: br label %entry.split
; CHECK: {{^}}}
define internal fastcc void @chosen.resume(ptr noalias dereferenceable(64) %frame) "coroinline-awaits"="some" "coroinline-indices"="40;8;0,1,2,3" {
entry:
  %at = getelementptr i8, ptr %frame, i64 40
  %slot = getelementptr i8, ptr %frame, i64 48
  %now = load i8, ptr %at
  switch i8 %now, label %never [ i8 0, label %start
                                 i8 1, label %one
                                 i8 2, label %other
                                 i8 3, label %go ]
start:
  store i8 3, ptr %at
  ret void
go:
  %first = call ptr @chosen()
  store ptr %first, ptr %slot
  %bit = call i1 @bit()
  %choice = select i1 %bit, i8 1, i8 2
  store i8 %choice, ptr %at
  %enter.1 = call ptr @llvm.coro.subfn.addr(ptr %first, i8 0)
  musttail call fastcc void %enter.1(ptr %first)
  ret void
one:
  %handle.1 = load ptr, ptr %slot
  call void @use(ptr %handle.1)
  %second = call ptr @chosen()
  store ptr %second, ptr %slot
  store i8 2, ptr %at
  %enter.2 = call ptr @llvm.coro.subfn.addr(ptr %second, i8 0)
  musttail call fastcc void %enter.2(ptr %second)
  ret void
other:
  %handle.2 = load ptr, ptr %slot
  call void @use(ptr %handle.2)
  %at.awaiter = getelementptr i8, ptr %frame, i64 24
  %awaiter = load ptr, ptr %at.awaiter
  %leave = call ptr @llvm.coro.subfn.addr(ptr %awaiter, i8 0)
  musttail call fastcc void %leave(ptr %awaiter)
  ret void
never:
  unreachable
}

define noalias ptr @chosen() noinline {
  %id = call token @llvm.coro.id(i32 0, ptr null, ptr @chosen, ptr @chosen.resumers)
  %memory = call ptr @malloc(i64 64)
  %hdl = call ptr @llvm.coro.begin(token %id, ptr %memory)
  ret ptr %hdl
}

@chosen.resumers = private constant [3 x ptr] [ptr @chosen.resume, ptr @end, ptr @end]

; Nor where it awaits what is not known.
; CHECK-LABEL: define internal fastcc void @with_stranger.resume(
; CHECK: {{^}}entry.split:
; CHECK-NEXT: phi ptr {{.*}}[ %awaiter, %[[LEAVES:.+]] ]
; CHECK: icmp eq ptr %leave, @with_stranger.resume
; CHECK-NEXT: br i1 %{{.+}}, label %[[LEAVES]], label
; CHECK: {{^}}[[LEAVES]]:
; CHECK-NEXT: br label %entry.split
; CHECK: {{^}}}
define internal fastcc void @with_stranger.resume(ptr noalias dereferenceable(64) %frame) "coroinline-awaits"="some" "coroinline-indices"="40;8;0,1,2,3" {
entry:
  %at = getelementptr i8, ptr %frame, i64 40
  %slot = getelementptr i8, ptr %frame, i64 48
  %now = load i8, ptr %at
  switch i8 %now, label %never [ i8 0, label %start
                                 i8 1, label %one
                                 i8 2, label %other
                                 i8 3, label %go ]
start:
  store i8 3, ptr %at
  ret void
go:
  %first = call ptr @somebody()
  store ptr %first, ptr %slot
  store i8 1, ptr %at
  %enter.1 = call ptr @llvm.coro.subfn.addr(ptr %first, i8 0)
  musttail call fastcc void %enter.1(ptr %first)
  ret void
one:
  %handle.1 = load ptr, ptr %slot
  call void @use(ptr %handle.1)
  %second = call ptr @with_stranger()
  store ptr %second, ptr %slot
  store i8 2, ptr %at
  %enter.2 = call ptr @llvm.coro.subfn.addr(ptr %second, i8 0)
  musttail call fastcc void %enter.2(ptr %second)
  ret void
other:
  %handle.2 = load ptr, ptr %slot
  call void @use(ptr %handle.2)
  %at.awaiter = getelementptr i8, ptr %frame, i64 24
  %awaiter = load ptr, ptr %at.awaiter
  %leave = call ptr @llvm.coro.subfn.addr(ptr %awaiter, i8 0)
  musttail call fastcc void %leave(ptr %awaiter)
  ret void
never:
  unreachable
}

define noalias ptr @with_stranger() noinline {
  %id = call token @llvm.coro.id(i32 0, ptr null, ptr @with_stranger, ptr @with_stranger.resumers)
  %memory = call ptr @malloc(i64 64)
  %hdl = call ptr @llvm.coro.begin(token %id, ptr %memory)
  ret ptr %hdl
}

@with_stranger.resumers = private constant [3 x ptr] [ptr @with_stranger.resume, ptr @end, ptr @end]

; But if that is of another coroutine, it is not there that it awaits its own.
; CHECK-LABEL: define internal fastcc void @with_another.resume(
; CHECK: icmp eq ptr %leave, @with_another.resume
; CHECK: switch i8 %{{.+}}, label %never [
; CHECK-NEXT: i8 2, label %other
; CHECK-NEXT: ]
; CHECK: {{^}}}
define internal fastcc void @with_another.resume(ptr noalias dereferenceable(64) %frame) "coroinline-awaits"="some" "coroinline-indices"="40;8;0,1,2,3" {
entry:
  %at = getelementptr i8, ptr %frame, i64 40
  %slot = getelementptr i8, ptr %frame, i64 48
  %now = load i8, ptr %at
  switch i8 %now, label %never [ i8 0, label %start
                                 i8 1, label %one
                                 i8 2, label %other
                                 i8 3, label %go ]
start:
  store i8 3, ptr %at
  ret void
go:
  %first = call ptr @two()
  store ptr %first, ptr %slot
  store i8 1, ptr %at
  %enter.1 = call ptr @llvm.coro.subfn.addr(ptr %first, i8 0)
  musttail call fastcc void %enter.1(ptr %first)
  ret void
one:
  %handle.1 = load ptr, ptr %slot
  call void @use(ptr %handle.1)
  %second = call ptr @with_another()
  store ptr %second, ptr %slot
  store i8 2, ptr %at
  %enter.2 = call ptr @llvm.coro.subfn.addr(ptr %second, i8 0)
  musttail call fastcc void %enter.2(ptr %second)
  ret void
other:
  %handle.2 = load ptr, ptr %slot
  call void @use(ptr %handle.2)
  %at.awaiter = getelementptr i8, ptr %frame, i64 24
  %awaiter = load ptr, ptr %at.awaiter
  %leave = call ptr @llvm.coro.subfn.addr(ptr %awaiter, i8 0)
  musttail call fastcc void %leave(ptr %awaiter)
  ret void
never:
  unreachable
}

define noalias ptr @with_another() noinline {
  %id = call token @llvm.coro.id(i32 0, ptr null, ptr @with_another, ptr @with_another.resumers)
  %memory = call ptr @malloc(i64 64)
  %hdl = call ptr @llvm.coro.begin(token %id, ptr %memory)
  ret ptr %hdl
}

@with_another.resumers = private constant [3 x ptr] [ptr @with_another.resume, ptr @end, ptr @end]

; The handle is in two places, of which one may be a variable: it is loaded.
; CHECK-LABEL: define internal fastcc void @kept_twice.resume(
; CHECK: phi ptr [ %handle.1,
; CHECK: {{^}}other:
; CHECK-NEXT: phi ptr [ %awaiter,
; CHECK-NOT: phi
; CHECK: %handle.2 = load ptr
; CHECK-NEXT: call void @use(ptr %handle.2)
; CHECK: i8 2, label %other
; CHECK-NEXT: i8 1, label %one
; CHECK: {{^}}}
define internal fastcc void @kept_twice.resume(ptr noalias dereferenceable(64) %frame) "coroinline-awaits"="some" "coroinline-indices"="40;8;0,1,2,3" {
entry:
  %at = getelementptr i8, ptr %frame, i64 40
  %slot = getelementptr i8, ptr %frame, i64 48
  %now = load i8, ptr %at
  switch i8 %now, label %never [ i8 0, label %start
                                 i8 1, label %one
                                 i8 2, label %other
                                 i8 3, label %go ]
start:
  store i8 3, ptr %at
  ret void
go:
  %first = call ptr @kept_twice()
  store ptr %first, ptr %slot
  store i8 1, ptr %at
  %enter.1 = call ptr @llvm.coro.subfn.addr(ptr %first, i8 0)
  musttail call fastcc void %enter.1(ptr %first)
  ret void
one:
  %handle.1 = load ptr, ptr %slot
  call void @use(ptr %handle.1)
  %second = call ptr @kept_twice()
  store ptr %second, ptr %slot
  %copy = getelementptr i8, ptr %frame, i64 56
  store ptr %second, ptr %copy
  store i8 2, ptr %at
  %enter.2 = call ptr @llvm.coro.subfn.addr(ptr %second, i8 0)
  musttail call fastcc void %enter.2(ptr %second)
  ret void
other:
  %handle.2 = load ptr, ptr %slot
  call void @use(ptr %handle.2)
  %at.awaiter = getelementptr i8, ptr %frame, i64 24
  %awaiter = load ptr, ptr %at.awaiter
  %leave = call ptr @llvm.coro.subfn.addr(ptr %awaiter, i8 0)
  musttail call fastcc void %leave(ptr %awaiter)
  ret void
never:
  unreachable
}

define noalias ptr @kept_twice() noinline {
  %id = call token @llvm.coro.id(i32 0, ptr null, ptr @kept_twice, ptr @kept_twice.resumers)
  %memory = call ptr @malloc(i64 64)
  %hdl = call ptr @llvm.coro.begin(token %id, ptr %memory)
  ret ptr %hdl
}

@kept_twice.resumers = private constant [3 x ptr] [ptr @kept_twice.resume, ptr @end, ptr @end]

; It is not the first thing that is done behind the await.
; CHECK-LABEL: define internal fastcc void @written.resume(
; CHECK: {{^}}one:
; CHECK-NEXT: phi ptr [ %awaiter,
; CHECK-NOT: phi
; CHECK: call void @use(ptr null)
; CHECK-NEXT: %handle.1 = load ptr
; CHECK: phi ptr [ %handle.2,
; CHECK: i8 2, label %other
; CHECK-NEXT: i8 1, label %one
; CHECK: {{^}}}
define internal fastcc void @written.resume(ptr noalias dereferenceable(64) %frame) "coroinline-awaits"="some" "coroinline-indices"="40;8;0,1,2,3" {
entry:
  %at = getelementptr i8, ptr %frame, i64 40
  %slot = getelementptr i8, ptr %frame, i64 48
  %now = load i8, ptr %at
  switch i8 %now, label %never [ i8 0, label %start
                                 i8 1, label %one
                                 i8 2, label %other
                                 i8 3, label %go ]
start:
  store i8 3, ptr %at
  ret void
go:
  %first = call ptr @written()
  store ptr %first, ptr %slot
  store i8 1, ptr %at
  %enter.1 = call ptr @llvm.coro.subfn.addr(ptr %first, i8 0)
  musttail call fastcc void %enter.1(ptr %first)
  ret void
one:
  call void @use(ptr null)
  %handle.1 = load ptr, ptr %slot
  call void @use(ptr %handle.1)
  %second = call ptr @written()
  store ptr %second, ptr %slot
  store i8 2, ptr %at
  %enter.2 = call ptr @llvm.coro.subfn.addr(ptr %second, i8 0)
  musttail call fastcc void %enter.2(ptr %second)
  ret void
other:
  %handle.2 = load ptr, ptr %slot
  call void @use(ptr %handle.2)
  %at.awaiter = getelementptr i8, ptr %frame, i64 24
  %awaiter = load ptr, ptr %at.awaiter
  %leave = call ptr @llvm.coro.subfn.addr(ptr %awaiter, i8 0)
  musttail call fastcc void %leave(ptr %awaiter)
  ret void
never:
  unreachable
}

define noalias ptr @written() noinline {
  %id = call token @llvm.coro.id(i32 0, ptr null, ptr @written, ptr @written.resumers)
  %memory = call ptr @malloc(i64 64)
  %hdl = call ptr @llvm.coro.begin(token %id, ptr %memory)
  ret ptr %hdl
}

@written.resumers = private constant [3 x ptr] [ptr @written.resume, ptr @end, ptr @end]

; What is loaded there first is something else, or is volatile.
; CHECK-LABEL: define internal fastcc void @loaded_otherwise.resume(
; CHECK: {{^}}one:
; CHECK-NEXT: phi ptr [ %awaiter,
; CHECK-NOT: phi
; CHECK: %handle.1 = load volatile ptr
; CHECK: i8 2, label %other
; CHECK-NEXT: i8 1, label %one
; CHECK: {{^}}}
define internal fastcc void @loaded_otherwise.resume(ptr noalias dereferenceable(64) %frame) "coroinline-awaits"="some" "coroinline-indices"="40;8;0,1,2,3" {
entry:
  %at = getelementptr i8, ptr %frame, i64 40
  %slot = getelementptr i8, ptr %frame, i64 48
  %now = load i8, ptr %at
  switch i8 %now, label %never [ i8 0, label %start
                                 i8 1, label %one
                                 i8 2, label %other
                                 i8 3, label %go ]
start:
  store i8 3, ptr %at
  ret void
go:
  %first = call ptr @loaded_otherwise()
  store ptr %first, ptr %slot
  store i8 1, ptr %at
  %enter.1 = call ptr @llvm.coro.subfn.addr(ptr %first, i8 0)
  musttail call fastcc void %enter.1(ptr %first)
  ret void
one:
  %number = load i64, ptr %slot
  call void @use_number(i64 %number)
  %handle.1 = load volatile ptr, ptr %slot
  call void @use(ptr %handle.1)
  %second = call ptr @loaded_otherwise()
  store ptr %second, ptr %slot
  store i8 2, ptr %at
  %enter.2 = call ptr @llvm.coro.subfn.addr(ptr %second, i8 0)
  musttail call fastcc void %enter.2(ptr %second)
  ret void
other:
  %handle.2 = load ptr, ptr %slot
  call void @use(ptr %handle.2)
  %at.awaiter = getelementptr i8, ptr %frame, i64 24
  %awaiter = load ptr, ptr %at.awaiter
  %leave = call ptr @llvm.coro.subfn.addr(ptr %awaiter, i8 0)
  musttail call fastcc void %leave(ptr %awaiter)
  ret void
never:
  unreachable
}

define noalias ptr @loaded_otherwise() noinline {
  %id = call token @llvm.coro.id(i32 0, ptr null, ptr @loaded_otherwise, ptr @loaded_otherwise.resumers)
  %memory = call ptr @malloc(i64 64)
  %hdl = call ptr @llvm.coro.begin(token %id, ptr %memory)
  ret ptr %hdl
}

@loaded_otherwise.resumers = private constant [3 x ptr] [ptr @loaded_otherwise.resume, ptr @end, ptr @end]

; What a new task does is too much to be put there.
; CHECK-LABEL: define internal fastcc void @long_start.resume(
; CHECK: {{^}}start:
; CHECK-NEXT: phi ptr {{.*}}%second, %one
; CHECK: store i8 3,
; CHECK-NOT: store i8 3
; CHECK: i8 2, label %other
; CHECK: {{^}}}
define internal fastcc void @long_start.resume(ptr noalias dereferenceable(64) %frame) "coroinline-awaits"="some" "coroinline-indices"="40;8;0,1,2,3" {
entry:
  %at = getelementptr i8, ptr %frame, i64 40
  %slot = getelementptr i8, ptr %frame, i64 48
  %now = load i8, ptr %at
  switch i8 %now, label %never [ i8 0, label %start
                                 i8 1, label %one
                                 i8 2, label %other
                                 i8 3, label %go ]
start:
  store i8 3, ptr %at
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  ret void
go:
  %first = call ptr @long_start()
  store ptr %first, ptr %slot
  store i8 1, ptr %at
  %enter.1 = call ptr @llvm.coro.subfn.addr(ptr %first, i8 0)
  musttail call fastcc void %enter.1(ptr %first)
  ret void
one:
  %handle.1 = load ptr, ptr %slot
  call void @use(ptr %handle.1)
  %second = call ptr @long_start()
  store ptr %second, ptr %slot
  store i8 2, ptr %at
  %enter.2 = call ptr @llvm.coro.subfn.addr(ptr %second, i8 0)
  musttail call fastcc void %enter.2(ptr %second)
  ret void
other:
  %handle.2 = load ptr, ptr %slot
  call void @use(ptr %handle.2)
  %at.awaiter = getelementptr i8, ptr %frame, i64 24
  %awaiter = load ptr, ptr %at.awaiter
  %leave = call ptr @llvm.coro.subfn.addr(ptr %awaiter, i8 0)
  musttail call fastcc void %leave(ptr %awaiter)
  ret void
never:
  unreachable
}

define noalias ptr @long_start() noinline {
  %id = call token @llvm.coro.id(i32 0, ptr null, ptr @long_start, ptr @long_start.resumers)
  %memory = call ptr @malloc(i64 64)
  %hdl = call ptr @llvm.coro.begin(token %id, ptr %memory)
  ret ptr %hdl
}

@long_start.resumers = private constant [3 x ptr] [ptr @long_start.resume, ptr @end, ptr @end]

; That is just short enough.
; CHECK-LABEL: define internal fastcc void @short_start.resume(
; CHECK: store i8 3,
; CHECK: store i8 3,
; CHECK: store i8 3,
; CHECK: i8 2, label %other
; CHECK: {{^}}}
define internal fastcc void @short_start.resume(ptr noalias dereferenceable(64) %frame) "coroinline-awaits"="some" "coroinline-indices"="40;8;0,1,2,3" {
entry:
  %at = getelementptr i8, ptr %frame, i64 40
  %slot = getelementptr i8, ptr %frame, i64 48
  %now = load i8, ptr %at
  switch i8 %now, label %never [ i8 0, label %start
                                 i8 1, label %one
                                 i8 2, label %other
                                 i8 3, label %go ]
start:
  store i8 3, ptr %at
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  call void @use(ptr %frame)
  ret void
go:
  %first = call ptr @short_start()
  store ptr %first, ptr %slot
  store i8 1, ptr %at
  %enter.1 = call ptr @llvm.coro.subfn.addr(ptr %first, i8 0)
  musttail call fastcc void %enter.1(ptr %first)
  ret void
one:
  %handle.1 = load ptr, ptr %slot
  call void @use(ptr %handle.1)
  %second = call ptr @short_start()
  store ptr %second, ptr %slot
  store i8 2, ptr %at
  %enter.2 = call ptr @llvm.coro.subfn.addr(ptr %second, i8 0)
  musttail call fastcc void %enter.2(ptr %second)
  ret void
other:
  %handle.2 = load ptr, ptr %slot
  call void @use(ptr %handle.2)
  %at.awaiter = getelementptr i8, ptr %frame, i64 24
  %awaiter = load ptr, ptr %at.awaiter
  %leave = call ptr @llvm.coro.subfn.addr(ptr %awaiter, i8 0)
  musttail call fastcc void %leave(ptr %awaiter)
  ret void
never:
  unreachable
}

define noalias ptr @short_start() noinline {
  %id = call token @llvm.coro.id(i32 0, ptr null, ptr @short_start, ptr @short_start.resumers)
  %memory = call ptr @malloc(i64 64)
  %hdl = call ptr @llvm.coro.begin(token %id, ptr %memory)
  ret ptr %hdl
}

@short_start.resumers = private constant [3 x ptr] [ptr @short_start.resume, ptr @end, ptr @end]

; It awaits something itself.
; CHECK-LABEL: define internal fastcc void @starts_one.resume(
; CHECK: {{^}}go:
; CHECK-NEXT: phi ptr {{.*}}%second, %one
; CHECK: i8 2, label %other
; CHECK: {{^}}}
define internal fastcc void @starts_one.resume(ptr noalias dereferenceable(64) %frame) "coroinline-awaits"="some" "coroinline-indices"="40;8;0,1,2,3" {
entry:
  %at = getelementptr i8, ptr %frame, i64 40
  %slot = getelementptr i8, ptr %frame, i64 48
  %now = load i8, ptr %at
  switch i8 %now, label %never [ i8 0, label %start
                                 i8 1, label %one
                                 i8 2, label %other
                                 i8 3, label %go ]
start:
  br label %go
go:
  %first = call ptr @starts_one()
  store ptr %first, ptr %slot
  store i8 1, ptr %at
  %enter.1 = call ptr @llvm.coro.subfn.addr(ptr %first, i8 0)
  musttail call fastcc void %enter.1(ptr %first)
  ret void
one:
  %handle.1 = load ptr, ptr %slot
  call void @use(ptr %handle.1)
  %second = call ptr @starts_one()
  store ptr %second, ptr %slot
  store i8 2, ptr %at
  %enter.2 = call ptr @llvm.coro.subfn.addr(ptr %second, i8 0)
  musttail call fastcc void %enter.2(ptr %second)
  ret void
other:
  %handle.2 = load ptr, ptr %slot
  call void @use(ptr %handle.2)
  %at.awaiter = getelementptr i8, ptr %frame, i64 24
  %awaiter = load ptr, ptr %at.awaiter
  %leave = call ptr @llvm.coro.subfn.addr(ptr %awaiter, i8 0)
  musttail call fastcc void %leave(ptr %awaiter)
  ret void
never:
  unreachable
}

define noalias ptr @starts_one() noinline {
  %id = call token @llvm.coro.id(i32 0, ptr null, ptr @starts_one, ptr @starts_one.resumers)
  %memory = call ptr @malloc(i64 64)
  %hdl = call ptr @llvm.coro.begin(token %id, ptr %memory)
  ret ptr %hdl
}

@starts_one.resumers = private constant [3 x ptr] [ptr @starts_one.resume, ptr @end, ptr @end]

; It may end before it suspends, and its awaiter goes on by the dispatch.
; CHECK-LABEL: define internal fastcc void @ends_at_once.resume(
; CHECK: {{^}}entry.split:
; CHECK-NEXT: phi ptr [ %frame, %entry ], [ %short.awaiter.i, %[[A:.+]] ], [ %short.awaiter.i{{[0-9]+}}, %[[B:.+]] ]
; CHECK: icmp eq ptr %short.leave, @ends_at_once.resume
; CHECK: i8 2, label %other
; CHECK: icmp eq ptr %short.leave.i, @ends_at_once.resume
; CHECK-NEXT: br i1 %{{.+}}, label %[[A]], label
; CHECK: store i8 3,
; CHECK: icmp eq ptr %leave, @ends_at_once.resume
; CHECK: i8 2, label %other
; CHECK: {{^}}}
define internal fastcc void @ends_at_once.resume(ptr noalias dereferenceable(64) %frame) "coroinline-awaits"="some" "coroinline-indices"="40;8;0,1,2,3" {
entry:
  %at = getelementptr i8, ptr %frame, i64 40
  %slot = getelementptr i8, ptr %frame, i64 48
  %now = load i8, ptr %at
  switch i8 %now, label %never [ i8 0, label %start
                                 i8 1, label %one
                                 i8 2, label %other
                                 i8 3, label %go ]
start:
  %short = call i1 @bit()
  br i1 %short, label %short.end, label %waits
short.end:
  %at.short = getelementptr i8, ptr %frame, i64 24
  %short.awaiter = load ptr, ptr %at.short
  %short.leave = call ptr @llvm.coro.subfn.addr(ptr %short.awaiter, i8 0)
  musttail call fastcc void %short.leave(ptr %short.awaiter)
  ret void
waits:
  store i8 3, ptr %at
  ret void
go:
  %first = call ptr @ends_at_once()
  store ptr %first, ptr %slot
  store i8 1, ptr %at
  %enter.1 = call ptr @llvm.coro.subfn.addr(ptr %first, i8 0)
  musttail call fastcc void %enter.1(ptr %first)
  ret void
one:
  %handle.1 = load ptr, ptr %slot
  call void @use(ptr %handle.1)
  %second = call ptr @ends_at_once()
  store ptr %second, ptr %slot
  store i8 2, ptr %at
  %enter.2 = call ptr @llvm.coro.subfn.addr(ptr %second, i8 0)
  musttail call fastcc void %enter.2(ptr %second)
  ret void
other:
  %handle.2 = load ptr, ptr %slot
  call void @use(ptr %handle.2)
  %at.awaiter = getelementptr i8, ptr %frame, i64 24
  %awaiter = load ptr, ptr %at.awaiter
  %leave = call ptr @llvm.coro.subfn.addr(ptr %awaiter, i8 0)
  musttail call fastcc void %leave(ptr %awaiter)
  ret void
never:
  unreachable
}

define noalias ptr @ends_at_once() noinline {
  %id = call token @llvm.coro.id(i32 0, ptr null, ptr @ends_at_once, ptr @ends_at_once.resumers)
  %memory = call ptr @malloc(i64 64)
  %hdl = call ptr @llvm.coro.begin(token %id, ptr %memory)
  ret ptr %hdl
}

@ends_at_once.resumers = private constant [3 x ptr] [ptr @ends_at_once.resume, ptr @end, ptr @end]

define internal fastcc void @end(ptr %frame) {
  ret void
}

declare void @use(ptr)
declare void @use_number(i64)
declare i1 @bit()
declare ptr @somebody()
declare ptr @malloc(i64)
declare token @llvm.coro.id(i32, ptr, ptr, ptr)
declare ptr @llvm.coro.begin(token, ptr)
declare ptr @llvm.coro.subfn.addr(ptr, i8)
