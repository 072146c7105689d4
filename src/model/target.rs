//! One thing that can be withdrawn.

/// One thing that can be withdrawn, as a look-up listed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The platform's id of it, as text: an `enrollId`, a coupon id, `trade/item`.
    pub id: String,
    /// The name that filters match: the activity's, the coupon's.
    pub name: String,
    /// Whether nothing of it runs or will run any more (every session ended, sold out or offline).
    pub ended: bool,
    /// Why it needs no submission, where the platform already shows it as done (a coupon that is `DEACTIVATED`).
    pub done: Option<crate::text::Text>,
    /// Targets of one group are submitted one after another, in sheet order; empty: no such tie.
    pub group: String,
    /// What else the platform said of it, as JSON. Only its own operation reads this.
    pub data: String,
}
