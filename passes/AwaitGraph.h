//===- AwaitGraph.h - Who awaits whom ---------------------------*- C++ -*-===//

#ifndef COROINLINE_AWAITGRAPH_H
#define COROINLINE_AWAITGRAPH_H

#include "Coroutine.h"

#include "llvm/ADT/GraphTraits.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/Module.h"

#include <memory>
#include <optional>
#include <vector>

namespace coroinline {

/// An await of an awaiter, and what is known of the task.
struct AwaitSite {
  Await Point;
  llvm::CallBase *Ramp = nullptr; // the call that made the task, if it is known
  bool IsMadeInBody = false;      // behind the awaiter's coro.begin
  bool IsCold = false;            // hardly ever reached
  llvm::Function *callee() const {
    return Ramp ? Ramp->getCalledFunction() : nullptr;
  }
};

/// The awaits of a coroutine.
llvm::SmallVector<AwaitSite, 4> awaitsOf(llvm::Function &F,
                                         const Coroutine &Body);

/// The coroutines of a module that coro-prepare made, with their awaits.
class AwaitGraph {
public:
  struct Node {
    llvm::Function *F = nullptr; // null in the root of the graph
    Coroutine Body;
    llvm::SmallVector<AwaitSite, 4> Sites;
    llvm::SmallVector<Node *, 4> Callees; // with repetitions
    bool CanBeSpliced = false;            // every suspend is as expected
    bool IsGenerator = false;             // there is a yield
    bool WasInlined = false;              // somewhere
    bool IsCalledOnce = false;            // and by its awaiter, not by itself
    bool IsRecursive = false;             // awaits itself, if through others
    unsigned Scc = 0;
    llvm::Function *Pristine = nullptr; // copy of F, while F grows into itself
    std::optional<llvm::Function *> EarlyExit; // see EarlyExit.h; on demand

    /// What stands for F where it is inlined.
    llvm::Function &body() const { return Pristine ? *Pristine : *F; }
    /// Whether Callee awaits this one, if through others, and the reverse.
    bool awaitsInTurn(const Node &Callee) const {
      return Callee.IsRecursive && Callee.Scc == Scc;
    }
  };

  explicit AwaitGraph(llvm::Module &M);
  /// Callees stand before their awaiters; those that await each other in turn
  /// are numbered as one component, Scc.
  llvm::ArrayRef<Node *> calleesFirst() const { return Order; }
  /// Null where F is no coroutine of coro.h.
  Node *find(const llvm::Function *F) const { return Nodes.lookup(F); }

private:
  std::vector<std::unique_ptr<Node>> Storage;
  llvm::DenseMap<const llvm::Function *, Node *> Nodes;
  llvm::SmallVector<Node *, 16> Order;
};

} // namespace coroinline

template <> struct llvm::GraphTraits<coroinline::AwaitGraph::Node *> {
  using NodeRef = coroinline::AwaitGraph::Node *;
  using ChildIteratorType = llvm::SmallVectorImpl<NodeRef>::iterator;
  static NodeRef getEntryNode(NodeRef N) { return N; }
  static ChildIteratorType child_begin(NodeRef N) { return N->Callees.begin(); }
  static ChildIteratorType child_end(NodeRef N) { return N->Callees.end(); }
};

#endif
