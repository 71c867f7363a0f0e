; What is told of a variable at a suspend is told again behind it, where the suspend alone leads: there it does not get lost.
; RUN: %opt -passes='function(coro-describe-frame),verify' -S %s | FileCheck %s

define void @f.resume(ptr dereferenceable(128) %frame) "coroinline-marked" !dbg !3 {
entry:
  %index.addr = getelementptr i8, ptr %frame, i64 40
  %index = load i8, ptr %index.addr
  switch i8 %index, label %never [ i8 0, label %alone
                                   i8 1, label %chosen
                                   i8 2, label %far
                                   i8 3, label %together
                                   i8 4, label %too
                                   i8 5, label %open
                                   i8 6, label %marked.far
                                   i8 7, label %two ]

; CHECK: {{^}}alone:
; CHECK-NOT: #dbg_
; CHECK: {{^}}alone.next:
; CHECK-NEXT: #dbg_value(ptr %frame, {{.*}}DW_OP_plus_uconst, 48,
; CHECK-NEXT: call void @use(i64 0)
alone:
    #dbg_value(ptr %frame, !6, !DIExpression(DW_OP_plus_uconst, 48, DW_OP_deref), !9)
    #dbg_label(!21, !9)
  switch i8 0, label %exit [ i8 0, label %alone.next ]
alone.next:
  call void @use(i64 0)
  br label %exit

; The choice is made by what the way leads through.
; CHECK: {{^}}chosen:
; CHECK-NOT: #dbg_
; CHECK: {{^}}chosen.next:
; CHECK-NEXT: #dbg_value(ptr %frame, {{.*}}DW_OP_plus_uconst, 56,
; CHECK-NEXT: call void @use(i64 1)
chosen:
    #dbg_value(ptr %frame, !6, !DIExpression(DW_OP_plus_uconst, 56, DW_OP_deref), !9)
    #dbg_label(!21, !9)
  br label %chosen.landing
suspends:
  br label %chosen.landing
chosen.landing:
  %result = phi i8 [ 0, %chosen ], [ -1, %suspends ]
  br label %chosen.switch
chosen.switch:
  switch i8 %result, label %exit [ i8 0, label %chosen.next ]
chosen.next:
  call void @use(i64 1)
  br label %exit

; Not the block behind the mark, but the one behind the choice; what is said on the way there is of no suspend.
; CHECK: {{^}}far:
; CHECK-NOT: #dbg_
; CHECK: {{^}}far.switch:
; CHECK-NEXT: #dbg_value(i64 7,
; CHECK: {{^}}far.next:
; CHECK-NEXT: #dbg_value(ptr %frame, {{.*}}DW_OP_plus_uconst, 64,
; CHECK-NEXT: call void @use(i64 2)
far:
    #dbg_value(ptr %frame, !6, !DIExpression(DW_OP_plus_uconst, 64, DW_OP_deref), !9)
    #dbg_label(!21, !9)
  br label %far.switch
far.switch:
    #dbg_value(i64 7, !7, !DIExpression(), !9)
  switch i8 0, label %exit [ i8 0, label %far.next ]
far.next:
  call void @use(i64 2)
  br label %exit

; CHECK: {{^}}together:
; CHECK-NEXT: #dbg_value(ptr %frame, {{.*}}DW_OP_plus_uconst, 72,
; CHECK: {{^}}too:
; CHECK-NEXT: #dbg_value(ptr %frame, {{.*}}DW_OP_plus_uconst, 80,
; CHECK: {{^}}next:
; CHECK-NEXT: call void @use(i64 3)
together:
    #dbg_value(ptr %frame, !6, !DIExpression(DW_OP_plus_uconst, 72, DW_OP_deref), !9)
    #dbg_label(!21, !9)
  switch i8 0, label %exit [ i8 0, label %next ]
too:
    #dbg_value(ptr %frame, !6, !DIExpression(DW_OP_plus_uconst, 80, DW_OP_deref), !9)
    #dbg_label(!21, !9)
  switch i8 0, label %exit [ i8 0, label %next ]
next:
  call void @use(i64 3)
  br label %exit

; CHECK: {{^}}open:
; CHECK-NEXT: %r = load
; CHECK-NEXT: #dbg_value(ptr %frame, {{.*}}DW_OP_plus_uconst, 88,
; CHECK: {{^}}open.next:
; CHECK-NEXT: call void @use(i64 4)
open:
  %r = load i8, ptr %frame
    #dbg_value(ptr %frame, !6, !DIExpression(DW_OP_plus_uconst, 88, DW_OP_deref), !9)
    #dbg_label(!21, !9)
  switch i8 %r, label %exit [ i8 0, label %open.next ]
open.next:
  call void @use(i64 4)
  br label %exit

; A choice on the way to the mark is another one.
; CHECK: {{^}}marked.far:
; CHECK: {{^}}marked.switch:
; CHECK-NOT: #dbg_
; CHECK: {{^}}marked.next:
; CHECK-NEXT: #dbg_value(ptr %frame, {{.*}}DW_OP_plus_uconst, 96,
; CHECK-NEXT: call void @use(i64 5)
marked.far:
  switch i8 0, label %exit [ i8 0, label %marked.switch ]
marked.switch:
    #dbg_value(ptr %frame, !6, !DIExpression(DW_OP_plus_uconst, 96, DW_OP_deref), !9)
    #dbg_label(!21, !9)
  switch i8 0, label %exit [ i8 0, label %marked.next ]
marked.next:
  call void @use(i64 5)
  br label %exit

; In the order in which they are told.
; CHECK: {{^}}two.next:
; CHECK-NEXT: #dbg_value(ptr %frame, {{.*}}DW_OP_plus_uconst, 104,
; CHECK-NEXT: #dbg_value(ptr %frame, {{.*}}DW_OP_plus_uconst, 112,
; CHECK-NEXT: call void @use(i64 6)
two:
    #dbg_value(ptr %frame, !6, !DIExpression(DW_OP_plus_uconst, 104, DW_OP_deref), !9)
    #dbg_value(ptr %frame, !7, !DIExpression(DW_OP_plus_uconst, 112, DW_OP_deref), !9)
    #dbg_label(!21, !9)
  switch i8 0, label %exit [ i8 0, label %two.next ]
two.next:
  call void @use(i64 6)
  br label %exit
exit:
  ret void
never:
  unreachable
}

; Two slots of the frame are shared. What is loaded from one is told behind the load.
; CHECK-LABEL: define void @g.resume(
; CHECK: %v = load i64
; CHECK-NEXT: #dbg_value(i64 %v, [[V:![0-9]+]], !DIExpression(),
; CHECK-NEXT: call void @use(i64 %v)
; CHECK: %w = load i64
; CHECK-NEXT: %y = add
; CHECK-NEXT: #dbg_value(i64 %w, {{.*}}, !DIExpression(),
; CHECK-NEXT: call void @use(i64 %y)
; CHECK: %x = load i64
; CHECK-NEXT: #dbg_value(i64 %x, [[V]], !DIExpression(),
; CHECK-NEXT: call void @use(i64 %x)
define void @g.resume(ptr dereferenceable(128) %frame) "coroinline-marked" !dbg !4 {
entry:
  %at48 = getelementptr i8, ptr %frame, i64 48
  store i64 1, ptr %at48, !coroinline.slot !1
  br label %above
above:
    #dbg_value(ptr %frame, !10, !DIExpression(DW_OP_plus_uconst, 48, DW_OP_deref), !11)
  %other = load i64, ptr %frame
  %v = load i64, ptr %at48
  call void @use(i64 %v)
  br label %below
below:
  %w = load i64, ptr %at48
  %y = add i64 %w, 1
    #dbg_value(ptr %frame, !12, !DIExpression(DW_OP_plus_uconst, 48, DW_OP_deref), !11)
  call void @use(i64 %y)
  br label %at
at:
    #dbg_value(ptr %frame, !10, !DIExpression(DW_OP_plus_uconst, 48, DW_OP_deref), !11)
  %x = load i64, ptr %at48
  call void @use(i64 %x)
  ret void
}

; A coroutine that is resumed with more than its frame is none of coro.h.
; CHECK-LABEL: define void @other.resume(
; CHECK: #dbg_value(ptr %frame,
define void @other.resume(ptr dereferenceable(128) %frame, i1 %b) "coroinline-marked" !dbg !13 {
  %at48 = getelementptr i8, ptr %frame, i64 48
  store i64 1, ptr %at48, !coroinline.slot !1
    #dbg_value(ptr %frame, !14, !DIExpression(DW_OP_plus_uconst, 48, DW_OP_deref), !15)
  ret void
}
declare void @use(i64)
!llvm.dbg.cu = !{!0}
!llvm.module.flags = !{!16}
!0 = distinct !DICompileUnit(language: DW_LANG_C11, file: !2, emissionKind: FullDebug)
!1 = !{}
!2 = !DIFile(filename: "a.c", directory: "/")
!3 = distinct !DISubprogram(name: "f", scope: !2, file: !2, line: 1, type: !17, unit: !0, spFlags: DISPFlagDefinition)
!4 = distinct !DISubprogram(name: "g", scope: !2, file: !2, line: 1, type: !17, unit: !0, spFlags: DISPFlagDefinition)
!5 = !DIBasicType(name: "long", size: 64, encoding: DW_ATE_signed)
!6 = !DILocalVariable(name: "v", scope: !3, file: !2, line: 2, type: !5)
!7 = !DILocalVariable(name: "w", scope: !3, file: !2, line: 2, type: !5)
!9 = !DILocation(line: 5, scope: !3)
!10 = !DILocalVariable(name: "v", scope: !4, file: !2, line: 2, type: !5)
!11 = !DILocation(line: 5, scope: !4)
!12 = !DILocalVariable(name: "w", scope: !4, file: !2, line: 2, type: !5)
!13 = distinct !DISubprogram(name: "other", scope: !2, file: !2, line: 1, type: !17, unit: !0, spFlags: DISPFlagDefinition)
!14 = !DILocalVariable(name: "v", scope: !13, file: !2, line: 2, type: !5)
!15 = !DILocation(line: 5, scope: !13)
!16 = !{i32 2, !"Debug Info Version", i32 3}
!17 = !DISubroutineType(types: !{null})
!21 = !DILabel(scope: !3, name: "coro__suspend", file: !2, line: 5)
