//===- AwaitGraph.cpp - Who awaits whom -----------------------------------===//

#include "AwaitGraph.h"
#include "Markers.h"

#include "llvm/ADT/SCCIterator.h"
#include "llvm/IR/Dominators.h"

using namespace llvm;
using namespace coroinline;

SmallVector<AwaitSite, 4> coroinline::awaitsOf(Function &F,
                                               const Coroutine &Body) {
  SmallVector<AwaitSite, 4> Sites;
  for (IntrinsicInst *Suspend : Body.Suspends) {
    AwaitSite S;
    if (isAwait(*Suspend) && S.Point.analyze(*Suspend)) {
      S.Ramp = rampOf(S.Point.task());
      Sites.push_back(S);
    }
  }
  if (!Sites.empty()) {
    DominatorTree DT(F);
    erase_if(Sites, [&](AwaitSite &S) {
      return !DT.isReachableFromEntry(S.Point.Transfer->getParent());
    });
    for (AwaitSite &S : Sites)
      S.IsMadeInBody = S.Ramp && DT.dominates(Body.Begin, S.Ramp);
  }
  return Sites;
}

AwaitGraph::AwaitGraph(Module &M) {
  for (Function &F : M) {
    if (!F.isPresplitCoroutine() || F.isDeclaration())
      continue;
    auto N = std::make_unique<Node>();
    N->F = &F;
    if (!N->Body.analyze(F))
      continue;
    N->CanBeSpliced = N->Body.canBeSpliced();
    N->IsGenerator = !N->Body.yields().empty();
    N->Sites = awaitsOf(F, N->Body);
    Nodes.insert({&F, N.get()});
    Storage.push_back(std::move(N));
  }
  Node Root;
  for (auto &N : Storage) {
    Root.Callees.push_back(N.get());
    for (AwaitSite &S : N->Sites)
      if (Node *Callee = find(S.callee()))
        N->Callees.push_back(Callee);
  }
  unsigned Number = 0;
  for (auto Scc = scc_begin(&Root); !Scc.isAtEnd(); ++Scc, ++Number)
    for (Node *Member : *Scc) {
      Member->Scc = Number;
      Member->IsRecursive = Scc.hasCycle();
      if (Member != &Root)
        Order.push_back(Member);
    }
  for (Node *N : Order)
    for (AwaitSite &S : N->Sites)
      if (Node *Callee = find(S.callee()))
        Callee->IsCalledOnce = !Callee->IsRecursive &&
                               Callee->F->hasLocalLinkage() &&
                               Callee->F->hasOneUse();
}
