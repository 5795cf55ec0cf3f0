//! What a misspelled name was probably meant to be.

/// Names that are searched; more would take longer than a hint is worth.
const SEARCHED: usize = 20_000;

/// A hint that names the known name nearest to `name`; empty when none is near.
pub(super) fn did_you_mean<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> String {
    nearest(name, known).map(|near| format!("did you mean `{near}`?")).unwrap_or_default()
}

/// The name nearest to `name`, if it is near enough to be meant.
pub(crate) fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let most = (name.chars().count() / 3).clamp(1, 4);
    known
        .take(SEARCHED)
        // A letter takes up to four bytes, but names that differ much in length are rarely meant.
        .filter(|candidate| candidate.len().abs_diff(name.len()) <= most)
        .map(|candidate| (strsim::osa_distance(name, candidate), candidate))
        .filter(|&(distance, _)| distance <= most)
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, candidate)| candidate)
}
