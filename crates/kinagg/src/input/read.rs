//! Chooses the reader of an input by its format.

use std::io;

use super::format::Format;
use super::options::Options;
use super::record::KinesisRecord;
use super::report::Failure;
use super::sink::Sink;
use super::source::Source;
use super::text::notation::Notation;
use super::text::{aws, chunks, dump, join};
use super::{json, json_lines, log, raw};
use crate::output::Output;

/// Passes each record of an input to `sink`.
pub(super) fn read<F>(source: Source, format: Format, options: Options, sink: &Sink<'_, F>) -> io::Result<()>
where
    F: FnMut(&mut Output, KinesisRecord<'_>) -> Result<(), Failure>,
{
    let source = if format == Format::Raw { source } else { source.without_mark() };
    let limits = options.limits;
    match format {
        Format::JsonLines => json_lines::read(source, limits, sink)?,
        Format::Json => json::read(source, limits, sink)?,
        Format::Base64 => join::read(source, Notation::Base64, options, sink)?,
        Format::Hex => join::read(source, Notation::Hex, options, sink)?,
        Format::Decimal => join::read(source, Notation::Decimal, options, sink)?,
        Format::Printed => chunks::read(source, options, sink)?,
        Format::Dump => dump::read(source, options, sink)?,
        Format::AwsText => aws::read(source, options, sink)?,
        Format::Log => log::read(source, limits, sink)?,
        Format::Raw => raw::read(source, options, sink)?,
    }
    sink.flush()
}
