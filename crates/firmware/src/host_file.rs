//! Files of the host as `embedded_io` streams, through semihosting. They stand for the serial port or socket
//! of a device.

use core::ffi::CStr;

use embedded_io::{ErrorKind, ErrorType, Read, Write};
use semihosting::fd::BorrowedFd;
use semihosting::sys;
use semihosting::sys::arm_compat::{OpenMode, sys_open};

use crate::Failure;

/// A file in the folder where the emulator was started. It stays open until the program ends.
pub struct HostFile(BorrowedFd<'static>);

impl HostFile {
    /// Creates a file, or truncates it.
    pub fn create(name: &CStr) -> Result<Self, Failure> {
        Self::in_mode(name, OpenMode::WRONLY_TRUNC_BINARY)
    }

    /// Opens a file for reading.
    pub fn open(name: &CStr) -> Result<Self, Failure> {
        Self::in_mode(name, OpenMode::RDONLY_BINARY)
    }

    fn in_mode(name: &CStr, mode: OpenMode) -> Result<Self, Failure> {
        let file = sys_open(name, mode).map_err(|_| Failure::Host)?.into_raw_fd();
        // SAFETY: the descriptor is open, and no code closes it.
        Ok(Self(unsafe { BorrowedFd::borrow_raw(file) }))
    }
}

impl ErrorType for HostFile {
    type Error = ErrorKind;
}

impl Write for HostFile {
    fn write(&mut self, bytes: &[u8]) -> Result<usize, ErrorKind> {
        match sys::write(self.0, bytes) {
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
        sys::read(self.0, bytes).map_err(|_| ErrorKind::Other)
    }
}
