//! The cheapest row to move from a site to each of its neighbors, found again only where rows have changed.

use super::LocalFlow;

/// The cheapest row to move to a site.
#[derive(Clone, Copy)]
pub(super) struct Mover {
    pub(super) to: u32,
    pub(super) row: u32,
    /// What a unit costs at the other site.
    pub(super) unit: f64,
    /// What it costs there more than here.
    pub(super) more: f64,
}

/// The movers of every site.
pub(super) struct Movers {
    of: Vec<Vec<Mover>>,
    /// Sites that have or had a mover to each site.
    feeders: Vec<Vec<u32>>,
    stale: Vec<bool>,
    /// Position of each site among the movers at work.
    position: Vec<u32>,
}

impl Movers {
    pub(super) fn new(n_sites: usize) -> Self {
        Self {
            of: vec![Vec::new(); n_sites],
            feeders: vec![Vec::new(); n_sites],
            stale: vec![true; n_sites],
            position: vec![u32::MAX; n_sites],
        }
    }

    /// Takes in what a row that is served from `site`, where a unit costs `here`, costs at one of its choices.
    pub(super) fn take(&mut self, site: usize, row: u32, here: f64, (unit, to): (f64, u32)) {
        if to as usize == site {
            return;
        }
        let found = Mover { to, row, unit, more: unit - here };
        match self.of[site].iter_mut().find(|mover| mover.to == to) {
            Some(mover) if found.more < mover.more => *mover = found,
            Some(_) => {}
            None => {
                self.of[site].push(found);
                self.come_from(site, to);
            }
        }
    }

    /// Leaves a row out that is no longer served from `site`.
    pub(super) fn lose_row(&mut self, site: usize, row: u32) {
        self.stale[site] |= self.of[site].iter().any(|mover| mover.row == row);
    }

    /// Leaves a site out to which nothing can move any more.
    pub(super) fn lose_choice(&mut self, site: usize, to: u32) {
        if let Some(at) = self.of[site].iter().position(|mover| mover.to == to) {
            self.of[site].swap_remove(at);
        }
    }

    fn come_from(&mut self, site: usize, to: u32) {
        let feeders = &mut self.feeders[to as usize];
        if !feeders.contains(&(site as u32)) {
            feeders.push(site as u32);
        }
    }

    /// The sites that may have a mover to a site.
    pub(super) fn feeders(&self, site: usize) -> &[u32] {
        &self.feeders[site]
    }

    /// The mover from one site to another, once found.
    pub(super) fn between(&self, site: usize, to: usize) -> Option<&Mover> {
        self.of(site).iter().find(|mover| mover.to as usize == to)
    }

    /// The movers from a site as last found.
    pub(super) fn of(&self, site: usize) -> &[Mover] {
        debug_assert!(!self.stale[site]);
        &self.of[site]
    }
}

impl LocalFlow<'_> {
    /// Finds the movers from a site where they have changed.
    pub(super) fn find_movers(&mut self, site: usize) {
        if !std::mem::replace(&mut self.movers.stale[site], false) {
            return;
        }
        let Movers { of, position, .. } = &mut self.movers;
        let movers = &mut of[site];
        movers.clear();
        for &(j, here) in &self.rows_at[site] {
            for &(unit, to) in &self.choices[j as usize] {
                let found = Mover { to, row: j, unit, more: unit - here };
                match movers.get_mut(position[to as usize] as usize) {
                    Some(mover) if found.more < mover.more => *mover = found,
                    Some(_) => {}
                    None if to as usize != site => {
                        position[to as usize] = movers.len() as u32;
                        movers.push(found);
                    }
                    None => {}
                }
            }
        }
        movers.iter().for_each(|mover| position[mover.to as usize] = u32::MAX);
        for at in 0..self.movers.of[site].len() {
            self.movers.come_from(site, self.movers.of[site][at].to);
        }
    }
}
