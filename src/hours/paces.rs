//! Speeds by time of day between zones.

use super::pace::Pace;
use crate::units::LocationIdx;
use std::sync::Arc;

/// The paces of the ways between places: each place is in a zone, and each ordered pair of zones has a pace.
///
/// Source: Fleischmann, Gietz & Gnutzmann (2004), Transportation Science 38(2), for travel times by zone and time of day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paces {
    /// The zone of each place; empty where all are in one.
    zones: Arc<[u16]>,
    n_zones: usize,
    /// Row by row: from a zone, to a zone.
    paces: Arc<[Pace]>,
}

impl Paces {
    /// The stated duration for all ways.
    #[must_use]
    pub fn steady() -> Self {
        Self::everywhere(Pace::STEADY.clone())
    }

    /// One pace for all ways.
    #[must_use]
    pub fn everywhere(pace: Pace) -> Self {
        Self { zones: Arc::new([]), n_zones: 1, paces: Arc::new([pace]) }
    }

    /// The zone of each place, and the pace of each ordered pair of zones, row by row.
    ///
    /// Panics when a zone has no paces, or the paces are not those of all pairs.
    #[must_use]
    pub fn by_zone(zones: Vec<u16>, paces: Vec<Pace>) -> Self {
        let n_zones = paces.len().isqrt();
        assert_eq!(n_zones * n_zones, paces.len(), "a pace for each ordered pair of zones");
        assert!(zones.iter().all(|&zone| usize::from(zone) < n_zones), "a zone is unknown");
        Self { zones: zones.into(), n_zones, paces: paces.into() }
    }

    /// The same for other places, of each of which it is known where it really is.
    #[must_use]
    pub fn of_places(&self, places: &[LocationIdx]) -> Self {
        if self.zones.is_empty() {
            return self.clone();
        }
        let zones = places.iter().map(|place| self.zones[place.get()]).collect();
        Self { zones, ..self.clone() }
    }

    /// The pace of the way from one place to another.
    #[must_use]
    #[inline]
    pub fn between(&self, from: LocationIdx, to: LocationIdx) -> &Pace {
        if self.zones.is_empty() {
            return &self.paces[0];
        }
        let zone = |place: LocationIdx| usize::from(self.zones[place.get()]);
        &self.paces[zone(from) * self.n_zones + zone(to)]
    }

    /// Whether travel always takes its stated duration.
    #[must_use]
    pub fn are_steady(&self) -> bool {
        self.paces.iter().all(Pace::is_steady)
    }
}
