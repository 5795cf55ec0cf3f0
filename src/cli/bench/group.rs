//! Runs that are compared with each other: of one family and size class.

use super::run::Run;
use std::collections::BTreeMap;

/// What the classes of [`size_class`] are called.
const SIZE_CLASSES: [&str; 5] = ["to 250", "251-500", "501-700", "701-1200", "above 1200"];

fn size_class(size: usize) -> usize {
    [250, 500, 700, 1200].iter().filter(|&&limit| size > limit).count()
}

/// Runs of one family and size class, in the order in which they were made.
pub(super) struct Group<'r> {
    pub(super) family: &'r str,
    pub(super) sizes: &'static str,
    pub(super) runs: Vec<&'r Run>,
}

/// The groups by family and size, and one of all sizes after them where a family has several.
pub(super) fn groups(runs: &[Run]) -> Vec<Group<'_>> {
    let mut families: BTreeMap<&str, BTreeMap<usize, Vec<&Run>>> = BTreeMap::new();
    for run in runs {
        families.entry(&run.family).or_default().entry(size_class(run.size)).or_default().push(run);
    }
    let mut groups = Vec::new();
    for (family, classes) in families {
        let n_classes = classes.len();
        let all = classes.values().flatten().copied().collect();
        groups.extend(classes.into_iter().map(|(class, runs)| Group { family, sizes: SIZE_CLASSES[class], runs }));
        if n_classes > 1 {
            groups.push(Group { family, sizes: "all", runs: all });
        }
    }
    groups
}

impl Group<'_> {
    /// Whether some instance is compared with the best of this bench, for want of a best known value.
    pub(super) fn has_own_reference(&self) -> bool {
        self.runs.iter().any(|run| run.best_known.is_none())
    }
}
