//! What was changed in a flow, so that it can be taken back.

use super::{LocalFlow, Share};

/// A state that a flow can go back to.
#[derive(Clone, Copy)]
pub(crate) struct Mark {
    n_changes: usize,
    cost: f64,
}

enum Change {
    /// An amount of a row moved from one site, where a unit has this cost, to another.
    Moved { row: u32, from: u32, to: u32, amount: i64, unit: f64 },
    /// The worth of a site's capacity was this.
    Worth(u32, f64),
    /// A site passed so much.
    Passed(u32, i64),
    /// A site opened (true) or closed.
    Turned(u32, bool),
}

/// The changes since the last [`LocalFlow::keep`].
#[derive(Default)]
pub(super) struct Record {
    changes: Vec<Change>,
}

impl Record {
    pub(super) fn turned(&mut self, site: usize, is_open: bool) {
        self.changes.push(Change::Turned(site as u32, is_open));
    }

    /// Sites that rows were moved from since `mark`, with repetitions.
    pub(super) fn sources(&self, mark: Mark) -> impl Iterator<Item = usize> {
        self.changes[mark.n_changes..].iter().filter_map(|change| match change {
            Change::Moved { from, .. } => Some(*from as usize),
            Change::Worth(..) | Change::Passed(..) | Change::Turned(..) => None,
        })
    }
}

impl LocalFlow<'_> {
    /// The present state.
    pub(crate) fn mark(&self) -> Mark {
        Mark { n_changes: self.record.changes.len(), cost: self.cost }
    }

    /// Makes the present state final: marks set before are void.
    pub(crate) fn keep(&mut self) {
        self.record.changes.clear();
    }

    /// Takes all changes since `mark` back, the last first.
    pub(crate) fn undo(&mut self, mark: Mark) {
        while self.record.changes.len() > mark.n_changes {
            match self.record.changes.pop().expect("there are changes after the mark") {
                Change::Moved { row, from, to, amount, unit } => self.shift(row, to as usize, (from, unit), amount),
                Change::Worth(site, worth) => self.put_worth(site as usize, worth),
                Change::Passed(site, passed) => self.passed[site as usize] = passed,
                Change::Turned(site, true) => self.withdraw(site as usize),
                Change::Turned(site, false) => {
                    self.excess[site as usize] = 0;
                    self.offer(site as usize);
                }
            }
        }
        self.cost = mark.cost;
    }

    pub(super) fn set_worth(&mut self, site: usize, worth: f64) {
        self.record.changes.push(Change::Worth(site as u32, self.worth[site]));
        self.put_worth(site, worth);
    }

    /// The worth is kept by site and, for paths, by slot.
    fn put_worth(&mut self, site: usize, worth: f64) {
        self.worth[site] = worth;
        self.movers.set_worth(site, worth);
    }

    pub(super) fn set_passed(&mut self, site: usize, passed: i64) {
        self.record.changes.push(Change::Passed(site as u32, self.passed[site]));
        self.passed[site] = passed;
    }

    /// Moves `amount` of row `j` from site `a` to another, where a unit has the given cost.
    pub(super) fn move_share(&mut self, j: u32, a: usize, to: (u32, f64), amount: i64) {
        let unit = self.share(j as usize, a).unit;
        self.record.changes.push(Change::Moved { row: j, from: a as u32, to: to.0, amount, unit });
        self.cost += (to.1 - unit) * amount as f64;
        self.shift(j, a, to, amount);
    }

    fn shift(&mut self, j: u32, a: usize, (b, unit): (u32, f64), amount: i64) {
        self.enter(b as usize);
        let shares = &mut self.shares[j as usize];
        let from = shares.iter().position(|share| share.site as usize == a).expect("the row is served from here");
        shares[from].amount -= amount;
        if shares[from].amount == 0 {
            shares.swap_remove(from);
            let at = self.rows_at[a].iter().position(|row| row.0 == j).expect("rows and shares agree");
            self.rows_at[a].swap_remove(at);
            self.movers.lose_row(a, j);
        }
        match shares.iter_mut().find(|share| share.site == b) {
            Some(share) => share.amount += amount,
            None => {
                shares.push(Share { site: b, amount, unit });
                self.rows_at[b as usize].push((j, unit));
                self.choices[j as usize].iter().for_each(|&choice| self.movers.take(b as usize, j, unit, choice));
            }
        }
    }
}
