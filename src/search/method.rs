//! The methods by the names that users give them, so that heuristics can be run alone and compared.

macro_rules! methods {
    ($($(#[doc = $about:literal])+ $method:ident = $name:literal,)+) => {
        /// A way to solve: one heuristic, or a composition of several. Each solver lists those that it has.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Method {
            $($(#[doc = $about])+ $method,)+
        }
        impl Method {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$method),+];

            /// What users call it.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$method => $name,)+
                }
            }

            /// What it does, in one line.
            #[must_use]
            pub fn about(self) -> &'static str {
                match self {
                    $(Self::$method => concat!($($about),+).trim_ascii(),)+
                }
            }
        }
    };
}

methods! {
    /// Everything the solver has.
    Default = "default",
    /// Routing: merges that save most (Clarke & Wright 1964), no search after it.
    Savings = "savings",
    /// Routing: a ray that turns about the depot (Gillett & Miller 1974), no search after it.
    Sweep = "sweep",
    /// Routing: one route after the other takes who gains most by joining it (Solomon 1987, I1), no search after it.
    Insertion = "insertion",
    /// Routing: savings, then ruin and recreate (Christiaens & Vanden Berghe 2020), without local search.
    Sisr = "sisr",
    /// Routing: savings, then small ruins each followed by local search (Lourenço, Martin & Stützle 2003), without heat.
    Ils = "ils",
    /// Routing: a population that recombines, with local search (Vidal 2022); as `default` for shipments and prizes.
    Hgs = "hgs",
    /// Siting: one site after the other opens that saves most (Kuehn & Hamburger 1963), no search after it.
    GreedyAdd = "greedy-add",
    /// Siting: from all sites one after the other closes that saves most (Feldman, Lehrer & Ray 1966), no search after it.
    GreedyDrop = "greedy-drop",
    /// Siting: prices of one dual ascent (Erlenkotter 1978) and the sites that they open, no climb after it.
    DualAscent = "dual-ascent",
    /// Siting: the climb of the Lagrangian dual with its rounding, without local search or branch and bound.
    Lagrangian = "lagrangian",
    /// Siting: greedy, then add, drop and swap from changed plans until the time is over, without a climb.
    LocalSearch = "local-search",
    /// Siting: the climb, then branch and bound alone.
    Exact = "exact",
    /// Siting: the climb, then problems of a few sites each, the likely ones and a bucket of others (Guastaroba & Speranza 2014).
    Kernel = "kernel",
}

/// The names of `methods`, for sentences.
#[must_use]
pub fn names(methods: &[Method]) -> String {
    methods.iter().map(|method| method.name()).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn names_are_unique() {
        let names: BTreeSet<&str> = Method::ALL.iter().map(|method| method.name()).collect();
        assert_eq!(names.len(), Method::ALL.len());
        assert_eq!(Method::Default.about(), "Everything the solver has.");
    }
}
