; A module without coroutines comes out byte for byte as without the plugin.
; RUN: opt -passes='default<O2>' -S %s -o %t.without.ll
; RUN: %opt -passes='default<O2>' -S %s -o %t.with.ll
; RUN: cmp %t.without.ll %t.with.ll
; RUN: opt -passes='default<O0>' %s -o %t.without.bc
; RUN: %opt -passes='default<O0>' %s -o %t.with.bc
; RUN: cmp %t.without.bc %t.with.bc

define i32 @sum(ptr %p, i32 %n) {
entry:
  %empty = icmp sle i32 %n, 0
  br i1 %empty, label %exit, label %loop

loop:
  %i = phi i32 [ 0, %entry ], [ %i.next, %loop ]
  %s = phi i32 [ 0, %entry ], [ %s.next, %loop ]
  %a = getelementptr i32, ptr %p, i32 %i
  %v = load i32, ptr %a
  %s.next = add i32 %s, %v
  %i.next = add i32 %i, 1
  %done = icmp eq i32 %i.next, %n
  br i1 %done, label %exit, label %loop

exit:
  %r = phi i32 [ 0, %entry ], [ %s.next, %loop ]
  ret i32 %r
}

define i32 @variable(i32 %n) {
  %wide = zext i32 %n to i64
  %a = alloca i32, i64 %wide
  store i32 %n, ptr %a
  %r = call i32 @sum(ptr %a, i32 1)
  ret i32 %r
}
