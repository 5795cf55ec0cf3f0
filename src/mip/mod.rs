//! The only place that knows an LP/MIP engine: models are stated here, solved here, and read back as plain numbers.
//!
//! Main types: [`Model`], [`Outcome`]. It must not know what a model means. The default engine is microlp; the feature
//! `highs` switches to HiGHS.

mod outcome;

pub use outcome::{Outcome, Status};

#[cfg(feature = "highs")]
use good_lp::solvers::highs::highs as engine;
#[cfg(not(feature = "highs"))]
use good_lp::solvers::microlp::microlp as engine;
use good_lp::solvers::{Solution as _, WithTimeLimit as _};
use good_lp::{Constraint, Expression, ProblemVariables, SolverModel as _, Variable, variable};

/// A column of a [`Model`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column(usize);

/// How the left side of a row compares to its right side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sense {
    /// At most.
    AtMost,
    /// Exactly.
    Equal,
    /// At least.
    AtLeast,
}

/// A linear or mixed-integer model that minimizes.
#[derive(Default)]
pub struct Model {
    variables: ProblemVariables,
    columns: Vec<Variable>,
    objective: Expression,
    rows: Vec<Constraint>,
}

impl Model {
    /// A model without columns and rows.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a column that may take any value from `least` to `most`.
    pub fn continuous(&mut self, least: f64, most: f64, cost: f64) -> Column {
        self.column(variable().min(least).max(most), cost)
    }

    /// Adds a column that is zero or one.
    pub fn binary(&mut self, cost: f64) -> Column {
        self.column(variable().binary(), cost)
    }

    fn column(&mut self, definition: good_lp::VariableDefinition, cost: f64) -> Column {
        let column = self.variables.add(definition);
        self.columns.push(column);
        self.objective.add_mul(cost, column);
        Column(self.columns.len() - 1)
    }

    /// Adds a row over columns and their coefficients.
    pub fn row(&mut self, terms: impl IntoIterator<Item = (Column, f64)>, sense: Sense, right: f64) {
        let mut left = Expression::default();
        for (column, coefficient) in terms {
            left.add_mul(coefficient, self.columns[column.0]);
        }
        self.rows.push(match sense {
            Sense::AtMost => left.leq(right),
            Sense::Equal => left.eq(right),
            Sense::AtLeast => left.geq(right),
        });
    }

    /// Number of columns.
    #[must_use]
    pub fn n_columns(&self) -> usize {
        self.columns.len()
    }

    /// Minimizes, for at most `seconds`. Values are by column, in the order they were added.
    #[must_use]
    pub fn minimize(self, seconds: f64) -> Outcome {
        let Self { variables, columns, objective, rows } = self;
        let mut model = variables.minimise(objective.clone()).using(engine);
        if seconds.is_finite() {
            model = model.with_time_limit(seconds.max(0.0));
        }
        for row in rows {
            model.add_constraint(row);
        }
        match model.solve() {
            Ok(solution) => {
                let values = columns.iter().map(|&column| solution.value(column)).collect();
                Outcome::found(solution.status(), solution.eval(&objective), values)
            }
            Err(error) => Outcome::failed(&error),
        }
    }
}

impl Outcome {
    /// Value of a column of the model that was solved. Panics without a solution.
    #[must_use]
    pub fn value(&self, column: Column) -> f64 {
        self.values[column.0]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_knapsack_is_solved() {
        let mut model = Model::new();
        let items: Vec<Column> = [-5.0, -4.0, -3.0].map(|cost| model.binary(cost)).to_vec();
        model.row([(items[0], 4.0), (items[1], 3.0), (items[2], 2.0)], Sense::AtMost, 5.0);
        let outcome = model.minimize(f64::INFINITY);
        assert_eq!(outcome.status, Status::Optimal);
        assert!((outcome.objective + 7.0).abs() < 1e-6);
        assert_eq!(outcome.values.iter().map(|value| value.round()).collect::<Vec<_>>(), [0.0, 1.0, 1.0]);
    }

    #[test]
    fn contradictory_rows_are_infeasible() {
        let mut model = Model::new();
        let column = model.continuous(0.0, 1.0, 1.0);
        model.row([(column, 1.0)], Sense::AtLeast, 2.0);
        assert_eq!(model.minimize(f64::INFINITY).status, Status::Infeasible);
    }
}
