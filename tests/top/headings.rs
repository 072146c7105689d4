//! The operation is told by the headings; the samples and templates are sheets like any other.

use std::path::Path;

use crate::stage::Stage;

#[test]
fn a_sheet_that_fits_two_operations_is_asked_about() {
    let stage = Stage::new();
    let headings = "SPU,活动名称,理由,活动ID\n4975750079,*,申请退出,23678171\n";
    let sheet = stage.write("both.csv", headings);
    let ended = stage.unpromo(&["check", &sheet]);
    assert_eq!(ended.code, 2, "{ended:?}");
    for word in ["temu-activity", "retail-item-pool", "--operation"] {
        assert!(ended.stderr.contains(word), "{}", ended.stderr);
    }
    let told = stage.unpromo(&["check", &sheet, "--operation", "retail-item-pool"]);
    assert_eq!(told.code, 0, "{told:?}");
}

#[test]
fn every_operations_blank_sheet_is_a_good_sheet_of_its_own() {
    let stage = Stage::new();
    for operation in unpromo::platform::OPERATIONS {
        let name = operation.name();
        for lang in ["zh", "en"] {
            let file = format!("{name}.{lang}.xlsx");
            let made = stage.unpromo(&["template", name, "-o", &file, "--lang", lang]);
            assert_eq!(made.code, 0, "{made:?}");
            let checked = stage.unpromo(&["check", &file]);
            assert_eq!(checked.code, 0, "{name}: {checked:?}");
            assert!(checked.stdout.contains(name) || checked.stderr.contains(name), "{checked:?}");
        }
    }
}

#[test]
fn the_samples_run_on_the_sandbox_dry_and_live() {
    let stage = Stage::new();
    for (sample, code) in [("gift-items.xlsx", 4), ("item-pool.xlsx", 0)] {
        let sheet = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples").join(sample).display().to_string();
        let dry = stage.unpromo(&["run", &sheet, "--sandbox", "--dry-run", "--rate", "off", "-o", "dry.xlsx"]);
        assert_eq!(dry.code, 0, "{sample}: {dry:?}");
        let live = stage.unpromo(&["run", &sheet, "--sandbox", "--yes", "--rate", "off", "-o", "live.jsonl"]);
        assert_eq!(live.code, code, "{sample}: {live:?}");
    }
}
