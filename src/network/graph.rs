//! Shortest paths over an undirected graph with lengths, on `petgraph`.

use petgraph::algo::dijkstra;
use petgraph::graph::{NodeIndex, UnGraph};
use rayon::prelude::*;

/// The lengths of the shortest paths between all pairs of `n_nodes` nodes, row by row; `None` where no path leads.
///
/// Of two edges between the same nodes the shorter one counts. `O(n (n + e) log n)`, rows in parallel.
/// Panics when an edge names a node that does not exist.
#[must_use]
pub fn all_pairs(n_nodes: usize, edges: &[(usize, usize, u32)]) -> Vec<Vec<Option<u32>>> {
    let mut graph = UnGraph::<(), u32>::with_capacity(n_nodes, edges.len());
    for _ in 0..n_nodes {
        graph.add_node(());
    }
    for &(from, to, length) in edges {
        assert!(from < n_nodes && to < n_nodes, "edge {from}-{to} of a graph with {n_nodes} nodes");
        graph.add_edge(NodeIndex::new(from), NodeIndex::new(to), length);
    }
    (0..n_nodes)
        .into_par_iter()
        .map(|from| {
            let mut row = vec![None; n_nodes];
            for (node, length) in dijkstra(&graph, NodeIndex::new(from), None, |edge| *edge.weight()) {
                row[node.index()] = Some(length);
            }
            row
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_by_hand() {
        let rows = all_pairs(4, &[(0, 1, 5), (1, 2, 5), (0, 2, 20)]);
        assert_eq!(rows[0], vec![Some(0), Some(5), Some(10), None]);
        assert_eq!(rows[3], vec![None, None, None, Some(0)]);
    }
}
