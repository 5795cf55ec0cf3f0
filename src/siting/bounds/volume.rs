//! The volume algorithm: climbs the dual and averages the primal on the way.
//!
//! Source: Barahona & Anbil (2000), Mathematical Programming 87; for location Barahona & Chudak (2005), Discrete
//! Optimization 2.

use super::lagrangian::{Evaluation, Fixing, Lagrangian, Prices};

/// A dual search that can be continued.
#[derive(Clone)]
pub(crate) struct Volume {
    /// The best prices so far.
    pub(crate) best: Prices,
    /// The relaxation there.
    pub(crate) at_best: Evaluation,
    /// Averaged open shares: an estimate of the LP solution.
    pub(crate) open: Vec<f64>,
    /// Open shares of the last relaxation.
    pub(crate) last_open: Vec<f64>,
    unserved: Vec<f64>,
    excess: Vec<f64>,
    step: f64,
    most: f64,
    n_failed: u32,
    progress: f64,
    n_since: u32,
    begun: bool,
}

impl Volume {
    /// Starts from `prices`.
    pub(crate) fn new(lagrangian: &mut Lagrangian<'_>, prices: Prices, fixed: &Fixing) -> Self {
        let at_best = lagrangian.evaluate(&prices, fixed);
        Self {
            best: prices,
            open: at_best.open.clone(),
            last_open: at_best.open.clone(),
            unserved: at_best.unserved.clone(),
            excess: at_best.excess.clone(),
            progress: at_best.bound,
            at_best,
            step: 0.1,
            most: 0.1,
            n_failed: 0,
            n_since: 0,
            begun: false,
        }
    }

    /// Forgets the averages, for a node with other fixings.
    pub(crate) fn restart(&mut self, lagrangian: &mut Lagrangian<'_>, fixed: &Fixing) {
        *self = Self { step: self.step.max(0.02), ..Self::new(lagrangian, self.best.clone(), fixed) };
    }

    /// The step factor; small when the climb is nearly over.
    pub(crate) fn step(&self) -> f64 {
        self.step
    }

    /// One step towards `target`, a cost that the bound may reach.
    pub(crate) fn iterate(&mut self, lagrangian: &mut Lagrangian<'_>, fixed: &Fixing, target: f64) {
        let reach = (target - self.at_best.bound).max(1e-7 * target.abs()).max(1e-6);
        let trial = self.trial(lagrangian, reach);
        let found = lagrangian.evaluate(&trial, fixed);
        self.average(&found);
        self.last_open.clone_from(&found.open);
        let along = dot(&found.unserved, &self.unserved) + dot(&found.excess, &self.excess);
        if found.bound > self.at_best.bound {
            self.n_failed = 0;
            if along >= 0.0 {
                self.step = (self.step * 1.1).min(2.0);
            }
            (self.best, self.at_best) = (trial, found);
        } else {
            self.n_failed += 1;
            if self.n_failed >= 6 {
                (self.n_failed, self.step) = (0, (self.step * 0.66).max(1e-5));
            }
        }
        self.n_since += 1;
        if self.n_since >= 50 {
            let gain = self.at_best.bound - self.progress;
            if gain < 0.01 * self.at_best.bound.abs() && self.most > 2e-4 {
                self.most *= 0.8;
            }
            (self.progress, self.n_since) = (self.at_best.bound, 0);
        }
    }

    /// The best prices moved along the averaged subgradient.
    fn trial(&self, lagrangian: &Lagrangian<'_>, reach: f64) -> Prices {
        let prepared = lagrangian.prepared();
        // A supply's price is per unit, a row's is for all of it: scale the former by the mean demand.
        let scale = if prepared.supplies_bind {
            (prepared.n_rows() as f64 / prepared.demand.iter().sum::<f64>()).powi(2)
        } else {
            0.0
        };
        // A price of zero cannot fall further.
        let excess = self.excess.iter().zip(&self.best.supplies);
        let excess: Vec<f64> =
            excess.map(|(&excess, &price)| if price <= 0.0 { excess.max(0.0) } else { excess }).collect();
        let squares = self.unserved.iter().zip(&prepared.pace).map(|(unserved, pace)| unserved * unserved * pace);
        let norm = squares.sum::<f64>() + scale * dot(&excess, &excess);
        let step = self.step * reach / norm.max(1e-9);
        let rows = self.best.rows.iter().zip(&self.unserved).zip(&prepared.ceiling).zip(&prepared.pace);
        let rows = rows.map(|(((price, unserved), &most), pace)| (price + step * pace * unserved).min(most));
        let supplies = self.best.supplies.iter().zip(&excess);
        Prices {
            rows: rows.collect(),
            supplies: supplies.map(|(price, excess)| (price + step * scale * excess).max(0.0)).collect(),
        }
    }

    /// Mixes the found subgradient into the average so that its norm shrinks.
    fn average(&mut self, found: &Evaluation) {
        let (mut between, mut squared) = (0.0, 0.0);
        for (&old, &new) in self.unserved.iter().zip(&found.unserved) {
            between += old * (old - new);
            squared += (old - new) * (old - new);
        }
        let ideal = if squared > 0.0 { between / squared } else { self.most };
        let mut share = if ideal < 0.0 { self.most / 10.0 } else { ideal.clamp(self.most / 10.0, self.most) };
        if !self.begun {
            (share, self.begun) = (1.0, true);
        }
        mix(&mut self.unserved, &found.unserved, share);
        mix(&mut self.excess, &found.excess, share);
        mix(&mut self.open, &found.open, share);
    }
}

fn mix(old: &mut [f64], new: &[f64], share: f64) {
    for (old, &new) in old.iter_mut().zip(new) {
        *old += share * (new - *old);
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}
