//! Filters by partition key.

use std::convert::Infallible;

use wildmatch::WildMatch;

#[derive(Debug, Default, clap::Args)]
pub(crate) struct KeyFilter {
    /// Only user records with this partition key; can be repeated
    #[arg(long = "key", value_name = "KEY")]
    keys: Vec<String>,

    /// Only user records whose partition key matches: `*` is any text, `?` any character; can be repeated
    #[arg(long = "glob", value_name = "PATTERN", value_parser = pattern)]
    patterns: Vec<WildMatch>,
}

fn pattern(text: &str) -> Result<WildMatch, Infallible> {
    Ok(WildMatch::new(text))
}

impl KeyFilter {
    pub(crate) fn wants(&self, partition_key: &str) -> bool {
        let is_any = self.keys.is_empty() && self.patterns.is_empty();
        is_any
            || self.keys.iter().any(|key| key == partition_key)
            || self.patterns.iter().any(|pattern| pattern.matches(partition_key))
    }
}
