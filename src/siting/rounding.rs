//! Open sites from the shares of the relaxation, in balance everywhere.

use super::prepared::Prepared;

/// Rows of a site, the cheapest ones, whose other sites are its neighbors.
const N_NEAR_ROWS: usize = 24;

/// Opens sites whose `shares` of capacity make up `spare` times what is needed: the largest share first, and each takes
/// the shares of its neighbors, those with most rows in common first, until its own capacity is used up. Sites that are
/// `fixed` open stay so. O(open sites × near rows × services).
pub(super) fn balanced(prepared: &Prepared<'_>, shares: &[f64], fixed: &[Option<bool>], spare: f64) -> Vec<bool> {
    let n_sites = prepared.n_sites();
    let passed: f64 = (0..n_sites).map(|i| shares[i] * prepared.useful[i]).sum();
    let scale = spare * prepared.total_weight / passed.max(1.0);
    let mut left: Vec<f64> = (0..n_sites).map(|i| scale * shares[i] * prepared.useful[i]).collect();
    let mut open: Vec<bool> = fixed.iter().map(|fixed| *fixed == Some(true)).collect();
    open.resize(prepared.n_flags(), true);
    let mut order: Vec<usize> = (0..n_sites).filter(|&i| shares[i] > 0.0 && fixed[i] != Some(false)).collect();
    order.sort_by(|&a, &b| open[b].cmp(&open[a]).then(shares[b].total_cmp(&shares[a])).then(a.cmp(&b)));
    let mut hits = vec![0u32; n_sites];
    for i in order {
        // What is left of a site and its neighbors must fill half of it at least.
        if !open[i] && (left[i] <= 0.0 || prepared.siblings(i).any(|k| open[k])) {
            continue;
        }
        let neighbors = neighbors(prepared, i, &left, &mut hits);
        let around: f64 = neighbors.iter().map(|&k| left[k]).sum();
        if !open[i] && left[i] + around < 0.5 * prepared.useful[i] {
            continue;
        }
        open[i] = true;
        let mut wanted = prepared.useful[i] - left[i];
        left[i] = 0.0;
        for k in neighbors {
            let taken = left[k].min(wanted.max(0.0));
            left[k] -= taken;
            wanted -= taken;
        }
    }
    open
}

/// Sites with something left that may serve rows near site `i`, those with most of them first.
fn neighbors(prepared: &Prepared<'_>, i: usize, left: &[f64], hits: &mut [u32]) -> Vec<usize> {
    let (rows, costs) = prepared.arcs(i);
    let unit = |at: usize| costs[at] / prepared.demand[rows[at] as usize];
    let mut near: Vec<usize> = (0..rows.len()).collect();
    if near.len() > N_NEAR_ROWS {
        near.select_nth_unstable_by(N_NEAR_ROWS, |&a, &b| unit(a).total_cmp(&unit(b)).then(a.cmp(&b)));
        near.truncate(N_NEAR_ROWS);
    }
    let mut found = Vec::new();
    for at in near {
        for service in &prepared.problem.customers()[rows[at] as usize].services {
            let k = service.site.get();
            if k != i && left[k] > 0.0 {
                if hits[k] == 0 {
                    found.push(k);
                }
                hits[k] += 1;
            }
        }
    }
    found.sort_by(|&a, &b| hits[b].cmp(&hits[a]).then(a.cmp(&b)));
    found.iter().for_each(|&k| hits[k] = 0);
    found
}
