//! groupby_layers.c in Rust, nested and flattened by hand.
use crate::interleave::prefetch;
use crate::{bucket, run, Job};
use core::ptr;

#[repr(C)]
struct Group {
    key: u64,
    count: u64,
    sum: u64,
    least: u64,
    most: u64,
    next: *mut Group, // null: the last one
    unused: [u64; 2],
}

#[repr(C)]
struct Table {
    heads: *mut *mut Group,
    shift: u32,
    groups: *mut Group,
    count: usize,
    used: usize,
    room: usize,
    stages: usize,
}

/// The value that operation i adds.
fn value_of(i: usize) -> u64 {
    (i as u64).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 24
}

fn head_of(table: *mut Table, key: u64) -> *mut *mut Group {
    unsafe { (*table).heads.add(bucket(key, (*table).shift)) }
}

fn next_of(group: *mut Group) -> *mut *mut Group {
    unsafe { ptr::addr_of_mut!((*group).next) }
}

/// A new group without values, at the end of its bucket.
fn make(table: *mut Table, end: *mut *mut Group, key: u64) -> *mut Group {
    unsafe {
        let group = (*table).groups.add((*table).used);
        (*table).used += 1;
        (*group).key = key;
        (*group).count = 0;
        (*group).sum = 0;
        (*group).most = 0;
        (*group).least = u64::MAX;
        (*group).next = ptr::null_mut();
        *end = group;
        group
    }
}

fn update(group: *mut Group, value: u64) {
    unsafe {
        (*group).count += 1;
        (*group).sum = (*group).sum.wrapping_add(value);
        (*group).least = (*group).least.min(value);
        (*group).most = (*group).most.max(value);
    }
}

async fn is_match(group: *mut Group, key: u64) -> bool {
    prefetch(group).await;
    unsafe { (*group).key == key }
}

async fn find_or_make(table: *mut Table, key: u64) -> *mut Group {
    let mut link = head_of(table, key);
    prefetch(link).await;
    while !unsafe { *link }.is_null() {
        if is_match(unsafe { *link }, key).await {
            return unsafe { *link };
        }
        link = next_of(unsafe { *link });
    }
    make(table, link, key)
}

async fn add_nested(table: *mut Table, key: u64, value: u64) -> u64 {
    update(find_or_make(table, key).await, value);
    0
}

async fn add_flat(table: *mut Table, key: u64, value: u64) -> u64 {
    let mut link = head_of(table, key);
    prefetch(link).await;
    while !unsafe { *link }.is_null() {
        prefetch(unsafe { *link }).await;
        let group = unsafe { *link };
        if unsafe { (*group).key } == key {
            update(group, value);
            return 0;
        }
        link = next_of(group);
    }
    update(make(table, link, key), value);
    0
}

#[no_mangle]
unsafe extern "C" fn groupby_rust_nested(job: &Job) -> u64 {
    let table = job.structure.cast();
    run(job, |i| add_nested(table, job.key(i), value_of(i)))
}

#[no_mangle]
unsafe extern "C" fn groupby_rust_flat(job: &Job) -> u64 {
    let table = job.structure.cast();
    run(job, |i| add_flat(table, job.key(i), value_of(i)))
}
