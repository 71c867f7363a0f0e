//===- Splice.cpp - Puts a coroutine's body in the place of an await ------===//
//
// What was a frame of its own, a link in the call chain and a transfer becomes
// a jump:
//
//   awaiter:  %task = call ptr @child(%args)     ; the ramp
//             ...
//             await %task  [ resumed: %cont, destroyed: %cleanup ], exit: %exit
//   cont:     %v = load (%task + result)
//             call void @llvm.coro.destroy(ptr %task)
// =>
//             <child up to its initial suspend>
//             ...
//             br label %child.body
//   child.body: ...
//             a suspend of child: [ as before, and exit: %exit ]
//             child's destroy path: <child's cleanups>; br label %cleanup
//             child's final suspend: br label %cont
//   cont:     %v = load (child's promise + result)
//
// child's handle becomes the awaiter's: what child did to itself, such as
// linking itself above a task that it awaits, now concerns the awaiter.
// child's locals and promise become locals of the awaiter, alive from the call
// to the destroy.
//
//===----------------------------------------------------------------------===//

#include "Splice.h"
#include "Compat.h"
#include "Markers.h"

#include "llvm/Transforms/Utils/BasicBlockUtils.h"
#include "llvm/Transforms/Utils/Cloning.h"
#include "llvm/Transforms/Utils/Local.h"

using namespace llvm;
using namespace coroinline;

namespace {

/// Whether V is what the header of Task says of its root.
bool isRootOf(Value *V, Value &Task) {
  auto *Load = dyn_cast<LoadInst>(V);
  auto *GEP = Load ? dyn_cast<GEPOperator>(Load->getPointerOperand()) : nullptr;
  if (!GEP || GEP->getPointerOperand() != &Task)
    return false;
  const DataLayout &DL = Load->getModule()->getDataLayout();
  APInt Offset(DL.getIndexTypeSizeInBits(GEP->getType()), 0);
  return GEP->accumulateConstantOffset(DL, Offset) &&
         Offset == headerOffset(DL);
}

/// Whether Access, through GEP, reads no more than the result of Task, which
/// ends End bytes behind the frame's start, or its root to compare it with.
bool readsResult(User *Access, GetElementPtrInst &GEP, Value &Task,
                 uint64_t End) {
  auto *Load = dyn_cast<LoadInst>(Access);
  auto *Copy = dyn_cast<MemCpyInst>(Access);
  if (Load && all_of(Load->users(), [&](User *U) {
        return isa<ICmpInst>(U) && isRootOf(Load, Task) &&
               is_contained(U->operands(), &Task);
      }))
    return true;
  const DataLayout &DL = GEP.getModule()->getDataLayout();
  APInt Offset(DL.getIndexTypeSizeInBits(GEP.getType()), 0);
  ConstantInt *Length =
      Copy ? dyn_cast<ConstantInt>(Copy->getLength()) : nullptr;
  if (GEP.getPointerOperand() != &Task ||
      !GEP.accumulateConstantOffset(DL, Offset) || !(Load || Length) ||
      (Copy && Copy->getDest() == &GEP))
    return false;
  TypeSize Size = Load ? DL.getTypeStoreSize(Load->getType())
                       : TypeSize::getFixed(Length->getLimitedValue());
  return !Size.isScalable() && Offset.uge(headerOffset(DL) + headerSize(DL)) &&
         Offset.ule(End) && Size.getFixedValue() <= End - Offset.getZExtValue();
}

/// The uses that the macro coro_await makes of the task, beside the await: it
/// compares it with NULL and with its root, reads the result, and destroys it
/// in the end.
Refusal classify(Instruction &Ramp, const Await &Point, uint64_t End,
                 TaskUses &Found) {
  SmallVector<Instruction *, 4> Tasks{&Ramp}; // and what it is cast to
  while (!Tasks.empty()) {
    Instruction &Task = *Tasks.pop_back_val();
    for (User *U : Task.users()) {
      auto *I = cast<Instruction>(U);
      if (I == Point.Transfer)
        continue;
      if (isa<IntToPtrInst>(I) || isa<PtrToIntInst>(I)) {
        Tasks.push_back(I);
      } else if (auto *Cmp = dyn_cast<ICmpInst>(I)) {
        Value *Other = Cmp->getOperand(Cmp->getOperand(0) == &Task);
        if (!Cmp->isEquality() ||
            !(isa<ConstantPointerNull>(Other) || isRootOf(Other, Task)))
          return "its task is compared with another one";
        Found.Checks.push_back(I);
      } else if (auto *GEP = dyn_cast<GetElementPtrInst>(I)) {
        if (!all_of(GEP->users(), [&](User *Access) {
              return readsResult(Access, *GEP, Task, End);
            }))
          return "its task is used for more than the await";
      } else if (isIntrinsic(I, Intrinsic::coro_destroy)) {
        Found.Destroys.push_back(cast<CallBase>(I));
      } else if (isIntrinsic(I, Intrinsic::coro_await_suspend_handle)) {
        return "its task is awaited in more than one place";
      } else {
        return "its task is used for more than the await";
      }
    }
  }
  return std::nullopt;
}

/// The blocks from First up to Last, which is not one of them.
iterator_range<Function::iterator> blocks(BasicBlock *First, BasicBlock *Last) {
  return {First->getIterator(), Last->getIterator()};
}

} // namespace

Refusal coroinline::findTaskUses(const AwaitSite &S, const Coroutine &Callee,
                                 TaskUses &Found) {
  const DataLayout &DL = S.Ramp->getModule()->getDataLayout();
  uint64_t End = headerOffset(DL) + *Callee.Promise->getAllocationSize(DL);
  return classify(*S.Ramp, S.Point, End, Found);
}

Refusal coroinline::spliceAwait(AwaitSite &S, Function &Body,
                                const Coroutine &Self, const TaskUses &Uses,
                                SmallVectorImpl<AwaitSite> &NewAwaits) {
  Await &Point = S.Point;
  Function &F = *S.Ramp->getFunction();
  LLVMContext &Context = F.getContext();

  // Put the ramp's call into a block of its own, between From and After.
  auto *Ramp = cast<CallInst>(S.Ramp);
  Function *Callee = S.callee();
  BasicBlock *From = SplitBlock(Ramp->getParent(), Ramp);
  BasicBlock *After = SplitBlock(From, Ramp->getNextNode());

  // What stands for the task meanwhile; the ramp's own result is then unused,
  // so that no phi of it comes into being.
  auto *Task = new FreezeInst(PoisonValue::get(Ramp->getType()), "",
                              After->getFirstInsertionPt());
  Ramp->replaceAllUsesWith(Task);
  Ramp->setCalledFunction(&Body);
  // While the body runs, the awaiter stands at the await, to a debugger too.
  Ramp->setDebugLoc(Point.Suspend->getDebugLoc());
  InlineFunctionInfo Info;
  InlineResult Result = InlineFunction(*Ramp, Info, /*MergeAttributes=*/true,
                                       nullptr, /*InsertLifetime=*/false);
  if (!Result.isSuccess()) {
    Task->replaceAllUsesWith(Ramp);
    Task->eraseFromParent();
    Ramp->setCalledFunction(Callee);
    return std::string(Result.getFailureReason());
  }
  Coroutine Child;
  bool Whole = Child.analyze(blocks(From, After));
  assert(Whole && "checked before the inlining");
  (void)Whole;

  // Two blocks that lead on to where the await went on to, so that phis there
  // keep one entry each.
  auto LeadTo = [&](BasicBlock *Target) {
    BasicBlock *Lead = BasicBlock::Create(Context, "coro.inlined", &F, After);
    BranchInst::Create(Target, Lead)->setDebugLoc(Point.Suspend->getDebugLoc());
    Target->replacePhiUsesWith(Point.Suspend->getParent(), Lead);
    return Lead;
  };
  BasicBlock *Cont = LeadTo(Point.Edges.Resume);
  BasicBlock *Cleanup = LeadTo(Point.Edges.Destroy);
  BasicBlock *Exit = Point.Edges.Exit;

  // The child's suspends become the awaiter's.
  SmallPtrSet<const BasicBlock *, 16> IsChilds;
  for (BasicBlock &BB : blocks(From, After))
    IsChilds.insert(&BB);
  for (IntrinsicInst *Suspend : Child.Suspends) {
    if (Suspend == Child.Start)
      continue;
    SuspendEdges Edges;
    [[maybe_unused]] bool OK = Edges.analyze(*Suspend);
    assert(OK && "checked before the inlining");
    Edges.Exit->removePredecessor(Suspend->getParent());
    Edges.Switch->setDefaultDest(Exit);
    if (AwaitSite Inner; isAwait(*Suspend) && Inner.Point.analyze(*Suspend)) {
      Inner.Ramp = rampOf(Inner.Point.task());
      Inner.IsMadeInBody =
          Inner.Ramp && IsChilds.contains(Inner.Ramp->getParent());
      NewAwaits.push_back(Inner);
    }
  }

  auto Jump = [](BasicBlock *BB, BasicBlock *Target) {
    Instruction *Old = BB->getTerminator();
    auto *New = BranchInst::Create(Target, Old->getIterator());
    New->setDebugLoc(Old->getDebugLoc());
    Old->eraseFromParent();
  };

  // The ramp ends where the task would have been suspended first, and the await
  // goes on from there.
  SuspendEdges Start;
  Start.analyze(*Child.Start);
  BasicBlock *StartBlock = Child.Start->getParent();
  BasicBlock *AwaitBlock = Point.Suspend->getParent();
  Start.Resume->replacePhiUsesWith(StartBlock, AwaitBlock);
  Start.Destroy->removePredecessor(StartBlock);
  Start.Exit->removePredecessor(StartBlock);
  Jump(StartBlock, After);
  Child.Start->eraseFromParent();

  // The child's end, and the end of its destruction.
  if (BasicBlock *Finish = Child.finish()) {
    for (BasicBlock *Successor : successors(Finish))
      Successor->removePredecessor(Finish);
    Jump(Finish, Cont);
    if (!Child.Leave)
      Child.Final->eraseFromParent();
  }
  BasicBlock *EndBlock = Child.End->getParent();
  SplitBlock(EndBlock, Child.End);
  Jump(EndBlock, Cleanup);

  // The await itself.
  Jump(AwaitBlock, Start.Resume);
  Exit->removePredecessor(AwaitBlock);
  Point.Suspend->eraseFromParent();
  Point.Transfer->eraseFromParent();
  Point.Save->eraseFromParent();

  // The frame: never allocated, never freed, never NULL.
  for (User *U : make_early_inc_range(Child.Id->users())) {
    auto *I = cast<Instruction>(U);
    if (isIntrinsic(I, Intrinsic::coro_alloc))
      I->replaceAllUsesWith(ConstantInt::getFalse(Context));
    else if (isIntrinsic(I, Intrinsic::coro_free))
      I->replaceAllUsesWith(Constant::getNullValue(I->getType()));
    else
      continue;
    I->eraseFromParent();
  }
  for (BasicBlock &BB : blocks(From, After)) {
    // With no frame to copy them to, arguments are values like any other.
    for (Instruction &I : make_early_inc_range(BB))
      if (auto *Call = dyn_cast<CallInst>(&I);
          Call && Call->hasFnAttr(tag::Argument)) {
        if (!Call->getType()->isVoidTy())
          Call->replaceAllUsesWith(Call->getArgOperand(0));
        Call->eraseFromParent();
      }
    ConstantFoldTerminator(&BB);
  }

  // A task in the making is not NULL, and its own root; and what reads its
  // result finds it behind the header in the child's promise.
  for (Instruction *Check : Uses.Checks) {
    auto *Cmp = cast<ICmpInst>(Check);
    bool WithNull = isa<ConstantPointerNull>(Cmp->getOperand(0)) ||
                    isa<ConstantPointerNull>(Cmp->getOperand(1));
    bool IsEqual = Cmp->getPredicate() == CmpInst::ICMP_EQ;
    Cmp->replaceAllUsesWith(ConstantInt::getBool(Context, WithNull != IsEqual));
    Cmp->eraseFromParent();
  }
  IRBuilder<> AtPromise(Child.Promise->getNextNode());
  // The frame would begin two pointers before its promise.
  const DataLayout &DL = F.getParent()->getDataLayout();
  Value *Frame = AtPromise.CreateGEP(
      AtPromise.getInt8Ty(), Child.Promise,
      AtPromise.getInt64(-(int64_t)alignTo(2 * DL.getPointerSize(),
                                           Child.Promise->getAlign())));
  Child.Begin->replaceAllUsesWith(Self.Begin);
  Child.Begin->eraseFromParent();
  Task->replaceAllUsesWith(
      AtPromise.CreateBitOrPointerCast(Frame, Task->getType()));
  Task->eraseFromParent();

  // The child's variables live at most as long as its frame would have. clang
  // says where the life of some begins; parameters, say, are left to us.
  IRBuilder<> Builder(From, From->getFirstInsertionPt());
  for (AllocaInst *AI : Info.StaticAllocas)
    if (none_of(AI->users(), [](User *U) {
          return cast<Instruction>(U)->isLifetimeStartOrEnd();
        }))
      compat::createLifetimeStart(Builder, AI);
  auto EndLives = [&](Instruction *Where) {
    Builder.SetInsertPoint(Where);
    for (AllocaInst *AI : Info.StaticAllocas)
      compat::createLifetimeEnd(Builder, AI);
  };
  EndLives(Cleanup->getTerminator());
  for (CallBase *Destroy : Uses.Destroys) {
    EndLives(Destroy);
    Destroy->eraseFromParent();
  }
  Child.Id->eraseFromParent();
  return std::nullopt;
}
