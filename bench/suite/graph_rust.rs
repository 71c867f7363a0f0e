//! What `bfs` and `pagerank` have in common in Rust: the graph of graph.h, and its lists.
use crate::interleave::{prefetch, prefetch_range, Suspend};
use core::slice;

#[repr(C, align(64))]
pub struct Vertex {
    first: u64, // of its list of neighbours
    count: u32, // of those
    pub level: u32,
    pub share: u64,
    unused: [u64; 5],
}

#[repr(C)]
pub struct Graph {
    vertices: *mut Vertex,
    edges: *const u32, // the lists: numbers of vertices
    count: usize,
    edge_count: usize,
}

const PIECE: usize = 32; // edges; the last piece of a list may have fewer

impl Graph {
    pub fn vertex(&self, number: u32) -> *mut Vertex {
        unsafe { self.vertices.add(number as usize) }
    }

    /// Where `vertex` is in the array.
    pub fn number_of(&self, vertex: *const Vertex) -> u32 {
        unsafe { vertex.offset_from(self.vertices) as u32 }
    }

    /// Of a key: the piece in the high half, the vertex in the low one.
    pub fn vertex_of(&self, key: u64) -> *mut Vertex {
        self.vertex(key as u32)
    }

    /// A piece of a list. Reads the vertex, and not the edges.
    pub fn list_of(&self, key: u64) -> &[u32] {
        let (first, count) = unsafe {
            let vertex = self.vertex_of(key);
            ((*vertex).first as usize, (*vertex).count as usize)
        };
        let skipped = ((key >> 32) as usize * PIECE).min(count);
        let length = (count - skipped).min(PIECE);
        unsafe { slice::from_raw_parts(self.edges.add(first + skipped), length) }
    }
}

/// All lines of a list that isn't empty; to be awaited.
pub fn prefetch_list(list: &[u32]) -> Suspend {
    let edges = list.as_ptr_range();
    let line = edges.start.wrapping_byte_sub(edges.start as usize % 64);
    prefetch_range(line, edges.end as usize - line as usize)
}

/// A vertex's list, or piece of it: neither is in the cache yet.
pub async fn load_list(graph: &Graph, key: u64) -> &[u32] {
    prefetch(graph.vertex_of(key)).await;
    let list = graph.list_of(key);
    if !list.is_empty() {
        prefetch_list(list).await;
    }
    list
}
