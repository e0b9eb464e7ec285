//! Files of the host, through semihosting, as `embedded_io` streams: where a device has a serial port or a socket.

use core::ffi::CStr;

use embedded_io::{ErrorKind, ErrorType, Read, Write};
use semihosting::fs::File;
use semihosting::io::{Read as _, Write as _};

use crate::Failure;

/// A file in the folder in which the emulator was started.
pub struct HostFile(File);

impl HostFile {
    /// Makes a file, or empties it.
    pub fn create(name: &CStr) -> Result<Self, Failure> {
        File::create(name).map(Self).map_err(|_| Failure::Host)
    }

    /// Opens a file to be read.
    pub fn open(name: &CStr) -> Result<Self, Failure> {
        File::open(name).map(Self).map_err(|_| Failure::Host)
    }
}

impl ErrorType for HostFile {
    type Error = ErrorKind;
}

impl Write for HostFile {
    fn write(&mut self, bytes: &[u8]) -> Result<usize, ErrorKind> {
        match self.0.write(bytes) {
            Ok(written) if written > 0 || bytes.is_empty() => Ok(written),
            _ => Err(ErrorKind::Other),
        }
    }

    fn flush(&mut self) -> Result<(), ErrorKind> {
        Ok(())
    }
}

impl Read for HostFile {
    fn read(&mut self, bytes: &mut [u8]) -> Result<usize, ErrorKind> {
        self.0.read(bytes).map_err(|_| ErrorKind::Other)
    }
}
