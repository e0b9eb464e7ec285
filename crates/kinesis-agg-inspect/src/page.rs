//! HTML, written by templates that escape everything.
//!
//! [`document`] is a page that stands alone: it has no script, loads nothing, and its policy forbids both.
//! Characters that could mislead a reader without being markup, such as a change of direction, are escaped as
//! on a terminal.

use alloc::string::{String, ToString};

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::dump::{DumpLine, Part};
use crate::inspection::{Inspection, KeyTable, UserRecordFound, Verdict};
use crate::oddity::{Oddity, Severity};
use crate::shown::{Count, Escaped, Grouped, Hex, Percent, Preview, bytes};

/// The style sheet of every page.
pub const STYLE: &str = include_str!("page.css");

/// SHA-256 of [`STYLE`] in base64. A page's policy allows only this style sheet.
pub const STYLE_SHA256: &str = "4ZCsBZDyDLsrglTnWId83xT8ya2q6JWfc6a4jWZb6vA=";

/// The most bytes of a field that the dump shows.
const DUMP_BYTES: usize = 12;

/// A page that stands alone. `origin` names what was examined: a file, a line.
pub fn document(found: &Inspection<'_>, origin: &str) -> String {
    let title = found.title();
    stand_alone(
        title,
        html! {
            p.soft { (Escaped(origin)) }
            (markup(found))
        },
    )
}

/// The findings, as a part of a page.
pub fn fragment(found: &Inspection<'_>) -> String {
    markup(found).into_string()
}

/// The error for input that could not be examined, as a part of a page.
pub fn complaint(text: &str) -> String {
    html! { p.fault { (Escaped(text)) } }.into_string()
}

/// A page around `content`. Its policy allows its own style sheet and nothing else.
pub fn stand_alone(title: &str, content: Markup) -> String {
    let policy = alloc::format!(
        "default-src 'none'; style-src 'sha256-{STYLE_SHA256}'; base-uri 'none'; form-action 'none'"
    );
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="referrer" content="no-referrer";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body { main { (content) } }
        }
    };
    page.into_string()
}

fn markup(found: &Inspection<'_>) -> Markup {
    let (class, word) = match found.verdict {
        Verdict::Aggregate { .. } => ("badge good", "good"),
        Verdict::Plain(_) => ("badge note", "plain"),
        Verdict::Broken(_) => ("badge fault", "broken"),
    };
    html! {
        h1 { (capitalized(found.title())) " " span class=(class) { (word) } }
        p { (found.explanation()) }
        @if let Some(recovery) = found.recovery() { p { (recovery) } }
        (facts(found))
        (bar(found))
        (oddities(found))
        (key_table("Partition keys", &found.partition_keys, found.max_preview))
        (key_table("Explicit hash keys", &found.explicit_hash_keys, found.max_preview))
        (user_records(found))
        (dump(found))
    }
}

fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().into_iter().flat_map(char::to_uppercase).chain(chars).collect()
}

fn facts(found: &Inspection<'_>) -> Markup {
    let digest = match &found.digest {
        Some(digest) if digest.is_right() => html! { dd.good { "right" } },
        Some(_) => html! { dd.fault { "wrong" } },
        None => html! { dd.soft { "none" } },
    };
    html! {
        dl.facts {
            div { dt { "data" } dd { (bytes(found.data.len()).to_string()) } }
            div { dt { "user records" } dd { (Grouped::of(found.user_records.total)) } }
            div { dt { "partition keys" } dd { (Grouped::of(found.partition_keys.keys.total)) } }
            div { dt { "explicit hash keys" } dd { (Grouped::of(found.explicit_hash_keys.keys.total)) } }
            div { dt { "digest" } (digest) }
            div { dt { "fill" } dd { (found.fill()) } }
        }
    }
}

fn class(part: Part) -> &'static str {
    match part {
        Part::Magic => "magic",
        Part::Keys => "keys",
        Part::Framing => "framing",
        Part::Data => "data",
        Part::Other => "other",
        Part::Digest => "digest",
        Part::Unreadable => "unreadable",
    }
}

fn bar(found: &Inspection<'_>) -> Markup {
    const WIDTH: usize = 1000;
    const MIN: usize = 6;
    let whole = found.data.len();
    html! {
        h2 { "What the bytes are for" }
        svg.bar viewBox="0 0 1000 26" preserveAspectRatio="none" role="img" aria-label="shares of the bytes" {
            @for (part, start, width) in found.shares.on_bar(WIDTH, MIN) {
                rect class=(class(part)) x=(start) y="0" width=(width) height="26" {
                    title { (part.name()) ", " (bytes(found.shares.of(part))) }
                }
            }
        }
        ul.legend {
            @for (part, share) in found.shares.iter().filter(|&(_, share)| share > 0) {
                li {
                    svg.swatch viewBox="0 0 11 11" { rect class=(class(part)) width="11" height="11" {} }
                    (part.name()) " " span.soft { (bytes(share)) ", " (Percent { part: share, whole }) }
                }
            }
        }
    }
}

fn oddities(found: &Inspection<'_>) -> Markup {
    html! {
        @if !found.oddities.is_empty() {
            h2 { "Unusual" }
            ul.oddities { @for oddity in &found.oddities { (self::oddity(oddity)) } }
        }
    }
}

fn oddity(oddity: &Oddity) -> Markup {
    let class = match oddity.kind.severity() {
        Severity::Fault => "fault",
        Severity::Risk => "risk",
        Severity::Note => "note",
    };
    let more = oddity.count.saturating_sub(oddity.places.len());
    html! {
        li class=(class) {
            strong { (oddity) } " " span.soft { (oddity.kind.meaning()) }
            div {
                @for (offset, what) in &oddity.places {
                    span.place { "byte " (Grouped::of(*offset)) @if !what.is_empty() { ": " code { (what) } } } " "
                }
                @if more > 0 { span.soft { "and " (Grouped::of(more)) " more" } }
            }
        }
    }
}

fn left_out(count: usize, one: &'static str, many: &'static str) -> Markup {
    html! { @if count > 0 { p.left-out { (Count(count, one, many)) " more, not listed" } } }
}

fn key_table(title: &str, table: &KeyTable<'_>, max_preview: usize) -> Markup {
    html! {
        @if table.keys.total > 0 {
            h2 { (title) }
            div.scroll {
                table {
                    thead { tr { th.number { "index" } th { "key" } th.number { "bytes" } th.number { "uses" } th.number { "at byte" } } }
                    tbody {
                        @for (index, key) in table.keys.shown.iter().enumerate() {
                            tr {
                                td.number { (Grouped::of(index)) }
                                td { code.t-keys { (Preview::key(key.bytes, max_preview)) } }
                                td.number { (Grouped::of(key.bytes.len())) }
                                td.number {
                                    @if key.uses == 0 { span.risk { "unused" } } @else { (Grouped::of(key.uses)) }
                                }
                                td.number { (Grouped::of(key.offset)) }
                            }
                        }
                    }
                }
                (left_out(table.keys.left_out(), "key", "keys"))
            }
        }
    }
}

fn user_records(found: &Inspection<'_>) -> Markup {
    html! {
        @if found.user_records.total > 0 {
            h2 { "User records" }
            div.scroll {
                table {
                    thead { tr { th.number { "number" } th { "partition key" } th { "hash key" } th.number { "bytes" } th { "data" } } }
                    tbody {
                        @for (number, record) in found.user_records.shown.iter().enumerate() {
                            (user_record(number, record, found.max_preview))
                        }
                    }
                }
                (left_out(found.user_records.left_out(), "user record", "user records"))
            }
        }
    }
}

fn user_record(number: usize, record: &UserRecordFound<'_>, max_preview: usize) -> Markup {
    html! {
        tr {
            td.number { (Grouped::of(number)) }
            td {
                @match record.partition_key {
                    Some(key) => code.t-keys { (Preview::key(key, max_preview)) },
                    None => span.fault { "none" },
                }
            }
            td.mono {
                @match record.hash_key {
                    Some(hash_key) => (hash_key),
                    None => span.fault { "none" },
                }
                @if record.explicit_hash_key.is_some() { " " span.soft { "explicit" } }
            }
            td.number { (Grouped::of(record.data.len())) }
            td {
                code.t-data { (Preview::data(record.data, max_preview)) }
                @if record.tags > 0 { " " span.soft { (Count(record.tags, "tag", "tags")) } }
                @if let Some(problem) = &record.problem { div.fault { (problem) } }
            }
        }
    }
}

fn dump(found: &Inspection<'_>) -> Markup {
    html! {
        h2 { "Byte by byte" }
        div.scroll {
            table.dump {
                thead { tr { th.number { "offset" } th { "bytes" } th { "meaning" } } }
                tbody { @for line in &found.dump.shown { (dump_line(line)) } }
            }
            (left_out(found.dump.left_out(), "field", "fields"))
        }
    }
}

fn dump_line(line: &DumpLine<'_>) -> Markup {
    let content = Hex::new(line.content, DUMP_BYTES.saturating_sub(line.head.len()));
    let depth = if line.depth > 0 { "mono depth-1" } else { "mono" };
    let color = match line.part {
        Part::Magic => "t-magic",
        Part::Keys => "t-keys",
        Part::Framing => "t-framing",
        Part::Data => "t-data",
        Part::Other => "t-other",
        Part::Digest => "t-digest",
        Part::Unreadable => "t-unreadable",
    };
    html! {
        tr {
            td.number { (Grouped::of(line.offset)) }
            td."bytes mono" {
                span.t-framing { (Hex::new(line.head, DUMP_BYTES)) }
                @if !line.head.is_empty() { " " }
                span class=(color) { (content) }
            }
            td class=(depth) { (line.meaning) }
        }
    }
}
