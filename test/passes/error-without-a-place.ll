; What clang has noted of a place may be nothing: the error comes all the same.
; RUN: for place in '' ', !srcloc !0' ', !srcloc !1'; do sed "s/ ; place/$place/" %s | not %opt -passes=coro-prepare -disable-output 2>&1 | FileCheck %s || exit; done
; CHECK: error: {{.*}}CoroInline: in 'f': a call of 'coroinline_suspend' that coro.h did not make
define i32 @f() {
  %r = call i32 @coroinline_suspend(i32 1) ; place
  ret i32 %r
}
declare i32 @coroinline_suspend(i32)
!0 = !{}
!1 = !{!"here"}
