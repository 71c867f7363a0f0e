; What keeps slots as they are, and what does not: %slots has slots of 96 bytes, of which 32 are read.
; RUN: %opt -passes='coro-pack-slots,verify' -S %s | FileCheck %s

declare token @llvm.coro.id(i32, ptr, ptr, ptr)
declare ptr @llvm.coro.begin(token, ptr)
declare ptr @llvm.coro.subfn.addr(ptr, i8)
declare void @llvm.assume(i1)
declare void @llvm.lifetime.start.p0(i64, ptr)
declare void @llvm.memset.p0.i64(ptr, i8, i64, i1)
declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)
declare void @use(ptr)

; CHECK-LABEL: @packed(
; CHECK: %[[BYTES:.*]] = mul i64 %{{.*}}, 32
; CHECK: %slots = alloca i8, i64 %[[BYTES]], align 32
; CHECK: %[[AT:.*]] = mul i64 %{{.*}}, 32
; CHECK: %slot = getelementptr i8, ptr %slots, i64 %[[AT]]
; CHECK-NOT: {{store ptr|store i2|assume}}
; CHECK: store i64 7, ptr %{{.*}}, align 8
; CHECK-NOT: {{store ptr|store i2|assume}}
; CHECK: %there = getelementptr
; CHECK: %[[J:.*]] = mul i64 %j, 32
; CHECK: %[[BJ:.*]] = add i64 %[[J]], 16
; CHECK: %bj = getelementptr i8, ptr %slots, i64 %[[BJ]]
; CHECK: load i32, ptr %bj
; CHECK-NOT: {{store ptr|store i2|assume}}
; CHECK: ret i64
define i64 @packed(i64 %n, i64 %k, i64 %j) {
  %bytes = mul nuw i64 %n, 96
  %slots = alloca i8, i64 %bytes, align 16
  %at = mul nsw i64 %k, 96
  %slot = getelementptr inbounds i8, ptr %slots, i64 %at
  store i64 %k, ptr %slot
  %place = getelementptr i8, ptr %slot, i64 16
  %id = call token @llvm.coro.id(i32 0, ptr null, ptr null, ptr null)
  %task = call ptr @llvm.coro.begin(token %id, ptr %place)
  store ptr null, ptr %task
  %header = getelementptr i8, ptr %task, i64 16
  store ptr %task, ptr %header
  %a = getelementptr i8, ptr %task, i64 40
  store i64 7, ptr %a, align 8
  %b = getelementptr i8, ptr %task, i64 56
  store i32 8, ptr %b
  %index = getelementptr i8, ptr %task, i64 72
  store i2 1, ptr %index
  %there = getelementptr inbounds [96 x i8], ptr %slots, i64 %j
  %w = load i64, ptr %there
  %aj = getelementptr i8, ptr %there, i64 56
  %x = load i64, ptr %aj, align 8
  %bj = getelementptr inbounds [96 x i8], ptr %slots, i64 %j, i64 72
  %y = load i32, ptr %bj
  %ij = getelementptr i8, ptr %there, i64 88
  %z = load i2, ptr %ij
  %one = icmp eq i2 %z, 1
  call void @llvm.assume(i1 %one)
  %wx = add i64 %w, %x
  %yy = zext i32 %y to i64
  %sum = add i64 %wx, %yy
  ret i64 %sum
}

; A handle that lies in a slot, and is moved with it, leads where it did.
; CHECK-LABEL: @stored(
; CHECK: %slots = alloca [128 x i8], align 32
; CHECK: %[[HANDLE:.*]] = load ptr, ptr %{{.*}}, align 16
; CHECK: %[[INDEX:.*]] = load i64, ptr %{{.*}}, align 8
; CHECK: store ptr %[[HANDLE]], ptr %{{.*}}, align 16
; CHECK-NEXT: %[[TO:.*]] = getelementptr i8, ptr %other, i64 8
; CHECK-NEXT: store i64 %[[INDEX]], ptr %[[TO]], align 8
; CHECK-NEXT: %handle = load ptr
; CHECK: %aj = getelementptr i8, ptr %handle, i64 0
define i64 @stored(i64 %k, i64 %j) {
  %slots = alloca [4 x [96 x i8]], align 16
  %slot = getelementptr inbounds [96 x i8], ptr %slots, i64 %k
  %other = getelementptr inbounds [96 x i8], ptr %slots, i64 %j
  %place = getelementptr i8, ptr %slot, i64 16
  %id = call token @llvm.coro.id(i32 0, ptr null, ptr null, ptr null)
  %task = call ptr @llvm.coro.begin(token %id, ptr %place)
  store ptr @use, ptr %task
  store ptr %task, ptr %slot
  %a = getelementptr i8, ptr %task, i64 40
  store i64 7, ptr %a, align 8
  call void @llvm.memcpy.p0.p0.i64(ptr align 16 %other, ptr align 16 %slot, i64 24, i1 false)
  %handle = load ptr, ptr %other
  %aj = getelementptr i8, ptr %handle, i64 40
  %x = load i64, ptr %aj
  %oj = getelementptr i8, ptr %other, i64 8
  %y = load i64, ptr %oj
  %sum = add i64 %x, %y
  ret i64 %sum
}

; A slot or none; what is known of addresses; copies from elsewhere, and to there.
; CHECK-LABEL: @around(
; CHECK: %slots = alloca [128 x i8], align 32
; CHECK-NOT: {{assume|lifetime}}
; CHECK: icmp eq ptr null, %none
; CHECK: store i64 %v, ptr %from
; CHECK: call void @llvm.memcpy.p0.p0.i64(ptr align 8 %a, ptr align 16 %from, i64 16, i1 false)
; CHECK: call void @llvm.memcpy.p0.p0.i64(ptr align 16 %from, ptr align 8 %a, i64 16, i1 false)
; CHECK: ret void
define void @around(i64 %k, i1 %c, ptr %from) {
  %slots = alloca [4 x [96 x i8]], align 16
  %slot = getelementptr inbounds [96 x i8], ptr %slots, i64 %k
  %place = getelementptr i8, ptr %slot, i64 16
  %id = call token @llvm.coro.id(i32 0, ptr null, ptr null, ptr null)
  %task = call ptr @llvm.coro.begin(token %id, ptr %place)
  call void @llvm.assume(i1 true) ["align"(ptr %task, i64 16), "nonnull"(ptr %slot)]
  call void @llvm.lifetime.start.p0(i64 384, ptr %slots)
  %none = select i1 %c, ptr %task, ptr null
  %is = icmp eq ptr null, %none
  store volatile i1 %is, ptr %from
  %no = icmp eq ptr %task, null
  store volatile i1 %no, ptr %from
  %b = getelementptr i8, ptr %task, i64 24
  %v = load i64, ptr %b
  store i64 %v, ptr %from
  %a = getelementptr i8, ptr %task, i64 32
  call void @llvm.memcpy.p0.p0.i64(ptr align 16 %a, ptr align 16 %from, i64 16, i1 false)
  call void @llvm.memcpy.p0.p0.i64(ptr align 16 %from, ptr align 16 %a, i64 16, i1 false)
  ret void
}

; All that is written together stays together.
; CHECK-LABEL: @together(
; CHECK: alloca [256 x i8], align 64
; CHECK: call void @llvm.memset.p0.i64(ptr align 16 %{{.*}}, i8 0, i64 40, i1 false)
define i64 @together(i64 %k) {
  %slots = alloca [4 x [96 x i8]], align 16
  %slot = getelementptr inbounds [96 x i8], ptr %slots, i64 %k
  %place = getelementptr i8, ptr %slot, i64 16
  %id = call token @llvm.coro.id(i32 0, ptr null, ptr null, ptr null)
  %task = call ptr @llvm.coro.begin(token %id, ptr %place)
  %a = getelementptr i8, ptr %task, i64 32
  call void @llvm.memset.p0.i64(ptr align 16 %a, i8 0, i64 40, i1 false)
  %b = getelementptr i8, ptr %task, i64 40
  %x = load i64, ptr %b
  ret i64 %x
}

; What has the address may do anything with it.
; CHECK-LABEL: @escapes(
; CHECK: alloca [4 x [96 x i8]]
define void @escapes(i64 %k, i64 %j, i1 %c, ptr %to) {
  %slots = alloca [4 x [96 x i8]], align 16
  %slot = getelementptr inbounds [96 x i8], ptr %slots, i64 %k
  %place = getelementptr i8, ptr %slot, i64 16
  %id = call token @llvm.coro.id(i32 0, ptr null, ptr null, ptr null)
  %task = call ptr @llvm.coro.begin(token %id, ptr %place)
  call void @use(ptr %task)
  ret void
}

; The function of a task is asked of its frame.
; CHECK-LABEL: @asked(
; CHECK: alloca [4 x [96 x i8]]
define void @asked(i64 %k, i64 %j, i1 %c, ptr %to) {
  %slots = alloca [4 x [96 x i8]], align 16
  %slot = getelementptr inbounds [96 x i8], ptr %slots, i64 %k
  %place = getelementptr i8, ptr %slot, i64 16
  %id = call token @llvm.coro.id(i32 0, ptr null, ptr null, ptr null)
  %task = call ptr @llvm.coro.begin(token %id, ptr %place)
  %f = call ptr @llvm.coro.subfn.addr(ptr %task, i8 0)
  call void %f(ptr %task)
  ret void
}

; The address is stored elsewhere.
; CHECK-LABEL: @kept(
; CHECK: alloca [4 x [96 x i8]]
define void @kept(i64 %k, i64 %j, i1 %c, ptr %to) {
  %slots = alloca [4 x [96 x i8]], align 16
  %slot = getelementptr inbounds [96 x i8], ptr %slots, i64 %k
  %place = getelementptr i8, ptr %slot, i64 16
  %id = call token @llvm.coro.id(i32 0, ptr null, ptr null, ptr null)
  %task = call ptr @llvm.coro.begin(token %id, ptr %place)
  store ptr %task, ptr %to
  ret void
}

; CHECK-LABEL: @as_number(
; CHECK: alloca [4 x [96 x i8]]
define void @as_number(i64 %k, i64 %j, i1 %c, ptr %to) {
  %slots = alloca [4 x [96 x i8]], align 16
  %slot = getelementptr inbounds [96 x i8], ptr %slots, i64 %k
  %place = getelementptr i8, ptr %slot, i64 16
  %id = call token @llvm.coro.id(i32 0, ptr null, ptr null, ptr null)
  %task = call ptr @llvm.coro.begin(token %id, ptr %place)
  %number = ptrtoint ptr %task to i64
  store i64 %number, ptr %to
  ret void
}

; An access that somebody else sees.
; CHECK-LABEL: @seen(
; CHECK: alloca [4 x [96 x i8]]
define void @seen(i64 %k, i64 %j, i1 %c, ptr %to) {
  %slots = alloca [4 x [96 x i8]], align 16
  %slot = getelementptr inbounds [96 x i8], ptr %slots, i64 %k
  %place = getelementptr i8, ptr %slot, i64 16
  %id = call token @llvm.coro.id(i32 0, ptr null, ptr null, ptr null)
  %task = call ptr @llvm.coro.begin(token %id, ptr %place)
  store volatile i64 1, ptr %task
  ret void
}

; CHECK-LABEL: @seen_read(
; CHECK: alloca [4 x [96 x i8]]
define void @seen_read(i64 %k, i64 %j, i1 %c, ptr %to) {
  %slots = alloca [4 x [96 x i8]], align 16
  %slot = getelementptr inbounds [96 x i8], ptr %slots, i64 %k
  %place = getelementptr i8, ptr %slot, i64 16
  %id = call token @llvm.coro.id(i32 0, ptr null, ptr null, ptr null)
  %task = call ptr @llvm.coro.begin(token %id, ptr %place)
  %v = load volatile i64, ptr %task
  ret void
}

; CHECK-LABEL: @atomic(
; CHECK: alloca [4 x [96 x i8]]
define void @atomic(i64 %k, i64 %j, i1 %c, ptr %to) {
  %slots = alloca [4 x [96 x i8]], align 16
  %slot = getelementptr inbounds [96 x i8], ptr %slots, i64 %k
  %place = getelementptr i8, ptr %slot, i64 16
  %id = call token @llvm.coro.id(i32 0, ptr null, ptr null, ptr null)
  %task = call ptr @llvm.coro.begin(token %id, ptr %place)
  %v = load atomic i64, ptr %task seq_cst, align 8
  ret void
}

; An index that is no whole number of slots.
; CHECK-LABEL: @anywhere(
; CHECK: alloca [4 x [96 x i8]]
define void @anywhere(i64 %k, i64 %j, i1 %c, ptr %to) {
  %slots = alloca [4 x [96 x i8]], align 16
  %slot = getelementptr inbounds [96 x i8], ptr %slots, i64 %k
  %place = getelementptr i8, ptr %slot, i64 16
  %id = call token @llvm.coro.id(i32 0, ptr null, ptr null, ptr null)
  %task = call ptr @llvm.coro.begin(token %id, ptr %place)
  %p = getelementptr inbounds i8, ptr %slots, i64 %j
  store i8 1, ptr %p
  ret void
}

; An access to two slots.
; CHECK-LABEL: @far(
; CHECK: alloca [4 x [96 x i8]]
define void @far(i64 %k, i64 %j, i1 %c, ptr %to) {
  %slots = alloca [4 x [96 x i8]], align 16
  %slot = getelementptr inbounds [96 x i8], ptr %slots, i64 %k
  %place = getelementptr i8, ptr %slot, i64 16
  %id = call token @llvm.coro.id(i32 0, ptr null, ptr null, ptr null)
  %task = call ptr @llvm.coro.begin(token %id, ptr %place)
  %p = getelementptr i8, ptr %slot, i64 92
  store i64 1, ptr %p
  ret void
}

; CHECK-LABEL: @far_read(
; CHECK: alloca [4 x [96 x i8]]
define void @far_read(i64 %k, i64 %j, i1 %c, ptr %to) {
  %slots = alloca [4 x [96 x i8]], align 16
  %slot = getelementptr inbounds [96 x i8], ptr %slots, i64 %k
  %place = getelementptr i8, ptr %slot, i64 16
  %id = call token @llvm.coro.id(i32 0, ptr null, ptr null, ptr null)
  %task = call ptr @llvm.coro.begin(token %id, ptr %place)
  %p = getelementptr i8, ptr %slot, i64 92
  %v = load i64, ptr %p
  store i64 %v, ptr %to
  ret void
}

; One of two places in a slot.
; CHECK-LABEL: @either(
; CHECK: alloca [4 x [96 x i8]]
define void @either(i64 %k, i64 %j, i1 %c, ptr %to) {
  %slots = alloca [4 x [96 x i8]], align 16
  %slot = getelementptr inbounds [96 x i8], ptr %slots, i64 %k
  %place = getelementptr i8, ptr %slot, i64 16
  %id = call token @llvm.coro.id(i32 0, ptr null, ptr null, ptr null)
  %task = call ptr @llvm.coro.begin(token %id, ptr %place)
  %p = select i1 %c, ptr %task, ptr %slot
  store i8 1, ptr %p
  ret void
}

; A slot, or something else.
; CHECK-LABEL: @outside(
; CHECK: alloca [4 x [96 x i8]]
define void @outside(i64 %k, i64 %j, i1 %c, ptr %to) {
  %slots = alloca [4 x [96 x i8]], align 16
  %slot = getelementptr inbounds [96 x i8], ptr %slots, i64 %k
  %place = getelementptr i8, ptr %slot, i64 16
  %id = call token @llvm.coro.id(i32 0, ptr null, ptr null, ptr null)
  %task = call ptr @llvm.coro.begin(token %id, ptr %place)
  %p = select i1 %c, ptr %task, ptr %to
  store i8 1, ptr %p
  ret void
}

; Two places in a slot, one of which may go.
; CHECK-LABEL: @compared(
; CHECK: alloca [4 x [96 x i8]]
define void @compared(i64 %k, i64 %j, i1 %c, ptr %to) {
  %slots = alloca [4 x [96 x i8]], align 16
  %slot = getelementptr inbounds [96 x i8], ptr %slots, i64 %k
  %place = getelementptr i8, ptr %slot, i64 16
  %id = call token @llvm.coro.id(i32 0, ptr null, ptr null, ptr null)
  %task = call ptr @llvm.coro.begin(token %id, ptr %place)
  %is = icmp eq ptr %task, %slot
  %v = zext i1 %is to i8
  store i8 %v, ptr %to
  ret void
}

; A handle in a slot that is read as a number.
; CHECK-LABEL: @as_bytes(
; CHECK: alloca [4 x [96 x i8]]
define void @as_bytes(i64 %k, i64 %j, i1 %c, ptr %to) {
  %slots = alloca [4 x [96 x i8]], align 16
  %slot = getelementptr inbounds [96 x i8], ptr %slots, i64 %k
  %place = getelementptr i8, ptr %slot, i64 16
  %id = call token @llvm.coro.id(i32 0, ptr null, ptr null, ptr null)
  %task = call ptr @llvm.coro.begin(token %id, ptr %place)
  store ptr %task, ptr %slot
  %v = load i64, ptr %slot
  store i64 %v, ptr %to
  ret void
}

; CHECK-LABEL: @half(
; CHECK: alloca [4 x [96 x i8]]
define void @half(i64 %k, i64 %j, i1 %c, ptr %to) {
  %slots = alloca [4 x [96 x i8]], align 16
  %slot = getelementptr inbounds [96 x i8], ptr %slots, i64 %k
  %place = getelementptr i8, ptr %slot, i64 16
  %id = call token @llvm.coro.id(i32 0, ptr null, ptr null, ptr null)
  %task = call ptr @llvm.coro.begin(token %id, ptr %place)
  store ptr %task, ptr %slot
  %v = load i32, ptr %slot
  store i32 %v, ptr %to
  ret void
}

; A handle, or something else.
; CHECK-LABEL: @mixed(
; CHECK: alloca [4 x [96 x i8]]
define void @mixed(i64 %k, i64 %j, i1 %c, ptr %to) {
  %slots = alloca [4 x [96 x i8]], align 16
  %slot = getelementptr inbounds [96 x i8], ptr %slots, i64 %k
  %place = getelementptr i8, ptr %slot, i64 16
  %id = call token @llvm.coro.id(i32 0, ptr null, ptr null, ptr null)
  %task = call ptr @llvm.coro.begin(token %id, ptr %place)
  store ptr %task, ptr %slot
  %h = load ptr, ptr %slot
  store i8 1, ptr %h
  store ptr %to, ptr %slot
  ret void
}

; CHECK-LABEL: @zeroed(
; CHECK: alloca [4 x [96 x i8]]
define void @zeroed(i64 %k, i64 %j, i1 %c, ptr %to) {
  %slots = alloca [4 x [96 x i8]], align 16
  %slot = getelementptr inbounds [96 x i8], ptr %slots, i64 %k
  %place = getelementptr i8, ptr %slot, i64 16
  %id = call token @llvm.coro.id(i32 0, ptr null, ptr null, ptr null)
  %task = call ptr @llvm.coro.begin(token %id, ptr %place)
  store ptr %task, ptr %slot
  %h = load ptr, ptr %slot
  store i8 1, ptr %h
  call void @llvm.memset.p0.i64(ptr %slot, i8 1, i64 8, i1 false)
  ret void
}

; Handles to two places in slots.
; CHECK-LABEL: @two_handles(
; CHECK: alloca [4 x [96 x i8]]
define void @two_handles(i64 %k, i64 %j, i1 %c, ptr %to) {
  %slots = alloca [4 x [96 x i8]], align 16
  %slot = getelementptr inbounds [96 x i8], ptr %slots, i64 %k
  %place = getelementptr i8, ptr %slot, i64 16
  %id = call token @llvm.coro.id(i32 0, ptr null, ptr null, ptr null)
  %task = call ptr @llvm.coro.begin(token %id, ptr %place)
  store ptr %task, ptr %slot
  %q = getelementptr i8, ptr %task, i64 8
  store ptr %q, ptr %slot
  %h = load ptr, ptr %slot
  store i8 1, ptr %h
  ret void
}

; A copy that brings a handle out of the slots.
; CHECK-LABEL: @copied_out(
; CHECK: alloca [4 x [96 x i8]]
define void @copied_out(i64 %k, i64 %j, i1 %c, ptr %to) {
  %slots = alloca [4 x [96 x i8]], align 16
  %slot = getelementptr inbounds [96 x i8], ptr %slots, i64 %k
  %place = getelementptr i8, ptr %slot, i64 16
  %id = call token @llvm.coro.id(i32 0, ptr null, ptr null, ptr null)
  %task = call ptr @llvm.coro.begin(token %id, ptr %place)
  store ptr %task, ptr %slot
  call void @llvm.memcpy.p0.p0.i64(ptr %to, ptr %slot, i64 16, i1 false)
  ret void
}

; A copy from one place in a slot to another.
; CHECK-LABEL: @crossed(
; CHECK: alloca [4 x [96 x i8]]
define void @crossed(i64 %k, i64 %j, i1 %c, ptr %to) {
  %slots = alloca [4 x [96 x i8]], align 16
  %slot = getelementptr inbounds [96 x i8], ptr %slots, i64 %k
  %place = getelementptr i8, ptr %slot, i64 16
  %id = call token @llvm.coro.id(i32 0, ptr null, ptr null, ptr null)
  %task = call ptr @llvm.coro.begin(token %id, ptr %place)
  call void @llvm.memcpy.p0.p0.i64(ptr %slot, ptr %task, i64 16, i1 false)
  ret void
}

; A copy of half a word.
; CHECK-LABEL: @by_bytes(
; CHECK: alloca [4 x [96 x i8]]
define void @by_bytes(i64 %k, i64 %j, i1 %c, ptr %to) {
  %slots = alloca [4 x [96 x i8]], align 16
  %slot = getelementptr inbounds [96 x i8], ptr %slots, i64 %k
  %place = getelementptr i8, ptr %slot, i64 16
  %id = call token @llvm.coro.id(i32 0, ptr null, ptr null, ptr null)
  %task = call ptr @llvm.coro.begin(token %id, ptr %place)
  %q = getelementptr i8, ptr %slots, i64 96
  call void @llvm.memcpy.p0.p0.i64(ptr %slot, ptr %q, i64 4, i1 false)
  ret void
}

; CHECK-LABEL: @unknown_length(
; CHECK: alloca [4 x [96 x i8]]
define void @unknown_length(i64 %k, i64 %j, i1 %c, ptr %to) {
  %slots = alloca [4 x [96 x i8]], align 16
  %slot = getelementptr inbounds [96 x i8], ptr %slots, i64 %k
  %place = getelementptr i8, ptr %slot, i64 16
  %id = call token @llvm.coro.id(i32 0, ptr null, ptr null, ptr null)
  %task = call ptr @llvm.coro.begin(token %id, ptr %place)
  call void @llvm.memset.p0.i64(ptr %task, i8 0, i64 %j, i1 false)
  ret void
}

; CHECK-LABEL: @volatile_set(
; CHECK: alloca [4 x [96 x i8]]
define void @volatile_set(i64 %k, i64 %j, i1 %c, ptr %to) {
  %slots = alloca [4 x [96 x i8]], align 16
  %slot = getelementptr inbounds [96 x i8], ptr %slots, i64 %k
  %place = getelementptr i8, ptr %slot, i64 16
  %id = call token @llvm.coro.id(i32 0, ptr null, ptr null, ptr null)
  %task = call ptr @llvm.coro.begin(token %id, ptr %place)
  call void @llvm.memset.p0.i64(ptr %task, i8 0, i64 8, i1 true)
  ret void
}

; CHECK-LABEL: @scalable(
; CHECK: alloca [4 x [96 x i8]]
define void @scalable(i64 %k, i64 %j, i1 %c, ptr %to) {
  %slots = alloca [4 x [96 x i8]], align 16
  %slot = getelementptr inbounds [96 x i8], ptr %slots, i64 %k
  %place = getelementptr i8, ptr %slot, i64 16
  %id = call token @llvm.coro.id(i32 0, ptr null, ptr null, ptr null)
  %task = call ptr @llvm.coro.begin(token %id, ptr %place)
  store <vscale x 4 x i32> zeroinitializer, ptr %task
  ret void
}

; CHECK-LABEL: @odd_copy(
; CHECK: alloca [4 x [96 x i8]]
define void @odd_copy(i64 %k, i64 %j, i1 %c, ptr %to) {
  %slots = alloca [4 x [96 x i8]], align 16
  %slot = getelementptr inbounds [96 x i8], ptr %slots, i64 %k
  %place = getelementptr i8, ptr %slot, i64 16
  %id = call token @llvm.coro.id(i32 0, ptr null, ptr null, ptr null)
  %task = call ptr @llvm.coro.begin(token %id, ptr %place)
  %p = getelementptr i8, ptr %slot, i64 4
  %q = getelementptr i8, ptr %p, i64 96
  call void @llvm.memcpy.p0.p0.i64(ptr %p, ptr %q, i64 8, i1 false)
  ret void
}

; CHECK-LABEL: @long_copy(
; CHECK: alloca [4 x [96 x i8]]
define void @long_copy(i64 %k, i64 %j, i1 %c, ptr %to) {
  %slots = alloca [4 x [96 x i8]], align 16
  %slot = getelementptr inbounds [96 x i8], ptr %slots, i64 %k
  %place = getelementptr i8, ptr %slot, i64 16
  %id = call token @llvm.coro.id(i32 0, ptr null, ptr null, ptr null)
  %task = call ptr @llvm.coro.begin(token %id, ptr %place)
  %q = getelementptr i8, ptr %task, i64 96
  call void @llvm.memcpy.p0.p0.i64(ptr %task, ptr %q, i64 96, i1 false)
  ret void
}

; An address that is not known in bytes.
; CHECK-LABEL: @by_vectors(
; CHECK: alloca [4 x [96 x i8]]
define void @by_vectors(i64 %k, i64 %j, i1 %c, ptr %to) {
  %slots = alloca [4 x [96 x i8]], align 16
  %slot = getelementptr inbounds [96 x i8], ptr %slots, i64 %k
  %place = getelementptr i8, ptr %slot, i64 16
  %id = call token @llvm.coro.id(i32 0, ptr null, ptr null, ptr null)
  %task = call ptr @llvm.coro.begin(token %id, ptr %place)
  %p = getelementptr <vscale x 4 x i32>, ptr %task, i64 1
  store i8 1, ptr %p
  ret void
}

; CHECK-LABEL: @many(
; CHECK: alloca [4 x [96 x i8]]
define void @many(i64 %k, i64 %j, i1 %c, ptr %to) {
  %slots = alloca [4 x [96 x i8]], align 16
  %slot = getelementptr inbounds [96 x i8], ptr %slots, i64 %k
  %place = getelementptr i8, ptr %slot, i64 16
  %id = call token @llvm.coro.id(i32 0, ptr null, ptr null, ptr null)
  %task = call ptr @llvm.coro.begin(token %id, ptr %place)
  %p = getelementptr i8, ptr %task, <2 x i64> zeroinitializer
  %q = extractelement <2 x ptr> %p, i64 0
  store i8 1, ptr %q
  ret void
}

; A part of a handle.
; CHECK-LABEL: @beside(
; CHECK: alloca [4 x [96 x i8]]
define void @beside(i64 %k, i64 %j, i1 %c, ptr %to) {
  %slots = alloca [4 x [96 x i8]], align 16
  %slot = getelementptr inbounds [96 x i8], ptr %slots, i64 %k
  %place = getelementptr i8, ptr %slot, i64 16
  %id = call token @llvm.coro.id(i32 0, ptr null, ptr null, ptr null)
  %task = call ptr @llvm.coro.begin(token %id, ptr %place)
  store ptr %task, ptr %slot
  %p = getelementptr i8, ptr %slot, i64 4
  %h = load ptr, ptr %p
  store i8 1, ptr %h
  ret void
}

; CHECK-LABEL: @into_handle(
; CHECK: alloca [4 x [96 x i8]]
define void @into_handle(i64 %k, i64 %j, i1 %c, ptr %to) {
  %slots = alloca [4 x [96 x i8]], align 16
  %slot = getelementptr inbounds [96 x i8], ptr %slots, i64 %k
  %place = getelementptr i8, ptr %slot, i64 16
  %id = call token @llvm.coro.id(i32 0, ptr null, ptr null, ptr null)
  %task = call ptr @llvm.coro.begin(token %id, ptr %place)
  store ptr %task, ptr %slot
  %h = load ptr, ptr %slot
  store i8 1, ptr %h
  %p = getelementptr i8, ptr %slot, i64 4
  store ptr null, ptr %p
  ret void
}

; The array is no whole number of slots.
; CHECK-LABEL: @odd_end(
; CHECK: alloca [100 x i8]
define void @odd_end(i64 %k) {
  %slots = alloca [100 x i8], align 16
  %slot = getelementptr inbounds [96 x i8], ptr %slots, i64 %k
  %id = call token @llvm.coro.id(i32 0, ptr null, ptr null, ptr null)
  %task = call ptr @llvm.coro.begin(token %id, ptr %slot)
  store ptr null, ptr %task
  ret void
}

; CHECK-LABEL: @odd_slots(
; CHECK: alloca [400 x i8]
define void @odd_slots(i64 %k) {
  %slots = alloca [400 x i8], align 16
  %slot = getelementptr inbounds [100 x i8], ptr %slots, i64 %k
  %id = call token @llvm.coro.id(i32 0, ptr null, ptr null, ptr null)
  %task = call ptr @llvm.coro.begin(token %id, ptr %slot)
  store ptr null, ptr %task
  ret void
}

; CHECK-LABEL: @scalable_slots(
; CHECK: alloca <vscale x 96 x i8>
define void @scalable_slots(i64 %k) {
  %slots = alloca <vscale x 96 x i8>, align 16
  %slot = getelementptr inbounds [96 x i8], ptr %slots, i64 %k
  %id = call token @llvm.coro.id(i32 0, ptr null, ptr null, ptr null)
  %task = call ptr @llvm.coro.begin(token %id, ptr %slot)
  store ptr null, ptr %task
  ret void
}

; Slots that are smaller than those of two words.
; CHECK-LABEL: @small(
; CHECK: alloca [64 x i8]
define i64 @small(i64 %k) {
  %slots = alloca [64 x i8], align 16
  %slot = getelementptr inbounds i64, ptr %slots, i64 %k
  %id = call token @llvm.coro.id(i32 0, ptr null, ptr null, ptr null)
  %task = call ptr @llvm.coro.begin(token %id, ptr %slot)
  %v = load i64, ptr %task
  ret i64 %v
}

; One frame, and one that lies elsewhere.
; CHECK-LABEL: @alone(
; CHECK: alloca [96 x i8]
; CHECK-COUNT-2: call ptr @llvm.coro.begin(
define void @alone(ptr %memory) {
  %slot = alloca [96 x i8], align 16
  %id = call token @llvm.coro.id(i32 0, ptr null, ptr null, ptr null)
  %task = call ptr @llvm.coro.begin(token %id, ptr %slot)
  %p = getelementptr i8, ptr %task, i64 8
  store ptr null, ptr %p
  %there = call token @llvm.coro.id(i32 0, ptr null, ptr null, ptr null)
  %other = call ptr @llvm.coro.begin(token %there, ptr %memory)
  store ptr null, ptr %other
  ret void
}

; CHECK-LABEL: @elsewhere(
; CHECK: call ptr @llvm.coro.begin(
define void @elsewhere(ptr %memory, i64 %k) {
  %slot = getelementptr inbounds [96 x i8], ptr %memory, i64 %k
  %id = call token @llvm.coro.id(i32 0, ptr null, ptr null, ptr null)
  %task = call ptr @llvm.coro.begin(token %id, ptr %slot)
  store ptr null, ptr %task
  ret void
}

; Nobody has the address of a slot but the array: what is read elsewhere does not read there.
; CHECK-LABEL: @twice(
; CHECK-NOT: store i64 7
; CHECK: store i64 %x, ptr %from
; CHECK: store i64 8, ptr
define i64 @twice(i64 %k, ptr %from, i64 %x) {
  %slots = alloca [4 x [96 x i8]], align 16
  %slot = getelementptr inbounds [96 x i8], ptr %slots, i64 %k
  %id = call token @llvm.coro.id(i32 0, ptr null, ptr null, ptr null)
  %task = call ptr @llvm.coro.begin(token %id, ptr %slot)
  %self = getelementptr i8, ptr %task, i64 64
  store ptr %task, ptr %self
  %a = getelementptr i8, ptr %task, i64 40
  store i64 7, ptr %a
  store i64 %x, ptr %from
  %y = load i64, ptr %from
  store i64 8, ptr %a
  %handle = load ptr, ptr %self
  %aj = getelementptr i8, ptr %handle, i64 40
  %z = load i64, ptr %aj
  %sum = add i64 %y, %z
  ret i64 %sum
}

; A coroutine that is yet to be split.
; CHECK-LABEL: @presplit(
; CHECK: alloca [4 x [96 x i8]]
define void @presplit(i64 %k) presplitcoroutine {
  %slots = alloca [4 x [96 x i8]], align 16
  %slot = getelementptr inbounds [96 x i8], ptr %slots, i64 %k
  %id = call token @llvm.coro.id(i32 0, ptr null, ptr null, ptr null)
  %task = call ptr @llvm.coro.begin(token %id, ptr %slot)
  store ptr null, ptr %task
  ret void
}

; Where control never is, an address may come from itself.
; CHECK-LABEL: @from_itself(
; CHECK: call ptr @llvm.coro.begin(token %id, ptr %self)
define void @from_itself() {
  ret void
nowhere:
  %self = getelementptr i8, ptr %self, i64 8
  %id = call token @llvm.coro.id(i32 0, ptr null, ptr null, ptr null)
  %task = call ptr @llvm.coro.begin(token %id, ptr %self)
  br label %nowhere
}
