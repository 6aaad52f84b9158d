//! Runs the cases of `conformance/` in every cut, through both ways of reading.

extern crate alloc;

mod endpoint;
mod format;
mod run;
mod wire;

use std::collections::BTreeSet;
use wsat_testkit as random;

use format::Step;
use run::{FILES, run, runs};

#[test]
fn every_case_in_every_cut() {
    let mut failed = 0;
    for (file, text) in FILES {
        for case in format::cases(text) {
            for (role, way, cut) in runs(&case) {
                if std::panic::catch_unwind(|| run(&case, role, way, cut)).is_err() {
                    eprintln!(
                        "^ {file} {case}: {} ({role:?}, {way:?}, pieces of {cut})\n",
                        case.title()
                    );
                    failed += 1;
                    break;
                }
            }
        }
    }
    assert_eq!(failed, 0, "cases that failed");
}

#[test]
fn every_case_has_its_own_id_a_title_a_section_and_an_expectation() {
    let mut ids = BTreeSet::new();
    let mut total = 0;
    for (file, text) in FILES {
        let mut count = 0;
        for case in format::cases(text) {
            count += 1;
            assert!(ids.insert(case.to_string()), "{file}: {case} stands twice");
            assert!(!case.title().is_empty(), "{file}: {case} has no title");
            let is_section = |section: &str| {
                section.split('.').all(|n| !n.is_empty() && n.bytes().all(|c| c.is_ascii_digit()))
            };
            assert!(case.sections().next().is_some(), "{file}: {case} has no section");
            assert!(case.sections().all(is_section), "{file}: {case}: a section of RFC 6455");
            assert!(case.roles().is_some(), "{file}: {case} has no role");
            let expects = |step| !matches!(step, Ok(Step::Input(_) | Step::Act(_)) | Err(_));
            assert!(case.steps().any(expects), "{file}: {case} expects nothing");
        }
        println!("{file}: {count} cases");
        total += count;
    }
    println!("{total} cases");
    assert!(total >= 250);
}
