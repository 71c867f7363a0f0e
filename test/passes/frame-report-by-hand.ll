; What the remark says of a frame, once of all that CoroSplit has made of a coroutine, and never of the coroutine itself.
; RUN: %opt -passes='function(coro-frame-report)' -pass-remarks-analysis=coro-inline -disable-output %s 2>&1 | FileCheck %s --check-prefix=REMARKS
; RUN: %opt -passes=coro-frame-report -pass-remarks-analysis=coro-inline -disable-output %s 2>&1 | FileCheck %s --check-prefix=REMARKS
; RUN: %opt -passes='function(coro-frame-report)' -S %s 2>/dev/null | FileCheck %s --implicit-check-not=';all"' --implicit-check-not='"8;1;24;40"'
; REMARKS: remark: <unknown>:0:0: 'all': frame of 88 bytes; suspends: 2; awaits inlined: 2, which saves 64 bytes of frame headers alone; of these, functions 16, chain and result 8, index 1, kept values 24 (40 with a field for each), variables in memory and gaps 39{{$}}
; REMARKS-NEXT: remark: <unknown>:0:0: 'full': frame of 33 bytes; suspends: 0; of these, functions 16, chain and result 8, index 1, kept values 8{{$}}
; REMARKS-NEXT: remark: <unknown>:0:0: 'short': frame of 40 bytes; suspends: 1{{$}}
; REMARKS-NEXT: remark: <unknown>:0:0: 'odd': frame of 48 bytes; suspends: 1{{$}}
; REMARKS-NOT: remark
; What has not been reported is left to the end.
; CHECK-DAG: "coroinline-report"="4;0;coroutine"
; CHECK-DAG: "coroinline-report"="2;0;several"
; CHECK-DAG: "coroinline-report"="x;0;text"

; Where nobody asks, nothing is noted.
; RUN: %opt -passes='default<O2>' -S %S/Inputs/awaits.ll | FileCheck %s --check-prefix=QUIET --implicit-check-not=coroinline-report --implicit-check-not=coroinline-frame-parts
; RUN: %opt -passes='coro-prepare,function(coro-share-slots)' -S %S/Inputs/awaits.ll | FileCheck %s --check-prefix=QUIET --implicit-check-not=coroinline-report --implicit-check-not=coroinline-frame-parts
; QUIET: define

define void @all.resume(ptr dereferenceable(88) %frame) "coroinline-report"="3;2;all" "coroinline-frame-parts"="8;1;24;40" {
  ret void
}
define void @all.destroy(ptr dereferenceable(88) %frame) "coroinline-report"="3;2;all" "coroinline-frame-parts"="8;1;24;40" {
  ret void
}
define void @full.resume(ptr dereferenceable(33) %frame) "coroinline-report"="1;0;full" "coroinline-frame-parts"="8;1;8;8" {
  ret void
}
define void @short.resume(ptr dereferenceable(40) %frame) "coroinline-report"="2;0;short" {
  ret void
}
define void @odd.resume(ptr dereferenceable(48) %frame) "coroinline-report"="2;0;odd" "coroinline-frame-parts"="8;x;8;8" {
  ret void
}
define ptr @coroutine(ptr %frame) "coroinline-report"="4;0;coroutine" {
  ret ptr %frame
}
define void @several.resume(ptr dereferenceable(40) %frame, i32 %n) "coroinline-report"="2;0;several" {
  ret void
}
define void @text.resume(ptr dereferenceable(40) %frame) "coroinline-report"="x;0;text" {
  ret void
}
define void @none(ptr dereferenceable(40) %frame) {
  ret void
}
