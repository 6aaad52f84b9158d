//! One picture a workload: nanoseconds over octets, both logarithmic.

use crate::results::{Result, Standing};
use crate::table::{names, nanoseconds, sizes};
use plotters::prelude::*;
use std::error::Error;
use std::path::Path;

pub fn draw(results: &[Result], folder: &Path) -> std::result::Result<(), Box<dyn Error>> {
    let all: Vec<&Result> = results.iter().collect();
    for workload in names(&all, |result| result.workload) {
        let of: Vec<&Result> = all.iter().copied().filter(|r| r.workload == workload).collect();
        let sizes = sizes(&of);
        if sizes.len() > 2 {
            let file = format!("{}.svg", workload.replace(", ", "-").replace(' ', "-"));
            workload_picture(workload, &of, &sizes, &folder.join(file))?;
        }
    }
    Ok(())
}

fn workload_picture(
    workload: &str,
    of: &[&Result],
    sizes: &[usize],
    file: &Path,
) -> std::result::Result<(), Box<dyn Error>> {
    let times = of.iter().map(|result| result.nanoseconds);
    let (least, most) =
        times.fold((f64::MAX, f64::MIN), |(least, most), t| (least.min(t), most.max(t)));
    let root = SVGBackend::new(file, (760, 460)).into_drawing_area();
    root.fill(&WHITE)?;
    // A size of 0 has no logarithm: it is drawn at 4.
    let x = |size: usize| size.max(4) as f64;
    let range = x(sizes[0])..x(sizes[sizes.len() - 1]);
    let mut chart = ChartBuilder::on(&root)
        .caption(format!("{workload}: ns a message"), ("sans-serif", 18))
        .margin(8)
        .x_label_area_size(30)
        .y_label_area_size(56)
        .build_cartesian_2d(range.log_scale(), (least * 0.8..most * 1.2).log_scale())?;
    chart.configure_mesh().x_desc("octets of payload").draw()?;
    for (at, peer) in names(of, |result| result.peer).into_iter().enumerate() {
        let standing = of.iter().find(|r| r.peer == peer).map(|result| result.standing);
        let style = match standing {
            Some(Standing::Ours) => RED.stroke_width(3),
            Some(Standing::Limit) => BLACK.mix(0.5).stroke_width(1),
            _ => Palette99::pick(at).stroke_width(1),
        };
        let points: Vec<(f64, f64)> = sizes
            .iter()
            .filter_map(|size| Some((x(*size), nanoseconds(of, peer, *size)?)))
            .collect();
        chart
            .draw_series(LineSeries::new(points, style))?
            .label(peer)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 16, y)], style));
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::UpperLeft)
        .background_style(WHITE.mix(0.8))
        .label_font(("sans-serif", 11))
        .draw()?;
    root.present()?;
    Ok(())
}
