//! bfs_layers.c in Rust, nested and flattened by hand.
use crate::graph_rust::{load_list, prefetch_list, Graph, Vertex};
use crate::interleave::prefetch;
use crate::{run, Job};

#[repr(C)]
struct Search {
    graph: Graph,
    level: u32,     // that gives the neighbours theirs
    next: *mut u32, // the vertices of that level
    found: usize,   // of those
    stages: usize,
}

const UNSEEN: u32 = u32::MAX;

/// Gives a vertex its level; true: it had none.
fn take(search: *mut Search, vertex: *mut Vertex) -> bool {
    unsafe {
        if (*vertex).level != UNSEEN {
            return false;
        }
        (*vertex).level = (*search).level;
    }
    true
}

fn add(search: *mut Search, vertex: *mut Vertex) {
    unsafe {
        let number = graph_of(search).number_of(vertex);
        *(*search).next.add((*search).found) = number;
        (*search).found += 1;
    }
}

/// No operation changes where its parts are.
fn graph_of<'a>(search: *mut Search) -> &'a Graph {
    unsafe { &(*search).graph }
}

/// take() of a vertex that is not in the cache yet.
async fn claim(search: *mut Search, vertex: *mut Vertex) -> bool {
    prefetch(vertex).await;
    take(search, vertex)
}

/// True: it is new.
async fn visit(search: *mut Search, neighbour: u32) -> bool {
    let vertex = graph_of(search).vertex(neighbour);
    let is_new = claim(search, vertex).await;
    if is_new {
        add(search, vertex);
    }
    is_new
}

async fn expand_nested(search: *mut Search, key: u64) -> u64 {
    for &neighbour in load_list(graph_of(search), key).await {
        visit(search, neighbour).await;
    }
    0
}

async fn expand_flat(search: *mut Search, key: u64) -> u64 {
    let graph = graph_of(search);
    prefetch(graph.vertex_of(key)).await;
    let list = graph.list_of(key);
    if !list.is_empty() {
        prefetch_list(list).await;
    }
    for &neighbour in list {
        let vertex = graph.vertex(neighbour);
        prefetch(vertex).await;
        if take(search, vertex) {
            add(search, vertex);
        }
    }
    0
}

/// Every result is 0: the answer is in the graph.
#[no_mangle]
unsafe extern "C" fn bfs_rust_nested(job: &Job) -> u64 {
    let search = job.structure.cast();
    run(job, |i| expand_nested(search, job.key(i)))
}

#[no_mangle]
unsafe extern "C" fn bfs_rust_flat(job: &Job) -> u64 {
    let search = job.structure.cast();
    run(job, |i| expand_flat(search, job.key(i)))
}
