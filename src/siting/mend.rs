//! An open set that a search suggests, made to keep the problem's limits before its flows are computed.

use super::state::State;

impl State<'_> {
    /// Makes counts, coverage and total capacity right, as far as single additions and removals can.
    pub(super) fn mend(&self, open: &mut [bool]) {
        let (prepared, problem) = (self.prepared, self.prepared.problem);
        let n_sites = prepared.n_sites();
        let reduced = &self.volume.at_best.reduced;
        let forced = self.lagrangian.fixing();
        self.mend_places(open, &forced);
        self.mend_coverage(open, &forced);
        let n_open = |open: &[bool]| open[..n_sites].iter().filter(|&&open| open).count();
        let missing = problem.min_open().saturating_sub(n_open(open));
        self.cheapest_closed(open, 0..n_sites, missing).into_iter().for_each(|i| open[i] = true);
        while n_open(open) > problem.max_open() {
            let worst = (0..n_sites).filter(|&i| open[i] && forced[i].is_none() && !prepared.is_required(i));
            let Some(i) = worst.max_by(|&a, &b| reduced[a].total_cmp(&reduced[b]).then(b.cmp(&a))) else { break };
            open[i] = false;
        }
        self.mend_funds(open, &forced);
        if prepared.capacitated {
            self.mend_capacity(open, &forced);
        }
        while !prepared.plants_suffice(open) {
            let Some(&g) = self.cheapest_closed(open, self.plants(), 1).first() else { break };
            open[g] = true;
        }
    }

    /// Opens the site that serves most of the rows without an open site, until none helps. O(arcs).
    fn mend_coverage(&self, open: &mut [bool], forced: &[Option<bool>]) {
        let (prepared, reduced) = (self.prepared, &self.volume.at_best.reduced);
        let n_sites = prepared.n_sites();
        let mut covered = vec![false; prepared.n_rows()];
        for i in (0..n_sites).filter(|&i| open[i]) {
            prepared.arcs(i).0.iter().for_each(|&j| covered[j as usize] = true);
        }
        let gain = |i: usize| prepared.arcs(i).0.iter().filter(|&&j| !covered[j as usize]).count() as i64;
        let mut gains: Vec<i64> = if covered.contains(&false) { (0..n_sites).map(gain).collect() } else { return };
        loop {
            let is_alone = |i: usize| prepared.siblings(i).all(|k| !open[k]);
            let candidates = (0..n_sites).filter(|&i| !open[i] && forced[i] != Some(false) && is_alone(i));
            let best = candidates
                .map(|i| (gains[i], i))
                .max_by(|a, b| a.0.cmp(&b.0).then(reduced[b.1].total_cmp(&reduced[a.1])).then(b.1.cmp(&a.1)));
            let Some((_, i)) = best.filter(|best| best.0 > 0) else { return };
            open[i] = true;
            for &j in prepared.arcs(i).0 {
                if !std::mem::replace(&mut covered[j as usize], true) {
                    let services = &prepared.problem.customers()[j as usize].services;
                    services.iter().for_each(|service| gains[service.site.get()] -= 1);
                }
            }
        }
    }

    /// Leaves the best site of each place open, and opens one where one must be.
    fn mend_places(&self, open: &mut [bool], forced: &[Option<bool>]) {
        let reduced = &self.volume.at_best.reduced;
        for place in self.prepared.problem.places().iter().filter(|place| place.is_required || place.sites.len() > 1) {
            let best = |i: &usize, k: &usize| reduced[*i].total_cmp(&reduced[*k]);
            let opened = place.sites.clone().filter(|&i| open[i]).min_by(best);
            let allowed = place.sites.clone().filter(|&i| place.is_required && forced[i] != Some(false));
            if let Some(i) = opened.or_else(|| allowed.min_by(best)) {
                self.prepared.open_site(open, i);
            }
        }
    }

    /// Closes sites or makes them smaller until the funds suffice: what loses least capacity for the money first.
    fn mend_funds(&self, open: &mut [bool], forced: &[Option<bool>]) {
        let prepared = self.prepared;
        let mut spent = prepared.spent(open);
        while spent > prepared.funds {
            let mut best: Option<(f64, usize, Option<usize>)> = None;
            for i in (0..prepared.n_sites()).filter(|&i| open[i] && forced[i].is_none()) {
                let smaller = prepared.siblings(i).filter(|&k| forced[k].is_none()).map(Some);
                for instead in smaller.chain((!prepared.is_required(i)).then_some(None)) {
                    let saved = prepared.spending[i] - instead.map_or(0.0, |k| prepared.spending[k]);
                    let lost = prepared.useful[i] - instead.map_or(0.0, |k| prepared.useful[k]);
                    if saved > 0.0 && best.is_none_or(|best| lost / saved < best.0) {
                        best = Some((lost / saved, i, instead));
                    }
                }
            }
            let Some((_, i, instead)) = best else { return };
            open[i] = false;
            if let Some(k) = instead {
                open[k] = true;
            }
            spent = prepared.spent(open);
        }
    }

    /// Opens sites, or swaps small for large ones at the count limit, until the total capacity suffices.
    fn mend_capacity(&self, open: &mut [bool], forced: &[Option<bool>]) {
        let prepared = self.prepared;
        let passed =
            |open: &[bool]| (0..prepared.n_sites()).filter(|&i| open[i]).map(|i| prepared.useful[i]).sum::<f64>();
        while passed(open) < prepared.total_weight {
            let n_open = open[..prepared.n_sites()].iter().filter(|&&open| open).count();
            let n_more = prepared.problem.max_open().saturating_sub(n_open);
            let closed = self.cheapest_closed(open, 0..prepared.n_sites(), n_more);
            if !closed.is_empty() {
                let mut missing = prepared.total_weight - passed(open);
                for i in closed {
                    if missing <= 0.0 {
                        break;
                    }
                    open[i] = true;
                    missing -= prepared.useful[i];
                }
                continue;
            }
            if let Some(i) = self.cheapest_larger(open) {
                prepared.open_site(open, i);
                continue;
            }
            let size = |i: &usize| prepared.useful[*i];
            let is_alone = |i: usize| prepared.siblings(i).all(|k| !open[k]);
            let closed = (0..prepared.n_sites()).filter(|&i| !open[i] && forced[i] != Some(false) && is_alone(i));
            let largest = closed.max_by(|a, b| size(a).total_cmp(&size(b)));
            let smallest = (0..prepared.n_sites())
                .filter(|&i| open[i] && forced[i].is_none() && !prepared.is_required(i))
                .min_by(|a, b| size(a).total_cmp(&size(b)));
            match (largest, smallest) {
                (Some(i), Some(k))
                    if size(&i) > size(&k)
                        && prepared.spent(open) + prepared.spending[i] - prepared.spending[k] <= prepared.funds =>
                {
                    (open[i], open[k]) = (true, false);
                }
                _ => return,
            }
        }
    }
}
