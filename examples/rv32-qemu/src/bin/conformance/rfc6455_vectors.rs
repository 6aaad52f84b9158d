//! `crates/rfc6455/conformance`, each case in every cut and through both ways of reading.

#[path = "../../../../../crates/rfc6455/tests/conformance/endpoint.rs"]
mod endpoint;
#[allow(
    dead_code,
    reason = "the crate's own tests also look whether a case has all that it should have"
)]
#[path = "../../../../../crates/rfc6455/tests/conformance/format.rs"]
mod format;
#[path = "../../../../../crates/testkit/src/random.rs"]
mod random;
#[path = "../../../../../crates/rfc6455/tests/conformance/run.rs"]
mod run_case;
#[path = "../../../../../crates/rfc6455/tests/conformance/wire.rs"]
mod wire;

use super::Vectors;

pub(crate) fn run(vectors: &mut Vectors) {
    for (file, text) in run_case::FILES {
        for case in format::cases(text) {
            vectors.run("rfc6455", format_args!("{file} {case}: {}", case.title()), || {
                for (role, way, cut) in run_case::runs(&case) {
                    run_case::run(&case, role, way, cut);
                }
            });
        }
    }
}
