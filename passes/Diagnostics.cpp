//===- Diagnostics.cpp - Compile-time errors that name a line -------------===//

#include "Diagnostics.h"

#include "llvm/IR/Constants.h"
#include "llvm/IR/DiagnosticInfo.h"
#include "llvm/IR/Metadata.h"

using namespace llvm;
using namespace coroinline;

SourcePlace::SourcePlace(const Instruction &I)
    : F(I.getFunction()), Loc(I.getDebugLoc()) {
  if (MDNode *Node = I.getMetadata("srcloc"))
    if (auto *C = Node->getNumOperands()
                      ? mdconst::dyn_extract<ConstantInt>(Node->getOperand(0))
                      : nullptr)
      Cookie = C->getZExtValue();
}

SourcePlace::SourcePlace(const Instruction &I, const SourcePlace &Fallback)
    : SourcePlace(I) {
  if (!Loc && !Cookie) {
    Loc = Fallback.Loc;
    Cookie = Fallback.Cookie;
    IsStandIn = true;
  }
}

void SourcePlace::error(const Twine &Message) const {
  std::string Text =
      ("CoroInline: in '" + F->getName() + "': " + Message).str();
  if (IsStandIn)
    Text += " (with -g, this error names its line)";
  LLVMContext &C = F->getContext();
  // Without -g, IR has no lines, and with it, clang 19 gives what stands in the
  // argument of a macro that of the macro. clang leaves its own locations on
  // calls of functions that have an error attribute, as the markers do; the
  // diagnostic meant for inline assembly is the one that translates them back.
  if (Cookie) {
    C.diagnose(DiagnosticInfoInlineAsm(Cookie, Text));
    return;
  }
  C.diagnose(DiagnosticInfoUnsupported(*F, Text, Loc));
}
