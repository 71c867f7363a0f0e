; An awaiter and the coroutine that it awaits, in the form that coro.h gives them.
define ptr @awaiter(i32 %n, ptr %given) {
entry:
  %promise = alloca { ptr, ptr }, align 16
  %id = call token @llvm.coro.id(i32 0, ptr null, ptr null, ptr null)
  %need = call i1 @llvm.coro.alloc(token %id)
  br i1 %need, label %alloc, label %begin

alloc:
  %size = call i64 @coroinline_frame_size()
  %mem = call ptr @malloc(i64 %size)
  br label %begin

begin:
  %memory = phi ptr [ null, %entry ], [ %mem, %alloc ]
  %hdl = call ptr @llvm.coro.begin(token %id, ptr %memory)
  store ptr %hdl, ptr %promise
  %up = getelementptr i8, ptr %promise, i64 8
  store ptr %hdl, ptr %up
  %start = call i1 @coroinline_start(ptr %promise)
  br i1 %start, label %destroy, label %body

body:
  %task = call ptr @child(i32 %n)
  %null = icmp eq ptr %task, null
  br i1 %null, label %fail, label %made

made:
  %free = call i1 @coroinline_is_root(ptr %task)
  br i1 %free, label %await, label %fail

fail:
  call void @abort()
  unreachable

await:
  %destroyed = call i1 @coroinline_await(ptr %task, ptr @coro__enter)
  br i1 %destroyed, label %destroy, label %after

after:
  %field = call ptr @coroinline_at(ptr %task, i64 32)
  %result = load i64, ptr %field
  call void @llvm.coro.destroy(ptr %task)
  call void @use(i64 %result)
  br label %finish

finish:
  %root = load ptr, ptr %promise
  %is.root = icmp eq ptr %root, %hdl
  call void @coroinline_finish(i1 %is.root, ptr @coro__leave)
  br label %destroy

destroy:
  %freed = call ptr @llvm.coro.free(token %id, ptr %hdl)
  call void @free(ptr %freed)
  call void @coroinline_end()
  ret ptr %hdl
}

define internal ptr @child(i32 %n) {
entry:
  %promise = alloca { ptr, ptr, i64 }, align 16
  %id = call token @llvm.coro.id(i32 0, ptr null, ptr null, ptr null)
  %need = call i1 @llvm.coro.alloc(token %id)
  br i1 %need, label %alloc, label %begin

alloc:
  %size = call i64 @coroinline_frame_size()
  %mem = call ptr @malloc(i64 %size)
  %nomem = icmp eq ptr %mem, null
  br i1 %nomem, label %fail, label %begin

fail:
  ret ptr null

begin:
  %memory = phi ptr [ null, %entry ], [ %mem, %alloc ]
  %hdl = call ptr @llvm.coro.begin(token %id, ptr %memory)
  store ptr %hdl, ptr %promise
  %up = getelementptr i8, ptr %promise, i64 8
  store ptr %hdl, ptr %up
  %start = call i1 @coroinline_start(ptr %promise)
  br i1 %start, label %destroy, label %body

body:
  call void @use(i64 1)
  %s = call i1 @coroinline_suspend()
  br i1 %s, label %destroy, label %next

next:
  %x = sext i32 %n to i64
  %value = getelementptr i8, ptr %promise, i64 16
  store i64 %x, ptr %value
  br label %finish

finish:
  %root = load ptr, ptr %promise
  %is.root = icmp eq ptr %root, %hdl
  call void @coroinline_finish(i1 %is.root, ptr @coro__leave)
  br label %destroy

destroy:
  %freed = call ptr @llvm.coro.free(token %id, ptr %hdl)
  call void @free(ptr %freed)
  call void @coroinline_end()
  ret ptr %hdl
}

define internal ptr @coro__enter(ptr %task, ptr %self) {
  ret ptr %task
}

define internal ptr @coro__leave(ptr %task, ptr %self) {
  ret ptr %self
}

@global = global ptr null

declare void @use(i64)
declare void @keep(ptr)
declare void @abort()
declare ptr @malloc(i64)
declare void @free(ptr)
declare i32 @personality(...)
declare token @llvm.coro.id(i32, ptr, ptr, ptr)
declare i1 @llvm.coro.alloc(token)
declare ptr @llvm.coro.begin(token, ptr)
declare i8 @llvm.coro.suspend(token, i1)
declare ptr @llvm.coro.free(token, ptr)
declare void @llvm.coro.destroy(ptr)
declare i1 @coroinline_start(ptr)
declare i1 @coroinline_suspend()
declare i1 @coroinline_await(ptr, ptr)
declare i1 @coroinline_is_root(ptr)
declare ptr @coroinline_root(ptr)
declare ptr @coroinline_at(ptr, i64)
declare i64 @coroinline_frame_size()
declare void @coroinline_finish(i1, ptr)
declare void @coroinline_end()
