; What may differ between threads is pinned, once, and nothing else is; in what a coroutine has been split into, no pin
; is left.
; RUN: %opt -verify-analysis-invalidation -passes='coro-pin,verify' -S %s | FileCheck %s
; RUN: %opt -verify-analysis-invalidation -passes='coro-pin,coro-pin,verify' -S %s | FileCheck %s

declare i64 @me() #0
declare i32 @number() #0
declare ptr @own() #0
declare i16 @small() #0
declare double @real() #0
declare <2 x i64> @both() #0
declare i64 @read() memory(read) nounwind willreturn
declare void @use(...)
declare ptr @llvm.threadlocal.address.p0(ptr)
declare ptr @llvm.thread.pointer()
declare i64 @llvm.ctpop.i64(i64)
declare i8 @llvm.coro.suspend(token, i1)

@local = thread_local global i64 0
@global = global ptr null

; CHECK-LABEL: define void @all(
; CHECK: [[ME:%.*]] = call i64 @me()
; CHECK-NEXT: [[P1:%.*]] = call i64 asm sideeffect "", "=r,0"(i64 [[ME]])
; CHECK-NEXT: [[N:%.*]] = call i32 @number()
; CHECK-NEXT: [[P2:%.*]] = call i32 asm sideeffect "", "=r,0"(i32 [[N]])
; CHECK-NEXT: [[OWN:%.*]] = call ptr @own()
; CHECK-NEXT: [[P3:%.*]] = call ptr asm sideeffect "", "=r,0"(ptr [[OWN]])
; CHECK-NEXT: [[TLS:%.*]] = call ptr @llvm.threadlocal.address.p0(
; CHECK-NEXT: [[P4:%.*]] = call ptr asm sideeffect "", "=r,0"(ptr [[TLS]])
; CHECK-NEXT: [[TP:%.*]] = call ptr @llvm.thread.pointer
; CHECK-NEXT: [[P5:%.*]] = call ptr asm sideeffect "", "=r,0"(ptr [[TP]])
; CHECK-NEXT: %small = call i16 @small()
; CHECK-NEXT: %real = call double @real()
; CHECK-NEXT: %both = call <2 x i64> @both()
; CHECK-NEXT: %read = call i64 @read()
; CHECK-NEXT: %bits = call i64 @llvm.ctpop.i64(i64 [[P1]])
; CHECK-NEXT: %asm = call i64 asm "nop", "=r"()
; CHECK-NEXT: %kept = call i64 @me()
; CHECK-NEXT: %pinned = call i64 asm sideeffect "", "=r,0"(i64 %kept)
; CHECK-NEXT: call void (...) @use(i64 [[P1]], i32 [[P2]], ptr [[P3]], ptr [[P4]], ptr [[P5]], i16 %small, double %real, <2 x i64> %both, i64 %read, i64 %bits, i64 %asm, i64 %pinned)
; CHECK-NEXT: ret void
define void @all() presplitcoroutine "coroinline-pin" {
  %me = call i64 @me()
  %number = call i32 @number()
  %own = call ptr @own()
  %tls = call ptr @llvm.threadlocal.address.p0(ptr @local)
  %tp = call ptr @llvm.thread.pointer()
  %small = call i16 @small()
  %real = call double @real()
  %both = call <2 x i64> @both()
  %read = call i64 @read()
  %bits = call i64 @llvm.ctpop.i64(i64 %me)
  %asm = call i64 asm "nop", "=r"() memory(none)
  %kept = call i64 @me()
  %pinned = call i64 asm sideeffect "", "=r,0"(i64 %kept) memory(none) "coroinline-pin"
  call void (...) @use(i64 %me, i32 %number, ptr %own, ptr %tls, ptr %tp, i16 %small, double %real, <2 x i64> %both, i64 %read, i64 %bits, i64 %asm, i64 %pinned)
  ret void
}

; An asm of the source is no pin, nor is another call that is said to be one.
; CHECK-LABEL: define void @not_pins(
; CHECK: %a = call i64 @me()
; CHECK-NEXT: [[A:%.*]] = call i64 asm sideeffect "", "=r,0"(i64 %a)
; CHECK-NEXT: call i64 asm sideeffect "nop", "=r,0"(i64 [[A]])
; CHECK-NEXT: %b = call i64 @me()
; CHECK-NEXT: [[B:%.*]] = call i64 asm sideeffect "", "=r,0"(i64 %b)
; CHECK-NEXT: call void (...) @use(i64 [[B]])
; CHECK-NEXT: ret void
define void @not_pins() presplitcoroutine "coroinline-pin" {
  %a = call i64 @me()
  %x = call i64 asm sideeffect "nop", "=r,0"(i64 %a)
  %b = call i64 @me()
  call void (...) @use(i64 %b) "coroinline-pin"
  ret void
}

; It is the last thing that the function does.
; CHECK-LABEL: define i64 @at_the_end(
; CHECK: %a = musttail call i64 @me()
; CHECK-NEXT: ret i64 %a
define i64 @at_the_end() presplitcoroutine "coroinline-pin" {
  %a = musttail call i64 @me()
  ret i64 %a
}

; Used on the spot alone.
; CHECK-LABEL: define i64 @on_the_spot(
; CHECK-NOT: asm
; CHECK: {{^}}}
define i64 @on_the_spot() presplitcoroutine "coroinline-pin" {
  %a = call ptr @own()
  %v = load i64, ptr %a
  %b = getelementptr i8, ptr %a, i64 16
  store i64 %v, ptr %b
  %w = load i64, ptr %b
  ret i64 %w
}

; Each of these may go past a suspend.
; CHECK-LABEL: define i64 @elsewhere(
; CHECK: %a = call ptr @own()
; CHECK-NEXT: [[A:%.*]] = call ptr asm sideeffect "", "=r,0"(ptr %a)
; CHECK-NEXT: store ptr [[A]], ptr %where
; CHECK-NEXT: %b = call ptr @own()
; CHECK-NEXT: [[B:%.*]] = call ptr asm sideeffect "", "=r,0"(ptr %b)
; CHECK-NEXT: %c = call ptr @own()
; CHECK-NEXT: [[C:%.*]] = call ptr asm sideeffect "", "=r,0"(ptr %c)
; CHECK-NEXT: %d = getelementptr i8, ptr [[C]], i64 8
; CHECK-NEXT: %e = call i64 @me()
; CHECK-NEXT: [[E:%.*]] = call i64 asm sideeffect "", "=r,0"(i64 %e)
; CHECK-NEXT: %f = getelementptr i8, ptr %where, i64 [[E]]
; CHECK-NEXT: load i64, ptr %f
; CHECK-NEXT: %g = call ptr @own()
; CHECK-NEXT: [[G:%.*]] = call ptr asm sideeffect "", "=r,0"(ptr %g)
; CHECK-NEXT: icmp eq ptr [[G]], %where
; CHECK: next:
; CHECK-NEXT: load i64, ptr [[B]]
; CHECK-NEXT: load i64, ptr %d
define i64 @elsewhere(ptr %where) presplitcoroutine "coroinline-pin" {
  %a = call ptr @own()
  store ptr %a, ptr %where
  %b = call ptr @own()
  %c = call ptr @own()
  %d = getelementptr i8, ptr %c, i64 8
  %e = call i64 @me()
  %f = getelementptr i8, ptr %where, i64 %e
  %u = load i64, ptr %f
  %g = call ptr @own()
  %same = icmp eq ptr %g, %where
  call void (...) @use(i1 %same)
  %s = call i8 @llvm.coro.suspend(token none, i1 false)
  br label %next
next:
  %v = load i64, ptr %b
  %w = load i64, ptr %d
  %x = add i64 %v, %w
  %y = add i64 %x, %u
  ret i64 %y
}

; CHECK-LABEL: define i64 @split(
; CHECK-NOT: coroinline
; CHECK-NEXT: %a = call i64 @me()
; CHECK-NEXT: call i64 asm sideeffect "", "=r,0"(i64 %a)
; CHECK-NEXT: call void (...) @use(i64 %a)
; CHECK-NEXT: ret i64 %a
define i64 @split() "coroinline-pin" {
  %a = call i64 @me()
  %pinned = call i64 asm sideeffect "", "=r,0"(i64 %a) memory(none) "coroinline-pin"
  %other = call i64 asm sideeffect "", "=r,0"(i64 %a)
  call void (...) @use(i64 %pinned) "coroinline-pin"
  ret i64 %pinned
}

; What coro-share-slots has made atomic, in the frame, is so no longer; whatever else is, stays.
; CHECK-LABEL: define i64 @split_loads(
; CHECK: load ptr, ptr %frame, align 8
; CHECK-NEXT: %at = getelementptr i8, ptr %frame, i64 48
; CHECK-NEXT: load ptr, ptr %at, align 8
; CHECK-NEXT: load atomic ptr, ptr %at monotonic, align 8
; CHECK-NEXT: load atomic ptr, ptr @global unordered, align 8
; CHECK-NEXT: store atomic ptr null, ptr %at unordered, align 8
define i64 @split_loads(ptr %frame) "coroinline-pin" {
  %a = load atomic ptr, ptr %frame unordered, align 8
  %at = getelementptr i8, ptr %frame, i64 48
  %b = load atomic ptr, ptr %at unordered, align 8
  %c = load atomic ptr, ptr %at monotonic, align 8
  %d = load atomic ptr, ptr @global unordered, align 8
  store atomic ptr null, ptr %at unordered, align 8
  call void (...) @use(ptr %a, ptr %b, ptr %c, ptr %d)
  ret i64 0
}

; CHECK-LABEL: define ptr @not_split_load(
; CHECK: load atomic ptr, ptr %frame unordered, align 8
define ptr @not_split_load(ptr %frame) presplitcoroutine "coroinline-pin" {
  %a = load atomic ptr, ptr %frame unordered, align 8
  ret ptr %a
}

; Not ours.
; CHECK-LABEL: define i64 @foreign(
; CHECK-NOT: asm
; CHECK: {{^}}}
define i64 @foreign() presplitcoroutine {
  %a = call i64 @me()
  ret i64 %a
}

attributes #0 = { memory(none) nounwind willreturn }
