//! pagerank_layers.c in Rust, nested and flattened by hand.
use crate::graph_rust::{load_list, prefetch_list, Graph, Vertex};
use crate::interleave::prefetch;
use crate::{run, Job};

#[repr(C)]
struct Step {
    graph: Graph, // with lists of incoming edges
    stages: usize,
}

/// Of a vertex that is not in the cache yet.
async fn share_of(vertex: *const Vertex) -> u64 {
    prefetch(vertex).await;
    unsafe { (*vertex).share }
}

async fn add_up(graph: &Graph, list: &[u32]) -> u64 {
    let mut sum = 0u64;
    for &neighbour in list {
        sum = sum.wrapping_add(share_of(graph.vertex(neighbour)).await);
    }
    sum
}

async fn pull_nested(graph: &Graph, key: u64) -> u64 {
    let list = load_list(graph, key).await;
    add_up(graph, list).await
}

async fn pull_flat(graph: &Graph, key: u64) -> u64 {
    prefetch(graph.vertex_of(key)).await;
    let list = graph.list_of(key);
    if !list.is_empty() {
        prefetch_list(list).await;
    }
    let mut sum = 0u64;
    for &neighbour in list {
        let vertex = graph.vertex(neighbour);
        prefetch(vertex).await;
        sum = sum.wrapping_add(unsafe { (*vertex).share });
    }
    sum
}

#[no_mangle]
unsafe extern "C" fn pagerank_rust_nested(job: &Job) -> u64 {
    let step: &Step = &*job.structure.cast();
    run(job, |i| pull_nested(&step.graph, job.key(i)))
}

#[no_mangle]
unsafe extern "C" fn pagerank_rust_flat(job: &Job) -> u64 {
    let step: &Step = &*job.structure.cast();
    run(job, |i| pull_flat(&step.graph, job.key(i)))
}
