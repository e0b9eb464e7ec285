//! The results: a table, and the same as JSON.

use serde_json::{Map, Value, json};

use crate::race::Times;

/// The times of one workload.
pub struct Row {
    workload: String,
    user_records: usize,
    names: Vec<String>,
    /// Nanoseconds for each user record.
    ns: Vec<f64>,
    /// Ratios to the first contestant, the work that nobody can avoid.
    of_first: Vec<f64>,
    fastest_peer: Option<String>,
    of_fastest_peer: Vec<(String, f64)>,
    pub note: String,
    pub bounds: Vec<Bound>,
}

impl Row {
    pub fn new(workload: &str, user_records: usize, times: &Times, peers: &[&str]) -> Self {
        let seconds = |name: &str| times.median(name).unwrap_or(f64::INFINITY);
        let fastest = peers.iter().copied().min_by(|one, other| seconds(one).total_cmp(&seconds(other)));
        let ratios_to = |of: &str| times.names.iter().filter_map(|name| times.ratio(name, of)).collect();
        let of_fastest: Vec<f64> = fastest.map(ratios_to).unwrap_or_default();
        Self {
            workload: workload.to_owned(),
            user_records,
            names: times.names.clone(),
            ns: times.names.iter().map(|name| seconds(name) * 1e9 / user_records.max(1) as f64).collect(),
            of_first: ratios_to(&times.names[0]),
            fastest_peer: fastest.map(str::to_owned),
            of_fastest_peer: times.names.iter().cloned().zip(of_fastest).collect(),
            note: String::new(),
            bounds: Vec::new(),
        }
    }

    pub fn of_fastest_peer(&self, name: &str) -> Option<f64> {
        self.of_fastest_peer.iter().find(|(other, _)| other == name).map(|(_, ratio)| *ratio)
    }

    pub fn to_json(&self) -> Value {
        let by_name = |values: &[f64]| -> Map<String, Value> {
            self.names.iter().cloned().zip(values.iter().map(|value| json!(value))).collect()
        };
        let of_fastest_peer: Map<String, Value> =
            self.of_fastest_peer.iter().map(|(name, ratio)| (name.clone(), json!(ratio))).collect();
        json!({
            "workload": self.workload,
            "user_records": self.user_records,
            "ns_a_user_record": by_name(&self.ns),
            format!("of_{}", self.names[0].replace(' ', "_")): by_name(&self.of_first),
            "fastest_peer": self.fastest_peer,
            "of_fastest_peer": of_fastest_peer,
            "note": self.note,
            "bounds": self.bounds.iter().map(Bound::to_json).collect::<Vec<_>>(),
        })
    }

    fn print(&self) {
        print!("{:<36}{:>9.1}", self.workload, self.ns[0]);
        self.of_first.iter().skip(1).for_each(|ratio| print!("{ratio:>18.3}"));
        println!("  {}", self.fastest_peer.as_deref().unwrap_or_default());
        if !self.note.is_empty() {
            println!("    {}", self.note);
        }
    }
}

/// A target of the project, as a ratio of two times.
pub struct Bound {
    text: String,
    most: f64,
    /// The measured ratio; none if there is nobody to compare with.
    measured: Option<f64>,
}

impl Bound {
    pub fn at_most(who: &str, of: &str, most: f64, measured: Option<f64>) -> Self {
        let text = format!("{who}: at most {most} of {of}");
        Self { text, most, measured }
    }

    pub fn times_as_fast(
        who: &str,
        as_whom: &str,
        with_avx512: f64,
        with_avx2: f64,
        measured: Option<f64>,
    ) -> Self {
        let least = if avx512() {
            with_avx512
        } else if avx2() {
            with_avx2
        } else {
            1.0
        };
        Self::at_least_times(who, as_whom, least, measured)
    }

    pub fn at_least_times(who: &str, as_whom: &str, least: f64, measured: Option<f64>) -> Self {
        let text = format!("{who}: at least {least} times as fast as {as_whom}");
        Self { text, most: 1.0 / least, measured }
    }

    fn met(&self) -> Option<bool> {
        self.measured.map(|measured| measured <= self.most)
    }

    fn to_json(&self) -> Value {
        json!({ "bound": self.text, "most": self.most, "measured": self.measured, "met": self.met() })
    }

    fn print(&self, section: &str, workload: &str) {
        let verdict = match self.met() {
            Some(true) => "met    ",
            Some(false) => "NOT MET",
            None => "skipped",
        };
        let measured = match self.measured {
            Some(measured) if self.text.contains("times") => {
                format!("{measured:.3}, or {:.1} times", 1.0 / measured)
            }
            Some(measured) => format!("{measured:.3}"),
            None => "nobody to compare with".to_owned(),
        };
        println!("{verdict}  {section}, {workload}; {}: {measured}", self.text);
    }
}

fn avx512() -> bool {
    #[cfg(target_arch = "x86_64")]
    return std::is_x86_feature_detected!("avx512f");
    #[cfg(not(target_arch = "x86_64"))]
    false
}

fn avx2() -> bool {
    #[cfg(target_arch = "x86_64")]
    return std::is_x86_feature_detected!("avx2");
    #[cfg(not(target_arch = "x86_64"))]
    false
}

/// All races, printed as they end.
#[derive(Default)]
pub struct Report {
    sections: Vec<(&'static str, Vec<Row>)>,
}

impl Report {
    pub fn add(&mut self, section: &'static str, row: Row) {
        if self.sections.last().is_none_or(|(last, _)| *last != section) {
            print!("\n{section}: times as multiples of the first\n{:<36}{:>9}", "", "ns each");
            row.names.iter().skip(1).for_each(|name| print!("{name:>18}"));
            println!("  fastest peer");
            self.sections.push((section, Vec::new()));
        }
        row.print();
        if let Some((_, rows)) = self.sections.last_mut() {
            rows.push(row);
        }
    }

    /// The targets, and whether they were met.
    pub fn print_bounds(&self) {
        println!();
        for (section, rows) in &self.sections {
            for row in rows {
                row.bounds.iter().for_each(|bound| bound.print(section, &row.workload));
            }
        }
    }

    pub fn to_json(&self) -> Value {
        let sections = self.sections.iter().map(|(section, rows)| {
            json!({ "section": section, "rows": rows.iter().map(Row::to_json).collect::<Vec<_>>() })
        });
        json!({ "avx512": avx512(), "avx2": avx2(), "sections": sections.collect::<Vec<_>>() })
    }
}
