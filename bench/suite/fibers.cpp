// fibers.cpp: operations on stacks of their own, by Boost.Context (Kowalke), the switch that
// Boost.Fiber and Boost.Coroutine2 stand on. A fiber does one operation after the other; the loop
// resumes the fibers in turn.
#define FIBERS boost
#include "fibers.h"

#include <boost/context/fiber.hpp>

#include <utility>
#include <vector>

namespace
{

namespace context = boost::context;

// Stacks are used again. Each is a little larger than the one before: were all their frames at the
// same place in a page, they would throw each other out of the first-level cache.
class stacks
{
    static inline thread_local std::vector<context::stack_context> unused;
    static inline thread_local std::size_t made;

  public:
    context::stack_context allocate()
    {
        if (unused.empty()) {
            constexpr std::size_t least = 64 << 10, stagger = 320, places = 16;
            context::fixedsize_stack fresh(least + made++ % places * stagger);
            return fresh.allocate();
        }
        context::stack_context stack = unused.back();
        unused.pop_back();
        return stack;
    }

    void deallocate(context::stack_context &stack)
    {
        unused.push_back(stack);
    }
};

thread_local context::fiber loop; // where a fiber goes that yields

struct progress {
    const suite_job *job;
    uint64_t (*operate)(const suite_job *, size_t);
    size_t next;
    uint64_t sum;

    context::fiber fiber()
    {
        return context::fiber(std::allocator_arg, stacks(), [this](context::fiber &&resumer) {
            loop = std::move(resumer);
            while (next < job->count) {
                size_t i = next++;
                sum += suite_weigh(i, operate(job, i));
            }
            return std::move(loop);
        });
    }
};

} // namespace

void fibers_yield()
{
    loop = std::move(loop).resume();
}

uint64_t fibers_run(const suite_job *job, uint64_t (*operate)(const suite_job *, size_t))
{
    progress all = {job, operate, 0, 0};
    std::vector<context::fiber> fibers;
    for (size_t k = 0; k < job->group && k < job->count; k++)
        fibers.push_back(all.fiber());
    while (!fibers.empty()) {
        for (size_t k = 0; k < fibers.size();) {
            fibers[k] = std::move(fibers[k]).resume();
            if (fibers[k]) {
                k++;
                continue;
            }
            fibers[k] = std::move(fibers.back());
            fibers.pop_back();
        }
    }
    return all.sum;
}
