//! search_layers.c in Rust, nested and flattened by hand.
use crate::interleave::prefetch;
use crate::{run, Job, MISS};

#[repr(C)]
struct Dictionary {
    keys: *const u64,
    values: *const u64,
    count: usize,
}

impl Dictionary {
    fn key(&self, place: usize) -> *const u64 {
        unsafe { self.keys.add(place) }
    }

    fn value(&self, place: usize) -> *const u64 {
        unsafe { self.values.add(place) }
    }
}

/// `half` or 0, without a branch.
fn advance(at_most: bool, half: usize) -> usize {
    (at_most as usize).wrapping_neg() & half
}

async fn is_at_most(place: *const u64, key: u64) -> bool {
    prefetch(place).await;
    unsafe { *place <= key }
}

async fn locate(dictionary: &Dictionary, key: u64) -> usize {
    let mut low = 0;
    let mut size = dictionary.count;
    while size > 1 {
        let half = size / 2;
        low += advance(is_at_most(dictionary.key(low + half), key).await, half);
        size -= half;
    }
    low
}

async fn lookup_nested(dictionary: &Dictionary, key: u64) -> u64 {
    let place = locate(dictionary, key).await;
    if unsafe { *dictionary.key(place) } != key {
        return MISS;
    }
    prefetch(dictionary.value(place)).await;
    unsafe { *dictionary.value(place) }
}

async fn lookup_flat(dictionary: &Dictionary, key: u64) -> u64 {
    let mut low = 0;
    let mut size = dictionary.count;
    while size > 1 {
        let half = size / 2;
        prefetch(dictionary.key(low + half)).await;
        low += advance(unsafe { *dictionary.key(low + half) } <= key, half);
        size -= half;
    }
    if unsafe { *dictionary.key(low) } != key {
        return MISS;
    }
    prefetch(dictionary.value(low)).await;
    unsafe { *dictionary.value(low) }
}

#[no_mangle]
unsafe extern "C" fn search_rust_nested(job: &Job) -> u64 {
    let dictionary = &*job.structure.cast();
    run(job, |i| lookup_nested(dictionary, job.key(i)))
}

#[no_mangle]
unsafe extern "C" fn search_rust_flat(job: &Job) -> u64 {
    let dictionary = &*job.structure.cast();
    run(job, |i| lookup_flat(dictionary, job.key(i)))
}
