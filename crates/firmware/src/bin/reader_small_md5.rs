//! See `firmware::read`. The digest is the firmware's own.
#![no_std]
#![no_main]

firmware::image!(firmware::read::read(firmware::small_md5::SmallMd5));
