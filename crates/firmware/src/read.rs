//! The reader: unpacks Kinesis records of the host.

use embedded_io::Write;
use kinesis_agg::{Decoder, Md5Engine};
use static_cell::ConstStaticCell;

use crate::host_file::HostFile;
use crate::transport::Frame;
use crate::{Failure, plant};

/// The size in bytes of the greatest Kinesis record that is accepted, its keys included.
const BUFFER_LEN: usize = 2048;

static BUFFER: ConstStaticCell<[u8; BUFFER_LEN]> = ConstStaticCell::new([0; BUFFER_LEN]);

/// Unpacks every Kinesis record.
pub fn read(mut engine: impl Md5Engine) -> Result<(), Failure> {
    plant::flash();
    let buffer = BUFFER.try_take().ok_or(Failure::Busy)?;
    let mut input = HostFile::open(c"records")?;
    let mut output = HostFile::create(c"user-records")?;
    while let Some(frame) = Frame::read(&mut input, buffer)? {
        let (partition_key, data) = frame.kinesis_record().ok_or(Failure::Different)?;
        for record in Decoder::new().with_engine(&mut engine).deaggregate(partition_key, data) {
            Frame::from(record).write(&mut output)?;
        }
    }
    output.flush().map_err(|_| Failure::Host)
}
