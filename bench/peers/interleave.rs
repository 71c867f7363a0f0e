//! What users of Rust's `async fn` have who want speed and need no more than that: a loop which
//! keeps a group of futures in flight, each in its place in an array, pinned there. No future has
//! an allocation of its own, nor a waker that anything would be told by: each is polled in turn.
//! `core` alone.

use core::arch::x86_64::{_mm_prefetch, _MM_HINT_T0};
use core::ffi::c_void;
use core::future::Future;
use core::mem::{align_of, size_of, MaybeUninit};
use core::pin::Pin;
use core::ptr;
use core::slice;
use core::task::{Context, Poll, RawWaker, RawWakerVTable, Waker};

extern "C" {
    fn aligned_alloc(alignment: usize, size: usize) -> *mut c_void;
    fn free(memory: *mut c_void);
    fn abort() -> !;
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    unsafe { abort() }
}

/// Back to the loop, once.
pub struct Suspend {
    done: bool,
}

impl Future for Suspend {
    type Output = ();

    #[inline(always)]
    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        if self.done {
            return Poll::Ready(());
        }
        self.done = true;
        Poll::Pending
    }
}

/// Prefetches the cache line at `place` for reading; to be awaited.
#[inline(always)]
pub fn prefetch<T>(place: *const T) -> Suspend {
    prefetch_range(place, 1)
}

/// The same with all lines of `bytes` bytes that begin at one.
#[inline(always)]
pub fn prefetch_range<T>(place: *const T, bytes: usize) -> Suspend {
    for line in (0..bytes).step_by(64) {
        unsafe { _mm_prefetch::<_MM_HINT_T0>(place.cast::<i8>().wrapping_add(line)) };
    }
    Suspend { done: false }
}

static NO_WAKER: RawWakerVTable = RawWakerVTable::new(|_| no_waker(), |_| {}, |_| {}, |_| {});

fn no_waker() -> RawWaker {
    RawWaker::new(ptr::null(), &NO_WAKER)
}

/// The future of an operation that is under way.
#[repr(align(64))]
struct Slot<F> {
    future: MaybeUninit<F>,
    operation: usize, // NONE: there is no future
}

const NONE: usize = usize::MAX;

impl<F> Slot<F> {
    #[inline(always)]
    fn fill(&mut self, future: F, operation: usize) {
        self.future.write(future);
        self.operation = operation;
    }
}

struct Slots<F> {
    first: *mut Slot<F>,
    count: usize,
}

impl<F> Slots<F> {
    /// Those below `count`, of the operations of the same numbers.
    fn new(count: usize, start: impl Fn(usize) -> F) -> Self {
        let first: *mut Slot<F> =
            unsafe { aligned_alloc(align_of::<Slot<F>>(), count * size_of::<Slot<F>>()) }.cast();
        if first.is_null() {
            unsafe { abort() }
        }
        for i in 0..count {
            unsafe {
                first.add(i).write(Slot {
                    future: MaybeUninit::new(start(i)),
                    operation: i,
                })
            };
        }
        Slots { first, count }
    }
}

/// When all futures have ended.
impl<F> Drop for Slots<F> {
    fn drop(&mut self) {
        unsafe { free(self.first.cast()) }
    }
}

/// Runs `count` operations, at most `group` of them in flight, each polled in turn; the slot of one
/// that ends is refilled at once. `start(i)` makes the future of operation i; `sink(i, result)` gets
/// its result.
#[inline(always)]
pub fn interleave<F: Future>(
    group: usize,
    count: usize,
    start: impl Fn(usize) -> F,
    mut sink: impl FnMut(usize, F::Output),
) {
    if count == 0 {
        return;
    }
    let mut next = group.min(count);
    let mut in_flight = next;
    let slots = Slots::new(next, &start);
    let waker = unsafe { Waker::from_raw(no_waker()) };
    let mut context = Context::from_waker(&waker);
    while in_flight > 0 {
        for slot in unsafe { slice::from_raw_parts_mut(slots.first, slots.count) } {
            while slot.operation != NONE {
                let future = slot.future.as_mut_ptr();
                let result = match unsafe { Pin::new_unchecked(&mut *future) }.poll(&mut context) {
                    Poll::Pending => break,
                    Poll::Ready(result) => result,
                };
                unsafe { future.drop_in_place() };
                sink(slot.operation, result);
                if next < count {
                    slot.fill(start(next), next);
                    next += 1;
                } else {
                    slot.operation = NONE;
                    in_flight -= 1;
                }
            }
        }
    }
}
