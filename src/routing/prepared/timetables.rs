//! What routes cost by their timetables.

use super::{Prepared, Terms};
use crate::hours::{Call, Day};
use crate::routing::arcs::Node;
use crate::routing::segment::{Clock, Goods, Segment};
use crate::units::{Cost, CustomerIdx, Distance, Duration, Time, TimeWindow};

impl<G: Goods, C: Clock> Prepared<'_, G, C> {
    /// What a route costs that [`Prepared::allows`] allows: with breaks, rests, lateness, and travel by the time of day,
    /// where there are any, and `None` where these cannot be had. Never less than [`Prepared::route_cost`].
    #[inline]
    pub fn exact_cost(
        &self,
        terms: &Terms<G>,
        route: &Segment<G, C>,
        customers: impl IntoIterator<Item = Node>,
    ) -> Option<Cost> {
        self.exact_price(terms, route, customers).map(|(cost, _)| cost)
    }

    /// The same with the duration of the route; zero where it costs nothing and nothing limits it.
    #[inline]
    pub fn exact_price(
        &self,
        terms: &Terms<G>,
        route: &Segment<G, C>,
        customers: impl IntoIterator<Item = Node>,
    ) -> Option<(Cost, Duration)> {
        if C::TIMED && self.needs_timetables {
            self.timetable_price(terms, route.distance, customers)
        } else {
            Some((self.route_cost(terms, route), route.clock.duration()))
        }
    }

    /// The same by the timetable alone, of a route of this `distance`.
    #[inline]
    pub fn timetable_price(
        &self,
        terms: &Terms<G>,
        distance: Distance,
        customers: impl IntoIterator<Item = Node>,
    ) -> Option<(Cost, Duration)> {
        let by_distance = terms.fixed + Cost::new(terms.per_distance) * distance.get();
        let (beside, duration) = self.price_beside_way(terms, distance, customers)?;
        Some((by_distance + beside, duration))
    }

    /// What a route costs beside its vehicle and its distance, and how long it takes.
    #[inline(never)]
    fn price_beside_way(
        &self,
        terms: &Terms<G>,
        distance: Distance,
        customers: impl IntoIterator<Item = Node>,
    ) -> Option<(Cost, Duration)> {
        let vehicle_type = self.problem.vehicle_type(terms.vehicle_type);
        let mut calls = Vec::with_capacity(32);
        let mut last = terms.start;
        let mut opens = vehicle_type.shift.opens;
        // Where the present trip's goods have to wait for their release: at the start, or at a reload.
        let mut loaded_at = None;
        let docks = self.problem.docks();
        let mut visited: Vec<CustomerIdx> = Vec::with_capacity(32);
        for node in customers {
            visited.push(node.customer());
            let call = self.calls[node.get()];
            let way = self.arcs.duration(last, node);
            // Whoever is there already needs no way, and no setup.
            let setup = call.setup.min(way);
            calls.push(Call { travel: way - setup, pace: self.arcs.pace(last, node), setup, ..call });
            if C::HAS_TRIPS {
                let customer = self.problem.customer(node.customer());
                let loading: &mut Time = loaded_at.map_or(&mut opens, |at: usize| &mut calls[at].window.opens);
                *loading = (*loading).max(customer.release);
                if customer.reload {
                    loaded_at = Some(calls.len() - 1);
                }
            }
            last = node;
        }
        calls.push(Call {
            travel: self.arcs.duration(last, terms.end),
            pace: self.arcs.pace(last, terms.end),
            setup: Duration::ZERO,
            window: TimeWindow { opens: Time::ZERO, closes: vehicle_type.shift.closes },
            service: Duration::ZERO,
            lateness: None,
        });
        if vehicle_type.last_in_first_out && !self.unloads_last_first(&visited) {
            return None;
        }
        let compartments = self.problem.compartments();
        if compartments.is_some_and(|it| !it.hold(self.problem, terms.vehicle_type, &visited)) {
            return None;
        }
        let (per_second, max_duration) = (vehicle_type.per_duration, vehicle_type.max_duration);
        let day = Day::new(&vehicle_type.duty, opens, per_second, max_duration);
        let day = match docks {
            Some(docks) => docks.on_route(self.problem, terms.vehicle_type, &visited, &mut calls, day),
            None => day,
        };
        let n_visits = || visited.iter().filter(|&&visit| !self.problem.customer(visit).reload).count();
        let leveling = self.problem.leveling();
        let uneven = leveling.map_or(Cost::ZERO, |leveling| leveling.cost(distance, n_visits()));
        let (cost, duration) = day.price(&calls)?;
        let surcharge = self.problem.surcharge(terms.vehicle_type, &visited);
        let loads = self.problem.load_cost(terms.vehicle_type, &visited);
        Some((cost + surcharge + loads + uneven, duration))
    }

    /// Whether of the shipments aboard the one fetched last is always brought first.
    fn unloads_last_first(&self, customers: &[CustomerIdx]) -> bool {
        let mut aboard = Vec::new();
        customers.iter().all(|customer| match self.partner[customer.get()] {
            Some(fetched) if self.is_drop[customer.get()] => aboard.pop() == Some(fetched.customer()),
            Some(_) => {
                aboard.push(*customer);
                true
            }
            None => true,
        })
    }
}
