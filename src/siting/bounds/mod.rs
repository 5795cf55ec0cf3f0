//! Lower bounds by Lagrangian relaxation of the demand rows: any prices give a valid bound.
//!
//! Priced demand rows leave one subproblem per site (a continuous knapsack, or a plain sum without capacity) and one
//! over the open flags (counts and total capacity). Supplies with capacity get prices too.
//! Sources: Geoffrion (1974), Mathematical Programming Study 2; Cornuejols, Sridharan & Thizy (1991), EJOR 50(3).

mod ascent;
mod assigned;
mod by_product;
mod knapsack;
mod lagrangian;
mod nearness;
mod penalties;
mod plants;
mod regions;
mod selection;
mod volume;

pub(super) use ascent::{around, start};
pub(super) use assigned::Assigned;
pub(super) use lagrangian::{Evaluation, Fixing, Lagrangian, Prices};
pub(super) use penalties::penalties;
pub(super) use regions::Region;
pub(super) use volume::Volume;
