// C++20 coroutines, with symmetric transfer, come out byte for byte as without the plugin.
// RUN: %bare-clang -x c++ -std=c++20 -O2 -c %s -o %t.without.o
// RUN: %bare-clang -x c++ -std=c++20 -O2 -fpass-plugin=%plugin -c %s -o %t.with.o
// RUN: cmp %t.without.o %t.with.o
// RUN: %bare-clang -x c++ -std=c++20 -O0 -c %s -o %t.without.o
// RUN: %bare-clang -x c++ -std=c++20 -O0 -fpass-plugin=%plugin -c %s -o %t.with.o
// RUN: cmp %t.without.o %t.with.o
#include <coroutine>

struct task {
    struct promise_type {
        std::coroutine_handle<> next = std::noop_coroutine();
        int value = 0;
        task get_return_object()
        {
            return {std::coroutine_handle<promise_type>::from_promise(*this)};
        }
        std::suspend_always initial_suspend() noexcept { return {}; }
        struct back {
            bool await_ready() noexcept { return false; }
            std::coroutine_handle<> await_suspend(std::coroutine_handle<promise_type> h) noexcept
            {
                return h.promise().next;
            }
            void await_resume() noexcept {}
        };
        back final_suspend() noexcept { return {}; }
        void return_value(int v) { value = v; }
        void unhandled_exception() {}
    };
    std::coroutine_handle<promise_type> handle;
    bool await_ready() { return false; }
    std::coroutine_handle<> await_suspend(std::coroutine_handle<> h)
    {
        handle.promise().next = h;
        return handle;
    }
    int await_resume() { return handle.promise().value; }
};

static task child(int n)
{
    co_await std::suspend_always();
    co_return n + 1;
}

task parent(int n)
{
    int sum = 0;
    for (int i = 0; i < n; i++)
        sum += co_await child(i);
    co_return sum;
}
