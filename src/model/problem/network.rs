//! What a question of sites and routes together consists of.

use super::{Routing, Siting};
use crate::units::{Cost, Load, SiteIdx};

/// The data of a question of sites and routes together: the cost over the planning period is that of the sites, of what
/// comes into them, and so many times that of the day's routes as the period has days.
#[derive(Clone, Debug)]
pub struct Network {
    /// Sites, supplies and inbound lanes; no demands.
    pub siting: Siting,
    /// A day's routes: one vehicle type for each vehicle and site at which it may be based.
    pub routing: Routing,
    /// The site of each vehicle type.
    pub bases: Vec<SiteIdx>,
    /// Such days of the planning period.
    pub days: i64,
    /// Units of throughput over the planning period, of flow and capacity alike, for each load unit of a day's deliveries.
    pub throughput_per_load: i64,
}

impl Network {
    /// What passes a site over the planning period when a day's routes bring so much from there.
    #[must_use]
    pub fn throughput(&self, delivered: Load) -> Load {
        delivered * self.throughput_per_load
    }

    /// What a day's routes can bring from a site at most; [`Load::HUGE`] is unlimited.
    #[must_use]
    pub fn daily_capacity(&self, site: SiteIdx) -> Load {
        let most = self.siting.sites[site.get()].sizes[0].capacity;
        most.map_or(Load::HUGE, |most| Load::new(most.get() / self.throughput_per_load))
    }

    /// What a site costs more over the planning period when it is open than when it is not.
    #[must_use]
    pub fn cost_of_opening(&self, site: SiteIdx) -> Cost {
        let site = &self.siting.sites[site.get()];
        site.sizes[0].opening + site.sizes[0].operating - site.closing
    }
}
