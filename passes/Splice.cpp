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

/// Whether V is what the header of Task says of its root, or, of a generator,
/// of its innermost task: both are itself as long as nobody has awaited it.
bool isLinkOf(Value *V, Value &Task, bool IsGenerator) {
  auto *Load = dyn_cast<LoadInst>(V);
  auto *GEP = Load ? dyn_cast<GEPOperator>(Load->getPointerOperand()) : nullptr;
  if (!GEP || GEP->getPointerOperand() != &Task)
    return false;
  const DataLayout &DL = Load->getModule()->getDataLayout();
  APInt Offset(DL.getIndexTypeSizeInBits(GEP->getType()), 0);
  return GEP->accumulateConstantOffset(DL, Offset) &&
         (Offset == headerOffset(DL) ||
          (IsGenerator && Offset == headerOffset(DL) + DL.getPointerSize()));
}

/// Whether Access, through GEP, reads no more than the result of Task, which
/// ends End bytes behind the frame's start, or a link to compare it with.
bool readsResult(User *Access, GetElementPtrInst &GEP, Value &Task,
                 uint64_t End, bool IsGenerator) {
  auto *Load = dyn_cast<LoadInst>(Access);
  auto *Copy = dyn_cast<MemCpyInst>(Access);
  if (Load && all_of(Load->users(), [&](User *U) {
        return isa<ICmpInst>(U) && isLinkOf(Load, Task, IsGenerator) &&
               is_contained(U->operands(), &Task);
      }))
    return true;
  const DataLayout &DL = GEP.getModule()->getDataLayout();
  APInt Offset(DL.getIndexTypeSizeInBits(GEP.getType()), 0);
  ConstantInt *Length =
      Copy ? dyn_cast<ConstantInt>(Copy->getLength()) : nullptr;
  // False, too, where Task is an index.
  if (!GEP.accumulateConstantOffset(DL, Offset) || !(Load || Length) ||
      (Copy && Copy->getDest() == &GEP))
    return false;
  TypeSize Size = Load ? DL.getTypeStoreSize(Load->getType())
                       : TypeSize::getFixed(Length->getLimitedValue());
  return !Size.isScalable() && Offset.uge(headerOffset(DL) + headerSize(DL)) &&
         Offset.ule(End) && Size.getFixedValue() <= End - Offset.getZExtValue();
}

/// The uses that the macro coro_await makes of the task, beside the await: it
/// compares it with NULL and with its root, reads the result, and destroys it
/// in the end. coro_await_for asks for a value in several places. What goes on
/// in two ways, an invoke, can't be erased.
Refusal classify(Instruction &Ramp, const Await &Point, uint64_t End,
                 TaskUses &Found) {
  const bool IsGenerator = isNext(*Point.Suspend);
  SmallVector<Instruction *, 4> Tasks{&Ramp}; // and what it is cast to
  while (!Tasks.empty()) {
    Instruction &Task = *Tasks.pop_back_val();
    for (User *U : Task.users()) {
      auto *I = cast<Instruction>(U);
      if (auto *Call = dyn_cast<CallInst>(I); Call && IsGenerator) {
        if (Call->hasFnAttr(tag::Next)) {
          Found.Nexts.push_back(Call);
          continue;
        }
        if (Call->hasFnAttr(tag::Cancel)) {
          Found.Cancels.push_back(Call);
          continue;
        }
      }
      if (I == Point.Transfer)
        continue;
      if (isa<IntToPtrInst>(I) || isa<PtrToIntInst>(I)) {
        Tasks.push_back(I);
      } else if (auto *Cmp = dyn_cast<ICmpInst>(I)) {
        Value *Other = Cmp->getOperand(Cmp->getOperand(0) == &Task);
        if (!Cmp->isEquality() || !(isa<ConstantPointerNull>(Other) ||
                                    isLinkOf(Other, Task, IsGenerator)))
          return "its task is compared with another one";
        Found.Checks.push_back(I);
      } else if (auto *GEP = dyn_cast<GetElementPtrInst>(I)) {
        if (!all_of(GEP->users(), [&](User *Access) {
              return readsResult(Access, *GEP, Task, End, IsGenerator);
            }))
          return "its task is used for more than the await";
      } else if (isIntrinsic(I, Intrinsic::coro_destroy) && isa<CallInst>(I)) {
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

} // namespace

Refusal coroinline::findTaskUses(const AwaitSite &S, const Coroutine &Callee,
                                 TaskUses &Found) {
  const DataLayout &DL = S.Ramp->getModule()->getDataLayout();
  uint64_t End = headerOffset(DL) + *Callee.Promise->getAllocationSize(DL);
  return classify(*S.Ramp, S.Point, End, Found);
}

Refusal coroinline::inlineBody(CallInst &Ramp, Function &Body,
                               const DebugLoc &Place, InlinedBody &Result) {
  // Put the call into a block of its own, between From and After.
  Function *Callee = Ramp.getCalledFunction();
  const DebugLoc Made = Ramp.getDebugLoc();
  Result.From = SplitBlock(Ramp.getParent(), &Ramp);
  Result.After = SplitBlock(Result.From, Ramp.getNextNode());

  // What stands for the task meanwhile; the ramp's own result is then unused,
  // so that no phi of it comes into being.
  Result.Task = new FreezeInst(PoisonValue::get(Ramp.getType()), "",
                               Result.After->getFirstInsertionPt());
  Ramp.replaceAllUsesWith(Result.Task);
  Ramp.setCalledFunction(&Body);
  // While the body runs, the awaiter stands at the await, to a debugger too.
  Ramp.setDebugLoc(Place);
  // It begins the lives of variables of which clang does not say where, such as
  // parameters.
  InlineFunctionInfo Info;
  InlineResult Inlining = InlineFunction(Ramp, Info, /*MergeAttributes=*/true,
                                         nullptr, /*InsertLifetime=*/true);
  if (!Inlining.isSuccess()) {
    Result.Task->replaceAllUsesWith(&Ramp);
    Result.Task->eraseFromParent();
    Ramp.setCalledFunction(Callee);
    Ramp.setDebugLoc(Made);
    MergeBlockIntoPredecessor(Result.After);
    MergeBlockIntoPredecessor(Result.From);
    return std::string(Inlining.getFailureReason());
  }
  Result.Locals.assign(Info.StaticAllocas.begin(), Info.StaticAllocas.end());
  bool Whole = Result.Parts.analyze(Result.blocks());
  assert(Whole && "checked before the inlining");
  (void)Whole;
  return std::nullopt;
}

void InlinedBody::dropFrame(const Coroutine &Self, const TaskUses &Uses) {
  LLVMContext &Context = From->getContext();
  // Never allocated, never freed, never NULL.
  for (User *U : make_early_inc_range(Parts.Id->users())) {
    auto *I = cast<Instruction>(U);
    if (isIntrinsic(I, Intrinsic::coro_alloc))
      I->replaceAllUsesWith(ConstantInt::getFalse(Context));
    else if (isIntrinsic(I, Intrinsic::coro_free))
      I->replaceAllUsesWith(Constant::getNullValue(I->getType()));
    else
      continue;
    I->eraseFromParent();
  }
  for (BasicBlock &BB : blocks()) {
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
  IRBuilder<> AtPromise(Parts.Promise->getNextNode());
  // The frame would begin two pointers before its promise.
  const DataLayout &DL = From->getModule()->getDataLayout();
  Value *Frame = AtPromise.CreateGEP(
      AtPromise.getInt8Ty(), Parts.Promise,
      AtPromise.getInt64(-(int64_t)alignTo(2 * DL.getPointerSize(),
                                           Parts.Promise->getAlign())));
  Parts.Begin->replaceAllUsesWith(Self.Begin);
  Parts.Begin->eraseFromParent();
  Task->replaceAllUsesWith(
      AtPromise.CreateBitOrPointerCast(Frame, Task->getType()));
  Task->eraseFromParent();
}

void InlinedBody::endLives(Instruction &Where) const {
  IRBuilder<> Builder(&Where);
  for (AllocaInst *AI : Locals)
    compat::createLifetimeEnd(Builder, AI);
}

BasicBlock *coroinline::leadFrom(BasicBlock &OldPred, BasicBlock &Target,
                                 const DebugLoc &Loc) {
  BasicBlock *Lead = BasicBlock::Create(Target.getContext(), "coro.inlined",
                                        Target.getParent(), &Target);
  BranchInst::Create(&Target, Lead)->setDebugLoc(Loc);
  Target.replacePhiUsesWith(&OldPred, Lead);
  return Lead;
}

void coroinline::endByJump(BasicBlock &BB, BasicBlock &Target) {
  Instruction *Old = BB.getTerminator();
  auto *New = BranchInst::Create(&Target, Old->getIterator());
  New->setDebugLoc(Old->getDebugLoc());
  Old->eraseFromParent();
}

Refusal coroinline::spliceAwait(AwaitSite &S, Function &Body,
                                const Coroutine &Self, const TaskUses &Uses,
                                SmallVectorImpl<AwaitSite> &NewAwaits) {
  Await &Point = S.Point;
  InlinedBody Inlined;
  if (Refusal Why = inlineBody(*cast<CallInst>(S.Ramp), Body,
                               Point.Suspend->getDebugLoc(), Inlined))
    return Why;
  const Coroutine &Child = Inlined.Parts;
  BasicBlock *After = Inlined.After;

  // Two blocks that lead on to where the await went on to, so that phis there
  // keep one entry each.
  BasicBlock *AwaitBlock = Point.Suspend->getParent();
  const DebugLoc &Loc = Point.Suspend->getDebugLoc();
  BasicBlock *Cont = leadFrom(*AwaitBlock, *Point.Edges.Resume, Loc);
  BasicBlock *Cleanup = leadFrom(*AwaitBlock, *Point.Edges.Destroy, Loc);
  BasicBlock *Exit = Point.Edges.Exit;

  // The child's suspends become the awaiter's.
  SmallPtrSet<const BasicBlock *, 16> IsChilds;
  for (BasicBlock &BB : Inlined.blocks())
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

  // The ramp ends where the task would have been suspended first, and the await
  // goes on from there.
  SuspendEdges Start;
  Start.analyze(*Child.Start);
  BasicBlock *StartBlock = Child.Start->getParent();
  Start.Resume->replacePhiUsesWith(StartBlock, AwaitBlock);
  Start.Destroy->removePredecessor(StartBlock);
  Start.Exit->removePredecessor(StartBlock);
  endByJump(*StartBlock, *After);
  Child.Start->eraseFromParent();

  // The child's end, and the end of its destruction.
  if (BasicBlock *Finish = Child.finish()) {
    for (BasicBlock *Successor : successors(Finish))
      Successor->removePredecessor(Finish);
    endByJump(*Finish, *Cont);
    Child.eraseOnlyEnd();
  }
  BasicBlock *EndBlock = Child.End->getParent();
  SplitBlock(EndBlock, Child.End);
  endByJump(*EndBlock, *Cleanup);

  // The await itself.
  endByJump(*AwaitBlock, *Start.Resume);
  Exit->removePredecessor(AwaitBlock);
  Point.Suspend->eraseFromParent();
  Point.Transfer->eraseFromParent();
  Point.Save->eraseFromParent();

  Inlined.dropFrame(Self, Uses);
  // The child's variables live at most as long as its frame would have.
  Inlined.endLives(*Cleanup->getTerminator());
  for (CallBase *Destroy : Uses.Destroys) {
    Inlined.endLives(*Destroy);
    Destroy->eraseFromParent();
  }
  Child.Id->eraseFromParent();
  return std::nullopt;
}

void coroinline::eraseUnused(SmallSetVector<Function *, 8> &Inlined,
                             FunctionAnalysisManager &FAM) {
  auto IsUnused = [](Function *F) {
    F->removeDeadConstantUsers();
    return F->hasLocalLinkage() && F->use_empty();
  };
  for (auto It = find_if(Inlined, IsUnused); It != Inlined.end();
       It = find_if(Inlined, IsUnused)) {
    Function *F = *It;
    Inlined.remove(F);
    FAM.clear(*F, F->getName());
    F->eraseFromParent();
  }
}
