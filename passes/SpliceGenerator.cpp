//===- SpliceGenerator.cpp - Puts a generator into its consumer -----------===//
//
// A generator suspends and goes on again within its consumer's loop. Without a
// frame, a variable tells where it stands, and others where it was asked:
//
//   consumer:  %g = call ptr @gen(%args)                   ; the ramp
//   next:      ... ask %g  [ resumed: %cont, destroyed: %cleanup ], exit: %exit
//   drop:      call void @llvm.coro.destroy(ptr %g)
//   gen:       a yield [ resumed: %more, destroyed: %undo ]
// =>
//              <gen up to its initial suspend>
//              store 0, %at
//   next:      store <number of the next>, %from
//              switch (load %at) [ 0: gen's body,  1: %more, ... ]
//   a yield:   store 1, %at
//   back:      switch (load %from) [ %cont, ... ]
//   finish:    store N, %at;  br %back
//   a suspend: [ as before, destroyed: %stop, exit: %exit ]
//   stop:      store K, %at
//              switch (load %from) [ %cleanup, ... ]
//   drop:      store <number of the drop>, %to
//              switch (load %at) [ 0: as at the start, 1: %undo, K: as at
//                                  the suspend, N: as at the end ]
//   gen's end: switch (load %to) [ behind the drop, ... ]
//
// Each switch stands in the function once. What follows a yield is then no
// longer dominated by what came before it, though nothing else leads there:
// such values go through memory. SROA makes values of all that again.
//
//===----------------------------------------------------------------------===//

#include "SpliceGenerator.h"
#include "Compat.h"
#include "Markers.h"

#include "llvm/IR/Dominators.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"
#include "llvm/Transforms/Utils/Local.h"

using namespace llvm;
using namespace coroinline;

namespace {

/// A place from which control goes to where a variable says.
class Crossing {
  SwitchInst *Switch;

public:
  BasicBlock *Block;

  Crossing(AllocaInst &Where, const char *Name, Function &F,
           const DebugLoc &Loc)
      : Block(BasicBlock::Create(F.getContext(), Name, &F)) {
    BasicBlock *Never = BasicBlock::Create(F.getContext(), "coro.never", &F);
    IRBuilder<> B(Never);
    B.CreateUnreachable();
    B.SetInsertPoint(Block);
    B.SetCurrentDebugLocation(Loc);
    Switch = B.CreateSwitch(B.CreateLoad(B.getInt32Ty(), &Where), Never);
  }
  /// Number leads to Target from now on, with the phi entries of OldPred.
  void lead(unsigned Number, BasicBlock &OldPred, BasicBlock &Target) {
    Switch->addCase(
        ConstantInt::get(Type::getInt32Ty(Target.getContext()), Number),
        leadFrom(OldPred, Target, Switch->getDebugLoc()));
  }
};

/// Says Number in Where at the end of BB.
void say(unsigned Number, AllocaInst &Where, BasicBlock &BB) {
  IRBuilder<> B(BB.getTerminator());
  B.CreateStore(B.getInt32(Number), &Where);
}

AllocaInst *makeVariable(Function &F, const char *Name) {
  IRBuilder<> B(&F.getEntryBlock(), F.getEntryBlock().begin());
  return B.CreateAlloca(B.getInt32Ty(), nullptr, Name);
}

/// Values whose uses they no longer dominate go through memory. No block of F
/// is unreachable.
void repairDominance(Function &F) {
  DominatorTree DT(F);
  SmallVector<Instruction *, 16> Broken;
  for (Instruction &I : instructions(F))
    if (any_of(I.uses(), [&](Use &U) { return !DT.dominates(&I, U); }))
      Broken.push_back(&I);
  for (Instruction *I : Broken)
    DemoteRegToStack(*I, /*VolatileLoads=*/false, F.getEntryBlock().begin());
}

/// Whether the consumer goes on from each place that asks for a value.
bool goesOn(const Coroutine &Self, const TaskUses &Uses) {
  return all_of(Uses.Nexts, [&](const CallBase *Next) {
    return any_of(Self.Suspends, [&](IntrinsicInst *Suspend) {
      Await Point;
      return isNext(*Suspend) && Point.analyze(*Suspend) &&
             Point.Transfer == Next && Point.Edges.Resume;
    });
  });
}

class GeneratorSplice {
  AwaitSite &S;
  InlinedBody &Inlined;
  Function &F = *Inlined.From->getParent();
  const Coroutine &Self;
  const TaskUses &Uses;
  BasicBlock *Exit = S.Point.Edges.Exit;
  DebugLoc Loc = S.Point.Suspend->getDebugLoc();
  AllocaInst *At, *From, *To;
  Crossing Dispatch, Back, Stop, Undo, End;
  unsigned Places = 0; // where it can stand

  /// A suspend of the generator stays, as one of the consumer's.
  void keep(IntrinsicInst &Suspend);
  void start();
  void yield(const Coroutine::Yield &Y);
  void finish();
  void ask(Await &Point, unsigned Number);
  void drop(CallBase &Destroy, unsigned Number);

public:
  GeneratorSplice(AwaitSite &S, InlinedBody &Inlined, const Coroutine &Self,
                  const TaskUses &Uses)
      : S(S), Inlined(Inlined), Self(Self), Uses(Uses),
        At(makeVariable(F, "coro.at")), From(makeVariable(F, "coro.from")),
        To(makeVariable(F, "coro.to")), Dispatch(*At, "coro.next", F, Loc),
        Back(*From, "coro.value", F, Loc), Stop(*From, "coro.stop", F, Loc),
        Undo(*At, "coro.undo", F, Loc), End(*To, "coro.undone", F, Loc) {}
  void run();
};

void GeneratorSplice::keep(IntrinsicInst &Suspend) {
  BasicBlock *BB = Suspend.getParent();
  SuspendEdges Edges;
  [[maybe_unused]] bool OK = Edges.analyze(Suspend);
  assert(OK && "checked before the inlining");
  Edges.Exit->removePredecessor(BB);
  Edges.Switch->setDefaultDest(Exit);
  Undo.lead(Places, *BB, *Edges.Destroy);
  BasicBlock *Stopped = BasicBlock::Create(F.getContext(), "", &F);
  BranchInst::Create(Stop.Block, Stopped)->setDebugLoc(Suspend.getDebugLoc());
  say(Places++, *At, *Stopped);
  for (auto &Case : Edges.Switch->cases())
    if (Case.getCaseSuccessor() == Edges.Destroy)
      Case.setSuccessor(Stopped);
}

void GeneratorSplice::start() {
  IntrinsicInst *Start = Inlined.Parts.Start;
  BasicBlock *BB = Start->getParent();
  SuspendEdges Edges;
  Edges.analyze(*Start);
  Dispatch.lead(Places, *BB, *Edges.Resume);
  Undo.lead(Places, *BB, *Edges.Destroy);
  Edges.Exit->removePredecessor(BB);
  endByJump(*BB, *Inlined.After);
  say(Places++, *At, *BB);
  Start->eraseFromParent();
}

void GeneratorSplice::yield(const Coroutine::Yield &Y) {
  BasicBlock *Plain = Y.Plain->getParent();
  SuspendEdges Edges, Other;
  Edges.analyze(*Y.Plain);
  Other.analyze(*Y.Transfer);
  for (BasicBlock *Target : {Other.Resume, Other.Destroy, Other.Exit})
    Target->removePredecessor(Y.Transfer->getParent(),
                              /*KeepOneInputPHIs=*/true);
  new UnreachableInst(F.getContext(), Other.Switch->getIterator());
  Other.Switch->eraseFromParent();
  Dispatch.lead(Places, *Plain, *Edges.Resume);
  Undo.lead(Places, *Plain, *Edges.Destroy);
  Edges.Exit->removePredecessor(Plain);
  new UnreachableInst(F.getContext(), Edges.Switch->getIterator());
  Edges.Switch->eraseFromParent();
  BasicBlock *Before = Plain->getSinglePredecessor();
  endByJump(*Before, *Back.Block);
  say(Places++, *At, *Before);
}

void GeneratorSplice::finish() {
  const Coroutine &Body = Inlined.Parts;
  BasicBlock *Finish = Body.finish();
  if (!Finish)
    return;
  for (IntrinsicInst *Suspend : {Body.Leave, Body.Final}) {
    if (!Suspend)
      continue;
    BasicBlock *BB = Suspend->getParent();
    SuspendEdges Edges;
    Edges.analyze(*Suspend);
    if (Suspend == (Body.Leave ? Body.Leave : Body.Final))
      Undo.lead(Places, *BB, *Edges.Destroy);
    else
      Edges.Destroy->removePredecessor(BB, /*KeepOneInputPHIs=*/true);
    Edges.Exit->removePredecessor(BB);
    Edges.Resume->removePredecessor(BB);
    new UnreachableInst(F.getContext(), Edges.Switch->getIterator());
    Edges.Switch->eraseFromParent();
  }
  Instruction *Old = Finish->getTerminator();
  for (BasicBlock *Next : successors(Finish))
    Next->removePredecessor(Finish);
  BranchInst::Create(Back.Block, Old->getIterator())
      ->setDebugLoc(Old->getDebugLoc());
  Old->eraseFromParent();
  Body.eraseOnlyEnd();
  say(Places++, *At, *Finish);
}

void GeneratorSplice::ask(Await &Point, unsigned Number) {
  BasicBlock *BB = Point.Suspend->getParent();
  Back.lead(Number, *BB, *Point.Edges.Resume);
  Stop.lead(Number, *BB, *Point.Edges.Destroy);
  endByJump(*BB, *Dispatch.Block);
  Exit->removePredecessor(BB);
  say(Number, *From, *BB);
  Point.Suspend->eraseFromParent();
  Point.Transfer->eraseFromParent();
  Point.Save->eraseFromParent();
}

void GeneratorSplice::drop(CallBase &Destroy, unsigned Number) {
  BasicBlock *BB = Destroy.getParent();
  BasicBlock *Behind = SplitBlock(BB, &Destroy);
  End.lead(Number, *BB, *Behind);
  Inlined.endLives(Destroy);
  endByJump(*BB, *Undo.Block);
  say(Number, *To, *BB);
  Destroy.eraseFromParent();
}

void GeneratorSplice::run() {
  const Coroutine &Child = Inlined.Parts;
  auto Yields = Child.yields();
  start();
  for (IntrinsicInst *Suspend : Child.Suspends)
    if (Suspend != Child.Start && !Suspend->hasFnAttr(tag::Yield))
      keep(*Suspend);
  for (const Coroutine::Yield &Y : Yields)
    yield(Y);
  finish();
  BasicBlock *EndBlock = Child.End->getParent();
  SplitBlock(EndBlock, Child.End);
  endByJump(*EndBlock, *End.Block);

  unsigned Number = 0;
  for (IntrinsicInst *Suspend : Self.Suspends)
    if (Await Point; isNext(*Suspend) && Point.analyze(*Suspend) &&
                     is_contained(Uses.Nexts, Point.Transfer))
      ask(Point, Number++);
  for (CallBase *Cancel : Uses.Cancels)
    Cancel->eraseFromParent();
  Number = 0;
  for (CallBase *Destroy : Uses.Destroys)
    drop(*Destroy, Number++);
  Inlined.dropFrame(Self, Uses);
  Child.Id->eraseFromParent();
  removeUnreachableBlocks(F);
  repairDominance(F);
}

} // namespace

Refusal coroinline::spliceGenerator(AwaitSite &S, Function &Body,
                                    const Coroutine &Self,
                                    const TaskUses &Uses) {
  if (!goesOn(Self, Uses))
    return "its await does not go on";
  InlinedBody Inlined;
  if (Refusal Why = inlineBody(*cast<CallInst>(S.Ramp), Body,
                               S.Point.Suspend->getDebugLoc(), Inlined))
    return Why;
  GeneratorSplice(S, Inlined, Self, Uses).run();
  return std::nullopt;
}
