; How a variable is computed is told where that can be said in words and numbers, of not too many others; and nothing
; where it can't.
; RUN: %opt -passes='coro-mark-suspends,verify' -S %s | FileCheck %s
; RUN: %opt -passes='coro-mark-suspends,verify' -S %s | grep -c 'name: "coro__formula' | FileCheck %s --check-prefix=COUNT
; COUNT: {{^}}23{{$}}

; CHECK-DAG: name: "coro__formula $0 $1 plus"
; CHECK-DAG: name: "coro__formula $0 $1 minus #4294967295 and"
; CHECK-DAG: name: "coro__formula $0 sx:32 $1 shra #4294967295 and"
; CHECK-DAG: name: "coro__formula $0 $1 shr #4294967295 and"
; CHECK-DAG: name: "coro__formula $0 #3 mul #255 and"
; CHECK-DAG: name: "coro__formula $0 sx:32"
; CHECK-DAG: name: "coro__formula $0 sx:8 #4294967295 and"
; CHECK-DAG: name: "coro__formula $0 $1 xor"
; CHECK-DAG: name: "coro__formula $0 #4294967295 and"
; CHECK-DAG: name: "coro__formula $0 #65535 and"
; CHECK-DAG: name: "coro__formula $0 $1 #8 mul plus"
; CHECK-DAG: name: "coro__formula $0 $1 sx:32 #4 mul plus"
; CHECK-DAG: name: "coro__formula $0 #12 plus"
; CHECK-DAG: name: "coro__formula $0 #18446744073709551604 plus"
; CHECK-DAG: name: "coro__formula #0 $0 #2 mul plus"
; CHECK-DAG: name: "coro__formula $0 #9 plus"
; CHECK-DAG: name: "coro__formula $0 #5 mul"
; CHECK-DAG: name: "coro__formula $0 #65535 and #1 or"
; CHECK-DAG: name: "coro__formula $0 sx:16 #4294967295 and"
; CHECK-DAG: name: "coro__formula $0 $1 minus"
; CHECK-DAG: name: "coro__formula $0 #3 shl"
; CHECK-DAG: name: "coro__formula $0 #3 plus #4 plus #5 plus #6 plus #7 plus #8 plus #9 plus #10 plus"
; CHECK-DAG: name: "coro__formula $0 #7 plus"
; CHECK-DAG: name: "coro__operand8"
; CHECK-DAG: name: "coro__operand32"
; CHECK-DAG: name: "coro__operand64"

define i64 @f(i64 %a, i64 %b, i32 %n, i32 %m, i8 %c, i128 %w, ptr %p, double %d, i64 %e, i64 %f, i64 %g, i64 %h, i64 %i, i64 %j, i64 %k) presplitcoroutine !dbg !5 {
  %v1 = add i64 %a, %b
    #dbg_value(i64 %v1, !100, !DIExpression(), !10)
  %v2 = sub i32 %n, %m
    #dbg_value(i32 %v2, !101, !DIExpression(), !10)
  %v3 = ashr i32 %n, %m
    #dbg_value(i32 %v3, !102, !DIExpression(), !10)
  %v4 = lshr i32 %n, %m
    #dbg_value(i32 %v4, !103, !DIExpression(), !10)
  %v5 = mul i8 %c, 3
    #dbg_value(i8 %v5, !104, !DIExpression(), !10)
  %v6 = sext i32 %n to i64
    #dbg_value(i64 %v6, !105, !DIExpression(), !10)
  %v7 = sext i8 %c to i32
    #dbg_value(i32 %v7, !106, !DIExpression(), !10)
  %wide = zext i8 %c to i64
  %v8 = xor i64 %wide, %a
    #dbg_value(i64 %v8, !107, !DIExpression(), !10)
  %v9 = trunc i64 %a to i32
    #dbg_value(i32 %v9, !108, !DIExpression(), !10)
  %v10 = ptrtoint ptr %p to i16
    #dbg_value(i16 %v10, !109, !DIExpression(), !10)
  %v11 = getelementptr i64, ptr %p, i64 %a
    #dbg_value(ptr %v11, !110, !DIExpression(), !10)
  %v12 = getelementptr i32, ptr %p, i32 %n
    #dbg_value(ptr %v12, !111, !DIExpression(), !10)
  %v13 = getelementptr i8, ptr %p, i64 12
    #dbg_value(ptr %v13, !112, !DIExpression(), !10)
  %v14 = getelementptr i8, ptr %p, i64 -12
    #dbg_value(ptr %v14, !113, !DIExpression(), !10)
  %v15 = getelementptr i16, ptr null, i64 %a
    #dbg_value(ptr %v15, !114, !DIExpression(), !10)
    #dbg_value(i64 %a, !115, !DIExpression(DW_OP_plus_uconst, 9, DW_OP_stack_value), !10)
    #dbg_value(i64 %a, !116, !DIExpression(DW_OP_constu, 5, DW_OP_mul, DW_OP_stack_value), !10)
    #dbg_value(i64 %a, !117, !DIExpression(DW_OP_LLVM_convert, 16, DW_ATE_unsigned, DW_OP_LLVM_convert, 64, DW_ATE_unsigned, DW_OP_constu, 1, DW_OP_or, DW_OP_stack_value), !10)
    #dbg_value(i64 %a, !118, !DIExpression(DW_OP_LLVM_convert, 16, DW_ATE_signed, DW_OP_LLVM_convert, 32, DW_ATE_signed, DW_OP_stack_value), !10)
    #dbg_value(!DIArgList(i64 %a, i64 %b), !119, !DIExpression(DW_OP_LLVM_arg, 1, DW_OP_LLVM_arg, 0, DW_OP_minus, DW_OP_stack_value), !10)
    #dbg_value(!DIArgList(i64 %a), !120, !DIExpression(DW_OP_LLVM_arg, 0, DW_OP_constu, 3, DW_OP_shl, DW_OP_stack_value), !10)
  %s1 = add i64 %a, 1
  %s2 = add i64 %s1, 2
  %s3 = add i64 %s2, 3
  %s4 = add i64 %s3, 4
  %s5 = add i64 %s4, 5
  %s6 = add i64 %s5, 6
  %s7 = add i64 %s6, 7
  %s8 = add i64 %s7, 8
  %s9 = add i64 %s8, 9
  %v16 = add i64 %s9, 10
    #dbg_value(i64 %v16, !121, !DIExpression(), !10)
  %n1 = sdiv i64 %a, %b
    #dbg_value(i64 %n1, !122, !DIExpression(), !10)
  %real = fptosi double %d to i64
  %n2 = add i64 %real, 1
    #dbg_value(i64 %n2, !123, !DIExpression(), !10)
  %frozen = freeze i64 %real
  %v17 = add i64 %frozen, 7
    #dbg_value(i64 %v17, !124, !DIExpression(), !10)
  %n3 = sub i64 %a, %real
    #dbg_value(i64 %n3, !125, !DIExpression(), !10)
  %n4 = zext i8 %c to i32
    #dbg_value(i32 %n4, !126, !DIExpression(), !10)
  %n5 = bitcast double %d to i64
    #dbg_value(i64 %n5, !127, !DIExpression(), !10)
  %scaled = getelementptr <vscale x 4 x i32>, ptr %p, i64 1
  %n6 = getelementptr i8, ptr %scaled, i64 12
    #dbg_value(ptr %n6, !128, !DIExpression(), !10)
  %n12 = trunc i64 %n2 to i32
    #dbg_value(i32 %n12, !129, !DIExpression(), !10)
  %at = getelementptr i8, ptr %p, i64 %real
  %n7 = getelementptr i8, ptr %at, i64 1
    #dbg_value(ptr %n7, !130, !DIExpression(), !10)
  %n8 = getelementptr i8, ptr %p, i128 %w
    #dbg_value(ptr %n8, !131, !DIExpression(), !10)
  %n9 = add i128 %w, 5
    #dbg_value(i128 %n9, !132, !DIExpression(), !10)
  %n10 = trunc i128 %w to i64
    #dbg_value(i64 %n10, !133, !DIExpression(), !10)
  %t1 = add i64 %a, %b
  %t2 = add i64 %e, %f
  %t3 = add i64 %g, %h
  %t4 = add i64 %i, %j
  %t5 = add i64 %t1, %t2
  %t6 = add i64 %t3, %t4
  %t7 = add i64 %t5, %t6
  %n11 = add i64 %t7, %k
    #dbg_value(i64 %n11, !134, !DIExpression(), !10)
    #dbg_value(i64 %a, !135, !DIExpression(DW_OP_deref), !10)
    #dbg_value(double %d, !136, !DIExpression(DW_OP_plus_uconst, 9, DW_OP_stack_value), !10)
    #dbg_value(!DIArgList(i64 %a, i128 %w), !137, !DIExpression(DW_OP_LLVM_arg, 0, DW_OP_LLVM_arg, 1, DW_OP_plus, DW_OP_stack_value), !10)
  %s = call i8 @llvm.coro.suspend(token none, i1 false) "coroinline-start", !dbg !10
  br label %next
next:
  call void @use(i64 %v16, i128 %n9)
  ret i64 %v1
}

declare i8 @llvm.coro.suspend(token, i1)
declare void @use(i64, i128)

!llvm.dbg.cu = !{!0}
!llvm.module.flags = !{!2}
!0 = distinct !DICompileUnit(language: DW_LANG_C11, file: !1, isOptimized: true, runtimeVersion: 0, emissionKind: FullDebug)
!1 = !DIFile(filename: "f.c", directory: "/")
!2 = !{i32 2, !"Debug Info Version", i32 3}
!5 = distinct !DISubprogram(name: "f", scope: !1, file: !1, line: 1, type: !6, unit: !0, spFlags: DISPFlagDefinition)
!6 = !DISubroutineType(types: !7)
!7 = !{}
!9 = !DIBasicType(name: "long", size: 64, encoding: DW_ATE_signed)
!10 = !DILocation(line: 90, scope: !5)
!100 = !DILocalVariable(name: "v0", scope: !5, file: !1, line: 2, type: !9)
!101 = !DILocalVariable(name: "v1", scope: !5, file: !1, line: 3, type: !9)
!102 = !DILocalVariable(name: "v2", scope: !5, file: !1, line: 4, type: !9)
!103 = !DILocalVariable(name: "v3", scope: !5, file: !1, line: 5, type: !9)
!104 = !DILocalVariable(name: "v4", scope: !5, file: !1, line: 6, type: !9)
!105 = !DILocalVariable(name: "v5", scope: !5, file: !1, line: 7, type: !9)
!106 = !DILocalVariable(name: "v6", scope: !5, file: !1, line: 8, type: !9)
!107 = !DILocalVariable(name: "v7", scope: !5, file: !1, line: 9, type: !9)
!108 = !DILocalVariable(name: "v8", scope: !5, file: !1, line: 10, type: !9)
!109 = !DILocalVariable(name: "v9", scope: !5, file: !1, line: 11, type: !9)
!110 = !DILocalVariable(name: "v10", scope: !5, file: !1, line: 12, type: !9)
!111 = !DILocalVariable(name: "v11", scope: !5, file: !1, line: 13, type: !9)
!112 = !DILocalVariable(name: "v12", scope: !5, file: !1, line: 14, type: !9)
!113 = !DILocalVariable(name: "v13", scope: !5, file: !1, line: 15, type: !9)
!114 = !DILocalVariable(name: "v14", scope: !5, file: !1, line: 16, type: !9)
!115 = !DILocalVariable(name: "v15", scope: !5, file: !1, line: 17, type: !9)
!116 = !DILocalVariable(name: "v16", scope: !5, file: !1, line: 18, type: !9)
!117 = !DILocalVariable(name: "v17", scope: !5, file: !1, line: 19, type: !9)
!118 = !DILocalVariable(name: "v18", scope: !5, file: !1, line: 20, type: !9)
!119 = !DILocalVariable(name: "v19", scope: !5, file: !1, line: 21, type: !9)
!120 = !DILocalVariable(name: "v20", scope: !5, file: !1, line: 22, type: !9)
!121 = !DILocalVariable(name: "v21", scope: !5, file: !1, line: 23, type: !9)
!122 = !DILocalVariable(name: "v22", scope: !5, file: !1, line: 24, type: !9)
!123 = !DILocalVariable(name: "v23", scope: !5, file: !1, line: 25, type: !9)
!124 = !DILocalVariable(name: "v24", scope: !5, file: !1, line: 26, type: !9)
!125 = !DILocalVariable(name: "v25", scope: !5, file: !1, line: 27, type: !9)
!126 = !DILocalVariable(name: "v26", scope: !5, file: !1, line: 28, type: !9)
!127 = !DILocalVariable(name: "v27", scope: !5, file: !1, line: 29, type: !9)
!128 = !DILocalVariable(name: "v28", scope: !5, file: !1, line: 30, type: !9)
!129 = !DILocalVariable(name: "v29", scope: !5, file: !1, line: 31, type: !9)
!130 = !DILocalVariable(name: "v30", scope: !5, file: !1, line: 32, type: !9)
!131 = !DILocalVariable(name: "v31", scope: !5, file: !1, line: 33, type: !9)
!132 = !DILocalVariable(name: "v32", scope: !5, file: !1, line: 34, type: !9)
!133 = !DILocalVariable(name: "v33", scope: !5, file: !1, line: 35, type: !9)
!134 = !DILocalVariable(name: "v34", scope: !5, file: !1, line: 36, type: !9)
!135 = !DILocalVariable(name: "v35", scope: !5, file: !1, line: 37, type: !9)
!136 = !DILocalVariable(name: "v36", scope: !5, file: !1, line: 38, type: !9)
!137 = !DILocalVariable(name: "v37", scope: !5, file: !1, line: 39, type: !9)
