//! Pairs of a site and a row that are decided, where every row is served whole.

use super::super::prepared::Prepared;
use super::lagrangian::Fixing;

/// Which rows certain sites must serve, and which pairs are out.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Assigned {
    /// One bit per arc: whether it is out. Empty where pairs are not decided.
    barred: Vec<u64>,
    /// The site of each row that has only one left; [`NONE`] for others.
    site: Vec<u32>,
    n_assigned: usize,
}

const NONE: u32 = u32::MAX;

impl Assigned {
    /// No pair is decided yet.
    pub(crate) fn none(prepared: &Prepared<'_>) -> Self {
        if !prepared.assigns() {
            return Self::default();
        }
        let barred = vec![0; prepared.row.len().div_ceil(64)];
        Self { barred, site: vec![NONE; prepared.n_rows()], n_assigned: 0 }
    }

    /// Whether arc `at` is out.
    #[inline]
    pub(crate) fn is_barred(&self, at: usize) -> bool {
        self.barred.get(at / 64).is_some_and(|bits| bits >> (at % 64) & 1 == 1)
    }

    /// The site that must serve row `j`, if that is decided.
    #[inline]
    pub(crate) fn site_of(&self, j: usize) -> Option<usize> {
        self.site.get(j).filter(|&&site| site != NONE).map(|&site| site as usize)
    }

    /// Whether every row has its site.
    pub(crate) fn is_complete(&self) -> bool {
        self.n_assigned == self.site.len()
    }

    /// Takes arc `at` out.
    pub(crate) fn bar(&mut self, at: usize) {
        self.barred[at / 64] |= 1 << (at % 64);
    }

    /// Takes all arcs of row `j` out but that of site `i`.
    pub(crate) fn assign(&mut self, prepared: &Prepared<'_>, i: usize, j: usize) {
        for service in &prepared.problem.customers()[j].services {
            let k = service.site.get();
            if k != i
                && let Some(at) = prepared.arc(k, j)
            {
                self.bar(at);
            }
        }
    }

    /// Draws the conclusions: closed sites serve nothing, rows with one site left are its own, sites with rows are open,
    /// and what does not fit beside them is out. False when nothing can be completed. O(arcs) a round.
    pub(crate) fn propagate(&mut self, prepared: &Prepared<'_>, fixed: &mut Fixing) -> bool {
        if self.site.is_empty() {
            return true;
        }
        let mut left = prepared.capacity.clone();
        for (j, &site) in self.site.iter().enumerate().filter(|(_, site)| **site != NONE) {
            left[site as usize] -= prepared.weight[j];
        }
        loop {
            let mut n_ways = vec![0u32; prepared.n_rows()];
            let mut last = vec![0; prepared.n_rows()];
            for i in 0..prepared.n_sites() {
                for (at, &j) in (prepared.first[i]..).zip(prepared.arcs(i).0) {
                    let j = j as usize;
                    if self.is_barred(at) || self.site[j] == i as u32 {
                        continue;
                    }
                    if fixed[i] == Some(false) || prepared.weight[j] > left[i] {
                        self.bar(at);
                    } else {
                        (n_ways[j], last[j]) = (n_ways[j] + 1, i);
                    }
                }
            }
            let mut is_new = false;
            for j in 0..n_ways.len() {
                if let Some(i) = self.site_of(j) {
                    if fixed[i] == Some(false) {
                        return false;
                    }
                    continue;
                }
                match n_ways[j] {
                    0 => return false,
                    1 => {
                        let i = last[j];
                        (self.site[j], is_new) = (i as u32, true);
                        self.n_assigned += 1;
                        left[i] -= prepared.weight[j];
                        if left[i] < 0.0 || fixed[i] == Some(false) {
                            return false;
                        }
                        fixed[i] = Some(true);
                    }
                    _ => {}
                }
            }
            if !is_new {
                return true;
            }
        }
    }
}
