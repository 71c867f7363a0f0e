//===- CoroPrepare.cpp - Makes LLVM coroutines of marked functions --------===//
//
// clang gives C code the coroutine builtins and nothing more. This pass turns
// what coro.h leaves in a function into a coroutine that LLVM accepts:
//
//     %r = call i1 @coroinline_suspend()
//     br i1 %r, label %destroy, label %next
//   =>
//     %s = call i8 @llvm.coro.suspend(token none, i1 false)
//     switch i8 %s, label %exit [ i8 0, label %next
//                                 i8 1, label %destroy ]
//
// %exit is the block of the coro.end. The edge goes there straight, past the
// cleanups of the scopes that the suspend stands in: they have not been left.
// Only the destroy edge runs them. An await transfers control as well:
//
//     %r = call i1 @coroinline_await(ptr %task, ptr @enter)
//   =>
//     %save = call token @llvm.coro.save(ptr %hdl)
//     call void @llvm.coro.await.suspend.handle(ptr %task, ptr %hdl, ptr
//     @enter) %s = call i8 @llvm.coro.suspend(token %save, i1 false) switch ...
//     ; as above
//
// which is the linked call: whole without coro-inline. So it is where a
// generator is asked for a value; one that it gives is two suspends:
//
//     %r = call i1 @coroinline_yield(i1 %is.root, ptr @leave)
//   =>
//     br i1 %is.root, label %plain, label %transfer
//     ; %plain: as a suspend; %transfer: as an await of %hdl, by @leave
//
// Ahead of a suspend that goes back to who resumed the root, the root is told
// who is to be resumed: see Tells.cpp.
//
// The pass also marks the function presplitcoroutine, takes off what does not
// hold for a function that suspends, and rejects what LLVM would miscompile.
//
// See https://llvm.org/docs/Coroutines.html.
//
//===----------------------------------------------------------------------===//

#include "CoroPrepare.h"
#include "ByValue.h"
#include "Compat.h"
#include "CoroLowerAlloca.h"
#include "CoroPin.h"
#include "Coroutine.h"
#include "Diagnostics.h"
#include "FrameReport.h"
#include "HandleSlots.h"
#include "Markers.h"
#include "Ramps.h"
#include "Tells.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/MDBuilder.h"
#include "llvm/IR/PatternMatch.h"
#include "llvm/IR/ValueHandle.h"
#include "llvm/IR/Verifier.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"
#include "llvm/Transforms/Utils/Local.h"

using namespace llvm;
using namespace coroinline;

#define DEBUG_TYPE "coro-prepare"

namespace {

/// Whether the task that Ramp makes goes to a coroinline_root and nowhere else.
bool isRootOnly(CallBase &Ramp) {
  SmallSetVector<Value *, 4> Handles;
  Handles.insert(&Ramp);
  for (unsigned K = 0; K < Handles.size(); K++) // it grows
    for (User *U : Handles[K]->users())
      if (isa<PHINode, CastInst>(U))
        Handles.insert(U);
      else if (markerOf(*cast<Instruction>(U)) != Marker::Root)
        return false;
  return true;
}

IntrinsicInst *findBegin(Function &F) {
  for (Instruction &I : instructions(F))
    if (isOwnBegin(I))
      return cast<IntrinsicInst>(&I);
  return nullptr;
}

/// Destroys the generator in a variable:
///   call void @coroinline_drop(ptr %variable)
/// => %g = load ptr, ptr %variable
///    call void @llvm.coro.destroy(ptr %g)
/// or, where that may await something, as nowhere but in coroutines:
///    br ((load ptr, (%g + innermost)) == %g), label %alone, label %chain
///  chain: call void @coro__cancel(ptr %g)
void lowerDrop(CallInst &Call) {
  Module &M = *Call.getModule();
  Function &F = *Call.getFunction();
  const DataLayout &DL = M.getDataLayout();
  IRBuilder<> B(&Call);
  Value *Generator = B.CreateLoad(B.getPtrTy(), Call.getArgOperand(0));
  Instruction *Alone = &Call;
  if (findBegin(F)) {
    Value *Innermost = B.CreateLoad(
        B.getPtrTy(),
        B.CreateConstGEP1_64(B.getInt8Ty(), Generator,
                             headerOffset(DL) + DL.getPointerSize()));
    Instruction *Chain;
    SplitBlockAndInsertIfThenElse(B.CreateICmpEQ(Innermost, Generator), &Call,
                                  &Alone, &Chain);
    B.SetInsertPoint(Chain);
    CallInst *Cancel = B.CreateCall(
        M.getOrInsertFunction("coro__cancel", B.getVoidTy(), B.getPtrTy()),
        {Generator});
    Cancel->setDoesNotThrow();
    Cancel->addFnAttr(Attribute::get(M.getContext(), tag::Cancel));
  }
  B.SetInsertPoint(Alone);
  B.CreateCall(compat::intrinsic(M, Intrinsic::coro_destroy), {Generator});
  Call.eraseFromParent();
}

/// Lowers the markers that may stand in any function:
///   %p = call ptr @coroinline_at(ptr %frame, i64 N)
/// => %p = getelementptr i8, ptr %frame, i64 N
///   %b = call i1 @coroinline_is_root(ptr %frame)
/// => %b = icmp eq ptr %frame, (load ptr, (%frame + header))
/// and tags the calls behind a coroinline_root.
void lowerTaskMarkers(Function &F) {
  unsigned Header = headerOffset(F.getParent()->getDataLayout());
  SmallVector<CallInst *, 8> Roots, Drops;
  for (Instruction &I : make_early_inc_range(instructions(F))) {
    Marker Kind = markerOf(I);
    if (!isTaskMarker(Kind))
      continue;
    auto &Call = cast<CallInst>(I);
    if (!hasMarkerSignature(Call, Kind))
      continue;
    if (Kind == Marker::Root || Kind == Marker::Drop) {
      (Kind == Marker::Root ? Roots : Drops).push_back(&Call);
      continue;
    }
    IRBuilder<> B(&Call);
    Value *Frame = Call.getArgOperand(0);
    Value *New;
    if (Kind == Marker::At)
      New = B.CreateGEP(B.getInt8Ty(), Frame, Call.getArgOperand(1));
    else
      New = B.CreateICmpEQ(
          Frame, B.CreateLoad(B.getPtrTy(), B.CreateConstGEP1_64(
                                                B.getInt8Ty(), Frame, Header)));
    Call.replaceAllUsesWith(New);
    Call.eraseFromParent();
  }
  for (CallInst *Call : Drops)
    lowerDrop(*Call);
  SmallVector<Value *, 8> Tasks;
  for (CallInst *Call : Roots)
    Tasks.push_back(Call->getArgOperand(0));
  promoteHandleSlots(F, Tasks);
  for (CallInst *Call : Roots)
    for (CallBase *Ramp : rampsOf(Call->getArgOperand(0)))
      if (rampOf(Ramp) && isRootOnly(*Ramp))
        Ramp->addFnAttr(Attribute::get(F.getContext(), tag::Root));
  for (CallInst *Call : Roots) {
    Value *Task = Call->getArgOperand(0);
    // In unreachable code, a call may be its own argument.
    Call->replaceAllUsesWith(Task == Call ? PoisonValue::get(Call->getType())
                                          : Task);
    Call->eraseFromParent();
  }
}

/// Whether control goes to another task there.
bool transfers(Marker Kind) {
  return Kind == Marker::Await || Kind == Marker::AwaitLinked ||
         Kind == Marker::Next || Kind == Marker::NextLinked ||
         Kind == Marker::Yield;
}

/// What the suspend of a marker but a yield, and its transfer, are tagged with.
const char *tagOf(Marker Kind) {
  switch (Kind) {
  case Marker::Start:
    return tag::Start;
  case Marker::Await:
    return tag::Await;
  case Marker::AwaitLinked:
    return tag::AwaitLinked;
  case Marker::Next:
    return tag::Next;
  case Marker::NextLinked:
    return tag::NextLinked;
  default:
    return nullptr;
  }
}

/// Prepares one function that contains a coro.begin and the header's markers.
class Preparer {
  Function &F;
  IntrinsicInst *Begin;
  SmallVector<std::pair<CallInst *, Marker>, 16> Markers;
  CallInst *StartCall = nullptr, *NoFrameCall = nullptr;
  CallInst *OpenEndCall = nullptr, *EndCall = nullptr, *FinishCall = nullptr;
  SourcePlace Head; // that of coro_begin
  BasicBlock *Exit = nullptr;
  WeakVH Finish; // the block that ends the task; null where control never does
  // Every suspend but the final one, with its place in the source.
  MapVector<IntrinsicInst *, SourcePlace> Suspends;
  SmallPtrSet<Argument *, 4> Owned; // those that have a copy in the frame
  bool Failed = false;

  void reject(const SourcePlace &Where, const Twine &Why) {
    Where.error(Why);
    Failed = true;
  }

  bool collect();
  void checkOrder();
  void namePromise();
  void rejectUnsupported();
  void ownByValueArguments();
  void passArgumentsInRegisters();
  void dropWrongAttributes();
  void lowerFrameMarkers();
  void lowerEnd();
  void lowerNoFrame();
  CallInst *suspendAt(Instruction *Where, bool IsFinal, Value *Task,
                      Value *Enter, const char *Tag, BasicBlock *Resumed,
                      BasicBlock *Destroyed);
  IntrinsicInst *lowerOneSuspend(CallInst &Call, Marker Kind,
                                 Instruction *Where, BasicBlock *Resumed,
                                 BasicBlock *Destroyed);
  IntrinsicInst *lowerYield(CallInst &Call, Instruction *Where,
                            BasicBlock *Resumed, BasicBlock *Destroyed);
  void lowerTell(CallInst &Call);
  void lowerSuspend(CallInst &Call, Marker Kind);
  void lowerFinish(CallInst &Call);
  void rejectEarlyPointers();
  void closeOpenEnds();
  void removeUnreachable();
  void checkDynamicAllocas();
  void freeAtFinish(ArrayRef<AllocaInst *> Kept,
                    const SmallSetVector<Instruction *, 4> &Freed);

public:
  Preparer(Function &F, IntrinsicInst &Begin) : F(F), Begin(&Begin) {}
  /// False where F is in error and has been reported.
  bool run();
};

bool Preparer::collect() {
  for (Instruction &I : instructions(F)) {
    Marker Kind = markerOf(I);
    if (Kind == Marker::None || isLateMarker(Kind))
      continue;
    auto &Call = cast<CallInst>(I);
    CallInst **Only = Kind == Marker::Start     ? &StartCall
                      : Kind == Marker::NoFrame ? &NoFrameCall
                      : Kind == Marker::OpenEnd ? &OpenEndCall
                      : Kind == Marker::End     ? &EndCall
                      : Kind == Marker::Finish  ? &FinishCall
                                                : nullptr;
    if (Only && *Only) {
      reject(SourcePlace(Call), "a second coro_begin");
      return false;
    }
    if (Only)
      *Only = &Call;
    Markers.push_back({&Call, Kind});
  }
  if (!StartCall || !EndCall) {
    reject(SourcePlace(*Begin), "the body was not opened by coro_begin");
    return false;
  }
  Head = SourcePlace(*StartCall);
  checkOrder();
  return !Failed;
}

/// Control may jump over coro_begin, or come to it again: C allows that.
void Preparer::checkOrder() {
  DominatorTree DT(F);
  CallInst *InBody = nullptr, *Own = nullptr; // own: those of coro_begin
  for (auto [Call, Kind] : Markers) {
    bool IsInBody =
        Kind == Marker::Tell || Kind == Marker::Suspend || transfers(Kind);
    CallInst *&First = IsInBody ? InBody : Own;
    if (!First && Kind != Marker::FrameSize && Kind != Marker::FrameAlign &&
        Kind != Marker::NoFrame && !DT.dominates(Begin, Call))
      First = Call;
  }
  if (CallInst *Jumped = InBody ? InBody : Own)
    return reject(SourcePlace(*Jumped),
                  "control can come here without passing coro_begin");
  BasicBlock *BeginBlock = Begin->getParent();
  if (reachable(to_vector<32>(successors(BeginBlock)), nullptr)
          .contains(BeginBlock))
    reject(Head, "control can come to coro_begin more than once");
}

/// Tells coro.id of the promise. In the header, it would crash the backend
/// where this pass is missing, before it comes to the markers and their error.
///
/// LLVM 19 copies the promise into the frame as one first-class value. In
/// words, and not in the bytes that a large result may consist of, since later
/// passes take quadratic time and memory for such a value.
void Preparer::namePromise() {
  auto *Promise =
      cast<AllocaInst>(StartCall->getArgOperand(0)->stripPointerCasts());
  auto *Id = cast<CallInst>(Begin->getArgOperand(0));
  if (!isa<ConstantPointerNull>(Id->getArgOperand(1)) &&
      Id->getArgOperand(1)->stripPointerCasts() != Promise)
    return reject(Head, "the coroutine has another promise");
  IRBuilder<> B(Promise);
  uint64_t Size = *Promise->getAllocationSize(F.getParent()->getDataLayout());
  AllocaInst *Words =
      B.CreateAlloca(ArrayType::get(B.getInt64Ty(), divideCeil(Size, 8)));
  Words->setAlignment(Promise->getAlign());
  Words->takeName(Promise);
  Promise->replaceAllUsesWith(Words);
  Promise->eraseFromParent();
  Id->setArgOperand(1, Words);
}

/// What LLVM turns into wrong code, silently, when it splits a coroutine.
void Preparer::rejectUnsupported() {
  for (Instruction &I : instructions(F)) {
    if (isa<IndirectBrInst>(I)) {
      // clang leads all of them to one, which has no line.
      BasicBlock *From = I.getParent();
      const Instruction *Goto =
          pred_empty(From) ? &I : (*pred_begin(From))->getTerminator();
      reject(SourcePlace(*Goto, Head), "a computed goto in a coroutine");
    } else if (isa<CallBrInst>(I))
      reject(SourcePlace(I, Head), "an asm goto in a coroutine");
    else if (isIntrinsic(&I, Intrinsic::vastart))
      reject(SourcePlace(I, Head),
             "va_start in a coroutine: the arguments are gone when it runs");
    else if (auto *Call = dyn_cast<CallBase>(&I)) {
      if (Call->hasFnAttr(Attribute::ReturnsTwice) ||
          isIntrinsic(Call, Intrinsic::eh_sjlj_setjmp))
        reject(SourcePlace(I, Head),
               "a call that returns twice (setjmp, vfork) in a coroutine");
      else if (Call->isMustTailCall())
        reject(SourcePlace(I, Head), "a musttail call in a coroutine");
    }
  }
}

/// A large struct passed by value stands in the caller's memory, which is gone
/// when the task first runs:
///   define ptr @f(ptr byval(%s) %a)
/// gets a copy that lives in the frame. Left alone, the optimizer would find
/// that the copy equals %a and read that after a suspend; CoroSplit then spills
/// %a, as a first-class aggregate, with the alignment of its IR type (19). So
/// the copy is followed by what might change %a, an empty asm.
void Preparer::ownByValueArguments() {
  if (none_of(F.args(), ByValue::analyze))
    return;
  const DataLayout &DL = F.getParent()->getDataLayout();
  DominatorTree DT(F);
  for (Argument &A : F.args()) {
    std::optional<ByValue> Value = ByValue::analyze(A);
    if (!Value)
      continue;
    std::optional<ByValue::Layout> Layout = Value->layout();
    if (!Layout) {
      reject(Head, "parameter " + Twine(A.getArgNo() + 1) +
                       " is passed by value, in memory of the caller, and this "
                       "target's IR does not tell its size: take a copy of it "
                       "behind coro_begin and use that alone, or pass a "
                       "pointer");
      continue;
    }
    auto [T, Alignment] = *Layout;
    IRBuilder<> AtEntry(&F.getEntryBlock(), F.getEntryBlock().begin());
    AllocaInst *Copy = AtEntry.CreateAlloca(T, nullptr, A.getName());
    Copy->setAlignment(Alignment);
    Value->redirectDebugInfo(*Copy);
    A.replaceUsesWithIf(Copy, [&](Use &U) { return DT.dominates(Begin, U); });
    // The caller's memory has the type's own alignment, which may be less.
    Align From = A.getParamAlign().valueOrOne();
    IRBuilder<> B(Begin->getNextNode());
    B.CreateMemCpy(Copy, Alignment, &A, From, DL.getTypeAllocSize(T));
    CallInst *Change = B.CreateCall(
        InlineAsm::get(FunctionType::get(B.getVoidTy(), {A.getType()}, false),
                       "", "r", /*hasSideEffects=*/true),
        {&A});
    Change->setMemoryEffects(MemoryEffects::argMemOnly());
    Change->setDoesNotThrow();
    Change->addFnAttr(Attribute::get(F.getContext(), tag::Argument));
    Owned.insert(&A);
  }
}

/// Keeps scalar arguments in registers up to their stores into the frame:
///   %n.own = call i64 asm "", "=r,0"(i64 %n)
/// A task that hands its own arguments on would have two of them copied from
/// frame to frame by one wide load, too soon behind the two stores that it
/// needs: the processor can't forward those, and waits.
/// The memory sanitizer wants all bits of what an asm gets to have a value, and
/// those of a struct in registers that no member has need not have one.
void Preparer::passArgumentsInRegisters() {
  if (F.hasFnAttribute(Attribute::SanitizeMemory))
    return;
  IRBuilder<> B(&F.getEntryBlock(), F.getEntryBlock().getFirstInsertionPt());
  for (Argument &A : F.args()) {
    Type *T = A.getType();
    if (!(T->isPointerTy() || T->isIntegerTy(64) || T->isIntegerTy(32)) ||
        Owned.contains(&A) || A.hasStructRetAttr() || A.use_empty())
      continue;
    CallInst *Own = B.CreateCall(
        InlineAsm::get(FunctionType::get(T, {T}, false), "", "=r,0",
                       /*hasSideEffects=*/false),
        {&A}, A.getName() + ".own");
    Own->setDoesNotThrow();
    Own->setDoesNotAccessMemory();
    Own->addFnAttr(Attribute::get(F.getContext(), tag::Argument));
    A.replaceUsesWithIf(Own, [&](Use &U) { return U.getUser() != Own; });
  }
}

/// While a coroutine is suspended, anybody may touch what its parameters point
/// to, or free it; the function that is called only makes the task, a new one
/// each time, and keeps its arguments there. What the source says of it stands
/// at its calls, too.
void Preparer::dropWrongAttributes() {
  auto DropFrom = [&](auto &Where) {
    for (Argument &A : F.args())
      for (auto Kind : {Attribute::NoAlias, Attribute::Dereferenceable,
                        Attribute::DereferenceableOrNull, compat::NoCapture})
        Where.removeParamAttr(A.getArgNo(), Kind);
    Where.removeFnAttr(Attribute::Memory);
    Where.removeFnAttr(Attribute::NoReturn);
  };
  DropFrom(F);
  for (User *U : F.users())
    if (auto *Call = dyn_cast<CallBase>(U);
        Call && Call->getCalledFunction() == &F)
      DropFrom(*Call);
  F.setPresplitCoroutine();
}

void Preparer::lowerFrameMarkers() {
  for (auto [Call, Kind] : Markers) {
    if (Kind != Marker::FrameSize && Kind != Marker::FrameAlign)
      continue;
    IRBuilder<> B(Call);
    auto ID = Kind == Marker::FrameSize ? Intrinsic::coro_size
                                        : Intrinsic::coro_align;
    Call->replaceAllUsesWith(B.CreateCall(
        compat::intrinsic(*F.getParent(), ID, Call->getType()), {}));
    Call->eraseFromParent();
  }
}

void Preparer::lowerEnd() {
  IRBuilder<> B(EndCall);
  CallInst *End =
      B.CreateCall(compat::intrinsic(*F.getParent(), Intrinsic::coro_end),
                   {ConstantPointerNull::get(B.getPtrTy()), B.getFalse(),
                    ConstantTokenNone::get(F.getContext())});
  EndCall->eraseFromParent();
  Exit = SplitBlock(End->getParent(), End);
  Exit->setName("coro.exit");
}

/// Returns a NULL task, past the coro.begin.
void Preparer::lowerNoFrame() {
  if (!NoFrameCall)
    return;
  SplitBlock(NoFrameCall->getParent(), NoFrameCall->getNextNode());
  Instruction *Last = NoFrameCall->getParent()->getTerminator();
  IRBuilder<> B(Last);
  B.SetCurrentDebugLocation(NoFrameCall->getDebugLoc());
  for (Argument &A : F.args())
    if (A.hasStructRetAttr())
      B.CreateStore(ConstantPointerNull::get(B.getPtrTy()), &A);
  if (F.getReturnType()->isVoidTy())
    B.CreateRetVoid();
  else
    B.CreateRet(Constant::getNullValue(F.getReturnType()));
  Last->eraseFromParent();
  NoFrameCall->eraseFromParent();
}

/// Ends the block before Where with a suspend, and with a transfer to what
/// Enter(Task, self) returns if there is a Task:
///   switch i8 %s, label %exit [ i8 0, label %resumed  i8 1, label %destroyed ]
CallInst *Preparer::suspendAt(Instruction *Where, bool IsFinal, Value *Task,
                              Value *Enter, const char *Tag,
                              BasicBlock *Resumed, BasicBlock *Destroyed) {
  Module &M = *F.getParent();
  IRBuilder<> B(Where);
  Value *Token = ConstantTokenNone::get(F.getContext());
  if (Task) {
    Token = B.CreateCall(compat::intrinsic(M, Intrinsic::coro_save), {Begin});
    CallInst *Transfer =
        B.CreateCall(compat::intrinsic(M, Intrinsic::coro_await_suspend_handle),
                     {Task, Begin, Enter});
    Transfer->setDoesNotThrow();
    Transfer->addFnAttr(Attribute::get(F.getContext(), Tag));
  }
  CallInst *Suspend =
      B.CreateCall(compat::intrinsic(M, Intrinsic::coro_suspend),
                   {Token, B.getInt1(IsFinal)});
  // Two of them are at two places, for a debugger, and which of the two a task
  // stands at is told by the index: it need not be found out anew.
  Suspend->addFnAttr(Attribute::NoMerge);
  if (Tag)
    Suspend->addFnAttr(Attribute::get(F.getContext(), Tag));
  SwitchInst *Switch = B.CreateSwitch(Suspend, Exit, 2);
  Switch->addCase(B.getInt8(0), Resumed);
  Switch->addCase(B.getInt8(1), Destroyed);
  // What leaves here comes back, and is hardly ever destroyed. Else, what
  // follows a few suspends would be taken for cold.
  if (!IsFinal && Tag != tag::Leave)
    Switch->setMetadata(
        LLVMContext::MD_prof,
        MDBuilder(F.getContext()).createBranchWeights({1, 2000, 1}));
  return Suspend;
}

void Preparer::lowerTell(CallInst &Call) {
  IRBuilder<> B(&Call);
  createTell(B, Begin);
  Call.eraseFromParent();
}

/// The suspend of any marker but a yield, in the place of the terminator Where.
IntrinsicInst *Preparer::lowerOneSuspend(CallInst &Call, Marker Kind,
                                         Instruction *Where,
                                         BasicBlock *Resumed,
                                         BasicBlock *Destroyed) {
  bool HasTask = transfers(Kind);
  CallInst *Suspend = suspendAt(Where, /*IsFinal=*/false,
                                HasTask ? Call.getArgOperand(0) : nullptr,
                                HasTask ? Call.getArgOperand(1) : nullptr,
                                tagOf(Kind), Resumed, Destroyed);
  Where->eraseFromParent();
  return cast<IntrinsicInst>(Suspend);
}

/// The two of a yield; gives the one without a transfer, but where control
/// never comes to that.
IntrinsicInst *Preparer::lowerYield(CallInst &Call, Instruction *Where,
                                    BasicBlock *Resumed,
                                    BasicBlock *Destroyed) {
  LLVMContext &C = F.getContext();
  auto Arm = [&](Value *Task, Value *Leave) {
    BasicBlock *BB = BasicBlock::Create(C, "coro.yield", &F, Resumed);
    auto *Last = new UnreachableInst(C, BB);
    Last->setDebugLoc(Call.getDebugLoc());
    IRBuilder<> B(Last);
    if (!Task)
      createTell(B, Begin);
    auto *Suspend = suspendAt(Last, /*IsFinal=*/false, Task, Leave, tag::Yield,
                              Resumed, Destroyed);
    Last->eraseFromParent();
    return cast<IntrinsicInst>(Suspend);
  };
  IntrinsicInst *Plain = Arm(nullptr, nullptr);
  IntrinsicInst *Transfer = Arm(Begin, Call.getArgOperand(1));
  BranchInst::Create(Plain->getParent(), Transfer->getParent(),
                     Call.getArgOperand(0), Where->getIterator())
      ->setDebugLoc(Call.getDebugLoc());
  Where->eraseFromParent();
  return match(Call.getArgOperand(0), PatternMatch::m_Zero()) ? Transfer
                                                              : Plain;
}

/// Replaces a marker that suspends, whatever its result is used for:
///   resumed:   br label %join
///   destroyed: br label %join
///   join:      %r = phi i1 [ false, %resumed ], [ true, %destroyed ]
/// and, where the result only decides the branch behind it, as it does in what
/// coro.h makes, leads the edges on to the branch's targets.
void Preparer::lowerSuspend(CallInst &Call, Marker Kind) {
  SourcePlace Where(Call);
  BasicBlock *Block = Call.getParent();
  BasicBlock *Join = SplitBlock(Block, &Call);
  BasicBlock *Resumed =
      BasicBlock::Create(F.getContext(), "coro.resumed", &F, Join);
  BasicBlock *Destroyed =
      BasicBlock::Create(F.getContext(), "coro.destroyed", &F, Join);
  Instruction *Old = Block->getTerminator();
  Old->setDebugLoc(Call.getDebugLoc());
  IntrinsicInst *Suspend =
      Kind == Marker::Yield
          ? lowerYield(Call, Old, Resumed, Destroyed)
          : lowerOneSuspend(Call, Kind, Old, Resumed, Destroyed);
  Suspends.insert({Suspend, Where});

  auto *Branch = dyn_cast<BranchInst>(Call.getNextNode());
  if (Branch && Branch->isConditional() && Branch->getCondition() == &Call &&
      Call.hasOneUse() && Branch->getSuccessor(0) != Branch->getSuccessor(1)) {
    auto Lead = [&](BasicBlock *From, BasicBlock *To) {
      BranchInst::Create(To, From);
      To->replacePhiUsesWith(Join, From);
    };
    Lead(Resumed, Branch->getSuccessor(1));
    Lead(Destroyed, Branch->getSuccessor(0));
    Join->eraseFromParent();
    return;
  }
  BranchInst::Create(Join, Resumed);
  BranchInst::Create(Join, Destroyed);
  IRBuilder<> B(&Call);
  PHINode *Result = B.CreatePHI(B.getInt1Ty(), 2);
  Result->addIncoming(B.getFalse(), Resumed);
  Result->addIncoming(B.getTrue(), Destroyed);
  Call.replaceAllUsesWith(Result);
  Call.eraseFromParent();
}

/// An awaited task ends by leaving for its awaiter, which destroys it; a root
/// by its final suspend, which makes it done. Neither is resumed again.
///   call void @coroinline_finish(i1 %is.root, ptr @leave)
/// => br i1 %is.root, label %final, label %leave
void Preparer::lowerFinish(CallInst &Call) {
  LLVMContext &C = F.getContext();
  BasicBlock *Block = Call.getParent();
  BasicBlock *Destroyed = SplitBlock(Block, &Call);
  BasicBlock *Final = BasicBlock::Create(C, "coro.final", &F, Destroyed);
  BasicBlock *Leave = BasicBlock::Create(C, "coro.leave", &F, Destroyed);
  BasicBlock *Never = BasicBlock::Create(C, "coro.never", &F, Destroyed);
  new UnreachableInst(C, Never);
  Instruction *Old = Block->getTerminator();
  BranchInst::Create(Final, Leave, Call.getArgOperand(0), Old->getIterator())
      ->setDebugLoc(Call.getDebugLoc());
  Old->eraseFromParent();
  Finish = Block;
  auto End = [&](BasicBlock *BB, bool IsFinal) {
    auto *Last = new UnreachableInst(C, BB);
    Last->setDebugLoc(Call.getDebugLoc());
    suspendAt(Last, IsFinal, IsFinal ? nullptr : Begin,
              IsFinal ? nullptr : Call.getArgOperand(1),
              IsFinal ? nullptr : tag::Leave, Never, Destroyed);
    Last->eraseFromParent();
  };
  End(Final, true);
  End(Leave, false);
  Call.eraseFromParent();
}

/// What stands before coro_begin runs where the caller's stack is. Variables
/// that the body uses, and parameters, are copied to the frame behind it, and a
/// pointer to one that was set before stays behind.
void Preparer::rejectEarlyPointers() {
  DominatorTree DT(F);
  SmallPtrSet<BasicBlock *, 32> Body = reachable({Begin->getParent()}, Exit);
  auto IsBehind = [&](Instruction *I) {
    return Body.contains(I->getParent()) && DT.dominates(Begin, I);
  };
  auto IsRead = [&](Value *Variable) {
    SmallSetVector<Value *, 8> Work;
    Work.insert(Variable);
    for (unsigned K = 0; K < Work.size(); K++) // it grows
      for (User *U : Work[K]->users()) {
        auto *I = cast<Instruction>(U);
        auto *Store = dyn_cast<StoreInst>(I);
        if (isa<GetElementPtrInst>(I) || isa<CastInst>(I))
          Work.insert(I);
        else if (IsBehind(I) && !I->isLifetimeStartOrEnd() &&
                 !(Store && Store->getValueOperand() != Work[K]))
          return true;
      }
    return false;
  };
  for (Instruction &I : instructions(F)) {
    auto *Store = dyn_cast<StoreInst>(&I);
    if (!Store || DT.dominates(Begin, Store))
      continue;
    Value *To = getUnderlyingObject(Store->getValueOperand());
    Value *In = getUnderlyingObject(Store->getPointerOperand());
    auto *AI = dyn_cast<AllocaInst>(To);
    auto *A = dyn_cast<Argument>(To);
    if ((AI && AI->isStaticAlloca()) || (A && Owned.contains(A)))
      if (isa<AllocaInst>(In) && IsRead(In))
        return reject(SourcePlace(I, Head),
                      "a pointer to a variable or parameter is set before "
                      "coro_begin: the body has those in another place");
  }
}

/// Where coro_begin stands in an inner block, the end of that block joins the
/// way of a return out of it before the code behind the block: clang leads both
/// to the cleanups of the scope, and a switch behind them tells which it was.
/// Gives an instruction behind such a switch that has an effect, of those that
/// control may come to from From by way of Next.
Instruction *effectBehindScope(BasicBlock *From, BasicBlock *Next) {
  DenseMap<Value *, Value *> Known; // phis; one of several values is itself
  auto Resolve = [&](Value *V) {
    return Known.contains(V) ? Known.lookup(V) : V;
  };
  for (bool Changed = true; Changed;) {
    Changed = false;
    // From where, to where, and whether that is behind a switch.
    SmallSetVector<std::tuple<BasicBlock *, BasicBlock *, unsigned>, 8> Ways;
    Ways.insert({From, Next, false});
    for (unsigned K = 0; K < Ways.size(); K++) { // it grows
      auto [Before, BB, IsBehind] = Ways[K];
      for (PHINode &Phi : BB->phis()) {
        Value *V = Resolve(Phi.getIncomingValueForBlock(Before));
        auto [It, IsNew] = Known.try_emplace(&Phi, V);
        if (It->second != V && It->second != &Phi) {
          It->second = &Phi;
          Changed = true;
        }
      }
      for (Instruction &I : *BB)
        if (IsBehind && !I.isLifetimeStartOrEnd() && I.mayHaveSideEffects())
          return &I;
      auto *Switch = dyn_cast<SwitchInst>(BB->getTerminator());
      auto *Case = Switch
                       ? dyn_cast<ConstantInt>(Resolve(Switch->getCondition()))
                       : nullptr;
      if (Case)
        Ways.insert(
            {BB, Switch->findCaseValue(Case)->getCaseSuccessor(), true});
      else
        for (BasicBlock *Then : successors(BB))
          Ways.insert({BB, Then, IsBehind || Switch});
    }
  }
  return nullptr;
}

/// Where Call writes the struct that it gives; null where it has none to write.
Value *structReturnOf(CallBase &Call) {
  for (Use &Argument : Call.args())
    if (Call.paramHasAttr(Call.getArgOperandNo(&Argument),
                          Attribute::StructRet))
      return Argument;
  return nullptr;
}

/// Leads control that leaves the body without coro_return to what coro.h has
/// for that. clang leads all returns to one block, so the body is left where it
/// joins what follows %exit. Some of these paths are never taken: behind a
/// cleanup that several exits of a scope share, the CFG has all of them.
void Preparer::closeOpenEnds() {
  SmallPtrSet<BasicBlock *, 32> Body = reachable({Begin->getParent()}, Exit);
  SmallPtrSet<BasicBlock *, 32> AfterEnd = reachable({Exit}, nullptr);
  SmallPtrSet<Value *, 4> ReturnSlots;
  for (BasicBlock &BB : F)
    if (auto *Ret = dyn_cast<ReturnInst>(BB.getTerminator()))
      if (auto *Load = dyn_cast_or_null<LoadInst>(
              throughIntegers(Ret->getReturnValue())))
        ReturnSlots.insert(getUnderlyingObject(Load->getPointerOperand()));
  for (Argument &A : F.args())
    if (A.hasStructRetAttr())
      ReturnSlots.insert(&A);
  SmallVector<BasicBlock *, 4> OpenEnds;
  for (BasicBlock &BB : F) {
    if (!Body.contains(&BB) || AfterEnd.contains(&BB))
      continue;
    for (Instruction &I : BB) {
      Value *To = isa<StoreInst>(I)    ? cast<StoreInst>(I).getPointerOperand()
                  : isa<MemCpyInst>(I) ? cast<MemCpyInst>(I).getDest()
                  : isa<CallBase>(I)   ? structReturnOf(cast<CallBase>(I))
                                       : nullptr;
      if (To && ReturnSlots.contains(getUnderlyingObject(To)))
        return reject(SourcePlace(I, Head),
                      "return in a coroutine: coro_return gives the result");
    }
    Instruction *Last = BB.getTerminator();
    if (isa<ReturnInst>(Last) || any_of(successors(&BB), [&](BasicBlock *Next) {
          return Next != Exit && AfterEnd.contains(Next);
        }))
      OpenEnds.push_back(&BB);
  }
  if (!OpenEndCall) { // nothing led there when IR was optimised before
    if (!OpenEnds.empty())
      reject(SourcePlace(*OpenEnds.front()->getTerminator(), Head),
             "the end of the body can be reached without coro_return");
    return;
  }
  BasicBlock *OpenEnd = SplitBlock(OpenEndCall->getParent(), OpenEndCall);
  OpenEnd->setName("coro.open.end");
  OpenEndCall->eraseFromParent();
  for (BasicBlock *BB : OpenEnds) {
    if (isa<ReturnInst>(BB->getTerminator())) {
      BB->getTerminator()->eraseFromParent();
      BranchInst::Create(OpenEnd, BB);
      continue;
    }
    for (BasicBlock *Next : successors(BB))
      if (Next != Exit && AfterEnd.contains(Next)) {
        if (Instruction *Lost = effectBehindScope(BB, Next))
          return reject(SourcePlace(*Lost, Head),
                        "code behind the block that coro_begin stands in");
        Next->removePredecessor(BB, /*KeepOneInputPHIs=*/true);
        BB->getTerminator()->replaceSuccessorWith(Next, OpenEnd);
      }
  }
}

/// The stacksave that a stackrestore goes back to, also through the variable in
/// which clang keeps it.
const Value *savedStack(const CallBase &Restore) {
  const Value *V = Restore.getArgOperand(0);
  auto *Load = dyn_cast<LoadInst>(V);
  if (!Load)
    return V;
  auto *Variable = dyn_cast<AllocaInst>(Load->getPointerOperand());
  if (!Variable)
    return nullptr;
  const Value *Saved = nullptr;
  for (const User *U : Variable->users()) {
    if (isa<LoadInst>(U))
      continue;
    auto *Store = dyn_cast<StoreInst>(U);
    if (!Store || Store->getPointerOperand() != Variable || Saved)
      return nullptr;
    Saved = Store->getValueOperand();
  }
  return Saved;
}

/// The C code may have suspends where control never comes.
void Preparer::removeUnreachable() {
  removeUnreachableBlocks(F);
  SmallPtrSet<const Instruction *, 16> Live;
  for (Instruction &I : instructions(F))
    if (isIntrinsic(&I, Intrinsic::coro_suspend))
      Live.insert(&I);
  Suspends.remove_if([&](auto &Entry) { return !Live.contains(Entry.first); });
}

/// The end of a task frees what it took from the stack, as the return of a
/// function does. Where the body is inlined, control does not return there:
///   before the first alloca:  %save = call ptr @llvm.stacksave(), to a
///   variable before the end, if there is a save:  call void
///   @llvm.stackrestore(%save)
/// No suspend is in between, so that it is the same stack.
void Preparer::freeAtFinish(ArrayRef<AllocaInst *> Kept,
                            const SmallSetVector<Instruction *, 4> &Freed) {
  IRBuilder<> B(&F.getEntryBlock(), F.getEntryBlock().begin());
  Constant *None = ConstantPointerNull::get(B.getPtrTy());
  AllocaInst *Saved = B.CreateAlloca(B.getPtrTy(), nullptr, "coro.stack");
  B.SetInsertPoint(Begin->getNextNode());
  B.CreateStore(None, Saved);
  for (AllocaInst *AI : Kept) {
    B.SetInsertPoint(AI);
    Value *Old = B.CreateLoad(B.getPtrTy(), Saved);
    Value *New = B.CreateStackSave();
    B.CreateStore(B.CreateSelect(B.CreateIsNull(Old), New, Old), Saved);
  }
  for (Instruction *Restore : Freed) {
    B.SetInsertPoint(Restore->getNextNode());
    B.CreateStore(None, Saved);
  }
  Instruction *Last = cast<BasicBlock>(Finish)->getTerminator();
  B.SetInsertPoint(Last);
  Value *Save = B.CreateLoad(B.getPtrTy(), Saved);
  B.SetInsertPoint(
      SplitBlockAndInsertIfThen(B.CreateIsNotNull(Save), Last, false));
  B.CreateStackRestore(Save);
}

/// A frame is on the heap; what alloca or a variable-length array takes is on
/// the stack of whoever resumes, and gone at the suspend. Follows each from its
/// start to every end of its scope (a stackrestore to before it; where the
/// stack is saved once more on the way, as in a loop, that may be behind it).
/// The ones that no suspend crosses are hidden from CoroSplit: see
/// CoroLowerAlloca.cpp. What is still there at the task's end is freed by it.
void Preparer::checkDynamicAllocas() {
  SmallVector<AllocaInst *, 4> Dynamic;
  for (Instruction &I : instructions(F))
    if (auto *AI = dyn_cast<AllocaInst>(&I))
      if (!AI->isStaticAlloca())
        Dynamic.push_back(AI);
  if (Dynamic.empty())
    return;
  DominatorTree DT(F);
  SmallVector<AllocaInst *, 4> Kept;      // to the end
  SmallSetVector<Instruction *, 4> Freed; // where that is over before
  for (AllocaInst *AI : Dynamic) {
    SmallPtrSet<BasicBlock *, 32> Seen;
    SmallVector<BasicBlock *, 32> Work;
    SmallPtrSet<Instruction *, 4> Renewed; // saves
    // True where the walk goes on past the end of the block.
    auto Follow = [&](Instruction *I) {
      for (; I; I = I->getNextNode()) {
        if (isIntrinsic(I, Intrinsic::stacksave))
          Renewed.insert(I);
        if (isIntrinsic(I, Intrinsic::stackrestore))
          if (auto *Save =
                  dyn_cast_or_null<Instruction>(savedStack(cast<CallBase>(*I))))
            if (DT.dominates(Save, AI) && !Renewed.contains(Save)) {
              Freed.insert(I);
              return false;
            }
        auto It = Suspends.find(dyn_cast<IntrinsicInst>(I));
        if (It != Suspends.end()) {
          reject(It->second,
                 "a variable-length array, alloca or coro_interleave is alive "
                 "across this suspend: give it a fixed size, or allocate it on "
                 "the heap");
          return false;
        }
      }
      return true;
    };
    bool IsKept = false;
    auto GoOn = [&](BasicBlock *BB) {
      IsKept |= BB == Finish;
      append_range(Work, successors(BB));
    };
    unsigned Known;
    do {
      Known = Renewed.size();
      Seen.clear();
      if (Follow(AI->getNextNode()))
        GoOn(AI->getParent());
      while (!Work.empty() && !Failed) {
        BasicBlock *BB = Work.pop_back_val();
        if (BB != Exit && Seen.insert(BB).second && Follow(&BB->front()))
          GoOn(BB);
      }
    } while (Renewed.size() != Known && !Failed);
    if (Failed)
      return;
    if (IsKept)
      Kept.push_back(AI);
  }
  if (!Kept.empty())
    freeAtFinish(Kept, Freed);
  for (AllocaInst *AI : Dynamic)
    hideDynamicAlloca(*AI);
}

bool Preparer::run() {
  if (!collect())
    return false;
  namePromise();
  rejectUnsupported();
  if (Failed)
    return false;
  dropWrongAttributes();
  ownByValueArguments();
  passArgumentsInRegisters();
  lowerFrameMarkers();
  lowerEnd();
  lowerNoFrame();
  rejectEarlyPointers();
  closeOpenEnds();
  if (Failed)
    return false;
  for (auto [Call, Kind] : Markers)
    switch (Kind) {
    case Marker::Tell:
      lowerTell(*Call);
      break;
    case Marker::Start:
    case Marker::Suspend:
    case Marker::Await:
    case Marker::AwaitLinked:
    case Marker::Next:
    case Marker::NextLinked:
    case Marker::Yield:
      lowerSuspend(*Call, Kind);
      break;
    case Marker::Finish:
      lowerFinish(*Call);
      break;
    default:
      break;
    }
  removeUnreachable();
  checkDynamicAllocas();
  if (Failed)
    return false;
  SmallVector<Value *, 8> Tasks;
  for (auto &[Suspend, Where] : Suspends)
    if (Await Point; Point.analyze(*Suspend))
      Tasks.push_back(Point.task());
  for (BasicBlock &BB : F)
    if (auto *Return = dyn_cast<ReturnInst>(BB.getTerminator()))
      if (Value *Task = throughIntegers(Return->getReturnValue()))
        Tasks.push_back(Task);
  promoteHandleSlots(F, Tasks);
  noteForReport(F, Suspends.size());
  if (verifyFunction(F) || !Coroutine().analyze(F))
    reject(Head, "what coro_begin opened here is not what coro.h makes");
  return !Failed;
}

/// Leaves nothing of a function that is in error that a later pass could trip
/// over.
void emptyBody(Function &F) {
  for (BasicBlock &BB : F)
    BB.dropAllReferences();
  while (!F.empty())
    F.back().eraseFromParent();
  new UnreachableInst(F.getContext(),
                      BasicBlock::Create(F.getContext(), "", &F));
  F.removeFnAttr(Attribute::PresplitCoroutine);
}

/// What makes LLVM give up or crash when it splits a coroutine that stands on
/// the bare builtins; null where there is nothing.
const char *whyNotSplit(Function &F, const CallInst &Id) {
  unsigned Begins = 0, Finals = 0, Ends = 0;
  for (Instruction &I : instructions(F)) {
    auto *II = dyn_cast<IntrinsicInst>(&I);
    auto IsFlag = [&](bool Value) {
      auto *C = dyn_cast<ConstantInt>(II->getArgOperand(1));
      return C && C->isOne() == Value;
    };
    if (isIntrinsic(&I, Intrinsic::coro_begin))
      ++Begins;
    else if (isIntrinsic(&I, Intrinsic::coro_suspend))
      Finals += !IsFlag(false);
    else if (isIntrinsic(&I, Intrinsic::coro_end))
      Ends += IsFlag(false);
  }
  if (Begins > 1)
    return "a second coro.begin";
  if (Finals > 1)
    return "a second final suspend";
  if (Ends > 1)
    return "a second coro.end";
  const Value *Promise = Id.getArgOperand(1);
  auto *AI = dyn_cast<AllocaInst>(Promise->stripPointerCasts());
  if (!isa<ConstantPointerNull>(Promise) && !(AI && AI->isStaticAlloca()))
    return "a promise that is no local variable of its own";
  return nullptr;
}

/// False where F is in error and has been reported.
bool prepare(Function &F) {
  lowerTaskMarkers(F);
  IntrinsicInst *Begin = findBegin(F);
  if (Begin &&
      !reachable({&F.getEntryBlock()}, nullptr).contains(Begin->getParent())) {
    removeUnreachableBlocks(F); // control never comes to coro_begin
    Begin = nullptr;
  }
  Instruction *Left = nullptr;
  for (Instruction &I : instructions(F)) {
    Marker Kind = markerOf(I);
    if (Kind == Marker::None)
      continue;
    auto &Call = cast<CallInst>(I);
    if (!hasMarkerSignature(Call, Kind)) {
      SourcePlace(Call).error("a call of '" +
                              Call.getCalledFunction()->getName() +
                              "' that coro.h did not make");
      return false;
    }
    if (!Left && !isLateMarker(Kind))
      Left = &Call;
  }
  if (Begin && Left)
    return Preparer(F, *Begin).run();
  if (Begin) {
    auto *Id = cast<CallInst>(Begin->getArgOperand(0));
    if (const char *Why = whyNotSplit(F, *Id)) {
      SourcePlace(*Begin).error(Why);
      return false;
    }
    F.setPresplitCoroutine();
  } else if (Left)
    SourcePlace(*Left).error("a suspend outside of a coroutine");
  return Begin || !Left;
}

} // namespace

PreservedAnalyses CoroPreparePass::run(Module &M, ModuleAnalysisManager &AM) {
  SetVector<Function *> Users;
  SmallVector<Function *, 10> Declared;
  for (const char *Name : MarkerNames)
    if (Function *Declaration = M.getFunction(Name)) {
      if (!Declaration->isDeclaration())
        continue;
      Declared.push_back(Declaration);
      for (User *U : Declaration->users())
        if (auto *I = dyn_cast<Instruction>(U)) {
          if (markerOf(*I) == Marker::None)
            SourcePlace(*I).error("'" + Twine(Name) +
                                  "' is not for use but by coro.h");
          Users.insert(I->getFunction());
        } else {
          M.getContext().emitError("CoroInline: '" + Twine(Name) +
                                   "' is not for use but by coro.h");
        }
    }
  // C coroutines on the bare builtins are only marked: LLVM does the rest.
  if (Function *Id = compat::findIntrinsic(M, Intrinsic::coro_id))
    for (User *U : Id->users())
      if (Function *F = cast<CallBase>(U)->getFunction();
          !F->isPresplitCoroutine())
        Users.insert(F);
  if (Users.empty())
    return PreservedAnalyses::all();

  for (Function *F : Users)
    if (!prepare(*F))
      emptyBody(*F);
  SmallVector<Function *, 16> Coroutines;
  for (Function *F : Users)
    if (F->isPresplitCoroutine()) {
      dropNeedlessHandlers(*F);
      if (hasStart(*F))
        Coroutines.push_back(F);
    }
  pinThreadValues(Coroutines);
  for (Function *Declaration : Declared)
    if (Declaration->use_empty())
      Declaration->eraseFromParent();
  return PreservedAnalyses::none();
}
