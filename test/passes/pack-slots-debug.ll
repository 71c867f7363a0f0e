; A debugger finds a variable in its frame where it is now, as far as that is somewhere, and takes
; nothing for a slot or a frame of the layout that the source has.
; RUN: %opt -passes='coro-pack-slots,verify' -S %s | FileCheck %s

declare token @llvm.coro.id(i32, ptr, ptr, ptr)
declare ptr @llvm.coro.begin(token, ptr)

; CHECK: #dbg_declare(ptr %task, ![[KEPT:[0-9]+]], !DIExpression(), !
; CHECK: #dbg_value(ptr %task, ![[KEPT]], !DIExpression(DW_OP_deref), !
; CHECK: #dbg_value(ptr %place, ![[KEPT]], !DIExpression(DW_OP_deref_size, 4), !
; CHECK: #dbg_value(ptr poison, ![[KEPT]], !DIExpression(
; CHECK: #dbg_value(ptr poison, ![[GONE:[0-9]+]], !DIExpression(
; CHECK: #dbg_value(ptr poison, ![[LARGE:[0-9]+]], !DIExpression(
; CHECK: #dbg_value(ptr poison, ![[SLOT:[0-9]+]], !DIExpression(
; CHECK: #dbg_value(!DIArgList(ptr poison, i64 poison), ![[SLOT]], !DIExpression(
; CHECK: #dbg_value(ptr poison, ![[SLOT]], !DIExpression(), !
; CHECK: #dbg_value(ptr poison, ![[KEPT]], !DIExpression(DW_OP_constu, 8, DW_OP_minus, DW_OP_deref), !
; CHECK: #dbg_value(ptr %kept, ![[KEPT]], !DIExpression(DW_OP_deref_size, 8, DW_OP_deref), !
; CHECK: #dbg_assign(i64 7, ![[KEPT]], !DIExpression(), !{{[0-9]+}}, ptr {{poison|undef}},
; CHECK: #dbg_value(i64 %k, ![[GONE]], !DIExpression(
define i64 @run(i64 %k) !dbg !5 {
  %slots = alloca [4 x [96 x i8]], align 16, !dbg !20
  %slot = getelementptr inbounds [96 x i8], ptr %slots, i64 %k, !dbg !20
  %place = getelementptr i8, ptr %slot, i64 16, !dbg !20
  %id = call token @llvm.coro.id(i32 0, ptr null, ptr null, ptr null), !dbg !20
  %begin = call ptr @llvm.coro.begin(token %id, ptr %place), !dbg !20
  %task = getelementptr i8, ptr %begin, i64 8, !dbg !20
  %behind = getelementptr i8, ptr %begin, i64 48, !dbg !20
  %kept = getelementptr i8, ptr %begin, i64 40, !dbg !20
    #dbg_declare(ptr %task, !10, !DIExpression(DW_OP_plus_uconst, 32), !20)
    #dbg_value(ptr %task, !10, !DIExpression(DW_OP_plus_uconst, 32, DW_OP_deref), !20)
    #dbg_value(ptr %place, !10, !DIExpression(DW_OP_plus_uconst, 40, DW_OP_deref_size, 4), !20)
    #dbg_value(ptr %behind, !10, !DIExpression(DW_OP_plus_uconst, 88, DW_OP_deref), !20)
    #dbg_value(ptr %place, !11, !DIExpression(DW_OP_plus_uconst, 24, DW_OP_deref), !20)
    #dbg_value(ptr %place, !12, !DIExpression(DW_OP_plus_uconst, 40, DW_OP_deref), !20)
    #dbg_value(ptr %slot, !13, !DIExpression(), !20)
    #dbg_value(!DIArgList(ptr %slot, i64 %k), !13, !DIExpression(DW_OP_LLVM_arg, 0, DW_OP_LLVM_arg, 1, DW_OP_plus, DW_OP_stack_value), !20)
    #dbg_value(ptr %kept, !13, !DIExpression(), !20)
    #dbg_value(ptr %kept, !10, !DIExpression(DW_OP_constu, 8, DW_OP_minus, DW_OP_deref), !20)
    #dbg_value(ptr %kept, !10, !DIExpression(DW_OP_deref_size, 8, DW_OP_deref), !20)
    #dbg_assign(i64 7, !10, !DIExpression(), !21, ptr %kept, !DIExpression(), !20)
    #dbg_value(i64 %k, !11, !DIExpression(), !20)
  %gone = getelementptr i8, ptr %begin, i64 24, !dbg !20
  store i64 5, ptr %gone, align 8, !dbg !20
  store i64 7, ptr %kept, align 8, !dbg !20
  %x = load i64, ptr %kept, align 8, !dbg !20
  ret i64 %x, !dbg !20
}

!llvm.dbg.cu = !{!0}
!llvm.module.flags = !{!2}
!0 = distinct !DICompileUnit(language: DW_LANG_C11, file: !1, emissionKind: FullDebug)
!1 = !DIFile(filename: "a.c", directory: "/")
!2 = !{i32 2, !"Debug Info Version", i32 3}
!3 = !DIBasicType(name: "long", size: 64, encoding: DW_ATE_signed)
!4 = !DISubroutineType(types: !{null})
!5 = distinct !DISubprogram(name: "run", scope: !1, file: !1, line: 1, type: !4, unit: !0, spFlags: DISPFlagDefinition)
!6 = !DICompositeType(tag: DW_TAG_structure_type, name: "large", size: 128)
!7 = !DIDerivedType(tag: DW_TAG_pointer_type, baseType: !3, size: 64)
!10 = !DILocalVariable(name: "kept", scope: !5, file: !1, line: 1, type: !3)
!11 = !DILocalVariable(name: "gone", scope: !5, file: !1, line: 1, type: !3)
!12 = !DILocalVariable(name: "large", scope: !5, file: !1, line: 1, type: !6)
!13 = !DILocalVariable(name: "slot", scope: !5, file: !1, line: 1, type: !7)
!20 = !DILocation(line: 1, scope: !5)
!21 = distinct !DIAssignID()
