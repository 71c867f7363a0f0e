//===- LinkTime.h - What becomes of sealed coroutines -----------*- C++ -*-===//

#ifndef COROINLINE_LINKTIME_H
#define COROINLINE_LINKTIME_H

namespace llvm {
class PassBuilder;
}

namespace coroinline {

/// Has PB ship sealed coroutines at the end of a compile step, and unseal,
/// inline and split them wherever they arrive. PB outlives its pipelines.
void registerLinkTime(llvm::PassBuilder &PB);

} // namespace coroinline

#endif
