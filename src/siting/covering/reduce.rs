//! Rows and sites that a covering problem can do without.

use crate::siting::problem::{Problem, SiteStatus};

/// What covers what within a reach.
pub(super) struct Cover {
    /// Sites in reach, by row; empty for rows that are left out.
    pub(super) sites: Vec<Vec<u32>>,
    /// Whether each row is needed: another that is implies those that are not.
    pub(super) needed: Vec<bool>,
}

/// Steps after which reductions end, about.
const MOST_STEPS: usize = 30_000_000;

impl Cover {
    /// The sites of every row that are within `reach` and may be opened.
    pub(super) fn new(problem: &Problem, reach: f64) -> Self {
        let rows = problem.customers().iter().map(|customer| {
            let near = customer.services.iter().filter(|service| service.cost <= reach);
            let sites = near.map(|service| service.site.get());
            sites.filter(|&i| problem.sites()[i].status != SiteStatus::Forbidden).map(|i| i as u32).collect()
        });
        let sites: Vec<Vec<u32>> = rows.collect();
        Self { needed: vec![true; sites.len()], sites }
    }

    /// Whether some row has no site.
    pub(super) fn is_short(&self) -> bool {
        self.sites.iter().zip(&self.needed).any(|(sites, needed)| *needed && sites.is_empty())
    }

    /// Leaves out rows that another row's cover implies, and sites that cover no more than another does; only right where
    /// capacities do not matter. Also known as row and column dominance.
    pub(super) fn reduce(&mut self, problem: &Problem) {
        let mut left = MOST_STEPS;
        for _ in 0..3 {
            let n_rows = self.drop_rows(problem.sites().len(), &mut left);
            let n_sites = self.drop_sites(problem, &mut left);
            if n_rows == 0 && n_sites == 0 || left == 0 {
                break;
            }
        }
    }

    /// Rows of each site, ascending.
    fn rows(&self, n_sites: usize) -> Vec<Vec<u32>> {
        let mut rows = vec![Vec::new(); n_sites];
        for (j, sites) in self.sites.iter().enumerate().filter(|(j, _)| self.needed[*j]) {
            sites.iter().for_each(|&i| rows[i as usize].push(j as u32));
        }
        rows
    }

    fn drop_rows(&mut self, n_sites: usize, left: &mut usize) -> usize {
        let rows = self.rows(n_sites);
        let mut order: Vec<usize> = (0..self.sites.len()).filter(|&j| self.needed[j]).collect();
        order.sort_by_key(|&j| (self.sites[j].len(), j));
        let mut n_dropped = 0;
        for k in order {
            // A row that needs a superset of these sites meets each of them, so the site of fewest rows has it.
            let rarest = self.sites[k].iter().min_by_key(|&&i| rows[i as usize].len());
            let Some(&rarest) = rarest.filter(|_| self.needed[k]) else { continue };
            for &j in &rows[rarest as usize] {
                let j = j as usize;
                *left = left.saturating_sub(self.sites[k].len());
                if j != k && self.needed[j] && is_subset(&self.sites[k], &self.sites[j]) {
                    self.needed[j] = false;
                    n_dropped += 1;
                }
            }
            if *left == 0 {
                break;
            }
        }
        n_dropped
    }

    fn drop_sites(&mut self, problem: &Problem, left: &mut usize) -> usize {
        let rows = self.rows(problem.sites().len());
        let mut dropped = vec![false; rows.len()];
        let mut order: Vec<usize> = (0..rows.len()).filter(|&i| !rows[i].is_empty()).collect();
        order.sort_by_key(|&i| (rows[i].len(), std::cmp::Reverse(i)));
        for &i in &order {
            if problem.sites()[i].status == SiteStatus::Required {
                continue;
            }
            let Some(&rarest) = rows[i].iter().min_by_key(|&&j| self.sites[j as usize].len()) else { continue };
            let better = self.sites[rarest as usize].iter().any(|&k| {
                let k = k as usize;
                *left = left.saturating_sub(rows[i].len());
                k != i && !dropped[k] && is_subset(&rows[i], &rows[k])
            });
            dropped[i] = better;
            if *left == 0 {
                break;
            }
        }
        let n_dropped = dropped.iter().filter(|&&dropped| dropped).count();
        self.sites.iter_mut().for_each(|sites| sites.retain(|&i| !dropped[i as usize]));
        n_dropped
    }
}

/// Whether all of `few` are among `many`, both ascending.
fn is_subset(few: &[u32], many: &[u32]) -> bool {
    if few.len() > many.len() {
        return false;
    }
    let mut rest = many.iter();
    few.iter().all(|wanted| rest.by_ref().find(|found| *found >= wanted).is_some_and(|found| found == wanted))
}
