// task.hpp: what users of C++20's coroutines have: a lazy task<T> with symmetric transfer and
// pooled frames, and a loop that keeps a group of tasks in flight.
//
// The task is that of Lewis Baker's article "Understanding Symmetric Transfer" (2020). Awaiting a
// task jumps into it and its end jumps back, so that no stack grows. A suspend leaves the innermost
// handle where the loop finds it: the loop resumes it directly, however deep it lies.
//
// Where clang sees the body of an awaited task, it lays its frame into the awaiter's ("heap
// allocation elision", HALO: P0981). -DPEER_POOLED hides from it that the frame which is destroyed
// is the one that was made, as a call into another file would, and costs no instruction.
// -DPEER_ELIDABLE promises with clang's attribute (since clang 20) that a task which is awaited
// where it is made does not outlive that, so that clang need not find out. g++ elides nothing.
#ifndef BENCH_PEERS_TASK_HPP
#define BENCH_PEERS_TASK_HPP

#include "../harness.h"

#include <coroutine>
#include <cstddef>
#include <cstdlib>
#include <exception>
#include <new>
#include <utility>
#include <vector>

namespace peer
{
// What is inlined nowhere stands in an object once for each way in which it is compiled.
#ifndef __clang__
inline namespace gcc
{
#elif defined(PEER_POOLED)
inline namespace pooled
{
#elif defined(PEER_ELIDABLE)
inline namespace elidable
{
#else
inline namespace elided
{
#endif

// Frames: free lists of the calling thread by size in units of 64 bytes, as in CoroInline's
// runtime. What they cache lives as long as the process.
class pool
{
    static constexpr std::size_t classes = 32;
    static inline constinit thread_local void *lists[classes + 1] = {};
    // Of the main thread, where frames are counted.
    static inline const bool watched = (bench_watch_pool(lists, classes + 1), true);

  public:
    static void *take(std::size_t size)
    {
        std::size_t k = (size + 63) / 64;
        if (k <= classes && lists[k]) [[likely]] {
            void *frame = lists[k];
            lists[k] = *static_cast<void **>(frame);
            return frame;
        }
        void *fresh = std::aligned_alloc(64, 64 * k);
        if (!fresh)
            throw std::bad_alloc();
        return fresh;
    }

    static void give(void *frame, std::size_t size) noexcept
    {
        std::size_t k = (size + 63) / 64;
        if (k > classes) [[unlikely]] {
            std::free(frame);
            return;
        }
        *static_cast<void **>(frame) = lists[k];
        lists[k] = frame;
    }
};

// The coroutine that suspended last on this thread: the innermost one of its chain.
inline constinit thread_local std::coroutine_handle<> suspended;

// co_await suspend{}: back to the loop.
struct suspend {
    bool await_ready() const noexcept
    {
        return false;
    }
    void await_suspend(std::coroutine_handle<> self) const noexcept
    {
        suspended = self;
    }
    void await_resume() const noexcept
    {
    }
};

// co_await prefetch(p): prefetches the cache line at p for reading, then suspends.
inline suspend prefetch(const void *p) noexcept
{
    __builtin_prefetch(p, 0, 3);
    return {};
}

#ifdef PEER_ELIDABLE
#define PEER_TASK [[nodiscard, clang::coro_await_elidable]]
#else
#define PEER_TASK [[nodiscard]]
#endif

// Owns a coroutine that has not begun. Awaited once, or driven by interleave().
template <class T> class PEER_TASK task
{
  public:
    struct promise_type {
        std::coroutine_handle<> awaiter = std::noop_coroutine();
        T value;

        static void *operator new(std::size_t size)
        {
            return pool::take(size);
        }
        static void operator delete(void *frame, std::size_t size) noexcept
        {
            pool::give(frame, size);
        }

        struct to_awaiter {
            bool await_ready() const noexcept
            {
                return false;
            }
            std::coroutine_handle<>
            await_suspend(std::coroutine_handle<promise_type> self) const noexcept
            {
                return self.promise().awaiter;
            }
            void await_resume() const noexcept
            {
            }
        };

        task get_return_object() noexcept
        {
            return task(std::coroutine_handle<promise_type>::from_promise(*this));
        }
        std::suspend_always initial_suspend() const noexcept
        {
            return {};
        }
        to_awaiter final_suspend() const noexcept
        {
            return {};
        }
        void return_value(T v) noexcept
        {
            value = v;
        }
        void unhandled_exception() const noexcept
        {
            std::terminate();
        }
    };

    task(task &&other) noexcept : frame(std::exchange(other.frame, {}))
    {
    }
    task &operator=(task &&) = delete;
    ~task()
    {
#ifdef PEER_POOLED
        void *hidden = frame.address();
        asm("" : "+r"(hidden));
        frame = frame.from_address(hidden);
#endif
        if (frame)
            frame.destroy();
    }

    struct awaiter_type {
        std::coroutine_handle<promise_type> awaited;

        bool await_ready() const noexcept
        {
            return false;
        }
        std::coroutine_handle<> await_suspend(std::coroutine_handle<> awaiter) const noexcept
        {
            awaited.promise().awaiter = awaiter;
            return awaited;
        }
        T await_resume() const noexcept
        {
            return awaited.promise().value;
        }
    };
    awaiter_type operator co_await() && noexcept
    {
        return {frame};
    }

    // Gives the frame away.
    std::coroutine_handle<promise_type> release() noexcept
    {
        return std::exchange(frame, {});
    }

  private:
    explicit task(std::coroutine_handle<promise_type> h) noexcept : frame(h)
    {
    }
    std::coroutine_handle<promise_type> frame;
};

// Runs `count` tasks, at most `group` of them in flight, each resumed in turn; the slot of one that
// ends is refilled at once. start(i) makes task i; sink(i, value) gets its result.
template <class Start, class Sink>
void interleave(std::size_t group, std::size_t count, Start start, Sink sink)
{
    using handle = decltype(start(std::size_t()).release());
    struct slot {
        std::coroutine_handle<> leaf;
        handle root;
        std::size_t index;
    };
    std::vector<slot> slots;
    std::size_t next = 0;
    auto fill = [&](slot &s) {
        s.index = next++;
        s.root = start(s.index).release();
        s.leaf = s.root;
    };
    slots.resize(group < count ? group : count);
    for (slot &s : slots)
        fill(s);
    while (!slots.empty()) {
        for (std::size_t k = 0; k < slots.size();) {
            slot &s = slots[k];
            s.leaf.resume();
            if (!s.root.done()) [[likely]] {
                s.leaf = suspended;
                k++;
                continue;
            }
            sink(s.index, s.root.promise().value);
            s.root.destroy();
            if (next < count) {
                fill(s);
            } else {
                s = slots.back();
                slots.pop_back();
            }
        }
    }
}

} // inline namespace
} // namespace peer

#endif
