//===- SuspendLiveness.cpp - What lives across suspends -------------------===//
//
// The suspends of a coroutine are the only points where values leave the
// registers: liveness is asked for there, and between two of them it does not
// matter where in a block something stands.
//
//===----------------------------------------------------------------------===//

#include "SuspendLiveness.h"
#include "Coroutine.h"

#include "llvm/ADT/PostOrderIterator.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/IR/CFG.h"
#include "llvm/IR/PatternMatch.h"

using namespace llvm;
using namespace llvm::PatternMatch;
using namespace coroinline;

/// What is looked at, at the most: values times segments.
static constexpr size_t MaxBits = size_t(1) << 26;

Segments::Segments(Function &F) {
  ReversePostOrderTraversal<Function *> Blocks(&F);
  for (BasicBlock *BB : Blocks) {
    FirstOf[BB] = All.size();
    All.emplace_back();
    if (auto It = BB->getFirstInsertionPt(); It != BB->end())
      All.back().First = &*It;
    for (Instruction &I : *BB) {
      Of[&I] = All.size() - 1;
      bool IsSave = isIntrinsic(&I, Intrinsic::coro_save);
      bool IsSuspend = isIntrinsic(&I, Intrinsic::coro_suspend);
      bool IsEnd = isIntrinsic(&I, Intrinsic::coro_end);
      if (!IsSave && !IsSuspend && !IsEnd)
        continue;
      // What has not been kept is still there in the call that comes to an end.
      if (!IsEnd)
        All.back().Next.push_back(All.size());
      All.back().Suspends = !IsEnd;
      All.back().Suspend = IsSuspend ? &I : nullptr;
      Suspends += IsSuspend;
      All.emplace_back();
      All.back().First = I.getNextNode();
      All.back().IsPrepared = IsSave;
    }
  }
  for (BasicBlock *BB : Blocks) {
    Segment &Last = All[Of.lookup(BB->getTerminator())];
    for (BasicBlock *Next : successors(BB))
      if (!is_contained(Last.Next, FirstOf.lookup(Next)))
        Last.Next.push_back(FirstOf.lookup(Next));
  }
}

/// Where control may go from BB if Suspend is what it gives on the way out: -1.
static SmallVector<BasicBlock *, 2> wayOutOf(BasicBlock &BB,
                                             const Instruction &Suspend) {
  const APInt Out = APInt::getAllOnes(8);
  if (auto *Switch = dyn_cast<SwitchInst>(BB.getTerminator());
      Switch && Switch->getCondition() == &Suspend)
    return {Switch->findCaseValue(ConstantInt::get(BB.getContext(), Out))
                ->getCaseSuccessor()};
  Value *Condition = nullptr;
  BasicBlock *Then, *Else;
  match(BB.getTerminator(), m_Br(m_Value(Condition), Then, Else));
  auto *Is = dyn_cast_or_null<ICmpInst>(Condition);
  auto *With = Is ? dyn_cast<ConstantInt>(Is->getOperand(1)) : nullptr;
  if (With && Is->getOperand(0) == &Suspend)
    return {ICmpInst::compare(Out, With->getValue(), Is->getPredicate())
                ? Then
                : Else};
  return SmallVector<BasicBlock *, 2>(successors(&BB));
}

BitVector Segments::onWayOut(unsigned From) const {
  BitVector Reached(size());
  SmallVector<unsigned, 8> Work{All[From].Next[0]};
  while (!Work.empty()) {
    unsigned N = Work.pop_back_val();
    if (Reached[N])
      continue;
    Reached.set(N);
    if (All[N].Suspends)
      continue;
    BasicBlock *BB = All[N].First ? All[N].First->getParent() : nullptr;
    if (BB && Of.lookup(BB->getTerminator()) == N)
      for (BasicBlock *Next : wayOutOf(*BB, *All[From].Suspend))
        Work.push_back(ofStart(*Next));
    else
      append_range(Work, All[N].Next);
  }
  return Reached;
}

std::optional<unsigned> Segments::ofUse(const Use &U) const {
  const auto *I = cast<Instruction>(U.getUser());
  if (const auto *Phi = dyn_cast<PHINode>(I))
    I = Phi->getIncomingBlock(U)->getTerminator();
  auto It = Of.find(I);
  return It == Of.end() ? std::nullopt : std::optional(It->second);
}

BitVector Segments::behindSuspends(unsigned From) const {
  BitVector Reached(size()), Behind(size());
  SmallVector<std::pair<unsigned, bool>, 16> Work{{From, false}};
  while (!Work.empty()) {
    auto [N, IsBehind] = Work.pop_back_val();
    for (unsigned Next : All[N].Next) {
      bool NextIsBehind = IsBehind || All[N].Suspends;
      BitVector &Seen = NextIsBehind ? Behind : Reached;
      if (Next == From || Seen[Next])
        continue;
      Seen.set(Next);
      Work.push_back({Next, NextIsBehind});
    }
  }
  return Behind;
}

std::vector<BitVector>
coroinline::liveAtEnds(const Segments &S, const std::vector<BitVector> &Made,
                       const std::vector<BitVector> &Used) {
  size_t Count = Made.empty() ? 0 : Made[0].size();
  std::vector<BitVector> AtEnd(S.size(), BitVector(Count)), AtStart = Used;
  for (bool Changed = true; Changed;) {
    Changed = false;
    for (unsigned N = S.size(); N-- > 0;) {
      BitVector End(Count);
      for (unsigned Next : S[N].Next)
        End |= AtStart[Next];
      if (End == AtEnd[N])
        continue;
      Changed = true;
      AtEnd[N] = End;
      End.reset(Made[N]);
      AtStart[N] |= End;
    }
  }
  return AtEnd;
}

CrossingUses coroinline::findCrossingUses(Function &F, const Segments &S) {
  // Values that are used outside of the segment where they are made.
  SmallVector<Value *, 32> Values;
  auto Add = [&](Value &V, unsigned Home) {
    if (any_of(V.uses(), [&](const Use &U) {
          auto Where = S.ofUse(U);
          return Where && *Where != Home;
        }))
      Values.push_back(&V);
  };
  for (Argument &A : F.args())
    Add(A, 0);
  ReversePostOrderTraversal<Function *> Blocks(&F);
  for (BasicBlock *BB : Blocks)
    for (Instruction &I : *BB)
      if (!I.getType()->isVoidTy() && !I.getType()->isTokenTy() &&
          !isa<AllocaInst>(I))
        Add(I, S.of(I));

  if (Values.size() * S.size() > MaxBits)
    return {};

  std::vector<BitVector> Made(S.size(), BitVector(Values.size())), Used = Made;
  for (auto [Number, V] : enumerate(Values)) {
    auto *I = dyn_cast<Instruction>(V);
    unsigned Home = I ? S.of(*I) : 0;
    Made[Home].set(Number);
    for (const Use &U : V->uses())
      if (auto Where = S.ofUse(U); Where && *Where != Home)
        Used[*Where].set(Number);
  }
  std::vector<BitVector> AtStart = liveAtEnds(S, Made, Used);
  for (unsigned N = 0; N != S.size(); ++N) {
    AtStart[N].reset(Made[N]);
    AtStart[N] |= Used[N];
  }
  // And of these, where they are since a suspend.
  std::vector<BitVector> Crossed(S.size(), BitVector(Values.size()));
  for (bool Changed = true; Changed;) {
    Changed = false;
    for (unsigned N = 0; N != S.size(); ++N)
      for (unsigned Next : S[N].Next) {
        BitVector There = AtStart[Next];
        if (!S[N].Suspends)
          There &= Crossed[N];
        if (There.test(Crossed[Next])) {
          Crossed[Next] |= There;
          Changed = true;
        }
      }
  }
  CrossingUses Uses;
  for (auto [Number, V] : enumerate(Values))
    for (unsigned N = 0; N != S.size(); ++N)
      if (Crossed[N].test(Number) && Used[N].test(Number))
        Uses[V].push_back(N);
  return Uses;
}
