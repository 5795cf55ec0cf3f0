//! Names of places in the table of routes.

/// Names a place in the table of routes, open or closed.
pub type Slot = usize;

/// The slot of a customer on no route.
pub const ABSENT: u32 = u32::MAX;
/// A set of slots that is emptied in the time of what it holds.
#[derive(Default)]
pub struct Slots {
    members: Vec<u32>,
    is_member: Vec<bool>,
}

impl Slots {
    /// Adds a slot, unless it is in already.
    #[inline]
    pub fn insert(&mut self, slot: Slot) -> bool {
        if self.is_member.len() <= slot {
            self.is_member.resize(slot + 1, false);
        }
        let is_new = !std::mem::replace(&mut self.is_member[slot], true);
        if is_new {
            self.members.push(slot as u32);
        }
        is_new
    }

    /// Takes out the slot that came last.
    #[inline]
    pub fn pop(&mut self) -> Option<Slot> {
        let slot = self.members.pop()? as Slot;
        self.is_member[slot] = false;
        Some(slot)
    }
}
