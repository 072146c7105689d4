//! The operations of the simulated platform: nothing but what they promise.

use unpromo::error::Result;
use unpromo::model::{Column, FactColumn, Target};
use unpromo::platform::{Call, Find, Identity, Limits, Operation, Promises, Sample, Submit};
use unpromo::shop::Shop;
use unpromo::text::{Lang, Text};

/// What the simulated operations promise: all three sorts that exist.
pub static OPERATIONS: [Simulated; 3] = [
    Simulated(Promises { looks_up: true, submits: true, settles: true, repeats: false }),
    Simulated(Promises { looks_up: true, submits: true, settles: false, repeats: false }),
    Simulated(Promises { looks_up: true, submits: true, settles: true, repeats: true }),
];

/// An operation of which only the promises matter.
pub struct Simulated(pub Promises);

fn model() -> &'static dyn Operation {
    unpromo::platform::operation("temu-activity").expect("known")
}

impl Operation for Simulated {
    fn name(&self) -> &'static str {
        "simulated"
    }
    fn title(&self) -> Text {
        Text::verbatim("simulated".to_owned())
    }
    fn platform(&self) -> &'static str {
        "simulated"
    }
    fn columns(&self) -> &'static [Column] {
        model().columns()
    }
    fn facts(&self) -> &'static [FactColumn] {
        &[]
    }
    fn describe(&self, _: &Target, _: Lang) -> Vec<String> {
        Vec::new()
    }
    fn sample(&self) -> Sample {
        model().sample()
    }
    fn promises(&self) -> Promises {
        self.0
    }
    fn default_rate(&self) -> f64 {
        2.0
    }
    fn finder(&self, _: &Shop, _: Limits) -> Result<Box<dyn Find>> {
        unreachable!("the simulation makes its own")
    }
    fn submitter(&self, _: &Shop, _: Limits) -> Result<Box<dyn Submit>> {
        unreachable!("the simulation makes its own")
    }
    fn identify<'a>(&'a self, _: &'a Shop, _: Limits) -> Result<Call<'a, Identity>> {
        unreachable!("the simulation makes its own")
    }
}
