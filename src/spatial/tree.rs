//! Points in space by nested boxes: a balanced k-d tree whose leaves hold some points each.
//!
//! Source: Friedman, Bentley & Finkel (1977), ACM Transactions on Mathematical Software 3(3). We keep candidates in a list
//! that is cut when it has grown to twice what is asked for, not in a queue: whoever asks for hundreds wants them in order.

/// Coordinates of a point.
pub(super) type Spot = [f64; 3];

/// So many points are looked at one by one.
const LEAF: usize = 8;

/// Points by nested boxes. Each box is cut in halves of as many points along its longest side, so a box is known by the
/// stretch of points that it holds.
pub(super) struct Tree {
    /// Points and their rows, box by box.
    points: Vec<(Spot, u32)>,
    /// The corners of all boxes: the halves of box `number` are `2 * number + 1` and the one behind.
    boxes: Vec<[Spot; 2]>,
}

impl Tree {
    /// A tree of these points. `O(n log n)`.
    pub(super) fn new(spots: impl Iterator<Item = Spot>) -> Self {
        let mut points: Vec<(Spot, u32)> = spots.zip(0..).collect();
        let mut boxes = Vec::new();
        divide(&mut points, 0, &mut boxes);
        Self { points, boxes }
    }

    /// The rows of the `count` points nearest to `spot`, nearest first, ties by row. `O(log n + count log count)` typically.
    pub(super) fn nearest(&self, spot: Spot, count: usize) -> Vec<usize> {
        let mut nearest = Nearest { spot, count, found: Vec::with_capacity(2 * count), reach: f64::INFINITY };
        if count > 0 {
            self.look(0, 0..self.points.len(), &mut nearest);
        }
        nearest.found.sort_unstable_by(in_order);
        nearest.found.truncate(count);
        nearest.found.into_iter().map(|(_, row)| row as usize).collect()
    }

    fn look(&self, number: usize, range: std::ops::Range<usize>, nearest: &mut Nearest) {
        if range.len() <= LEAF {
            self.points[range].iter().for_each(|&(point, row)| nearest.offer(point, row));
            return;
        }
        let middle = range.start + range.len() / 2;
        let halves = [(2 * number + 1, range.start..middle), (2 * number + 2, middle..range.end)];
        let mut halves = halves.map(|(number, range)| (square_to(&self.boxes[number], nearest.spot), number, range));
        if halves[1].0 < halves[0].0 {
            halves.reverse();
        }
        for (square, number, range) in halves {
            if square <= nearest.reach {
                self.look(number, range, nearest);
            }
        }
    }

    /// The rows of all points in a box, its faces included, in no particular order.
    pub(super) fn inside(&self, corners: [Spot; 2]) -> Vec<usize> {
        let mut rows = Vec::new();
        self.gather(0, 0..self.points.len(), &corners, &mut rows);
        rows
    }

    fn gather(&self, number: usize, range: std::ops::Range<usize>, corners: &[Spot; 2], rows: &mut Vec<usize>) {
        let [low, high] = corners;
        if range.len() <= LEAF {
            let is_inside = |spot: &Spot| (0..3).all(|axis| low[axis] <= spot[axis] && spot[axis] <= high[axis]);
            rows.extend(self.points[range].iter().filter(|(spot, _)| is_inside(spot)).map(|&(_, row)| row as usize));
            return;
        }
        let [least, most] = &self.boxes[number];
        if (0..3).all(|axis| low[axis] <= most[axis] && least[axis] <= high[axis]) {
            let middle = range.start + range.len() / 2;
            self.gather(2 * number + 1, range.start..middle, corners, rows);
            self.gather(2 * number + 2, middle..range.end, corners, rows);
        }
    }
}

/// Cuts a box in halves, and these, until they are small enough.
fn divide(points: &mut [(Spot, u32)], number: usize, boxes: &mut Vec<[Spot; 2]>) {
    let mut corners = [[f64::INFINITY; 3], [f64::NEG_INFINITY; 3]];
    for (spot, _) in &*points {
        for axis in 0..3 {
            corners[0][axis] = corners[0][axis].min(spot[axis]);
            corners[1][axis] = corners[1][axis].max(spot[axis]);
        }
    }
    if boxes.len() <= number {
        boxes.resize(number + 1, corners);
    }
    boxes[number] = corners;
    if points.len() <= LEAF {
        return;
    }
    let side = |axis: &usize| corners[1][*axis] - corners[0][*axis];
    let longest = (0..3).max_by(|one, other| side(one).total_cmp(&side(other))).unwrap_or(0);
    let middle = points.len() / 2;
    points.select_nth_unstable_by(middle, |(one, row), (other, other_row)| {
        one[longest].total_cmp(&other[longest]).then(row.cmp(other_row))
    });
    let (low, high) = points.split_at_mut(middle);
    divide(low, 2 * number + 1, boxes);
    divide(high, 2 * number + 2, boxes);
}

/// The nearest points found so far.
struct Nearest {
    spot: Spot,
    count: usize,
    /// Squares of distances, and rows.
    found: Vec<(f64, u32)>,
    /// Whoever is farther away than the square root of this is not among them.
    reach: f64,
}

impl Nearest {
    fn offer(&mut self, point: Spot, row: u32) {
        let square = (0..3).map(|axis| (point[axis] - self.spot[axis]).powi(2)).sum();
        if square > self.reach {
            return;
        }
        self.found.push((square, row));
        if self.found.len() >= 2 * self.count {
            let (_, last, _) = self.found.select_nth_unstable_by(self.count - 1, in_order);
            self.reach = last.0;
            self.found.truncate(self.count);
        }
    }
}

fn in_order(one: &(f64, u32), other: &(f64, u32)) -> std::cmp::Ordering {
    one.0.total_cmp(&other.0).then(one.1.cmp(&other.1))
}

/// The square of the distance from a box.
fn square_to([low, high]: &[Spot; 2], spot: Spot) -> f64 {
    (0..3).map(|axis| (spot[axis] - spot[axis].clamp(low[axis], high[axis])).powi(2)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Few coordinates, so that many points coincide and many distances are equal.
        #[test]
        fn every_answer_is_that_of_a_look_at_all_points(
            spots in prop::collection::vec([0i32..12, 0i32..12, 0i32..3], 0..200),
            from in [-2i32..14, -2i32..14, -1i32..4],
            count in 0usize..40,
            reach in 0i32..6,
        ) {
            let [from, spots] = [vec![from], spots].map(|spots| -> Vec<Spot> { spots.into_iter().map(|it| it.map(f64::from)).collect() });
            let (from, tree) = (from[0], Tree::new(spots.iter().copied()));
            let square = |row: &usize| (0..3).map(|axis| (spots[*row][axis] - from[axis]).powi(2)).sum::<f64>();
            let mut rows: Vec<usize> = (0..spots.len()).collect();
            rows.sort_by(|one, other| square(one).total_cmp(&square(other)).then(one.cmp(other)));
            rows.truncate(count);
            prop_assert_eq!(tree.nearest(from, count), rows);
            let corners = [-1.0, 1.0].map(|sign| from.map(|it| it + sign * f64::from(reach)));
            let is_inside = |row: &usize| (0..3).all(|axis| (spots[*row][axis] - from[axis]).abs() <= f64::from(reach));
            let mut inside = tree.inside(corners);
            inside.sort_unstable();
            prop_assert_eq!(inside, (0..spots.len()).filter(is_inside).collect::<Vec<_>>());
        }
    }
}
