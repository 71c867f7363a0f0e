; Only calls that coro.h makes are taken for its markers of frames in slots, and what is something else of
; that name stays.
; RUN: %opt -passes=coro-drop-places,verify -S %s | FileCheck %s

; CHECK: @kept = global ptr @coroinline_place
@kept = global ptr @coroinline_place

; CHECK-LABEL: define ptr @ours(
; CHECK-NEXT: %here
; CHECK-NEXT: call void @use(i64 0)
; CHECK-NEXT: ret ptr %task
define ptr @ours(ptr %task, ptr %slot) {
  %here = alloca i8
  %bytes = call i64 @coroinline_frame_bytes(ptr %here)
  call void @use(i64 %bytes)
  %placed = call ptr @coroinline_place(ptr %task, ptr %slot, ptr %here)
  ret ptr %placed
}

; CHECK-LABEL: define ptr @given_away(
; CHECK-NEXT: call ptr @other(ptr @coroinline_place, ptr %slot, ptr null)
; CHECK-NEXT: ret ptr %task
define ptr @given_away(ptr %task, ptr %slot) {
  %kept = call ptr @other(ptr @coroinline_place, ptr %slot, ptr null)
  %placed = call ptr @coroinline_place(ptr %task, ptr %slot, ptr null)
  ret ptr %placed
}

; CHECK-LABEL: define ptr @of_other_types(
; CHECK: call ptr (ptr, ptr, ptr, ...) @coroinline_place(
define ptr @of_other_types(ptr %task) {
  %placed = call ptr (ptr, ptr, ptr, ...) @coroinline_place(ptr %task, ptr %task, ptr %task)
  ret ptr %placed
}

; CHECK-LABEL: define ptr @with_a_bundle(
; CHECK: call ptr @coroinline_place(
define ptr @with_a_bundle(ptr %task) {
  %placed = call ptr @coroinline_place(ptr %task, ptr %task, ptr %task) [ "deopt"(i32 1) ]
  ret ptr %placed
}

declare ptr @coroinline_place(ptr, ptr, ptr)
declare i64 @coroinline_frame_bytes(ptr)
declare void @use(i64)
declare ptr @other(ptr, ptr, ptr)
