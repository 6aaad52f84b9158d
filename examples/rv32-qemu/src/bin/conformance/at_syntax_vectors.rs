//! `crates/at-syntax/conformance`.

#[path = "../../../../../crates/at-syntax/conformance/mod.rs"]
mod conformance;

use super::Vectors;

pub(crate) fn run(vectors: &mut Vectors) {
    for (name, vector) in conformance::ALL {
        vectors.run("at-syntax", name, vector);
    }
}
