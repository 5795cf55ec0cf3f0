//! Which part of a solver runs, so that heuristics can be compared.

/// How far a solver goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Method {
    /// Everything the solver has.
    #[default]
    Full,
    /// The first solution only: savings in routing; the dual climb with its rounding in siting.
    Construction,
}

impl Method {
    /// Every method, by the name that users give it.
    pub const ALL: &[(&str, Self)] = &[("default", Self::Full), ("construction", Self::Construction)];
}
