//! The cheapest row to move from a site to every other, found again only where rows have changed.

use super::LocalFlow;
use super::paths::LANES;

/// No row, site or slot.
const NONE: u32 = u32::MAX;

/// Slots are added by so many at least.
const MORE_SLOTS: usize = 16;

/// What moving a unit between any two sites in use costs. Slots number those.
pub(super) struct Movers {
    /// Cost of moving the cheapest unit, by slot, then slot; infinite where nothing can move.
    more: Vec<f64>,
    /// The same the other way round: by the slot that it moves to, then the one it comes from.
    less: Vec<f64>,
    /// Which row that is a unit of.
    row: Vec<u32>,
    /// Worth of a unit of each slot's capacity.
    worth: Vec<f64>,
    n_slots: usize,
    slot_of: Vec<u32>,
    site_of: Vec<u32>,
    free: Vec<u32>,
    /// Slots whose rows are to be found again.
    stale: Vec<u32>,
    is_stale: Vec<bool>,
}

impl Movers {
    pub(super) fn new(n_sites: usize) -> Self {
        Self {
            more: Vec::new(),
            less: Vec::new(),
            row: Vec::new(),
            worth: Vec::new(),
            n_slots: 0,
            slot_of: vec![NONE; n_sites],
            site_of: Vec::new(),
            free: Vec::new(),
            stale: Vec::new(),
            is_stale: Vec::new(),
        }
    }

    /// Lays out this many slots, or a few more.
    pub(super) fn grow(&mut self, n_slots: usize) {
        let (old, n_slots) = (self.n_slots, n_slots.next_multiple_of(LANES));
        let mut movers = Self {
            more: vec![f64::INFINITY; n_slots * n_slots],
            less: vec![f64::INFINITY; n_slots * n_slots],
            row: vec![NONE; n_slots * n_slots],
            ..Self::new(0)
        };
        for slot in 0..old {
            let (from, to) = (slot * old..(slot + 1) * old, slot * n_slots..slot * n_slots + old);
            movers.more[to.clone()].copy_from_slice(&self.more[from.clone()]);
            movers.less[to.clone()].copy_from_slice(&self.less[from.clone()]);
            movers.row[to].copy_from_slice(&self.row[from]);
        }
        (self.more, self.less, self.row, self.n_slots) = (movers.more, movers.less, movers.row, n_slots);
        self.free.extend((old as u32..n_slots as u32).rev());
        self.site_of.resize(n_slots, NONE);
        self.worth.resize(n_slots, 0.0);
        self.is_stale.resize(n_slots, false);
    }

    /// Gives a site a slot, if it has none; `is_used` tells whether another still needs its own.
    pub(super) fn enter(&mut self, site: usize, worth: f64, is_used: impl Fn(usize) -> bool) {
        if self.slot_of[site] != NONE {
            return;
        }
        if self.free.is_empty() {
            for slot in 0..self.n_slots {
                let other = self.site_of[slot] as usize;
                if !is_used(other) {
                    self.slot_of[other] = NONE;
                    self.free.push(slot as u32);
                }
            }
        }
        if self.free.is_empty() {
            self.grow(self.n_slots + MORE_SLOTS.max(self.n_slots / 4));
        }
        let slot = self.free.pop().expect("there is a slot");
        self.slot_of[site] = slot;
        self.site_of[slot as usize] = site as u32;
        self.worth[slot as usize] = worth;
        self.clear(slot as usize);
        self.lose(site);
    }

    /// Leaves out what could move from a slot. Writes only where something could: the table may be large.
    fn clear(&mut self, a: usize) {
        for b in 0..self.n_slots {
            let at = a * self.n_slots + b;
            if self.row[at] != NONE {
                (self.more[at], self.less[b * self.n_slots + a], self.row[at]) = (f64::INFINITY, f64::INFINITY, NONE);
            }
        }
    }

    /// Takes in what a row that is served from `site`, where a unit costs `here`, costs at one of its choices.
    #[inline]
    pub(super) fn take(&mut self, site: usize, row: u32, here: f64, (unit, to): (f64, u32)) {
        let a = self.slot_of[site] as usize;
        let b = self.slot_of[to as usize] as usize;
        let (at, more) = (a * self.n_slots + b, unit - here);
        if more < self.more[at] && a != b {
            self.more[at] = more;
            self.less[b * self.n_slots + a] = more;
            self.row[at] = row;
        }
    }

    /// Leaves a row out that is no longer served from `site`.
    pub(super) fn lose_row(&mut self, site: usize, row: u32) {
        let a = self.slot_of[site] as usize;
        if !self.is_stale[a] && self.row[a * self.n_slots..(a + 1) * self.n_slots].contains(&row) {
            self.is_stale[a] = true;
            self.stale.push(a as u32);
        }
    }

    /// Leaves a site out to which nothing can move any more.
    pub(super) fn lose(&mut self, site: usize) {
        let b = self.slot_of[site] as usize;
        for a in 0..self.n_slots {
            let (at, back) = (a * self.n_slots + b, b * self.n_slots + a);
            if self.less[back].is_finite() {
                (self.more[at], self.less[back], self.row[at]) = (f64::INFINITY, f64::INFINITY, NONE);
            }
        }
    }

    /// Notes the worth of a unit of a site's capacity.
    #[inline]
    pub(super) fn set_worth(&mut self, site: usize, worth: f64) {
        if self.slot_of[site] != NONE {
            self.worth[self.slot_of[site] as usize] = worth;
        }
    }

    /// Worth of a unit of capacity, by slot.
    #[inline]
    pub(super) fn worth(&self) -> &[f64] {
        &self.worth
    }

    /// Number of slots, used or not.
    pub(super) fn n_slots(&self) -> usize {
        self.n_slots
    }

    /// The slot of a site in use.
    #[inline]
    pub(super) fn slot(&self, site: usize) -> usize {
        self.slot_of[site] as usize
    }

    /// The site of a slot.
    #[inline]
    pub(super) fn site(&self, slot: usize) -> usize {
        self.site_of[slot] as usize
    }

    /// The row to move from one slot to another.
    #[inline]
    pub(super) fn row(&self, slot: usize, to: usize) -> u32 {
        self.row[slot * self.n_slots + to]
    }

    /// What moving a unit from a slot costs, by the slot where it goes.
    #[inline]
    pub(super) fn out_of(&self, slot: usize) -> &[f64] {
        &self.more[slot * self.n_slots..(slot + 1) * self.n_slots]
    }

    /// What moving a unit to a slot costs, by the slot where it comes from.
    #[inline]
    pub(super) fn in_to(&self, slot: usize) -> &[f64] {
        &self.less[slot * self.n_slots..(slot + 1) * self.n_slots]
    }
}

impl LocalFlow<'_> {
    /// Finds the movers of sites that have lost rows.
    pub(super) fn find_movers(&mut self) {
        while let Some(slot) = self.movers.stale.pop() {
            self.movers.is_stale[slot as usize] = false;
            self.movers.clear(slot as usize);
            self.find_movers_of(self.movers.site(slot as usize));
        }
    }

    /// Finds the movers of a site that has none yet.
    pub(super) fn find_movers_of(&mut self, site: usize) {
        for &(j, here) in &self.rows_at[site] {
            for &choice in &self.choices[j as usize] {
                self.movers.take(site, j, here, choice);
            }
        }
    }
}
