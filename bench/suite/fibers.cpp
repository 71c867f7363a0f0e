// fibers.cpp: operations on stacks of their own, by Boost.Context (Kowalke), the switch that
// Boost.Fiber and Boost.Coroutine2 stand on. A fiber does one operation after the other, and
// switches straight to the next one in the ring: a suspend takes 46 instructions, of which 24 are
// Boost's. Of what its interface offers this is the least: a loop that resumes the fibers in turn
// takes 94, in two switches; a fiber that asks its neighbour whether it was that which switched to
// it, instead of being told, one more; resume_with(), which tells, ten more.
#define FIBERS boost
#include "fibers.h"

#include <boost/context/fiber.hpp>

#include <algorithm>
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

// A place in the ring.
struct worker {
    context::fiber rest; // of its work, while another one runs
    worker *next, *before;
};

thread_local worker *running;
thread_local context::fiber *left; // where the one that goes on puts what it has been reached from

// Goes on at `other` until one goes on here.
void go_on(context::fiber &here, context::fiber &other)
{
    left = &here;
    context::fiber from = std::move(other).resume();
    *left = std::move(from);
}

struct progress {
    const suite_job *job;
    uint64_t (*operate)(const suite_job *, size_t);
    size_t next;
    uint64_t sum;
    context::fiber caller;  // goes on when no fiber is left
    context::fiber nothing; // what is left of a fiber that has ended

    context::fiber fiber()
    {
        return context::fiber(std::allocator_arg, stacks(), [this](context::fiber &&from) {
            *left = std::move(from);
            while (next < job->count) {
                size_t i = next++;
                sum += suite_weigh(i, operate(job, i));
            }
            return end();
        });
    }

    // Takes the running fiber out of the ring. Gives the one that goes on.
    context::fiber end()
    {
        worker *self = running;
        left = &nothing;
        if (self->next == self)
            return std::move(caller);
        self->before->next = self->next;
        self->next->before = self->before;
        running = self->next;
        return std::move(running->rest);
    }
};

} // namespace

void fibers_yield()
{
    worker *self = running;
    if (self->next == self)
        return;
    running = self->next;
    go_on(self->rest, running->rest);
}

uint64_t fibers_run(const suite_job *job, uint64_t (*operate)(const suite_job *, size_t))
{
    progress all = {job, operate, 0, 0, {}, {}};
    std::vector<worker> ring(std::min(job->group, job->count));
    if (ring.empty())
        return 0;
    for (size_t k = 0; k < ring.size(); k++)
        ring[k] = {all.fiber(), &ring[(k + 1) % ring.size()],
                   &ring[(k + ring.size() - 1) % ring.size()]};
    running = &ring[0];
    go_on(all.caller, running->rest);
    return all.sum;
}
