//! The findings for a terminal.

use std::fmt::{self, Display, Write};

use anstyle::{AnsiColor, Style};
use kinesis_agg_inspect::shown::{Count, Escaped, Grouped, Hex, Percent, Preview, bytes};
use kinesis_agg_inspect::{Inspection, KeyTable, Oddity, Part, Severity, Verdict};

/// Width of the bar in characters.
const BAR: usize = 72;

/// The dump shows at most so many bytes of a field.
const DUMP_BYTES: usize = 12;

pub(super) fn text(found: &Inspection<'_>, place: &str, is_colored: bool) -> String {
    let mut terminal = Terminal { text: String::new(), is_colored };
    // Writing to a string cannot fail.
    let _ = terminal.write(found, place);
    terminal.text
}

struct Terminal {
    text: String,
    is_colored: bool,
}

const HEADING: Style = Style::new().bold();
const SOFT: Style = Style::new().dimmed();

const fn color(color: AnsiColor) -> Style {
    color.on_default()
}

fn part_style(part: Part) -> Style {
    match part {
        Part::Magic => color(AnsiColor::Magenta),
        Part::Keys => color(AnsiColor::Blue),
        Part::Data => color(AnsiColor::Green),
        Part::Other => color(AnsiColor::Yellow),
        Part::Digest => color(AnsiColor::Cyan),
        Part::Unreadable => color(AnsiColor::Red),
        _ => SOFT,
    }
}

/// How the bar shows each part, even without colours.
fn part_letter(part: Part) -> &'static str {
    match part {
        Part::Magic => "M",
        Part::Keys => "k",
        Part::Framing => "-",
        Part::Data => "#",
        Part::Other => "o",
        Part::Digest => "5",
        _ => "?",
    }
}

impl Terminal {
    fn styled(&self, style: Style, what: impl Display) -> String {
        if self.is_colored { format!("{style}{what}{style:#}") } else { what.to_string() }
    }

    fn write(&mut self, found: &Inspection<'_>, place: &str) -> fmt::Result {
        let style = match found.verdict {
            Verdict::Aggregate { .. } => color(AnsiColor::Green),
            Verdict::Broken(_) => color(AnsiColor::Red),
            Verdict::Plain(_) => color(AnsiColor::Yellow),
        };
        let title = self.styled(style.bold(), found.title());
        writeln!(self.text, "{}: {title}", Escaped(place))?;
        writeln!(self.text, "{}", found.explanation())?;
        if let Some(recovery) = found.recovery() {
            writeln!(self.text, "{recovery}")?;
        }
        writeln!(self.text, "{}, {}", bytes(found.data.len()), found.fill())?;
        self.bar(found)?;
        self.oddities(found)?;
        self.key_table("partition keys", &found.partition_keys, found.max_preview)?;
        self.key_table("explicit hash keys", &found.explicit_hash_keys, found.max_preview)?;
        self.user_records(found)?;
        self.dump(found)
    }

    fn heading(&mut self, text: &str) -> fmt::Result {
        let heading = self.styled(HEADING, text);
        writeln!(self.text, "\n{heading}")
    }

    fn bar(&mut self, found: &Inspection<'_>) -> fmt::Result {
        writeln!(self.text)?;
        if !found.data.is_empty() {
            self.text.push_str("  ");
            for (part, _, width) in found.shares.on_bar(BAR, 1) {
                let cells = self.styled(part_style(part), part_letter(part).repeat(width));
                self.text.push_str(&cells);
            }
            writeln!(self.text)?;
        }
        let whole = found.data.len();
        for (part, share) in found.shares.iter().filter(|&(_, share)| share > 0) {
            let letter = self.styled(part_style(part), part_letter(part));
            let percent = Percent { part: share, whole }.to_string();
            let (name, share) = (part.name(), bytes(share).to_string());
            writeln!(self.text, "  {letter} {name:<12} {share:>16} {percent:>8}")?;
        }
        Ok(())
    }

    fn oddities(&mut self, found: &Inspection<'_>) -> fmt::Result {
        if found.oddities.is_empty() {
            return Ok(());
        }
        self.heading("unusual")?;
        found.oddities.iter().try_for_each(|oddity| self.oddity(oddity))
    }

    fn oddity(&mut self, oddity: &Oddity) -> fmt::Result {
        let (word, style) = match oddity.kind.severity() {
            Severity::Fault => ("fault", color(AnsiColor::Red)),
            Severity::Risk => ("risk", color(AnsiColor::Yellow)),
            Severity::Note => ("note", SOFT),
        };
        let word = self.styled(style, format_args!("{word}:"));
        writeln!(self.text, "  {word} {oddity}: {}", oddity.kind.meaning())?;
        for (offset, what) in &oddity.places {
            let colon = if what.is_empty() { "" } else { ": " };
            writeln!(self.text, "    byte {}{colon}{what}", Grouped::of(*offset))?;
        }
        match oddity.count.saturating_sub(oddity.places.len()) {
            0 => Ok(()),
            more => writeln!(self.text, "    and {} more", Grouped::of(more)),
        }
    }

    fn left_out(&mut self, count: usize, one: &str, many: &str) -> fmt::Result {
        if count == 0 {
            return Ok(());
        }
        writeln!(self.text, "  … {} more, not listed: --list N shows more", Count(count, one, many))
    }

    fn key_table(&mut self, title: &str, table: &KeyTable<'_>, max_preview: usize) -> fmt::Result {
        if table.keys.total == 0 {
            return Ok(());
        }
        self.heading(title)?;
        let header = self.styled(SOFT, "   index      uses     bytes  key");
        writeln!(self.text, "{header}")?;
        for (index, key) in table.keys.shown.iter().enumerate() {
            let columns = [index, key.uses, key.bytes.len()].map(|number| Grouped::of(number).to_string());
            let [index, uses, len] = columns;
            let key = self.styled(part_style(Part::Keys), Preview::key(key.bytes, max_preview));
            writeln!(self.text, "{index:>8}  {uses:>8}  {len:>8}  {key}")?;
        }
        self.left_out(table.keys.left_out(), "key", "keys")
    }

    fn user_records(&mut self, found: &Inspection<'_>) -> fmt::Result {
        if found.user_records.total == 0 {
            return Ok(());
        }
        self.heading("user records")?;
        let header = self.styled(
            SOFT,
            format_args!("  number     bytes  {:>39}  partition key: data", "hash key (* explicit)"),
        );
        writeln!(self.text, "{header}")?;
        for (number, record) in found.user_records.shown.iter().enumerate() {
            let [number, len] = [number, record.data.len()].map(|number| Grouped::of(number).to_string());
            let hash_key = record.hash_key.map_or_else(|| "none".into(), |hash_key| hash_key.to_string());
            let star = if record.explicit_hash_key.is_some() { "*" } else { " " };
            let key = match record.partition_key {
                Some(key) => self.styled(part_style(Part::Keys), Preview::key(key, found.max_preview)),
                None => self.styled(part_style(Part::Unreadable), "none"),
            };
            let data = self.styled(part_style(Part::Data), Preview::data(record.data, found.max_preview));
            writeln!(self.text, "{number:>8}  {len:>8} {star}{hash_key:>39}  {key}: {data}")?;
            if let Some(problem) = &record.problem {
                let problem = self.styled(part_style(Part::Unreadable), problem);
                writeln!(self.text, "          {problem}")?;
            }
        }
        self.left_out(found.user_records.left_out(), "user record", "user records")
    }

    fn dump(&mut self, found: &Inspection<'_>) -> fmt::Result {
        /// Two digits and a space for each byte, and the ellipsis.
        const COLUMN: usize = 37;
        self.heading("byte by byte")?;
        for line in &found.dump.shown {
            let offset = Grouped::of(line.offset).to_string();
            let head = Hex::new(line.head, DUMP_BYTES).to_string();
            let content = Hex::new(line.content, DUMP_BYTES.saturating_sub(line.head.len())).to_string();
            let blank = if head.is_empty() || content.is_empty() { "" } else { " " };
            let width = [&head, blank, &content].map(|text| text.chars().count()).into_iter().sum::<usize>();
            let padding = " ".repeat(COLUMN.saturating_sub(width));
            let (head, content) = (self.styled(SOFT, head), self.styled(part_style(line.part), content));
            let indent = "  ".repeat(line.depth.into());
            let meaning = &line.meaning;
            writeln!(self.text, "{offset:>8}  {head}{blank}{content}{padding}  {indent}{meaning}")?;
        }
        self.left_out(found.dump.left_out(), "field", "fields")
    }
}
