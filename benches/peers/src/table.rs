//! The numbers as Markdown: ratios, since times are this machine's.

use crate::results::{Result, Standing};

/// Names in the order in which they first come.
pub fn names<'r>(results: &[&'r Result], of: fn(&Result) -> &'static str) -> Vec<&'static str> {
    let mut names = Vec::new();
    for result in results {
        if !names.contains(&of(result)) {
            names.push(of(result));
        }
    }
    names
}

pub fn sizes(results: &[&Result]) -> Vec<usize> {
    let mut sizes: Vec<usize> = results.iter().map(|result| result.size).collect();
    sizes.sort_unstable();
    sizes.dedup();
    sizes
}

pub fn nanoseconds(results: &[&Result], peer: &str, size: usize) -> Option<f64> {
    results
        .iter()
        .find(|result| result.peer == peer && result.size == size)
        .map(|result| result.nanoseconds)
}

/// The least time at this size of those whom ours is compared with: no limits, and nobody who checks less.
pub fn fastest(results: &[&Result], size: usize, among: fn(&Result) -> bool) -> Option<f64> {
    let peers = results.iter().filter(|result| {
        matches!(result.standing, Standing::NoStd | Standing::Other)
            && result.size == size
            && among(result)
    });
    peers.map(|result| result.nanoseconds).reduce(f64::min)
}

pub fn print(results: &[Result]) {
    let all: Vec<&Result> = results.iter().collect();
    for workload in names(&all, |result| result.workload) {
        let of: Vec<&Result> = all.iter().copied().filter(|r| r.workload == workload).collect();
        let sizes = sizes(&of);
        println!("\n### {workload}\n");
        print!("| ns a message |");
        sizes.iter().for_each(|size| print!(" {size} B |"));
        println!(" does not check |\n|---|{}---|", "--:|".repeat(sizes.len()));
        for peer in names(&of, |result| result.peer) {
            let is_no_std = of.iter().any(|r| r.peer == peer && r.standing == Standing::NoStd);
            print!("| {peer}{} |", if is_no_std { " (no_std)" } else { "" });
            for size in &sizes {
                match nanoseconds(&of, peer, *size) {
                    Some(taken) if taken < 100.0 => print!(" {taken:.1} |"),
                    Some(taken) => print!(" {taken:.0} |"),
                    None => print!(" – |"),
                }
            }
            let lacks = of.iter().find(|result| result.peer == peer).map(|r| r.lacks.join(", "));
            println!(" {} |", lacks.unwrap_or_default());
        }
    }
    summary(&all);
    notes(&all);
}

/// Ours over the fastest, for each size, and their geometric mean.
fn summary(all: &[&Result]) {
    type Rival = (&'static str, fn(&Result) -> bool);
    // The length's shortest form is checked by so few that it does not count here.
    fn checks(result: &Result) -> bool {
        result.lacks.iter().all(|lack| *lack == "shortest length")
    }
    let rivals: [Rival; 4] = [
        ("no_std, same checks", |r| r.standing == Standing::NoStd && checks(r)),
        ("no_std, any", |r| r.standing == Standing::NoStd),
        ("all, same checks", checks),
        ("all, any", |_| true),
    ];
    println!("\n### Ours over the fastest other one at each size\n");
    println!("| workload | against | geometric mean | worst | at |\n|---|---|--:|--:|--:|");
    for workload in names(all, |result| result.workload) {
        let of: Vec<&Result> = all.iter().copied().filter(|r| r.workload == workload).collect();
        let Some(ours) = of.iter().find(|result| result.standing == Standing::Ours) else {
            continue;
        };
        for (rival, among) in rivals {
            let ratios: Vec<(f64, usize)> = sizes(&of)
                .into_iter()
                .filter_map(|size| {
                    let fastest = fastest(&of, size, among)?;
                    Some((nanoseconds(&of, ours.peer, size)? / fastest, size))
                })
                .collect();
            row(workload, rival, &ratios);
        }
        for limit in names(&of, |result| result.peer) {
            if !of.iter().any(|r| r.peer == limit && r.standing == Standing::Limit) {
                continue;
            }
            let ratios: Vec<(f64, usize)> = sizes(&of)
                .into_iter()
                .filter_map(|size| {
                    let ours = nanoseconds(&of, ours.peer, size)?;
                    Some((ours / nanoseconds(&of, limit, size)?, size))
                })
                .collect();
            row(workload, limit, &ratios);
        }
    }
}

fn row(workload: &str, against: &str, ratios: &[(f64, usize)]) {
    let Some((worst, at)) = ratios.iter().copied().reduce(|a, b| if b.0 > a.0 { b } else { a })
    else {
        return;
    };
    let sum: f64 = ratios.iter().map(|(ratio, _)| ratio.ln()).sum();
    let mean = (sum / ratios.len() as f64).exp();
    println!("| {workload} | {against} | {mean:.2} | {worst:.2} | {at} B |");
}

fn notes(all: &[&Result]) {
    println!("\n### What else to know of a row\n");
    for peer in names(all, |result| result.peer) {
        if let Some(result) = all.iter().find(|r| r.peer == peer && !r.note.is_empty()) {
            println!("- {peer}: {}", result.note);
        }
    }
}
