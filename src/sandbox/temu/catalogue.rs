//! The products of the sandbox: a pure function of the SPU, with one exception, the seed product.

use super::seasons::{SEASONS, SITES, Season, Site, TODAY, Time};
use crate::sandbox::mix;

/// One enrollment of a product.
pub(super) struct Enrollment {
    pub id: u64,
    pub activity: &'static Activity,
    /// When it was made: epoch ms.
    pub time: u64,
    pub stock: u32,
    /// The least and the most, in fen.
    pub price: (u64, u64),
    /// The least and the most, in percent.
    pub discount: Option<(u32, u32)>,
    seed: Option<u64>,
}

/// One session of an enrollment.
pub(super) struct Session {
    pub id: u64,
    pub season: &'static Season,
    pub site: &'static Site,
    /// The platform's own number for it, 1 to 6.
    pub status: u32,
    pub fail_reason: Option<&'static str>,
}

/// One activity. Filters match its name.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Activity {
    pub name: &'static str,
    pub kind: u32,
    pub thematic: Option<u64>,
}

const fn activity(name: &'static str, kind: u32, thematic: Option<u64>) -> Activity {
    Activity { name, kind, thematic }
}

static FLASH: Activity = activity("限时秒杀", 1, None);
static CLEARANCE: Activity = activity("清仓甩卖", 27, None);
static BIG_SALE: Activity = activity("官方大促", 5, None);

/// Neighbours are names that a careless match takes for one another.
static ACTIVITIES: &[Activity] = &[
    activity("限时秒杀", 1, None),
    activity("秒杀进阶", 101, None),
    activity("超级秒杀", 21, None),
    activity("清仓甩卖", 27, None),
    activity("清仓进阶", 127, None),
    activity("官方大促", 5, None),
    activity("官方大促-巴西站", 5, Some(250_907)),
    activity("2025官方大促", 5, Some(250_901)),
    activity("大促进阶", 13, Some(250_908)),
    activity("限时专属资源位", 14, None),
    activity("团购", 31, None),
    // The first fifteen characters are the same.
    activity("黑色星期五全球大促主会场第一阶段-北美", 5, Some(251_128)),
    activity("黑色星期五全球大促主会场第一阶段-欧洲", 5, Some(251_129)),
    // A type that nobody has told of yet.
    activity("春季焕新(第2期)", 205, None),
];

/// The seed product.
pub(super) const SEED_PRODUCT: u64 = 4_975_750_079;

/// The enrollments of a product, those of one activity side by side; `None` for an unknown product.
pub(super) fn enrollments(product: u64) -> Option<Vec<Enrollment>> {
    if product == SEED_PRODUCT {
        return Some(seed_product());
    }
    if product % 10 == 3 || product == 0 {
        return None;
    }
    let dice = mix(product ^ SALT);
    let groups: &[u8] = match dice % 1000 {
        0..50 => &[],
        50..260 => &[1],
        260..600 => &[1, 1],
        600..720 => &[2],
        720..870 => &[1, 1, 1],
        870..940 => &[2, 1],
        _ => &[1, 2, 1],
    };
    let mut all = Vec::with_capacity(groups.iter().map(|count| usize::from(*count)).sum());
    for (group, count) in groups.iter().enumerate() {
        let activity = pick(ACTIVITIES, (dice >> 32) + group as u64);
        for _ in 0..*count {
            all.push(enrollment(product, all.len() as u64, activity));
        }
    }
    Some(all)
}

/// The one of a list that a throw of dice picks.
fn pick<T>(list: &[T], dice: u64) -> &T {
    let index = usize::try_from(dice % list.len() as u64).unwrap_or(0);
    &list[index]
}

/// Chosen so that the weekly sheet of 5000 SPUs on which speed is measured has 10 080 enrollments.
const SALT: u64 = 175;

/// The enrollment of a product with this id.
pub(super) fn find(product: u64, id: u64) -> Option<Enrollment> {
    enrollments(product)?.into_iter().find(|enrollment| enrollment.id == id)
}

/// The days from the epoch to the day on which the sandbox's enrollments begin.
const FIRST_DAY_MS: u64 = 20_300 * 86_400_000;

fn enrollment(product: u64, index: u64, activity: &'static Activity) -> Enrollment {
    let id = enrollment_id(product, index);
    let seed = mix(id);
    let price = 199 + (seed >> 8) % 9_800;
    let spread = if seed.is_multiple_of(5) { (seed >> 40) % 500 } else { 0 };
    let discount = u32::try_from((seed >> 24) % 60).unwrap_or(0);
    Enrollment {
        id,
        activity,
        time: FIRST_DAY_MS + (seed >> 16) % (35 * 86_400_000),
        stock: u32::try_from((seed >> 48) % 500).unwrap_or(0),
        price: (price, price + spread),
        discount: seed.is_multiple_of(7).then_some((discount + 10, discount + 15)),
        seed: Some(seed),
    }
}

/// Ids of 15 to 16 digits. Multiplying by an odd number turns the numbers below 2^52 into one another,
/// so two products below 2^49 (all of 14 digits) never share an id.
fn enrollment_id(product: u64, index: u64) -> u64 {
    let number = product.wrapping_mul(8).wrapping_add(index);
    100_000_000_000_000 + (number.wrapping_mul(0x5851_f42d_4c95_7f2d) & ((1 << 52) - 1))
}

impl Enrollment {
    /// Its sessions: one on each of its sites, or two where it goes on over two seasons.
    pub fn sessions(&self) -> impl Iterator<Item = Session> {
        let seed = self.seed;
        let count = match seed {
            None => 1,
            Some(seed) => *pick(&[1, 1, 1, 1, 2, 2, 3, 4], seed >> 60),
        };
        let id = self.id;
        (0..count).map(move |index| match seed {
            None => Session { id: 788_978, season: TODAY, site: &SITES[0], status: 2, fail_reason: None },
            Some(seed) => session(id, seed, index),
        })
    }
}

fn session(enrollment: u64, seed: u64, index: u64) -> Session {
    let dice = mix(seed ^ index);
    let site = pick(SITES, (seed >> 20) + index);
    // One enrollment in sixteen is over, one in sixteen has not begun, the others are of all sorts.
    let season = match (seed >> 12) % 16 {
        0 => pick(&SEASONS[..2], dice),
        1 => pick(&SEASONS[3..], dice),
        _ if dice.is_multiple_of(8) => pick(SEASONS, dice >> 8),
        _ => TODAY,
    };
    let status = match (season.time, (dice >> 16) % 16) {
        (Time::Past, 0..12) => 3,
        (Time::Past, 12..14) | (Time::Present, 0) => 5,
        (Time::Past, _) | (Time::Present, 1) => 6,
        (Time::Present, 2) => 4,
        (Time::Present, _) => 2,
        (Time::Future, _) => 1,
    };
    Session {
        id: 700_000 + (enrollment ^ index) % 100_000,
        season,
        site,
        status,
        fail_reason: (status == 4).then_some("库存不足"),
    }
}

fn seed_product() -> Vec<Enrollment> {
    let enrollment = |id, activity, time, stock, price| Enrollment {
        id,
        activity,
        time,
        stock,
        price: (price, price),
        discount: None,
        seed: None,
    };
    vec![
        enrollment(2_509_090_813_205_382, &FLASH, 1_757_408_965_037, 30, 4522),
        enrollment(2_509_090_813_203_861, &CLEARANCE, 1_757_408_952_112, 30, 3724),
        enrollment(2_509_090_813_204_458, &BIG_SALE, 1_757_408_958_641, 30, 4788),
    ]
}

#[cfg(test)]
mod tests {
    use super::{ACTIVITIES, Enrollment, SEED_PRODUCT, enrollments};
    use std::collections::HashSet;

    fn all(products: impl Iterator<Item = u64>) -> Vec<Enrollment> {
        products.filter_map(enrollments).flatten().collect()
    }

    #[test]
    fn the_seed_product_has_its_three_enrollments() {
        let seen: Vec<_> = all([SEED_PRODUCT].into_iter()).iter().map(|e| (e.id, e.activity.name, e.price.0)).collect();
        let expected = [
            (2_509_090_813_205_382, "限时秒杀", 4522),
            (2_509_090_813_203_861, "清仓甩卖", 3724),
            (2_509_090_813_204_458, "官方大促", 4788),
        ];
        assert_eq!(seen, expected);
    }

    #[test]
    fn ids_are_unique_and_of_15_to_16_digits() {
        let all = all((1..200_000).chain(4_975_700_000..4_975_800_000).chain(99_999_999_900_000..100_000_000_000_000));
        let ids: HashSet<u64> = all.iter().map(|enrollment| enrollment.id).collect();
        assert_eq!(ids.len(), all.len());
        assert!(ids.iter().all(|id| (15..=16).contains(&id.to_string().len()) && *id < 1 << 53));
        assert!(ids.iter().any(|id| id.to_string().len() == 15) && ids.iter().any(|id| id.to_string().len() == 16));
    }

    #[test]
    fn every_sort_of_product_and_enrollment_occurs() {
        let all = all(5_000_000_001..5_000_002_000);
        assert!(enrollments(5_000_000_003).is_none());
        assert!((5_000_000_001..5_000_002_000).filter_map(enrollments).any(|listed| listed.is_empty()));
        assert!(all.windows(2).any(|pair| pair[0].activity == pair[1].activity));
        for activity in ACTIVITIES {
            assert!(all.iter().any(|enrollment| enrollment.activity == activity), "{}", activity.name);
        }
        for status in 1..=6 {
            assert!(all.iter().any(|e| e.sessions().any(|session| session.status == status)), "{status}");
        }
        let over = |e: &Enrollment| e.sessions().all(|session| matches!(session.status, 3 | 5 | 6));
        assert!(all.iter().any(over) && !all.iter().all(over));
        assert!(all.iter().any(|e| e.sessions().all(|session| session.status == 1)));
        assert!(all.iter().any(|e| e.sessions().count() > 2));
        assert!(all.iter().any(|e| e.discount.is_none()) && all.iter().any(|e| e.discount.is_some()));
        assert!(all.iter().any(|e| e.price.0 < e.price.1));
    }

    #[test]
    fn the_sheet_on_which_speed_is_measured_takes_15_080_requests() {
        let spus = (0..5000_u64).map(|i| if i % 404 == 403 { 5_000_000_003 + i * 10 } else { 5_000_000_001 + i * 10 });
        assert_eq!(spus.clone().filter(|spu| enrollments(*spu).is_none()).count(), 12);
        assert_eq!(all(spus).len(), 10_080);
    }
}
