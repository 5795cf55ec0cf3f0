//! Names of places in the table of routes.

/// Names a place in the table of routes, open or closed.
pub type Slot = usize;

/// The slot of a customer on no route.
pub const ABSENT: u32 = u32::MAX;

/// A set of slots, numbered in the order in which they came, that is emptied in the time of what it holds.
#[derive(Default)]
pub struct Slots {
    members: Vec<u32>,
    /// By slot; [`ABSENT`] for those that are not in.
    number_of: Vec<u32>,
}

impl Slots {
    /// Adds a slot, unless it is in already.
    #[inline]
    pub fn insert(&mut self, slot: Slot) -> bool {
        let n_members = self.members.len();
        self.number(slot) == n_members
    }

    /// The number of a slot, which is added with the next number unless it is in already.
    #[inline]
    pub fn number(&mut self, slot: Slot) -> usize {
        if self.number_of.len() <= slot {
            self.number_of.resize(slot + 1, ABSENT);
        }
        if self.number_of[slot] == ABSENT {
            self.number_of[slot] = self.members.len() as u32;
            self.members.push(slot as u32);
        }
        self.number_of[slot] as usize
    }

    /// Takes out the slot that came last.
    #[inline]
    pub fn pop(&mut self) -> Option<Slot> {
        let slot = self.members.pop()? as Slot;
        self.number_of[slot] = ABSENT;
        Some(slot)
    }
}
